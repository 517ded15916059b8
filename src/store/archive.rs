//! What is asked of everything that was ever kept: history in pages, what is old enough to go, and somebody's traces.

use super::StoreError;
use super::traces::Traces;
use crate::clock::Timestamp;
use crate::domain::case::{Case, Stage};
use crate::domain::timeline::Entry;
use crate::id::{CaseId, DeskKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::future::Future;

/// How many cases one page looks at; commits wait no longer than that takes.
pub const PAGE: usize = 100;

/// Where a walk through all cases has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(pub(super) Vec<u8>);

impl Cursor {
    /// The place after this case, for stores whose cases stand in the order of their names.
    pub fn after(case: &CaseId) -> Self {
        Self(case.as_str().as_bytes().to_vec())
    }

    /// The name of the case it stands after.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// Half-open: cases that were opened before `until` and had not ended before `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Period {
    /// Whether a case that was opened and ended so has to do with it.
    pub fn touches(&self, opened_at: Timestamp, ended_at: Option<Timestamp>) -> bool {
        opened_at < self.until && ended_at.is_none_or(|ended| ended >= self.from)
    }
}

/// Some of the cases of a period, with everything that happened to them.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    pub cases: Vec<(Case, Vec<Entry>)>,
    /// Where to go on; none at the end.
    pub next: Option<Cursor>,
}

/// Closed cases that ended before these instants are old: a desk's own, else the one for all. Without either they
/// never are.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Ages {
    pub all: Option<Timestamp>,
    pub desks: BTreeMap<DeskKey, Timestamp>,
}

impl Ages {
    /// One instant for every desk.
    pub fn before(all: Timestamp) -> Self {
        Self { all: Some(all), desks: BTreeMap::new() }
    }

    /// Whether anything can be old at all.
    pub fn is_never(&self) -> bool {
        self.all.is_none() && self.desks.is_empty()
    }

    /// Whether a case of this desk that ended then is old.
    pub fn is_old(&self, desk: &DeskKey, ended_at: Timestamp) -> bool {
        self.desks.get(desk).copied().or(self.all).is_some_and(|before| ended_at < before)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pruning {
    Remove,
    /// Only say what would go.
    DryRun,
}

/// What went, or would go, in one page.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Pruned {
    pub cases: Vec<CaseId>,
    /// Lines of their timelines.
    pub lines: usize,
    /// Dead letters of theirs.
    pub letters: usize,
    /// Where to go on; none at the end.
    pub next: Option<Cursor>,
}

/// What was removed of somebody, by kind of record.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Forgotten {
    /// Cases that they asked: their texts, their name and, once closed, their account are gone.
    pub asked: Vec<CaseId>,
    /// Of those, the ones that are open and still need to know whose they are.
    pub open: Vec<CaseId>,
    /// Other cases in which they were named or had a part.
    pub named: Vec<CaseId>,
    /// Lines of timelines.
    pub lines: usize,
    /// Their own record: statuses, breaks, time off.
    pub records: usize,
    /// Desks that remembered when they were last answered.
    pub desks: usize,
    /// Messages that wait to be sent.
    pub waiting: usize,
    /// Messages that could never be sent.
    pub letters: usize,
    /// Messages that were being sent at that moment and could not be changed any more.
    pub under_way: usize,
}

impl Forgotten {
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// Under this name stands whoever was forgotten.
pub const SOMEBODY: &str = "somebody";

/// The account of whoever was forgotten.
pub fn nobody() -> UserId {
    UserId::new(SOMEBODY)
}

/// When a case came to its end; none while it is open.
pub fn ended_at(case: &Case) -> Option<Timestamp> {
    match &case.stage {
        Stage::Unclaimed | Stage::Owned(_) => None,
        Stage::Resolved(end) => Some(end.at),
        Stage::Withdrawn { at } => Some(*at),
    }
}

/// A store, as a walk through everything sees it. Each call is one short step, so that commits never wait long.
pub trait Archive {
    /// The cases of a period with their timelines, a page after `after` or from the beginning, in no order that
    /// means anything.
    fn page(
        &self,
        period: Period,
        after: Option<Cursor>,
    ) -> impl Future<Output = Result<Page, StoreError>> + Send;

    /// Removes closed cases that are old and have nothing left to do, with their timelines, places
    /// and dead letters; a page after `after`. Their numbers are never given again.
    fn prune(
        &self,
        ages: &Ages,
        how: Pruning,
        after: Option<Cursor>,
    ) -> impl Future<Output = Result<Pruned, StoreError>> + Send;

    /// Removes somebody's texts and name from everything that is kept. Durable when it returns.
    fn forget(&self, who: &Traces) -> impl Future<Output = Result<Forgotten, StoreError>> + Send;
}
