//! What comes over the socket, before anybody asks what it means.

use super::lenient::{at, text};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// One text frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Frame {
    /// The connection is ready.
    Hello { app_id: Option<String>, connections: Option<u64> },
    /// Slack is going to close this connection, or has reason to.
    Disconnect { reason: Goodbye },
    /// Something to acknowledge.
    Envelope(Envelope),
    /// Nothing that can be acknowledged.
    Other,
}

/// Why Slack says goodbye.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goodbye {
    /// It closes in about ten seconds.
    Warning,
    /// It is time for a new connection.
    Refresh,
    /// Socket Mode was switched off for the app.
    LinkDisabled,
    /// The app has more connections than it may have.
    TooMany,
    /// A reason that is not documented.
    Unknown,
}

/// One delivery, with its payload as it came.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// What the acknowledgement names.
    pub id: String,
    /// `events_api`, `interactive`, `slash_commands`, or a word we do not know.
    pub kind: String,
    /// `Null` when it cannot be read: it is acknowledged all the same, or it would come again and again.
    pub payload: Value,
    pub accepts_payload: Accepts,
    /// 0 on the first try.
    pub retry: u64,
}

/// Whether the acknowledgement may carry an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accepts {
    Payload,
    Bare,
}

/// The payload is left for later, so that one which cannot be read does not take its envelope's id with it.
#[derive(Deserialize)]
struct Outer<'a> {
    #[serde(default, borrow, rename = "type")]
    kind: Option<&'a RawValue>,
    #[serde(default, borrow)]
    envelope_id: Option<&'a RawValue>,
    #[serde(default, borrow)]
    payload: Option<&'a RawValue>,
    #[serde(default, borrow)]
    accepts_response_payload: Option<&'a RawValue>,
    #[serde(default, borrow)]
    retry_attempt: Option<&'a RawValue>,
}

/// Reads a frame. Never fails: what it cannot read is [`Frame::Other`].
pub fn parse(frame: &str) -> Frame {
    let Ok(outer) = serde_json::from_str::<Outer<'_>>(frame) else {
        return Frame::Other;
    };
    let kind = read(outer.kind).as_str().unwrap_or_default().to_owned();
    let id = read(outer.envelope_id).as_str().unwrap_or_default().to_owned();
    match kind.as_str() {
        "hello" if id.is_empty() => hello(frame),
        "disconnect" if id.is_empty() => disconnect(frame),
        _ if id.is_empty() => Frame::Other,
        _ => Frame::Envelope(Envelope {
            id,
            kind,
            payload: read(outer.payload),
            accepts_payload: match read(outer.accepts_response_payload) {
                Value::Bool(true) => Accepts::Payload,
                Value::Bool(false)
                | Value::Null
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_)
                | Value::Object(_) => Accepts::Bare,
            },
            retry: read(outer.retry_attempt).as_u64().unwrap_or(0),
        }),
    }
}

fn read(raw: Option<&RawValue>) -> Value {
    raw.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or(Value::Null)
}

fn hello(frame: &str) -> Frame {
    let frame: Value = serde_json::from_str(frame).unwrap_or(Value::Null);
    Frame::Hello {
        app_id: text(&frame, "connection_info.app_id"),
        connections: at(&frame, "num_connections").as_u64(),
    }
}

fn disconnect(frame: &str) -> Frame {
    let frame: Value = serde_json::from_str(frame).unwrap_or(Value::Null);
    let reason = match at(&frame, "reason").as_str() {
        Some("warning") => Goodbye::Warning,
        Some("refresh_requested") => Goodbye::Refresh,
        Some("link_disabled") => Goodbye::LinkDisabled,
        Some("too_many_websockets") => Goodbye::TooMany,
        Some(_) | None => Goodbye::Unknown,
    };
    Frame::Disconnect { reason }
}

impl Envelope {
    /// What it is, in Slack's words, for counting and logging: `events_api/message/channel_join`.
    /// Words that are no words are left out, so that nothing a person typed can come this way.
    pub fn describe(&self) -> String {
        let event = at(&self.payload, "event");
        let parts = [
            Some(self.kind.as_str()),
            event.get("type").or_else(|| self.payload.get("type")).and_then(Value::as_str),
            event.get("subtype").and_then(Value::as_str),
        ];
        let plain = |part: &&str| {
            part.len() <= 40 && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        };
        parts.into_iter().flatten().filter(plain).collect::<Vec<_>>().join("/")
    }
}
