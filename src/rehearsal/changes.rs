//! What changes about people, channels and groups, and the events of it.

use super::posts::Draft;
use super::state::{
    Change, Channel, ChannelKind, ChannelLife, Dnd, File, Presence, Standing, Status, User, Workspace,
};
use super::wire;
use crate::id::{ChannelId, GroupId, UserId};
use serde_json::json;
use std::collections::BTreeSet;

impl Workspace {
    /// The conversation of this person with the app, opened if need be.
    pub(super) fn direct_with(&mut self, user: &UserId) -> ChannelId {
        if let Some(channel) = self.direct_channel(user) {
            return channel.id.clone();
        }
        let id = ChannelId::new(format!("D{}", user.as_str().trim_start_matches(['U', 'W'])));
        let channel = Channel {
            id: id.clone(),
            name: String::new(),
            kind: ChannelKind::Direct,
            life: ChannelLife::Open,
            members: BTreeSet::from([user.clone(), self.bot.user.clone()]),
            created: self.now(),
        };
        self.channels.insert(id.clone(), channel);
        self.record(Change::DirectOpened { channel: id.clone(), user: user.clone() });
        id
    }

    /// Joins a channel; nothing for somebody who is in it.
    pub(super) fn enter(&mut self, id: &ChannelId, user: &UserId) {
        let Some(channel) = self.channels.get_mut(id) else { return };
        if !channel.members.insert(user.clone()) {
            return;
        }
        self.record(Change::Joined { channel: id.clone(), user: user.clone() });
        let kind = if self.channel_type(id) == "group" { "G" } else { "C" };
        if self.hears(id) {
            let at = self.next_ts();
            self.outgoing.push(json!({
                "type": "member_joined_channel", "user": user, "channel": id, "channel_type": kind,
                "team": self.team.id, "event_ts": at,
            }));
        }
        let joined = format!("<@{user}> has joined the channel");
        self.post(Draft { subtype: Some("channel_join".to_owned()), ..Draft::of(id, user, joined) });
    }

    pub(super) fn leave(&mut self, id: &ChannelId, user: &UserId) {
        let heard = self.hears(id);
        let Some(channel) = self.channels.get_mut(id) else { return };
        if !channel.members.remove(user) {
            return;
        }
        self.record(Change::Left { channel: id.clone(), user: user.clone() });
        let kind = if self.channel_type(id) == "group" { "G" } else { "C" };
        if heard && *user != self.bot.user {
            let at = self.next_ts();
            self.outgoing.push(json!({
                "type": "member_left_channel", "user": user, "channel": id, "channel_type": kind,
                "team": self.team.id, "event_ts": at,
            }));
        } else if heard {
            let at = self.next_ts();
            let event = if kind == "G" { "group_left" } else { "channel_left" };
            self.outgoing.push(json!({ "type": event, "channel": id, "actor_id": user, "event_ts": at }));
        }
    }

    pub(super) fn set_archived(&mut self, id: &ChannelId, by: &UserId, life: ChannelLife) {
        let heard = self.channels.get(id).is_some_and(|it| it.members.contains(&self.bot.user));
        let prefix = if self.channel_type(id) == "group" { "group" } else { "channel" };
        let Some(channel) = self.channels.get_mut(id).filter(|it| it.life != life) else { return };
        channel.life = life;
        let (change, word) = match life {
            ChannelLife::Archived => (Change::Archived { channel: id.clone() }, "archive"),
            ChannelLife::Open => (Change::Unarchived { channel: id.clone() }, "unarchive"),
        };
        self.record(change);
        if heard {
            let at = self.next_ts();
            self.outgoing.push(
                json!({ "type": format!("{prefix}_{word}"), "channel": id, "user": by, "event_ts": at }),
            );
        }
    }

    pub(super) fn set_group_members(&mut self, id: &GroupId, members: Vec<UserId>) {
        let Some(group) = self.groups.get_mut(id) else { return };
        let before: BTreeSet<_> = group.members.iter().cloned().collect();
        let after: BTreeSet<_> = members.iter().cloned().collect();
        group.members = members;
        let shape = self.groups.get(id).map(|group| wire::group(self, group));
        self.record(Change::GroupChanged { group: id.clone() });
        let (added, removed): (Vec<_>, Vec<_>) =
            (after.difference(&before).collect(), before.difference(&after).collect());
        let (at, previous) = (self.next_ts(), self.now().timestamp());
        self.outgoing.push(json!({
            "type": "subteam_members_changed", "subteam_id": id, "team_id": self.team.id,
            "date_previous_update": previous, "date_update": previous, "added_users": added,
            "added_users_count": added.len(), "removed_users": removed, "removed_users_count": removed.len(),
            "event_ts": at,
        }));
        self.outgoing.push(json!({ "type": "subteam_updated", "subteam": shape, "event_ts": at }));
    }

