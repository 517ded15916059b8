//! The same envelopes through the least that such a bot does, written with Bolt for JavaScript and better-sqlite3 (the
//! folder `bolt`): kept durably, acknowledged, answered. By turns with Firstline, so that both have the same machine.

use crate::bot::Bot;
use crate::figures::{as_many, megabytes, never, spread, steady};
use crate::scene::{Before, Scene};
use crate::slack::Slack;
use crate::traffic::Traffic;
use std::path::{Path, PathBuf};
use std::process::Command;

const ROUNDS: usize = 3;

/// What one program did in one round.
struct Round {
    /// Envelopes a second.
    rate: f64,
    /// Resident, in megabytes, after the steady load.
    memory: f64,
}

/// Both by turns, and the ratios.
pub async fn side_by_side() {
    let Some(app) = installed() else { return };
    let scene = Scene::new(0, Before::Never, never).await;
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for round in 1..=ROUNDS {
        let slack = Slack::start(&scene.cases).await;
        ours.push(run("Firstline", round, &slack, Bot::start(scene.path(), &slack)).await);
        let kept = tempfile::tempdir().unwrap();
        let mut command = Command::new("node");
        command.arg(&app).env("LOAD_DATABASE", kept.path().join("events.db"));
        let slack = Slack::start(&scene.cases).await;
        theirs.push(run("Bolt", round, &slack, Bot::run(command, &slack)).await);
    }
    for (ours, theirs) in ours.iter().zip(&theirs) {
        println!(
            "Firstline beside Bolt: {:.1} times the rate, {:.2} of the memory",
            ours.rate / theirs.rate,
            ours.memory / theirs.memory
        );
    }
}

async fn run(name: &str, round: usize, slack: &Slack, mut bot: Bot) -> Round {
    bot.ready().await;
    let mut traffic = Traffic::beside(0);
    steady(slack, &mut traffic, 200, 2).await;
    let took = steady(slack, &mut traffic, 200, 10).await;
    spread(&format!("{name}, round {round}, 200 envelopes a second"), &took);
    // After the same work: how much more comes next depends on how fast each is.
    let (resident, own) = bot.memory();
    let memory = megabytes(resident);
    println!("    {memory:.1} MB resident, {:.1} MB of them its own", megabytes(own));
    let rate = as_many(&format!("{name}, round {round}, 64 on their way"), slack, &bot, &mut traffic).await;
    drop(bot);
    Round { rate, memory }
}

/// The program, with what it needs beside it; none where Node is not at hand.
fn installed() -> Option<PathBuf> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/load/bolt");
    let to = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bolt");
    std::fs::create_dir_all(&to).unwrap();
    for file in ["package.json", "app.mjs"] {
        std::fs::copy(from.join(file), to.join(file)).unwrap();
    }
    let npm = Command::new("npm").args(["install", "--no-audit", "--no-fund"]).current_dir(&to).status();
    if npm.is_ok_and(|status| status.success()) {
        Some(to.join("app.mjs"))
    } else {
        println!("Bolt is left out: `npm install` does not work here");
        None
    }
}
