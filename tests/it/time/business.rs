//! Open time and coverage over time, against the table of cases.

use super::build::{at, dated, desk, open, person, roster, schedule, with_holidays, zone};
use super::rotations::rotation;
use super::vectors::{Case, of_kind, text, texts};
use chrono::{Duration, NaiveDate};
use firstline::coverage::{
    Absence, Break, Desk, EventDays, Facts, Gap, HolidaySpec, Hours, Live, NamedDay, Roster, Schedule, Span,
    covered, gaps, resolve,
};
use firstline::id::PersonKey;
use firstline::zone::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;

/// `[["09:00", "12:00"], ["13:00", "17:00"]]` as it is written in the configuration.
fn windows(value: &Value) -> String {
    let windows = value.as_array().unwrap().iter();
    windows.map(|pair| texts(pair).join("-")).collect::<Vec<_>>().join(",")
}

fn calendar(input: &Value) -> Schedule {
    let days: Vec<(String, String)> = input["hours"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(day, value)| (day.clone(), windows(value)))
        .collect();
    let hours = Hours::weekly(days.iter().map(|(day, text)| (day.as_str(), text.as_str()))).unwrap();
    let mut schedule = Schedule::of(zone(input["tz"].as_str().unwrap_or("UTC")), hours);
    for (day, value) in input["dates"].as_object().into_iter().flatten() {
        schedule.dates.insert(day.parse().unwrap(), windows(value).parse().unwrap());
    }
    let closed = input["holidays"].as_array().into_iter().flatten();
    let also: Vec<NamedDay> = closed.map(|day| text(day).parse().unwrap()).collect();
    if also.is_empty() {
        schedule
    } else {
        with_holidays(schedule, HolidaySpec { also, ..HolidaySpec::default() })
    }
}

fn breaks(input: &Value) -> Vec<Break> {
    let days = input["breaks"].as_object().into_iter().flatten();
    days.flat_map(|(day, pairs)| {
        pairs.as_array().unwrap().iter().map(move |pair| {
            let instant = |value: &Value| at(&format!("{day}T{}Z", text(value)));
            Break { from: instant(&pair[0]), until: instant(&pair[1]), note: None }
        })
    })
    .collect()
}

/// When a person with this calendar and these breaks is available on the desk, from `after` on.
fn periods(desk: &Desk, hours: Schedule, breaks: Vec<Break>, after: Timestamp, take: usize) -> Vec<Span> {
    let roster = roster([("p", hours)]);
    let live = BTreeMap::from([(PersonKey::from("p"), Live { breaks, ..Live::default() })]);
    let facts = Facts { live: &live, ..Facts::of(&roster) };
    let mut spans = covered(&desk.tiers[0], desk, Span::new(after, after + Duration::days(30)), &facts);
    spans.truncate(take);
    spans
}

fn spans(value: &Value) -> Vec<Span> {
    let pairs = value.as_array().unwrap().iter();
    pairs.map(|pair| Span::new(at(text(&pair[0])), at(text(&pair[1])))).collect()
}

fn added(case: &Case, from: &Value, minutes: &Value) -> Option<Timestamp> {
    let length = Duration::minutes(minutes.as_i64().unwrap());
    calendar(&case.input["calendar"]).add_open(at(text(from)), length)
}

#[test]
fn open_time_is_added() {
    for case in of_kind("business_add").into_iter().chain(of_kind("timer")) {
        match case.input["cases"].as_array() {
            None => {
                let due = added(&case, &case.input["from"], &case.input["minutes"]);
                assert_eq!(due, Some(at(text(&case.expected))), "{}", case.id);
            }
            Some(cases) => {
                for (one, expected) in cases.iter().zip(texts(&case.expected)) {
                    assert_eq!(added(&case, &one[0], &one[1]), Some(at(expected)), "{}", case.id);
                }
            }
        }
    }
}

#[test]
fn open_time_is_measured() {
    for case in of_kind("business_within") {
        let schedule = calendar(&case.input["calendar"]);
        if let Some(days) = case.input["days"].as_array() {
            for (day, hours) in days.iter().zip(case.expected.as_array().unwrap()) {
                let day: NaiveDate = text(day).parse().unwrap();
                let (from, until) =
                    (schedule.zone.day_start(day), schedule.zone.day_start(day.succ_opt().unwrap()));
                assert_eq!(schedule.open_spans(Span::new(from, until)), [Span::new(from, until)]);
                let open = schedule.open_between(from, until);
                assert_eq!(open, Duration::minutes((hours.as_f64().unwrap() * 60.0) as i64), "{}", case.id);
            }
            continue;
        }
        let open = schedule.open_between(at(text(&case.input["from"])), at(text(&case.input["to"])));
        assert_eq!(open, Duration::hours(case.expected["hours"].as_i64().unwrap()), "{}", case.id);
    }
}

