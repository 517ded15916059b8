//! A desk as it stands: its configuration, and what its channels were told.

use crate::clock::{Length, Timestamp};
use crate::coverage::{self, Gap, Holidays, Roster, Schedule, Span, Who};
use crate::domain::booking::Lookup;
use crate::domain::cover::record::DeskCover;
use crate::domain::detour::WhenDown;
use crate::domain::mail::DeskMail;
use crate::domain::policy::{ChannelRef, Policy};
use crate::domain::routine::rules::Routines;
use crate::domain::ticket::DeskTickets;
use crate::id::{ChannelId, DeskKey, PolicyId, RoleKey, UserId};
use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A desk's configuration: what the case keeps (`policy`) and what applies at once (`coverage`).
#[derive(Clone, Debug)]
pub struct Desk {
    pub key: DeskKey,
    pub coverage: coverage::Desk,
    pub policy: Arc<Policy>,
    pub policy_id: PolicyId,
    /// Which channels are this desk's, as configured.
    pub channels: Vec<ChannelPattern>,
    pub home_channel: Option<ChannelRef>,
    /// How long ahead a gap is announced, the longest first.
    pub notices: Vec<Length>,
    /// Who is shown what was solved before.
    pub suggest: Suggest,
    /// When the desk is told of its week in figures; never when none.
    pub digest: Option<Digest>,
    /// When fewer than the minimum are meant to be there: nobody is told of such gaps.
    pub wanted_gaps: Option<Schedule>,
    /// Lists for the working day of whoever answers here.
    pub routines: Option<Arc<Routines>>,
    /// Defaults of the roles; a channel's own filling comes before them.
    pub roles: BTreeMap<RoleKey, Vec<Who>>,
    pub bookings: Lookup,
    /// Its e-mails, as configured now.
    pub mail: DeskMail,
    /// What it does while Slack takes no posts.
    pub when_down: WhenDown,
    /// Canned answers, by name.
    pub canned: BTreeMap<String, String>,
    /// Client organisations, and whether they are served here.
    pub organisations: BTreeMap<String, Switched>,
    /// Its tickets, as configured now; none are raised without.
    pub tickets: Option<Arc<DeskTickets>>,
}

/// Who is shown cases that were solved before, when one is like them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suggest {
    /// Nobody.
    Off,
    /// Whoever takes the case.
    #[default]
    Owner,
    /// Whoever asks as well, of what was solved in their own channel.
    Everybody,
}

/// The week in figures: on which day and when, on the desk's clock, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest {
    pub on: Weekday,
    pub at: NaiveTime,
    pub to: DigestTo,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DigestTo {
    /// The desk's channel.
    #[default]
    Channel,
    Supervisor,
}

impl Desk {
    /// The parts of a gap that are meant to be, by configuration.
    pub fn wanted_within(&self, gap: &Gap) -> Vec<Span> {
        let within = Span::new(gap.from, gap.until);
        self.wanted_gaps.as_ref().map(|meant| meant.open_spans(within)).unwrap_or_default()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChannelPattern {
    Id(ChannelId),
    Name(String),
    /// With `*` and `?`.
    Glob(String),
}

/// Puts other days in the place of a set of holidays, for everybody and every desk that has them.
pub fn take_holidays(
    desks: &mut BTreeMap<DeskKey, Desk>,
    roster: &mut Roster,
    before: &Arc<Holidays>,
    after: &Arc<Holidays>,
) {
    let desks = desks.values_mut().map(|desk| &mut desk.coverage.schedule);
    let people = roster.people.values_mut().map(|person| &mut person.schedule);
    for schedule in desks.chain(people) {
        if schedule.holidays.as_ref().is_some_and(|theirs| Arc::ptr_eq(theirs, before)) {
            schedule.holidays = Some(Arc::clone(after));
        }
    }
}

/// The record of a desk.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskState {
    pub desk: DeskKey,
    pub channels: BTreeMap<ChannelId, ChannelState>,
    /// When each requester last had the after-hours answer; older than the limit is dropped.
    pub after_hours_told: BTreeMap<UserId, Timestamp>,
    /// Cover that is sought here, the alarm of the watch, and the gaps that were told.
    #[serde(default)]
    pub cover: DeskCover,
    /// Up to when the desk was told of its weeks; none while it never was.
    #[serde(default)]
    pub digested_at: Option<Timestamp>,
}

impl DeskState {
    pub fn new(desk: DeskKey) -> Self {
        Self {
            desk,
            channels: BTreeMap::new(),
            after_hours_told: BTreeMap::new(),
            cover: DeskCover::default(),
            digested_at: None,
        }
    }
}

/// What `/escalate setup`, `enable` and `disable` said of one channel.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ChannelState {
    pub roles: BTreeMap<RoleKey, Vec<Who>>,
    pub days: Option<EventDays>,
    pub switched: Switched,
}

/// An event's own days: from the first instant to the first that no longer counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventDays {
    pub from: Timestamp,
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Switched {
    #[default]
    On,
    Off,
}
