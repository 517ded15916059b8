//! Points in time as people say them: `2h`, `15:00`, `tomorrow 9am`, `monday`, `2026-12-24`.

use super::When;
use crate::clock::{Length, Timestamp};
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// The most words that one point in time takes ("1 hour and 30 minutes").
const LONGEST: usize = 5;
const DAYS: [&[&str]; 7] = [
    &["monday", "mon"],
    &["tuesday", "tue", "tues"],
    &["wednesday", "wed", "weds"],
    &["thursday", "thu", "thur", "thurs"],
    &["friday", "fri"],
    &["saturday", "sat"],
    &["sunday", "sun"],
];

/// Reads a text that is a point in time and nothing else.
pub fn parse_when(text: &str) -> Option<When> {
    if text.len() > 64 {
        return None;
    }
    let text = text.trim().trim_end_matches([',', ';', ':', '!', ')', '.']).trim_start_matches('(').trim();
    let lower = text.to_lowercase().replace("a.m", "am").replace("p.m", "pm");
    let words: Vec<&str> = lower.split_whitespace().collect();
    if let Some(length) = length(&words) {
        return Some(When::In(length));
    }
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Some(When::At(instant.with_timezone(&Utc)));
    }
    let (first, rest) = words.split_first()?;
    let rest = rest.strip_prefix(&["at"]).unwrap_or(rest);
    let time = clock(rest);
    if !rest.is_empty() && time.is_none() {
        // "3 pm": all words are the clock's.
        let next_week = When::Weekday { weekday: 0, clock: None };
        let time = clock(&words).map(|(hour, minute)| When::Clock { hour, minute });
        return if lower == "next week" { Some(next_week) } else { time };
    }
    match *first {
        "today" => return time.map(|(hour, minute)| When::Clock { hour, minute }),
        "tomorrow" | "tmrw" | "tomorow" | "tommorow" | "tmr" => return Some(When::Tomorrow { clock: time }),
        "at" | "@" if time.is_some() => return time.map(|(hour, minute)| When::Clock { hour, minute }),
        _ => {}
    }
    if let Some(weekday) = DAYS.iter().position(|names| names.contains(first)) {
        return Some(When::Weekday { weekday: u32::try_from(weekday).ok()?, clock: time });
    }
    if let Some(date) = date(first) {
        let (year, month, day) = (date.year(), date.month(), date.day());
        return Some(When::Day { year, month, day, clock: time });
    }
    if let Some((day, hour)) = first.split_once('t')
        && let Some(date) = date(day)
        && time.is_none()
    {
        let (year, month, day) = (date.year(), date.month(), date.day());
        return Some(When::Day { year, month, day, clock: Some(clock(&[hour])?) });
    }
    clock(&words).map(|(hour, minute)| When::Clock { hour, minute })
}

/// Reads the longest point in time at the head of some words, and how many of them it took.
pub(super) fn take_when(words: &[&str]) -> Option<(When, usize)> {
    let skipped = usize::from(
        words.len() > 1
            && matches!(words[0].to_lowercase().as_str(), "on" | "next" | "at" | "in" | "about" | "~"),
    );
    let words = &words[skipped..];
    (1..=words.len().min(LONGEST)).rev().find_map(|count| {
        // "15:00, dentist": what follows a comma is no part of the time.
        let is_one = words[..count - 1].iter().all(|word| !word.ends_with([',', ';', ':']));
        let when = parse_when(&words[..count].join(" ")).filter(|_| is_one)?;
        Some((when, skipped + count))
    })
}

