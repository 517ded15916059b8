//! Afterwards: the outcome with whose fault it was, and who hears how it ended.

use crate::domain::closing::Ending;
use crate::domain::closing::note::{ClosingNote, Parted};
use crate::domain::draft::Draft;
use crate::domain::note::Note;
use crate::domain::people::{Candidate, Scene};
use crate::domain::policy::{self, Closing};
use crate::domain::timeline::Happened;
use crate::id::{PersonKey, UserId};

/// The ending as it is kept: its outcome completed, where whose fault it was is asked beside it.
pub fn completed(ending: Ending, closing: &Closing) -> Ending {
    let asked = |outcome: &String| closing.fault_of(outcome).is_some();
    let outcome = match (ending.outcome, &ending.fault) {
        (Some(outcome), Some(fault)) if asked(&outcome) => Some(policy::completed(&outcome, fault)),
        (outcome, _) => outcome,
    };
    Ending { outcome, fault: None, ..ending }
}

/// An outcome as it is kept, in the two answers that a form shows.
pub fn parts(kept: &str, closing: &Closing) -> (String, Option<String>) {
    let Some(fault) = &closing.fault else { return (kept.to_owned(), None) };
    let pairs = fault.of.iter().flat_map(|outcome| fault.any_of.iter().map(move |answer| (outcome, answer)));
    let mut same = pairs
        .filter(|(outcome, answer)| policy::completed(outcome, answer).eq_ignore_ascii_case(kept))
        .map(|(outcome, answer)| (outcome.clone(), Some(answer.clone())));
    same.next().unwrap_or_else(|| (kept.to_owned(), None))
}

/// Those whom the desk wants to know of it hear how it ended, but for the one who ended it. Whoever has no Slack
/// account is named in the thread, so that somebody else tells them.
pub fn tell(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let told: Vec<Candidate> = scene.named(&scene.policy.closing.tell, draft.case.run.hours);
    let mut to: Vec<UserId> = Vec::new();
    for user in told.iter().filter_map(|one| one.user.as_ref()).filter(|user| *user != by) {
        if !to.contains(user) {
            to.push(user.clone());
        }
    }
    let not_here: Vec<PersonKey> =
        told.iter().filter(|one| one.user.is_none()).map(|one| one.key.clone()).collect();
    let case = draft.case.id.clone();
    for user in &to {
        draft.tell(user.clone(), Note::Closing(ClosingNote::HowItEnded { case: case.clone() }));
    }
    if !to.is_empty() {
        draft.record(scene.now, None, Happened::Parted(Parted::Told { to }));
    }
    if !not_here.is_empty() {
        draft.say(Note::Closing(ClosingNote::TellThem { who: not_here }));
    }
}
