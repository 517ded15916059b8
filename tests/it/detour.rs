//! While Slack takes no posts: later tiers are told by e-mail or webhook, once, and Slack catches up without doubles.

use crate::engine::bench::{BOUND, Bench, ana, bo, cy, get, help};
use crate::mail::sink::{Mood, Sink};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use chrono::TimeDelta;
use firstline::app::App;
use firstline::clock::MovableClock;
use firstline::config::Config;
use firstline::id::{CaseId, MessageTs, UserId};
use firstline::rehearsal::{ANY_METHOD, Fault};
use firstline::store::Store as _;
use firstline::view::timeline_line;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);
const FOREVER: usize = usize::MAX;

fn kofi() -> UserId {
    UserId::from("U0KOFI")
}

/// The desk with these lines of `firstline.yml`, where everybody but Ana has an address.
fn with(bench: &Bench, lines: &str) -> Config {
    let main = bench.folder().join("firstline.yml");
    let text = std::fs::read_to_string(&main).unwrap();
    std::fs::write(main, format!("{text}{lines}")).unwrap();
    let people = bench.folder().join("people.yml");
    let text = std::fs::read_to_string(&people).unwrap();
    let text = text.replace("slack: U0BO,", "slack: U0BO, email: bo@own.test,");
    let text = text.replace("slack: U0KOFI,", "slack: U0KOFI, email: kofi@own.test,");
    std::fs::write(people, text).unwrap();
    bench.with_desk("who: [bo], wait: 5m", "who: [bo], wait: 5m, repeat: 0")
}

fn mail(sink: SocketAddr) -> String {
    format!(
        "mail: {{ smtp: {{ host: 127.0.0.1, port: {}, security: none }}, from: \"Help <help@own.test>\" }}\n",
        sink.port()
    )
}

async fn asked(bench: &Bench, app: &App<MovableClock>) -> MessageTs {
    let root = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(app).await;
    root
}

fn thread(bench: &Bench, root: &MessageTs) -> String {
    bench.said(&help(), root).iter().map(|message| message.text.clone()).collect::<Vec<_>>().join("\n")
}

fn receivers(sink: &Sink) -> Vec<String> {
    sink.letters().iter().flat_map(|letter| letter.to.clone()).collect()
}

async fn timeline(app: &App<MovableClock>) -> String {
    let entries = app.engine.store().timeline(&CaseId::from("help-1")).await.unwrap();
    let directory = app.engine.known().directory();
    let zone = firstline::zone::Zone::utc();
    entries.iter().map(|entry| timeline_line(entry, &directory, &zone)).collect::<Vec<_>>().join("\n")
}

/// A bench that can tell people by e-mail, and the mail server with its mood.
async fn by_mail(mood: Mood) -> (Sink, Bench) {
    let sink = Sink::listen(LOOPBACK).await;
    sink.set(mood);
    let mut bench = Bench::set_up().await;
    bench.config = with(&bench, &mail(sink.address));
    (sink, bench)
}

/// A time at which nothing new reaches Slack.
fn outage(bench: &Bench) {
    bench.slack.fail_next(FOREVER, "chat.postMessage", None, Fault::Status(503));
    bench.slack.fail_next(FOREVER, "conversations.open", None, Fault::Cut);
}

