//! What a workspace holds: people, channels, messages, views, and the journal of every change.

use crate::clock::{Clock, MovableClock, Timestamp};
use crate::id::{ChannelId, GroupId, MessageTs, TeamId, UserId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

/// How many calls are remembered, so that a long rehearsal does not grow for ever.
const CALLS_KEPT: usize = 20_000;

#[derive(Clone, Debug)]
pub struct Team {
    pub id: TeamId,
    pub name: String,
    pub domain: String,
}

/// The one app of the workspace, under its three names.
#[derive(Clone, Debug)]
pub struct Bot {
    pub user: UserId,
    pub bot_id: String,
    pub app_id: String,
    pub name: String,
    /// What its token may do, as the answer's header tells it; told of not at all when empty.
    pub scopes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserKind {
    Member,
    /// A guest of one or several channels.
    Guest,
    /// Somebody of a connected workspace: no commands, no shortcuts.
    Stranger,
    Bot,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Active,
    Deactivated,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    Active,
    Away,
}

/// A custom status; `emoji` with its colons, as Slack keeps it (`:palm_tree:`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Status {
    pub text: String,
    pub emoji: String,
    pub expires: Option<Timestamp>,
}

/// Do-not-disturb: the next interval in which it holds, or none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dnd {
    pub from: Option<Timestamp>,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug)]