#[test]
fn working_periods_leave_out_breaks_dates_and_holidays() {
    for case in of_kind("business_periods") {
        let input = &case.input["calendar"];
        let expected = if case.expected.is_object() { &case.expected["ours"] } else { &case.expected };
        let take = usize::try_from(case.input["take"].as_u64().unwrap()).unwrap();
        let after = at(text(&case.input["after"]));
        let found = periods(&desk(&[&["p"]]), calendar(input), breaks(input), after, take);
        assert_eq!(found, spans(expected), "{}", case.id);
    }
}

#[test]
fn a_desk_and_a_person_meet_where_both_are_open() {
    let case = of_kind("calendar_intersect").remove(0);
    let (a, b) = (&case.input["a"], &case.input["b"]);
    let desk = open(desk(&[&["p"]]), calendar(b));
    let both = breaks(a).into_iter().chain(breaks(b)).collect();
    let found = periods(&desk, calendar(a), both, at("2006-01-01T00:00Z"), 3);
    assert_eq!(found, spans(&case.expected));
}

#[test]
fn dates_beat_holidays_and_breaks_beat_dates() {
    let case = of_kind("business_active").remove(0);
    let input = &case.input["calendar"];
    let desk = desk(&[&["p"]]);
    let roster = roster([("p", calendar(input))]);
    let live = BTreeMap::from([(PersonKey::from("p"), Live { breaks: breaks(input), ..Live::default() })]);
    let facts = Facts { live: &live, ..Facts::of(&roster) };
    let active = |now: &str| resolve(&"p".into(), &desk, at(now), &facts).available;
    // The table closes a holiday although it has hours of its own; here 2006-01-11 shows that dates win.
    for (now, expected) in texts(&case.input["at"]).into_iter().zip(case.expected.as_array().unwrap()) {
        assert_eq!(active(now), expected.as_bool().unwrap(), "at {now}");
    }
    assert!(active("2006-01-11T10:00Z"));
}

#[test]
fn every_week_is_worked_out_for_itself() {
    let case = of_kind("overlap").into_iter().find(|case| case.input["dates"].is_array()).unwrap();
    let desk = open(desk(&[&["p"]]), schedule("America/Los_Angeles", &[("daily", "08:30-17:30")]));
    let london = schedule("Europe/London", &[("daily", "09:00-17:30")]);
    for one in case.expected.as_array().unwrap() {
        let noon = at(&format!("{}T00:00Z", text(&one[0])));
        let found = periods(&desk, london.clone(), Vec::new(), noon + Duration::hours(8), 1);
        assert_eq!(found, spans(&one[1]), "{}", one[0]);
    }
}

#[test]
fn a_weekday_is_the_one_of_its_own_zone() {
    let case = of_kind("overlap").into_iter().find(|case| case.input["also"].is_string()).unwrap();
    let auckland = schedule("Pacific/Auckland", &[("mon-fri", "08:00-16:00")]);
    let desk = open(desk(&[&["p"]]), schedule("America/Los_Angeles", &[("fri", "08:30-17:30")]));
    let friday = at("2026-11-20T08:00Z");
    let roster = roster([("p", auckland.clone())]);
    let facts = Facts::of(&roster);
    let found = covered(&desk.tiers[0], &desk, Span::new(friday, friday + Duration::days(1)), &facts);
    assert_eq!(found, spans(&case.expected["cover_friday"]));
    assert!(auckland.is_open(at(text(&case.input["also"]))));
}

