//! Zones, hours and lengths: from text to meaning, with the limits of what can be meant.

use super::super::ledger::Ledger;
use super::super::shape::words::HoursText;
use super::super::yaml::value::{At, Listed};
use crate::clock::Length;
use crate::coverage::{DayHours, Hours};
use crate::zone::{self, Zone, Zones};
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The zone of that name; UTC when none is given or it is not one.
pub fn zone(ledger: &mut Ledger, zones: &Zones, name: Option<&At<String>>) -> Zone {
    let Some(name) = name else { return Zone::utc() };
    if let Some(warning) = zone::warning(name) {
        ledger.warn(name.place, warning);
    }
    zones.zone(name).unwrap_or_else(|error| {
        ledger.error(name.place, error.to_string());
        Zone::utc()
    })
}

/// Weekly hours.
pub fn hours(ledger: &mut Ledger, text: &At<HoursText>) -> Hours {
    let days = match &text.value {
        HoursText::Always => return Hours::Always,
        HoursText::Days(days) => days,
    };
    let mut entries: Vec<(String, String)> = Vec::new();
    let mut week = Hours::Always;
    for (day, windows) in &days.0 {
        ends_before_midnight(ledger, windows);
        entries.push((day.value.clone(), windows.to_string()));
        match Hours::weekly(entries.iter().map(|(day, windows)| (day.as_str(), windows.as_str()))) {
            Ok(hours) => week = hours,
            Err(error) => {
                ledger.error(day.place, error.to_string());
                entries.pop();
            }
        }
    }
    week
}

/// Hours of single days.
pub fn dates(ledger: &mut Ledger, text: &Listed<DayHours>) -> BTreeMap<NaiveDate, DayHours> {
    let mut days = BTreeMap::new();
    for (day, windows) in &text.0 {
        ends_before_midnight(ledger, windows);
        match NaiveDate::parse_from_str(day, "%Y-%m-%d") {
            Ok(date) => {
                if days.insert(date, windows.value.clone()).is_some() {
                    ledger.error(
                        day.place,
                        format!("`{}` stands here twice\nhint: keep one of the two", day.value),
                    );
                }
            }
            Err(_) => {
                ledger.error(day.place, format!("`{}` is not a day\nhint: write `2026-12-24`", day.value));
            }
        }
    }
    days
}

fn ends_before_midnight(ledger: &mut Ledger, windows: &At<DayHours>) {
    const LAST_MINUTE: u16 = 24 * 60 - 1;
    if windows.windows().iter().any(|window| window.until % (24 * 60) == LAST_MINUTE) {
        ledger.warn(
            windows.place,
            "`23:59` leaves the last minute of the day open\nhint: write `24:00`, which ends the day",
        );
    }
}

/// A length of at least a second; complains of zero, and of more than `most`.
pub fn length(ledger: &mut Ledger, text: Option<&At<Length>>, most: Length) -> Option<Length> {
    let text = text?;
    if text.is_zero() {
        ledger.error(text.place, "this length is zero\nhint: write at least `1s`");
        return None;
    }
    if text.value > most {
        ledger.error(text.place, format!("`{}` is too long here\nhint: write at most `{most}`", text.value));
        return None;
    }
    Some(text.value)
}
