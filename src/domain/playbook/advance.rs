//! Moving on: after every decision about a case, its steps come up, are left out, or end with it.

use super::note::{PlaybookEntry, PlaybookNote, PlaybookWord};
use super::plan::{DONE, Doing, Playbook, Step};
use super::progress::{Verdict, ahead};
use super::run::{Ended, EndedBecause, How, OfferState, Open, Run, Settled, StepLate, StepState};
use super::{ground, late, offer, on, start, wording};
use crate::coverage::Who;
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Passed, PassedBecause, Ping, PingReason, Reply};
use crate::domain::event::{Event, What};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::domain::{Case, Decision, World};
use crate::id::{StepKey, UserId};

/// Lets the playbooks of the case that was decided on move on; of one that did not change, when it was looked at
/// because of the time or of facts.
pub fn follow(
    decision: &mut Decision,
    before: Option<&Case>,
    event: &Event,
    now: crate::clock::Timestamp,
    world: &World<'_>,
) {
    let Some(scene) = Scene::of(world, now) else { return };
    let case = match (&decision.case, before) {
        (Some(case), _) => case.clone(),
        (None, Some(before)) if looks(&event.what) => before.clone(),
        (None, _) => return,
    };
    if scene.policy.playbooks.is_empty() && case.playbooks.is_empty() || joined(event, before, &case) {
        return;
    }
    let mut draft = Draft {
        case,
        effects: std::mem::take(&mut decision.effects),
        timeline: std::mem::take(&mut decision.timeline),
        reply: std::mem::replace(&mut decision.reply, Reply::Silent),
        wake: std::mem::take(&mut decision.wake),
    };
    advance(&mut draft, &scene);
    let Draft { case, effects, timeline, reply, wake } = draft;
    if decision.case.is_some() || before != Some(&case) {
        decision.case = Some(case);
    }
    (decision.effects, decision.timeline, decision.reply, decision.wake) = (effects, timeline, reply, wake);
}

/// Whether the event is a look at a case that changed nothing by itself.
fn looks(what: &What) -> bool {
    matches!(what, What::Due | What::FactsChanged | What::CaughtUp { .. })
}

/// A post joined another's case, whose own policy is not at hand here: its deadline wakes it.
fn joined(event: &Event, before: Option<&Case>, case: &Case) -> bool {
    let top_level = matches!(&event.what, What::Posted(message) if message.thread.is_none());
    top_level && before.is_some_and(|before| before.id == case.id)
}

fn advance(draft: &mut Draft, scene: &Scene<'_>) {
    if !draft.case.is_open() {
        return close(draft, scene);
    }
    start::by_scenario(draft, scene);
    offer::look(draft, scene);
    let going: Vec<u32> =
        draft.case.playbooks.all.iter().filter(|run| run.is_going()).map(|run| run.number).collect();
    for number in going {
        let missed = move_on(draft, scene, number);
        if !missed.is_empty() {
            draft.say(Note::Playbook(PlaybookNote::Missed { run: number, steps: missed }));
        }
        late::look(draft, scene, number);
    }
    brief_owner(draft);
}

/// Brings up what comes up and leaves out what does not, until nothing moves; returns the steps whose time was
/// over already.
pub fn move_on(draft: &mut Draft, scene: &Scene<'_>, number: u32) -> Vec<StepKey> {
    let mut missed = Vec::new();
    mails_sent(draft, scene, number);
    while let Some((step, verdict)) = next_move(draft, scene, number) {
        match verdict {
            Verdict::ComesUp => come_up(draft, scene, number, &step),
            Verdict::NotTaken => settle(draft, scene, number, &step, How::NotTaken, None),
            Verdict::TooLate => {
                settle(draft, scene, number, &step, How::Missed, None);
                missed.push(step.key);
            }
            Verdict::NotYet(_) => break,
        }
    }
    let settled = |run: &Run, playbook: &Playbook| {
        let is_settled = |step: &Step| matches!(run.steps.get(&step.key), Some(StepState::Settled(_)));
        playbook.steps.iter().all(is_settled)
    };
    let over = draft.case.playbooks.run(number).filter(|run| run.is_going()).and_then(|run| {
        let over = on(run, &draft.case, scene, |ground| settled(run, ground.playbook))?;
        over.then_some(())
    });
    if over.is_some() {
        end(draft, scene, number, None, EndedBecause::Finished);
    }
    missed
}

