//! A small town of people and desks: events are decided one after the other, time jumps to the next deadline.

use crate::store_samples;
use chrono::TimeDelta;
use firstline::clock::{Length, Timestamp};
use firstline::coverage::{Busy, Live, Roster, Status, StatusRules};
use firstline::domain::booking::Lookup;
use firstline::domain::command::parse_slash;
use firstline::domain::cover::next_desk_deadline;
use firstline::domain::desk::{ChannelPattern, ChannelState, Desk, DeskState, Suggest};
use firstline::domain::directory::{Account, AccountKind, Directory};
use firstline::domain::event::{
    Author, Button, ChannelKind, Event, FormRef, FormValues, Message, PressedOn, Subject, What,
};
use firstline::domain::mail::DeskMail;
use firstline::domain::person::{self, PersonState};
use firstline::domain::{Decision, Glance, History, State, Wake, World, decide};
use firstline::id::{ChannelId, DeskKey, PersonKey, UserId};
use firstline::view::call::{Address, Call};
use firstline::view::{self, Spoken};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The town as it is.
pub struct Town {
    pub now: Timestamp,
    pub desks: BTreeMap<DeskKey, Desk>,
    pub roster: Roster,
    pub calendars: BTreeMap<PersonKey, Vec<Busy>>,
    pub history: History,
    pub cases: Vec<Glance>,
    pub directory: Directory,
    desk_records: BTreeMap<DeskKey, DeskState>,
    people: BTreeMap<UserId, PersonState>,
    due: BTreeMap<Subject, Timestamp>,
    /// The buttons each has seen, the latest last.
    buttons: BTreeMap<String, Vec<(String, String)>>,
    said: Vec<String>,
    pub last_view: Option<Value>,
    bot: UserId,
}

/// What is known at one moment: two decisions of the same second have the same.
#[derive(Clone)]
pub struct Moment {
    desks: BTreeMap<DeskKey, DeskState>,
    people: BTreeMap<UserId, PersonState>,
}

pub fn user(key: &str) -> UserId {
    UserId::new(format!("U0{}", key.to_uppercase()))
}

impl Town {
    pub fn new(now: Timestamp, roster: Roster, desks: Vec<Desk>) -> Self {
        let mut directory = Directory::default();
        for key in roster.people.keys() {
            let name = key.as_str();
            let capital = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
            let account = Account {
                name: capital,
                kind: AccountKind::Member,
                person: Some(key.clone()),
                time_zone: None,
                email: None,
            };
            directory.users.insert(user(name), account);
            directory.accounts.insert(key.clone(), user(name));
        }
        for desk in &desks {
            let name = desk.key.to_string();
            directory.channels.insert(ChannelId::new(format!("C0{}", name.to_uppercase())), name);
        }
        let statuses = StatusRules { emoji: vec!["calendar".to_owned()], text: vec!["meeting".to_owned()] };
        let mut town = Self {
            now,
            desks: desks.into_iter().map(|desk| (desk.key.clone(), desk)).collect(),
            roster: Roster { statuses, ..roster },
            calendars: BTreeMap::new(),
            history: History::Read,
            cases: Vec::new(),
            directory,
            desk_records: BTreeMap::new(),
            people: BTreeMap::new(),
            due: BTreeMap::new(),
            buttons: BTreeMap::new(),
            said: Vec::new(),
            last_view: None,
            bot: UserId::new("U0BOT"),
        };
        town.facts_changed();
        town
    }

    /// Every desk is looked at anew, as after a reload.
    pub fn facts_changed(&mut self) -> String {
        self.said.clear();
        for desk in self.desks.keys().cloned().collect::<Vec<_>>() {
            self.happens(What::FactsChanged, Some(Subject::Desk(desk)));
        }
        self.drain();
        self.told()
    }

    pub fn desk(&self, desk: &str) -> DeskState {
        self.desk_records.get(desk).cloned().unwrap_or_else(|| DeskState::new(desk.into()))
    }

    /// A channel is set up, as by `/escalate setup`, and its desk looked at.
    pub fn set_up(&mut self, desk: &str, channel: &str, state: ChannelState) -> String {
        let mut record = self.desk(desk);
        self.directory.channels.insert(channel.into(), channel[2..].to_lowercase());
        record.channels.insert(channel.into(), state);
        self.desk_records.insert(desk.into(), record);
        self.facts_changed()
    }

