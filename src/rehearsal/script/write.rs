//! Writes a step as `parse` reads it.

use super::{Act, Deed, On, Set, Talk, Use};
use std::fmt;

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person { who, deed } => write!(f, "{who} {deed}"),
            Self::TurnTo { words } => write!(f, "turn to \"{words}\""),
            Self::Wait(length) => write!(f, "wait {}", humantime::format_duration(*length)),
            Self::StartBot => f.write_str("start bot"),
            Self::StopBot => f.write_str("stop bot"),
            Self::Archive { channel } => write!(f, "archive #{channel}"),
            Self::Fail { method, count, how } => write!(f, "slack fails {method} {count} {how}"),
        }
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Talk(talk) => talk.fmt(f),
            Self::Use(it) => it.fmt(f),
            Self::Set(set) => set.fmt(f),
        }
    }
}

impl fmt::Display for Talk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Say { channel, text } => write!(f, "in #{channel}: {}", lines(text)),
            Self::Reply { text } => write!(f, "in thread: {}", lines(text)),
            Self::SayToBot { text } => write!(f, "to firstline: {}", lines(text)),
            Self::Edit { text } => write!(f, "edits: {}", lines(text)),
            Self::Delete => f.write_str("deletes"),
            Self::React { emoji, on } => write!(f, "reacts :{emoji}:{}", on_words(*on)),
            Self::Unreact { emoji, on } => write!(f, "unreacts :{emoji}:{}", on_words(*on)),
            Self::Upload { name } => write!(f, "uploads {name}"),
        }
    }
}

impl fmt::Display for Use {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command { channel, command, text } => {
                let space = if text.is_empty() { "" } else { " " };
                write!(f, "types in #{channel}: {command}{space}{}", lines(text))
            }
            Self::Shortcut { .. } => f.write_str("escalates this"),
            Self::Press { label } => write!(f, "presses [{label}]"),
            Self::Choose { label, option } => write!(f, "chooses [{label}] {option}"),
            Self::FillIn { values } => {
                let values = values.iter().map(|(label, value)| format!("{label} = {}", one_line(value)));
                write!(f, "{}", format!("fills in: {}", values.collect::<Vec<_>>().join("; ")).trim_end())
            }
            Self::OpenHome => f.write_str("opens home"),
        }
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { emoji, text, until } => {
                write!(f, "sets status {emoji} {text}")?;
                until.iter().try_for_each(|until| write!(f, " until {until}"))
            }
            Self::NoStatus => f.write_str("clears status"),
            Self::Snooze(length) => write!(f, "snoozes {}", humantime::format_duration(*length)),
            Self::NoSnooze => f.write_str("ends snooze"),
        }
    }
}

fn on_words(on: On) -> &'static str {
    match on {
        On::Root => "",
        On::Card => " on card",
    }
}

/// Further lines are indented, so that they belong to the step.
fn lines(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n  ")
}

/// Fields are parted by `;` and line breaks; a value that holds one is written with a comma in its place.
fn one_line(value: &str) -> String {
    value.replace([';', '\n'], ",")
}
