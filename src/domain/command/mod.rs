//! The words that Firstline takes, by slash command or by mention, and what they mean.

mod case_words;
mod coverage_words;
mod parse;
mod said;
mod wait;
mod when;

pub use parse::{parse_mention, parse_slash};
pub use when::{parse_when, resolve_span};

use crate::clock::{Length, Timestamp};
use crate::domain::case::WaitingFor;
use crate::domain::ticket::Needs;
use crate::id::{GroupId, UserId};

/// A wish in words. Words that are none are carried along: the decision answers them.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// `/escalate [text]`.
    Escalate {
        text: String,
    },
    /// `/escalate template`.
    Template,
    /// `/escalate setup`.
    Setup,
    /// `/escalate enable`, for supervisors.
    Enable,
    /// `/escalate disable`, for supervisors.
    Disable,
    /// `/escalate report`, for supervisors: the last seven days in figures.
    Report,
    /// `help`, of whichever command.
    Help,
    Case(CaseCommand),
    Coverage(CoverageCommand),
    /// A greeting or thanks: met with silence.
    Thanks,
    /// A mention with nothing in it that we know; the words, for the help that answers it.
    Unknown {
        words: String,
    },
}

/// What can be said in a case's thread with a mention of the bot.
#[derive(Clone, Debug, PartialEq)]
pub enum CaseCommand {
    Claim,
    Release,
    AskForHelp {
        who: Vec<Addressee>,
    },
    HandOver {
        to: Vec<Addressee>,
    },
    Hold {
        until: Option<When>,
        waiting_for: Option<WaitingFor>,
        reason: Option<String>,
    },
    Tags {
        words: Vec<String>,
    },
    Resolve {
        note: Option<String>,
    },
    /// Although something is missing: supervisors only.
    ResolveAnyway,
    /// A canned answer, by name; which one, when there is none.
    Say {
        name: String,
    },
    Ticket {
        needs: Needs,
        subject: Option<String>,
    },
    Reopen,
    Why,
    Status,
    Playbook {
        name: String,
    },
}

/// `/coverage …`, and the questions by mention.
#[derive(Clone, Debug, PartialEq)]
pub enum CoverageCommand {
    /// "Who is on coverage?"
    Who,
    Away {
        until: Option<When>,
        reason: Option<String>,
    },
    Back,
    Break {
        length: Option<When>,
        reason: Option<String>,
    },
    /// Days or times off. `from` is none for "from now on"; `until` is the first day or instant that no longer
    /// counts: `off A to B` includes B, so it is the day after B ([`When::DayAfter`] where B has no date of its
    /// own); `off until B` does not. [`resolve_span`] makes instants of the two.
    Off {
        from: Option<When>,
        until: Option<When>,
        reason: Option<String>,
    },
    Cover {
        who: Vec<Addressee>,
        until: Option<When>,
    },
    Gaps,
    Schedule,
    /// Which words there are.
    Help,
    /// Words after `/coverage` that are none of them.
    Unclear,
}

/// Somebody named by mention.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Addressee {
    User(UserId),
    Group(GroupId),
    /// A name typed without Slack's mention.
    Name(String),
}

/// A point in time as people say it; it becomes an instant in the speaker's own zone.
#[derive(Clone, Debug, PartialEq)]
pub enum When {
    /// `for 30m`, `2h`.
    In(Length),
    /// `15:00`, `3pm`: the next time the clock shows it.
    Clock {
        hour: u32,
        minute: u32,
    },
    /// `2026-12-24`, with a time or without.
    Day {
        year: i32,
        month: u32,
        day: u32,
        clock: Option<(u32, u32)>,
    },
    /// `tomorrow`, `monday`: days from today, or the next such weekday (0 = Monday).
    Tomorrow {
        clock: Option<(u32, u32)>,
    },
    Weekday {
        weekday: u32,
        clock: Option<(u32, u32)>,
    },
    /// The first instant of the day after that one.
    DayAfter(Box<When>),
    /// An instant that needs no zone.
    At(Timestamp),
}
