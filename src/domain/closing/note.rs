//! Buttons, forms, texts and lines of the timeline that belong to a case's end.

use crate::clock::Timestamp;
use crate::domain::closing::parting::Ended;
use crate::id::{CaseId, PersonKey, UserId};
use serde::{Deserialize, Serialize};

/// What a button about a case's end does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingButton {
    /// Opens the form with the desk's tags.
    Tags(CaseId),
    /// Opens the list of canned answers.
    Say(CaseId),
    /// The requester: nothing else, it may end.
    NothingElse(CaseId),
    /// The requester: there is something else.
    SomethingElse(CaseId),
    /// The requester answers the survey, by the answer's place in its list.
    Answer { case: CaseId, answer: u32 },
    /// Opens the form for a remark beside that answer.
    Comment(CaseId),
}

impl ClosingButton {
    pub fn case(&self) -> &CaseId {
        match self {
            Self::Tags(case)
            | Self::Say(case)
            | Self::NothingElse(case)
            | Self::SomethingElse(case)
            | Self::Answer { case, .. }
            | Self::Comment(case) => case,
        }
    }
}

/// Which form about a case's end was sent. Blocks: `tags:GROUP`; `answer`, a canned answer's name; `comment`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingForm {
    Tags(CaseId),
    Say(CaseId),
    Comment(CaseId),
}

impl ClosingForm {
    pub fn case(&self) -> &CaseId {
        match self {
            Self::Tags(case) | Self::Say(case) | Self::Comment(case) => case,
        }
    }
}

/// A text about a case's end.
#[derive(Clone, Debug, PartialEq)]
pub enum ClosingNote {
    // To one who acted.
    /// The desk has no tags.
    NoTags,
    /// Which tags? Those there are, and those of the desk. With a button that opens the form.
    WhichTags {
        case: CaseId,
        tags: Vec<String>,
        known: Vec<String>,
    },
    /// The desk has no canned answers.
    NoCanned,
    /// No canned answer is called so; those there are, and the nearest.
    UnknownCanned {
        case: CaseId,
        name: String,
        nearest: Option<String>,
        known: Vec<String>,
    },
    /// Which canned answer? With a button that opens the list.
    WhichCanned {
        case: CaseId,
        known: Vec<String>,
    },
    /// The requester was asked whether there is anything else; it ends by itself then.
    WaitsForWord {
        case: CaseId,
        requester: UserId,
        until: Timestamp,
    },
    /// Only the requester's own word counts here.
    OnlyTheirs {
        case: CaseId,
        requester: UserId,
    },
    /// They wrote into a case that was resolved: nobody is asked about it.
    WroteAfterEnd {
        case: CaseId,
        by: UserId,
        at: Timestamp,
    },
    /// There is something else: their turn to say what.
    SayWhat {
        case: CaseId,
    },
    /// Their answer to the survey counts.
    AnswerCounts {
        case: CaseId,
        answer: String,
    },
    CommentKept,

    // In the thread.
    /// Before the end: next steps, and whether there is anything else.
    AnythingElse {
        by: UserId,
        until: Timestamp,
        note: Option<String>,
    },
    /// A responder's canned answer.
    Canned {
        by: UserId,
        text: String,
    },
    /// The requester's answer is waited for; without one, the case is closed then, unless it is held.
    StillThere {
        by: UserId,
        closes_at: Option<Timestamp>,
    },

    /// These would hear how it ended, and have no Slack account here.
    TellThem {
        who: Vec<PersonKey>,
    },

    // By direct message.
    /// How a case ended: its outcome, and what was done.
    HowItEnded {
        case: CaseId,
    },
    /// The requester resolved it; the desk's tags are still owed.
    TagsOwed {
        case: CaseId,
        needs: Vec<String>,
    },
}

/// What happened around a case's end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Parted {
    /// The requester was asked whether there is anything else.
    Proposed { until: Timestamp },
    /// They have something else.
    NotYet,
    /// A silent requester was reminded.
    Reminded,
    /// A canned answer was given.
    Said { name: String },
    /// The requester answered the survey.
    Surveyed { answer: String },
    /// They were told privately how it ended.
    Told { to: Vec<UserId> },
    /// How it came to its end, where that was not by somebody's plain word.
    Ended { how: Ended },
}
