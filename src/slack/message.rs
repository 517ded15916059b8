//! A message as Slack gives it, live or from history, read into the domain's.

use super::identity::Identity;
use super::lenient::{as_text, at, instant, list, text, word};
use super::rich;
use crate::clock::Timestamp;
use crate::domain::event::{Author, ChannelKind, Event, Message, SharedFile, What};
use crate::id::{ChannelId, DeliveryKey, MessageTs, UserId};
use serde_json::Value;

/// A message with what else its JSON tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    pub message: Message,
    /// When its text was last changed by its author.
    pub edited: Option<MessageTs>,
    pub origin: Origin,
    /// The reactions on it, as far as Slack lists them.
    pub reactions: Vec<(String, UserId)>,
    /// When its last reply came, on the root of a thread.
    pub latest_reply: Option<MessageTs>,
}

/// Where a message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Somebody else.
    Others,
    /// The bot itself.
    Ours,
    /// What stands where a deleted root with replies was.
    Tombstone,
    /// A kind of message that says nothing to anybody.
    Unknown,
}

impl Seen {
    /// The key by which a live event, its redelivery and catching up meet.
    pub fn key(&self) -> DeliveryKey {
        content_key(&self.message.channel, &self.message.ts, self.edited.as_ref())
    }

    /// What catching up makes of it, with the keys that the live events would have had.
    pub fn events(self, now: Timestamp) -> Vec<Event> {
        let at = |ts: &MessageTs| instant(ts.as_str()).map_or(now, |at| at.min(now));
        let Message { channel, ts, .. } = &self.message;
        match self.origin {
            Origin::Ours | Origin::Unknown => Vec::new(),
            Origin::Tombstone => {
                let what = What::Deleted { channel: channel.clone(), ts: ts.clone() };
                vec![Event { keys: vec![deleted_key(channel, ts)], at: now, what }]
            }
            Origin::Others => {
                let what = What::Posted(self.message.clone());
                let posted = Event { keys: vec![content_key(channel, ts, None)], at: at(ts), what };
                let edited = self.edited.as_ref().map(|edited| Event {
                    keys: vec![self.key()],
                    at: at(edited),
                    what: What::Edited(self.message.clone()),
                });
                std::iter::once(posted).chain(edited).collect()
            }
        }
    }
}

/// `msg:<channel>:<ts>:deleted`.
pub fn deleted_key(channel: &ChannelId, ts: &MessageTs) -> DeliveryKey {
    content_key(channel, ts, Some(&MessageTs::new("deleted")))
}

/// `msg:<channel>:<ts>:<edited ts or ->`.
pub fn content_key(channel: &ChannelId, ts: &MessageTs, edited: Option<&MessageTs>) -> DeliveryKey {
    DeliveryKey::new(format!("msg:{channel}:{ts}:{}", edited.map_or("-", MessageTs::as_str)))
}

/// Lines that Slack writes itself.
const SYSTEM: [&str; 32] = [
    "channel_join",
    "channel_leave",
    "channel_topic",
    "channel_purpose",
    "channel_name",
    "channel_archive",
    "channel_unarchive",
    "channel_posting_permissions",
    "channel_convert_to_private",
    "channel_convert_to_public",
    "channel_canvas_updated",
    "group_join",
    "group_leave",
    "group_topic",
    "group_purpose",
    "group_name",
    "group_archive",
    "group_unarchive",
    "bot_add",
    "bot_remove",
    "bot_enable",
    "bot_disable",
    "pinned_item",
    "unpinned_item",
    "reminder_add",
    "reminder_delete",
    "file_comment",
    "file_mention",
    "ekm_access_denied",
    "huddle_thread",
    "sh_room_created",
    "tabbed_canvas_updated",
];

