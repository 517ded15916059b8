//! What people do in Slack: say, edit, react, join, change their status. Each returns when the app has
//! acknowledged what it was told, or when its three seconds are over, which is kept as a refusal.

use super::escape::{self, Typed};
use super::posts::{Draft, Revision};
use super::slack::{Inside, Slack};
use super::socket::{Fate, settled};
use super::state::{ChannelLife, Dnd, Presence, Standing, Status, User, Workspace};
use super::wire;
use crate::id::{ChannelId, GroupId, MessageTs, UserId};
use futures_util::future::join_all;
use serde_json::json;
use std::fmt;
use tokio::sync::watch;

/// Slack's client would not have let this person do that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CannotDo(pub String);

impl fmt::Display for CannotDo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CannotDo {}

pub(super) fn cannot<T>(why: impl Into<String>) -> Result<T, CannotDo> {
    Err(CannotDo(why.into()))
}

impl Workspace {
    /// Whether this person can do something in this channel now.
    pub(super) fn may_act(&self, user: &UserId, channel: &ChannelId) -> Result<(), CannotDo> {
        self.is_here(user)?;
        let Some(it) = self.channels.get(channel) else {
            return cannot(format!("there is no channel `{channel}`"));
        };
        if it.life == ChannelLife::Archived {
            return cannot(format!("channel `{channel}` is archived"));
        }
        if it.members.contains(user) { Ok(()) } else { cannot(format!("`{user}` is not in `{channel}`")) }
    }

    pub(super) fn is_here(&self, user: &UserId) -> Result<(), CannotDo> {
        match self.users.get(user).map(|it| it.standing) {
            None => cannot(format!("there is nobody called `{user}`")),
            Some(Standing::Deactivated) => cannot(format!("`{user}` is deactivated")),
            Some(Standing::Active) => Ok(()),
        }
    }

    fn own_message(&self, user: &UserId, channel: &ChannelId, ts: &MessageTs) -> Result<(), CannotDo> {
        self.may_act(user, channel)?;
        match self.message(channel, ts) {
            None => cannot(format!("there is no message `{ts}` in `{channel}`")),
            Some(message) if message.user != *user => cannot(format!("message `{ts}` is not by `{user}`")),
            Some(_) => Ok(()),
        }
    }
}

impl Slack {
    /// Does something as a person, and waits until the app knows.
    pub(super) async fn act<R>(
        &self,
        act: impl FnOnce(&mut Inside) -> Result<R, CannotDo>,
    ) -> Result<R, CannotDo> {
        let (result, fates) = self.change(act);
        self.acknowledged(fates).await;
        result
    }

    /// Waits for acknowledgements; one that takes more than three seconds is a refusal.
    pub(super) async fn acknowledged(&self, fates: Vec<watch::Receiver<Fate>>) -> Vec<Fate> {
        if self.lock().sockets.expects_silence() {
            return fates.iter().map(|fate| fate.borrow().clone()).collect();
        }
        let bound = self.inner.ack_within;
        let settled = join_all(fates.into_iter().map(|fate| settled(fate, bound))).await;
        for _ in settled.iter().filter(|fate| **fate == Fate::Waiting) {
            let detail = vec![format!("no acknowledgement within {bound:?}")];
            self.lock().workspace.refuse("acknowledgement", "not_acknowledged", detail);
            self.ring();
        }
        settled
    }

    /// Types a message into a channel or a direct conversation: `@ana`, `@here`, links and all.
    pub async fn say(&self, user: &UserId, channel: &ChannelId, text: &str) -> Result<MessageTs, CannotDo> {
        self.act(|inside| type_text(&mut inside.workspace, user, channel, None, text)).await
    }

    /// Types a reply into a thread.
    pub async fn reply(
        &self,
        user: &UserId,
        channel: &ChannelId,
        thread: &MessageTs,
        text: &str,
    ) -> Result<MessageTs, CannotDo> {
        self.act(|inside| type_text(&mut inside.workspace, user, channel, Some(thread), text)).await
    }

    /// Types a message to the app itself.
    pub async fn say_to_bot(&self, user: &UserId, text: &str) -> Result<MessageTs, CannotDo> {
        self.act(|inside| {
            inside.workspace.is_here(user)?;
            let channel = inside.workspace.direct_with(user);
            type_text(&mut inside.workspace, user, &channel, None, text)
        })
        .await
    }

    /// Edits one's own message.
    pub async fn edit(
        &self,
        user: &UserId,
        channel: &ChannelId,
        ts: &MessageTs,
        text: &str,
    ) -> Result<(), CannotDo> {
        self.act(|inside| {
            let state = &mut inside.workspace;
            state.own_message(user, channel, ts)?;
            let text = escape::by_person(state, text, Typed::Message);
            let revision = Revision { text: Some(text), ..Revision::default() };
            state
                .revise(channel, ts, user, revision)
                .ok_or_else(|| CannotDo("the message is gone".to_owned()))
        })
        .await
    }

    /// Deletes one's own message.
    pub async fn delete(&self, user: &UserId, channel: &ChannelId, ts: &MessageTs) -> Result<(), CannotDo> {
        self.act(|inside| {
            let state = &mut inside.workspace;
            state.own_message(user, channel, ts)?;
            state.remove(channel, ts, user).ok_or_else(|| CannotDo("the message is gone".to_owned()))
        })
        .await
    }

