//! The only file that asks a time zone for an offset: zones by name, and what their wall clocks mean.
//!
//! Two copies of the world's rules are at hand: the one compiled in (`chrono-tz`) and the system's (`TZif` files).
//! The newer is used, because governments change their clocks more often than a bot is rebuilt.
//! Reading the files happens here and only while a zone is made; a [`Zone`] carries its rules along.

pub use crate::clock::Timestamp;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone as _};
use chrono_tz::Tz;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Where the system keeps its rules.
pub const SYSTEM_DIR: &str = "/usr/share/zoneinfo";

/// `time.tzdata` of the configuration: which copy of the rules to use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TzdataSource {
    /// The newer of the two; a zone that the system lacks comes from the bundled copy.
    #[default]
    Auto,
    System,
    Bundled,
}

/// Which copy of the rules is used and how old the copies are: for `check`, `version` and `/readyz`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TzdataReport {
    pub asked: TzdataSource,
    /// `System` or `Bundled`.
    pub used: TzdataSource,
    /// Such as `2025b`.
    pub bundled: String,
    /// None when the system has no rules, or does not say which.
    pub system: Option<String>,
}

impl TzdataReport {
    /// The version of the rules in use.
    pub fn version(&self) -> &str {
        match (self.used, &self.system) {
            (TzdataSource::System, Some(version)) => version,
            (TzdataSource::System, None) => "unknown",
            (TzdataSource::Auto | TzdataSource::Bundled, _) => &self.bundled,
        }
    }

    /// Whether the two copies are of different ages.
    pub fn is_skewed(&self) -> bool {
        self.system.as_ref().is_some_and(|system| *system != self.bundled)
    }
}

/// A zone that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ZoneError {
    #[error("`{name}` is a fixed offset that never changes its clocks\nhint: write `{meant}`")]
    FixedOffset { name: String, meant: &'static str },
    #[error("`{name}` is not a time zone\nhint: {hint}")]
    Unknown { name: String, hint: String },
    #[error(
        "the rules of `{name}` in {path} cannot be read: {reason}\nhint: install the system's `tzdata`, or set `tzdata: bundled`"
    )]
    Unreadable { name: String, path: String, reason: String },
    #[error(
        "no time zone rules were found in {path}\nhint: install the system's `tzdata`, or set `tzdata: bundled`"
    )]
    NoSystemRules { path: String },
}

/// The rules of every zone, from one source.
#[derive(Clone, Debug)]
pub struct Zones {
    report: TzdataReport,
    dir: PathBuf,
    read: Arc<Mutex<BTreeMap<&'static str, Rules>>>,
}

static INSTALLED: OnceLock<Zones> = OnceLock::new();

/// Makes `zones` the ones that names are read with from now on, once in the life of the process. Until then,
/// and in tests, that is the bundled copy.
///
/// # Errors
/// Gives `zones` back when others were installed before.
pub fn install(zones: Zones) -> Result<(), Zones> {
    INSTALLED.set(zones)
}

/// The zones that names are read with.
pub fn installed() -> Zones {
    INSTALLED.get().cloned().unwrap_or_else(Zones::bundled)
}

impl Zones {
    /// The copy compiled in.
    pub fn bundled() -> Self {
        let report = TzdataReport {
            asked: TzdataSource::Bundled,
            used: TzdataSource::Bundled,
            bundled: chrono_tz::IANA_TZDB_VERSION.to_owned(),
            system: None,
        };
        Self { report, dir: PathBuf::new(), read: Arc::default() }
    }

