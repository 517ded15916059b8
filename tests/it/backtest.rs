//! A Slack export played through the rules, as the command line prints it.

use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output};

const EXPORT: &str = "fixtures/export";

fn firstline(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_firstline"));
    command.args(args).env_clear().current_dir(env!("CARGO_MANIFEST_DIR"));
    command.output().unwrap()
}

fn shown(args: &[&str]) -> String {
    let output = firstline(args);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    format!("{}{}[exit status {}]", text(&output.stdout), text(&output.stderr), output.status.code().unwrap())
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

/// The worked example with quicker tiers.
fn quicker() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let mut copy = Command::new("cp");
    copy.args(["-r", "config/."]).arg(dir.path()).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert!(copy.status().unwrap().success());
    let desk = dir.path().join("desks/event.yml");
    let text = fs::read_to_string(&desk).unwrap();
    let quick =
        text.replace("who: [role:lead_csm],        wait: 5m", "who: [role:lead_csm],        wait: 2m");
    assert_ne!(quick, text);
    fs::write(&desk, quick).unwrap();
    dir
}

#[test]
fn an_export_under_the_rules_as_they_are() {
    snapshot!("before", shown(&["backtest", EXPORT, "--desk", "event"]));
}

#[test]
fn before_and_after_a_change_of_rules() {
    let other = quicker();
    let path = other.path().display().to_string();
    let text = shown(&["backtest", EXPORT, "--desk", "event", "--policy", &path]).replace(&path, "quicker");
    // The width of a column follows the name of the folder.
    let text: Vec<String> =
        text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    snapshot!("after", text.join("\n"));
    let answer = json(&["backtest", EXPORT, "--desk", "event", "--policy", &path, "--json"]);
    let pings = |run: &str| answer[run]["pings"].as_array().unwrap().clone();
    let second = |run: &str| {
        pings(run).into_iter().find(|ping| ping["tier"] == "Tech Support" && ping["case"] == "event-4")
    };
    assert!(second("before").is_none() && second("after").is_some());
    assert_eq!(
        answer["before"]["figures"]["desks"][0]["cases"],
        answer["after"]["figures"]["desks"][0]["cases"]
    );
}

#[test]
fn a_zip_is_as_good_as_a_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXPORT);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("export.zip");
    let mut zip = zip::ZipWriter::new(fs::File::create(&path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for name in [
        "channels.json",
        "users.json",
        "event-berlin/2026-11-04.json",
        "event-berlin/2026-11-05.json",
        "lunch/2026-11-04.json",
    ] {
        // Some programs put everything into a folder of its own.
        zip.start_file(format!("Berlin export/{name}"), options).unwrap();
        zip.write_all(&fs::read(folder.join(name)).unwrap()).unwrap();
    }
    zip.finish().unwrap();
    let of_folder = json(&["backtest", EXPORT, "--json"]);
    assert_eq!(json(&["backtest", &path.display().to_string(), "--json"]), of_folder);
    assert_eq!(of_folder["channels"], serde_json::json!(["event-berlin"]));
    let first = &of_folder["before"]["pings"][0];
    for key in ["at", "case", "desk", "channel", "tier", "to", "why", "link"] {
        assert!(!first[key].is_null(), "{key}: {first}");
    }
}

#[test]
fn what_cannot_be_read_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().display().to_string();
    let asked = |path: &str| shown(&["backtest", path]).replace(&dir.path().display().to_string(), "DIR");
    snapshot!("no_export", asked(&path));
    let text = dir.path().join("text.zip");
    fs::write(&text, "not a zip").unwrap();
    assert!(asked(&text.display().to_string()).contains("cannot be read"));
    assert!(asked(&dir.path().join("none").display().to_string()).ends_with("[exit status 1]"));
    fs::write(dir.path().join("channels.json"), r#"[{"id":"C1","name":"lunch"}]"#).unwrap();
    snapshot!("no_channel", asked(&path));
    fs::write(dir.path().join("channels.json"), r#"[{"id":"C1","name":"event-x"}]"#).unwrap();
    fs::create_dir(dir.path().join("event-x")).unwrap();
    fs::write(dir.path().join("event-x/2026-11-04.json"), "[{").unwrap();
    snapshot!("damaged_day", asked(&path));
}
