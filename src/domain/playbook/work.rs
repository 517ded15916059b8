//! Working on a run: starting one, answering its steps, stopping it. Several people may press at once; the first
//! answer to a step counts, the others are told whose it was.

use super::advance::{end, settle};
use super::may_work;
use super::note::{PlaybookButton, PlaybookEntry, PlaybookForm, PlaybookNote, PlaybookWord};
use super::plan::Playbook;
use super::run::{EndedBecause, How, OfferState, Settled, StartedBecause, StepState};
use super::{progress, start, wording};
use crate::domain::case::Stage;
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Form, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::note::Note;
use crate::domain::ownership;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::{PlaybookKey, StepKey, UserId};
use std::collections::BTreeMap;

/// A button of a playbook was pressed.
pub fn pressed(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, button: &PlaybookButton) {
    if !may_work(&draft.case, scene, by) {
        return draft.answer(Note::Playbook(PlaybookNote::NotOfHere));
    }
    match button {
        PlaybookButton::Choose(_) => choose(draft, scene),
        PlaybookButton::Start { playbook, .. } => begin(draft, scene, by, playbook, Late::Asks),
        PlaybookButton::StartLate { playbook, .. } => begin(draft, scene, by, playbook, Late::IsMeant),
        PlaybookButton::NotNow { playbook, .. } => decline(draft, scene, by, playbook),
        PlaybookButton::Answer { run, step, answer, .. } => {
            answered(draft, scene, by, *run, step, answer);
        }
        PlaybookButton::Take { run, step, .. } => take(draft, scene, by, *run, step),
        PlaybookButton::Stop { run, .. } => stop(draft, scene, by, *run),
    }
}

/// The form that starts one was sent.
pub fn submitted(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: &UserId,
    form: &PlaybookForm,
    values: &FormValues,
) {
    let PlaybookForm::Start(_) = form;
    let chosen = values.get("playbook").and_then(|chosen| chosen.first());
    wished(draft, scene, by, chosen.map_or("", String::as_str));
}

/// `playbook NAME` in the thread. The name may be the key, or any part of the name that is no other's.
pub fn wished(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, name: &str) {
    if !may_work(&draft.case, scene, by) {
        return draft.answer(Note::Playbook(PlaybookNote::NotOfHere));
    }
    if scene.policy.playbooks.is_empty() {
        return draft.answer(Note::NoPlaybooks { desk: scene.desk.key.clone() });
    }
    match named(&scene.policy.playbooks, name) {
        Some(playbook) => begin(draft, scene, by, &playbook.key, Late::Asks),
        None => {
            let playbooks = &scene.policy.playbooks;
            let all = playbooks.iter().map(|playbook| (playbook.key.clone(), playbook.name.clone()));
            let wanted = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
            let case = draft.case.id.clone();
            let note = PlaybookNote::Which { case, wanted, playbooks: all.collect() };
            draft.answer(Note::Playbook(note));
        }
    }
}

fn named<'a>(playbooks: &'a [Playbook], name: &str) -> Option<&'a Playbook> {
    let folded = |text: &str| text.to_lowercase().replace(['-', '_'], " ").trim().to_owned();
    let wanted = folded(name);
    let exact = playbooks
        .iter()
        .find(|playbook| folded(playbook.key.as_str()) == wanted || folded(&playbook.name) == wanted);
    exact.or_else(|| {
        let is_like = |playbook: &&Playbook| folded(&playbook.name).contains(&wanted);
        let mut like = playbooks.iter().filter(is_like);
        like.next().filter(|_| !wanted.is_empty() && like.next().is_none())
    })
}

/// The form that asks which one; what the report means is chosen already.
fn choose(draft: &mut Draft, scene: &Scene<'_>) {
    if scene.policy.playbooks.is_empty() {
        return draft.answer(Note::NoPlaybooks { desk: scene.desk.key.clone() });
    }
    if !draft.case.is_open() {
        return closed(draft);
    }
    let given = &draft.case.report.given;
    let meant = scene.policy.playbooks.iter().find(|playbook| {
        progress::is_meant(playbook, given) && draft.case.playbooks.going(&playbook.key).is_none()
    });
    let given = meant.map(|playbook| ("playbook".to_owned(), vec![playbook.key.to_string()]));
    draft.reply = Reply::OpenForm(Box::new(Form {
        form: FormRef::Playbook(PlaybookForm::Start(draft.case.id.clone())),
        given: given.into_iter().collect::<BTreeMap<_, _>>(),
        problems: Vec::new(),
    }));
}

