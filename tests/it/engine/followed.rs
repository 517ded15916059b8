//! What the bot finds out by asking: green dots that count, and the user group that follows coverage.

use super::bench::{BOUND, Bench, ana, bo};
use firstline::app::Tuning;
use firstline::clock::MovableClock;
use firstline::coverage;
use firstline::id::UserId;
use firstline::rehearsal::{Builder, Presence, Status};
use firstline::store::Store as _;
use std::time::Duration;

fn tuning() -> Tuning {
    Tuning { sync_every: Duration::from_millis(20), ..Tuning::in_rehearsal() }
}

fn with_group(builder: Builder) -> Builder {
    builder.group("S0ON", "on-coverage", &["U0KOFI"])
}

/// Waits until exactly these are in the group.
async fn followed(bench: &Bench, members: &[UserId]) {
    let there = |workspace: &firstline::rehearsal::Workspace| {
        let group = workspace.groups.values().find(|group| group.handle == "on-coverage").unwrap();
        let mut now: Vec<UserId> = group.members.clone();
        now.sort();
        (now == members).then_some(())
    };
    bench.slack.wait_for(BOUND, there).await.unwrap_or_else(|_| panic!("{members:?} are not in the group"));
}

async fn status(bench: &Bench, user: &UserId, text: &str) {
    let status = Status { text: text.to_owned(), ..Status::default() };
    bench.slack.set_status(user, status).await.unwrap();
}

#[tokio::test]
async fn a_group_follows_who_is_on_coverage_and_is_never_emptied() {
    let mut bench = Bench::set_up_with(with_group).await;
    bench.config = bench.with_desk("min_available: 0", "min_available: 0\nsync_group: \"@on-coverage\"");
    bench.config.roster.statuses.text = vec!["meeting".to_owned()];
    let app = bench.start_with(tuning()).await;
    followed(&bench, &[ana(), bo()]).await;
    status(&bench, &ana(), "In a meeting").await;
    followed(&bench, &[bo()]).await;
    status(&bench, &bo(), "In a meeting").await;
    bench.rest(&app).await;
    // Nobody is left: whoever comes next takes the last one's place, and nobody else was there between.
    status(&bench, &ana(), "").await;
    followed(&bench, &[ana()]).await;
    let sets: Vec<_> =
        bench.slack.calls().into_iter().filter(|call| call.method == "usergroups.users.update").collect();
    let users: Vec<&str> = sets.iter().filter_map(|call| call.args["users"].as_str()).collect();
    assert_eq!(users, ["U0ANA,U0BO", "U0BO", "U0ANA"]);
    bench.no_refusals();
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_green_dot_is_looked_at_where_a_desk_counts_it() {
    let mut bench = Bench::set_up().await;
    bench.slack.set_presence(&ana(), Presence::Away).await.unwrap();
    bench.config = bench.with_desk("min_available: 0", "min_available: 0\npresence: counts");
    let app = bench.start().await;
    let kept = |app: &firstline::app::App<MovableClock>, user: &UserId| {
        app.engine.store().people().get(user).and_then(|person| person.live.presence)
    };
    assert_eq!(kept(&app, &ana()), Some(coverage::Presence::Away));
    assert_eq!(kept(&app, &bo()), Some(coverage::Presence::Active));
    app.stop().await.unwrap();
}
