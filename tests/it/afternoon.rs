//! An afternoon of the real program over loopback, on the worked example: one case from the post to its
//! resolution, what an operator asks meanwhile, and the signals that the program is sent.

use super::program::example::{self, POST, berlin, pings, said, user};
use super::program::{BOUND, Program, Setting, free_address};
use firstline::id::MessageTs;
use firstline::rehearsal::{Fault, Message, Place, Submitted, Workspace};
use std::time::Duration;

/// Waits until the bot has said something in the thread that `is_it`; returns where it is.
async fn hears(
    setting: &Setting,
    program: &Program,
    root: &MessageTs,
    what: &str,
    is_it: impl Fn(&Message) -> bool,
) -> Place {
    let heard = |workspace: &Workspace| {
        said(workspace, root, &is_it).map(|message| Place::message(&message.channel, &message.ts))
    };
    let heard = setting.slack.wait_for(BOUND, heard).await;
    heard.unwrap_or_else(|error| panic!("{what}: {error}\nits log:\n{}", program.log()))
}

fn is_card(message: &Message, words: &str) -> bool {
    let blocks = serde_json::Value::from(message.blocks.clone()).to_string();
    blocks.contains("Asked by:") && blocks.contains(words)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worked_example_runs_as_it_is() {
    let setting = example::as_it_is().await;
    let mut program = setting.run_until_ready().await;
    let root = setting.slack.say(&user("U0LENA"), &berlin(), POST).await.unwrap();
    hears(&setting, &program, &root, "a card", |message| is_card(message, "session 12 does not open")).await;
    // Who is on depends on the hour; somebody always is.
    hears(&setting, &program, &root, "a ping", |message| message.text.starts_with("<@")).await;
    program.signal("TERM");
    assert!(program.ended(Duration::from_secs(10)).await.success());
    assert_eq!(setting.slack.refusals(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_case_is_asked_pinged_climbs_is_claimed_guarded_and_resolved() {
    let setting = example::in_seconds().await;
    let mut program = setting.run_until_ready().await;
    let (slack, ana, bo) = (&setting.slack, user("U0ANA"), user("U0BO"));
    let root = slack.say(&user("U0LENA"), &berlin(), POST).await.unwrap();
    hears(&setting, &program, &root, "tier 1", |message| pings(message, "U0ANA")).await;
    hears(&setting, &program, &root, "tier 2", |message| pings(message, "U0BO") && pings(message, "U0INES"))
        .await;
    slack.react(&ana, &berlin(), &root, "eyes").await.unwrap();
    hears(&setting, &program, &root, "an owner", |message| is_card(message, "*Owner:* Ana Ruiz")).await;
    slack.reply(&ana, &berlin(), &root, "The link was old, here is the new one.").await.unwrap();
    slack.reply(&bo, &berlin(), &root, "Have you tried to clear the cache?").await.unwrap();
    let guard = |workspace: &Workspace| {
        let note = workspace.ephemerals_for(&bo).find(|note| note.text.contains("Ana"));
        note.map(|note| note.text.clone())
    };
    let guard = slack.wait_for(BOUND, guard).await.expect("the second responder is told privately");
    asked_meanwhile(&setting, &program).await;
    resolve(&setting, &root).await;
    hears(&setting, &program, &root, "resolved", |message| is_card(message, "esolved")).await;
    println!("{}\n\nBo alone: {guard}", slack.transcript(&berlin(), &ana));
    let said = slack.thread(&berlin(), &root);
    let once = |user: &str| said.iter().filter(|message| pings(message, user)).count();
    assert_eq!((once("U0ANA"), once("U0BO")), (1, 1));
    let cases = setting.answer(&["cases", "--all"], program.http()).await;
    assert!(cases.contains("event-1") && cases.contains("1 resolved"), "{cases}");
    let page = setting.answer(&["case", "event-1", "--transcript", "html"], program.http()).await;
    assert!(page.starts_with("<!doctype html>") && page.contains("The link was old"), "{page}");
    let of_bot = setting.answer(&["case", "event-1", "--transcript"], program.http()).await;
    program.signal("TERM");
    assert!(program.ended(Duration::from_secs(10)).await.success());
    let at_rest = setting.answer(&["case", "event-1", "--transcript"], free_address()).await;
    assert_eq!(at_rest, of_bot, "the same without a bot");
    assert!(of_bot.contains("Ana Ruiz\nThe link was old, here is the new one."), "{of_bot}");
    println!("$ firstline case event-1 --transcript\n{of_bot}");
    assert_eq!(slack.refusals(), []);
}

/// The resolve reaction cannot open a form: it brings a private button, which does.
async fn resolve(setting: &Setting, root: &MessageTs) {
    let (slack, ana) = (&setting.slack, user("U0ANA"));
    slack.react(&ana, &berlin(), root, "white_check_mark").await.unwrap();
    let button = |workspace: &Workspace| {
        let note = workspace.ephemerals_for(&ana).find(|note| {
            serde_json::Value::from(note.blocks.clone()).to_string().contains("Add and resolve")
        });
        note.map(|note| Place::message(&note.channel, &note.ts))
    };
    let place = slack.wait_for(BOUND, button).await.expect("a private button");
    slack.press(&ana, &place, "Add and resolve").await.unwrap();
    slack.wait_for(BOUND, |workspace| workspace.open_view(&ana).map(drop)).await.expect("a form");
    let sent = slack.submit(&ana, &[("Area", "platform"), ("Resolution", "fixed")]).await.unwrap();
    assert_eq!(sent, Submitted::Closed);
}

/// What an operator can ask of a bot that runs.
async fn asked_meanwhile(setting: &Setting, program: &Program) {
    let at = program.http();
    let cases = setting.answer(&["cases"], at).await;
    assert!(cases.contains("event-1") && cases.contains("owned") && cases.contains("Ana Ruiz"), "{cases}");
    let case = setting.answer(&["case", "event-1"], at).await;
    assert!(case.contains("session 12 does not open") && case.contains("Tech Support"), "{case}");
    println!("$ firstline case event-1\n{case}");
    assert_eq!(setting.answer(&["dead-letters"], at).await, "no dead letters\n");
    assert_eq!(program.get("/healthz").await, Some((200, "alive\n".to_owned())));
    let (status, ready) = program.get("/readyz").await.unwrap();
    assert_eq!(status, 200, "{ready}");
    let (status, metrics) = program.get("/metrics").await.unwrap();
    assert_eq!(status, 200);
    for line in ["firstline_open_cases 1", "firstline_events_total{", "firstline_ping_lateness_seconds_count"]
    {
        assert!(metrics.contains(line), "`{line}` is not measured:\n{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn told_to_stop_it_lets_a_post_in_the_air_arrive_and_says_it_once() {
    let setting = example::in_seconds().await;
    let mut program = setting.run_until_ready().await;
    let slack = &setting.slack;
    slack.fail_next(1, "chat.postMessage", None, Fault::HeldAfter);
    let root = slack.say(&user("U0LENA"), &berlin(), POST).await.unwrap();
    slack.wait_for_held_calls(1, BOUND).await.unwrap();
    program.signal("TERM");
    program.has_logged("stopping").await;
    slack.let_calls_go();
    assert!(program.ended(Duration::from_secs(10)).await.success());
    let again = setting.run_until_ready().await;
    hears(&setting, &again, &root, "a ping", |message| pings(message, "U0ANA")).await;
    let bot = slack.read(|workspace| workspace.bot.user.clone());
    let thread = slack.thread(&berlin(), &root);
    let cards = thread.iter().filter(|message| message.user == bot && is_card(message, "session 12")).count();
    assert_eq!(cards, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_folder_never_starts_and_never_replaces_what_runs() {
    let setting = example::in_seconds().await;
    let program = setting.run_until_ready().await;
    let before = std::fs::read_to_string(setting.config().join("desks/event.yml")).unwrap();
    setting.write("desks/event.yml", &before.replace("wait: 2s", "wiat: 2s"));
    program.signal("HUP");
    program.has_logged("the configuration is refused; the one before stays").await;
    let root = setting.slack.say(&user("U0LENA"), &berlin(), POST).await.unwrap();
    hears(&setting, &program, &root, "a ping", |message| pings(message, "U0ANA")).await;
    // The same folder does not start a bot.
    let started = setting.ask(&["run"], free_address()).await;
    assert_eq!(started.status.code(), Some(1));
    let said = String::from_utf8_lossy(&started.stderr);
    assert!(said.contains("wiat") && said.contains("nothing was done"), "{said}");
    setting.write("desks/event.yml", &before.replace("role:lead_csm], ", "bo],            "));
    program.signal("HUP");
    program.has_logged("the configuration was taken anew").await;
    let root = setting.slack.say(&user("U0LENA"), &berlin(), POST).await.unwrap();
    hears(&setting, &program, &root, "a ping by the new policy", |message| {
        pings(message, "U0BO") && !pings(message, "U0INES")
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_program_on_the_same_store_is_refused() {
    let setting = example::in_seconds().await;
    let program = setting.run_until_ready().await;
    let second = setting.ask(&["run"], free_address()).await;
    assert_eq!(second.status.code(), Some(3));
    let said = String::from_utf8_lossy(&second.stderr);
    assert!(said.contains("is in use by") && said.contains("hint:"), "{said}");
    assert!(program.is_ready(BOUND).await, "the first goes on");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_that_slack_does_not_take_end_it_with_what_to_do() {
    let setting = example::in_seconds().await;
    for (variable, token) in
        [("SLACK_BOT_TOKEN", "xoxb-somebody-else"), ("SLACK_APP_TOKEN", "xapp-somebody-else")]
    {
        let http = free_address();
        let mut command = setting.command(&["run"], http);
        command.env(variable, token);
        let mut program = setting.run_as(command, http);
        assert_eq!(program.ended(BOUND).await.code(), Some(1), "{}", program.log());
        let log = program.log();
        assert!(log.contains("hint:") || log.contains("set "), "it says what to do:\n{log}");
        assert!(log.contains(variable) && !log.contains(token), "{log}");
    }
    let mut command = setting.command(&["run"], free_address());
    command.env_remove("SLACK_BOT_TOKEN");
    let output = command.output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("SLACK_BOT_TOKEN"));
}
