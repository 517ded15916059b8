//! One event of a calendar, reduced to its times.

use super::is_named;
use crate::coverage::live::BusyKind;
use crate::zone::{Timestamp, Zone, Zones};
use calcard::common::PartialDateTime;
use calcard::common::timezone::Tz;
use calcard::icalendar::timezone::TzResolver;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarDuration, ICalendarEntry, ICalendarPeriod, ICalendarProperty,
    ICalendarRecurrenceRule, ICalendarStatus, ICalendarTransparency, ICalendarValue,
};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

/// The longest name of a holiday that is shown whole.
const LONGEST_TITLE: usize = 75;

/// What is kept of an event.
pub(super) struct Entry {
    pub uid: Option<String>,
    pub sequence: i64,
    /// Which instance of the event of that id this one replaces.
    pub original: Option<When>,
    pub start: When,
    pub length: Length,
    pub rules: Vec<ICalendarRecurrenceRule>,
    pub more: Vec<When>,
    pub except: Vec<When>,
    /// None for one that leaves its owner free, or was cancelled.
    pub kind: Option<BusyKind>,
    /// A holiday's name; empty for people's events.
    pub title: String,
}

/// What a calendar is read for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reads {
    /// When its owner is not free.
    Absences,
    /// Which days are holidays, and what they are called.
    Holidays,
}

/// A whole day, or a time on the wall clock of a zone.
#[derive(Clone, Debug)]
pub(super) enum When {
    Day(NaiveDate),
    At(NaiveDateTime, Zone),
}

/// How long an event is.
#[derive(Clone, Copy)]
pub(super) enum Length {
    Days(i64),
    /// From a wall time to a wall time.
    Wall(TimeDelta),
    /// Whole days on the wall clock, then real time.
    Lasting(TimeDelta, TimeDelta),
}

impl When {
    pub(super) fn wall(&self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN),
            Self::At(wall, _) => *wall,
        }
    }

    /// The zone of its wall clock; whole days are the person's.
    pub(super) fn zone<'a>(&'a self, person: &'a Zone) -> &'a Zone {
        match self {
            Self::Day(_) => person,
            Self::At(_, zone) => zone,
        }
    }

    /// Where it starts, by RFC 5545.
    pub(super) fn instant(&self, person: &Zone) -> Timestamp {
        match self {
            Self::Day(day) => person.day_start(*day),
            Self::At(wall, zone) => zone.calendar_time(*wall),
        }
    }
}

/// Reads the events of one calendar.
pub(super) struct Reader<'a> {
    named: TzResolver<&'a str>,
    zones: &'a Zones,
    default: Zone,
    reads: Reads,
}

impl<'a> Reader<'a> {
    /// `default` is the zone of times that name none.
    pub(super) fn new(calendar: &'a ICalendar, zones: &'a Zones, default: Zone, reads: Reads) -> Self {
        Self { named: calendar.build_tz_resolver(), zones, default, reads }
    }

    /// None for an event without a start or with an end that cannot be read.
    pub(super) fn entry(&self, event: &ICalendarComponent) -> Option<Entry> {
        let line = |name: &ICalendarProperty| event.property(name);
        let start = self.first(line(&ICalendarProperty::Dtstart)?)?;
        let length = self.length(event, &start)?;
        let all = |name: ICalendarProperty| -> Vec<When> {
            event.properties(&name).flat_map(|line| self.times(line)).collect()
        };
        let rules = event.properties(&ICalendarProperty::Rrule).flat_map(|line| &line.values);
        let sequence = line(&ICalendarProperty::Sequence).and_then(|line| line.values.first()?.as_integer());
        Some(Entry {
            uid: event.uid().map(str::to_owned),
            sequence: sequence.unwrap_or(0),
            original: line(&ICalendarProperty::RecurrenceId).and_then(|line| self.first(line)),
            rules: rules.filter_map(rule).collect(),
            more: all(ICalendarProperty::Rdate),
            except: all(ICalendarProperty::Exdate),
            kind: match self.reads {
                Reads::Absences => kind(event),
                Reads::Holidays => happens(event).then_some(BusyKind::Busy),
            },
            title: match self.reads {
                Reads::Absences => String::new(),
                Reads::Holidays => title(event),
            },
            start,
            length,
        })
    }

    fn first(&self, line: &ICalendarEntry) -> Option<When> {
        self.times(line).into_iter().next()
    }