/// Reads a message. `None` when it has no `ts`: nothing could ever refer to it.
pub fn read(channel: &ChannelId, message: &Value, bot: &Identity) -> Option<Seen> {
    let ts = MessageTs::new(text(message, "ts")?);
    let thread = text(message, "thread_ts").map(MessageTs::new).filter(|root| *root != ts);
    let (author, origin) = nature(message, bot);
    Some(Seen {
        message: Message {
            channel: channel.clone(),
            channel_kind: channel_kind(channel, message),
            thread,
            by: by(message),
            author,
            text: words(message),
            files: files(message),
            ts,
        },
        edited: text(message, "edited.ts").map(MessageTs::new),
        origin,
        reactions: reactions(message),
        latest_reply: text(message, "latest_reply").map(MessageTs::new),
    })
}

fn nature(message: &Value, bot: &Identity) -> (Author, Origin) {
    let subtype = word(message, "subtype");
    if subtype == Some("tombstone") {
        return (Author::System, Origin::Tombstone);
    }
    if bot.wrote(message) {
        return (Author::Bot, Origin::Ours);
    }
    let by_an_app = ["bot_id", "bot_profile.id"].iter().any(|path| text(message, path).is_some())
        || word(message, "user").is_none_or(|user| user == "USLACKBOT");
    match subtype {
        Some(system) if SYSTEM.contains(&system) => (Author::System, Origin::Others),
        Some("bot_message") => (Author::Bot, Origin::Others),
        None | Some("file_share" | "thread_broadcast" | "me_message") if by_an_app => {
            (Author::Bot, Origin::Others)
        }
        None | Some("file_share" | "thread_broadcast" | "me_message") => (Author::Person, Origin::Others),
        // A kind that is not known yet, but typed by a person in a client: it may be a cry for help.
        Some(_) if word(message, "client_msg_id").is_some() && !by_an_app => (Author::Person, Origin::Others),
        Some(_) => (Author::System, Origin::Unknown),
    }
}

fn by(message: &Value) -> UserId {
    ["user", "bot_id", "bot_profile.id", "username"]
        .iter()
        .find_map(|path| text(message, path))
        .map_or_else(|| UserId::new("unknown"), UserId::new)
}

/// A direct message with one person is `Direct`; a group's is a channel like any other.
fn channel_kind(channel: &ChannelId, message: &Value) -> ChannelKind {
    match word(message, "channel_type") {
        Some("im") => ChannelKind::Direct,
        Some(_) => ChannelKind::Channel,
        None if channel.as_str().starts_with('D') => ChannelKind::Direct,
        None => ChannelKind::Channel,
    }
}

/// The text; where there is none, what the blocks and attachments say.
fn words(message: &Value) -> String {
    if let Some(text) = text(message, "text") {
        return text;
    }
    let blocks = rich::blocks(list(message, "blocks"));
    if !blocks.trim().is_empty() {
        return blocks;
    }
    let said = list(message, "attachments").iter().filter_map(|attachment| {
        ["text", "fallback", "title"].iter().find_map(|path| text(attachment, path))
    });
    said.collect::<Vec<_>>().join("\n")
}

/// The files that still exist.
pub(super) fn files(message: &Value) -> Vec<SharedFile> {
    let file = |file: &Value| {
        let gone = word(file, "mode") == Some("tombstone");
        let id = text(file, "id").filter(|_| !gone)?;
        let name = ["name", "title"].iter().find_map(|path| text(file, path)).unwrap_or_default();
        Some(SharedFile { id, name })
    };
    list(message, "files").iter().filter_map(file).collect()
}

/// Each reaction by each person, by its base name.
pub(super) fn reactions(message: &Value) -> Vec<(String, UserId)> {
    let mut all = Vec::new();
    for reaction in list(message, "reactions") {
        let Some(name) = word(reaction, "name") else { continue };
        let users = at(reaction, "users").as_array().map_or(&[][..], Vec::as_slice);
        for user in users.iter().filter_map(as_text) {
            let one = (base_name(name), UserId::new(user));
            if !all.contains(&one) {
                all.push(one);
            }
        }
    }
    all
}

/// `thumbsup::skin-tone-2` is `thumbsup`.
pub(super) fn base_name(emoji: &str) -> String {
    let emoji = emoji.trim_matches(':');
    emoji.split_once("::").map_or(emoji, |(base, _)| base).to_owned()
}
