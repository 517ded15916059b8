//! `firstline who`: who can answer on a desk at an instant, by the configuration alone.

use super::calendars::read_files;
use super::check::Form;
use super::outcome::{Exit, Outcome, folder};
use super::text::{local, table};
use crate::clock::Timestamp;
use crate::config::{Config, Problem};
use crate::coverage::{Span, WhoRow, who as rows};
use crate::domain::desk::Desk;
use crate::domain::nearest::suggest;
use crate::id::DeskKey;
use chrono::TimeDelta;
use std::path::Path;

/// What one desk answers.
#[derive(Clone, Debug)]
pub struct DeskRows<'a> {
    pub desk: &'a Desk,
    pub rows: Vec<WhoRow>,
}

/// Answers for one desk, or in text for every desk.
pub fn who(dir: &Path, desk: Option<&str>, at: Timestamp, form: Form) -> Outcome {
    let mut config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    let read = read_files(&mut config, Span::new(at - TimeDelta::days(1), at + TimeDelta::days(9)));
    let asked = match asked(&config, desk) {
        Ok(asked) => asked,
        Err(outcome) => return outcome,
    };
    let rows = |desk| DeskRows { desk, rows: rows(&desk.coverage, at, &config.facts(desk)) };
    let all: Vec<DeskRows<'_>> = asked.into_iter().map(rows).collect();
    printed(&all, at, form).noting(&read.noted(form))
}

/// The desk that was named, or all.
///
/// # Errors
/// What to print when there is no such desk.
pub fn asked<'a>(config: &'a Config, desk: Option<&str>) -> Result<Vec<&'a Desk>, Outcome> {
    match desk {
        Some(key) => Ok(vec![desk_of(config, key)?]),
        None => Ok(config.desks.values().collect()),
    }
}

/// The answer as it is printed.
pub fn printed(all: &[DeskRows<'_>], at: Timestamp, form: Form) -> Outcome {
    match (form, all) {
        (Form::Json, [one]) => match serde_json::to_string(&one.rows) {
            Ok(text) => Outcome::fine(text),
            Err(error) => Outcome::failed(Exit::World, &error.to_string(), "report this, please"),
        },
        (Form::Json, _) => Outcome::failed(Exit::Usage, "`--json` answers for one desk", "add `--desk NAME`"),
        (Form::Text, all) => {
            let parts: Vec<String> = all.iter().map(|one| text(one, at)).collect();
            Outcome::fine(parts.join("\n\n"))
        }
    }
}

/// The desk of that key.
///
/// # Errors
/// What to print when there is none.
pub fn desk_of<'a>(config: &'a Config, key: &str) -> Result<&'a Desk, Outcome> {
    config.desks.get(key).ok_or_else(|| {
        let known = config.desks.keys().map(DeskKey::as_str);
        let hint = suggest(key, "desks", known).unwrap_or_else(|| "add a desk".to_owned());
        let problem = Problem::error(format!("desk `{key}` does not exist"), hint);
        Outcome { err: problem.to_string(), exit: Exit::Wrong, ..Outcome::default() }
    })
}

fn text(DeskRows { desk, rows: all }: &DeskRows<'_>, at: Timestamp) -> String {
    let zone = &desk.coverage.schedule.zone;
    let on = all.iter().filter(|row| row.available).count();
    let head = format!(
        "{} ({}), {} {zone}: {on} of {} available",
        desk.policy.name,
        desk.key,
        local(zone, at),
        all.len()
    );
    let line = |row: &WhoRow| {
        let until = row.until.map(|until| format!("until {}", local(zone, until))).unwrap_or_default();
        let state = if row.available { "available" } else { "not available" };
        vec![format!("  {}", row.person), state.to_owned(), row.reason.clone(), until, row.tiers.join(", ")]
    };
    let lines: Vec<Vec<String>> = all.iter().map(line).collect();
    if lines.is_empty() { head } else { format!("{head}\n{}", table(&lines)) }
}
