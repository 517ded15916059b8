//! Holidays as data: presets, rules for yearly days, and days named one by one.

use super::text::written_as_text;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// The years for which holidays are worked out.
const YEARS: RangeInclusive<i32> = 1970..=2199;

/// A set of holidays, worked out once for the years 1970 to 2199.
///
/// It holds both the day itself and the day it is observed, which may lie in another year.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "HolidaySpec", into = "HolidaySpec")]
pub struct Holidays {
    spec: HolidaySpec,
    /// The name of each rule, then of each single day.
    names: Vec<String>,
    /// Dates in order, each with the index of its name.
    days: Vec<(NaiveDate, usize)>,
}

/// Holidays as they are written in the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HolidaySpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
    /// A calendar whose whole-day events are holidays: its address (`https://…`, `webcal://…`), or the path of an
    /// `.ics` file in the configuration's folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed: Option<FeedAddress>,
    /// Single days: `"2026-11-27 Day after Thanksgiving"`.
    pub also: Vec<NamedDay>,
    /// Days that are worked although the preset or a rule names them: `2026-10-12`.
    #[schemars(with = "Vec<String>")]
    pub except: Vec<NaiveDate>,
    /// Yearly days: `12-24 Christmas Eve`, `nov thu 4 Thanksgiving`, `may mon last Spring`,
    /// `easter -2 Good Friday`; `nearest` or `next` after a fixed day says where it is observed.
    pub rules: Vec<HolidayRule>,
}

/// Where a feed is. It prints as nothing, because whoever knows the address may read what is there.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct FeedAddress(pub String);

impl fmt::Debug for FeedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FeedAddress")
    }
}

/// A country's holidays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// The United States' federal holidays, as 5 U.S.C. 6103 lists them.
    UsFederal,
    /// The bank holidays of England and Wales, with the single ones proclaimed since 2020.
    UkEngland,
}

/// One day with its name: `2026-11-27 Day after Thanksgiving`.
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
        offset: i64,
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

/// A holiday that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HolidayError {
    #[error("`{0}` is not a day with a name\nhint: write `2026-11-27 Day after Thanksgiving`")]
    NotADay(String),
    #[error(
        "`{0}` is not a yearly day\nhint: write `12-24 Christmas Eve`, `12-25 nearest Christmas`, `nov thu 4 Thanksgiving`, `may mon last Spring` or `easter -2 Good Friday`"
    )]
    NotYearly(String),
}

/// A rule of a preset: its name, how its day is found, the first year it holds.
type PresetRule = (&'static str, Yearly, i32);

impl Preset {
    fn rules(self) -> &'static [PresetRule] {
        match self {
            Self::UsFederal => &US_FEDERAL,
            Self::UkEngland => &UK_ENGLAND,
        }
    }

    /// Days proclaimed for one year: the date and its name, or none where a rule's day was moved away from it.
    fn proclaimed(self) -> &'static [(i32, u32, u32, Option<&'static str>)] {
        match self {
            Self::UsFederal => &[],
            Self::UkEngland => &[
                (2020, 5, 4, None),
                (2020, 5, 8, Some("Early May Bank Holiday (VE Day)")),
                (2022, 5, 30, None),
                (2022, 6, 2, Some("Spring Bank Holiday")),
                (2022, 6, 3, Some("Platinum Jubilee")),
                (2022, 9, 19, Some("State Funeral of Queen Elizabeth II")),
                (2023, 5, 8, Some("Coronation of King Charles III")),
            ],
        }
    }
}

const fn fixed(month: u32, day: u32, observed: Observed) -> Yearly {
    Yearly::Fixed { month, day, observed }
}

const fn nth(month: u32, weekday: Weekday, nth: u8) -> Yearly {
    Yearly::Nth { month, weekday, nth }
}

static US_FEDERAL: [PresetRule; 11] = [
    ("New Year's Day", fixed(1, 1, Observed::Nearest), 1970),
    ("Martin Luther King Jr. Day", nth(1, Weekday::Mon, 3), 1986),
    ("Washington's Birthday", nth(2, Weekday::Mon, 3), 1971),
    ("Memorial Day", Yearly::Last { month: 5, weekday: Weekday::Mon }, 1971),
    ("Juneteenth", fixed(6, 19, Observed::Nearest), 2021),
    ("Independence Day", fixed(7, 4, Observed::Nearest), 1970),
    ("Labor Day", nth(9, Weekday::Mon, 1), 1970),
    ("Columbus Day", nth(10, Weekday::Mon, 2), 1971),
    ("Veterans Day", fixed(11, 11, Observed::Nearest), 1978),
    ("Thanksgiving Day", nth(11, Weekday::Thu, 4), 1970),
    ("Christmas Day", fixed(12, 25, Observed::Nearest), 1970),
];

