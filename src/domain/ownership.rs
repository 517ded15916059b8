//! Whose case it is: claim, guard, help, release, and the owner who goes away.

use crate::clock::{Length, Timestamp};
use crate::coverage::Answer;
use crate::domain::case::{Case, ClaimedBy, Late, Offer, OfferKind, Ownership, RunHours, Stage, Turn};
use crate::domain::draft::Draft;
use crate::domain::effect::{Passed, PassedBecause, Ping, PingReason};
use crate::domain::escalation;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::policy::Guard;
use crate::domain::timeline::{Happened, ReleasedBecause};
use crate::id::{MessageTs, UserId};
use std::collections::BTreeSet;

/// An owner who is away for less than this keeps the case without being asked.
const AWAY_FOR_LONG: Length = Length::minutes(30);

/// Whether the claimant hears about a claim that did not succeed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// A command or a button: every outcome is answered.
    Asked,
    /// A reaction or a reply: what did not concern them stays silent.
    InPassing,
}

/// Somebody takes the case. One wins under any race: the loser's decision is made again on what stands.
pub fn claim(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, via: ClaimedBy, manner: Manner) {
    if !scene.is_responder(by) && !scene.is_supervisor(by) {
        if manner == Manner::Asked {
            draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
        }
        return;
    }
    let case = draft.case.id.clone();
    match &draft.case.stage {
        Stage::Unclaimed => take(draft, scene, by, via),
        Stage::Owned(owned) if owned.owner == *by => {
            if manner == Manner::Asked {
                draft.answer(Note::AlreadyYours { case });
            }
        }
        Stage::Owned(owned) => match &owned.offer {
            Some(Offer { kind: OfferKind::HandOver { to }, number, .. }) if to == by => {
                let number = *number;
                super::offers::accept(draft, scene, by, number);
            }
            Some(_) | None => {
                let (owner, since) = (owned.owner.clone(), owned.since);
                draft.record(scene.now, Some(by), Happened::ClaimLost { owner: owner.clone() });
                draft.answer(Note::AlreadyOwned { case, owner, since });
            }
        },
        Stage::Resolved(end) => {
            if manner == Manner::Asked {
                draft.answer(Note::IsResolved { case, by: end.by.clone(), at: end.at });
            }
        }
        Stage::Withdrawn { .. } => {
            if manner == Manner::Asked {
                draft.answer(Note::IsWithdrawn { case });
            }
        }
    }
}

fn take(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, via: ClaimedBy) {
    draft.record(scene.now, Some(by), Happened::Claimed { via: via.clone() });
    give(draft, scene, by, via);
    escalation::stop(draft);
    if draft.case.resolve_from.is_none() {
        draft.case.resolve_from = Some(scene.now);
    }
}

/// Makes `to` the owner, from now on.
pub fn give(draft: &mut Draft, scene: &Scene<'_>, to: &UserId, via: ClaimedBy) {
    let helpers = draft.case.ownership().map(|owned| owned.helpers.clone()).unwrap_or_default();
    let helpers: BTreeSet<UserId> = helpers.into_iter().filter(|user| user != to).collect();
    // Somebody who takes it while away is not asked whether they are: only a later absence is news.
    let away = is_away_for_long(&scene.answer(to, draft.case.run.hours), scene.now);
    draft.case.stage = Stage::Owned(Ownership {
        owner: to.clone(),
        since: scene.now,
        via,
        helpers,
        hold: None,
        offer: None,
        guarded: BTreeSet::new(),
        asked_away_at: away.then_some(scene.now),
        acted_at: scene.now,
    });
    draft.case.run.spared = None;
    draft.case.talk.reply_late = Late::No;
    draft.case.talk.update_late = Late::No;
}

