//! YAML as it stands in a file: every value with its place, nothing interpreted yet.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{DuplicateKeyPolicy, Location, Spanned};
use std::fmt;

/// Where something stands: the file by its index, line and column from 1, and how wide it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub file: usize,
    pub line: u32,
    pub column: u32,
    pub width: u32,
}

/// A value and its place. `id` is its number among all values of a load.
#[derive(Clone, Debug)]
pub struct Node {
    pub id: usize,
    pub place: Place,
    pub content: Content,
}

#[derive(Clone, Debug)]
pub enum Content {
    Null,
    /// An environment variable that is not set stands here: as good as absent.
    Unset,
    Scalar {
        text: String,
        plain: Plain,
    },
    Seq(Vec<Node>),
    Map(Vec<Entry>),
}

#[derive(Clone, Debug)]
pub struct Entry {
    pub key: String,
    pub key_place: Place,
    pub value: Node,
}

/// What an unquoted scalar looks like to YAML. The text is kept beside it: `+1` is an emoji to us.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Plain {
    Text,
    Bool(bool),
    Int(i64),
    Float(f64),
}

/// A file that is not YAML.
#[derive(Clone, Debug)]
pub struct SyntaxError {
    pub place: Place,
    pub message: String,
}

impl Node {
    /// The entries of a map, in their order; none of anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            Content::Null | Content::Unset | Content::Scalar { .. } | Content::Seq(_) => &[],
        }
    }

    /// The entry of that key, of a map.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }
}

/// Parses a file. Ids are taken from `next_id` on.
///
/// # Errors
/// The first place where the text stops being YAML; the parser cannot go on from there.
pub fn parse(file: usize, text: &str, next_id: &mut usize) -> Result<Node, SyntaxError> {
    let options = serde_saphyr::options! {
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        strict_booleans: true,
        with_snippet: false,
    };
    let raw: Raw = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let at = error.location().unwrap_or(Location::UNKNOWN);
        SyntaxError { place: Place { width: 1, ..place(file, at) }, message: plainly(&error) }
    })?;
    Ok(Planter { file, text, next_id }.node(raw))
}

/// The parser's message without its own line and column, which stand in front of it anyway.
fn plainly(error: &serde_saphyr::Error) -> String {
    let text = error.without_snippet().to_string();
    let first = text.lines().next().unwrap_or_default();
    let cut = first.find(" at line ").or_else(|| first.find(" (line ")).unwrap_or(first.len());
    let message = first[..cut].trim();
    match message.split_once(": line ") {
        Some((head, _)) => head.to_owned(),
        None => message.to_owned(),
    }
}

fn place(file: usize, at: Location) -> Place {
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Place { file, line: small(at.line()), column: small(at.column()), width: small(at.span().len()).max(1) }
}

struct Raw(Spanned<RawContent>);

enum RawContent {
    Null,
    Plain(Plain),
    Text(String),
    Seq(Vec<Raw>),
    Map(Vec<(Spanned<String>, Raw)>),
}

struct Planter<'a> {
    file: usize,
    text: &'a str,
    next_id: &'a mut usize,
}

