//! What people and Slack say of the moment: words, statuses, silence, calendars, events.

use super::build::{always, at, desk, roster, schedule};
use super::fine_print::{asked, lead_roster, live};
use chrono::Duration;
use firstline::coverage::{
    Break, Busy, BusyKind, Dnd, DndPolicy, EventDays, Facts, Hours, Live, Roster, Source, Status,
    StatusRules, Tentative, Word, who,
};
use firstline::id::PersonKey;
use std::collections::BTreeMap;

#[test]
fn do_not_disturb_counts_outside_ones_hours_alone() {
    let mut night_desk = desk(&[&["night", "free"]]);
    let roster = roster([("night", schedule("UTC", &[("daily", "22:00-06:00")])), ("free", always("UTC"))]);
    let dnd = Some(Dnd { from: at("2026-11-16T20:00Z"), until: at("2026-11-17T08:00Z") });
    let both: BTreeMap<PersonKey, Live> =
        ["night", "free"].map(|key| (PersonKey::from(key), Live { dnd, ..Live::default() })).into();
    let facts = Facts { live: &both, ..Facts::of(&roster) };
    assert_eq!(asked("night", &night_desk, "2026-11-16T21:00Z", &facts).1, Source::Dnd);
    assert_eq!(
        asked("night", &night_desk, "2026-11-16T23:00Z", &facts),
        (true, Source::Hours, Some(at("2026-11-17T06:00Z")))
    );
    assert_eq!(asked("free", &night_desk, "2026-11-16T23:00Z", &facts).1, Source::Dnd);
    night_desk.dnd = DndPolicy::Counts;
    assert_eq!(asked("night", &night_desk, "2026-11-16T23:00Z", &facts).1, Source::Dnd);
}

#[test]
fn tentative_is_free_unless_it_is_not() {
    let mut roster = roster([("p", always("UTC"))]);
    let event =
        |kind| Busy { from: at("2026-11-16T10:00Z"), until: at("2026-11-16T11:00Z"), kind, all_day: false };
    let calendars = BTreeMap::from([(PersonKey::from("p"), vec![event(BusyKind::Tentative)])]);
    let desk = desk(&[&["p"]]);
    let ask = |roster: &Roster| {
        let facts = Facts { calendars: &calendars, ..Facts::of(roster) };
        asked("p", &desk, "2026-11-16T10:30Z", &facts).0
    };
    assert!(ask(&roster));
    roster.people.entry("p".into()).and_modify(|person| person.tentative = Tentative::Busy);
    assert!(!ask(&roster));
}

#[test]
fn somebody_who_covers_answers_in_the_place_of_the_other() {
    let roster = lead_roster();
    let desk = desk(&[&["ana"], &["cy"]]);
    let word = |person: Option<&str>, desk: Option<&str>| {
        live(
            "bo",
            Live {
                words: vec![Word::Covering {
                    from: at("2026-11-16T10:00Z"),
                    until: Some(at("2026-11-16T15:00Z")),
                    person: person.map(PersonKey::from),
                    desks: desk.map(Into::into).into_iter().collect(),
                }],
                ..Live::default()
            },
        )
    };
    let tiers = |live: &BTreeMap<PersonKey, Live>, now: &str| {
        let facts = Facts { live, ..Facts::of(&roster) };
        let row = who(&desk, at(now), &facts).into_iter().find(|row| row.person.as_str() == "bo");
        row.map(|row| (row.tiers.join(" "), row.source, row.until))
    };
    let until = Some(at("2026-11-16T15:00Z"));
    let here = word(Some("cy"), Some("desk"));
    assert_eq!(tiers(&here, "2026-11-16T10:00Z"), Some(("T2".into(), Source::OwnWord, until)));
    assert_eq!(tiers(&here, "2026-11-16T15:00Z"), None);
    assert_eq!(tiers(&word(None, Some("desk")), "2026-11-16T10:00Z").unwrap().0, "T1");
    assert_eq!(tiers(&word(Some("cy"), Some("other")), "2026-11-16T10:00Z"), None);
}

