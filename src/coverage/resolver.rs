//! The one resolver: it answers for display, pings, groups and audit alike.

use super::answer::{Answer, Source};
use super::desk::{Desk, Facts, Tier};
use crate::id::PersonKey;
use crate::zone::Timestamp;
use serde::{Deserialize, Serialize};

/// One person of a desk: a row of `firstline who --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhoRow {
    pub person: PersonKey,
    pub available: bool,
    /// In plain English.
    pub reason: String,
    pub source: Source,
    pub until: Option<Timestamp>,
    /// Names of the tiers in which they answer.
    pub tiers: Vec<String>,
}

/// Whether the person can answer on this desk at `now`. The first rule that speaks decides: desk closed, own
/// word, time off, calendar, do-not-disturb, status, break, override, dated hours, holiday, weekly hours,
/// presence; else they are available.
pub fn resolve(_person: &PersonKey, _desk: &Desk, _now: Timestamp, _facts: &Facts<'_>) -> Answer {
    todo!()
}

/// Everybody who answers in the tier at `now`, available or not, in the order the tier names them.
pub fn on_tier(_tier: &Tier, _desk: &Desk, _now: Timestamp, _facts: &Facts<'_>) -> Vec<(PersonKey, Answer)> {
    todo!()
}

/// Everybody who answers in any tier of the desk at `now`, each once, in the order of the tiers.
pub fn who(_desk: &Desk, _now: Timestamp, _facts: &Facts<'_>) -> Vec<WhoRow> {
    todo!()
}
