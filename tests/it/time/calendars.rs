//! Calendars: what an iCalendar text says about when somebody is not free.

use super::build::{at, zone};
use super::vectors::{of_kind, text};
use chrono::{Duration, NaiveDate};
use firstline::coverage::calendar::{Calendar, CalendarError, MOST_BYTES, read};
use firstline::coverage::{Busy, BusyKind, Span};
use firstline::zone::{Timestamp, Zones};
use proptest::prelude::*;

/// An event from its lines, in a calendar of its own.
fn calendar(events: &[&str]) -> String {
    let events: String = events
        .iter()
        .map(|lines| format!("BEGIN:VEVENT\r\n{}\r\nEND:VEVENT\r\n", lines.trim().replace('\n', "\r\n")))
        .collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//t//t//EN\r\n{events}END:VCALENDAR\r\n")
}

fn year() -> Span {
    Span::new(at("2026-01-01T00:00Z"), at("2027-01-01T00:00Z"))
}

fn in_pacific(text: &str, within: Span) -> Calendar {
    read(text, &zone("America/Los_Angeles"), &Zones::bundled(), within).unwrap()
}

/// The spans in which somebody in Los Angeles is not free in 2026.
fn spans(events: &[&str]) -> Vec<(Timestamp, Timestamp)> {
    pairs(&in_pacific(&calendar(events), year()).busy)
}

fn pairs(busy: &[Busy]) -> Vec<(Timestamp, Timestamp)> {
    busy.iter().map(|one| (one.from, one.until)).collect()
}

fn expected(pairs: &[(&str, &str)]) -> Vec<(Timestamp, Timestamp)> {
    pairs.iter().map(|(from, until)| (at(from), at(until))).collect()
}

#[test]
fn events_are_expanded_as_the_table_says() {
    let pacific = zone("America/Los_Angeles");
    for case in of_kind("ical_expand") {
        let Some(ics) = case.input["ics"].as_str() else { continue };
        let within = Span::new(at(text(&case.input["from"])), at(text(&case.input["to"])));
        let time = |value: &str| match value.strip_prefix("date ") {
            Some(day) => pacific.day_start(day.parse::<NaiveDate>().unwrap()),
            None => at(value),
        };
        let rows = case.expected.as_array().unwrap().iter();
        let mut wanted: Vec<_> = rows.map(|row| (time(text(&row[1])), time(text(&row[2])))).collect();
        // An event without length holds nobody up.
        wanted.retain(|(from, until)| from < until);
        assert_eq!(pairs(&in_pacific(ics, within).busy), wanted, "{}", case.id);
    }
}

#[test]
fn two_series_in_turn_leave_no_hole() {
    let series = |day: &str, zone: &str| {
        format!("DTSTART{zone}:{day}T080000\nDURATION:PT24H\nRRULE:FREQ=DAILY;INTERVAL=2")
    };
    let within = Span::new(at("2016-11-28T13:00Z"), at("2017-01-27T13:00Z"));
    let zoned = ";TZID=America/New_York";
    let named = calendar(&[&series("20161129", zoned), &series("20161128", zoned)]);
    let floating = calendar(&[&series("20161129", ""), &series("20161128", "")]);
    let whole = floating.replace("VERSION:2.0\r\n", "VERSION:2.0\r\nX-WR-TIMEZONE:America/New_York\r\n");
    for text in [named, whole] {
        let busy = in_pacific(&text, within).busy;
        assert_eq!(busy.len(), 60);
        assert!(busy.windows(2).all(|pair| pair[0].until == pair[1].from));
    }
}

#[test]
fn a_time_without_a_zone_is_the_persons_own() {
    let lunch = "UID:a\nDTSTART:20260706T120000\nDTEND:20260706T130000";
    assert_eq!(spans(&[lunch]), expected(&[("2026-07-06T19:00Z", "2026-07-06T20:00Z")]));
    // A zone that nobody knows is treated the same.
    let odd = "UID:a\nDTSTART;TZID=Nowhere/Special:20260706T120000\nDURATION:PT1H";
    assert_eq!(spans(&[odd]), expected(&[("2026-07-06T19:00Z", "2026-07-06T20:00Z")]));
    for case in of_kind("ical_tz") {
        // The table ends in UTC where only a VTIMEZONE is there; here it is the person's zone.
        let own = text(&case.input["cases"][0]["X-WR-TIMEZONE"]);
        let head = format!("VERSION:2.0\r\nX-WR-TIMEZONE:{own}\r\n");
        let text = calendar(&[lunch]).replace("VERSION:2.0\r\n", &head);
        assert_eq!(in_pacific(&text, year()).busy[0].from, at("2026-07-06T11:00Z"));
    }
}

