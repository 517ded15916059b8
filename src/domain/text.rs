//! Slack's encoding of what people type, read into plain words; and the few words that are no question.
//!
//! The encoding: mentions, links and dates stand in angle brackets, and `&`, `<`, `>` are escaped
//! (Slack's "Formatting text for app surfaces"). What is malformed stays text.

use crate::id::{GroupId, UserId};
use std::collections::BTreeSet;
use std::ops::Range;

/// A text as people see it, and what was encoded in it; each list in order, without repeats.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Mentions as `@name` (`@U…` when Slack gave no name), labelled links as `label (address)`.
    pub plain: String,
    pub users: Vec<UserId>,
    /// With the handle, without its `@`, when Slack gave it.
    pub groups: Vec<(GroupId, Option<String>)>,
    pub broadcast: Vec<Broadcast>,
    /// Web addresses that Slack made links of.
    pub links: Vec<String>,
    /// E-mail addresses that Slack made links of.
    pub emails: Vec<String>,
}

/// A mention of everybody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broadcast {
    Here,
    Channel,
    Everyone,
}

impl Broadcast {
    /// As people type it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Here => "@here",
            Self::Channel => "@channel",
            Self::Everyone => "@everyone",
        }
    }
}

/// A stretch of a message: text with its escapes undone, or one thing in angle brackets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Text(String),
    User {
        id: UserId,
        name: Option<String>,
    },
    Group {
        id: GroupId,
        handle: Option<String>,
    },
    Broadcast(Broadcast),
    /// The channel's name, or its id when Slack gave no name.
    Channel(String),
    Link {
        url: String,
        label: Option<String>,
    },
    Email(String),
    /// A phone number, a date's fallback, a special word's label: only its text matters.
    Shown(String),
}

/// Takes a message apart. Linear in its length; never fails.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut all = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        unescape_into(before, &mut plain);
        let inside = &from[1..];
        // A bracket that opens again before it closes is a bracket that somebody typed.
        let closed = inside.find(['<', '>']).filter(|end| inside.as_bytes()[*end] == b'>');
        match closed.and_then(|end| Some((bracketed(&inside[..end])?, end))) {
            Some((piece, end)) => {
                if !plain.is_empty() {
                    all.push(Piece::Text(std::mem::take(&mut plain)));
                }
                all.push(piece);
                rest = &inside[end + 1..];
            }
            None => {
                plain.push('<');
                rest = inside;
            }
        }
    }
    unescape_into(rest, &mut plain);
    if !plain.is_empty() {
        all.push(Piece::Text(plain));
    }
    all
}

/// Reads a message as Slack encodes it. Linear in its length; never fails.
pub fn read(text: &str) -> Reading {
    let mut reading = Reading::default();
    let mut seen = BTreeSet::new();
    for piece in pieces(text) {
        let shown = shown(&piece);
        let first = match &piece {
            Piece::Text(_) | Piece::Channel(_) | Piece::Shown(_) => false,
            Piece::User { id, .. } => seen.insert(id.to_string()),
            Piece::Group { id, .. } => seen.insert(id.to_string()),
            Piece::Broadcast(broadcast) => seen.insert(broadcast.as_str().to_owned()),
            Piece::Link { url, .. } => seen.insert(url.clone()),
            Piece::Email(email) => seen.insert(email.clone()),
        };
        reading.plain.push_str(&shown);
        if first {
            reading.note(piece);
        }
    }
    reading
}

impl Reading {
    fn note(&mut self, piece: Piece) {
        match piece {
            Piece::Text(_) | Piece::Channel(_) | Piece::Shown(_) => {}
            Piece::User { id, .. } => self.users.push(id),
            Piece::Group { id, handle } => self.groups.push((id, handle)),
            Piece::Broadcast(broadcast) => self.broadcast.push(broadcast),
            Piece::Link { url, .. } => self.links.push(url),
            Piece::Email(email) => self.emails.push(email),
        }
    }
}

