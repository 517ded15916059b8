//! Waiting for somebody until an instant: every promise rests meanwhile.

use crate::clock::Timestamp;
use crate::domain::case::{Hold, Turn, WaitingFor};
use crate::domain::clocks;
use crate::domain::draft::Draft;
use crate::domain::note::Note;
use crate::domain::ownership::{self, Helpers, Permission};
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::UserId;

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
    draft.case.parting.proposed = None;
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
