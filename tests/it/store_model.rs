//! A store that is nothing but maps behind a lock: what the contract means, as naively as it can be said.

use crate::store_model_row::{Row, glance, keeper, versioned};
use firstline::clock::{Length, Timestamp};
use firstline::domain::case::{Case, Root};
use firstline::domain::desk::DeskState;
use firstline::domain::effect::Slot;
use firstline::domain::event::Subject;
use firstline::domain::person::PersonState;
use firstline::domain::policy::Policy;
use firstline::domain::timeline::Entry;
use firstline::domain::{Glance, Load};
use firstline::id::{CallId, CaseId, ChannelId, DeliveryKey, DeskKey, LaneId, MessageTs, PolicyId, UserId};
use firstline::store::{
    Backlog, Claim, Commit, DeadLetter, Doubt, Everybody, ExportLine, Locator, Outcome, Put, Requeued, Seen,
    Snapshot, Store, StoreError, TimelineWanted, Version, Wanted,
};
use firstline::view::call::{Address, Call, Verb};
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard};
use tokio::sync::watch;

/// The reference: no disk, no index, no haste.
#[derive(Clone)]
pub struct ModelStore {
    all: Arc<Mutex<All>>,
    turns: watch::Sender<u64>,
}

#[derive(Default)]
pub struct All {
    pub cases: BTreeMap<CaseId, (Version, Case)>,
    pub people: BTreeMap<UserId, (Version, PersonState)>,
    pub desks: BTreeMap<DeskKey, (Version, DeskState)>,
    pub due: BTreeMap<Subject, Timestamp>,
    pub policies: BTreeMap<PolicyId, Arc<Policy>>,
    pub timeline: Vec<Entry>,
    pub rows: Vec<Row>,
    pub dead: Vec<DeadLetter>,
    pub slots: BTreeMap<(CaseId, Slot), (ChannelId, MessageTs)>,
    /// Every message there ever was.
    pub messages: BTreeMap<(ChannelId, MessageTs), CaseId>,
    keys: BTreeSet<DeliveryKey>,
    numbers: BTreeMap<DeskKey, u64>,
    pub pinged: BTreeMap<UserId, Timestamp>,
    seen_at: Option<Timestamp>,
    leases: u64,
}

impl ModelStore {
    pub fn new() -> Self {
        Self { all: Arc::default(), turns: watch::Sender::new(0) }
    }

    pub fn all(&self) -> MutexGuard<'_, All> {
        self.all.lock().unwrap()
    }

    /// What a crash leaves.
    pub fn crash(&self) {
        let mut all = self.all();
        for head in all.heads() {
            if all.rows[head].doubt == Doubt::No {
                all.rows[head].doubt = Doubt::PerhapsDone { looked: 0 };
            }
        }
        for row in &mut all.rows {
            row.lease = None;
            (row.attempts, row.first_tried_at) = row.kept;
        }
    }

    fn turned(&self) {
        self.turns.send_modify(|turns| *turns += 1);
    }
}

impl All {
    fn version_of(&self, put: &Put) -> Option<(Version, Version)> {
        Some(match put {
            Put::Case { record, over, .. } => (*over, self.cases.get(&record.id).map_or(0, |(v, _)| *v)),
            Put::Person { record, over, .. } => (*over, self.people.get(&record.user).map_or(0, |(v, _)| *v)),
            Put::Desk { record, over, .. } => (*over, self.desks.get(&record.desk).map_or(0, |(v, _)| *v)),
            Put::Policy { .. } => return None,
        })
    }

    fn set_due(&mut self, subject: Subject, due: Option<Timestamp>) {
        match due {
            Some(at) => self.due.insert(subject, at),
            None => self.due.remove(&subject),
        };
    }

    fn put(&mut self, put: Put) {
        match put {
            Put::Case { record, over, due } => {
                self.set_due(Subject::Case(record.id.clone()), due);
                if let Some((desk, number)) = record.id.as_str().rsplit_once('-') {
                    let known = self.numbers.entry(DeskKey::new(desk)).or_default();
                    *known = (*known).max(number.parse().unwrap_or(0));
                }
                for (user, at) in &record.run.pinged {
                    let known = self.pinged.entry(user.clone()).or_insert(*at);
                    *known = (*known).max(*at);
                }
                let root = match &record.root {
                    Root::Post(ts) => Some(ts.clone()),
                    Root::Bot => None,
                };
                for ts in root.into_iter().chain(record.report.parts.iter().map(|part| part.ts.clone())) {
                    self.messages.insert((record.channel.clone(), ts), record.id.clone());
                }
                self.cases.insert(record.id.clone(), (over + 1, *record));
            }
            Put::Person { record, over, due } => {
                self.set_due(Subject::Person(record.user.clone()), due);
                self.people.insert(record.user.clone(), (over + 1, *record));
            }
            Put::Desk { record, over, due } => {
                self.set_due(Subject::Desk(record.desk.clone()), due);
                self.desks.insert(record.desk.clone(), (over + 1, *record));
            }
            Put::Policy { id, record } => {
                self.policies.entry(id).or_insert(record);
            }
        }
    }

