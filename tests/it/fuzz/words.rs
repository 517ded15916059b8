//! Words to the bot, and the times in them, on days at the ends of the calendar.

use super::{cases, in_time};
use chrono::{DateTime, Datelike as _};
use firstline::clock::Timestamp;
use firstline::domain::command::{parse_mention, parse_slash, parse_when, resolve_span};
use firstline::zone::Zones;
use proptest::prelude::*;
use proptest::sample::select;

/// What wishes are made of.
const PIECES: &[&str] = &[
    "claim",
    "release",
    "help",
    "hand over",
    "to",
    "hold",
    "waiting for",
    "the client",
    "tags",
    "resolve",
    "reopen",
    "why",
    "status",
    "playbook",
    "away",
    "back",
    "break",
    "off",
    "cover",
    "gaps",
    "schedule",
    "ticket",
    "until",
    "for",
    "from",
    "till",
    "tomorrow",
    "today",
    "next",
    "monday",
    "sun",
    "noon",
    "midnight",
    "15:00",
    "24:00",
    "25:61",
    "3pm",
    "12am",
    "0:00",
    "2026-12-24",
    "2026-02-30",
    "9999-12-31",
    "0000-00-00",
    "24.12.",
    "12/24",
    "30m",
    "2h",
    "1h30m",
    "90s",
    "0m",
    "-5m",
    "99999999999999999999d",
    "4294967295s",
    "4294967296s",
    "1.5h",
    "half an hour",
    "<@U0ANA>",
    "<@U0ANA|ana>",
    "@ana",
    "<#C1|x>",
    "<!subteam^S1>",
    "<!here>",
    "&amp;",
    ",",
    ":",
    "=",
    "\n",
    "\"",
    "“",
    "that",
    "İ",
    "\u{0}",
    "👍🏽",
    "area=chat",
    "setup",
    "template",
    "enable",
    "disable",
    "report",
    "who is on coverage?",
    "please",
];

fn said() -> impl Strategy<Value = String> {
    let piece = prop_oneof![9 => select(PIECES).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    let gap = select(&[" ", "", "\n", "  "][..]);
    (prop::collection::vec(piece, 0..9), gap).prop_map(|(pieces, gap)| pieces.join(gap))
}

/// Ordinary days, days on which clocks change, and the ends of what a clock may show.
fn now() -> impl Strategy<Value = Timestamp> {
    let odd = select(&[0, -1, 253_402_300_799, 253_370_764_800, 1_774_746_000, 1_793_523_600][..]);
    prop_oneof![odd, 1_700_000_000_i64..1_900_000_000].prop_map(|at| DateTime::from_timestamp(at, 0).unwrap())
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn nothing_that_is_said_does_harm(text in said(), now in now(), name in select(&[
        "UTC", "America/Los_Angeles", "Pacific/Apia", "Pacific/Kiritimati", "Europe/London", "Asia/Kathmandu",
    ][..])) {
        let zone = Zones::bundled().zone(name).unwrap();
        let local = zone.local(now);
        in_time(&text, || {
            let _said = (parse_mention(&text), parse_slash("/coverage", &text), parse_slash("/escalate", &text));
            let Some(when) = parse_when(&text) else { return };
            let wall = |wall| zone.first(wall);
            if let Some(instant) = when.resolve(now, wall, local) {
                assert!(instant > now, "{text} at {now} is {instant}");
            }
            for from in [None, Some(&when)] {
                if let Some((from, until)) = resolve_span(from, &when, now, wall, local) {
                    assert!(from < until && from >= now, "{text} at {now}");
                }
            }
            assert!(local.year() != 0);
        });
    }
}
