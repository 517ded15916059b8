//! A rehearsal's stage: the model of Slack with the people, groups and channels of a configuration, and the
//! real bot connected to it over real sockets, on a clock that can be moved.

use crate::app::{App, Tuning};
use crate::clock::{Clock, MovableClock, SystemClock, Timestamp};
use crate::config::manifest::SCOPES;
use crate::config::{Config, SlackAccount};
use crate::coverage;
use crate::domain::desk::{ChannelPattern, Desk};
use crate::domain::event::Subject;
use crate::domain::outlook::NextWhat;
use crate::domain::policy::ChannelRef;
use crate::id::{CaseId, PersonKey, UserId};
use crate::rehearsal::page::{Host, Installed, MessageShortcut, SlashCommand, Upcoming};
use crate::rehearsal::script::{Bot, Script};
use crate::rehearsal::{Builder, Slack, UserKind, Workspace};
use crate::store::Store;
use crate::view::card::is_or_are;
use futures_util::FutureExt;
use secrecy::SecretString;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::RwLock;

/// How much of what is ahead is shown.
const SHOWN_AHEAD: usize = 12;

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
    bot: RwLock<Option<App<MovableClock>>>,
    tours: Vec<Script>,
}

impl Stage {
    /// Builds the workspace of a configuration. Its doors are opened by [`Slack::listen`], then the bot by
    /// [`Host::start`]; the bot's store stands in `store`.
    pub fn set(
        mut config: Config,
        clock: MovableClock,
        store: &Path,
        zone: chrono_tz::Tz,
        tuning: Tuning,
    ) -> Self {
        // Tokens that nobody can guess: on another address than loopback the model's doors stand open too.
        let (bot, app) = (secret(), secret());
        let builder = workspace(&config, clock.clone(), zone);
        let slack = Slack::new(builder.tokens(&format!("xoxb-{bot}"), &format!("xapp-{app}")));
        config.slack.bot_token = Some(SecretString::from(slack.bot_token()));
        config.slack.app_token = Some(SecretString::from(slack.app_token()));
        // A rehearsal has tokens of its own and reads nobody's calendar: nothing is missing.
        config.notes.0.clear();
        config.store = format!("sled:{}", store.display());
        Self { slack, config, clock, tuning, bot: RwLock::new(None), tours: Vec::new() }
    }

    /// With these guided tours.
    #[must_use]
    pub fn with_tours(self, tours: Vec<Script>) -> Self {
        Self { tours, ..self }
    }

    /// What the bot will do by itself, in words, soonest first.
    async fn ahead(&self) -> Vec<Upcoming> {
        let guard = self.bot.read().await;
        let Some(bot) = guard.as_ref() else { return Vec::new() };
        let far = self.clock.now() + chrono::TimeDelta::days(366);
        let mut ahead = Vec::new();
        for (subject, at) in bot.engine.store().due(far, SHOWN_AHEAD) {
            let words = match subject {
                Subject::Case(case) => {
                    let next = bot.engine.next_of(&case).await.filter(|next| next.at == at);
                    next.map_or_else(
                        || format!("{case} is looked at again"),
                        |next| in_words(&case, &next.what),
                    )
                }
                Subject::Person(user) => {
                    let directory = bot.engine.known().directory();
                    format!("the day of {} is looked at again", directory.name(&user))
                }
                Subject::Desk(desk) => format!("the desk {desk} is looked at again"),
            };
            ahead.push(Upcoming { at, words });
        }
        ahead
    }

    /// The next instant at which the bot does something by itself.
    fn wake(&self) -> Option<Timestamp> {
        let guard = self.bot.try_read().ok()?;
        let store = guard.as_ref()?.engine.store();
        store.next_due().into_iter().chain(store.next_wake()).min()
    }
}

/// A machine without random bytes rehearses with tokens made of the time; it has worse troubles.
fn secret() -> String {
    super::secret::fresh().unwrap_or_else(|_| format!("{:?}", SystemClock.monotonic()))
}

fn in_words(case: &CaseId, what: &NextWhat) -> String {
    match what {
        NextWhat::TierPinged(tier) => format!("{case}: {tier} {} pinged", is_or_are(tier)),
        NextWhat::Repeated(tier) => format!("{case}: {tier} {} pinged again", is_or_are(tier)),
        NextWhat::SupervisorPinged => format!("{case}: the supervisor is pinged"),
        NextWhat::Reminder => format!("{case}: the supervisor is reminded"),
        NextWhat::DeskOpens => format!("{case}: the desk opens"),
        NextWhat::RequesterReminded => format!("{case}: the requester is reminded"),
        NextWhat::ClosedSilent => format!("{case}: closed, unless the requester answers"),
        NextWhat::Ends => format!("{case}: resolved, unless there is something else"),
        NextWhat::OwnerNudged => format!("{case}: the owner is reminded privately"),
        NextWhat::HoldEnds => format!("{case}: the hold ends"),
        NextWhat::OfferLapses => format!("{case}: the offer to hand over lapses"),
    }
}