    /// Chooses the copy; `dir` is where the system keeps its own ([`SYSTEM_DIR`]).
    ///
    /// # Errors
    /// [`ZoneError::NoSystemRules`] when the system's copy is demanded and is not there.
    pub fn load(asked: TzdataSource, dir: &Path) -> Result<Self, ZoneError> {
        let bundled = chrono_tz::IANA_TZDB_VERSION.to_owned();
        let system = system_version(dir);
        if asked == TzdataSource::System && !dir.join("Etc/UTC").exists() {
            return Err(ZoneError::NoSystemRules { path: dir.display().to_string() });
        }
        let used = match asked {
            TzdataSource::Bundled | TzdataSource::System => asked,
            // Versions are a year and a letter, so that the order of texts is their age.
            TzdataSource::Auto => match &system {
                Some(system) if *system > bundled => TzdataSource::System,
                Some(_) | None => TzdataSource::Bundled,
            },
        };
        let report = TzdataReport { asked, used, bundled, system };
        Ok(Self { report, dir: dir.to_owned(), read: Arc::default() })
    }

    /// Which copy this is.
    pub fn report(&self) -> &TzdataReport {
        &self.report
    }

    /// The zone of that name.
    ///
    /// # Errors
    /// A name that is no zone, or that is a fixed offset under the name of a zone; rules that cannot be read.
    pub fn zone(&self, name: &str) -> Result<Zone, ZoneError> {
        if let Some((_, meant)) = FIXED.iter().find(|(fixed, _)| *fixed == name) {
            return Err(ZoneError::FixedOffset { name: name.to_owned(), meant });
        }
        let tz = Tz::from_str(name)
            .map_err(|_| ZoneError::Unknown { name: name.to_owned(), hint: hint_for(name) })?;
        let rules = match self.report.used {
            TzdataSource::System => self.system_rules(tz)?,
            TzdataSource::Auto | TzdataSource::Bundled => Rules::Bundled,
        };
        Ok(Zone { tz, rules })
    }

    fn system_rules(&self, tz: Tz) -> Result<Rules, ZoneError> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(rules) = read.get(tz.name()) {
            return Ok(rules.clone());
        }
        let path = self.dir.join(tz.name());
        let parsed = std::fs::read(&path)
            .map_err(|error| error.to_string())
            .and_then(|bytes| tz::TimeZone::from_tz_data(&bytes).map_err(|error| error.to_string()));
        let rules = match (parsed, self.report.asked) {
            (Ok(rules), _) => Rules::System(Arc::new(rules)),
            (Err(_), TzdataSource::Auto | TzdataSource::Bundled) => Rules::Bundled,
            (Err(reason), TzdataSource::System) => {
                let path = path.display().to_string();
                return Err(ZoneError::Unreadable { name: tz.name().to_owned(), path, reason });
            }
        };
        read.insert(tz.name(), rules.clone());
        Ok(rules)
    }
}

/// The first line of the system's `tzdata.zi` is `# version 2025b`.
fn system_version(dir: &Path) -> Option<String> {
    let text = std::fs::read_to_string(dir.join("tzdata.zi")).ok()?;
    let version = text.lines().next()?.strip_prefix("# version ")?.trim();
    Some(version.to_owned())
}

/// A time zone: its name, parsed once, and its rules. Two are equal when their names are.
#[derive(Clone)]
pub struct Zone {
    tz: Tz,
    rules: Rules,
}

#[derive(Clone)]
enum Rules {
    Bundled,
    System(Arc<tz::TimeZone>),
}

/// What a wall time is on the time line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    Once(Timestamp),
    /// The clocks went back over it: its first and its last occurrence.
    Twice(Timestamp, Timestamp),
    /// The clocks skipped it: the instant of the jump.
    Skipped(Timestamp),
}

/// An instant at which the clocks of a zone change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockChange {
    pub at: Timestamp,
    /// Seconds east of UTC before and after.
    pub before: i32,
    pub after: i32,
}

impl Zone {
    pub fn utc() -> Self {
        Self { tz: Tz::UTC, rules: Rules::Bundled }
    }

