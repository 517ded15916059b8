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

pub use parse::{Script, Step, parse};
pub use play::{Bot, Player};

use crate::clock::Timestamp;
use std::time::Duration;

/// One thing that somebody does, or that happens to the workspace.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// `lena in #event-berlin: text`
    Says {
        who: String,
        channel: String,
        text: String,
    },
    /// `ana in thread: text`
    Replies {
        who: String,
        text: String,
    },
    /// `ana to firstline: text`, a direct message.
    SaysToBot {
        who: String,
        text: String,
    },
    /// `lena edits: text`, their last message.
    Edits {
        who: String,
        text: String,
    },
    /// `lena deletes`, their last message.
    Deletes {
        who: String,
    },
    /// `lena turns to "first words"`: the thread meant by `in thread` and by reactions.
    TurnsTo {
        words: String,
    },
    /// `ana reacts :eyes:`, on the thread's first message; `ana reacts :eyes: on card` on the bot's first.
    Reacts {
        who: String,
        emoji: String,
        on: On,
    },
    Unreacts {
        who: String,
        emoji: String,
        on: On,
    },
    /// `lena types in #event-berlin: /escalate …`
    Commands {
        who: String,
        channel: String,
        command: String,
        text: String,
    },
    /// `lena escalates this`: the message shortcut on the thread's first message.
    Shortcut {
        who: String,
        callback: String,
    },
    /// `ana presses [Claim]`, the newest such button that she sees.
    Presses {
        who: String,
        label: String,
    },
    /// `ana chooses [More] Release`
    Chooses {
        who: String,
        label: String,
        option: String,
    },
    /// `lena fills in: Label = value; Label = value`, and sends the open form.
    FillsIn {
        who: String,
        values: Vec<(String, String)>,
    },
    /// `lena uploads screen.png`, into the thread.
    Uploads {
        who: String,
        name: String,
    },
    /// `ana sets status :calendar: In a meeting until 11:00`
    SetsStatus {
        who: String,
        emoji: String,
        text: String,
        until: Option<String>,
    },
    ClearsStatus {
        who: String,
    },
    /// `ana snoozes 30m` / `ana ends snooze`
    Snoozes {
        who: String,
        length: Option<Duration>,
    },
    /// `ana opens home`
    OpensHome {
        who: String,
    },
    /// `archive #event-berlin`
    Archives {
        channel: String,
    },
    /// `wait 5m`: the clock goes on, stopping wherever something happens.
    Waits(Duration),
    /// `stop bot`, `start bot`, `kill bot`
    Bot(BotAct),
    /// `slack fails chat.postMessage 2 429`: the next calls of a method.
    Fails {
        method: String,
        count: usize,
        how: String,
    },
}

/// What a reaction stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    Root,
    Card,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BotAct {
    Start,
    Stop,
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