#[tokio::test]
async fn later_tiers_are_told_by_e_mail_and_slack_catches_up_without_doubles() {
    let (sink, bench) = by_mail(Mood::Takes).await;
    let app = bench.start().await;
    outage(&bench);
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::seconds(299)).await;
    assert_eq!(receivers(&sink), [""; 0], "the first tier waits for Slack");
    bench.live(&app, TimeDelta::seconds(2)).await;
    assert_eq!(receivers(&sink), ["bo@own.test"], "its wait is over all the same");
    let letter = sink.letters().remove(0);
    insta::assert_snapshot!("told_by_e_mail", plain(&letter.raw));
    let (status, why) = get(app.http().unwrap(), "/readyz", None).await;
    assert_eq!(status, 503);
    assert!(
        why.contains(
            "Slack has taken no posts since 2026-03-10T12:00:00+00:00: later tiers are told by e-mail (help)"
        ),
        "{why}"
    );
    bench.live(&app, TimeDelta::minutes(6)).await;
    assert_eq!(receivers(&sink), ["bo@own.test", "kofi@own.test"]);
    assert_eq!(thread(&bench, &root), "");

    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::minutes(2)).await;
    assert_eq!(bench.pinged(&help(), &root), [ana()], "nobody is pinged twice");
    insta::assert_snapshot!("told_in_the_thread", thread(&bench, &root));
    assert_eq!(get(app.http().unwrap(), "/readyz", None).await.0, 200);
    // However often a ping is worded anew meanwhile, it is one ping.
    insta::assert_snapshot!("told_in_the_timeline", timeline(&app).await);
    app.stop().await.unwrap();
}

/// Without what differs from run to run.
fn plain(raw: &str) -> String {
    let unfolded = raw.replace("=\n", "").replace("\t", "");
    let lines =
        unfolded.lines().filter(|line| !line.starts_with("Message-ID") && !line.contains("slack.com"));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn an_outage_shorter_than_that_is_told_to_nobody() {
    let (sink, bench) = by_mail(Mood::Takes).await;
    let app = bench.start().await;
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::seconds(299)).await;
    outage(&bench);
    bench.live(&app, TimeDelta::seconds(150)).await;
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::minutes(2)).await;
    assert_eq!(bench.pinged(&help(), &root), [ana(), bo()]);
    assert_eq!(receivers(&sink), [""; 0]);
    app.stop().await.unwrap();
}

/// A ping that is in its lane already when the outage has lasted for too long takes the other way, in Slack's stead.
#[tokio::test]
async fn a_ping_that_waits_goes_round_slack_once_it_has_waited_for_too_long() {
    let sink = Sink::listen(LOOPBACK).await;
    let mut bench = Bench::set_up().await;
    bench.config = with(&bench, &format!("{}when_slack_is_down: {{ after: 90s }}\n", mail(sink.address)));
    let app = bench.start().await;
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::seconds(299)).await;
    outage(&bench);
    bench.live(&app, TimeDelta::seconds(90)).await;
    assert_eq!(receivers(&sink), [""; 0]);
    bench.live(&app, TimeDelta::seconds(2)).await;
    assert_eq!(receivers(&sink), ["bo@own.test"]);
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::minutes(2)).await;
    assert_eq!(bench.pinged(&help(), &root), [ana()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn who_cannot_be_told_by_e_mail_is_pinged_when_slack_is_back_and_once() {
    let (sink, mut bench) = by_mail(Mood::Takes).await;
    let people = bench.folder().join("people.yml");
    let text = std::fs::read_to_string(&people).unwrap().replace("bo@own.test", "nobody@own.test");
    std::fs::write(people, text).unwrap();
    bench.config = bench.with_desk("who: [bo], wait: 5m", "who: [bo, ana], wait: 5m, repeat: 0");
    let app = bench.start().await;
    outage(&bench);
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::minutes(11)).await;
    // Ana's address is the one in her profile, Bo's is refused; his is in the configuration.
    assert_eq!(receivers(&sink), ["ana@example.com", "kofi@own.test"]);
    let lines = timeline(&app).await;
    assert!(lines.contains("Not told by e-mail: Bo Lind (the mail server refuses"), "{lines}");
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::seconds(50)).await;
    assert_eq!(bench.pinged(&help(), &root), [bo()], "{}", thread(&bench, &root));
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_claim_stops_what_has_not_left() {
    let (sink, bench) = by_mail(Mood::Busy).await;
    let app = bench.start().await;
    let root = asked(&bench, &app).await;
    outage(&bench);
    bench.live(&app, TimeDelta::minutes(8)).await;
    bench.live(&app, TimeDelta::seconds(1)).await;
    assert!(timeline(&app).await.contains("so this goes by e-mail to Bo Lind"));
    // Slack takes no posts, and tells of reactions all the same.
    bench.slack.react(&ana(), &help(), &root, "eyes").await.unwrap();
    bench.rest(&app).await;
    sink.set(Mood::Takes);
    bench.live(&app, TimeDelta::minutes(5)).await;
    assert_eq!(receivers(&sink), [""; 0]);
    assert!(timeline(&app).await.contains("No need any more to tell by e-mail: Bo Lind"));
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::minutes(3)).await;
    assert_eq!(bench.pinged(&help(), &root), [ana()]);
    app.stop().await.unwrap();
}

