//! A case climbing its desk's tiers: whom to ping next, who was passed over, and when it is exhausted.

use crate::clock::{Length, Timestamp};
use crate::domain::case::{Case, RunHours, RunState, Sent, Stage, Standing, Trouble, Turn, WaitingPing};
use crate::domain::detour;
use crate::domain::draft::Draft;
use crate::domain::effect::{Passed, PassedBecause, Ping, PingReason, Slot};
use crate::domain::last_resort;
use crate::domain::note::Note;
use crate::domain::people::{Candidate, Scene};
use crate::domain::policy::{Dm, PingRule, Tier};
use crate::domain::timeline::Happened;
use crate::id::UserId;
use std::collections::BTreeSet;

/// A ping this late says so: anything less is the ordinary pace of posting.
const LATE_ENOUGH_TO_SAY: Length = Length::seconds(30);

/// No wait grows beyond this by repeating (DESIGN §2.9).
const LONGEST_REPEATED_WAIT: Length = Length::hours(1);

/// How often a run that can ping nobody at all looks again.
const LOOK_AGAIN: Length = Length::hours(1);

/// Begins the climb at a tier, because of `reason`. `due_at` is when the ping ought to have gone out.
pub fn start(draft: &mut Draft, scene: &Scene<'_>, tier: usize, reason: PingReason, due_at: Timestamp) {
    draft.case.run.state = RunState::Climbing;
    draft.case.run.repeated = 0;
    draft.case.run.reminded = 0;
    draft.case.run.standing = None;
    climb(draft, scene, tier, reason, due_at);
}

/// Pings the first tier from `from` on that has somebody available; the supervisor when none has.
fn climb(draft: &mut Draft, scene: &Scene<'_>, from: usize, reason: PingReason, due_at: Timestamp) {
    let mut passed = Vec::new();
    if let Some((tier, to)) = first_able(draft, scene, from, &mut passed) {
        draft.case.run.tier = tier;
        draft.case.run.repeated = 0;
        return stand(draft, scene, tier, to, reason, passed, due_at);
    }
    let reason = if matches!(reason, PingReason::NoAnswer { .. } | PingReason::Repeated { .. }) {
        PingReason::Exhausted
    } else if matches!(reason, PingReason::AllWentAway { .. }) {
        reason
    } else {
        PingReason::NobodyAvailable
    };
    exhaust(draft, scene, reason, passed, due_at);
}

/// The one who released the case is passed over while anybody else on any tier can answer.
fn first_able(
    draft: &mut Draft,
    scene: &Scene<'_>,
    from: usize,
    passed: &mut Vec<Passed>,
) -> Option<(usize, Vec<UserId>)> {
    for spared in [draft.case.run.spared.clone(), None] {
        passed.clear();
        for (index, tier) in scene.policy.tiers.iter().enumerate().skip(from) {
            let candidates = scene.on_tier(tier, draft.case.run.hours);
            let able = able(&candidates, spared.as_ref());
            passed.extend(passed_over(tier, &candidates, &able, spared.as_ref()));
            if !able.is_empty() {
                return Some((index, chosen(tier, able, scene)));
            }
        }
        draft.case.run.spared = None;
    }
    None
}

fn able(candidates: &[Candidate], spared: Option<&UserId>) -> Vec<UserId> {
    let users = candidates.iter().filter_map(Candidate::available).filter(|user| Some(*user) != spared);
    let mut able: Vec<UserId> = Vec::new();
    for user in users {
        if !able.contains(user) {
            able.push(user.clone());
        }
    }
    able
}

fn passed_over(
    tier: &Tier,
    candidates: &[Candidate],
    able: &[UserId],
    spared: Option<&UserId>,
) -> Vec<Passed> {
    let why = |candidate: &Candidate| match &candidate.user {
        None => Some(PassedBecause::NotInSlack),
        Some(user) if able.contains(user) => None,
        Some(user) if candidate.answer.available && Some(user) == spared => Some(PassedBecause::ReleasedIt),
        Some(_) => Some(PassedBecause::Unavailable(candidate.answer.clone())),
    };
    candidates
        .iter()
        .filter_map(|candidate| {
            let person = candidate.user.clone().unwrap_or_else(|| UserId::new(candidate.key.as_str()));
            Some(Passed { tier: tier.name.clone(), person, why: why(candidate)? })
        })
        .collect()
}

