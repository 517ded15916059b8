//! `firstline run`: the bot itself, until it is told to stop.

use super::outcome::{Exit, Outcome, folder};
use crate::app::{self, Failure};
use std::path::Path;
use tokio::runtime::{Builder, Runtime};

/// Runs the bot with the configuration in `dir`. Returns when it was told to stop, or why it cannot go on.
pub fn run(dir: &Path) -> Outcome {
    let config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    // What is not set is fatal here, whatever it is a note of elsewhere.
    if let Err(problems) = config.tokens() {
        return Outcome { err: problems.to_string(), exit: Exit::Wrong, ..Outcome::default() };
    }
    for note in &config.notes.0 {
        tracing::warn!("{note}");
    }
    let ended = runtime()
        .map_err(|error| Failure::World(error.to_string()))
        .and_then(|runtime| runtime.block_on(app::run(&config, dir)));
    match ended {
        Ok(()) => Outcome::default(),
        Err(failure) => {
            let exit = match failure {
                Failure::Given(_) => Exit::Wrong,
                Failure::World(_) => Exit::World,
            };
            Outcome { err: format!("error: {failure}"), exit, ..Outcome::default() }
        }
    }
}

/// The threads that the bot runs on. Two are enough for what Slack sends, and each costs memory; the store has
/// one of its own beside them.
///
/// # Errors
/// The system gives no threads.
pub fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build()
}