    pub fn live(&self, who: &str) -> Live {
        self.people.get(&user(who)).map(|person| person.live.clone()).unwrap_or_default()
    }

    pub fn lives(&self) -> BTreeMap<PersonKey, Live> {
        lives(&self.people, &self.directory)
    }

    pub fn types(&mut self, who: &str, words: &str) -> String {
        let what = self.typed(who, words);
        self.acts(what, None)
    }

    fn typed(&self, who: &str, words: &str) -> What {
        What::Commanded {
            by: user(who),
            channel: "D0".into(),
            channel_name: "directmessage".to_owned(),
            command: parse_slash("/coverage", words),
        }
    }

    pub fn says(&mut self, who: &str, channel: &str, text: &str) -> String {
        let message = Message {
            channel: channel.into(),
            channel_kind: ChannelKind::Channel,
            ts: format!("{}.000001", self.now.timestamp()).as_str().into(),
            thread: None,
            by: user(who),
            author: Author::Person,
            text: text.to_owned(),
            files: Vec::new(),
        };
        self.acts(What::Posted(message), None)
    }

    pub fn status(&mut self, who: &str, text: &str, until: Option<Timestamp>) -> String {
        let status = Status { emoji: String::new(), text: text.to_owned(), expires_at: until };
        self.acts(What::StatusSet { user: user(who), status }, None)
    }

    /// Presses the latest button of this label that the person has seen; `#channel` looks at a channel's.
    pub fn presses(&mut self, who: &str, label: &str) -> String {
        self.presses_in(who, who, label)
    }

    pub fn presses_in(&mut self, who: &str, place: &str, label: &str) -> String {
        let seen = self.buttons.get(place).cloned().unwrap_or_default();
        let (_, value) = seen.iter().rev().find(|(known, _)| known == label).unwrap_or_else(|| {
            panic!("{place} has no button `{label}`, but {seen:?}");
        });
        let button: Button = serde_json::from_str(value).unwrap();
        self.acts(What::Pressed { by: user(who), button, on: PressedOn::default() }, None)
    }

    pub fn submits(&mut self, who: &str, form: FormRef, values: &[(&str, &str)]) -> String {
        let values: FormValues =
            values.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect();
        self.acts(What::Submitted { by: user(who), form, values }, None)
    }

    pub fn opens_home(&mut self, who: &str) {
        self.acts(What::HomeOpened { user: user(who) }, None);
    }

    /// Looks at everybody, as the bot does when it starts.
    pub fn begins(&mut self) -> String {
        self.said.clear();
        for user in self.directory.users.keys().cloned().collect::<Vec<_>>() {
            self.happens(What::FactsChanged, Some(Subject::Person(user)));
        }
        self.drain();
        self.told()
    }

    /// The bot is away until then: nothing that comes due meanwhile is looked at before.
    pub fn sleeps_until(&mut self, at: Timestamp) -> String {
        self.said.clear();
        self.now = at;
        self.drain();
        self.told()
    }

    /// What is known now, for decisions that race.
    pub fn moment(&self) -> Moment {
        Moment { desks: self.desk_records.clone(), people: self.people.clone() }
    }

    /// Decides on what was known at an earlier moment, as a second process would, and commits only when no
    /// record it writes has changed since; else it is decided again. Returns what was said, and whether it had
    /// to be decided again.
    pub fn types_at(&mut self, moment: &Moment, who: &str, words: &str) -> (String, bool) {
        let event = Event { keys: Vec::new(), at: self.now, what: self.typed(who, words) };
        let decision = self.decided(moment, &event, None);
        let is_stale = |decision: &Decision| {
            decision
                .desks
                .iter()
                .any(|desk| self.desk_records.get(&desk.desk) != moment.desks.get(&desk.desk))
                || decision
                    .persons
                    .iter()
                    .any(|person| self.people.get(&person.user) != moment.people.get(&person.user))
        };
        let again = is_stale(&decision);
        (self.types(who, words), again)
    }

    /// Lets time pass, stopping at every deadline.
    pub fn wait(&mut self, length: TimeDelta) -> String {
        self.wait_until(self.now + length)
    }

    pub fn wait_until(&mut self, at: Timestamp) -> String {
        self.said.clear();
        self.drain();
        for _ in 0..10_000 {
            match self.due.values().min().copied().filter(|due| *due <= at) {
                Some(due) => {
                    self.now = self.now.max(due);
                    self.drain();
                }
                None => {
                    self.now = at;
                    return self.told();
                }
            }
        }
        panic!("deadlines do not come to rest: {:?}", self.due);
    }

