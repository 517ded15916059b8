//! Calls waiting in lanes: who may be claimed when, by whom, and what a newer call replaces.

use super::record::CallRow;
use super::{Backlog, Doubt};
use crate::clock::{Length, Timestamp};
use crate::domain::effect::Slot;
use crate::id::{CallId, CaseId, LaneId};
use crate::view::call::{Call, Urgency, Verb};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// All lanes. The calls' bodies stay on disk; a row here is what the order needs.
#[derive(Default)]
pub(super) struct Lanes {
    lanes: BTreeMap<LaneId, Lane>,
    /// Heads that may be claimed from this instant on.
    waiting: BTreeSet<(Timestamp, LaneId)>,
    /// Heads whose instant has come, in the order in which they are claimed.
    ready: BTreeSet<(Urgency, Timestamp, u64, LaneId)>,
    /// Heads that are not on disk yet, by the commit that brings them there: what was never kept is never sent.
    gated: BTreeSet<(u64, LaneId)>,
    durable: u64,
    last_lease: u64,
    rows: usize,
}

struct Lane {
    rows: VecDeque<Waiting>,
    /// The head may be claimed once this commit is durable.
    gate: u64,
    place: Place,
}

enum Place {
    Nowhere,
    Gated(u64),
    Waiting(Timestamp),
    Ready(Urgency, Timestamp, u64),
}

/// A call in its lane.
pub(super) struct Waiting {
    pub(super) seq: u64,
    pub(super) id: CallId,
    pub(super) case: Option<CaseId>,
    pub(super) slot: Slot,
    pub(super) verb: Verb,
    pub(super) urgency: Urgency,
    pub(super) decided_at: Timestamp,
    pub(super) not_before: Option<Timestamp>,
    pub(super) attempts: u32,
    pub(super) doubt: Doubt,
    pub(super) first_tried_at: Option<Timestamp>,
    /// The commit that wrote it last.
    written: u64,
    lease: Option<Lease>,
}

struct Lease {
    number: u64,
    until: Timestamp,
}

/// What a lane's head was given out as.
pub(super) struct Leased {
    pub(super) seq: u64,
    pub(super) attempts: u32,
    pub(super) lease: u64,
    pub(super) doubt: Doubt,
    pub(super) first_tried_at: Option<Timestamp>,
}

/// What has to be written when a call is taken in.
pub(super) enum Taken {
    Put(u64, Box<CallRow>),
    Drop(u64),
}

/// Whether the message of a slot stands in Slack, as far as is known.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Posted {
    Yes,
    No,
}

impl Lanes {
    /// Puts a new call into its lane as number `seq`, written by commit `by`.
    pub(super) fn take_in(&mut self, mut call: Call, seq: u64, by: u64, posted: Posted) -> Vec<Taken> {
        let mut taken = Vec::new();
        let lane = self.lanes.entry(call.lane.clone()).or_insert_with(Lane::empty);
        // Without a case only lists are told apart by their slot: other words outside cases share numbers.
        let is_kept = call.case.is_some() || matches!(call.slot, Slot::List(_));
        let same = |row: &Waiting| row.case == call.case && row.slot == call.slot && is_kept;
        let last = lane.rows.iter().rposition(same);
        match call.verb {
            Verb::Upsert => {
                if let Some(row) = last.and_then(|at| lane.rows.get_mut(at))
                    && row.lease.is_none()
                    && row.verb == Verb::Upsert
                {
                    call.id = row.id.clone();
                    row.urgency = row.urgency.min(call.urgency);
                    row.decided_at = call.decided_at;
                    row.written = by;
                    taken.push(Taken::Put(row.seq, Box::new(row.stored(call.clone()))));
                    self.place(&call.lane);
                    return taken;
                }
            }
            Verb::Remove => {
                let untried = lane.rows.iter().filter(|row| same(row)).all(Waiting::is_untried);
                let before = lane.rows.len();
                lane.rows.retain(|row| {
                    let moot = same(row) && row.lease.is_none() && (untried || posted == Posted::Yes);
                    if moot {
                        taken.push(Taken::Drop(row.seq));
                    }
                    !moot
                });
                self.rows -= before - lane.rows.len();
                if before > lane.rows.len() {
                    lane.gate = lane.gate.max(by);
                }
                // What was never sent needs no removal either.
                if untried && posted == Posted::No && last.is_some() {
                    self.tidy(&call.lane, by);
                    return taken;
                }
            }
            Verb::Post | Verb::PublishHome | Verb::Request => {}
        }
        self.append(&call, seq, by);
        taken.push(Taken::Put(seq, Box::new(CallRow::new(call))));
        taken
    }

