//! Who answers in a tier, and when: names, groups, roles, rotations and stand-ins turned into people.

use super::desk::{Desk, Facts, Tier};
use super::live::Word;
use super::overrides::on_turn;
use super::span::{Span, insert};
use super::who::Who;
use crate::id::{PersonKey, RoleKey};
use crate::zone::Timestamp;
use rangemap::RangeSet;

/// The people of a tier in the order it names them, each with the spans in which they answer there.
pub(super) type Members = Vec<(PersonKey, RangeSet<Timestamp>)>;

/// Everybody who answers in any tier of the desk at any time within the span, in the order of the tiers.
pub fn people_of(desk: &Desk, within: Span, facts: &Facts<'_>) -> Vec<PersonKey> {
    let mut people: Vec<PersonKey> = Vec::new();
    for (person, spans) in of_desk(desk, within, facts).into_iter().flat_map(|(_, members)| members) {
        if !spans.is_empty() && !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

/// The members of one tier within a span.
pub(super) fn of_tier(tier: &Tier, desk: &Desk, within: Span, facts: &Facts<'_>) -> Members {
    let mut search = Search { desk, within, facts, roles: Vec::new(), found: Vec::new() };
    search.add_all(&tier.who);
    search.add_coverers(tier);
    search.found
}

/// The members of every tier within a span, in the order of the desk's tiers.
pub(super) fn of_desk<'a>(desk: &'a Desk, within: Span, facts: &Facts<'_>) -> Vec<(&'a Tier, Members)> {
    desk.tiers.iter().map(|tier| (tier, of_tier(tier, desk, within, facts))).collect()
}

struct Search<'a> {
    desk: &'a Desk,
    within: Span,
    facts: &'a Facts<'a>,
    /// The roles being followed: one that leads back to itself ends there.
    roles: Vec<&'a RoleKey>,
    found: Members,
}

impl<'a> Search<'a> {
    fn add_all(&mut self, entries: &'a [Who]) {
        for entry in entries {
            self.add(entry);
        }
    }

    fn add(&mut self, entry: &'a Who) {
        match entry {
            Who::Person(person) => self.add_always(person),
            Who::Group(group) => {
                for person in self.facts.groups.get(group).into_iter().flatten() {
                    self.add_always(person);
                }
            }
            Who::Rotation(rotation) => {
                for (person, spans) in on_turn(rotation, self.within, self.facts.roster).people {
                    self.add_spans(&person, spans);
                }
            }
            Who::Role(role) => {
                if let Some(filling) = self.facts.roles.get(role)
                    && !self.roles.contains(&role)
                {
                    self.roles.push(role);
                    self.add_all(filling);
                    self.roles.pop();
                }
            }
            Who::BookingField(field) => {
                if let Some(person) = self.facts.booking.get(field) {
                    self.add_always(person);
                }
            }
            Who::Responders => {
                let desk = self.desk;
                for named in
                    desk.tiers.iter().flat_map(|tier| &tier.who).filter(|who| **who != Who::Responders)
                {
                    self.add(named);
                }
            }
        }
    }

    fn add_always(&mut self, person: &PersonKey) {
        let mut spans = RangeSet::new();
        insert(&mut spans, self.within);
        self.add_spans(person, spans);
    }

    fn add_spans(&mut self, person: &PersonKey, spans: RangeSet<Timestamp>) {
        match self.found.iter_mut().find(|(known, _)| known == person) {
            Some((_, known)) => known.extend(spans),
            None => self.found.push((person.clone(), spans)),
        }
    }

    /// Adds those who cover for somebody of the tier, or for the desk at large in its first tier.
    fn add_coverers(&mut self, tier: &Tier) {
        for (coverer, live) in self.facts.live {
            for word in live.words.iter().filter(|word| word.is_about(&self.desk.key)) {
                let spans = self.covered_by(word, tier);
                if !spans.is_empty() {
                    self.add_spans(coverer, spans);
                }
            }
        }
    }

    /// When a word makes its giver answer in the tier.
    fn covered_by(&self, word: &Word, tier: &Tier) -> RangeSet<Timestamp> {
        let theirs: Vec<Span> = match word {
            Word::Away { .. } => Vec::new(),
            Word::Covering { person: Some(person), .. } => {
                let covered = self.found.iter().find(|(known, _)| known == person);
                covered.map(|(_, spans)| spans.iter().map(Span::from).collect()).unwrap_or_default()
            }
            Word::Covering { person: None, desks, .. } => {
                let is_first = self.desk.tiers.first() == Some(tier);
                if is_first && !desks.is_empty() { vec![self.within] } else { Vec::new() }
            }
        };
        let span = word.span().overlap(&self.within);
        let mut spans = RangeSet::new();
        for one in theirs {
            insert(&mut spans, one.overlap(&span));
        }
        spans
    }
}
