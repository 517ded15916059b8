//! Words with a time among them: how long, until when, waiting for whom, and why.

use super::When;
use super::when::take_when;
use crate::clock::Length;
use crate::domain::case::WaitingFor;

/// A time and the words that are left, or words that mean a time which could not be understood.
pub(super) enum Timed {
    Plain { when: Option<When>, rest: String },
    Unclear,
}

/// Finds `until …`, `for …` or a time at the head. A bare number at the head is minutes.
pub(super) fn timed(words: &[&str]) -> Timed {
    if let Some((when, used)) = at_head(words) {
        return Timed::Plain { when: Some(when), rest: tidy(&words[used..]) };
    }
    for (at, word) in words.iter().enumerate() {
        let after = &words[at + 1..];
        if is_until(word) {
            return match take_when(after).or_else(|| bare_hour(after)) {
                Some((when, used)) => {
                    Timed::Plain { when: Some(when), rest: around(words, at, at + 1 + used) }
                }
                None => Timed::Unclear,
            };
        }
        if word.eq_ignore_ascii_case("for")
            && let Some((when, used)) = at_head(after)
        {
            return Timed::Plain { when: Some(when), rest: around(words, at, at + 1 + used) };
        }
    }
    Timed::Plain { when: None, rest: tidy(words) }
}

pub(super) fn is_until(word: &str) -> bool {
    ["until", "till", "til", "'til", "untill", "unitl"].iter().any(|known| word.eq_ignore_ascii_case(known))
}

fn at_head(words: &[&str]) -> Option<(When, usize)> {
    take_when(words).or_else(|| {
        let first = words.first()?.trim_end_matches([',', ';']);
        let minutes: u32 = first.parse().ok().filter(|minutes| (1..=1_440).contains(minutes))?;
        Some((When::In(Length::minutes(minutes)), 1))
    })
}

/// "until 15": an hour that cannot be a morning's.
fn bare_hour(words: &[&str]) -> Option<(When, usize)> {
    let first = words.first()?.trim_end_matches([',', ';', '.']);
    let hour: u32 = first.parse().ok().filter(|hour| (13..24).contains(hour))?;
    Some((When::Clock { hour, minute: 0 }, 1))
}

fn around(words: &[&str], from: usize, until: usize) -> String {
    let left: Vec<&str> = words[..from].iter().chain(&words[until..]).copied().collect();
    tidy(&left)
}

/// A reason as somebody would write it alone: no joining words or punctuation in front, none left behind.
pub(super) fn tidy(words: &[&str]) -> String {
    let joined = words.join(" ");
    let mut text = joined.trim_matches(|c: char| c.is_whitespace() || ",;:-–—.()\"".contains(c));
    for lead in ["because ", "since ", "for ", "as ", "due to "] {
        let is_lead = text.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead));
        if is_lead {
            text = text[lead.len()..].trim_start();
            break;
        }
    }
    text.to_owned()
}

/// What `hold` says after its own word.
pub(super) struct HoldWords {
    pub until: Option<When>,
    pub waiting_for: Option<WaitingFor>,
    pub reason: Option<String>,
}

/// Reads `2h waiting for the client`, `until 15:00 waiting for dev`, `waiting on the vendor until monday`.
/// None when a time is meant that could not be understood. The reason is what is left, with "waiting for" when
/// that names nobody known.
pub(super) fn hold(words: &[&str]) -> Option<HoldWords> {
    let (until, rest) = match timed(&without_waiting_head(words)) {
        Timed::Plain { when, rest } => (when, rest),
        Timed::Unclear => return None,
    };
    let lower = rest.to_lowercase();
    let said: Vec<&str> = lower.split_whitespace().map(bare).collect();
    let begin = said.windows(2).position(|pair| is_waiting(pair[0]) && matches!(pair[1], "for" | "on"));
    let (waiting_for, extra) = match begin {
        Some(at) => {
            party(&said[at + 2..]).map_or((None, true), |(party, is_all)| (Some(party), !is_all || at > 0))
        }
        None => party(&said).map_or((None, true), |(party, is_all)| (Some(party), !is_all)),
    };
    let reason = (extra && !rest.is_empty()).then_some(rest);
    Some(HoldWords { until, waiting_for, reason })
}

/// "waiting for 2h" and "for 2h" are alike; "waiting for the client" stays.
fn without_waiting_head<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let is_wait =
        words.len() > 2 && is_waiting(&words[0].to_lowercase()) && words[1].eq_ignore_ascii_case("for");
    if is_wait && at_head(&words[2..]).is_some() { words[2..].to_vec() } else { words.to_vec() }
}

fn is_waiting(word: &str) -> bool {
    matches!(word, "waiting" | "wait" | "waits" | "pending" | "awaiting" | "blocked")
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// Whom the first words name, and whether they say nothing more.
fn party(words: &[&str]) -> Option<(WaitingFor, bool)> {
    let requester = [
        "client",
        "clients",
        "customer",
        "customers",
        "requester",
        "user",
        "users",
        "them",
        "they",
        "her",
        "him",
        "reporter",
        "attendee",
        "attendees",
        "speaker",
        "visitor",
        "participant",
        "participants",
        "asker",
        "specialist",
        "client's",
        "customer's",
        "requester's",
        "reply",
        "answer",
        "response",
        "crew",
    ];
    let development = [
        "dev",
        "devs",
        "development",
        "developer",
        "developers",
        "engineering",
        "engineer",
        "engineers",
        "eng",
        "fix",
        "deploy",
        "deployment",
        "hotfix",
        "product",
    ];
    let third_party = [
        "vendor",
        "vendors",
        "third",
        "third-party",
        "3rd",
        "thirdparty",
        "provider",
        "supplier",
        "partner",
        "isp",
        "zoom",
        "slack",
        "facilitator",
        "external",
        "host",
        "hosting",
    ];
    let small = ["the", "a", "an", "our", "their", "his", "from", "to", "by", "my", "some"];
    let after =
        ["team", "party", "reply", "answer", "response", "to", "get", "back", "respond", "confirm", "us"];
    let at = words.iter().position(|word| !small.contains(word))?;
    let word = words[at];
    let found = if development.contains(&word) {
        WaitingFor::Development
    } else if third_party.contains(&word) {
        WaitingFor::ThirdParty
    } else if requester.contains(&word) {
        WaitingFor::Requester
    } else {
        return None;
    };
    let is_all = words[at + 1..].iter().all(|word| after.contains(word) || small.contains(word));
    Some((found, is_all))
}
