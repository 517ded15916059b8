//! Where a case's playbooks stand, for its card and its owner: done, due, next.

use super::ground;
use super::plan::{About, Doing, Playbook, Step};
use super::progress::{Verdict, ahead};
use super::run::{EndedBecause, How, Run, Settled, StepState};
use super::wording;
use crate::clock::Timestamp;
use crate::domain::case::Case;
use crate::domain::people::Scene;
use crate::id::UserId;

/// A run as people look at it. Texts are filled, and not yet escaped.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub number: u32,
    pub name: String,
    pub ended: Option<EndedBecause>,
    /// In the order in which they were settled.
    pub done: Vec<Done>,
    pub due: Vec<Due>,
    pub next: Vec<Next>,
    /// Steps that came too late, or that somebody left when the run ended: their texts.
    pub left: Vec<String>,
    /// Steps wait for the session's start, which nobody knows.
    pub start_unknown: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Done {
    pub text: String,
    pub answer: String,
    pub by: Option<UserId>,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Due {
    pub text: String,
    pub since: Timestamp,
    /// Who does it, or should.
    pub who: Vec<UserId>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    pub text: String,
    /// None: once what is due is settled.
    pub at: Option<Timestamp>,
}

/// Every run of the case, those that go on first.
pub fn standings(case: &Case, scene: &Scene<'_>) -> Vec<Standing> {
    let mut all: Vec<Standing> =
        case.playbooks.all.iter().filter_map(|run| standing(run, case, scene)).collect();
    all.sort_by_key(|standing| (standing.ended.is_some(), standing.number));
    all
}

fn standing(run: &Run, case: &Case, scene: &Scene<'_>) -> Option<Standing> {
    let playbook = scene.policy.playbook(&run.playbook)?;
    let ground = ground(playbook, case, scene);
    let text = |step: &Step| wording::text(step, case, scene);
    let due = run.open().filter_map(|(key, open)| {
        let step = playbook.step(key)?;
        let who = wording::doers(step, Some(open), run.number, case, scene);
        Some(Due { text: text(step), since: open.since, who })
    });
    let mut due: Vec<Due> = due.collect();
    due.sort_by_key(|due| due.since);
    let timed = |step: &Step, verdict: Verdict| match verdict {
        Verdict::NotYet(Some(at)) => Some(Next { text: text(step), at: Some(at) }),
        Verdict::NotYet(None) | Verdict::ComesUp | Verdict::NotTaken | Verdict::TooLate => None,
    };
    let going = run.is_going();
    let mut next: Vec<Next> =
        ahead(run, &ground).filter(|_| going).filter_map(|(step, verdict)| timed(step, verdict)).collect();
    next.sort_by_key(|next| next.at);
    if next.is_empty() && going {
        let certain = ahead(run, &ground).find(|(step, _)| is_certain(step, run));
        next.extend(certain.map(|(step, _)| Next { text: text(step), at: None }));
    }
    let start_unknown =
        going && ground.anchor.is_none() && ahead(run, &ground).any(|(step, _)| step.at.is_some());
    Some(Standing {
        number: run.number,
        name: playbook.name.clone(),
        ended: run.ended.as_ref().map(|ended| ended.why),
        done: done(run, playbook, case, scene),
        due,
        next,
        left: left(run, playbook).map(text).collect(),
        start_unknown,
    })
}

/// Whether no answer that is still to come decides about the step.
fn is_certain(step: &Step, run: &Run) -> bool {
    step.at.is_none()
        && step.when.iter().all(|condition| match &condition.of {
            About::Field(_) => true,
            About::Step(key) => run.answer(key).is_some_and(|answer| condition.takes(answer)),
        })
}

fn done(run: &Run, playbook: &Playbook, case: &Case, scene: &Scene<'_>) -> Vec<Done> {
    let mut done: Vec<Done> = Vec::new();
    for step in playbook.steps.iter().filter(|step| !ends_it(step)) {
        let Some(StepState::Settled(Settled { at, by, how: How::Answered(answer), .. })) =
            run.steps.get(&step.key)
        else {
            continue;
        };
        let text = wording::text(step, case, scene);
        done.push(Done { text, answer: answer.clone(), by: by.clone(), at: *at });
    }
    // Stable: those of one instant stay in the playbook's order.
    done.sort_by_key(|done| done.at);
    done
}

/// That a case was resolved is no step of what was done.
fn ends_it(step: &Step) -> bool {
    matches!(step.what, Doing::Close { .. })
}

fn left<'a>(run: &'a Run, playbook: &'a Playbook) -> impl Iterator<Item = &'a Step> {
    playbook.steps.iter().filter(|step| match run.steps.get(&step.key) {
        Some(StepState::Settled(Settled { how: How::Missed, .. })) => true,
        Some(StepState::Settled(Settled { how: How::Dropped, slot, .. })) => slot.is_some(),
        Some(StepState::Settled(_) | StepState::Open(_)) | None => false,
    })
}
