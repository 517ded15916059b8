//! Where a run stands: which steps come up now, which later, and which never.

use super::plan::{About, Condition, Playbook, Step};
use super::run::{Run, StepState};
use crate::clock::Timestamp;
use crate::id::FieldKey;
use std::collections::BTreeMap;

/// What a run's steps depend on beside each other.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub playbook: &'a Playbook,
    /// What the times count from; none while the session's start is not known.
    pub anchor: Option<Timestamp>,
    /// What the report says.
    pub given: &'a BTreeMap<FieldKey, String>,
    pub now: Timestamp,
}

/// What is to be said of a step that neither came up nor was left out yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    ComesUp,
    /// At this instant by itself, or once something else is settled or known.
    NotYet(Option<Timestamp>),
    /// An answer led elsewhere.
    NotTaken,
    /// Its time is over.
    TooLate,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Holds {
    Yes,
    No,
    Undecided,
}

/// The verdict on a step that is still ahead.
pub fn verdict(step: &Step, run: &Run, ground: &Ground<'_>) -> Verdict {
    let steps = step.when.iter().map(|condition| of_step(condition, run));
    match all(steps) {
        Holds::No => return Verdict::NotTaken,
        Holds::Undecided => return Verdict::NotYet(None),
        Holds::Yes => {}
    }
    let is_settled = |key: &_| matches!(run.steps.get(key), Some(StepState::Settled(_)));
    if !step.after.iter().all(is_settled) {
        return Verdict::NotYet(None);
    }
    let (due, over) = match (step.at, step.until, ground.anchor) {
        (Some(_), _, None) => return Verdict::NotYet(None),
        (at, until, anchor) => {
            let from = |offset: super::plan::Offset| anchor.map(|anchor| offset.from(anchor));
            (at.and_then(from), until.and_then(from))
        }
    };
    if let Some(due) = due.filter(|due| *due > ground.now) {
        return Verdict::NotYet(Some(due));
    }
    // What the report says may still change; it counts when the step would come up.
    if all(step.when.iter().map(|condition| of_field(condition, ground.given))) == Holds::No {
        return Verdict::NotTaken;
    }
    match over.is_some_and(|over| over <= ground.now) {
        true => Verdict::TooLate,
        false => Verdict::ComesUp,
    }
}

fn all(each: impl Iterator<Item = Holds>) -> Holds {
    each.fold(Holds::Yes, |so_far, one| match (so_far, one) {
        (Holds::No, _) | (_, Holds::No) => Holds::No,
        (Holds::Undecided, _) | (_, Holds::Undecided) => Holds::Undecided,
        (Holds::Yes, Holds::Yes) => Holds::Yes,
    })
}

fn of_step(condition: &Condition, run: &Run) -> Holds {
    match &condition.of {
        About::Field(_) => Holds::Yes,
        About::Step(key) => match (run.steps.get(key), run.answer(key)) {
            (None | Some(StepState::Open(_)), _) => Holds::Undecided,
            (Some(StepState::Settled(_)), Some(answer)) if condition.takes(answer) => Holds::Yes,
            (Some(StepState::Settled(_)), _) => Holds::No,
        },
    }
}

fn of_field(condition: &Condition, given: &BTreeMap<FieldKey, String>) -> Holds {
    match &condition.of {
        About::Step(_) => Holds::Yes,
        About::Field(key) => match given.get(key) {
            Some(value) if condition.takes(value) => Holds::Yes,
            Some(_) | None => Holds::No,
        },
    }
}

/// Whether the report says that this playbook is meant.
pub fn is_meant(playbook: &Playbook, given: &BTreeMap<FieldKey, String>) -> bool {
    !playbook.meant_for.is_empty()
        && playbook.meant_for.iter().all(|condition| of_field(condition, given) == Holds::Yes)
}

/// Steps of a run that are neither settled nor open, in their order, with what is to be said of them.
pub fn ahead<'a>(run: &'a Run, ground: &'a Ground<'a>) -> impl Iterator<Item = (&'a Step, Verdict)> {
    let ahead = ground.playbook.steps.iter().filter(|step| !run.steps.contains_key(&step.key));
    ahead.map(|step| (step, verdict(step, run, ground)))
}

/// The next instant at which a step comes up by itself.
pub fn next_due(run: &Run, ground: &Ground<'_>) -> Option<Timestamp> {
    if !run.is_going() {
        return None;
    }
    ahead(run, ground)
        .filter_map(|(_, verdict)| match verdict {
            Verdict::NotYet(at) => at,
            Verdict::ComesUp | Verdict::NotTaken | Verdict::TooLate => Some(ground.now),
        })
        .min()
}
