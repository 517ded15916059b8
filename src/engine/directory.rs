//! Who is who, learnt from Slack: at the start for those in the configuration, on first sight for others.

use super::Engine;
use super::known::{AccountRef, Groups, Settings};
use crate::clock::Clock;
use crate::coverage::{Dnd, Live, Status, Who};
use crate::domain::directory::{Account, AccountKind, Directory};
use crate::domain::event::{Event, What};
use crate::id::{ChannelId, PersonKey, UserId};
use crate::slack::account::Profile;
use crate::slack::api::Api;
use crate::store::Store;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// How long an event waits for the name of somebody or some channel never seen before.
const FIRST_SIGHT_WITHIN: Duration = Duration::from_millis(1500);
/// Above so many people the whole list costs fewer requests than one after the other.
const ONE_BY_ONE: usize = 40;

/// Asks Slack who is who, and keeps what it says in [`super::known::Known`].
pub struct Register<S, C> {
    engine: Engine<S, C>,
    api: Arc<Api<C>>,
}

impl<S, C> Clone for Register<S, C> {
    fn clone(&self) -> Self {
        Self { engine: self.engine.clone(), api: Arc::clone(&self.api) }
    }
}

/// What the configuration says of accounts, before Slack was asked.
pub fn listed(directory: &mut Directory, settings: &Settings) {
    directory.accounts.retain(|key, _| settings.people.contains_key(key));
    for account in directory.users.values_mut() {
        account.person.take_if(|key| !settings.people.contains_key(key));
    }
    for (key, person) in &settings.people {
        match &person.slack {
            AccountRef::Id(user) => enter(directory, user, key, &person.name),
            AccountRef::Email(_) => {}
        }
    }
}

fn enter(directory: &mut Directory, user: &UserId, key: &PersonKey, name: &str) {
    directory.accounts.insert(key.clone(), user.clone());
    let account = directory.users.entry(user.clone()).or_insert_with(|| Account {
        name: name.to_owned(),
        kind: AccountKind::Member,
        person: None,
        time_zone: None,
    });
    account.person = Some(key.clone());
    name.clone_into(&mut account.name);
}

impl<S: Store, C: Clock> Register<S, C> {
    pub fn new(engine: Engine<S, C>, api: Arc<Api<C>>) -> Self {
        Self { engine, api }
    }

    pub fn api(&self) -> &Arc<Api<C>> {
        &self.api
    }

    /// Learns everything the configuration names: people, channels, groups. What Slack does not tell is left
    /// as it was.
    pub async fn learn_all(&self) {
        for channel in self.api.channels().await.unwrap_or_default() {
            self.learn_channel(&channel.id, &channel.name);
        }
        self.learn_people().await;
        self.learn_groups().await;
    }

    async fn learn_people(&self) {
        let settings = self.engine.known().settings();
        for (key, person) in &settings.people {
            if let AccountRef::Email(email) = &person.slack {
                match self.api.user_by_email(email).await {
                    Some(profile) => self.learn_account(Some(key), &profile),
                    None => tracing::warn!(person = %key, "no Slack account has the e-mail address of this person"),
                }
            }
        }
        let wanted: BTreeSet<UserId> = self.engine.known().directory().accounts.values().cloned().collect();
        if wanted.len() > ONE_BY_ONE {
            for profile in self.api.users().await.unwrap_or_default() {
                if wanted.contains(&profile.user) {
                    self.take_in(&profile).await;
                }
            }
            return;
        }
        for user in &wanted {
            if let Some(profile) = self.api.user(user).await {
                self.take_in(&profile).await;
            }
        }
    }

    /// Their account, and the status they show.
    async fn take_in(&self, profile: &Profile) {
        self.learn_account(None, profile);
        self.status(&profile.user, &profile.status).await;
    }

    /// Enters what Slack says of an account. The configuration's names come before Slack's.
    pub fn learn_account(&self, person: Option<&PersonKey>, profile: &Profile) {
        let settings = self.engine.known().settings();
        self.engine.known().learn(|directory| {
            let before = directory.users.get(&profile.user).and_then(|account| account.person.clone());
            let key = person.cloned().or(before);
            let listed = key.as_ref().and_then(|key| settings.people.get(key));
            let mut account = Account { person: key.clone(), ..profile.account.clone() };
            if let Some(person) = listed {
                person.name.clone_into(&mut account.name);
            }
            if let Some(key) = key {
                directory.accounts.insert(key, profile.user.clone());
            }
            directory.users.insert(profile.user.clone(), account);
        });
    }

    pub fn learn_channel(&self, channel: &ChannelId, name: &str) {
        self.engine.known().learn(|directory| {
            directory.channels.insert(channel.clone(), name.to_owned());
        });
    }

