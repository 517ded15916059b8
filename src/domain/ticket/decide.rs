//! What is decided about a case's tickets: when one is raised, what is done to it, who is told what became of it.

use super::{
    Needs, Purpose, RefusedStep, StepKind, Ticket, TicketAnswer, TicketHappened, TicketNote, TicketState,
    TicketWish, TicketWord, follow,
};
use crate::domain::case::Stage;
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Form, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::template::is_email;
use crate::domain::timeline::Happened;
use crate::id::UserId;
use std::collections::BTreeMap;

/// The keys of the form's fields.
pub const SUBJECT: &str = "subject";
pub const NEEDS: &str = "needs";
pub const EMAIL: &str = "email";

/// Somebody wants a ticket for this case.
pub fn wished(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, wish: TicketWish) {
    if may_ask(draft, scene, by) {
        raise(draft, scene, Some(by), Purpose::Support, wish);
    }
}

/// What was promised did not happen through our own fault: a ticket of its own, once.
pub fn recover(draft: &mut Draft, scene: &Scene<'_>, by: Option<&UserId>) {
    let wish = TicketWish { needs: Needs::FollowUp, subject: None, email: None };
    raise(draft, scene, by, Purpose::ServiceRecovery, wish);
}

/// Opens the form for a ticket.
pub fn open_form(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if !may_ask(draft, scene, by) {
        return;
    }
    if let Some(stands) = standing(draft, Purpose::Support) {
        return draft.answer(Note::Ticket(TicketNote::Exists { number: stands }));
    }
    let email = known_email(draft, scene).into_iter().collect();
    draft.reply = Reply::OpenForm(Box::new(Form {
        form: FormRef::Ticket(draft.case.id.clone()),
        given: BTreeMap::from([(EMAIL.to_owned(), email)]),
        problems: Vec::new(),
    }));
}

/// The form was sent.
pub fn submitted(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, values: &FormValues) {
    let typed = |key: &str| {
        let text = values.get(key)?.first()?.trim();
        (!text.is_empty()).then(|| text.to_owned())
    };
    let email = typed(EMAIL);
    if let Some(wrong) = email.clone().filter(|email| !is_email(email)) {
        let field = crate::id::FieldKey::new(EMAIL);
        let kind = crate::domain::effect::ProblemKind::NotEmails { wrong: vec![wrong] };
        let problem = crate::domain::effect::Problem { field, label: "E-mail".to_owned(), kind };
        draft.reply = Reply::FieldErrors(BTreeMap::from([(EMAIL.to_owned(), problem)]));
        return;
    }
    let needs = match typed(NEEDS).as_deref() {
        Some("nothing") => Needs::Nothing,
        Some("requester") => Needs::Requester,
        Some(_) | None => Needs::FollowUp,
    };
    wished(draft, scene, by, TicketWish { needs, subject: typed(SUBJECT), email });
}

/// The desk is closed and raises tickets then.
pub fn after_hours(draft: &mut Draft, scene: &Scene<'_>) {
    let wish = TicketWish { needs: Needs::FollowUp, subject: None, email: None };
    raise(draft, scene, None, Purpose::Support, wish);
}

