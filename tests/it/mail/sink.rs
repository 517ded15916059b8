//! A mail server in the test itself: speaks just enough SMTP, and fails as it is told.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// What it does with an e-mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Takes,
    /// Says that the sender may come back later.
    Busy,
    /// Has the text, and breaks the connection off before it says so.
    LosesAnswer,
}

/// An e-mail that was taken: receivers, and head and text as they came.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to: Vec<String>,
    pub raw: String,
}

impl Letter {
    /// The line of the head that begins with this.
    pub fn head(&self, name: &str) -> &str {
        let lines = self.raw.lines().take_while(|line| !line.is_empty());
        lines.filter_map(|line| line.strip_prefix(name)).next().unwrap_or_default().trim()
    }
}

#[derive(Clone)]
pub struct Sink {
    pub address: SocketAddr,
    letters: Arc<Mutex<Vec<Letter>>>,
    mood: Arc<Mutex<Mood>>,
}

impl Sink {
    /// Listens at `at`; port 0 is any.
    pub async fn listen(at: SocketAddr) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = listener.local_addr().unwrap();
        let sink = Self { address, letters: Arc::default(), mood: Arc::new(Mutex::new(Mood::Takes)) };
        let own = sink.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let own = own.clone();
                tokio::spawn(async move { drop(own.talk(stream).await) });
            }
        });
        sink
    }

    pub fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }

    pub fn letters(&self) -> Vec<Letter> {
        self.letters.lock().unwrap().clone()
    }

    async fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        write.write_all(b"220 sink\r\n").await?;
        let mut to = Vec::new();
        while let Some(line) = lines.next_line().await? {
            let mood = *self.mood.lock().unwrap();
            let word = line.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250 sink".to_owned(),
                "MAIL" if mood == Mood::Busy => "451 4.3.2 come back later".to_owned(),
                "RCPT" if line.contains("<nobody@") => "550 5.1.1 no such mailbox".to_owned(),
                "RCPT" => {
                    let address = line.split(['<', '>']).nth(1).unwrap_or_default();
                    to.push(address.to_owned());
                    "250 OK".to_owned()
                }
                "DATA" => {
                    write.write_all(b"354 go on\r\n").await?;
                    let mut raw = String::new();
                    while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                        raw += &(line + "\n");
                    }
                    self.letters.lock().unwrap().push(Letter { to: std::mem::take(&mut to), raw });
                    if mood == Mood::LosesAnswer {
                        return Ok(());
                    }
                    "250 OK".to_owned()
                }
                "QUIT" => {
                    write.write_all(b"221 bye\r\n").await?;
                    return Ok(());
                }
                _ => "250 OK".to_owned(),
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
        Ok(())
    }
}