#[test]
fn back_ends_ones_own_away_and_break_and_nothing_else() {
    let now = at("2026-11-16T10:00Z");
    let hour = |from: i64, until: i64| Break {
        from: now + Duration::hours(from),
        until: now + Duration::hours(until),
        note: None,
    };
    let status = Some(Status { emoji: "no_entry".into(), ..Status::default() });
    let mut state = Live {
        words: vec![Word::Away { from: now, until: None, note: None }],
        status: status.clone(),
        breaks: vec![hour(-1, 1), hour(3, 4)],
        ..Live::default()
    };
    state.back(now);
    assert_eq!(state, Live { status, breaks: vec![hour(3, 4)], ..Live::default() });
    let covering = vec![Word::Covering { from: now, until: None, person: None, desks: Vec::new() }];
    let mut state = Live { words: covering.clone(), ..Live::default() };
    state.back(now);
    assert_eq!(state.words, covering);
    let again: Live = serde_json::from_str(&serde_json::to_string(&state).unwrap()).unwrap();
    assert_eq!(again, state);
    assert_eq!(serde_json::from_str::<Live>("{}").unwrap(), Live::default());
    let word =
        r#"{"kind":"covering","from":"2026-11-16T10:00:00Z","until":null,"person":null,"desk":"chat"}"#;
    let earlier: Live = serde_json::from_str(&format!(r#"{{"word":{word}}}"#)).unwrap();
    let desks = vec!["chat".into()];
    assert_eq!(earlier.words, [Word::Covering { from: now, until: None, person: None, desks }]);
    assert_eq!(serde_json::from_str::<Live>(r#"{"word":null}"#).unwrap(), Live::default());
}

#[test]
fn a_status_counts_by_its_emoji_or_by_whole_words_until_it_expires() {
    let rules = StatusRules {
        emoji: vec!["calendar".into(), ":bus:".into()],
        text: vec!["meeting".into(), "out of office".into(), "busy".into()],
    };
    let status =
        |emoji: &str, text: &str| Status { emoji: emoji.into(), text: text.into(), expires_at: None };
    for (emoji, text) in [
        (":calendar:", ""),
        ("bus", ""),
        ("", "In a MEETING • Google Calendar"),
        ("", "Out of  Office until Monday"),
        ("coffee", "busy"),
    ] {
        assert!(rules.matches(&status(emoji, text)), "{emoji} {text}");
    }
    for (emoji, text) in [("", ""), ("calendars", ""), ("", "business as usual"), ("", "out of the office")] {
        assert!(!rules.matches(&status(emoji, text)), "{emoji} {text}");
    }
    let mut roster = roster([("p", always("UTC"))]);
    roster.statuses = rules;
    let until = Some(at("2026-11-16T11:00Z"));
    let state = live(
        "p",
        Live { status: Some(Status { expires_at: until, ..status("calendar", "") }), ..Live::default() },
    );
    let facts = Facts { live: &state, ..Facts::of(&roster) };
    let desk = desk(&[&["p"]]);
    assert_eq!(asked("p", &desk, "2026-11-16T10:59Z", &facts), (false, Source::Status, until));
    assert_eq!(asked("p", &desk, "2026-11-16T11:00Z", &facts), (true, Source::None, None));
}

#[test]
fn people_assigned_to_an_event_are_on_duty_for_its_days() {
    let roster = roster([("p", schedule("UTC", &[("daily", "closed")]))]);
    let (from, until) = (at("2026-11-14T08:00Z"), at("2026-11-15T20:00Z"));
    let events = [EventDays { people: vec!["p".into()], from, until }];
    let facts = Facts { event_days: &events, ..Facts::of(&roster) };
    let desk = desk(&[&["p"]]);
    assert_eq!(asked("p", &desk, "2026-11-14T08:00Z", &facts), (true, Source::Dates, Some(until)));
    assert_eq!(asked("p", &desk, "2026-11-15T20:00Z", &facts).1, Source::Hours);
}

#[test]
fn reachable_hours_are_the_persons_own() {
    let mut roster = roster([("p", schedule("Asia/Tokyo", &[("mon-fri", "09:00-17:00")]))]);
    assert!(!roster.is_reachable("p", at("2026-11-16T12:00Z")));
    let evening = Hours::weekly([("daily", "17:00-22:00")]).unwrap();
    roster.people.entry("p".into()).and_modify(|person| person.reachable = Some(evening));
    assert!(roster.is_reachable("p", at("2026-11-16T12:00Z")));
    assert!(!roster.is_reachable("p", at("2026-11-16T13:00Z")));
    assert!(!roster.is_reachable("nobody", at("2026-11-16T12:00Z")));
}

#[test]
fn a_short_meeting_inside_a_long_one_does_not_end_it() {
    let roster = roster([("p", always("UTC"))]);
    let event =
        |from: &str, until: &str, kind| Busy { from: at(from), until: at(until), kind, all_day: false };
    let events = vec![
        event("2026-11-16T09:00Z", "2026-11-16T17:00Z", BusyKind::Busy),
        event("2026-11-16T10:00Z", "2026-11-16T11:00Z", BusyKind::OutOfOffice),
        event("2026-11-16T17:00Z", "2026-11-16T18:00Z", BusyKind::Busy),
    ];
    let calendars = BTreeMap::from([(PersonKey::from("p"), events)]);
    let facts = Facts { calendars: &calendars, ..Facts::of(&roster) };
    let end = Some(at("2026-11-16T18:00Z"));
    for now in ["2026-11-16T09:30Z", "2026-11-16T10:30Z", "2026-11-16T12:00Z"] {
        assert_eq!(asked("p", &desk(&[&["p"]]), now, &facts), (false, Source::Calendar, end), "{now}");
    }
}
