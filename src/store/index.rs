//! What is asked often, in memory: open cases, due rows, people, desks and loads. Rebuilt by one scan at start.

use super::record::{Face, FaceStage, Row};
use super::{Everybody, Version};
use crate::clock::Timestamp;
use crate::domain::case::{Root, Turn};
use crate::domain::desk::DeskState;
use crate::domain::event::Subject;
use crate::domain::person::PersonState;
use crate::domain::{Glance, Load};
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The indices. Names are shared: a hundred thousand cases speak of few channels and people.
#[derive(Default)]
pub(super) struct Index {
    names: BTreeSet<Arc<str>>,
    seats: BTreeMap<Arc<str>, Seat>,
    by_channel: BTreeMap<Arc<str>, BTreeSet<Arc<str>>>,
    due: Due,
    people: Arc<BTreeMap<UserId, PersonState>>,
    person_versions: Arc<BTreeMap<UserId, Version>>,
    desks: Arc<BTreeMap<DeskKey, DeskState>>,
    desk_versions: Arc<BTreeMap<DeskKey, Version>>,
    loads: Arc<BTreeMap<UserId, Load>>,
    /// The highest number of a case, by desk.
    numbers: BTreeMap<DeskKey, u64>,
    pub(super) seen_at: Option<Timestamp>,
}

/// A case that is open, or closed and still due.
struct Seat {
    desk: Arc<str>,
    channel: Arc<str>,
    root: Option<Box<str>>,
    requester: Arc<str>,
    owner: Option<Arc<str>>,
    opened_at: Timestamp,
    turn: Turn,
    held_since: Option<Timestamp>,
    standing: Standing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Standing {
    Open,
    Closed,
}

/// What a case was counted as before it changed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Seated {
    Yes,
    No,
}

impl Index {
    /// Takes a case in as it now is, and says whether it had a seat before.
    pub(super) fn seat(&mut self, case: &Face, due: Option<Timestamp>) -> Seated {
        let before = self.unseat(&case.id);
        self.due.set(&Subject::Case(case.id.clone()), due);
        self.counted(&case.id);
        let (standing, owned) = match &case.stage {
            FaceStage::Unclaimed => (Standing::Open, None),
            FaceStage::Owned(owned) => (Standing::Open, Some(owned)),
            FaceStage::Resolved(_) | FaceStage::Withdrawn(_) => (Standing::Closed, None),
        };
        if standing == Standing::Closed && due.is_none() {
            return before;
        }
        let id: Arc<str> = Arc::from(case.id.as_str());
        let seat = Seat {
            desk: self.name(case.desk.as_str()),
            channel: self.name(case.channel.as_str()),
            root: match &case.root {
                Root::Post(ts) => Some(Box::from(ts.as_str())),
                Root::Bot => None,
            },
            requester: self.name(case.requester.as_str()),
            owner: owned.map(|owned| self.name(owned.owner.as_str())),
            opened_at: case.opened_at,
            turn: case.talk.turn,
            held_since: owned.and_then(|owned| owned.hold.as_ref()).map(|hold| hold.since),
            standing,
        };
        if seat.standing == Standing::Open {
            self.by_channel.entry(seat.channel.clone()).or_default().insert(id.clone());
            if let Some(owner) = &seat.owner {
                let load = Arc::make_mut(&mut self.loads).entry(UserId::new(owner.as_ref())).or_default();
                load.open_cases += 1;
            }
        }
        self.seats.insert(id, seat);
        before
    }

    fn unseat(&mut self, id: &CaseId) -> Seated {
        let Some((id, seat)) = self.seats.remove_entry(id.as_str()) else { return Seated::No };
        if seat.standing == Standing::Open {
            if let Some(here) = self.by_channel.get_mut(&seat.channel) {
                here.remove(&id);
                if here.is_empty() {
                    self.by_channel.remove(&seat.channel);
                }
            }
            if let Some(owner) = &seat.owner
                && let Some(load) = Arc::make_mut(&mut self.loads).get_mut(owner.as_ref())
            {
                load.open_cases = load.open_cases.saturating_sub(1);
            }
        }
        Seated::Yes
    }

