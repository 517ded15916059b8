//! A network between the program and Slack: it delays, breaks connections in the middle, swallows them whole, and
//! repeats frames of a socket.

use crate::crash::dice::Dice;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

/// What it does to each piece that passes; one in so many, none when 0.
#[derive(Clone, Copy, Debug, Default)]
pub struct Weather {
    pub delay_at_most: Duration,
    /// The connection breaks, before the piece or after it.
    pub breaks: u64,
    /// Nothing passes any more, and nobody is told.
    pub swallows: u64,
    /// A frame that Slack sends over a socket arrives twice.
    pub repeats: u64,
}

/// How often it did what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub broken: u64,
    pub swallowed: u64,
    pub repeated: u64,
}

#[derive(Clone)]
pub struct Proxy {
    pub address: SocketAddr,
    slack: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    weather: Weather,
    dice: Dice,
    done: Done,
}

/// What becomes of a piece.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Passes,
    /// Passes twice, where it is a frame.
    Twice,
    BreaksBefore,
    BreaksAfter,
    Swallowed,
}

impl Proxy {
    pub async fn before(slack: SocketAddr, dice: Dice) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        // Slack names its own address in answers, which is replaced by one of the same length.
        assert_eq!(address.to_string().len(), slack.to_string().len());
        let (weather, done) = (Weather::default(), Done::default());
        let proxy = Self { address, slack, inside: Arc::new(Mutex::new(Inside { weather, dice, done })) };
        let own = proxy.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move { own.connect(stream).await });
            }
        });
        proxy
    }

    pub fn set(&self, weather: Weather) {
        self.inside.lock().unwrap().weather = weather;
    }

    pub fn done(&self) -> Done {
        self.inside.lock().unwrap().done
    }

    async fn connect(&self, program: TcpStream) {
        let Ok(slack) = TcpStream::connect(self.slack).await else { return };
        let (from_program, to_program) = program.into_split();
        let (from_slack, to_slack) = slack.into_split();
        // Either way that ends, ends both: the halves are dropped.
        tokio::select! {
            () = self.carry(from_program, to_slack) => {}
            () = self.answer(from_slack, to_program) => {}
        }
    }

    async fn carry(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(read) = from.read(&mut buffer).await {
            if read == 0 || !self.pass(&mut to, &buffer[..read], 1).await {
                return;
            }
        }
    }

    async fn answer(&self, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = vec![0; 64 * 1024];
        let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
        let first = buffer[..read].to_vec();
        if first.starts_with(b"HTTP/1.1 101") {
            return self.frames(first, from, to).await;
        }
        let mut piece = first;
        loop {
            if !self.pass(&mut to, &self.renamed(&piece), 1).await {
                return;
            }
            match from.read(&mut buffer).await {
                Ok(read @ 1..) => piece = buffer[..read].to_vec(),
                Ok(_) | Err(_) => return,
            }
        }
    }

    /// A WebSocket's head, and then frame by frame.
    async fn frames(&self, mut waiting: Vec<u8>, mut from: OwnedReadHalf, mut to: OwnedWriteHalf) {
        let mut buffer = vec![0; 64 * 1024];
        let mut in_head = true;
        loop {
            let whole = match in_head {
                true => waiting.windows(4).position(|end| end == b"\r\n\r\n").map(|at| at + 4),
                false => frame(&waiting),
            };
            match whole {
                Some(length) => {
                    let piece: Vec<u8> = waiting.drain(..length).collect();
                    // A text, whole in one frame: an envelope.
                    let copies = if !in_head && piece[0] == 0x81 { 2 } else { 1 };
                    in_head = false;
                    if !self.pass(&mut to, &piece, copies).await {
                        return;
                    }
                }
                None => match from.read(&mut buffer).await {
                    Ok(read @ 1..) => waiting.extend_from_slice(&buffer[..read]),
                    Ok(_) | Err(_) => return,
                },
            }
        }
    }

    /// Lets a piece pass, or not; whether the connection stands.
    async fn pass(&self, to: &mut OwnedWriteHalf, piece: &[u8], copies: usize) -> bool {
        let (fate, delay) = self.decide(copies);
        tokio::time::sleep(delay).await;
        match fate {
            Fate::Passes => to.write_all(piece).await.is_ok(),
            Fate::Twice => to.write_all(&piece.repeat(2)).await.is_ok(),
            Fate::BreaksBefore => false,
            Fate::BreaksAfter => {
                let _arrived = to.write_all(piece).await;
                false
            }
            Fate::Swallowed => std::future::pending().await,
        }
    }

    fn decide(&self, copies: usize) -> (Fate, Duration) {
        let mut inside = self.inside.lock().unwrap();
        let weather = inside.weather;
        let most = u64::try_from(weather.delay_at_most.as_millis()).unwrap();
        // Most pieces are quick, few are late.
        let delay = Duration::from_millis(inside.dice.below(most).min(inside.dice.below(most)));
        let mut one_in = |many: u64| many > 0 && inside.dice.below(many) == 0;
        let (breaks, swallows, repeats) =
            (one_in(weather.breaks), one_in(weather.swallows), one_in(weather.repeats));
        let before = one_in(2);
        let fate = match (breaks, swallows, repeats && copies > 1) {
            (true, _, _) => {
                inside.done.broken += 1;
                if before { Fate::BreaksBefore } else { Fate::BreaksAfter }
            }
            (false, true, _) => {
                inside.done.swallowed += 1;
                Fate::Swallowed
            }
            (false, false, true) => {
                inside.done.repeated += 1;
                Fate::Twice
            }
            (false, false, false) => Fate::Passes,
        };
        (fate, delay)
    }

    /// An answer with this address in place of Slack's own.
    fn renamed(&self, piece: &[u8]) -> Vec<u8> {
        let (slack, own) = (self.slack.to_string(), self.address.to_string());
        let mut piece = piece.to_vec();
        let found: Vec<usize> =
            (0..piece.len()).filter(|at| piece[*at..].starts_with(slack.as_bytes())).collect();
        for at in found {
            piece[at..at + own.len()].copy_from_slice(own.as_bytes());
        }
        piece
    }
}

/// The length of the first frame, once all of it is there. What a server sends is not masked.
fn frame(bytes: &[u8]) -> Option<usize> {
    let (head, length) = match bytes.get(1)? & 0x7f {
        126 => (4, u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?))),
        127 => (10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?)),
        short => (2, u64::from(short)),
    };
    let whole = head + usize::try_from(length).unwrap();
    (bytes.len() >= whole).then_some(whole)
}
