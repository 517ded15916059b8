//! What can be said about who is on, and about one's own being there.

use super::said::{BareNames, Said, head, is_mere};
use super::wait::{self, Timed, is_until, timed};
use super::when::{parse_when, take_when};
use super::{CoverageCommand, When};

const AWAY: &[&str] = &[
    "away",
    "im away",
    "i am away",
    "ill be away",
    "i will be away",
    "afk",
    "im out",
    "i am out",
    "out",
    "be away",
    "going away",
    "set me away",
    "unavailable",
    "im unavailable",
    "i am unavailable",
    "stepping away",
    "im stepping away",
    "stepping out",
    "im stepping out",
    "busy",
    "im busy",
    "i am busy",
    "not available",
    "im not available",
];
const BACK: &[&str] = &[
    "back",
    "im back",
    "i am back",
    "available",
    "im available",
    "i am available",
    "here again",
    "online",
    "im online",
    "i am online",
    "im here",
    "i am here",
    "back online",
];
const BREAK: &[&str] = &[
    "break",
    "a break",
    "take a break",
    "taking a break",
    "im taking a break",
    "i am taking a break",
    "on break",
    "on a break",
    "im on break",
    "im on a break",
    "take break",
    "need a break",
    "i need a break",
    "brb",
    "lunch break",
    "coffee break",
];
const OFF: &[&str] = &[
    "off",
    "im off",
    "i am off",
    "ill be off",
    "i will be off",
    "time off",
    "day off",
    "vacation",
    "holiday",
];
const COVER: &[&str] = &[
    "cover for",
    "cover",
    "covering for",
    "covering",
    "im covering for",
    "im covering",
    "i am covering for",
    "i am covering",
    "i cover for",
    "i cover",
    "ill cover for",
    "ill cover",
    "i will cover for",
    "i will cover",
];
const GAPS: &[&str] = &[
    "gaps",
    "gap",
    "any gaps",
    "show gaps",
    "show the gaps",
    "coverage gaps",
    "next gap",
    "when is the next gap",
    "are there gaps",
    "are there any gaps",
    "what are the gaps",
    "list gaps",
    "show me the gaps",
    "whens the next gap",
];
const SCHEDULE: &[&str] = &[
    "schedule",
    "my schedule",
    "show schedule",
    "show my schedule",
    "show the schedule",
    "the schedule",
    "hours",
    "my hours",
    "show hours",
    "rota",
    "the rota",
    "show the rota",
    "whats the schedule",
    "what is the schedule",
    "show me the schedule",
    "coverage schedule",
];
const SMALL: &[&str] = &[
    "please",
    "now",
    "again",
    "today",
    "this",
    "week",
    "next",
    "coming",
    "for",
    "the",
    "here",
    "again",
    "tomorrow",
    "everyone",
    "all",
    "thanks",
    "on",
    "right",
    "at",
    "moment",
    "currently",
    "in",
    "channel",
    "desk",
    "team",
    "me",
    "i",
    "ahead",
    "there",
];

/// Reads a question or a wish about coverage.
pub(super) fn coverage(said: &Said) -> Option<CoverageCommand> {
    let (words, lower) = said.words();
    let is_whole = |phrases| head(&lower, phrases).is_some_and(|used| is_mere(&lower[used..], SMALL));
    if is_who(&lower) {
        return Some(CoverageCommand::Who);
    }
    if is_whole(GAPS) {
        return Some(CoverageCommand::Gaps);
    }
    if is_whole(SCHEDULE) {
        return Some(CoverageCommand::Schedule);
    }
    if is_whole(BACK) {
        return Some(CoverageCommand::Back);
    }
    if let Some(used) = head(&lower, OFF) {
        return off(&said.after(used));
    }
    if let Some(used) = head(&lower, COVER) {
        return cover(said, &words[used..]);
    }
    if let Some(used) = head(&lower, BREAK) {
        let (length, rest) = said_time(&words[used..])?;
        let named = lower[..used].first().filter(|word| matches!(word.as_str(), "lunch" | "coffee"));
        let reason = if rest.is_empty() { named.cloned() } else { Some(rest) };
        return Some(CoverageCommand::Break { length, reason });
    }
    if lower.first().is_some_and(|word| word == "lunch") && lower.len() <= 5 {
        let (length, rest) = said_time(&words[1..])?;
        return rest.is_empty().then(|| CoverageCommand::Break { length, reason: Some("lunch".to_owned()) });
    }
    let used = head(&lower, AWAY)?;
    let is_weak = matches!(lower[used - 1].as_str(), "out" | "busy" | "unavailable");
    let (until, rest) = said_time(&words[used..])?;
    // "out of memory" is no absence.
    if is_weak && until.is_none() && !rest.is_empty() {
        return None;
    }
    Some(CoverageCommand::Away { until, reason: Some(rest).filter(|rest| !rest.is_empty()) })
}

/// None when a time is meant that could not be understood: better no absence than one without an end.
fn said_time(words: &[&str]) -> Option<(Option<When>, String)> {
    match timed(words) {
        Timed::Plain { when, rest } => Some((when, rest)),
        Timed::Unclear => None,
    }
}

