//! `firstline export-ics`: a desk's coverage as a calendar that people can follow.

use super::calendars::read_files;
use super::check::Form;
use super::outcome::{Exit, Outcome, folder};
use super::who::desk_of;
use crate::clock::Timestamp;
use crate::config::Config;
use crate::coverage::Span;
use crate::coverage::calendar::write::{Event, Feed, write};
use crate::coverage::on_coverage;
use crate::domain::desk::Desk;
use chrono::TimeDelta;
use std::path::Path;

/// The most weeks that are written.
const MOST_WEEKS: u32 = 104;

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    pub desk: &'a str,
    pub weeks: u32,
    pub now: Timestamp,
    /// None for standard output.
    pub to: Option<&'a Path>,
}

pub fn export_ics(dir: &Path, wanted: &Wanted<'_>) -> Outcome {
    let mut config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    if wanted.weeks == 0 || wanted.weeks > MOST_WEEKS {
        let message = format!("`{}` is not a number of weeks that can be written", wanted.weeks);
        return Outcome::failed(Exit::Wrong, &message, &format!("ask for 1 to {MOST_WEEKS}"));
    }
    let within = match desk_of(&config, wanted.desk) {
        Ok(desk) => span(desk, wanted),
        Err(outcome) => return outcome,
    };
    let read = read_files(&mut config, within);
    let desk = match desk_of(&config, wanted.desk) {
        Ok(desk) => desk,
        Err(outcome) => return outcome,
    };
    let feed = feed(&config, desk, wanted, within);
    let text = write(&feed);
    let noted = read.noted(Form::Text);
    match wanted.to {
        // The last line end is put back when the outcome is printed, and a line may end without it.
        None => Outcome::fine(text.trim_end_matches('\n')).noting(&noted),
        Some(path) => match std::fs::write(path, text) {
            Ok(()) => {
                let shifts = if feed.events.len() == 1 {
                    "1 shift".to_owned()
                } else {
                    format!("{} shifts", feed.events.len())
                };
                Outcome::fine(format!("{shifts} written to {}", path.display())).noting(&noted)
            }
            Err(error) => {
                let message = format!("`{}` cannot be written: {error}", path.display());
                Outcome::failed(Exit::World, &message, "may this user write there?")
            }
        },
    }
}

/// From the beginning of last week's same day, so that shifts that run now are whole.
fn span(desk: &Desk, wanted: &Wanted<'_>) -> Span {
    let zone = &desk.coverage.schedule.zone;
    let from = zone.day_start(zone.date(wanted.now)) - TimeDelta::weeks(1);
    Span::new(from, wanted.now + TimeDelta::weeks(i64::from(wanted.weeks)))
}

fn feed(config: &Config, desk: &Desk, wanted: &Wanted<'_>, within: Span) -> Feed {
    let name = format!("{} coverage", desk.policy.name);
    let mut events = Vec::new();
    for (person, spans) in on_coverage(&desk.coverage, within, &config.facts(desk)) {
        let theirs = config.people.get(&person).map_or_else(|| person.to_string(), |it| it.name.clone());
        for span in spans {
            let (began, ends) = (span.from > within.from, span.until < within.until);
            // Of somebody who was there all along, the beginning is only that of this export.
            let id = if began { span.from.timestamp().to_string() } else { "always".to_owned() };
            let and_on = if ends { "" } else { " (and on)" };
            events.push(Event {
                uid: format!("{}-{person}-{id}@firstline", desk.key),
                summary: format!("{theirs}: {}{and_on}", desk.policy.name),
                description: described(ends),
                span,
            });
        }
    }
    events.sort_by(|a, b| (a.span.from, &a.uid).cmp(&(b.span.from, &b.uid)));
    Feed { name, events, at: wanted.now }
}

fn described(ends: bool) -> String {
    let open = "The end is that of this calendar: nothing is known of when they leave. ";
    let rest = "By hours, rotations, overrides, time off and calendars; what is said on the day itself is not in it.";
    if ends { rest.to_owned() } else { format!("{open}{rest}") }
}
