//! Reading JSON that may have any shape: what is absent, null, empty or of another kind is simply not there.

use crate::clock::Timestamp;
use serde_json::Value;

/// The value at a path of keys (`message.edited.ts`); `Null` where the path ends early.
pub(super) fn at<'a>(value: &'a Value, path: &str) -> &'a Value {
    path.split('.').fold(value, |value, key| value.get(key).unwrap_or(&Value::Null))
}

/// Text that is not empty. Numbers count as text: some fields come as either.
pub(super) fn text(value: &Value, path: &str) -> Option<String> {
    as_text(at(value, path))
}

pub(super) fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::String(_) | Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Borrowed text that is not empty.
pub(super) fn word<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    at(value, path).as_str().filter(|word| !word.is_empty())
}

/// A list; anything else is an empty one.
pub(super) fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).as_array().map_or(&[], Vec::as_slice)
}

/// A flag: `true` or the text `"true"` (slash commands spell it so).
pub(super) fn says(value: &Value, path: &str) -> Said {
    match at(value, path) {
        Value::Bool(true) => Said::Yes,
        Value::String(text) if text == "true" => Said::Yes,
        Value::Bool(false)
        | Value::String(_)
        | Value::Null
        | Value::Number(_)
        | Value::Array(_)
        | Value::Object(_) => Said::No,
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    Yes,
    No,
}

impl Said {
    pub(super) fn yes(self) -> bool {
        self == Self::Yes
    }
}

/// Whole seconds since 1970, as a number or as text; 0 and below mean "none".
pub(super) fn seconds(value: &Value, path: &str) -> Option<Timestamp> {
    let value = at(value, path);
    let seconds = value.as_i64().or_else(|| value.as_str().and_then(|text| text.parse().ok()))?;
    (seconds > 0).then(|| Timestamp::from_timestamp(seconds, 0)).flatten()
}

/// The instant that Slack's `ts` (`1764028800.000200`) names.
pub fn instant(ts: &str) -> Option<Timestamp> {
    let (seconds, micros) = ts.split_once('.').unwrap_or((ts, "0"));
    let micros: u32 = micros.get(..6).unwrap_or(micros).parse().ok()?;
    let seconds: i64 = seconds.parse().ok().filter(|seconds| *seconds > 0)?;
    Timestamp::from_timestamp(seconds, micros.saturating_mul(1000))
}

/// `ts` as text, whether it came as text or as a number.
pub(super) fn instant_at(value: &Value, path: &str) -> Option<Timestamp> {
    text(value, path).and_then(|ts| instant(&ts))
}
