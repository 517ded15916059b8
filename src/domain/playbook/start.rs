//! How a run begins: by the report's scenario, by an offer that is taken, by a button or a word.

use super::advance::move_on;
use super::note::{PlaybookEntry, PlaybookNote, PlaybookWord};
use super::plan::{Anchor, Playbook, Start};
use super::progress::is_meant;
use super::run::{OfferState, OfferedBecause, Run, StartedBecause};
use super::{anchor, booking_awaited, offer};
use crate::clock::Timestamp;
use crate::domain::draft::Draft;
use crate::domain::effect::Effect;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::id::{PlaybookKey, UserId};
use std::collections::BTreeMap;

/// Starts what begins by itself because the report says so. What would begin long after its session is offered
/// instead.
pub fn by_scenario(draft: &mut Draft, scene: &Scene<'_>) {
    if booking_awaited(&draft.case, scene).is_some() {
        return;
    }
    let meant = |playbook: &&Playbook| {
        playbook.start == Start::AtOnce
            && is_meant(playbook, &draft.case.report.given)
            && !draft.case.playbooks.knows(&playbook.key)
            && !draft.case.playbooks.offered.contains_key(&playbook.key)
    };
    let begin_now: Vec<Playbook> = scene.policy.playbooks.iter().filter(meant).cloned().collect();
    for playbook in begin_now {
        match long_past(draft, scene, &playbook) {
            Some(_) => offer::make(draft, scene, &playbook, OfferedBecause::LongPast),
            None => begin(draft, scene, None, &playbook, StartedBecause::Scenario),
        }
    }
}

/// The session's start, when it lies so far back that the playbook makes no sense any more.
pub fn long_past(draft: &Draft, scene: &Scene<'_>, playbook: &Playbook) -> Option<Timestamp> {
    match playbook.anchor {
        Anchor::Case => None,
        Anchor::Session => anchor::anchor(playbook, &draft.case, scene)
            .filter(|start| scene.now - *start > playbook.until.delta()),
    }
}

/// Starts a run. Steps whose time is over are left out, which its first message says.
pub fn begin(
    draft: &mut Draft,
    scene: &Scene<'_>,
    by: Option<&UserId>,
    playbook: &Playbook,
    why: StartedBecause,
) {
    let runs = &mut draft.case.playbooks;
    let number = runs.all.last().map_or(1, |last| last.number + 1);
    runs.all.push(Run {
        number,
        playbook: playbook.key.clone(),
        by: by.cloned(),
        started_at: scene.now,
        why,
        steps: BTreeMap::new(),
        ended: None,
    });
    // An owner who is there when it begins sees it in the thread.
    draft.case.playbooks.briefed = draft.case.owner().cloned();
    let anchor = anchor::anchor(playbook, &draft.case, scene);
    let entry = PlaybookEntry::Started { playbook: playbook.name.clone(), why, anchor };
    draft.record(scene.now, by, Happened::Playbook(entry));
    if let Some(offered) = draft.case.playbooks.offered.get_mut(&playbook.key) {
        offered.state = OfferState::Taken;
        draft.effects.push(Effect::Playbook(PlaybookWord::ShowOffer(playbook.key.clone())));
    }
    // What was missed is known after the steps have come up, and stands before them.
    let (place, slot) = (draft.effects.len(), draft.number());
    let missed = move_on(draft, scene, number);
    let note = Note::Playbook(PlaybookNote::Started { run: number, missed });
    draft.effects.insert(place, Effect::Say { slot, note });
}

/// A playbook's name as people know it.
pub fn name(scene: &Scene<'_>, key: &PlaybookKey) -> String {
    scene.policy.playbook(key).map_or_else(|| key.to_string(), |playbook| playbook.name.clone())
}
