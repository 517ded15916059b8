//! Canned answers: what is said often, said by name.

use crate::domain::case::Stage;
use crate::domain::closing;
use crate::domain::closing::note::{ClosingForm, ClosingNote, Parted};
use crate::domain::draft::Draft;
use crate::domain::nearest::nearest;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::talk;
use crate::domain::timeline::Happened;
use crate::id::UserId;
use std::collections::BTreeMap;

/// Gives one of the desk's canned answers in the thread. It counts as the responder's own: the first to say
/// something takes the case.
pub fn say(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, name: &str) {
    if !may(draft, scene, by) {
        return;
    }
    let canned = &scene.desk.canned;
    let case = draft.case.id.clone();
    let known = || canned.keys().cloned().collect::<Vec<_>>();
    if name.trim().is_empty() {
        return draft.answer(Note::Closing(ClosingNote::WhichCanned { case, known: known() }));
    }
    let Some((name, text)) = canned.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.trim())) else {
        let nearest = nearest(name.trim(), canned.keys().map(String::as_str)).map(str::to_owned);
        let name = name.trim().to_owned();
        let unknown = ClosingNote::UnknownCanned { case, name, nearest, known: known() };
        return draft.answer(Note::Closing(unknown));
    };
    draft.record(scene.now, Some(by), Happened::Parted(Parted::Said { name: name.clone() }));
    draft.say(Note::Closing(ClosingNote::Canned { by: by.clone(), text: text.clone() }));
    talk::answered(draft, scene, by, scene.now, talk::Order::Newest);
}

/// Opens the list of them.
pub fn open_form(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if may(draft, scene, by) {
        closing::open(draft, ClosingForm::Say(draft.case.id.clone()), BTreeMap::new());
    }
}

/// Those who answer here, in an open case that nobody else has.
fn may(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) -> bool {
    let case = draft.case.id.clone();
    let supervises = scene.is_supervisor(by);
    let refused = match &draft.case.stage {
        Stage::Resolved(end) => Some(Note::IsResolved { case, by: end.by.clone(), at: end.at }),
        Stage::Withdrawn { .. } => Some(Note::IsWithdrawn { case }),
        Stage::Owned(owned) if owned.owner == *by || owned.helpers.contains(by) || supervises => None,
        Stage::Unclaimed | Stage::Owned(_) if !scene.is_responder(by) && !supervises => {
            Some(Note::NotAResponder { desk: scene.desk.key.clone() })
        }
        Stage::Unclaimed => None,
        Stage::Owned(owned) => {
            Some(Note::AlreadyOwned { case, owner: owned.owner.clone(), since: owned.since })
        }
    };
    let refused =
        refused.or_else(|| scene.desk.canned.is_empty().then_some(Note::Closing(ClosingNote::NoCanned)));
    match refused {
        Some(note) => {
            draft.answer(note);
            false
        }
        None => true,
    }
}
