//! Who is who, learnt from Slack: at the start for those in the configuration, on first sight for others.

use super::Engine;
use super::ground::Site;
use super::handle::reader;
use super::known::{AccountRef, Groups, Listed, Settings};
use crate::clock::Clock;
use crate::coverage::{Dnd, Live, PresencePolicy, Span, Status, Who, people_of};
use crate::domain::cover::filling::fillings;
use crate::domain::directory::{Account, AccountKind, Directory};
use crate::domain::event::{Author, Event, FormRef, What};
use crate::id::{ChannelId, PersonKey, UserId};
use crate::slack::account::Profile;
use crate::slack::api::Api;
use crate::store::Store;
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// How long an event waits for the name of somebody or some channel never seen before.
const FIRST_SIGHT_WITHIN: Duration = Duration::from_millis(1500);
/// How long somebody whom Slack did not tell of is not asked for again.
const ASK_AGAIN_AFTER: Duration = Duration::from_secs(600);
/// Members of one group who are asked for one by one.
const MEMBERS_MET: usize = 100;
/// The least time between two questions for a green dot: half of what Slack grants in a minute.
const PRESENCE_APART: Duration = Duration::from_millis(2400);
/// Whoever answers on a desk within so long of now is looked at.
const PRESENCE_FOR: TimeDelta = TimeDelta::days(1);
/// Above so many people the whole list costs fewer requests than one after the other.
const ONE_BY_ONE: usize = 40;

/// Asks Slack who is who, and keeps what it says in [`super::known::Known`].
pub struct Register<S, C> {
    engine: Engine<S, C>,
    api: Arc<Api<C>>,
    /// Who was asked for lately.
    asked: Arc<Mutex<BTreeMap<String, Asked>>>,
}

/// One question to Slack: whoever meets the same stranger meanwhile waits for the same answer.
#[derive(Clone)]
struct Asked {
    at: Instant,
    over: Arc<OnceCell<()>>,
}

impl<S, C> Clone for Register<S, C> {
    fn clone(&self) -> Self {
        Self { engine: self.engine.clone(), api: Arc::clone(&self.api), asked: Arc::clone(&self.asked) }
    }
}

/// What the configuration says of accounts, before Slack was asked.
pub fn listed(directory: &mut Directory, settings: &Settings) {
    directory.accounts.retain(|key, _| settings.people.contains_key(key));
    for account in directory.users.values_mut() {
        account.person.take_if(|key| !settings.people.contains_key(key));
    }
    directory.names = settings.names.clone();
    for (key, person) in &settings.people {
        match &person.slack {
            AccountRef::Id(user) => enter(directory, user, key, person),
            AccountRef::Email(_) => {}
        }
    }
}

fn enter(directory: &mut Directory, user: &UserId, key: &PersonKey, person: &Listed) {
    directory.accounts.insert(key.clone(), user.clone());
    let account = directory.users.entry(user.clone()).or_insert_with(|| Account {
        name: person.name.clone(),
        kind: AccountKind::Member,
        person: None,
        time_zone: None,
        email: None,
    });
    account.person = Some(key.clone());
    account.name.clone_from(&person.name);
    if person.email.is_some() {
        account.email.clone_from(&person.email);
    }
}

impl<S: Store, C: Clock> Register<S, C> {
    pub fn new(engine: Engine<S, C>, api: Arc<Api<C>>) -> Self {
        Self { engine, api, asked: Arc::default() }
    }

    pub fn api(&self) -> &Arc<Api<C>> {
        &self.api
    }

    /// Learns what decisions cannot do without: channels, accounts known by address, groups. What Slack does not
    /// tell is left as it was.
    pub async fn learn_names(&self) -> Change {
        let channels = async {
            let all = self.api.channels().await.unwrap_or_default();
            // In one step: each step copies the whole directory.
            self.engine.known().learn(|directory| {
                let named = all.iter().map(|channel| (channel.id.clone(), channel.name.clone()));
                directory.channels.extend(named);
            });
        };
        let groups = async {
            self.learn_addresses().await;
            self.learn_groups().await
        };
        tokio::join!(channels, groups).1
    }

    async fn learn_addresses(&self) {
        let settings = self.engine.known().settings();
        for (key, person) in &settings.people {
            if let AccountRef::Email(email) = &person.slack {
                match self.api.user_by_email(email).await {
                    Some(profile) => self.learn_account(Some(key), &profile),
                    None => {
                        tracing::warn!(person = %key, "no Slack account has the e-mail address of this person");
                    }
                }
            }
        }
    }

