//! The table of cases: how it is read, and that none of it is forgotten.

use serde_json::Value;
use std::collections::BTreeMap;

const TABLE: &str = include_str!("../../../fixtures/time-vectors.json");

/// Kinds that other rooms answer for, or that are about things Firstline does not have, and why.
const ELSEWHERE: [(&str, &str); 10] = [
    ("ical_export", "the command line writes calendars"),
    ("ical_person_match", "nobody is looked up by a calendar's summary"),
    ("rotation_by_day", "rotations have no filter of weekdays; the one without a filter is in `rotations`"),
    ("resolve_schedule_layers", "tiers take the place of layers with priorities"),
    ("swap_rules", "covering is asked for and accepted in the domain"),
    ("override_conflict", "overlapping overrides are refused; two writers are the store's matter"),
    ("quality", "no score is computed"),
    ("vacation", "nothing is planned by itself"),
    ("fair_pick", "whom `ping: next` picks is decided in the domain"),
    ("rotation_until", "rotations have a start alone; before it nobody is on turn"),
];

/// Kinds that the neighbouring files test.
const HERE: [&str; 31] = [
    "business_active",
    "business_add",
    "business_periods",
    "business_within",
    "calendar_intersect",
    "config_reject",
    "coverage_gaps",
    "gap_check",
    "holiday_observed",
    "ical_expand",
    "ical_tz",
    "never_uncovered",
    "overlap",
    "override_map",
    "override_split",
    "resolve_schedule",
    "resolve_schedule_dst",
    "rotation_end",
    "rotation_handoffs",
    "rotation_monthly",
    "rotation_weekly",
    "swap",
    "time_off",
    "timer",
    "tzdata",
    "wallclock_add",
    "wallclock_resolve",
    "weekday_filter",
    "weekly_epoch",
    "window_active",
    "window_resolve",
];

/// One case: its id, what is given, what is expected.
pub struct Case {
    pub id: String,
    pub input: Value,
    pub expected: Value,
}

fn table() -> Vec<(String, Case)> {
    let table: Value = serde_json::from_str(TABLE).unwrap();
    let cases = table["vectors"].as_array().unwrap().iter();
    cases
        .map(|case| {
            let text = |key: &str| case[key].as_str().unwrap().to_owned();
            let whole =
                Case { id: text("id"), input: case["input"].clone(), expected: case["expected"].clone() };
            (text("kind"), whole)
        })
        .collect()
}

/// Every case of a kind; there is at least one.
pub fn of_kind(kind: &str) -> Vec<Case> {
    assert!(HERE.contains(&kind), "`{kind}` is not in the list of kinds tested here");
    let found: Vec<Case> =
        table().into_iter().filter(|(other, _)| other == kind).map(|(_, case)| case).collect();
    assert!(!found.is_empty(), "no case of kind `{kind}`");
    found
}

pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is not a text"))
}

pub fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(text).collect()
}

#[test]
fn every_kind_has_its_place() {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (kind, _) in table() {
        *kinds.entry(kind).or_default() += 1;
    }
    for kind in kinds.keys() {
        let elsewhere = ELSEWHERE.iter().any(|(name, _)| name == kind);
        assert!(elsewhere != HERE.contains(&kind.as_str()), "`{kind}` has no place, or two");
    }
    assert_eq!(kinds.len(), ELSEWHERE.len() + HERE.len());
}
