//! The command line, as somebody types it: what is printed, and the exit status.

use serde_json::Value;
use std::process::{Command, Output};

/// Runs the program in the project's folder, with nothing of this machine's environment but what it needs.
fn firstline(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstline"));
    command.args(args).env_clear().current_dir(env!("CARGO_MANIFEST_DIR"));
    command.output().unwrap()
}

/// Status, standard output and standard error, as one text.
fn shown(args: &[&str]) -> String {
    let output = firstline(args);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let status = output.status.code().unwrap();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    // This machine's rules may be newer than ours.
    let out: String = out.split_inclusive('\n').filter(|line| !line.starts_with("time zone rules")).collect();
    format!("$ firstline {}\n{out}{err}[exit status {status}]", args.join(" "))
}

fn json(args: &[&str]) -> Value {
    let output = firstline(args);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

macro_rules! snapshot {
    ($name:literal, $text:expr) => {
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!($name, $text) })
    };
}

#[test]
fn checking() {
    snapshot!("check", shown(&["check", "--at", "2026-10-28T12:00:00Z"]));
    snapshot!(
        "check_fine",
        shown(&["check", "--config", "fixtures/config/base", "--at", "2026-06-01T12:00:00Z"])
    );
    snapshot!("check_nothing", shown(&["check", "--config", "no/such/folder"]));
    let answer = json(&["check", "--json", "--at", "2026-06-01T12:00:00Z"]);
    assert_eq!(answer["fine"], true);
    assert_eq!(answer["errors"], 0);
    assert_eq!(answer["desks"], 5);
    let first = &answer["problems"][0];
    assert!(first["file"].is_string() && first["line"].is_u64() && first["hint"].is_string(), "{first}");
}

#[test]
fn a_broken_folder_is_wrong_for_every_question() {
    let dir = super::config::changed(&[("desks/help.yml", "wait: 5m", "wiat: 5m")]);
    let path = dir.path().display().to_string();
    let asked = |args: &[&str]| {
        let args: Vec<&str> = args.iter().copied().chain(["--config", &path]).collect();
        shown(&args).replace(&path, "config")
    };
    snapshot!("broken_check", asked(&["check"]));
    snapshot!("broken_who", asked(&["who", "--desk", "help"]));
    let output = firstline(&["check", "--json", "--config", &path]);
    assert_eq!(output.status.code(), Some(1));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&answer["fine"], &answer["errors"]), (&Value::Bool(false), &Value::from(1)));
}

#[test]
fn who_is_on() {
    snapshot!("who", shown(&["who", "--at", "2026-03-09T16:30:00Z"]));
    snapshot!(
        "who_in_the_gap",
        shown(&["who", "--desk", "event", "--at", "2026-03-08T02:30:00-08:00", "--json"])
    );
    // On 24 December Ana is off and Bo stands in for her; Kofi works by the hours of that date.
    let rows = json(&["who", "--desk", "event", "--at", "2026-12-24T19:00:00Z", "--json"]);
    let row = |person: &str| rows.as_array().unwrap().iter().find(|row| row["person"] == person).cloned();
    let bo = row("bo").unwrap();
    assert_eq!((&bo["available"], &bo["source"]), (&Value::Bool(true), &Value::from("override")), "{bo}");
    let kofi = row("kofi").unwrap();
    assert_eq!((&kofi["available"], &kofi["source"]), (&Value::Bool(false), &Value::from("dates")), "{kofi}");
    let keys: Vec<&str> = bo.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["available", "person", "reason", "source", "tiers", "until"]);
}

#[test]
fn gaps_ahead() {
    let week = ["--from", "2026-12-21T00:00:00-08:00", "--until", "2026-12-28T00:00:00-08:00"];
    let asked = |rest: &[&str]| shown(&[&["gaps"], rest, &week].concat());
    snapshot!("gaps", asked(&["--desk", "event"]));
    snapshot!("gaps_json", asked(&["--desk", "event", "--json"]));
    snapshot!("no_gaps", asked(&["--desk", "helpdesk"]));
}

#[test]
fn questions_that_make_no_sense() {
    let same = ["--from", "2026-12-21T00:00:00Z", "--until", "2026-12-21T00:00:00Z"];
    let back = ["--from", "2026-12-21T00:00:00Z", "--until", "2026-12-20T00:00:00Z"];
    let all = [
        shown(&[&["gaps", "--desk", "event"][..], &same].concat()),
        shown(&[&["gaps", "--desk", "event"][..], &back].concat()),
        shown(&["who", "--desk", "evnt"]),
        shown(&["who", "--json"]),
        shown(&["who", "--desk", "event", "--at", "tomorrow"]),
        shown(&["gaps", "--desk", "event"]),
        shown(&["chekc"]),
    ];
    snapshot!("no_sense", all.join("\n\n"));
}

