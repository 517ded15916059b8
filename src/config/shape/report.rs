//! What a desk is told by itself: its week in figures, and what was solved before.

use super::super::yaml::value::At;
use schemars::JsonSchema;
use serde::Deserialize;

/// The week in figures.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DigestText {
    /// On which day. Default: `mon`.
    pub on: Option<DayText>,
    /// When, on the desk's clock. Default: `"09:00"`.
    pub at: Option<At<String>>,
    /// Where: `channel` or `supervisor`. Default: `channel`.
    pub to: Option<DigestToText>,
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DayText {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

/// Where the digest goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DigestToText {
    Channel,
    Supervisor,
}

/// Who is shown cases that were solved before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuggestText {
    Off,
    Owner,
    Everybody,
}
