//! What `check` warns of ahead: clock changes that bend a shift, stand-ins who are off.

use super::answer::Source;
use super::roster::Roster;
use super::schedule::Schedule;
use super::span::Span;
use crate::id::PersonKey;
use chrono::Duration;

/// A window whose real length differs from its length on the clock face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BentShift {
    pub span: Span,
    /// What the clock face says.
    pub usual: Duration,
    /// What really passes.
    pub actual: Duration,
}

/// A stand-in who is off for part of their override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandInOff {
    /// Which override, counted from 0.
    pub index: usize,
    pub person: PersonKey,
    pub span: Span,
    pub source: Source,
}

/// The windows within `within` that a clock change makes longer or shorter.
pub fn bent_shifts(_schedule: &Schedule, _within: Span) -> Vec<BentShift> {
    todo!()
}

/// Stand-ins whose own time off falls into their override.
pub fn stand_ins_off(_roster: &Roster) -> Vec<StandInOff> {
    todo!()
}