#[test]
fn gaps_are_exact() {
    for case in of_kind("coverage_gaps") {
        let (desk, roster, within, events) = match case.input["need"].as_array() {
            Some(need) => {
                let roster = roster([
                    ("a", schedule("Asia/Kathmandu", &[("daily", "06:00-14:00")])),
                    ("b", schedule("Australia/Adelaide", &[("daily", "19:00-02:45")])),
                ]);
                let within = Span::new(at(text(&need[0])), at(text(&need[1])));
                (desk(&[&["a", "b"]]), roster, within, Vec::new())
            }
            None => {
                let range = texts(&case.input["range"]);
                let shifts = case.input["shifts"].as_array().unwrap().iter();
                let events: Vec<EventDays> = shifts
                    .map(|shift| EventDays {
                        people: vec!["p".into()],
                        from: at(text(&shift[0])),
                        until: at(text(&shift[1])),
                    })
                    .collect();
                let roster = roster([("p", schedule("UTC", &[("daily", "closed")]))]);
                (desk(&[&["p"]]), roster, Span::new(at(range[0]), at(range[1])), events)
            }
        };
        let facts = Facts { event_days: &events, ..Facts::of(&roster) };
        let found = gaps(&desk, within.from, within.until, &facts).unwrap();
        let starts: Vec<Timestamp> = found.iter().map(|gap| gap.from).collect();
        let expected: Vec<Timestamp> =
            case.expected.as_array().unwrap().iter().map(|gap| at(text(gap.get(0).unwrap_or(gap)))).collect();
        assert_eq!(starts, expected, "{}", case.id);
        if let Some(until) = case.expected[0].get(1) {
            assert_eq!(found[0].until, at(text(until)), "{}", case.id);
        }
    }
}

#[test]
fn a_day_that_belongs_to_nobody_is_a_gap() {
    for case in of_kind("gap_check") {
        let mut roster =
            roster([("ok", Schedule::default()), ("nobody", schedule("UTC", &[("daily", "closed")]))]);
        let people: &[&str] = match case.input["every_days"].as_u64() {
            Some(1) => &["ok"],
            _ => &["ok", "nobody"],
        };
        roster.rotations.insert("r".into(), rotation(zone("UTC"), "1 day", "2026-01-01", people));
        let (from, until) = (at("2026-02-01T00:00Z"), at("2026-03-03T00:00Z"));
        let found = gaps(&desk(&[&["rotation:r"]]), from, until, &Facts::of(&roster)).unwrap();
        assert_eq!(!found.is_empty(), case.expected["has_gaps"].as_bool().unwrap(), "{}", case.id);
    }
}

#[test]
fn a_break_is_judged_over_its_whole_length() {
    let case = of_kind("never_uncovered").into_iter().find(|case| case.input["cover"].is_array()).unwrap();
    let pacific = zone("America/Los_Angeles");
    let wall = |value: &Value| {
        let text = text(value).trim_end_matches(" PT").replace('T', " ");
        let text = if text.len() > 5 { text } else { format!("2026-11-17 {text}") };
        text.parse::<firstline::coverage::Wall>().unwrap().instant(&pacific)
    };
    let mut roster = Roster::default();
    for one in case.input["cover"].as_array().unwrap() {
        let window = format!("{}-{}", text(&one[1]), text(&one[2]));
        let hours =
            dated(schedule("America/Los_Angeles", &[("daily", "closed")]), &[("2026-11-17", &window)]);
        roster.people.insert(text(&one[0]).into(), person(hours));
    }
    let asked = &case.input["request"];
    let (from, until) = (wall(&asked[1]), wall(&asked[2]));
    let breaks = vec![Break { from, until, note: None }];
    let live = BTreeMap::from([(PersonKey::from(text(&asked[0])), Live { breaks, ..Live::default() })]);
    let facts = Facts { live: &live, ..Facts::of(&roster) };
    let uncovered = &case.expected["uncovered"];
    let expected = Gap { from: wall(&uncovered[0]), until: wall(&uncovered[1]), available: 0, minimum: 1 };
    assert_eq!(gaps(&desk(&[&["a", "b"]]), from, until, &facts).unwrap(), [expected]);
}

#[test]
fn whole_days_off_are_days_of_the_persons_zone() {
    let case = of_kind("time_off").remove(0);
    let desk = desk(&[&["p"]]);
    let roster = roster([("p", super::build::always(text(&case.input["tz"])))]);
    for (range, expected) in case.input["ranges"].as_array().unwrap().iter().zip(spans(&case.expected)) {
        // The table includes the last day; `until` is the first day back.
        let last: NaiveDate = text(&range[1]).parse().unwrap();
        let until = last.succ_opt().unwrap().to_string().parse().unwrap();
        let time_off = vec![Absence { from: text(&range[0]).parse().unwrap(), until, note: None }];
        let live = BTreeMap::from([(PersonKey::from("p"), Live { time_off, ..Live::default() })]);
        let facts = Facts { live: &live, ..Facts::of(&roster) };
        let around = (expected.from - Duration::days(1), expected.until + Duration::days(1));
        let found = gaps(&desk, around.0, around.1, &facts).unwrap();
        assert_eq!((found[0].from, found[0].until), (expected.from, expected.until));
    }
}
