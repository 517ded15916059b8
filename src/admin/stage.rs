//! A rehearsal's stage: the model of Slack with the people, groups and channels of a configuration, and the
//! real bot connected to it over real sockets, on a clock that can be moved.

use crate::app::{App, Failure, Tuning};
use crate::clock::{Clock, MovableClock, Timestamp};
use crate::config::{Config, SlackAccount};
use crate::domain::desk::{ChannelPattern, Desk};
use crate::domain::policy::ChannelRef;
use crate::id::PersonKey;
use crate::rehearsal::script::Bot;
use crate::rehearsal::{Builder, Slack, UserKind, Workspace};
use crate::store::Store;
use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::time::Duration;

/// How long a step may keep the bot busy before something is wrong.
const SETTLES_WITHIN: Duration = Duration::from_secs(20);

/// People who ask. The configuration names only those who answer.
const ASKERS: &[(&str, &str, &str, UserKind)] = &[
    ("U0LENA", "lena", "Lena Ott", UserKind::Guest),
    ("U0SAM", "sam", "Sam Reyes", UserKind::Member),
    ("U0GIL", "gil", "Gil Faber", UserKind::Guest),
    ("U0OMAR", "omar", "Omar Haddad", UserKind::Stranger),
];

/// What stands for the `*` of a channel pattern.
const EVENTS: &[&str] = &["berlin", "rome"];

/// The model and the bot.
pub struct Stage {
    pub slack: Slack,
    config: Config,
    clock: MovableClock,
    tuning: Tuning,
    bot: Option<App<MovableClock>>,
}

impl Stage {
    /// Builds the workspace of a configuration and opens its doors on loopback. The store of the bot stands
    /// in `store`; the bot itself is started by [`Bot::start`].
    ///
    /// # Errors
    /// The doors cannot be opened.
    pub async fn set(
        mut config: Config,
        clock: MovableClock,
        store: PathBuf,
        zone: chrono_tz::Tz,
        tuning: Tuning,
    ) -> Result<Self, Failure> {
        let world = |error: std::io::Error| Failure::World(error.to_string());
        let slack = Slack::start(workspace(&config, clock.clone(), zone)).await.map_err(world)?;
        config.slack.api_url = Some(slack.api_url());
        config.slack.bot_token = Some(SecretString::from(slack.bot_token()));
        config.slack.app_token = Some(SecretString::from(slack.app_token()));
        // A rehearsal has tokens of its own and reads nobody's calendar: nothing is missing.
        config.notes.0.clear();
        config.store = format!("sled:{}", store.display());
        Ok(Self { slack, config, clock, tuning, bot: None })
    }

    /// The bot, while it runs.
    pub fn bot(&self) -> Option<&App<MovableClock>> {
        self.bot.as_ref()
    }

    /// What the bot will do by itself, soonest first: each case or other subject with its instant.
    pub fn ahead(&self) -> Vec<(Timestamp, String)> {
        let Some(bot) = &self.bot else { return Vec::new() };
        let far = self.clock.now() + chrono::TimeDelta::days(366);
        let due = bot.engine.store().due(far, 20);
        due.into_iter().map(|(subject, at)| (at, name(&subject))).collect()
    }
}

fn name(subject: &crate::domain::event::Subject) -> String {
    match subject {
        crate::domain::event::Subject::Case(case) => case.to_string(),
        crate::domain::event::Subject::Person(user) => user.to_string(),
        crate::domain::event::Subject::Desk(desk) => desk.to_string(),
    }
}

impl Bot for Stage {
    async fn settle(&self) -> Result<(), String> {
        let Some(bot) = &self.bot else { return Ok(()) };
        let rest = tokio::time::timeout(SETTLES_WITHIN, bot.at_rest()).await;
        rest.map_err(|_| {
            format!("the bot does not come to rest: {:?}", bot.engine.store().backlog(self.clock.now()))
        })
    }

    fn next_wake(&self) -> Option<Timestamp> {
        let store = self.bot.as_ref()?.engine.store();
        store.next_due().into_iter().chain(store.next_wake()).min()
    }

