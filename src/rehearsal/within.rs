//! The doors of the model for an app in the same process: calls and envelopes without a network.

use super::http::{Line, carry_out, respond};
use super::methods::{Args, JsonBody};
use super::slack::Slack;
use super::socket::Wire;
use serde_json::{Map, Value};
use tokio::sync::mpsc;

/// How the arguments of a call came.
#[derive(Clone, Debug)]
pub enum Arguments {
    Json(Map<String, Value>),
    Form(Map<String, Value>),
}

/// A Socket Mode connection without a socket; dropping it is the connection's end.
#[derive(Debug)]
pub struct Plug {
    slack: Slack,
    line: u64,
    frames: mpsc::UnboundedReceiver<Wire>,
}

impl Slack {
    /// One Web API call, or an answer to a response address: done, and answered as Slack answers it. Who asks is
    /// not questioned.
    pub fn call(&self, method: &str, arguments: Arguments) -> Value {
        let (map, json_body) = match arguments {
            Arguments::Json(map) => (map, JsonBody::Yes),
            Arguments::Form(map) => (map, JsonBody::No),
        };
        if let Some((_, key)) = method.rsplit_once("/response/") {
            return match respond(self, key, &Value::Object(map)) {
                Ok(()) => serde_json::json!({ "ok": true }),
                Err(refused) => refused.body(),
            };
        }
        carry_out(self, method, Ok(Args { map, json_body }), |_, _| Ok(()))
    }

    /// Connects; none where the app has as many connections as it may have.
    pub fn plug(&self) -> Option<Plug> {
        let (wire, frames) = mpsc::unbounded_channel();
        let line = self.lock().admit(wire, Line::none())?;
        self.ring();
        Some(Plug { slack: self.clone(), line, frames })
    }
}

impl Plug {
    /// The next text frame; none once the model has closed the connection.
    pub async fn next(&mut self) -> Option<String> {
        loop {
            match self.frames.recv().await? {
                Wire::Text(text) => return Some(text),
                Wire::Binary(_) => {}
                Wire::Close => return None,
                Wire::Halt => std::future::pending().await,
            }
        }
    }

    /// A way to acknowledge that may be handed on.
    pub fn acknowledger(&self) -> impl Fn(&str) + Clone + Send + Sync + 'static {
        let slack = self.slack.clone();
        move |frame| {
            slack.change(|inside| inside.take_ack(frame));
        }
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        self.slack.lock().sockets.leave(self.line);
        self.slack.ring();
    }
}
