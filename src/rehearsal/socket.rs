//! Socket Mode: tickets, connections, envelopes on their way, and what became of each.

use super::faults::{DisconnectReason, Order};
use super::http::Line as Tcp;
use super::slack::{Inside, Slack};
use super::wire;
use crate::clock::Clock;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How many connections one app may have.
const CONNECTIONS_MAX: usize = 10;

/// When an unacknowledged event comes again, on the model's own clock, counted from the failure.
const RETRIES_AFTER_MIN: [i64; 3] = [0, 1, 5];

/// What a connection's task is told to do.
#[derive(Clone, Debug)]
pub(super) enum Wire {
    Text(String),
    Binary(Vec<u8>),
    Close,
    /// Stop reading and writing, and stay open.
    Halt,
}

/// What became of an envelope.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fate {
    Waiting,
    /// With the payload of the acknowledgement, or null.
    Acked(Value),
    /// There was no connection, or it went away before the acknowledgement.
    Lost,
}

/// An event on its way, and the means to send it again.
#[derive(Clone, Debug)]
pub(super) struct Delivery {
    pub payload: Value,
    pub fate: watch::Sender<Fate>,
}

#[derive(Debug)]
struct Line {
    wire: mpsc::UnboundedSender<Wire>,
    /// The socket itself, to cut it under everybody's hands.
    tcp: Tcp,
    standing: LineStanding,
}

/// How far a connection can still be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LineStanding {
    Staying,
    /// Asked to go; still read and written.
    Leaving,
    /// Open, and deaf.
    Halted,
}

#[derive(Debug)]
struct Pending {
    fate: watch::Sender<Fate>,
    line: Option<u64>,
    accepts: Accepts,
}

/// Whether an acknowledgement may carry a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Accepts {
    Payload,
    Nothing,
}

#[derive(Debug)]
pub(super) struct Sockets {
    lines: BTreeMap<u64, Line>,
    tickets: BTreeSet<String>,
    pending: BTreeMap<String, Pending>,
    settled: BTreeSet<String>,
    held: Option<Vec<(Option<u64>, Value)>>,
    last: Option<Value>,
    next_line: u64,
    dice: u64,
    pub copies: usize,
}

impl Sockets {
    pub fn seeded(seed: u64) -> Self {
        Self {
            lines: BTreeMap::new(),
            tickets: BTreeSet::new(),
            pending: BTreeMap::new(),
            settled: BTreeSet::new(),
            held: None,
            last: None,
            next_line: 0,
            dice: seed.max(1),
            copies: 1,
        }
    }

    pub fn count(&self) -> usize {
        self.lines.values().filter(|line| line.standing != LineStanding::Halted).count()
    }

    /// Whether an acknowledgement cannot be waited for: envelopes are held back, or a connection is deaf.
    pub fn expects_silence(&self) -> bool {
        self.held.is_some() || self.halted().next().is_some()
    }

    pub fn add_ticket(&mut self, ticket: &str) {
        self.tickets.insert(ticket.to_owned());
    }

    /// A ticket lets one connection in, once.
    pub fn use_ticket(&mut self, ticket: &str) -> bool {
        self.tickets.remove(ticket)
    }

    fn join(&mut self, wire: mpsc::UnboundedSender<Wire>, tcp: Tcp) -> u64 {
        // Slack notices a deaf connection late; here it does when the app has come back by another.
        let deaf: Vec<u64> = self.halted().collect();
        for line in deaf {
            self.lose(line);
        }
        self.next_line += 1;
        self.lines.insert(self.next_line, Line { wire, tcp, standing: LineStanding::Staying });
        self.next_line
    }

    /// The connection is gone; what it had not acknowledged is lost on it.
    pub fn leave(&mut self, line: u64) {
        self.lines.remove(&line);
        self.lose(line);
    }

    fn halted(&self) -> impl Iterator<Item = u64> {
        self.lines.iter().filter(|(_, line)| line.standing == LineStanding::Halted).map(|(id, _)| *id)
    }

    fn lose(&self, line: u64) {
        for pending in self.pending.values().filter(|it| it.line == Some(line)) {
            pending.fate.send_if_modified(|fate| {
                let waiting = *fate == Fate::Waiting;
                if waiting {
                    *fate = Fate::Lost;
                }
                waiting
            });
        }
    }

    pub fn to_all(&self, wire: &Wire) {
        for line in self.lines.values() {
            // A task that has ended has its line removed by itself.
            let _ = line.wire.send(wire.clone());
        }
    }

