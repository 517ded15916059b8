//! E-mails of a case: what a person fills, reads and sends, and what became of each.

pub(super) mod decide;
pub mod facts;
pub mod fill;
pub mod letter;
pub mod unsent;

pub use self::fill::{Kind, Template};

use crate::clock::Timestamp;
use crate::id::{CaseId, DeskKey, TemplateKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a desk has for its e-mails.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskMail {
    pub way: Way,
    /// All that there are; a playbook may use any.
    pub templates: BTreeMap<TemplateKey, Template>,
    /// Those that its cards offer.
    pub offered: Vec<TemplateKey>,
    /// The sender's team, as it signs.
    pub team: Option<String>,
}

/// How e-mails leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// No mail server is set up: people copy the text into their own mail program.
    #[default]
    ByHand,
    Server,
}

/// An e-mail as a person has read and agreed to it. Headers hold no line breaks, addresses are valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    pub subject: String,
    /// At least one.
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub body: String,
    pub attach: Attach,
}

/// An address, with the name of whose it is where that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mailbox {
    #[serde(default)]
    pub name: Option<String>,
    /// As `ana@client.test`.
    pub email: String,
}

/// What goes with an e-mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attach {
    #[default]
    Nothing,
    /// What was said and done in the case, as text.
    Transcript,
}

/// An e-mail of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// Its number in the case; its place among the case's calls is `Slot::Request` of the same number.
    pub number: u32,
    /// The template it was filled from.
    pub template: TemplateKey,
    pub letter: Letter,
    /// Who agreed to it.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// The playbook's step that it does, where it does one.
    #[serde(default)]
    pub step: Option<String>,
    pub state: MailState,
}

/// What became of an e-mail that somebody agreed to; one that waits for that is [`unsent::Unsent`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailState {
    /// On its way to the mail server; `why` it is late, once a try has failed.
    Queued { why: Option<String> },
    /// The mail server took it; without these addresses, which it refused.
    Sent { at: Timestamp, refused: Vec<String> },
    /// It may have gone out: a person decides whether it is sent again.
    PerhapsSent { at: Timestamp, why: String },
    /// It did not go out and is not tried again by itself.
    Refused { at: Timestamp, why: String },
    /// Somebody says that they sent it by other means, or that it arrived.
    ByHand { at: Timestamp, by: UserId },
}

impl MailState {
    /// Whether the receiver has it, as far as anybody knows.
    pub fn is_out(&self) -> bool {
        match self {
            Self::Sent { .. } | Self::ByHand { .. } => true,
            Self::Queued { .. } | Self::PerhapsSent { .. } | Self::Refused { .. } => false,
        }
    }

    /// Whether a second one would be one too many.
    pub fn is_enough(&self) -> bool {
        match self {
            Self::Queued { .. } | Self::Sent { .. } | Self::ByHand { .. } => true,
            Self::PerhapsSent { .. } | Self::Refused { .. } => false,
        }
    }
}

/// What the effect asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum MailWord {
    /// Send this e-mail of the case, with the transcript of its thread where that goes along.
    Send { number: u32 },
}

/// A button about an e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailButton {
    pub case: CaseId,
    pub does: MailPress,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailPress {
    /// Which of the desk's templates?
    Choose,
    /// Opens the form of this template; `step` is the playbook's that asks for it.
    Write { template: TemplateKey, step: Option<String> },
    /// Opens the form with one that did not go out.
    Edit { number: u32 },
    /// Sends one again that may have gone out, under the same Message-ID.
    Again { number: u32 },
    /// Says that one arrived.
    Arrived { number: u32 },
    /// Opens the form with one that waits to be sent.
    Open { number: u32 },
    /// Says that one that waits is not needed.
    Drop { number: u32 },
}

/// The form of an e-mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailForm {
    pub case: CaseId,
    pub template: TemplateKey,
    pub step: Option<String>,
    /// The one that waited to be sent, where it began with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unsent: Option<u32>,
}

/// Words about e-mails.
#[derive(Clone, Debug, PartialEq)]
pub enum MailNote {
    /// Which template? With a button for each.
    Which {
        case: CaseId,
        templates: Vec<(TemplateKey, String)>,
    },
    NoTemplates {
        desk: DeskKey,
    },
    TemplateGone {
        template: TemplateKey,
    },
    TooMany {
        most: usize,
    },
    /// Somebody was quicker: the step has its e-mail.
    WrittenAlready {
        by: UserId,
        subject: String,
    },
    /// To the one who sent the form.
    OnItsWay {
        number: u32,
    },
    /// It was sent or dropped meanwhile.
    NotWaiting,
    /// One that waited is not needed.
    Dropped,
    /// The first try failed; it goes on.
    Late {
        number: u32,
    },
    /// Sent, refused, perhaps sent, or by hand: with the ways on.
    Became {
        number: u32,
    },
}

/// How a try to send one ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posted {
    /// Not yet: it is tried again by itself.
    Late {
        why: String,
    },
    /// Taken, but not for these addresses.
    Sent {
        refused: Vec<String>,
    },
    /// The mail server's answer was lost after it had the text.
    Perhaps {
        why: String,
    },
    Refused {
        why: String,
    },
}