/// Whether this person may do what only the owner may: the owner, or a supervisor overriding. Helpers may
/// resolve and hold, which `helpers` says.
pub fn may(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, helpers: Helpers) -> Permission {
    let case = draft.case.id.clone();
    let refused = match &draft.case.stage {
        Stage::Owned(owned) => {
            let helps = helpers == Helpers::Too && owned.helpers.contains(by);
            if owned.owner == *by || helps || scene.is_supervisor(by) {
                return Permission::Granted;
            }
            Note::NotYours { case, owner: Some(owned.owner.clone()) }
        }
        Stage::Unclaimed if scene.is_supervisor(by) => return Permission::Granted,
        Stage::Unclaimed => Note::NotYours { case, owner: None },
        Stage::Resolved(end) => Note::IsResolved { case, by: end.by.clone(), at: end.at },
        Stage::Withdrawn { .. } => Note::IsWithdrawn { case },
    };
    let known = scene.is_responder(by) || scene.is_supervisor(by);
    draft.answer(if known { refused } else { Note::NotAResponder { desk: scene.desk.key.clone() } });
    Permission::Refused
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Helpers {
    Too,
    No,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    Granted,
    /// They were told why.
    Refused,
}

/// The owner acts: an absence that was asked about is over as far as this case is concerned.
pub fn acted(draft: &mut Draft, by: &UserId, now: Timestamp) {
    if let Some(owned) = draft.case.ownership_mut().filter(|owned| owned.owner == *by) {
        owned.acted_at = now;
    }
}

/// The case is given back: its tier goes to work again, without the one who gave it while others can.
pub fn release(draft: &mut Draft, scene: &Scene<'_>, by: Option<&UserId>, why: ReleasedBecause) {
    let Some(owner) = draft.case.owner().cloned() else {
        return draft.answer(Note::NotYours { case: draft.case.id.clone(), owner: None });
    };
    draft.record(scene.now, by, Happened::Released { why });
    draft.case.run.spared = Some(owner.clone());
    draft.case.parting.proposed = None;
    let reason = match why {
        ReleasedBecause::Asked | ReleasedBecause::ReactionRemoved => PingReason::Released { by: owner },
        ReleasedBecause::OwnerAway => PingReason::OwnerAway { owner },
    };
    draft.cancel_pings();
    escalation::resume(draft, scene, reason);
}

/// A claim reaction was taken off: it releases a claim that was made by it.
pub fn reaction_removed(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, ts: &MessageTs, emoji: &str) {
    let made_by_it = draft.case.ownership().is_some_and(|owned| {
        owned.owner == *by
            && matches!(&owned.via, ClaimedBy::Reaction { ts: on, emoji: with } if on == ts && with == emoji)
    });
    if made_by_it {
        release(draft, scene, Some(by), ReleasedBecause::ReactionRemoved);
    }
}

/// Another responder speaks in an owned thread: one private note, once in this ownership.
pub fn guard(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    let case = draft.case.id.clone();
    let Some(owned) = draft.case.ownership_mut() else { return };
    let asked = matches!(&owned.offer, Some(Offer { kind: OfferKind::HandOver { to }, .. }) if to == by);
    let concerned = owned.owner == *by || owned.helpers.contains(by) || asked;
    if scene.policy.claiming.guard == Guard::Off
        || concerned
        || !scene.is_responder(by)
        || scene.is_supervisor(by)
        || owned.guarded.contains(by)
    {
        return;
    }
    owned.guarded.insert(by.clone());
    let (owner, since) = (owned.owner.clone(), owned.since);
    draft.record(scene.now, Some(by), Happened::Guarded { owner: owner.clone() });
    draft.answer(Note::Guard { case, owner, since });
}

/// The owner asks people in, by name, or the next tier when nobody is named. Those who can answer are pinged
/// and may speak from here on; the owner keeps the lead.
pub fn ask_for_help(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, who: &[UserId]) {
    if may(draft, scene, by, Helpers::Too) == Permission::Refused {
        return;
    }
    let Some(owner) = draft.case.owner().cloned() else {
        return draft.answer(Note::NotYours { case: draft.case.id.clone(), owner: None });
    };
    let (tier, to, passed) = if who.is_empty() {
        escalation::tier_above(&draft.case, scene)
    } else {
        named(draft, scene, &owner, who)
    };
    let case = draft.case.id.clone();
    if to.is_empty() {
        return draft.answer(Note::NobodyToHelp { case, passed });
    }
    draft.record(scene.now, Some(by), Happened::HelpAsked { who: to.clone() });
    bring_in(draft, scene, tier, &to, PingReason::HelpAsked { by: by.clone() }, passed);
    acted(draft, by, scene.now);
    draft.answer(Note::HelpIsAsked { case, who: to });
}

fn named(
    draft: &Draft,
    scene: &Scene<'_>,
    owner: &UserId,
    who: &[UserId],
) -> (Option<String>, Vec<UserId>, Vec<Passed>) {
    let mut to = Vec::new();
    let mut passed = Vec::new();
    for user in who.iter().filter(|user| *user != owner && *user != scene.world.bot) {
        let answer = scene.answer(user, draft.case.run.hours);
        if answer.available && !to.contains(user) {
            to.push(user.clone());
        } else if !answer.available {
            let why = PassedBecause::Unavailable(answer);
            passed.push(Passed { tier: String::new(), person: user.clone(), why });
        }
    }
    (None, to, passed)
}

/// Pings people into an owned case and makes them helpers.
pub fn bring_in(
    draft: &mut Draft,
    scene: &Scene<'_>,
    tier: Option<String>,
    to: &[UserId],
    reason: PingReason,
    passed: Vec<Passed>,
) {
    if let Some(owned) = draft.case.ownership_mut() {
        owned.helpers.extend(to.iter().cloned());
    }
    let number = draft.number();
    let now = scene.now;
    draft.ping(
        now,
        Ping { number, tier, to: to.to_vec(), reason, passed, dm: Vec::new(), due_at: now, late_by: None },
    );
}

/// Whether somebody is away for so long that their cases should not wait for them.
fn is_away_for_long(answer: &Answer, now: Timestamp) -> bool {
    !answer.available
        && answer.source() != crate::coverage::Source::Closed
        && answer.until.is_none_or(|until| until - now >= AWAY_FOR_LONG.delta())
}

/// The ownership of a case that needs its owner now: not one that waits for somebody else, or for its end.
fn minded(case: &Case) -> Option<&Ownership> {
    case.ownership().filter(|owned| owned.hold.is_none() && case.parting.proposed.is_none())
}

/// Looks whether the owner is away: asks them once, and releases the case when they neither answer nor act.
pub fn owner_away(draft: &mut Draft, scene: &Scene<'_>) {
    let Some(owned) = minded(&draft.case) else { return };
    let answer = scene.answer(&owned.owner, RunHours::DeskOpen);
    if answer.available {
        if let Some(owned) = draft.case.ownership_mut() {
            owned.asked_away_at = None;
        }
        return;
    }
    match (owned.asked_away_at, is_away_for_long(&answer, scene.now)) {
        (None, true) => ask_away(draft, scene),
        (Some(asked), true) if owned.acted_at < asked && answer_due(asked, scene) <= scene.now => {
            let owner = owned.owner.clone();
            let note = Note::TakenBack { case: draft.case.id.clone() };
            release(draft, scene, None, ReleasedBecause::OwnerAway);
            draft.tell(owner, note);
        }
        (Some(_) | None, true | false) => {}
    }
}

fn answer_due(asked: Timestamp, scene: &Scene<'_>) -> Timestamp {
    asked + scene.policy.clocks.hand_over_within.delta()
}

fn ask_away(draft: &mut Draft, scene: &Scene<'_>) {
    let until = answer_due(scene.now, scene);
    let Some(owned) = draft.case.ownership_mut() else { return };
    owned.asked_away_at = Some(scene.now);
    // "Since" is strict: what they did before they were asked does not count.
    owned.acted_at = owned.acted_at.min(scene.now - chrono::TimeDelta::milliseconds(1));
    let owner = owned.owner.clone();
    let note = Note::AwayWithCase { case: draft.case.id.clone(), until };
    draft.tell(owner, note);
}

/// When the owner's availability next matters.
pub fn next_look(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    let owned = minded(case)?;
    let answer = scene.answer(&owned.owner, RunHours::DeskOpen);
    let asked = owned
        .asked_away_at
        .filter(|asked| !answer.available && owned.acted_at < *asked)
        .map(|asked| answer_due(asked, scene));
    let changes = answer.until.filter(|until| *until > scene.now);
    asked.into_iter().chain(changes).min()
}

/// Brings the owner back in after the case was reopened; they are pinged like anybody else.
pub fn give_back(draft: &mut Draft, scene: &Scene<'_>, owner: &UserId, by: &UserId) {
    give(draft, scene, owner, ClaimedBy::Command);
    draft.case.talk.turn = Turn::Ours;
    draft.case.talk.turn_since = scene.now;
    draft.case.resolve_from = Some(scene.now);
    draft.case.talk.resolve_late = Late::No;
    if owner != by {
        let number = draft.number();
        let now = scene.now;
        let reason = PingReason::Reopened { by: by.clone() };
        let to = vec![owner.clone()];
        draft.ping(
            now,
            Ping {
                number,
                tier: None,
                to,
                reason,
                passed: Vec::new(),
                dm: Vec::new(),
                due_at: now,
                late_by: None,
            },
        );
    }
}