    /// Looks at everybody in the configuration: their accounts, their statuses, their do-not-disturbs.
    pub async fn look_at_people(&self) {
        let users = self.watched_users();
        let all = if users.len() > ONE_BY_ONE { self.api.users().await } else { None };
        match all {
            Some(profiles) => {
                for profile in profiles.iter().filter(|profile| users.contains(&profile.user)) {
                    self.take_in(profile).await;
                }
            }
            None => {
                for user in &users {
                    self.look_at(user).await;
                }
            }
        }
        self.look_at_dnd(&users).await;
        self.look_at_presence().await;
    }

    /// Goes round the people in the configuration, one after the other, each once in `every`: a safety net
    /// under the events that tell of their statuses. It leaves room for the questions of others.
    pub async fn go_round(&self, every: Duration) {
        let users = self.watched_users();
        let each = every / u32::try_from(users.len().max(1)).unwrap_or(u32::MAX);
        for user in &users {
            tokio::time::sleep(each).await;
            self.look_at(user).await;
        }
        if users.is_empty() {
            tokio::time::sleep(every).await;
        }
        self.look_at_dnd(&users).await;
    }

    /// Members of a group are pinged whether the configuration names them or not, so that their accounts have
    /// to be known.
    async fn meet(&self, members: &[UserId]) {
        let directory = self.engine.known().directory();
        let strangers = members.iter().filter(|user| !directory.users.contains_key(*user));
        for user in strangers.take(MEMBERS_MET) {
            self.look_at(user).await;
        }
    }

    /// Everybody in the configuration, and the members of groups that it names.
    fn watched_users(&self) -> Vec<UserId> {
        let known = self.engine.known();
        let (directory, groups) = (known.directory(), known.groups());
        let members: BTreeSet<&PersonKey> = groups.values().flatten().collect();
        let strangers = directory.users.keys().filter(|user| members.contains(&directory.key(user)));
        let all: BTreeSet<&UserId> = directory.accounts.values().chain(strangers).collect();
        all.into_iter().cloned().collect()
    }

    /// Those whose green dot counts on a desk of theirs.
    fn dotted_users(&self) -> Vec<UserId> {
        let known = self.engine.known();
        let (settings, directory) = (known.settings(), known.directory());
        let desks = settings.desks.values().filter(|desk| desk.coverage.presence == PresencePolicy::Counts);
        let now = self.engine.clock().now();
        let mut all = BTreeSet::new();
        for desk in desks {
            let ground = self.engine.ground(Site { desk: Some(&desk.key), ..Site::default() }, None);
            let world = ground.world();
            let record = self.engine.store().desks();
            let around = Span::new(now - PRESENCE_FOR, now + PRESENCE_FOR);
            for filling in fillings(desk, record.get(&desk.key), world.facts.groups) {
                all.extend(people_of(&desk.coverage, around, &filling.facts(&world, world.facts.live)));
            }
        }
        let users = directory.users.keys();
        users.filter(|user| all.contains(&directory.key(user))).cloned().collect()
    }

    /// Looks once at the green dots that count.
    pub async fn look_at_presence(&self) {
        for user in self.dotted_users() {
            self.look_at_dot(&user).await;
        }
    }

    /// Goes round the green dots that count, each once in `every` or as often as Slack lets us ask. Slack tells
    /// of them by no event that a bot of this kind gets.
    pub async fn go_round_presence(&self, every: Duration) {
        let users = self.dotted_users();
        let each = every / u32::try_from(users.len().max(1)).unwrap_or(u32::MAX);
        for user in &users {
            tokio::time::sleep(each.max(PRESENCE_APART)).await;
            self.look_at_dot(user).await;
        }
        if users.is_empty() {
            tokio::time::sleep(every).await;
        }
    }

    async fn look_at_dot(&self, user: &UserId) {
        let Some(presence) = self.api.presence(user).await else { return };
        if self.live(user).and_then(|live| live.presence) != Some(presence) {
            self.tell(What::PresenceSet { user: user.clone(), presence }).await;
        }
    }

    async fn look_at(&self, user: &UserId) {
        if let Some(profile) = self.api.user(user).await {
            self.take_in(&profile).await;
        }
    }

