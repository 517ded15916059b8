//! Stories: what people do and what then appears, as text, played by the real bot against the model of Slack.
//!
//! `BLESS=1 cargo test stories` writes what appeared into the stories; read every line of it before you keep
//! it. `STORY=name cargo test stories` plays those whose path contains the name, and prints them.

use axum::Router;
use firstline::admin::stage::{Played, Stage};
use firstline::app::Tuning;
use firstline::clock::MovableClock;
use firstline::config;
use firstline::rehearsal::script::{Bot, Player, Script, parse};
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn stories(dir: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(dir).expect("a folder of stories").flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(stories(&path));
        } else if path.extension().is_some_and(|ending| ending == "story") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn folder(script: &Script) -> PathBuf {
    match script.config.as_deref() {
        None => root().join("config"),
        Some(name) => root().join("fixtures/stories").join(name),
    }
}

/// Whether the lists of a shift come in a story.
#[derive(Clone, Copy, PartialEq)]
enum Lists {
    Come,
    /// They have stories of their own, and would only fill the others that pass a morning.
    LeftOut,
}

fn lists_in(path: &Path) -> Lists {
    let (own, tours) = (root().join("fixtures/stories/shifts"), root().join("config/tours"));
    if path.starts_with(own) || path.starts_with(tours) { Lists::Come } else { Lists::LeftOut }
}

/// Plays a story; returns for each step what appeared.
async fn play(script: &Script, lists: Lists) -> Result<Vec<Vec<String>>, String> {
    let mut config = config::load(&folder(script)).map_err(|problems| problems.to_string())?;
    if lists == Lists::LeftOut {
        for desk in config.desks.values_mut() {
            desk.routines = None;
        }
    }
    let store = tempfile::tempdir().map_err(|error| error.to_string())?;
    let clock = MovableClock::stopped(script.start.at);
    let folder = store.path().join("store");
    let stage = Arc::new(Stage::set(config, clock, &folder, script.start.zone, Tuning::in_rehearsal()));
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    stage.slack.listen(loopback, Router::new()).await.map_err(|error| error.to_string())?;
    let mut bot = Played(Arc::clone(&stage));
    bot.start().await?;
    bot.settle().await?;
    let mut player = Player::new(stage.slack.clone(), script.start);
    let mut appeared = Vec::new();
    for step in &script.steps {
        appeared.push(player.play(step, &mut bot).await.map_err(|error| error.to_string())?);
    }
    bot.stop().await?;
    stage.slack.stop();
    Ok(appeared)
}

/// The story with what appeared in place of what was expected.
fn rewritten(text: &str, script: &Script, appeared: &[Vec<String>]) -> String {
    let mut out = Vec::new();
    let mut next = 0;
    let flush = |out: &mut Vec<String>, step: usize| {
        if let Some(lines) = step.checked_sub(1).and_then(|step| appeared.get(step)) {
            out.extend(lines.iter().map(|line| format!("| {line}")));
        }
    };
    let mut pending = 0;
    for (index, line) in text.lines().enumerate() {
        if line.starts_with('|') {
            continue;
        }
        let starts = script.steps.get(next).is_some_and(|step| step.line == index + 1);
        let continues = line.starts_with("  ");
        if pending > 0 && !continues {
            flush(&mut out, pending);
            pending = 0;
        }
        if starts {
            next += 1;
            pending = next;
        }
        out.push(line.to_owned());
    }
    flush(&mut out, pending);
    out.join("\n") + "\n"
}

/// What appeared, as messages sorted by their instant and place: the order within a place is what people see,
/// that between places which are written to at once is nobody's.
fn in_any_order(lines: &[String]) -> Vec<Vec<&str>> {
    let mut messages: Vec<Vec<&str>> = Vec::new();
    for line in lines {
        match messages.last_mut() {
            Some(message) if line.starts_with("  ") => message.push(line),
            Some(_) | None => messages.push(vec![line]),
        }
    }
    messages.sort_by_key(|message| message[0].split(": ").next().unwrap_or_default().to_owned());
    messages
}

fn difference(path: &Path, script: &Script, appeared: &[Vec<String>]) -> Option<String> {
    let mut wrong = String::new();
    for (step, lines) in script.steps.iter().zip(appeared) {
        if in_any_order(&step.expected) != in_any_order(lines) {
            wrong.push_str(&format!("{}:{}: {}\n", path.display(), step.line, step.text));
            wrong.push_str(&format!("  expected:\n    {}\n", step.expected.join("\n    ")));
            wrong.push_str(&format!("  appeared:\n    {}\n", lines.join("\n    ")));
        }
    }
    (!wrong.is_empty()).then_some(wrong)
}

async fn tell(path: PathBuf) -> Option<String> {
    let text = fs::read_to_string(&path).expect("a story is text");
    let script = match parse(&text) {
        Ok(script) => script,
        Err(error) => return Some(format!("{}: {error}", path.display())),
    };
    let appeared = match play(&script, lists_in(&path)).await {
        Ok(appeared) => appeared,
        Err(error) => return Some(format!("{}: {error}", path.display())),
    };
    let differs = difference(&path, &script, &appeared);
    if std::env::var_os("BLESS").is_some() && differs.is_some() {
        fs::write(&path, rewritten(&text, &script, &appeared)).expect("the story can be written");
        return None;
    }
    differs
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stories_hold() {
    let wanted = std::env::var("STORY").unwrap_or_default();
    let mut paths = stories(&root().join("fixtures/stories"));
    paths.extend(stories(&root().join("config/tours")));
    paths.retain(|path| path.to_string_lossy().contains(&wanted));
    assert!(!paths.is_empty(), "no story is called `{wanted}`");
    let queue = Arc::new(Mutex::new(paths));
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let queue = Arc::clone(&queue);
        workers.spawn(async move {
            let mut failed = Vec::new();
            loop {
                let next = queue.lock().expect("no story panics").pop();
                let Some(path) = next else { return failed };
                failed.extend(tell(path).await);
            }
        });
    }
    let failed = workers.join_all().await.concat();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}
