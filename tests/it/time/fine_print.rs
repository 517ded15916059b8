//! The resolver's order and the fine print of time, one promise after another.

use super::build::{always, at, dated, desk, open, person, roster, schedule, with_holidays, zone};
use super::rotations::rotation;
use chrono::Duration;
use firstline::coverage::{
    Absence, Answer, BentShift, Break, Busy, BusyKind, Change, Desk, Dnd, DndPolicy, Facts, Gap, GapsError,
    HolidaySpec, Live, Override, Presence, PresencePolicy, Preset, Roster, RosterProblem, Source, Span,
    StandInOff, Status, StatusRules, TimeOff, WhenClosed, Word, bent_shifts, gaps, next_handoff, on_tier,
    people_of, resolve, shifts, stand_ins_off, who,
};
use firstline::id::PersonKey;
use firstline::zone::Timestamp;
use std::collections::BTreeMap;

pub fn live(person: &str, live: Live) -> BTreeMap<PersonKey, Live> {
    BTreeMap::from([(PersonKey::from(person), live)])
}

fn federal() -> HolidaySpec {
    HolidaySpec { preset: Some(Preset::UsFederal), ..HolidaySpec::default() }
}

pub fn asked(person: &str, desk: &Desk, now: &str, facts: &Facts<'_>) -> (bool, Source, Option<Timestamp>) {
    let answer: Answer = resolve(&person.into(), desk, at(now), facts);
    (answer.available, answer.source(), answer.until)
}

fn stand_in(from: &str, until: &str, replace: &str, with: &str) -> Override {
    let change = Change::Replace { replace: replace.into(), with: with.into() };
    Override { rotation: "lead".into(), from: from.parse().unwrap(), until: until.parse().unwrap(), change }
}

/// Ana leads alone in her rotation, bo is off every day and can stand in for her.
pub fn lead_roster() -> Roster {
    let mut roster = roster([("ana", always("UTC")), ("bo", schedule("UTC", &[("daily", "closed")]))]);
    roster.rotations.insert("lead".into(), rotation(zone("UTC"), "1 week", "2026-01-05", &["ana"]));
    roster
}

#[test]
fn the_first_rule_that_speaks_decides() {
    let now = at("2026-12-25T12:00Z");
    let later = |hours: i64| now + Duration::hours(hours);
    let mut roster = lead_roster();
    let christmas = with_holidays(schedule("UTC", &[("sat-thu", "09:00-17:00")]), federal());
    roster.people.insert("p".into(), person(dated(christmas.clone(), &[("2026-12-25", "10:00-14:00")])));
    roster.overrides.push(stand_in("2026-12-25", "2026-12-26", "ana", "p"));
    roster.statuses = StatusRules { emoji: vec!["palm_tree".into()], text: Vec::new() };
    roster.time_off.push(TimeOff {
        person: "p".into(),
        from: "2026-12-25 11:00".parse().unwrap(),
        until: "2026-12-25 14:00".parse().unwrap(),
        note: None,
    });
    let mut state = Live {
        words: vec![Word::Away { from: now, until: Some(later(1)), note: None }],
        status: Some(Status { emoji: ":palm_tree:".into(), text: String::new(), expires_at: Some(later(5)) }),
        dnd: Some(Dnd { from: now, until: later(4) }),
        presence: Some(Presence::Away),
        breaks: vec![Break { from: now, until: later(6), note: None }],
        dates: std::collections::BTreeMap::new(),
        time_off: Vec::new(),
    };
    let busy = Busy { from: now, until: later(3), kind: BusyKind::Busy, all_day: false };
    let calendars = BTreeMap::from([(PersonKey::from("p"), vec![busy])]);
    let mut desk = open(desk(&[&["p"]]), schedule("UTC", &[("fri", "13:00-24:00")]));
    desk.dnd = DndPolicy::Counts;
    let ask = |state: &Live, roster: &Roster, desk: &Desk, now: Timestamp| {
        let live = live("p", state.clone());
        let facts = Facts { live: &live, calendars: &calendars, ..Facts::of(roster) };
        let answer = resolve(&"p".into(), desk, now, &facts);
        (answer.source(), answer.until)
    };
    assert_eq!(ask(&state, &roster, &desk, now), (Source::Closed, Some(later(1))));
    desk.schedule = always("UTC");
    assert_eq!(ask(&state, &roster, &desk, now), (Source::OwnWord, Some(later(1))));
    state.words.clear();
    assert_eq!(ask(&state, &roster, &desk, now), (Source::TimeOff, Some(later(2))));
    roster.time_off.clear();
    assert_eq!(ask(&state, &roster, &desk, now), (Source::Calendar, Some(later(3))));
    let after = later(3);
    assert_eq!(ask(&state, &roster, &desk, after), (Source::Dnd, Some(later(4))));
    state.dnd = None;
    assert_eq!(ask(&state, &roster, &desk, after), (Source::Status, Some(later(5))));
    state.status = None;
    assert_eq!(ask(&state, &roster, &desk, after), (Source::Break, Some(later(6))));
    state.breaks.clear();
    assert_eq!(ask(&state, &roster, &desk, after).0, Source::Override);
    roster.overrides.clear();
    assert_eq!(ask(&state, &roster, &desk, later(4)).0, Source::Dates);
    assert_eq!(ask(&state, &roster, &desk, at("2026-12-25T13:30Z")).0, Source::Calendar);
    roster.people.insert("p".into(), person(christmas));
    assert_eq!(ask(&state, &roster, &desk, after), (Source::Holiday, Some(at("2026-12-26T09:00Z"))));
    let saturday = at("2026-12-26T10:00Z");
    assert_eq!(ask(&state, &roster, &desk, saturday), (Source::Hours, Some(at("2026-12-26T17:00Z"))));
    desk.presence = PresencePolicy::Counts;
    assert_eq!(ask(&state, &roster, &desk, saturday), (Source::Presence, Some(at("2026-12-26T17:00Z"))));
    state.presence = Some(Presence::Active);
    roster.people.insert("p".into(), person(always("UTC")));
    assert_eq!(ask(&state, &roster, &desk, saturday), (Source::None, None));
}

