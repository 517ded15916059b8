//! `firstline.yml` and the files it includes that are neither desks nor playbooks: `people.yml` and the like.

use super::super::yaml::value::{At, Listed, Needed};
use super::detour::{HookText, WhenDownText};
use super::outside::{DirectoryText, MailText};
use super::people::{GroupText, OverrideEntry, PersonText, RotationText, TimeOffText};
use super::routines::RoutinesText;
use super::tickets::TicketsText;
use crate::clock::Length;
use crate::coverage::HolidaySpec;
use crate::zone::TzdataSource;
use schemars::JsonSchema;
use serde::Deserialize;

/// Everything that is not a desk or a playbook. Each key may stand in `firstline.yml` or in an included file.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TopFile {
    /// How the bot reaches Slack.
    pub slack: Option<SlackText>,
    /// Where cases are kept.
    pub store: Option<StoreText>,
    /// The address of the health page and the metrics.
    pub http: Option<HttpText>,
    /// Which copy of the world's time zone rules is used.
    pub time: Option<TimeText>,
    /// Holidays by name, for people and desks to refer to.
    pub holidays: Listed<HolidaySpec>,
    /// Slack statuses that mean "not available".
    pub unavailable_when: Option<StatusText>,
    /// Further files of this folder: names, or patterns such as `desks/*.yml`.
    pub include: Vec<At<String>>,
    /// How far back the bot reads after it was down.
    pub catch_up: Option<CatchUpText>,
    /// Everybody who answers, by a short key.
    pub people: Listed<PersonText>,
    /// People who take turns.
    pub rotations: Listed<RotationText>,
    /// Dated changes to rotations.
    pub overrides: Vec<At<OverrideEntry>>,
    /// Planned absences.
    pub time_off: Vec<At<TimeOffText>>,
    /// Members of Slack user groups, for rehearsals and for questions that are answered without Slack.
    pub groups: Listed<GroupText>,
    /// Where bookings are looked up: a CSV file or an address that answers in JSON.
    pub directory: Option<At<DirectoryText>>,
    /// How e-mails are sent.
    pub mail: Option<At<MailText>>,
    /// The system in which tickets are raised.
    pub tickets: Option<At<TicketsText>>,
    /// Checklists for the start, middle and end of a shift.
    pub routines: Option<At<RoutinesText>>,
    /// An address of yours that is told of pings while Slack takes no posts, signed.
    pub webhook: Option<At<HookText>>,
    /// While Slack takes no posts: who is told by other means, and from when on.
    pub when_slack_is_down: Option<At<WhenDownText>>,
    /// An outside watch that is told regularly that the bot is alive.
    pub heartbeat: Option<At<HeartbeatText>>,
    /// Which playbooks are offered on desks that list none of their own, by their keys. Default: none.
    pub playbooks: Option<At<Vec<At<String>>>>,
    /// How long closed cases are kept. Without it, for ever.
    pub retention: Option<At<Length>>,
}

/// An outside watch.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeartbeatText {
    /// The address that is asked for while the bot is ready.
    pub url: Needed<String>,
    /// How often, at least every `10s`. Default: `1m`.
    #[serde(default)]
    pub every: Option<At<Length>>,
}

/// Slack's side.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SlackText {
    /// The app-level token (`xapp-…`, scope `connections:write`); `SLACK_APP_TOKEN` overrides it.
    pub app_token: Option<At<String>>,
    /// The bot token (`xoxb-…`); `SLACK_BOT_TOKEN` overrides it.
    pub bot_token: Option<At<String>>,
    /// Another address of Slack's Web API, for tests and proxies; `SLACK_API_URL` overrides it.
    pub api_url: Option<At<String>>,
}

/// The store.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StoreText {
    /// `sled:` and a folder; `FIRSTLINE_STORE` overrides it. Default: `sled:data`.
    pub url: Option<At<String>>,
}

/// The bot's own HTTP address.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct HttpText {
    /// Address and port; `FIRSTLINE_LISTEN` overrides it. Default: `127.0.0.1:8383`.
    pub listen: Option<At<String>>,
}

/// Time zone rules.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimeText {
    /// `auto` takes the newer of the system's and the bundled copy. Default: `auto`.
    pub tzdata: Option<At<Tzdata>>,
}

/// Which copy of the time zone rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tzdata {
    Auto,
    System,
    Bundled,
}

impl From<Tzdata> for TzdataSource {
    fn from(written: Tzdata) -> Self {
        match written {
            Tzdata::Auto => Self::Auto,
            Tzdata::System => Self::System,
            Tzdata::Bundled => Self::Bundled,
        }
    }
}

/// Statuses that mean "not available".
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StatusText {
    /// Names of emoji, without colons.
    pub emoji: Vec<At<String>>,
    /// Words or phrases, found as whole words in any case.
    pub text: Vec<At<String>>,
}

/// Reading back after downtime.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CatchUpText {
    /// At most so far back. Default: `24h`.
    pub at_most: Option<At<Length>>,
}
