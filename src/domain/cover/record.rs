//! What a desk's record keeps of cover: requests that wait for an answer, the watch's alarm, gaps that were told.

use crate::clock::Timestamp;
use crate::coverage::Span;
use crate::domain::cover::leave::Leave;
use crate::id::{ChannelId, DeskKey, UserId};
use serde::{Deserialize, Serialize};

/// The part of a desk's record that is about cover.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeskCover {
    /// Absences that wait for somebody to cover them.
    pub requests: Vec<Request>,
    /// The desk is under its minimum, and is seen to.
    pub alarm: Option<Alarm>,
    /// Gaps ahead that were announced.
    pub told: Vec<Told>,
    /// Spans in which a gap is wanted, or was granted.
    pub wanted: Vec<Span>,
    /// How many absences were granted here. Every grant changes this record, so that of two at once one is
    /// decided again.
    pub grants: u64,
    /// The last number given to a request, an alarm or a word.
    pub last: u32,
}

impl DeskCover {
    /// The next number.
    pub fn number(&mut self) -> u32 {
        self.last += 1;
        self.last
    }
}

/// Somebody wants to be absent, and that would leave desks short. It is kept by the first of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    pub number: u32,
    pub by: UserId,
    pub leave: Leave,
    /// The desks that it would leave short.
    pub desks: Vec<DeskKey>,
    pub asked_at: Timestamp,
    pub seek: Seek,
}

/// The desk is under its minimum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    pub number: u32,
    pub since: Timestamp,
    /// When it ends by itself, as far as that is known.
    pub until: Option<Timestamp>,
    /// Who was the last to leave.
    pub left: Vec<UserId>,
    pub seek: Seek,
    /// When the channel was told, or the supervisor where there is no channel.
    pub told_at: Option<Timestamp>,
    /// The channels that were told, where only those are short; else the desk's own.
    #[serde(default)]
    pub told_in: Vec<ChannelId>,
    /// Who said that they see to it.
    pub taken_by: Option<UserId>,
}

/// A search for somebody who covers: who was asked, in order.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Seek {
    pub asked: Vec<Asked>,
    pub stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Somebody has time to answer.
    #[default]
    Asking,
    /// Everybody was asked, and the time of the last is over.
    Exhausted,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    pub who: UserId,
    pub at: Timestamp,
    pub role: AskedAs,
    pub answer: AskedAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedAs {
    /// One who could stand in.
    Coverer,
    /// The last resort, who may also let the desk go uncovered.
    Supervisor,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedAnswer {
    None,
    Declined,
}

/// A gap ahead that was announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub span: Span,
    /// The tightest notice that was given, in seconds before the gap.
    pub within: u32,
}
