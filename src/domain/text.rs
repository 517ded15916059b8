//! Slack's encoding of what people type, read into plain words; and the few words that are no question.
//!
//! The encoding: mentions, links and dates stand in angle brackets, and `&`, `<`, `>` are escaped
//! (Slack's "Formatting text for app surfaces"). What is malformed stays text.

pub(super) use crate::domain::small_talk::{emoji_at, folded, greeting_in, is_apostrophe, words};
pub use crate::domain::small_talk::{is_emoji_only, is_greeting, is_thanks};

use crate::id::{GroupId, UserId};
use std::collections::BTreeSet;

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
pub fn shown(piece: &Piece) -> String {
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
