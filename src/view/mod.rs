//! What people read: decisions rendered into finished Slack calls.

pub mod call;

use crate::clock::Timestamp;
use crate::domain::effect::Reply;
use crate::domain::{Decision, World};
use crate::id::UserId;
use crate::view::call::Call;
use serde_json::Value;
use std::collections::BTreeMap;

/// A reply in words, for one reader.
#[derive(Clone, Debug, PartialEq)]
pub enum Spoken {
    Nothing,
    Message { text: String, blocks: Vec<Value> },
    View(Value),
    FieldErrors(BTreeMap<String, String>),
}

/// The calls that carry out a decision, in order.
pub fn render(_decision: &Decision, _case_version: u64, _world: &World<'_>, _now: Timestamp) -> Vec<Call> {
    Vec::new()
}

/// The words of a reply.
pub fn spoken(_reply: &Reply, _reader: &UserId, _world: &World<'_>, _now: Timestamp) -> Spoken {
    Spoken::Nothing
}

/// One line of a timeline in plain words.
pub fn timeline_line(
    entry: &crate::domain::effect::Entry,
    _directory: &crate::domain::directory::Directory,
    zone: &crate::zone::Zone,
) -> String {
    format!("{} {:?}", zone.local(entry.at), entry.what)
}