/// What people see of a piece.
pub(super) fn shown(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) | Piece::Shown(text) | Piece::Email(text) => text.clone(),
        Piece::User { id, name } => format!("@{}", name.as_deref().unwrap_or(id.as_str())),
        Piece::Group { id, handle } => format!("@{}", handle.as_deref().unwrap_or(id.as_str())),
        Piece::Broadcast(broadcast) => broadcast.as_str().to_owned(),
        Piece::Channel(name) => format!("#{name}"),
        Piece::Link { url, label } => match label {
            None => url.clone(),
            Some(label) if is_same_address(url, label) => label.clone(),
            Some(label) => format!("{label} ({url})"),
        },
    }
}

/// Slack links a bare `example.com` as `<http://example.com|example.com>`.
fn is_same_address(url: &str, label: &str) -> bool {
    let bare = url.split_once("://").map_or(url, |(_, bare)| bare);
    label == url || label.trim_end_matches('/') == bare.trim_end_matches('/')
}

fn bracketed(inside: &str) -> Option<Piece> {
    let (target, label) = match inside.split_once('|') {
        Some((target, label)) => (target, Some(unescaped(label)).filter(|label| !label.trim().is_empty())),
        None => (inside, None),
    };
    let bare = |name: String| name.trim_start_matches(['@', '#']).to_owned();
    if let Some(id) = target.strip_prefix('@') {
        return is_id(id, &['U', 'W']).then(|| Piece::User { id: UserId::from(id), name: label.map(bare) });
    }
    if let Some(id) = target.strip_prefix('#') {
        return is_id(id, &['C', 'G', 'D']).then(|| Piece::Channel(label.map_or(id.to_owned(), bare)));
    }
    if let Some(special) = target.strip_prefix('!') {
        return match special {
            "here" => Some(Piece::Broadcast(Broadcast::Here)),
            "channel" => Some(Piece::Broadcast(Broadcast::Channel)),
            "everyone" => Some(Piece::Broadcast(Broadcast::Everyone)),
            _ => match special.strip_prefix("subteam^") {
                Some(id) => {
                    is_id(id, &['S']).then(|| Piece::Group { id: GroupId::from(id), handle: label.map(bare) })
                }
                None => label.map(Piece::Shown),
            },
        };
    }
    let target = unescaped(target);
    if let Some(address) = target.strip_prefix("mailto:") {
        return (!address.is_empty()).then(|| Piece::Email(address.to_owned()));
    }
    if let Some(number) = target.strip_prefix("tel:") {
        return Some(Piece::Shown(label.unwrap_or(number.to_owned())));
    }
    let (scheme, rest) = target.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric());
    let is_address = !rest.is_empty() && !target.contains(char::is_whitespace);
    (is_scheme && is_address).then_some(Piece::Link { url: target, label })
}

fn is_id(text: &str, kinds: &[char]) -> bool {
    text.len() > 1
        && text.starts_with(kinds)
        && text.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

/// A user's id typed as plain text: `U` or `W`, capitals and digits, at least one digit.
pub(super) fn looks_like_user_id(text: &str) -> bool {
    is_id(text, &['U', 'W']) && text.bytes().any(|b| b.is_ascii_digit())
}

/// A user group's id typed as plain text.
pub(super) fn looks_like_group_id(text: &str) -> bool {
    is_id(text, &['S']) && text.bytes().any(|b| b.is_ascii_digit())
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    unescape_into(text, &mut plain);
    plain
}

/// `&amp;amp;` is `&amp;`: each escape is undone once.
fn unescape_into(text: &str, plain: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        let from = &rest[at..];
        let escapes = [("&amp;", '&'), ("&lt;", '<'), ("&gt;", '>')];
        let (character, length) = escapes
            .iter()
            .find(|(escape, _)| from.starts_with(escape))
            .map_or(('&', 1), |(escape, character)| (*character, escape.len()));
        plain.push(character);
        rest = &from[length..];
    }
    plain.push_str(rest);
}

/// The message without its mentions of the bot and the punctuation they leave in front;
/// everything else stays in Slack's encoding, so that those who are mentioned are still known by id.
pub fn without_mention(text: &str, bot: &UserId) -> String {
    let mut kept = String::new();
    let mut rest = text;
    let plain = format!("<@{bot}>");
    let named = format!("<@{bot}|");
    while let Some(at) = rest.find("<@") {
        let from = &rest[at..];
        let end = if from.starts_with(&plain) {
            Some(plain.len())
        } else if from.starts_with(&named) {
            from.find('>').map(|end| end + 1)
        } else {
            None
        };
        let (keep_until, go_on) = end.map_or((at + 2, at + 2), |end| (at, at + end));
        kept.push_str(&rest[..keep_until]);
        rest = &rest[go_on..];
    }
    kept.push_str(rest);
    let kept = kept.trim().trim_start_matches([',', ':', ';', '-', '–', '—', '.', '!']).trim_start();
    kept.split('\n').map(squeezed).collect::<Vec<_>>().join("\n")
}

fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether there is nothing here but emoji, as characters or as `:names:`.
pub fn is_emoji_only(text: &str) -> bool {
    let plain = read(text).plain;
    let left = without_emoji(&plain);
    left.len() < plain.trim().len() && left.trim().is_empty()
}

/// Removes emoji, as characters and as `:names:`. Text without emoji comes back as it was.
pub(super) fn without_emoji(plain: &str) -> String {
    let mut left = String::with_capacity(plain.len());
    let mut rest = plain;
    while let Some(character) = rest.chars().next() {
        if let Some(length) = emoji_code(rest) {
            rest = &rest[length..];
            continue;
        }
        if !is_emoji(character) {
            left.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
    left
}

/// The length of the emoji that the text starts with; 0 without one.
pub(super) fn emoji_at(plain: &str) -> usize {
    let first = plain.chars().next().filter(|c| is_emoji(*c)).map(char::len_utf8);
    emoji_code(plain).or(first).unwrap_or(0)
}

/// The length of the `:name:` or `:name::skin-tone-2:` that the text starts with.
fn emoji_code(text: &str) -> Option<usize> {
    let inside = text.strip_prefix(':')?;
    let is_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-+'".contains(c);
    let length = inside.char_indices().take(80).find(|(_, c)| !is_name(*c)).map(|(at, _)| at)?;
    let is_code = inside[length..].starts_with(':')
        && inside[..length].contains(|c: char| c.is_ascii_lowercase() || c == '+' || c == '-' || c == '0');
    is_code.then_some(length + 2)
}

/// The blocks of Unicode that hold emoji and what joins and colours them.
fn is_emoji(character: char) -> bool {
    matches!(u32::from(character),
        0x200D | 0x20E3 | 0xFE0E..=0xFE0F | 0x2190..=0x21FF | 0x2300..=0x23FF | 0x25A0..=0x27BF
        | 0x2900..=0x297F | 0x2B00..=0x2BFF | 0x1F000..=0x1FAFF | 0xE0020..=0xE007F)
}

const THANKS: &[&str] = &[
    "thanks",
    "thank",
    "thankyou",
    "thx",
    "tx",
    "thnx",
    "thanx",
    "ty",
    "tysm",
    "tyvm",
    "cheers",
    "great",
    "ok",
    "okay",
    "okey",
    "k",
    "kk",
    "perfect",
    "awesome",
    "cool",
    "nice",
    "noted",
    "brilliant",
    "excellent",
    "super",
    "amazing",
    "lovely",
    "fantastic",
    "wonderful",
    "appreciated",
    "appreciate",
    "merci",
    "gracias",
    "danke",
    "legend",
    "gotcha",
    "understood",
    "grand",
    "good",
];
const BESIDE_THANKS: &[&str] = &[
    "you",
    "u",
    "ya",
    "so",
    "very",
    "much",
    "a",
    "an",
    "lot",
    "lots",
    "tons",
    "million",
    "bunch",
    "again",
    "all",
    "both",
    "everyone",
    "everybody",
    "team",
    "guys",
    "folks",
    "for",
    "the",
    "your",
    "help",
    "helping",
    "quick",
    "fast",
    "prompt",
    "reply",
    "response",
    "answer",
    "support",
    "assistance",
    "it",
    "this",
    "that",
    "thats",
    "many",
    "really",
    "i",
    "we",
    "got",
    "sounds",
    "looks",
    "job",
    "work",
    "well",
    "done",
    "and",
    "oh",
    "yes",
    "yep",
    "in",
    "advance",
    "day",
    "have",
    "one",
    "weekend",
    "evening",
    "to",
    "hear",
    "know",
    "as",
    "always",
    "is",
    "its",
    "kindly",
    "indeed",
    "ever",
    "here",
    "works",
    "of",
];

/// Whether this is nothing but thanks or assent, with or without emoji: "perfect, thanks", "ok :+1:".
/// Thanks with anything else in it are not: "thanks, but it still does not work".
pub fn is_thanks(text: &str) -> bool {
    // Longer texts have something to say; the limit also bounds the work.
    if text.len() > 400 {
        return false;
    }
    let mut addressed = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(text) => addressed.push_str(&text),
            Piece::User { .. } | Piece::Group { .. } | Piece::Broadcast(_) => addressed.push(' '),
            Piece::Channel(_) | Piece::Link { .. } | Piece::Email(_) | Piece::Shown(_) => return false,
        }
    }
    let left = without_emoji(&addressed);
    if left.contains('?') {
        return false;
    }
    let words: Vec<&str> = words(&left).map(|range| &left[range]).collect();
    let is_word = |word: &str, list: &[&str]| list.contains(&folded(word).as_str());
    let last = words.len().saturating_sub(1);
    // "Thanks Ana": a name, written as names are, right after the thanks and at the end.
    let is_name = |at: usize| {
        at == last
            && at > 0
            && words[at].starts_with(char::is_uppercase)
            && (is_word(words[at - 1], &["thanks", "thx", "cheers", "ty"])
                || at > 1 && is_word(words[at - 2], &["thank"]))
    };
    words.iter().any(|word| is_word(word, THANKS))
        && words
            .iter()
            .enumerate()
            .all(|(at, word)| is_word(word, THANKS) || is_word(word, BESIDE_THANKS) || is_name(at))
}

