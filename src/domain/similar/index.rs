//! A small search index in memory: which texts are like another, by the words they share (BM25).
//!
//! It is derived: whoever lost it builds it anew. A hundred thousand solved cases take about 25 MB; the few
//! thousand of a desk's year take less than one.

use std::collections::BTreeMap;

/// How fast a word said again counts less, and how much longer texts count less (Robertson, Zaragoza: The
/// Probabilistic Relevance Framework, 2009).
const K1: f32 = 1.2;
const B: f32 = 0.75;
/// So many different words of a text are kept.
const MOST_WORDS: usize = 60;
/// A word in more than this share of many texts says nothing: it stands in the template.
const EVERYWHERE: f32 = 0.2;
/// From so many texts on that is known.
const MANY: usize = 50;
/// Words that say nothing in any text.
const STOP: [&str; 62] = [
    "about", "after", "again", "all", "also", "and", "any", "are", "been", "but", "can", "cannot", "client",
    "could", "did", "does", "doing", "for", "from", "get", "had", "has", "have", "hello", "help", "her",
    "here", "him", "his", "how", "http", "https", "into", "its", "just", "may", "not", "now", "our", "out",
    "please", "she", "some", "than", "thanks", "that", "the", "their", "them", "then", "there", "they",
    "this", "was", "were", "what", "when", "who", "will", "with", "you", "your",
];

/// A text that is like the one asked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    pub name: String,
    pub score: f32,
}

/// The index. Texts belong to a shelf each; only those of one shelf are compared.
#[derive(Clone, Debug, Default)]
pub struct Index {
    shelves: BTreeMap<Box<str>, Shelf>,
}

#[derive(Clone, Debug, Default)]
struct Shelf {
    words: BTreeMap<Box<str>, Postings>,
    texts: Vec<Text>,
    by_name: BTreeMap<Box<str>, u32>,
    /// All words of the texts that count.
    length: u64,
}

#[derive(Clone, Debug)]
struct Text {
    name: Box<str>,
    /// How many words it has; 0 once it was taken away.
    length: u16,
}

/// In which texts a word stands: differences of their numbers, and how often, as bytes of seven bits.
#[derive(Clone, Debug, Default)]
struct Postings {
    bytes: Vec<u8>,
    last: u32,
    texts: u32,
}

impl Postings {
    fn push(&mut self, text: u32, times: u32) {
        varint(&mut self.bytes, text - self.last);
        varint(&mut self.bytes, times);
        self.last = text;
        self.texts += 1;
    }

    fn each(&self, mut each: impl FnMut(u32, u32)) {
        let (mut at, mut text) = (0, 0);
        while at < self.bytes.len() {
            text += read(&self.bytes, &mut at);
            let times = read(&self.bytes, &mut at);
            each(text, times);
        }
    }
}

fn varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}

fn read(bytes: &[u8], at: &mut usize) -> u32 {
    let (mut value, mut shift) = (0, 0);
    while let Some(byte) = bytes.get(*at) {
        *at += 1;
        value |= u32::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 || shift > 28 {
            break;
        }
    }
    value
}

impl Index {
    /// Takes a text in, in place of what had this name before.
    pub fn insert(&mut self, shelf: &str, name: &str, text: &str) {
        self.remove(shelf, name);
        let words = words(text);
        if words.is_empty() {
            return;
        }
        let shelf = self.shelves.entry(Box::from(shelf)).or_default();
        let Ok(number) = u32::try_from(shelf.texts.len()) else { return };
        let length: u32 = words.values().sum();
        shelf.texts.push(Text { name: Box::from(name), length: u16::try_from(length).unwrap_or(u16::MAX) });
        shelf.by_name.insert(Box::from(name), number);
        shelf.length += u64::from(length);
        for (word, times) in words {
            shelf.words.entry(word.into_boxed_str()).or_default().push(number, times);
        }
    }

    /// Takes a text away. Its words stay in the lists and count no more.
    pub fn remove(&mut self, shelf: &str, name: &str) {
        let Some(shelf) = self.shelves.get_mut(shelf) else { return };
        let Some(number) = shelf.by_name.remove(name) else { return };
        if let Some(text) = shelf.texts.get_mut(number as usize) {
            shelf.length -= u64::from(text.length);
            text.length = 0;
        }
    }

    /// Gives back what was taken in advance, once many texts were taken in.
    pub fn shrink(&mut self) {
        for shelf in self.shelves.values_mut() {
            shelf.texts.shrink_to_fit();
            shelf.words.values_mut().for_each(|postings| postings.bytes.shrink_to_fit());
        }
    }

