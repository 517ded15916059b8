//! A desk as the resolver sees it, and the facts it is asked with.

use super::live::{Busy, Live};
use super::roster::Roster;
use super::schedule::Schedule;
use super::who::Who;
use crate::id::{DeskKey, PersonKey, RoleKey};
use crate::zone::Timestamp;
use chrono::TimeDelta;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What coverage knows of a desk: when it is open and who answers there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    pub key: DeskKey,
    /// The desk's zone, hours, dates and holidays.
    pub schedule: Schedule,
    pub supervisor: Option<PersonKey>,
    /// How many different people the desk wants available whenever it is open.
    pub min_available: u32,
    #[serde(default)]
    pub dnd: DndPolicy,
    #[serde(default)]
    pub presence: PresencePolicy,
    pub tiers: Vec<Tier>,
}

/// One rung of the desk's escalation, as far as coverage is concerned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    pub name: String,
    pub who: Vec<Who>,
    /// Whether its people count towards `min_available`.
    pub counts: bool,
}

/// Whether do-not-disturb makes somebody unavailable inside their own hours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DndPolicy {
    /// Only outside their hours, because Slack's nightly default would silence a night shift.
    #[default]
    OutsideHours,
    /// Always.
    Counts,
}

/// Whether being away in Slack makes somebody unavailable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PresencePolicy {
    #[default]
    Ignored,
    Counts,
}

/// What a closed desk means for the question asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WhenClosed {
    /// Nobody answers.
    #[default]
    NobodyAnswers,
    /// "It cannot wait": the desk's hours are not asked.
    Ignored,
}

/// People assigned to a channel for the days of its event: on duty between `from` and `until`, as by dated
/// hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDays {
    pub people: Vec<PersonKey>,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// Everything the resolver needs to know beside the desk and the instant.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'a> {
    pub roster: &'a Roster,
    pub live: &'a BTreeMap<PersonKey, Live>,
    /// Members of Slack user groups, by handle without `@` or by id, as [`Who::Group`] has it.
    pub groups: &'a BTreeMap<String, Vec<PersonKey>>,
    pub calendars: &'a BTreeMap<PersonKey, Vec<Busy>>,
    /// When each calendar was last known to be as it is.
    pub calendars_read_at: &'a BTreeMap<PersonKey, Timestamp>,
    /// What fills each role: the desk's default or the channel's filling.
    pub roles: &'a BTreeMap<RoleKey, Vec<Who>>,
    /// People named by the booking, by field.
    pub booking: &'a BTreeMap<String, PersonKey>,
    pub event_days: &'a [EventDays],
    pub when_closed: WhenClosed,
}

static NO_LIVE: BTreeMap<PersonKey, Live> = BTreeMap::new();
static NO_GROUPS: BTreeMap<String, Vec<PersonKey>> = BTreeMap::new();
static NO_CALENDARS: BTreeMap<PersonKey, Vec<Busy>> = BTreeMap::new();
static NEVER_READ: BTreeMap<PersonKey, Timestamp> = BTreeMap::new();
static NO_ROLES: BTreeMap<RoleKey, Vec<Who>> = BTreeMap::new();
static NO_BOOKING: BTreeMap<String, PersonKey> = BTreeMap::new();

/// A calendar that could not be read for so long is told of with its age.
const CALENDAR_IS_OLD_AFTER: TimeDelta = TimeDelta::hours(24);

impl<'a> Facts<'a> {
    /// How old the person's calendar is, when it is so old that it may be wrong.
    pub fn calendar_age(&self, person: &PersonKey, now: Timestamp) -> Option<TimeDelta> {
        let age = now.signed_duration_since(*self.calendars_read_at.get(person)?);
        (age > CALENDAR_IS_OLD_AFTER).then_some(age)
    }

    /// What the configuration alone says: nothing live, no groups, no calendars, no roles filled.
    pub fn of(roster: &'a Roster) -> Self {
        Self {
            roster,
            live: &NO_LIVE,
            groups: &NO_GROUPS,
            calendars: &NO_CALENDARS,
            calendars_read_at: &NEVER_READ,
            roles: &NO_ROLES,
            booking: &NO_BOOKING,
            event_days: &[],
            when_closed: WhenClosed::default(),
        }
    }
}
