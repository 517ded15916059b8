//! Holidays: presets, rules and single days.

use super::vectors::{of_kind, text};
use chrono::{Datelike, NaiveDate};
use firstline::coverage::{HolidayRule, HolidaySpec, Holidays, NamedDay, Preset};

fn preset(preset: Preset) -> Holidays {
    Holidays::new(HolidaySpec { preset: Some(preset), ..HolidaySpec::default() })
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn year(holidays: &Holidays, year: i32) -> Vec<String> {
    let first = NaiveDate::from_ymd_opt(year, 1, 1).unwrap();
    first
        .iter_days()
        .take_while(|day| day.year() == year)
        .filter_map(|day| Some(format!("{} {}", day.format("%m-%d"), holidays.on(day)?)))
        .collect()
}

#[test]
fn the_day_itself_and_the_day_it_is_observed_are_closed() {
    for case in of_kind("holiday_observed") {
        let country =
            if text(&case.input["country"]) == "US" { Preset::UsFederal } else { Preset::UkEngland };
        let holidays = preset(country);
        let mut days: Vec<&str> = Vec::new();
        collect(&case.expected, &mut days);
        assert!(!days.is_empty());
        for date in days {
            assert!(holidays.on(day(date)).is_some(), "{} {date}", case.id);
        }
    }
}

fn collect<'a>(value: &'a serde_json::Value, days: &mut Vec<&'a str>) {
    days.extend(value.as_str());
    value.as_array().into_iter().flatten().for_each(|item| collect(item, days));
    value.as_object().into_iter().flatten().for_each(|(_, item)| collect(item, days));
}

#[test]
fn a_federal_year() {
    // 4 July 2026 is a Saturday, observed on the Friday before; New Year 2028 is observed in 2027.
    let federal = preset(Preset::UsFederal);
    assert_eq!(
        year(&federal, 2026),
        [
            "01-01 New Year's Day",
            "01-19 Martin Luther King Jr. Day",
            "02-16 Washington's Birthday",
            "05-25 Memorial Day",
            "06-19 Juneteenth",
            "07-03 Independence Day",
            "07-04 Independence Day",
            "09-07 Labor Day",
            "10-12 Columbus Day",
            "11-11 Veterans Day",
            "11-26 Thanksgiving Day",
            "12-25 Christmas Day",
        ]
    );
    assert_eq!(federal.on(day("2027-12-31")), Some("New Year's Day"));
    assert_eq!(federal.on(day("2020-06-19")), None);
}

#[test]
fn english_years() {
    let england = preset(Preset::UkEngland);
    assert_eq!(
        year(&england, 2027),
        [
            "01-01 New Year's Day",
            "03-26 Good Friday",
            "03-29 Easter Monday",
            "05-03 Early May Bank Holiday",
            "05-31 Spring Bank Holiday",
            "08-30 Summer Bank Holiday",
            "12-25 Christmas Day",
            "12-26 Boxing Day",
            "12-27 Christmas Day",
            "12-28 Boxing Day",
        ]
    );
    // Christmas on a Sunday: its substitute comes after Boxing Day.
    assert_eq!(england.on(day("2022-12-27")), Some("Christmas Day"));
    assert_eq!(england.on(day("2022-05-30")), None);
    assert_eq!(england.on(day("2022-06-02")), Some("Spring Bank Holiday"));
    assert_eq!(england.on(day("2023-05-08")), Some("Coronation of King Charles III"));
}

#[test]
fn easter_wanders() {
    let easter: HolidayRule = "easter 0 Easter Sunday".parse().unwrap();
    for date in
        ["1970-03-29", "2000-04-23", "2008-03-23", "2011-04-24", "2026-04-05", "2038-04-25", "2076-04-19"]
    {
        assert_eq!(easter.when.in_year(day(date).year()), Some(day(date)));
    }
}

#[test]
fn rules_and_single_days_are_read_back_as_written() {
    let rules = [
        "12-24 Christmas Eve",
        "07-04 nearest Independence Day",
        "01-01 next New Year",
        "nov thu 4 Thanksgiving",
        "may mon last Spring",
        "easter -2 Good Friday",
    ];
    for text in rules {
        assert_eq!(text.parse::<HolidayRule>().unwrap().to_string(), text);
    }
    let named: NamedDay = "2026-11-27 Day after Thanksgiving".parse().unwrap();
    assert_eq!((named.date, named.name.as_str()), (day("2026-11-27"), "Day after Thanksgiving"));
    for wrong in ["13-01 X", "02-30 X", "nov thu 6 X", "nov thu X", "easter X", "12-25", ""] {
        let error = wrong.parse::<HolidayRule>().unwrap_err().to_string();
        assert!(error.contains("is not a yearly day\nhint: "), "{error}");
    }
    assert!("27.11.2026 X".parse::<NamedDay>().unwrap_err().to_string().contains("hint: write `2026-11-27"));
}

#[test]
fn the_configuration_says_which_days() {
    let text = r#"{ "preset": "us-federal", "also": ["2026-11-27 Day after Thanksgiving"],
        "except": ["2026-10-12"], "rules": ["02-29 Leap day", "10-31 Halloween"] }"#;
    let holidays: Holidays = serde_json::from_str(text).unwrap();
    assert_eq!(holidays.on(day("2026-11-27")), Some("Day after Thanksgiving"));
    assert_eq!(holidays.on(day("2026-10-12")), None);
    assert_eq!(holidays.on(day("2027-10-11")), Some("Columbus Day"));
    assert_eq!(holidays.on(day("2028-02-29")), Some("Leap day"));
    assert_eq!(holidays.on(day("2027-03-01")), None);
    // An event on Saturday keeps its day, because nothing says where else it is observed.
    assert_eq!(holidays.on(day("2026-10-30")), None);
    let again: Holidays = serde_json::from_str(&serde_json::to_string(&holidays).unwrap()).unwrap();
    assert_eq!(again, holidays);
}