    /// How many texts it has.
    pub fn len(&self) -> usize {
        self.shelves.values().map(|shelf| shelf.by_name.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The texts of a shelf that are most like this one, the most alike first; at most `most`. Those that share
    /// less than two words that mean anything are not among them.
    pub fn like(&self, shelf: &str, text: &str, most: usize) -> Vec<Hit> {
        let Some(shelf) = self.shelves.get(shelf) else { return Vec::new() };
        shelf.like(text, most)
    }
}

impl Shelf {
    fn like(&self, text: &str, most: usize) -> Vec<Hit> {
        let count = self.by_name.len();
        let mean = (self.length as f32 / count.max(1) as f32).max(1.0);
        let mut scores = vec![(0.0_f32, 0_u16); self.texts.len()];
        for word in words(text).keys() {
            let Some(postings) = self.words.get(word.as_str()) else { continue };
            let texts = postings.texts as f32;
            if count > MANY && texts > EVERYWHERE * count as f32 {
                continue;
            }
            let weight = (1.0 + (count as f32 - texts + 0.5).max(0.0) / (texts + 0.5)).ln();
            postings.each(|number, times| {
                let number = number as usize;
                if let (Some(score), Some(text)) = (scores.get_mut(number), self.texts.get(number)) {
                    let times = times as f32;
                    let norm = K1 * (1.0 - B + B * f32::from(text.length) / mean);
                    score.0 += weight * times * (K1 + 1.0) / (times + norm);
                    score.1 += 1;
                }
            });
        }
        let alike =
            scores.iter().zip(&self.texts).filter(|((_, shared), text)| *shared > 1 && text.length > 0);
        let mut hits: Vec<(f32, &Text)> = Vec::with_capacity(most + 1);
        for ((score, _), text) in alike {
            let at = hits.partition_point(|(other, _)| *other > *score);
            if at < most {
                hits.insert(at, (*score, text));
                hits.truncate(most);
            }
        }
        // What is alike by less than half as much as the best is hardly alike.
        let best = hits.first().map_or(0.0, |(score, _)| *score);
        hits.into_iter()
            .filter(|(score, _)| *score >= best / 2.0)
            .map(|(score, text)| Hit { name: text.name.to_string(), score })
            .collect()
    }
}

/// The words of a text that may mean something, each with how often it stands there.
fn words(text: &str) -> BTreeMap<String, u32> {
    let mut all: BTreeMap<String, u32> = BTreeMap::new();
    let lower = text.to_lowercase();
    for word in lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2) {
        if STOP.binary_search(&word).is_ok() {
            continue;
        }
        let stem = stem(word);
        if let Some(times) = all.get_mut(stem) {
            *times += 1;
        } else if all.len() < MOST_WORDS {
            all.insert(stem.to_owned(), 1);
        }
    }
    all
}

/// Words that are spelt otherwise in the plural and the like count as the same.
fn stem(word: &str) -> &str {
    let shorter = ["ings", "ing", "ed", "es", "s", "e"].iter().find_map(|end| word.strip_suffix(end));
    shorter.filter(|stem| stem.chars().count() > 2).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::{Index, STOP};

    fn names(index: &Index, text: &str) -> Vec<String> {
        index.like("event", text, 3).into_iter().map(|hit| hit.name).collect()
    }

    #[test]
    fn the_words_that_say_nothing_are_sorted() {
        assert!(STOP.is_sorted());
    }

    #[test]
    fn texts_that_share_rare_words_come_first() {
        let mut index = Index::default();
        index.insert("event", "event-1", "The stage is black for all speakers in Berlin");
        index.insert("event", "event-2", "The chat does not load on a phone");
        index.insert("event", "event-3", "Black stage: the encoder stopped");
        index.insert("chat", "chat-1", "black stage");
        assert_eq!(names(&index, "Stages are black again!"), ["event-3", "event-1"]);
        assert!(names(&index, "black").is_empty());
        assert!(names(&index, "").is_empty());
        index.insert("event", "event-3", "solved otherwise");
        assert_eq!(names(&index, "Stages are black again!"), ["event-1"]);
        index.remove("event", "event-1");
        assert!(names(&index, "Stages are black again!").is_empty());
        assert_eq!(index.len(), 3);
    }

    #[test]
    fn what_stands_in_every_text_does_not_count() {
        let mut index = Index::default();
        for nth in 0..200 {
            index.insert("event", &format!("event-{nth}"), &format!("Affected page session number{nth}"));
        }
        assert!(names(&index, "Affected page session").is_empty());
        assert_eq!(names(&index, "page session number7 number7 affected").len(), 0);
    }
}
