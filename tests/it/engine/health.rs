//! What an operator can see and ask.

use super::bench::{BOUND, Bench, cy, get, help};
use chrono::TimeDelta;
use firstline::app::Tuning;
use firstline::rehearsal::{Fault, Heard};
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn ready_means_connected_and_caught_up() {
    let bench = Bench::set_up().await;
    bench.slack.fail_next(1, "auth.test", None, Fault::HeldBefore);
    let app = bench.begin().await;
    let at = app.http().unwrap();
    bench.slack.wait_for_held_calls(1, BOUND).await.unwrap();
    assert_eq!(get(at, "/healthz", None).await, (200, "alive\n".to_owned()));
    let (status, why) = get(at, "/readyz", None).await;
    assert_eq!(status, 503);
    assert!(why.contains("not connected to Slack"), "{why}");
    bench.slack.let_calls_go();
    tokio::time::timeout(BOUND, app.ready()).await.expect("the bot gets ready");
    let (status, why) = get(at, "/readyz", None).await;
    assert_eq!(status, 200, "{why}");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_lane_that_is_stuck_is_told() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(100, "chat.postMessage", Some(&help()), Fault::Status(503));
    bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.live(&app, TimeDelta::seconds(90)).await;
    let (status, why) = get(app.http().unwrap(), "/readyz", None).await;
    assert_eq!(status, 503);
    assert!(why.contains("is stuck since"), "{why}");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_refused_token_says_what_to_do() {
    let bench = Bench::set_up().await;
    bench.slack.fail_next(1, "auth.test", None, Fault::Error("invalid_auth".to_owned()));
    let mut app = bench.begin().await;
    let failure = tokio::time::timeout(BOUND, app.ended()).await.unwrap().unwrap_err();
    assert_eq!(failure.status(), 1);
    assert!(failure.to_string().contains("hint:"), "{failure}");
}

#[tokio::test]
async fn operators_get_in_with_the_secret_alone() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    let at = app.http().unwrap();
    assert_eq!(get(at, "/admin/cases?which=open", None).await.0, 401);
    assert_eq!(get(at, "/admin/cases?which=open", Some("guess")).await.0, 401);
    let secret = firstline::admin::secret::read(&bench.store()).unwrap();
    let (status, cases) = get(at, "/admin/cases?which=open", Some(&secret)).await;
    assert_eq!(status, 200);
    assert!(cases.contains("help-1") && cases.contains("the session does not open"), "{cases}");
    let (status, page) = get(at, "/metrics", None).await;
    assert_eq!(status, 200);
    assert!(page.contains("firstline_events_total") && page.contains("firstline_open_cases"), "{page}");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_store_that_cannot_write_says_so_and_ends_the_bot() {
    let bench = Bench::set_up().await;
    let tuning = Tuning { store_may_fail_for: Duration::from_secs(1), ..Tuning::in_rehearsal() };
    let mut app = bench.start_with(tuning).await;
    app.engine.store().break_next_flush();
    let asked = bench.slack.command(&cy(), &help(), "/escalate", "the session does not open").await.unwrap();
    let said = format!("{asked:?}");
    assert!(said.contains("This was not saved"), "{said}");
    let (status, why) = get(app.http().unwrap(), "/readyz", None).await;
    assert_eq!(status, 503);
    assert!(why.contains("the store cannot be written"), "{why}");
    // What cannot be kept is not acknowledged: Slack sends it again.
    let post = json!({ "type": "message", "channel": help(), "user": cy(), "ts": "1773144001.000100", "text": "no sound" });
    let payload = json!({ "team_id": "T0MODEL", "api_app_id": "A0FIRSTLINE", "event": post });
    let envelope = json!({ "envelope_id": "post-1", "type": "events_api", "payload": payload });
    let heard = bench.slack.send_frame("post-1", &envelope.to_string()).await;
    assert_ne!(heard, Heard::Acknowledged);
    let failure = tokio::time::timeout(BOUND, app.ended()).await.unwrap().unwrap_err();
    assert_eq!(failure.status(), 3);
}

#[tokio::test]
async fn a_store_that_cannot_write_while_a_ping_is_in_the_air_ends_the_bot_as_well() {
    let bench = Bench::set_up().await;
    let tuning = Tuning { store_may_fail_for: Duration::from_secs(1), ..Tuning::in_rehearsal() };
    let mut app = bench.start_with(tuning).await;
    bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::HeldAfter);
    bench.clock.advance(TimeDelta::minutes(5));
    bench.slack.wait_for_held_calls(1, BOUND).await.unwrap();
    app.engine.store().break_next_flush();
    bench.slack.let_calls_go();
    let fails = async {
        while app.engine.failing_since().is_none() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(BOUND, fails).await.expect("the store fails");
    bench.rest(&app).await;
    // Its lease lapses: it could be tried again, but for the store.
    bench.clock.advance(TimeDelta::minutes(1));
    let failure = tokio::time::timeout(BOUND, app.ended()).await.unwrap().unwrap_err();
    assert_eq!(failure.status(), 3);
}