    /// Sets a custom status; the app hears of it twice, as in Slack.
    pub(super) fn set_status(&mut self, user: &UserId, status: Status) {
        self.with_person(user, |person| person.status = status);
        self.record(Change::StatusSet { user: user.clone() });
        self.tell_of_person("user_status_changed", user);
        self.tell_of_person("user_change", user);
    }

    pub(super) fn set_dnd(&mut self, user: &UserId, dnd: Dnd) {
        self.with_person(user, |person| person.dnd = dnd);
        self.record(Change::DndSet { user: user.clone() });
        let (at, status) = (self.next_ts(), self.users.get(user).map(wire::dnd));
        self.outgoing
            .push(json!({ "type": "dnd_updated_user", "user": user, "dnd_status": status, "event_ts": at }));
    }

    /// Presence has no event outside RTM; apps ask for it.
    pub(super) fn set_presence(&mut self, user: &UserId, presence: Presence) {
        self.with_person(user, |person| person.presence = presence);
        self.record(Change::PresenceSet { user: user.clone() });
    }

    pub(super) fn deactivate(&mut self, user: &UserId) {
        self.with_person(user, |person| person.standing = Standing::Deactivated);
        for channel in self.channels.values_mut().filter(|it| it.kind != ChannelKind::Direct) {
            channel.members.remove(user);
        }
        self.record(Change::Deactivated { user: user.clone() });
        self.tell_of_person("user_change", user);
    }

    fn with_person(&mut self, user: &UserId, change: impl FnOnce(&mut User)) {
        if let Some(person) = self.users.get_mut(user) {
            change(person);
        }
    }

    fn tell_of_person(&mut self, kind: &str, user: &UserId) {
        let (at, cache) = (self.next_ts(), self.now().timestamp());
        let shape = self.users.get(user).map(|person| wire::user(self, person));
        self.outgoing.push(json!({ "type": kind, "user": shape, "cache_ts": cache, "event_ts": at }));
    }

    /// Somebody new in the workspace, or somebody known with other particulars.
    pub(super) fn welcome(&mut self, user: User) {
        let id = user.id.clone();
        let known = self.users.insert(id.clone(), user).is_some();
        self.record(Change::Welcomed { user: id.clone() });
        self.tell_of_person(if known { "user_change" } else { "team_join" }, &id);
    }

    /// A new public channel with its founder in it; the app is not.
    pub(super) fn found_channel(&mut self, id: &ChannelId, name: &str, founder: &UserId) {
        let channel = Channel {
            id: id.clone(),
            name: name.to_owned(),
            kind: ChannelKind::Public,
            life: ChannelLife::Open,
            members: BTreeSet::from([founder.clone()]),
            created: self.now(),
        };
        let created = channel.created.timestamp();
        self.channels.insert(id.clone(), channel);
        self.record(Change::Founded { channel: id.clone() });
        let at = self.next_ts();
        let shape = json!({ "id": id, "name": name, "created": created, "creator": founder });
        self.outgoing.push(json!({ "type": "channel_created", "channel": shape, "event_ts": at }));
    }

    pub(super) fn rename_channel(&mut self, id: &ChannelId, name: &str) {
        let prefix = if self.channel_type(id) == "group" { "group" } else { "channel" };
        let Some(channel) = self.channels.get_mut(id) else { return };
        name.clone_into(&mut channel.name);
        let created = channel.created.timestamp();
        self.record(Change::Renamed { channel: id.clone() });
        let at = self.next_ts();
        let shape = json!({ "id": id, "name": name, "created": created });
        self.outgoing.push(json!({ "type": format!("{prefix}_rename"), "channel": shape, "event_ts": at }));
    }

    /// Keeps a file; the message that shares it comes after.
    pub(super) fn keep_file(&mut self, user: &UserId, channel: &ChannelId, name: &str) -> String {
        let (id, created) = (self.next_id("F"), self.now());
        let file = File {
            id: id.clone(),
            name: name.to_owned(),
            user: user.clone(),
            channel: channel.clone(),
            created,
        };
        self.files.insert(id.clone(), file);
        self.record(Change::Uploaded { file: id.clone(), by: user.clone() });
        id
    }
}