const GREETING: &[&str] = &[
    "hi",
    "hello",
    "hey",
    "heya",
    "hiya",
    "hullo",
    "howdy",
    "morning",
    "afternoon",
    "evening",
    "greetings",
    "dear",
    "hola",
    "gm",
];
const BESIDE_GREETING: &[&str] = &[
    "good",
    "day",
    "team",
    "all",
    "everyone",
    "everybody",
    "there",
    "folks",
    "guys",
    "yall",
    "here",
    "channel",
    "again",
    "support",
    "friends",
    "both",
    "happy",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
];

/// Whether this is a greeting and nothing else: "Hi", "Good morning team", "Hello @here".
pub fn is_greeting(text: &str) -> bool {
    if text.len() > 400 {
        return false;
    }
    let plain = without_emoji(&read(text).plain);
    !plain.trim().is_empty() && plain[greeting_in(&plain)..].trim().is_empty()
}

/// Where the greeting that a plain text begins with ends, with the punctuation after it; 0 without one.
pub(super) fn greeting_in(plain: &str) -> usize {
    let mut end = 0;
    let mut greeted = false;
    for range in words(plain).take(8) {
        // A greeting does not run on over a colon or into the next line's first word.
        let between = &plain[end..range.start];
        if greeted && between.contains(['\n', ':', '.', '!', '?', '—', '–']) {
            break;
        }
        let word = folded(&plain[range.clone()]);
        let is_core = GREETING.contains(&word.as_str());
        let is_beside = BESIDE_GREETING.contains(&word.as_str()) || between.ends_with('@');
        if !(is_core || is_beside && (greeted || word == "good" || word == "happy" || between.ends_with('@')))
        {
            break;
        }
        greeted = greeted || is_core;
        end = range.end;
    }
    if !greeted {
        return 0;
    }
    end + plain[end..]
        .find(|c: char| !(c.is_whitespace() || ",.!:;-–—)".contains(c)))
        .unwrap_or(plain.len() - end)
}

/// The words of a plain text: letters and digits, with apostrophes inside. Linear.
pub(super) fn words(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut at = 0;
    std::iter::from_fn(move || {
        let start = at + text[at..].find(char::is_alphanumeric)?;
        let is_inside = |c: char| c.is_alphanumeric() || is_apostrophe(c);
        let end = text[start..].find(|c| !is_inside(c)).map_or(text.len(), |length| start + length);
        at = end;
        let trimmed = text[start..end].trim_end_matches(is_apostrophe);
        Some(start..start + trimmed.len())
    })
}

pub(super) fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '’' | '‘' | 'ʼ' | '`' | '´')
}

/// A word in small letters without apostrophes.
pub(super) fn folded(word: &str) -> String {
    word.chars().filter(|c| !is_apostrophe(*c)).flat_map(char::to_lowercase).collect()
}
