//! Calls carried out against a scripted Slack: what is sent, and what is made of each answer.

use crate::wire::bot;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta};
use firstline::clock::{Clock, MovableClock, Timestamp};
use firstline::domain::effect::Slot;
use firstline::id::{CallId, CaseId, ChannelId, LaneId, MessageTs, UserId};
use firstline::slack::api::Api;
use firstline::slack::limits::Limits;
use firstline::slack::pace::Pace;
use firstline::slack::queries::AuthError;
use firstline::store::{Claim, Doubt, Outcome};
use firstline::view::call::{Address, Call, Urgency, Verb};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn noon() -> Timestamp {
    DateTime::parse_from_rfc3339("2026-11-30T12:00:00Z").unwrap().to_utc()
}

#[derive(Clone, Debug)]
enum Reply {
    Json(Value),
    Status(u16),
    Limited(u32),
    Page,
    Hang,
}

#[derive(Clone, Default)]
struct Script {
    replies: Arc<Mutex<BTreeMap<String, VecDeque<Reply>>>>,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let method = request.uri().path().trim_start_matches("/api/").to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let token = request.headers().get(header::AUTHORIZATION).cloned();
    let body: Bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let asked = serde_json::from_slice(&body).unwrap_or_else(|_| json!(query));
    assert_eq!(token.is_some(), !method.starts_with("/hook"), "{method}");
    let reply = {
        script.asked.lock().unwrap().push((method.clone(), asked));
        script.replies.lock().unwrap().get_mut(&method).and_then(VecDeque::pop_front)
    };
    match reply.unwrap_or(Reply::Json(json!({ "ok": true }))) {
        Reply::Json(body) => axum::Json(body).into_response(),
        Reply::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Reply::Limited(after) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, after.to_string())], "").into_response()
        }
        Reply::Page => axum::response::Html("<html>sign in</html>").into_response(),
        Reply::Hang => std::future::pending().await,
    }
}

struct Slack {
    script: Script,
    clock: MovableClock,
    api: Api<MovableClock>,
    url: String,
}

impl Slack {
    async fn new(replies: impl IntoIterator<Item = (&'static str, Reply)>) -> Self {
        let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", door.local_addr().unwrap());
        let script = Script::default();
        let mut limit = Duration::from_secs(10);
        for (method, reply) in replies {
            if matches!(reply, Reply::Hang) {
                limit = Duration::from_millis(300);
            }
            script.replies.lock().unwrap().entry(method.to_owned()).or_default().push_back(reply);
        }
        let routes = axum::Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(door, routes).await });
        let clock = MovableClock::stopped(noon());
        Self { api: api(&url, &clock, limit), script, clock, url }
    }

    fn asked(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.script.asked.lock().unwrap())
    }

    fn methods(&self) -> Vec<String> {
        self.asked().into_iter().map(|(method, _)| method).collect()
    }

    async fn known(self) -> Self {
        let me = json!({ "ok": true, "team_id": "T0FIRST", "user_id": "U0BOT", "bot_id": "B0FIRST", "app_id": "A0FIRST", "enterprise_id": "E0ORG" });
        self.script
            .replies
            .lock()
            .unwrap()
            .entry("auth.test".to_owned())
            .or_default()
            .push_back(Reply::Json(me));
        assert_eq!(self.api.auth_test().await, Ok(bot()));
        self.asked();
        self
    }
}

fn api(url: &str, clock: &MovableClock, request: Duration) -> Api<MovableClock> {
    let limits = Limits { request, query_patience: Duration::from_millis(1), ..Limits::default() };
    let token = SecretString::from("xoxb-1");
    Api::new(Some(url), &token, clock.clone(), Pace::unlimited(clock.clone()), limits).unwrap()
}

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

fn posted() -> Reply {
    Reply::Json(json!({ "ok": true, "channel": "C0EVENT", "ts": "1.000200" }))
}

fn refused(code: &str) -> Reply {
    Reply::Json(json!({ "ok": false, "error": code }))
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
    let why = "no connection to Slack".to_owned();
    assert_eq!(outcome, Outcome::Retry { at: in_seconds(1), doubt: Doubt::No, why });
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
    let theirs = json!({ "ts": "1.000250", "user": "U0ANA", "text": "?", "metadata": { "event_type": "x", "event_payload": { "call": 1 } } });
    let first = json!({ "ok": true, "messages": [theirs, carrying("call-1", "B0OTHER")], "response_metadata": { "next_cursor": "more" } });
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
    for part in ["channel=C0EVENT", "ts=1.000100", "include_all_metadata=true", "oldest=1796039940.000000"] {
        assert!(query.contains(part), "{query}");
    }
    assert!(asked[1].1.as_str().unwrap().contains("cursor=more"));
}

#[tokio::test]
async fn a_lost_post_is_looked_for_twice_and_then_sent_again() {
    let slack = Slack::new([("chat.postMessage", posted())]).await.known().await;
    let outcome = slack.api.perform(&doubtful(0)).await;
    assert!(
        matches!(&outcome, Outcome::Retry { at, doubt: Doubt::PerhapsDone { looked: 1 }, .. } if *at == in_seconds(5)),
        "{outcome:?}"
    );
    assert_eq!(slack.methods(), ["conversations.replies"]);
    assert_eq!(slack.api.perform(&doubtful(1)).await, delivered("C0EVENT", Some("1.000200")));
    assert_eq!(slack.methods(), ["conversations.replies", "chat.postMessage"]);
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
    insta::assert_snapshot!(trouble.borrow().clone().unwrap(), @"`token_revoked`: the bot token was revoked; install the app again and set SLACK_BOT_TOKEN");
    slack.api.perform(&claim(Verb::Post, thread())).await;
    assert_eq!(*trouble.borrow(), None);
}

