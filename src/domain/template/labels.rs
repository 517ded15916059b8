//! Where the labels of a template stand in a text that people typed.

use super::lexicon::{Cover, Lexicon, Named, Place, Tally, Word};
use super::opening::{Tick, before_body};
use super::page::{Page, Thing};
use super::values;
use crate::domain::policy::{Field, FieldKind};
use crate::domain::text;
use std::cell::Cell;
use std::ops::Range;

/// The most words before a colon that are looked at.
const LONGEST_LABEL: usize = 16;
/// How often a page's values are looked at to tell which of several fields is meant.
const MOST_DOUBTS: u32 = 40;

/// A label that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub field: usize,
    /// Where what came before it ends.
    pub start: usize,
    /// Where its value begins.
    pub value: usize,
    pub tick: Tick,
    pub sign: Sign,
}

/// What says that the words are a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    /// A colon, a dash, an equals sign.
    Mark,
    /// Nothing but the words themselves, all of them.
    Words,
    /// A short form where labels stand less often; its value speaks for it.
    Guess,
}

/// Finds every label: at the start of a line in any form that names one field, elsewhere with a colon or with a
/// value that fits. Never inside a word, a link, an address or a mention.
pub(super) fn find(page: &Page, fields: &[Field], lexicon: &Lexicon) -> Vec<Found> {
    let mut all = Vec::new();
    let mut atoms = 0;
    let doubts = Cell::new(MOST_DOUBTS);
    for range in page.lines() {
        while page.atoms.get(atoms).is_some_and(|atom| atom.range.end <= range.start) {
            atoms += 1;
        }
        let line = Line::of(page, range, (atoms, &doubts), lexicon);
        line.find(fields, lexicon, &mut all);
    }
    all
}

/// One line, taken apart.
struct Line<'a> {
    page: &'a Page,
    range: Range<usize>,
    /// Where its own text begins, after quote signs, bullets, numbers, boxes and markup.
    body: usize,
    tick: Tick,
    words: Vec<Word>,
    /// Colons, equals signs, and what has a kind (links, addresses), in order.
    hinges: Vec<Hinge>,
    /// How many doubts may still be settled on the page.
    doubts: &'a Cell<u32>,
}

