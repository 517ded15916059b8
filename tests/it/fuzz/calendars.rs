//! Calendars with every property there is, in any order, with values that are nearly right.

use super::{cases, in_time};
use firstline::clock::Timestamp;
use firstline::connect::reading;
use firstline::coverage::Span;
use firstline::coverage::calendar::{holidays, read};
use firstline::zone::Zones;
use proptest::prelude::*;
use proptest::sample::select;

/// The most spans that a calendar of a few events may come to: the reader's own limit is far above it.
const MOST: usize = 200_000;

fn year() -> Span {
    let at = |text: &str| text.parse::<Timestamp>().unwrap();
    Span::new(at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"))
}

fn instant() -> impl Strategy<Value = String> {
    let day = select(&[
        "20260329",
        "20261025",
        "20260229",
        "20240229",
        "00000101",
        "99991231",
        "20260101",
        "19700101",
        "20261301",
        "-20260101",
        "",
    ]);
    let time = select(&["T000000", "T235960", "T013000Z", "T240000Z", "T090000", "", "T", "Z", "T010203+01"]);
    (day, time).prop_map(|(day, time)| format!("{day}{time}"))
}

fn number() -> impl Strategy<Value = String> {
    select(&["1", "0", "-1", "2", "7", "13", "53", "366", "-366", "4294967296", "99999999999999999999", ""])
        .prop_map(str::to_owned)
}

fn rule() -> impl Strategy<Value = String> {
    let frequency =
        select(&["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY", "NEVER"]);
    let days = select(&["MO", "-1FR", "2MO,TU", "53SU", "-54SA", "0MO", "XX", "MO,TU,WE,TH,FR,SA,SU"]);
    let key = select(&[
        "INTERVAL",
        "COUNT",
        "BYMONTH",
        "BYMONTHDAY",
        "BYYEARDAY",
        "BYWEEKNO",
        "BYSETPOS",
        "BYHOUR",
        "BYMINUTE",
        "BYSECOND",
        "RSCALE",
    ]);
    let part = prop_oneof![
        (key, prop::collection::vec(number(), 1..4))
            .prop_map(|(key, all)| format!("{key}={}", all.join(","))),
        days.prop_map(|days| format!("BYDAY={days}")),
        instant().prop_map(|until| format!("UNTIL={until}")),
        select(&["WKST=SU", "WKST=XX", "SKIP=FORWARD", "=", "FREQ=DAILY"]).prop_map(str::to_owned),
    ];
    (frequency, prop::collection::vec(part, 0..5))
        .prop_map(|(frequency, parts)| [vec![format!("FREQ={frequency}")], parts].concat().join(";"))
}

fn length() -> impl Strategy<Value = String> {
    select(&[
        "PT1H",
        "P1D",
        "P1W2DT3H",
        "-PT5M",
        "P99999999999D",
        "PT0S",
        "P",
        "PT99999999999999999999S",
        "P1Y",
    ])
    .prop_map(str::to_owned)
}

fn zone() -> impl Strategy<Value = &'static str> {
    select(&[
        "",
        ";TZID=America/Los_Angeles",
        ";TZID=Pacific Standard Time",
        ";TZID=X",
        ";TZID=\"Europe/London\"",
        ";VALUE=DATE",
        ";VALUE=PERIOD",
        ";TZID=",
        ";X-A=b;TZID=UTC",
        ";TZID=/freeassociation/Europe/Berlin",
    ])
}

fn property() -> impl Strategy<Value = String> {
    let dated = select(&["DTSTART", "DTEND", "EXDATE", "RDATE", "RECURRENCE-ID", "DTSTAMP"]);
    let told = select(&[
        "STATUS:TENTATIVE",
        "STATUS:CANCELLED",
        "TRANSP:TRANSPARENT",
        "SEQUENCE:9",
        "SEQUENCE:-1",
        "UID:a",
        "UID:b",
        "UID:",
        "X-MICROSOFT-CDO-BUSYSTATUS:FREE",
        "SUMMARY:Lunch\\, out",
        "SUMMARY:a\n folded",
        "CLASS:PRIVATE",
        "BEGIN:VALARM",
        "END:VALARM",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "BEGIN:VTIMEZONE",
        "TZID:X",
        "END:VTIMEZONE",
        "BEGIN:STANDARD",
        "END:STANDARD",
        "TZOFFSETFROM:-0700",
        "TZOFFSETTO:+9999",
        ":",
        "",
        "RRULE",
        "ATTENDEE;PARTSTAT=DECLINED:mailto:a@b.test",
    ]);
    prop_oneof![
        4 => (dated, zone(), prop::collection::vec(instant(), 1..3))
            .prop_map(|(key, zone, all)| format!("{key}{zone}:{}", all.join(","))),
        1 => (instant(), length()).prop_map(|(from, length)| format!("RDATE;VALUE=PERIOD:{from}/{length}")),
        2 => rule().prop_map(|rule| format!("RRULE:{rule}")),
        1 => length().prop_map(|length| format!("DURATION:{length}")),
        3 => told.prop_map(str::to_owned),
    ]
}

fn calendar() -> impl Strategy<Value = String> {
    let event = prop::collection::vec(property(), 0..9).prop_map(|lines| {
        format!("BEGIN:VEVENT\nUID:a\nDTSTART:20260105T090000Z\n{}\nEND:VEVENT\n", lines.join("\n"))
    });
    prop::collection::vec(event, 0..4)
        .prop_map(|events| format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", events.concat()))
}

fn harmless(text: &str) {
    let zones = Zones::bundled();
    let zone = zones.zone("Europe/London").unwrap();
    let found = in_time(text, || reading::read(text, &zone, &zones, year()));
    if let Ok(found) = found {
        assert!(found.busy.len() < MOST, "{} spans of {text}", found.busy.len());
        assert!(
            found.busy.iter().all(|busy| busy.from < busy.until),
            "a span that ends before it begins: {text}"
        );
    }
    let days = in_time(text, || reading::holidays(text, &zones, year()));
    assert!(days.map_or(0, |days| days.days.len()) < MOST, "days without end: {text}");
}

proptest! {
    #![proptest_config(cases(96))]

    #[test]
    fn no_calendar_does_harm(text in calendar()) {
        harmless(&text);
    }

    /// The reader itself takes everything; what a library under it does not take costs that calendar alone.
    #[test]
    fn no_calendar_brings_the_reader_down(text in calendar()) {
        let zones = Zones::bundled();
        let zone = zones.zone("America/Los_Angeles").unwrap();
        let _read = read(&text, &zone, &zones, year());
        let _days = holidays(&text, &zones, year());
    }
}
