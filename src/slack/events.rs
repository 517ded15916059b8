//! The Events API read into what happened.

use super::account;
use super::envelope::{Door, Ignored, Read};
use super::frame::Envelope;
use super::identity::Identity;
use super::lenient::{at, instant_at, seconds, text, word};
use super::message::{self, Origin, Seen, base_name, deleted_key};
use super::notice;
use crate::clock::Timestamp;
use crate::domain::directory::AccountKind;
use crate::domain::event::{Event, Reaction, What};
use crate::id::{ChannelId, DeliveryKey, MessageTs, UserId};
use serde_json::Value;

/// What an event means, and the content's own key where it has one.
enum Meaning {
    Happened(Box<What>, Option<DeliveryKey>),
    Nothing(Ignored),
}

impl Meaning {
    fn happened(what: What, content: Option<DeliveryKey>) -> Self {
        Self::Happened(Box::new(what), content)
    }
}

pub(super) fn read(envelope: &Envelope, bot: &Identity, now: Timestamp) -> Read {
    // `app_rate_limited` comes without an inner event.
    let event = match at(&envelope.payload, "event") {
        Value::Object(_) => at(&envelope.payload, "event"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            &envelope.payload
        }
    };
    let kind = word(event, "type").unwrap_or_default();
    let notice = notice::read(kind, event, bot);
    match (meaning(kind, event, bot), notice) {
        (Meaning::Happened(what, content), notice) => {
            let keys = std::iter::once(delivery_key(envelope)).chain(content).collect();
            let event = Box::new(Event { keys, at: happened_at(envelope, event, now), what: *what });
            Read::Event { event, door: Door::Events, notice }
        }
        (Meaning::Nothing(_), Some(notice)) => Read::Notice(notice),
        (Meaning::Nothing(why), None) => Read::Nothing(why),
    }
}

/// `ev:<event id>`, the same for every try; without one, the envelope's.
fn delivery_key(envelope: &Envelope) -> DeliveryKey {
    text(&envelope.payload, "event_id")
        .map_or_else(|| envelope.key(), |id| DeliveryKey::new(format!("ev:{id}")))
}

/// When Slack says that it happened, but not later than now: clocks differ.
fn happened_at(envelope: &Envelope, event: &Value, now: Timestamp) -> Timestamp {
    instant_at(event, "event_ts")
        .or_else(|| instant_at(event, "ts"))
        .or_else(|| seconds(&envelope.payload, "event_time"))
        .map_or(now, |at| at.min(now))
}

fn meaning(kind: &str, event: &Value, bot: &Identity) -> Meaning {
    match kind {
        "message" | "app_mention" => said(event, bot),
        "reaction_added" => reacted(event, bot, Reaction::Added),
        "reaction_removed" => reacted(event, bot, Reaction::Removed),
        "dnd_updated_user" => {
            let Some(user) = text(event, "user") else { return Meaning::Nothing(Ignored::NoUse) };
            let dnd = account::dnd(at(event, "dnd_status"));
            Meaning::happened(What::DndSet { user: UserId::new(user), dnd }, None)
        }
        "user_status_changed" | "user_change" | "user_profile_changed" => status_set(event, bot),
        _ => Meaning::Nothing(Ignored::NoUse),
    }
}

fn said(event: &Value, bot: &Identity) -> Meaning {
    let Some(channel) = text(event, "channel").map(ChannelId::new) else {
        return Meaning::Nothing(Ignored::NoUse);
    };
    match word(event, "subtype") {
        Some("message_changed") => changed(event, &channel, bot),
        Some("message_deleted") => {
            match text(event, "deleted_ts").or_else(|| text(event, "previous_message.ts")) {
                Some(_) if bot.wrote(at(event, "previous_message")) => Meaning::Nothing(Ignored::OwnDoing),
                Some(ts) => deleted(channel, MessageTs::new(ts)),
                None => Meaning::Nothing(Ignored::NoUse),
            }
        }
        Some(_) | None => posted(event, &channel, bot),
    }
}