static UK_ENGLAND: [PresetRule; 8] = [
    ("New Year's Day", fixed(1, 1, Observed::Next), 1974),
    ("Good Friday", Yearly::Easter { offset: -2 }, 1970),
    ("Easter Monday", Yearly::Easter { offset: 1 }, 1970),
    ("Early May Bank Holiday", nth(5, Weekday::Mon, 1), 1978),
    ("Spring Bank Holiday", Yearly::Last { month: 5, weekday: Weekday::Mon }, 1971),
    ("Summer Bank Holiday", Yearly::Last { month: 8, weekday: Weekday::Mon }, 1971),
    ("Christmas Day", fixed(12, 25, Observed::Next), 1970),
    ("Boxing Day", fixed(12, 26, Observed::Next), 1970),
];

impl Holidays {
    /// Works the days out, without those of a feed.
    pub fn new(spec: HolidaySpec) -> Self {
        Self::with_feed(spec, &[])
    }

    /// The same with the days that the feed names.
    pub fn fed(&self, feed: &[NamedDay]) -> Self {
        Self::with_feed(self.spec.clone(), feed)
    }

    /// Where the feed is, if there is one.
    pub fn feed(&self) -> Option<&FeedAddress> {
        self.spec.feed.as_ref()
    }

    fn with_feed(spec: HolidaySpec, feed: &[NamedDay]) -> Self {
        let mut rules: Vec<(Yearly, i32)> = Vec::new();
        let mut names: Vec<String> = Vec::new();
        for (name, when, since) in spec.preset.map_or(&[][..], Preset::rules) {
            rules.push((*when, *since));
            names.push((*name).to_owned());
        }
        for rule in &spec.rules {
            rules.push((rule.when, *YEARS.start()));
            names.push(rule.name.clone());
        }
        let mut days: BTreeMap<NaiveDate, usize> = BTreeMap::new();
        for year in YEARS {
            for (date, rule) in year_of(&rules, year) {
                days.entry(date).or_insert(rule);
            }
        }
        for (year, month, day, name) in spec.preset.map_or(&[][..], Preset::proclaimed) {
            let Some(date) = NaiveDate::from_ymd_opt(*year, *month, *day) else { continue };
            match name {
                Some(name) => {
                    days.insert(date, names.len());
                    names.push((*name).to_owned());
                }
                None => {
                    days.remove(&date);
                }
            }
        }
        for day in feed {
            days.entry(day.date).or_insert(names.len());
            names.push(day.name.clone());
        }
        for date in &spec.except {
            days.remove(date);
        }
        for day in &spec.also {
            days.insert(day.date, names.len());
            names.push(day.name.clone());
        }
        Self { spec, names, days: days.into_iter().collect() }
    }

    /// The holiday's name, if the date is one: the day itself or the day it is observed.
    pub fn on(&self, date: NaiveDate) -> Option<&str> {
        let found = self.days.binary_search_by_key(&date, |(day, _)| *day).ok()?;
        self.names.get(self.days[found].1).map(String::as_str)
    }
}

/// The days of one year's rules, themselves and observed, each with the index of its rule.
fn year_of(rules: &[(Yearly, i32)], year: i32) -> Vec<(NaiveDate, usize)> {
    let mut days: Vec<(NaiveDate, usize)> = rules
        .iter()
        .enumerate()
        .filter(|(_, (_, since))| *since <= year)
        .filter_map(|(index, (when, _))| Some((when.in_year(year)?, index)))
        .collect();
    days.sort_unstable();
    let mut taken: BTreeSet<NaiveDate> = days.iter().map(|(date, _)| *date).collect();
    for (date, index) in days.clone() {
        if let Some(observed) = observed_on(date, rules[index].0, &taken)
            && taken.insert(observed)
        {
            days.push((observed, index));
        }
    }
    days
}

fn observed_on(date: NaiveDate, when: Yearly, taken: &BTreeSet<NaiveDate>) -> Option<NaiveDate> {
    let Yearly::Fixed { observed, .. } = when else { return None };
    let weekend = |date: NaiveDate| matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
    match (observed, date.weekday()) {
        (Observed::Nearest, Weekday::Sat) => date.pred_opt(),
        (Observed::Nearest, Weekday::Sun) => date.succ_opt(),
        (Observed::Next, Weekday::Sat | Weekday::Sun) => {
            date.iter_days().find(|day| !weekend(*day) && !taken.contains(day))
        }
        (Observed::Never, _)
        | (
            Observed::Nearest | Observed::Next,
            Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri,
        ) => None,
    }
}

