//! A rehearsal written down: who does what when, and what then appears where. Stories and tours are this text.
//!
//! ```text
//! # The lead CSM answers first
//! at: 2026-03-02 10:00 America/Los_Angeles
//!
//! lena in #event-berlin: Hi @here,
//!   We're having this issue: session 12 does not open
//! | thread: Firstline: …what the bot posts, in plain text…
//!
//! wait 5m
//! ana reacts :eyes:
//! ana in thread: On it.
//! ```
//!
//! A line that is not indented is a step; indented lines under it belong to its text; lines with `|` are what
//! has to appear, all of it and nothing else.

mod parse;
mod play;
mod print;
mod write;

pub use parse::{Script, Step, parse};
pub use play::{Bot, Player};
pub(super) use print::Printer;

use crate::clock::Timestamp;
use std::time::Duration;

/// One thing that happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    Person {
        who: String,
        deed: Deed,
    },
    /// `turn to "first words"`: the thread meant by `in thread` and by reactions.
    TurnTo {
        words: String,
    },
    /// `wait 5m`: the clock goes on, stopping wherever something happens.
    Wait(Duration),
    /// `start bot`
    StartBot,
    /// `stop bot`
    StopBot,
    /// `archive #event-berlin`
    Archive {
        channel: String,
    },
    /// `slack fails chat.postMessage 2 429`: the next calls of a method.
    Fail {
        method: String,
        count: usize,
        how: String,
    },
}

/// What somebody does.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    Talk(Talk),
    Use(Use),
    Set(Set),
}

/// What is done with messages.
#[derive(Clone, Debug, PartialEq)]
pub enum Talk {
    /// `lena in #event-berlin: text`
    Say {
        channel: String,
        text: String,
    },
    /// `ana in thread: text`
    Reply {
        text: String,
    },
    /// `ana to firstline: text`, a direct message.
    SayToBot {
        text: String,
    },
    /// `lena edits: text`, their last message.
    Edit {
        text: String,
    },
    /// `lena deletes`, their last message.
    Delete,
    /// `ana reacts :eyes:`, on the thread's first message; `ana reacts :eyes: on card` on the bot's first.
    React {
        emoji: String,
        on: On,
    },
    Unreact {
        emoji: String,
        on: On,
    },
    /// `lena uploads screen.png`, into the thread.
    Upload {
        name: String,
    },
}

/// What is done with commands, buttons and forms.
#[derive(Clone, Debug, PartialEq)]
pub enum Use {
    /// `lena types in #event-berlin: /escalate …`
    Command { channel: String, command: String, text: String },
    /// `lena escalates this`: the message shortcut on the thread's first message.
    Shortcut { callback: String },
    /// `ana presses [Claim]`, the newest such button that she sees.
    Press { label: String },
    /// `ana chooses [More] Release`
    Choose { label: String, option: String },
    /// `lena fills in: Label = value; Label = value`, and sends the open form.
    FillIn { values: Vec<(String, String)> },
    /// `ana opens home`
    OpenHome,
}

/// What somebody sets about themselves.
#[derive(Clone, Debug, PartialEq)]
pub enum Set {
    /// `ana sets status :calendar: In a meeting until 11:00`
    Status { emoji: String, text: String, until: Option<String> },
    /// `ana clears status`
    NoStatus,
    /// `ana snoozes 30m`
    Snooze(Duration),
    /// `ana ends snooze`
    NoSnooze,
}

/// What a reaction stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Root,
    Card,
}

/// Something that cannot be read or played, with the line it stands on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ScriptError {
    pub line: usize,
    pub what: String,
}

/// Where a script begins in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    pub at: Timestamp,
    /// The zone in which the script tells time.
    pub zone: chrono_tz::Tz,
}
