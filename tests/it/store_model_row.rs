//! A call in a lane of the model store.

use firstline::clock::Timestamp;
use firstline::domain::Glance;
use firstline::domain::case::Case;
use firstline::domain::effect::Slot;
use firstline::id::{CaseId, LaneId, MessageTs};
use firstline::store::{Doubt, Version, Versioned};
use firstline::view::call::{Call, Urgency};

/// A call that waits, and its tries.
pub struct Row {
    pub call: Call,
    pub attempts: u32,
    pub not_before: Option<Timestamp>,
    pub doubt: Doubt,
    pub first_tried_at: Option<Timestamp>,
    /// The tries that a restart remembers: those that were settled.
    pub kept: (u32, Option<Timestamp>),
    pub lease: Option<(u64, Timestamp)>,
}

impl Row {
    pub fn new(call: Call) -> Self {
        let (not_before, first_tried_at, doubt) = (None, None, Doubt::No);
        Self { call, attempts: 0, not_before, doubt, first_tried_at, kept: (0, None), lease: None }
    }

    pub fn ready_at(&self) -> Timestamp {
        self.lease.map(|(_, until)| until).or(self.not_before).unwrap_or(self.call.decided_at)
    }

    pub fn is_ready(&self, now: Timestamp) -> bool {
        self.lease.map(|(_, until)| until).or(self.not_before).is_none_or(|at| at <= now)
    }

    pub fn wait_at_most_until(&mut self, latest: Timestamp) {
        self.not_before = self.not_before.map(|at| at.min(latest));
        self.lease = self.lease.map(|(lease, until)| (lease, until.min(latest)));
    }

    /// Whether it is forgotten when the pings of this lane are.
    pub fn is_ping_of(&self, lane: &LaneId) -> bool {
        let in_thread = self.call.lane == *lane && matches!(self.call.slot, Slot::Ping(_));
        let direct = self.call.lane.as_str().starts_with("dm:")
            && self.call.urgency == Urgency::Ping
            && self.call.case.as_ref().is_some_and(|case| Call::case_lane(case) == *lane);
        in_thread || direct
    }
}

/// A record of the model as it is read.
pub fn versioned<T: Clone>(found: Option<&(Version, T)>) -> Versioned<T> {
    Versioned { version: found.map_or(0, |(version, _)| *version), record: found.map(|(_, it)| it.clone()) }
}

/// Whose slots a call's message is kept among: its case's, or its lane's for a list.
pub fn keeper(call: &Call) -> Option<CaseId> {
    match call.slot {
        Slot::List(_) if call.case.is_none() => Some(CaseId::new(call.lane.as_str())),
        _ => call.case.clone(),
    }
}

/// What an index knows of a case.
pub fn glance(case: &Case, root: Option<MessageTs>) -> Glance {
    Glance {
        id: case.id.clone(),
        desk: case.desk.clone(),
        channel: case.channel.clone(),
        root,
        requester: case.requester.clone(),
        owner: case.owner().cloned(),
        opened_at: case.opened_at,
        turn: case.talk.turn,
        held_since: case.ownership().and_then(|owned| owned.hold.as_ref()).map(|hold| hold.since),
    }
}
