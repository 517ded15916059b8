//! Rotations: who is on turn, counted on the wall clock from an anchor.

use super::span::{Span, Wall};
use super::text::written_as_text;
use crate::id::PersonKey;
use crate::zone::{Timestamp, Zone};
use chrono::{Datelike, Months, NaiveDateTime, TimeDelta};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// People who take turns. Hand-offs lie on the wall clock of `zone`, `every` after `every` from `from`; each
/// is counted from `from` itself, so that a monthly turn from the 31st comes back to the 31st.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    pub zone: Zone,
    pub every: Every,
    /// The first hand-off; before it nobody is on turn.
    pub from: Wall,
    pub people: Vec<PersonKey>,
}

/// The length of a turn: `1 week`, `12 hours`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Every {
    /// From 1 to 10,000.
    pub count: u16,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
}

/// A length of turn that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a length of turn\nhint: write `1 week`, `12 hours`, `2 days` or `1 month`")]
pub struct EveryError(pub String);

/// One turn of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub person: PersonKey,
    pub span: Span,
}

impl Rotation {
    /// The instant of hand-off number `index`, counted from `from` (0); negative ones lie before it.
    ///
    /// Where the clocks go back it is the first occurrence, where they skip it the instant of the jump.
    pub fn handoff(&self, index: i64) -> Timestamp {
        let end = if index < 0 { NaiveDateTime::MIN } else { NaiveDateTime::MAX };
        self.zone.first(self.every.after(self.from.naive(), index).unwrap_or(end))
    }

    /// Whose turn it is, by the rotation alone.
    pub fn turn_at(&self, at: Timestamp) -> Option<Turn> {
        self.turn(self.index_at(at)?)
    }

    /// The turns that touch the span, in order. Turns that fall wholly into a skipped hour do not occur.
    pub fn turns(&self, within: Span) -> Vec<Turn> {
        let start = within.from.max(self.handoff(0));
        let Some(first) = self.index_at(start) else { return Vec::new() };
        (first..)
            .map_while(|index| self.turn(index))
            .take_while(|turn| turn.span.from < within.until)
            .filter(|turn| !turn.span.is_empty())
            .collect()
    }

    fn turn(&self, index: i64) -> Option<Turn> {
        let count = i64::try_from(self.people.len()).ok()?;
        let turn = usize::try_from(index.checked_rem_euclid(count)?).ok()?;
        let person = self.people.get(turn)?.clone();
        Some(Turn { person, span: Span::new(self.handoff(index), self.handoff(index + 1)) })
    }

    /// Which turn contains the instant, whoever has it; none before the first and where nobody takes turns.
    fn index_at(&self, at: Timestamp) -> Option<i64> {
        // Turns are not counted to the end of the calendar, where they could no longer be told apart.
        if self.people.is_empty() || at.year() > 9999 || at < self.handoff(0) {
            return None;
        }
        // The clock face comes close; where the clocks have changed, it is a few turns off.
        let mut index = self.every.between(self.from.naive(), self.zone.local(at)).max(0);
        while index > 0 && self.handoff(index) > at {
            index -= 1;
        }
        while self.handoff(index + 1) <= at {
            index += 1;
        }
        Some(index)
    }
}

impl Every {
    /// The wall time `times` lengths after `anchor`; none beyond the calendar.
    fn after(self, anchor: NaiveDateTime, times: i64) -> Option<NaiveDateTime> {
        let total = times.checked_mul(self.count.into())?;
        match self.unit {
            Unit::Hour => anchor.checked_add_signed(TimeDelta::try_hours(total)?),
            Unit::Day => anchor.checked_add_signed(TimeDelta::try_days(total)?),
            Unit::Week => anchor.checked_add_signed(TimeDelta::try_weeks(total)?),
            Unit::Month => {
                let months = Months::new(u32::try_from(total.unsigned_abs()).ok()?);
                if total < 0 { anchor.checked_sub_months(months) } else { anchor.checked_add_months(months) }
            }
        }
    }

    /// About how many lengths lie between two wall times.
    fn between(self, anchor: NaiveDateTime, wall: NaiveDateTime) -> i64 {
        let count = i64::from(self.count.max(1));
        let elapsed = wall.signed_duration_since(anchor);
        match self.unit {
            Unit::Hour => elapsed.num_hours().div_euclid(count),
            Unit::Day => elapsed.num_days().div_euclid(count),
            Unit::Week => elapsed.num_days().div_euclid(7 * count),
            Unit::Month => {
                let months = |at: NaiveDateTime| i64::from(at.year()) * 12 + i64::from(at.month0());
                (months(wall) - months(anchor)).div_euclid(count)
            }
        }
    }
}

impl FromStr for Every {
    type Err = EveryError;

    fn from_str(text: &str) -> Result<Self, EveryError> {
        let error = || EveryError(text.to_owned());
        let lower = text.trim().to_lowercase();
        let digits = lower.len() - lower.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = lower.split_at(digits);
        let count = if number.is_empty() { 1 } else { number.parse().map_err(|_| error())? };
        let unit = match unit.trim() {
            "h" | "hour" | "hours" => Unit::Hour,
            "d" | "day" | "days" => Unit::Day,
            "w" | "week" | "weeks" => Unit::Week,
            "month" | "months" => Unit::Month,
            _ => return Err(error()),
        };
        if (1..=10_000).contains(&count) { Ok(Self { count, unit }) } else { Err(error()) }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = match self.unit {
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
        };
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {unit}{plural}", self.count)
    }
}

written_as_text!(
    Every,
    EveryError,
    "Every",
    "The length of a turn: a number and `hour`, `day`, `week` or `month`."
);