    pub fn name(&self) -> &'static str {
        self.tz.name()
    }

    /// Seconds east of UTC at that instant.
    pub fn offset_at(&self, at: Timestamp) -> i32 {
        match &self.rules {
            Rules::Bundled => self.bundled_offset(at),
            Rules::System(rules) => rules
                .find_local_time_type(at.timestamp())
                .map_or_else(|_| self.bundled_offset(at), tz::LocalTimeType::ut_offset),
        }
    }

    fn bundled_offset(&self, at: Timestamp) -> i32 {
        self.tz.offset_from_utc_datetime(&at.naive_utc()).fix().local_minus_utc()
    }

    /// What the wall clock shows.
    pub fn local(&self, at: Timestamp) -> NaiveDateTime {
        let offset = TimeDelta::seconds(self.offset_at(at).into());
        at.naive_utc().checked_add_signed(offset).unwrap_or(at.naive_utc())
    }

    /// Which day it is there.
    pub fn date(&self, at: Timestamp) -> NaiveDate {
        self.local(at).date()
    }

    /// Finds the wall time on the time line.
    pub fn resolve(&self, wall: NaiveDateTime) -> Resolved {
        // No zone is further than 14 hours from UTC, so that every occurrence lies between these two.
        let before = self.offset_at(shift(wall, 15 * 3600));
        let after = self.offset_at(shift(wall, -15 * 3600));
        let early = shift(wall, before);
        if before == after {
            return Resolved::Once(early);
        }
        let late = shift(wall, after);
        match (self.offset_at(early) == before, self.offset_at(late) == after) {
            (true, true) => Resolved::Twice(early.min(late), early.max(late)),
            (true, false) => Resolved::Once(early),
            (false, true) => Resolved::Once(late),
            (false, false) => Resolved::Skipped(self.jump(late.min(early), early.max(late))),
        }
    }

    /// Where a window that starts at this wall time starts, and where a hand-off happens: the first occurrence,
    /// or the instant of the jump.
    pub fn first(&self, wall: NaiveDateTime) -> Timestamp {
        match self.resolve(wall) {
            Resolved::Once(at) | Resolved::Twice(at, _) | Resolved::Skipped(at) => at,
        }
    }

    /// Where a window that ends at this wall time ends: the last occurrence, or the instant of the jump.
    pub fn last(&self, wall: NaiveDateTime) -> Timestamp {
        match self.resolve(wall) {
            Resolved::Once(at) | Resolved::Twice(_, at) | Resolved::Skipped(at) => at,
        }
    }

    /// Where a time of a calendar lies, by RFC 5545: the first occurrence; a skipped time is read with the offset
    /// before the jump.
    pub fn calendar_time(&self, wall: NaiveDateTime) -> Timestamp {
        match self.resolve(wall) {
            Resolved::Once(at) | Resolved::Twice(at, _) => at,
            Resolved::Skipped(_) => shift(wall, self.offset_at(shift(wall, 15 * 3600))),
        }
    }

    /// The first instant of a day, which is not midnight where the clocks skip it. The day ends where the next
    /// one starts.
    pub fn day_start(&self, day: NaiveDate) -> Timestamp {
        self.first(day.and_time(NaiveTime::MIN))
    }

    /// The clock changes after `from` and before `until`, in order.
    pub fn changes(&self, from: Timestamp, until: Timestamp) -> Vec<ClockChange> {
        let mut found = Vec::new();
        let mut at = from;
        while at < until {
            // No zone changes its clocks twice within a week.
            let next = at.checked_add_signed(TimeDelta::days(7)).unwrap_or(until).min(until);
            let (before, after) = (self.offset_at(at), self.offset_at(next));
            if before != after {
                found.push(ClockChange { at: self.jump(at, next), before, after });
            }
            at = next;
        }
        found
    }

    /// The instant within (`low`, `high`] from which the offset is that of `high`.
    fn jump(&self, low: Timestamp, high: Timestamp) -> Timestamp {
        let before = self.offset_at(low);
        let (mut low, mut high) = (low.timestamp(), high.timestamp());
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.offset_at(instant(middle)) == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        instant(high)
    }
}

/// The wall time read with an offset of `seconds`, at the ends of time where it would pass them.
fn shift(wall: NaiveDateTime, seconds: i32) -> Timestamp {
    let utc = wall.checked_sub_signed(TimeDelta::seconds(seconds.into())).unwrap_or(wall);
    utc.and_utc()
}

