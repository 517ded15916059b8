//! How well a desk was covered, and by whom.

use super::CoverageFigures;
use crate::clock::Timestamp;
use crate::coverage::{self, Facts, Span};
use crate::id::PersonKey;
use std::collections::BTreeMap;

/// How many gaps a report lists.
const LISTED: usize = 10;
/// How much is worked out at a time: calendars and hours of a year are many pieces.
const STEP: chrono::TimeDelta = chrono::TimeDelta::days(28);

/// A desk's coverage over a time.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Coverage {
    pub figures: CoverageFigures,
    pub people: Share,
}

/// Minutes in which each person was there to be pinged.
pub type Share = BTreeMap<PersonKey, u64>;

/// Coverage between two instants by what is known now; nothing when the time is empty.
pub fn coverage(desk: &coverage::Desk, from: Timestamp, until: Timestamp, facts: &Facts<'_>) -> Coverage {
    let mut all = Coverage::default();
    let mut seconds: BTreeMap<PersonKey, i64> = BTreeMap::new();
    let mut gaps: Vec<coverage::Gap> = Vec::new();
    let (mut open, mut begin) = (0, from);
    while begin < until {
        let end = begin.checked_add_signed(STEP).unwrap_or(until).min(until);
        open += desk.schedule.open_between(begin, end).num_seconds();
        for gap in coverage::gaps(desk, begin, end, facts).unwrap_or_default() {
            match gaps.last_mut() {
                Some(last) if last.until == gap.from && last.available == gap.available => {
                    last.until = gap.until;
                }
                Some(_) | None => gaps.push(gap),
            }
        }
        for (person, spans) in coverage::on_coverage(desk, Span::new(begin, end), facts) {
            let there: i64 = spans.iter().map(|span| span.length().num_seconds()).sum();
            *seconds.entry(person).or_default() += there;
        }
        begin = end;
    }
    let length = |gap: &coverage::Gap| (gap.until - gap.from).num_seconds();
    all.figures.open_minutes = minutes(open);
    all.figures.uncovered_minutes = minutes(gaps.iter().map(length).sum());
    gaps.sort_by_key(|gap| (std::cmp::Reverse(length(gap)), gap.from));
    gaps.truncate(LISTED);
    all.figures.gaps = gaps;
    all.people = seconds.into_iter().map(|(person, there)| (person, minutes(there))).collect();
    all
}

fn minutes(seconds: i64) -> u64 {
    u64::try_from(seconds / 60).unwrap_or(0)
}
