//! One question to the requester after the end: only their answer counts, and a remark is up to them.

use crate::domain::case::Stage;
use crate::domain::closing;
use crate::domain::closing::note::{ClosingForm, ClosingNote, Parted};
use crate::domain::closing::parting::Surveyed;
use crate::domain::draft::Draft;
use crate::domain::event::FormValues;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::report::cut;
use crate::domain::timeline::Happened;
use crate::id::UserId;
use std::collections::BTreeMap;

/// The longest remark that is kept, in characters.
const LONGEST_COMMENT: usize = 1_000;

/// A button of the question was pressed; the latest counts.
pub fn answered(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, answer: u32) {
    if draft.case.requester != *by {
        return closing::only_theirs(draft);
    }
    let answers = scene.policy.closing.survey.as_ref().map(|survey| survey.answers.as_slice());
    let place = usize::try_from(answer).unwrap_or(usize::MAX);
    let chosen = answers.and_then(|answers| answers.get(place)).cloned();
    let (Stage::Resolved(_), Some(answer)) = (&draft.case.stage, chosen) else {
        return draft.answer(Note::OfferOver);
    };
    let before = draft.case.parting.survey.take();
    if before.as_ref().is_none_or(|before| before.answer != answer) {
        let said = Parted::Surveyed { answer: answer.clone() };
        draft.record(scene.now, Some(by), Happened::Parted(said));
    }
    let comment = before.and_then(|before| before.comment);
    draft.case.parting.survey = Some(Surveyed { answer: answer.clone(), comment, at: scene.now });
    let case = draft.case.id.clone();
    draft.answer(Note::Closing(ClosingNote::AnswerCounts { case, answer }));
}

/// Opens the form for a remark.
pub fn open_form(draft: &mut Draft, by: &UserId) {
    if draft.case.requester != *by {
        return closing::only_theirs(draft);
    }
    let Some(survey) = &draft.case.parting.survey else { return draft.answer(Note::OfferOver) };
    let given = survey.comment.iter().map(|comment| ("comment".to_owned(), vec![comment.clone()]));
    let given: BTreeMap<_, _> = given.collect();
    closing::open(draft, ClosingForm::Comment(draft.case.id.clone()), given);
}

/// The remark was sent.
pub fn commented(draft: &mut Draft, by: &UserId, values: &FormValues) {
    if draft.case.requester != *by {
        return closing::only_theirs(draft);
    }
    let typed = values.get("comment").and_then(|typed| typed.first()).map(|text| text.trim());
    match &mut draft.case.parting.survey {
        Some(survey) => {
            survey.comment = typed.filter(|text| !text.is_empty()).map(|text| cut(text, LONGEST_COMMENT));
            draft.answer(Note::Closing(ClosingNote::CommentKept));
        }
        None => draft.answer(Note::OfferOver),
    }
}
