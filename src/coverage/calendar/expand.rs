//! The instances of an event, worked out on the wall clock and only then put on the time line.

use super::entry::{Entry, Length, When};
use crate::coverage::live::{Busy, BusyKind};
use crate::coverage::span::Span;
use crate::zone::{Timestamp, Zone};
use calcard::icalendar::ICalendarRecurrenceRule;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use rrule::RRuleSet;
use std::collections::BTreeSet;

/// The most instances that one event is followed through: every day for a century.
const MOST_STEPS: u32 = 40_000;
/// The most for a whole calendar.
const ALL_STEPS: u32 = 2_000_000;
/// What a rule costs that finds nothing for so long that the search is given up: it tried a hundred thousand
/// days, and none of them was an instance.
const FRUITLESS: u32 = 250_000;

/// How many steps are left for a calendar. A rule may search long for an instance that never comes, so what is
/// counted is the work, not the result.
pub(super) struct Budget {
    left: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: ALL_STEPS }
    }
}

impl Budget {
    pub(super) fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// The busy spans of an event that touch `within`, without the instances that others replace. None when
    /// its rules make no sense or go on too long.
    pub(super) fn expand(
        &mut self,
        entry: &Entry,
        replaced: &[Entry],
        person: &Zone,
        within: Span,
    ) -> Option<Vec<Busy>> {
        let Some(kind) = entry.kind else { return Some(Vec::new()) };
        let zone = entry.start.zone(person);
        let originals = replaced.iter().filter_map(|other| other.original.as_ref());
        let except = Except::new(entry.except.iter().chain(originals), person);
        let mut walls: BTreeSet<NaiveDateTime> =
            entry.more.iter().map(|more| zone.local(more.instant(person))).collect();
        if entry.rules.is_empty() {
            walls.insert(entry.start.wall());
        }
        for rule in &entry.rules {
            walls.extend(self.follow(rule, entry, zone, within)?);
        }
        let busy = walls.into_iter().filter_map(|wall| {
            let span = entry.span(wall, zone);
            let counts = !span.overlap(&within).is_empty() && !span.is_empty();
            (counts && !except.contains(wall, span.from)).then(|| entry.busy(span, kind))
        });
        Some(busy.collect())
    }

    /// The wall times of a rule's instances that may touch `within`.
    fn follow(
        &mut self,
        rule: &ICalendarRecurrenceRule,
        entry: &Entry,
        zone: &Zone,
        within: Span,
    ) -> Option<Vec<NaiveDateTime>> {
        let start = entry.start.wall();
        let end = last_wall(rule, zone);
        if end.is_some_and(|end| end < start) {
            return Some(vec![start]);
        }
        // A day more on either side covers every offset and every clock change.
        let slack = TimeDelta::days(2);
        let until = zone.local(within.until).checked_add_signed(slack)?;
        let from = zone.local(within.from).checked_sub_signed(slack + entry.longest()?)?;
        let mut found = Vec::new();
        let mut steps = 0;
        let mut came_to_an_end = true;
        for instance in &rule_set(rule, start, end)? {
            steps += 1;
            let wall = instance.naive_utc();
            if steps > MOST_STEPS {
                self.left = self.left.saturating_sub(steps);
                return None;
            }
            if wall > until {
                came_to_an_end = false;
                break;
            }
            if wall >= from {
                found.push(wall);
            }
        }
        let endless = rule.count.is_none() && end.is_none();
        let cost = if endless && came_to_an_end { FRUITLESS } else { steps + 1 };
        self.left = self.left.saturating_sub(cost);
        Some(found)
    }
}

/// The rule on a wall clock that is called UTC, because zones are none of its business.
fn rule_set(
    rule: &ICalendarRecurrenceRule,
    start: NaiveDateTime,
    end: Option<NaiveDateTime>,
) -> Option<RRuleSet> {
    if !(1900..=9999).contains(&start.year()) {
        return None;
    }
    let form = "%Y%m%dT%H%M%SZ";
    let plain = ICalendarRecurrenceRule { until: None, ..rule.clone() };
    let until = end.map(|end| format!(";UNTIL={}", end.format(form))).unwrap_or_default();
    let text = format!("DTSTART:{}\nRRULE:{plain}{until}", start.format(form));
    text.parse::<RRuleSet>().ok().map(RRuleSet::limit)
}

/// The last wall time that `UNTIL` allows; a day allows all of itself.
fn last_wall(rule: &ICalendarRecurrenceRule, zone: &Zone) -> Option<NaiveDateTime> {
    let until = rule.until.as_ref()?;
    let read = until.to_date_time()?;
    if !until.has_time() {
        return NaiveTime::from_hms_opt(23, 59, 59).map(|last| read.date_time.date().and_time(last));
    }
    match read.offset {
        None => Some(read.date_time),
        Some(offset) => {
            let east = TimeDelta::seconds(offset.local_minus_utc().into());
            Some(zone.local(read.date_time.checked_sub_signed(east)?.and_utc()))
        }
    }
}

/// Instances that do not happen: instants, or whole days on the event's wall clock.
struct Except {
    instants: BTreeSet<Timestamp>,
    days: BTreeSet<NaiveDate>,
}

impl Except {
    fn new<'a>(times: impl Iterator<Item = &'a When>, person: &Zone) -> Self {
        let mut except = Self { instants: BTreeSet::new(), days: BTreeSet::new() };
        for time in times {
            match time {
                When::Day(day) => except.days.insert(*day),
                When::At(..) => except.instants.insert(time.instant(person)),
            };
        }
        except
    }

    fn contains(&self, wall: NaiveDateTime, at: Timestamp) -> bool {
        self.instants.contains(&at) || self.days.contains(&wall.date())
    }
}

impl Entry {
    /// The instance that starts at this wall time.
    fn span(&self, wall: NaiveDateTime, zone: &Zone) -> Span {
        let later = |by: TimeDelta| wall.checked_add_signed(by).unwrap_or(wall);
        match self.length {
            Length::Days(days) => {
                let end = TimeDelta::try_days(days).map_or(wall, later);
                Span::new(zone.day_start(wall.date()), zone.day_start(end.date()))
            }
            Length::Wall(length) => {
                let from = zone.calendar_time(wall);
                Span::new(from, zone.calendar_time(later(length)))
            }
            Length::Lasting(days, rest) => {
                let end = zone.calendar_time(later(days));
                let until = end.checked_add_signed(rest).unwrap_or(end);
                Span::new(zone.calendar_time(wall), until)
            }
        }
    }

    fn longest(&self) -> Option<TimeDelta> {
        match self.length {
            Length::Days(days) => TimeDelta::try_days(days),
            Length::Wall(length) => Some(length.max(TimeDelta::zero())),
            Length::Lasting(days, rest) => days.checked_add(&rest),
        }
    }

    fn busy(&self, span: Span, kind: BusyKind) -> Busy {
        let all_day = matches!(self.start, When::Day(_));
        Busy { from: span.from, until: span.until, kind, all_day }
    }
}
