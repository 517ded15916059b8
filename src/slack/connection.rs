//! One WebSocket from its handshake to its end: frames in, acknowledgements out.

use super::dial::Stream;
use super::frame::{Frame, Goodbye, parse};
use super::limits::Limits;
use super::socket::Handler;
use super::work::{Acks, Shared};
use crate::clock::Clock;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_tungstenite::tungstenite::Message;

/// What a connection tells whoever holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    /// Ready.
    Hello,
    /// It will be closed: a new one is wanted.
    Leaving,
    Ended(Ended),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    TooMany,
    LinkDisabled,
    /// Lost, silent, closed or let go; why, for the log.
    Lost(&'static str),
}

/// A connection at work. Dropping it lets it go: it is closed, and what it still owes goes by another.
pub(super) struct Live {
    pub(super) news: mpsc::Receiver<News>,
    _hold: oneshot::Sender<()>,
}

/// Something to write.
pub(super) enum Outgoing {
    Ack(String),
    Ping,
    Close,
}

/// Takes up a connection that has just been opened.
pub(super) fn start<C: Clock, H: Handler>(stream: Stream, shared: &Arc<Shared<C, H>>) -> Live {
    let (tell, news) = mpsc::channel(8);
    let (hold, let_go) = oneshot::channel();
    tokio::spawn(live(stream, Arc::clone(shared), tell, let_go));
    Live { news, _hold: hold }
}

