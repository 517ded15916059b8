//! What is wrong with a configuration: each problem with its place, the line it stands on, and a way on.

use serde::Serialize;
use std::fmt;

/// One thing that is wrong, or that somebody should look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    pub kind: Kind,
    /// None for what belongs to no line, such as the environment.
    #[serde(flatten)]
    pub place: Option<Spot>,
    pub message: String,
    pub hint: Option<String>,
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The folder cannot be used.
    Error,
    /// An environment variable is not set: `run` needs it, everything else does without.
    Unset,
    /// It can be used, and is probably not meant.
    Warning,
}

/// A place in a file, and the line as it stands there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Spot {
    /// As the reader would open it: the folder as given, then the path below it.
    pub file: String,
    /// From 1; 0 for the file as a whole.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// How many characters are meant, at least 1.
    #[serde(skip)]
    pub width: u32,
    #[serde(skip)]
    pub source: String,
}

/// Lines longer than this are cut in what is shown.
const LONGEST_LINE: usize = 160;

impl Problem {
    /// An error that stands nowhere in a file.
    pub fn error(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: Kind::Error, place: None, message: message.into(), hint: Some(hint.into()) }
    }

    /// The problem with where it stands.
    pub fn at(mut self, place: Spot) -> Self {
        self.place = Some(place);
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.kind {
            Kind::Error => "error",
            Kind::Unset | Kind::Warning => "warning",
        };
        match &self.place {
            Some(spot) if spot.line > 0 => {
                write!(f, "{word}: {}:{}: {}", spot.file, spot.line, self.message)?;
                f.write_str(&snippet(spot))?;
            }
            Some(spot) => write!(f, "{word}: {}: {}", spot.file, self.message)?,
            None => write!(f, "{word}: {}", self.message)?,
        }
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

/// The line and a mark under what is meant; nothing for an empty line.
fn snippet(spot: &Spot) -> String {
    let start = spot.column.saturating_sub(1) as usize;
    let length = spot.source.chars().count();
    if spot.source.trim().is_empty() || start >= length {
        return String::new();
    }
    // Of a long line, the part around what is meant.
    let skipped = start.saturating_sub(LONGEST_LINE / 2);
    let mut line: String = spot.source.chars().skip(skipped).take(LONGEST_LINE).collect();
    if skipped > 0 {
        let first = line.chars().next().map_or(0, char::len_utf8);
        line.replace_range(..first, "…");
    }
    let (line, start) = (line.trim_end(), start - skipped);
    let number = spot.line.to_string();
    let width = (spot.width.max(1) as usize).min(line.chars().count().saturating_sub(start)).max(1);
    let (empty, marks) = ("", "^".repeat(width));
    let pad = number.len();
    format!("\n  {number} | {line}\n  {empty:pad$} | {empty:start$}{marks}")
}

/// Everything that is wrong with a folder, in the order of its files and lines.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Whether one of them forbids using the folder.
    pub fn has_errors(&self) -> bool {
        self.count(Kind::Error) > 0
    }

    pub fn count(&self, kind: Kind) -> usize {
        self.0.iter().filter(|problem| problem.kind == kind).count()
    }

    /// By file and line, errors of a line before its warnings; none twice.
    pub fn sort(&mut self) {
        self.0.sort_by(|a, b| {
            let key = |problem: &Problem| {
                problem.place.as_ref().map(|spot| (spot.file.clone(), spot.line, spot.column))
            };
            key(a).cmp(&key(b)).then_with(|| a.cmp(b))
        });
        self.0.dedup();
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.0.iter().map(Problem::to_string).collect();
        f.write_str(&texts.join("\n\n"))
    }
}

impl std::error::Error for Problems {}