/// `ping: next`: fewest open cases first, then longest since the last ping, then the tier's own order.
fn chosen(tier: &Tier, mut able: Vec<UserId>, scene: &Scene<'_>) -> Vec<UserId> {
    match tier.ping {
        PingRule::All => able,
        PingRule::Next(count) => {
            able.sort_by_key(|user| {
                let load = scene.world.loads.get(user).copied().unwrap_or_default();
                (load.open_cases, load.last_pinged_at)
            });
            able.truncate(usize::try_from(count).unwrap_or(usize::MAX).max(1));
            able
        }
    }
}

/// Pings a tier and lets its wait begin.
fn stand(
    draft: &mut Draft,
    scene: &Scene<'_>,
    tier: usize,
    to: Vec<UserId>,
    reason: PingReason,
    passed: Vec<Passed>,
    due_at: Timestamp,
) {
    let rung = &scene.policy.tiers[tier];
    let number = draft.number();
    draft.case.run.standing = Some(Standing {
        ping: number,
        at: scene.now,
        to: to.iter().cloned().collect(),
        sent: Sent::Pending,
        told: BTreeSet::new(),
        gone: BTreeSet::new(),
    });
    let dm = match rung.dm {
        Dm::ThreadOnly => Vec::new(),
        Dm::ThreadAndDm => to.clone(),
    };
    let late_by = late_by(due_at, scene.now);
    let tier = Some(rung.name.clone());
    detour::ping(draft, scene, Ping { number, tier, to, reason, passed, dm, due_at, late_by });
}

pub(super) fn late_by(due_at: Timestamp, now: Timestamp) -> Option<Length> {
    let late = u32::try_from((now - due_at).num_seconds()).ok().map(Length::seconds)?;
    (late >= LATE_ENOUGH_TO_SAY).then_some(late)
}

/// The supervisor is pinged, always, whatever their state.
pub(super) fn exhaust(
    draft: &mut Draft,
    scene: &Scene<'_>,
    reason: PingReason,
    passed: Vec<Passed>,
    due_at: Timestamp,
) {
    draft.case.run.state = RunState::Exhausted;
    let to = scene.supervisors();
    let number = draft.number();
    draft.case.run.standing = Some(Standing {
        ping: number,
        at: scene.now,
        to: to.iter().cloned().collect(),
        sent: if to.is_empty() { Sent::Dead } else { Sent::Pending },
        told: BTreeSet::new(),
        gone: last_resort::gone(&draft.case, scene),
    });
    if to.is_empty() {
        if draft.case.run.reminded == 0 {
            draft.say(Note::NobodyAtAll);
        }
        return;
    }
    let late_by = late_by(due_at, scene.now);
    detour::ping(
        draft,
        scene,
        Ping { number, tier: None, to, reason, passed, dm: Vec::new(), due_at, late_by },
    );
}

/// The deadline of an unclaimed case came, or something it depends on changed.
pub fn due(draft: &mut Draft, scene: &Scene<'_>) {
    match draft.case.run.state {
        RunState::HeldForDetails | RunState::Stopped => {}
        RunState::Queued => {
            if scene.is_open() {
                let due_at = queued_until(&draft.case, scene).unwrap_or(scene.now);
                let posted_at = draft.case.opened_at;
                start(draft, scene, 0, PingReason::DeskOpened { posted_at }, due_at);
            }
        }
        RunState::Climbing => climbing_due(draft, scene),
        RunState::Exhausted => last_resort::due(draft, scene),
    }
}

/// When the desk first opened after the case was queued: the instant its ping was due.
fn queued_until(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let last_ping = case.run.pinged.values().max().copied();
    scene.desk.coverage.schedule.next_opening(case.opened_at.max(last_ping.unwrap_or(case.opened_at)))
}

