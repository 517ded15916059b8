//! Steps that are overdue: whoever does them is reminded, then the next tier is pinged.

use super::note::{PlaybookEntry, PlaybookNote};
use super::plan::{Overdue, Step};
use super::run::{Open, Run, StepLate, StepState};
use super::{start, wording};
use crate::clock::Timestamp;
use crate::domain::case::Case;
use crate::domain::draft::Draft;
use crate::domain::effect::PingReason;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::domain::{escalation, ownership};

/// Acts on what is overdue in a run; each lateness once.
pub fn look(draft: &mut Draft, scene: &Scene<'_>, number: u32) {
    if is_held(&draft.case) {
        return;
    }
    let Some(run) = draft.case.playbooks.run(number) else { return };
    let Some(playbook) = scene.policy.playbook(&run.playbook).cloned() else { return };
    let due: Vec<(Step, Open)> = run
        .open()
        .filter_map(|(key, open)| Some((playbook.step(key)?.clone(), open.clone())))
        .filter(|(step, open)| next(step, open).is_some_and(|at| at <= scene.now))
        .collect();
    for (step, open) in due {
        let late = match open.late {
            StepLate::No => {
                nudge(draft, scene, number, &step, &open);
                StepLate::Nudged(scene.now)
            }
            StepLate::Nudged(_) | StepLate::Escalated => {
                escalate(draft, scene, number, &step);
                StepLate::Escalated
            }
        };
        let state = draft.case.playbooks.run_mut(number).and_then(|run| run.steps.get_mut(&step.key));
        if let Some(StepState::Open(open)) = state {
            open.late = late;
        }
    }
}

/// When something is next done about the steps of a run that are open.
pub fn next_look(run: &Run, case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    if is_held(case) {
        return None;
    }
    let playbook = scene.policy.playbook(&run.playbook)?;
    run.open().filter_map(|(key, open)| next(playbook.step(key)?, open)).min()
}

/// Everybody agreed to wait, or the requester is asked whether there is anything else: what is open is not overdue
/// meanwhile.
fn is_held(case: &Case) -> bool {
    case.parting.proposed.is_some() || case.ownership().is_some_and(|owned| owned.hold.is_some())
}

fn next(step: &Step, open: &Open) -> Option<Timestamp> {
    match (step.overdue, open.late) {
        (Overdue::Nothing, _) | (_, StepLate::Escalated) | (Overdue::Nudge, StepLate::Nudged(_)) => None,
        (Overdue::NudgeThenTier | Overdue::Nudge, StepLate::No) => {
            open.since.checked_add_signed(step.within.delta())
        }
        (Overdue::NudgeThenTier, StepLate::Nudged(at)) => at.checked_add_signed(step.within.delta()),
    }
}

fn nudge(draft: &mut Draft, scene: &Scene<'_>, number: u32, step: &Step, open: &Open) {
    let who = wording::doers(step, Some(open), number, &draft.case, scene);
    let text = wording::text(step, &draft.case, scene);
    let entry = PlaybookEntry::Nudged { text, who: who.clone() };
    draft.record(scene.now, None, Happened::Playbook(entry));
    let case = draft.case.id.clone();
    for user in who {
        let (case, step) = (case.clone(), step.key.clone());
        let note = PlaybookNote::Overdue { case, run: number, step, since: open.since };
        draft.tell(user, Note::Playbook(note));
    }
}

/// The next tier is asked in, without the lead; of a case that nobody has, the climb goes on beside it.
fn escalate(draft: &mut Draft, scene: &Scene<'_>, number: u32, step: &Step) {
    let (tier, to, passed) = escalation::tier_above(&draft.case, scene);
    if to.is_empty() {
        return;
    }
    let playbook = draft.case.playbooks.run(number).map(|run| start::name(scene, &run.playbook));
    let reason = PingReason::StepLate {
        playbook: playbook.unwrap_or_default(),
        text: wording::text(step, &draft.case, scene),
    };
    ownership::bring_in(draft, scene, tier, &to, reason, passed);
}