    fn times(&self, line: &ICalendarEntry) -> Vec<When> {
        let times = line.values.iter().filter_map(|value| {
            if let ICalendarValue::Period(
                ICalendarPeriod::Range { start, .. } | ICalendarPeriod::Duration { start, .. },
            ) = value
            {
                return Some(start);
            }
            value.as_partial_date_time()
        });
        times.filter_map(|time| self.when(time, line.tz_id())).collect()
    }

    fn when(&self, time: &PartialDateTime, tzid: Option<&str>) -> Option<When> {
        let read = time.to_date_time()?;
        if !time.has_time() {
            return Some(When::Day(read.date_time.date()));
        }
        Some(match read.offset {
            Some(offset) => {
                let utc =
                    read.date_time.checked_sub_signed(TimeDelta::seconds(offset.local_minus_utc().into()))?;
                When::At(utc, Zone::utc())
            }
            None => When::At(read.date_time, self.zone(tzid)),
        })
    }

    fn zone(&self, tzid: Option<&str>) -> Zone {
        let named = tzid.and_then(|name| self.named.resolve(name));
        let zone = match named {
            Some(Tz::Tz(tz)) => self.zones.zone(tz.name()).ok(),
            Some(fixed @ Tz::Fixed(_)) => fixed.name().and_then(|name| self.zones.zone(&name).ok()),
            Some(Tz::Floating) | None => None,
        };
        zone.unwrap_or_else(|| self.default.clone())
    }

    fn length(&self, event: &ICalendarComponent, start: &When) -> Option<Length> {
        if let Some(end) = event.property(&ICalendarProperty::Dtend) {
            let end = self.first(end)?;
            return Some(match (start, &end) {
                (When::Day(from), _) => Length::Days((end.wall().date() - *from).num_days().max(1)),
                (When::At(from, zone), When::At(until, other)) if zone == other => {
                    Length::Wall(*until - *from)
                }
                // An end in another zone is where the start's clock stands then.
                (When::At(from, zone), _) => Length::Wall(zone.local(end.instant(zone)) - *from),
            });
        }
        let duration = event.property(&ICalendarProperty::Duration).and_then(|line| {
            let ICalendarValue::Duration(length) = line.values.first()? else { return None };
            Some(length)
        });
        match (start, duration) {
            (When::Day(_), Some(length)) => Some(Length::Days((length.as_seconds() / 86_400).max(1))),
            (When::Day(_), None) => Some(Length::Days(1)),
            (When::At(..), Some(length)) => lasting(length),
            (When::At(..), None) => Some(Length::Wall(TimeDelta::zero())),
        }
    }
}

fn lasting(length: &ICalendarDuration) -> Option<Length> {
    if length.neg {
        return None;
    }
    let days = TimeDelta::try_days(i64::from(length.weeks) * 7 + i64::from(length.days))?;
    let rest = i64::from(length.hours) * 3600 + i64::from(length.minutes) * 60 + i64::from(length.seconds);
    Some(Length::Lasting(days, TimeDelta::try_seconds(rest)?))
}

fn rule(value: &ICalendarValue) -> Option<ICalendarRecurrenceRule> {
    let ICalendarValue::RecurrenceRule(rule) = value else { return None };
    Some((**rule).clone())
}

fn happens(event: &ICalendarComponent) -> bool {
    event.status() != Some(&ICalendarStatus::Cancelled)
}

fn title(event: &ICalendarComponent) -> String {
    let line = event.property(&ICalendarProperty::Summary);
    let text = line.and_then(|line| line.values.first()?.as_text()).unwrap_or_default();
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() { "holiday".to_owned() } else { words.chars().take(LONGEST_TITLE).collect() }
}

/// Whether the event leaves its owner free. Outlook's own word goes before the standard ones, which it writes
/// less exactly.
fn kind(event: &ICalendarComponent) -> Option<BusyKind> {
    if !happens(event) {
        return None;
    }
    let mut lines = event.entries.iter();
    let outlook = lines
        .find(|line| is_named(line, "X-MICROSOFT-CDO-BUSYSTATUS"))
        .and_then(|line| Some(line.values.first()?.as_text()?.to_ascii_uppercase()));
    match outlook.as_deref() {
        Some("FREE" | "WORKINGELSEWHERE") => return None,
        Some("OOF") => return Some(BusyKind::OutOfOffice),
        Some("TENTATIVE") => return Some(BusyKind::Tentative),
        Some("BUSY") => return Some(BusyKind::Busy),
        Some(_) | None => {}
    }
    if event.transparency() == Some(&ICalendarTransparency::Transparent) {
        return None;
    }
    Some(if event.status() == Some(&ICalendarStatus::Tentative) {
        BusyKind::Tentative
    } else {
        BusyKind::Busy
    })
}
