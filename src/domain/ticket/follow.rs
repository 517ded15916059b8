//! How a ticket follows its case: to its end, whatever that says is left to do, and back when it is reopened.

use super::decide::{asker_or_owner, known_email, raise, recover, standing, step};
use super::{DeskTickets, Needs, Purpose, Raise, StepKind, Ticket, TicketHappened, TicketNote, TicketWish};
use crate::domain::case::{Resolution, Stage, Talk};
use crate::domain::closing::parting::Ended;
use crate::domain::draft::Draft;
use crate::domain::mail::unsent;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;

/// The case was resolved: it becomes a ticket where the desk wants that, or the one that stands follows it.
pub fn ended(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(rules) = &scene.desk.tickets else { return };
    let Stage::Resolved(end) = draft.case.stage.clone() else { return };
    if is_one_of(&rules.recover, &end) && standing(draft, Purpose::ServiceRecovery).is_none() {
        recover(draft, scene, Some(&end.by));
    }
    let said = said(&end, rules);
    if let Some(number) = standing(draft, Purpose::Support) {
        return follow(draft, scene, number, said);
    }
    let needs = match (rules.raise, said) {
        (_, Some(needs @ Needs::FollowUp)) | (Raise::AtResolution, Some(needs)) => needs,
        (Raise::AtResolution, None) => Needs::Nothing,
        // Whoever has a letter for those who left wants them to hear further.
        (Raise::ByHand, Some(needs @ Needs::Requester)) if rules.letter.is_some() => needs,
        (Raise::ByHand, Some(Needs::Requester | Needs::Nothing) | None) => return,
    };
    raise(draft, scene, None, Purpose::Support, TicketWish { needs, subject: None, email: None });
}

/// What an end says is left to do; none where it says nothing of it.
fn said(end: &Resolution, rules: &DeskTickets) -> Option<Needs> {
    let silent = match end.ended {
        Ended::Silent { .. } => Some(Needs::Requester),
        Ended::Said | Ended::Confirmed | Ended::Quiet | Ended::Forced { .. } => None,
    };
    silent.or_else(|| match (&end.outcome, rules.follow_up.as_slice()) {
        (Some(_), [_, ..]) if is_one_of(&rules.follow_up, end) => Some(Needs::FollowUp),
        (Some(_), [_, ..]) => Some(Needs::Nothing),
        (Some(_), []) | (None, _) => None,
    })
}

fn is_one_of(listed: &[String], end: &Resolution) -> bool {
    let outcome = end.outcome.as_deref().unwrap_or_default();
    listed.iter().any(|one| one.eq_ignore_ascii_case(outcome))
}

/// What a ticket that stands, or is on its way, needs in the end.
fn in_the_end(ticket: &Ticket, said: Option<Needs>, talk: &Talk) -> Needs {
    match (said, ticket.needs, &ticket.by) {
        // Somebody filed it as solved, and left the conversation to end by itself.
        (Some(Needs::Requester), Needs::Nothing, Some(_)) => Needs::Nothing,
        (Some(said), _, _) => said,
        (None, _, None) => Needs::Nothing,
        (None, Needs::Requester, Some(_)) if talk.last_requester_at > ticket.at => Needs::FollowUp,
        (None, asked, Some(_)) => asked,
    }
}

/// The conversation went on after the ticket was asked for: all of it goes along, and it is brought to what is left
/// to do. One that is on its way is brought there once it stands.
fn follow(draft: &mut Draft, scene: &Scene<'_>, number: u32, said: Option<Needs>) {
    let (email, talk) = (known_email(draft, scene), draft.case.talk.clone());
    let Some(ticket) = draft.case.tickets.iter_mut().find(|ticket| ticket.number == number) else { return };
    let needs = in_the_end(ticket, said, &talk);
    let before = std::mem::replace(&mut ticket.needs, needs);
    ticket.email = ticket.email.take().or(email);
    let Some(key) = ticket.place().map(|(key, _)| key.to_owned()) else { return };
    for kind in [StepKind::Mark, StepKind::Update, StepKind::Attach] {
        step(draft, number, kind);
    }
    let changed = before != needs;
    if changed {
        draft.say(Note::Ticket(TicketNote::Changed { number }));
    }
    match needs {
        Needs::FollowUp if changed => {
            step(draft, number, StepKind::Open);
            bring(draft, scene, number, needs);
        }
        // They were added, and told, before.
        Needs::FollowUp => {}
        Needs::Nothing | Needs::Requester => bring(draft, scene, number, needs),
    }
    let what = TicketHappened::Ended { key };
    draft.record(scene.now, None, Happened::Ticketed { ticket: what });
}

/// Brings a ticket that stands to what is left to do about it.
pub(super) fn bring(draft: &mut Draft, scene: &Scene<'_>, number: u32, needs: Needs) {
    match needs {
        Needs::Nothing => step(draft, number, StepKind::Close),
        Needs::FollowUp => {
            let known = |ticket: &Ticket| ticket.number == number && ticket.email.is_some();
            if draft.case.tickets.iter().any(known) {
                step(draft, number, StepKind::Add);
            }
            step(draft, number, StepKind::Tell);
        }
        Needs::Requester => {
            step(draft, number, StepKind::Wait);
            propose(draft, scene, number);
        }
    }
}

/// Whoever had the case is asked to write to the requester, by an e-mail that is written out for it and waits.
pub(super) fn propose(draft: &mut Draft, scene: &Scene<'_>, number: u32) {
    let Some(to) = asker_or_owner(draft, number) else { return };
    unsent::drop_all(draft, scene);
    let letter = scene.desk.tickets.as_ref().and_then(|rules| rules.letter.clone());
    let mail = letter.and_then(|letter| unsent::write(draft, scene, &to, &letter));
    draft.tell(to, Note::Ticket(TicketNote::Write { number, mail }));
}

/// The case was reopened: nobody needs to write to whoever is there again, and a ticket that was closed, or waits for
/// the requester, is worked on again.
pub fn reopened(draft: &mut Draft, scene: &Scene<'_>) {
    unsent::drop_all(draft, scene);
    let Some(number) = standing(draft, Purpose::Support) else { return };
    let rests = |ticket: &&Ticket| ticket.number == number && ticket.needs != Needs::FollowUp;
    if draft.case.tickets.iter().find(rests).is_some_and(|ticket| ticket.place().is_some()) {
        step(draft, number, StepKind::Open);
    }
}
