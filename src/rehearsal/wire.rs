//! The shapes in which Slack sends what the workspace holds.

use super::local;
use super::state::{
    Broadcast, Channel, ChannelKind, ChannelLife, Fate, File, Group, Message, Standing, User, UserKind, View,
    ViewKind, Workspace,
};
use crate::clock::Timestamp;
use crate::id::{ChannelId, MessageTs};
use serde_json::{Map, Value, json};

/// A message as events and `conversations.*` carry it, without its channel.
pub(super) fn message(state: &Workspace, message: &Message) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| {
        out.insert(key.to_owned(), value);
    };
    put("type", json!("message"));
    put("ts", json!(message.ts));
    put("text", json!(message.text));
    put("team", json!(state.team.id));
    if message.fate == Fate::Tombstone {
        put("subtype", json!("tombstone"));
        put("user", json!("USLACKBOT"));
        put("hidden", json!(true));
    } else if message.user == state.bot.user {
        put("user", json!(message.user));
        put("bot_id", json!(state.bot.bot_id));
        put("app_id", json!(state.bot.app_id));
        put("bot_profile", bot_profile(state));
    } else {
        put("user", json!(message.user));
        if let Some(stranger) = state.users.get(&message.user).filter(|it| it.kind == UserKind::Stranger) {
            let home = home_team(state, stranger);
            put("user_team", json!(home));
            put("source_team", json!(home));
            put(
                "user_profile",
                json!({
                    "name": stranger.handle, "real_name": stranger.real_name, "display_name": stranger.display_name,
                    "team": home, "is_restricted": false, "is_ultra_restricted": false,
                }),
            );
        }
        put("client_msg_id", json!(format!("cm-{}", message.ts)));
    }
    let subtype = match (&message.subtype, message.broadcast) {
        (Some(subtype), _) => Some(subtype.as_str()),
        (None, Broadcast::Yes) => Some("thread_broadcast"),
        (None, Broadcast::No) => None,
    };
    if let Some(subtype) = subtype.filter(|_| message.fate == Fate::Standing) {
        put("subtype", json!(subtype));
    }
    put("blocks", blocks(state, message));
    if !message.attachments.is_empty() {
        put("attachments", json!(message.attachments));
    }
    if let Some(metadata) = &message.metadata {
        put("metadata", metadata.clone());
    }
    if let Some((user, ts)) = &message.edited {
        put("edited", json!({ "user": user, "ts": ts }));
    }
    if !message.reactions.is_empty() {
        put("reactions", reactions(message));
    }
    if !message.files.is_empty() {
        let files = message.files.iter().filter_map(|id| state.files.get(id)).map(|it| file(state, it));
        put("files", Value::Array(files.collect()));
        put("upload", json!(true));
    }
    if let Some(thread) = &message.thread {
        put("thread_ts", json!(thread));
        if let Some(parent) = state.message(&message.channel, thread) {
            put("parent_user_id", json!(parent.user));
        }
    }
    out.extend(thread_head(state, message));
    Value::Object(out)
}

/// What a thread's parent carries beyond a lone message.
fn thread_head(state: &Workspace, message: &Message) -> Map<String, Value> {
    let mut out = Map::new();
    let replies: Vec<_> = state.thread_replies(&message.channel, &message.ts).collect();
    let Some(last) = replies.last() else { return out };
    let mut users: Vec<_> = replies.iter().map(|reply| &reply.user).collect();
    users.dedup();
    out.insert("thread_ts".to_owned(), json!(message.ts));
    out.insert("reply_count".to_owned(), json!(replies.len()));
    out.insert("reply_users_count".to_owned(), json!(users.len()));
    out.insert("reply_users".to_owned(), json!(users));
    out.insert("latest_reply".to_owned(), json!(last.ts));
    out.insert("is_locked".to_owned(), json!(false));
    out.insert("subscribed".to_owned(), json!(false));
    out
}