#[derive(Clone, Debug)]
struct Hinge {
    range: Range<usize>,
    what: HingeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum HingeKind {
    Colon,
    /// A dash or a question mark: they end a label at the start of a line alone.
    Dash,
    Link,
    Email,
}

impl<'a> Line<'a> {
    fn of(
        page: &'a Page,
        range: Range<usize>,
        (first_atom, doubts): (usize, &'a Cell<u32>),
        lexicon: &Lexicon,
    ) -> Self {
        let text = &page.text[range.clone()];
        let (skipped, tick) = before_body(text);
        let body = range.start + skipped;
        let mut line = Self { page, body, range, tick, words: vec![], hinges: vec![], doubts };
        line.add_words(first_atom, lexicon);
        line.add_hinges(first_atom);
        line
    }

    fn add_words(&mut self, first_atom: usize, lexicon: &Lexicon) {
        let mut atoms = self.page.atoms[first_atom..].iter().peekable();
        let mut depth = 0_usize;
        let mut end = self.body;
        for word in text::words(&self.page.text[self.body..self.range.end]) {
            let word = self.body + word.start..self.body + word.end;
            for between in self.page.text[end..word.start].chars() {
                depth = match between {
                    '(' => depth + 1,
                    ')' => depth.saturating_sub(1),
                    _ => depth,
                };
            }
            end = word.end;
            while atoms.next_if(|atom| atom.range.end <= word.start).is_some() {}
            let place = if atoms.peek().is_some_and(|atom| atom.range.start < word.end) {
                Place::InAtom
            } else if depth > 0 {
                Place::InParentheses
            } else {
                Place::Open
            };
            self.words.push(lexicon.word(&self.page.text, word, place));
        }
    }

    fn add_hinges(&mut self, first_atom: usize) {
        let mut atoms = self.page.atoms[first_atom..].iter().peekable();
        let text = &self.page.text;
        for (at, character) in text[self.body..self.range.end].char_indices() {
            let at = self.body + at;
            while atoms.next_if(|atom| atom.range.end <= at).is_some() {}
            if let Some(atom) = atoms.peek().filter(|atom| atom.range.start <= at) {
                let what = match atom.what {
                    Thing::Link(_) => HingeKind::Link,
                    Thing::Email(_) => HingeKind::Email,
                    Thing::User(_) | Thing::Other => continue,
                };
                if atom.range.start == at {
                    self.hinges.push(Hinge { range: at..at, what });
                }
                continue;
            }
            let range = at..at + character.len_utf8();
            let before = text[..at].chars().next_back();
            let after = text[range.end..].chars().next();
            let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
            let is_space = |c: Option<char>| c.is_none_or(char::is_whitespace);
            let what = match character {
                ':' if is_digit(before) && is_digit(after) => continue,
                ':' | '：' | '=' => HingeKind::Colon,
                '-' if is_space(before) || is_space(after) => HingeKind::Dash,
                '–' | '—' | '→' | '?' => HingeKind::Dash,
                _ => continue,
            };
            self.hinges.push(Hinge { range, what });
        }
    }

    fn find(&self, fields: &[Field], lexicon: &Lexicon, all: &mut Vec<Found>) {
        let mut floor = self.body;
        let mut first_word = 0;
        if let Some(found) = self.at_start(fields, lexicon, all) {
            floor = found.value;
            all.push(found);
        }
        for hinge in &self.hinges {
            if hinge.range.start < floor {
                continue;
            }
            while self.words.get(first_word).is_some_and(|word| word.range.start < floor) {
                first_word += 1;
            }
            let until = self.words.partition_point(|word| word.range.end <= hinge.range.start);
            if until <= first_word {
                continue;
            }
            if let Some(found) = self.inside(first_word..until, hinge, fields, lexicon, all) {
                floor = found.value;
                all.push(found);
            }
        }
    }

    /// A label that opens the line.
    fn at_start(&self, fields: &[Field], lexicon: &Lexicon, all: &[Found]) -> Option<Found> {
        let found = |named: Named, value, sign| Found {
            field: named.field,
            start: self.range.start,
            value,
            tick: self.tick,
            sign,
        };
        for hinge in self.hinges.iter().take(4) {
            let until = self.words.partition_point(|word| word.range.end <= hinge.range.start);
            if until == 0 || until > LONGEST_LABEL || !self.is_unbroken(0..until, hinge.range.start) {
                continue;
            }
            let tally = self.tally(0..until, lexicon);
            let Some(named) = tally.named().or_else(|| self.settled(&tally, hinge, fields)) else { continue };
            let kind = &fields[named.field].kind;
            match hinge.what {
                HingeKind::Colon => return Some(found(named, hinge.range.end, Sign::Mark)),
                HingeKind::Dash if self.is_dash_of(named, kind, hinge.range.end) => {
                    return Some(found(named, hinge.range.end, Sign::Mark));
                }
                HingeKind::Link | HingeKind::Email if self.is_value_of(named, kind, hinge) => {
                    return Some(found(named, hinge.range.start, Sign::Guess));
                }
                HingeKind::Dash | HingeKind::Link | HingeKind::Email => {}
            }
        }
        self.by_words(lexicon)
            .or_else(|| self.alone(fields, lexicon, all))
            .map(|(named, end, sign)| found(named, end, sign))
    }

    /// "Booking:" may be the booking's id or its owner: the value tells, when it is valid for one of them alone.
    fn settled(&self, tally: &Tally<'_>, hinge: &Hinge, fields: &[Field]) -> Option<Named> {
        let doubtful = tally.doubtful();
        let left = self.doubts.get();
        if doubtful.len() < 2 || hinge.what != HingeKind::Colon || left == 0 {
            return None;
        }
        self.doubts.set(left - 1);
        let value = self.page.slice(hinge.range.end..self.range.end);
        let is_valid = |named: &&Named| {
            let kind = &fields[named.field].kind;
            !matches!(kind, FieldKind::Text | FieldKind::File) && values::canonical(kind, &value).is_ok()
        };
        let mut valid = doubtful.iter().filter(is_valid);
        let only = valid.next().copied();
        if valid.next().is_some() { None } else { only }
    }

    /// "Page - it does not open" is a sentence, "Page - https://…" is a label.
    fn is_dash_of(&self, named: Named, kind: &FieldKind, value: usize) -> bool {
        let is_telling = matches!(kind, FieldKind::Url | FieldKind::Emails);
        named.cover != Cover::Part || !is_telling || self.is_followed_by(value, kind)
    }

    /// "The page https://… does not open" is a sentence, "Page https://…" is a label.
    fn is_value_of(&self, named: Named, kind: &FieldKind, hinge: &Hinge) -> bool {
        let after = hinge.range.end;
        let is_last = self.words.iter().all(|word| word.place == Place::InAtom || word.range.end <= after);
        fits(kind, hinge.what) && (named.cover != Cover::Part || is_last)
    }

    /// A label written out, with nothing between it and its value.
    fn by_words(&self, lexicon: &Lexicon) -> Option<(Named, usize, Sign)> {
        let mut tally = lexicon.tally();
        let mut named = None;
        let mut end = self.body;
        for (at, word) in self.words.iter().take(LONGEST_LABEL).enumerate() {
            if !self.is_unbroken(at..at + 1, word.range.end) || at > 0 && !self.is_joined(at - 1) {
                break;
            }
            match named {
                // "(if possible)" after the label belongs to it.
                Some(Named { field, .. }) if !tally.would_grow(field, word) => break,
                Some(_) => tally.add(word),
                None => {
                    tally.add(word);
                    // A label of one word alone is a word like any other: "the client cannot log in".
                    named = tally
                        .named()
                        .filter(|named| named.cover == Cover::Exact && tally.has_several_words(named.field));
                }
            }
            end = word.range.end;
        }
        let after = self.page.text[end..self.range.end].chars().next();
        // "Issue_id" and "issue's" go on; so does "Issues/questions".
        let is_ended = after.is_none_or(|c| c.is_whitespace() || "*_~`)\",;.!'’”".contains(c));
        let tail: usize = self.page.text[end..self.range.end]
            .chars()
            .take_while(|c| "*_~`)\",;.!'’”".contains(*c))
            .map(char::len_utf8)
            .sum();
        named.filter(|_| is_ended).map(|named| (named, end + tail, Sign::Words))
    }

    /// A short form that has its line for itself, its value on the lines that follow.
    fn alone(&self, fields: &[Field], lexicon: &Lexicon, all: &[Found]) -> Option<(Named, usize, Sign)> {
        let rest = self.page.text[self.range.end..].lines().nth(1).unwrap_or_default();
        let is_sentence = self.page.text[self.range.clone()].trim_end().ends_with(['.', '!', ',']);
        let is_alone = !self.words.is_empty()
            && self.words.len() <= 8
            && !is_sentence
            && self.is_unbroken(0..self.words.len(), self.range.end);
        if !is_alone {
            return None;
        }
        let named = self.tally(0..self.words.len(), lexicon).named()?;
        let is_new = all.iter().all(|found| found.field != named.field);
        let is_text = matches!(fields[named.field].kind, FieldKind::Text | FieldKind::Confirm);
        let is_label = is_new && !rest.trim().is_empty() && (named.cover != Cover::Part || !is_text);
        is_label.then_some((named, self.range.end, Sign::Guess))
    }

    /// A label further along: the longest run of words before a hinge that names a field.
    fn inside(
        &self,
        words: Range<usize>,
        hinge: &Hinge,
        fields: &[Field],
        lexicon: &Lexicon,
        all: &[Found],
    ) -> Option<Found> {
        if !self.is_unbroken(words.end - 1..words.end, hinge.range.start) {
            return None;
        }
        let mut tally = lexicon.tally();
        let mut best = None;
        for at in words.clone().rev().take(LONGEST_LABEL) {
            let word = &self.words[at];
            let is_usable = word.place != Place::InAtom
                && (word.hits_something() || word.is_small || word.place == Place::InParentheses)
                && (at + 1 == words.end || self.is_joined(at));
            if !is_usable {
                break;
            }
            tally.add(word);
            let opens = word.hits_something() && word.place == Place::Open && self.stands_free(at);
            let named =
                if opens { tally.named().or_else(|| self.settled(&tally, hinge, fields)) } else { None };
            if let Some(named) = named {
                let is_longer_start = !word.is_small || named.cover != Cover::Part;
                if is_longer_start || best.is_none() {
                    best = Some((named, at));
                }
            }
        }
        let (named, at) = best?;
        let (value, sign) = match hinge.what {
            HingeKind::Colon if named.cover == Cover::Part => (hinge.range.end, Sign::Guess),
            HingeKind::Colon => (hinge.range.end, Sign::Mark),
            HingeKind::Dash => return None,
            HingeKind::Link | HingeKind::Email => {
                let is_written_out = named.cover == Cover::Exact && words.end - at > 1;
                let is_spoken = self.is_spoken(self.words[at].range.start);
                // In a post without labels, "… open the session URL https://… for" is a sentence.
                if !is_written_out
                    || is_spoken
                    || all.is_empty()
                    || !fits(&fields[named.field].kind, hinge.what)
                {
                    return None;
                }
                (hinge.range.start, Sign::Guess)
            }
        };
        let start = self.words[at].range.start;
        let kind = &fields[named.field].kind;
        let is_again = all.iter().any(|found| found.field == named.field);
        let is_plausible = self.is_followed_by(value, kind)
            || !is_again && !self.is_spoken(start) && (named.cover != Cover::Part || self.is_set_off(start));
        is_plausible.then_some(Found { field: named.field, start, value, tick: Tick::NoBox, sign })
    }

    fn tally<'l>(&self, words: Range<usize>, lexicon: &'l Lexicon) -> Tally<'l> {
        let mut tally = lexicon.tally();
        for word in &self.words[words] {
            if word.place == Place::InAtom {
                return lexicon.tally();
            }
            tally.add(word);
        }
        tally
    }

