//! E-mails that are written out and that nobody has agreed to yet: kept in the case until somebody sends or drops them.

use super::{MailNote, decide, facts, letter};
use crate::clock::Timestamp;
use crate::domain::draft::Draft;
use crate::domain::event::FormValues;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::{TemplateKey, UserId};
use serde::{Deserialize, Serialize};

/// An e-mail as its form shows it first: what is not known in it still stands between the marks of a blank.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unsent {
    /// Its number in the case.
    pub number: u32,
    pub template: TemplateKey,
    /// Who is asked to send it.
    pub to_send: UserId,
    pub at: Timestamp,
    pub subject: String,
    pub to: String,
    pub cc: String,
    pub body: String,
}

/// What became of one, for the timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnsentBecame {
    /// It was filled from its template, and waits.
    Written,
    /// Nobody needs it any more.
    Dropped,
}

impl Unsent {
    /// What its form begins with.
    pub fn values(&self) -> FormValues {
        let texts = [
            (letter::SUBJECT, &self.subject),
            (letter::TO, &self.to),
            (letter::CC, &self.cc),
            (letter::BODY, &self.body),
        ];
        texts.map(|(key, text)| (key.to_owned(), vec![text.clone()])).into()
    }
}

/// Fills a template for `to_send`, and keeps it; its number, unless the template is gone.
pub fn write(draft: &mut Draft, scene: &Scene<'_>, to_send: &UserId, template: &TemplateKey) -> Option<u32> {
    let known = scene.desk.mail.templates.get(template)?;
    let filled = decide::filled(known, &facts::facts(&draft.case, scene, to_send));
    let number = draft.number();
    draft.case.unsent.push(Unsent {
        number,
        template: template.clone(),
        to_send: to_send.clone(),
        at: scene.now,
        subject: filled.subject,
        to: filled.to,
        cc: filled.cc,
        body: filled.body,
    });
    record(draft, scene, None, number, UnsentBecame::Written);
    Some(number)
}

/// Opens the form of one.
pub fn open(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    let Some(unsent) = draft.case.unsent.iter().find(|unsent| unsent.number == number).cloned() else {
        return draft.answer(Note::Mail(MailNote::NotWaiting));
    };
    let facts = facts::facts(&draft.case, scene, by);
    let form = super::MailForm {
        case: draft.case.id.clone(),
        template: unsent.template.clone(),
        step: None,
        unsent: Some(number),
    };
    decide::open(draft, form, unsent.values(), &facts);
}

/// Somebody says that one is not needed.
pub fn drop(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    if !take(draft, number) {
        return draft.answer(Note::Mail(MailNote::NotWaiting));
    }
    record(draft, scene, Some(by), number, UnsentBecame::Dropped);
    draft.answer(Note::Mail(MailNote::Dropped));
}

/// The requester is there again: nobody needs to write to them.
pub fn drop_all(draft: &mut Draft, scene: &Scene<'_>) {
    for unsent in std::mem::take(&mut draft.case.unsent) {
        record(draft, scene, None, unsent.number, UnsentBecame::Dropped);
    }
}

/// Takes one out, as it is sent or dropped; false where it is not there any more.
pub fn take(draft: &mut Draft, number: u32) -> bool {
    let before = draft.case.unsent.len();
    draft.case.unsent.retain(|unsent| unsent.number != number);
    draft.case.unsent.len() < before
}

fn record(draft: &mut Draft, scene: &Scene<'_>, by: Option<&UserId>, mail: u32, what: UnsentBecame) {
    draft.record(scene.now, by, Happened::MailWaits { mail, what });
}