/// `30m`, `2h`, `1h30m`, `1.5 hours`, `2 hours and 30 minutes`, `half an hour`.
fn length(words: &[&str]) -> Option<Length> {
    let words = words.strip_prefix(&["for"]).unwrap_or(words);
    match words {
        ["half", "an", "hour"] | ["half", "hour"] => return Some(Length::minutes(30)),
        ["an", "hour"] | ["one", "hour"] => return Some(Length::hours(1)),
        ["a", "day"] | ["one", "day"] => return Some(Length::hours(24)),
        ["a", "week"] | ["one", "week"] => return Some(Length::hours(7 * 24)),
        ["a", "minute"] => return Some(Length::minutes(1)),
        _ => {}
    }
    let joined: String = words.iter().filter(|word| **word != "and").copied().collect();
    let mut rest = joined.as_str();
    let mut seconds = 0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.')).filter(|at| *at > 0)?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        seconds += number * unit(&rest[..letters])?;
        rest = &rest[letters..];
    }
    // A year and a day, as for every length; shorter than a second is no length.
    let is_sensible = (1.0..=366.0 * 86_400.0).contains(&seconds);
    let whole = format!("{seconds:.0}").parse().ok()?;
    is_sensible.then(|| Length::seconds(whole))
}

fn unit(name: &str) -> Option<f64> {
    match name {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1.0),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60.0),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3_600.0),
        "d" | "day" | "days" => Some(86_400.0),
        "w" | "wk" | "week" | "weeks" => Some(7.0 * 86_400.0),
        _ => None,
    }
}

/// `15:00`, `15h30`, `3pm`, `3:30 pm`, `noon`; a bare hour only where it cannot be a morning's.
fn clock(words: &[&str]) -> Option<(u32, u32)> {
    let joined: String = words.concat();
    match joined.as_str() {
        "noon" | "midday" => return Some((12, 0)),
        "midnight" => return Some((0, 0)),
        _ => {}
    }
    let (digits, half) = match (joined.strip_suffix("am"), joined.strip_suffix("pm")) {
        (Some(digits), _) => (digits, Some(0)),
        (None, Some(digits)) => (digits, Some(12)),
        (None, None) => (joined.as_str(), None),
    };
    let (hour, minute) = digits.split_once([':', '.', 'h']).map_or((digits, None), |(h, m)| (h, Some(m)));
    let number = |text: &str| {
        let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        if is_number { text.parse::<u32>().ok() } else { None }
    };
    let is_told = minute.is_some() || half.is_some();
    let minutes = match minute {
        Some(minute) if minute.len() == 2 => number(minute)?,
        Some(_) => return None,
        None => 0,
    };
    let hour = number(hour)?;
    let hour = match half {
        Some(half) if (1..=12).contains(&hour) => hour % 12 + half,
        Some(_) => return None,
        None => hour,
    };
    (hour < 24 && minutes < 60 && (is_told || hour > 12)).then_some((hour, minutes))
}

fn date(text: &str) -> Option<NaiveDate> {
    let is_plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if is_plain { NaiveDate::parse_from_str(text, "%Y-%m-%d").ok() } else { None }
}

/// Which of two equal days a weekday's name means.
#[derive(Clone, Copy)]
enum From {
    /// "Monday", said on a Monday, is the next one.
    After,
    /// "… to Monday", after a beginning on a Monday, is that one.
    On,
}

impl When {
    /// The instant that is meant, for somebody whose wall clock shows `local_now` at `now`; `to_instant` says
    /// when their wall clock shows a time. None when that is not after `now`, or beyond the calendar.
    ///
    /// A clock time is the next one: later today, else tomorrow. A weekday is the next of its name, never today.
    /// A day without a clock time is its first instant.
    pub fn resolve(
        &self,
        now: Timestamp,
        to_instant: impl Fn(NaiveDateTime) -> Timestamp,
        local_now: NaiveDateTime,
    ) -> Option<Timestamp> {
        self.instant(now, &to_instant, local_now, From::After).filter(|instant| *instant > now)
    }

    /// Whether this is a day without a clock time.
    pub fn is_whole_day(&self) -> bool {
        match self {
            Self::Day { clock, .. } | Self::Tomorrow { clock } | Self::Weekday { clock, .. } => {
                clock.is_none()
            }
            Self::DayAfter(_) => true,
            Self::In(_) | Self::Clock { .. } | Self::At(_) => false,
        }
    }

    /// The day after the day that is meant.
    pub(super) fn next_day(self) -> Self {
        if let Self::Day { year, month, day, clock: None } = self
            && let Some(next) = NaiveDate::from_ymd_opt(year, month, day).and_then(|date| date.succ_opt())
        {
            return Self::Day { year: next.year(), month: next.month(), day: next.day(), clock: None };
        }
        Self::DayAfter(Box::new(self))
    }

