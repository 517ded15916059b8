//! Messages as they change, and the event that Slack sends for each change.

use super::state::{
    Broadcast, Change, ChannelKind, ChannelLife, Ephemeral, Fate, Message, Reaction, Workspace,
};
use super::wire;
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::{Value, json};

/// How many different reactions a message takes.
const REACTIONS_MAX: usize = 50;

/// A message before it has a `ts`.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub channel: ChannelId,
    pub user: UserId,
    pub text: String,
    pub blocks: Vec<Value>,
    pub attachments: Vec<Value>,
    pub thread: Option<MessageTs>,
    pub broadcast: Broadcast,
    pub metadata: Option<Value>,
    pub files: Vec<String>,
    pub subtype: Option<String>,
}

impl Draft {
    pub fn of(channel: &ChannelId, user: &UserId, text: impl Into<String>) -> Self {
        Self {
            channel: channel.clone(),
            user: user.clone(),
            text: text.into(),
            blocks: Vec::new(),
            attachments: Vec::new(),
            thread: None,
            broadcast: Broadcast::No,
            metadata: None,
            files: Vec::new(),
            subtype: None,
        }
    }
}

/// What an edit replaces; `None` leaves it.
#[derive(Clone, Debug, Default)]
pub(super) struct Revision {
    pub text: Option<String>,
    pub blocks: Option<Vec<Value>>,
    pub attachments: Option<Vec<Value>>,
    pub metadata: Option<Value>,
}

impl Workspace {
    /// Puts a message into its channel and tells the app.
    pub(super) fn post(&mut self, draft: Draft) -> MessageTs {
        let ts = self.next_ts();
        let message = Message {
            channel: draft.channel.clone(),
            ts: ts.clone(),
            user: draft.user.clone(),
            text: draft.text,
            blocks: draft.blocks,
            attachments: draft.attachments,
            thread: draft.thread.clone(),
            broadcast: draft.broadcast,
            metadata: draft.metadata,
            edited: None,
            fate: Fate::Standing,
            reactions: Vec::new(),
            files: draft.files,
            subtype: draft.subtype,
        };
        self.tell_of_post(&message);
        if let Some(parent) = &message.thread {
            self.replies.entry((draft.channel.clone(), parent.clone())).or_default().insert(ts.clone());
        }
        self.messages.entry(draft.channel.clone()).or_default().insert(ts.clone(), message);
        self.read_up_to.insert((draft.user.clone(), draft.channel.clone()), ts.clone());
        self.record(Change::Posted {
            channel: draft.channel,
            ts: ts.clone(),
            thread: draft.thread,
            by: draft.user,
        });
        ts
    }

    fn tell_of_post(&mut self, message: &Message) {
        if !self.hears(&message.channel) {
            return;
        }
        let kind = self.channel_type(&message.channel);
        let mut event = wire::message(self, message);
        merge(
            &mut event,
            json!({ "channel": message.channel, "event_ts": message.ts, "channel_type": kind }),
        );
        self.outgoing.push(event);
        let mention = format!("<@{}>", self.bot.user);
        let by_bot = message.user == self.bot.user;
        if message.text.contains(&mention) && !by_bot && kind != "im" && message.subtype.is_none() {
            // Slack sends a mention twice: as the message that it is, and as this.
            let mut event = wire::message(self, message);
            merge(
                &mut event,
                json!({ "type": "app_mention", "channel": message.channel, "event_ts": message.ts }),
            );
            self.outgoing.push(event);
        }
    }

    /// Edits a message; nothing when there is none.
    pub(super) fn revise(
        &mut self,
        channel: &ChannelId,
        ts: &MessageTs,
        by: &UserId,
        revision: Revision,
    ) -> Option<()> {
        let before = self.message(channel, ts)?.clone();
        let mut after = before.clone();
        after.text = revision.text.unwrap_or(after.text);
        after.blocks = revision.blocks.unwrap_or(after.blocks);
        after.attachments = revision.attachments.unwrap_or(after.attachments);
        after.metadata = revision.metadata.or(after.metadata);
        let at = self.next_ts();
        after.edited = Some((by.clone(), at.clone()));
        self.messages.get_mut(channel)?.insert(ts.clone(), after.clone());
        self.record(Change::Edited { channel: channel.clone(), ts: ts.clone(), by: by.clone() });
        self.tell_of_change(&before, &after, &at);
        Some(())
    }

    fn tell_of_change(&mut self, before: &Message, after: &Message, at: &MessageTs) {
        if !self.hears(&before.channel) {
            return;
        }
        let event = json!({
            "type": "message", "subtype": "message_changed", "hidden": true,
            "message": wire::message(self, after), "previous_message": wire::message(self, before),
            "channel": before.channel, "channel_type": self.channel_type(&before.channel),
            "ts": at, "event_ts": at,
        });
        self.outgoing.push(event);
    }

