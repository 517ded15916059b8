//! A calendar decides whom the running bot pings, and `--live` tells of it.

use super::bench::{BOUND, Bench, bo, cy, help};
use super::program::answer;
use chrono::TimeDelta;
use firstline::app::Tuning;
use firstline::clock::Clock as _;
use firstline::id::PersonKey;
use serde_json::Value;
use std::time::Duration;

const MEETING: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260310T110000Z\r\n\
                       DTEND:20260310T130000Z\r\nSUMMARY:Board\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

fn tuning() -> Tuning {
    Tuning { calendars_every: Some(Duration::from_secs(300)), ..Tuning::in_rehearsal() }
}

#[tokio::test]
async fn somebody_in_a_meeting_is_passed_over() {
    let mut bench = Bench::set_up().await;
    bench.config = bench.with_person("ana: { slack: U0ANA,", "ana: { slack: U0ANA, calendar: ana.ics,");
    std::fs::write(bench.folder().join("ana.ics"), MEETING).unwrap();
    let app = bench.start_with(tuning()).await;
    let known = async {
        while !app.engine.known().calendars().busy.contains_key(&PersonKey::from("ana")) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(BOUND, known).await.expect("the calendar is read");
    bench.rest(&app).await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.pinged(&help(), &post), [bo()]);
    let listen = app.http().unwrap();
    let at = bench.clock.now().to_rfc3339();
    let who = ["who", "--desk", "help", "--at", &at, "--json"];
    let live: Value =
        serde_json::from_str(&answer(&bench, listen, "data", &[&who[..], &["--live"]].concat()).await)
            .unwrap();
    assert_eq!(live[0]["source"], "calendar", "{live}");
    let alone: Value = serde_json::from_str(&answer(&bench, listen, "data", &who).await).unwrap();
    assert_eq!(live, alone);
    let until = (bench.clock.now() + TimeDelta::days(1)).to_rfc3339();
    let gaps = ["gaps", "--desk", "help", "--from", &at, "--until", &until, "--live", "--json"];
    assert_eq!(answer(&bench, listen, "data", &gaps).await, "[]\n");
    app.stop().await.unwrap();
    // At rest the store and the file say the same.
    let rest: Value =
        serde_json::from_str(&answer(&bench, listen, "data", &[&who[..], &["--live"]].concat()).await)
            .unwrap();
    assert_eq!(rest, live);
}
