//! A bot that was away: it reads what was said and done before it pings anybody.

use super::bench::{BOUND, Bench, ana, bo, cy, help};
use chrono::TimeDelta;
use firstline::app::Tuning;
use firstline::rehearsal::{Fault, SocketFault, Status, Workspace};
use firstline::store::Store as _;
use std::time::Duration;

#[tokio::test]
async fn a_claim_made_meanwhile_is_heard_before_the_next_tier_is_pinged() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    app.stop().await.unwrap();
    bench.slack.reply(&ana(), &help(), &post, "I am on it").await.unwrap();
    bench.clock.advance(TimeDelta::minutes(20));
    let app = bench.start().await;
    assert_eq!(bench.pinged(&help(), &post).iter().filter(|user| **user == bo()).count(), 0);
    assert_eq!(app.engine.store().open_cases()[0].owner, Some(ana()));
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_reaction_left_meanwhile_claims() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    app.stop().await.unwrap();
    bench.slack.react(&bo(), &help(), &post, "eyes").await.unwrap();
    bench.clock.advance(TimeDelta::minutes(2));
    let app = bench.start().await;
    assert_eq!(app.engine.store().open_cases()[0].owner, Some(bo()));
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_post_made_meanwhile_becomes_a_case_once() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.say(&ana(), &help(), "good morning").await.unwrap();
    app.stop().await.unwrap();
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.clock.advance(TimeDelta::minutes(2));
    for _ in 0..2 {
        let app = bench.start().await;
        assert_eq!(app.engine.store().open_cases().len(), 1);
        assert_eq!(bench.pinged(&help(), &post), [ana()]);
        app.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_post_deleted_meanwhile_withdraws_its_case() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    app.stop().await.unwrap();
    bench.slack.delete(&cy(), &help(), &post).await.unwrap();
    bench.clock.advance(TimeDelta::minutes(20));
    let app = bench.start().await;
    assert!(app.engine.store().open_cases().is_empty());
    app.stop().await.unwrap();
}

#[tokio::test]
async fn after_a_long_absence_it_climbs_once() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    app.stop().await.unwrap();
    bench.clock.advance(TimeDelta::hours(3));
    let app = bench.start().await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn the_first_start_looks_back_at_nothing() {
    let bench = Bench::set_up().await;
    bench.slack.say(&cy(), &help(), "an old question").await.unwrap();
    let app = bench.start().await;
    assert!(app.engine.store().open_cases().is_empty());
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_connection_comes_back_by_itself() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let mut sockets = app.health().sockets();
    sockets.mark_unchanged();
    bench.slack.socket_fault(SocketFault::Drop);
    let back = async {
        sockets.changed().await.unwrap();
        sockets.wait_for(|up| *up == 2).await.map(drop).unwrap();
    };
    tokio::time::timeout(BOUND, back).await.expect("both connections come back");
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn what_was_said_while_no_connection_stood_is_read_afterwards() {
    let bench = Bench::set_up().await;
    let tuning = Tuning { gap: Duration::ZERO, ..Tuning::in_rehearsal() };
    let app = bench.start_with(tuning).await;
    bench.slack.fail_next(2, "apps.connections.open", None, Fault::HeldBefore);
    bench.slack.socket_fault(SocketFault::Drop);
    bench.slack.wait_for_held_calls(2, BOUND).await.unwrap();
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.slack.let_calls_go();
    let pinged = |workspace: &Workspace| {
        let thread = workspace.thread(&help(), &post);
        thread.iter().any(|message| message.text.contains("<@U0ANA>")).then_some(())
    };
    bench.slack.wait_for(BOUND, pinged).await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn nobody_is_alarmed_by_a_status_from_before_the_absence() {
    let mut bench = Bench::set_up().await;
    bench.config = bench.with_desk("min_available: 0", "min_available: 1");
    bench.config.roster.statuses.text = vec!["meeting".to_owned()];
    let meeting = |text: &str| Status { text: text.to_owned(), ..Status::default() };
    let app = bench.start().await;
    bench.slack.set_status(&bo(), meeting("In a meeting")).await.unwrap();
    bench.rest(&app).await;
    app.stop().await.unwrap();
    bench.slack.set_status(&bo(), meeting("")).await.unwrap();
    bench.slack.set_status(&ana(), meeting("In a meeting")).await.unwrap();
    bench.slack.fail_next(usize::MAX, "users.info", None, Fault::HeldBefore);
    let app = bench.begin().await;
    // Ana's meeting is seen first; of Bo only that of before is known, and he is not there by it.
    for _ in 0..2 {
        bench.slack.wait_for_held_calls(1, BOUND).await.unwrap();
        assert!(tokio::time::timeout(Duration::ZERO, app.ready()).await.is_err());
        bench.slack.let_calls_go();
        bench.slack.wait_for_held_calls(0, BOUND).await.unwrap();
    }
    bench.slack.clear_faults();
    bench.slack.let_calls_go();
    tokio::time::timeout(BOUND, app.ready()).await.unwrap();
    bench.rest(&app).await;
    let texts =
        bench.slack.calls().into_iter().filter_map(|call| call.args["text"].as_str().map(str::to_owned));
    let alarms: Vec<String> = texts.filter(|text| text.contains("short of people")).collect();
    assert_eq!(alarms, Vec::<String>::new());
    app.stop().await.unwrap();
}
