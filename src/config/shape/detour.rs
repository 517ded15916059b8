//! What happens while Slack takes no posts, as it is written.

use super::super::yaml::value::{At, Needed};
use crate::clock::Length;
use schemars::JsonSchema;
use serde::Deserialize;

/// While Slack takes no posts: who is told by other means, and from when on. A desk's own keys come before those of
/// `firstline.yml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WhenDownText {
    /// How long posts to Slack may fail before tiers from the second on are told by other means. Default: `3m`.
    pub after: Option<At<Length>>,
    /// `email` writes to each of them, `webhook` tells the address under `webhook`, `nobody` waits for Slack.
    /// Default: `webhook` where one is set up, else `email` where a mail server is, else `nobody`.
    pub by: Option<At<ByText>>,
}

/// By which means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ByText {
    Email,
    Webhook,
    Nobody,
}

/// An address of yours that is told of pings while Slack takes no posts.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HookText {
    /// Its address.
    pub url: Needed<String>,
    /// The secret that signs what it is told; read it from the environment: `"${HOOK_SECRET}"`.
    pub secret: Needed<String>,
}
