//! What is kept: the contract, in prose and as a trait, that every store has to meet.
//!
//! A store keeps *records* (cases, people, desks, policies), *timelines*, *calls* in lanes, and the
//! *keys* of deliveries already dealt with. All of a [`Commit`] becomes durable together or not at all.
//!
//! What every store promises, and the store contract in `tests/it/store_contract.rs` checks:
//!
//! - **Durable on return.** A crash, or a power cut, straight after `commit` returns loses nothing of it.
//! - **All or nothing.** A reader never sees half a commit, nor does a restart.
//! - **Optimistic.** A put names the version it was decided on (0: there was none); when another commit
//!   came between, nothing is written and the answer is [`StoreError::Conflict`]: decide again.
//! - **Once.** A commit that carries a delivery key seen before writes nothing and answers
//!   [`StoreError::Duplicate`], once the commit that carried it first is durable: who is told so, here or by
//!   [`Seen::Before`], may acknowledge. Keys are kept for at least 26 hours.
//! - **Lanes.** Only the head of a lane can be claimed, by one claimant at a time, for the length of a
//!   lease; a lease that lapsed can be claimed again. The next call of the lane waits until its head is
//!   settled as delivered or dead.
//! - **Sent only when kept.** A call can be claimed once the commit that brought it, and the end of the call
//!   before it, are durable. A lease that lapsed, or that a crash may have ended, leaves its call in doubt:
//!   the next claim says so. After an orderly end nothing is in doubt.
//! - **Replaced in place.** A new `Upsert` for a slot whose earlier `Upsert` waits unclaimed takes its
//!   place in the lane and its call id; one that is leased is followed by the new one. A `Remove` of what
//!   waits untried and was never delivered takes both away. A list belongs to no case: its slot is its
//!   lane's, and only the last two dozen of a lane can still be edited.
//! - **Cancelled.** `cancel_pings` comes before the calls of the same commit. Of a case's lane it forgets the
//!   case's pings by direct message as well; a card as urgent as a ping stays.
//! - **Woken.** `wake` only brings a due row forward, or gives one to an open case, a person or a desk that has
//!   none; the next put of that record says anew when it is due.
//! - **Ordered.** A reader may see a commit before it is durable, because what is decided on it is written after
//!   it (an event that changes nothing is committed too, with its keys); nothing of it is sent before.
//! - **Closed cases stand apart.** They cost no memory and no time at start; [`Archive`] walks through them.
//! - **Bounded.** A record has no limit of its own here (large ones are cut into pieces), but a commit is
//!   refused with [`StoreError::Unavailable`] above 1 MiB.

mod aged;
pub mod archive;
mod change;
mod forget;
mod index;
mod key;
mod lanes;
mod load;
mod open;
mod pieces;
mod placed;
pub mod record;
mod seen;
mod shelf;
mod sled;
pub mod traces;
mod transfer;
mod writer;

pub use self::archive::{Ages, Archive, Cursor, Forgotten, Page, Period, Pruned, Pruning};
pub use self::open::{OpenError, Options};
pub use self::sled::SledStore;
pub use self::traces::Traces;

use crate::clock::{Length, Timestamp};
use crate::domain::case::Case;
use crate::domain::desk::DeskState;
use crate::domain::effect::Slot;
use crate::domain::event::Subject;
use crate::domain::person::PersonState;
use crate::domain::policy::Policy;
use crate::domain::timeline::Entry;
use crate::domain::{Glance, Load};
use crate::id::{CallId, CaseId, ChannelId, DeliveryKey, DeskKey, LaneId, MessageTs, PolicyId, UserId};
use crate::view::call::Call;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

/// How often a record was written; 0 where there is none yet.
pub type Version = u64;

/// A record with the version it was read at.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned<T> {
    pub version: Version,
    pub record: Option<T>,
}

/// Which records to read together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    pub case: Option<CaseId>,
    pub desk: Option<DeskKey>,
    pub person: Option<UserId>,
    /// The open cases of this channel.
    pub open_in: Option<ChannelId>,
    /// Whether the case's timeline is wanted too.
    pub timeline: TimelineWanted,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimelineWanted {
    #[default]
    No,
    Yes,
}

/// What was read, at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// One of the delivery keys asked about was dealt with before.
    pub seen: Seen,
    pub case: Versioned<Case>,
    pub desk: Versioned<DeskState>,
    pub person: Versioned<PersonState>,
    pub open_here: Vec<Glance>,
    pub timeline: Vec<Entry>,
    /// Everybody's and every desk's record, of the same moment: a decision about coverage may change several.
    pub everybody: Everybody,
}

