//! The records under a decision about coverage: several people and desks, changed together.

use crate::clock::{Length, Timestamp};
use crate::coverage::{self, Answer, EventDays, Facts, Live, Span, Word};
use crate::domain::cover::filling::{Filling, fillings};
use crate::domain::cover::ledger::{self, CoverHappened};
use crate::domain::cover::note::{CoverNote, CoverTo, CoverWord};
use crate::domain::cover::record::DeskCover;
use crate::domain::desk::{Desk, DeskState};
use crate::domain::effect::{Effect, Reply};
use crate::domain::event::Subject;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::person::PersonState;
use crate::domain::timeline::{Entry, Happened};
use crate::domain::{Decision, State, Wake, World};
use crate::id::{ChannelId, DeskKey, PersonKey, UserId};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet};

/// Everybody's live state: as it is, or as it would be.
pub type Lives = BTreeMap<PersonKey, Live>;

/// How far ahead the watch looks beyond the longest notice.
pub const AHEAD: TimeDelta = TimeDelta::days(8);

/// Working copies of what a decision may change. Nothing leaves before [`Board::finish`].
pub struct Board<'a> {
    pub world: &'a World<'a>,
    pub now: Timestamp,
    state: &'a State,
    desks: BTreeMap<DeskKey, DeskState>,
    persons: BTreeMap<UserId, PersonState>,
    fillings: BTreeMap<DeskKey, Vec<Filling>>,
    lives: Lives,
    effects: Vec<Effect>,
    timeline: Vec<Entry>,
    reply: Reply,
    wake: Vec<Wake>,
}

impl<'a> Board<'a> {
    pub fn of(state: &'a State, world: &'a World<'a>, now: Timestamp) -> Self {
        let fillings = world
            .desks
            .iter()
            .map(|(key, desk)| (key.clone(), fillings(desk, state.desks.get(key), world.facts.groups)));
        Self {
            fillings: fillings.collect(),
            world,
            now,
            state,
            desks: BTreeMap::new(),
            persons: BTreeMap::new(),
            lives: world.facts.live.clone(),
            effects: Vec::new(),
            timeline: Vec::new(),
            reply: Reply::Silent,
            wake: Vec::new(),
        }
    }

    pub fn key(&self, user: &UserId) -> PersonKey {
        self.world.directory.key(user)
    }

    /// Everybody's live state, with what this decision changes.
    pub fn lives(&self) -> &Lives {
        &self.lives
    }