    async fn look_at_dnd(&self, users: &[UserId]) {
        for (user, dnd) in self.api.dnd(users).await.unwrap_or_default() {
            self.dnd(&user, dnd).await;
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
                if person.email.is_some() {
                    account.email.clone_from(&person.email);
                }
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
        let stranger = person_in(&event.what).filter(|user| !directory.users.contains_key(*user));
        let unnamed = channel_of(&event.what).filter(|channel| {
            !directory.channels.contains_key(*channel) && !channel.as_str().starts_with('D')
        });
        let account = async {
            let Some(user) = stranger else { return };
            let answer = async {
                if let Some(profile) = self.api.user(user).await {
                    self.learn_account(None, &profile);
                }
            };
            self.once(user.as_str(), answer).await;
        };
        let name = async {
            let Some(channel) = unnamed else { return };
            let answer = async {
                if let Some(told) = self.api.channel(channel).await {
                    self.learn_channel(channel, &told.name);
                }
            };
            self.once(channel.as_str(), answer).await;
        };
        tokio::join!(account, name);
    }

    /// Waits for the answer about this one: what Slack did not tell a moment ago it will not tell now, and a
    /// post and its mention, or two posts in a row, come while the first of them still asks.
    async fn once(&self, who: &str, answer: impl Future<Output = ()>) {
        let now = self.engine.clock().monotonic();
        let over = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.retain(|_, asked| now.duration_since(asked.at) < ASK_AGAIN_AFTER);
            let new = || Asked { at: now, over: Arc::default() };
            Arc::clone(&asked.entry(who.to_owned()).or_insert_with(new).over)
        };
        let in_time = || async {
            if tokio::time::timeout(FIRST_SIGHT_WITHIN, answer).await.is_err() {
                tracing::info!("Slack did not say in time who acted, or where");
            }
        };
        over.get_or_init(in_time).await;
    }

    /// Learns the members of every group that a desk names; whether any changed.
    pub async fn learn_groups(&self) -> Change {
        let known = self.engine.known();
        let settings = known.settings();
        let mut wanted = groups_named(&settings);
        let states = self.engine.store().desks();
        let channels = states.values().flat_map(|state| state.channels.values());
        wanted.extend(groups_in(channels.flat_map(|channel| channel.roles.values().flatten())));
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
                self.meet(&members).await;
                let directory = known.directory();
                let members: Vec<PersonKey> = members.iter().map(|user| directory.key(user)).collect();
                groups.extend(names.map(|name| (name, members.clone())));
            }
        }
        let change = if *before == groups { Change::None } else { Change::Some };
        known.replace_groups(groups);
        change
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
pub fn groups_named(settings: &Settings) -> BTreeSet<String> {
    let tiers =
        settings.desks.values().flat_map(|desk| desk.coverage.tiers.iter().flat_map(|tier| &tier.who));
    let roles = settings.desks.values().flat_map(|desk| desk.roles.values().flatten());
    groups_in(tiers.chain(roles)).collect()
}

fn groups_in<'a>(who: impl Iterator<Item = &'a Who>) -> impl Iterator<Item = String> {
    who.filter_map(|who| match who {
        Who::Group(name) => Some(name.clone()),
        Who::Person(_) | Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => None,
    })
}

/// The person who acted; apps and Slack itself have no account to ask for.
fn person_in(what: &What) -> Option<&UserId> {
    if let What::Posted(message) | What::Edited(message) = what
        && message.author != Author::Person
    {
        return None;
    }
    reader(what)
}

/// The channel an event happened in.
pub(super) fn channel_of(what: &What) -> Option<&ChannelId> {
    match what {
        What::Posted(message) | What::Edited(message) | What::Shortcut { message, .. } => {
            Some(&message.channel)
        }
        What::Deleted { channel, .. }
        | What::Reacted { channel, .. }
        | What::ReactionsSeen { channel, .. }
        | What::Commanded { channel, .. } => Some(channel),
        What::Pressed { on, .. } => on.channel.as_ref(),
        What::Submitted { form: FormRef::Setup { channel, .. }, .. } => Some(channel),
        What::Submitted { .. }
        | What::HomeOpened { .. }
        | What::Due
        | What::Delivered { .. }
        | What::Undeliverable { .. }
        | What::Answered { .. }
        | What::WentStale { .. }
        | What::StatusSet { .. }
        | What::DndSet { .. }
        | What::PresenceSet { .. }
        | What::CaughtUp { .. }
        | What::FactsChanged => None,
    }
}
