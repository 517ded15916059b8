//! Questions that one person answers: will you take this case, may I take it.

use crate::domain::case::{ClaimedBy, Offer, OfferKind};
use crate::domain::draft::Draft;
use crate::domain::note::Note;
use crate::domain::ownership::{self, Helpers, Permission};
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::UserId;

/// The owner (or a supervisor) asks somebody to take the case; unanswered, it returns.
pub fn hand_over(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, to: &[UserId]) {
    if ownership::may(draft, scene, by, Helpers::No) == Permission::Refused {
        return;
    }
    let case = draft.case.id.clone();
    let Some(owned) = draft.case.ownership() else {
        return draft.answer(Note::NotYours { case, owner: None });
    };
    let [to] = to else { return draft.answer(Note::WhoTo { case }) };
    if owned.owner == *to {
        return draft.answer(Note::AlreadyOwned { case, owner: to.clone(), since: owned.since });
    }
    if let Some(offer) = &owned.offer {
        return draft.answer(Note::OfferStands { until: offer.until });
    }
    if !scene.is_responder(to) && !scene.is_supervisor(to) {
        return draft.answer(Note::NotAResponderThem { them: to.clone(), desk: scene.desk.key.clone() });
    }
    let from = owned.owner.clone();
    let holder = Some(from.clone()).filter(|from| from != by);
    let (number, until) = open(draft, scene, OfferKind::HandOver { to: to.clone() });
    ownership::acted(draft, by, scene.now);
    draft.record(scene.now, Some(by), Happened::Offered { to: to.clone() });
    draft.tell(to.clone(), Note::HandOverAsked { case, from, offer: number, until });
    draft.answer(Note::ReceiverAsked { to: to.clone(), holder, until });
}

/// Another responder would take it: at once when the owner is unavailable, else the owner is asked.
pub fn take_over(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let case = draft.case.id.clone();
    let Some(owned) = draft.case.ownership() else {
        return ownership::claim(draft, scene, by, ClaimedBy::Button, ownership::Manner::Asked);
    };
    if owned.owner == *by {
        return draft.answer(Note::AlreadyYours { case });
    }
    if !scene.is_responder(by) && !scene.is_supervisor(by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    let owner = owned.owner.clone();
    if !scene.answer(&owner, draft.case.run.hours).available {
        draft.record(scene.now, Some(by), Happened::TookOver { from: owner.clone(), to: by.clone() });
        ownership::give(draft, scene, by, ClaimedBy::TakeOver);
        draft.tell(owner, Note::OfferAccepted { case: case.clone(), by: by.clone() });
        return draft.answer(Note::YoursNow { case });
    }
    if let Some(offer) = &owned.offer {
        return draft.answer(Note::OfferStands { until: offer.until });
    }
    let (number, until) = open(draft, scene, OfferKind::TakeOver { by: by.clone() });
    draft.record(scene.now, Some(by), Happened::Offered { to: owner.clone() });
    draft.tell(owner.clone(), Note::TakeOverAsked { case, by: by.clone(), offer: number, until });
    draft.answer(Note::OwnerAsked { owner, until });
}

fn open(draft: &mut Draft, scene: &Scene<'_>, kind: OfferKind) -> (u32, crate::clock::Timestamp) {
    let number = draft.number();
    let until = scene.now + scene.policy.clocks.hand_over_within.delta();
    if let Some(owned) = draft.case.ownership_mut() {
        owned.offer = Some(Offer { number, kind, at: scene.now, until });
    }
    (number, until)
}

/// The one who was asked says yes.
pub fn accept(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    let Some((owner, offer)) = standing(draft, number) else { return draft.answer(Note::OfferOver) };
    let case = draft.case.id.clone();
    match offer.kind {
        OfferKind::HandOver { to } if to == *by => {
            draft.record(scene.now, Some(by), Happened::HandedOver { from: owner.clone(), to: by.clone() });
            ownership::give(draft, scene, by, ClaimedBy::HandOver);
            draft.tell(owner, Note::OfferAccepted { case: case.clone(), by: by.clone() });
            draft.answer(Note::YoursNow { case });
        }
        OfferKind::TakeOver { by: taker } if owner == *by => {
            draft.record(scene.now, Some(by), Happened::TookOver { from: owner, to: taker.clone() });
            ownership::give(draft, scene, &taker, ClaimedBy::TakeOver);
            draft.tell(taker, Note::OfferAccepted { case, by: by.clone() });
            draft.answer(Note::Done);
        }
        OfferKind::HandOver { .. } | OfferKind::TakeOver { .. } => draft.answer(Note::OfferOver),
    }
}

/// The one who was asked says no.
pub fn decline(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, number: u32) {
    let Some((owner, offer)) = standing(draft, number) else { return draft.answer(Note::OfferOver) };
    let (asked, asker) = match offer.kind {
        OfferKind::HandOver { to } => (to, owner),
        OfferKind::TakeOver { by: taker } => (owner, taker),
    };
    if asked != *by {
        return draft.answer(Note::OfferOver);
    }
    close(draft);
    ownership::acted(draft, by, scene.now);
    draft.record(scene.now, Some(by), Happened::OfferDeclined { by: by.clone() });
    draft.tell(asker, Note::OfferDeclined { case: draft.case.id.clone(), by: by.clone() });
    draft.answer(Note::Done);
}

/// Nobody answered in time: it stays where it is, and the asker hears so.
pub fn lapse(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(owned) = draft.case.ownership() else { return };
    let Some(offer) = owned.offer.clone().filter(|offer| offer.until <= scene.now) else { return };
    let owner = owned.owner.clone();
    let (asked, asker) = match offer.kind {
        OfferKind::HandOver { to } => (to, owner),
        OfferKind::TakeOver { by } => (owner, by),
    };
    close(draft);
    draft.record(scene.now, None, Happened::OfferLapsed);
    draft.tell(asker, Note::OfferLapsed { case: draft.case.id.clone(), by: asked });
}

fn standing(draft: &Draft, number: u32) -> Option<(UserId, Offer)> {
    let owned = draft.case.ownership()?;
    let offer = owned.offer.clone().filter(|offer| offer.number == number)?;
    Some((owned.owner.clone(), offer))
}

fn close(draft: &mut Draft) {
    if let Some(owned) = draft.case.ownership_mut() {
        owned.offer = None;
    }
}