impl Yearly {
    /// The day itself in that year; none where the year lacks it (29 February, a fifth Monday).
    pub fn in_year(self, year: i32) -> Option<NaiveDate> {
        match self {
            Self::Fixed { month, day, .. } => NaiveDate::from_ymd_opt(year, month, day),
            Self::Nth { month, weekday, nth } => {
                NaiveDate::from_weekday_of_month_opt(year, month, weekday, nth)
            }
            Self::Last { month, weekday } => {
                [5, 4].iter().find_map(|nth| NaiveDate::from_weekday_of_month_opt(year, month, weekday, *nth))
            }
            Self::Easter { offset } => easter(year)?.checked_add_signed(chrono::TimeDelta::try_days(offset)?),
        }
    }
}

/// Easter Sunday of the Gregorian calendar: the anonymous algorithm of 1876 (Meeus, Astronomical Algorithms, 8).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let moon = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4) % 7;
    let late = (golden + 11 * epact + 19 * weekday) / 433;
    let first = NaiveDate::from_ymd_opt(year, 3, 22)?;
    first.checked_add_days(Days::new(u64::try_from(epact + weekday - 7 * late).ok()?))
}

impl From<HolidaySpec> for Holidays {
    fn from(spec: HolidaySpec) -> Self {
        Self::new(spec)
    }
}

impl From<Holidays> for HolidaySpec {
    fn from(holidays: Holidays) -> Self {
        holidays.spec
    }
}

impl FromStr for NamedDay {
    type Err = HolidayError;

    fn from_str(text: &str) -> Result<Self, HolidayError> {
        let trimmed = text.trim();
        let (date, name) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, "holiday"));
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d")
            .map_err(|_| HolidayError::NotADay(text.to_owned()))?;
        Ok(Self { date, name: name.trim().to_owned() })
    }
}

impl fmt::Display for NamedDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.date, self.name)
    }
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

impl FromStr for HolidayRule {
    type Err = HolidayError;

    fn from_str(text: &str) -> Result<Self, HolidayError> {
        read_rule(text).ok_or_else(|| HolidayError::NotYearly(text.to_owned()))
    }
}

fn read_rule(text: &str) -> Option<HolidayRule> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let first = words.first()?.to_lowercase();
    let word = |index: usize| words.get(index).map(|word| word.to_lowercase()).unwrap_or_default();
    let (when, used) = if first == "easter" {
        (Yearly::Easter { offset: word(1).parse().ok().filter(|offset| (-366..=366).contains(offset))? }, 2)
    } else if let Some(month) = MONTHS.iter().position(|month| *month == first) {
        let month = u32::try_from(month).ok()? + 1;
        let weekday: Weekday = word(1).parse().ok()?;
        match word(2).as_str() {
            "last" => (Yearly::Last { month, weekday }, 3),
            number => {
                let nth = number.parse().ok().filter(|nth| (1..=5).contains(nth))?;
                (Yearly::Nth { month, weekday, nth }, 3)
            }
        }
    } else {
        let (month, day) = first.split_once('-')?;
        let (month, day) = (month.parse().ok()?, day.parse().ok()?);
        // 2024 has every day of a year.
        NaiveDate::from_ymd_opt(2024, month, day)?;
        match word(1).as_str() {
            "nearest" => (fixed(month, day, Observed::Nearest), 2),
            "next" => (fixed(month, day, Observed::Next), 2),
            _ => (fixed(month, day, Observed::Never), 1),
        }
    };
    let name = words.get(used..)?.join(" ");
    (!name.is_empty()).then_some(HolidayRule { name, when })
}

impl fmt::Display for HolidayRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let month = |month: u32| MONTHS.get(month.saturating_sub(1) as usize).copied().unwrap_or_default();
        let day = |weekday: Weekday| weekday.to_string().to_lowercase();
        match self.when {
            Yearly::Fixed { month, day, observed } => {
                let observed = match observed {
                    Observed::Never => "",
                    Observed::Nearest => " nearest",
                    Observed::Next => " next",
                };
                write!(f, "{month:02}-{day:02}{observed} {}", self.name)
            }
            Yearly::Nth { month: m, weekday, nth } => {
                write!(f, "{} {} {nth} {}", month(m), day(weekday), self.name)
            }
            Yearly::Last { month: m, weekday } => {
                write!(f, "{} {} last {}", month(m), day(weekday), self.name)
            }
            Yearly::Easter { offset } => write!(f, "easter {offset} {}", self.name),
        }
    }
}

written_as_text!(
    NamedDay,
    HolidayError,
    "NamedDay",
    "One day with its name: `2026-11-27 Day after Thanksgiving`."
);
written_as_text!(
    HolidayRule,
    HolidayError,
    "HolidayRule",
    "A yearly day with its name: `12-25 nearest Christmas`, `nov thu 4 Thanksgiving`, `easter -2 Good Friday`."
);
