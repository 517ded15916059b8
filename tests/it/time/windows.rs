//! Windows and wall times: where they lie on the time line.

use super::build::{at, hours, schedule, zone};
use super::vectors::{of_kind, text, texts};
use chrono::{Duration, NaiveDate, NaiveDateTime};
use firstline::coverage::{Hours, Schedule, Span};
use firstline::zone::{Resolved, Timestamp, TzdataSource, Zone, Zones, warning};
use serde_json::Value;

fn wall(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").unwrap()
}

#[test]
fn a_window_starts_at_the_first_and_ends_at_the_last_occurrence() {
    for case in of_kind("window_resolve") {
        let input = &case.input;
        let window = format!("{}-{}", text(&input["from"]), text(&input["to"]));
        let day: NaiveDate = text(&input["date"]).parse().unwrap();
        let mut closed = Schedule::of(zone(text(&input["tz"])), hours(&[("daily", "closed")]));
        closed.dates.insert(day, window.parse().unwrap());
        let (from, until) = (at(text(&case.expected[0])), at(text(&case.expected[1])));
        let around = Span::new(from - Duration::days(3), until + Duration::days(3));
        assert_eq!(closed.open_spans(around), [Span::new(from, until)], "{}", case.id);
    }
}

#[test]
fn two_windows_that_meet_in_the_skipped_hour_touch() {
    let hours = schedule("America/Los_Angeles", &[("sat", "22:00-02:30"), ("sun", "02:30-10:00")]);
    let night = Span::new(at("2026-03-08T00:00Z"), at("2026-03-09T00:00Z"));
    assert_eq!(hours.open_spans(night), [Span::new(at("2026-03-08T06:00Z"), at("2026-03-08T17:00Z"))]);
}

#[test]
fn windows_are_half_open_and_belong_to_the_day_they_start() {
    for case in of_kind("window_active") {
        let input = &case.input;
        let window = format!("{}-{}", text(&input["from"]), text(&input["to"]));
        let days: Vec<(&str, &str)> =
            texts(&input["days"]).into_iter().map(|day| (day, window.as_str())).collect();
        let hours = schedule(text(&input["tz"]), &days);
        let open: Vec<bool> =
            texts(&input["at"]).into_iter().map(|instant| hours.is_open(at(instant))).collect();
        assert_eq!(serde_json::json!(open), case.expected, "{}", case.id);
    }
}

#[test]
fn days_in_a_row_are_one_span() {
    for case in of_kind("weekday_filter") {
        let days: Vec<(&str, &str)> =
            texts(&case.input["days"]).into_iter().map(|day| (day, "00:00-24:00")).collect();
        let hours = schedule(text(&case.input["tz"]), &days);
        for (asked, expected) in texts(&case.input["start_at"]).into_iter().zip(texts(&case.expected)) {
            let (asked, expected) = (at(asked), at(expected));
            let around = Span::new(asked - Duration::days(8), asked + Duration::days(8));
            let spans = hours.open_spans(around);
            let current = spans.iter().find(|span| span.until > asked).unwrap();
            assert_eq!(current.from, expected, "{}", case.id);
        }
    }
}

#[test]
fn clock_faces_are_added_up_and_then_looked_up() {
    for case in of_kind("wallclock_add") {
        let zone = zone(text(&case.input["tz"]));
        let cases = case.input["cases"].as_array().unwrap();
        for (one, expected) in cases.iter().zip(texts(&case.expected)) {
            let added = wall(text(&one[0])) + Duration::minutes(one[1].as_i64().unwrap());
            assert_eq!(zone.first(added), at(expected), "{}", case.id);
        }
    }
}

#[test]
fn a_skipped_time_is_the_instant_of_the_jump() {
    for case in of_kind("wallclock_resolve") {
        let asked = |index: usize| -> (Zone, Value) {
            let one = &case.input["cases"][index];
            (zone(text(&one[0])), one.clone())
        };
        // The table shows a policy that shifts by the gap; ours is the jump itself, 02:00 PST.
        let (los_angeles, one) = asked(0);
        let gap = wall(&format!("{}T{}", text(&one[1]), text(&one[2])));
        assert_eq!(los_angeles.resolve(gap), Resolved::Skipped(at("2014-03-09T10:00Z")));
        let (los_angeles, one) = asked(1);
        let twice = wall(&format!("{}T{}", text(&one[1]), text(&one[2])));
        assert_eq!(los_angeles.first(twice), at(text(&case.expected[1])));
        assert_eq!(los_angeles.last(twice), at(text(&case.expected[1])) + Duration::hours(1));
        let (sao_paulo, one) = asked(2);
        let next: NaiveDate = text(&one[1]).parse::<NaiveDate>().unwrap().succ_opt().unwrap();
        assert_eq!(sao_paulo.day_start(next), at(text(&case.expected[2])));
    }
}

