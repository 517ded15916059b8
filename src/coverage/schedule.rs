//! A schedule on the time line: weekly hours, dated hours and holidays in one zone, as spans of instants.

use super::answer::Reason;
use super::holidays::Holidays;
use super::hours::{DayHours, Hours, Window};
use super::span::Span;
use crate::zone::{Timestamp, Zone};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// When a person works or a desk is open: dated hours beat a holiday, a holiday beats weekly hours.
///
/// A window belongs to the day it starts: an eve's night shift runs on into a holiday.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    pub zone: Zone,
    pub hours: Hours,
    /// These replace the weekly hours of their day.
    pub dates: BTreeMap<NaiveDate, DayHours>,
    pub holidays: Option<Arc<Holidays>>,
}

/// What one day of the wall calendar says.
enum DayRule<'a> {
    Dates(&'a DayHours),
    Holiday(&'a str),
    Hours(&'a DayHours),
    Always,
}

/// What a schedule says of one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Day {
    Hours(DayHours),
    Holiday(String),
    /// No hours are set.
    Always,
}

impl Schedule {
    /// What it says of one day on its wall calendar.
    pub fn day(&self, day: NaiveDate) -> Day {
        match self.rule(day) {
            DayRule::Dates(hours) | DayRule::Hours(hours) => Day::Hours(hours.clone()),
            DayRule::Holiday(name) => Day::Holiday(name.to_owned()),
            DayRule::Always => Day::Always,
        }
    }

    /// Weekly hours alone.
    pub fn of(zone: Zone, hours: Hours) -> Self {
        Self { zone, hours, ..Self::default() }
    }

    /// Whether nothing ever closes it.
    pub fn never_closes(&self) -> bool {
        self.hours == Hours::Always && self.dates.is_empty() && self.holidays.is_none()
    }

    /// The open spans within `within`, in order; touching ones are joined.
    pub fn open_spans(&self, within: Span) -> Vec<Span> {
        let mut joined: Vec<Span> = Vec::new();
        for (span, reason) in self.slots(within) {
            match joined.last_mut() {
                _ if !reason.is_available() => {}
                Some(last) if last.until == span.from => last.until = span.until,
                Some(_) | None => joined.push(span),
            }
        }
        joined
    }

    /// The windows that begin within `within`, each with the span of instants it comes to (an empty one where the
    /// clocks skip all of it); where no hours are set there are none.
    pub fn windows(&self, within: Span) -> Vec<(Window, Span)> {
        let mut found = Vec::new();
        for day in self.days(within) {
            match self.rule(day) {
                DayRule::Dates(hours) | DayRule::Hours(hours) => {
                    found.extend(hours.windows().iter().map(|window| (*window, self.window(day, *window))));
                }
                DayRule::Holiday(_) | DayRule::Always => {}
            }
        }
        found.retain(|(_, span)| within.contains(span.from));
        found
    }

    /// Everything that the schedule says about `within`, without holes or overlaps: open or not, and why.
    pub(super) fn slots(&self, within: Span) -> Vec<(Span, Reason)> {
        if within.is_empty() {
            return Vec::new();
        }
        if self.never_closes() {
            return vec![(within, Reason::Free)];
        }
        let (mut open, mut closed) = (Vec::new(), Vec::new());
        for day in self.days(within) {
            let whole = || Span::new(self.zone.day_start(day), self.zone.day_start(after(day)));
            let (hours, on, off) = match self.rule(day) {
                DayRule::Dates(hours) => (hours, Reason::OnDate, Reason::OffDate),
                DayRule::Hours(hours) => (hours, Reason::InHours, Reason::OffHours),
                DayRule::Holiday(name) => {
                    closed.push((whole(), Reason::Holiday { name: name.to_owned() }));
                    continue;
                }
                DayRule::Always => {
                    open.push((whole(), Reason::Free));
                    continue;
                }
            };
            open.extend(hours.windows().iter().map(|window| (self.window(day, *window), on.clone())));
            closed.push((whole(), off));
        }
        open.sort_by_key(|(span, _)| *span);
        fill(within, open, &closed)
    }

    fn rule(&self, day: NaiveDate) -> DayRule<'_> {
        if let Some(hours) = self.dates.get(&day) {
            return DayRule::Dates(hours);
        }
        if let Some(name) = self.holidays.as_ref().and_then(|holidays| holidays.on(day)) {
            return DayRule::Holiday(name);
        }
        match &self.hours {
            Hours::Always => DayRule::Always,
            Hours::Weekly(week) => DayRule::Hours(week.on(chrono::Datelike::weekday(&day))),
        }
    }

    /// The span of a window: from its first occurrence to its last.
    fn window(&self, day: NaiveDate, window: Window) -> Span {
        let wall = |minutes: u16| midnight(day) + TimeDelta::minutes(minutes.into());
        Span::new(self.zone.first(wall(window.from)), self.zone.last(wall(window.until)))
    }

    /// The days whose windows can touch `within`: one day more on either side.
    fn days(&self, within: Span) -> impl Iterator<Item = NaiveDate> + use<> {
        let first = self.zone.date(within.from).pred_opt().unwrap_or(NaiveDate::MIN);
        let last = after(self.zone.date(within.until));
        // Two days before the end of the calendar, windows could no longer be added up.
        first.iter_days().take_while(move |day| *day <= last && *day < NaiveDate::MAX - TimeDelta::days(3))
    }
}

fn midnight(day: NaiveDate) -> NaiveDateTime {
    day.and_time(NaiveTime::MIN)
}

fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().unwrap_or(NaiveDate::MAX)
}

/// Lays the open spans (sorted by their start) over the closed days and cuts to `within`.
fn fill(within: Span, open: Vec<(Span, Reason)>, closed: &[(Span, Reason)]) -> Vec<(Span, Reason)> {
    let mut slots: Vec<(Span, Reason)> = Vec::new();
    let mut reached = within.from;
    let mut days = closed.iter().peekable();
    let mut close_until = |reached: Timestamp, until: Timestamp, slots: &mut Vec<(Span, Reason)>| {
        let hole = Span::new(reached, until);
        while let Some((day, reason)) = days.peek() {
            let part = day.overlap(&hole);
            if !part.is_empty() {
                slots.push((part, reason.clone()));
            }
            if day.until > until {
                break;
            }
            days.next();
        }
    };
    for (span, reason) in open {
        let part = Span::new(span.from.max(reached), span.until.min(within.until));
        if part.is_empty() {
            continue;
        }
        close_until(reached, part.from, &mut slots);
        reached = part.until;
        slots.push((part, reason));
    }
    close_until(reached, within.until, &mut slots);
    slots
}
