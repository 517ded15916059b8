//! Words that were said to the bot, ready to be compared with those it knows.

use super::{Addressee, Command};
use crate::domain::text::{self, Piece};
use crate::id::{GroupId, UserId};

/// Words as they were said: plain, with mentions as `@id`.
pub(super) struct Said {
    pub plain: String,
    /// The ids that Slack itself gave.
    users: Vec<String>,
    groups: Vec<String>,
    pub asked: Asked,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// It ends in a question mark and is no polite order.
    Question,
    Order,
}

impl Said {
    pub fn of(encoded: &str) -> Self {
        let mut said = Self { plain: String::new(), users: vec![], groups: vec![], asked: Asked::Order };
        for piece in text::pieces(encoded) {
            match piece {
                Piece::User { id, .. } => {
                    said.plain.push_str(&format!(" @{id} "));
                    said.users.push(id.to_string());
                }
                Piece::Group { id, .. } => {
                    said.plain.push_str(&format!(" @{id} "));
                    said.groups.push(id.to_string());
                }
                Piece::Text(_)
                | Piece::Broadcast(_)
                | Piece::Channel(_)
                | Piece::Link { .. }
                | Piece::Email(_)
                | Piece::Shown(_) => said.plain.push_str(&text::shown(&piece)),
            }
        }
        said
    }

    /// The words without greeting and politeness: "hi, can you please release it?" is "release it".
    pub fn into_point(mut self) -> Self {
        let is_question = self.plain.trim_end().ends_with('?');
        let mut rest = self.plain[text::greeting_in(&self.plain)..].trim().to_owned();
        let polite = [
            "please",
            "pls",
            "plz",
            "can you",
            "could you",
            "would you",
            "can i",
            "can we",
            "i want to",
            "i would like to",
            "i'd like to",
            "let me",
            "let's",
            "ok",
            "okay",
            "and",
            "so",
            "now",
            "just",
            "firstline",
            "i need to",
            "can you please",
        ];
        let mut was_polite = false;
        for _ in 0..4 {
            let lower = rest.to_lowercase();
            let head = polite.iter().find(|head| {
                lower.strip_prefix(**head).is_some_and(|after| after.starts_with([' ', ',']))
                    // Small letters may be longer than capitals; then there is no such head.
                    && rest.is_char_boundary(head.len())
            });
            let Some(head) = head else { break };
            was_polite |= head.contains(' ');
            rest = rest[head.len()..].trim_start_matches([' ', ',']).to_owned();
        }
        self.asked = if is_question && !was_polite { Asked::Question } else { Asked::Order };
        self.plain = rest;
        self
    }

    /// Its words as they were typed, and for comparison: small letters, no apostrophes, no punctuation around.
    /// What is nothing but punctuation is left out of both, so that they stand side by side.
    pub fn words(&self) -> (Vec<&str>, Vec<String>) {
        let bare = |word: &str| text::folded(word.trim_matches(|c: char| !(c.is_alphanumeric() || c == '@')));
        let pairs = self.plain.split_whitespace().map(|word| (word, bare(word)));
        pairs.filter(|(_, lower)| !lower.is_empty()).unzip()
    }

    /// All that was typed after so many words, dashes too.
    pub fn after(&self, used: usize) -> Vec<&str> {
        let is_word = |word: &&str| word.contains(|c: char| c.is_alphanumeric() || c == '@');
        let last =
            self.plain.split_whitespace().enumerate().filter(|(_, word)| is_word(word)).nth(used.max(1) - 1);
        self.plain.split_whitespace().skip(last.map_or(0, |(at, _)| at + 1)).collect()
    }

    /// The whole, when it is short, for comparison.
    pub fn alone(&self) -> String {
        if self.plain.len() > 40 { "…".to_owned() } else { self.words().1.join(" ") }
    }

    pub fn unknown(&self) -> Command {
        Command::Unknown { words: self.plain.split_whitespace().collect::<Vec<_>>().join(" ") }
    }

    /// Those who are mentioned, in order; a name without its mention only where `bare` names are expected.
    pub fn addressees(&self, words: &[&str], bare: BareNames) -> Vec<Addressee> {
        let mut all = Vec::new();
        for word in words {
            let word = word.trim_end_matches([',', '.', ';', '!', '?', ':', ')']).trim_start_matches('(');
            let Some(name) = word.strip_prefix('@') else {
                let small = [
                    "to", "and", "for", "from", "help", "please", "me", "it", "this", "the", "case", "over",
                    "with", "now", "us", "you", "or", "", "him", "her", "them", "someone", "somebody",
                    "anyone", "in", "on",
                ];
                let is_name = bare == BareNames::Count && !small.contains(&word.to_lowercase().as_str());
                if is_name {
                    all.push(Addressee::Name(word.to_owned()));
                }
                continue;
            };
            let one = if self.users.iter().any(|id| id == name) || text::looks_like_user_id(name) {
                Addressee::User(UserId::from(name))
            } else if self.groups.iter().any(|id| id == name) || text::looks_like_group_id(name) {
                Addressee::Group(GroupId::from(name))
            } else if name.is_empty() {
                continue;
            } else {
                Addressee::Name(name.to_owned())
            };
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all.truncate(20);
        all
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BareNames {
    Count,
    DoNotCount,
}

/// Tells how many words a phrase at the head takes; the longest of them counts.
pub(super) fn head(lower: &[String], phrases: &[&str]) -> Option<usize> {
    let matches = |phrase: &&&str| {
        let words: Vec<&str> = phrase.split(' ').collect();
        (words.len() <= lower.len() && words.iter().zip(lower).all(|(a, b)| a == b)).then_some(words.len())
    };
    phrases.iter().filter_map(|phrase| matches(&phrase)).max()
}

/// Whether all of these words are small ones.
pub(super) fn is_mere(lower: &[String], extra: &[&str]) -> bool {
    lower.iter().all(|word| extra.contains(&word.as_str()))
}
