//! Words alone: thanks, greetings and emoji, told from questions.

use crate::domain::text::{Piece, pieces, read};
use std::ops::Range;

/// Whether there is nothing here but emoji, as characters or as `:names:`.
pub fn is_emoji_only(text: &str) -> bool {
    if text.len() > LONGEST_SMALL_TALK {
        return false;
    }
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

/// What is longer, in bytes, has something to say.
const LONGEST_SMALL_TALK: usize = 1_000;

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
    if text.len() > LONGEST_SMALL_TALK {
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
    // "Is it ok" asks, whether or not a question mark says so.
    !words.first().is_some_and(|word| is_word(word, &["is", "have", "for"]))
        && words.iter().any(|word| is_word(word, THANKS))
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
    if text.len() > LONGEST_SMALL_TALK {
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
