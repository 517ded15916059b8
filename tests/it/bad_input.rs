//! Whatever comes over the socket: it is acknowledged, counted and logged by its type alone, and the bot lives.

use super::program::example::{self, POST, berlin, pings, said, user};
use super::program::{BOUND, Program, Setting, free_address};
use firstline::id::MessageTs;
use firstline::rehearsal::{Heard, SocketFault, Workspace};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::Duration;

/// Stands in everything that people are supposed to have written; no log may hold it.
const SECRET: &str = "sesame";

/// Starts the bot with the loudest log there is.
async fn loud(setting: &Setting) -> Program {
    let http = free_address();
    let mut command = setting.command(&["run"], http);
    command.env("RUST_LOG", "trace");
    let program = setting.run_as(command, http);
    program.ready(BOUND).await;
    setting.slack.wait_for_connections(2, BOUND).await.unwrap();
    program
}

/// A case is opened by this post, with a card and a ping.
async fn a_case_works(setting: &Setting, program: &Program, post: &str) -> MessageTs {
    let root = setting.slack.say(&user("U0LENA"), &berlin(), post).await.unwrap();
    let pinged = |workspace: &Workspace| said(workspace, &root, |it| pings(it, "U0ANA")).map(drop);
    let pinged = setting.slack.wait_for(BOUND, pinged).await;
    pinged.unwrap_or_else(|error| panic!("nobody is pinged: {error}\nits log:\n{}", program.log()));
    root
}

/// What is counted under a name with such a label.
async fn counted(program: &Program, name: &str, label: &str) -> u64 {
    let (_, page) = program.get("/metrics").await.unwrap();
    let lines = page.lines().filter(|line| line.starts_with(name) && line.contains(label));
    lines.filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok()).sum()
}

fn frame(id: &str, kind: &str, payload: &str) -> String {
    format!(
        "{{\"envelope_id\":\"{id}\",\"type\":\"{kind}\",\"accepts_response_payload\":false,\"payload\":{payload}}}"
    )
}

/// Payloads that make no sense, each with the kind of envelope that it comes in.
fn nonsense() -> Vec<(&'static str, String)> {
    let deep = format!("{}\"{SECRET}\"{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut all = vec![
        ("events_api", deep.clone()),
        ("events_api", format!("{{\"event\":{{\"type\":\"message\",\"blocks\":{deep}}}}}")),
        // Half of a character, as no UTF-8 text can hold it.
        ("events_api", format!("{{\"event\":{{\"type\":\"message\",\"text\":\"{SECRET} \\ud800\"}}}}")),
        ("tea_time", format!("{{\"text\":\"{SECRET}\"}}")),
        (SECRET_KIND, "{}".to_owned()),
    ];
    let shapes: [Value; 6] =
        [json!(null), json!(17), json!([SECRET]), json!(SECRET), json!({}), json!({ "event": SECRET })];
    let ours = |more: Value| {
        let mut payload = json!({ "team_id": "T0MODEL", "api_app_id": "A0FIRSTLINE" });
        payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        payload
    };
    let wrong: [Value; 7] = [
        ours(
            json!({ "event": { "type": "message", "channel": 5, "user": ["U0LENA"], "ts": {}, "text": 17 } }),
        ),
        ours(
            json!({ "event": { "type": "message", "channel": "C0BERLIN", "user": "U0LENA", "ts": SECRET, "text": SECRET } }),
        ),
        ours(
            json!({ "event": { "type": "reaction_added", "item": SECRET, "user": "U0ANA", "reaction": "eyes" } }),
        ),
        ours(json!({ "event": { "type": "tea_served", "text": SECRET } })),
        ours(json!({ "type": "block_actions", "actions": [{ "action_id": "claim", "value": "{{{" }] })),
        ours(json!({ "type": "view_submission", "view": { "private_metadata": SECRET, "state": [] } })),
        ours(json!({ "command": "/escalate", "text": [SECRET], "user_id": 4 })),
    ];
    for kind in ["events_api", "interactive", "slash_commands"] {
        all.extend(shapes.iter().chain(&wrong).map(|payload| (kind, payload.to_string())));
    }
    all
}

