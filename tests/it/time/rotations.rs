//! Rotations and overrides: hand-offs on the wall clock, and who is on turn.

use super::build::{at, desk, hours, roster, schedule, zone};
use super::vectors::{of_kind, text, texts};
use chrono::{Duration, NaiveDate};
use firstline::coverage::{
    Change, Desk, Every, Facts, Override, Roster, Rotation, Span, Unit, Wall, on_tier, who,
};
use firstline::id::PersonKey;
use firstline::zone::{Timestamp, Zone};
use serde_json::Value;

pub fn rotation(zone: Zone, every: &str, from: &str, people: &[&str]) -> Rotation {
    let people = people.iter().copied().map(PersonKey::from).collect();
    Rotation { zone, every: every.parse().unwrap(), from: from.parse().unwrap(), people }
}

fn from_table(input: &Value) -> Rotation {
    let unit = match text(&input["type"]) {
        "hourly" => Unit::Hour,
        "daily" => Unit::Day,
        "weekly" => Unit::Week,
        "monthly" => Unit::Month,
        other => panic!("`{other}` is not a kind of rotation"),
    };
    let count = input["shift_length"].as_u64().unwrap_or(1).try_into().unwrap();
    let from: Wall = text(&input["start_local"]).parse().unwrap();
    let people = vec!["a".into(), "b".into()];
    Rotation { zone: zone(text(&input["tz"])), every: Every { count, unit }, from, people }
}

fn change(rotation: &str, from: &str, until: &str, change: Change) -> Override {
    let (from, until) = (from.parse().unwrap(), until.parse().unwrap());
    Override { rotation: rotation.into(), from, until, change }
}

/// The people of the first tier who are available at an instant.
fn available(desk: &Desk, roster: &Roster, now: Timestamp) -> Vec<String> {
    let answers = on_tier(&desk.tiers[0], desk, now, &Facts::of(roster));
    let mut names: Vec<String> =
        answers.into_iter().filter(|(_, answer)| answer.available).map(|(who, _)| who.to_string()).collect();
    names.sort();
    names
}

#[test]
fn handoffs_stay_on_the_wall_clock() {
    for case in of_kind("rotation_handoffs") {
        let rotation = from_table(&case.input);
        let expected: Vec<Timestamp> = texts(&case.expected).into_iter().map(at).collect();
        let first = (-3000..3000).find(|index| rotation.handoff(*index) == expected[0]).unwrap();
        let found: Vec<Timestamp> =
            (first..).take(expected.len()).map(|index| rotation.handoff(index)).collect();
        assert_eq!(found, expected, "{}", case.id);
    }
}

#[test]
fn handoffs_follow_the_grid_of_the_anchor() {
    for case in of_kind("rotation_end") {
        let rotation = from_table(&case.input);
        let zone = &rotation.zone;
        let (asked, expected): (Vec<Timestamp>, Vec<Timestamp>) = if case.input["at"].is_array() {
            let instants = |value: &Value| texts(value).into_iter().map(at).collect();
            (instants(&case.input["at"]), instants(&case.expected))
        } else {
            let local: Wall = text(&case.input["at_local"]).parse().unwrap();
            (vec![local.instant(zone)], vec![at(text(&case.expected))])
        };
        for (asked, expected) in asked.into_iter().zip(expected) {
            let next = (-1000..1000).map(|index| rotation.handoff(index)).find(|at| *at > asked).unwrap();
            assert_eq!(next, expected, "{}", case.id);
            match rotation.turn_at(asked) {
                Some(turn) => assert_eq!(turn.span.until, expected),
                None => assert!(asked < rotation.handoff(0), "nobody is on turn before the start alone"),
            }
        }
    }
}

#[test]
fn a_week_over_a_clock_change_keeps_its_midnight() {
    for case in of_kind("resolve_schedule_dst") {
        let rotation = from_table(&case.input);
        for (asked, expected) in
            texts(&case.input["query"]).into_iter().zip(case.expected.as_array().unwrap())
        {
            let span = Span::new(at(text(&expected[0])), at(text(&expected[1])));
            assert_eq!(rotation.turn_at(at(asked)).unwrap().span, span, "{}", case.id);
        }
    }
    for case in of_kind("weekly_epoch") {
        let (from, starts) = match case.input["start_offset"].as_str().unwrap() {
            "Sun 01:30" => ("2016-10-23 01:30", texts(&case.expected["starts"])),
            _ => ("2016-10-24 11:00", vec!["2016-10-24T16:00Z", "2016-10-31T16:00Z", "2016-11-07T17:00Z"]),
        };
        let rotation = rotation(zone(text(&case.input["tz"])), "1 week", from, &["a", "b"]);
        let turns = rotation.turns(Span::new(at("2016-10-23T06:30Z"), at("2016-11-07T17:00:01Z")));
        assert!(turns.windows(2).all(|pair| pair[0].span.until == pair[1].span.from));
        let found: Vec<Timestamp> = turns.iter().take(starts.len()).map(|turn| turn.span.from).collect();
        assert_eq!(found, starts.into_iter().map(at).collect::<Vec<_>>(), "{}", case.id);
    }
}

