//! Everything that is known about one person on one desk, laid out on the time line.
//!
//! The resolver reads it at one instant, gaps read it over a year: both see the same.

use super::answer::Reason;
use super::desk::{Desk, DndPolicy, Facts, PresencePolicy, WhenClosed};
use super::live::{Busy, BusyKind, Live, Presence, Word};
use super::overrides::on_turn;
use super::roster::{Roster, Tentative};
use super::schedule::Schedule;
use super::span::{Span, Wall, insert};
use crate::id::{PersonKey, RotationKey};
use crate::zone::{Timestamp, Zone};
use rangemap::RangeSet;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Spans with what one rule says in them, in order and without overlaps.
type Layer = Vec<(Span, Reason)>;

/// The rules' layers in the order in which they decide; the last one leaves no hole.
pub(super) struct Line {
    layers: Vec<Layer>,
    within: Span,
}

static NOT_LISTED: LazyLock<Schedule> = LazyLock::new(Schedule::default);
static NOTHING_LIVE: LazyLock<Live> = LazyLock::new(Live::default);

/// A person's hours with the dated ones that they entered themselves; none are set for somebody who is not listed.
pub fn schedule_of<'a>(person: &PersonKey, facts: &Facts<'a>) -> Cow<'a, Schedule> {
    let listed = facts.roster.people.get(person).map_or(&*NOT_LISTED, |person| &person.schedule);
    match facts.live.get(person).map(|live| &live.dates).filter(|dates| !dates.is_empty()) {
        None => Cow::Borrowed(listed),
        Some(own) => {
            let mut schedule = listed.clone();
            schedule.dates.extend(own.iter().map(|(day, hours)| (*day, hours.clone())));
            Cow::Owned(schedule)
        }
    }
}

/// When the person is on duty by hours, dates, events and overrides, whatever keeps them from it: their shifts.
/// Somebody without hours has none.
pub fn shifts(person: &PersonKey, within: Span, facts: &Facts<'_>) -> Vec<Span> {
    let slots = schedule_of(person, facts).slots(within);
    let planned = stand_ins(person, within, facts).into_iter().chain(event_days(person, facts)).chain(slots);
    let mut set = RangeSet::new();
    for (span, _) in planned.filter(|(_, why)| why.is_available() && *why != Reason::Free) {
        insert(&mut set, span.overlap(&within));
    }
    set.iter().map(Span::from).collect()
}

/// When the desk is closed within a span, and why: the first layer of everybody's line.
pub(super) fn closed(desk: &Desk, within: Span, facts: &Facts<'_>) -> Vec<(Span, Reason)> {
    match facts.when_closed {
        WhenClosed::Ignored => Vec::new(),
        WhenClosed::NobodyAnswers => {
            let slots = desk.schedule.slots(within).into_iter();
            slots.filter(|(_, why)| !why.is_available()).map(|(span, why)| (span, shut(why))).collect()
        }
    }
}

fn shut(why: Reason) -> Reason {
    if let Reason::Holiday { name } = why {
        return Reason::DeskClosed { holiday: Some(name) };
    }
    Reason::DeskClosed { holiday: None }
}

impl Line {
    /// Lays out what is known about the person within a span, which must not be empty; `closed` is the desk's.
    pub(super) fn of(
        person: &PersonKey,
        desk: &Desk,
        closed: &[(Span, Reason)],
        within: Span,
        facts: &Facts<'_>,
    ) -> Self {
        let listed = facts.roster.people.get(person);
        let schedule = schedule_of(person, facts);
        let tentative = listed.map_or(Tentative::Free, |person| person.tentative);
        let live = facts.live.get(person).unwrap_or(&NOTHING_LIVE);
        let stand_ins = layer(stand_ins(person, within, facts));
        let events = layer(event_days(person, facts));
        let slots = schedule.slots(within);
        let duty = || stand_ins.iter().chain(&events).chain(&slots).filter(|(_, why)| why.is_available());
        let layers = vec![
            closed.to_vec(),
            layer(own_words(live, desk)),
            layer(time_off(person, live, &schedule.zone, facts.roster)),
            layer(calendar(facts.calendars.get(person).map_or(&[], Vec::as_slice), tentative)),
            layer(dnd(live, desk.dnd, duty())),
            layer(status(live, facts)),
            layer(breaks(live)),
            layer(presence(live, desk.presence, duty())),
            stand_ins.clone(),
            events.clone(),
            slots,
        ];
        Self { layers, within }
    }

    /// What decides at that instant, which must lie within the line's span.
    pub(super) fn at(&self, at: Timestamp) -> &Reason {
        self.layers.iter().find_map(|layer| said(layer, at)).unwrap_or(&Reason::Free)
    }

    /// Every instant within the span, after its start, at which something may change.
    pub(super) fn edges(&self) -> BTreeSet<Timestamp> {
        let all = self.layers.iter().flatten().flat_map(|(span, _)| [span.from, span.until]);
        all.filter(|at| self.within.from < *at && *at < self.within.until).collect()
    }

    /// When the person is available within the span.
    pub(super) fn available(&self) -> RangeSet<Timestamp> {
        let mut set = RangeSet::new();
        let mut from = self.within.from;
        for edge in self.edges().into_iter().chain([self.within.until]) {
            if self.at(from).is_available() {
                insert(&mut set, Span::new(from, edge));
            }
            from = edge;
        }
        set
    }
}