    /// Whether these words and what follows them up to `end` could be one label.
    fn is_unbroken(&self, words: Range<usize>, end: usize) -> bool {
        let last = words.end - 1;
        (words.start..last).all(|at| self.is_joined(at))
            && self.words[words].iter().all(|word| word.place != Place::InAtom)
            && is_inner(&self.page.text[self.words[last].range.end..end.max(self.words[last].range.end)])
    }

    /// Whether a label may run on from this word to the next.
    fn is_joined(&self, at: usize) -> bool {
        self.words.get(at + 1).is_some_and(|next| {
            let between = &self.page.text[self.words[at].range.end..next.range.start];
            !between.is_empty() && is_inner(between)
        })
    }

    /// Whether nothing is attached to the front of this word: no "re-", "#", "@", "/", ":".
    fn stands_free(&self, at: usize) -> bool {
        let before = &self.page.text[self.body..self.words[at].range.start];
        let mut before = before.chars().rev();
        match before.next() {
            None => true,
            Some(c) if c.is_whitespace() || "*~\"“”‘([{|,;•>–—".contains(c) => true,
            Some('_' | '-' | '\'' | '`' | '.' | '!' | '?') => {
                before.next().is_none_or(|c| !c.is_alphanumeric())
            }
            Some(_) => false,
        }
    }

