//! `firstline check`: everything that is wrong with the folder, and what will go wrong.

use super::outcome::{Exit, Outcome};
use super::version::described;
use crate::clock::Timestamp;
use crate::config::ahead::ahead;
use crate::config::{Config, Kind, Problems, load};
use serde_json::json;
use std::path::Path;

/// How the answer is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Json,
}

/// Checks the folder; `now` is where looking ahead begins.
pub fn check(dir: &Path, now: Timestamp, form: Form) -> Outcome {
    let loaded = load(dir);
    let (problems, config) = match loaded {
        Ok(config) => {
            let mut problems = config.notes.clone();
            problems.0.extend(ahead(&config, now).0);
            problems.sort();
            (problems, Some(config))
        }
        Err(problems) => (problems, None),
    };
    let exit = if config.is_some() { Exit::Fine } else { Exit::Wrong };
    let out = match form {
        Form::Text => text(&problems, config.as_ref()),
        Form::Json => as_json(&problems, config.as_ref()),
    };
    Outcome { out, err: String::new(), exit }
}

fn text(problems: &Problems, config: Option<&Config>) -> String {
    let summary = match config {
        Some(config) => {
            let warnings = problems.count(Kind::Warning) + problems.count(Kind::Unset);
            let fine = match warnings {
                0 => "fine".to_owned(),
                count => format!("fine, with {}", counted(count, "warning")),
            };
            let (desks, people) = (config.desks.len(), config.people.len());
            format!("{}, {}: {fine}", counted(desks, "desk"), people_counted(people))
        }
        None => {
            let errors = counted(problems.count(Kind::Error), "error");
            match problems.count(Kind::Warning) + problems.count(Kind::Unset) {
                0 => errors,
                count => format!("{errors}, {}", counted(count, "warning")),
            }
        }
    };
    let rules = config.map(|config| config.zones.report()).filter(|report| report.is_skewed());
    let rules = rules.map(|report| format!("{}\n", described(report))).unwrap_or_default();
    if problems.0.is_empty() {
        format!("{rules}{summary}")
    } else {
        format!("{problems}\n\n{rules}{summary}")
    }
}

fn as_json(problems: &Problems, config: Option<&Config>) -> String {
    json!({
        "fine": config.is_some(),
        "desks": config.map(|config| config.desks.len()),
        "people": config.map(|config| config.people.len()),
        "errors": problems.count(Kind::Error),
        "warnings": problems.count(Kind::Warning) + problems.count(Kind::Unset),
        "tzdata": config.map(|config| config.zones.report().version().to_owned()),
        "problems": problems.0,
    })
    .to_string()
}

fn counted(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

fn people_counted(count: usize) -> String {
    if count == 1 { "1 person".to_owned() } else { format!("{count} people") }
}
