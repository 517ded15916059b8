//! Calendars: an iCalendar text becomes the spans in which its owner is not free.
//!
//! Recurring events keep their wall-clock start and end across a clock change. A time without a zone is in the
//! calendar's own zone if it names one, else in the person's. Titles and guests of people's events are never read.

mod entry;
mod expand;
pub mod write;

use super::holidays::NamedDay;
use super::live::Busy;
use super::span::Span;
use crate::zone::{Zone, Zones};
use calcard::icalendar::{ICalendar, ICalendarComponentType, ICalendarEntry, ICalendarProperty};
use calcard::{Entry as Parsed, Parser};
use entry::{Entry, Reader, Reads, When};
use expand::Budget;
use std::collections::{BTreeMap, BTreeSet};

/// The longest text that is read, in bytes.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most events that are read.
pub const MOST_EVENTS: usize = 50_000;
/// The most busy spans that one question brings up.
pub const MOST_SPANS: usize = 20_000;

/// What a calendar says about a span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Spans that touch the question, in order; they may overlap.
    pub busy: Vec<Busy>,
    /// How many events were left out because they could not be understood or recur too often.
    pub left_out: usize,
}

/// A calendar that cannot be used; the last good copy should be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    #[error(
        "the calendar has {bytes} bytes, more than {MOST_BYTES}\nhint: export fewer years, or a calendar of its own for work"
    )]
    TooLong { bytes: usize },
    #[error(
        "the calendar has more than {MOST_EVENTS} events\nhint: export fewer years, or a calendar of its own for work"
    )]
    TooManyEvents,
    #[error(
        "the calendar's events recur more often than can be worked out\nhint: look for one that repeats every minute"
    )]
    TooManyInstances,
    #[error(
        "this is not an iCalendar text, or only a part of one\nhint: use the address that ends in `.ics`"
    )]
    NotACalendar,
}

/// Reads a calendar: what it says about `within`. `zone` is the person's.
///
/// The work is bounded by the text's length and by counted steps, never by a clock.
///
/// # Errors
/// A text that is no calendar, is cut off, or is too large; single events that make no sense are left out.
pub fn read(text: &str, zone: &Zone, zones: &Zones, within: Span) -> Result<Calendar, CalendarError> {
    let (entries, left_out) = events(text, zone, zones, Reads::Absences)?;
    let mut calendar = Calendar { left_out, ..Calendar::default() };
    let mut budget = Budget::default();
    let (masters, moved) = sort_out(entries);
    for master in &masters {
        let replaced = master.uid.as_ref().and_then(|uid| moved.get(uid));
        match budget.expand(master, replaced.map_or(&[], Vec::as_slice), zone, within) {
            Some(spans) => calendar.busy.extend(spans),
            None => calendar.left_out += 1,
        }
        if budget.is_spent() || calendar.busy.len() > MOST_SPANS {
            return Err(CalendarError::TooManyInstances);
        }
    }
    for one in moved.values().flatten() {
        calendar.busy.extend(budget.expand(one, &[], zone, within).into_iter().flatten());
    }
    calendar.busy.sort_unstable();
    Ok(calendar)
}

/// What a calendar of holidays says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeastDays {
    /// Every day of its whole-day events, in order.
    pub days: Vec<NamedDay>,
    /// As in [`Calendar`]; events with a time of day are no holidays and are not counted.
    pub left_out: usize,
}

/// Reads a calendar of holidays: its whole-day events that touch `within`, whether they leave their owner free
/// or not, which says nothing in such a calendar.
///
/// # Errors
/// As [`read`].
pub fn holidays(text: &str, zones: &Zones, within: Span) -> Result<FeastDays, CalendarError> {
    let utc = Zone::utc();
    let (entries, left_out) = events(text, &utc, zones, Reads::Holidays)?;
    let mut found = FeastDays { left_out, ..FeastDays::default() };
    let mut budget = Budget::default();
    let (masters, moved) = sort_out(entries);
    for (entry, replaced) in masters
        .iter()
        .map(|master| {
            (master, master.uid.as_ref().and_then(|uid| moved.get(uid)).map_or(&[][..], Vec::as_slice))
        })
        .chain(moved.values().flatten().map(|one| (one, &[][..])))
        .filter(|(entry, _)| matches!(entry.start, When::Day(_)))
    {
        let Some(spans) = budget.expand(entry, replaced, &utc, within) else {
            found.left_out += 1;
            continue;
        };
        for span in spans {
            let days = utc.date(span.from).iter_days().take_while(|day| utc.day_start(*day) < span.until);
            found.days.extend(days.map(|date| NamedDay { date, name: entry.title.clone() }));
        }
        if budget.is_spent() || found.days.len() > MOST_SPANS {
            return Err(CalendarError::TooManyInstances);
        }
    }
    found.days.sort_by_key(|day| day.date);
    Ok(found)
}

