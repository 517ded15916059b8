//! What is shown, said, pressed and recorded of playbooks.

use super::run::{EndedBecause, How, OfferedBecause, StartedBecause};
use crate::clock::Timestamp;
use crate::id::{CaseId, PlaybookKey, StepKey, UserId};
use serde::{Deserialize, Serialize};

/// Messages of a playbook that are kept up to date in place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaybookWord {
    /// A step, with its buttons while it is open.
    ShowStep { run: u32, step: StepKey },
    /// The offer to start a playbook.
    ShowOffer(PlaybookKey),
}

/// Texts that somebody reads.
#[derive(Clone, Debug, PartialEq)]
pub enum PlaybookNote {
    // In the thread.
    /// A run begins; these steps were over before it did.
    Started {
        run: u32,
        missed: Vec<StepKey>,
    },
    /// A step that says something.
    Post {
        run: u32,
        step: StepKey,
    },
    /// Steps whose time passed before they could come up.
    Missed {
        run: u32,
        steps: Vec<StepKey>,
    },
    Stopped {
        run: u32,
        by: UserId,
    },

    // By direct message.
    /// A step is overdue.
    Overdue {
        case: CaseId,
        run: u32,
        step: StepKey,
        since: Timestamp,
    },
    /// Where the runs stand, to an owner who comes to the case in their middle.
    Briefing {
        case: CaseId,
        runs: Vec<u32>,
    },

    // To one who acted.
    /// The step is settled already.
    Settled {
        text: String,
        how: How,
        by: Option<UserId>,
        at: Timestamp,
    },
    /// Somebody else does it.
    Taken {
        text: String,
        by: UserId,
    },
    /// The run is over.
    RunOver {
        playbook: String,
    },
    /// It is running already.
    Running {
        playbook: String,
        since: Timestamp,
        by: Option<UserId>,
    },
    /// Which one? Those of the desk, with a button for each; `wanted` is what was said, when it is none of them.
    Which {
        case: CaseId,
        wanted: Option<String>,
        playbooks: Vec<(PlaybookKey, String)>,
    },
    /// The session began long ago: is that right?
    LongPast {
        case: CaseId,
        playbook: PlaybookKey,
        name: String,
        start: Timestamp,
    },
    /// Only people of this workspace, and whoever asked, work on playbooks.
    NotOfHere,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaybookButton {
    /// Which playbook? Opens the form.
    Choose(CaseId),
    Start {
        case: CaseId,
        playbook: PlaybookKey,
    },
    /// Although the session began long ago.
    StartLate {
        case: CaseId,
        playbook: PlaybookKey,
    },
    NotNow {
        case: CaseId,
        playbook: PlaybookKey,
    },
    Answer {
        case: CaseId,
        run: u32,
        step: StepKey,
        answer: String,
    },
    /// "I do it".
    Take {
        case: CaseId,
        run: u32,
        step: StepKey,
    },
    Stop {
        case: CaseId,
        run: u32,
    },
}

impl PlaybookButton {
    pub fn case(&self) -> &CaseId {
        match self {
            Self::Choose(case)
            | Self::Start { case, .. }
            | Self::StartLate { case, .. }
            | Self::NotNow { case, .. }
            | Self::Answer { case, .. }
            | Self::Take { case, .. }
            | Self::Stop { case, .. } => case,
        }
    }
}

/// The form that starts one: field `playbook` holds its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaybookForm {
    Start(CaseId),
}

impl PlaybookForm {
    pub fn case(&self) -> &CaseId {
        let Self::Start(case) = self;
        case
    }
}

/// Lines of a case's timeline. Texts are as the people read them, so that a line tells all by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaybookEntry {
    Offered {
        playbook: String,
        to: UserId,
        why: OfferedBecause,
    },
    Declined {
        playbook: String,
    },
    Started {
        playbook: String,
        why: StartedBecause,
        anchor: Option<Timestamp>,
    },
    CameUp {
        text: String,
    },
    Taken {
        text: String,
    },
    Settled {
        text: String,
        how: How,
    },
    /// Whoever does it was reminded.
    Nudged {
        text: String,
        who: Vec<UserId>,
    },
    Ended {
        playbook: String,
        why: EndedBecause,
    },
}