/// A person's client sends what they typed as rich text beside the text.
fn blocks(state: &Workspace, message: &Message) -> Value {
    if message.user == state.bot.user || message.text.is_empty() || message.fate == Fate::Tombstone {
        return json!(message.blocks);
    }
    json!([{ "type": "rich_text", "block_id": format!("rt{}", message.ts), "elements": [
        { "type": "rich_text_section", "elements": [{ "type": "text", "text": message.text }] },
    ] }])
}

fn bot_profile(state: &Workspace) -> Value {
    json!({
        "id": state.bot.bot_id, "app_id": state.bot.app_id, "name": state.bot.name, "deleted": false,
        "updated": 1_700_000_000, "team_id": state.team.id, "icons": { "image_36": "" },
    })
}

pub(super) fn reactions(message: &Message) -> Value {
    let all = message
        .reactions
        .iter()
        .map(|it| json!({ "name": it.name, "users": it.users, "count": it.users.len() }));
    Value::Array(all.collect())
}

pub(super) fn file(state: &Workspace, file: &File) -> Value {
    let (_, extension) = file.name.rsplit_once('.').unwrap_or(("", "txt"));
    let page = format!("https://{}.slack.com/files/{}/{}", state.team.domain, file.user, file.id);
    json!({
        "id": file.id, "name": file.name, "title": file.name, "user": file.user, "created": file.created.timestamp(),
        "timestamp": file.created.timestamp(), "filetype": extension, "mimetype": mime(extension), "mode": "hosted",
        "size": 1024, "is_external": false, "is_public": true, "file_access": "visible", "permalink": page,
        "url_private": format!("{page}/{}", file.name), "channels": [file.channel],
    })
}

fn mime(extension: &str) -> &'static str {
    match extension {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "pdf" => "application/pdf",
        _ => "text/plain",
    }
}

/// A person as `users.info` and `user_change` carry them.
pub(super) fn user(state: &Workspace, user: &User) -> Value {
    json!({
        "id": user.id, "team_id": home_team(state, user), "name": user.handle, "real_name": user.real_name,
        "deleted": user.standing == Standing::Deactivated, "tz": user.time_zone.name(),
        "tz_label": user.time_zone.name(), "tz_offset": local::offset_seconds(user.time_zone, state.now()),
        "is_admin": false, "is_owner": false, "is_primary_owner": false, "is_bot": user.kind == UserKind::Bot,
        "is_restricted": user.kind == UserKind::Guest, "is_ultra_restricted": false, "is_app_user": false,
        "is_stranger": user.kind == UserKind::Stranger, "updated": state.now().timestamp(),
        "profile": profile(user),
    })
}

fn home_team(state: &Workspace, user: &User) -> String {
    match user.kind {
        UserKind::Stranger => "T0ELSEWHERE".to_owned(),
        UserKind::Member | UserKind::Guest | UserKind::Bot => state.team.id.to_string(),
    }
}

pub(super) fn profile(user: &User) -> Value {
    json!({
        "real_name": user.real_name, "real_name_normalized": user.real_name, "display_name": user.display_name,
        "display_name_normalized": user.display_name, "email": user.email, "title": "", "phone": "",
        "status_text": user.status.text, "status_emoji": user.status.emoji,
        "status_expiration": user.status.expires.map_or(0, |at| at.timestamp()), "fields": [],
    })
}

/// `dnd.info` of one person.
pub(super) fn dnd(user: &User) -> Value {
    let seconds = |at: Option<Timestamp>| at.map_or(1, |at| at.timestamp());
    json!({
        "dnd_enabled": user.dnd.from.is_some(), "next_dnd_start_ts": seconds(user.dnd.from),
        "next_dnd_end_ts": seconds(user.dnd.until),
    })
}