fn closed(draft: &mut Draft) {
    let case = draft.case.id.clone();
    match &draft.case.stage {
        Stage::Resolved(end) => {
            let (by, at) = (end.by.clone(), end.at);
            draft.answer(Note::IsResolved { case, by, at });
        }
        Stage::Withdrawn { .. } => draft.answer(Note::IsWithdrawn { case }),
        Stage::Unclaimed | Stage::Owned(_) => {}
    }
}

/// Whether somebody who starts a playbook long after its session was asked if they mean it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Late {
    Asks,
    IsMeant,
}

fn begin(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, key: &PlaybookKey, late: Late) {
    if !draft.case.is_open() {
        return closed(draft);
    }
    let Some(playbook) = scene.policy.playbook(key).cloned() else { return wished(draft, scene, by, "") };
    if let Some(run) = draft.case.playbooks.going(key) {
        let (since, by) = (run.started_at, run.by.clone());
        let note = PlaybookNote::Running { playbook: playbook.name, since, by };
        return draft.answer(Note::Playbook(note));
    }
    if let (Late::Asks, Some(start)) = (late, start::long_past(draft, scene, &playbook)) {
        let case = draft.case.id.clone();
        let note = PlaybookNote::LongPast { case, playbook: playbook.key, name: playbook.name, start };
        return draft.answer(Note::Playbook(note));
    }
    let offered = draft.case.playbooks.offered.get(key);
    let why = match offered.is_some_and(|offered| offered.state == OfferState::Open) {
        true => StartedBecause::Offer,
        false => StartedBecause::Asked,
    };
    start::begin(draft, scene, Some(by), &playbook, why);
    ownership::acted(draft, by, scene.now);
}

fn decline(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, key: &PlaybookKey) {
    let open = draft.case.playbooks.offered.get_mut(key).filter(|offered| offered.state == OfferState::Open);
    let Some(offered) = open else { return draft.answer(Note::OfferOver) };
    offered.state = OfferState::Declined { by: by.clone() };
    let playbook = start::name(scene, key);
    draft.record(scene.now, Some(by), Happened::Playbook(PlaybookEntry::Declined { playbook }));
    draft.effects.push(Effect::Playbook(PlaybookWord::ShowOffer(key.clone())));
}

fn answered(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, run: u32, key: &StepKey, answer: &str) {
    let Some(step) = open_step(draft, scene, run, key) else { return };
    let known = step.what.outcomes().into_iter().find(|known| *known == answer);
    let Some(answer) = known else { return draft.answer(Note::OfferOver) };
    settle(draft, scene, run, &step, How::Answered(answer.to_owned()), Some(by));
    ownership::acted(draft, by, scene.now);
}

fn take(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, run: u32, key: &StepKey) {
    let Some(step) = open_step(draft, scene, run, key) else { return };
    let text = wording::text(&step, &draft.case, scene);
    let state = draft.case.playbooks.run_mut(run).and_then(|run| run.steps.get_mut(key));
    let Some(StepState::Open(open)) = state else { return };
    if let Some(other) = open.taken_by.clone().filter(|other| other != by) {
        return draft.answer(Note::Playbook(PlaybookNote::Taken { text, by: other }));
    }
    open.taken_by = Some(by.clone());
    draft.record(scene.now, Some(by), Happened::Playbook(PlaybookEntry::Taken { text }));
    draft.effects.push(Effect::Playbook(PlaybookWord::ShowStep { run, step: key.clone() }));
    ownership::acted(draft, by, scene.now);
}

/// The step, while it is open; else whoever pressed is told what became of it.
fn open_step(draft: &mut Draft, scene: &Scene<'_>, run: u32, key: &StepKey) -> Option<super::plan::Step> {
    let found = draft.case.playbooks.run(run);
    let step = found.and_then(|run| scene.policy.playbook(&run.playbook)?.step(key).cloned());
    let state = found.and_then(|run| run.steps.get(key).cloned());
    let (Some(step), Some(state)) = (step, state) else {
        draft.answer(Note::OfferOver);
        return None;
    };
    match state {
        StepState::Open(_) => Some(step),
        StepState::Settled(Settled { at, by, how, .. }) => {
            let text = wording::text(&step, &draft.case, scene);
            draft.answer(Note::Playbook(PlaybookNote::Settled { text, how, by, at }));
            None
        }
    }
}

fn stop(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    let Some(run) = draft.case.playbooks.run(number) else { return draft.answer(Note::OfferOver) };
    if !run.is_going() {
        let playbook = start::name(scene, &run.playbook);
        return draft.answer(Note::Playbook(PlaybookNote::RunOver { playbook }));
    }
    end(draft, scene, number, Some(by), EndedBecause::Stopped);
    draft.say(Note::Playbook(PlaybookNote::Stopped { run: number, by: by.clone() }));
    ownership::acted(draft, by, scene.now);
}