#[test]
fn an_open_end_is_null_and_so_is_one_beyond_a_week() {
    let roster = roster([("p", schedule("UTC", &[("mon", "09:00-17:00")]))]);
    let (desk, facts) = (desk(&[&["p"]]), Facts::of(&roster));
    let monday = Some(at("2026-11-23T09:00Z"));
    assert_eq!(asked("p", &desk, "2026-11-16T17:00Z", &facts), (false, Source::Hours, monday));
    assert_eq!(asked("p", &desk, "2026-11-16T09:00Z", &facts).2, Some(at("2026-11-16T17:00Z")));
    let away = live(
        "p",
        Live {
            words: vec![Word::Away { from: at("2026-11-16T00:00Z"), until: None, note: None }],
            ..Live::default()
        },
    );
    let facts = Facts { live: &away, ..facts };
    assert_eq!(asked("p", &desk, "2026-11-16T10:00Z", &facts), (false, Source::OwnWord, None));
    let until = Some(at("2026-11-24T10:00Z"));
    let far = live(
        "p",
        Live {
            words: vec![Word::Away { from: at("2026-11-16T00:00Z"), until, note: None }],
            ..Live::default()
        },
    );
    let facts = Facts { live: &far, ..facts };
    assert_eq!(asked("p", &desk, "2026-11-17T10:00Z", &facts).2, until);
    assert_eq!(asked("p", &desk, "2026-11-17T09:59Z", &facts).2, None);
}

#[test]
fn windows_that_touch_are_one_answer() {
    let hours = schedule("UTC", &[("mon", "08:00-12:00, 12:00-17:00, 22:00-24:00"), ("tue", "00:00-06:00")]);
    let roster = roster([("p", dated(hours, &[("2026-11-18", "06:00-07:00")]))]);
    let (desk, facts) = (desk(&[&["p"]]), Facts::of(&roster));
    assert_eq!(asked("p", &desk, "2026-11-16T09:00Z", &facts).2, Some(at("2026-11-16T17:00Z")));
    assert_eq!(asked("p", &desk, "2026-11-16T23:00Z", &facts).2, Some(at("2026-11-17T06:00Z")));
    // An evening off, a night and a date that begins later are one absence.
    assert_eq!(asked("p", &desk, "2026-11-17T12:00Z", &facts).2, Some(at("2026-11-18T06:00Z")));
}

