//! Weekly hours and the hours of single days, and the text they are written as.

use super::text::written_as_text;
use chrono::Weekday;
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use std::fmt;
use std::str::FromStr;

/// When a person works or a desk is open in an ordinary week.
///
/// Written `always`, or as a map of days: `{ mon-thu: "09:00-17:30", fri: "09:00-13:00" }`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Hours {
    /// No hours are set for a person; a desk that never closes.
    #[default]
    Always,
    Weekly(WeeklyHours),
}

/// The windows of each weekday, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WeeklyHours {
    days: [DayHours; 7],
}

/// The windows of one day, in order, none overlapping another; none at all means closed.
///
/// Written `08:30-12:00, 13:00-17:30`, or `closed`.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayHours {
    windows: Vec<Window>,
}

/// Minutes since the day's midnight on the wall clock. `until` may pass 1440: it then lies on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    pub from: u16,
    pub until: u16,
}

/// Hours that cannot be read or cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    #[error(
        "`{0}` is not a day of the week\nhint: write `mon` to `sun`, a range such as `mon-fri`, or `daily`"
    )]
    UnknownDay(String),
    #[error("`{0}` has its hours twice\nhint: put all windows of a day on one line, separated by commas")]
    RepeatedDay(&'static str),
    #[error("the hours name no day\nhint: leave `hours` out when nothing limits them, or write `always`")]
    Empty,
    #[error("`{0}` is not a window of time\nhint: write `HH:MM-HH:MM`, such as `09:00-17:30`, or `closed`")]
    NotAWindow(String),
    #[error("`{0}` begins and ends at the same time\nhint: write `00:00-24:00` for a whole day")]
    EqualEnds(String),
    #[error("`{first}` and `{second}` overlap\nhint: join them, or end one where the other begins")]
    Overlap { first: Window, second: Window },
    #[error(
        "`{0}` is not a way to write hours\nhint: write `always`, or a map such as `mon-fri: \"09:00-17:30\"`"
    )]
    NotHours(String),
}

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const DAY_MINUTES: u16 = 24 * 60;

impl Hours {
    /// Reads `mon-fri` → `08:30-12:00, 13:00-17:30` and the like. Ranges may wrap (`sat-mon`).
    ///
    /// # Errors
    /// No entry at all, an unknown or a repeated day, and what [`DayHours`] refuses.
    pub fn weekly<'a>(entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, HoursError> {
        let mut days: [Option<DayHours>; 7] = Default::default();
        for (key, value) in entries {
            let hours: DayHours = value.parse()?;
            for day in days_of(key)? {
                if days[day].replace(hours.clone()).is_some() {
                    return Err(HoursError::RepeatedDay(DAYS[day]));
                }
            }
        }
        if days.iter().all(Option::is_none) {
            return Err(HoursError::Empty);
        }
        Ok(Self::Weekly(WeeklyHours { days: days.map(Option::unwrap_or_default) }))
    }
}

/// The days that a key names, as indexes from Monday.
fn days_of(key: &str) -> Result<Vec<usize>, HoursError> {
    let unknown = || HoursError::UnknownDay(key.to_owned());
    let lower = key.trim().to_lowercase();
    let index = |name: &str| DAYS.iter().position(|day| *day == name.trim()).ok_or_else(unknown);
    if lower == "daily" {
        return Ok((0..7).collect());
    }
    match lower.split_once('-') {
        None => Ok(vec![index(&lower)?]),
        Some((first, last)) => {
            let (first, last) = (index(first)?, index(last)?);
            let count = (last + 7 - first) % 7 + 1;
            Ok((first..first + count).map(|day| day % 7).collect())
        }
    }
}

impl WeeklyHours {
    pub fn on(&self, weekday: Weekday) -> &DayHours {
        &self.days[weekday.num_days_from_monday() as usize]
    }
}

impl DayHours {
    /// No window at all.
    pub const CLOSED: Self = Self { windows: Vec::new() };

    pub fn windows(&self) -> &[Window] {
        &self.windows
    }
}

impl FromStr for DayHours {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        if text.trim().eq_ignore_ascii_case("closed") {
            return Ok(Self::CLOSED);
        }
        let mut windows = text.split(',').map(str::parse).collect::<Result<Vec<Window>, _>>()?;
        windows.sort_unstable();
        for pair in windows.windows(2) {
            if pair[1].from < pair[0].until {
                return Err(HoursError::Overlap { first: pair[0], second: pair[1] });
            }
        }
        Ok(Self { windows })
    }
}

impl FromStr for Window {
    type Err = HoursError;

