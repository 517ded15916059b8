//! What a time was like on a desk, in figures: worked out from cases and their timelines alone.

mod case;
mod coverage;
mod desk;

pub use case::{Answered, CaseFigures, Ended, Setting, of_case};
pub use coverage::{Coverage, Share, coverage};
pub use desk::{Sources, of_desk};

use crate::clock::Timestamp;
use crate::coverage::Gap;
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A report: the cases that were opened in `[from, until)`, desk by desk, as they stood at `at`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figures {
    pub from: Timestamp,
    pub until: Timestamp,
    pub at: Timestamp,
    pub desks: Vec<DeskFigures>,
}

/// One desk. Lengths are seconds of the desk's open time: its clocks run only then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DeskFigures {
    pub desk: DeskKey,
    pub name: String,
    /// The zone of its hours, in which hours and days are counted.
    pub zone: String,
    pub cases: Counts,
    /// Cases by the hour in which they were opened, on the desk's clock, from 0 to 23.
    pub by_hour: Vec<u32>,
    /// Cases by day, every day of the time.
    pub by_day: Vec<(NaiveDate, u32)>,
    pub first_answer: Times,
    pub claim: Times,
    pub resolution: Times,
    pub breaches: Breaches,
    /// Who answered: the tier that stood when a case was first claimed.
    pub tiers: Vec<TierFigures>,
    /// The share of claimed cases that the first tier answered, in percent.
    pub first_tier_percent: Option<u32>,
    pub tags: Vec<(String, u32)>,
    pub outcomes: Vec<(String, u32)>,
    pub coverage: CoverageFigures,
    pub people: Vec<PersonFigures>,
}

#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    pub opened: u32,
    pub resolved: u32,
    pub withdrawn: u32,
    pub open: u32,
    /// Never claimed so far, of those that are open.
    pub unclaimed: u32,
    /// Cases that were reopened at least once.
    pub reopened: u32,
    /// Cases for which every tier was tried and nobody answered.
    pub exhausted: u32,
}

/// How long something took.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Times {
    /// How many cases have got so far.
    pub count: u32,
    pub median: Option<u64>,
    pub p90: Option<u64>,
    /// The longest, the longest first.
    pub worst: Vec<Worst>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worst {
    pub case: CaseId,
    pub took: u64,
    pub at: Place,
    pub owner: Option<UserId>,
}

/// Where a case's thread is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub channel: ChannelId,
    /// None where the bot's own post is not known.
    pub root: Option<MessageTs>,
}

/// Promises that were not kept.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Breaches {
    /// Answers that came later than `reply_within`.
    pub reply: u32,
    /// Times the requester heard nothing for longer than `update_every`.
    pub update: u32,
    /// Cases that were not resolved within `resolve_within`.
    pub resolve: u32,
    /// Cases with any of these.
    pub cases: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TierFigures {
    /// The tier's name; the supervisor and whoever was there before any ping under their own.
    pub name: String,
    pub answered: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct CoverageFigures {
    /// How long the desk was open, in minutes.
    pub open_minutes: u64,
    /// How long it was open with fewer than its minimum, in minutes, by hours, time off, calendars and granted
    /// absences as they are known now.
    pub uncovered_minutes: u64,
    /// How long the watch saw it under its minimum, statuses and everything else included, in minutes.
    pub short_minutes: u64,
    /// The times that are not covered, the longest first.
    pub gaps: Vec<Gap>,
}

/// What somebody did, and what was asked of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonFigures {
    pub user: UserId,
    pub name: String,
    pub pings: u32,
    /// Of those, at night on their own clock, from 22:00 to 06:00.
    pub night_pings: u32,
    /// Cases that they owned when they were resolved, or own now.
    pub cases: u32,
    /// Replies into a case that somebody else owned.
    pub interventions: u32,
    /// Absences of others that they covered.
    pub covered: u32,
    /// How long they were there to be pinged, in minutes.
    pub available_minutes: u64,
    /// Their share of the desk's pings and of the time in which somebody was there, in percent: far apart means
    /// that the load is not spread fairly.
    pub ping_percent: u32,
    pub time_percent: u32,
}
