//! What is said about the working day: lists, questions and answers, their buttons and forms.

use crate::clock::Timestamp;
use crate::coverage::{Day, Live};
use crate::domain::Glance;
use crate::domain::cover::leave::Leave;
use crate::domain::cover::note::Shortfall;
use crate::domain::routine::record::{Handing, List};
use crate::id::{DeskKey, UserId};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// A word outside every case, to one person.
#[derive(Clone, Debug, PartialEq)]
pub enum RoutineWord {
    /// Their list as it stands: posted once, edited ever after.
    List { to: UserId, list: Box<List>, work: Box<Work> },
    /// To the one who is asked to take all cases: posted once, edited when it is settled.
    Handing { from: UserId, handing: Box<Handing>, cases: Vec<Glance> },
    /// Something new, named by its number on their record.
    Tell { to: UserId, number: u32, note: RoutineNote },
}

/// What a list shows beside its items, as it is at this moment.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Work {
    /// Their open cases, oldest first.
    pub mine: Vec<Glance>,
    /// Open cases that nobody has, on the list's desks, by desk.
    pub unclaimed: Vec<(DeskKey, u32)>,
    /// Held for long: theirs first, then those of others on the list's desks.
    pub stale: Vec<Glance>,
    /// For quiet hours: shown with the review.
    pub quiet: Vec<String>,
    /// The days of the week to come: of the review alone.
    pub week: Vec<(NaiveDate, Day)>,
    pub live: Live,
}

/// A text about the working day.
#[derive(Clone, Debug, PartialEq)]
pub enum RoutineNote {
    // To the one who acted.
    /// They ask a colleague to take all their cases; `left` stay, because the colleague does not answer there.
    Asked {
        to: UserId,
        cases: u32,
        left: u32,
        until: Timestamp,
    },
    NothingToHandOver,
    /// Nobody, or not one who answers on the desks of these cases.
    HandToWhom {
        to: Option<UserId>,
    },
    /// A question of this kind is open already.
    AskedAlready {
        to: UserId,
        until: Timestamp,
    },
    YouTook {
        from: UserId,
        cases: u32,
    },
    DeclineNoted,
    /// The list is of a shift that is past.
    ListGone,
    /// A shift that is over, or has not begun, cannot be ended.
    NoShift,
    /// The shift is over from here.
    Ended {
        until: Option<Timestamp>,
        open: u32,
    },
    /// Their hours of that day.
    DaySet {
        day: NaiveDate,
        hours: Day,
    },
    /// Those hours would leave desks short: they stay as they were until `leave` is covered.
    DayWaits {
        day: NaiveDate,
        leave: Leave,
        short: Vec<Shortfall>,
    },
    DayUnclear,
    HoursStand,
    /// Hours are written for those in the configuration.
    NotListed,

    // Unprompted.
    Took {
        by: UserId,
        cases: u32,
    },
    Declined {
        by: UserId,
    },
    Lapsed {
        by: UserId,
    },
}

/// What a button about the working day does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineButton {
    /// An item of a list is done.
    Tick {
        list: u32,
        item: u32,
    },
    /// It is not done after all.
    Untick {
        list: u32,
        item: u32,
    },
    /// Asks whom to hand all cases to.
    HandAll,
    TakeAll {
        from: UserId,
        number: u32,
    },
    DeclineAll {
        from: UserId,
        number: u32,
    },
    /// The shift is over now.
    End,
    /// Other hours on a day.
    Change {
        day: NaiveDate,
    },
    /// Other hours on a day to be chosen, in App Home.
    Hours,
    /// "My hours are right."
    Stand,
}

/// A form about the working day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoutineForm {
    /// `people` (one); `desks` are those of the cases, and shown alone.
    HandAll,
    /// `hours` (windows, or `closed`; as configured when empty), and `day` where none is named here.
    Change { day: Option<NaiveDate> },
}