    async fn start(&mut self) -> Result<(), String> {
        let app = App::start(&self.config, self.clock.clone(), self.tuning).await;
        let app = app.map_err(|error| error.to_string())?;
        let ready = tokio::time::timeout(SETTLES_WITHIN, app.ready()).await;
        ready.map_err(|_| "the bot does not get ready".to_owned())?;
        self.bot = Some(app);
        Ok(())
    }

    async fn stop(&mut self) -> Result<(), String> {
        let Some(bot) = self.bot.take() else { return Ok(()) };
        let store = bot.engine.store().clone();
        bot.stop().await.map_err(|error| error.to_string())?;
        store.close().await.map_err(|error| error.to_string())
    }
}

fn workspace(config: &Config, clock: MovableClock, zone: chrono_tz::Tz) -> Builder {
    let mut builder = Workspace::builder(clock);
    let mut ids: BTreeMap<&PersonKey, String> = BTreeMap::new();
    for (key, person) in &config.people {
        let id = slack_id(key, person.slack.as_ref());
        let zone = config.roster.zone(key.as_str()).name().parse().unwrap_or(zone);
        let email = match &person.slack {
            Some(SlackAccount::Email(email)) => Some(email.clone()),
            Some(SlackAccount::Id(_)) | None => None,
        };
        builder = builder.with_user(&id, key.as_str(), &person.name, |user| {
            user.time_zone = zone;
            if let Some(email) = email {
                user.email = email;
            }
        });
        ids.insert(key, id);
    }
    for (id, handle, name, kind) in ASKERS {
        builder = builder.with_user(id, handle, name, |user| {
            user.time_zone = zone;
            user.kind = *kind;
        });
    }
    for (handle, group) in &config.groups {
        let id = group.slack.as_ref().map_or_else(|| format!("S0{}", capitals(handle)), ToString::to_string);
        let members: Vec<&str> =
            group.members.iter().filter_map(|key| ids.get(key).map(String::as_str)).collect();
        builder = builder.group(&id, handle, &members);
    }
    let everybody: Vec<&str> =
        ids.values().map(String::as_str).chain(ASKERS.iter().map(|(id, ..)| *id)).collect();
    for (id, name) in channels(config) {
        builder = builder.channel(&id, &name, &everybody);
    }
    builder
}

fn slack_id(key: &PersonKey, account: Option<&SlackAccount>) -> String {
    match account {
        Some(SlackAccount::Id(id)) => id.to_string(),
        Some(SlackAccount::Email(_)) | None => format!("U0{}", capitals(key.as_str())),
    }
}

fn capitals(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// Every channel that the configuration names, and one without a desk.
fn channels(config: &Config) -> BTreeSet<(String, String)> {
    let mut channels: BTreeSet<(String, String)> = BTreeSet::new();
    let mut named = |name: &str| {
        channels.insert((format!("C0{}", capitals(name)), name.to_owned()));
    };
    named("lobby");
    for desk in config.desks.values() {
        for name in names(desk) {
            named(&name);
        }
    }
    let ids = config.desks.values().flat_map(|desk| {
        desk.channels.iter().filter_map(|pattern| match pattern {
            ChannelPattern::Id(id) => Some((id.to_string(), format!("{}-desk", desk.key))),
            ChannelPattern::Name(_) | ChannelPattern::Glob(_) => None,
        })
    });
    channels.extend(ids);
    channels
}

fn names(desk: &Desk) -> Vec<String> {
    let patterns = desk.channels.iter().flat_map(|pattern| match pattern {
        ChannelPattern::Id(_) => Vec::new(),
        ChannelPattern::Name(name) => vec![name.clone()],
        ChannelPattern::Glob(glob) => {
            EVENTS.iter().map(|event| glob.replace('*', event).replace('?', "1")).collect()
        }
    });
    let others = desk.home_channel.iter().chain(desk.policy.redirect.iter().map(|redirect| &redirect.to));
    let others = others.filter_map(|channel| match channel {
        ChannelRef::Id(_) => None,
        ChannelRef::Name(name) => Some(name.clone()),
    });
    patterns.chain(others).collect()
}