/// The events of a text, and how many of them make no sense.
fn events(
    text: &str,
    zone: &Zone,
    zones: &Zones,
    reads: Reads,
) -> Result<(Vec<Entry>, usize), CalendarError> {
    if text.len() > MOST_BYTES {
        return Err(CalendarError::TooLong { bytes: text.len() });
    }
    let (mut entries, mut left_out) = (Vec::new(), 0);
    for parsed in parse(text)? {
        let default = own_zone(&parsed, zones).unwrap_or_else(|| zone.clone());
        let reader = Reader::new(&parsed, zones, default, reads);
        let events = parsed.components.iter();
        for event in events.filter(|part| part.component_type == ICalendarComponentType::VEvent) {
            match reader.entry(event) {
                Some(entry) => entries.push(entry),
                None => left_out += 1,
            }
        }
        if entries.len() + left_out > MOST_EVENTS {
            return Err(CalendarError::TooManyEvents);
        }
    }
    Ok((entries, left_out))
}

/// The calendars of the text. One that was cut off on its way would show its owner free, so its end must be
/// there.
fn parse(text: &str) -> Result<Vec<ICalendar>, CalendarError> {
    let last = text.trim_end().lines().next_back().unwrap_or_default();
    if !last.trim().eq_ignore_ascii_case("END:VCALENDAR") {
        return Err(CalendarError::NotACalendar);
    }
    let mut parser = Parser::new(text.trim_start_matches('\u{feff}'));
    let mut found = Vec::new();
    loop {
        let entry = parser.entry();
        if let Parsed::ICalendar(calendar) = entry {
            found.push(calendar);
        } else if matches!(entry, Parsed::TooManyComponents) {
            return Err(CalendarError::TooManyEvents);
        } else if matches!(entry, Parsed::UnterminatedComponent(_))
            || entry == Parsed::Eof && found.is_empty()
        {
            return Err(CalendarError::NotACalendar);
        } else if entry == Parsed::Eof {
            return Ok(found);
        }
    }
}

/// The zone that the calendar names for itself (`X-WR-TIMEZONE`).
fn own_zone(calendar: &ICalendar, zones: &Zones) -> Option<Zone> {
    let head =
        calendar.components.iter().find(|part| part.component_type == ICalendarComponentType::VCalendar)?;
    let named = head.entries.iter().find(|line| is_named(line, "X-WR-TIMEZONE"))?;
    zones.zone(named.values.first()?.as_text()?).ok()
}

/// Whether a line is a property that no standard names.
fn is_named(line: &ICalendarEntry, wanted: &str) -> bool {
    matches!(&line.name, ICalendarProperty::Other(name) if name.eq_ignore_ascii_case(wanted))
}

/// Separates the events from the single instances that were moved or cancelled, by the event's id. Of several
/// versions the newest counts, by `SEQUENCE`.
fn sort_out(entries: Vec<Entry>) -> (Vec<Entry>, BTreeMap<String, Vec<Entry>>) {
    let mut masters: Vec<Entry> = Vec::new();
    let mut moved: BTreeMap<String, Vec<Entry>> = BTreeMap::new();
    let mut by_age = entries;
    by_age.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
    let mut known: BTreeSet<(String, Option<String>)> = BTreeSet::new();
    for entry in by_age {
        let Some(uid) = entry.uid.clone() else {
            masters.push(entry);
            continue;
        };
        let original = entry.original.as_ref().map(|original| format!("{original:?}"));
        if !known.insert((uid.clone(), original)) {
            continue;
        }
        if entry.original.is_some() {
            moved.entry(uid).or_default().push(entry);
        } else {
            masters.push(entry);
        }
    }
    (masters, moved)
}