    fn take_in(&mut self, mut call: Call) {
        let kept = keeper(&call);
        let same = |row: &Row| kept.is_some() && keeper(&row.call) == kept && row.call.slot == call.slot;
        let posted = kept.clone().is_some_and(|keeper| self.slots.contains_key(&(keeper, call.slot)));
        let last = self.rows.iter().rposition(same);
        match (call.verb, last) {
            (Verb::Upsert, Some(at))
                if self.rows[at].lease.is_none() && self.rows[at].call.verb == Verb::Upsert =>
            {
                call.id = self.rows[at].call.id.clone();
                self.rows[at].call = call;
            }
            (Verb::Remove, Some(_)) => {
                let untried = self
                    .rows
                    .iter()
                    .filter(|row| same(row))
                    .all(|row| row.lease.is_none() && row.attempts == 0 && row.doubt == Doubt::No);
                if untried || posted {
                    self.rows.retain(|row| !same(row) || row.lease.is_some());
                }
                if !untried || posted {
                    self.rows.push(Row::new(call));
                }
            }
            (Verb::Upsert | Verb::Remove | Verb::Post | Verb::PublishHome | Verb::Request, _) => {
                self.rows.push(Row::new(call));
            }
        }
    }

    fn cancel_pings(&mut self, lane: &LaneId) {
        self.rows.retain(|row| !row.is_ping_of(lane) || row.lease.is_some());
    }

    fn glance(&self, case: &Case) -> Glance {
        let root = match &case.root {
            Root::Post(ts) => Some(ts.clone()),
            Root::Bot => self.slots.get(&(case.id.clone(), Slot::Root)).map(|(_, ts)| ts.clone()),
        };
        glance(case, root)
    }

    fn open(&self) -> Vec<Glance> {
        let open = self.cases.values().filter(|(_, case)| case.is_open());
        let mut open: Vec<Glance> = open.map(|(_, case)| self.glance(case)).collect();
        open.sort_by(|a, b| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
        open
    }

    /// Indices of the heads of all lanes.
    fn heads(&self) -> Vec<usize> {
        let mut seen = BTreeSet::new();
        (0..self.rows.len()).filter(|at| seen.insert(&self.rows[*at].call.lane)).collect()
    }

    fn deliver(&mut self, call: &Call, channel: Option<ChannelId>, ts: Option<MessageTs>) {
        let Some(keeper) = keeper(call) else { return };
        let place = (keeper, call.slot);
        let channel = channel.or_else(|| match &call.address {
            Address::Channel(channel) | Address::Thread { channel, .. } | Address::OwnThread { channel } => {
                Some(channel.clone())
            }
            Address::Direct(_) | Address::System(_) => {
                self.slots.get(&place).map(|(channel, _)| channel.clone())
            }
        });
        if call.verb == Verb::Remove {
            self.slots.remove(&place);
        } else if let (Some(channel), Some(ts)) = (channel, ts) {
            if let Some(case) = call.case.clone() {
                self.messages.insert((channel.clone(), ts.clone()), case);
            }
            self.slots.insert(place, (channel, ts));
        }
    }
}

impl Store for ModelStore {
    async fn load(&self, keys: &[DeliveryKey], wanted: &Wanted) -> Result<Snapshot, StoreError> {
        let all = self.all();
        let case = wanted.case.as_ref().and_then(|id| all.cases.get(id));
        let desk = wanted.desk.as_ref().and_then(|desk| all.desks.get(desk));
        let person = wanted.person.as_ref().and_then(|user| all.people.get(user));
        let mut open_here = all.open();
        open_here.retain(|glance| Some(&glance.channel) == wanted.open_in.as_ref());
        let timeline = match wanted.timeline {
            TimelineWanted::Yes => all
                .timeline
                .iter()
                .filter(|entry| Some(&entry.case) == wanted.case.as_ref())
                .cloned()
                .collect(),
            TimelineWanted::No => Vec::new(),
        };
        let before = keys.iter().any(|key| all.keys.contains(key));
        Ok(Snapshot {
            seen: if before { Seen::Before } else { Seen::New },
            case: versioned(case),
            desk: versioned(desk),
            person: versioned(person),
            open_here,
            timeline,
            everybody: all.everybody(),
        })
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        {
            let mut all = self.all();
            if commit.deliveries.iter().any(|key| all.keys.contains(key)) {
                return Err(StoreError::Duplicate);
            }
            if commit.puts.iter().filter_map(|put| all.version_of(put)).any(|(over, stands)| over != stands) {
                return Err(StoreError::Conflict);
            }
            if serde_json::to_vec(&commit.calls).unwrap().len() > 1024 * 1024 {
                return Err(StoreError::Unavailable("a commit may have 1 MiB at most".to_owned()));
            }
            commit.puts.into_iter().for_each(|put| all.put(put));
            for (subject, at) in commit.wake {
                let is_closed = match &subject {
                    Subject::Case(id) => !all
                        .cases
                        .get(id)
                        .is_some_and(|(_, case)| case.is_open() || all.due.contains_key(&subject)),
                    Subject::Person(_) | Subject::Desk(_) => false,
                };
                if !is_closed && all.due.get(&subject).is_none_or(|known| *known > at) {
                    all.due.insert(subject, at);
                }
            }
            all.timeline.extend(commit.timeline);
            commit.cancel_pings.iter().for_each(|lane| all.cancel_pings(lane));
            commit.calls.into_iter().for_each(|call| all.take_in(call));
            if let Some(at) = commit.seen_at {
                all.seen_at = all.seen_at.max(Some(at));
            }
            all.keys.extend(commit.deliveries);
        }
        self.turned();
        Ok(())
    }