    pub fn cut_all(&mut self) {
        for line in self.lines.values() {
            line.tcp.cut();
            // A deaf task does not notice; this ends it.
            let _ = line.wire.send(Wire::Close);
        }
    }

    pub fn halt_all(&mut self) {
        self.to_all(&Wire::Halt);
        for line in self.lines.values_mut() {
            line.standing = LineStanding::Halted;
        }
    }

    pub fn ask_to_go(&mut self, reason: DisconnectReason) {
        self.to_all(&Wire::Text(goodbye(reason)));
        if reason.closes() {
            self.to_all(&Wire::Close);
        }
        for line in self.lines.values_mut() {
            line.standing = LineStanding::Leaving;
        }
    }

    pub fn expect_ack(&mut self, envelope_id: &str) {
        let pending =
            Pending { fate: watch::Sender::new(Fate::Waiting), line: None, accepts: Accepts::Nothing };
        self.pending.insert(envelope_id.to_owned(), pending);
    }

    /// Sends a frame as it stands, which is to be acknowledged as this envelope.
    pub fn send_frame(&mut self, envelope_id: &str, frame: &str) -> watch::Receiver<Fate> {
        let line = self.choose();
        let fate = watch::Sender::new(if line.is_some() { Fate::Waiting } else { Fate::Lost });
        let receiver = fate.subscribe();
        self.pending.insert(envelope_id.to_owned(), Pending { fate, line, accepts: Accepts::Nothing });
        if let Some(line) = line.and_then(|line| self.lines.get(&line)) {
            // The task's end marks what it did not send as lost.
            let _ = line.wire.send(Wire::Text(frame.to_owned()));
        }
        receiver
    }

    pub fn hold(&mut self) {
        self.held.get_or_insert_default();
    }

    pub fn let_go(&mut self, order: Order) {
        let mut held = self.held.take().unwrap_or_default();
        match order {
            Order::AsHeld => {}
            Order::Reversed => held.reverse(),
        }
        for (line, envelope) in held {
            self.put(line, envelope);
        }
    }

    pub fn send_last_again(&mut self) {
        let (line, last) = (self.choose(), self.last.clone());
        if let (Some(line), Some(last)) = (line, last) {
            self.write(line, &last);
        }
    }

    /// Sends one envelope on one connection of the several; where there is none, it is lost at once.
    pub fn send(&mut self, envelope: Value, accepts: Accepts, fate: watch::Sender<Fate>) {
        let id = envelope["envelope_id"].as_str().unwrap_or_default().to_owned();
        let line = self.choose();
        fate.send_replace(if line.is_some() { Fate::Waiting } else { Fate::Lost });
        self.pending.insert(id, Pending { fate, line, accepts });
        self.put(line, envelope);
    }

    fn put(&mut self, line: Option<u64>, envelope: Value) {
        if let Some(held) = &mut self.held {
            held.push((line, envelope));
            return;
        }
        if let Some(line) = line {
            for _ in 0..self.copies {
                self.write(line, &envelope);
            }
            self.last = Some(envelope);
        }
    }

    fn write(&mut self, line: u64, envelope: &Value) {
        if let Some(line) = self.lines.get(&line) {
            // The task's end marks what it did not send as lost.
            let _ = line.wire.send(Wire::Text(envelope.to_string()));
        }
    }

    /// One of the connections that stay, or of those that leave when there is no other.
    fn choose(&mut self) -> Option<u64> {
        let staying: Vec<u64> = self
            .lines
            .iter()
            .filter(|(_, line)| line.standing == LineStanding::Staying)
            .map(|(id, _)| *id)
            .collect();
        let all: Vec<u64> = if staying.is_empty() { self.lines.keys().copied().collect() } else { staying };
        if all.is_empty() {
            return None;
        }
        // xorshift64: the same seed gives the same choices.
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        let at = usize::try_from(self.dice % u64::try_from(all.len()).unwrap_or(1)).unwrap_or(0);
        all.get(at).copied()
    }
}

fn goodbye(reason: DisconnectReason) -> String {
    json!({ "type": "disconnect", "reason": reason.as_str(), "debug_info": { "host": "model-1" } })
        .to_string()
}

fn hello(app_id: &str, connections: usize) -> String {
    json!({
        "type": "hello", "num_connections": connections, "connection_info": { "app_id": app_id },
        "debug_info": { "host": "model-1", "build_number": 1, "approximate_connection_time": 18_060 },
    })
    .to_string()
}

