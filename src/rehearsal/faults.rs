//! How the model misbehaves on request: answers that fail or get lost, sockets that fall silent.

use super::slack::{Slack, TimedOut};
use super::socket::Wire;
use crate::id::ChannelId;
use serde_json::json;
use std::time::Duration;

/// What becomes of a Web API call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// HTTP 429 with `Retry-After` in seconds; nothing is done.
    RateLimited(u64),
    /// This HTTP status with a page that is not JSON; nothing is done.
    Status(u16),
    /// Done, and answered this much later (real time).
    Slow(Duration),
    /// Neither done nor answered before `let_calls_go`.
    HeldBefore,
    /// Done, and not answered before `let_calls_go`.
    HeldAfter,
    /// Never answered, and not done.
    Silent,
    /// Done, and then the connection is cut in place of the answer.
    AnswerLost,
    /// The connection is cut before anything is done.
    Cut,
    /// `{"ok": false, "error": …}` with this code; nothing is done.
    Error(String),
}

/// Stands for every method.
pub const ANY_METHOD: &str = "*";

#[derive(Clone, Debug)]
struct Planned {
    left: usize,
    method: String,
    channel: Option<ChannelId>,
    fault: Fault,
}

/// What is planned to go wrong.
#[derive(Debug, Default)]
pub(super) struct Faults {
    planned: Vec<Planned>,
    pub greeting: Greeting,
    /// How many calls wait for `let_calls_go`.
    pub held: usize,
}

/// How the next connections are greeted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Greeting {
    #[default]
    Hello,
    /// The handshake succeeds and nothing is ever said.
    Silence,
    /// The hello comes this much later (real time).
    Late(Duration),
}

/// Why Slack asks a connection to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DisconnectReason {
    Warning,
    RefreshRequested,
    LinkDisabled,
    TooManyWebsockets,
}

impl DisconnectReason {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::RefreshRequested => "refresh_requested",
            Self::LinkDisabled => "link_disabled",
            Self::TooManyWebsockets => "too_many_websockets",
        }
    }

    /// Whether the server closes the connection by itself straight after.
    pub(super) fn closes(self) -> bool {
        match self {
            Self::Warning | Self::RefreshRequested => false,
            Self::LinkDisabled | Self::TooManyWebsockets => true,
        }
    }
}

/// What happens to every Socket Mode connection that is open now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SocketFault {
    /// The TCP connection ends without a close frame.
    Drop,
    /// A close frame, as on an orderly shutdown.
    Close,
    /// Stays open; nothing is read or written any more.
    HalfOpen,
    Disconnect(DisconnectReason),
    /// A text frame that is not JSON.
    Garbage,
    /// A binary frame.
    Binary,
    /// A well-formed envelope of a type nobody knows.
    UnknownEnvelope,
    /// The last envelope once more, with the same ids.
    RedeliverLast,
}

/// In which order envelopes that were held back are let go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    AsHeld,
    Reversed,
}

impl Faults {
    /// Takes the first planned fault that fits this call.
    pub fn take(&mut self, method: &str, channel: Option<&str>) -> Option<Fault> {
        let fits = |it: &Planned| {
            (it.method == method || it.method == ANY_METHOD)
                && it.channel.as_ref().is_none_or(|wanted| Some(wanted.as_str()) == channel)
        };
        let at = self.planned.iter().position(fits)?;
        let planned = &mut self.planned[at];
        planned.left = planned.left.saturating_sub(1);
        let fault = planned.fault.clone();
        if planned.left == 0 {
            self.planned.remove(at);
        }
        Some(fault)
    }
}

/// A call while it is held.
struct HeldCall<'s>(&'s Slack);

impl Drop for HeldCall<'_> {
    fn drop(&mut self) {
        self.0.lock().faults.held -= 1;
        self.0.ring();
    }
}

impl Slack {
    /// The next `count` calls of `method` (or `ANY_METHOD`; of one channel, or of any) go wrong in this way.
    /// An outage is `usize::MAX` calls, until `clear_faults`.
    pub fn fail_next(&self, count: usize, method: &str, channel: Option<&ChannelId>, fault: Fault) {
        let planned = Planned { left: count, method: method.to_owned(), channel: channel.cloned(), fault };
        if count > 0 {
            self.lock().faults.planned.push(planned);
        }
    }

    /// Nothing more goes wrong with calls or greetings.
    pub fn clear_faults(&self) {
        let mut inside = self.lock();
        inside.faults = Faults { held: inside.faults.held, ..Faults::default() };
    }

    /// Waits until so many calls are held.
    pub async fn wait_for_held_calls(&self, count: usize, bound: Duration) -> Result<(), TimedOut> {
        self.until(bound, |inside| (inside.faults.held == count).then_some(())).await
    }

    /// Lets every held call go on.
    pub fn let_calls_go(&self) {
        self.inner.gate.send_modify(|opened| *opened += 1);
    }

    /// Waits, as a held call, for `let_calls_go`.
    pub(super) async fn held(&self) {
        let mut gate = self.inner.gate.subscribe();
        self.lock().faults.held += 1;
        self.ring();
        // Also when the app gives the call up.
        let _counted = HeldCall(self);
        // The sender lives as long as this handle.
        let _ = gate.changed().await;
    }

    /// How connections are greeted from now on.
    pub fn greet_with(&self, greeting: Greeting) {
        self.lock().faults.greeting = greeting;
    }

    /// Does this to every open connection.
    pub fn socket_fault(&self, fault: SocketFault) {
        self.change(|inside| {
            let app = inside.workspace.bot.app_id.clone();
            match fault {
                SocketFault::Drop => inside.sockets.cut_all(),
                SocketFault::Close => inside.sockets.to_all(&Wire::Close),
                SocketFault::HalfOpen => inside.sockets.halt_all(),
                SocketFault::Disconnect(reason) => inside.sockets.ask_to_go(reason),
                SocketFault::Garbage => inside.sockets.to_all(&Wire::Text("{\"type\": \"hel".to_owned())),
                SocketFault::Binary => inside.sockets.to_all(&Wire::Binary(vec![0, 159, 146, 150])),
                SocketFault::UnknownEnvelope => {
                    let id = inside.workspace.next_id("env-unknown-");
                    inside.sockets.expect_ack(&id);
                    let envelope = json!({ "envelope_id": id, "type": "tea_time", "payload": { "app": app },
                        "accepts_response_payload": false });
                    inside.sockets.to_all(&Wire::Text(envelope.to_string()));
                }
                SocketFault::RedeliverLast => inside.sockets.send_last_again(),
            }
        });
    }

    /// Every envelope is sent twice from now on, until `deliver_once`.
    pub fn deliver_twice(&self) {
        self.lock().sockets.copies = 2;
    }

    pub fn deliver_once(&self) {
        self.lock().sockets.copies = 1;
    }

    /// Keeps envelopes back until `let_go`.
    pub fn hold_back(&self) {
        self.lock().sockets.hold();
    }

    /// Sends what was held back, and holds no more.
    pub fn let_go(&self, order: Order) {
        self.change(|inside| inside.sockets.let_go(order));
    }

    /// Makes every `trigger_id` handed out so far too old to open anything.
    pub fn expire_triggers(&self) {
        self.lock().workspace.expire_triggers();
    }
}
