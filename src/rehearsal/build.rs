//! How a workspace begins: its people, channels and groups, named one by one.

use super::state::{
    Bot, Channel, ChannelKind, ChannelLife, Dnd, Group, Presence, Standing, Status, Team, User, UserKind,
    Workspace,
};
use crate::clock::MovableClock;
use crate::id::{ChannelId, GroupId, TeamId, UserId};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long Slack waits for an acknowledgement before it counts the delivery as failed.
const ACKNOWLEDGED_WITHIN: Duration = Duration::from_secs(3);

/// Whether events that nobody acknowledged come again (at once, after one minute, after five).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Redelivery {
    On,
    Off,
}

/// A workspace in the making. Every call returns it, so that they chain.
#[derive(Debug)]
pub struct Builder {
    workspace: Workspace,
    pub(super) ack_within: Duration,
    pub(super) redelivery: Redelivery,
    pub(super) seed: u64,
}

impl Workspace {
    /// An empty workspace with the app's own bot user, whose time comes from `clock`.
    pub fn builder(clock: MovableClock) -> Builder {
        let team = Team { id: TeamId::from("T0MODEL"), name: "Model".to_owned(), domain: "model".to_owned() };
        let bot = Bot {
            user: UserId::from("U0FIRSTLINE"),
            bot_id: "B0FIRSTLINE".to_owned(),
            app_id: "A0FIRSTLINE".to_owned(),
            name: "firstline".to_owned(),
            scopes: Vec::new(),
        };
        let mut workspace = Self::empty(team, bot.clone(), clock);
        let mut user = person(&bot.user, &bot.name, "Firstline");
        user.kind = UserKind::Bot;
        workspace.users.insert(bot.user, user);
        Builder { workspace, ack_within: ACKNOWLEDGED_WITHIN, redelivery: Redelivery::On, seed: 1 }
    }
}

fn person(id: &UserId, handle: &str, name: &str) -> User {
    User {
        id: id.clone(),
        handle: handle.to_owned(),
        real_name: name.to_owned(),
        display_name: name.split(' ').next().unwrap_or(name).to_owned(),
        email: format!("{handle}@example.com"),
        time_zone: chrono_tz::Tz::UTC,
        kind: UserKind::Member,
        standing: Standing::Active,
        status: Status::default(),
        dnd: Dnd::default(),
        presence: Presence::Active,
    }
}

impl Builder {
    /// What the app's token may do.
    #[must_use]
    pub fn scopes(mut self, scopes: &[&str]) -> Self {
        self.workspace.bot.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        self
    }

    /// A member: Slack id, what people type after `@`, and the full name.
    #[must_use]
    pub fn user(self, id: &str, handle: &str, name: &str) -> Self {
        self.with_user(id, handle, name, |_| {})
    }

    /// A person with more to say about them: zone, kind, e-mail, status.
    #[must_use]
    pub fn with_user(mut self, id: &str, handle: &str, name: &str, more: impl FnOnce(&mut User)) -> Self {
        let id = UserId::from(id);
        let mut user = person(&id, handle, name);
        more(&mut user);
        self.workspace.users.insert(id, user);
        self
    }

    /// A person in a time zone of the IANA database.
    #[must_use]
    pub fn user_in(self, id: &str, handle: &str, name: &str, zone: chrono_tz::Tz) -> Self {
        self.with_user(id, handle, name, |user| user.time_zone = zone)
    }

    /// A public channel with these members; the bot is one of them.
    #[must_use]
    pub fn channel(self, id: &str, name: &str, members: &[&str]) -> Self {
        let bot = self.workspace.bot.user.clone();
        let mut all = members.to_vec();
        all.push(bot.as_str());
        self.channel_of(id, name, ChannelKind::Public, &all)
    }

    /// A private channel with these members; the bot is one of them.
    #[must_use]
    pub fn private_channel(self, id: &str, name: &str, members: &[&str]) -> Self {
        let bot = self.workspace.bot.user.clone();
        let mut all = members.to_vec();
        all.push(bot.as_str());
        self.channel_of(id, name, ChannelKind::Private, &all)
    }

    /// A channel with exactly these members.
    #[must_use]
    pub fn channel_of(mut self, id: &str, name: &str, kind: ChannelKind, members: &[&str]) -> Self {
        let members: BTreeSet<UserId> = members.iter().map(|&id| UserId::from(id)).collect();
        let (id, created) = (ChannelId::from(id), self.workspace.now());
        let channel = Channel {
            id: id.clone(),
            name: name.to_owned(),
            kind,
            life: ChannelLife::Open,
            members,
            created,
        };
        self.workspace.channels.insert(id, channel);
        self
    }

    /// A user group that people mention as `@handle`.
    #[must_use]
    pub fn group(mut self, id: &str, handle: &str, members: &[&str]) -> Self {
        let id = GroupId::from(id);
        let group = Group {
            id: id.clone(),
            handle: handle.to_owned(),
            name: handle.replace('-', " "),
            members: members.iter().map(|&id| UserId::from(id)).collect(),
        };
        self.workspace.groups.insert(id, group);
        self
    }

    /// The tokens the doors ask for; without this `xoxb-model-bot` and `xapp-model-app`.
    #[must_use]
    pub fn tokens(mut self, bot: &str, app: &str) -> Self {
        bot.clone_into(&mut self.workspace.bot_token);
        app.clone_into(&mut self.workspace.app_token);
        self
    }

    /// The bot's name, as people mention it.
    #[must_use]
    pub fn bot_name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.workspace.bot.name);
        if let Some(user) = self.workspace.users.get_mut(&self.workspace.bot.user) {
            name.clone_into(&mut user.handle);
        }
        self
    }

    /// How long the app has for an acknowledgement, on the monotonic clock; three seconds as in Slack.
    #[must_use]
    pub fn ack_within(mut self, limit: Duration) -> Self {
        self.ack_within = limit;
        self
    }

    #[must_use]
    pub fn redelivery(mut self, redelivery: Redelivery) -> Self {
        self.redelivery = redelivery;
        self
    }

    /// Which of several connections gets which envelope is drawn from this.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The state alone, without doors.
    pub fn workspace(self) -> Workspace {
        self.workspace
    }
}