/// "Who is on coverage?", "who's on", "who is covering", "is anyone available?", "coverage?".
fn is_who(lower: &[String]) -> bool {
    if lower.is_empty() || lower.len() > 14 {
        return false;
    }
    let line = format!(" {} ", lower.join(" "));
    let alone =
        ["coverage", "on call", "on duty", "oncall", "current coverage", "show coverage", "coverage now"];
    if alone.contains(&line.trim()) {
        return true;
    }
    let asks = ["who", "whos", "whose", "anyone", "anybody", "somebody", "someone", "which"];
    let Some(at) = lower.iter().position(|word| asks.contains(&word.as_str())) else {
        return line.starts_with(" show coverage ") || line.starts_with(" coverage now ");
    };
    let rest = &lower[at + 1..];
    let said = format!(" {} ", rest.join(" "));
    let names = [
        " coverage ",
        " covering ",
        " covers ",
        " cover ",
        " on call ",
        " oncall ",
        " on duty ",
        " on shift ",
        " available ",
        " around ",
        " online ",
        " on now ",
        " on today ",
        " on right now ",
        " on at the moment ",
        " free ",
        " working ",
        " on tonight ",
        " is here ",
        " on tomorrow ",
        " can help ",
        " on for ",
    ];
    let is_on = rest.last().is_some_and(|word| word == "on") && rest.len() <= 3;
    is_on || names.iter().any(|name| said.contains(name))
}

fn cover(said: &Said, words: &[&str]) -> Option<CoverageCommand> {
    let (until, rest) = said_time_anywhere(words)?;
    let rest: Vec<&str> = rest.split_whitespace().collect();
    let is_mentioned = rest.iter().any(|word| word.starts_with('@'));
    let bare = if is_mentioned || rest.len() > 3 { BareNames::DoNotCount } else { BareNames::Count };
    let who = said.addressees(&rest, bare);
    (!who.is_empty()).then_some(CoverageCommand::Cover { who, until })
}

/// A time behind the names: "@ana until 15:00", "@ana for 2h", "@ana 2h", "@ana tomorrow 9am".
fn said_time_anywhere(words: &[&str]) -> Option<(Option<When>, String)> {
    let (when, rest) = said_time(words)?;
    if when.is_some() {
        return Some((when, rest));
    }
    let at = (1..words.len())
        .find(|at| take_when(&words[*at..]).is_some_and(|(_, used)| at + used == words.len()));
    let Some(at) = at else { return Some((None, rest)) };
    let when = take_when(&words[at..]).map(|(when, _)| when);
    Some((when, words[..at].join(" ")))
}

/// `2026-12-24 to 2026-12-27`, `tomorrow`, `friday`, `until monday`, `13:00-15:00`, with a reason behind.
/// None when neither a beginning nor an end can be told.
fn off(words: &[&str]) -> Option<CoverageCommand> {
    let words = apart(words);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let words = words.strip_prefix(&["from"]).unwrap_or(&words);
    if words.is_empty() {
        return Some(CoverageCommand::Off { from: None, until: None, reason: None });
    }
    let is_today = words[0].eq_ignore_ascii_case("today");
    let (from, used) = match take_when(words) {
        Some((from, used)) => (Some(from), used),
        None if is_today => (None, 1),
        None if is_until(words[0]) => (None, 0),
        None => match timed(words) {
            Timed::Plain { when: Some(when), rest } => {
                return Some(CoverageCommand::Off { from: None, until: Some(when), reason: reason(&rest) });
            }
            Timed::Plain { when: None, .. } | Timed::Unclear => return None,
        },
    };
    let rest = &words[used..];
    let includes = rest.first().is_some_and(|word| is_through(word));
    let excludes = rest.first().is_some_and(|word| is_until(word));
    if includes || excludes {
        let (until, more) = take_when(&rest[1..]).or_else(|| {
            // "today" is a day only here: elsewhere it is a clock time's.
            rest.get(1)
                .filter(|word| word.eq_ignore_ascii_case("today"))
                .map(|_| (When::Tomorrow { clock: None }, 1))
        })?;
        let until = if includes && until.is_whole_day() { until.next_day() } else { until };
        let reason = reason(&wait::tidy(&rest[1 + more..]));
        return Some(CoverageCommand::Off { from, until: Some(until), reason });
    }
    let reason = reason(&wait::tidy(rest));
    match from {
        // "off 2h": from now on.
        Some(When::In(length)) => {
            Some(CoverageCommand::Off { from: None, until: Some(When::In(length)), reason })
        }
        Some(day) if day.is_whole_day() => {
            Some(CoverageCommand::Off { from: Some(day.clone()), until: Some(day.next_day()), reason })
        }
        Some(from) => Some(CoverageCommand::Off { from: Some(from), until: None, reason }),
        None => {
            Some(CoverageCommand::Off { from: None, until: Some(When::Tomorrow { clock: None }), reason })
        }
    }
}

fn reason(rest: &str) -> Option<String> {
    (!rest.is_empty()).then(|| rest.to_owned())
}

fn is_through(word: &str) -> bool {
    ["to", "-", "–", "—", "through", "thru", "and", "..", "→"]
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// Takes "13:00-15:00" and "2026-12-24–2026-12-27" apart.
fn apart(words: &[&str]) -> Vec<String> {
    let mut all = Vec::new();
    for word in words {
        let split = word.char_indices().filter(|(_, c)| "-–—".contains(*c)).find_map(|(at, dash)| {
            let (one, other) = (&word[..at], &word[at + dash.len_utf8()..]);
            let is_span = !one.is_empty() && parse_when(one).is_some() && parse_when(other).is_some();
            is_span.then_some((one, other))
        });
        match split {
            Some((one, other)) => all.extend([one.to_owned(), "-".to_owned(), other.to_owned()]),
            None => all.push((*word).to_owned()),
        }
    }
    all
}
