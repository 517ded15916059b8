//! Reads a script.

use super::{Act, BotAct, On, ScriptError, Start};
use chrono::{NaiveDateTime, TimeZone, Utc};
use std::time::Duration;

/// A whole script.
#[derive(Clone, Debug, PartialEq)]
pub struct Script {
    /// The first heading, without its `#`.
    pub title: String,
    pub start: Start,
    /// Which configuration it plays on; the caller knows where those are.
    pub config: Option<String>,
    pub steps: Vec<Step>,
}

/// A step with what has to appear after it.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// From 1.
    pub line: usize,
    /// What a guide says about it: the `#` lines before it.
    pub says: Vec<String>,
    pub act: Act,
    /// As written, its indented lines included.
    pub text: String,
    pub expected: Vec<String>,
}

/// Reads a script; the first line that makes no sense is the error.
pub fn parse(text: &str) -> Result<Script, ScriptError> {
    let mut script = Script { title: String::new(), start: default_start(), config: None, steps: Vec::new() };
    let mut says: Vec<String> = Vec::new();
    let mut lines = text.lines().enumerate().peekable();
    while let Some((index, raw)) = lines.next() {
        let line = index + 1;
        let error = |what: String| ScriptError { line, what };
        if raw.trim().is_empty() {
            continue;
        }
        if let Some(comment) = raw.strip_prefix('#') {
            match script.title.is_empty() {
                true => script.title = comment.trim().to_owned(),
                false => says.push(comment.trim().to_owned()),
            }
        } else if let Some(expected) = raw.strip_prefix('|') {
            let step = script.steps.last_mut().ok_or_else(|| error("nothing happened yet".to_owned()))?;
            step.expected.push(expected.strip_prefix(' ').unwrap_or(expected).to_owned());
        } else if let Some(at) = raw.strip_prefix("at: ") {
            script.start = start(at).ok_or_else(|| {
                error(format!("`{at}` is no time\nhint: write `2026-03-02 10:00 America/Los_Angeles`"))
            })?;
        } else if let Some(config) = raw.strip_prefix("config: ") {
            script.config = Some(config.trim().to_owned());
        } else {
            let mut whole = raw.to_owned();
            while let Some((_, more)) = lines.next_if(|(_, next)| next.starts_with("  ")) {
                whole.push('\n');
                whole.push_str(more.trim());
            }
            let act = act(&whole).map_err(error)?;
            let says = std::mem::take(&mut says);
            script.steps.push(Step { line, says, act, text: whole, expected: Vec::new() });
        }
    }
    Ok(script)
}

/// A Monday morning in winter.
fn default_start() -> Start {
    Start {
        at: Utc.timestamp_opt(1_772_474_400, 0).single().unwrap_or_default(),
        zone: chrono_tz::America::Los_Angeles,
    }
}

fn start(text: &str) -> Option<Start> {
    let (wall, zone) = text.trim().rsplit_once(' ')?;
    let zone: chrono_tz::Tz = zone.parse().ok()?;
    let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").ok()?;
    Some(Start { at: crate::rehearsal::local::instant(zone, wall)?, zone })
}

fn act(text: &str) -> Result<Act, String> {
    if let Some(rest) = text.strip_prefix("wait ") {
        return Ok(Act::Waits(length(rest)?));
    }
    match text {
        "start bot" => return Ok(Act::Bot(BotAct::Start)),
        "stop bot" => return Ok(Act::Bot(BotAct::Stop)),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("turn to ") {
        return Ok(Act::TurnsTo { words: rest.trim_matches('"').to_owned() });
    }
    if let Some(channel) = text.strip_prefix("archive #") {
        return Ok(Act::Archives { channel: channel.to_owned() });
    }
    if let Some(rest) = text.strip_prefix("slack fails ") {
        return fails(rest);
    }
    let (who, deed) = text.split_once(' ').ok_or_else(|| format!("`{text}` is no step"))?;
    deed_of(who.to_owned(), deed).ok_or_else(|| {
        format!("`{text}` is no step\nhint: `lena in #channel: text`, `ana in thread: text`, `ana reacts :eyes:`, `wait 5m`, …")
    })?
}

fn fails(rest: &str) -> Result<Act, String> {
    let words: Vec<&str> = rest.split(' ').collect();
    let [method, count, how] = words.as_slice() else {
        return Err(format!("`{rest}` is no failure\nhint: write `slack fails chat.postMessage 2 429`"));
    };
    let count = count.parse().map_err(|_| format!("`{count}` is no number"))?;
    Ok(Act::Fails { method: (*method).to_owned(), count, how: (*how).to_owned() })
}

fn length(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text.trim()).map_err(|_| format!("`{text}` is no length of time"))
}

