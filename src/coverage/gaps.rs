//! How many are available over time: gaps, covered spans and the next hand-off.

use super::desk::{Desk, Facts, Tier};
use super::span::Span;
use crate::id::PersonKey;
use crate::zone::Timestamp;
use serde::{Deserialize, Serialize};

/// An interval in which fewer are available than the desk wants: a row of `firstline gaps --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub from: Timestamp,
    pub until: Timestamp,
    /// How many different people are, the supervisor not counted.
    pub available: u32,
    pub minimum: u32,
}

/// A question that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GapsError {
    #[error("the range from `{from}` until `{until}` is empty\nhint: `until` must be later than `from`")]
    EmptyRange { from: Timestamp, until: Timestamp },
}

/// The next change of who is available on a desk, by what is known ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    pub at: Timestamp,
    pub leaving: Vec<PersonKey>,
    pub arriving: Vec<PersonKey>,
}

/// Every interval between `from` and `until`, inside the desk's hours, in which fewer than `min_available`
/// different people of its counting tiers are available. An interval ends where the number changes.
pub fn gaps(
    _desk: &Desk,
    _from: Timestamp,
    _until: Timestamp,
    _facts: &Facts<'_>,
) -> Result<Vec<Gap>, GapsError> {
    todo!()
}

/// The spans within `within` in which anybody of the tier is available.
pub fn covered(_tier: &Tier, _desk: &Desk, _within: Span, _facts: &Facts<'_>) -> Vec<Span> {
    todo!()
}

/// The next instant after `now`, within a week, at which somebody becomes or ceases to be available on the
/// desk by what is known ahead.
pub fn next_handoff(_desk: &Desk, _now: Timestamp, _facts: &Facts<'_>) -> Option<Handoff> {
    todo!()
}
