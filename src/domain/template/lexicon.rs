//! The words of a desk's labels, and how well words that people typed name one of them.

use crate::domain::policy::Field;
use crate::domain::text;
use std::ops::Range;

/// Words that carry no meaning in a label: they may be missing or added.
const WEAK: &[&str] = &[
    "the", "a", "an", "of", "we", "i", "is", "are", "were", "our", "my", "your", "please", "s", "ve", "im",
    "ive", "weve", "e", "have", "has", "it", "its",
];
/// Words that alone name no field, and that count only where a label is given word by word.
const FILLER: &[&str] = &[
    "this",
    "that",
    "having",
    "if",
    "possible",
    "any",
    "in",
    "for",
    "to",
    "and",
    "or",
    "on",
    "with",
    "here",
    "what",
    "which",
    "who",
    "when",
    "where",
    "following",
    "you",
    "be",
    "applicable",
    "optional",
    "required",
];
/// Words that people use for one another.
const ALIKE: &[&[&str]] = &[
    &["url", "link", "urls", "links"],
    &["issue", "problem", "issues"],
    &["emails", "email", "mail", "mails"],
    &["screenshot", "screengrab", "screencap", "screen", "shot", "screenshots", "picture", "image"],
    &["page", "webpage", "pages"],
    &["number", "no", "nr", "num"],
];
/// A label's words beyond these are not looked at.
const MOST_WORDS: usize = 31;
/// The longest word, in characters, that is compared with a label's.
const LONGEST_WORD: usize = 24;

/// How well words name a field, from best to worst.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cover {
    /// Every word that matters, and the small ones.
    Exact,
    /// Every word that matters.
    Whole,
    /// Some of them.
    Part,
}

/// A field as words name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub field: usize,
    pub cover: Cover,
}

/// The labels of a template, in words.
pub(super) struct Lexicon {
    labels: Vec<Label>,
}

struct Label {
    words: Vec<String>,
    /// Bits of the words that matter.
    significant: u32,
    /// Bits of the words that an exact label has.
    exact: u32,
}

/// One word that somebody typed, compared with all labels.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub range: Range<usize>,
    /// Field, bit of its label's word, edits between the two.
    hits: Vec<(usize, u32, u32)>,
    pub is_small: bool,
    /// In parentheses, or a part of something that is no word.
    pub place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Open,
    InParentheses,
    InAtom,
}

impl Word {
    pub fn hits_something(&self) -> bool {
        !self.hits.is_empty()
    }
}

impl Lexicon {
    pub fn of(fields: &[Field]) -> Self {
        Self { labels: fields.iter().map(|field| Label::of(&field.label)).collect() }
    }

    pub fn word(&self, text: &str, range: Range<usize>, place: Place) -> Word {
        let folded = text::folded(&text[range.clone()]);
        let mut hits = Vec::new();
        if place != Place::InAtom && folded.chars().count() <= LONGEST_WORD {
            for (field, label) in self.labels.iter().enumerate() {
                let nearest = label
                    .words
                    .iter()
                    .enumerate()
                    .filter_map(|(at, word)| Some((distance(&folded, word)?, at)))
                    .min();
                if let Some((edits, at)) = nearest {
                    hits.push((field, 1 << at, edits));
                }
            }
        }
        let is_small = WEAK.contains(&folded.as_str()) || FILLER.contains(&folded.as_str());
        Word { range, hits, is_small, place }
    }

    /// The tally of no words yet.
    pub fn tally(&self) -> Tally<'_> {
        Tally { labels: &self.labels, states: vec![Some((0, 0)); self.labels.len()] }
    }
}

impl Label {
    fn of(label: &str) -> Self {
        let mut words = Vec::new();
        let mut significant = 0;
        let mut exact = 0;
        let mut all = 0;
        let mut depth = 0_usize;
        let mut end = 0;
        for range in text::words(label).take(MOST_WORDS) {
            for between in label[end..range.start].chars() {
                depth = match between {
                    '(' => depth + 1,
                    ')' => depth.saturating_sub(1),
                    _ => depth,
                };
            }
            end = range.end;
            let word = text::folded(&label[range]);
            let bit = 1 << words.len();
            let is_weak = WEAK.contains(&word.as_str());
            let is_filler = FILLER.contains(&word.as_str());
            if depth == 0 {
                all |= bit;
                significant |= if is_weak || is_filler { 0 } else { bit };
                exact |= if is_weak { 0 } else { bit };
            }
            words.push(word);
        }
        if significant == 0 {
            // "What is it?": small words are all there is.
            significant = all;
            exact = all;
        }
        Self { words, significant, exact }
    }
}

