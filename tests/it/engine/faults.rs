//! Slack in trouble: what is due is said once, late rather than never, and one channel's trouble stays its own.

use super::bench::{Bench, ana, bo, cy, help, other};
use chrono::TimeDelta;
use firstline::rehearsal::Fault;
use firstline::store::Store as _;
use std::time::Duration;

#[tokio::test]
async fn a_rate_limit_on_one_channel_does_not_delay_another() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(1, "chat.postMessage", Some(&help()), Fault::RateLimited(20));
    let slow = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    let quick = bench.slack.say(&bo(), &other(), "unrelated chatter").await.unwrap();
    let asked = bench.slack.say(&cy(), &other(), "no sound in session 12").await.unwrap();
    bench.rest(&app).await;
    assert!(bench.said(&help(), &slow).is_empty());
    assert!(bench.said(&other(), &quick).is_empty());
    assert_eq!(bench.pinged(&other(), &asked), [ana()]);
    bench.pass(&app, TimeDelta::seconds(21)).await;
    assert_eq!(bench.pinged(&help(), &slow), [ana()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_post_whose_answer_was_lost_is_there_once() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::AnswerLost);
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.live(&app, TimeDelta::seconds(20)).await;
    assert_eq!(bench.said(&help(), &post).len(), 2, "one card and one ping");
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_ping_that_never_arrived_is_not_sent_after_a_claim() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::Cut);
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    bench.live(&app, TimeDelta::seconds(20)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()], "the card was lost, and all came after it");
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::Cut);
    bench.pass(&app, TimeDelta::minutes(5)).await;
    bench.slack.react(&ana(), &help(), &post, "eyes").await.unwrap();
    bench.live(&app, TimeDelta::seconds(20)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()], "what was lost on the way is not wanted any more");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_ping_that_waited_too_long_is_decided_anew() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    // The card goes out; the ping behind it is refused for a minute.
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::RateLimited(60));
    bench.pass(&app, TimeDelta::minutes(5)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    bench.pass(&app, TimeDelta::seconds(61)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()]);
    assert!(app.engine.store().dead_letters().await.unwrap().is_empty());
    app.stop().await.unwrap();
}

#[tokio::test]
async fn what_can_never_be_posted_is_a_dead_letter_and_the_supervisor_is_told() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    bench.slack.archive(&ana(), &help()).await.unwrap();
    bench.live(&app, TimeDelta::minutes(6)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    assert!(!app.engine.store().dead_letters().await.unwrap().is_empty());
    let supervisor = "U0KOFI".into();
    assert!(!bench.slack.dms(&supervisor).is_empty(), "the supervisor is told by direct message");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn stopping_lets_what_is_in_hand_come_to_its_end() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::Slow(Duration::from_millis(300)));
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    app.stop().await.unwrap();
    let after_stop = bench.said(&help(), &post).len();
    let app = bench.start().await;
    bench.live(&app, TimeDelta::seconds(20)).await;
    assert!(after_stop <= 1);
    assert_eq!(bench.said(&help(), &post).len(), 2, "nothing was lost, and nothing said twice");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_ping_that_arrives_after_its_wait_gives_its_tier_the_wait_from_there() {
    let mut bench = Bench::set_up().await;
    bench.config = bench.with_desk("wait: 5m", "wait: 4s");
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    bench.slack.fail_next(1, "chat.postMessage", Some(&help()), Fault::RateLimited(14));
    bench.live(&app, TimeDelta::seconds(20)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()], "one climb after the outage");
    bench.live(&app, TimeDelta::seconds(4)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo(), bo()], "and then its whole wait");
    app.stop().await.unwrap();
}
