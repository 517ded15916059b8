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
pub fn render(decision: &Decision, case_version: u64, _world: &World<'_>, now: Timestamp) -> Vec<Call> {
    use crate::domain::case::Root;
    use crate::domain::effect::{Effect, Slot};
    use crate::view::call::{Address, Urgency, Verb};
    let Some(case) = &decision.case else { return Vec::new() };
    let thread = match &case.root {
        Root::Post(root) => Address::Thread { channel: case.channel.clone(), root: root.clone() },
        Root::Bot => Address::OwnThread { channel: case.channel.clone() },
    };
    let top = Address::Channel(case.channel.clone());
    let call = |slot: Slot, name: String, verb, address: Address, urgency, text: String| {
        let lane = match &address {
            Address::Direct(user) => Call::direct_lane(user),
            Address::Channel(_) | Address::Thread { .. } | Address::OwnThread { .. } => Call::case_lane(&case.id),
        };
        Call {
            id: crate::id::CallId::new(format!("{}/{name}/{case_version}", case.id)),
            lane,
            case: Some(case.id.clone()),
            slot,
            verb,
            address,
            urgency,
            decided_at: now,
            body: serde_json::json!({ "text": text }),
        }
    };
    let mut calls = Vec::new();
    for effect in &decision.effects {
        calls.extend(match effect {
            Effect::PostRoot => Some(call(Slot::Root, "root".into(), Verb::Post, top.clone(), Urgency::Word, "root".into())),
            Effect::ShowCard => Some(call(Slot::Card, "card".into(), Verb::Upsert, thread.clone(), Urgency::Edit, format!("card {} {:?}", case.id, case.owner()))),
            Effect::AskForMissing(_) => Some(call(Slot::Missing, "missing".into(), Verb::Upsert, thread.clone(), Urgency::Word, "missing".into())),
            Effect::DropMissing => Some(call(Slot::Missing, "dropmissing".into(), Verb::Remove, thread.clone(), Urgency::Edit, String::new())),
            Effect::Ping(ping) => {
                let who: Vec<String> = ping.to.iter().map(|user| format!("<@{user}>")).collect();
                Some(call(Slot::Ping(ping.number), format!("ping-{}", ping.number), Verb::Post, thread.clone(), Urgency::Ping, who.join(" ")))
            }
            Effect::CancelPings => None,
            Effect::Say { slot, note } => Some(call(Slot::Note(*slot), format!("note-{slot}"), Verb::Post, thread.clone(), Urgency::Word, format!("{note:?}"))),
            Effect::Tell { to, slot, note } => Some(call(Slot::Note(*slot), format!("note-{slot}-{to}"), Verb::Post, Address::Direct(to.clone()), Urgency::Word, format!("{note:?}"))),
        });
    }
    calls
}

/// The words of a reply.
pub fn spoken(reply: &Reply, _reader: &UserId, _world: &World<'_>, _now: Timestamp) -> Spoken {
    match reply {
        Reply::Private(note) => Spoken::Message { text: format!("{note:?}"), blocks: Vec::new() },
        Reply::Silent | Reply::OpenForm(_) | Reply::FieldErrors(_) => Spoken::Nothing,
    }
}

/// One line of a timeline in plain words.
pub fn timeline_line(
    entry: &crate::domain::effect::Entry,
    _directory: &crate::domain::directory::Directory,
    zone: &crate::zone::Zone,
) -> String {
    format!("{} {:?}", zone.local(entry.at), entry.what)
}
