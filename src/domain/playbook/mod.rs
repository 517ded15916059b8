//! Playbooks: the steps of a scenario, offered or started, brought up when their time comes, worked on by several.
//!
//! Nothing here is armed: which steps come up follows from the run, the anchor and the instant (`progress`), and
//! after every decision about a case its runs move on by that (`follow`).

pub mod plan;
pub mod run;
pub mod note;
pub mod standing;
pub mod wording;
mod advance;
mod anchor;
pub mod blanks;
mod late;
mod offer;
mod progress;
mod start;
mod work;

pub use advance::follow;
pub use anchor::{SessionStart, session_start};
pub use work::{pressed, submitted, wished};

use crate::clock::Timestamp;
use crate::domain::booking::Booked;
use crate::domain::case::Case;
use crate::domain::people::Scene;
use crate::domain::playbook::plan::{Doing, Playbook, Start};
use crate::domain::playbook::progress::Ground;
use crate::domain::playbook::run::Run;
use crate::id::UserId;

/// When a case's playbooks next want to be looked at.
pub fn next_look(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let runs = case.playbooks.all.iter().filter(|run| run.is_going()).flat_map(|run| {
        let due = on(run, case, scene, |ground| progress::next_due(run, ground)).flatten();
        due.into_iter().chain(late::next_look(run, case, scene))
    });
    runs.chain(booking_awaited(case, scene)).min()
}

/// Works on what a run stands on; nothing, where its playbook is not at hand.
fn on<R>(run: &Run, case: &Case, scene: &Scene<'_>, work: impl FnOnce(&Ground<'_>) -> R) -> Option<R> {
    let playbook = scene.policy.playbook(&run.playbook)?;
    Some(work(&ground(playbook, case, scene)))
}

fn ground<'a>(playbook: &'a Playbook, case: &'a Case, scene: &Scene<'_>) -> Ground<'a> {
    Ground {
        playbook,
        anchor: anchor::anchor(playbook, case, scene),
        given: &case.report.given,
        now: scene.now,
    }
}

/// Until when a playbook that begins by itself waits for the directory's word on the session's start.
fn booking_awaited(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let Booked::Sought { until, .. } = &case.booking else { return None };
    let waits = |playbook: &Playbook| {
        playbook.start == Start::AtOnce
            && progress::is_meant(playbook, &case.report.given)
            && !case.playbooks.knows(&playbook.key)
    };
    (*until > scene.now && scene.policy.playbooks.iter().any(waits)).then_some(*until)
}

/// The outcome to which a run has come, for the form that resolves the case.
pub fn outcome(case: &Case, scene: &Scene<'_>) -> Option<String> {
    case.playbooks.all.iter().rev().filter(|run| run.is_going()).find_map(|run| {
        let playbook = scene.policy.playbook(&run.playbook)?;
        run.open().find_map(|(key, _)| match &playbook.step(key)?.what {
            Doing::Close { outcome } => Some(outcome.clone()),
            Doing::Task { .. }
            | Doing::Call { .. }
            | Doing::Question { .. }
            | Doing::Email { .. }
            | Doing::Ping { .. }
            | Doing::Post { .. } => None,
        })
    })
}

/// Whether somebody may work on a case's playbooks: those of this workspace, and of others those who asked or
/// whom the configuration lists.
pub fn may_work(case: &Case, scene: &Scene<'_>, by: &UserId) -> bool {
    case.requester == *by || scene.world.directory.may_answer(by)
}