#[test]
fn weeks_are_counted_from_the_anchor() {
    let case = of_kind("rotation_weekly").remove(0);
    let people = texts(&case.input["people"]);
    let rotation = rotation(zone("Europe/London"), "1 week", text(&case.input["anchor"]), &people);
    let on_turn: Vec<String> = texts(&case.input["weeks"])
        .into_iter()
        .map(|day| rotation.turn_at(at(&format!("{day}T12:00Z"))).unwrap().person.to_string())
        .collect();
    assert_eq!(serde_json::json!(on_turn), case.expected);
}

#[test]
fn months_are_counted_from_the_anchor() {
    let case = of_kind("rotation_monthly").remove(0);
    let rotation = rotation(zone("UTC"), "1 month", text(&case.input["anchor"]), &["a", "b"]);
    let days: Vec<NaiveDate> = (0..4).map(|index| rotation.handoff(index).date_naive()).collect();
    assert_eq!(serde_json::json!(days), case.expected);
}

#[test]
fn seven_days_are_a_week() {
    let week = rotation(zone("UTC"), "7 days", "2024-09-30", &["a", "b", "c"]);
    for (day, person) in [("2024-10-06", "a"), ("2024-10-07", "b"), ("2024-10-13", "b"), ("2024-10-14", "c")]
    {
        assert_eq!(week.turn_at(at(&format!("{day}T12:00Z"))).unwrap().person.as_str(), person, "{day}");
    }
}

#[test]
fn a_turn_in_the_skipped_hour_is_skipped_with_its_person() {
    let hourly = rotation(zone("America/Chicago"), "1 hour", "2020-03-08 00:00", &["a", "b", "c", "d"]);
    let night = Span::new(at("2020-03-08T06:00Z"), at("2020-03-08T10:00Z"));
    let turns: Vec<(String, Timestamp)> =
        hourly.turns(night).into_iter().map(|turn| (turn.person.to_string(), turn.span.from)).collect();
    let expected = [
        ("a", "2020-03-08T06:00Z"),
        ("b", "2020-03-08T07:00Z"),
        ("d", "2020-03-08T08:00Z"),
        ("a", "2020-03-08T09:00Z"),
    ];
    assert_eq!(turns, expected.map(|(who, from)| (who.to_owned(), at(from))));
    assert_eq!(hourly.turn_at(at("2020-03-08T08:00Z")).unwrap().person.as_str(), "d");
}

#[test]
fn overrides_change_their_span_and_nothing_else() {
    for case in of_kind("resolve_schedule") {
        if case.input["rules"].is_null() {
            continue;
        }
        let mut roster = roster([("foobar", schedule("UTC", &[("daily", "08:00-10:00")]))]);
        roster.rotations.insert("r".into(), rotation(zone("UTC"), "1 week", "2018-01-01", &["foobar"]));
        for one in case.input["overrides"].as_array().unwrap() {
            let day = |key: &str| format!("2018-01-01 {}", text(&one[key]));
            let with = text(&one["add"]).into();
            let made = match one["remove"].as_str() {
                Some(remove) => Change::Replace { replace: remove.into(), with },
                None => Change::Add(with),
            };
            roster.overrides.push(change("r", &day("start"), &day("end"), made));
        }
        let desk = desk(&[&["rotation:r"]]);
        for minute in 0..60 {
            let now = at("2018-01-01T08:00Z") + Duration::minutes(minute);
            let clock = now.format("%H:%M").to_string();
            let shifts = case.expected.as_array().unwrap().iter();
            let mut expected: Vec<&str> = shifts
                .filter(|shift| {
                    text(&shift["start"]) <= clock.as_str() && clock.as_str() < text(&shift["end"])
                })
                .map(|shift| text(&shift["who"]))
                .collect();
            expected.sort_unstable();
            assert_eq!(available(&desk, &roster, now), expected, "{} at {clock}", case.id);
        }
    }
}

