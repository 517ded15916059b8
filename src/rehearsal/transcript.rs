//! Whole channels and threads as a person reads them, one line for each thing said.

use super::plain::{plain_ephemeral, plain_message};
use super::slack::Slack;
use super::state::{Message, Workspace};
use crate::id::{ChannelId, MessageTs, UserId};

/// A channel, oldest first, replies indented under their parent, and what only `reader` sees.
pub fn plain_channel(state: &Workspace, channel: &ChannelId, reader: &UserId) -> String {
    let mut lines: Vec<(&MessageTs, String)> = Vec::new();
    for message in state.channel_messages(channel) {
        let reply = message.thread.as_ref().is_some_and(|thread| *thread != message.ts);
        let block = if reply {
            said(state, message, reader)
        } else {
            plain_thread(state, channel, &message.ts, reader)
        };
        lines.push((&message.ts, block));
    }
    let alone = state.ephemerals_for(reader).filter(|it| it.channel == *channel && it.thread.is_none());
    lines.extend(alone.map(|it| (&it.ts, format!("(only you) {}", plain_ephemeral(state, it, reader)))));
    lines.sort_by(|one, other| one.0.cmp(other.0));
    lines.into_iter().map(|(_, line)| line).collect::<Vec<_>>().join("\n")
}

/// A thread: its parent, then the replies and what only `reader` sees, indented.
pub fn plain_thread(state: &Workspace, channel: &ChannelId, parent: &MessageTs, reader: &UserId) -> String {
    let mut replies: Vec<(&MessageTs, String)> = Vec::new();
    replies.extend(state.thread_replies(channel, parent).map(|it| (&it.ts, said(state, it, reader))));
    let alone = state
        .ephemerals_for(reader)
        .filter(|it| it.channel == *channel && it.thread.as_ref() == Some(parent));
    replies.extend(alone.map(|it| (&it.ts, format!("(only you) {}", plain_ephemeral(state, it, reader)))));
    replies.sort_by(|one, other| one.0.cmp(other.0));
    let head = state.message(channel, parent).map(|it| said(state, it, reader));
    let replies = replies.into_iter().map(|(_, line)| indented(&line));
    head.into_iter().chain(replies).collect::<Vec<_>>().join("\n")
}

fn said(state: &Workspace, message: &Message, reader: &UserId) -> String {
    let name = state.users.get(&message.user).map_or(message.user.as_str(), |user| user.real_name.as_str());
    let edited = if message.edited.is_some() { " (edited)" } else { "" };
    let reactions = message.reactions.iter().map(|it| format!(" :{}: {}", it.name, it.users.len()));
    format!("{name}: {}{edited}{}", plain_message(state, message, reader), reactions.collect::<String>())
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n")
}

impl Slack {
    /// A message as `reader` sees it.
    pub fn plain(&self, message: &Message, reader: &UserId) -> String {
        self.read(|state| plain_message(state, message, reader))
    }

    /// A channel as `reader` sees it, threads unfolded.
    pub fn transcript(&self, channel: &ChannelId, reader: &UserId) -> String {
        self.read(|state| plain_channel(state, channel, reader))
    }
}