    fn instant(
        &self,
        now: Timestamp,
        to_instant: &impl Fn(NaiveDateTime) -> Timestamp,
        local_now: NaiveDateTime,
        from: From,
    ) -> Option<Timestamp> {
        let at = |day: NaiveDate, clock: &Option<(u32, u32)>| {
            let (hour, minute) = clock.unwrap_or((0, 0));
            Some(to_instant(day.and_time(NaiveTime::from_hms_opt(hour, minute, 0)?)))
        };
        match self {
            Self::In(length) => now.checked_add_signed(TimeDelta::seconds(i64::from(length.as_secs()))),
            Self::At(instant) => Some(*instant),
            Self::Clock { hour, minute } => {
                let today = at(local_now.date(), &Some((*hour, *minute)))?;
                if today > now {
                    return Some(today);
                }
                at(local_now.date().succ_opt()?, &Some((*hour, *minute)))
            }
            Self::Day { clock, .. } | Self::Tomorrow { clock } | Self::Weekday { clock, .. } => {
                at(self.day(local_now.date(), from)?, clock)
            }
            Self::DayAfter(day) => at(day.day(local_now.date(), from)?.succ_opt()?, &None),
        }
    }

    fn day(&self, today: NaiveDate, from: From) -> Option<NaiveDate> {
        match self {
            Self::Day { year, month, day, .. } => NaiveDate::from_ymd_opt(*year, *month, *day),
            Self::Tomorrow { .. } => today.succ_opt(),
            Self::Weekday { weekday, .. } => {
                let ahead =
                    (7 + u64::from(weekday % 7) - u64::from(today.weekday().num_days_from_monday())) % 7;
                let ahead = match (ahead, from) {
                    (0, From::After) => 7,
                    (ahead, From::After | From::On) => ahead,
                };
                today.checked_add_days(Days::new(ahead))
            }
            Self::DayAfter(day) => day.day(today, from)?.succ_opt(),
            Self::In(_) | Self::Clock { .. } | Self::At(_) => Some(today),
        }
    }
}

/// The instants of "from … until …": a beginning that is none, or today as a whole day, is `now`; an end is
/// counted from the beginning ("monday to wednesday" is one week's). None when the end is not after the
/// beginning or the beginning is past.
pub fn resolve_span(
    from: Option<&When>,
    until: &When,
    now: Timestamp,
    to_instant: impl Fn(NaiveDateTime) -> Timestamp,
    local_now: NaiveDateTime,
) -> Option<(Timestamp, Timestamp)> {
    let Some(from) = from else { return Some((now, until.resolve(now, &to_instant, local_now)?)) };
    let begin = from.instant(now, &to_instant, local_now, From::After)?;
    let day = match from {
        When::Clock { .. } if begin < to_instant(local_now.date().succ_opt()?.and_time(NaiveTime::MIN)) => {
            local_now.date()
        }
        When::Clock { .. } => local_now.date().succ_opt()?,
        When::In(_) | When::At(_) => local_now.date(),
        When::Day { .. } | When::Tomorrow { .. } | When::Weekday { .. } | When::DayAfter(_) => {
            from.day(local_now.date(), From::After)?
        }
    };
    let begin = match from.is_whole_day() && day == local_now.date() {
        true => now,
        false => Some(begin).filter(|begin| *begin >= now)?,
    };
    // "tomorrow to tomorrow" counts both from today; everything else counts from the beginning.
    let base = match until {
        When::Tomorrow { .. } => local_now,
        When::DayAfter(day) if matches!(**day, When::Tomorrow { .. }) => local_now,
        When::In(_)
        | When::Clock { .. }
        | When::Day { .. }
        | When::Weekday { .. }
        | When::DayAfter(_)
        | When::At(_) => day.and_time(NaiveTime::MIN),
    };
    let end = until.instant(begin, &to_instant, base, From::On)?;
    (end > begin).then_some((begin, end))
}