fn deed_of(who: String, deed: &str) -> Option<Result<Act, String>> {
    let said = |prefix: &str| deed.strip_prefix(prefix).map(|text| text.trim_start().to_owned());
    let act = if let Some(text) = said("in thread:") {
        Act::Replies { who, text }
    } else if let Some(rest) = deed.strip_prefix("in #") {
        let (channel, text) = rest.split_once(':')?;
        Act::Says { who, channel: channel.to_owned(), text: text.trim_start().to_owned() }
    } else if let Some(text) = said("to firstline:") {
        Act::SaysToBot { who, text }
    } else if let Some(text) = said("edits:") {
        Act::Edits { who, text }
    } else if deed == "deletes" {
        Act::Deletes { who }
    } else if let Some(rest) = deed.strip_prefix("reacts ") {
        let (emoji, on) = reaction(rest);
        Act::Reacts { who, emoji, on }
    } else if let Some(rest) = deed.strip_prefix("unreacts ") {
        let (emoji, on) = reaction(rest);
        Act::Unreacts { who, emoji, on }
    } else if let Some(rest) = deed.strip_prefix("types in #") {
        let (channel, typed) = rest.split_once(':')?;
        let (command, text) = typed.trim().split_once([' ', '\n']).unwrap_or((typed.trim(), ""));
        Act::Commands {
            who,
            channel: channel.to_owned(),
            command: command.to_owned(),
            text: text.trim().to_owned(),
        }
    } else if deed == "escalates this" {
        Act::Shortcut { who, callback: "escalate_this".to_owned() }
    } else if let Some(label) = deed.strip_prefix("presses [") {
        Act::Presses { who, label: label.strip_suffix(']')?.to_owned() }
    } else if let Some(rest) = deed.strip_prefix("chooses [") {
        let (label, option) = rest.split_once(']')?;
        Act::Chooses { who, label: label.to_owned(), option: option.trim().to_owned() }
    } else if let Some(text) = said("fills in:") {
        Act::FillsIn { who, values: values(&text) }
    } else {
        return states(who, deed);
    };
    Some(Ok(act))
}

fn states(who: String, deed: &str) -> Option<Result<Act, String>> {
    if let Some(name) = deed.strip_prefix("uploads ") {
        return Some(Ok(Act::Uploads { who, name: name.trim().to_owned() }));
    }
    if let Some(rest) = deed.strip_prefix("sets status ") {
        let (emoji, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let (text, until) = match text.rsplit_once(" until ") {
            Some((text, until)) => (text, Some(until.trim().to_owned())),
            None => (text, None),
        };
        let act = Act::SetsStatus { who, emoji: emoji.to_owned(), text: text.to_owned(), until };
        return Some(Ok(act));
    }
    if let Some(rest) = deed.strip_prefix("snoozes ") {
        return Some(length(rest).map(|length| Act::Snoozes { who, length: Some(length) }));
    }
    match deed {
        "clears status" => Some(Ok(Act::ClearsStatus { who })),
        "ends snooze" => Some(Ok(Act::Snoozes { who, length: None })),
        "opens home" => Some(Ok(Act::OpensHome { who })),
        _ => None,
    }
}

fn reaction(rest: &str) -> (String, On) {
    match rest.strip_suffix(" on card") {
        Some(emoji) => (emoji.trim().trim_matches(':').to_owned(), On::Card),
        None => (rest.trim().trim_matches(':').to_owned(), On::Root),
    }
}

fn values(text: &str) -> Vec<(String, String)> {
    text.split([';', '\n'])
        .filter_map(|pair| pair.split_once('='))
        .map(|(label, value)| (label.trim().to_owned(), value.trim().to_owned()))
        .collect()
}
