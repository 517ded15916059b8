//! A playbook's file as it is written.

use super::super::yaml::value::{At, Free, Needed};
use schemars::JsonSchema;
use serde::Deserialize;

/// Ordered steps for a scenario, timed from an anchor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaybookFile {
    /// The playbook's key: `facilitator-no-show`.
    pub playbook: Needed<String>,
    /// Its name as people know it. Default: the key.
    #[serde(default)]
    pub name: Option<At<String>>,
    /// What its times count from: `case`, or `session` for the session's start. Default: `case`.
    #[serde(default)]
    pub anchor: Option<At<String>>,
    /// When to use it, in a sentence or two.
    #[serde(default)]
    pub about: Option<At<String>>,
    /// The steps, in order: each a map with its kind (`task`, `call`, `question`, `email`, `ping`, `post`, `close`)
    /// and its time.
    pub steps: Needed<Vec<At<Free>>>,
}