#[test]
fn both_copies_of_the_rules_say_how_old_they_are() {
    let case = of_kind("tzdata").remove(0);
    let nine = wall(text(&case.input["local"]));
    let expected = |version: &str| -> Timestamp {
        let newer = version >= "2026b";
        let key = if newer { "tzdata_2026b_or_later" } else { "tzdata_2025b" };
        at(text(&case.expected[key]))
    };
    for zones in [
        Zones::bundled(),
        Zones::load(TzdataSource::Auto, std::path::Path::new(firstline::zone::SYSTEM_DIR)).unwrap(),
    ] {
        let vancouver = zones.zone(text(&case.input["tz"])).unwrap();
        assert_eq!(vancouver.first(nine), expected(zones.report().version()), "{:?}", zones.report());
    }
}

#[test]
fn newer_rules_of_the_system_are_taken_and_older_ones_are_not() {
    let folder = tempfile::tempdir().unwrap();
    let write = |version: &str| {
        std::fs::write(folder.path().join("tzdata.zi"), format!("# version {version}\n")).unwrap();
        Zones::load(TzdataSource::Auto, folder.path()).unwrap().report().clone()
    };
    let newer = write("2999a");
    assert_eq!((newer.used, newer.version(), newer.is_skewed()), (TzdataSource::System, "2999a", true));
    let older = write("1999a");
    assert_eq!((older.used, older.version()), (TzdataSource::Bundled, older.bundled.as_str()));
    let demanded = Zones::load(TzdataSource::System, folder.path()).unwrap_err();
    assert!(demanded.to_string().contains("hint: install the system's `tzdata`"), "{demanded}");
}

#[test]
fn rules_of_the_system_are_read_from_its_files() {
    // A file of the fewest bytes that has rules: no table, and New York's present rule as its footer.
    let header = |version: u8| {
        let mut bytes = b"TZif".to_vec();
        bytes.push(version);
        bytes.extend([0; 15]);
        bytes.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 4]);
        bytes.extend((-18000_i32).to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(b"EST\0");
        bytes
    };
    let mut file = header(b'2');
    file.extend(header(b'2'));
    file.extend(b"\nEST5EDT,M3.2.0,M11.1.0\n");
    let folder = tempfile::tempdir().unwrap();
    for name in ["America", "Etc"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("America/New_York"), &file).unwrap();
    std::fs::write(folder.path().join("Etc/UTC"), &file).unwrap();
    let zones = Zones::load(TzdataSource::System, folder.path()).unwrap();
    let new_york = zones.zone("America/New_York").unwrap();
    assert_eq!(new_york.first(wall("2026-07-01T12:00")), at("2026-07-01T16:00Z"));
    assert_eq!(new_york.resolve(wall("2026-03-08T02:30")), Resolved::Skipped(at("2026-03-08T07:00Z")));
    let missing = zones.zone("America/Chicago").unwrap_err();
    assert!(missing.to_string().starts_with("the rules of `America/Chicago` in "), "{missing}");
}

#[test]
fn names_that_are_no_zones_are_refused_with_a_hint() {
    let case = of_kind("config_reject").into_iter().find(|case| case.input["tz"].is_array()).unwrap();
    let zones = Zones::bundled();
    for (name, expected) in texts(&case.input["tz"]).into_iter().zip(texts(&case.expected)) {
        let found = zones.zone(name).map_err(|error| error.to_string());
        if expected.starts_with("warning") {
            assert!(found.is_ok() && warning(name).unwrap().contains("America/Los_Angeles"), "{name}");
            continue;
        }
        let error = found.unwrap_err();
        assert!(error.contains("hint: ") && error.contains("America/"), "{name}: {error}");
    }
    assert!(
        zones.zone("Los Angeles").unwrap_err().to_string().contains("did you mean `America/Los_Angeles`?")
    );
    assert_eq!(warning("Europe/London"), None);
}

#[test]
fn windows_with_equal_ends_are_refused() {
    let case = of_kind("config_reject").into_iter().find(|case| case.input["windows"].is_array()).unwrap();
    for window in texts(&case.input["windows"]) {
        let error = Hours::weekly([("mon", window)]).unwrap_err().to_string();
        assert!(error.contains("hint: write `00:00-24:00`"), "{error}");
    }
}