#[test]
fn wall_clock_start_and_end_are_kept_across_a_clock_change() {
    // Two hours around the skipped one: an hour on that night, two on every other.
    let night = "UID:a\nDTSTART;TZID=America/Los_Angeles:20260301T013000\n\
                 DTEND;TZID=America/Los_Angeles:20260301T033000\nRRULE:FREQ=WEEKLY;COUNT=2";
    assert_eq!(
        spans(&[night]),
        expected(&[("2026-03-01T09:30Z", "2026-03-01T11:30Z"), ("2026-03-08T09:30Z", "2026-03-08T10:30Z")])
    );
    // A skipped start is read with the offset before the jump, as RFC 5545 says.
    let skipped = "UID:a\nDTSTART;TZID=America/Los_Angeles:20260308T023000\nDURATION:PT1H";
    assert_eq!(spans(&[skipped]), expected(&[("2026-03-08T10:30Z", "2026-03-08T11:30Z")]));
    // A day has as many hours as it has.
    let days = "UID:a\nDTSTART;VALUE=DATE:20260307\nDTEND;VALUE=DATE:20260309";
    assert_eq!(spans(&[days]), expected(&[("2026-03-07T08:00Z", "2026-03-09T07:00Z")]));
}

#[test]
fn an_end_in_another_zone_is_where_the_first_clock_stands() {
    let flight = "UID:a\nDTSTART;TZID=America/New_York:20260706T080000\n\
                  DTEND;TZID=America/Los_Angeles:20260706T110000";
    assert_eq!(spans(&[flight]), expected(&[("2026-07-06T12:00Z", "2026-07-06T18:00Z")]));
}

#[test]
fn every_form_of_until_is_understood() {
    let daily = |until: &str| {
        let event = format!(
            "UID:a\nDTSTART;TZID=America/Los_Angeles:20260105T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL={until}"
        );
        spans(&[&event]).len()
    };
    assert_eq!(daily("20260107T170000Z"), 3);
    assert_eq!(daily("20260107T165959Z"), 2);
    assert_eq!(daily("20260107T090000"), 3);
    assert_eq!(daily("20260107"), 3);
    // An end before the start leaves the event itself.
    assert_eq!(daily("20250101T000000Z"), 1);
}

#[test]
fn instances_are_added_moved_and_taken_away() {
    let series = "UID:a\nDTSTART;TZID=America/Los_Angeles:20260105T090000\nDURATION:PT1H\n\
                  RRULE:FREQ=DAILY;COUNT=4\nEXDATE;VALUE=DATE:20260106\n\
                  RDATE;TZID=America/Los_Angeles:20260201T090000";
    let cancelled = "UID:a\nSEQUENCE:1\nSTATUS:CANCELLED\nRECURRENCE-ID:20260107T170000Z\n\
                     DTSTART:20260107T170000Z\nDURATION:PT1H";
    let freed = "UID:a\nSEQUENCE:1\nTRANSP:TRANSPARENT\nRECURRENCE-ID:20260108T170000Z\n\
                 DTSTART:20260108T170000Z\nDURATION:PT1H";
    assert_eq!(
        spans(&[cancelled, series, freed]),
        expected(&[("2026-01-05T17:00Z", "2026-01-05T18:00Z"), ("2026-02-01T17:00Z", "2026-02-01T18:00Z")])
    );
    // Of two versions of an event the newer counts.
    let newer = series.replace("UID:a", "UID:a\nSEQUENCE:3").replace("COUNT=4", "COUNT=1");
    assert_eq!(spans(&[series, &newer]).len(), 2);
}

#[test]
fn what_leaves_somebody_free_is_not_busy() {
    let hour = |line: &str| format!("DTSTART:20260105T090000Z\nDURATION:PT1H\n{line}");
    let kinds = |line: &str| -> Vec<BusyKind> {
        let busy = in_pacific(&calendar(&[&hour(line)]), year()).busy;
        busy.iter().map(|one| one.kind).collect()
    };
    assert_eq!(kinds("SUMMARY:x"), [BusyKind::Busy]);
    assert_eq!(kinds("STATUS:CONFIRMED"), [BusyKind::Busy]);
    assert_eq!(kinds("STATUS:TENTATIVE"), [BusyKind::Tentative]);
    assert_eq!(kinds("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"), [BusyKind::Tentative]);
    assert_eq!(kinds("X-MICROSOFT-CDO-BUSYSTATUS:OOF"), [BusyKind::OutOfOffice]);
    for line in [
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",
    ] {
        assert_eq!(kinds(line), [], "{line}");
    }
}

#[test]
fn all_day_events_that_follow_each_other_touch() {
    let day = |number: u32| format!("DTSTART;VALUE=DATE:202603{number:02}");
    let found = in_pacific(&calendar(&[&day(7), &day(8), &day(9)]), year()).busy;
    assert!(found.iter().all(|one| one.all_day));
    assert!(found.windows(2).all(|pair| pair[0].until == pair[1].from));
}

