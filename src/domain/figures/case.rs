//! One case in figures.

use super::{Breaches, Place};
use crate::clock::Timestamp;
use crate::coverage::Schedule;
use crate::domain::case::{Case, Root, RunHours, Stage};
use crate::domain::effect::PingReason;
use crate::domain::note::NudgeAbout;
use crate::domain::policy::Policy;
use crate::domain::timeline::{Entry, Happened};
use crate::id::{CaseId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is needed of one case: little, for a year of them is held at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseFigures {
    pub case: CaseId,
    pub at: Place,
    pub opened_at: Timestamp,
    pub ended: Ended,
    /// In seconds of open time from the post.
    pub first_answer: Option<u64>,
    pub claim: Option<u64>,
    pub resolution: Option<u64>,
    pub answered: Option<Answered>,
    /// How many times.
    pub reopened: u32,
    pub breaches: Breaches,
    /// Whether every tier was tried: how many times.
    pub exhausted: u32,
    pub tags: Vec<String>,
    pub outcome: Option<String>,
    pub owner: Option<UserId>,
    /// Whom it pinged when.
    pub pings: Vec<(UserId, Timestamp)>,
    pub interventions: BTreeMap<UserId, u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    Unclaimed,
    Owned,
    Resolved,
    Withdrawn,
}

/// Who stood when a case was first claimed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answered {
    Tier(String),
    Supervisor,
    /// Somebody was there before anybody was pinged.
    Unpinged,
}

/// By which a case is measured.
#[derive(Clone, Copy)]
pub struct Setting<'a> {
    pub policy: &'a Policy,
    pub schedule: &'a Schedule,
    /// Until when what is open has lasted.
    pub now: Timestamp,
    pub root: Option<&'a crate::id::MessageTs>,
}

/// Measures a case by its record and its timeline, oldest first.
pub fn of_case(case: &Case, timeline: &[Entry], setting: Setting<'_>) -> CaseFigures {
    let since_post = |at: Timestamp| lasted(case.run.hours, setting.schedule, case.opened_at, at);
    let claimed_at = timeline.iter().find(|entry| is_claim(&entry.what)).map(|entry| entry.at);
    let (ended, ended_at, outcome) = match &case.stage {
        Stage::Unclaimed => (Ended::Unclaimed, None, None),
        Stage::Owned(_) => (Ended::Owned, None, None),
        Stage::Resolved(end) => (Ended::Resolved, Some(end.at), end.outcome.clone()),
        Stage::Withdrawn { at } => (Ended::Withdrawn, Some(*at), None),
    };
    let owner = match &case.stage {
        Stage::Owned(owned) => Some(owned.owner.clone()),
        Stage::Resolved(end) => end.owner.clone(),
        Stage::Unclaimed | Stage::Withdrawn { .. } => None,
    };
    CaseFigures {
        case: case.id.clone(),
        at: Place { channel: case.channel.clone(), root: root(case, setting) },
        opened_at: case.opened_at,
        ended,
        first_answer: case.talk.first_answer_at.map(since_post),
        claim: claimed_at.map(since_post),
        resolution: ended_at.filter(|_| ended == Ended::Resolved).map(since_post),
        answered: answered(timeline),
        reopened: count(timeline, |what| matches!(what, Happened::Reopened)),
        breaches: breaches(case, timeline, setting, ended_at),
        exhausted: count(timeline, |what| {
            matches!(what, Happened::Pinged { reason: PingReason::Exhausted, .. })
        }),
        tags: case.tags.iter().cloned().collect(),
        outcome,
        owner,
        pings: timeline.iter().flat_map(pings).collect(),
        interventions: interventions(timeline),
    }
}

fn root(case: &Case, setting: Setting<'_>) -> Option<crate::id::MessageTs> {
    match &case.root {
        Root::Post(ts) => Some(ts.clone()),
        Root::Bot => setting.root.cloned(),
    }
}

/// Seconds of the time that the case's clocks count.
fn lasted(hours: RunHours, schedule: &Schedule, from: Timestamp, until: Timestamp) -> u64 {
    let length = match hours {
        RunHours::DeskOpen => schedule.open_between(from, until),
        RunHours::Elapsed => until - from,
    };
    u64::try_from(length.num_seconds()).unwrap_or(0)
}

fn is_claim(what: &Happened) -> bool {
    matches!(what, Happened::Claimed { .. })
}

fn count(timeline: &[Entry], is_one: impl Fn(&Happened) -> bool) -> u32 {
    u32::try_from(timeline.iter().filter(|entry| is_one(&entry.what)).count()).unwrap_or(u32::MAX)
}

/// The tier of the last ping before the first claim.
fn answered(timeline: &[Entry]) -> Option<Answered> {
    let claim = timeline.iter().position(|entry| is_claim(&entry.what))?;
    let standing = timeline[..claim].iter().rev().find_map(|entry| {
        let Happened::Pinged { tier, .. } = &entry.what else { return None };
        Some(tier.as_ref().map_or(Answered::Supervisor, |tier| Answered::Tier(tier.clone())))
    });
    Some(standing.unwrap_or(Answered::Unpinged))
}

fn pings(entry: &Entry) -> Vec<(UserId, Timestamp)> {
    let Happened::Pinged { to, .. } = &entry.what else { return Vec::new() };
    to.iter().map(|user| (user.clone(), entry.at)).collect()
}

fn interventions(timeline: &[Entry]) -> BTreeMap<UserId, u32> {
    let mut all = BTreeMap::new();
    let guarded = timeline.iter().filter(|entry| matches!(entry.what, Happened::Guarded { .. }));
    for by in guarded.filter_map(|entry| entry.by.clone()) {
        *all.entry(by).or_default() += 1;
    }
    all
}

fn breaches(case: &Case, timeline: &[Entry], setting: Setting<'_>, ended_at: Option<Timestamp>) -> Breaches {
    let nudged = |wanted: &[NudgeAbout]| {
        count(timeline, |what| matches!(what, Happened::Nudged { about } if wanted.contains(about)))
    };
    let reply = nudged(&[NudgeAbout::FirstAnswer, NudgeAbout::Answer]);
    let update = nudged(&[NudgeAbout::Update]);
    let is_late = |from: Timestamp, within: crate::clock::Length| {
        let until = ended_at.unwrap_or(setting.now);
        lasted(case.run.hours, setting.schedule, from, until) > u64::from(within.as_secs())
    };
    let promised = case.resolve_from.zip(setting.policy.clocks.resolve_within);
    let counts = matches!(case.stage, Stage::Owned(_) | Stage::Resolved(_));
    let resolve = u32::from(counts && promised.is_some_and(|(from, within)| is_late(from, within)));
    let cases = u32::from(reply + update + resolve > 0);
    Breaches { reply, update, resolve, cases }
}