#[test]
fn dated_hours_beat_a_holiday_and_an_eves_night_runs_into_it() {
    let nights = with_holidays(schedule("America/New_York", &[("daily", "22:00-06:00")]), federal());
    let roster = roster([
        ("night", nights),
        (
            "dated",
            dated(with_holidays(always("America/New_York"), federal()), &[("2026-12-25", "09:00-12:00")]),
        ),
        ("free", with_holidays(always("America/New_York"), federal())),
    ]);
    let (desk, facts) = (desk(&[&["night", "dated", "free"]]), Facts::of(&roster));
    let morning = Some(at("2026-12-25T11:00Z"));
    assert_eq!(asked("night", &desk, "2026-12-25T10:59Z", &facts), (true, Source::Hours, morning));
    assert_eq!(
        asked("night", &desk, "2026-12-26T03:30Z", &facts),
        (false, Source::Holiday, Some(at("2026-12-27T03:00Z")))
    );
    assert!(asked("dated", &desk, "2026-12-25T14:00Z", &facts).0);
    assert_eq!(asked("dated", &desk, "2026-12-25T17:00Z", &facts).1, Source::Dates);
    // The whole local day, neither earlier nor later.
    let midnight = Some(at("2026-12-26T05:00Z"));
    assert_eq!(asked("free", &desk, "2026-12-25T05:00Z", &facts), (false, Source::Holiday, midnight));
    assert_eq!(asked("free", &desk, "2026-12-25T04:59Z", &facts).1, Source::None);
}

#[test]
fn a_day_closed_by_its_date_is_closed_for_people_and_desks() {
    let roster = roster([("p", dated(always("UTC"), &[("2026-12-31", "closed")]))]);
    let (mut desk, facts) = (desk(&[&["p"]]), Facts::of(&roster));
    let next = Some(at("2027-01-01T00:00Z"));
    assert_eq!(asked("p", &desk, "2026-12-31T00:00Z", &facts), (false, Source::Dates, next));
    desk.schedule = dated(always("UTC"), &[("2026-12-31", "closed")]);
    assert_eq!(asked("p", &desk, "2026-12-31T00:00Z", &facts), (false, Source::Closed, next));
    let urgent = Facts { when_closed: WhenClosed::Ignored, ..facts };
    assert_eq!(asked("p", &desk, "2026-12-31T00:00Z", &urgent).1, Source::Dates);
    assert_eq!(gaps(&desk, at("2026-12-31T00:00Z"), at("2027-01-01T00:00Z"), &facts), Ok(Vec::new()));
}

#[test]
fn an_override_is_its_stand_ins_hours_but_not_their_life() {
    let mut roster = lead_roster();
    roster.overrides.push(stand_in("2026-12-24 09:00", "2026-12-26 09:00", "ana", "bo"));
    let desk = desk(&[&["rotation:lead"]]);
    let facts = Facts::of(&roster);
    let end = Some(at("2026-12-26T09:00Z"));
    assert_eq!(asked("bo", &desk, "2026-12-24T09:00Z", &facts), (true, Source::Override, end));
    assert_eq!(asked("bo", &desk, "2026-12-24T08:59Z", &facts).1, Source::Hours);
    let rows = who(&desk, at("2026-12-25T00:00Z"), &facts);
    assert_eq!(rows.iter().map(|row| row.person.as_str()).collect::<Vec<_>>(), ["bo"]);
    // Slack's nightly silence does not hold a stand-in, a meeting and time off do.
    let silent = live(
        "bo",
        Live {
            dnd: Some(Dnd { from: at("2026-12-24T20:00Z"), until: at("2026-12-25T08:00Z") }),
            ..Live::default()
        },
    );
    assert!(asked("bo", &desk, "2026-12-25T00:00Z", &Facts { live: &silent, ..facts }).0);
    let busy = Busy {
        from: at("2026-12-25T00:00Z"),
        until: at("2026-12-25T01:00Z"),
        kind: BusyKind::OutOfOffice,
        all_day: false,
    };
    let calendars = BTreeMap::from([(PersonKey::from("bo"), vec![busy])]);
    let meeting = Facts { calendars: &calendars, ..facts };
    assert_eq!(asked("bo", &desk, "2026-12-25T00:00Z", &meeting).1, Source::Calendar);
    assert_eq!(stand_ins_off(&roster), []);
    roster.time_off.push(TimeOff {
        person: "bo".into(),
        from: "2026-12-25".parse().unwrap(),
        until: "2026-12-28".parse().unwrap(),
        note: None,
    });
    assert_eq!(asked("bo", &desk, "2026-12-25T00:00Z", &Facts::of(&roster)).1, Source::TimeOff);
    let span = Span::new(at("2026-12-25T00:00Z"), at("2026-12-26T09:00Z"));
    assert_eq!(stand_ins_off(&roster), [StandInOff { index: 0, person: "bo".into(), span }]);
}

