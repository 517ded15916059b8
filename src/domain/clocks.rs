//! The promises after a claim: first answer, updates, resolution, holds. Each lateness is acted on once.

use crate::clock::{Length, Timestamp};
use crate::domain::case::{Case, Late, Stage, Turn};
use crate::domain::closing::parting;
use crate::domain::draft::Draft;
use crate::domain::effect::PingReason;
use crate::domain::note::{Note, NudgeAbout};
use crate::domain::people::Scene;
use crate::domain::timeline::Happened;
use crate::domain::{booking, escalation, offers, ownership};
use crate::id::UserId;

/// The deadline of an owned case came, or something it depends on changed.
pub fn due(draft: &mut Draft, scene: &Scene<'_>) {
    offers::lapse(draft, scene);
    end_hold(draft, scene);
    parting::due(draft, scene);
    ownership::owner_away(draft, scene);
    if !is_running(&draft.case) {
        return;
    }
    for clock in [Clock::Reply, Clock::Update, Clock::Resolve] {
        while let Some((step, _)) = next_step(&draft.case, scene, clock).filter(|(_, at)| *at <= scene.now) {
            take(draft, scene, clock, step);
        }
    }
}

/// When an owned case next wants to be looked at.
pub fn next_look(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let owned = case.ownership()?;
    let offer = owned.offer.as_ref().map(|offer| offer.until);
    let hold = owned.hold.as_ref().map(|hold| hold.until);
    let clocks = [Clock::Reply, Clock::Update, Clock::Resolve]
        .into_iter()
        .filter(|_| is_running(case))
        .filter_map(|clock| next_step(case, scene, clock).map(|(_, at)| at));
    let silence = parting::next(case, scene).map(|(_, at)| at);
    let away = ownership::next_look(case, scene);
    offer.into_iter().chain(hold).chain(clocks).chain(silence).chain(away).min()
}

