//! Calendars of people and holidays for a question that is answered without the bot: files are read, addresses are not asked.

use super::check::Form;
use crate::app::feeds;
use crate::config::{Config, Kind, Problem};
use crate::connect::{Feed, Whose, reading};
use crate::coverage::Span;

/// What came of reading.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// Calendars that cannot be read, and those of which something is left out.
    pub problems: Vec<Problem>,
    /// Whose calendars are addresses.
    pub not_asked: Vec<Whose>,
}

/// Reads the calendars that are files of the folder into `config.calendars`, as far as they concern `within`.
pub fn read_files(config: &mut Config, within: Span) -> Read {
    let (all, wrong) = feeds(config);
    let mut read = Read::default();
    for (whose, error) in wrong {
        read.problems.push(problem(config, Kind::Error, &whose, &error.to_string()));
    }
    for feed in all {
        if !feed.source.is_file() {
            read.not_asked.push(feed.whose);
            continue;
        }
        let left_out = match take_in(config, &feed, within) {
            Ok(left_out) => left_out,
            Err(trouble) => {
                read.problems.push(problem(config, Kind::Error, &feed.whose, &trouble.to_string()));
                continue;
            }
        };
        if left_out > 0 {
            let told = reading::left_out(left_out);
            read.problems.push(problem(config, Kind::Warning, &feed.whose, &told));
        }
    }
    read
}

/// Reads one into the configuration; returns how many of its events are left out.
fn take_in(config: &mut Config, feed: &Feed, within: Span) -> Result<usize, reading::Trouble> {
    let text = feed.source.read_file()?;
    Ok(match &feed.whose {
        Whose::Person(person) => {
            let calendar = reading::read(&text, &feed.zone, &config.zones, within)?;
            config.calendars.insert(person.clone(), calendar.busy);
            calendar.left_out
        }
        Whose::Holidays(name) => {
            let feast = reading::holidays(&text, &config.zones, within)?;
            config.learn_holidays(name, &feast.days);
            feast.left_out
        }
    })
}

/// `told` is a message, and a hint after its first line.
pub fn problem(config: &Config, kind: Kind, whose: &Whose, told: &str) -> Problem {
    let (place, see) = match whose {
        Whose::Person(person) => (config.origins.people.get(person), "see `calendar` of this person"),
        Whose::Holidays(name) => (config.origins.holidays.get(name), "see `feed` of these holidays"),
    };
    let (message, hint) = told.split_once("\nhint: ").unwrap_or((told, see));
    let message = format!("{whose}: {message}");
    Problem { kind, place: place.cloned(), message, hint: Some(hint.to_owned()) }
}

impl Read {
    /// What a question that is answered all the same says beside its answer.
    pub fn noted(&self, form: Form) -> String {
        let mut lines: Vec<String> = Vec::new();
        for problem in &self.problems {
            lines.push(Problem { kind: Kind::Warning, ..problem.clone() }.to_string());
        }
        if form == Form::Text && !self.not_asked.is_empty() {
            let names: Vec<String> = self.not_asked.iter().map(Whose::to_string).collect();
            lines.push(format!(
                "note: the calendar of {} is an address, and is not asked here\nhint: `--live` asks the running bot, which knows it",
                names.join(", ")
            ));
        }
        lines.join("\n")
    }
}
