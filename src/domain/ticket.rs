//! Tickets of a case: what a desk raises in another system, what became of each, and what is asked of that system.

pub(super) mod decide;
pub(super) mod follow;
pub mod ask;
pub mod fill;

use crate::clock::Timestamp;
use crate::id::{CaseId, DeskKey, FieldKey, TemplateKey, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// How a desk raises tickets, as configured now. Texts of a [`Mapping`] hold blanks such as `{{ form.url }}`.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskTickets {
    /// The other system, as people call it.
    pub system: String,
    pub raise: Raise,
    /// Outcomes that need follow-up; a case that ends with any other was resolved in the conversation.
    pub follow_up: Vec<String>,
    /// Outcomes for which a service-recovery ticket is raised.
    pub recover: Vec<String>,
    /// The field of the template that holds the requester's address.
    pub email: Option<FieldKey>,
    pub assign: Assign,
    pub channels: ChannelNames,
    pub statuses: StatusNames,
    /// Said on the ticket to a requester who waits for more.
    pub told: String,
    /// The e-mail that is proposed when the requester left.
    pub letter: Option<TemplateKey>,
    pub support: Mapping,
    /// Of a service-recovery ticket; none is raised without.
    pub recovery: Option<Mapping>,
}

/// When a case becomes a ticket by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Raise {
    /// When somebody asks for it.
    #[default]
    ByHand,
    /// At the latest when it is resolved.
    AtResolution,
}

/// To whom a ticket goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Assign {
    /// The case's owner, by the address in `people`.
    #[default]
    Owner,
    Nobody,
}

/// How the other system calls the ways in which the requester was served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelNames {
    /// Resolved in the conversation.
    pub only: String,
    /// Goes on by e-mail.
    pub both: String,
}

/// Names of the statuses that a ticket is brought to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusNames {
    pub closed: String,
    pub waiting: String,
    /// Of one that is worked on again.
    pub open: String,
}

/// What the other system's fields get.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// The kind of ticket, by the other system's id.
    pub request_type: String,
    pub summary: String,
    pub description: String,
    pub labels: Vec<String>,
    /// By the other system's field id, in the shape that it takes; a field with an unknown blank is left out.
    pub fields: BTreeMap<String, Value>,
}

/// A ticket of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// Its number in the case; its place among the case's calls is `Slot::Request` of the same number.
    pub number: u32,
    pub purpose: Purpose,
    pub needs: Needs,
    /// Who asked for it; none when it was raised by itself.
    pub by: Option<UserId>,
    pub at: Timestamp,
    /// The subject, where somebody typed one.
    #[serde(default)]
    pub subject: Option<String>,
    /// The requester's address, as far as it is known.
    #[serde(default)]
    pub email: Option<String>,
    pub state: TicketState,
    /// What the other system refused to do with it, in its words.
    #[serde(default)]
    pub refused: Vec<RefusedStep>,
}

/// What a ticket is for. A case has one of each at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// What the requester asked.
    Support,
    /// What was promised did not happen through our own fault.
    ServiceRecovery,
}

/// What is left to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Needs {
    /// It was resolved in the conversation: the requester is not added, the ticket is closed.
    Nothing,
    /// It goes on by e-mail: the requester is added and told.
    FollowUp,
    /// The requester left: the ticket is theirs and waits for them.
    Requester,
}

/// What became of a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketState {
    /// On its way; `why` it is late, once a try has failed.
    Queued { why: Option<String> },
    /// It stands under this key.
    Raised { key: String, url: Option<String>, at: Timestamp },
    /// The other system refused it, in these words.
    Refused { why: String, at: Timestamp },
}

/// Something that is done to a ticket once it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Labels, the link back to the thread, whom it is assigned to.
    Mark,
    /// The transcript of the thread.
    Attach,
    /// The requester takes part.
    Add,
    /// The requester is told that it goes on.
    Tell,
    Close,
    /// It waits for the requester.
    Wait,
    /// It is worked on again.
    Open,
    /// Its fields say what is known now, and it is the requester's where it waits for them.
    Update,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedStep {
    pub step: StepKind,
    pub why: String,
}

/// What the effect asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TicketWord {
    /// Raise this ticket of the case, unless it stands already.
    Raise { number: u32 },
    /// Do this to it, under a number of its own.
    Do { number: u32, slot: u32, step: StepKind },
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketAnswer {
    /// Not yet: it is tried again by itself.
    Late { why: String },
    /// It stands under this key, made just now or found.
    Raised { key: String, url: Option<String> },
    /// Not raised, in the other system's words.
    Refused { why: String },
    /// It stands, but this was refused.
    StepRefused { number: u32, step: StepKind, why: String },
}

impl TicketAnswer {
    /// What kind of answer it is: each kind counts once for a request.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Late { .. } => "ticket-late",
            Self::Raised { .. } => "ticket-raised",
            Self::Refused { .. } => "ticket-refused",
            Self::StepRefused { .. } => "ticket-step-refused",
        }
    }
}

/// A wish for a ticket, in words or by its form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketWish {
    pub needs: Needs,
    pub subject: Option<String>,
    pub email: Option<String>,
}

/// A button about tickets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketButton {
    /// Opens the form.
    Raise(CaseId),
}

/// Words about tickets; `number` is the ticket's in the case.
#[derive(Clone, Debug, PartialEq)]
pub enum TicketNote {
    // To one who asked.
    NoTickets {
        desk: DeskKey,
    },
    NoRecovery {
        desk: DeskKey,
    },
    Exists {
        number: u32,
    },
    OnItsWay {
        number: u32,
    },
    // In the thread.
    Raised {
        number: u32,
    },
    /// What is left to do about one that stands is not what it was.
    Changed {
        number: u32,
    },
    // Unprompted, by direct message.
    Late {
        number: u32,
        why: String,
    },
    Refused {
        number: u32,
        why: String,
    },
    StepRefused {
        number: u32,
        step: StepKind,
        why: String,
    },
    /// The requester left: they are to be written to, by the e-mail of this number where the desk has one for it.
    Write {
        number: u32,
        mail: Option<u32>,
    },
}

/// What happened, for the timeline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TicketHappened {
    Asked { purpose: Purpose, needs: Needs },
    Raised { key: String },
    Refused { why: String },
    StepRefused { step: StepKind, why: String },
    Ended { key: String },
}

impl Ticket {
    /// Its key and address, once it stands.
    pub fn place(&self) -> Option<(&str, Option<&str>)> {
        match &self.state {
            TicketState::Raised { key, url, .. } => Some((key, url.as_deref())),
            TicketState::Queued { .. } | TicketState::Refused { .. } => None,
        }
    }

    /// Whether another of its purpose may not be asked for.
    pub fn stands(&self) -> bool {
        match self.state {
            TicketState::Raised { .. } | TicketState::Queued { .. } => true,
            TicketState::Refused { .. } => false,
        }
    }
}

impl DeskTickets {
    /// The mapping of a purpose, where the desk has one.
    pub fn mapping(&self, purpose: Purpose) -> Option<&Mapping> {
        match purpose {
            Purpose::Support => Some(&self.support),
            Purpose::ServiceRecovery => self.recovery.as_ref(),
        }
    }

    /// How the other system calls the way in which the requester was served.
    pub fn channel(&self, needs: Needs) -> &str {
        match needs {
            Needs::Nothing => &self.channels.only,
            Needs::FollowUp | Needs::Requester => &self.channels.both,
        }
    }
}