fn instant(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(seconds, 0).unwrap_or(Timestamp::MAX_UTC)
}

impl Default for Zone {
    fn default() -> Self {
        Self::utc()
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl PartialOrd for Zone {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Zone {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.name().cmp(other.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Rules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bundled => "bundled",
            Self::System(_) => "system",
        })
    }
}

impl FromStr for Zone {
    type Err = ZoneError;

    /// Reads a name with the installed rules.
    fn from_str(name: &str) -> Result<Self, ZoneError> {
        installed().zone(name)
    }
}

impl Serialize for Zone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Zone {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Zone {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Zone".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A time zone by its IANA name, such as `America/Los_Angeles`."
        })
    }
}

/// Names that are zones to the database and mistakes to everybody else: they never change their clocks.
const FIXED: [(&str, &str); 3] =
    [("EST", "America/New_York"), ("MST", "America/Denver"), ("HST", "Pacific/Honolulu")];

/// Abbreviations that people write, and what they mean.
const ABBREVIATIONS: [(&str, &str); 12] = [
    ("PT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("PDT", "America/Los_Angeles"),
    ("MDT", "America/Denver"),
    ("CST", "America/Chicago"),
    ("CDT", "America/Chicago"),
    ("ET", "America/New_York"),
    ("EDT", "America/New_York"),
    ("BST", "Europe/London"),
    ("CEST", "Europe/Paris"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
];

/// Old names that still work.
const ALIASES: [(&str, &str); 20] = [
    ("US/Pacific", "America/Los_Angeles"),
    ("US/Mountain", "America/Denver"),
    ("US/Central", "America/Chicago"),
    ("US/Eastern", "America/New_York"),
    ("US/Alaska", "America/Anchorage"),
    ("US/Hawaii", "Pacific/Honolulu"),
    ("US/Arizona", "America/Phoenix"),
    ("Canada/Pacific", "America/Vancouver"),
    ("Canada/Eastern", "America/Toronto"),
    ("PST8PDT", "America/Los_Angeles"),
    ("MST7MDT", "America/Denver"),
    ("CST6CDT", "America/Chicago"),
    ("EST5EDT", "America/New_York"),
    ("GB", "Europe/London"),
    ("WET", "Europe/Lisbon"),
    ("CET", "Europe/Brussels"),
    ("MET", "Europe/Brussels"),
    ("EET", "Europe/Athens"),
    ("Asia/Calcutta", "Asia/Kolkata"),
    ("Europe/Kiev", "Europe/Kyiv"),
];

/// What `check` says of a name that works but should not be written.
pub fn warning(name: &str) -> Option<String> {
    if name.starts_with("Etc/GMT+") || name.starts_with("Etc/GMT-") {
        let hint = "write a region and a city, such as `America/Los_Angeles`";
        return Some(format!(
            "`{name}` never changes its clocks, and its sign counts west of London\nhint: {hint}"
        ));
    }
    let (_, today) = ALIASES.iter().find(|(old, _)| *old == name)?;
    Some(format!("`{name}` is an old name of `{today}`\nhint: write `{today}`"))
}

fn hint_for(name: &str) -> String {
    let spaced = name.trim().replace(' ', "_");
    let known = || chrono_tz::TZ_VARIANTS.iter().map(|tz| tz.name());
    let city = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).to_owned();
    ABBREVIATIONS
        .iter()
        .find(|(short, _)| short.eq_ignore_ascii_case(&spaced))
        .map(|(_, zone)| *zone)
        .or_else(|| known().find(|zone| zone.eq_ignore_ascii_case(&spaced)))
        .or_else(|| known().find(|zone| city(zone).eq_ignore_ascii_case(&city(&spaced))))
        .map_or_else(
            || "write a region and a city, such as `America/Los_Angeles`".to_owned(),
            |zone| format!("did you mean `{zone}`?"),
        )
}
