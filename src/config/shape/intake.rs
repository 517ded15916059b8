//! A desk's template and its first steps, as they are written.

use super::super::yaml::value::{At, Needed};
use super::words::RequiredText;
use crate::clock::Length;
use schemars::JsonSchema;
use serde::Deserialize;

/// Which posts are cases, and what they have to say.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct IntakeText {
    /// `any_post`, `template` or `form_only`. Default: `any_post`.
    pub cases: Option<CasesText>,
    /// Whether the first tier is pinged while something is missing: `start_clock` or `hold`.
    /// Default: `start_clock`.
    pub when_incomplete: Option<IncompleteText>,
    /// The template's first line: `Hi @here,`.
    pub greeting: Option<At<String>>,
    /// How long further posts of the same requester join their unclaimed case. Default: `3m`.
    pub join_within: Option<At<Length>>,
    /// The lines of the template.
    pub fields: Vec<At<FieldText>>,
}

/// Which posts are cases.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CasesText {
    AnyPost,
    Template,
    FormOnly,
}

/// What happens while something is missing.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IncompleteText {
    StartClock,
    Hold,
}

/// One line of the template.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldText {
    /// A short name, for e-mails and tickets to refer to.
    pub key: Needed<String>,
    /// As the people know it, and as they type it.
    pub label: Needed<String>,
    /// What kind of answer it takes.
    pub kind: Needed<KindText>,
    /// Whether an answer is needed. Default: `false`.
    #[serde(default)]
    pub required: RequiredText,
    /// Shown under the field in the form.
    #[serde(default)]
    pub hint: Option<At<String>>,
    /// Whether its value is the id of a booking, to be looked up in the directory. Default: `true` for the first
    /// `id` whose key begins with `booking`, else `false`.
    #[serde(default)]
    pub booking: Option<At<bool>>,
    /// The answers to choose from, for `kind: choice`.
    #[serde(default)]
    pub any_of: Option<At<Vec<At<String>>>>,
    /// The regular expression that the answer matches, for `kind: id`.
    #[serde(default)]
    pub pattern: Option<At<String>>,
}

/// Kinds of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum KindText {
    Text,
    Url,
    Emails,
    Choice,
    User,
    Number,
    Id,
    Time,
    File,
    Confirm,
}

/// First steps.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SelfHelpText {
    /// What to try first.
    pub text: Option<At<String>>,
    /// Addresses of articles.
    pub links: Vec<At<String>>,
}

/// Sending elsewhere.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedirectText {
    /// The key of a `confirm` field: who does not confirm it is sent elsewhere.
    pub unless: Needed<String>,
    /// The channel that is offered: a name or an id.
    pub to: Needed<String>,
}