#[test]
fn day_and_night_alternate() {
    let case = of_kind("resolve_schedule").into_iter().find(|case| case.input["rules"].is_null()).unwrap();
    let chicago = zone("America/Chicago");
    let (day, night) = (hours(&[("daily", "08:00-20:00")]), hours(&[("daily", "20:00-08:00")]));
    let on = |hours: &firstline::coverage::Hours| {
        firstline::coverage::Schedule::of(chicago.clone(), hours.clone())
    };
    let mut roster = roster([
        ("Donna", on(&day)),
        ("Aru", on(&day)),
        ("Craig", on(&day)),
        ("Caza", on(&night)),
        ("Cook", on(&night)),
    ]);
    let days = rotation(chicago.clone(), "1 day", "2018-09-12 08:00", &["Craig", "Donna", "Aru"]);
    let nights = rotation(chicago.clone(), "1 day", "2018-09-12 20:00", &["Caza", "Cook"]);
    roster.rotations.extend([("day".into(), days), ("night".into(), nights)]);
    let desk = desk(&[&["rotation:day", "rotation:night"]]);
    for shift in case.expected.as_array().unwrap() {
        let wall = |text: &str| -> Timestamp {
            let text = text.trim_end_matches(" (truncated)");
            format!("2018-{text}").parse::<Wall>().unwrap().instant(&chicago)
        };
        let (from, until) = (wall(text(&shift[1])), wall(text(&shift[2])));
        for now in [from, from + (until - from) / 2, until - Duration::seconds(1)] {
            assert_eq!(available(&desk, &roster, now), [text(&shift[0])], "at {now}");
        }
    }
}

#[test]
fn overrides_of_several_rotations_work_side_by_side() {
    let case = of_kind("override_map").remove(0);
    let regular = texts(&case.input["regular"]);
    let mut roster = Roster::default();
    for name in &regular {
        roster.rotations.insert((*name).into(), rotation(zone("UTC"), "1 week", "2019-12-30", &[name]));
    }
    let replaced = Change::Replace { replace: "rab".into(), with: "bar".into() };
    let changes =
        [("bin", Change::Add("foo".into())), ("rab", replaced), ("baz", Change::Remove("baz".into()))];
    for (key, made) in changes {
        roster.overrides.push(change(key, "2020-01-01 03:05", "2020-01-01 03:06", made));
    }
    let desk = desk(&[&["rotation:rab", "rotation:baz", "rotation:bin"]]);
    for (clock, expected) in texts(&case.input["sample"]).into_iter().zip(case.expected.as_array().unwrap()) {
        let mut expected = texts(expected);
        expected.sort_unstable();
        assert_eq!(available(&desk, &roster, at(&format!("2020-01-01T{clock}Z"))), expected, "at {clock}");
    }
    assert_eq!(roster.problems(), []);
}

#[test]
fn an_override_splits_a_turn() {
    let base = at("2020-01-01T00:00Z");
    let second = |value: &Value| base + Duration::seconds(value.as_i64().unwrap());
    for case in of_kind("override_split") {
        let mut roster = Roster::default();
        roster.rotations.insert("r".into(), rotation(zone("UTC"), "1 week", "2019-12-30", &["owner"]));
        let wall = |value: &Value| second(value).format("%Y-%m-%d %H:%M:%S").to_string();
        let replaced = Change::Replace { replace: "owner".into(), with: "substitute".into() };
        let span = &case.input["override"];
        roster.overrides.push(change("r", &wall(&span[0]), &wall(&span[1]), replaced));
        let desk = desk(&[&["rotation:r"]]);
        for who in ["owner", "substitute"] {
            for part in case.expected[who].as_array().unwrap() {
                for now in [second(&part[0]), second(&part[1]) - Duration::seconds(1)] {
                    assert_eq!(available(&desk, &roster, now), [who], "{} at {now}", case.id);
                }
            }
        }
    }
}

#[test]
fn a_swap_is_an_override() {
    let case = of_kind("swap").remove(0);
    let owner = schedule("UTC", &[("mon", "12:00-15:00")]);
    let mut taken = roster([("user", owner), ("other", schedule("UTC", &[("daily", "closed")]))]);
    taken.rotations.insert("r".into(), rotation(zone("UTC"), "1 week", "2019-12-30", &["user"]));
    let untaken = taken.clone();
    let replaced = Change::Replace { replace: "user".into(), with: "other".into() };
    taken.overrides.push(change("r", "2020-01-06 13:00", "2020-01-06 15:00", replaced));
    let desk = desk(&[&["rotation:r"]]);
    for (roster, key) in [(&taken, "taken"), (&untaken, "untaken_effective")] {
        for part in case.expected[key].as_array().unwrap() {
            let hour = |value: &Value| at("2020-01-06T00:00Z") + Duration::hours(value.as_i64().unwrap());
            for now in [hour(&part[0]), hour(&part[1]) - Duration::seconds(1)] {
                assert_eq!(available(&desk, roster, now), [text(&part[2])], "{key} at {now}");
            }
        }
    }
}

#[test]
fn a_role_that_leads_back_to_itself_ends() {
    let roster = Roster::default();
    let roles =
        [("a".into(), vec!["role:b".parse().unwrap()]), ("b".into(), vec!["role:a".parse().unwrap()])];
    let roles = std::collections::BTreeMap::from(roles);
    let facts = Facts { roles: &roles, ..Facts::of(&roster) };
    assert_eq!(who(&desk(&[&["role:a"]]), at("2026-01-01T00:00Z"), &facts), []);
}
