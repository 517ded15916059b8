//! `firstline rehearse`: a Slack-like workspace in the browser, with your desks and your people.

use super::outcome::{Exit, Outcome, folder};
use std::path::Path;

/// Opens the workspace for the folder.
pub fn rehearse(dir: &Path) -> Outcome {
    match folder(dir) {
        Ok(_) => Outcome::failed(
            Exit::World,
            "the rehearsal's workspace is not part of this build",
            "`firstline who` and `firstline gaps` answer without it",
        ),
        Err(outcome) => outcome,
    }
}