pub(super) fn channel(state: &Workspace, channel: &Channel) -> Value {
    let direct = channel.kind == ChannelKind::Direct;
    let mut out = json!({
        "id": channel.id, "created": channel.created.timestamp(), "is_im": direct, "is_mpim": false,
        "is_archived": channel.life == ChannelLife::Archived, "is_channel": channel.kind == ChannelKind::Public,
        "is_group": channel.kind == ChannelKind::Private, "is_private": channel.kind != ChannelKind::Public,
        "is_member": channel.members.contains(&state.bot.user), "is_general": false, "is_shared": false,
        "is_ext_shared": false, "context_team_id": state.team.id, "num_members": channel.members.len(),
        "topic": { "value": "", "creator": "", "last_set": 0 }, "purpose": { "value": "", "creator": "", "last_set": 0 },
    });
    if let Value::Object(map) = &mut out {
        if direct {
            let other = channel.members.iter().find(|id| **id != state.bot.user);
            map.insert("user".to_owned(), json!(other));
        } else {
            map.insert("name".to_owned(), json!(channel.name));
            map.insert("name_normalized".to_owned(), json!(channel.name));
        }
    }
    out
}

pub(super) fn group(state: &Workspace, group: &Group) -> Value {
    json!({
        "id": group.id, "team_id": state.team.id, "is_usergroup": true, "name": group.name, "handle": group.handle,
        "description": "", "is_external": false, "auto_type": null, "date_create": 0, "date_update": 0,
        "date_delete": 0, "users": group.members, "user_count": group.members.len(),
        "prefs": { "channels": [], "groups": [] },
    })
}

/// A view as `views.*` answer it and as interactions carry it.
pub(super) fn view(state: &Workspace, view: &View) -> Value {
    let mut out = view.content.clone();
    super::posts::merge(
        &mut out,
        json!({
            "id": view.id, "team_id": state.team.id, "hash": view.hash, "root_view_id": view.root,
            "previous_view_id": view.previous, "app_id": state.bot.app_id, "bot_id": state.bot.bot_id,
            "app_installed_team_id": state.team.id, "state": { "values": view.typed },
            "type": match view.kind { ViewKind::Modal => "modal", ViewKind::Home => "home" },
        }),
    );
    if let Value::Object(map) = &mut out {
        for (key, blank) in [
            ("callback_id", json!("")),
            ("private_metadata", json!("")),
            ("external_id", json!("")),
            ("clear_on_close", json!(false)),
            ("notify_on_close", json!(false)),
            ("title", json!({ "type": "plain_text", "text": "View Title", "emoji": true })),
            ("submit", Value::Null),
            ("close", Value::Null),
        ] {
            map.entry(key).or_insert(blank);
        }
    }
    out
}

/// The outer payload of one event.
pub(super) fn event_callback(state: &Workspace, event_id: &str, event: &Value) -> Value {
    json!({
        "token": "model", "team_id": state.team.id, "context_team_id": state.team.id,
        "context_enterprise_id": null, "api_app_id": state.bot.app_id, "event": event, "type": "event_callback",
        "event_id": event_id, "event_time": state.now().timestamp(),
        "authorizations": [{
            "enterprise_id": null, "team_id": state.team.id, "user_id": state.bot.user, "is_bot": true,
            "is_enterprise_install": false,
        }],
        "is_ext_shared_channel": is_shared(state, event), "event_context": format!("4-{event_id}"),
    })
}

/// Whether the event's channel has people of another workspace in it.
fn is_shared(state: &Workspace, event: &Value) -> bool {
    let channel = event["channel"].as_str().and_then(|id| state.channels.get(id));
    let members = channel.into_iter().flat_map(|it| it.members.iter());
    members.filter_map(|id| state.users.get(id)).any(|it| it.kind == UserKind::Stranger)
}

/// A link to a message.
pub(super) fn permalink(state: &Workspace, channel: &ChannelId, ts: &MessageTs) -> String {
    format!("https://{}.slack.com/archives/{channel}/p{}", state.team.domain, ts.as_str().replace('.', ""))
}
