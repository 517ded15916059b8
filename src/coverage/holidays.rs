//! Holidays as data: presets, rules for yearly days, and days named one by one.

use chrono::{NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// A set of holidays, worked out for the years 1970 to 2199.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "HolidaySpec", into = "HolidaySpec")]
pub struct Holidays {
    spec: HolidaySpec,
    names: Vec<String>,
    days: Vec<(NaiveDate, u16)>,
}

/// Holidays as they are written in the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HolidaySpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// Single days: `"2026-11-27 Day after Thanksgiving"`.
    pub also: Vec<NamedDay>,
    /// Days of a preset that are worked: `"2026-10-12"`.
    pub except: Vec<NaiveDate>,
    /// Yearly days: `"12-24 Christmas Eve"`, `"nov thu 4 Thanksgiving"`, `"may mon last Spring"`,
    /// `"easter -2 Good Friday"`; `nearest` or `next` after a fixed day say where it is observed.
    pub rules: Vec<HolidayRule>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    UsFederal,
    UkEngland,
}

/// One day with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct NamedDay {
    pub date: NaiveDate,
    pub name: String,
}

/// A day that comes every year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HolidayRule {
    pub name: String,
    pub when: Yearly,
}

/// How a yearly day is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Yearly {
    Fixed {
        month: u32,
        day: u32,
        observed: Observed,
    },
    /// The `nth` weekday of a month, 1 to 5.
    Nth {
        month: u32,
        weekday: Weekday,
        nth: u8,
    },
    Last {
        month: u32,
        weekday: Weekday,
    },
    /// Days after Easter Sunday (negative: before).
    Easter {
        offset: i32,
    },
}

/// Where a fixed day that falls on a weekend is observed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Observed {
    /// Nowhere else.
    Never,
    /// Saturday's on the Friday before, Sunday's on the Monday after (United States).
    Nearest,
    /// On the next weekday that is not a holiday itself (England).
    Next,
}

impl Holidays {
    /// The holiday's name, if the date is one: the day itself or the day it is observed.
    pub fn on(&self, _date: NaiveDate) -> Option<&str> {
        todo!()
    }
}

impl From<HolidaySpec> for Holidays {
    fn from(_spec: HolidaySpec) -> Self {
        todo!()
    }
}

impl From<Holidays> for HolidaySpec {
    fn from(holidays: Holidays) -> Self {
        holidays.spec
    }
}

impl TryFrom<String> for NamedDay {
    type Error = String;
    fn try_from(_text: String) -> Result<Self, String> {
        todo!()
    }
}
impl From<NamedDay> for String {
    fn from(_day: NamedDay) -> Self {
        todo!()
    }
}
impl TryFrom<String> for HolidayRule {
    type Error = String;
    fn try_from(_text: String) -> Result<Self, String> {
        todo!()
    }
}
impl From<HolidayRule> for String {
    fn from(_rule: HolidayRule) -> Self {
        todo!()
    }
}
