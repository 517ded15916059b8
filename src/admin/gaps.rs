//! `firstline gaps`: when a desk has fewer people than it wants, by the configuration alone.

use super::calendars::read_files;
use super::check::Form;
use super::outcome::{Exit, Outcome, folder};
use super::text::{local, table};
use super::who::desk_of;
use crate::clock::Timestamp;
use crate::coverage::{Gap, GapsError, Span, gaps as rows};
use crate::domain::desk::Desk;
use chrono::TimeDelta;
use std::path::Path;

/// The longest range that is worked out.
const LONGEST: TimeDelta = TimeDelta::days(2 * 366);

/// The question.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    pub desk: &'a str,
    pub from: Timestamp,
    pub until: Timestamp,
}

pub fn gaps(dir: &Path, question: &Question<'_>, form: Form) -> Outcome {
    let mut config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    if let Err(outcome) = question.is_sound() {
        return outcome;
    }
    let read = read_files(&mut config, Span::new(question.from, question.until));
    let desk = match desk_of(&config, question.desk) {
        Ok(desk) => desk,
        Err(outcome) => return outcome,
    };
    match rows(&desk.coverage, question.from, question.until, &config.facts(desk)) {
        Ok(found) => printed(desk, &found, form).noting(&read.noted(form)),
        Err(error) => Outcome { err: format!("error: {error}"), exit: Exit::Wrong, ..Outcome::default() },
    }
}

impl Question<'_> {
    /// Whether the range makes sense.
    ///
    /// # Errors
    /// What to print when it is empty, reversed or too long.
    pub fn is_sound(&self) -> Result<(), Outcome> {
        if self.until.signed_duration_since(self.from) > LONGEST {
            let hint = "ask for less at a time";
            return Err(Outcome::failed(Exit::Wrong, "the range is longer than two years", hint));
        }
        if self.from >= self.until {
            let error = GapsError::EmptyRange { from: self.from, until: self.until };
            return Err(Outcome { err: format!("error: {error}"), exit: Exit::Wrong, ..Outcome::default() });
        }
        Ok(())
    }
}

/// The answer as it is printed.
pub fn printed(desk: &Desk, found: &[Gap], form: Form) -> Outcome {
    match form {
        Form::Json => match serde_json::to_string(&found) {
            Ok(text) => Outcome::fine(text),
            Err(error) => Outcome::failed(Exit::World, &error.to_string(), "report this, please"),
        },
        Form::Text => Outcome::fine(text(desk, found)),
    }
}

/// What the desk's `wanted_gaps` say of it.
fn meant(desk: &Desk, gap: &Gap) -> &'static str {
    let left = gap.outside(desk.wanted_within(gap));
    if left.is_empty() {
        "wanted"
    } else if left == [gap.clone()] {
        ""
    } else {
        "wanted in part"
    }
}

fn text(desk: &Desk, found: &[Gap]) -> String {
    let zone = &desk.coverage.schedule.zone;
    if found.is_empty() {
        return format!("{} ({}) has no gaps in this time", desk.policy.name, desk.key);
    }
    let line = |gap: &Gap| {
        vec![
            format!("  {}", local(zone, gap.from)),
            format!("until {}", local(zone, gap.until)),
            format!("{} of {} available", gap.available, gap.minimum),
            meant(desk, gap).to_owned(),
        ]
    };
    let lines: Vec<Vec<String>> = found.iter().map(line).collect();
    let count = if found.len() == 1 { "1 gap".to_owned() } else { format!("{} gaps", found.len()) };
    format!("{} ({}) has {count}, {zone}:\n{}", desk.policy.name, desk.key, table(&lines))
}
