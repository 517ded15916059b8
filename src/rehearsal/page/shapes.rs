//! The workspace as the page is told it, in JSON: one shape for each thing, whoever looks at it.

use crate::clock::Timestamp;
use crate::id::{ChannelId, MessageTs, UserId};
use crate::rehearsal::{
    Broadcast, Channel, ChannelKind, ChannelLife, Ephemeral, Fate, Group, Message, Presence, Refusal,
    Standing, User, UserKind, View, Workspace,
};
use serde_json::{Map, Value, json};

/// How many messages of a channel the page gets at once.
pub(super) const WINDOW: usize = 200;
/// How many faces a thread's summary shows.
const FACES: usize = 4;

/// Milliseconds of the epoch.
pub(super) fn instant(at: Timestamp) -> Value {
    json!(at.timestamp_millis())
}

/// The whole workspace, each channel with its last messages.
pub(super) fn workspace(state: &Workspace) -> Value {
    let mut messages = Map::new();
    for id in state.channels.keys() {
        messages.insert(id.to_string(), before(state, id, None));
    }
    let stacks = state.stacks.keys().map(|user| (user.to_string(), stack(state, user)));
    let homes = state.homes.keys().map(|user| (user.to_string(), home(state, user)));
    json!({
        "mark": state.mark().0,
        "team": state.team.name,
        "bot": state.bot.user,
        "users": state.users.values().map(user).collect::<Vec<_>>(),
        "channels": state.channels.values().map(channel).collect::<Vec<_>>(),
        "groups": state.groups.values().map(group).collect::<Vec<_>>(),
        "messages": messages,
        "whispers": state.ephemerals.iter().map(whisper).collect::<Vec<_>>(),
        "stacks": stacks.collect::<Map<_, _>>(),
        "homes": homes.collect::<Map<_, _>>(),
        "read": read(state),
        "refusals": state.refusals.iter().map(refusal).collect::<Vec<_>>(),
    })
}

/// The last messages of a channel before `ts`, and whether there are more before those.
pub(super) fn before(state: &Workspace, id: &ChannelId, ts: Option<&MessageTs>) -> Value {
    let earlier = state.channel_messages(id).rev().skip_while(|it| ts.is_some_and(|ts| it.ts >= *ts));
    let mut window: Vec<Value> = earlier.take(WINDOW + 1).map(|it| message(state, it)).collect();
    let more = window.len() > WINDOW;
    window.truncate(WINDOW);
    window.reverse();
    json!({ "list": window, "more": more })
}

pub(super) fn message(state: &Workspace, it: &Message) -> Value {
    let replies: Vec<&Message> = state.thread_replies(&it.channel, &it.ts).collect();
    let mut faces: Vec<&UserId> = Vec::new();
    for reply in &replies {
        if faces.len() < FACES && !faces.contains(&&reply.user) {
            faces.push(&reply.user);
        }
    }
    let files = it.files.iter().filter_map(|id| state.files.get(id)).map(|file| file.name.as_str());
    json!({
        "channel": it.channel, "ts": it.ts, "user": it.user, "text": it.text, "blocks": it.blocks,
        "attachments": it.attachments, "thread": it.thread.as_ref().filter(|thread| **thread != it.ts),
        "broadcast": it.broadcast == Broadcast::Yes, "edited": it.edited.is_some(),
        "deleted": it.fate == Fate::Tombstone, "subtype": it.subtype,
        "reactions": it.reactions.iter().map(|it| json!({ "name": it.name, "users": it.users })).collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(), "replies": replies.len(), "faces": faces,
        "last_reply": replies.last().map(|it| &it.ts),
    })
}

pub(super) fn whisper(it: &Ephemeral) -> Value {
    json!({
        "channel": it.channel, "ts": it.ts, "to": it.to, "text": it.text, "blocks": it.blocks,
        "thread": it.thread, "whisper": true,
    })
}

pub(super) fn user(it: &User) -> Value {
    json!({
        "id": it.id, "handle": it.handle, "name": it.real_name, "zone": it.time_zone.name(),
        "kind": match it.kind {
            UserKind::Member => "member",
            UserKind::Guest => "guest",
            UserKind::Stranger => "stranger",
            UserKind::Bot => "bot",
        },
        "here": it.standing == Standing::Active,
        "active": it.presence == Presence::Active,
        "status": { "emoji": it.status.emoji, "text": it.status.text, "until": it.status.expires.map(instant) },
        "dnd": { "from": it.dnd.from.map(instant), "until": it.dnd.until.map(instant) },
    })
}

pub(super) fn channel(it: &Channel) -> Value {
    json!({
        "id": it.id, "name": it.name, "members": it.members,
        "kind": match it.kind {
            ChannelKind::Public => "public",
            ChannelKind::Private => "private",
            ChannelKind::Direct => "direct",
        },
        "archived": it.life == ChannelLife::Archived,
    })
}

pub(super) fn group(it: &Group) -> Value {
    json!({ "id": it.id, "handle": it.handle, "name": it.name, "members": it.members })
}

pub(super) fn view(it: &View) -> Value {
    json!({ "id": it.id, "hash": it.hash, "content": it.content, "typed": it.typed })
}

/// The modals somebody has open, the visible one last.
pub(super) fn stack(state: &Workspace, user: &UserId) -> Value {
    let open = state.stacks.get(user).into_iter().flatten().filter_map(|id| state.views.get(id));
    Value::Array(open.map(view).collect())
}

pub(super) fn home(state: &Workspace, user: &UserId) -> Value {
    state.home(user).map_or(Value::Null, view)
}

/// How far everybody has read: person, then channel.
pub(super) fn read(state: &Workspace) -> Value {
    let mut all = Map::new();
    for ((user, channel), ts) in &state.read_up_to {
        let of_user = all.entry(user.to_string()).or_insert_with(|| json!({}));
        of_user[channel.as_str()] = json!(ts);
    }
    Value::Object(all)
}

pub(super) fn refusal(it: &Refusal) -> Value {
    json!({ "at": instant(it.at), "what": it.what, "error": it.error, "details": it.details })
}
