//! A desk's own timeline: who covered whom, and when it was short. It is kept where cases keep theirs.

use crate::clock::Timestamp;
use crate::domain::timeline::{Entry, Happened};
use crate::id::{CaseId, DeskKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What happened to a desk's coverage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverHappened {
    /// Whoever did it stands in for somebody, or for the desk at large, for this time.
    Covered { person: Option<UserId>, from: Timestamp, until: Timestamp },
    /// The desk was under its minimum from then until now.
    WasShort { since: Timestamp },
}

/// The name under which a desk's timeline is kept; no case has such a one.
pub fn of(desk: &DeskKey) -> CaseId {
    CaseId::new(format!("desk/{desk}"))
}

/// A desk's timeline, summed up over a time.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Ledger {
    /// How often each person covered.
    pub covered: BTreeMap<UserId, u32>,
    /// How long the desk was under its minimum, as the watch saw it, in minutes.
    pub short_minutes: u64,
}

/// Sums up what lies in `[from, until)`.
pub fn between(timeline: &[Entry], from: Timestamp, until: Timestamp) -> Ledger {
    let mut sum = Ledger::default();
    let mut short = 0;
    for entry in timeline {
        let Happened::Cover(what) = &entry.what else { continue };
        match (what, &entry.by) {
            (CoverHappened::Covered { .. }, Some(by)) if from <= entry.at && entry.at < until => {
                *sum.covered.entry(by.clone()).or_default() += 1;
            }
            (CoverHappened::WasShort { since }, _) => {
                let length = entry.at.min(until) - (*since).max(from);
                short += length.num_seconds().max(0);
            }
            (CoverHappened::Covered { .. }, Some(_) | None) => {}
        }
    }
    sum.short_minutes = u64::try_from(short / 60).unwrap_or(0);
    sum
}