/// The first step that is to be decided on now.
fn next_move(draft: &Draft, scene: &Scene<'_>, number: u32) -> Option<(Step, Verdict)> {
    let run = draft.case.playbooks.run(number).filter(|run| run.is_going())?;
    let playbook = scene.policy.playbook(&run.playbook)?;
    let ground = ground(playbook, &draft.case, scene);
    ahead(run, &ground)
        .find(|(_, verdict)| !matches!(verdict, Verdict::NotYet(_)))
        .map(|(step, verdict)| (step.clone(), verdict))
}

fn come_up(draft: &mut Draft, scene: &Scene<'_>, number: u32, step: &Step) {
    match &step.what {
        Doing::Ping { who, .. } => {
            ping(draft, scene, number, step, who);
            settle(draft, scene, number, step, How::Answered(DONE.to_owned()), None);
        }
        Doing::Post { .. } => {
            draft.say(Note::Playbook(PlaybookNote::Post { run: number, step: step.key.clone() }));
            settle(draft, scene, number, step, How::Answered(DONE.to_owned()), None);
        }
        Doing::Close { .. } => {
            drop_all(draft, scene, number);
            open(draft, scene, number, step);
        }
        Doing::Task { .. } | Doing::Call { .. } | Doing::Question { .. } | Doing::Email { .. } => {
            open(draft, scene, number, step);
        }
    }
}

fn open(draft: &mut Draft, scene: &Scene<'_>, number: u32, step: &Step) {
    let slot = draft.number();
    let text = wording::text(step, &draft.case, scene);
    let Some(run) = draft.case.playbooks.run_mut(number) else { return };
    let state = Open { since: scene.now, slot, taken_by: None, late: StepLate::No };
    run.steps.insert(step.key.clone(), StepState::Open(state));
    draft.record(scene.now, None, Happened::Playbook(PlaybookEntry::CameUp { text }));
    draft.effects.push(Effect::Playbook(PlaybookWord::ShowStep { run: number, step: step.key.clone() }));
}

/// Nobody need look at this step any more.
pub fn settle(draft: &mut Draft, scene: &Scene<'_>, number: u32, step: &Step, how: How, by: Option<&UserId>) {
    let text = wording::text(step, &draft.case, scene);
    let Some(run) = draft.case.playbooks.run_mut(number) else { return };
    let slot = match run.steps.get(&step.key) {
        Some(StepState::Open(open)) => Some(open.slot),
        Some(StepState::Settled(_)) => return,
        None => None,
    };
    let state = Settled { at: scene.now, by: by.cloned(), how: how.clone(), slot };
    run.steps.insert(step.key.clone(), StepState::Settled(state));
    draft.record(scene.now, by, Happened::Playbook(PlaybookEntry::Settled { text, how }));
    if slot.is_some() {
        let step = step.key.clone();
        draft.effects.push(Effect::Playbook(PlaybookWord::ShowStep { run: number, step }));
    }
}

/// The run ends, and with it whatever of it was still to be done.
pub fn end(draft: &mut Draft, scene: &Scene<'_>, number: u32, by: Option<&UserId>, why: EndedBecause) {
    drop_all(draft, scene, number);
    let Some(run) = draft.case.playbooks.run_mut(number) else { return };
    run.ended = Some(Ended { at: scene.now, by: by.cloned(), why });
    let key = run.playbook.clone();
    let playbook = start::name(scene, &key);
    draft.record(scene.now, by, Happened::Playbook(PlaybookEntry::Ended { playbook, why }));
}

/// What was open or ahead is not wanted any more.
fn drop_all(draft: &mut Draft, scene: &Scene<'_>, number: u32) {
    let Some(run) = draft.case.playbooks.run(number) else { return };
    let Some(playbook) = scene.policy.playbook(&run.playbook).cloned() else { return };
    let left: Vec<&Step> = playbook
        .steps
        .iter()
        .filter(|step| !matches!(run.steps.get(&step.key), Some(StepState::Settled(_))))
        .collect();
    for step in left {
        let is_open = draft.case.playbooks.run(number).is_some_and(|run| run.steps.contains_key(&step.key));
        match is_open {
            true => settle(draft, scene, number, step, How::Dropped, None),
            // It never came up: that it is not wanted is no news.
            false => {
                let state = Settled { at: scene.now, by: None, how: How::Dropped, slot: None };
                if let Some(run) = draft.case.playbooks.run_mut(number) {
                    run.steps.insert(step.key.clone(), StepState::Settled(state));
                }
            }
        }
    }
}

