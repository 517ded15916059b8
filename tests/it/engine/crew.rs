//! What the people of a desk see of a bot that works.

use super::bench::{Bench, ana, bo, cy, help};
use chrono::TimeDelta;
use firstline::store::Store as _;

#[tokio::test]
async fn a_post_brings_a_card_and_a_ping_and_the_next_tier_after_its_wait() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.said(&help(), &post).len(), 2, "a card and a ping");
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    bench.pass(&app, TimeDelta::minutes(4)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    bench.pass(&app, TimeDelta::minutes(1)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()]);
    app.stop().await.unwrap();
    bench.no_refusals();
}

#[tokio::test]
async fn a_reply_claims_and_nobody_else_is_pinged() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    bench.slack.reply(&ana(), &help(), &post, "I am on it").await.unwrap();
    bench.live(&app, TimeDelta::hours(1)).await;
    assert!(!bench.pinged(&help(), &post).contains(&bo()));
    let open = app.engine.store().open_cases();
    assert_eq!(open.len(), 1);
    assert_eq!(open[0].owner, Some(ana()));
    app.stop().await.unwrap();
}

#[tokio::test]
async fn what_is_delivered_five_times_counts_once() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    for _ in 0..4 {
        bench.slack.socket_fault(firstline::rehearsal::SocketFault::RedeliverLast);
    }
    bench.rest(&app).await;
    // One more event, so that those before it have been dealt with.
    bench.slack.reply(&cy(), &help(), &post, "it says 403").await.unwrap();
    bench.rest(&app).await;
    assert_eq!(app.engine.store().open_cases().len(), 1);
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn cases_are_numbered_without_holes_whatever_is_said_between() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let first = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.slack.say(&ana(), &help(), "lunch, anybody?").await.unwrap();
    bench.slack.reply(&cy(), &help(), &first, "and now it does").await.unwrap();
    bench.clock.advance(TimeDelta::minutes(4));
    bench.slack.say(&cy(), &help(), "another thing: no sound").await.unwrap();
    bench.rest(&app).await;
    let ids: Vec<String> = app.engine.store().open_cases().iter().map(|case| case.id.to_string()).collect();
    assert_eq!(ids, ["help-1", "help-2"]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_reload_concerns_new_cases_and_leaves_running_ones_theirs() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let first = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    let other = bench.with_desk("who: [ana], wait: 5m", "who: [bo], wait: 1m");
    app.reload(&other).await.unwrap();
    bench.pass(&app, TimeDelta::minutes(4)).await;
    assert_eq!(bench.pinged(&help(), &first), [ana()], "the first case keeps its five minutes");
    let second = bench.slack.say(&cy(), &help(), "another thing: no sound").await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.pinged(&help(), &second), [bo()]);
    app.stop().await.unwrap();
}
