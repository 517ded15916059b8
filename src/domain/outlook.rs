//! What will happen to a case by itself, and what is missing from it: what its card tells.

use crate::clock::Timestamp;
use crate::domain::World;
use crate::domain::booking::Booked;
use crate::domain::case::{Case, Report, RunState, Stage, Turn};
use crate::domain::closing::parting::{self, Step};
use crate::domain::detour::Detour;
use crate::domain::effect::Problem;
use crate::domain::mail::Mail;
use crate::domain::mail::unsent::Unsent;
use crate::domain::people::Scene;
use crate::domain::playbook::standing::{Standing, standings};
use crate::domain::ticket::Ticket;
use crate::domain::{clocks, escalation, report};
use std::collections::BTreeSet;

#[derive(Clone, Debug, PartialEq, Default)]
pub struct Outlook {
    /// The next thing that happens unless somebody acts.
    pub next: Option<Next>,
    /// What the report lacks.
    pub missing: Vec<Problem>,
    /// Where the playbooks stand.
    pub playbooks: Vec<Standing>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Next {
    pub at: Timestamp,
    pub what: NextWhat,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NextWhat {
    /// This tier, by name, is pinged.
    TierPinged(String),
    /// This tier, by name, is pinged once more.
    Repeated(String),
    SupervisorPinged,
    /// The supervisor is reminded.
    Reminder,
    /// The desk opens and the case, which waits for that, begins its climb.
    DeskOpens,
    /// The owner is reminded privately that something is owed.
    OwnerNudged,
    HoldEnds,
    /// A silent requester is reminded.
    RequesterReminded,
    /// The case is closed, because the requester says nothing.
    ClosedSilent,
    /// It is resolved, unless the requester has something else.
    Ends,
    /// The question to hand over or take over is over, unanswered.
    OfferLapses,
}

/// What is ahead of the case.
pub fn outlook(case: &Case, now: Timestamp, world: &World<'_>) -> Outlook {
    let Some(scene) = Scene::of(world, now) else { return Outlook::default() };
    let missing = match case.is_open() {
        true => report::problems(case, scene.policy),
        false => Vec::new(),
    };
    Outlook { next: next(case, &scene), missing, playbooks: standings(case, &scene) }
}

fn next(case: &Case, scene: &Scene<'_>) -> Option<Next> {
    match &case.stage {
        Stage::Unclaimed => unclaimed(case, scene),
        Stage::Owned(owned) => {
            if let Some(offer) = &owned.offer {
                return Some(Next { at: offer.until, what: NextWhat::OfferLapses });
            }
            let silence = parting::next(case, scene).map(|(step, at)| match step {
                Step::Ends => Next { at, what: NextWhat::Ends },
                Step::Remind => Next { at, what: NextWhat::RequesterReminded },
                Step::Close => Next { at, what: NextWhat::ClosedSilent },
            });
            let climb = match &owned.hold {
                Some(hold) => Some(Next { at: hold.until, what: NextWhat::HoldEnds }),
                None if case.parting.proposed.is_some() => None,
                None => clocks::next_escalation(case, scene)
                    .map(|at| Next { at, what: tier_or_supervisor(case.run.tier + 1, scene) }),
            };
            climb.into_iter().chain(silence).min_by_key(|next| next.at)
        }
        Stage::Resolved(_) | Stage::Withdrawn { .. } => None,
    }
}

fn unclaimed(case: &Case, scene: &Scene<'_>) -> Option<Next> {
    match case.run.state {
        RunState::HeldForDetails | RunState::Stopped => None,
        RunState::Queued => {
            let at = scene.desk.coverage.schedule.next_opening(scene.now)?;
            Some(Next { at, what: NextWhat::DeskOpens })
        }
        RunState::Climbing => {
            let at = escalation::wait_ends(case, scene)?;
            let tier = scene.policy.tiers.get(case.run.tier)?;
            let what = match case.run.repeated < tier.repeat {
                true => NextWhat::Repeated(tier.name.clone()),
                false => tier_or_supervisor(case.run.tier + 1, scene),
            };
            Some(Next { at, what })
        }
        RunState::Exhausted => {
            Some(Next { at: escalation::wait_ends(case, scene)?, what: NextWhat::Reminder })
        }
    }
}

fn tier_or_supervisor(tier: usize, scene: &Scene<'_>) -> NextWhat {
    scene
        .policy
        .tiers
        .get(tier)
        .map_or(NextWhat::SupervisorPinged, |tier| NextWhat::TierPinged(tier.name.clone()))
}

/// What a card shows of a case: when it differs, the card is edited.
#[derive(PartialEq)]
pub struct Face {
    stage: Stage,
    turn: Turn,
    report: Report,
    booking: Booked,
    mails: Vec<Mail>,
    unsent: Vec<Unsent>,
    tags: BTreeSet<String>,
    tickets: Vec<Ticket>,
    detours: Vec<Detour>,
    outlook: Outlook,
}

/// What the card shows now.
pub fn face(case: &Case, now: Timestamp, world: &World<'_>) -> Face {
    let mut stage = case.stage.clone();
    if let Stage::Owned(owned) = &mut stage {
        // These are not shown.
        owned.guarded.clear();
        owned.acted_at = owned.since;
        owned.asked_away_at = None;
    }
    Face {
        stage,
        turn: case.talk.turn,
        report: case.report.clone(),
        booking: case.booking.clone(),
        mails: case.mails.clone(),
        unsent: case.unsent.clone(),
        tags: case.tags.clone(),
        tickets: case.tickets.clone(),
        detours: case.detours.clone(),
        outlook: outlook(case, now, world),
    }
}
