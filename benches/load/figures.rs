//! Each figure, measured in several rounds, because a shared machine is never quiet.

use crate::bot::Bot;
use crate::scene::{Before, Scene};
use crate::slack::Slack;
use crate::traffic::Traffic;
use firstline::clock::{Clock as _, SystemClock, Timestamp};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::time::{sleep, sleep_until};

/// Far enough ahead that nothing comes due.
pub fn never(_: usize) -> Timestamp {
    SystemClock.now() + chrono::TimeDelta::hours(5)
}

fn quantile(sorted: &[Duration], per_mille: usize) -> f64 {
    let at = (sorted.len() * per_mille / 1000).min(sorted.len().saturating_sub(1));
    sorted.get(at).map_or(f64::NAN, |took| took.as_secs_f64() * 1000.0)
}

pub fn spread(what: &str, sorted: &[Duration]) {
    println!(
        "{what}: {} of them, p50 {:.2} ms, p99 {:.2} ms, worst {:.2} ms",
        sorted.len(),
        quantile(sorted, 500),
        quantile(sorted, 990),
        quantile(sorted, 1000)
    );
}

/// From the start of the process to Slack's hello, and to the first acknowledgement.
pub async fn start() {
    for cases in [0, 10_000] {
        let scene = Scene::new(cases, Before::AMomentAgo, never).await;
        let (mut connected, mut acked, mut caught_up) = (Vec::new(), Vec::new(), Vec::new());
        for round in 0..7 {
            let slack = Slack::start(&scene.cases).await;
            let mut bot = Bot::start(scene.path(), &slack);
            slack.greeted().await;
            connected.push(bot.started.elapsed());
            slack.send(&first_word(round), bot.started);
            acked.extend(slack.acknowledged().await);
            caught_up.push(bot.ready().await);
            drop(bot);
        }
        for (what, mut took) in
            [("connected", connected), ("first acknowledgement", acked), ("caught up", caught_up)]
        {
            took.sort();
            spread(&format!("start with {cases} open cases: {what}"), &took);
        }
    }
}

fn first_word(round: usize) -> Value {
    let mut event = Traffic::beside(0).event();
    event["ts"] = Value::from(format!("{}.9{round:05}", SystemClock.now().timestamp()));
    event
}

/// Memory once nothing is left to do.
pub async fn idle() {
    for cases in [0, 10_000, 100_000] {
        let before = if cases > 10_000 { Before::Never } else { Before::AMomentAgo };
        let scene = Scene::new(cases, before, never).await;
        let slack = Slack::start(&scene.cases).await;
        let mut bot = Bot::start(scene.path(), &slack);
        let ready = bot.ready().await;
        sleep(Duration::from_secs(5)).await;
        let (busy, begun) = (bot.cpu(), Instant::now());
        sleep(Duration::from_secs(5)).await;
        let used = (bot.cpu() - busy).as_secs_f64() / begun.elapsed().as_secs_f64() * 100.0;
        let (resident, own) = bot.memory();
        println!(
            "idle with {cases} open cases: {:.1} MB resident, {:.1} MB of them its own, {used:.1} % of a processor, \
             ready after {:.1} s",
            megabytes(resident),
            megabytes(own),
            ready.as_secs_f64()
        );
        drop(bot);
    }
}

pub fn megabytes(kibibytes: u64) -> f64 {
    f64::from(u32::try_from(kibibytes).unwrap()) * 1024.0 / 1e6
}

/// Acknowledgements at a steady 200 a second, which is 24 times what Slack allows an app.
pub async fn acks() {
    let scene = Scene::new(10_000, Before::Never, never).await;
    let slack = Slack::start(&scene.cases).await;
    let mut bot = Bot::start(scene.path(), &slack);
    bot.ready().await;
    let mut traffic = Traffic::beside(10_000);
    steady(&slack, &mut traffic, 200, 3).await;
    for round in 1..=2 {
        let took = steady(&slack, &mut traffic, 20, 15).await;
        spread(&format!("20 envelopes a second, round {round}"), &took);
    }
    for round in 1..=5 {
        let (busy, calls) = (bot.cpu(), slack.calls());
        let took = steady(&slack, &mut traffic, 200, 10).await;
        spread(&format!("200 envelopes a second, round {round}"), &took);
        println!(
            "    {:.2} ms of processor time and {:.2} calls for each",
            (bot.cpu() - busy).as_secs_f64() * 1000.0 / 2000.0,
            approximate(slack.calls() - calls) / 2000.0
        );
    }
    let (resident, own) = bot.memory();
    println!(
        "    afterwards {:.1} MB resident, {:.1} MB of them its own",
        megabytes(resident),
        megabytes(own)
    );
    drop(bot);
}

