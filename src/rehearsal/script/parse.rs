//! Reads a script.

use super::{Act, Deed, On, ScriptError, Set, Start, Talk, Use};
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
    match text {
        "start bot" => return Ok(Act::StartBot),
        "stop bot" => return Ok(Act::StopBot),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("wait ") {
        return Ok(Act::Wait(length(rest)?));
    }
    if let Some(rest) = text.strip_prefix("turn to ") {
        return Ok(Act::TurnTo { words: rest.trim_matches('"').to_owned() });
    }
    if let Some(channel) = text.strip_prefix("archive #") {
        return Ok(Act::Archive { channel: channel.to_owned() });
    }
    if let Some(rest) = text.strip_prefix("slack fails ") {
        return fail(rest);
    }
    let (who, words) = text.split_once(' ').unwrap_or((text, ""));
    let deed = talk(words).map(Deed::Talk).or_else(|| used(words).map(Deed::Use));
    let deed = deed.or_else(|| set(words).map(Deed::Set)).ok_or_else(|| {
        format!(
            "`{text}` is no step\nhint: `lena in #channel: text`, `ana in thread: text`, `ana reacts :eyes:`, `ana presses [Claim]`, `wait 5m`"
        )
    })?;
    Ok(Act::Person { who: who.to_owned(), deed })
}

fn fail(rest: &str) -> Result<Act, String> {
    let words: Vec<&str> = rest.split(' ').collect();
    let [method, count, how] = words.as_slice() else {
        return Err(format!("`{rest}` is no failure\nhint: write `slack fails chat.postMessage 2 429`"));
    };
    let count = count.parse().map_err(|_| format!("`{count}` is no number"))?;
    Ok(Act::Fail { method: (*method).to_owned(), count, how: (*how).to_owned() })
}

fn length(text: &str) -> Result<Duration, String> {
    humantime::parse_duration(text.trim()).map_err(|_| format!("`{text}` is no length of time"))
}

fn talk(words: &str) -> Option<Talk> {
    let after = |prefix: &str| words.strip_prefix(prefix).map(|text| text.trim_start().to_owned());
    if let Some(text) = after("in thread:") {
        return Some(Talk::Reply { text });
    }
    if let Some(rest) = words.strip_prefix("in #") {
        let (channel, text) = rest.split_once(':')?;
        return Some(Talk::Say { channel: channel.to_owned(), text: text.trim_start().to_owned() });
    }
    if let Some(rest) = words.strip_prefix("reacts ") {
        let (emoji, on) = reaction(rest);
        return Some(Talk::React { emoji, on });
    }
    if let Some(rest) = words.strip_prefix("unreacts ") {
        let (emoji, on) = reaction(rest);
        return Some(Talk::Unreact { emoji, on });
    }
    if words == "deletes" {
        return Some(Talk::Delete);
    }
    let to_bot = after("to firstline:").map(|text| Talk::SayToBot { text });
    let edit = || after("edits:").map(|text| Talk::Edit { text });
    let upload = || after("uploads ").map(|name| Talk::Upload { name });
    to_bot.or_else(edit).or_else(upload)
}

fn used(words: &str) -> Option<Use> {
    if let Some(rest) = words.strip_prefix("types in #") {
        let (channel, typed) = rest.split_once(':')?;
        let (command, text) = typed.trim().split_once([' ', '\n']).unwrap_or((typed.trim(), ""));
        return Some(Use::Command {
            channel: channel.to_owned(),
            command: command.to_owned(),
            text: text.trim().to_owned(),
        });
    }
    match words {
        "escalates this" => return Some(Use::Shortcut { callback: "escalate_this".to_owned() }),
        "opens home" => return Some(Use::OpenHome),
        _ => {}
    }
    if let Some(label) = words.strip_prefix("presses [") {
        return Some(Use::Press { label: label.strip_suffix(']')?.to_owned() });
    }
    if let Some(rest) = words.strip_prefix("chooses [") {
        let (label, option) = rest.split_once(']')?;
        return Some(Use::Choose { label: label.to_owned(), option: option.trim().to_owned() });
    }
    words.strip_prefix("fills in:").map(|text| Use::FillIn { values: values(text) })
}

fn set(words: &str) -> Option<Set> {
    if let Some(rest) = words.strip_prefix("sets status ") {
        let (emoji, text) = rest.split_once(' ').unwrap_or((rest, ""));
        let (text, until) = match text.rsplit_once(" until ") {
            Some((text, until)) => (text, Some(until.trim().to_owned())),
            None => (text, None),
        };
        return Some(Set::Status { emoji: emoji.to_owned(), text: text.to_owned(), until });
    }
    if let Some(rest) = words.strip_prefix("snoozes ") {
        return length(rest).ok().map(Set::Snooze);
    }
    match words {
        "clears status" => Some(Set::NoStatus),
        "ends snooze" => Some(Set::NoSnooze),
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
