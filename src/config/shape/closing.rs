//! What a desk asks and says when a case ends, as it is written.

use super::super::yaml::value::{At, Listed, Needed};
use super::words::RequiredText;
use crate::clock::Length;
use crate::coverage::Who;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is asked when a case ends.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClosingText {
    /// Emoji that resolve, without colons. Default: `[white_check_mark]`.
    pub reactions: Option<Vec<At<String>>>,
    /// Groups of tags.
    pub tags: Listed<TagsText>,
    /// Outcomes to choose from. Without them none is asked for.
    pub outcomes: Vec<At<String>>,
    /// How the outcome is asked for in the form. Default: `Outcome`.
    pub question: Option<At<String>>,
    /// A second question, beside some outcomes: through whose fault. Without it, none.
    pub fault: Option<At<FaultText>>,
    /// Who hears by direct message how a case ended, and what was done. Default: `[booking.owner]` where the template
    /// has a field with the booking's id, else nobody.
    pub tell: Option<At<Vec<At<Who>>>>,
    /// Whether the channel sees, beside the thread, that a case was resolved. Default: `true` where the desk has
    /// playbooks.
    pub announce: Option<bool>,
    /// Whether a solution note is asked for: `optional` or `required`. Default: `optional`.
    pub note: Option<NoteText>,
    /// Said in the thread when a case is resolved: next steps, and where to turn.
    pub message: Option<At<String>>,
    /// Whether the requester is asked "is there anything else?" before a case ends. Default: `false`.
    pub requester_confirms: Option<bool>,
    /// Asked so, and quiet for so long, they have nothing else. Default: `24h`.
    pub quiet_for: Option<At<Length>>,
    /// What happens when a requester does not answer. Without it, nothing by itself.
    pub silence: Option<At<SilenceText>>,
    /// One question to the requester after the end. Without it, none.
    pub survey: Option<At<SurveyText>>,
}

/// Through whose fault a case ended so. The answer completes the outcome: `did not go ahead` and `through our fault`
/// become `did not go ahead through our fault`, which is what a ticket for service recovery goes by.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultText {
    /// Default: `Through whose fault?`
    #[serde(default)]
    pub question: Option<At<String>>,
    /// The outcomes beside which it is asked, and needed.
    #[serde(rename = "for")]
    pub of: Needed<Vec<At<String>>>,
    /// Default: `[through our fault, through the client's fault, through nobody's fault]`.
    #[serde(default)]
    pub any_of: Option<At<Vec<At<String>>>>,
}

/// A requester who does not answer.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SilenceText {
    /// How long after the last word to them they are reminded. Default: `24h`.
    #[serde(default)]
    pub remind_after: Option<At<Length>>,
    /// How long after it the case is closed; any reply opens it again. Default: `3d`.
    #[serde(default)]
    pub close_after: Option<At<Length>>,
}

/// The survey.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SurveyText {
    /// The question, as it goes on after the requester's name: `did this help?`
    pub question: Needed<String>,
    /// Two to five answers to choose from. Default: `[yes, partly, no]`.
    #[serde(default)]
    pub answers: Option<At<Vec<At<String>>>>,
}

/// A group of tags.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TagsText {
    /// The tags to choose from.
    pub any_of: Needed<Vec<At<String>>>,
    /// Whether at least one is needed. Default: `false`.
    #[serde(default)]
    pub required: RequiredText,
}

/// Whether a note is asked for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NoteText {
    Optional,
    Required,
}
