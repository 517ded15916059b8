//! A playbook at work in a case: what came up, who settled it how, and why the run began and ended. It is stored.

use crate::clock::Timestamp;
use crate::id::{PlaybookKey, StepKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The playbooks of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Runs {
    /// In the order in which they began.
    pub all: Vec<Run>,
    /// Playbooks that were offered to the one who asked, each once.
    pub offered: BTreeMap<PlaybookKey, Offered>,
    /// The owner who was told where the runs stand when they took the case.
    pub briefed: Option<UserId>,
}

/// A playbook offered to the one who asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    pub at: Timestamp,
    /// The number of its message.
    pub slot: u32,
    pub why: OfferedBecause,
    pub state: OfferState,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferedBecause {
    /// The booking's owner cannot answer now.
    OwnerUnavailable,
    /// The booking's owner did not answer within the wait of their tier.
    OwnerSilent,
    /// Nobody knows whose booking it is.
    OwnerUnknown,
    /// The session began so long ago that the playbook does not begin by itself.
    LongPast,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferState {
    Open,
    /// It was started, by this offer or otherwise.
    Taken,
    Declined {
        by: UserId,
    },
    /// The case was claimed or ended before anybody answered.
    Over,
}

/// One run of a playbook.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// From 1, within its case.
    pub number: u32,
    pub playbook: PlaybookKey,
    /// None when it began by itself.
    pub by: Option<UserId>,
    pub started_at: Timestamp,
    pub why: StartedBecause,
    /// Steps that came up or were left out; the others are still ahead.
    pub steps: BTreeMap<StepKey, StepState>,
    pub ended: Option<Ended>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartedBecause {
    /// The report's scenario is this playbook's.
    Scenario,
    /// The one who asked took the offer.
    Offer,
    /// Somebody chose it from the card, or said so in the thread.
    Asked,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    pub at: Timestamp,
    pub by: Option<UserId>,
    pub why: EndedBecause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndedBecause {
    /// Every step is settled.
    Finished,
    /// Somebody stopped it.
    Stopped,
    /// The case was resolved or withdrawn.
    CaseClosed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepState {
    Open(Open),
    Settled(Settled),
}

/// A step that is to be done now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    pub since: Timestamp,
    /// The number of its message.
    pub slot: u32,
    pub taken_by: Option<UserId>,
    pub late: StepLate,
}

/// How far a step's lateness went; each happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepLate {
    #[default]
    No,
    Nudged(Timestamp),
    Escalated,
}

/// A step that nobody need look at any more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settled {
    pub at: Timestamp,
    pub by: Option<UserId>,
    pub how: How,
    /// The number of its message, where it had one.
    pub slot: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// Done, with this answer.
    Answered(String),
    /// An earlier answer led elsewhere.
    NotTaken,
    /// Its time was over before it could come up.
    Missed,
    /// The run or the case ended before.
    Dropped,
}

impl StepState {
    /// The number of its message, where it has one.
    pub fn slot(&self) -> Option<u32> {
        match self {
            Self::Open(open) => Some(open.slot),
            Self::Settled(settled) => settled.slot,
        }
    }
}

impl Run {
    pub fn is_going(&self) -> bool {
        self.ended.is_none()
    }

    /// The answer to a step, once there is one.
    pub fn answer(&self, step: &StepKey) -> Option<&str> {
        match self.steps.get(step)? {
            StepState::Settled(Settled { how: How::Answered(answer), .. }) => Some(answer),
            StepState::Settled(_) | StepState::Open(_) => None,
        }
    }

    /// The steps that are to be done now.
    pub fn open(&self) -> impl Iterator<Item = (&StepKey, &Open)> {
        self.steps.iter().filter_map(|(key, state)| match state {
            StepState::Open(open) => Some((key, open)),
            StepState::Settled(_) => None,
        })
    }
}

impl Runs {
    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.offered.is_empty()
    }

    pub fn run(&self, number: u32) -> Option<&Run> {
        self.all.iter().find(|run| run.number == number)
    }

    pub fn run_mut(&mut self, number: u32) -> Option<&mut Run> {
        self.all.iter_mut().find(|run| run.number == number)
    }

    /// The run of a playbook that is going on.
    pub fn going(&self, playbook: &PlaybookKey) -> Option<&Run> {
        self.all.iter().find(|run| run.playbook == *playbook && run.is_going())
    }

    /// Whether a playbook was ever started here.
    pub fn knows(&self, playbook: &PlaybookKey) -> bool {
        self.all.iter().any(|run| run.playbook == *playbook)
    }
}