#[test]
fn papers() {
    let schema = json(&["schema"]);
    assert!(schema["definitions"].is_object());
    let manifest = firstline(&["manifest"]);
    assert_eq!(manifest.stdout, std::fs::read("manifest.yml").unwrap());
    let url = shown(&["manifest", "--url"]);
    assert!(url.contains("https://api.slack.com/apps?new_app=1&manifest_json=%7B"), "{url}");
    let version = json(&["version", "--json"]);
    assert_eq!(version["version"], env!("CARGO_PKG_VERSION"));
    assert!(version["tzdata"]["bundled"].is_string());
    snapshot!("help", shown(&["--help"]));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_firstline"))
        .arg("schema")
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

/// The small folder with a calendar of Ana's, in a file.
fn with_calendar(text: &str) -> tempfile::TempDir {
    let dir =
        super::config::changed(&[("people.yml", "slack: U0ANA", "slack: U0ANA\n    calendar: ana.ics")]);
    std::fs::write(dir.path().join("ana.ics"), text).unwrap();
    dir
}

#[test]
fn a_calendar_in_a_file_counts() {
    let dir = with_calendar(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:20260603T170000Z\r\n\
         DTEND:20260603T180000Z\r\nSUMMARY:Board\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    );
    let path = dir.path().display().to_string();
    let rows = json(&["who", "--desk", "help", "--at", "2026-06-03T17:30:00Z", "--json", "--config", &path]);
    let ana = rows.as_array().unwrap().iter().find(|row| row["person"] == "ana").unwrap().clone();
    assert_eq!(
        (&ana["source"], &ana["until"]),
        (&Value::from("calendar"), &Value::from("2026-06-03T18:00:00Z"))
    );
}

#[test]
fn a_calendar_that_cannot_be_read_is_told() {
    let forever = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:19700101T000000Z\r\n\
                   DURATION:PT1M\r\nRRULE:FREQ=SECONDLY\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let cases = [
        ("check_calendar_too_large", "x".repeat(50 << 20)),
        ("check_calendar_for_ever", forever.to_owned()),
        ("check_calendar_page", "<html></html>".to_owned()),
    ];
    for (name, text) in cases {
        let dir = with_calendar(&text);
        let path = dir.path().display().to_string();
        let asked = ["check", "--config", &path, "--at", "2026-06-01T12:00:00Z"];
        let text = shown(&asked).replace(&path, "config");
        insta::with_settings!({ omit_expression => true }, { insta::assert_snapshot!(name, text) });
    }
}

#[test]
fn a_desk_is_written_as_a_calendar() {
    use firstline::coverage::{Span, calendar};
    use firstline::zone::{Zone, Zones};
    let asked = ["export-ics", "--desk", "event", "--weeks", "2", "--at", "2026-03-03T20:00:00Z"];
    let output = firstline(&asked);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.split_inclusive('\n').all(|line| line.ends_with("\r\n") && line.len() <= 77), "{text}");
    snapshot!("export_ics", text.replace("\r\n", "\n").lines().take(40).collect::<Vec<_>>().join("\n"));
    // Read back, it has a span for every event, and each has a name of its own.
    let events = text.matches("BEGIN:VEVENT").count();
    let busy = text.replace("TRANSP:TRANSPARENT", "TRANSP:OPAQUE");
    let from = "2026-02-20T00:00:00Z".parse().unwrap();
    let within = Span::new(from, "2026-04-20T00:00:00Z".parse().unwrap());
    let read = calendar::read(&busy, &Zone::utc(), &Zones::bundled(), within).unwrap();
    assert!(events > 10 && read.busy.len() == events && read.left_out == 0, "{events}: {read:?}");
    let uids: std::collections::BTreeSet<&str> =
        text.lines().filter(|line| line.starts_with("UID:")).collect();
    assert_eq!(uids.len(), events);
    // A day later the shifts that were already known keep their names.
    let later = firstline(&["export-ics", "--desk", "event", "--weeks", "2", "--at", "2026-03-04T20:00:00Z"]);
    let later = String::from_utf8(later.stdout).unwrap();
    assert!(uids.iter().filter(|uid| later.contains(**uid)).count() > events / 2);
    let wrong = ["export-ics", "--desk", "event", "--weeks", "0"];
    assert!(shown(&wrong).contains("[exit status 1]"));
}