    fn acts(&mut self, what: What, about: Option<Subject>) -> String {
        self.said.clear();
        self.happens(what, about);
        self.drain();
        self.told()
    }

    fn told(&mut self) -> String {
        self.said.drain(..).collect::<Vec<_>>().join("\n")
    }

    fn drain(&mut self) {
        for _ in 0..1_000 {
            let next = self.due.iter().find(|(_, at)| **at <= self.now).map(|(subject, _)| subject.clone());
            let Some(subject) = next else { return };
            self.due.remove(&subject);
            self.happens(What::Due, Some(subject));
        }
        panic!("what is due stays due: {:?}", self.due);
    }

    fn decided(&self, moment: &Moment, event: &Event, about: Option<Subject>) -> Decision {
        let state = State {
            about,
            desks: Arc::new(moment.desks.clone()),
            people: Arc::new(moment.people.clone()),
            open: self.cases.clone(),
            ..State::default()
        };
        self.with_world(&moment.people, &event.what, |world| decide(state, event, self.now, world))
    }

    fn happens(&mut self, what: What, about: Option<Subject>) {
        let event = Event { keys: Vec::new(), at: self.now, what };
        let decision = self.decided(&self.moment(), &event, about.clone());
        let heard = reader(&event.what);
        let (calls, spoken) = self.with_world(&self.people, &event.what, |world| {
            let calls = view::render(&decision, 1, world, self.now);
            let spoken = heard.map(|who| view::spoken(&decision.reply, who, world, self.now));
            (calls, spoken)
        });
        if let (Some(Spoken::Message { text, blocks }), Some(who)) = (&spoken, heard) {
            let place = key_of(who);
            self.note(&place, &format!("{place} hears"), text, blocks);
        }
        for call in &calls {
            self.sent(call);
        }
        self.commit(&decision, about);
    }

    fn commit(&mut self, decision: &Decision, about: Option<Subject>) {
        for desk in &decision.desks {
            self.desk_records.insert(desk.desk.clone(), desk.clone());
        }
        for person in &decision.persons {
            self.people.insert(person.user.clone(), person.clone());
        }
        let mut rows: BTreeSet<Subject> = about.into_iter().collect();
        rows.extend(decision.desks.iter().map(|desk| Subject::Desk(desk.desk.clone())));
        rows.extend(decision.persons.iter().map(|person| Subject::Person(person.user.clone())));
        for subject in rows {
            let due = self.with_world(&self.people, &What::Due, |world| match &subject {
                Subject::Desk(desk) => next_desk_deadline(&self.desk(desk.as_str()), self.now, world),
                Subject::Person(user) => {
                    let desks = Arc::new(self.desk_records.clone());
                    let state = State { desks, ..State::default() };
                    let known = self.people.get(user);
                    known.and_then(|known| person::next_deadline(known, self.now, &state, world))
                }
                Subject::Case(_) => None,
            });
            match due {
                Some(due) => self.due.insert(subject, due),
                None => self.due.remove(&subject),
            };
        }
        for wake in &decision.wake {
            match wake {
                Wake::Subject(subject) => {
                    let due = self.due.entry(subject.clone()).or_insert(self.now);
                    *due = (*due).min(self.now);
                }
                Wake::CasesOf(_) => {}
            }
        }
    }