async fn live<C: Clock, H: Handler>(
    stream: Stream,
    shared: Arc<Shared<C, H>>,
    tell: mpsc::Sender<News>,
    let_go: oneshot::Receiver<()>,
) {
    let (sink, stream) = stream.split();
    let (line, outgoing) = shared.acks.open();
    let limits = shared.limits;
    let writer = tokio::spawn(write_on(sink, outgoing, limits));
    let mut reader = Reader { stream, tell, seat: Seat { line, shared, greeted: Greeted::No } };
    let ended = reader.read_on(let_go, writer).await;
    let Reader { tell, seat, .. } = reader;
    drop(seat);
    // Whoever let it go does not listen any more.
    tell.send(News::Ended(ended)).await.ok();
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Greeted {
    No,
    Yes,
}

struct Reader<C: Clock, H: Handler> {
    stream: SplitStream<Stream>,
    tell: mpsc::Sender<News>,
    seat: Seat<C, H>,
}

/// A connection's part in what is shared; it is given up however the connection ends.
struct Seat<C: Clock, H: Handler> {
    line: u64,
    shared: Arc<Shared<C, H>>,
    greeted: Greeted,
}

impl<C: Clock, H: Handler> Drop for Seat<C, H> {
    fn drop(&mut self) {
        self.shared.acks.end(self.line);
        match self.greeted {
            Greeted::Yes => self.shared.less_one(),
            Greeted::No => {}
        }
    }
}

type Writer = tokio::task::JoinHandle<Vec<String>>;

impl<C: Clock, H: Handler> Reader<C, H> {
    /// Reads until there is nothing more to read, then closes within the limit for that.
    async fn read_on(&mut self, mut let_go: oneshot::Receiver<()>, mut writer: Writer) -> Ended {
        let limits = self.seat.shared.limits;
        let began = Instant::now();
        let mut heard = began;
        let mut ping = interval_at(began + limits.ping_every, limits.ping_every);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ended = loop {
            let (deadline, silent) = match self.seat.greeted {
                Greeted::No if began + limits.hello < heard + limits.silence => {
                    (began + limits.hello, "no hello in time")
                }
                Greeted::No | Greeted::Yes => (heard + limits.silence, "nothing was heard for too long"),
            };
            tokio::select! {
                frame = self.stream.next() => {
                    heard = Instant::now();
                    match frame {
                        Some(Ok(message)) => if let Some(ended) = self.take(message) { break ended },
                        Some(Err(_)) => break Ended::Lost("broken"),
                        None => break Ended::Lost("closed"),
                    }
                }
                _ = ping.tick() => self.seat.shared.acks.write(self.seat.line, Outgoing::Ping),
                () = sleep_until(deadline) => break Ended::Lost(silent),
                _ = &mut let_go => break Ended::Lost("let go"),
                unsent = &mut writer => {
                    self.seat.shared.acks.close(self.seat.line, unsent.unwrap_or_default());
                    return Ended::Lost("could not be written to");
                }
            }
        };
        self.close(writer, limits).await;
        ended
    }

    fn take(&mut self, message: Message) -> Option<Ended> {
        self.seat.shared.heard();
        match message {
            Message::Text(text) => self.frame(text.as_str()),
            Message::Close(_) => Some(Ended::Lost("closed by slack")),
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => None,
        }
    }

    fn frame(&mut self, text: &str) -> Option<Ended> {
        match parse(text) {
            Frame::Hello { app_id, .. } => {
                if self.seat.greeted == Greeted::No {
                    self.seat.greeted = Greeted::Yes;
                    self.seat.shared.one_more(app_id);
                }
                self.tell.try_send(News::Hello).ok();
                None
            }
            Frame::Disconnect { reason } => match reason {
                Goodbye::Warning | Goodbye::Refresh | Goodbye::Unknown => {
                    tracing::debug!(?reason, "slack will close a connection");
                    self.tell.try_send(News::Leaving).ok();
                    None
                }
                Goodbye::TooMany => Some(Ended::TooMany),
                Goodbye::LinkDisabled => Some(Ended::LinkDisabled),
            },
            Frame::Envelope(envelope) => {
                Shared::work(&self.seat.shared, self.seat.line, envelope);
                None
            }
            Frame::Other => {
                metrics::counter!("firstline_frames_unread_total").increment(1);
                tracing::info!(bytes = text.len(), "a frame from slack could not be read");
                None
            }
        }
    }

    /// Writes what is owed, says goodbye, and waits for Slack's own as long as that may take.
    async fn close(&mut self, mut writer: Writer, limits: Limits) {
        self.seat.shared.acks.write(self.seat.line, Outgoing::Close);
        let until = Instant::now() + limits.close;
        let goodbye = async {
            while let Some(Ok(message)) = self.stream.next().await {
                // What still comes in is worked on; its acknowledgement goes by another connection.
                self.take(message);
            }
        };
        tokio::time::timeout_at(until, goodbye).await.ok();
        let unsent = match tokio::time::timeout_at(until, &mut writer).await {
            Ok(unsent) => unsent.unwrap_or_default(),
            Err(_) => {
                writer.abort();
                Vec::new()
            }
        };
        self.seat.shared.acks.close(self.seat.line, unsent);
    }
}

/// The one writer of a connection: all that is ready goes out with a single flush.
/// Returns the acknowledgements that did not get out.
async fn write_on(
    mut sink: SplitSink<Stream, Message>,
    mut outgoing: mpsc::UnboundedReceiver<Outgoing>,
    limits: Limits,
) -> Vec<String> {
    let mut batch = Vec::new();
    while let Some(first) = outgoing.recv().await {
        let mut closing = Closing::No;
        for one in std::iter::once(first).chain(std::iter::from_fn(|| outgoing.try_recv().ok())) {
            match one {
                Outgoing::Close => closing = Closing::Yes,
                Outgoing::Ack(_) | Outgoing::Ping => batch.push(one),
            }
        }
        let written = timeout(limits.send, write(&mut sink, &batch, closing)).await;
        match (written, closing) {
            (Ok(Ok(())), Closing::No) => batch.clear(),
            (Ok(Ok(())), Closing::Yes) => return rest(Vec::new(), outgoing),
            (Ok(Err(_)) | Err(_), Closing::No | Closing::Yes) => return rest(batch, outgoing),
        }
    }
    Vec::new()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Closing {
    No,
    Yes,
}

async fn write(
    sink: &mut SplitSink<Stream, Message>,
    batch: &[Outgoing],
    closing: Closing,
) -> Result<(), tokio_tungstenite::tungstenite::Error> {
    for one in batch {
        let message = match one {
            Outgoing::Ack(text) => Message::text(text.as_str()),
            Outgoing::Ping => Message::Ping(Vec::new().into()),
            Outgoing::Close => continue,
        };
        sink.feed(message).await?;
    }
    match closing {
        Closing::Yes => sink.close().await,
        Closing::No => sink.flush().await,
    }
}

fn rest(batch: Vec<Outgoing>, mut outgoing: mpsc::UnboundedReceiver<Outgoing>) -> Vec<String> {
    outgoing.close();
    let waiting = std::iter::from_fn(|| outgoing.try_recv().ok());
    let text = |one| match one {
        Outgoing::Ack(text) => Some(text),
        Outgoing::Ping | Outgoing::Close => None,
    };
    batch.into_iter().chain(waiting).filter_map(text).collect()
}

/// An acknowledgement that found no connection is not sent: Slack sends its envelope again.
impl Acks {
    fn close(&self, line: u64, unsent: Vec<String>) {
        self.end(line);
        for ack in unsent {
            self.write(line, Outgoing::Ack(ack));
        }
    }
}