impl Host for Stage {
    fn next(&self) -> Vec<Upcoming> {
        // Everything asked for is in memory: the future never waits, but for a bot that starts or stops.
        self.ahead().now_or_never().unwrap_or_default()
    }

    async fn settle(&self) -> Result<(), String> {
        let guard = self.bot.read().await;
        let Some(bot) = guard.as_ref() else { return Ok(()) };
        let rest = tokio::time::timeout(SETTLES_WITHIN, bot.at_rest()).await;
        rest.map_err(|_| {
            format!("the bot does not come to rest: {:?}", bot.engine.store().backlog(self.clock.now()))
        })
    }

    async fn start(&self) -> Result<(), String> {
        let mut place = self.bot.write().await;
        let mut config = self.config.clone();
        config.slack.api_url = Some(self.slack.api_url());
        let app = App::start(&config, self.clock.clone(), self.tuning).await;
        let app = app.map_err(|error| error.to_string())?;
        let ready = tokio::time::timeout(SETTLES_WITHIN, app.ready()).await;
        ready.map_err(|_| "the bot does not get ready".to_owned())?;
        *place = Some(app);
        Ok(())
    }

    async fn stop(&self) -> Result<(), String> {
        let Some(bot) = self.bot.write().await.take() else { return Ok(()) };
        let store = bot.engine.store().clone();
        bot.stop().await.map_err(|error| error.to_string())?;
        store.close().await.map_err(|error| error.to_string())
    }

    fn installed(&self) -> Installed {
        let command =
            |name: &str, usage: &str| SlashCommand { name: name.to_owned(), usage: usage.to_owned() };
        Installed {
            commands: vec![
                command("/escalate", "[what is wrong] | template | setup | enable | disable | help"),
                command("/coverage", "[away 30m | back]"),
            ],
            shortcuts: vec![MessageShortcut {
                callback: "escalate_this".to_owned(),
                title: "Escalate this".to_owned(),
            }],
            roles: roles(&self.config, self.clock.now()),
        }
    }

    fn tours(&self) -> Vec<Script> {
        self.tours.clone()
    }
}

/// A stage as scripts know it.
pub struct Played(pub Arc<Stage>);

impl Bot for Played {
    async fn settle(&self) -> Result<(), String> {
        self.0.settle().await
    }

    fn outside(&self) -> Vec<(Timestamp, String)> {
        let Ok(guard) = self.0.bot.try_read() else { return Vec::new() };
        let pretended = guard.as_ref().map(App::pretended).unwrap_or_default();
        pretended.into_iter().map(|one| (one.at, one.words)).collect()
    }

    fn next_wake(&self) -> Option<Timestamp> {
        self.0.wake()
    }

    async fn start(&mut self) -> Result<(), String> {
        self.0.start().await
    }

    async fn stop(&mut self) -> Result<(), String> {
        self.0.stop().await
    }
}

/// What each person is here: the tiers in which they are named, or that they ask.
fn roles(config: &Config, now: Timestamp) -> BTreeMap<UserId, String> {
    let mut roles: BTreeMap<UserId, String> = BTreeMap::new();
    for (id, _, _, kind) in ASKERS {
        let role = match kind {
            UserKind::Guest => "asks (a guest)",
            UserKind::Stranger => "asks (of a connected workspace)",
            UserKind::Member | UserKind::Bot => "asks",
        };
        roles.insert(UserId::from(*id), role.to_owned());
    }
    for (key, person) in &config.people {
        let answers = config.desks.values().filter(|desk| answers_on(config, desk, key, now));
        let desks: Vec<&str> = answers.map(|desk| desk.policy.name.as_str()).collect();
        if !desks.is_empty() {
            let id = UserId::from(slack_id(key, person.slack.as_ref()).as_str());
            roles.insert(id, format!("answers on {}", desks.join(", ")));
        }
    }
    roles
}

/// Whether they answer there at any time of the coming weeks.
fn answers_on(config: &Config, desk: &Desk, key: &PersonKey, now: Timestamp) -> bool {
    let span = coverage::Span::new(now, now + chrono::TimeDelta::weeks(8));
    coverage::people_of(&desk.coverage, span, &config.facts(desk)).contains(key)
}

fn workspace(config: &Config, clock: MovableClock, zone: chrono_tz::Tz) -> Builder {
    let scopes: Vec<&str> = SCOPES.iter().map(|scope| scope.name).collect();
    let mut builder = Workspace::builder(clock).scopes(&scopes);
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
