//! How a case ends and begins again: what the desk asks for first, holds, tags, reopening.

use crate::clock::Timestamp;
use crate::domain::case::{Hold, Late, Resolution, Stage, Turn, WaitingFor};
use crate::domain::draft::Draft;
use crate::domain::effect::{Form, PingReason, Reply};
use crate::domain::event::FormRef;
use crate::domain::note::Note;
use crate::domain::ownership::{self, Helpers, Permission};
use crate::domain::people::Scene;
use crate::domain::policy::{NoteRule, Required};
use crate::domain::timeline::{Happened, WithdrawnBecause};
use crate::domain::{clocks, escalation, report};
use crate::id::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// What a resolution says beside that it is one.
#[derive(Clone, Debug, Default)]
pub struct Ending {
    pub tags: Vec<String>,
    pub outcome: Option<String>,
    pub note: Option<String>,
}

/// How the wish to resolve came: only some ways can open a form.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum ResolveWay {
    /// A form can open: it does whenever there is anything to ask.
    Button,
    /// A word or the form itself: what is missing is named.
    Words,
    /// A reaction: what is missing is named with a button to the form; strangers' reactions are ignored.
    Reaction,
}

/// Ends the case, or says what is needed first.
pub fn resolve(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ending: Ending, way: ResolveWay) {
    let requester = draft.case.requester == *by;
    let answers = scene.is_responder(by) || scene.is_supervisor(by);
    if way == ResolveWay::Reaction && !(draft.case.is_open() && answers) {
        return;
    }
    if !requester || !draft.case.is_open() {
        let unclaimed = draft.case.is_unclaimed() && answers;
        if !unclaimed && ownership::may(draft, scene, by, Helpers::Too) == Permission::Refused {
            return;
        }
    }
    if !set_tags(draft, scene, by, &ending.tags) {
        return;
    }
    let needs = needs(draft, scene, &ending);
    let case = draft.case.id.clone();
    if way == ResolveWay::Button && answers && asks_anything(scene) {
        draft.reply = Reply::OpenForm(Box::new(Form {
            form: FormRef::Resolve(case),
            given: given(draft),
            problems: Vec::new(),
        }));
        return;
    }
    if answers && !needs.is_empty() {
        return draft.answer(Note::ResolveNeeds { case, needs });
    }
    end(draft, scene, by, ending);
}

fn asks_anything(scene: &Scene<'_>) -> bool {
    let closing = &scene.policy.closing;
    !closing.tags.is_empty() || !closing.outcomes.is_empty() || closing.note_required == NoteRule::Required
}

/// What is already known, for the form: tags by group.
fn given(draft: &Draft) -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([("tags".to_owned(), draft.case.tags.iter().cloned().collect())])
}

/// What the desk requires and is not there, as people know it.
fn needs(draft: &Draft, scene: &Scene<'_>, ending: &Ending) -> Vec<String> {
    let closing = &scene.policy.closing;
    let mut needs: Vec<String> = closing
        .tags
        .iter()
        .filter(|(_, group)| {
            group.required == Required::Yes && !group.any_of.iter().any(|tag| draft.case.tags.contains(tag))
        })
        .map(|(name, group)| format!("a tag for {name} ({})", group.any_of.join(", ")))
        .collect();
    if !closing.outcomes.is_empty() && ending.outcome.is_none() {
        needs.push(format!("an outcome ({})", closing.outcomes.join(", ")));
    }
    if closing.note_required == NoteRule::Required && ending.note.is_none() {
        needs.push("a note on the solution".to_owned());
    }
    needs
}

fn end(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ending: Ending) {
    let owner = draft.case.owner().cloned();
    draft.record(
        scene.now,
        Some(by),
        Happened::Resolved {
            owner: owner.clone(),
            outcome: ending.outcome.clone(),
            note: ending.note.clone(),
        },
    );
    escalation::stop(draft);
    report::stop_asking(draft);
    draft.say(Note::ResolvedBy {
        by: by.clone(),
        outcome: ending.outcome.clone(),
        note: ending.note.clone(),
    });
    draft.case.stage = Stage::Resolved(Resolution {
        by: by.clone(),
        at: scene.now,
        owner,
        outcome: ending.outcome,
        note: ending.note,
    });
}