fn posted(event: &Value, channel: &ChannelId, bot: &Identity) -> Meaning {
    let Some(seen) = message::read(channel, event, bot) else {
        return Meaning::Nothing(Ignored::NoUse);
    };
    match seen.origin {
        Origin::Others => {
            let key = seen.key();
            // A mention that an edit brought in: the edit itself comes as an event of its own as well.
            let what = match seen.edited {
                Some(_) => What::Edited(seen.message),
                None => What::Posted(seen.message),
            };
            Meaning::happened(what, Some(key))
        }
        Origin::Ours => Meaning::Nothing(Ignored::OwnDoing),
        Origin::Tombstone => deleted(channel.clone(), seen.message.ts),
        Origin::Unknown => Meaning::Nothing(Ignored::NoUse),
    }
}

/// An edit by its author; or an unfurled link, a counted reply, a root that was deleted over its replies.
fn changed(event: &Value, channel: &ChannelId, bot: &Identity) -> Meaning {
    let mut now = at(event, "message").clone();
    if let (Some(kind), Some(inner)) = (event.get("channel_type"), now.as_object_mut()) {
        inner.entry("channel_type").or_insert_with(|| kind.clone());
    }
    let Some(mut seen) = message::read(channel, &now, bot) else {
        return Meaning::Nothing(Ignored::NoUse);
    };
    match seen.origin {
        Origin::Tombstone => return deleted(channel.clone(), seen.message.ts),
        Origin::Ours => return Meaning::Nothing(Ignored::OwnDoing),
        Origin::Unknown => return Meaning::Nothing(Ignored::NoUse),
        Origin::Others => {}
    }
    let before = message::read(channel, at(event, "previous_message"), bot);
    let same = |before: &Seen| {
        before.message.text == seen.message.text && before.message.files == seen.message.files
    };
    // Without the message as it was, only an edit by its author leaves a mark.
    let unchanged = before.as_ref().map_or(seen.edited.is_none(), same);
    if unchanged {
        return Meaning::Nothing(Ignored::NothingChanged);
    }
    // A change that leaves no such mark, as of files, is told apart from the post by its own instant.
    if seen.edited.is_none() || before.is_some_and(|before| before.edited == seen.edited) {
        seen.edited = ["ts", "event_ts"].iter().find_map(|path| text(event, path)).map(MessageTs::new);
    }
    let key = seen.key();
    Meaning::happened(What::Edited(seen.message), Some(key))
}

fn deleted(channel: ChannelId, ts: MessageTs) -> Meaning {
    let key = deleted_key(&channel, &ts);
    Meaning::happened(What::Deleted { channel, ts }, Some(key))
}

/// Reactions come and go, so only the event's id tells one from another.
fn reacted(event: &Value, bot: &Identity, change: Reaction) -> Meaning {
    let on_message = word(event, "item.type").is_none_or(|kind| kind == "message");
    let fields =
        (text(event, "user"), text(event, "item.channel"), text(event, "item.ts"), word(event, "reaction"));
    match fields {
        (Some(by), _, _, _) if by == bot.user.as_str() => Meaning::Nothing(Ignored::OwnDoing),
        (Some(by), Some(channel), Some(ts), Some(emoji)) if on_message => Meaning::happened(
            What::Reacted {
                by: UserId::new(by),
                channel: ChannelId::new(channel),
                ts: MessageTs::new(ts),
                emoji: base_name(emoji),
                change,
            },
            None,
        ),
        _ => Meaning::Nothing(Ignored::NoUse),
    }
}

fn status_set(event: &Value, bot: &Identity) -> Meaning {
    let user = at(event, "user");
    let kind = account::Profile::read(user, bot).map(|profile| (profile.user, profile.account.kind));
    match kind {
        // A profile that was not sent says nothing of the status.
        Some((user_id, AccountKind::Member | AccountKind::Guest | AccountKind::Stranger))
            if user.get("profile").is_some() =>
        {
            Meaning::happened(What::StatusSet { user: user_id, status: account::status(user) }, None)
        }
        Some(_) | None => Meaning::Nothing(Ignored::NoUse),
    }
}
