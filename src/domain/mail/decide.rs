//! What is decided about a case's e-mails: which is written, sent, sent again, and what is said of each.

use super::fill::{Facts, Filled, Template};
use super::{
    Letter, Mail, MailForm, MailNote, MailPress, MailState, MailWord, Posted, Way, facts, letter, unsent,
};
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Form, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::{TemplateKey, UserId};
use std::collections::BTreeMap;

/// E-mails that one case may have.
const MOST_MAILS: usize = 50;

/// A button about an e-mail was pressed.
pub fn pressed(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, press: &MailPress) {
    if !may_write(draft, scene, by) {
        return;
    }
    match press {
        MailPress::Choose => choose(draft, scene, by),
        MailPress::Write { template, step } => write(draft, scene, by, template, step.clone()),
        MailPress::Edit { number } => edit(draft, *number),
        MailPress::Again { number } => again(draft, scene, by, *number),
        MailPress::Arrived { number } => arrived(draft, scene, by, *number),
        MailPress::Open { number } => unsent::open(draft, scene, by, *number),
        MailPress::Drop { number } => unsent::drop(draft, scene, by, *number),
    }
}

/// Those who answer on the desk write its e-mails, and those of this workspace who work on a playbook of the case:
/// guests ask, and do not write in the house's name unless the configuration lists them.
fn may_write(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) -> bool {
    let plays = !draft.case.playbooks.all.is_empty() && scene.world.directory.may_answer(by);
    let may = plays || scene.is_responder(by) || scene.is_supervisor(by);
    if !may {
        draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    may
}

/// One template opens at once; of several, one is chosen.
fn choose(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let case = draft.case.id.clone();
    match scene.desk.mail.offered.as_slice() {
        [] => draft.answer(Note::Mail(MailNote::NoTemplates { desk: scene.desk.key.clone() })),
        [only] => write(draft, scene, by, only, None),
        several => {
            let named =
                |key: &TemplateKey| Some((key.clone(), scene.desk.mail.templates.get(key)?.name.clone()));
            let templates = several.iter().filter_map(named).collect();
            draft.answer(Note::Mail(MailNote::Which { case, templates }));
        }
    }
}

/// Opens the form of a template, filled with what is known. `step` is the playbook's that asks for it.
pub fn write(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: &UserId,
    template: &TemplateKey,
    step: Option<String>,
) {
    let Some(known) = scene.desk.mail.templates.get(template) else {
        let template = template.clone();
        return draft.answer(Note::Mail(MailNote::TemplateGone { template }));
    };
    let facts = facts::facts(&draft.case, scene, by);
    let filled = filled(known, &facts);
    let given = values([
        (letter::SUBJECT, filled.subject),
        (letter::TO, filled.to),
        (letter::CC, filled.cc),
        (letter::BODY, filled.body),
    ]);
    let form = MailForm { case: draft.case.id.clone(), template: template.clone(), step, unsent: None };
    open(draft, form, given, &facts);
}

/// A template with all that is known in it.
pub(super) fn filled(template: &Template, facts: &Facts) -> Filled {
    // Found when the configuration was read, unless the case's facts differ from all that was tried.
    template.fill(facts).unwrap_or_else(|fault| Filled {
        body: format!("{}\n\n({fault})", template.body),
        ..Filled::default()
    })
}

/// Opens the form with an e-mail that did not go out.
fn edit(draft: &mut Draft, number: u32) {
    let Some(mail) = draft.case.mails.iter().find(|mail| mail.number == number) else {
        return draft.answer(Note::OfferOver);
    };
    let listed = |all: &[super::Mailbox]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let given = values([
        (letter::SUBJECT, mail.letter.subject.clone()),
        (letter::TO, listed(&mail.letter.to)),
        (letter::CC, listed(&mail.letter.cc)),
        (letter::BODY, mail.letter.body.clone()),
    ]);
    let form = MailForm {
        case: draft.case.id.clone(),
        template: mail.template.clone(),
        step: mail.step.clone(),
        unsent: None,
    };
    open(draft, form, given, &Facts::default());
}

fn values<const N: usize>(all: [(&str, String); N]) -> BTreeMap<String, Vec<String>> {
    all.into_iter().map(|(key, text)| (key.to_owned(), vec![text])).collect()
}

pub(super) fn open(
    draft: &mut Draft,
    form: MailForm,
    mut given: BTreeMap<String, Vec<String>>,
    facts: &Facts,
) {
    let client = facts.0.get("client");
    let known = |name: &str| match client.and_then(|client| client.get(name)) {
        Some(super::fill::Fact::Text(text)) => text.clone(),
        Some(super::fill::Fact::Flag(_) | super::fill::Fact::Number(_)) | None => None,
    };
    // What the form says above its fields.
    let phone = known("phone").map(|phone| match known("name") {
        Some(name) => format!("{name}, {phone}"),
        None => phone,
    });
    given.extend(phone.map(|phone| ("phone".to_owned(), vec![phone])));
    draft.reply = Reply::OpenForm(Box::new(Form { form: FormRef::Mail(form), given, problems: Vec::new() }));
}

/// The form was sent: the e-mail goes out, or is said to have been sent by hand where there is no mail server.
pub fn submitted(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, form: &MailForm, values: &FormValues) {
    if !may_write(draft, scene, by) {
        return;
    }
    // Two people may open the form of one step: what the first sent is the step's e-mail.
    let same = |mail: &&Mail| mail.step.is_some() && mail.step == form.step && mail.state.is_enough();
    if let Some(mail) = draft.case.mails.iter().find(same) {
        let (by, subject) = (mail.by.clone(), mail.letter.subject.clone());
        return draft.answer(Note::Mail(MailNote::WrittenAlready { by, subject }));
    }
    let gone = |number: &u32| !draft.case.unsent.iter().any(|unsent| unsent.number == *number);
    if form.unsent.as_ref().is_some_and(gone) {
        return draft.answer(Note::Mail(MailNote::NotWaiting));
    }
    if draft.case.mails.len() >= MOST_MAILS {
        return draft.answer(Note::Mail(MailNote::TooMany { most: MOST_MAILS }));
    }
    let attach = scene.desk.mail.templates.get(&form.template).map(|known| known.attach).unwrap_or_default();
    let letter: Letter = match letter::read(values, attach) {
        Ok(letter) => letter,
        Err(problems) => {
            draft.reply = Reply::FieldErrors(problems);
            return;
        }
    };
    let (number, at) = (draft.number(), scene.now);
    let mail = Mail {
        number,
        template: form.template.clone(),
        letter,
        by: by.clone(),
        at,
        step: form.step.clone(),
        state: MailState::Queued { why: None },
    };
    draft.case.mails.push(mail);
    if let Some(waited) = form.unsent {
        unsent::take(draft, waited);
    }
    match scene.desk.mail.way {
        Way::Server => {
            send(draft, number);
            draft.record(at, Some(by), Happened::Mailed { mail: number });
            draft.answer(Note::Mail(MailNote::OnItsWay { number }));
        }
        Way::ByHand => set(draft, number, MailState::ByHand { at, by: by.clone() }, scene, Some(by)),
    }
}

fn send(draft: &mut Draft, number: u32) {
    draft.effects.push(Effect::Mail(MailWord::Send { number }));
}

/// Somebody decides that an e-mail which may have gone out is sent once more.
fn again(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    let Some(mail) = uncertain(draft, number) else { return draft.answer(Note::OfferOver) };
    mail.state = MailState::Queued { why: None };
    send(draft, number);
    draft.record(scene.now, Some(by), Happened::Mailed { mail: number });
    draft.answer(Note::Mail(MailNote::OnItsWay { number }));
}

/// Somebody knows that it arrived.
fn arrived(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    if uncertain(draft, number).is_none() {
        return draft.answer(Note::OfferOver);
    }
    let state = MailState::ByHand { at: scene.now, by: by.clone() };
    set(draft, number, state, scene, Some(by));
    draft.answer(Note::Done);
}

/// An e-mail that is neither out nor on its way.
fn uncertain(draft: &mut Draft, number: u32) -> Option<&mut Mail> {
    let mail = draft.case.mails.iter_mut().find(|mail| mail.number == number)?;
    match mail.state {
        MailState::PerhapsSent { .. } | MailState::Refused { .. } => Some(mail),
        MailState::Queued { .. } | MailState::Sent { .. } | MailState::ByHand { .. } => None,
    }
}

/// The mail server answered, or its answer was lost.
pub fn posted(draft: &mut Draft, scene: &Scene<'_>, number: u32, posted: &Posted) {
    let at = scene.now;
    let Some(mail) = draft.case.mails.iter_mut().find(|mail| mail.number == number) else { return };
    if mail.state.is_out() {
        return;
    }
    let by = mail.by.clone();
    match posted {
        Posted::Late { why } => {
            mail.state = MailState::Queued { why: Some(why.clone()) };
            draft.tell(by, Note::Mail(MailNote::Late { number }));
        }
        Posted::Sent { refused } => {
            set(draft, number, MailState::Sent { at, refused: refused.clone() }, scene, None);
        }
        Posted::Perhaps { why } => {
            set(draft, number, MailState::PerhapsSent { at, why: why.clone() }, scene, None);
            draft.tell(by, Note::Mail(MailNote::Became { number }));
        }
        Posted::Refused { why } => {
            set(draft, number, MailState::Refused { at, why: why.clone() }, scene, None);
            draft.tell(by, Note::Mail(MailNote::Became { number }));
        }
    }
}

/// What became of an e-mail, for the timeline and the thread.
fn set(draft: &mut Draft, number: u32, state: MailState, scene: &Scene<'_>, by: Option<&UserId>) {
    let Some(mail) = draft.case.mails.iter_mut().find(|mail| mail.number == number) else { return };
    mail.state = state.clone();
    draft.record(scene.now, by, Happened::MailBecame { mail: number, state });
    draft.say(Note::Mail(MailNote::Became { number }));
}