    /// Adds a reaction, named without colons.
    pub async fn react(
        &self,
        user: &UserId,
        channel: &ChannelId,
        ts: &MessageTs,
        name: &str,
    ) -> Result<(), CannotDo> {
        self.act(|inside| {
            inside.workspace.may_act(user, channel)?;
            inside.workspace.react(channel, ts, user, name).map_err(|code| CannotDo(code.to_owned()))
        })
        .await
    }

    /// Takes one's own reaction off.
    pub async fn unreact(
        &self,
        user: &UserId,
        channel: &ChannelId,
        ts: &MessageTs,
        name: &str,
    ) -> Result<(), CannotDo> {
        self.act(|inside| {
            inside.workspace.may_act(user, channel)?;
            inside.workspace.unreact(channel, ts, user, name).map_err(|code| CannotDo(code.to_owned()))
        })
        .await
    }

    /// Shares a file with a few words, in the channel or in a thread.
    pub async fn upload(
        &self,
        user: &UserId,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        name: &str,
        text: &str,
    ) -> Result<MessageTs, CannotDo> {
        self.act(|inside| {
            let state = &mut inside.workspace;
            state.may_act(user, channel)?;
            let file = state.keep_file(user, channel, name);
            let text = escape::by_person(state, text, Typed::Message);
            let draft = Draft {
                thread: thread.cloned(),
                files: vec![file],
                subtype: Some("file_share".to_owned()),
                ..Draft::of(channel, user, text)
            };
            Ok(state.post(draft))
        })
        .await
    }

    pub async fn set_status(&self, user: &UserId, status: Status) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.set_status(user, status)).await
    }

    pub async fn set_dnd(&self, user: &UserId, dnd: Dnd) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.set_dnd(user, dnd)).await
    }

    pub async fn set_presence(&self, user: &UserId, presence: Presence) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.set_presence(user, presence)).await
    }

    /// Opens the app's Home tab.
    pub async fn open_home(&self, user: &UserId) -> Result<(), CannotDo> {
        self.as_person(user, |state| {
            let (channel, at) = (state.direct_with(user), state.next_ts());
            let view = state.home(user).map(|view| wire::view(state, view));
            let mut event =
                json!({ "type": "app_home_opened", "user": user, "channel": channel, "tab": "home", "event_ts": at });
            if let Some(view) = view {
                event["view"] = view;
            }
            state.outgoing.push(event);
        })
        .await
    }

    /// Joins a channel, or brings the app in (with the app's own user id).
    pub async fn join(&self, user: &UserId, channel: &ChannelId) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.enter(channel, user)).await
    }

    pub async fn leave(&self, user: &UserId, channel: &ChannelId) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.leave(channel, user)).await
    }

    pub async fn archive(&self, user: &UserId, channel: &ChannelId) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.set_archived(channel, user, ChannelLife::Archived)).await
    }

    pub async fn unarchive(&self, user: &UserId, channel: &ChannelId) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.set_archived(channel, user, ChannelLife::Open)).await
    }

    /// Founds a public channel; the app comes in by `join` with its own user id.
    pub async fn create_channel(
        &self,
        user: &UserId,
        channel: &ChannelId,
        name: &str,
    ) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.found_channel(channel, name, user)).await
    }

    pub async fn rename_channel(
        &self,
        user: &UserId,
        channel: &ChannelId,
        name: &str,
    ) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.rename_channel(channel, name)).await
    }

    /// Adds somebody to the workspace, or changes their name, zone or kind.
    pub async fn welcome(&self, user: User) -> Result<(), CannotDo> {
        self.act(|inside| {
            inside.workspace.welcome(user);
            Ok(())
        })
        .await
    }

    /// Changes who is in a user group.
    pub async fn set_group(
        &self,
        user: &UserId,
        group: &GroupId,
        members: Vec<UserId>,
    ) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.set_group_members(group, members)).await
    }

    /// Takes somebody's account away.
    pub async fn deactivate(&self, user: &UserId) -> Result<(), CannotDo> {
        self.as_person(user, |state| state.deactivate(user)).await
    }

    async fn as_person(&self, user: &UserId, act: impl FnOnce(&mut Workspace)) -> Result<(), CannotDo> {
        self.act(|inside| {
            inside.workspace.is_here(user)?;
            act(&mut inside.workspace);
            Ok(())
        })
        .await
    }

    /// Sends any event as if Slack had it; for what the model has no act for.
    pub async fn send_event(&self, event: serde_json::Value) {
        let ((), fates) = self.change(|inside| inside.workspace.outgoing.push(event));
        self.acknowledged(fates).await;
    }
}

fn type_text(
    state: &mut Workspace,
    user: &UserId,
    channel: &ChannelId,
    thread: Option<&MessageTs>,
    text: &str,
) -> Result<MessageTs, CannotDo> {
    state.may_act(user, channel)?;
    let root = match thread.map(|thread| state.message(channel, thread)) {
        Some(None) => return cannot("there is no such thread"),
        Some(Some(parent)) => Some(parent.thread.clone().unwrap_or_else(|| parent.ts.clone())),
        None => None,
    };
    let text = escape::by_person(state, text, Typed::Message);
    Ok(state.post(Draft { thread: root, ..Draft::of(channel, user, text) }))
}
