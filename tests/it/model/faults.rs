//! Calls that go wrong on request.

use super::app::App;
use super::{BOUND, help, slack};
use firstline::id::ChannelId;
use firstline::rehearsal::{ANY_METHOD, Fault};
use serde_json::json;
use std::time::Duration;

const JSON: &str = "application/json";
const POST: &str = "/api/chat.postMessage";

fn body() -> String {
    json!({ "channel": "C0HELP", "text": "a" }).to_string()
}

#[tokio::test]
async fn calls_are_limited_or_fail_and_nothing_is_done() {
    let slack = slack().await;
    let app = App::of(&slack);
    slack.fail_next(2, "chat.postMessage", Some(&help()), Fault::RateLimited(7));
    for _ in 0..2 {
        let answer = app.request(POST, JSON, &app.token, body()).await.unwrap();
        assert_eq!((answer.status.as_u16(), answer.retry_after.as_deref()), (429, Some("7")));
    }
    slack.fail_next(1, "chat.postMessage", None, Fault::Status(503));
    assert_eq!(app.request(POST, JSON, &app.token, body()).await.unwrap().status.as_u16(), 503);
    slack.fail_next(1, "chat.postMessage", None, Fault::Error("fatal_error".to_owned()));
    assert_eq!(
        app.error("chat.postMessage", json!({ "channel": "C0HELP", "text": "a" })).await,
        "fatal_error"
    );
    slack.fail_next(1, "apps.connections.open", None, Fault::Error("account_inactive".to_owned()));
    assert_eq!(app.error("apps.connections.open", json!({})).await, "account_inactive");
    assert!(slack.channel_messages(&help()).is_empty());
    assert!(slack.refusals().is_empty(), "what was asked for is no refusal");
    app.post("C0HELP", "and now").await;
}

#[tokio::test]
async fn a_fault_of_one_channel_leaves_the_others_alone() {
    let slack = slack().await;
    let app = App::of(&slack);
    slack.fail_next(1, "chat.postMessage", Some(&ChannelId::from("G0TEAM")), Fault::Status(500));
    app.post("C0HELP", "fine").await;
    let team = json!({ "channel": "G0TEAM", "text": "a" }).to_string();
    assert_eq!(app.request(POST, JSON, &app.token, team).await.unwrap().status.as_u16(), 500);
}

#[tokio::test]
async fn an_answer_gets_lost_after_the_deed() {
    let slack = slack().await;
    let app = App::of(&slack);
    slack.fail_next(1, "chat.postMessage", None, Fault::AnswerLost);
    assert!(app.request(POST, JSON, &app.token, body()).await.is_err());
    assert_eq!(slack.channel_messages(&help()).len(), 1);
    slack.fail_next(1, "chat.postMessage", None, Fault::Cut);
    assert!(app.request(POST, JSON, &app.token, body()).await.is_err());
    assert_eq!(slack.channel_messages(&help()).len(), 1);
}

#[tokio::test]
async fn an_answer_comes_late_or_never() {
    let slack = slack().await;
    let app = App::of(&slack);
    slack.fail_next(1, "chat.postMessage", None, Fault::Slow(Duration::from_millis(40)));
    let mut call = Box::pin(app.request(POST, JSON, &app.token, body()));
    let early = tokio::time::timeout(Duration::from_millis(10), &mut call).await;
    assert!(early.is_err());
    assert_eq!(call.await.unwrap().body["ok"], true);
    slack.fail_next(1, "chat.postMessage", None, Fault::Silent);
    let silent = app.request(POST, JSON, &app.token, body());
    assert!(tokio::time::timeout(Duration::from_millis(60), silent).await.is_err());
    assert_eq!(slack.channel_messages(&help()).len(), 1);
}

#[tokio::test]
async fn a_wait_ends_with_the_change_it_waits_for_or_says_what_happened() {
    let slack = slack().await;
    let app = App::of(&slack);
    let waiting = slack.wait_for(BOUND, |it| it.channel_messages(&help()).next().map(|it| it.text.clone()));
    let (found, _) = tokio::join!(waiting, app.post("C0HELP", "here"));
    assert_eq!(found.unwrap(), "here");
    let missed = slack.wait_for(Duration::from_millis(5), |_| None::<()>).await.unwrap_err();
    assert!(missed.to_string().contains("Posted"), "{missed}");
}

#[tokio::test]
async fn a_call_is_held_before_or_after_the_deed() {
    let slack = slack().await;
    let app = App::of(&slack);
    for (fault, done) in [(Fault::HeldBefore, 0), (Fault::HeldAfter, 2)] {
        slack.fail_next(1, "chat.postMessage", None, fault);
        let call = app.request(POST, JSON, &app.token, body());
        let look = async {
            slack.wait_for_held_calls(1, BOUND).await.unwrap();
            assert_eq!(slack.channel_messages(&help()).len(), done);
            slack.let_calls_go();
        };
        let (answer, ()) = tokio::join!(call, look);
        assert_eq!(answer.unwrap().body["ok"], true);
    }
    slack.fail_next(1, "chat.postMessage", None, Fault::HeldBefore);
    let given_up = app.request(POST, JSON, &app.token, body());
    tokio::select! {
        _ = given_up => unreachable!("it is held"),
        held = slack.wait_for_held_calls(1, BOUND) => held.unwrap(),
    }
    slack.wait_for_held_calls(0, BOUND).await.unwrap();
    assert_eq!(slack.channel_messages(&help()).len(), 2);
}

#[tokio::test]
async fn an_outage_lasts_until_it_is_over_and_a_stop_for_good() {
    let slack = slack().await;
    let app = App::of(&slack);
    slack.fail_next(usize::MAX, ANY_METHOD, None, Fault::Status(500));
    for method in ["/api/auth.test", POST, POST] {
        assert_eq!(app.request(method, JSON, &app.token, body()).await.unwrap().status.as_u16(), 500);
    }
    slack.clear_faults();
    app.post("C0HELP", "back").await;
    let mut socket = app.connect().await;
    slack.stop();
    assert_eq!(socket.next().await, "end");
    assert!(app.request(POST, JSON, &app.token, body()).await.is_err());
}