/// What a growing set of words names.
#[derive(Clone)]
pub(super) struct Tally<'a> {
    labels: &'a [Label],
    /// By field: bits seen and edits made; none once a word did not fit.
    states: Vec<Option<(u32, u32)>>,
}

impl Tally<'_> {
    pub fn add(&mut self, word: &Word) {
        let may_be_extra = word.is_small || word.place == Place::InParentheses;
        let mut hits = word.hits.iter().peekable();
        for (field, state) in self.states.iter_mut().enumerate() {
            let hit = hits.next_if(|hit| hit.0 == field);
            *state = match (*state, hit) {
                (Some((bits, edits)), Some((_, bit, more))) => Some((bits | bit, edits + more)),
                (Some(state), None) if may_be_extra => Some(state),
                (Some(_), None) | (None, _) => None,
            };
        }
    }

    /// Whether more than one word makes this field's label.
    pub fn has_several_words(&self, field: usize) -> bool {
        self.labels[field].exact.count_ones() > 1
    }

    /// Whether a word would add to what is known of a field.
    pub fn would_grow(&self, field: usize, word: &Word) -> bool {
        let seen = self.states[field].map_or(u32::MAX, |(bits, _)| bits);
        word.hits.iter().any(|(of, bit, _)| *of == field && seen & bit == 0)
    }

    /// The field that the words name; none when they name none, or a part of several alike.
    pub fn named(&self) -> Option<Named> {
        let ranked = self.ranked();
        let best = ranked.first()?;
        let is_shared = ranked.get(1).is_some_and(|next| next.rank() == best.rank());
        (best.cover != Cover::Part || !is_shared).then_some(Named { field: best.field, cover: best.cover })
    }

    /// The fields of which the words name a part, equally well, when they are several.
    pub fn doubtful(&self) -> Vec<Named> {
        let ranked = self.ranked();
        let Some(best) = ranked.first().filter(|best| best.cover == Cover::Part) else { return Vec::new() };
        let alike = ranked.iter().take_while(|next| next.rank() == best.rank());
        alike.map(|one| Named { field: one.field, cover: one.cover }).collect()
    }

    fn ranked(&self) -> Vec<Ranked> {
        let rank = |field: usize| {
            let (label, (bits, edits)) = (&self.labels[field], self.states[field]?);
            let seen = bits & label.significant;
            let all = label.exact | label.significant;
            let cover = match (seen == label.significant, bits & all == all) {
                _ if seen == 0 => return None,
                (_, true) => Cover::Exact,
                (true, false) => Cover::Whole,
                (false, false) => Cover::Part,
            };
            Some(Ranked { cover, unseen: u32::MAX - seen.count_ones(), edits, field })
        };
        let mut ranked: Vec<Ranked> = (0..self.labels.len()).filter_map(rank).collect();
        ranked.sort_unstable();
        ranked
    }
}

/// How well a field is named, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Ranked {
    cover: Cover,
    /// Fewer when more words were seen.
    unseen: u32,
    edits: u32,
    field: usize,
}

impl Ranked {
    fn rank(&self) -> (Cover, u32, u32) {
        (self.cover, self.unseen, self.edits)
    }
}

/// Edits between a typed word and a label's; none when they are not the same word.
fn distance(typed: &str, label: &str) -> Option<u32> {
    if typed == label {
        return Some(0);
    }
    if typed.strip_suffix('s') == Some(label) || label.strip_suffix('s') == Some(typed) {
        return Some(0);
    }
    if ALIKE.iter().any(|alike| alike.contains(&label) && alike.contains(&typed)) {
        return Some(1);
    }
    let typed: Vec<char> = typed.chars().collect();
    let label: Vec<char> = label.chars().collect();
    let most = match typed.len().min(label.len()) {
        0..4 => return None,
        4..8 => 1,
        _ => 2,
    };
    // Slips of the finger rarely hit the first letter; other words often differ in it alone.
    let starts_alike =
        typed[0] == label[0] || typed.len() > 1 && typed[0] == label[1] && typed[1] == label[0];
    if !starts_alike || typed.len().abs_diff(label.len()) > most {
        return None;
    }
    let edits = edits(&typed, &label);
    (edits <= most).then(|| u32::try_from(edits).unwrap_or(u32::MAX))
}

/// Insertions, deletions, replacements and swaps of neighbours between two short words.
fn edits(one: &[char], other: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in other.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = above;
        above = row;
    }
    above[other.len()]
}