    async fn policy(&self, id: &PolicyId) -> Result<Option<Arc<Policy>>, StoreError> {
        Ok(self.all().policies.get(id).cloned())
    }

    fn find(&self, at: &Locator) -> Option<CaseId> {
        let all = self.all();
        match at {
            Locator::Message { channel, ts } => all.messages.get(&(channel.clone(), ts.clone())).cloned(),
            Locator::Thread { channel, root } => all.cases.values().find_map(|(_, case)| {
                let glance = all.glance(case);
                (glance.channel == *channel && glance.root.as_ref() == Some(root)).then_some(glance.id)
            }),
        }
    }

    fn next_case(&self, desk: &DeskKey) -> CaseId {
        let mut all = self.all();
        let number = all.numbers.entry(desk.clone()).or_default();
        *number += 1;
        CaseId::new(format!("{desk}-{number}"))
    }

    fn people(&self) -> Arc<BTreeMap<UserId, PersonState>> {
        Arc::new(self.all().people.iter().map(|(user, (_, state))| (user.clone(), state.clone())).collect())
    }

    fn desks(&self) -> Arc<BTreeMap<DeskKey, DeskState>> {
        Arc::new(self.all().desks.iter().map(|(desk, (_, state))| (desk.clone(), state.clone())).collect())
    }

    fn loads(&self) -> Arc<BTreeMap<UserId, Load>> {
        let all = self.all();
        let mut loads: BTreeMap<UserId, Load> = BTreeMap::new();
        for glance in all.open() {
            if let Some(owner) = glance.owner {
                loads.entry(owner).or_default().open_cases += 1;
            }
        }
        for (user, at) in &all.pinged {
            loads.entry(user.clone()).or_default().last_pinged_at = Some(*at);
        }
        Arc::new(loads)
    }