    /// Puts a call at the end of its lane.
    pub(super) fn append(&mut self, call: &Call, seq: u64, by: u64) {
        let lane = self.lanes.entry(call.lane.clone()).or_insert_with(Lane::empty);
        lane.rows.push_back(Waiting::new(call, seq, by));
        self.rows += 1;
        self.place(&call.lane);
    }

    /// Takes in a stored call.
    pub(super) fn read(&mut self, seq: u64, row: &CallRow) {
        let lane = self.lanes.entry(row.call.lane.clone()).or_insert_with(Lane::empty);
        lane.rows.push_back(Waiting {
            attempts: row.attempts,
            not_before: row.not_before,
            doubt: row.doubt,
            first_tried_at: row.first_tried_at,
            ..Waiting::new(&row.call, seq, 0)
        });
        self.rows += 1;
        self.place(&row.call.lane);
    }

    /// After an end that may have been a crash every head may have been sent: it is in doubt.
    pub(super) fn doubt_heads(&mut self) {
        for lane in self.lanes.values_mut() {
            if let Some(head) = lane.rows.front_mut() {
                head.doubt = head.doubt.at_least();
            }
        }
    }

    /// Forgets the waiting, unclaimed pings of a lane; of a case's lane also those on their way to somebody by
    /// direct message. Gives the numbers to delete.
    pub(super) fn cancel_pings(&mut self, of: &LaneId, by: u64) -> Vec<u64> {
        let mut gone = Vec::new();
        let direct = direct_lanes();
        let concerned: Vec<LaneId> =
            self.lanes.range(direct).map(|(id, _)| id.clone()).chain([of.clone()]).collect();
        for id in concerned {
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            let before = lane.rows.len();
            lane.rows.retain(|row| {
                // The first card of a case goes out as urgently as the ping behind it, and is no ping.
                let is_ping = if id == *of {
                    matches!(row.slot, Slot::Ping(_))
                } else {
                    let is_of = row.case.as_ref().is_some_and(|case| Call::case_lane(case) == *of);
                    is_of && row.urgency == Urgency::Ping
                };
                let cancelled = is_ping && row.lease.is_none();
                if cancelled {
                    gone.push(row.seq);
                }
                !cancelled
            });
            let dropped = before - lane.rows.len();
            self.rows -= dropped;
            if dropped > 0 {
                self.tidy(&id, by);
            }
        }
        gone
    }

    /// Leases the heads that are ready, pings first, then by when they were decided.
    pub(super) fn claim(&mut self, now: Timestamp, lease_for: Length, limit: usize) -> Vec<Leased> {
        while let Some((at, id)) = self.waiting.first().cloned()
            && at <= now
        {
            self.waiting.remove(&(at, id.clone()));
            if let Some(lane) = self.lanes.get_mut(&id)
                && let Some(head) = lane.rows.front()
            {
                lane.place = Place::Ready(head.urgency, head.decided_at, head.seq);
                self.ready.insert((head.urgency, head.decided_at, head.seq, id));
            }
        }
        let mut leased = Vec::new();
        let mut early = Vec::new();
        while leased.len() < limit
            && let Some((.., id)) = self.ready.pop_first()
        {
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            lane.place = Place::Nowhere;
            let Some(head) = lane.rows.front_mut() else { continue };
            // The wall clock may have been set back since it became ready.
            if head.claimable_at().is_some_and(|at| at > now) {
                early.push(id);
                continue;
            }
            self.last_lease += 1;
            leased.push(head.leased(self.last_lease, now, now + lease_for.delta()));
            self.place(&id);
        }
        for id in early {
            self.place(&id);
        }
        leased
    }

