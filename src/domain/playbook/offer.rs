//! Offering a playbook to the one who asked, because the booking's owner is unavailable or silent.

use super::note::{PlaybookEntry, PlaybookWord};
use super::plan::{Playbook, Start};
use super::progress::is_meant;
use super::run::{OfferState, Offered, OfferedBecause};
use crate::coverage::Who;
use crate::domain::case::{Case, RunState};
use crate::domain::draft::Draft;
use crate::domain::effect::Effect;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::PlaybookKey;

/// Offers what is meant for the report's scenario once the owner's tier was passed, each playbook once. A claim
/// ends what was offered.
pub fn look(draft: &mut Draft, scene: &Scene<'_>) {
    if !draft.case.is_unclaimed() {
        return over(draft, &OfferState::Over);
    }
    let Some(why) = owner_passed(&draft.case, scene) else { return };
    let meant = |playbook: &&Playbook| {
        playbook.start == Start::OwnerSilent
            && is_meant(playbook, &draft.case.report.given)
            && !draft.case.playbooks.knows(&playbook.key)
            && !draft.case.playbooks.offered.contains_key(&playbook.key)
    };
    let to_offer: Vec<Playbook> = scene.policy.playbooks.iter().filter(meant).cloned().collect();
    for playbook in to_offer {
        make(draft, scene, &playbook, why.clone());
    }
}

/// Offers a playbook in the thread.
pub fn make(draft: &mut Draft, scene: &Scene<'_>, playbook: &Playbook, why: OfferedBecause) {
    let slot = draft.number();
    let offered = Offered { at: scene.now, slot, why: why.clone(), state: OfferState::Open };
    draft.case.playbooks.offered.insert(playbook.key.clone(), offered);
    let to = draft.case.requester.clone();
    let entry = PlaybookEntry::Offered { playbook: playbook.name.clone(), to, why };
    draft.record(scene.now, None, Happened::Playbook(entry));
    draft.effects.push(Effect::Playbook(PlaybookWord::ShowOffer(playbook.key.clone())));
}

/// Ends every offer that is open, because something else happened.
pub fn over(draft: &mut Draft, state: &OfferState) {
    let open: Vec<PlaybookKey> = draft
        .case
        .playbooks
        .offered
        .iter()
        // That the session began long ago is no question of who has the case.
        .filter(|(_, offered)| {
            offered.state == OfferState::Open
                && (offered.why != OfferedBecause::LongPast || !draft.case.is_open())
        })
        .map(|(key, _)| key.clone())
        .collect();
    for key in open {
        if let Some(offered) = draft.case.playbooks.offered.get_mut(&key) {
            offered.state = state.clone();
        }
        draft.effects.push(Effect::Playbook(PlaybookWord::ShowOffer(key)));
    }
}

/// Whether the tier that names the booking's owner was passed, and why. On a desk where no tier does, the first
/// tier counts as theirs.
fn owner_passed(case: &Case, scene: &Scene<'_>) -> Option<OfferedBecause> {
    let names_owner = |who: &Who| matches!(who, Who::BookingField(field) if field == "owner");
    let tiers = &scene.policy.tiers;
    let theirs = tiers.iter().position(|tier| tier.who.iter().any(names_owner)).unwrap_or(0);
    let passed = match case.run.state {
        RunState::Exhausted => true,
        RunState::Climbing => case.run.tier > theirs,
        RunState::HeldForDetails | RunState::Queued | RunState::Stopped => false,
    };
    if !passed {
        return None;
    }
    // Asked of the case itself: the booking may have become known in this very decision.
    let owner = case.booking.booking().map(|booking| &booking.owner);
    let is_known =
        owner.is_some_and(|owner| owner.slack.is_some() || owner.name.is_some() || owner.email.is_some());
    let pinged =
        owner.and_then(|owner| owner.slack.as_ref()).is_some_and(|user| case.run.pinged.contains_key(user));
    Some(match (is_known, pinged) {
        (false, _) => OfferedBecause::OwnerUnknown,
        (true, true) => OfferedBecause::OwnerSilent,
        (true, false) => OfferedBecause::OwnerUnavailable,
    })
}