impl Planter<'_> {
    fn node(&mut self, raw: Raw) -> Node {
        let Raw(Spanned { value, referenced, defined }) = raw;
        let id = *self.next_id;
        *self.next_id += 1;
        let content = match value {
            RawContent::Null => Content::Null,
            RawContent::Text(text) => Content::Scalar { text, plain: Plain::Text },
            RawContent::Plain(plain) => Content::Scalar { text: self.written(defined, plain), plain },
            RawContent::Seq(items) => Content::Seq(items.into_iter().map(|item| self.node(item)).collect()),
            RawContent::Map(entries) => Content::Map(
                entries
                    .into_iter()
                    .map(|(key, value)| Entry {
                        key_place: place(self.file, key.referenced),
                        key: key.value,
                        value: self.node(value),
                    })
                    .collect(),
            ),
        };
        Node { id, place: place(self.file, referenced), content }
    }

    /// The scalar as it was typed: `+1` and `007` are names, too.
    fn written(&self, at: Location, plain: Plain) -> String {
        let span = at.span();
        let slice = span.byte_offset().zip(span.byte_len()).and_then(|(from, length)| {
            let from = usize::try_from(from).ok()?;
            self.text.get(from..from + usize::try_from(length).ok()?)
        });
        match (slice, plain) {
            (Some(slice), _) => slice.trim().to_owned(),
            (None, Plain::Bool(value)) => value.to_string(),
            (None, Plain::Int(value)) => value.to_string(),
            (None, Plain::Float(value)) => value.to_string(),
            (None, Plain::Text) => String::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Spanned::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for RawContent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(RawVisitor)
    }
}

struct RawVisitor;

impl<'de> Visitor<'de> for RawVisitor {
    type Value = RawContent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, a list or a map")
    }

    fn visit_bool<E>(self, value: bool) -> Result<RawContent, E> {
        Ok(RawContent::Plain(Plain::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<RawContent, E> {
        Ok(RawContent::Plain(Plain::Int(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<RawContent, E> {
        Ok(RawContent::Plain(i64::try_from(value).map_or(Plain::Text, Plain::Int)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<RawContent, E> {
        Ok(RawContent::Plain(Plain::Float(value)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<RawContent, E> {
        Ok(RawContent::Text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<RawContent, E> {
        Ok(RawContent::Null)
    }

    fn visit_none<E>(self) -> Result<RawContent, E> {
        Ok(RawContent::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<RawContent, D::Error> {
        RawContent::deserialize(deserializer)
    }

    fn visit_bytes<E: serde::de::Error>(self, _: &[u8]) -> Result<RawContent, E> {
        Err(E::custom("binary data has no place here"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<RawContent, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(RawContent::Seq(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawContent, A::Error> {
        let mut entries = Vec::new();
        while let Some(entry) = map.next_entry()? {
            entries.push(entry);
        }
        if entries.len() > LONGEST_MAP {
            return Err(A::Error::custom("this map has too many entries"));
        }
        Ok(RawContent::Map(entries))
    }
}

/// More entries than any configuration has.
const LONGEST_MAP: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(node: &Node) -> String {
        let at = format!("@{}:{}+{}", node.place.line, node.place.column, node.place.width);
        match &node.content {
            Content::Null => format!("null{at}"),
            Content::Unset => format!("unset{at}"),
            Content::Scalar { text, plain } => format!("{text:?}{plain:?}{at}"),
            Content::Seq(items) => {
                format!("[{}]{at}", items.iter().map(shown).collect::<Vec<_>>().join(", "))
            }
            Content::Map(entries) => {
                let entry = |entry: &Entry| {
                    let place = entry.key_place;
                    format!("{}@{}:{}={}", entry.key, place.line, place.column, shown(&entry.value))
                };
                format!("{{{}}}{at}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn scalars_keep_their_text_and_everything_its_place() {
        let text = "a: +1\nb: [eyes, 007, \"x\", no, true]\n2026-12-24: closed\na: { c: 8:30, d: }\n";
        let node = parse(0, text, &mut 0).unwrap();
        insta::assert_snapshot!(shown(&node));
    }

    #[test]
    fn broken_yaml_says_where() {
        let told = |text: &&str| {
            let error = parse(0, text, &mut 0).unwrap_err();
            format!("{}:{} {}", error.place.line, error.place.column, error.message)
        };
        let texts =
            ["a: [1, 2\nb: 3\n", "a: 'x\n", "a: b: c\n", "a:\n\tb: 1\n", "a: 1\n---\nb: 2\n", "a: *x\n"];
        let all: Vec<String> = texts.iter().map(told).collect();
        insta::assert_snapshot!(all.join("\n"));
    }
}