    /// The head of a lane, while this lease on it stands.
    pub(super) fn held(&mut self, lane: &LaneId, id: &CallId, lease: u64) -> Option<&mut Waiting> {
        let head = self.lanes.get_mut(lane)?.rows.front_mut()?;
        (head.id == *id && head.lease.as_ref().is_some_and(|held| held.number == lease)).then_some(head)
    }

    /// Takes the head away; the next one may be claimed once commit `by` is durable.
    pub(super) fn finish(&mut self, lane: &LaneId, by: u64) {
        if let Some(standing) = self.lanes.get_mut(lane)
            && standing.rows.pop_front().is_some()
        {
            self.rows -= 1;
        }
        self.tidy(lane, by);
    }

    /// Gives the head back, to be tried again at `at`.
    pub(super) fn retry(&mut self, lane: &LaneId, at: Timestamp, doubt: Doubt, by: u64) {
        if let Some(head) = self.lanes.get_mut(lane).and_then(|lane| lane.rows.front_mut()) {
            head.lease = None;
            head.not_before = Some(at);
            head.doubt = doubt;
            head.written = by;
        }
        self.place(lane);
    }

    /// The head of a lane as it is stored, with `call` in it.
    pub(super) fn stored_head(&self, lane: &LaneId, call: Call) -> CallRow {
        match self.lanes.get(lane).and_then(|lane| lane.rows.front()) {
            Some(head) => head.stored(call),
            None => CallRow::new(call),
        }
    }

    /// Everything up to this commit is on disk.
    pub(super) fn landed(&mut self, durable: u64) {
        self.durable = durable;
        while let Some((gate, id)) = self.gated.first().cloned()
            && gate <= durable
        {
            self.place(&id);
        }
    }

    /// Brings whatever is planned for later forward to this instant.
    pub(super) fn wait_at_most_until(&mut self, latest: Timestamp) {
        for row in self.lanes.values_mut().flat_map(|lane| &mut lane.rows) {
            row.not_before = row.not_before.map(|at| at.min(latest));
            if let Some(lease) = &mut row.lease {
                lease.until = lease.until.min(latest);
            }
        }
        let lanes: Vec<LaneId> = self.lanes.keys().cloned().collect();
        lanes.iter().for_each(|lane| self.place(lane));
    }

    /// The earliest instant at which a head becomes claimable; one that is ready now was so at some instant past.
    pub(super) fn next_wake(&self) -> Option<Timestamp> {
        let ready = self.ready.first().map(|(_, at, ..)| *at);
        let waiting = self.waiting.first().map(|(at, _)| *at);
        match (ready, waiting) {
            (Some(ready), Some(waiting)) => Some(ready.min(waiting)),
            (one, other) => one.or(other),
        }
    }

    pub(super) fn backlog(&self, dead: usize) -> Backlog {
        let tried = self.lanes.iter().filter_map(|(id, lane)| Some((lane.rows.front()?.first_tried_at?, id)));
        let stuck = tried.min().map(|(since, id)| (id.clone(), since));
        Backlog { waiting: self.rows, dead, stuck }
    }

    /// Whether a call is out with a claimant.
    pub(super) fn any_leased(&self) -> bool {
        self.lanes.values().any(|lane| lane.rows.front().is_some_and(|head| head.lease.is_some()))
    }

    /// The cases that calls belong to which wait or are out.
    pub(super) fn cases(&self) -> BTreeSet<CaseId> {
        self.lanes.values().flat_map(|lane| &lane.rows).filter_map(|row| row.case.clone()).collect()
    }

    /// The numbers of the calls that are out with a claimant.
    pub(super) fn leased_rows(&self) -> BTreeSet<u64> {
        let heads = self.lanes.values().filter_map(|lane| lane.rows.front());
        heads.filter(|head| head.lease.is_some()).map(|head| head.seq).collect()
    }