/// The case is resolved or withdrawn: its runs end with it.
fn close(draft: &mut Draft, scene: &Scene<'_>) {
    let going: Vec<u32> =
        draft.case.playbooks.all.iter().filter(|run| run.is_going()).map(|run| run.number).collect();
    for number in going {
        close_steps(draft, scene, number);
        end(draft, scene, number, None, EndedBecause::CaseClosed);
    }
    offer::over(draft, &OfferState::Over);
}

/// That the case is resolved is what a step that closes it waited for.
fn close_steps(draft: &mut Draft, scene: &Scene<'_>, number: u32) {
    let Some(run) = draft.case.playbooks.run(number) else { return };
    let Some(playbook) = scene.policy.playbook(&run.playbook).cloned() else { return };
    let open: Vec<StepKey> = run.open().map(|(key, _)| key.clone()).collect();
    let by = draft.case.resolution().map(|end| end.by.clone());
    for step in open.iter().filter_map(|key| playbook.step(key)) {
        if let (Doing::Close { .. }, Some(by)) = (&step.what, &by) {
            settle(draft, scene, number, step, How::Answered(DONE.to_owned()), Some(by));
        }
    }
}

/// An e-mail step is done once its e-mail is out.
fn mails_sent(draft: &mut Draft, scene: &Scene<'_>, number: u32) {
    let Some(run) = draft.case.playbooks.run(number) else { return };
    let Some(playbook) = scene.policy.playbook(&run.playbook).cloned() else { return };
    let sent: Vec<(StepKey, UserId)> = run
        .open()
        .filter_map(|(key, _)| {
            let place = wording::place_of(number, key);
            let mails = draft.case.mails.iter().rev();
            let mail =
                mails.filter(|mail| mail.state.is_out()).find(|mail| mail.step.as_deref() == Some(&place))?;
            Some((key.clone(), mail.by.clone()))
        })
        .collect();
    for (key, by) in sent {
        if let Some(step) = playbook.step(&key) {
            settle(draft, scene, number, step, How::Answered(DONE.to_owned()), Some(&by));
        }
    }
}

/// A step that pings: those who can answer now, the supervisor when none can.
fn ping(draft: &mut Draft, scene: &Scene<'_>, run: u32, step: &Step, who: &[Who]) {
    let candidates = scene.named(who, draft.case.run.hours);
    let mut to: Vec<UserId> = Vec::new();
    for user in candidates.iter().filter_map(|candidate| candidate.available()) {
        if !to.contains(user) {
            to.push(user.clone());
        }
    }
    let passed = candidates
        .iter()
        .filter(|candidate| candidate.available().is_none())
        .map(|candidate| Passed {
            tier: String::new(),
            person: candidate.user.clone().unwrap_or_else(|| UserId::new(candidate.key.as_str())),
            why: match &candidate.user {
                Some(_) => PassedBecause::Unavailable(candidate.answer.clone()),
                None => PassedBecause::NotInSlack,
            },
        })
        .collect();
    if to.is_empty() {
        to = scene.supervisors();
    }
    if to.is_empty() {
        return;
    }
    let playbook = draft.case.playbooks.run(run).map(|run| start::name(scene, &run.playbook));
    let reason = PingReason::Step {
        playbook: playbook.unwrap_or_default(),
        text: wording::text(step, &draft.case, scene),
    };
    let number = draft.number();
    let (now, due_at) = (scene.now, scene.now);
    draft.ping(now, Ping { number, tier: None, to, reason, passed, dm: Vec::new(), due_at, late_by: None });
}

/// An owner who takes a case in the middle of a run is told privately where it stands.
fn brief_owner(draft: &mut Draft) {
    let Some(owner) = draft.case.owner().cloned() else { return };
    let going: Vec<u32> = draft
        .case
        .playbooks
        .all
        .iter()
        .filter(|run| run.is_going() && run.by.as_ref() != Some(&owner))
        .map(|run| run.number)
        .collect();
    if going.is_empty() || draft.case.playbooks.briefed.as_ref() == Some(&owner) {
        return;
    }
    draft.case.playbooks.briefed = Some(owner.clone());
    let case = draft.case.id.clone();
    draft.tell(owner, Note::Playbook(PlaybookNote::Briefing { case, runs: going }));
}