pub(super) fn too_many() -> String {
    goodbye(DisconnectReason::TooManyWebsockets)
}

impl Inside {
    /// Lets a connection in, unless there are too many; its hello is the first thing it says.
    pub fn admit(&mut self, wire: mpsc::UnboundedSender<Wire>, tcp: Tcp) -> Option<u64> {
        if self.sockets.lines.len() >= CONNECTIONS_MAX {
            return None;
        }
        let hello = hello(&self.workspace.bot.app_id, self.sockets.count() + 1);
        // The receiving end is in the hands of whoever asks.
        let _ = wire.send(Wire::Text(hello));
        Some(self.sockets.join(wire, tcp))
    }

    /// Sends an event for the first time.
    pub fn send_event(&mut self, event: &Value) -> Delivery {
        let event_id = self.workspace.next_id("Ev");
        let payload = wire::event_callback(&self.workspace, &event_id, event);
        let delivery = Delivery { payload, fate: watch::Sender::new(Fate::Waiting) };
        self.send_attempt(&delivery, 0);
        delivery
    }

    pub fn send_attempt(&mut self, delivery: &Delivery, attempt: usize) {
        let envelope = json!({
            "envelope_id": self.workspace.next_id("env-"), "type": "events_api", "payload": delivery.payload,
            "accepts_response_payload": false, "retry_attempt": attempt,
            "retry_reason": if attempt == 0 { "" } else { "timeout" },
        });
        self.sockets.send(envelope, Accepts::Nothing, delivery.fate.clone());
    }

    /// Sends something a person did, which is never sent again.
    pub fn send_once(&mut self, kind: &str, payload: &Value, accepts: Accepts) -> watch::Receiver<Fate> {
        let fate = watch::Sender::new(Fate::Waiting);
        let receiver = fate.subscribe();
        let envelope = json!({
            "envelope_id": self.workspace.next_id("env-"), "type": kind, "payload": payload,
            "accepts_response_payload": accepts == Accepts::Payload,
        });
        self.sockets.send(envelope, accepts, fate);
        receiver
    }

    /// Takes in what the app wrote on its connection.
    pub fn take_ack(&mut self, text: &str) {
        let ack: Value = serde_json::from_str(text).unwrap_or_default();
        let Some(id) = ack["envelope_id"].as_str() else {
            let detail = vec!["a frame without `envelope_id`".to_owned()];
            return self.workspace.refuse("acknowledgement", "invalid_acknowledgement", detail);
        };
        let Some(pending) = self.sockets.pending.remove(id) else {
            if !self.sockets.settled.contains(id) {
                let detail = vec![format!("no envelope `{id}` was sent")];
                self.workspace.refuse("acknowledgement", "unknown_envelope", detail);
            }
            return;
        };
        self.sockets.settled.insert(id.to_owned());
        let empty =
            ack["payload"].is_null() || ack["payload"].as_object().is_some_and(serde_json::Map::is_empty);
        if pending.accepts == Accepts::Nothing && !empty {
            let detail = vec![format!("envelope `{id}` accepts no payload")];
            self.workspace.refuse("acknowledgement", "payload_not_accepted", detail);
        }
        pending.fate.send_replace(Fate::Acked(ack["payload"].clone()));
    }
}

impl Slack {
    /// Sees an event through: sends it again at once, after a minute and after five, until it is acknowledged.
    pub(super) async fn follow(self, delivery: Delivery) {
        for (attempt, minutes) in RETRIES_AFTER_MIN.into_iter().enumerate() {
            let fate = settled(delivery.fate.subscribe(), self.inner.ack_within).await;
            if matches!(fate, Fate::Acked(_)) {
                return;
            }
            let at = self.inner.clock.now() + chrono::Duration::minutes(minutes);
            self.inner.clock.sleep_until(at).await;
            self.lock().send_attempt(&delivery, attempt + 1);
            self.ring();
        }
    }
}

/// What became of an envelope, waited for no longer than `bound`.
pub(super) async fn settled(mut fate: watch::Receiver<Fate>, bound: Duration) -> Fate {
    let waiting = fate.wait_for(|fate| *fate != Fate::Waiting);
    match tokio::time::timeout(bound, waiting).await {
        Ok(Ok(fate)) => fate.clone(),
        Ok(Err(_)) | Err(_) => Fate::Waiting,
    }
}