/// All people and desks as of one moment; shared until one of them changes.
#[derive(Clone, Debug, Default)]
pub struct Everybody {
    pub people: Arc<BTreeMap<UserId, PersonState>>,
    pub person_versions: Arc<BTreeMap<UserId, Version>>,
    pub desks: Arc<BTreeMap<DeskKey, DeskState>>,
    pub desk_versions: Arc<BTreeMap<DeskKey, Version>>,
}

impl Everybody {
    /// The version at which a person's record was read.
    pub fn person_version(&self, user: &UserId) -> Version {
        self.person_versions.get(user).copied().unwrap_or(0)
    }

    /// The version at which a desk's record was read.
    pub fn desk_version(&self, desk: &DeskKey) -> Version {
        self.desk_versions.get(desk).copied().unwrap_or(0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    New,
    Before,
}

/// A record to write, over the version that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Put {
    Case {
        record: Box<Case>,
        over: Version,
        due: Option<Timestamp>,
    },
    Person {
        record: Box<PersonState>,
        over: Version,
        due: Option<Timestamp>,
    },
    Desk {
        record: Box<DeskState>,
        over: Version,
        due: Option<Timestamp>,
    },
    /// Policies never change: one that stands already is left alone.
    Policy {
        id: PolicyId,
        record: Arc<Policy>,
    },
}

/// Everything that one decision changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Commit {
    pub deliveries: Vec<DeliveryKey>,
    pub puts: Vec<Put>,
    /// Others whose due row is set to this instant if theirs is later.
    pub wake: Vec<(Subject, Timestamp)>,
    pub timeline: Vec<Entry>,
    pub calls: Vec<Call>,
    /// Waiting, unclaimed pings of these lanes are forgotten.
    pub cancel_pings: Vec<LaneId>,
    /// When the event happened: the point to which a catch-up looks back.
    pub seen_at: Option<Timestamp>,
}

/// A head of a lane, leased.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    pub call: Call,
    /// Tries before this one.
    pub attempts: u32,
    /// The number of this lease; a claim whose lease lapsed and was given again cannot settle.
    pub lease: u64,
    /// The message in the call's slot, once it was delivered.
    pub ts: Option<MessageTs>,
    /// The message in slot `Root` of the same case, for calls in the bot's own thread.
    pub root: Option<MessageTs>,
    /// The channel of those messages (a direct message's channel is learnt on delivery).
    pub channel: Option<ChannelId>,
    /// An earlier try may have been carried out: look before sending again.
    pub doubt: Doubt,
    /// When the first try began.
    pub first_tried_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doubt {
    No,
    /// So many look-ups found nothing.
    PerhapsDone {
        looked: u32,
    },
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    Delivered {
        channel: Option<ChannelId>,
        ts: Option<MessageTs>,
    },
    /// Again at `at`.
    Retry {
        at: Timestamp,
        doubt: Doubt,
        why: String,
    },
    /// Never; kept as a dead letter.
    Dead {
        why: String,
    },
    /// Not wanted any more: forget it.
    Dropped,
}

/// A call that can never be delivered, for an operator to see and to send again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeadLetter {
    pub call: Call,
    pub why: String,
    pub at: Timestamp,
}

/// Where a case may be found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locator {
    /// Any message of a case: its root, a part of its report, its card, a ping.
    Message { channel: ChannelId, ts: MessageTs },
    /// The root of its thread.
    Thread { channel: ChannelId, root: MessageTs },
}

/// What the caller does next is in the name.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum StoreError {
    /// Decide again on what stands now.
    #[error("another commit came first")]
    Conflict,
    /// Nothing: it was dealt with before.
    #[error("this delivery was dealt with before")]
    Duplicate,
    /// Do not acknowledge; say so; let the process end.
    #[error("the store cannot be used: {0}")]
    Unavailable(String),
}

/// A line of an export: one record as a person can read it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExportLine {
    /// `case`, `person`, `desk`, `policy`, `timeline`, `call`, `dead`, `slot`, `delivery`, `meta`.
    pub kind: String,
    pub key: String,
    pub v: u32,
    pub record: serde_json::Value,
}

