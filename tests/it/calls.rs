//! Calls carried out against a scripted Slack: what is sent, and what is made of each answer.

use crate::scripted::{Reply, Slack, api, noon, posted, refused};
use chrono::TimeDelta;
use firstline::clock::{Clock, MovableClock, Timestamp};
use firstline::domain::effect::Slot;
use firstline::id::{CallId, CaseId, ChannelId, LaneId, MessageTs, UserId};
use firstline::store::{Claim, Doubt, Outcome};
use firstline::view::call::{Address, Call, Urgency, Verb};
use rstest::rstest;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

fn claim(verb: Verb, address: Address) -> Claim {
    let case = CaseId::new("event-17");
    Claim {
        call: Call {
            id: CallId::new("call-1"),
            lane: LaneId::new("case:event-17"),
            case: Some(case),
            slot: Slot::Ping(1),
            verb,
            address,
            urgency: Urgency::Ping,
            decided_at: noon(),
            body: json!({ "text": "Ana, please" }),
        },
        attempts: 0,
        lease: 1,
        ts: None,
        root: None,
        channel: None,
        doubt: Doubt::No,
        first_tried_at: Some(noon()),
    }
}

fn thread() -> Address {
    Address::Thread { channel: ChannelId::new("C0EVENT"), root: MessageTs::new("1.000100") }
}

fn in_seconds(seconds: i64) -> Timestamp {
    noon() + TimeDelta::seconds(seconds)
}

fn delivered(channel: &str, ts: Option<&str>) -> Outcome {
    Outcome::Delivered { channel: Some(ChannelId::new(channel)), ts: ts.map(MessageTs::new) }
}

#[tokio::test]
async fn a_post_carries_its_call_and_no_unfurling() {
    let slack = Slack::new([("chat.postMessage", posted())]).await;
    let outcome = slack.api.perform(&claim(Verb::Post, thread())).await;
    assert_eq!(outcome, delivered("C0EVENT", Some("1.000200")));
    let body = json!({
        "channel": "C0EVENT", "thread_ts": "1.000100", "text": "Ana, please",
        "metadata": { "event_type": "firstline_call", "event_payload": { "call": "call-1" } },
        "unfurl_links": false, "unfurl_media": false,
    });
    assert_eq!(slack.asked(), [("chat.postMessage".to_owned(), body)]);
}

#[tokio::test]
async fn a_direct_message_opens_its_channel_once() {
    let open = Reply::Json(json!({ "ok": true, "channel": { "id": "D0ANA" } }));
    let slack = Slack::new([("conversations.open", open), ("chat.postMessage", posted())]).await;
    let direct = claim(Verb::Post, Address::Direct(UserId::new("U0ANA")));
    assert_eq!(slack.api.perform(&direct).await, delivered("D0ANA", Some("1.000200")));
    let asked = slack.asked();
    assert_eq!(asked[0], ("conversations.open".to_owned(), json!({ "users": "U0ANA" })));
    assert_eq!(asked[1].1["channel"], "D0ANA");
    slack.api.perform(&direct).await;
    assert_eq!(slack.methods(), ["chat.postMessage"]);
}

#[tokio::test]
async fn the_bots_own_thread_hangs_on_its_root() {
    let slack = Slack::new([]).await;
    let mut claim = claim(Verb::Post, Address::OwnThread { channel: ChannelId::new("C0EVENT") });
    assert!(matches!(slack.api.perform(&claim).await, Outcome::Dead { .. }));
    claim.root = Some(MessageTs::new("1.000900"));
    slack.api.perform(&claim).await;
    assert_eq!(slack.asked()[0].1["thread_ts"], "1.000900");
}

fn again(seconds: i64, why: &str) -> Outcome {
    Outcome::Retry { at: in_seconds(seconds), doubt: Doubt::No, why: why.to_owned() }
}

/// To be looked for first.
fn doubted(why: &str) -> Outcome {
    Outcome::Retry { at: in_seconds(1), doubt: Doubt::PerhapsDone { looked: 0 }, why: why.to_owned() }
}

fn dead(why: &str) -> Outcome {
    Outcome::Dead { why: why.to_owned() }
}

