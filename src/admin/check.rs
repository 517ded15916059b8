//! `firstline check`: everything that is wrong with the folder, and what will go wrong.

use super::bookings;
use super::calendars::read_files;
use super::online::online;
use super::outcome::{Exit, Outcome};
use super::version::described;
use crate::clock::Timestamp;
use crate::config::ahead::ahead;
use crate::config::{Config, Kind, Problems, load};
use crate::coverage::Span;
use chrono::TimeDelta;
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
    let (problems, config) = looked(dir, now);
    told(&problems, config.as_ref(), form)
}

/// Checks the folder, and asks Slack and the calendars' servers about what it names.
pub async fn check_online(dir: &Path, now: Timestamp, form: Form) -> Outcome {
    let (mut problems, config) = looked(dir, now);
    if let Some(config) = &config {
        // A variable that is not set is an error here.
        problems.0.retain(|problem| problem.kind != Kind::Unset);
        problems.0.extend(online(config).await.0);
        problems.sort();
    }
    told(&problems, config.as_ref(), form)
}

fn looked(dir: &Path, now: Timestamp) -> (Problems, Option<Config>) {
    match load(dir) {
        Ok(mut config) => {
            let mut problems = config.notes.clone();
            let ahead_for = Span::new(now - TimeDelta::days(1), now + TimeDelta::days(29));
            problems.0.extend(read_files(&mut config, ahead_for).problems);
            problems.0.extend(bookings::problems(&config));
            problems.0.extend(ahead(&config, now).0);
            problems.sort();
            (problems, Some(config))
        }
        Err(problems) => (problems, None),
    }
}

fn told(problems: &Problems, config: Option<&Config>, form: Form) -> Outcome {
    let exit = if problems.has_errors() { Exit::Wrong } else { Exit::Fine };
    let out = match form {
        Form::Text => text(problems, config),
        Form::Json => as_json(problems, config),
    };
    Outcome { out, err: String::new(), exit }
}

fn text(problems: &Problems, config: Option<&Config>) -> String {
    let summary = match config.filter(|_| !problems.has_errors()) {
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
        "fine": !problems.has_errors(),
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
