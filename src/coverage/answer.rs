//! What the resolver answers: the state, the reason as data, the source, and until when.

use super::live::{BusyKind, Status};
use crate::id::{PersonKey, RotationKey};
use crate::zone::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whether somebody can answer on a desk at an instant, why, and how long that stays so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub available: bool,
    pub reason: Reason,
    /// When this answer next changes; none when that is more than a week away or not known.
    pub until: Option<Timestamp>,
}

impl Answer {
    /// Which rule decided.
    pub fn source(&self) -> Source {
        self.reason.source()
    }
}

/// Which rule decided, in the order in which they are asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Closed,
    OwnWord,
    TimeOff,
    Calendar,
    Dnd,
    Status,
    Break,
    Override,
    Dates,
    Holiday,
    Hours,
    Presence,
    None,
}

/// Why somebody is or is not available.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// The desk is closed; a holiday's or date's name where there is one.
    DeskClosed {
        holiday: Option<String>,
    },
    Away {
        note: Option<String>,
    },
    Covering {
        person: Option<PersonKey>,
    },
    TimeOff {
        note: Option<String>,
    },
    Calendar {
        busy: BusyKind,
        all_day: bool,
    },
    Dnd,
    Status {
        status: Status,
    },
    Break {
        note: Option<String>,
    },
    StandIn {
        rotation: RotationKey,
        person: Option<PersonKey>,
    },
    /// Assigned to an event of the channel.
    EventDays,
    OnDate,
    OffDate,
    Holiday {
        name: String,
    },
    InHours,
    OffHours,
    PresenceAway,
    /// Nothing says otherwise.
    Free,
}

impl Reason {
    /// Which rule this reason belongs to.
    pub fn source(&self) -> Source {
        match self {
            Self::DeskClosed { .. } => Source::Closed,
            Self::Away { .. } | Self::Covering { .. } => Source::OwnWord,
            Self::TimeOff { .. } => Source::TimeOff,
            Self::Calendar { .. } => Source::Calendar,
            Self::Dnd => Source::Dnd,
            Self::Status { .. } => Source::Status,
            Self::Break { .. } => Source::Break,
            Self::StandIn { .. } => Source::Override,
            Self::EventDays | Self::OnDate | Self::OffDate => Source::Dates,
            Self::Holiday { .. } => Source::Holiday,
            Self::InHours | Self::OffHours => Source::Hours,
            Self::PresenceAway => Source::Presence,
            Self::Free => Source::None,
        }
    }

    /// Whether somebody with this reason can answer.
    pub fn is_available(&self) -> bool {
        match self {
            Self::Covering { .. }
            | Self::StandIn { .. }
            | Self::EventDays
            | Self::OnDate
            | Self::InHours
            | Self::Free => true,
            Self::DeskClosed { .. }
            | Self::Away { .. }
            | Self::TimeOff { .. }
            | Self::Calendar { .. }
            | Self::Dnd
            | Self::Status { .. }
            | Self::Break { .. }
            | Self::OffDate
            | Self::Holiday { .. }
            | Self::OffHours
            | Self::PresenceAway => false,
        }
    }

    /// Whether an answer with this reason goes on in one with `next`: windows that touch are one, and so are
    /// a night and the holiday after it; a meeting and the evening after it are not.
    pub(super) fn joins(&self, next: &Self) -> bool {
        match (self.is_available(), next.is_available()) {
            (true, true) => true,
            (false, false) => self.source().kin() == next.source().kin(),
            (true, false) | (false, true) => false,
        }
    }
}

impl Source {
    /// Sources that people see as one when they follow each other: dates, holidays and hours are the schedule.
    fn kin(self) -> Self {
        match self {
            Self::Dates | Self::Holiday | Self::Hours => Self::Hours,
            Self::Closed
            | Self::OwnWord
            | Self::TimeOff
            | Self::Calendar
            | Self::Dnd
            | Self::Status
            | Self::Break
            | Self::Override
            | Self::Presence
            | Self::None => self,
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let with = |f: &mut fmt::Formatter<'_>, text: &str, note: &Option<String>| match note {
            Some(note) => write!(f, "{text}: {note}"),
            None => f.write_str(text),
        };
        match self {
            Self::DeskClosed { holiday } => with(f, "the desk is closed", holiday),
            Self::Away { note } => with(f, "away", note),
            Self::Covering { person: Some(person) } => write!(f, "covering for {person}"),
            Self::Covering { person: None } => f.write_str("covering"),
            Self::TimeOff { note } => with(f, "time off", note),
            Self::Calendar { busy: BusyKind::OutOfOffice, .. } => f.write_str("out of office"),
            Self::Calendar { all_day: true, .. } => f.write_str("busy all day"),
            Self::Calendar { busy: BusyKind::Busy | BusyKind::Tentative, .. } => f.write_str("in a meeting"),
            Self::Dnd => f.write_str("do not disturb"),
            Self::Status { status } if status.text.is_empty() => write!(f, "status :{}:", status.emoji),
            Self::Status { status } => write!(f, "status \"{}\"", status.text),
            Self::Break { note } => with(f, "on a break", note),
            Self::StandIn { rotation, person: Some(person) } => {
                write!(f, "standing in for {person} on {rotation}")
            }
            Self::StandIn { rotation, person: None } => write!(f, "added to {rotation}"),
            Self::EventDays => f.write_str("on duty for the event"),
            Self::OnDate => f.write_str("on shift by the hours of this date"),
            Self::OffDate => f.write_str("off by the hours of this date"),
            Self::Holiday { name } => write!(f, "holiday: {name}"),
            Self::InHours => f.write_str("on shift"),
            Self::OffHours => f.write_str("outside their hours"),
            Self::PresenceAway => f.write_str("not active in Slack"),
            Self::Free => f.write_str("available"),
        }
    }
}