    /// After rows were taken out: an empty lane goes, and the head that follows waits for that to be durable.
    fn tidy(&mut self, id: &LaneId, by: u64) {
        let Some(lane) = self.lanes.get_mut(id) else { return };
        lane.gate = lane.gate.max(by);
        self.place(id);
        if self.lanes.get(id).is_some_and(|lane| lane.rows.is_empty()) {
            self.lanes.remove(id);
        }
    }

    /// Stands the head of a lane where it belongs now.
    fn place(&mut self, id: &LaneId) {
        let Some(lane) = self.lanes.get_mut(id) else { return };
        match std::mem::replace(&mut lane.place, Place::Nowhere) {
            Place::Nowhere => {}
            Place::Gated(gate) => drop(self.gated.remove(&(gate, id.clone()))),
            Place::Waiting(at) => drop(self.waiting.remove(&(at, id.clone()))),
            Place::Ready(urgency, at, seq) => drop(self.ready.remove(&(urgency, at, seq, id.clone()))),
        }
        let Some(head) = lane.rows.front() else { return };
        let gate = lane.gate.max(head.written);
        if gate > self.durable {
            lane.place = Place::Gated(gate);
            self.gated.insert((gate, id.clone()));
        } else if let Some(at) = head.claimable_at() {
            lane.place = Place::Waiting(at);
            self.waiting.insert((at, id.clone()));
        } else {
            lane.place = Place::Ready(head.urgency, head.decided_at, head.seq);
            self.ready.insert((head.urgency, head.decided_at, head.seq, id.clone()));
        }
    }
}

/// The lanes of direct messages, by the name that `Call::direct_lane` gives them.
fn direct_lanes() -> std::ops::Range<LaneId> {
    LaneId::from("dm:")..LaneId::from("dm;")
}

impl Lane {
    fn empty() -> Self {
        Self { rows: VecDeque::new(), gate: 0, place: Place::Nowhere }
    }
}

impl Waiting {
    fn new(call: &Call, seq: u64, written: u64) -> Self {
        Self {
            seq,
            id: call.id.clone(),
            case: call.case.clone(),
            slot: call.slot,
            verb: call.verb,
            urgency: call.urgency,
            decided_at: call.decided_at,
            not_before: None,
            attempts: 0,
            doubt: Doubt::No,
            first_tried_at: None,
            written,
            lease: None,
        }
    }

    /// From when it may be claimed; `None` is at once.
    fn claimable_at(&self) -> Option<Timestamp> {
        self.lease.as_ref().map(|lease| lease.until).or(self.not_before)
    }

    fn is_untried(&self) -> bool {
        self.lease.is_none() && self.attempts == 0 && self.doubt == Doubt::No
    }

    fn leased(&mut self, number: u64, now: Timestamp, until: Timestamp) -> Leased {
        if self.lease.is_some() {
            // The one before may have sent it and not lived to say so.
            self.doubt = self.doubt.at_least();
        }
        let leased = Leased {
            seq: self.seq,
            attempts: self.attempts,
            lease: number,
            doubt: self.doubt,
            first_tried_at: self.first_tried_at,
        };
        self.lease = Some(Lease { number, until });
        self.attempts += 1;
        self.first_tried_at.get_or_insert(now);
        leased
    }

    /// This row as it is stored, with `call` in it.
    fn stored(&self, call: Call) -> CallRow {
        CallRow {
            attempts: self.attempts,
            not_before: self.not_before,
            doubt: self.doubt,
            first_tried_at: self.first_tried_at,
            ..CallRow::new(call)
        }
    }
}

impl CallRow {
    pub(super) fn new(call: Call) -> Self {
        Self { call, attempts: 0, not_before: None, doubt: Doubt::No, first_tried_at: None, why: None }
    }
}

impl Doubt {
    /// At least the doubt of a try whose end is not known.
    fn at_least(self) -> Self {
        match self {
            Self::No => Self::PerhapsDone { looked: 0 },
            Self::PerhapsDone { looked } => Self::PerhapsDone { looked },
        }
    }
}
