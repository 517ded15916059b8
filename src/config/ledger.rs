//! What reading a folder gathers: its files, and what is wrong with them.

use super::problem::{Kind, Problem, Problems, Spot};
use super::yaml::fault::Fault;
use super::yaml::node::Place;
use super::yaml::value::{At, Needed};
use crate::domain::nearest::suggest;

/// A file as it was read.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As the reader would open it.
    pub name: String,
    pub text: String,
}

/// Whether everything could be read. When not, a name that is not found may stand in what was lost, and is not
/// complained of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whole {
    #[default]
    Yes,
    No,
}

/// The line with Slack's tokens made unreadable, so that none is printed with a problem that stands beside it.
fn masked(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) =
        ["xapp-", "xoxb-", "xoxp-", "xoxe."].iter().filter_map(|head| rest.find(head)).min()
    {
        let (before, token) = rest.split_at(start + 5);
        shown.push_str(before);
        let length = token.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(token.len());
        shown.push_str(&"*".repeat(length));
        rest = &token[length..];
    }
    shown + rest
}

/// The files and the problems found so far.
#[derive(Debug, Default)]
pub struct Ledger {
    pub files: Vec<SourceFile>,
    pub whole: Whole,
    problems: Vec<Problem>,
}

impl Ledger {
    /// Adds a file and returns its index.
    pub fn add(&mut self, name: String, text: String) -> usize {
        self.files.push(SourceFile { name, text });
        self.files.len() - 1
    }

    /// Something that makes the folder unusable. A hint may follow the message after `\nhint: `.
    pub fn error(&mut self, place: Place, message: impl AsRef<str>) {
        self.put(Kind::Error, place, message.as_ref());
    }

    /// Something that is probably not meant. A hint may follow the message after `\nhint: `.
    pub fn warn(&mut self, place: Place, message: impl AsRef<str>) {
        self.put(Kind::Warning, place, message.as_ref());
    }

    /// An environment variable that is not set.
    pub fn unset(&mut self, place: Place, message: impl AsRef<str>) {
        self.put(Kind::Unset, place, message.as_ref());
    }

    /// Mistakes in the shape of files.
    pub fn faults(&mut self, faults: Vec<Fault>) {
        for fault in faults {
            let first = fault.first.map(|first| self.spot(first));
            let first = first.map(|first| {
                format!("it stands first in {}:{}; keep one of the two", first.file, first.line)
            });
            let text = match fault.hint.clone().or(first) {
                Some(hint) => format!("{}\nhint: {hint}", fault.message),
                None => fault.message.clone(),
            };
            self.error(fault.place.unwrap_or_default(), text);
        }
    }

    /// A problem without a place.
    pub fn push(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn put(&mut self, kind: Kind, place: Place, text: &str) {
        let (message, hint) = match text.split_once("\nhint: ") {
            Some((message, hint)) => (message, Some(hint.to_owned())),
            None => (text, None),
        };
        let place = Some(self.spot(place));
        self.problems.push(Problem { kind, place, message: message.to_owned(), hint });
    }

    /// A name that refers to nothing.
    pub fn unknown<'a>(
        &mut self,
        name: &At<String>,
        message: &str,
        what: &str,
        known: impl IntoIterator<Item = &'a str>,
        otherwise: &str,
    ) {
        if self.whole == Whole::Yes {
            let hint = suggest(name, what, known).unwrap_or_else(|| otherwise.to_owned());
            self.error(name.place, format!("{message}\nhint: {hint}"));
        }
    }

    /// The value, or a word about its absence.
    pub fn need<'a, T>(
        &mut self,
        value: &'a Needed<T>,
        key: &str,
        owner: Place,
        what: &str,
    ) -> Option<&'a At<T>> {
        match value {
            Needed::Given(value) => Some(value),
            Needed::Unset => None,
            Needed::Missing => {
                // Where a mistyped key stands in its place, that has been told.
                self.error(owner, format!("{what} has no `{key}`\nhint: add `{key}: …`"));
                None
            }
        }
    }

    /// Whether a text is as long as Slack lets it be; complains otherwise.
    pub fn fits(&mut self, text: &At<String>, what: &str, limit: usize) {
        let length = text.chars().count();
        if length > limit {
            self.error(
                text.place,
                format!("{what} is {length} characters long\nhint: at most {limit} can be shown"),
            );
        }
    }

    /// The place with the line as it stands there.
    pub fn spot(&self, place: Place) -> Spot {
        let file = self.files.get(place.file);
        let line = place.line.checked_sub(1).and_then(|index| file?.text.lines().nth(index as usize));
        Spot {
            file: file.map(|file| file.name.clone()).unwrap_or_default(),
            line: place.line,
            column: place.column,
            width: place.width,
            source: line.map(masked).unwrap_or_default(),
        }
    }

    /// What was found, in order.
    pub fn finish(self) -> Problems {
        let mut problems = Problems(self.problems);
        problems.sort();
        problems
    }
}