#[test]
fn overlapping_overrides_of_one_rotation_are_a_problem() {
    let mut roster = lead_roster();
    roster.overrides.push(stand_in("2026-12-24", "2026-12-26", "ana", "bo"));
    roster.overrides.push(stand_in("2026-12-26", "2026-12-27", "ana", "bo"));
    assert_eq!(roster.problems(), []);
    roster.overrides.push(stand_in("2026-12-25 12:00", "2026-12-25 13:00", "ana", "bo"));
    roster.overrides.push(stand_in("2026-12-29", "2026-12-28", "ana", "bo"));
    let (rotation, first, second) = ("lead".into(), 0, 2);
    assert_eq!(
        roster.problems(),
        [
            RosterProblem::OverridesOverlap { rotation, first, second },
            RosterProblem::OverrideReversed { rotation: "lead".into(), index: 3 }
        ]
    );
    let text = r#"{ "rotation": "lead", "from": "2026-12-24", "until": "2026-12-25", "replace": "ana" }"#;
    let error = serde_json::from_str::<Override>(text).unwrap_err().to_string();
    assert!(error.contains("the override of `lead` does not say one thing\nhint: "), "{error}");
}

#[test]
fn the_second_midnight_ends_a_day_that_has_two() {
    // Havana goes back from 01:00 to 00:00 on 1 November 2026.
    let saturday = schedule("America/Havana", &[("sat", "00:00-24:00")]);
    let around = Span::new(at("2026-10-30T00:00Z"), at("2026-11-03T00:00Z"));
    assert_eq!(saturday.open_spans(around), [Span::new(at("2026-10-31T04:00Z"), at("2026-11-01T05:00Z"))]);
}

#[test]
fn who_lists_everybody_who_answers_at_that_instant() {
    let mut roster = lead_roster();
    roster
        .rotations
        .insert("pair".into(), rotation(zone("UTC"), "1 day", "2026-11-16 09:00", &["ana", "cy"]));
    let groups = BTreeMap::from([("tech".to_owned(), vec!["U0TECH".into(), "bo".into()])]);
    let booking = BTreeMap::from([("owner".to_owned(), "dee".into())]);
    let roles = BTreeMap::from([("csm".into(), vec!["rotation:pair".parse().unwrap()])]);
    let facts = Facts { groups: &groups, booking: &booking, roles: &roles, ..Facts::of(&roster) };
    let desk = desk(&[&["role:csm"], &["@tech", "booking.owner"], &["responders"]]);
    let found = who(&desk, at("2026-11-17T09:00Z"), &facts);
    let rows: Vec<(&str, bool, String)> =
        found.iter().map(|row| (row.person.as_str(), row.available, row.tiers.join(" "))).collect();
    let expected =
        [("cy", true, "T1 T3"), ("U0TECH", true, "T2 T3"), ("bo", false, "T2 T3"), ("dee", true, "T2 T3")];
    assert_eq!(rows, expected.map(|(who, available, tiers)| (who, available, tiers.to_owned())));
    // Somebody on turn is available until their turn ends.
    assert_eq!(found[0].until, Some(at("2026-11-18T09:00Z")));
    assert_eq!(
        serde_json::to_value(&found[2]).unwrap(),
        serde_json::json!({
            "person": "bo", "available": false, "reason": "outside their hours", "source": "hours",
            "until": null, "tiers": ["T2", "T3"]
        })
    );
}

#[test]
fn gaps_count_different_people_and_not_the_supervisor() {
    let roster = roster([
        ("ana", schedule("UTC", &[("mon", "09:00-13:00")])),
        ("bo", schedule("UTC", &[("mon", "12:00-17:00")])),
    ]);
    let mut desk =
        open(desk(&[&["ana", "bo"], &["bo", "kofi"], &["eve"]]), schedule("UTC", &[("mon", "08:00-18:00")]));
    desk.supervisor = Some("kofi".into());
    desk.min_available = 2;
    desk.tiers[2].counts = false;
    let facts = Facts::of(&roster);
    let gap = |from: &str, until: &str, available| Gap {
        from: at(&format!("2026-11-16T{from}Z")),
        until: at(&format!("2026-11-16T{until}Z")),
        available,
        minimum: 2,
    };
    let (from, until) = (at("2026-11-16T08:30Z"), at("2026-11-23T08:00Z"));
    assert_eq!(
        gaps(&desk, from, until, &facts).unwrap(),
        [
            gap("08:30", "09:00", 0),
            gap("09:00", "12:00", 1),
            gap("13:00", "17:00", 1),
            gap("17:00", "18:00", 0)
        ]
    );
    let error = gaps(&desk, until, from, &facts).unwrap_err();
    assert_eq!(error, GapsError::EmptyRange { from: until, until: from });
    assert!(gaps(&desk, from, from, &facts).is_err());
}