/// Sets tags by word, in any case. False when one is not the desk's: then nothing is set, and they are told.
pub fn set_tags(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, words: &[String]) -> bool {
    let known: BTreeSet<&String> =
        scene.policy.closing.tags.values().flat_map(|group| &group.any_of).collect();
    let find = |word: &String| known.iter().find(|tag| tag.eq_ignore_ascii_case(word.trim()));
    let unknown: Vec<String> = words.iter().filter(|word| find(word).is_none()).cloned().collect();
    if !unknown.is_empty() {
        let known = known.into_iter().cloned().collect();
        draft.answer(Note::UnknownTags { unknown, known });
        return false;
    }
    let tags: Vec<String> = words.iter().filter_map(|word| find(word).map(|tag| (*tag).clone())).collect();
    if !tags.is_empty() {
        draft.case.tags.extend(tags.iter().cloned());
        draft.record(scene.now, Some(by), Happened::Tagged { tags });
    }
    true
}

/// `tags …`: by any responder, at any time before the end.
pub fn tag(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, words: &[String]) {
    if !scene.is_responder(by) && !scene.is_supervisor(by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    if set_tags(draft, scene, by, words) {
        let tags = draft.case.tags.iter().cloned().collect();
        draft.answer(Note::TagsSet { case: draft.case.id.clone(), tags });
    }
}

/// Waits for somebody until an instant; every promise rests meanwhile.
pub fn hold(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: &UserId,
    waiting_for: WaitingFor,
    until: Timestamp,
    reason: Option<String>,
) {
    if ownership::may(draft, scene, by, Helpers::Too) == Permission::Refused {
        return;
    }
    let case = draft.case.id.clone();
    if until <= scene.now {
        return draft.answer(Note::WhenUnclear);
    }
    let since = scene.now;
    let Some(owned) = draft.case.ownership_mut() else {
        return draft.answer(Note::NotYours { case, owner: None });
    };
    owned.hold = Some(Hold { waiting_for, until, since, reason });
    draft.case.talk.turn = Turn::Theirs;
    draft.case.talk.turn_since = since;
    ownership::acted(draft, by, scene.now);
    draft.record(scene.now, Some(by), Happened::Held { waiting_for, until });
    draft.answer(Note::Held { case, waiting_for, until });
}

/// The hold is taken off before its time.
pub fn end_hold(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if ownership::may(draft, scene, by, Helpers::Too) == Permission::Refused {
        return;
    }
    clocks::lift_hold(draft, scene);
    ownership::acted(draft, by, scene.now);
    draft.record(scene.now, Some(by), Happened::HoldEnded);
}

/// A resolved case is not: its owner has it back if they can answer, else its tier goes to work.
pub fn reopen(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let case = draft.case.id.clone();
    let owner = match &draft.case.stage {
        Stage::Resolved(end) => end.owner.clone(),
        Stage::Unclaimed | Stage::Owned(_) => return draft.answer(Note::NotResolved { case }),
        Stage::Withdrawn { .. } => return draft.answer(Note::IsWithdrawn { case }),
    };
    let asked_for_it = draft.case.requester == *by;
    if !asked_for_it && !scene.is_responder(by) && !scene.is_supervisor(by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    draft.record(scene.now, Some(by), Happened::Reopened);
    let able = owner.filter(|owner| owner == by || scene.answer(owner, draft.case.run.hours).available);
    match able {
        Some(owner) => ownership::give_back(draft, scene, &owner, by),
        None => {
            draft.case.talk.reply_late = Late::No;
            draft.case.resolve_from = None;
            escalation::resume(draft, scene, PingReason::Reopened { by: by.clone() });
        }
    }
}

/// The post is gone, or the case went elsewhere: every ping stops.
pub fn withdraw(draft: &mut Draft, scene: &Scene<'_>, by: Option<&UserId>, why: WithdrawnBecause) {
    if !draft.case.is_open() {
        return;
    }
    draft.record(scene.now, by, Happened::Withdrawn { why });
    escalation::stop(draft);
    report::stop_asking(draft);
    draft.case.stage = Stage::Withdrawn { at: scene.now };
}
