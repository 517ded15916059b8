//! What tests, stories and the page ask a workspace.

use super::slack::Slack;
use super::state::{
    ApiCall, Change, Channel, ChannelKind, Entry, Ephemeral, Mark, Message, Refusal, User, View, Workspace,
};
use crate::id::{ChannelId, MessageTs, UserId};

/// How many changes a failed wait prints.
const LATELY: usize = 12;

impl Workspace {
    pub fn message(&self, channel: &ChannelId, ts: &MessageTs) -> Option<&Message> {
        self.messages.get(channel)?.get(ts)
    }

    /// What stands in the channel itself, oldest first: no replies, except broadcast ones.
    pub fn channel_messages<'a>(
        &'a self,
        channel: &ChannelId,
    ) -> impl DoubleEndedIterator<Item = &'a Message> + use<'a> {
        self.messages
            .get(channel)
            .into_iter()
            .flat_map(|all| all.values())
            .filter(|message| message.in_channel())
    }

    /// A thread, oldest first, its parent at the head.
    pub fn thread(&self, channel: &ChannelId, parent: &MessageTs) -> Vec<&Message> {
        self.message(channel, parent).into_iter().chain(self.thread_replies(channel, parent)).collect()
    }

    /// The replies of a thread, oldest first.
    pub fn thread_replies<'a>(
        &'a self,
        channel: &ChannelId,
        parent: &MessageTs,
    ) -> impl Iterator<Item = &'a Message> + use<'a> {
        let all = self.messages.get(channel);
        let replies = self.replies.get(&(channel.clone(), parent.clone()));
        replies.into_iter().flatten().filter_map(move |ts| all?.get(ts))
    }

    /// What was shown to this person alone, oldest first.
    pub fn ephemerals_for<'a>(&'a self, user: &'a UserId) -> impl Iterator<Item = &'a Ephemeral> {
        self.ephemerals.iter().filter(move |ephemeral| ephemeral.to == *user)
    }

    /// The person's conversation with the app, if one was opened.
    pub fn direct_channel(&self, user: &UserId) -> Option<&Channel> {
        self.channels.values().find(|it| {
            it.kind == ChannelKind::Direct && it.members.contains(user) && it.members.contains(&self.bot.user)
        })
    }

    /// The messages of that conversation, oldest first, replies included.
    pub fn dms(&self, user: &UserId) -> Vec<&Message> {
        let channel = self.direct_channel(user);
        let all = channel.and_then(|channel| self.messages.get(&channel.id));
        all.into_iter().flat_map(|all| all.values()).collect()
    }

    /// The modal on top of the person's stack.
    pub fn open_view(&self, user: &UserId) -> Option<&View> {
        self.views.get(self.stacks.get(user)?.last()?)
    }

    /// The person's App Home, if the app has published one.
    pub fn home(&self, user: &UserId) -> Option<&View> {
        self.views.get(self.homes.get(user)?)
    }

    /// The journal's end as it is now.
    pub fn mark(&self) -> Mark {
        Mark(self.journal.len())
    }

    /// Everything that changed after `mark`, in order.
    pub fn journal_since(&self, mark: Mark) -> &[Entry] {
        self.journal.get(mark.0..).unwrap_or_default()
    }

    /// What the app posted after `mark`, in order, leaving out what has been deleted since.
    pub fn posted_by_bot_since(&self, mark: Mark) -> Vec<&Message> {
        let posts = self.journal_since(mark).iter().filter_map(|entry| {
            let Change::Posted { channel, ts, by, .. } = &entry.change else { return None };
            self.message(channel, ts).filter(|_| *by == self.bot.user)
        });
        posts.collect()
    }

    /// The messages of a channel that this person has not read, oldest first.
    pub fn unread<'a>(
        &'a self,
        user: &'a UserId,
        channel: &ChannelId,
    ) -> impl Iterator<Item = &'a Message> + use<'a> {
        let read = self.read_up_to.get(&(user.clone(), channel.clone()));
        self.channel_messages(channel)
            .filter(move |message| message.user != *user && read.is_none_or(|read| message.ts > *read))
    }

    /// Somebody by Slack id or by handle.
    pub fn find_user(&self, name: &str) -> Option<&User> {
        self.users.get(name).or_else(|| self.users.values().find(|user| user.handle == name))
    }

    /// A channel by id or by name.
    pub fn find_channel(&self, name: &str) -> Option<&Channel> {
        let bare = name.trim_start_matches('#');
        self.channels
            .get(name)
            .or_else(|| self.channels.values().find(|it| it.name == bare && !bare.is_empty()))
    }

    /// The last changes, in words for whoever reads a failed test.
    pub(super) fn lately(&self) -> Vec<String> {
        let from = self.journal.len().saturating_sub(LATELY);
        let changes = self.journal[from..].iter().map(|entry| format!("{:?}", entry.change));
        let refused =
            self.refusals.iter().map(|it| format!("refused {} {} {:?}", it.what, it.error, it.details));
        changes.chain(refused).collect()
    }
}

impl Message {
    /// Whether it shows in the channel itself rather than in a thread alone.
    pub fn in_channel(&self) -> bool {
        let reply = self.thread.as_ref().is_some_and(|thread| *thread != self.ts);
        !reply || self.broadcast == super::state::Broadcast::Yes
    }
}

impl Slack {
    pub fn mark(&self) -> Mark {
        self.read(Workspace::mark)
    }

    pub fn journal_since(&self, mark: Mark) -> Vec<Entry> {
        self.read(|it| it.journal_since(mark).to_vec())
    }

    pub fn channel_messages(&self, channel: &ChannelId) -> Vec<Message> {
        self.read(|it| it.channel_messages(channel).cloned().collect())
    }

    pub fn thread(&self, channel: &ChannelId, parent: &MessageTs) -> Vec<Message> {
        self.read(|it| it.thread(channel, parent).into_iter().cloned().collect())
    }

    pub fn message(&self, channel: &ChannelId, ts: &MessageTs) -> Option<Message> {
        self.read(|it| it.message(channel, ts).cloned())
    }

    pub fn ephemerals_for(&self, user: &UserId) -> Vec<Ephemeral> {
        self.read(|it| it.ephemerals_for(user).cloned().collect())
    }

    pub fn dms(&self, user: &UserId) -> Vec<Message> {
        self.read(|it| it.dms(user).into_iter().cloned().collect())
    }

    pub fn open_view(&self, user: &UserId) -> Option<View> {
        self.read(|it| it.open_view(user).cloned())
    }

    pub fn home(&self, user: &UserId) -> Option<View> {
        self.read(|it| it.home(user).cloned())
    }

    pub fn refusals(&self) -> Vec<Refusal> {
        self.read(|it| it.refusals.clone())
    }

    /// The Web API calls so far, oldest first; the oldest of very many are forgotten.
    pub fn calls(&self) -> Vec<ApiCall> {
        self.read(|it| it.calls.iter().cloned().collect())
    }

    /// Marks a channel read up to its last message.
    pub fn mark_read(&self, user: &UserId, channel: &ChannelId) {
        self.change(|inside| {
            let state = &mut inside.workspace;
            let last = state.messages.get(channel).and_then(|all| all.keys().next_back().cloned());
            if let Some(ts) = last {
                state.read_up_to.insert((user.clone(), channel.clone()), ts);
            }
        });
    }
}
