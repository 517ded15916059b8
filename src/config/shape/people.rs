//! `people.yml` as it is written: people, rotations, overrides, time off, user groups.

use super::super::yaml::value::{At, Listed, Needed};
use super::words::HoursText;
use crate::coverage::{DayHours, Every, Wall};
use schemars::JsonSchema;
use serde::Deserialize;

/// One person.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PersonText {
    /// Their Slack id (`U…`), or the e-mail address of their Slack account.
    pub slack: Needed<String>,
    /// Where they are told by e-mail while Slack takes no posts. Default: the address of their Slack account.
    #[serde(default)]
    pub email: Option<At<String>>,
    /// Their name as others know it.
    pub name: Needed<String>,
    /// The zone in which their hours are written, such as `Europe/London`. Default: UTC.
    #[serde(default)]
    pub time_zone: Option<At<String>>,
    /// Which holidays they have: a name under `holidays`.
    #[serde(default)]
    pub holidays: Option<At<String>>,
    /// Their weekly hours. Without them: available unless something says not.
    #[serde(default)]
    pub hours: Option<At<HoursText>>,
    /// Hours of single days, which replace the weekly ones: `2026-12-24: "09:00-12:00"`, or `closed`.
    #[serde(default)]
    pub dates: Listed<DayHours>,
    /// The secret address of their calendar (`https://….ics`), or a file of this folder.
    #[serde(default)]
    pub calendar: Option<At<String>>,
    /// What a tentative entry of the calendar means: `free` or `busy`. Default: `free`.
    #[serde(default)]
    pub tentative: Option<TentativeText>,
    /// Hours in which they may be asked to cover. Without them: never.
    #[serde(default)]
    pub reachable: Option<At<HoursText>>,
}

/// What a tentative entry means.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TentativeText {
    Free,
    Busy,
}

/// People who take turns.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RotationText {
    /// The zone in which hand-offs are counted.
    pub time_zone: Needed<String>,
    /// The length of a turn: `1 week`, `12 hours`.
    pub every: Needed<Every>,
    /// The first hand-off: `2026-01-05 09:00`.
    pub from: Needed<Wall>,
    /// In their order.
    pub people: Needed<Vec<At<String>>>,
}

/// A dated change to a rotation: `replace` and `with`, or `add`, or `remove`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideEntry {
    /// Which rotation.
    pub rotation: Needed<String>,
    /// On the rotation's wall clock: `2026-12-24 09:00`.
    pub from: Needed<Wall>,
    /// The first instant that no longer counts.
    pub until: Needed<Wall>,
    /// Whose turns somebody else takes.
    #[serde(default)]
    pub replace: Option<At<String>>,
    /// Who takes them.
    #[serde(default)]
    pub with: Option<At<String>>,
    /// Who is on turn as well.
    #[serde(default)]
    pub add: Option<At<String>>,
    /// Whose turns stay empty.
    #[serde(default)]
    pub remove: Option<At<String>>,
}

/// A planned absence, in the person's own zone.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOffText {
    /// Who is off.
    pub person: Needed<String>,
    /// The first day off, or the instant: `2026-12-24`, `2026-12-24 13:00`.
    pub from: Needed<Wall>,
    /// The first day (or instant) back.
    pub until: Needed<Wall>,
    /// Why, as others may read it.
    #[serde(default)]
    pub note: Option<String>,
}

/// A Slack user group, by its handle without the `@`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GroupText {
    /// Its id in Slack (`S…`).
    pub slack: Option<At<String>>,
    /// Its members, by their keys. The running bot asks Slack instead.
    pub members: Vec<At<String>>,
}
