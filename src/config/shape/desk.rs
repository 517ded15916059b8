//! A desk's file as it is written.

use super::super::yaml::value::{At, Listed, Needed};
use super::closing::ClosingText;
use super::detour::{HookText, WhenDownText};
use super::intake::{IntakeText, RedirectText, SelfHelpText};
use super::outside::{DirectoryText, MailText};
use super::report::{DigestText, SuggestText};
use super::routines::RoutinesText;
use super::tickets::TicketsText;
use super::top::HeartbeatText;
use super::words::{HoursText, OneOrMore, PingText};
use crate::clock::Length;
use crate::coverage::{DayHours, Who};
use schemars::JsonSchema;
use serde::Deserialize;

/// One desk: where help is asked, who answers, and by when.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeskFile {
    /// The desk's key: short, and the head of its cases' numbers (`event-17`).
    pub desk: Needed<String>,
    /// Its name as people know it. Default: the key.
    #[serde(default)]
    pub name: Option<At<String>>,
    /// Its channels: names, patterns such as `event-*`, or ids `C…`.
    pub channels: Needed<Vec<At<String>>>,
    /// The channel for cases that come from elsewhere; needed when `channels` has only patterns.
    #[serde(default)]
    pub home_channel: Option<At<String>>,
    /// The zone in which its hours are written. Default: UTC.
    #[serde(default)]
    pub time_zone: Option<At<String>>,
    /// When it is open. Default: `always`.
    #[serde(default)]
    pub hours: Option<At<HoursText>>,
    /// Which holidays close it: a name under `holidays`.
    #[serde(default)]
    pub holidays: Option<At<String>>,
    /// Hours of single days, which replace the weekly ones.
    #[serde(default)]
    pub dates: Listed<DayHours>,
    /// Who is pinged when nobody else can answer, whatever their state.
    #[serde(default)]
    pub supervisor: Option<At<Who>>,
    /// How many different people should be available whenever the desk is open. Default: 1.
    #[serde(default)]
    pub min_available: Option<At<u32>>,
    /// Roles that each channel may fill, with who fills them otherwise: `lead_csm: rotation:lead`.
    #[serde(default)]
    pub roles: Listed<OneOrMore<Who>>,
    /// Which posts are cases, and what they have to say.
    #[serde(default)]
    pub intake: IntakeText,
    /// Whom to ping, rung by rung.
    pub tiers: Needed<Vec<At<TierText>>>,
    /// How a case is taken.
    #[serde(default)]
    pub claiming: ClaimingText,
    /// What is promised after a case is taken, in the desk's open time.
    #[serde(default)]
    pub clocks: ClocksText,
    /// What is asked when a case ends.
    #[serde(default)]
    pub closing: ClosingText,
    /// What happens to a case that is posted while the desk is closed.
    #[serde(default)]
    pub after_hours: AfterHoursText,
    /// The desk's own first steps, shown at the head of the form and after hours.
    #[serde(default)]
    pub self_help: Option<At<SelfHelpText>>,
    /// Where a post goes that is not for this desk.
    #[serde(default)]
    pub redirect: Option<At<RedirectText>>,
    /// How long ahead a gap in coverage is announced. Default: `[7d, 1d, 30m]`.
    #[serde(default)]
    pub notices: Option<At<Vec<At<Length>>>>,
    /// When fewer than `min_available` are meant to be there: of such gaps nobody is told.
    #[serde(default)]
    pub wanted_gaps: Option<At<WantedGapsText>>,
    /// Whether do-not-disturb counts inside somebody's own hours. Default: `outside_hours`.
    #[serde(default)]
    pub dnd: Option<DndText>,
    /// Whether being away in Slack counts. Default: `ignored`.
    #[serde(default)]
    pub presence: Option<PresenceText>,
    /// Who is shown cases that were solved before, when one is like them: `off`, `owner` or `everybody`.
    /// Default: `owner`.
    #[serde(default)]
    pub suggest: Option<SuggestText>,
    /// The week in figures, once a week. Without it, never.
    #[serde(default)]
    pub digest: Option<At<DigestText>>,
    /// A Slack user group that is kept to those on coverage here, such as `"@on-coverage"`. Without it, none.
    #[serde(default)]
    pub sync_group: Option<At<String>>,
    /// Answers that are given often, by name: `@firstline say NAME` gives one in a thread.
    #[serde(default)]
    pub canned: Listed<String>,
    /// Client organisations that are served here, `on` or `off`.
    #[serde(default)]
    pub organisations: Listed<OnOff>,
    /// Which playbooks are offered here, by their keys. Default: those of `firstline.yml`.
    #[serde(default)]
    pub playbooks: Option<At<Vec<At<String>>>>,
    /// This desk's own directory of bookings.
    #[serde(default)]
    pub directory: Option<At<DirectoryText>>,
    /// The e-mails that this desk offers, and its own way to send them.
    #[serde(default)]
    pub mail: Option<At<MailText>>,
    /// The system in which this desk's tickets are raised.
    #[serde(default)]
    pub tickets: Option<At<TicketsText>>,
    /// This desk's lists for shifts. Without them, those of `firstline.yml`.
    #[serde(default)]
    pub routines: Option<At<RoutinesText>>,
    /// This desk's own webhook.
    #[serde(default)]
    pub webhook: Option<At<HookText>>,
    /// This desk's own way while Slack takes no posts.
    #[serde(default)]
    pub when_slack_is_down: Option<At<WhenDownText>>,
    /// This desk's own outside watch, beside that of `firstline.yml`.
    #[serde(default)]
    pub heartbeat: Option<At<HeartbeatText>>,
    /// How long closed cases of this desk are kept. Without it, as `firstline.yml` says.
    #[serde(default)]
    pub retention: Option<At<Length>>,
}

