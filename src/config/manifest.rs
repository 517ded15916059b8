//! The Slack app's manifest, and what each of its permissions is for.

use serde_json::Value;

/// `manifest.yml` as it stands at the head of the project.
pub const MANIFEST: &str = include_str!("../../manifest.yml");

/// A permission of the bot and what needs it.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    pub name: &'static str,
    /// The calls and events that Slack refuses without it.
    pub for_what: &'static str,
}

/// An event the app subscribes to, and what the bot does with it.
#[derive(Clone, Copy, Debug)]
pub struct Subscription {
    pub event: &'static str,
    /// The scope under which Slack sends it; none for what concerns the app itself.
    pub scope: Option<&'static str>,
    pub for_what: &'static str,
}

const fn scope(name: &'static str, for_what: &'static str) -> Scope {
    Scope { name, for_what }
}

const fn event(event: &'static str, scope: &'static str, for_what: &'static str) -> Subscription {
    Subscription { event, scope: Some(scope), for_what }
}

const fn own_event(event: &'static str, for_what: &'static str) -> Subscription {
    Subscription { event, scope: None, for_what }
}

/// Everything the bot may do, and nothing more.
pub const SCOPES: [Scope; 17] = [
    scope("app_mentions:read", "app_mention"),
    scope("channels:history", "message.channels; conversations.history and .replies to catch up"),
    scope("channels:read", "conversations.info and .members; a channel's name and archiving"),
    scope("chat:write", "chat.postMessage, .update, .postEphemeral"),
    scope("commands", "/escalate, /coverage, the message shortcut"),
    scope("dnd:read", "dnd.teamInfo; dnd_updated_user"),
    scope("files:read", "files.info of a screenshot whose details Slack left out"),
    scope("groups:history", "as channels:history, in private channels"),
    scope("groups:read", "as channels:read, in private channels"),
    scope("im:history", "message.im: words to the bot in a direct message"),
    scope("im:read", "conversations.info of a direct message"),
    scope("im:write", "conversations.open to write to one person"),
    scope("metadata.message:read", "finding a message of ours whose answer was lost, by its metadata"),
    scope("reactions:read", "reaction_added and _removed; reactions.get to catch up"),
    scope("usergroups:read", "usergroups.list and .users.list; subteam events"),
    scope(
        "users:read",
        "users.info and .list: names, zones, statuses and when they end, presence; user_change",
    ),
    scope("users:read.email", "users.lookupByEmail for people who are listed by their e-mail address"),
];

/// What the bot may do only where a desk has a `sync_group`; the manifest does not ask for it.
pub const SYNC_GROUP: Scope = scope("usergroups:write", "usergroups.users.update of a desk's `sync_group`");

/// Everything the bot listens to.
pub const EVENTS: [Subscription; 20] = [
    own_event("app_home_opened", "showing App Home"),
    event("app_mention", "app_mentions:read", "words to the bot in a channel or thread"),
    own_event("app_uninstalled", "stopping, with a word to the operator"),
    event("channel_archive", "channels:read", "cases of a channel that can no longer be written to"),
    event("channel_rename", "channels:read", "finding the channel's desk anew"),
    event("channel_unarchive", "channels:read", "cases that can be written to again"),
    event("dnd_updated_user", "dnd:read", "do-not-disturb of responders"),
    event("group_archive", "groups:read", "as channel_archive, in private channels"),
    event("group_rename", "groups:read", "as channel_rename, in private channels"),
    event("group_unarchive", "groups:read", "as channel_unarchive, in private channels"),
    event("member_joined_channel", "channels:read", "the bot's own arrival in a channel"),
    event("message.channels", "channels:history", "posts, replies, edits and deletions"),
    event("message.groups", "groups:history", "as message.channels, in private channels"),
    event("message.im", "im:history", "words to the bot in a direct message"),
    event("reaction_added", "reactions:read", "claims, requests for help, resolutions"),
    event("reaction_removed", "reactions:read", "releases"),
    event("subteam_members_changed", "usergroups:read", "who is in a user group"),
    event("subteam_updated", "usergroups:read", "a user group's handle, or its end"),
    own_event("tokens_revoked", "stopping, with a word to the operator"),
    event("user_change", "users:read", "statuses, names and accounts that end"),
];

/// The manifest as JSON.
pub fn manifest() -> Value {
    serde_saphyr::from_str(MANIFEST).expect("manifest.yml is checked by a test")
}

/// The address that makes the app in one click: the manifest rides along.
pub fn one_click_url() -> String {
    let json = manifest().to_string();
    let mut url = "https://api.slack.com/apps?new_app=1&manifest_json=".to_owned();
    for byte in json.bytes() {
        // RFC 3986, section 2.3: these alone need no escape.
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            url.push(char::from(byte));
        } else {
            url.push_str(&format!("%{byte:02X}"));
        }
    }
    url
}
