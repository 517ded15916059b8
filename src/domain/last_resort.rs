//! After the last tier: the supervisor is reminded, and whoever can answer by now is told.

use crate::coverage::Source;
use crate::domain::case::Case;
use crate::domain::detour;
use crate::domain::draft::Draft;
use crate::domain::effect::PingReason;
use crate::domain::escalation::{able_on, exhaust, tell_came, wait_over};
use crate::domain::people::Scene;
use crate::id::UserId;
use std::collections::BTreeSet;

/// The deadline of a case that waits for its supervisor came, or something it depends on changed.
pub fn due(draft: &mut Draft, scene: &Scene<'_>) {
    let gone = gone(&draft.case, scene);
    let Some(standing) = &mut draft.case.run.standing else { return };
    standing.gone.extend(gone);
    let standing = standing.clone();
    if detour::holds_up(standing.sent, scene) || detour::take_over(draft, scene, &standing) {
        return;
    }
    let newcomers: Vec<(String, UserId)> = scene
        .policy
        .tiers
        .iter()
        .flat_map(|tier| {
            able_on(draft, scene, tier).into_iter().map(|user| (tier.name.clone(), user)).collect::<Vec<_>>()
        })
        .filter(|(_, user)| !standing.told.contains(user) && is_new(&draft.case, &standing.gone, user))
        .collect();
    if let Some((tier, _)) = newcomers.first().cloned() {
        let came = newcomers.into_iter().filter(|(name, _)| *name == tier).map(|(_, user)| user).collect();
        return tell_came(draft, scene, Some(tier), came);
    }
    if wait_over(&draft.case, scene).is_some_and(|over| over <= scene.now) {
        draft.case.run.reminded += 1;
        let (told, gone) = (standing.told, standing.gone);
        let time = draft.case.run.reminded;
        exhaust(draft, scene, PingReason::Reminder { time }, Vec::new(), scene.now);
        if let Some(standing) = &mut draft.case.run.standing {
            standing.told = told;
            standing.gone.extend(gone);
        }
    }
}

/// Whoever was pinged knows of it, unless they have been away since.
fn is_new(case: &Case, gone: &BTreeSet<UserId>, user: &UserId) -> bool {
    !case.run.pinged.contains_key(user) || gone.contains(user)
}

/// Those who were pinged and are not there now; a closed desk says nothing of them.
pub fn gone(case: &Case, scene: &Scene<'_>) -> BTreeSet<UserId> {
    let is_gone = |user: &&UserId| {
        let answer = scene.answer(user, case.run.hours);
        !answer.available && answer.source() != Source::Closed
    };
    case.run.pinged.keys().filter(is_gone).cloned().collect()
}
