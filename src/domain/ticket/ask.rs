//! What is asked of a ticket system, as it is stored with its call: all that is known when it is decided.

use super::StepKind;
use crate::id::{CaseId, DeskKey, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One request about one ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ask {
    pub desk: DeskKey,
    pub case: CaseId,
    /// The ticket's number in the case.
    pub number: u32,
    /// A word that this ticket and no other carries, in letters and digits alone: by it it is found again.
    pub mark: String,
    pub step: Step,
    /// Whether the transcript of the thread goes along.
    #[serde(default)]
    pub transcript: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    Raise(Box<NewTicket>),
    Mark {
        key: String,
        labels: Vec<String>,
        title: String,
        assignee: Option<UserId>,
    },
    Attach {
        key: String,
        name: String,
    },
    Add {
        key: String,
        requester: Requester,
    },
    Tell {
        key: String,
        text: String,
    },
    /// What its fields get now; whose it is, where that is the requester.
    Update {
        key: String,
        fields: BTreeMap<String, Value>,
        reporter: Option<Requester>,
        channel: String,
    },
    /// To the status of this name.
    Move {
        key: String,
        to: StepKind,
        status: String,
    },
}

/// A ticket to be raised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NewTicket {
    pub request_type: String,
    pub summary: String,
    pub description: String,
    pub labels: Vec<String>,
    /// By the other system's field id, in the shape that it takes.
    pub fields: BTreeMap<String, Value>,
    /// Whose ticket it is, where it is not the bot's own.
    pub on_behalf_of: Option<Requester>,
    /// `chat only`, `chat and e-mail`.
    pub channel: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    pub name: String,
    pub email: String,
}

impl Step {
    /// What it does to a ticket that stands; none for raising one.
    pub fn kind(&self) -> Option<StepKind> {
        match self {
            Self::Raise(_) => None,
            Self::Mark { .. } => Some(StepKind::Mark),
            Self::Attach { .. } => Some(StepKind::Attach),
            Self::Add { .. } => Some(StepKind::Add),
            Self::Tell { .. } => Some(StepKind::Tell),
            Self::Update { .. } => Some(StepKind::Update),
            Self::Move { to, .. } => Some(*to),
        }
    }
}
