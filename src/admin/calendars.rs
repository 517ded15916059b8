//! People's calendars for a question that is answered without the bot: files are read, addresses are not asked.

use super::check::Form;
use crate::app::feeds;
use crate::config::{Config, Kind, Problem};
use crate::connect::{Feed, reading};
use crate::coverage::{Calendar, Span};
use crate::id::PersonKey;
use crate::zone::Zones;

/// What came of reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Calendars that cannot be read, and those of which something is left out.
    pub problems: Vec<Problem>,
    /// Whose calendars are addresses.
    pub not_asked: Vec<PersonKey>,
}

/// Reads the calendars that are files of the folder into `config.calendars`, as far as they concern `within`.
pub fn read_files(config: &mut Config, within: Span) -> Read {
    let (all, wrong) = feeds(config);
    let mut read = Read::default();
    for (person, error) in wrong {
        read.problems.push(problem(config, Kind::Error, &person, &error.to_string()));
    }
    for feed in all {
        if !feed.source.is_file() {
            read.not_asked.push(feed.person);
            continue;
        }
        match file(&feed, &config.zones, within) {
            Ok(calendar) => {
                if calendar.left_out > 0 {
                    let told = reading::left_out(calendar.left_out);
                    read.problems.push(problem(config, Kind::Warning, &feed.person, &told));
                }
                config.calendars.insert(feed.person, calendar.busy);
            }
            Err(trouble) => {
                read.problems.push(problem(config, Kind::Error, &feed.person, &trouble.to_string()));
            }
        }
    }
    read
}

fn file(feed: &Feed, zones: &Zones, within: Span) -> Result<Calendar, reading::Trouble> {
    let text = feed.source.read_file()?;
    reading::read(&text, &feed.zone, zones, within)
}

/// `told` is a message, and a hint after its first line.
pub fn problem(config: &Config, kind: Kind, person: &PersonKey, told: &str) -> Problem {
    let (message, hint) = told.split_once("\nhint: ").unwrap_or((told, "see `calendar` of this person"));
    let place = config.origins.people.get(person).cloned();
    Problem { kind, place, message: format!("person `{person}`: {message}"), hint: Some(hint.to_owned()) }
}

impl Read {
    /// What a question that is answered all the same says beside its answer.
    pub fn noted(&self, form: Form) -> String {
        let mut lines: Vec<String> = Vec::new();
        for problem in &self.problems {
            lines.push(Problem { kind: Kind::Warning, ..problem.clone() }.to_string());
        }
        if form == Form::Text && !self.not_asked.is_empty() {
            let names: Vec<String> = self.not_asked.iter().map(|person| format!("`{person}`")).collect();
            lines.push(format!(
                "note: the calendar of {} is an address, and is not asked here\nhint: `--live` asks the running bot, which knows it",
                names.join(", ")
            ));
        }
        lines.join("\n")
    }
}
