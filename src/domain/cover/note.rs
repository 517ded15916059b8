//! What is said about coverage: the answers, questions and announcements, their buttons and forms.

use crate::clock::Timestamp;
use crate::coverage::{Answer, Handoff, Span};
use crate::domain::cover::filling::Filling;
use crate::domain::cover::leave::Leave;
use crate::domain::cover::record::AskedAs;
use crate::domain::event::Subject;
use crate::domain::figures::DeskFigures;
use crate::id::{ChannelId, DeskKey, PersonKey, UserId};
use serde::{Deserialize, Serialize};

/// A word that belongs to no case. `of` and `number` name it: the same on every try.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverWord {
    /// The desk or person on whose record the number was counted.
    pub of: Subject,
    pub number: u32,
    pub to: CoverTo,
    pub note: CoverNote,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CoverTo {
    Person(UserId),
    Channel(ChannelId),
}

/// An interval in which a desk has fewer than it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Short {
    pub span: Span,
    /// The fewest available within it.
    pub available: u32,
    pub minimum: u32,
}

/// Where an absence would leave a desk short.
#[derive(Clone, Debug, PartialEq)]
pub struct Shortfall {
    pub desk: DeskKey,
    /// In order; never empty.
    pub pieces: Vec<Short>,
}

/// A text about coverage.
#[derive(Clone, Debug, PartialEq)]
pub enum CoverNote {
    // To the one who acted, or whose wish it is.
    /// They may go.
    Granted {
        leave: Leave,
        covered_by: Option<UserId>,
    },
    /// They would leave these desks short. With a button that finds cover.
    WouldLeaveShort {
        leave: Leave,
        short: Vec<Shortfall>,
    },
    /// Somebody is being asked, and has until `until`.
    Seeking {
        leave: Leave,
        asked: Vec<UserId>,
        role: AskedAs,
        until: Timestamp,
    },
    /// There is nobody who could be asked, not even a supervisor.
    NobodyToAsk {
        leave: Leave,
    },
    /// Everybody was asked and nobody took it; the supervisor may still answer.
    NobodyTook {
        leave: Leave,
        supervisors: Vec<UserId>,
    },
    /// The supervisor says no.
    Refused {
        leave: Leave,
        by: UserId,
    },
    /// The question was settled before.
    IsSettled,
    /// Words that are none; with those there are.
    NotUnderstood,
    /// They cover now. `person` is none when it is for the desk at large.
    YouCover {
        person: Option<UserId>,
        /// None where it is wherever they answer.
        desks: Vec<DeskKey>,
        span: Span,
    },
    /// It was not needed any more.
    NotNeeded {
        person: Option<UserId>,
    },
    DeclineNoted,
    /// The absence was granted uncovered.
    UncoveredNoted {
        person: Option<UserId>,
        desks: Vec<DeskKey>,
    },
    /// They left without an end, and are back for what they promised to cover.
    AwayBeforeCover {
        until: Timestamp,
        reason: Option<String>,
        person: Option<UserId>,
        desks: Vec<DeskKey>,
    },
    /// Cover whom?
    CoverWhom,
    /// Until when?
    CoverUntilWhen {
        person: UserId,
    },
    /// This gap is wanted from now on.
    FineNoted {
        desk: DeskKey,
        span: Span,
    },
    /// The gaps of the coming week.
    GapsAhead {
        desks: Vec<(DeskKey, Ahead)>,
    },
    /// Their own shifts of the coming week, and each desk's next hand-off.
    Schedule {
        user: UserId,
        shifts: Vec<Span>,
        handoffs: Vec<(DeskKey, Option<Handoff>)>,
    },
    /// Somebody they mentioned cannot answer; who can.
    IsOff {
        person: UserId,
        desk: DeskKey,
        answer: Answer,
        instead: Vec<UserId>,
    },

