//! The configuration: a folder of YAML, read whole, with everything that is wrong with it told at once.

pub mod problem;
pub mod yaml;
mod ledger;
pub mod env;
mod folder;
pub mod shape;
pub mod outside;
mod build;
mod load;
pub mod ahead;
pub mod schema;
pub mod manifest;

pub use env::Environment;
pub use folder::MAIN;
pub use load::{load, load_with};
pub use outside::{Directory, Heartbeat, Hook, MailServer, Tickets};
pub use problem::{Kind, Problem, Problems, Spot};

use self::outside::DirectoryPlace;
use crate::clock::Length;
use crate::coverage::{Busy, Facts, Holidays, NamedDay, Roster};
use crate::domain::booking::Lookup;
use crate::domain::desk::{Desk, take_holidays};
use crate::domain::mail::Way;
use crate::domain::playbook::plan::Playbook;
use crate::id::{DeskKey, GroupId, PersonKey, UserId};
use crate::zone::Zones;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// A folder that can be used.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder itself: paths in it are relative to it.
    pub folder: PathBuf,
    pub desks: BTreeMap<DeskKey, Desk>,
    /// What desks have beyond what the domain decides by.
    pub settings: BTreeMap<DeskKey, DeskSettings>,
    pub roster: Roster,
    pub people: BTreeMap<PersonKey, Person>,
    /// What people's calendars say; nothing until somebody reads them.
    pub calendars: BTreeMap<PersonKey, Vec<Busy>>,
    /// By name; days of a feed are there once somebody has read it.
    pub holidays: BTreeMap<String, Arc<Holidays>>,
    /// By handle without `@`.
    pub groups: BTreeMap<String, Group>,
    /// Members of those groups by handle and by id, as [`Facts`] has them. The running bot asks Slack instead.
    pub members: BTreeMap<String, Vec<PersonKey>>,
    pub slack: Slack,
    /// `sled:` and a folder.
    pub store: String,
    pub http: Http,
    /// The time zone rules that were chosen; `zone::install` makes them everybody's.
    pub zones: Zones,
    /// How long closed cases are kept; for ever when none.
    pub retention: Option<Length>,
    /// How far back the bot reads after downtime.
    pub catch_up: Length,
    /// Playbooks by key, those that no desk offers included.
    pub playbooks: BTreeMap<String, Playbook>,
    /// Where each desk's bookings are looked up, where it has any.
    pub directories: BTreeMap<DeskKey, Directory>,
    /// Each desk's mail server, where it has one.
    pub mail_servers: BTreeMap<DeskKey, MailServer>,
    pub tickets: BTreeMap<DeskKey, Tickets>,
    /// What is told of a desk's pings while Slack takes no posts.
    pub webhooks: BTreeMap<DeskKey, Hook>,
    /// The outside watches, that of all desks first.
    pub heartbeats: Vec<Heartbeat>,
    /// Where things stand in the files, for what is found later.
    pub origins: Origins,
    /// Warnings, and variables that are not set.
    pub notes: Problems,
}

/// Where things stand in the files.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    pub desks: BTreeMap<DeskKey, Spot>,
    /// Of each desk's tiers, in order.
    pub tiers: BTreeMap<DeskKey, Vec<Spot>>,
    pub people: BTreeMap<PersonKey, Spot>,
    pub holidays: BTreeMap<String, Spot>,
    /// Of the roster's overrides, in order.
    pub overrides: Vec<Spot>,
}

/// Somebody under `people`, as Slack knows them.
#[derive(Clone, Debug)]
pub struct Person {
    /// None when a variable that would say is not set.
    pub slack: Option<SlackAccount>,
    pub name: String,
    /// Where they are told by e-mail, as far as the configuration says.
    pub email: Option<String>,
    /// The secret address of their calendar, or a path below the folder.
    pub calendar: Option<SecretString>,
}

/// Whose Slack account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SlackAccount {
    Id(UserId),
    /// In small letters; looked up in Slack when the bot starts.
    Email(String),
}

/// A Slack user group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub slack: Option<GroupId>,
    pub members: Vec<PersonKey>,
}

/// Slack's side.
#[derive(Clone, Debug)]
pub struct Slack {
    pub app_token: Option<SecretString>,
    pub bot_token: Option<SecretString>,
    /// None for Slack itself.
    pub api_url: Option<String>,
}

/// The bot's own HTTP address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Http {
    pub listen: SocketAddr,
}

/// A desk's settings that no decision reads.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskSettings {
    pub retention: Option<Length>,
    /// The Slack user group that is kept to those on coverage, by handle without `@` or by id.
    pub sync_group: Option<String>,
}

/// The tokens with which the bot connects.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub app: SecretString,
    pub bot: SecretString,
}

impl Config {
    /// The same for a rehearsal: nobody outside this machine is asked, and no e-mail leaves it.
    #[must_use]
    pub fn for_rehearsal(mut self) -> Self {
        self.mail_servers.clear();
        self.heartbeats.clear();
        self.webhooks.clear();
        self.tickets.values_mut().for_each(|system| *system = Tickets::Rehearsed);
        for desk in self.desks.values_mut() {
            desk.mail.way = Way::ByHand;
            desk.when_down.way = None;
        }
        self.directories.retain(|_, directory| matches!(directory.place, DirectoryPlace::Csv(_)));
        for (key, desk) in &mut self.desks {
            if !self.directories.contains_key(key) {
                desk.bookings = Lookup::ByHand;
            }
        }
        self
    }

    /// What the configuration alone says of a desk's people: its groups, its roles' defaults and the calendars
    /// that were read for it.
    pub fn facts<'a>(&'a self, desk: &'a Desk) -> Facts<'a> {
        let calendars = &self.calendars;
        Facts { groups: &self.members, roles: &desk.roles, calendars, ..Facts::of(&self.roster) }
    }

    /// Takes the days that were read of a feed of holidays.
    pub fn learn_holidays(&mut self, name: &str, days: &[NamedDay]) {
        let Some(before) = self.holidays.get(name).cloned() else { return };
        let after = Arc::new(before.fed(days));
        take_holidays(&mut self.desks, &mut self.roster, &before, &after);
        self.holidays.insert(name.to_owned(), after);
    }

    /// The tokens, when everything that `run` needs is there.
    ///
    /// # Errors
    /// Every variable that is not set, or which token is missing.
    pub fn tokens(&self) -> Result<Tokens, Problems> {
        let mut missing: Vec<Problem> =
            self.notes.0.iter().filter(|problem| problem.kind == Kind::Unset).cloned().collect();
        if missing.is_empty() {
            let tokens = [
                (&self.slack.app_token, "app_token", "SLACK_APP_TOKEN"),
                (&self.slack.bot_token, "bot_token", "SLACK_BOT_TOKEN"),
            ];
            for (_, key, variable) in tokens.into_iter().filter(|(token, _, _)| token.is_none()) {
                missing.push(Problem::error(
                    format!("`slack.{key}` is missing"),
                    format!("set `{variable}`, or `{variable}_FILE` to a file that holds it"),
                ));
            }
        }
        match (&self.slack.app_token, &self.slack.bot_token) {
            (Some(app), Some(bot)) if missing.is_empty() => Ok(Tokens { app: app.clone(), bot: bot.clone() }),
            (Some(_) | None, Some(_) | None) => {
                missing.iter_mut().for_each(|problem| problem.kind = Kind::Error);
                Err(Problems(missing))
            }
        }
    }
}