    fn from_str(text: &str) -> Result<Self, HoursError> {
        let text = text.trim();
        let not = || HoursError::NotAWindow(text.to_owned());
        let (from, until) = text.split_once(['-', '–']).ok_or_else(not)?;
        let from = minutes(from).filter(|from| *from < DAY_MINUTES).ok_or_else(not)?;
        let until = minutes(until).ok_or_else(not)?;
        match until.cmp(&from) {
            std::cmp::Ordering::Greater => Ok(Self { from, until }),
            std::cmp::Ordering::Less => Ok(Self { from, until: until + DAY_MINUTES }),
            std::cmp::Ordering::Equal => Err(HoursError::EqualEnds(text.to_owned())),
        }
    }
}

/// `HH:MM` up to `24:00`.
fn minutes(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !digits(hour) || !digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let total = hour * 60 + minute;
    (minute < 60 && total <= DAY_MINUTES).then_some(total)
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let until = if self.until > DAY_MINUTES { self.until - DAY_MINUTES } else { self.until };
        write!(f, "{:02}:{:02}-{:02}:{:02}", self.from / 60, self.from % 60, until / 60, until % 60)
    }
}

impl fmt::Display for DayHours {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.windows.is_empty() {
            return f.write_str("closed");
        }
        let texts: Vec<String> = self.windows.iter().map(Window::to_string).collect();
        f.write_str(&texts.join(", "))
    }
}

written_as_text!(
    DayHours,
    HoursError,
    "DayHours",
    "The windows of one day: `08:30-12:00, 13:00-17:30`, or `closed`."
);

impl Serialize for Hours {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Always => serializer.serialize_str("always"),
            Self::Weekly(week) => {
                let mut map = serializer.serialize_map(Some(7))?;
                for (name, hours) in DAYS.iter().zip(&week.days) {
                    map.serialize_entry(name, hours)?;
                }
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for Hours {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(HoursVisitor)
    }
}

struct HoursVisitor;

impl<'de> Visitor<'de> for HoursVisitor {
    type Value = Hours;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`always`, or a map of days such as `mon-fri: \"09:00-17:30\"`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Hours, E> {
        match text.trim() {
            "always" => Ok(Hours::Always),
            other => Err(E::custom(HoursError::NotHours(other.to_owned()))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Hours, A::Error> {
        // Kept as a list, so that a day that is named twice is seen.
        let mut entries: Vec<(String, String)> = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        Hours::weekly(entries.iter().map(|(key, value)| (key.as_str(), value.as_str())))
            .map_err(de::Error::custom)
    }
}

impl schemars::JsonSchema for Hours {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Hours".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`always`, or windows by day: `mon-fri: \"08:30-12:00, 13:00-17:30\"`.",
            "anyOf": [
                { "const": "always" },
                { "type": "object", "minProperties": 1, "additionalProperties": { "type": "string" } }
            ]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(entries: &[(&str, &str)]) -> HoursError {
        Hours::weekly(entries.iter().copied()).unwrap_err()
    }

    #[test]
    fn ranges_wrap_and_daily_is_every_day() {
        let hours = Hours::weekly([("sat-mon", "10:00-12:00"), ("tue", "22:00-06:00")]).unwrap();
        let Hours::Weekly(week) = hours else { panic!("weekly hours were written") };
        let texts: Vec<String> = week.days.iter().map(DayHours::to_string).collect();
        assert_eq!(
            texts,
            ["10:00-12:00", "22:00-06:00", "closed", "closed", "closed", "10:00-12:00", "10:00-12:00"]
        );
        assert_eq!(days_of("Daily").unwrap().len(), 7);
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert_eq!(refused(&[]), HoursError::Empty);
        assert_eq!(refused(&[("mon", "08:00-08:00")]), HoursError::EqualEnds("08:00-08:00".into()));
        assert_eq!(
            refused(&[("mon-fri", "08:00-09:00"), ("wed", "10:00-11:00")]),
            HoursError::RepeatedDay("wed")
        );
        assert_eq!(refused(&[("weekdays", "08:00-09:00")]), HoursError::UnknownDay("weekdays".into()));
        assert!(matches!(refused(&[("mon", "13:00-15:00, 08:00-13:01")]), HoursError::Overlap { .. }));
        for text in ["", "9-17", "09:00", "24:00-25:00", "24:00-02:00", "09:60-10:00", "+9:00-10:00"] {
            assert!(matches!(refused(&[("mon", text)]), HoursError::NotAWindow(_)), "{text}");
        }
    }

    #[test]
    fn touching_windows_are_not_an_overlap() {
        let hours: DayHours = "12:00-24:00,8:30-12:00".parse().unwrap();
        assert_eq!(hours.to_string(), "08:30-12:00, 12:00-24:00");
    }

    #[test]
    fn hours_are_read_back_as_they_were_written() {
        for text in [r#""always""#, r#"{"mon-fri":"08:30-12:00, 13:00-17:30","sun":"22:00-06:00"}"#] {
            let hours: Hours = serde_json::from_str(text).unwrap();
            let again: Hours = serde_json::from_str(&serde_json::to_string(&hours).unwrap()).unwrap();
            assert_eq!(hours, again);
        }
    }
}