pub struct User {
    pub id: UserId,
    /// What people type after `@`.
    pub handle: String,
    pub real_name: String,
    pub display_name: String,
    pub email: String,
    pub time_zone: chrono_tz::Tz,
    pub kind: UserKind,
    pub standing: Standing,
    pub status: Status,
    pub dnd: Dnd,
    pub presence: Presence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    Public,
    Private,
    Direct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelLife {
    Open,
    Archived,
}

#[derive(Clone, Debug)]
pub struct Channel {
    pub id: ChannelId,
    /// Without the `#`; empty for a direct message.
    pub name: String,
    pub kind: ChannelKind,
    pub life: ChannelLife,
    pub members: BTreeSet<UserId>,
    pub created: Timestamp,
}

#[derive(Clone, Debug)]
pub struct Group {
    pub id: GroupId,
    /// What people type after `@`.
    pub handle: String,
    pub name: String,
    pub members: Vec<UserId>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction {
    pub name: String,
    pub users: Vec<UserId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Standing,
    /// Deleted, and kept as a stone because it has replies.
    Tombstone,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Broadcast {
    No,
    /// A reply that shows in the channel as well.
    Yes,
}

#[derive(Clone, Debug)]
pub struct Message {
    pub channel: ChannelId,
    pub ts: MessageTs,
    pub user: UserId,
    /// As it is on the wire: encoded, `<@U…>`, `&amp;`.
    pub text: String,
    pub blocks: Vec<Value>,
    pub attachments: Vec<Value>,
    pub thread: Option<MessageTs>,
    pub broadcast: Broadcast,
    pub metadata: Option<Value>,
    pub edited: Option<(UserId, MessageTs)>,
    pub fate: Fate,
    pub reactions: Vec<Reaction>,
    pub files: Vec<String>,
    /// The subtype it was born with (`channel_join`, `file_share`, …).
    pub subtype: Option<String>,
}

/// A message that one person sees, until they reload.
#[derive(Clone, Debug)]
pub struct Ephemeral {
    pub channel: ChannelId,
    pub ts: MessageTs,
    pub to: UserId,
    pub text: String,
    pub blocks: Vec<Value>,
    pub thread: Option<MessageTs>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    Modal,
    Home,
}

#[derive(Clone, Debug)]
pub struct View {
    pub id: String,
    pub hash: String,
    pub kind: ViewKind,
    pub owner: UserId,
    /// The content as the app gave it, with block ids and action ids filled in.
    pub content: Value,
    pub root: String,
    pub previous: Option<String>,
    /// What has been typed or chosen so far: block id, then action id, then Slack's state value.
    pub typed: BTreeMap<String, BTreeMap<String, Value>>,
}

/// A `trigger_id`: lets the app open one view within three seconds.
#[derive(Clone, Debug)]
pub(super) struct Trigger {
    pub user: UserId,
    pub issued: Instant,
    pub used: bool,
    pub from_view: Option<String>,
}

/// What a `response_url` answers: five times, for half an hour.
#[derive(Clone, Debug)]
pub(super) struct AnswerUrl {
    pub user: UserId,
    pub channel: ChannelId,
    pub thread: Option<MessageTs>,
    pub original: Option<MessageTs>,
    pub issued: Timestamp,
    pub uses: u32,
}

#[derive(Clone, Debug)]
pub struct File {
    pub id: String,
    pub name: String,
    pub user: UserId,
    pub channel: ChannelId,
    pub created: Timestamp,
}

/// One change of the workspace, whoever made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Posted { channel: ChannelId, ts: MessageTs, thread: Option<MessageTs>, by: UserId },
    Edited { channel: ChannelId, ts: MessageTs, by: UserId },
    Deleted { channel: ChannelId, ts: MessageTs, by: UserId },
    Reacted { channel: ChannelId, ts: MessageTs, by: UserId, name: String },
    Unreacted { channel: ChannelId, ts: MessageTs, by: UserId, name: String },
    Whispered { channel: ChannelId, ts: MessageTs, to: UserId },
    WhisperChanged { channel: ChannelId, ts: MessageTs, to: UserId },
    WhisperGone { channel: ChannelId, ts: MessageTs, to: UserId },
    ViewOpened { view: String, user: UserId },
    ViewPushed { view: String, user: UserId },
    ViewUpdated { view: String, user: UserId },
    ViewClosed { view: String, user: UserId },
    HomeShown { view: String, user: UserId },
    StatusSet { user: UserId },
    DndSet { user: UserId },
    PresenceSet { user: UserId },
    Joined { channel: ChannelId, user: UserId },
    Left { channel: ChannelId, user: UserId },
    Archived { channel: ChannelId },
    Unarchived { channel: ChannelId },
    Founded { channel: ChannelId },
    Renamed { channel: ChannelId },
    Welcomed { user: UserId },
    DirectOpened { channel: ChannelId, user: UserId },
    GroupChanged { group: GroupId },
    Deactivated { user: UserId },
    Uploaded { file: String, by: UserId },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Timestamp,
    pub change: Change,
}

/// A place in the journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark(pub usize);

/// Something that Slack would have refused or failed to show; a good bot causes none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub at: Timestamp,
    /// The method, or the kind of envelope.
    pub what: String,
    /// Slack's error code.
    pub error: String,
    /// The arguments that were wrong, and how.
    pub details: Vec<String>,
}

/// One Web API call as it came in, and what it was answered (`ok` or the error code).
#[derive(Clone, Debug, PartialEq)]
pub struct ApiCall {
    pub at: Timestamp,
    pub method: String,
    pub args: Value,
    pub outcome: String,
}

/// A whole workspace: read freely; change it through its methods, which keep the journal.
#[derive(Debug)]
pub struct Workspace {
    pub team: Team,
    pub bot: Bot,
    pub users: BTreeMap<UserId, User>,
    pub channels: BTreeMap<ChannelId, Channel>,
    pub groups: BTreeMap<GroupId, Group>,
    pub messages: BTreeMap<ChannelId, BTreeMap<MessageTs, Message>>,
    /// The replies of each thread, by channel and parent.
    pub(super) replies: BTreeMap<(ChannelId, MessageTs), BTreeSet<MessageTs>>,
    pub ephemerals: Vec<Ephemeral>,
    pub views: BTreeMap<String, View>,
    /// The modals each person has open, the visible one last.
    pub stacks: BTreeMap<UserId, Vec<String>>,
    pub homes: BTreeMap<UserId, String>,
    pub files: BTreeMap<String, File>,
    /// How far each person has read each channel.
    pub read_up_to: BTreeMap<(UserId, ChannelId), MessageTs>,
    pub journal: Vec<Entry>,
    pub refusals: Vec<Refusal>,
    pub calls: VecDeque<ApiCall>,
    pub(super) triggers: BTreeMap<String, Trigger>,
    pub(super) answer_urls: BTreeMap<String, AnswerUrl>,
    /// Events that the doors have yet to carry to the app.
    pub(super) outgoing: Vec<Value>,
    pub(super) clock: MovableClock,
    pub(super) base_url: String,
    pub(super) bot_token: String,
    pub(super) app_token: String,
    last_ts: u64,
    serial: u64,
}

impl Workspace {
    pub(super) fn empty(team: Team, bot: Bot, clock: MovableClock) -> Self {
        Self {
            team,
            bot,
            users: BTreeMap::new(),
            channels: BTreeMap::new(),
            groups: BTreeMap::new(),
            messages: BTreeMap::new(),
            replies: BTreeMap::new(),
            ephemerals: Vec::new(),
            views: BTreeMap::new(),
            stacks: BTreeMap::new(),
            homes: BTreeMap::new(),
            files: BTreeMap::new(),
            read_up_to: BTreeMap::new(),
            journal: Vec::new(),
            refusals: Vec::new(),
            calls: VecDeque::new(),
            triggers: BTreeMap::new(),
            answer_urls: BTreeMap::new(),
            outgoing: Vec::new(),
            clock,
            base_url: String::new(),
            bot_token: "xoxb-model-bot".to_owned(),
            app_token: "xapp-model-app".to_owned(),
            last_ts: 0,
            serial: 0,
        }
    }

    /// What the model's own clock shows.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The next message's `ts`: the clock's time, and later than every earlier one.
    pub(super) fn next_ts(&mut self) -> MessageTs {
        let now = u64::try_from(self.now().timestamp_micros()).unwrap_or(0);
        self.last_ts = now.max(self.last_ts + 1);
        MessageTs::new(format!("{:010}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000))
    }

    /// A name nobody has yet: `prefix` and a number, as wide as Slack's.
    pub(super) fn next_id(&mut self, prefix: &str) -> String {
        self.serial += 1;
        format!("{prefix}{:08}", self.serial)
    }

    pub(super) fn record(&mut self, change: Change) {
        let at = self.now();
        self.journal.push(Entry { at, change });
    }

    pub(super) fn refuse(&mut self, what: &str, error: &str, details: Vec<String>) {
        let at = self.now();
        self.refusals.push(Refusal { at, what: what.to_owned(), error: error.to_owned(), details });
    }

    pub(super) fn remember_call(&mut self, method: &str, args: Value, outcome: &str) {
        if self.calls.len() == CALLS_KEPT {
            self.calls.pop_front();
        }
        let at = self.now();
        self.calls.push_back(ApiCall { at, method: method.to_owned(), args, outcome: outcome.to_owned() });
    }
}