    fn name(&mut self, text: &str) -> Arc<str> {
        if let Some(known) = self.names.get(text) {
            return known.clone();
        }
        let name: Arc<str> = Arc::from(text);
        self.names.insert(name.clone());
        name
    }

    pub(super) fn is_seated(&self, id: &CaseId) -> bool {
        self.seats.contains_key(id.as_str())
    }

    /// The open cases of a channel, oldest first; `bot_root` knows where those by `/escalate` hang.
    pub(super) fn open_in(
        &self,
        channel: &ChannelId,
        bot_root: impl Fn(&CaseId) -> Option<MessageTs>,
    ) -> Vec<Glance> {
        let here = self.by_channel.get(channel.as_str()).into_iter().flatten();
        oldest_first(here.filter_map(|id| Some(glance(id, self.seats.get(id)?, &bot_root))).collect())
    }

    /// All open cases, oldest first.
    pub(super) fn open(&self, bot_root: impl Fn(&CaseId) -> Option<MessageTs>) -> Vec<Glance> {
        let open = self.seats.iter().filter(|(_, seat)| seat.standing == Standing::Open);
        oldest_first(open.map(|(id, seat)| glance(id, seat, &bot_root)).collect())
    }

    pub(super) fn put_person(&mut self, row: &Row<PersonState>) {
        let user = row.record.user.clone();
        self.due.set(&Subject::Person(user.clone()), row.due);
        Arc::make_mut(&mut self.person_versions).insert(user.clone(), row.version);
        Arc::make_mut(&mut self.people).insert(user, row.record.clone());
    }

    pub(super) fn put_desk(&mut self, row: &Row<DeskState>) {
        let desk = row.record.desk.clone();
        self.due.set(&Subject::Desk(desk.clone()), row.due);
        Arc::make_mut(&mut self.desk_versions).insert(desk.clone(), row.version);
        Arc::make_mut(&mut self.desks).insert(desk, row.record.clone());
    }

    /// Nothing is known of them any more.
    pub(super) fn forget_person(&mut self, user: &UserId) {
        self.due.set(&Subject::Person(user.clone()), None);
        Arc::make_mut(&mut self.person_versions).remove(user);
        Arc::make_mut(&mut self.people).remove(user);
        let owns = self.loads.get(user).is_some_and(|load| load.open_cases > 0);
        match Arc::make_mut(&mut self.loads).get_mut(user) {
            Some(load) if owns => load.last_pinged_at = None,
            Some(_) => drop(Arc::make_mut(&mut self.loads).remove(user)),
            None => {}
        }
    }

    pub(super) fn person_version(&self, user: &UserId) -> Version {
        self.person_versions.get(user).copied().unwrap_or(0)
    }

    pub(super) fn desk_version(&self, desk: &DeskKey) -> Version {
        self.desk_versions.get(desk).copied().unwrap_or(0)
    }

    pub(super) fn everybody(&self) -> Everybody {
        Everybody {
            people: Arc::clone(&self.people),
            person_versions: Arc::clone(&self.person_versions),
            desks: Arc::clone(&self.desks),
            desk_versions: Arc::clone(&self.desk_versions),
        }
    }

    pub(super) fn people(&self) -> &Arc<BTreeMap<UserId, PersonState>> {
        &self.people
    }

    pub(super) fn desks(&self) -> &Arc<BTreeMap<DeskKey, DeskState>> {
        &self.desks
    }

    pub(super) fn loads(&self) -> &Arc<BTreeMap<UserId, Load>> {
        &self.loads
    }

    /// Notes that somebody was pinged, and says whether that is news.
    pub(super) fn pinged(&mut self, user: &UserId, at: Timestamp) -> Noted {
        if self.loads.get(user).and_then(|load| load.last_pinged_at).is_some_and(|known| known >= at) {
            return Noted::Known;
        }
        Arc::make_mut(&mut self.loads).entry(user.clone()).or_default().last_pinged_at = Some(at);
        Noted::New
    }

    /// The next number of a desk; it is given once.
    pub(super) fn next_number(&mut self, desk: &DeskKey) -> u64 {
        let number = self.numbers.entry(desk.clone()).or_insert(0);
        *number += 1;
        *number
    }