/// When others are pinged into an owned case if nothing is heard, by the earliest of its clocks.
pub fn next_escalation(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    [Clock::Reply, Clock::Update, Clock::Resolve]
        .into_iter()
        .filter_map(|clock| {
            let (step, at) = next_step(case, scene, clock)?;
            match (step, clock) {
                (Step::Escalate, Clock::Reply | Clock::Update | Clock::Resolve) => Some(at),
                (Step::Nudge, Clock::Reply) => {
                    scene.after(at, scene.policy.clocks.reply_within?, case.run.hours)
                }
                (Step::Nudge, Clock::Update) => {
                    scene.after(at, scene.policy.clocks.update_every?, case.run.hours)
                }
                (Step::Nudge, Clock::Resolve) => {
                    scene.after(case.resolve_from?, scene.policy.clocks.resolve_within?, case.run.hours)
                }
            }
        })
        .min()
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Clock {
    Reply,
    Update,
    Resolve,
}

/// No promise runs while the case waits for somebody else, or for the requester's last word.
fn is_running(case: &Case) -> bool {
    case.ownership().is_some_and(|owned| owned.hold.is_none()) && case.parting.proposed.is_none()
}

/// The next thing a clock does, and when.
fn next_step(case: &Case, scene: &Scene<'_>, clock: Clock) -> Option<(Step, Timestamp)> {
    let owned = case.ownership()?;
    let talk = &case.talk;
    let clocks = &scene.policy.clocks;
    let (start, length, late) = match clock {
        Clock::Reply => {
            let since = talk.turn_since.max(owned.since);
            (Some(since).filter(|_| talk.turn == Turn::Ours), clocks.reply_within, talk.reply_late)
        }
        // Before the first answer, that is what is owed; `update_every` counts from what was last heard.
        Clock::Update => (talk.last_responder_at, clocks.update_every, talk.update_late),
        Clock::Resolve => (case.resolve_from, clocks.resolve_within, talk.resolve_late),
    };
    let (start, length) = (start?, length?);
    let hours = case.run.hours;
    match (late, clock) {
        (Late::No, Clock::Reply | Clock::Update) => Some((Step::Nudge, scene.after(start, length, hours)?)),
        (Late::No, Clock::Resolve) => Some((Step::Nudge, scene.after(start, four_fifths(length), hours)?)),
        // The owner has as long again after the nudge before the next tier is asked in.
        (Late::Nudged(at), Clock::Reply | Clock::Update) => {
            Some((Step::Escalate, scene.after(at, length, hours)?))
        }
        (Late::Nudged(_), Clock::Resolve) => Some((Step::Escalate, scene.after(start, length, hours)?)),
        (Late::Escalated, Clock::Reply | Clock::Update | Clock::Resolve) => None,
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Nudge,
    Escalate,
}

/// The warning before the time to resolve is over comes at 80 % of it.
fn four_fifths(length: Length) -> Length {
    Length::seconds(length.as_secs() - length.as_secs() / 5)
}

fn take(draft: &mut Draft, scene: &Scene<'_>, clock: Clock, step: Step) {
    let Some(owner) = draft.case.owner().cloned() else { return };
    let talk = &mut draft.case.talk;
    let late = match clock {
        Clock::Reply => &mut talk.reply_late,
        Clock::Update => &mut talk.update_late,
        Clock::Resolve => &mut talk.resolve_late,
    };
    match step {
        Step::Nudge => {
            *late = Late::Nudged(scene.now);
            nudge(draft, scene, owner, clock);
        }
        Step::Escalate => {
            *late = Late::Escalated;
            escalate(draft, scene, owner, clock);
        }
    }
}

/// The private, softer form comes first.
fn nudge(draft: &mut Draft, scene: &Scene<'_>, owner: UserId, clock: Clock) {
    let talk = &draft.case.talk;
    let (about, since) = match clock {
        Clock::Reply if talk.first_answer_at.is_none() => (NudgeAbout::FirstAnswer, talk.turn_since),
        Clock::Reply => (NudgeAbout::Answer, talk.turn_since),
        Clock::Update => (NudgeAbout::Update, talk.last_responder_at.unwrap_or(scene.now)),
        Clock::Resolve => (NudgeAbout::Resolve, draft.case.resolve_from.unwrap_or(scene.now)),
    };
    draft.record(scene.now, None, Happened::Nudged { about });
    draft.tell(owner, Note::Nudge { case: draft.case.id.clone(), about, since });
}

/// The next tier is pinged, and for the time to resolve the supervisor too; the owner keeps the lead.
fn escalate(draft: &mut Draft, scene: &Scene<'_>, owner: UserId, clock: Clock) {
    let (tier, mut to, passed) = escalation::tier_above(&draft.case, scene);
    let reason = match clock {
        Clock::Reply => PingReason::ReplyLate { owner },
        Clock::Update => PingReason::UpdateLate { owner },
        Clock::Resolve => {
            let supervisors = scene.supervisors();
            to.extend(supervisors.into_iter().filter(|user| *user != owner));
            to.dedup();
            PingReason::ResolveLate { owner }
        }
    };
    if !to.is_empty() {
        ownership::bring_in(draft, scene, tier, &to, reason, passed);
    }
}

/// A hold whose time has come ends by itself: the owner is nudged, and it is our turn again.
fn end_hold(draft: &mut Draft, scene: &Scene<'_>) {
    let due = draft.case.ownership().and_then(|owned| owned.hold.clone()).filter(|h| h.until <= scene.now);
    let Some(hold) = due else { return };
    let Some(owner) = draft.case.owner().cloned() else { return };
    lift_hold(draft, scene);
    draft.record(scene.now, None, Happened::HoldEnded);
    let about = NudgeAbout::HoldEnded;
    draft.tell(owner, Note::Nudge { case: draft.case.id.clone(), about, since: hold.since });
}

/// Takes a hold off: the clocks run on from here, and the time to resolve is longer by the hold.
pub fn lift_hold(draft: &mut Draft, scene: &Scene<'_>) {
    let now = scene.now;
    let Some(hold) = draft.case.ownership_mut().and_then(|owned| owned.hold.take()) else { return };
    if let Some(from) = &mut draft.case.resolve_from {
        *from += now - hold.since;
    }
    let talk = &mut draft.case.talk;
    talk.turn = Turn::Ours;
    talk.turn_since = now;
    talk.reply_late = Late::No;
    talk.update_late = Late::No;
    talk.last_responder_at = talk.last_responder_at.map(|at| at.max(now));
}

/// When the case next wants to be looked at: derived from what it is, never stored by hand.
pub fn next_deadline(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    match &case.stage {
        Stage::Unclaimed => {
            escalation::next_look(case, scene).into_iter().chain(booking::wait_ends(case, scene)).min()
        }
        Stage::Owned(_) => next_look(case, scene),
        Stage::Resolved(_) | Stage::Withdrawn { .. } => None,
    }
}
