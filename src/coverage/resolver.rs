//! The one resolver: it answers for display, pings, groups and audit alike.

use super::answer::{Answer, Reason, Source};
use super::desk::{Desk, Facts, Tier};
use super::line::{self, Line};
use super::members::{self, Members};
use super::span::Span;
use crate::id::PersonKey;
use crate::zone::Timestamp;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How far ahead an answer's end is told.
const WEEK: TimeDelta = TimeDelta::days(7);

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

/// Whether the person can answer on this desk at `now`.
///
/// The first rule that speaks decides: desk closed, own word, time off, calendar, do-not-disturb, status,
/// break, override, dated hours, holiday, weekly hours, presence; else they are available. Hours, dates and
/// overrides that put somebody on duty leave the last word to presence, where the desk asks for it.
///
/// `until` is when the answer next changes; windows that touch are joined, and somebody available by
/// rotation is so until their turn ends.
pub fn resolve(person: &PersonKey, desk: &Desk, now: Timestamp, facts: &Facts<'_>) -> Answer {
    Question::of(desk, now, facts).answer(person)
}

/// Everybody who answers in the tier at `now`, available or not, in the order the tier names them.
pub fn on_tier(tier: &Tier, desk: &Desk, now: Timestamp, facts: &Facts<'_>) -> Vec<(PersonKey, Answer)> {
    let question = Question::of(desk, now, facts);
    members::of_tier(tier, desk, question.within, facts)
        .into_iter()
        .filter(|(_, spans)| spans.contains(&now))
        .map(|(person, _)| {
            let answer = question.answer(&person);
            (person, answer)
        })
        .collect()
}

/// Everybody who answers in any tier of the desk at `now`, each once, in the order of the tiers.
pub fn who(desk: &Desk, now: Timestamp, facts: &Facts<'_>) -> Vec<WhoRow> {
    let question = Question::of(desk, now, facts);
    let mut rows: Vec<WhoRow> = Vec::new();
    for (tier, people) in &question.members {
        for (person, _) in people.iter().filter(|(_, spans)| spans.contains(&now)) {
            if let Some(row) = rows.iter_mut().find(|row| row.person == *person) {
                row.tiers.push(tier.name.clone());
                continue;
            }
            let answer = question.answer(person);
            rows.push(WhoRow {
                person: person.clone(),
                available: answer.available,
                reason: answer.reason.to_string(),
                source: answer.source(),
                until: answer.until,
                tiers: vec![tier.name.clone()],
            });
        }
    }
    rows
}

/// What every answer on one desk at one instant shares.
struct Question<'a> {
    desk: &'a Desk,
    now: Timestamp,
    facts: &'a Facts<'a>,
    within: Span,
    closed: Vec<(Span, Reason)>,
    members: Vec<(&'a Tier, Members)>,
}

impl<'a> Question<'a> {
    fn of(desk: &'a Desk, now: Timestamp, facts: &'a Facts<'a>) -> Self {
        // A moment more than a week, so that a change in exactly a week is seen.
        let until = now.checked_add_signed(WEEK + TimeDelta::seconds(1)).unwrap_or(Timestamp::MAX_UTC);
        let within = Span::new(now, until);
        let closed = line::closed(desk, within, facts);
        Self { desk, now, facts, within, closed, members: members::of_desk(desk, within, facts) }
    }

    fn answer(&self, person: &PersonKey) -> Answer {
        let line = Line::of(person, self.desk, &self.closed, self.within, self.facts);
        let reason = line.at(self.now).clone();
        let changes = line.edges().into_iter().find(|edge| !reason.joins(line.at(*edge)));
        let leaves = reason.is_available().then(|| self.leaves(person)).flatten();
        let until = changes.into_iter().chain(leaves).min();
        Answer { available: reason.is_available(), reason, until }
    }

    /// When somebody who answers on the desk now no longer does, within the week.
    fn leaves(&self, person: &PersonKey) -> Option<Timestamp> {
        let mut theirs = rangemap::RangeSet::new();
        for (_, people) in &self.members {
            let spans = people.iter().filter(|(known, _)| known == person).map(|(_, spans)| spans);
            spans.for_each(|spans| theirs.extend(spans.iter().cloned()));
        }
        theirs.get(&self.now).map(|range| range.end).filter(|end| *end < self.within.until)
    }
}