/// The bot is stopped and started between; what was told stays told.
#[tokio::test]
async fn a_restart_in_the_outage_tells_nobody_twice() {
    let (sink, bench) = by_mail(Mood::Takes).await;
    let app = bench.start().await;
    outage(&bench);
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::minutes(6)).await;
    assert_eq!(receivers(&sink), ["bo@own.test"]);
    app.stop().await.unwrap();
    let app = bench.start().await;
    bench.live(&app, TimeDelta::minutes(5)).await;
    assert_eq!(receivers(&sink), ["bo@own.test", "kofi@own.test"]);
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::seconds(90)).await;
    assert_eq!(bench.pinged(&help(), &root), [ana()], "{}", thread(&bench, &root));
    app.stop().await.unwrap();
}

/// The mail server took it, and its answer is lost: nobody is written to twice, and nobody is left out.
#[tokio::test]
async fn one_who_may_have_been_told_is_pinged_in_slack_and_not_written_to_again() {
    let (sink, bench) = by_mail(Mood::LosesAnswer).await;
    let app = bench.start().await;
    outage(&bench);
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::minutes(9)).await;
    assert_eq!(receivers(&sink), ["bo@own.test"]);
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::seconds(40)).await;
    assert_eq!(receivers(&sink), ["bo@own.test"]);
    assert!(bench.pinged(&help(), &root).contains(&bo()), "{}", thread(&bench, &root));
    app.stop().await.unwrap();
}

type Heard = Arc<Mutex<Vec<(String, Value)>>>;

async fn receive(State(heard): State<Heard>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let id = headers.get("webhook-id").unwrap().to_str().unwrap().to_owned();
    assert!(headers.get("webhook-signature").unwrap().to_str().unwrap().starts_with("v1,"));
    let mut heard = heard.lock().unwrap();
    heard.push((id, serde_json::from_slice(&body).unwrap()));
    // The first was taken, and its answer is lost.
    if heard.len() == 1 { StatusCode::GATEWAY_TIMEOUT } else { StatusCode::OK }
}

#[tokio::test]
async fn a_webhook_hears_of_a_ping_under_one_id() {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind(LOOPBACK).await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&heard));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut bench = Bench::set_up().await;
    bench.config = with(&bench, &format!("webhook: {{ url: \"{url}\", secret: quietly-told }}\n"));
    let app = bench.start().await;
    bench.slack.fail_next(FOREVER, ANY_METHOD, None, Fault::Cut);
    let root = asked(&bench, &app).await;
    bench.live(&app, TimeDelta::minutes(9)).await;
    let told = heard.lock().unwrap().clone();
    assert_eq!(told.len(), 2);
    assert_eq!(told[0], told[1], "the same on every try");
    let mut said = told[0].1.clone();
    said["thread"] = Value::from(said["thread"].as_str().unwrap().replace(|c: char| c.is_ascii_digit(), "0"));
    insta::assert_json_snapshot!("told_by_webhook", said);
    bench.slack.clear_faults();
    bench.live(&app, TimeDelta::seconds(90)).await;
    assert_eq!(bench.pinged(&help(), &root), [ana(), kofi()], "the next one is told in Slack again");
    tokio::time::timeout(BOUND, app.stop()).await.unwrap().unwrap();
}