    /// "the url:", "this issue:": somebody speaks of it.
    fn is_spoken(&self, start: usize) -> bool {
        let before = self.page.text[self.body..start].trim_end_matches([' ', '*', '_', '"']);
        let last: String = before.chars().rev().take(12).take_while(|c| c.is_alphabetic()).collect();
        let last: String = last.chars().rev().flat_map(char::to_lowercase).collect();
        let spoken = [
            "the", "this", "that", "a", "an", "my", "our", "your", "their", "his", "her", "same", "no",
            "wrong", "new", "another", "which", "with", "of", "by", "from", "says", "said", "not",
        ];
        spoken.contains(&last.as_str())
    }

    /// Whether punctuation or a wide gap stands before it.
    fn is_set_off(&self, start: usize) -> bool {
        let before = &self.page.text[self.body..start];
        let bare = before.trim_end_matches(|c: char| c.is_whitespace() || "*_~`".contains(c));
        bare.is_empty()
            || bare.ends_with([',', ';', '.', '!', '|', ')', '•', '–', '—', '-', '?', '>', '/'])
            || before.ends_with("  ")
            || before.ends_with('\t')
    }

    /// Whether the value at `at` is of the kind: only of such as can be told at a glance.
    fn is_followed_by(&self, at: usize, kind: &FieldKind) -> bool {
        let text = &self.page.text[at..self.range.end];
        let skipped = text.len() - text.trim_start_matches([' ', '*', '_', '~', '`', '\t']).len();
        let next = self.hinges.partition_point(|hinge| hinge.range.start < at + skipped);
        self.hinges.get(next).is_some_and(|hinge| hinge.range.start == at + skipped && fits(kind, hinge.what))
    }
}

fn fits(kind: &FieldKind, hinge: HingeKind) -> bool {
    match kind {
        FieldKind::Url | FieldKind::File => hinge == HingeKind::Link,
        FieldKind::Emails => hinge == HingeKind::Email,
        FieldKind::Text
        | FieldKind::Choice(_)
        | FieldKind::User
        | FieldKind::Number
        | FieldKind::Id(_)
        | FieldKind::Time
        | FieldKind::Confirm => false,
    }
}

/// What may stand between the words of a label.
fn is_inner(between: &str) -> bool {
    between.len() <= 16
        && between
            .chars()
            .all(|c| c.is_whitespace() || text::is_apostrophe(c) || "/&-()[]*_~\"“”,+".contains(c))
}