    /// Everything as it is known now.
    pub fn with_everybody<T>(&self, ask: impl FnOnce(&World<'_>) -> T) -> T {
        self.with_world(&self.people, &What::Due, ask)
    }

    pub fn with_world<T>(
        &self,
        people: &BTreeMap<UserId, PersonState>,
        what: &What,
        ask: impl FnOnce(&World<'_>) -> T,
    ) -> T {
        let live = lives(people, &self.directory);
        let desk = match what {
            What::Posted(message) => self
                .desks
                .values()
                .find(|desk| desk.channels.contains(&ChannelPattern::Id(message.channel.clone()))),
            _ => None,
        };
        let facts = firstline::coverage::Facts {
            live: &live,
            calendars: &self.calendars,
            ..firstline::coverage::Facts::of(&self.roster)
        };
        ask(&World {
            desk,
            policy: desk.map(|desk| desk.policy.as_ref()),
            desks: &self.desks,
            facts,
            directory: &self.directory,
            loads: &BTreeMap::new(),
            bot: &self.bot,
            history: self.history,
            posting: firstline::domain::detour::Posting::Taken,
        })
    }

    fn sent(&mut self, call: &Call) {
        let place = match &call.address {
            Address::Direct(user) => key_of(user),
            Address::System(system) => format!("{system:?}"),
            Address::Channel(channel) | Address::Thread { channel, .. } | Address::OwnThread { channel } => {
                format!("#{}", self.directory.channels[channel])
            }
        };
        if let Some(view) = call.body.get("view") {
            self.last_view = Some(view.clone());
            self.remember(&place, view["blocks"].as_array().unwrap());
            return;
        }
        let broken = view::violations(&call.body);
        assert!(broken.is_empty(), "{broken:?}");
        let heading = if place.starts_with('#') { place.clone() } else { format!("DM to {place}") };
        let blocks = call.body["blocks"].as_array().cloned().unwrap_or_default();
        self.note(&place, &heading, call.body["text"].as_str().unwrap(), &blocks);
    }

    fn note(&mut self, place: &str, heading: &str, text: &str, blocks: &[Value]) {
        let labels = self.remember(place, blocks);
        let labels = if labels.is_empty() { String::new() } else { format!("\n  [{}]", labels.join("] [")) };
        let text = plain(text).replace('\n', "\n  ");
        self.said.push(format!("{} {heading}: {text}{labels}", self.now.format("%H:%M")));
    }

    fn remember(&mut self, place: &str, blocks: &[Value]) -> Vec<String> {
        let beside = blocks.iter().map(|block| &block["accessory"]);
        let elements = blocks.iter().filter_map(|block| block["elements"].as_array()).flatten();
        let found: Vec<(String, String)> = beside
            .chain(elements)
            .filter(|element| element["type"] == "button")
            .map(|button| {
                let text = |value: &Value| value.as_str().unwrap().to_owned();
                (text(&button["text"]["text"]), text(&button["value"]))
            })
            .collect();
        let labels = found.iter().map(|(label, _)| label.clone()).collect();
        self.buttons.entry(place.to_owned()).or_default().extend(found);
        labels
    }
}

fn lives(people: &BTreeMap<UserId, PersonState>, directory: &Directory) -> BTreeMap<PersonKey, Live> {
    people.iter().map(|(user, person)| (directory.key(user), person.live.clone())).collect()
}

fn key_of(user: &UserId) -> String {
    user.as_str().trim_start_matches("U0").to_lowercase()
}

fn reader(what: &What) -> Option<&UserId> {
    match what {
        What::Posted(message) => Some(&message.by),
        What::Commanded { by, .. } | What::Pressed { by, .. } | What::Submitted { by, .. } => Some(by),
        _ => None,
    }
}

/// Slack's dates as their fallback, which is in UTC.
fn plain(text: &str) -> String {
    let mut parts = text.split("<!date^");
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (date, rest) = part.split_once('>').unwrap_or((part, ""));
        shown.push_str(date.split_once('|').map_or(date, |(_, fallback)| fallback).trim_end_matches(" UTC"));
        shown.push_str(rest);
    }
    shown
}

/// A desk of the town, in its own channel.
pub fn desk(coverage: firstline::coverage::Desk) -> Desk {
    let (policy_id, mut policy) = store_samples::policy();
    policy.desk = coverage.key.clone();
    policy.name = format!("Desk {}", coverage.key);
    policy.supervisor = coverage.supervisor.clone().map(firstline::coverage::Who::Person);
    Desk {
        when_down: firstline::domain::detour::WhenDown::default(),
        canned: BTreeMap::new(),
        organisations: BTreeMap::new(),
        channels: vec![ChannelPattern::Id(ChannelId::new(format!(
            "C0{}",
            coverage.key.as_str().to_uppercase()
        )))],
        key: coverage.key.clone(),
        policy: Arc::new(policy),
        policy_id,
        home_channel: None,
        notices: vec![Length::hours(24 * 7), Length::hours(24), Length::minutes(30)],
        suggest: Suggest::default(),
        digest: None,
        wanted_gaps: None,
        routines: None,
        roles: BTreeMap::new(),
        bookings: Lookup::ByHand,
        mail: DeskMail::default(),
        tickets: None,
        coverage,
    }
}