#[rstest]
#[case::rate(Reply::Limited(7), again(7, "`ratelimited`: Slack asked to wait"))]
#[case::rate_in_words(refused("ratelimited"), again(5, "`ratelimited`: Slack asked to wait"))]
#[case::lost(Reply::Hang, doubted("no answer in time"))]
#[case::broken(Reply::Status(502), doubted("HTTP status 502"))]
#[case::turned_away(Reply::Status(404), again(1, "HTTP status 404"))]
#[case::a_page_of_somebody(Reply::Page, doubted("an answer that says neither yes nor no"))]
#[case::trouble(refused("fatal_error"), doubted("`fatal_error`: Slack is in trouble"))]
#[case::passing(refused("service_unavailable"), again(1, "`service_unavailable`: Slack is in trouble"))]
#[case::never(refused("is_archived"), dead("`is_archived`: the channel is archived"))]
#[tokio::test]
async fn a_post_ends_as_its_answer_says(#[case] reply: Reply, #[case] expected: Outcome) {
    let slack = Slack::new([("chat.postMessage", reply)]).await;
    assert_eq!(slack.api.perform(&claim(Verb::Post, thread())).await, expected);
}

#[tokio::test]
async fn a_post_that_never_left_is_no_doubt() {
    let nobody = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let outcome = api(&url, &MovableClock::stopped(noon()), Duration::from_secs(10))
        .perform(&claim(Verb::Post, thread()))
        .await;
    let Outcome::Retry { at, doubt: Doubt::No, why } = outcome else { panic!("{outcome:?}") };
    assert!(at == in_seconds(1) && why.starts_with("no connection to Slack (Connection refused"), "{why}");
}

fn doubtful(looked: u32) -> Claim {
    Claim { doubt: Doubt::PerhapsDone { looked }, attempts: 1, ..claim(Verb::Post, thread()) }
}

fn carrying(call: &str, bot_id: &str) -> Value {
    json!({
        "ts": "1.000300", "bot_id": bot_id, "text": "x",
        "metadata": { "event_type": "firstline_call", "event_payload": { "call": call } },
    })
}

#[tokio::test]
async fn a_lost_post_that_is_found_is_delivered() {
    let theirs =
        json!({ "ts": "1.000250", "metadata": { "event_type": "x", "event_payload": { "call": 1 } } });
    let first = json!({
        "ok": true, "messages": [theirs, carrying("call-1", "B0OTHER")],
        "response_metadata": { "next_cursor": "more" },
    });
    let second =
        json!({ "ok": true, "messages": [carrying("call-0", "B0FIRST"), carrying("call-1", "B0FIRST")] });
    let slack = Slack::new([
        ("conversations.replies", Reply::Json(first)),
        ("conversations.replies", Reply::Json(second)),
    ])
    .await
    .known()
    .await;
    assert_eq!(slack.api.perform(&doubtful(0)).await, delivered("C0EVENT", Some("1.000300")));
    let asked = slack.asked();
    assert_eq!(asked.len(), 2);
    let query = asked[0].1.as_str().unwrap();
    assert!(!query.contains("oldest="), "this machine's clock may be wrong: {query}");
    for part in ["channel=C0EVENT", "ts=1.000100", "include_all_metadata=true"] {
        assert!(query.contains(part), "{query}");
    }
    assert!(asked[1].1.as_str().unwrap().contains("cursor=more"));
}

#[tokio::test]
async fn a_lost_post_is_looked_for_twice_and_then_free_to_be_sent() {
    let slack = Slack::new([("chat.postMessage", posted())]).await.known().await;
    let outcome = slack.api.perform(&doubtful(0)).await;
    assert!(
        matches!(&outcome, Outcome::Retry { at, doubt: Doubt::PerhapsDone { looked: 1 }, .. } if *at == in_seconds(5)),
        "{outcome:?}"
    );
    assert_eq!(slack.methods(), ["conversations.replies"]);
    assert_eq!(slack.api.perform(&doubtful(1)).await, again(0, "an earlier try did not arrive"));
    assert_eq!(slack.methods(), ["conversations.replies"]);
}

#[tokio::test]
async fn a_look_that_fails_is_no_look() {
    let slack = Slack::new([("conversations.replies", Reply::Status(500))]).await.known().await;
    let outcome = slack.api.perform(&doubtful(1)).await;
    assert!(matches!(outcome, Outcome::Retry { doubt: Doubt::PerhapsDone { looked: 1 }, .. }), "{outcome:?}");
    assert_eq!(slack.methods(), ["conversations.replies"]);
}