fn climbing_due(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(standing) = draft.case.run.standing.clone() else {
        let tier = draft.case.run.tier;
        return climb(draft, scene, tier, PingReason::Opened, scene.now);
    };
    if detour::holds_up(standing.sent, scene) || detour::take_over(draft, scene, &standing) {
        return;
    }
    let Some(tier) = scene.policy.tiers.get(draft.case.run.tier) else { return };
    if let Some(over) = wait_over(&draft.case, scene).filter(|over| *over <= scene.now) {
        return wait_is_over(draft, scene, tier, over);
    }
    if runs_open(&draft.case, scene) && all_went_away(draft, scene, &standing) {
        let reason = PingReason::AllWentAway { tier: tier.name.clone() };
        let next = draft.case.run.tier + 1;
        // Their own tier first: a colleague there may have come meanwhile.
        let from = if able_on(draft, scene, tier).is_empty() { next } else { draft.case.run.tier };
        return climb(draft, scene, from, reason, scene.now);
    }
    tell_those_who_came(draft, scene, tier, &standing);
}

pub(super) fn able_on(draft: &Draft, scene: &Scene<'_>, tier: &Tier) -> Vec<UserId> {
    able(&scene.on_tier(tier, draft.case.run.hours), draft.case.run.spared.as_ref())
}

fn wait_is_over(draft: &mut Draft, scene: &Scene<'_>, tier: &Tier, over: Timestamp) {
    let waited_for = tier.wait.doubled(draft.case.run.repeated, LONGEST_REPEATED_WAIT);
    if draft.case.run.repeated < tier.repeat {
        let candidates = scene.on_tier(tier, draft.case.run.hours);
        let able = able(&candidates, draft.case.run.spared.as_ref());
        if !able.is_empty() {
            draft.case.run.repeated += 1;
            let passed = passed_over(tier, &candidates, &able, draft.case.run.spared.as_ref());
            let to = chosen(tier, able, scene);
            let reason = PingReason::Repeated { time: draft.case.run.repeated };
            let index = draft.case.run.tier;
            return stand(draft, scene, index, to, reason, passed, over);
        }
    }
    let reason = PingReason::NoAnswer { tier: tier.name.clone(), waited_for };
    let next = draft.case.run.tier + 1;
    if next >= scene.policy.tiers.len() {
        return exhaust(draft, scene, PingReason::Exhausted, Vec::new(), over);
    }
    climb(draft, scene, next, reason, over);
}

fn all_went_away(draft: &Draft, scene: &Scene<'_>, standing: &Standing) -> bool {
    let mut asked = standing.to.iter().chain(&standing.told).peekable();
    asked.peek().is_some() && asked.all(|user| !scene.answer(user, draft.case.run.hours).available)
}

/// Whoever became available while their tier stands is told, once.
fn tell_those_who_came(draft: &mut Draft, scene: &Scene<'_>, tier: &Tier, standing: &Standing) {
    match tier.ping {
        // With `next`, a colleague who was not chosen was available all along.
        PingRule::Next(_) => {}
        PingRule::All => {
            let came: Vec<UserId> = able_on(draft, scene, tier)
                .into_iter()
                .filter(|user| !standing.to.contains(user) && !standing.told.contains(user))
                .collect();
            tell_came(draft, scene, Some(tier.name.clone()), came);
        }
    }
}

pub(super) fn tell_came(draft: &mut Draft, scene: &Scene<'_>, tier: Option<String>, came: Vec<UserId>) {
    if came.is_empty() {
        return;
    }
    if let Some(standing) = &mut draft.case.run.standing {
        standing.told.extend(came.iter().cloned());
    }
    let (number, due_at, reason) = (draft.number(), scene.now, PingReason::CameBack);
    let (passed, dm) = (Vec::new(), Vec::new());
    detour::ping(draft, scene, Ping { number, tier, to: came, reason, passed, dm, due_at, late_by: None });
}

/// When the wait of the ping that stands is over and it climbs; not while that ping is on its way.
pub(super) fn wait_over(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    case.run.standing.as_ref().filter(|standing| !detour::holds_up(standing.sent, scene))?;
    wait_ends(case, scene)
}

