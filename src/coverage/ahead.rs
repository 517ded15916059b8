//! What `check` warns of ahead: clock changes that bend a shift, stand-ins who are off.

use super::line;
use super::roster::Roster;
use super::schedule::Schedule;
use super::span::Span;
use crate::id::PersonKey;
use chrono::{Duration, TimeDelta};

/// A window whose real length differs from its length on the clock face.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BentShift {
    pub span: Span,
    /// What the clock face says.
    pub usual: Duration,
    /// What really passes; zero when the clocks skip all of it.
    pub actual: Duration,
}

/// A stand-in who is off for part of their override.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandInOff {
    /// Which override, counted from 0.
    pub index: usize,
    pub person: PersonKey,
    pub span: Span,
}

/// The windows that begin within `within` and that a clock change makes longer or shorter.
pub fn bent_shifts(schedule: &Schedule, within: Span) -> Vec<BentShift> {
    let bent = schedule.windows(within).into_iter().map(|(window, span)| BentShift {
        span,
        usual: TimeDelta::minutes((window.until - window.from).into()),
        actual: span.length(),
    });
    bent.filter(|shift| shift.usual != shift.actual).collect()
}

/// Stand-ins whose own time off falls into their override: time off comes first, so nobody would stand in.
pub fn stand_ins_off(roster: &Roster) -> Vec<StandInOff> {
    let mut found = Vec::new();
    for (index, one) in roster.overrides.iter().enumerate() {
        let (Some(person), Some(rotation)) = (one.stand_in(), roster.rotations.get(&one.rotation)) else {
            continue;
        };
        let stands_in = one.span(&rotation.zone);
        for (off, _) in line::planned_time_off(person, &roster.zone(person.as_str()), roster) {
            let span = off.overlap(&stands_in);
            if !span.is_empty() {
                found.push(StandInOff { index, person: person.clone(), span });
            }
        }
    }
    found
}