    /// Numbers up to this one are taken.
    pub(super) fn taken(&mut self, desk: &DeskKey, number: u64) {
        let known = self.numbers.entry(desk.clone()).or_insert(0);
        *known = number.max(*known);
    }

    /// The highest number given.
    pub(super) fn highest(&self, desk: &DeskKey) -> u64 {
        self.numbers.get(desk).copied().unwrap_or(0)
    }

    fn counted(&mut self, id: &CaseId) {
        if let Some((desk, number)) = numbered(id) {
            self.taken(&desk, number);
        }
    }

    pub(super) fn due_of(&self, subject: &Subject) -> Option<Timestamp> {
        self.due.of(subject)
    }

    /// Sets a due row earlier, and says whether that changed it.
    pub(super) fn wake(&mut self, subject: &Subject, at: Timestamp) -> Noted {
        if let Subject::Case(id) = subject
            && !self.is_seated(id)
        {
            return Noted::Known;
        }
        if self.due.of(subject).is_some_and(|known| known <= at) {
            return Noted::Known;
        }
        self.due.set(subject, Some(at));
        Noted::New
    }

    pub(super) fn due(&self, now: Timestamp, limit: usize) -> Vec<(Subject, Timestamp)> {
        self.due.until(now, limit)
    }

    pub(super) fn next_due(&self) -> Option<Timestamp> {
        self.due.rows.first().map(|(at, _)| *at)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Noted {
    New,
    Known,
}

/// The desk and the number in a case's id.
pub(super) fn numbered(id: &CaseId) -> Option<(DeskKey, u64)> {
    let (desk, number) = id.as_str().rsplit_once('-')?;
    Some((DeskKey::new(desk), number.parse().ok()?))
}

fn glance(id: &str, seat: &Seat, bot_root: &impl Fn(&CaseId) -> Option<MessageTs>) -> Glance {
    let id = CaseId::new(id);
    let root = match &seat.root {
        Some(ts) => Some(MessageTs::new(ts.as_ref())),
        None => bot_root(&id),
    };
    Glance {
        desk: DeskKey::new(seat.desk.as_ref()),
        channel: ChannelId::new(seat.channel.as_ref()),
        root,
        requester: UserId::new(seat.requester.as_ref()),
        owner: seat.owner.as_ref().map(|owner| UserId::new(owner.as_ref())),
        opened_at: seat.opened_at,
        id,
        turn: seat.turn,
        held_since: seat.held_since,
    }
}

fn oldest_first(mut glances: Vec<Glance>) -> Vec<Glance> {
    glances.sort_by(|a, b| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
    glances
}

/// Due rows, by instant and by subject.
#[derive(Default)]
struct Due {
    rows: BTreeSet<(Timestamp, Key)>,
    of: BTreeMap<Key, Timestamp>,
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Case(Arc<str>),
    Person(Arc<str>),
    Desk(Arc<str>),
}

impl Key {
    fn new(subject: &Subject) -> Self {
        match subject {
            Subject::Case(id) => Self::Case(Arc::from(id.as_str())),
            Subject::Person(user) => Self::Person(Arc::from(user.as_str())),
            Subject::Desk(desk) => Self::Desk(Arc::from(desk.as_str())),
        }
    }

    fn subject(&self) -> Subject {
        match self {
            Self::Case(id) => Subject::Case(CaseId::new(id.as_ref())),
            Self::Person(user) => Subject::Person(UserId::new(user.as_ref())),
            Self::Desk(desk) => Subject::Desk(DeskKey::new(desk.as_ref())),
        }
    }
}

impl Due {
    fn of(&self, subject: &Subject) -> Option<Timestamp> {
        self.of.get(&Key::new(subject)).copied()
    }

    fn set(&mut self, subject: &Subject, at: Option<Timestamp>) {
        let key = Key::new(subject);
        if let Some((key, before)) = self.of.remove_entry(&key) {
            self.rows.remove(&(before, key));
        }
        if let Some(at) = at {
            self.of.insert(key.clone(), at);
            self.rows.insert((at, key));
        }
    }

    fn until(&self, now: Timestamp, limit: usize) -> Vec<(Subject, Timestamp)> {
        let due = self.rows.iter().take_while(|(at, _)| *at <= now).take(limit);
        due.map(|(at, key)| (key.subject(), *at)).collect()
    }
}