#[test]
fn the_next_handoff_says_who_leaves_and_who_comes() {
    let mut roster = roster([("ana", always("UTC")), ("bo", always("UTC"))]);
    roster
        .rotations
        .insert("lead".into(), rotation(zone("UTC"), "1 week", "2026-11-16 09:00", &["ana", "bo"]));
    let desk = desk(&[&["rotation:lead"]]);
    let next = next_handoff(&desk, at("2026-11-20T00:00Z"), &Facts::of(&roster)).unwrap();
    assert_eq!(
        (next.at, next.leaving, next.arriving),
        (at("2026-11-23T09:00Z"), vec!["ana".into()], vec!["bo".into()])
    );
    assert_eq!(on_tier(&desk.tiers[0], &desk, at("2026-11-16T08:59Z"), &Facts::of(&roster)), []);
}

#[test]
fn shifts_that_a_clock_change_bends_are_seen_ahead() {
    let night = schedule("America/Los_Angeles", &[("sat", "22:00-06:00"), ("sun", "02:30-02:45")]);
    let year = Span::new(at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"));
    let shift = |from: &str, until: &str, usual, actual| BentShift {
        span: Span::new(at(from), at(until)),
        usual: Duration::minutes(usual),
        actual: Duration::minutes(actual),
    };
    assert_eq!(
        bent_shifts(&night, year),
        [
            shift("2026-03-08T06:00Z", "2026-03-08T13:00Z", 480, 420),
            shift("2026-03-08T10:00Z", "2026-03-08T10:00Z", 15, 0),
            shift("2026-11-01T05:00Z", "2026-11-01T14:00Z", 480, 540),
        ]
    );
    let changes = night.zone.changes(year.from, year.until);
    let found: Vec<(Timestamp, i32)> = changes.iter().map(|change| (change.at, change.after)).collect();
    assert_eq!(found, [(at("2026-03-08T10:00Z"), -7 * 3600), (at("2026-11-01T09:00Z"), -8 * 3600)]);
}

#[test]
fn absences_with_times_end_at_the_last_occurrence() {
    let roster = roster([("p", always("America/Los_Angeles"))]);
    let time_off = vec![Absence {
        from: "2026-11-01 00:30".parse().unwrap(),
        until: "2026-11-01 01:30".parse().unwrap(),
        note: Some("dentist".into()),
    }];
    let state = live("p", Live { time_off, ..Live::default() });
    let facts = Facts { live: &state, ..Facts::of(&roster) };
    let found = gaps(&desk(&[&["p"]]), at("2026-11-01T00:00Z"), at("2026-11-02T00:00Z"), &facts).unwrap();
    assert_eq!((found[0].from, found[0].until), (at("2026-11-01T07:30Z"), at("2026-11-01T09:30Z")));
}

#[test]
fn shifts_are_what_somebody_is_on_duty_for_whatever_keeps_them() {
    let mut roster = roster([
        ("ana", always("UTC")),
        ("bo", dated(schedule("UTC", &[("mon-wed", "22:00-06:00")]), &[("2026-11-18", "closed")])),
    ]);
    roster.rotations.insert("lead".into(), rotation(zone("UTC"), "1 week", "2026-11-16", &["ana"]));
    roster.overrides.push(stand_in("2026-11-17 05:00", "2026-11-17 08:00", "ana", "bo"));
    roster.time_off.push(TimeOff {
        person: "bo".into(),
        from: "2026-11-16".parse().unwrap(),
        until: "2026-11-20".parse().unwrap(),
        note: None,
    });
    let facts = Facts::of(&roster);
    let week = Span::new(at("2026-11-16T00:00Z"), at("2026-11-23T00:00Z"));
    let span = |from: &str, until: &str| Span::new(at(from), at(until));
    assert_eq!(
        shifts(&"bo".into(), week, &facts),
        [span("2026-11-16T22:00Z", "2026-11-17T08:00Z"), span("2026-11-17T22:00Z", "2026-11-18T06:00Z")]
    );
    assert_eq!(shifts(&"ana".into(), week, &facts), []);
    let people = people_of(&desk(&[&["rotation:lead"], &["cy"]]), week, &facts);
    assert_eq!(people, ["ana".into(), "bo".into(), "cy".into()] as [PersonKey; 3]);
}
