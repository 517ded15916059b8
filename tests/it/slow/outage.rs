//! Slack takes no posts for a while, and the program is killed again and again meanwhile: whoever is told by e-mail
//! is told once for each ping, and nobody is left out.

use super::is_asked_for;
use crate::crash::dice::{self, Dice};
use crate::mail::sink::Sink;
use crate::program::Setting;
use firstline::clock::{Clock as _, MovableClock, SystemClock};
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::rehearsal::{Fault, Workspace};
use std::collections::BTreeSet;
use std::time::Duration;

const PEOPLE: &str = "people:\n\
    \x20 ana: { slack: U0ANA, name: Ana Ruiz, time_zone: UTC }\n\
    \x20 bo: { slack: U0BO, name: Bo Lind, time_zone: UTC, email: bo@own.test }\n\
    \x20 kofi: { slack: U0KOFI, name: Kofi Mensah, time_zone: UTC, email: kofi@own.test }\n";
const DESK: &str = "desk: help\nname: Help\nchannels: [\"help*\"]\ntime_zone: UTC\nhours: always\n\
    supervisor: kofi\nmin_available: 0\nintake: { cases: any_post, join_within: 0s }\n\
    tiers:\n\
    \x20 - { name: First, who: [ana], wait: 2s }\n\
    \x20 - { name: Second, who: [bo], wait: 20s, repeat: 0 }\n";
const CASES: usize = 6;
const BOUND: Duration = Duration::from_secs(60);

fn help(number: usize) -> ChannelId {
    ChannelId::from(format!("C0HELP{number}").as_str())
}

async fn setting(sink: &Sink) -> Setting {
    let everybody = ["U0ANA", "U0BO", "U0KOFI", "U0CY"];
    let mut workspace = Workspace::builder(MovableClock::running(SystemClock.now()))
        .user("U0ANA", "ana", "Ana Ruiz")
        .user("U0BO", "bo", "Bo Lind")
        .user("U0KOFI", "kofi", "Kofi Mensah")
        .user("U0CY", "cy", "Cy Roe");
    for number in 0..CASES {
        workspace = workspace.channel(help(number).as_str(), &format!("help-{number}"), &everybody);
    }
    let main = format!(
        "slack: {{ app_token: \"${{SLACK_APP_TOKEN}}\", bot_token: \"${{SLACK_BOT_TOKEN}}\" }}\n\
         include: [people.yml, desks/*.yml]\nwhen_slack_is_down: {{ after: 1s }}\n\
         mail: {{ smtp: {{ host: 127.0.0.1, port: {}, security: none }}, from: help@own.test }}\n",
        sink.address.port()
    );
    let files = [("firstline.yml", main.as_str()), ("people.yml", PEOPLE), ("desks/help.yml", DESK)];
    Setting::new(workspace, &files).await
}

/// Whether Bo was pinged in the thread.
fn is_pinged(workspace: &Workspace, number: usize, root: &MessageTs) -> bool {
    workspace.thread(&help(number), root).iter().any(|message| message.text.starts_with("<@U0BO>"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_killed_in_an_outage_of_slack_everybody_is_told_once() {
    if !is_asked_for() {
        return;
    }
    let seed = dice::seed();
    println!("FIRSTLINE_SEED={seed}");
    let mut dice = Dice::new(seed);
    let sink = Sink::listen("127.0.0.1:0".parse().unwrap()).await;
    let setting = setting(&sink).await;
    let mut program = setting.run_until_ready().await;
    setting.slack.fail_next(usize::MAX, "chat.postMessage", None, Fault::Status(503));
    let mut roots = Vec::new();
    for number in 0..CASES {
        let text = format!("no sound in {number}");
        roots.push(setting.slack.say(&UserId::from("U0CY"), &help(number), &text).await.unwrap());
    }
    for _ in 0..12 {
        tokio::time::sleep(Duration::from_millis(200 + dice.below(2_500))).await;
        program.kill();
        program = setting.run();
    }
    // The last life is long enough for everybody's turn.
    program.ready_or_degraded(BOUND).await;
    tokio::time::sleep(Duration::from_secs(8)).await;
    setting.slack.clear_faults();
    program.ready(BOUND).await;
    let told = |number: usize| {
        let mark = format!("no sound in {number}");
        let letters = sink.letters();
        letters.iter().filter(|it| it.to == ["bo@own.test"] && it.raw.contains(&mark)).count()
    };
    let everybody = |workspace: &Workspace| {
        let mut all = roots.iter().enumerate();
        let reached = all.all(|(number, root)| told(number) > 0 || is_pinged(workspace, number, root));
        reached.then_some(())
    };
    let reached = setting.slack.wait_for(BOUND, everybody).await;
    assert!(reached.is_ok(), "somebody was left out; its log:\n{}", program.log());
    let ids: Vec<String> = sink.letters().iter().map(|it| it.head("Message-ID:").to_owned()).collect();
    println!("{} letters", ids.len());
    assert!(!ids.is_empty(), "nobody was told by e-mail");
    let once: BTreeSet<&String> = ids.iter().collect();
    assert_eq!(once.len(), ids.len(), "somebody was told twice: {ids:#?}");
    for number in 0..CASES {
        assert!(told(number) <= 1, "Bo was told {} times of one ping", told(number));
    }
    program.signal("TERM");
    assert!(program.ended(Duration::from_secs(10)).await.success());
}
