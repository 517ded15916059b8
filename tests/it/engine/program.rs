//! The program itself: an operator asks the running bot or the store at rest, and tells the bot to stop.

use super::bench::{BOUND, Bench, ana, cy, help};
use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};

fn program(bench: &Bench, listen: SocketAddr, store: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstline"));
    command
        .arg("--config")
        .arg(bench.folder())
        .env("SLACK_APP_TOKEN", bench.slack.app_token())
        .env("SLACK_BOT_TOKEN", bench.slack.bot_token())
        .env("SLACK_API_URL", bench.slack.api_url())
        .env("FIRSTLINE_LISTEN", listen.to_string())
        .env("FIRSTLINE_STORE", format!("sled:{}", bench.folder().join(store).display()))
        .stdin(Stdio::null());
    command
}

async fn asked(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
}

pub async fn answer(bench: &Bench, listen: SocketAddr, store: &str, words: &[&str]) -> String {
    let mut command = program(bench, listen, store);
    command.args(words);
    let output = asked(command).await;
    assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_bot_answers_while_it_runs_and_its_store_when_it_does_not() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let listen = app.http().unwrap();
    bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    bench.rest(&app).await;
    let cases = answer(&bench, listen, "data", &["cases"]).await;
    let case = answer(&bench, listen, "data", &["case", "help-1"]).await;
    let export = answer(&bench, listen, "data", &["export", "-"]).await;
    assert!(cases.contains("help-1") && cases.contains("unclaimed"), "{cases}");
    assert!(case.contains("the session does not open"), "{case}");
    assert_eq!(answer(&bench, listen, "data", &["dead-letters"]).await, "no dead letters\n");
    app.stop().await.unwrap();
    assert_eq!(answer(&bench, listen, "data", &["cases"]).await, cases);
    assert_eq!(answer(&bench, listen, "data", &["case", "help-1"]).await, case);
    let unknown = asked({
        let mut command = program(&bench, listen, "data");
        command.args(["case", "help-7"]);
        command
    });
    assert_eq!(unknown.await.status.code(), Some(1));
    let file = bench.folder().join("export.jsonl");
    std::fs::write(&file, &export).unwrap();
    answer(&bench, listen, "copy", &["import", file.to_str().unwrap()]).await;
    assert_eq!(answer(&bench, listen, "copy", &["cases"]).await, cases);
}

#[tokio::test]
async fn told_to_stop_the_program_ends_in_order() {
    let bench = Bench::set_up().await;
    let mut command = program(&bench, SocketAddr::from(([127, 0, 0, 1], 0)), "data");
    let mut child = command.arg("run").stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    bench.slack.wait_for_connections(2, BOUND).await.unwrap();
    let post = bench.slack.say(&cy(), &help(), "the session does not open").await.unwrap();
    let pinged = format!("<@{}>", ana());
    let thread = |workspace: &firstline::rehearsal::Workspace| {
        let said = workspace.thread(&help(), &post).iter().any(|message| message.text.contains(&pinged));
        said.then_some(())
    };
    bench.slack.wait_for(BOUND, thread).await.unwrap();
    let told = Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(told.success());
    let ended = tokio::task::spawn_blocking(move || child.wait().unwrap());
    let status = tokio::time::timeout(BOUND, ended).await.expect("it ends within ten seconds").unwrap();
    assert!(status.success(), "{status}");
}

#[tokio::test]
async fn a_second_bot_on_the_same_store_is_refused() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let mut command = program(&bench, SocketAddr::from(([127, 0, 0, 1], 0)), "data");
    command.arg("run");
    let output = asked(command).await;
    assert_eq!(output.status.code(), Some(3));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("is in use by") && said.contains("hint:"), "{said}");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn check_online_tells_what_only_slack_knows() {
    let bench = Bench::set_up().await;
    let people = "ana: { slack: nobody@example.com,";
    bench.with_person("ana: { slack: U0ANA,", people);
    bench.with_desk("channels: [\"help*\"]", "channels: [help, lobby]\nroles: { lead: \"@crew\" }");
    bench.slack.grant(&["chat:write"]);
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let mut command = program(&bench, listen, "data");
    command.args(["check", "--online"]);
    let output = asked(command).await;
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    for told in [
        "slack knows nobody by the `slack` of `ana`, an e-mail address",
        "the bot is in no channel `#lobby`, which desk `help` names",
        "slack has no user group `@crew` in use",
        "the bot's token lacks the scope `reactions:read`",
    ] {
        assert!(said.contains(told), "{told}\n\n{said}");
    }
    assert!(!said.contains("lacks the scope `chat:write`") && !said.contains("`bo`"), "{said}");
}