/// A type that is no word: it may be anything, also what somebody wrote.
const SECRET_KIND: &str = "sesame is no type";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_acknowledged_counted_and_logged_without_its_content() {
    let setting = example::in_seconds().await;
    let program = loud(&setting).await;
    let slack = &setting.slack;
    slack.socket_fault(SocketFault::Garbage);
    slack.socket_fault(SocketFault::Binary);
    slack.socket_fault(SocketFault::UnknownEnvelope);
    for (number, (kind, payload)) in nonsense().into_iter().enumerate() {
        let id = format!("nonsense-{number}");
        let heard = slack.send_frame(&id, &frame(&id, kind, &payload)).await;
        let beginning: String = payload.chars().take(80).collect();
        assert_eq!(heard, Heard::Acknowledged, "{kind} {beginning}\nits log:\n{}", program.log());
    }
    assert!(counted(&program, "firstline_ignored_envelopes_total", "tea_time").await >= 1);
    assert!(counted(&program, "firstline_ignored_envelopes_total", "events_api/tea_served").await >= 1);
    assert!(counted(&program, "firstline_frames_unread_total", "").await >= 1);
    a_case_works(&setting, &program, POST).await;
    let log = program.log();
    for kind in ["tea_time", "events_api/tea_served", "a frame from slack could not be read"] {
        assert!(log.contains(kind), "`{kind}` is not in its log:\n{log}");
    }
    for content in [SECRET, "pat@example.com", "live.example.com", "session 12", "xoxb-", "xapp-"] {
        let line = log.lines().find(|line| line.contains(content));
        assert_eq!(line, None, "`{content}` is in its log");
    }
    assert_eq!(slack.refusals(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn texts_of_five_megabytes_and_of_strange_letters_are_cases_like_others() {
    let setting = example::in_seconds().await;
    let program = loud(&setting).await;
    let long = format!("{SECRET} ").repeat((5 << 20) / (SECRET.len() + 1));
    let strange = "\u{0}\u{7}\u{1b}[31m \u{202e}thgir\u{202c} \u{1f469}\u{200d}\u{1f692} e\u{301} <!channel> <@U0BO> *_~`";
    for words in [long.as_str(), strange] {
        a_case_works(&setting, &program, &POST.replace("session 12", words)).await;
    }
    let root = a_case_works(&setting, &program, POST).await;
    setting.slack.reply(&user("U0LENA"), &berlin(), &root, &long).await.unwrap();
    setting.slack.edit(&user("U0LENA"), &berlin(), &root, &format!("{POST} {long}")).await.unwrap();
    let heard = setting.slack.command(&user("U0MEI"), &berlin(), "/escalate", &long).await.unwrap();
    assert_eq!(heard.heard, Heard::Acknowledged);
    assert!(program.is_ready(BOUND).await, "{}", program.log());
    assert!(!program.log().contains(SECRET));
    assert_eq!(setting.slack.refusals(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_a_full_disk_ends_it_within_a_minute_and_the_next_start_reads_what_was_missed() {
    if std::env::var_os("FIRSTLINE_SLOW").is_none() {
        println!("not played: it takes a minute, and runs with FIRSTLINE_SLOW=1");
        return;
    }
    let setting = example::in_seconds().await;
    let http = free_address();
    let mut program = setting.run_as(deaf_to_full_files(&setting.command(&["run"], http)), http);
    program.ready(BOUND).await;
    a_case_works(&setting, &program, POST).await;
    // From now on no file of its can grow, its log neither.
    program.fill_its_disk();
    let missed = setting.slack.say(&user("U0LENA"), &berlin(), POST).await.unwrap();
    let refused = |workspace: &Workspace| {
        workspace.refusals.iter().any(|refusal| refusal.error == "not_acknowledged").then_some(())
    };
    setting.slack.wait_for(BOUND, refused).await.expect("what is not kept is not acknowledged");
    let asked = setting.slack.command(&user("U0MEI"), &berlin(), "/escalate", "no sound").await.unwrap();
    assert!(asked.text.contains("This was not saved"), "{asked:?}");
    let (status, why) = program.get("/readyz").await.unwrap();
    assert!(status == 503 && why.contains("the store cannot be written"), "{why}");
    assert_eq!(program.ended(Duration::from_secs(90)).await.code(), Some(3));
    let again = setting.run_until_ready().await;
    let pinged = |workspace: &Workspace| said(workspace, &missed, |it| pings(it, "U0ANA")).map(drop);
    let pinged = setting.slack.wait_for(BOUND, pinged).await;
    pinged.unwrap_or_else(|error| panic!("it is not read from history: {error}\n{}", again.log()));
}

/// The same command, which is told of a full file by an error and not by the signal that would end it.
fn deaf_to_full_files(command: &Command) -> Command {
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""])
        .arg(command.get_program())
        .args(command.get_args());
    shell.env_clear().envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
    shell.stdin(Stdio::null());
    shell
}