/// A store. Cheap to clone; all methods may be called at once from anywhere.
pub trait Store: Archive + Clone + Send + Sync + 'static {
    /// Reads what is wanted, as of one moment, and whether any of `keys` was dealt with before.
    fn load(
        &self,
        keys: &[DeliveryKey],
        wanted: &Wanted,
    ) -> impl Future<Output = Result<Snapshot, StoreError>> + Send;

    /// Durable when it returns: a crash straight after must not lose it.
    fn commit(&self, commit: Commit) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The policy that a case began with.
    fn policy(&self, id: &PolicyId) -> impl Future<Output = Result<Option<Arc<Policy>>, StoreError>> + Send;

    /// Finds the case that a message belongs to, open or not.
    fn find(&self, at: &Locator) -> Option<CaseId>;

    /// A number that no case of this desk has had; gaps are allowed, repeats are not.
    fn next_case(&self, desk: &DeskKey) -> CaseId;

    /// Everybody's state as of now; one allocation shared until somebody's changes.
    fn people(&self) -> Arc<BTreeMap<UserId, PersonState>>;

    /// Every desk's state as of now.
    fn desks(&self) -> Arc<BTreeMap<DeskKey, DeskState>>;

    /// Open cases and last ping by person.
    fn loads(&self) -> Arc<BTreeMap<UserId, Load>>;

    /// All open cases, oldest first.
    fn open_cases(&self) -> Vec<Glance>;

    /// Subjects whose due row is at or before `now`, earliest first.
    fn due(&self, now: Timestamp, limit: usize) -> Vec<(Subject, Timestamp)>;

    /// The earliest due row.
    fn next_due(&self) -> Option<Timestamp>;

    /// Leases the heads of lanes that are ready at `now`, pings first, until `now + lease_for`.
    fn claim(&self, now: Timestamp, lease_for: Length, limit: usize) -> Vec<Claim>;

    /// Ends a lease. A lease that lapsed and was given again changes nothing.
    fn settle(
        &self,
        claim: &Claim,
        outcome: Outcome,
        now: Timestamp,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The earliest instant at which a head of a lane becomes claimable; none when the store has failed. Rows
    /// behind a head do not count: a sleeper that woke for them would spin.
    fn next_wake(&self) -> Option<Timestamp>;

    /// The wall clock was set back and shows `now`: what is leased, or waits to be tried again, waits for a minute
    /// from there at most.
    fn set_back(&self, now: Timestamp);

    /// Resolves whenever a commit or a settlement may have changed `next_due` or `next_wake`.
    fn changed(&self) -> impl Future<Output = ()> + Send;

    /// The case with this id, open or closed, with its due row.
    fn case(
        &self,
        id: &CaseId,
    ) -> impl Future<Output = Result<Option<(Case, Option<Timestamp>)>, StoreError>> + Send;

    /// Every case that is kept, oldest first.
    fn cases(&self) -> impl Future<Output = Result<Vec<Case>, StoreError>> + Send;

    /// A case's timeline, oldest first.
    fn timeline(&self, case: &CaseId) -> impl Future<Output = Result<Vec<Entry>, StoreError>> + Send;

    fn dead_letters(&self) -> impl Future<Output = Result<Vec<DeadLetter>, StoreError>> + Send;

    /// Puts a dead letter at the end of its lane, to be sent again; false when there is none with this id.
    fn requeue(
        &self,
        id: &CallId,
        now: Timestamp,
    ) -> impl Future<Output = Result<Requeued, StoreError>> + Send;

    /// Where the messages of a case are, by slot.
    fn slots(&self, case: &CaseId) -> BTreeMap<Slot, (ChannelId, MessageTs)>;

    /// When the last event was seen; `None` on an empty store.
    fn seen_at(&self) -> Option<Timestamp>;

    /// How many calls wait, and since when the longest-waiting head of a lane that is not delivered.
    fn backlog(&self, now: Timestamp) -> Backlog;

    /// Every record, in an order that an import can take.
    fn export(&self) -> impl Future<Output = Result<Vec<ExportLine>, StoreError>> + Send;

    /// Writes exported lines into an empty store.
    fn import(&self, lines: Vec<ExportLine>) -> impl Future<Output = Result<usize, StoreError>> + Send;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requeued {
    Yes,
    NoSuchLetter,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    pub waiting: usize,
    pub dead: usize,
    /// The lane whose head has been tried longest without success, and since when.
    pub stuck: Option<(LaneId, Timestamp)>,
}
