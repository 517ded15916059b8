//! Tags: what a case is filed under, at any time, also after its end.

use crate::domain::case::Stage;
use crate::domain::closing;
use crate::domain::closing::note::{ClosingForm, ClosingNote};
use crate::domain::draft::Draft;
use crate::domain::event::FormValues;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::policy::Required;
use crate::domain::timeline::Happened;
use crate::id::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// `tags …`: by whoever answers here, or helps; those there are stay.
pub fn add(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, words: &[String]) {
    if !may(draft, scene, by) {
        return;
    }
    if words.is_empty() {
        let known = scene.policy.closing.tags.values().flat_map(|group| group.any_of.clone()).collect();
        let (case, tags) = (draft.case.id.clone(), draft.case.tags.iter().cloned().collect());
        return draft.answer(Note::Closing(ClosingNote::WhichTags { case, tags, known }));
    }
    let Some(tags) = read(draft, scene, words) else { return };
    let all = draft.case.tags.union(&tags).cloned().collect();
    keep(draft, scene, by, all);
    told(draft);
}

/// The form was sent: what it shows is what there is.
pub fn sent(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, words: &[String]) {
    if may(draft, scene, by) && set(draft, scene, by, words) {
        told(draft);
    }
}

/// Makes these the case's tags. False when one is not the desk's: then nothing is set, and they are told.
pub fn set(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, words: &[String]) -> bool {
    let Some(tags) = read(draft, scene, words) else { return false };
    keep(draft, scene, by, tags);
    true
}

/// The desk's own spelling of some words, in any case.
fn read(draft: &mut Draft, scene: &Scene<'_>, words: &[String]) -> Option<BTreeSet<String>> {
    let known: BTreeSet<&String> =
        scene.policy.closing.tags.values().flat_map(|group| &group.any_of).collect();
    let find = |word: &String| {
        known.iter().find(|tag| tag.eq_ignore_ascii_case(word.trim())).map(|tag| (*tag).clone())
    };
    let unknown: Vec<String> = words.iter().filter(|word| find(word).is_none()).cloned().collect();
    if unknown.is_empty() {
        return Some(words.iter().filter_map(find).collect());
    }
    let known = known.into_iter().cloned().collect();
    draft.answer(Note::UnknownTags { unknown, known });
    None
}

fn keep(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, tags: BTreeSet<String>) {
    if tags == draft.case.tags {
        return;
    }
    draft.case.tags = tags;
    let tags = draft.case.tags.iter().cloned().collect();
    draft.record(scene.now, Some(by), Happened::Tagged { tags });
}

fn told(draft: &mut Draft) {
    let tags = draft.case.tags.iter().cloned().collect();
    draft.answer(Note::TagsSet { case: draft.case.id.clone(), tags });
}

/// Opens the form with the desk's tags.
pub fn open_form(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if !may(draft, scene, by) {
        return;
    }
    if scene.policy.closing.tags.is_empty() {
        return draft.answer(Note::Closing(ClosingNote::NoTags));
    }
    let given = given(draft);
    closing::open(draft, ClosingForm::Tags(draft.case.id.clone()), given);
}

fn may(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) -> bool {
    let case = draft.case.id.clone();
    let helps = draft.case.ownership().is_some_and(|owned| owned.helpers.contains(by));
    let refused = match &draft.case.stage {
        Stage::Withdrawn { .. } => Some(Note::IsWithdrawn { case }),
        Stage::Unclaimed | Stage::Owned(_) | Stage::Resolved(_) => {
            let answers = helps || scene.is_responder(by) || scene.is_supervisor(by);
            (!answers).then(|| Note::NotAResponder { desk: scene.desk.key.clone() })
        }
    };
    match refused {
        Some(note) => {
            draft.answer(note);
            false
        }
        None => true,
    }
}

/// What is already known, for the form.
pub fn given(draft: &Draft) -> BTreeMap<String, Vec<String>> {
    BTreeMap::from([("tags".to_owned(), draft.case.tags.iter().cloned().collect())])
}

/// The tags chosen in a form, of every group.
pub fn chosen(values: &FormValues) -> Vec<String> {
    values.iter().filter(|(key, _)| key.starts_with("tags:")).flat_map(|(_, tags)| tags.clone()).collect()
}

/// The requester ended it: whoever had it still owes the tags that the desk requires.
pub fn owe(draft: &mut Draft, scene: &Scene<'_>) {
    let Stage::Resolved(end) = &draft.case.stage else { return };
    let Some(owner) = end.owner.clone() else { return };
    let tags = &draft.case.tags;
    let groups = scene.policy.closing.tags.iter();
    let needs: Vec<String> = groups
        .filter(|(_, group)| {
            group.required == Required::Yes && !group.any_of.iter().any(|tag| tags.contains(tag))
        })
        .map(|(name, _)| name.clone())
        .collect();
    if !needs.is_empty() {
        let case = draft.case.id.clone();
        draft.tell(owner, Note::Closing(ClosingNote::TagsOwed { case, needs }));
    }
}