/// Those who answer on the desk raise its tickets.
fn may_ask(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) -> bool {
    let may = scene.is_responder(by) || scene.is_supervisor(by);
    if !may {
        draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    may
}

pub(super) fn standing(draft: &Draft, purpose: Purpose) -> Option<u32> {
    let stands = |ticket: &&Ticket| ticket.purpose == purpose && ticket.stands();
    draft.case.tickets.iter().find(stands).map(|ticket| ticket.number)
}

/// The requester's address, as they gave it.
pub(super) fn known_email(draft: &Draft, scene: &Scene<'_>) -> Option<String> {
    let field = scene.desk.tickets.as_ref()?.email.as_ref()?;
    let given = draft.case.report.given.get(field)?;
    given.split([',', ';', ' ', '\n']).map(str::trim).find(|one| is_email(one)).map(str::to_owned)
}

/// Asks for a ticket, once for each purpose; one that was refused may be asked for again.
pub(super) fn raise(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: Option<&UserId>,
    purpose: Purpose,
    wish: TicketWish,
) {
    let desk = scene.desk.key.clone();
    let none = match scene.desk.tickets.as_ref().map(|rules| rules.mapping(purpose)) {
        None => Some(TicketNote::NoTickets { desk }),
        Some(None) => Some(TicketNote::NoRecovery { desk }),
        Some(Some(_)) => None,
    };
    let stands = standing(draft, purpose).map(|number| TicketNote::Exists { number });
    if let Some(note) = none.or(stands) {
        if by.is_some() {
            draft.answer(Note::Ticket(note));
        }
        return;
    }
    let TicketWish { needs, subject, email } = wish;
    let email = email.or_else(|| known_email(draft, scene));
    let number = draft.number();
    draft.case.tickets.push(Ticket {
        number,
        purpose,
        needs,
        by: by.cloned(),
        at: scene.now,
        subject,
        email,
        state: TicketState::Queued { why: None },
        refused: Vec::new(),
    });
    draft.effects.push(Effect::Ticket(TicketWord::Raise { number }));
    let what = TicketHappened::Asked { purpose, needs };
    draft.record(scene.now, by, Happened::Ticketed { ticket: what });
    if by.is_some() {
        draft.answer(Note::Ticket(TicketNote::OnItsWay { number }));
    }
}

/// The ticket system answered what was asked under this number.
pub fn answered(draft: &mut Draft, scene: &Scene<'_>, slot: u32, answer: &TicketAnswer) {
    let at = scene.now;
    match answer {
        TicketAnswer::StepRefused { number, step, why } => step_refused(draft, scene, *number, *step, why),
        TicketAnswer::Late { why } => {
            if let Some(TicketState::Queued { why: known }) = state(draft, slot) {
                *known = Some(why.clone());
                let note = TicketNote::Late { number: slot, why: why.clone() };
                tell_those_concerned(draft, scene, slot, &note);
            }
        }
        TicketAnswer::Refused { why } => {
            let Some(queued @ TicketState::Queued { .. }) = state(draft, slot) else { return };
            *queued = TicketState::Refused { why: why.clone(), at };
            let what = TicketHappened::Refused { why: why.clone() };
            draft.record(at, None, Happened::Ticketed { ticket: what });
            let note = TicketNote::Refused { number: slot, why: why.clone() };
            tell_those_concerned(draft, scene, slot, &note);
            let left = |one: &Ticket| one.number == slot && one.needs == Needs::Requester;
            if draft.case.tickets.iter().any(left) {
                follow::propose(draft, scene, slot);
            }
        }
        TicketAnswer::Raised { key, url } => {
            // One that was refused may have been sent again by an operator.
            let Some(TicketState::Queued { .. } | TicketState::Refused { .. }) = state(draft, slot) else {
                return;
            };
            raised(draft, scene, slot, key, url.as_deref());
        }
    }
}

fn state(draft: &mut Draft, number: u32) -> Option<&mut TicketState> {
    draft.case.tickets.iter_mut().find(|ticket| ticket.number == number).map(|ticket| &mut ticket.state)
}

/// It stands: everybody in the thread reads where, and what belongs to it is done.
fn raised(draft: &mut Draft, scene: &Scene<'_>, number: u32, key: &str, url: Option<&str>) {
    let Some(ticket) = draft.case.tickets.iter_mut().find(|ticket| ticket.number == number) else { return };
    let url = url.map(str::to_owned);
    ticket.state = TicketState::Raised { key: key.to_owned(), url, at: scene.now };
    let (purpose, needs, asked_at) = (ticket.purpose, ticket.needs, ticket.at);
    let what = TicketHappened::Raised { key: key.to_owned() };
    draft.record(scene.now, None, Happened::Ticketed { ticket: what });
    draft.say(Note::Ticket(TicketNote::Raised { number }));
    step(draft, number, StepKind::Mark);
    if draft.case.resolution().is_some_and(|end| end.at > asked_at) {
        step(draft, number, StepKind::Update);
    }
    step(draft, number, StepKind::Attach);
    match purpose {
        Purpose::ServiceRecovery => {}
        Purpose::Support => follow::bring(draft, scene, number, needs),
    }
}

pub(super) fn step(draft: &mut Draft, number: u32, step: StepKind) {
    let slot = draft.number();
    draft.effects.push(Effect::Ticket(TicketWord::Do { number, slot, step }));
}

fn step_refused(draft: &mut Draft, scene: &Scene<'_>, number: u32, step: StepKind, why: &str) {
    let Some(ticket) = draft.case.tickets.iter_mut().find(|ticket| ticket.number == number) else { return };
    ticket.refused.push(RefusedStep { step, why: why.to_owned() });
    let what = TicketHappened::StepRefused { step, why: why.to_owned() };
    draft.record(scene.now, None, Happened::Ticketed { ticket: what });
    let note = TicketNote::StepRefused { number, step, why: why.to_owned() };
    tell_those_concerned(draft, scene, number, &note);
}

/// Who asked for it, else who has or had the case.
pub(super) fn asker_or_owner(draft: &Draft, number: u32) -> Option<UserId> {
    let asked = draft.case.tickets.iter().find(|ticket| ticket.number == number)?.by.clone();
    asked.or_else(|| match &draft.case.stage {
        Stage::Owned(owned) => Some(owned.owner.clone()),
        Stage::Resolved(end) => end.owner.clone().or_else(|| Some(end.by.clone())),
        Stage::Unclaimed | Stage::Withdrawn { .. } => None,
    })
}

/// The supervisors, and the one whose ticket it is: each once.
fn tell_those_concerned(draft: &mut Draft, scene: &Scene<'_>, number: u32, note: &TicketNote) {
    let mut told = scene.supervisors();
    if let Some(asker) = asker_or_owner(draft, number)
        && !told.contains(&asker)
    {
        told.push(asker);
    }
    for user in told {
        draft.tell(user, Note::Ticket(note.clone()));
    }
}