fn said(layer: &Layer, at: Timestamp) -> Option<&Reason> {
    let next = layer.partition_point(|(span, _)| span.from <= at);
    let (span, reason) = layer.get(next.checked_sub(1)?)?;
    span.contains(at).then_some(reason)
}

/// Puts spans in order; where two overlap, the one that began first goes on to its end.
fn layer(mut spans: Layer) -> Layer {
    spans.sort_by_key(|(span, _)| *span);
    let mut ordered: Layer = Vec::with_capacity(spans.len());
    for (span, reason) in spans {
        let from = ordered.last().map_or(span.from, |(last, _)| span.from.max(last.until));
        let span = Span::new(from, span.until);
        if !span.is_empty() {
            ordered.push((span, reason));
        }
    }
    ordered
}

fn own_words(live: &Live, desk: &Desk) -> Layer {
    let reason = |word: &Word| match word {
        Word::Away { note, .. } => Reason::Away { note: note.clone() },
        Word::Covering { person, .. } => Reason::Covering { person: person.clone() },
    };
    let words = live.words.iter().filter(|word| word.is_about(&desk.key));
    words.map(|word| (word.span(), reason(word))).collect()
}

/// Time off of the configuration and time off that was entered with a command.
pub(super) fn time_off(person: &PersonKey, live: &Live, zone: &Zone, roster: &Roster) -> Layer {
    let mut spans = planned_time_off(person, zone, roster);
    spans.extend(live.time_off.iter().map(|off| absence(off.from, off.until, off.note.as_ref(), zone)));
    spans
}

pub(super) fn planned_time_off(person: &PersonKey, zone: &Zone, roster: &Roster) -> Layer {
    let theirs = roster.time_off.iter().filter(|off| off.person == *person);
    theirs.map(|off| absence(off.from, off.until, off.note.as_ref(), zone)).collect()
}

fn absence(from: Wall, until: Wall, note: Option<&String>, zone: &Zone) -> (Span, Reason) {
    (Span::new(from.instant(zone), until.end(zone)), Reason::TimeOff { note: note.cloned() })
}

fn calendar(events: &[Busy], tentative: Tentative) -> Layer {
    events
        .iter()
        .filter(|event| match (event.kind, tentative) {
            (BusyKind::Busy | BusyKind::OutOfOffice, _) | (BusyKind::Tentative, Tentative::Busy) => true,
            (BusyKind::Tentative, Tentative::Free) => false,
        })
        .map(|event| {
            let reason = Reason::Calendar { busy: event.kind, all_day: event.all_day };
            (Span::new(event.from, event.until), reason)
        })
        .collect()
}

/// Do-not-disturb, without the person's own hours unless it counts there as well.
fn dnd<'a>(live: &Live, policy: DndPolicy, duty: impl Iterator<Item = &'a (Span, Reason)>) -> Layer {
    let Some(dnd) = live.dnd else { return Vec::new() };
    let mut silent = RangeSet::new();
    insert(&mut silent, Span::new(dnd.from, dnd.until));
    match policy {
        DndPolicy::Counts => {}
        DndPolicy::OutsideHours => {
            let hours = duty.filter(|(span, why)| *why != Reason::Free && !span.is_empty());
            hours.for_each(|(span, _)| silent.remove(span.from..span.until));
        }
    }
    silent.iter().map(|range| (range.into(), Reason::Dnd)).collect()
}

fn status(live: &Live, facts: &Facts<'_>) -> Layer {
    live.status
        .iter()
        .filter(|status| facts.roster.statuses.matches(status))
        .map(|status| {
            let until = status.expires_at.unwrap_or(Timestamp::MAX_UTC);
            (Span::new(Timestamp::MIN_UTC, until), Reason::Status { status: status.clone() })
        })
        .collect()
}

fn breaks(live: &Live) -> Layer {
    live.breaks
        .iter()
        .map(|one| (Span::new(one.from, one.until), Reason::Break { note: one.note.clone() }))
        .collect()
}

/// Being away in Slack, wherever the person would be on duty: off duty, their hours say why.
fn presence<'a>(
    live: &Live,
    policy: PresencePolicy,
    duty: impl Iterator<Item = &'a (Span, Reason)>,
) -> Layer {
    match (policy, live.presence) {
        (PresencePolicy::Counts, Some(Presence::Away)) => {
            duty.map(|(span, _)| (*span, Reason::PresenceAway)).collect()
        }
        (PresencePolicy::Counts, Some(Presence::Active) | None) | (PresencePolicy::Ignored, _) => Vec::new(),
    }
}

/// The spans in which the person works because of an override.
fn stand_ins(person: &PersonKey, within: Span, facts: &Facts<'_>) -> Layer {
    let overrides = facts.roster.overrides.iter();
    let rotations: BTreeSet<&RotationKey> =
        overrides.filter(|one| one.stand_in() == Some(person)).map(|one| &one.rotation).collect();
    rotations
        .into_iter()
        .flat_map(|rotation| {
            let theirs = on_turn(rotation, within, facts.roster).stand_ins.into_iter();
            theirs
                .filter(|one| one.person == *person)
                .map(|one| (one.span, Reason::StandIn { rotation: rotation.clone(), person: one.instead_of }))
        })
        .collect()
}

fn event_days(person: &PersonKey, facts: &Facts<'_>) -> Layer {
    facts
        .event_days
        .iter()
        .filter(|event| event.people.contains(person))
        .map(|event| (Span::new(event.from, event.until), Reason::EventDays))
        .collect()
}