    // Unprompted, by direct message.
    /// Their absence ends in a few minutes.
    BackSoon {
        until: Timestamp,
    },
    /// They were the last on this desk; cover is sought.
    WereLast {
        desk: DeskKey,
        until: Option<Timestamp>,
        how: LeftBy,
    },
    /// Would they cover? With accept and decline.
    AskCover {
        /// The desk that keeps the question.
        desk: DeskKey,
        short: Vec<DeskKey>,
        number: u32,
        person: Option<UserId>,
        leave: Option<Leave>,
        span: Span,
        answer_by: Timestamp,
    },
    /// The supervisor: cover, let it be uncovered, or decline.
    AskSupervisor {
        desk: DeskKey,
        short: Vec<DeskKey>,
        number: u32,
        person: Option<UserId>,
        leave: Option<Leave>,
        span: Span,
        answer_by: Timestamp,
    },
    /// To those who were asked: it is settled; by whom, when somebody covers.
    Settled {
        desks: Vec<DeskKey>,
        person: Option<UserId>,
        by: Option<UserId>,
    },
    /// A gap that their entry opens.
    YourGap {
        desk: DeskKey,
        gaps: Vec<Short>,
    },

    // To the desk's channel; to its supervisor where it has none.
    /// The desk is under its minimum and nobody took it. With "This is fine".
    DeskShort {
        desk: DeskKey,
        short: Short,
        since: Timestamp,
        left: Vec<UserId>,
    },
    /// It is over; also to those who were the last.
    DeskOver {
        desk: DeskKey,
        since: Timestamp,
        how: Over,
    },
    /// The desk's week in figures.
    Week {
        desk: DeskKey,
        week: Span,
        figures: Box<DeskFigures>,
    },
    /// Gaps ahead, in order. With "This is fine" for each.
    GapsComing {
        desk: DeskKey,
        gaps: Vec<Short>,
    },
}

/// How a desk that was short is no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Over {
    /// Enough are available again.
    Enough,
    CoveredBy(UserId),
    /// Somebody who may say so says that it is fine.
    FineBy(UserId),
}

/// How somebody came to be the last who left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftBy {
    /// A state that they or Slack set, and that can be taken back.
    State,
    /// Their hours, turn, break or calendar.
    Time,
}

/// What a button about coverage does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverButton {
    /// Find cover for this absence.
    Seek(Leave),
    /// "I cover", by the number of the request or alarm.
    Accept {
        desk: DeskKey,
        number: u32,
    },
    Decline {
        desk: DeskKey,
        number: u32,
    },
    /// The supervisor lets it go uncovered.
    Uncovered {
        desk: DeskKey,
        number: u32,
    },
    /// "This is fine": the gap is wanted.
    Fine {
        desk: DeskKey,
        from: Timestamp,
        until: Timestamp,
    },
    /// In App Home.
    Away,
    Back,
    Break,
    Off,
    Cover,
    Gaps,
    Schedule,
}

/// A form about coverage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoverForm {
    /// `until` (seconds since 1970; open-ended when empty), `reason`.
    Away,
    /// `minutes`, `reason`.
    Break,
    /// `from`, `until` (the last day), `reason`.
    Off,
    /// `people` (one), `until` (seconds since 1970).
    Cover,
}

/// The gaps of the coming week on a desk.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Ahead {
    pub gaps: Vec<Short>,
    /// Whether there are more, which are meant to be.
    pub others: Wanted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Wanted {
    #[default]
    None,
    Some,
}

/// A desk in the answer to "who is on".
#[derive(Clone, Debug, PartialEq)]
pub struct OnDesk {
    pub desk: DeskKey,
    /// How it is served where it was asked: the channel's own filling, else at large and in each channel that
    /// is served now.
    pub fillings: Vec<Filling>,
    pub ahead: Ahead,
}

/// What App Home shows of a desk.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskAtHome {
    pub desk: DeskKey,
    pub on: Vec<PersonKey>,
    pub ahead: Ahead,
}