/// One rung: whom to ping and how long they have.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TierText {
    /// As people know it: `Lead CSM`.
    pub name: Needed<String>,
    /// People, `@group`, `rotation:NAME`, `role:NAME`, `booking.FIELD` or `responders`.
    pub who: Needed<Vec<At<Who>>>,
    /// How long they have before the next tier is pinged.
    pub wait: Needed<Length>,
    /// How many further times they are pinged. Default: 0, and 1 for the last tier.
    #[serde(default)]
    pub repeat: Option<At<u32>>,
    /// How many of them are pinged. Default: `all`.
    #[serde(default)]
    pub ping: Option<At<PingText>>,
    /// Whether each is also pinged by direct message. Default: `false`.
    #[serde(default)]
    pub dm: Option<bool>,
    /// Whether they count towards `min_available`. Default: `true`.
    #[serde(default)]
    pub counts: Option<bool>,
}

/// How a case is taken.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClaimingText {
    /// Emoji that claim, without colons. Default: `[eyes]`.
    pub reactions: Option<Vec<At<String>>>,
    /// Emoji by which an owner asks for help. Default: `[raising_hand]`.
    pub help: Option<Vec<At<String>>>,
    /// Whether the first responder to reply takes the case. Default: `true`.
    pub on_reply: Option<bool>,
    /// Whether others who reply are told privately who owns the case. Default: `true`.
    pub guard: Option<bool>,
}

/// Promises after the claim.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ClocksText {
    /// The first answer, and each answer when it is our turn. Without it: no promise.
    pub reply_within: Option<At<Length>>,
    /// How often the requester hears something. Without it: no promise.
    pub update_every: Option<At<Length>>,
    /// The end of the case. Without it: no promise.
    pub resolve_within: Option<At<Length>>,
    /// How long a hand-over waits for an answer. Default: `5m`.
    pub hand_over_within: Option<At<Length>>,
    /// How long a request for cover waits for an answer. Default: `5m`.
    pub cover_within: Option<At<Length>>,
    /// Reminders of a case that nobody takes come at most so often. Default: `1h`.
    pub remind_at_most: Option<At<Length>>,
}

/// While the desk is closed.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AfterHoursText {
    /// `queue` waits for the opening, `tier` pings the tier that `tier` names, `ticket` raises a ticket.
    /// Default: `queue`.
    #[serde(rename = "do")]
    pub action: Option<At<AfterHoursDo>>,
    /// The tier that is pinged, by its name.
    pub tier: Option<At<String>>,
    /// Said in addition to the usual answer.
    pub message: Option<At<String>>,
    /// Whether the answer carries an "It cannot wait" button. Default: `false`.
    pub urgent: Option<bool>,
    /// At most one answer per requester in this time. Default: `30m`.
    pub once_per: Option<At<Length>>,
}

/// What happens after hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AfterHoursDo {
    Queue,
    Tier,
    Ticket,
}

/// Gaps that are meant to be, on the desk's own clock.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct WantedGapsText {
    /// Of every week: `daily: "22:00-06:00"`; or `always`.
    pub hours: Option<At<HoursText>>,
    /// Of single days, in place of the weekly ones: `2026-12-25: "00:00-24:00"`; `closed` means that nothing is
    /// wanted on that day.
    pub dates: Listed<DayHours>,
}

/// Whether do-not-disturb counts.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DndText {
    OutsideHours,
    Counts,
}

/// Whether Slack's presence counts.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresenceText {
    Ignored,
    Counts,
}

/// A switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnOff {
    On,
    Off,
}