#[tokio::test]
async fn a_card_is_posted_once_and_then_edited() {
    let slack = Slack::new([("chat.postMessage", posted())]).await;
    let mut claim = claim(Verb::Upsert, thread());
    assert_eq!(slack.api.perform(&claim).await, delivered("C0EVENT", Some("1.000200")));
    claim.ts = Some(MessageTs::new("1.000200"));
    claim.channel = Some(ChannelId::new("C0EVENT"));
    // Whether an edit was done before does not matter.
    claim.doubt = Doubt::PerhapsDone { looked: 0 };
    slack.asked();
    assert_eq!(slack.api.perform(&claim).await, delivered("C0EVENT", Some("1.000200")));
    let body = json!({
        "channel": "C0EVENT", "ts": "1.000200", "text": "Ana, please",
        "metadata": { "event_type": "firstline_call", "event_payload": { "call": "call-1" } },
    });
    assert_eq!(slack.asked(), [("chat.update".to_owned(), body)]);
}

#[tokio::test]
async fn a_card_that_somebody_deleted_is_posted_anew() {
    let slack =
        Slack::new([("chat.update", refused("message_not_found")), ("chat.postMessage", posted())]).await;
    let claim = Claim {
        ts: Some(MessageTs::new("1.000150")),
        channel: Some(ChannelId::new("C0EVENT")),
        ..claim(Verb::Upsert, thread())
    };
    assert_eq!(slack.api.perform(&claim).await, delivered("C0EVENT", Some("1.000200")));
    assert_eq!(slack.methods(), ["chat.update", "chat.postMessage"]);
}

#[tokio::test]
async fn an_edit_whose_answer_was_lost_is_simply_done_again() {
    let slack = Slack::new([("chat.update", Reply::Hang)]).await;
    let claim = Claim { ts: Some(MessageTs::new("1.000150")), ..claim(Verb::Upsert, thread()) };
    let why = "no answer in time".to_owned();
    assert_eq!(slack.api.perform(&claim).await, Outcome::Retry { at: in_seconds(1), doubt: Doubt::No, why });
    assert_eq!(slack.api.perform(&claim).await, delivered("C0EVENT", Some("1.000150")));
}

#[tokio::test]
async fn removing_what_is_not_there_is_done_already() {
    let slack = Slack::new([("chat.delete", refused("message_not_found"))]).await;
    let mut claim = claim(Verb::Remove, thread());
    assert_eq!(slack.api.perform(&claim).await, Outcome::Dropped);
    assert_eq!(slack.asked(), []);
    claim.ts = Some(MessageTs::new("1.000150"));
    assert_eq!(slack.api.perform(&claim).await, delivered("C0EVENT", None));
    assert_eq!(
        slack.asked(),
        [("chat.delete".to_owned(), json!({ "channel": "C0EVENT", "ts": "1.000150" }))]
    );
}

#[tokio::test]
async fn an_app_home_is_published() {
    let slack = Slack::new([]).await;
    let mut claim = claim(Verb::PublishHome, Address::Direct(UserId::new("U0ANA")));
    claim.call.body = json!({ "type": "home", "blocks": [] });
    assert_eq!(slack.api.perform(&claim).await, Outcome::Delivered { channel: None, ts: None });
    let body = json!({ "user_id": "U0ANA", "view": { "type": "home", "blocks": [] } });
    assert_eq!(slack.asked(), [("views.publish".to_owned(), body)]);
}

#[tokio::test]
async fn a_refused_token_waits_for_the_operator_and_is_told_once() {
    let slack =
        Slack::new([("chat.postMessage", refused("token_revoked")), ("chat.postMessage", posted())]).await;
    let trouble = slack.api.trouble();
    let outcome = slack.api.perform(&claim(Verb::Post, thread())).await;
    assert!(matches!(outcome, Outcome::Retry { at, .. } if at == in_seconds(60)), "{outcome:?}");
    let told = trouble.borrow().clone().unwrap();
    assert!(told.starts_with("`token_revoked`: the bot token was revoked; install the app again"), "{told}");
    slack.api.perform(&claim(Verb::Post, thread())).await;
    assert_eq!(*trouble.borrow(), None);
}

#[tokio::test]
async fn a_call_can_be_performed_in_any_task() {
    let slack = Slack::new([("chat.postMessage", posted())]).await;
    let api = Arc::new(slack.api);
    let outcome = tokio::spawn(async move { api.perform(&claim(Verb::Post, thread())).await }).await.unwrap();
    assert_eq!(outcome, delivered("C0EVENT", Some("1.000200")));
    assert_eq!(slack.clock.now(), noon());
}
