//! What the engine takes from the configuration.

use crate::config::{Config, SlackAccount};
use crate::engine::known::{AccountRef, Listed, Settings};

/// The engine's part of the configuration. People whose account is not known are left out: nobody can
/// ping them.
pub fn settings(config: &Config) -> Settings {
    let people = config.people.iter().filter_map(|(key, person)| {
        let slack = match person.slack.as_ref()? {
            SlackAccount::Id(user) => AccountRef::Id(user.clone()),
            SlackAccount::Email(email) => AccountRef::Email(email.clone()),
        };
        let (name, email) = (person.name.clone(), person.email.clone());
        Some((key.clone(), Listed { name, slack, email }))
    });
    Settings {
        desks: config.desks.clone(),
        roster: config.roster.clone(),
        people: people.collect(),
        names: config.people.iter().map(|(key, person)| (key.clone(), person.name.clone())).collect(),
        groups: config.members.clone(),
        holidays: config.holidays.clone(),
    }
}