#[test]
fn an_event_that_began_long_ago_is_still_found() {
    let since = "DTSTART;TZID=Europe/London:19950102T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY";
    let long = "DTSTART;VALUE=DATE:20251201\nDTEND;VALUE=DATE:20260201";
    assert_eq!(spans(&[since]).len(), 365);
    assert_eq!(spans(&[long]), expected(&[("2025-12-01T08:00Z", "2026-02-01T08:00Z")]));
}

#[test]
fn an_event_without_sense_is_left_out_and_the_others_stay() {
    let good = "DTSTART:20260105T090000Z\nDURATION:PT1H";
    let every_second = "DTSTART:20200105T090000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY";
    let found = in_pacific(&calendar(&["SUMMARY:no start", every_second, good]), year());
    assert_eq!((found.busy.len(), found.left_out), (1, 2));
}

#[test]
fn a_text_that_is_no_calendar_is_refused() {
    let refused = |text: &str| read(text, &zone("UTC"), &Zones::bundled(), year()).unwrap_err();
    assert_eq!(refused("<html>Sign in</html>"), CalendarError::NotACalendar);
    assert_eq!(refused(""), CalendarError::NotACalendar);
    let whole = calendar(&["DTSTART:20260105T090000Z\nDURATION:PT1H"]);
    assert_eq!(refused(whole.trim_end().trim_end_matches("END:VCALENDAR")), CalendarError::NotACalendar);
    assert_eq!(refused(&" ".repeat(MOST_BYTES + 1)), CalendarError::TooLong { bytes: MOST_BYTES + 1 });
    assert_eq!(in_pacific(&calendar(&[]), year()), Calendar::default());
}

#[test]
fn rules_that_never_find_anything_use_up_the_budget() {
    let never = "DTSTART:20260105T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30";
    let started = std::time::Instant::now();
    let one = in_pacific(&calendar(&[never]), year());
    assert_eq!(one.busy, []);
    let many = calendar(&[never; 9]);
    let refused = read(&many, &zone("UTC"), &Zones::bundled(), year());
    assert_eq!(refused.unwrap_err(), CalendarError::TooManyInstances);
    assert!(started.elapsed() < std::time::Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn a_question_about_a_week_brings_up_that_week() {
    let daily = "DTSTART;TZID=America/Los_Angeles:20250101T230000\nDURATION:PT2H\nRRULE:FREQ=DAILY";
    let week = Span::new(at("2026-11-16T08:00Z"), at("2026-11-23T08:00Z"));
    let found = in_pacific(&calendar(&[daily]), week).busy;
    // The one of the evening before still runs, and so does the last one.
    assert_eq!(found.len(), 8);
    assert_eq!(found[0].until, week.from + Duration::hours(1));
}

const SEED: &str = "BEGIN:VEVENT\nUID:a\nSEQUENCE:2\nDTSTART;TZID=America/Los_Angeles:20260105T090000\n\
    DTEND;TZID=Pacific Standard Time:20260105T100000\nRRULE:FREQ=MONTHLY;BYDAY=-1FR,2MO;BYSETPOS=1;UNTIL=20270101\n\
    EXDATE:20260206T170000Z\nRDATE;VALUE=PERIOD:20260301T100000Z/PT2H\nRECURRENCE-ID;RANGE=THISANDFUTURE:20260105\n\
    DURATION:P1W2DT3H\nSTATUS:TENTATIVE\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\nEND:VEVENT\nBEGIN:VTIMEZONE\n\
    TZID:X\nBEGIN:STANDARD\nDTSTART:19701101T020000\nTZOFFSETFROM:-0700\nTZOFFSETTO:-0800\nEND:STANDARD\nEND:VTIMEZONE\n";

proptest! {
    #[test]
    fn a_garbled_calendar_does_no_harm(
        changes in prop::collection::vec((0..SEED.len(), prop::sample::select(&b"0123456789-:;=,TZPWMDHS\n/ \xc3"[..])), 0..12),
        swap in (0..SEED.len(), 0..SEED.len()),
    ) {
        let mut bytes = SEED.as_bytes().to_vec();
        for (index, byte) in changes {
            bytes[index] = byte;
        }
        let (from, until) = (swap.0.min(swap.1), swap.0.max(swap.1));
        bytes.extend_from_within(from..until);
        let text = format!("BEGIN:VCALENDAR\n{}\nEND:VCALENDAR\n", String::from_utf8_lossy(&bytes));
        let _ = read(&text, &zone("America/Los_Angeles"), &Zones::bundled(), year());
    }
}
