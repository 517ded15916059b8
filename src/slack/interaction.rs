//! Buttons, forms and shortcuts read into what happened.

use super::envelope::{Door, Ignored, Read};
use super::form;
use super::frame::Envelope;
use super::identity::Identity;
use super::lenient::{at, instant_at, list, text, word};
use super::message;
use crate::clock::Timestamp;
use crate::domain::event::{Button, Event, FormRef, PressedOn, What};
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::Value;

/// The callback id of the message shortcut "Escalate this".
pub const ESCALATE_THIS: &str = "escalate_this";

pub(super) fn read(envelope: &Envelope, bot: &Identity, now: Timestamp) -> Read {
    let payload = &envelope.payload;
    let Some(by) = text(payload, "user.id").map(UserId::new) else {
        return Read::Nothing(Ignored::NoUse);
    };
    let (what, door) = match word(payload, "type") {
        Some("block_actions") => (pressed(payload, by), interactive(payload)),
        Some("view_submission") => (submitted(payload, by), view(payload)),
        Some("message_action") if word(payload, "callback_id") == Some(ESCALATE_THIS) => {
            (shortcut(payload, by, bot), interactive(payload))
        }
        Some("message_action" | "shortcut") => (None, interactive(payload)),
        Some(_) | None => return Read::Nothing(Ignored::NoUse),
    };
    let Some(what) = what else { return Read::Nothing(Ignored::NotOurs) };
    let acted_at = instant_at(payload, "action_ts")
        .or_else(|| list(payload, "actions").first().and_then(|action| instant_at(action, "action_ts")));
    let at = acted_at.map_or(now, |at| at.min(now));
    let event = Box::new(Event { keys: vec![envelope.key()], at, what });
    Read::Event { event, door, notice: None }
}

fn interactive(payload: &Value) -> Door {
    Door::Interactive {
        trigger_id: text(payload, "trigger_id"),
        response_url: text(payload, "response_url"),
        view_id: ["view.id", "container.view_id"].iter().find_map(|path| text(payload, path)),
    }
}

fn view(payload: &Value) -> Door {
    Door::View {
        trigger_id: text(payload, "trigger_id"),
        view_id: text(payload, "view.id"),
        hash: text(payload, "view.hash"),
    }
}

/// The first action whose value, or chosen option's value, is a button of ours.
fn pressed(payload: &Value, by: UserId) -> Option<What> {
    let button = list(payload, "actions").iter().find_map(|action| {
        ["value", "selected_option.value"]
            .iter()
            .filter_map(|path| word(action, path))
            .find_map(|value| serde_json::from_str::<Button>(value).ok())
    })?;
    let first = |paths: [&str; 3]| paths.iter().find_map(|path| text(payload, path));
    let message = first(["container.message_ts", "message.ts", "message_ts"]);
    let thread = first(["container.thread_ts", "message.thread_ts", "thread_ts"]);
    let on = PressedOn {
        channel: first(["channel.id", "container.channel_id", "channel"]).map(ChannelId::new),
        thread: thread.filter(|root| Some(root) != message.as_ref()).map(MessageTs::new),
        message: message.map(MessageTs::new),
    };
    Some(What::Pressed { by, button, on })
}

fn submitted(payload: &Value, by: UserId) -> Option<What> {
    let form: FormRef = serde_json::from_str(word(payload, "view.private_metadata")?).ok()?;
    Some(What::Submitted { by, form, values: form::values(at(payload, "view.state")) })
}

fn shortcut(payload: &Value, by: UserId, bot: &Identity) -> Option<What> {
    let channel =
        ["channel.id", "channel"].iter().find_map(|path| text(payload, path)).map(ChannelId::new)?;
    let seen = message::read(&channel, at(payload, "message"), bot)?;
    Some(What::Shortcut { by, message: seen.message })
}
