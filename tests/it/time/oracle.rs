//! Wall times against an independent clock library, over the zones that do the strangest things.

use super::build::zone;
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};
use firstline::zone::{Resolved, Timestamp};
use jiff::tz::{AmbiguousOffset, TimeZone};
use proptest::prelude::*;

/// Half-hour clock changes, days that do not exist, changes at midnight, winters that count as the exception,
/// odd offsets, changes for a month of fasting.
const ZONES: [&str; 24] = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/Asuncion",
    "America/Caracas",
    "America/Havana",
    "America/Los_Angeles",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "America/St_Johns",
    "Antarctica/Troll",
    "Asia/Amman",
    "Asia/Beirut",
    "Asia/Gaza",
    "Asia/Kathmandu",
    "Asia/Pyongyang",
    "Asia/Tehran",
    "Australia/Lord_Howe",
    "Europe/Dublin",
    "Europe/London",
    "Pacific/Apia",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Pacific/Kwajalein",
];

/// The rules of these years are settled: copies of different age agree on them.
const FIRST: i64 = 631_152_000; // 1990-01-01
const LAST: i64 = 1_735_689_600; // 2025-01-01

fn civil(wall: NaiveDateTime) -> jiff::civil::DateTime {
    let part = |number: u32| i8::try_from(number).unwrap();
    jiff::civil::date(i16::try_from(wall.year()).unwrap(), part(wall.month()), part(wall.day())).at(
        part(wall.hour()),
        part(wall.minute()),
        part(wall.second()),
        0,
    )
}

fn instant(zone: &TimeZone, wall: NaiveDateTime) -> Resolved {
    let with = |offset: jiff::tz::Offset| -> Timestamp {
        let seconds = offset.to_timestamp(civil(wall)).unwrap().as_second();
        DateTime::from_timestamp(seconds, 0).unwrap()
    };
    match zone.to_ambiguous_timestamp(civil(wall)).offset() {
        AmbiguousOffset::Unambiguous { offset } => Resolved::Once(with(offset)),
        AmbiguousOffset::Fold { before, after } => Resolved::Twice(with(before), with(after)),
        AmbiguousOffset::Gap { before, .. } => {
            // The jump is the last change at or before the wall time read with the offset before it.
            let late = jiff::Timestamp::from_second(with(before).timestamp() + 1).unwrap();
            let jump = zone.preceding(late).next().unwrap().timestamp().as_second();
            Resolved::Skipped(DateTime::from_timestamp(jump, 0).unwrap())
        }
    }
}

fn check(name: &str, wall: NaiveDateTime) {
    let oracle = TimeZone::get(name).unwrap();
    assert_eq!(zone(name).resolve(wall), instant(&oracle, wall), "{wall} in {name}");
}

#[test]
fn around_every_clock_change_both_say_the_same() {
    for name in ZONES {
        let ours = zone(name);
        let at = |seconds| DateTime::from_timestamp(seconds, 0).unwrap();
        let changes = ours.changes(at(FIRST), at(LAST));
        let oracle = TimeZone::get(name).unwrap();
        for change in &changes {
            let near = ours.local(change.at);
            for minutes in (-27 * 60..=27 * 60).step_by(15) {
                check(name, near + TimeDelta::minutes(minutes));
            }
            let offset = oracle.to_offset(jiff::Timestamp::from_second(change.at.timestamp()).unwrap());
            assert_eq!(change.after, offset.seconds(), "{} in {name}", change.at);
        }
        let kept = ["Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Kwajalein"];
        assert!(changes.len() > 1 || kept.contains(&name), "{name} has clock changes");
    }
}

#[test]
fn a_day_that_was_left_out_is_the_instant_of_the_jump() {
    let apia = zone("Pacific/Apia");
    let jump = "2011-12-30T10:00:00Z".parse().unwrap();
    let day = NaiveDate::from_ymd_opt(2011, 12, 30).unwrap();
    assert_eq!(apia.resolve(day.and_hms_opt(12, 0, 0).unwrap()), Resolved::Skipped(jump));
    assert_eq!(apia.day_start(day), jump);
    assert_eq!(apia.day_start(day.succ_opt().unwrap()), jump);
}

#[test]
fn the_ends_of_the_calendar_do_no_harm() {
    for name in ZONES {
        let zone = zone(name);
        for wall in [NaiveDateTime::MIN, NaiveDateTime::MAX] {
            zone.first(wall);
            zone.last(wall);
        }
        for at in [Timestamp::MIN_UTC, Timestamp::MAX_UTC] {
            zone.local(at);
        }
    }
}

proptest! {
    #[test]
    fn any_wall_time_is_where_the_oracle_says(
        name in prop::sample::select(&ZONES[..]),
        seconds in FIRST..LAST,
    ) {
        check(name, DateTime::from_timestamp(seconds, 0).unwrap().naive_utc());
    }

    #[test]
    fn a_wall_clock_shows_what_was_looked_up(
        name in prop::sample::select(&ZONES[..]),
        seconds in FIRST..LAST,
    ) {
        let zone = zone(name);
        let now = DateTime::from_timestamp(seconds, 0).unwrap();
        let wall = zone.local(now);
        prop_assert!(zone.first(wall) == now || zone.last(wall) == now);
    }
}
