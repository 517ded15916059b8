//! How many are available over time: gaps, covered spans and the next hand-off.

use super::desk::{Desk, Facts, Tier, WhenClosed};
use super::line::{self, Line};
use super::members;
use super::span::Span;
use crate::id::PersonKey;
use crate::zone::Timestamp;
use chrono::TimeDelta;
use rangemap::RangeSet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An interval in which fewer are available than the desk wants: a row of `firstline gaps --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    pub from: Timestamp,
    pub until: Timestamp,
    /// How many different people are, the supervisor not counted.
    pub available: u32,
    pub minimum: u32,
}

impl Gap {
    /// What is left of it outside these spans.
    pub fn outside(&self, spans: impl IntoIterator<Item = Span>) -> Vec<Self> {
        let mut left = RangeSet::new();
        left.insert(self.from..self.until);
        for span in spans.into_iter().filter(|span| !span.is_empty()) {
            left.remove(span.from..span.until);
        }
        left.iter().map(|part| Self { from: part.start, until: part.end, ..self.clone() }).collect()
    }
}

/// A question that cannot be answered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GapsError {
    #[error("the range from `{from}` until `{until}` is empty\nhint: `until` must be later than `from`")]
    EmptyRange { from: Timestamp, until: Timestamp },
}

/// When each person answers on the desk and is available, by what is known ahead.
pub fn on_coverage(desk: &Desk, within: Span, facts: &Facts<'_>) -> BTreeMap<PersonKey, Vec<Span>> {
    let people = availability(desk, &|_| true, within, facts);
    let spans = |set: RangeSet<Timestamp>| set.iter().map(Span::from).collect::<Vec<_>>();
    people
        .into_iter()
        .map(|(person, set)| (person, spans(set)))
        .filter(|(_, spans)| !spans.is_empty())
        .collect()
}

/// The next change of who is available on a desk, by what is known ahead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    pub at: Timestamp,
    pub leaving: Vec<PersonKey>,
    pub arriving: Vec<PersonKey>,
}

/// Every interval between `from` and `until`, inside the desk's hours, in which fewer than `min_available`
/// different people of its counting tiers are available. An interval ends where the number changes. The
/// supervisor is the last resort and never counts.
///
/// # Errors
/// An empty or reversed range.
pub fn gaps(
    desk: &Desk,
    from: Timestamp,
    until: Timestamp,
    facts: &Facts<'_>,
) -> Result<Vec<Gap>, GapsError> {
    let within = Span::new(from, until);
    if within.is_empty() {
        return Err(GapsError::EmptyRange { from, until });
    }
    let minimum = desk.min_available;
    let mut people = availability(desk, &|tier| tier.counts, within, facts);
    people.retain(|person, _| desk.supervisor.as_ref() != Some(person));
    let open = match facts.when_closed {
        WhenClosed::Ignored => vec![within],
        WhenClosed::NobodyAnswers => desk.schedule.open_spans(within),
    };
    let mut found: Vec<Gap> = Vec::new();
    for (span, available) in counts(people.values(), &open) {
        match found.last_mut() {
            _ if available >= minimum => {}
            Some(last) if last.until == span.from && last.available == available => last.until = span.until,
            Some(_) | None => found.push(Gap { from: span.from, until: span.until, available, minimum }),
        }
    }
    Ok(found)
}

/// The spans within `within` in which anybody of the tier is available, a tier that can never answer has none.
pub fn covered(tier: &Tier, desk: &Desk, within: Span, facts: &Facts<'_>) -> Vec<Span> {
    let mut set = RangeSet::new();
    for (_, spans) in availability(desk, &|one| one == tier, within, facts) {
        set.extend(spans);
    }
    set.iter().map(Span::from).collect()
}

/// The next instant after `now`, within a week, at which somebody becomes or ceases to be available on the
/// desk by what is known ahead.
pub fn next_handoff(desk: &Desk, now: Timestamp, facts: &Facts<'_>) -> Option<Handoff> {
    let within = Span::new(now, now.checked_add_signed(TimeDelta::days(7)).unwrap_or(Timestamp::MAX_UTC));
    let people = availability(desk, &|_| true, within, facts);
    let edges = people.values().flat_map(RangeSet::iter).flat_map(|range| [range.start, range.end]);
    let at = edges.filter(|edge| within.from < *edge && *edge < within.until).min()?;
    let mut handoff = Handoff { at, leaving: Vec::new(), arriving: Vec::new() };
    for (person, spans) in people {
        if spans.iter().any(|range| range.end == at) {
            handoff.leaving.push(person);
        } else if spans.iter().any(|range| range.start == at) {
            handoff.arriving.push(person);
        }
    }
    Some(handoff)
}

/// When each person of the chosen tiers is available and answers there.
fn availability(
    desk: &Desk,
    chosen: &dyn Fn(&Tier) -> bool,
    within: Span,
    facts: &Facts<'_>,
) -> BTreeMap<PersonKey, RangeSet<Timestamp>> {
    let mut answers: BTreeMap<PersonKey, RangeSet<Timestamp>> = BTreeMap::new();
    if within.is_empty() {
        return answers;
    }
    for tier in desk.tiers.iter().filter(|tier| chosen(tier)) {
        for (person, spans) in members::of_tier(tier, desk, within, facts) {
            answers.entry(person).or_default().extend(spans);
        }
    }
    let closed = line::closed(desk, within, facts);
    for (person, answering) in &mut answers {
        let available = Line::of(person, desk, &closed, within, facts).available();
        *answering = answering.intersection(&available).collect();
    }
    answers
}

/// How many sets contain each piece of the open spans, in order.
fn counts<'a>(sets: impl Iterator<Item = &'a RangeSet<Timestamp>>, open: &[Span]) -> Vec<(Span, u32)> {
    let mut steps: BTreeMap<Timestamp, (u32, u32)> = BTreeMap::new();
    for range in sets.flat_map(RangeSet::iter) {
        steps.entry(range.start).or_default().0 += 1;
        steps.entry(range.end).or_default().1 += 1;
    }
    for edge in open.iter().flat_map(|span| [span.from, span.until]) {
        steps.entry(edge).or_default();
    }
    let mut pieces = Vec::new();
    let mut present = 0_u32;
    let mut spans = open.iter().peekable();
    let mut steps = steps.into_iter().peekable();
    while let Some((from, (arriving, leaving))) = steps.next() {
        present = (present + arriving).saturating_sub(leaving);
        let Some((until, _)) = steps.peek() else { break };
        while spans.next_if(|span| span.until <= from).is_some() {}
        if spans.peek().is_some_and(|span| span.contains(from)) {
            pieces.push((Span::new(from, *until), present));
        }
    }
    pieces
}