/// When the wait of the ping that stands ends; none when the desk never opens.
pub fn wait_ends(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let standing = case.run.standing.as_ref()?;
    let wait = match case.run.state {
        RunState::Climbing => {
            scene.policy.tiers.get(case.run.tier)?.wait.doubled(case.run.repeated, LONGEST_REPEATED_WAIT)
        }
        RunState::Exhausted if standing.to.is_empty() => LOOK_AGAIN,
        RunState::Exhausted => {
            let last = scene.policy.tiers.last()?;
            let cap = scene.policy.clocks.remind_at_most;
            last.wait.doubled(last.repeat + case.run.reminded, cap).min(cap)
        }
        RunState::HeldForDetails | RunState::Queued | RunState::Stopped => return None,
    };
    scene.after(standing.at, wait, case.run.hours)
}

/// When an unclaimed case next wants to be looked at.
pub fn next_look(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    match case.run.state {
        RunState::HeldForDetails | RunState::Stopped => None,
        RunState::Queued => scene.desk.coverage.schedule.next_opening(scene.now),
        RunState::Climbing | RunState::Exhausted => {
            let standing = case.run.standing.as_ref()?;
            if standing.sent == Sent::Pending {
                return detour::next_look(case, scene);
            }
            wait_over(case, scene).into_iter().chain(next_change(case, scene)).min()
        }
    }
}

/// When the availability of somebody this climb depends on next changes by what is known.
fn next_change(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let tiers = match case.run.state {
        RunState::Climbing => scene.policy.tiers.get(case.run.tier..=case.run.tier).unwrap_or_default(),
        RunState::HeldForDetails | RunState::Queued | RunState::Exhausted | RunState::Stopped => {
            &scene.policy.tiers
        }
    };
    tiers
        .iter()
        .flat_map(|tier| scene.on_tier(tier, case.run.hours))
        .filter_map(|candidate| candidate.answer.until)
        .filter(|until| *until > scene.now)
        .min()
}

/// Whether the time that this run counts passes now: a closed desk stops the waits, and nobody is "away".
fn runs_open(case: &Case, scene: &Scene<'_>) -> bool {
    case.run.hours == RunHours::Elapsed || scene.is_open()
}

/// A ping reached Slack.
pub fn delivered(draft: &mut Draft, scene: &Scene<'_>, slot: Slot) {
    let Slot::Ping(number) = slot else { return };
    draft.case.waiting.remove(&number);
    mark(draft, number, Sent::Delivered);
    // Nobody had any of its wait: it counts as caught up, and its wait begins here.
    let late = wait_over(&draft.case, scene).is_some_and(|over| over <= scene.now);
    if let Some(standing) = draft.case.run.standing.as_mut().filter(|one| late && one.ping == number) {
        standing.at = scene.now;
    }
}

fn mark(draft: &mut Draft, number: u32, sent: Sent) {
    if let Some(standing) = draft.case.run.standing.as_mut().filter(|standing| standing.ping == number) {
        standing.sent = sent;
    }
}

/// A post can never arrive: those it was for hear of it by direct message, and the supervisor once.
pub fn undeliverable(draft: &mut Draft, scene: &Scene<'_>, slot: Slot, why: &str) {
    draft.record(scene.now, None, Happened::Undeliverable { slot, why: why.to_owned() });
    if let Slot::Ping(number) = slot {
        mark(draft, number, Sent::Dead);
        if let Some(lost) = draft.case.waiting.remove(&number) {
            for user in lost.to {
                let note = Note::PingedHere { case: draft.case.id.clone(), tier: lost.tier.clone() };
                draft.tell(user, note);
            }
        }
    }
    if draft.case.trouble == Trouble::None {
        draft.case.trouble = Trouble::Told;
        for user in scene.supervisors() {
            let note = Note::CannotPost {
                case: draft.case.id.clone(),
                channel: draft.case.channel.clone(),
                why: why.to_owned(),
            };
            draft.tell(user, note);
        }
    }
}