#[tokio::test]
async fn the_bot_learns_who_it_is_or_what_to_do_about_it() {
    let slack = Slack::new([("auth.test", refused("invalid_auth"))]).await;
    let Err(AuthError::Refused { code, .. }) = slack.api.auth_test().await else { panic!() };
    assert_eq!(code, "invalid_auth");
    let slack = slack.known().await;
    assert_eq!(slack.api.identity(), Some(&bot()));
}

#[tokio::test]
async fn lists_are_read_to_their_end_or_not_at_all() {
    let member =
        |id: &str| json!({ "id": id, "team_id": "T0FIRST", "profile": { "display_name": id, "fields": [] } });
    let page = |id: &str, next: &str| {
        Reply::Json(
            json!({ "ok": true, "members": [member(id), 17, {}], "response_metadata": { "next_cursor": next } }),
        )
    };
    let slack = Slack::new([
        ("users.list", page("U1", "x")),
        ("users.list", page("U2", "")),
        ("users.list", page("U1", "x")),
        ("users.list", refused("invalid_cursor")),
    ])
    .await
    .known()
    .await;
    let names: Vec<String> =
        slack.api.users().await.unwrap().into_iter().map(|profile| profile.account.name).collect();
    assert_eq!(names, ["U1", "U2"]);
    assert_eq!(slack.api.users().await, None);
}

#[tokio::test]
async fn one_odd_message_does_not_hide_the_others_of_its_page() {
    let messages = json!([
        { "ts": "3.000000", "user": "U0ANA", "text": "newest", "edited": { "ts": "4.000000" }, "reactions": [{ "name": "eyes::skin-tone-3", "users": ["U0BO"] }] },
        { "ts": "2.000000", "user": "U0ANA", "text": "odd", "metadata": { "event_payload": { "n": 1 } }, "files": [{}], "attachments": "?" },
        { "no": "ts" },
        { "ts": "1.000000", "bot_id": "B0FIRST", "text": "ours" },
    ]);
    let slack =
        Slack::new([("conversations.history", Reply::Json(json!({ "ok": true, "messages": messages })))])
            .await
            .known()
            .await;
    let seen = slack.api.history(&ChannelId::new("C0EVENT"), noon(), None).await.unwrap();
    insta::assert_debug_snapshot!(seen);
}

#[tokio::test]
async fn people_groups_and_channels_are_asked_for() {
    let dnd = json!({ "ok": true, "users": { "U0ANA": { "dnd_enabled": true, "next_dnd_start_ts": 1796068800, "next_dnd_end_ts": 1796112000 }, "U0BO": { "dnd_enabled": false } } });
    let groups = json!({ "ok": true, "usergroups": [{ "id": "S0TECH", "handle": "tech-support", "name": "Tech Support", "user_count": "2" }] });
    let channels = json!({ "ok": true, "channels": [{ "id": "C0EVENT", "name": "event-gala" }, { "id": "C0OLD", "name": "old", "is_archived": true }] });
    let reactions = json!({ "ok": true, "type": "message", "message": { "reactions": [{ "name": "eyes", "users": ["U0BO", "U0ANA"] }] } });
    let slack = Slack::new([
        ("dnd.teamInfo", Reply::Json(dnd)),
        ("usergroups.list", Reply::Json(groups)),
        ("usergroups.users.list", Reply::Json(json!({ "ok": true, "users": ["U0BO", null] }))),
        ("users.conversations", Reply::Json(channels)),
        ("reactions.get", Reply::Json(reactions)),
        ("users.getPresence", Reply::Json(json!({ "ok": true, "presence": "away" }))),
        ("users.info", refused("user_not_found")),
    ])
    .await
    .known()
    .await;
    let (ana, event) = (UserId::new("U0ANA"), ChannelId::new("C0EVENT"));
    insta::assert_debug_snapshot!((
        slack.api.dnd(&[ana.clone(), UserId::new("U0BO")]).await,
        slack.api.groups().await,
        slack.api.group_members(&"S0TECH".into()).await,
        slack.api.channels().await,
        slack.api.reactions(&event, &MessageTs::new("1.000100")).await,
        slack.api.presence(&ana).await,
        slack.api.user(&ana).await,
    ));
}

#[tokio::test]
async fn answers_go_back_by_form_ephemeral_and_response_url() {
    let opened = json!({ "ok": true, "view": { "id": "V1", "hash": "h" } });
    let slack = Slack::new([
        ("views.open", Reply::Json(opened)),
        ("views.update", refused("not_found")),
        ("/hook/1", Reply::Page),
    ])
    .await;
    let view = json!({ "type": "modal" });
    let open = slack.api.open_view("1.2.abc", &view).await.unwrap();
    assert!(slack.api.update_view(&open, &view).await.is_err());
    let (event, ana) = (ChannelId::new("C0EVENT"), UserId::new("U0ANA"));
    slack.api.ephemeral(&event, &ana, Some(&MessageTs::new("1.000100")), "psst", &[]).await.unwrap();
    let hook = format!("{}hook/1", slack.url);
    slack.api.respond(&hook, &json!({ "text": "ok" })).await.unwrap();
    assert!(slack.api.respond("https://slack.com.evil.test/x", &json!({})).await.is_err());
    insta::assert_debug_snapshot!(slack.asked());
}

#[tokio::test]
async fn a_call_can_be_performed_in_any_task() {
    let slack = Slack::new([("chat.postMessage", posted())]).await;
    let api = Arc::new(slack.api);
    let outcome = tokio::spawn(async move { api.perform(&claim(Verb::Post, thread())).await }).await.unwrap();
    assert_eq!(outcome, delivered("C0EVENT", Some("1.000200")));
    assert_eq!(slack.clock.now(), noon());
}
