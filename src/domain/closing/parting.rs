//! The requester's part in an end: their word before it, and their silence.

use crate::clock::{Length, Timestamp};
use crate::domain::case::{Case, Late, RunHours, Turn, WaitingFor};
use crate::domain::closing::note::{ClosingNote, Parted};
use crate::domain::closing::{self, Ending};
use crate::domain::draft::Draft;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::policy::{LastWord, Silence};
use crate::domain::timeline::Happened;
use crate::id::UserId;
use serde::{Deserialize, Serialize};

/// How a case comes to its end: what was proposed, reminded, and answered about it.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Parting {
    /// The end that waits for the requester's word.
    pub proposed: Option<Proposed>,
    /// When the requester was last reminded that their answer is waited for.
    pub reminded_at: Option<Timestamp>,
    /// What the requester says of how it went.
    pub survey: Option<Surveyed>,
}

/// An end with everything the desk asks for, but the requester's word.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    pub by: UserId,
    pub at: Timestamp,
    /// Without a word by then, it ends.
    pub until: Timestamp,
    pub outcome: Option<String>,
    pub note: Option<String>,
}

/// The answer to the survey.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surveyed {
    pub answer: String,
    pub comment: Option<String>,
    pub at: Timestamp,
}

/// What made an end of it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Somebody resolved it.
    #[default]
    Said,
    /// Somebody resolved it, and the requester had nothing else.
    Confirmed,
    /// Somebody resolved it, and the requester said nothing more.
    Quiet,
    /// The requester did not answer.
    Silent { since: Timestamp },
    /// A supervisor, although this was missing.
    Forced { missing: Vec<String> },
}

/// Whether the end has to wait for the requester, and how long at most.
pub fn waits_for_word(case: &Case, scene: &Scene<'_>) -> Option<Length> {
    let LastWord::Asked { quiet_for } = scene.policy.closing.last_word else { return None };
    let talk = &case.talk;
    // Thanks turn nothing around: when they come last, they were the requester's word.
    let thanked = talk.turn == Turn::Theirs
        && talk.last_responder_at.is_some_and(|answered| talk.last_requester_at > answered);
    let quiet = talk.turn == Turn::Theirs && scene.now - talk.turn_since >= quiet_for.delta();
    (!thanked && !quiet).then_some(quiet_for)
}

/// Asks the requester whether there is anything else; without a word from them it ends by itself.
pub fn propose(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ending: Ending, quiet_for: Length) {
    let until = scene.now + quiet_for.delta();
    draft.cancel_pings();
    draft.record(scene.now, Some(by), Happened::Parted(Parted::Proposed { until }));
    draft.say(Note::Closing(ClosingNote::AnythingElse { by: by.clone(), until, note: ending.note.clone() }));
    let Ending { outcome, note, .. } = ending;
    draft.case.parting.proposed = Some(Proposed { by: by.clone(), at: scene.now, until, outcome, note });
    draft.case.talk.turn = Turn::Theirs;
    draft.case.talk.turn_since = scene.now;
    draft.case.talk.reply_late = Late::No;
}

/// The requester has nothing else: what was proposed is the end.
pub fn confirm(draft: &mut Draft, scene: &Scene<'_>, how: Ended) {
    let Some(proposed) = draft.case.parting.proposed.take() else { return };
    let by = proposed.by.clone();
    let ending = Ending { outcome: proposed.outcome, note: proposed.note, ..Ending::default() };
    closing::end(draft, scene, &by, ending, how);
}

/// The requester has something else: it goes on, and the time to resolve is longer by the wait.
pub fn go_on(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let Some(proposed) = draft.case.parting.proposed.take() else { return };
    if let Some(from) = &mut draft.case.resolve_from {
        *from += scene.now - proposed.at;
    }
    draft.record(scene.now, Some(by), Happened::Parted(Parted::NotYet));
    let talk = &mut draft.case.talk;
    talk.turn = Turn::Ours;
    talk.turn_since = scene.now;
    talk.reply_late = Late::No;
    talk.update_late = Late::No;
    talk.last_responder_at = talk.last_responder_at.map(|at| at.max(scene.now));
}

/// "That is all" and "something else", under the question whether there is anything else.
pub fn answered(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, word: Word) {
    let case = draft.case.id.clone();
    if draft.case.parting.proposed.is_none() || !draft.case.is_open() {
        return draft.answer(Note::OfferOver);
    }
    if draft.case.requester != *by {
        return closing::only_theirs(draft);
    }
    match word {
        Word::NothingElse => {
            confirm(draft, scene, Ended::Confirmed);
            draft.answer(Note::Done);
        }
        Word::SomethingElse => {
            go_on(draft, scene, by);
            draft.answer(Note::Closing(ClosingNote::SayWhat { case }));
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Word {
    NothingElse,
    SomethingElse,
}

/// The next thing that happens when the requester says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// What was proposed is the end.
    Ends,
    /// They are reminded.
    Remind,
    /// The case is closed.
    Close,
}

/// What silence leads to next, and when.
pub fn next(case: &Case, scene: &Scene<'_>) -> Option<(Step, Timestamp)> {
    let owned = case.ownership()?;
    if let Some(proposed) = &case.parting.proposed {
        return Some((Step::Ends, proposed.until));
    }
    let Silence { remind_after, close_after } = scene.policy.closing.silence?;
    let since = case.talk.turn_since;
    let reminded = case.parting.reminded_at.filter(|at| *at > since);
    let waits_for_them = match &owned.hold {
        // A hold ends by itself, and not with the case.
        Some(hold) => hold.waiting_for == WaitingFor::Requester && reminded.is_none(),
        None => true,
    };
    if case.talk.turn == Turn::Ours || !waits_for_them {
        return None;
    }
    let (step, at) = match reminded {
        None => (Step::Remind, since + remind_after.delta()),
        // Whoever was reminded late has as long as anybody else from there.
        Some(at) => {
            let left = at + (close_after.delta() - remind_after.delta());
            (Step::Close, left.max(since + close_after.delta()))
        }
    };
    Some((step, in_hours(at, case, scene)?))
}

/// Nobody is written to, and nothing is closed, while the desk is.
fn in_hours(at: Timestamp, case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let schedule = &scene.desk.coverage.schedule;
    match case.run.hours {
        RunHours::DeskOpen if !schedule.is_open(at) => schedule.next_opening(at),
        RunHours::DeskOpen | RunHours::Elapsed => Some(at),
    }
}

/// Takes the step whose time has come.
pub fn due(draft: &mut Draft, scene: &Scene<'_>) {
    let Some((step, _)) = next(&draft.case, scene).filter(|(_, at)| *at <= scene.now) else { return };
    let Some(owner) = draft.case.owner().cloned() else { return };
    match step {
        Step::Ends => confirm(draft, scene, Ended::Quiet),
        Step::Remind => {
            draft.case.parting.reminded_at = Some(scene.now);
            draft.record(scene.now, None, Happened::Parted(Parted::Reminded));
            let closes_at = closes_at(&draft.case, scene);
            draft.say(Note::Closing(ClosingNote::StillThere { by: owner, closes_at }));
        }
        Step::Close => {
            let since = draft.case.talk.turn_since;
            closing::end(draft, scene, &owner, Ending::default(), Ended::Silent { since });
            closing::tags::owe(draft, scene);
        }
    }
}

/// When a case whose requester was reminded is closed, if they say nothing; a held one is not.
fn closes_at(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    next(case, scene).filter(|(step, _)| *step == Step::Close).map(|(_, at)| at)
}