/// A ping waited for too long to be still true: it is decided and worded anew.
pub fn went_stale(draft: &mut Draft, scene: &Scene<'_>, slot: Slot) {
    let Slot::Ping(number) = slot else { return };
    let Some(old) = draft.case.waiting.remove(&number) else { return };
    let lines = draft.timeline.len();
    let stands = draft.case.run.standing.as_ref().is_some_and(|standing| standing.ping == number);
    if stands && draft.case.is_unclaimed() {
        let at = draft.case.run.standing.as_ref().map(|standing| standing.at);
        let (reason, due_at) = (old.reason.clone(), old.due_at);
        match draft.case.run.state {
            RunState::Exhausted => exhaust(draft, scene, reason, Vec::new(), due_at),
            RunState::Climbing | RunState::HeldForDetails | RunState::Queued | RunState::Stopped => {
                let (tier, repeated) = (draft.case.run.tier, draft.case.run.repeated);
                climb(draft, scene, tier, reason, due_at);
                if draft.case.run.tier == tier {
                    draft.case.run.repeated = repeated;
                }
            }
        }
        if let (Some(at), Some(standing)) = (at, draft.case.run.standing.as_mut()) {
            standing.at = at;
        }
    } else {
        let (new, late_by) = (draft.number(), late_by(old.due_at, scene.now));
        let WaitingPing { tier, to, reason, due_at } = old.clone();
        let (passed, dm) = (Vec::new(), Vec::new());
        draft.ping(scene.now, Ping { number: new, tier, to, reason, passed, dm, due_at, late_by });
    }
    if let Some(new) = draft.keep_number(number, &old, lines)
        && let Some(standing) = draft.case.run.standing.as_mut().filter(|standing| standing.ping == new)
    {
        standing.ping = number;
    }
}

/// The next tier above the one that stood at the claim that has somebody available and not asked before;
/// without one, the supervisor. For help and for lateness, while the owner keeps the lead.
pub fn tier_above(case: &Case, scene: &Scene<'_>) -> (Option<String>, Vec<UserId>, Vec<Passed>) {
    let mut passed = Vec::new();
    let owned = case.ownership();
    let in_it =
        |user: &UserId| owned.is_some_and(|owned| owned.owner == *user || owned.helpers.contains(user));
    for tier in scene.policy.tiers.iter().skip(case.run.tier + 1) {
        let candidates = scene.on_tier(tier, case.run.hours);
        let able: Vec<UserId> = able(&candidates, None).into_iter().filter(|user| !in_it(user)).collect();
        passed.extend(passed_over(tier, &candidates, &able, None).into_iter().filter(|p| !in_it(&p.person)));
        if !able.is_empty() {
            return (Some(tier.name.clone()), chosen(tier, able, scene), passed);
        }
    }
    (None, scene.supervisors().into_iter().filter(|user| !in_it(user)).collect(), passed)
}

/// Stops the climb; its place is kept for a release.
pub fn stop(draft: &mut Draft) {
    draft.case.run.state = RunState::Stopped;
    draft.cancel_pings();
}

/// The case is nobody's again: the tier that stood at the claim goes to work, or the desk's opening is
/// awaited.
pub fn resume(draft: &mut Draft, scene: &Scene<'_>, reason: PingReason) {
    draft.case.stage = Stage::Unclaimed;
    draft.case.run.standing = None;
    draft.case.talk.turn = Turn::Ours;
    draft.case.talk.turn_since = scene.now;
    if !runs_open(&draft.case, scene) {
        draft.case.run.state = RunState::Queued;
        return;
    }
    let tier = draft.case.run.tier.min(scene.policy.tiers.len().saturating_sub(1));
    start(draft, scene, tier, reason, scene.now);
}

/// Whether this run counts elapsed time from here: "it cannot wait".
pub fn cannot_wait(draft: &mut Draft, scene: &Scene<'_>) {
    draft.case.run.hours = RunHours::Elapsed;
    start(draft, scene, 0, PingReason::CannotWait, scene.now);
}
