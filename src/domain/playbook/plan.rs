//! A playbook as it is configured: ordered steps for a scenario, timed from an anchor.
//!
//! The steps stand flat, in the order in which they are shown. What groups and branches mean is written into each
//! step: which others it waits for (`after`), and under which answers it is taken at all (`when`).

use crate::clock::{Length, Timestamp};
use crate::coverage::Who;
use crate::id::{FieldKey, PlaybookKey, StepKey, TemplateKey};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Part of a desk's policy: a run keeps the steps it began with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Playbook {
    pub key: PlaybookKey,
    /// As people know it.
    pub name: String,
    /// When to use it.
    pub about: Option<String>,
    /// What the times of its steps count from.
    pub anchor: Anchor,
    /// The scenarios it is meant for: what the report's fields say then. Without any, it is started by hand alone.
    pub meant_for: Vec<Condition>,
    pub start: Start,
    /// Longer than this after its anchor it is not started by itself.
    pub until: Length,
    pub steps: Vec<Step>,
}

/// What times count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The instant the case was opened.
    Case,
    /// The session's start, as the booking or the form says it.
    Session,
}

/// How a playbook that is meant for a case begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// As soon as the report says so.
    AtOnce,
    /// It is offered to the one who asked when the booking's owner is unavailable or silent.
    OwnerSilent,
    /// When somebody says so.
    ByHand,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub key: StepKey,
    pub what: Doing,
    /// Who does it; without one, whoever owns the case, or else whoever started the run.
    pub who: Option<Doer>,
    /// When it comes up. Without a time: as soon as the steps it waits for are settled.
    pub at: Option<Offset>,
    /// From then on it makes no sense any more.
    pub until: Option<Offset>,
    /// How long one has for it before it is overdue.
    pub within: Length,
    pub overdue: Overdue,
    /// Steps that have to be settled before, each in whichever way.
    pub after: Vec<StepKey>,
    /// All of these have to hold, else the step is left out.
    pub when: Vec<Condition>,
}

/// The kinds of step.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doing {
    Task {
        text: String,
    },
    /// A phone call: reached, or not.
    Call {
        text: String,
    },
    Question {
        text: String,
        answers: Vec<String>,
    },
    Email {
        template: TemplateKey,
        text: Option<String>,
    },
    /// People are mentioned in the thread.
    Ping {
        who: Vec<Who>,
        text: Option<String>,
    },
    /// A word in the thread.
    Post {
        text: String,
    },
    /// The run ends; the case is to be resolved with this outcome.
    Close {
        outcome: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Doer {
    /// Who asked.
    Requester,
    /// Who has the case.
    Owner,
    Who(Who),
}

/// What happens when a step is not settled in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overdue {
    /// Whoever does it is reminded privately; as long again, and the next tier is pinged.
    NudgeThenTier,
    Nudge,
    Nothing,
}

/// Something that has to be so: a field of the report, or a step, has one of these values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    pub of: About,
    /// Compared in any case. Never empty.
    pub any_of: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    Field(FieldKey),
    Step(StepKey),
}

impl Condition {
    /// Whether this value is one of those that are wanted.
    pub fn takes(&self, value: &str) -> bool {
        self.any_of.iter().any(|wanted| wanted.trim().eq_ignore_ascii_case(value.trim()))
    }
}

/// The answer to a task, an e-mail, a ping or a post that was done.
pub const DONE: &str = "done";
/// The two answers to a call.
pub const REACHED: &str = "reached";
pub const NOT_REACHED: &str = "not reached";
/// Somebody says that the step is not needed.
pub const NOT_NEEDED: &str = "not needed";

impl Doing {
    /// What can be answered, as the buttons say it. A step that does itself has none.
    pub fn answers(&self) -> Vec<&str> {
        match self {
            Self::Task { .. } | Self::Email { .. } => vec![DONE],
            Self::Call { .. } => vec![REACHED, NOT_REACHED],
            Self::Question { answers, .. } => answers.iter().map(String::as_str).collect(),
            Self::Ping { .. } | Self::Post { .. } => Vec::new(),
            Self::Close { .. } => Vec::new(),
        }
    }

    /// What it can come to, for conditions: its answers, and [`NOT_NEEDED`] where people may say so.
    pub fn outcomes(&self) -> Vec<&str> {
        match self {
            Self::Task { .. } | Self::Email { .. } | Self::Call { .. } | Self::Question { .. } => {
                let mut all = self.answers();
                all.push(NOT_NEEDED);
                all
            }
            Self::Ping { .. } | Self::Post { .. } => vec![DONE],
            Self::Close { .. } => Vec::new(),
        }
    }
}

impl Playbook {
    pub fn step(&self, key: &StepKey) -> Option<&Step> {
        self.steps.iter().find(|step| step.key == *key)
    }
}

/// A time before or after an anchor, in whole seconds: `15m`, `-10m`, `0m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Offset(i32);

impl Offset {
    pub const fn seconds(seconds: i32) -> Self {
        Self(seconds)
    }

    pub const fn as_secs(self) -> i32 {
        self.0
    }

    /// The instant that lies so far from the anchor, in elapsed time, whatever the clocks do meanwhile.
    pub fn from(self, anchor: Timestamp) -> Timestamp {
        anchor.checked_add_signed(chrono::TimeDelta::seconds(i64::from(self.0))).unwrap_or(anchor)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}", Length::seconds(self.0.unsigned_abs()))
    }
}

impl FromStr for Offset {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = || {
            format!(
                "`{text}` is not a time from the anchor\nhint: write `0m`, `15m` for after it, or `-10m` for before it"
            )
        };
        let trimmed = text.trim();
        let (sign, length) = match trimmed.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, trimmed.strip_prefix('+').unwrap_or(trimmed)),
        };
        let length: Length = length.trim().parse().map_err(|_| hint())?;
        let seconds = i32::try_from(length.as_secs()).map_err(|_| hint())?;
        Ok(Self(sign * seconds))
    }
}

impl Serialize for Offset {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Offset {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Offset".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A time from the anchor: `0m` for the anchor itself, `15m` after it, `-10m` before it.",
            "examples": ["0m", "15m", "-10m"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Offset;

    #[test]
    fn offsets_are_read_and_written() {
        for (text, seconds) in [("0m", 0), ("15m", 900), ("+15m", 900), ("-1h 30m", -5400), ("- 10m", -600)] {
            let offset: Offset = text.parse().unwrap();
            assert_eq!(offset.as_secs(), seconds, "{text}");
            assert_eq!(offset.to_string().parse::<Offset>().unwrap(), offset);
        }
        assert!("at noon".parse::<Offset>().is_err());
        assert!("--5m".parse::<Offset>().is_err());
    }
}