    /// Deletes a message; one with replies leaves a stone.
    pub(super) fn remove(&mut self, channel: &ChannelId, ts: &MessageTs, by: &UserId) -> Option<()> {
        let before = self.message(channel, ts)?.clone();
        let at = self.next_ts();
        self.record(Change::Deleted { channel: channel.clone(), ts: ts.clone(), by: by.clone() });
        if self.thread_replies(channel, ts).next().is_some() {
            let mut stone = before.clone();
            stone.fate = Fate::Tombstone;
            "This message was deleted.".clone_into(&mut stone.text);
            stone.blocks.clear();
            stone.attachments.clear();
            stone.files.clear();
            stone.reactions.clear();
            stone.metadata = None;
            self.messages.get_mut(channel)?.insert(ts.clone(), stone.clone());
            self.tell_of_change(&before, &stone, &at);
            return Some(());
        }
        self.messages.get_mut(channel)?.remove(ts);
        if let Some(parent) = &before.thread
            && let Some(replies) = self.replies.get_mut(&(channel.clone(), parent.clone()))
        {
            replies.remove(ts);
        }
        if self.hears(channel) {
            let event = json!({
                "type": "message", "subtype": "message_deleted", "hidden": true, "deleted_ts": ts,
                "previous_message": wire::message(self, &before), "channel": channel,
                "channel_type": self.channel_type(channel), "ts": at, "event_ts": at,
            });
            self.outgoing.push(event);
        }
        Some(())
    }

    /// Adds a reaction; the error is Slack's code.
    pub(super) fn react(
        &mut self,
        channel: &ChannelId,
        ts: &MessageTs,
        by: &UserId,
        name: &str,
    ) -> Result<(), &'static str> {
        let message = self.message_mut(channel, ts).ok_or("message_not_found")?;
        let kinds = message.reactions.len();
        match message.reactions.iter_mut().find(|reaction| reaction.name == name) {
            Some(reaction) if reaction.users.contains(by) => return Err("already_reacted"),
            Some(reaction) => reaction.users.push(by.clone()),
            None if kinds >= REACTIONS_MAX => return Err("too_many_emoji"),
            None => message.reactions.push(Reaction { name: name.to_owned(), users: vec![by.clone()] }),
        }
        let change = Change::Reacted {
            channel: channel.clone(),
            ts: ts.clone(),
            by: by.clone(),
            name: name.to_owned(),
        };
        self.record(change);
        self.tell_of_reaction("reaction_added", channel, ts, by, name);
        Ok(())
    }

    /// Takes a reaction off; the error is Slack's code.
    pub(super) fn unreact(
        &mut self,
        channel: &ChannelId,
        ts: &MessageTs,
        by: &UserId,
        name: &str,
    ) -> Result<(), &'static str> {
        let message = self.message_mut(channel, ts).ok_or("message_not_found")?;
        let found = message.reactions.iter_mut().find(|reaction| reaction.name == name);
        let reaction = found.filter(|reaction| reaction.users.contains(by)).ok_or("no_reaction")?;
        reaction.users.retain(|user| user != by);
        message.reactions.retain(|reaction| !reaction.users.is_empty());
        let change = Change::Unreacted {
            channel: channel.clone(),
            ts: ts.clone(),
            by: by.clone(),
            name: name.to_owned(),
        };
        self.record(change);
        self.tell_of_reaction("reaction_removed", channel, ts, by, name);
        Ok(())
    }

    fn tell_of_reaction(&mut self, kind: &str, channel: &ChannelId, ts: &MessageTs, by: &UserId, name: &str) {
        if !self.hears(channel) {
            return;
        }
        let author = self.message(channel, ts).map(|message| message.user.clone());
        let at = self.next_ts();
        self.outgoing.push(json!({
            "type": kind, "user": by, "reaction": name, "item_user": author,
            "item": { "type": "message", "channel": channel, "ts": ts }, "event_ts": at,
        }));
    }

    /// Shows a message to one person alone.
    pub(super) fn whisper(&mut self, draft: Draft, to: &UserId) -> MessageTs {
        let ts = self.next_ts();
        self.record(Change::Whispered { channel: draft.channel.clone(), ts: ts.clone(), to: to.clone() });
        self.ephemerals.push(Ephemeral {
            channel: draft.channel,
            ts: ts.clone(),
            to: to.clone(),
            text: draft.text,
            blocks: draft.blocks,
            thread: draft.thread,
        });
        ts
    }

    /// Whether the app gets events of this channel.
    pub(super) fn hears(&self, channel: &ChannelId) -> bool {
        self.channels
            .get(channel)
            .is_some_and(|it| it.members.contains(&self.bot.user) && it.life == ChannelLife::Open)
    }

    /// Slack's `channel_type` of events.
    pub(super) fn channel_type(&self, channel: &ChannelId) -> &'static str {
        match self.channels.get(channel).map(|it| it.kind) {
            Some(ChannelKind::Private) => "group",
            Some(ChannelKind::Direct) => "im",
            Some(ChannelKind::Public) | None => "channel",
        }
    }

    pub(super) fn message_mut(&mut self, channel: &ChannelId, ts: &MessageTs) -> Option<&mut Message> {
        self.messages.get_mut(channel)?.get_mut(ts)
    }
}

/// Lays the fields of one object over another.
pub(super) fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}