    /// Asks for the one who acted and for the channel, when either was never seen before; an event does not
    /// wait for the answer longer than a person would.
    pub async fn introduce(&self, event: &Event) {
        let directory = self.engine.known().directory();
        let (user, channel) = (super::handle::reader(&event.what), channel_of(&event.what));
        let stranger = user.filter(|user| !directory.users.contains_key(*user));
        let unnamed = channel.filter(|channel| {
            !directory.channels.contains_key(*channel) && !channel.as_str().starts_with('D')
        });
        let ask = async {
            let (profile, name) = tokio::join!(
                async {
                    match stranger {
                        Some(user) => self.api.user(user).await,
                        None => None,
                    }
                },
                async {
                    match unnamed {
                        Some(channel) => self.api.channel(channel).await.map(|told| (channel, told.name)),
                        None => None,
                    }
                }
            );
            if let Some(profile) = profile {
                self.learn_account(None, &profile);
            }
            if let Some((channel, name)) = name {
                self.learn_channel(channel, &name);
            }
        };
        if (stranger.is_some() || unnamed.is_some())
            && tokio::time::timeout(FIRST_SIGHT_WITHIN, ask).await.is_err()
        {
            tracing::info!("Slack did not say in time who acted, or where");
        }
    }

    /// Learns the members of every group that a desk names; whether any changed.
    pub async fn learn_groups(&self) -> Change {
        let known = self.engine.known();
        let settings = known.settings();
        let wanted = groups_named(&settings);
        let mut groups: Groups = settings.groups.clone();
        let before = known.groups();
        for (name, members) in before.iter().filter(|(name, _)| wanted.contains(*name)) {
            groups.insert(name.clone(), members.clone());
        }
        if !wanted.is_empty()
            && let Some(all) = self.api.groups().await
        {
            for group in all {
                let names = [group.handle.as_str(), group.id.as_str()].map(str::to_owned);
                if !names.iter().any(|name| wanted.contains(name)) {
                    continue;
                }
                let Some(members) = self.api.group_members(&group.id).await else { continue };
                let directory = known.directory();
                let members: Vec<PersonKey> = members.iter().map(|user| directory.key(user)).collect();
                groups.extend(names.map(|name| (name, members.clone())));
            }
        }
        let change = if *before == groups { Change::None } else { Change::Some };
        known.replace_groups(groups);
        change
    }

    /// Looks at the statuses and do-not-disturbs of those in the configuration, as a safety net under the
    /// events that tell of them.
    pub async fn look_at_statuses(&self) {
        let users: Vec<UserId> = self.engine.known().directory().accounts.values().cloned().collect();
        for user in &users {
            if let Some(profile) = self.api.user(user).await {
                self.take_in(&profile).await;
            }
        }
        for (user, dnd) in self.api.dnd(&users).await.unwrap_or_default() {
            self.dnd(&user, dnd).await;
        }
    }

    async fn status(&self, user: &UserId, status: &Status) {
        let kept = self.live(user).and_then(|live| live.status).unwrap_or_default();
        if kept != *status {
            self.tell(What::StatusSet { user: user.clone(), status: status.clone() }).await;
        }
    }

    async fn dnd(&self, user: &UserId, dnd: Option<Dnd>) {
        if self.live(user).and_then(|live| live.dnd) != dnd {
            self.tell(What::DndSet { user: user.clone(), dnd }).await;
        }
    }

    fn live(&self, user: &UserId) -> Option<Live> {
        self.engine.store().people().get(user).map(|person| person.live.clone())
    }

    async fn tell(&self, what: What) {
        let event = Event { keys: Vec::new(), at: self.engine.clock().now(), what };
        if let Err(error) = self.engine.handle(&event, None).await {
            tracing::warn!(%error, "what Slack says of somebody's availability could not be kept");
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    None,
    Some,
}

/// Every group that a desk's tier or role names, by handle or id.
fn groups_named(settings: &Settings) -> BTreeSet<String> {
    let tiers = settings.desks.values().flat_map(|desk| desk.coverage.tiers.iter().flat_map(|tier| &tier.who));
    let roles = settings.desks.values().flat_map(|desk| desk.roles.values().flatten());
    tiers
        .chain(roles)
        .filter_map(|who| match who {
            Who::Group(name) => Some(name.clone()),
            Who::Person(_) | Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => None,
        })
        .collect()
}

/// The channel an event happened in.
pub(super) fn channel_of(what: &What) -> Option<&ChannelId> {
    match what {
        What::Posted(message) | What::Edited(message) | What::Shortcut { message, .. } => Some(&message.channel),
        What::Deleted { channel, .. }
        | What::Reacted { channel, .. }
        | What::ReactionsSeen { channel, .. }
        | What::Commanded { channel, .. } => Some(channel),
        What::Pressed { on, .. } => on.channel.as_ref(),
        What::Submitted { .. }
        | What::HomeOpened { .. }
        | What::Due
        | What::Delivered { .. }
        | What::Undeliverable { .. }
        | What::WentStale { .. }
        | What::StatusSet { .. }
        | What::DndSet { .. }
        | What::CaughtUp { .. }
        | What::FactsChanged => None,
    }
}
