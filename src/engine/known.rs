//! What is known beside the store: the configuration and who is who, each replaced in one step.

use super::directory::listed;
use crate::connect::{Calendars, HolidayFeeds};
use crate::coverage::{Holidays, Roster};
use crate::domain::desk::{Desk, take_holidays};
use crate::domain::directory::Directory;
use crate::id::{DeskKey, PersonKey, UserId};
use arc_swap::ArcSwap;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// The members of Slack user groups, by handle without `@` and by id.
pub type Groups = BTreeMap<String, Vec<PersonKey>>;

/// What the engine takes from the configuration.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub desks: BTreeMap<DeskKey, Desk>,
    pub roster: Roster,
    /// Everybody in `people`, by key.
    pub people: BTreeMap<PersonKey, Listed>,
    /// The configured name of everybody in `people`, whoever of them is in Slack.
    pub names: BTreeMap<PersonKey, String>,
    /// Members that the configuration gives to groups; Slack's own list comes before it.
    pub groups: Groups,
    /// Holidays by name, as people and desks have them; without the days of feeds.
    pub holidays: BTreeMap<String, Arc<Holidays>>,
}

impl Settings {
    /// The same with the days that feeds of holidays name.
    fn fed(&self, feeds: &HolidayFeeds) -> Self {
        let mut fed = self.clone();
        for (name, before) in &self.holidays {
            if let Some(days) = feeds.get(name) {
                take_holidays(&mut fed.desks, &mut fed.roster, before, &Arc::new(before.fed(days)));
            }
        }
        fed
    }
}

/// Somebody in `people`, as far as Slack is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub name: String,
    pub slack: AccountRef,
    /// Where they are told by e-mail, as configured.
    pub email: Option<String>,
}

/// `slack` of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountRef {
    Id(UserId),
    /// To be looked up.
    Email(String),
}

/// Each part is a snapshot; a reader keeps the one it took.
#[derive(Debug)]
pub struct Known {
    /// As the configuration has them.
    written: ArcSwap<Settings>,
    /// What feeds of holidays say.
    feeds: ArcSwap<HolidayFeeds>,
    /// The two together.
    settings: ArcSwap<Settings>,
    directory: ArcSwap<Directory>,
    groups: ArcSwap<Groups>,
    calendars: ArcSwap<Calendars>,
    bot: OnceLock<UserId>,
}

impl Known {
    pub fn new(settings: Settings) -> Self {
        let mut directory = Directory::default();
        listed(&mut directory, &settings);
        Self {
            groups: ArcSwap::from_pointee(settings.groups.clone()),
            calendars: ArcSwap::default(),
            directory: ArcSwap::from_pointee(directory),
            feeds: ArcSwap::default(),
            settings: ArcSwap::from_pointee(settings.clone()),
            written: ArcSwap::from_pointee(settings),
            bot: OnceLock::new(),
        }
    }

    pub fn settings(&self) -> Arc<Settings> {
        self.settings.load_full()
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    pub fn groups(&self) -> Arc<Groups> {
        self.groups.load_full()
    }

    pub fn calendars(&self) -> Arc<Calendars> {
        self.calendars.load_full()
    }

    /// The bot's own user; nobody until Slack has said who it is.
    pub fn bot(&self) -> UserId {
        self.bot.get().cloned().unwrap_or_else(|| UserId::new(""))
    }

    /// Slack said who the bot is; that stays so.
    pub fn set_bot(&self, bot: UserId) {
        let _known_already = self.bot.set(bot);
    }

    pub fn replace_settings(&self, settings: Settings) {
        let settings = Arc::new(settings);
        self.written.store(Arc::clone(&settings));
        self.settings.store(Arc::new(settings.fed(&self.feeds.load())));
        self.learn(|directory| listed(directory, &settings));
    }

    /// Changes the directory; a change of another that came between is kept.
    pub fn learn(&self, change: impl Fn(&mut Directory)) {
        self.directory.rcu(|directory| {
            let mut directory = Directory::clone(directory);
            change(&mut directory);
            directory
        });
    }

    pub fn replace_calendars(&self, calendars: Calendars) {
        if self.feeds.load_full() != calendars.holidays {
            self.feeds.store(Arc::clone(&calendars.holidays));
            self.settings.store(Arc::new(self.written.load().fed(&calendars.holidays)));
        }
        self.calendars.store(Arc::new(calendars));
    }

    pub fn replace_groups(&self, groups: Groups) {
        self.groups.store(Arc::new(groups));
    }
}
