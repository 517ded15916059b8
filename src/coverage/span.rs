//! Half-open spans of time, and wall times as they are written.

use super::text::written_as_text;
use crate::zone::{Timestamp, Zone};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rangemap::RangeSet;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;
use std::str::FromStr;

/// From an instant that counts to one that no longer does. Empty when `until` is not after `from`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub from: Timestamp,
    pub until: Timestamp,
}

impl Span {
    pub fn new(from: Timestamp, until: Timestamp) -> Self {
        Self { from, until }
    }

    pub fn is_empty(&self) -> bool {
        self.until <= self.from
    }

    pub fn contains(&self, at: Timestamp) -> bool {
        self.from <= at && at < self.until
    }

    /// The part of both, perhaps empty.
    pub fn overlap(&self, other: &Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }

    /// Zero for an empty span.
    pub fn length(&self) -> chrono::Duration {
        (self.until - self.from).max(chrono::Duration::zero())
    }
}

impl From<&Range<Timestamp>> for Span {
    fn from(range: &Range<Timestamp>) -> Self {
        Self { from: range.start, until: range.end }
    }
}

/// `RangeSet::insert` panics on an empty range; an empty span adds nothing.
pub(super) fn insert(set: &mut RangeSet<Timestamp>, span: Span) {
    if !span.is_empty() {
        set.insert(span.from..span.until);
    }
}

/// A wall time as people write it: `2026-12-24 09:00`, or a whole day `2026-12-24`, which means its start.
///
/// It is kept as written and becomes an instant only with a zone, so that newer zone rules apply to what was
/// entered before they came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Wall {
    Day(NaiveDate),
    Time(NaiveDateTime),
}

/// A date or date and time that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a date or a date with a time\nhint: write `2026-12-24` or `2026-12-24 09:00`")]
pub struct WallError(pub String);

impl Wall {
    pub fn naive(&self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.and_time(NaiveTime::MIN),
            Self::Time(time) => *time,
        }
    }

    /// Where something begins, and where a hand-off lies: the first occurrence, or the instant of the jump.
    pub fn instant(&self, zone: &Zone) -> Timestamp {
        zone.first(self.naive())
    }

    /// Where an absence ends: a day ends it with its first instant, a time with its last occurrence.
    pub fn end(&self, zone: &Zone) -> Timestamp {
        match self {
            Self::Day(day) => zone.day_start(*day),
            Self::Time(time) => zone.last(*time),
        }
    }
}

impl FromStr for Wall {
    type Err = WallError;

    fn from_str(text: &str) -> Result<Self, WallError> {
        let trimmed = text.trim();
        if let Ok(day) = NaiveDate::parse_from_str(trimmed, "%Y-%m-%d") {
            return Ok(Self::Day(day));
        }
        ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|form| NaiveDateTime::parse_from_str(trimmed, form).ok())
            .map(Self::Time)
            .ok_or_else(|| WallError(text.to_owned()))
    }
}

impl fmt::Display for Wall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => write!(f, "{day}"),
            Self::Time(time) if time.format("%S").to_string() == "00" => {
                write!(f, "{}", time.format("%Y-%m-%d %H:%M"))
            }
            Self::Time(time) => write!(f, "{}", time.format("%Y-%m-%d %H:%M:%S")),
        }
    }
}

written_as_text!(
    Wall,
    WallError,
    "Wall",
    "A day `2026-12-24` or a time `2026-12-24 09:00` on the wall clock."
);