    fn open_cases(&self) -> Vec<Glance> {
        self.all().open()
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<(Subject, Timestamp)> {
        let all = self.all();
        let mut due: Vec<(Subject, Timestamp)> = all
            .due
            .iter()
            .filter(|(_, at)| **at <= now)
            .map(|(subject, at)| (subject.clone(), *at))
            .collect();
        due.sort_by_key(|(_, at)| *at);
        due.truncate(limit);
        due
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.all().due.values().min().copied()
    }

    fn claim(&self, now: Timestamp, lease_for: Length, limit: usize) -> Vec<Claim> {
        let mut all = self.all();
        let mut ready: Vec<usize> =
            all.heads().into_iter().filter(|head| all.rows[*head].is_ready(now)).collect();
        ready.sort_by_key(|head| (all.rows[*head].call.urgency, all.rows[*head].call.decided_at, *head));
        ready.truncate(limit);
        let mut claims = Vec::new();
        for at in ready {
            all.leases += 1;
            let lease = all.leases;
            let row = &mut all.rows[at];
            if row.lease.is_some() && row.doubt == Doubt::No {
                row.doubt = Doubt::PerhapsDone { looked: 0 };
            }
            row.lease = Some((lease, now + lease_for.delta()));
            let (attempts, first_tried_at) = (row.attempts, row.first_tried_at);
            row.attempts += 1;
            row.first_tried_at.get_or_insert(now);
            let (call, doubt) = (row.call.clone(), row.doubt);
            let slot = |slot: Slot| keeper(&call).and_then(|keeper| all.slots.get(&(keeper, slot)).cloned());
            let (own, root) = (slot(call.slot), slot(Slot::Root));
            claims.push(Claim {
                attempts,
                lease,
                ts: own.clone().map(|(_, ts)| ts),
                root: root.clone().map(|(_, ts)| ts),
                channel: own.or(root).map(|(channel, _)| channel),
                doubt,
                first_tried_at,
                call,
            });
        }
        claims
    }

    async fn settle(&self, claim: &Claim, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        {
            let mut all = self.all();
            let held = all.rows.iter().position(|row| {
                row.call.id == claim.call.id && row.lease.is_some_and(|(lease, _)| lease == claim.lease)
            });
            let Some(held) = held else { return Ok(()) };
            match outcome {
                Outcome::Delivered { channel, ts } => {
                    all.rows.remove(held);
                    all.deliver(&claim.call, channel, ts);
                }
                Outcome::Retry { at, doubt, .. } => {
                    let row = &mut all.rows[held];
                    (row.lease, row.not_before, row.doubt) = (None, Some(at), doubt);
                    row.kept = (row.attempts, row.first_tried_at);
                }
                Outcome::Dead { why } => {
                    all.rows.remove(held);
                    all.dead.push(DeadLetter { call: claim.call.clone(), why, at: now });
                }
                Outcome::Dropped => drop(all.rows.remove(held)),
            }
        }
        self.turned();
        Ok(())
    }

    fn next_wake(&self) -> Option<Timestamp> {
        let all = self.all();
        all.heads().into_iter().map(|head| all.rows[head].ready_at()).min()
    }

    fn set_back(&self, now: Timestamp) {
        let latest = now + chrono::TimeDelta::minutes(1);
        self.all().rows.iter_mut().for_each(|row| row.wait_at_most_until(latest));
        self.turned();
    }

    fn changed(&self) -> impl Future<Output = ()> + Send {
        let mut turns = self.turns.subscribe();
        async move { drop(turns.changed().await) }
    }

    async fn case(&self, id: &CaseId) -> Result<Option<(Case, Option<Timestamp>)>, StoreError> {
        let all = self.all();
        let due = all.due.get(&Subject::Case(id.clone())).copied();
        Ok(all.cases.get(id).map(|(_, case)| (case.clone(), due)))
    }

    async fn cases(&self) -> Result<Vec<Case>, StoreError> {
        let mut cases: Vec<Case> = self.all().cases.values().map(|(_, case)| case.clone()).collect();
        cases.sort_by(|a, b| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
        Ok(cases)
    }

    async fn timeline(&self, case: &CaseId) -> Result<Vec<Entry>, StoreError> {
        Ok(self.all().timeline.iter().filter(|entry| entry.case == *case).cloned().collect())
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        Ok(self.all().dead.clone())
    }

    async fn requeue(&self, id: &CallId, _now: Timestamp) -> Result<Requeued, StoreError> {
        {
            let mut all = self.all();
            let Some(at) = all.dead.iter().position(|letter| letter.call.id == *id) else {
                return Ok(Requeued::NoSuchLetter);
            };
            let letter = all.dead.remove(at);
            all.rows.push(Row::new(letter.call));
        }
        self.turned();
        Ok(Requeued::Yes)
    }

    fn slots(&self, case: &CaseId) -> BTreeMap<Slot, (ChannelId, MessageTs)> {
        let all = self.all();
        let of_case = all.slots.iter().filter(|((id, _), _)| id == case);
        of_case.map(|((_, slot), place)| (*slot, place.clone())).collect()
    }

    fn seen_at(&self) -> Option<Timestamp> {
        self.all().seen_at
    }

    fn backlog(&self, _now: Timestamp) -> Backlog {
        let all = self.all();
        let tried = all.heads().into_iter().filter_map(|head| {
            let row = &all.rows[head];
            Some((row.first_tried_at?, row.call.lane.clone()))
        });
        let stuck = tried.min().map(|(since, lane)| (lane, since));
        Backlog { waiting: all.rows.len(), dead: all.dead.len(), stuck }
    }

    /// The model keeps no lines: it has no disk to leave.
    async fn export(&self) -> Result<Vec<ExportLine>, StoreError> {
        Ok(Vec::new())
    }

    async fn import(&self, lines: Vec<ExportLine>) -> Result<usize, StoreError> {
        Ok(lines.len())
    }
}

impl All {
    fn everybody(&self) -> Everybody {
        let people = self.people.iter().map(|(user, (_, record))| (user.clone(), record.clone()));
        let desks = self.desks.iter().map(|(desk, (_, record))| (desk.clone(), record.clone()));
        Everybody {
            people: Arc::new(people.collect()),
            person_versions: Arc::new(self.people.iter().map(|(user, (v, _))| (user.clone(), *v)).collect()),
            desks: Arc::new(desks.collect()),
            desk_versions: Arc::new(self.desks.iter().map(|(desk, (v, _))| (desk.clone(), *v)).collect()),
        }
    }
}