    pub fn desk(&self, key: &DeskKey) -> Option<&'a Desk> {
        self.world.desks.get(key)
    }

    /// Whether somebody answers on the desk, in any of its fillings.
    pub fn is_responder(&self, desk: &Desk, user: &UserId) -> bool {
        self.in_each(desk, |scene| scene.is_responder(user)).contains(&true)
    }

    pub fn is_supervisor(&self, desk: &Desk, user: &UserId) -> bool {
        self.in_each(desk, |scene| scene.is_supervisor(user)).contains(&true)
    }

    pub fn supervisors(&self, desk: &Desk) -> Vec<UserId> {
        let mut all: Vec<UserId> = Vec::new();
        for user in self.in_each(desk, |scene| scene.supervisors()).into_iter().flatten() {
            if !all.contains(&user) {
                all.push(user);
            }
        }
        all
    }

    /// What the rules about who may do what say in each of the desk's fillings.
    fn in_each<T>(&self, desk: &Desk, ask: impl Fn(&Scene<'_>) -> T) -> Vec<T> {
        let fillings = self.fillings(&desk.key).iter();
        let asked = fillings.map(|filling| {
            let world = World { facts: filling.facts(self.world, &self.lives), ..*self.world };
            ask(&Scene { now: self.now, world: &world, desk, policy: &desk.policy })
        });
        asked.collect()
    }

    /// Every way in which the desk is served, at large first.
    pub fn fillings(&self, desk: &DeskKey) -> &[Filling] {
        self.fillings.get(desk).map(Vec::as_slice).unwrap_or_default()
    }

    /// Everybody who answers on the desk at some time within the span, in any of its fillings, in the order of
    /// its tiers.
    pub fn people_of(&self, desk: &Desk, lives: &Lives, within: Span) -> Vec<PersonKey> {
        let mut people = Vec::new();
        for filling in self.fillings(&desk.key) {
            let (span, facts) = (filling.within(within), filling.facts(self.world, lives));
            if !span.is_empty() {
                add_new(&mut people, coverage::people_of(&desk.coverage, span, &facts));
            }
        }
        people
    }

    /// What the resolver says of somebody in each of the desk's fillings that are in force at that instant.
    pub fn answers<'b>(
        &'b self,
        desk: &'b Desk,
        person: &'b PersonKey,
        at: Timestamp,
        lives: &'b Lives,
    ) -> impl Iterator<Item = Answer> + 'b {
        let fillings = self.fillings(&desk.key).iter().filter(move |filling| filling.is_in_force(at));
        fillings.map(move |filling| {
            coverage::resolve(person, &desk.coverage, at, &filling.facts(self.world, lives))
        })
    }

    /// When somebody is on duty, by their hours and by the days of every event that they are assigned to.
    pub fn shifts(&self, person: &PersonKey, within: Span) -> Vec<Span> {
        let fillings = self.fillings.values().flatten();
        let days: Vec<EventDays> = fillings.flat_map(|filling| filling.days.clone()).collect();
        let facts = Facts { live: &self.lives, event_days: &days, ..self.world.facts };
        coverage::shifts(person, within, &facts)
    }

    /// Those who can answer on the desk at that instant, in any of its fillings, in the order of its tiers.
    pub fn available(&self, desk: &Desk, at: Timestamp, lives: &Lives) -> Vec<PersonKey> {
        let mut people = Vec::new();
        for filling in self.fillings(&desk.key).iter().filter(|filling| filling.is_in_force(at)) {
            let rows = coverage::who(&desk.coverage, at, &filling.facts(self.world, lives));
            add_new(&mut people, rows.into_iter().filter(|row| row.available).map(|row| row.person));
        }
        people
    }

    /// The desk's record as it stands.
    pub fn desk_record(&self, desk: &DeskKey) -> DeskState {
        self.desks.get(desk).cloned().unwrap_or_else(|| self.state.desk(desk))
    }

    /// The same, to be changed.
    pub fn desk_record_mut(&mut self, desk: &DeskKey) -> &mut DeskState {
        let state = self.state;
        self.desks.entry(desk.clone()).or_insert_with(|| state.desk(desk))
    }

    /// What the desk's record keeps of cover.
    pub fn kept(&self, desk: &DeskKey) -> Option<&DeskCover> {
        let touched = self.desks.get(desk);
        touched.or_else(|| self.state.desks.get(desk)).map(|state| &state.cover)
    }

    /// The same, to be changed.
    pub fn cover(&mut self, desk: &DeskKey) -> &mut DeskCover {
        let state = self.state;
        &mut self.desks.entry(desk.clone()).or_insert_with(|| state.desk(desk)).cover
    }

    /// The record of a person, to be changed; [`Board::change`] is for what it says of their availability.
    pub fn person(&mut self, user: &UserId) -> &mut PersonState {
        let state = self.state;
        self.persons.entry(user.clone()).or_insert_with(|| state.person(user))
    }

    /// The record of a person as it stands.
    pub fn record(&self, user: &UserId) -> PersonState {
        self.persons.get(user).cloned().unwrap_or_else(|| self.state.person(user))
    }

    pub fn live(&self, user: &UserId) -> Live {
        self.record(user).live
    }

    /// Changes what is known of somebody's availability. Their cases and desks are looked at again.
    pub fn change(&mut self, user: &UserId, change: impl FnOnce(&mut Live)) {
        let before = self.live(user);
        let mut after = before.clone();
        change(&mut after);
        after.tidy(self.now);
        if after == before {
            return;
        }
        let (now, key) = (self.now, self.key(user));
        let served = self.served(&key);
        let person = self.person(user);
        person.live = after.clone();
        person.changed_at = Some(now);
        let said: Vec<Word> =
            after.words.iter().filter(|word| !before.words.contains(word)).cloned().collect();
        self.lives.insert(key.clone(), after);
        self.wake.push(Wake::CasesOf(user.clone()));
        for word in &said {
            self.wake_covered(word);
        }
        let served: BTreeSet<DeskKey> = served.into_iter().chain(self.served(&key)).collect();
        self.wake.extend(served.into_iter().map(|desk| Wake::Subject(Subject::Desk(desk))));
    }

    /// Whoever begins to cover answers where others do: the cases of those are looked at again.
    fn wake_covered(&mut self, word: &Word) {
        let Word::Covering { person, desks, .. } = word else { return };
        let moment =
            Span::new(self.now, self.now.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(self.now));
        let at_large = desks.iter().filter_map(|desk| self.desk(desk));
        let at_large =
            at_large.filter_map(|desk| self.people_of(desk, &self.lives, moment).into_iter().next());
        let users = person.iter().cloned().chain(at_large);
        let users = users.filter_map(|key| self.world.directory.user(&key));
        self.wake.extend(users.map(Wake::CasesOf).collect::<Vec<_>>());
    }

    /// The desks where somebody answers within the days ahead.
    pub fn served(&self, person: &PersonKey) -> Vec<DeskKey> {
        let within = Span::new(self.now, self.now.checked_add_signed(AHEAD).unwrap_or(self.now));
        let desks = self.world.desks.values();
        let serves = |desk: &&Desk| self.people_of(desk, &self.lives, within).contains(person);
        desks.filter(serves).map(|desk| desk.key.clone()).collect()
    }

    /// How long somebody who is asked to cover has for an answer.
    pub fn cover_within(&self, desk: &DeskKey) -> Length {
        self.desk(desk).map_or(Length::minutes(5), |desk| desk.policy.clocks.cover_within)
    }

    /// An unprompted private word, counted on a desk's record.
    pub fn tell(&mut self, desk: &DeskKey, to: &UserId, note: CoverNote) {
        let number = self.cover(desk).number();
        let (of, to) = (Subject::Desk(desk.clone()), CoverTo::Person(to.clone()));
        self.effects.push(Effect::Cover(CoverWord { of, number, to, note }));
    }

    /// An unprompted private word that no desk is about.
    pub fn remind(&mut self, user: &UserId, note: CoverNote) {
        let person = self.person(user);
        person.told += 1;
        let number = person.told;
        let (of, to) = (Subject::Person(user.clone()), CoverTo::Person(user.clone()));
        self.effects.push(Effect::Cover(CoverWord { of, number, to, note }));
    }

    /// A word to the desk: in these channels, else in its own, or to its supervisors where none is known.
    pub fn announce(&mut self, desk: &'a Desk, channels: &[ChannelId], note: &CoverNote) {
        let own = self.channel_of(desk).filter(|_| channels.is_empty());
        let told: Vec<ChannelId> = channels.iter().cloned().chain(own).collect();
        for channel in &told {
            let number = self.cover(&desk.key).number();
            let (of, to) = (Subject::Desk(desk.key.clone()), CoverTo::Channel(channel.clone()));
            self.effects.push(Effect::Cover(CoverWord { of, number, to, note: note.clone() }));
        }
        if !told.is_empty() {
            return;
        }
        for supervisor in self.supervisors(desk) {
            self.tell(&desk.key, &supervisor, note.clone());
        }
    }

    /// The desk's home channel, else the first of its channels that is known.
    fn channel_of(&self, desk: &Desk) -> Option<ChannelId> {
        let directory = self.world.directory;
        let home = desk.home_channel.as_ref().and_then(|home| directory.channel(home));
        home.or_else(|| {
            let known = directory.channels.iter();
            let is_theirs = |(id, name): &(&ChannelId, &String)| {
                let found = crate::domain::matching::desk_of(self.world.desks, id, Some(name));
                found.is_some_and(|found| found.key == desk.key)
            };
            known.into_iter().find(is_theirs).map(|(id, _)| id.clone())
        })
    }

    /// Writes a line of the desk's own timeline.
    pub fn record_on(&mut self, desk: &DeskKey, by: Option<&UserId>, what: CoverHappened) {
        let (case, what) = (ledger::of(desk), Happened::Cover(what));
        self.timeline.push(Entry { case, at: self.now, by: by.cloned(), what });
    }

    pub fn answer(&mut self, note: CoverNote) {
        self.reply = Reply::Private(Note::Cover(note));
    }

    pub fn reply(&mut self, reply: Reply) {
        self.reply = reply;
    }

    pub fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub fn wake(&mut self, wake: Wake) {
        self.wake.push(wake);
    }

    pub fn state(&self) -> &'a State {
        self.state
    }

    /// The decision: records that differ from what they were, words, others to be looked at.
    pub fn finish(self) -> Decision {
        let state = self.state;
        let desks = self.desks.into_values().filter(|desk| state.desks.get(&desk.desk) != Some(desk));
        let persons =
            self.persons.into_values().filter(|person| state.people.get(&person.user) != Some(person));
        Decision {
            desks: desks.collect(),
            persons: persons.collect(),
            effects: self.effects,
            timeline: self.timeline,
            wake: self.wake,
            ..Decision::reply(self.reply)
        }
    }
}

fn add_new(people: &mut Vec<PersonKey>, others: impl IntoIterator<Item = PersonKey>) {
    for person in others {
        if !people.contains(&person) {
            people.push(person);
        }
    }
}