/// Sends at the instants of a plan, whatever the bot does, and counts from those instants.
pub async fn steady(slack: &Slack, traffic: &mut Traffic, a_second: u32, seconds: u32) -> Vec<Duration> {
    let began = Instant::now();
    for n in 0..a_second * seconds {
        let at = began + Duration::from_secs(1) * n / a_second;
        sleep_until(at.into()).await;
        slack.send(&traffic.event(), at);
    }
    slack.acknowledged().await
}

/// As many as go through with 64 on their way.
pub async fn rate() {
    let scene = Scene::new(10_000, Before::Never, never).await;
    for round in 1..=3 {
        let slack = Slack::start(&scene.cases).await;
        let mut bot = Bot::start(scene.path(), &slack);
        bot.ready().await;
        let mut traffic = Traffic::beside(10_000);
        steady(&slack, &mut traffic, 200, 2).await;
        as_many(&format!("64 on their way, round {round}"), &slack, &bot, &mut traffic).await;
        drop(bot);
    }
}

/// Ten seconds of as many as go through; how many a second that were.
pub async fn as_many(what: &str, slack: &Slack, bot: &Bot, traffic: &mut Traffic) -> f64 {
    slack.room().forget_permits(usize::MAX);
    slack.room().add_permits(64);
    let (busy, began) = (bot.cpu(), Instant::now());
    let mut sent = 0;
    while began.elapsed() < Duration::from_secs(10) {
        slack.room().acquire().await.unwrap().forget();
        slack.send(&traffic.event(), Instant::now());
        sent += 1;
    }
    let took = slack.acknowledged().await;
    let rate = approximate(sent) / began.elapsed().as_secs_f64();
    spread(&format!("{what}: {rate:.0} a second"), &took);
    let each = (bot.cpu() - busy).as_secs_f64() * 1000.0 / approximate(sent);
    println!("    {each:.2} ms of processor time for each");
    rate
}

fn approximate(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

/// With 100,000 open cases, 50 come due in each of 20 seconds: how late their pings are.
pub async fn pings() {
    const COMING: usize = 1000;
    // Writing the cases, the start, and the minute in which none is pinged after an absence.
    let from = SystemClock.now() + chrono::TimeDelta::seconds(150);
    let due = |n: usize| {
        // The hundredth, two hundredth, …: not neighbours in the store.
        let coming = n.is_multiple_of(100).then_some(n / 100);
        coming.map_or_else(
            || never(n),
            |nth| from + chrono::TimeDelta::milliseconds(20 * i64::try_from(nth).unwrap()),
        )
    };
    let scene = Scene::new(100_000, Before::Never, due).await;
    let slack = Slack::start(&scene.cases).await;
    let mut bot = Bot::start(scene.path(), &slack);
    let ready = bot.ready().await;
    println!("100,000 open cases: ready after {:.2} s", ready.as_secs_f64());
    let left = from - SystemClock.now() - chrono::TimeDelta::seconds(2);
    sleep(left.to_std().expect("the cases are written before the first comes due")).await;
    let busy = bot.cpu();
    let late = slack.pinged(COMING).await;
    spread("pings with 100,000 open cases, 50 a second, late by", &late);
    let (resident, own) = bot.memory();
    println!(
        "    {:.2} ms of processor time for each; {:.1} MB resident, {:.1} MB of them its own",
        (bot.cpu() - busy).as_secs_f64() * 1000.0 / 1000.0,
        megabytes(resident),
        megabytes(own)
    );
    drop(bot);
}

/// What an event costs beside so many cases, as the rows of a table.
pub async fn growth() {
    println!("| open | closed | on disk | ready after | p50 | p99 | processor for each | resident |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- |");
    for (open, closed) in [
        (100, 0),
        (1_000, 0),
        (10_000, 0),
        (100_000, 0),
        (100, 10_000),
        (100, 100_000),
        (100, 1_000_000),
        (100_000, 1_000_000),
    ] {
        let scene = Scene::new(open, Before::Never, never).await;
        scene.close(closed).await;
        let slack = Slack::start(&scene.cases).await;
        let mut bot = Bot::start(scene.path(), &slack);
        let ready = bot.ready().await;
        let mut traffic = Traffic::beside(open);
        steady(&slack, &mut traffic, 100, 3).await;
        let busy = bot.cpu();
        let took = steady(&slack, &mut traffic, 100, 15).await;
        let each = (bot.cpu() - busy).as_secs_f64() * 1000.0 / 1500.0;
        println!(
            "| {open} | {closed} | {:.0} MB | {:.2} s | {:.1} ms | {:.1} ms | {each:.2} ms | {:.0} MB |",
            scene.on_disk() as f64 / 1e6,
            ready.as_secs_f64(),
            quantile(&took, 500),
            quantile(&took, 990),
            megabytes(bot.memory().0),
        );
        drop(bot);
    }
}
