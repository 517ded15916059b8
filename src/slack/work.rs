//! What the connections share: the envelopes at work, the acknowledgements on their way, and the health.

use super::connection::Outgoing;
use super::frame::{Accepts, Envelope};
use super::limits::Limits;
use super::socket::{Ack, Handler, Health};
use crate::clock::Clock;
use futures_util::FutureExt;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{mpsc, watch};

pub(super) struct Shared<C, H> {
    pub(super) handler: H,
    pub(super) clock: C,
    pub(super) limits: Limits,
    pub(super) health: watch::Sender<Health>,
    pub(super) acks: Acks,
    pub(super) at_work: watch::Sender<usize>,
    /// Set when nothing more is to be taken on.
    pub(super) draining: AtomicBool,
}

impl<C: Clock, H: Handler> Shared<C, H> {
    pub(super) fn new(handler: H, clock: C, limits: Limits) -> Self {
        let health = watch::Sender::new(Health::new(clock.monotonic()));
        let at_work = watch::Sender::new(0);
        Self {
            handler,
            clock,
            limits,
            health,
            acks: Acks::default(),
            at_work,
            draining: AtomicBool::new(false),
        }
    }

    /// Hands an envelope to the handler, in a task of its own. What cannot be taken on now is left for
    /// Slack to send again.
    pub(super) fn work(shared: &Arc<Self>, line: u64, envelope: Envelope) {
        let kind = envelope.describe();
        let busy = *shared.at_work.borrow() >= shared.limits.at_work;
        if busy || shared.draining.load(Ordering::Relaxed) {
            metrics::counter!("firstline_envelopes_left_total").increment(1);
            return;
        }
        shared.at_work.send_modify(|count| *count += 1);
        let at_work = AtWork(shared.at_work.clone());
        let shared = Arc::clone(shared);
        let came = shared.clock.monotonic();
        tokio::spawn(async move {
            let _at_work = at_work;
            let (id, accepts) = (envelope.id.clone(), envelope.accepts_payload);
            let handled =
                AssertUnwindSafe(async { shared.handler.handle(envelope).await }).catch_unwind().await;
            match handled {
                Ok(Ack::Bare) => shared.acks.write(line, Outgoing::Ack(frame(&id, None))),
                Ok(Ack::With(payload)) => {
                    let payload = match accepts {
                        Accepts::Payload => Some(payload),
                        Accepts::Bare => None,
                    };
                    shared.acks.write(line, Outgoing::Ack(frame(&id, payload)));
                }
                Ok(Ack::Withhold) => {
                    metrics::counter!("firstline_envelopes_withheld_total").increment(1);
                    return;
                }
                Err(_) => {
                    tracing::error!(kind, "handling an envelope panicked; slack will send it again");
                    metrics::counter!("firstline_envelopes_panicked_total").increment(1);
                    return;
                }
            }
            let took = shared.clock.monotonic() - came;
            metrics::histogram!("firstline_ack_seconds").record(took.as_secs_f64());
            metrics::counter!("firstline_envelopes_total", "kind" => kind).increment(1);
        });
    }

    /// A connection said hello.
    pub(super) fn one_more(&self, app_id: Option<String>) {
        let now = self.clock.monotonic();
        self.health.send_modify(|health| {
            health.up += 1;
            health.hellos += 1;
            health.last_hello = Some(now);
            health.down_since = None;
            if app_id.is_some() {
                health.app_id = app_id;
            }
        });
    }

    /// A connection that had said hello is no more.
    pub(super) fn less_one(&self) {
        let now = self.clock.monotonic();
        self.health.send_modify(|health| {
            health.up = health.up.saturating_sub(1);
            if health.up == 0 {
                health.down_since = Some(now);
            }
        });
    }

    /// A frame came. Nobody is woken for that.
    pub(super) fn heard(&self) {
        let now = self.clock.monotonic();
        self.health.send_if_modified(|health| {
            health.last_frame = Some(now);
            false
        });
    }
}

fn frame(id: &str, payload: Option<Value>) -> String {
    match payload {
        Some(payload) => json!({ "envelope_id": id, "payload": payload }),
        None => json!({ "envelope_id": id }),
    }
    .to_string()
}

/// Counts one envelope as long as it is at work, however that ends.
struct AtWork(watch::Sender<usize>);

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.send_modify(|count| *count -= 1);
    }
}

/// Ways out, by connection. Slack takes an acknowledgement on any of them.
#[derive(Default)]
pub(super) struct Acks {
    lines: Mutex<Lines>,
}

#[derive(Default)]
struct Lines {
    next: u64,
    open: BTreeMap<u64, mpsc::UnboundedSender<Outgoing>>,
}

impl Acks {
    pub(super) fn open(&self) -> (u64, mpsc::UnboundedReceiver<Outgoing>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        let mut lines = self.lock();
        lines.next += 1;
        let line = lines.next;
        lines.open.insert(line, sender);
        (line, receiver)
    }

    pub(super) fn end(&self, line: u64) {
        self.lock().open.remove(&line);
    }

    pub(super) fn write(&self, line: u64, what: Outgoing) {
        let lines = self.lock();
        let unsent = match lines.open.get(&line) {
            Some(sender) => sender.send(what).err().map(|unsent| unsent.0),
            None => Some(what),
        };
        let mut left = match unsent {
            Some(Outgoing::Ack(text)) => Outgoing::Ack(text),
            Some(Outgoing::Ping | Outgoing::Close) | None => return,
        };
        for (_, sender) in lines.open.iter().rev().filter(|(other, _)| **other != line) {
            match sender.send(left) {
                Ok(()) => return,
                Err(unsent) => left = unsent.0,
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
