//! `who --live` and `gaps --live`: what the running bot knows, or the store when no bot runs.

use super::ask::{Whereabouts, encoded, running_bot};
use super::check::Form;
use super::gaps::{self, Question};
use super::kept::open_store;
use super::outcome::{Exit, Outcome, folder};
use super::who::{self, DeskRows};
use crate::app;
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::Config;
use crate::connect::{Calendars, Feeds};
use crate::coverage::{Gap, Span, WhoRow, gaps as gap_rows, who as who_rows};
use crate::engine::Engine;
use crate::engine::ground::Site;
use crate::engine::known::Known;
use crate::id::{DeskKey, PersonKey};
use crate::store::{SledStore, Store};
use chrono::{SecondsFormat, TimeDelta};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Rows, and how old the calendars are on which they rest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told<T> {
    pub rows: Vec<T>,
    /// In hours, of calendars that may be wrong by now.
    pub old_calendars: BTreeMap<PersonKey, i64>,
}

/// Who can answer on a desk by everything the bot knows; none when it has no such desk.
pub fn who_on<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    desk: &DeskKey,
    at: Timestamp,
) -> Option<Told<WhoRow>> {
    let ground = engine.ground(Site { desk: Some(desk), ..Site::default() }, None);
    let world = ground.world();
    let rows = who_rows(&world.desk?.coverage, at, &world.facts);
    Some(Told { rows, old_calendars: old_calendars(engine) })
}

/// Its gaps by everything the bot knows; none when it has no such desk, or the question makes no sense.
pub fn gaps_of<S: Store, C: Clock>(engine: &Engine<S, C>, question: &Question<'_>) -> Option<Told<Gap>> {
    question.is_sound().ok()?;
    let desk = DeskKey::new(question.desk);
    let ground = engine.ground(Site { desk: Some(&desk), ..Site::default() }, None);
    let world = ground.world();
    let rows = gap_rows(&world.desk?.coverage, question.from, question.until, &world.facts).ok()?;
    Some(Told { rows, old_calendars: old_calendars(engine) })
}

/// How many hours ago each calendar was read that may be wrong by now.
pub fn old_calendars<S: Store, C: Clock>(engine: &Engine<S, C>) -> BTreeMap<PersonKey, i64> {
    let ground = engine.ground(Site::default(), None);
    let (facts, now) = (ground.world().facts, engine.clock().now());
    let old = |person: &PersonKey| Some((person.clone(), facts.calendar_age(person, now)?.num_hours()));
    facts.calendars_read_at.keys().filter_map(old).collect()
}

/// `firstline who --live`.
pub async fn who(dir: &Path, desk: Option<&str>, at: Timestamp, form: Form) -> Outcome {
    let config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    let asked = match who::asked(&config, desk) {
        Ok(asked) => asked,
        Err(outcome) => return outcome,
    };
    let within = Span::new(at - TimeDelta::days(1), at + TimeDelta::days(9));
    let mut source = match Source::find(&config, within).await {
        Ok(source) => source,
        Err(error) => return failed(&error),
    };
    let mut all = Vec::new();
    for desk in asked {
        let path = format!("/admin/who?desk={}&at={}", encoded(desk.key.as_str()), instant(at));
        match source.ask(&desk.key, &path, |engine| who_on(engine, &desk.key, at)).await {
            Ok(rows) => all.push(DeskRows { desk, rows }),
            Err(error) => return failed(&error),
        }
    }
    who::printed(&all, at, form).noting(&source.noted(form))
}

/// `firstline gaps --live`.
pub async fn gaps(dir: &Path, question: &Question<'_>, form: Form) -> Outcome {
    let config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    let desk = match who::desk_of(&config, question.desk) {
        Ok(desk) => desk,
        Err(outcome) => return outcome,
    };
    // A range that makes no sense is refused as it is without the bot.
    if let Err(outcome) = question.is_sound() {
        return outcome;
    }
    let mut source = match Source::find(&config, Span::new(question.from, question.until)).await {
        Ok(source) => source,
        Err(error) => return failed(&error),
    };
    let range = format!("from={}&until={}", instant(question.from), instant(question.until));
    let path = format!("/admin/gaps?desk={}&{range}", encoded(question.desk));
    match source.ask(&desk.key, &path, |engine| gaps_of(engine, question)).await {
        Ok(rows) => gaps::printed(desk, &rows, form).noting(&source.noted(form)),
        Err(error) => failed(&error),
    }
}

fn instant(at: Timestamp) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

fn failed(error: &anyhow::Error) -> Outcome {
    Outcome { err: format!("error: {error:#}"), exit: Exit::World, ..Outcome::default() }
}

/// Where the answers come from.
struct Source {
    from: From,
    old_calendars: BTreeMap<PersonKey, i64>,
}

enum From {
    Bot(Box<super::ask::Door>),
    Store(Box<Engine<SledStore, SystemClock>>),
}

impl Source {
    async fn find(config: &Config, within: Span) -> anyhow::Result<Self> {
        let store = app::store_folder(config)?;
        let at = Whereabouts { listen: config.http.listen, store };
        let from = match running_bot(&at).await? {
            Some(door) => From::Bot(Box::new(door)),
            None => From::Store(Box::new(at_rest(config, &at, within).await?)),
        };
        Ok(Self { from, old_calendars: BTreeMap::new() })
    }

    async fn ask<T: DeserializeOwned>(
        &mut self,
        desk: &DeskKey,
        path: &str,
        of_store: impl Fn(&Engine<SledStore, SystemClock>) -> Option<Told<T>>,
    ) -> anyhow::Result<Vec<T>> {
        let told = match &self.from {
            From::Bot(door) => door.get::<Told<T>>(path).await?,
            From::Store(engine) => of_store(engine),
        };
        let told = told.ok_or_else(|| {
            let hint = "it runs with an older configuration; SIGHUP makes it read the folder anew";
            anyhow::anyhow!("the running bot has no desk `{desk}`\nhint: {hint}")
        })?;
        self.old_calendars.extend(told.old_calendars);
        Ok(told.rows)
    }

    /// What is said beside the answer.
    fn noted(&self, form: Form) -> String {
        let mut lines: Vec<String> = Vec::new();
        if form == Form::Text && matches!(self.from, From::Store(_)) {
            lines.push("note: no bot runs; this is what the store knows from the last time".to_owned());
        }
        let old = self.old_calendars.iter();
        lines.extend(old.map(|(person, hours)| format!("note: calendar of `{person}` from {hours} h ago")));
        lines.join("\n")
    }
}

/// An engine on the store at rest, with the calendars that were kept. Nothing is sent and nothing is written.
pub(super) async fn at_rest(
    config: &Config,
    at: &Whereabouts,
    within: Span,
) -> anyhow::Result<Engine<SledStore, SystemClock>> {
    let engine = Engine::new(open_store(at)?, SystemClock, Known::new(app::settings(config)));
    let (feeds, _wrong) = app::feeds(config);
    let files: Vec<_> =
        feeds.iter().filter(|feed| feed.source.is_file()).map(|feed| feed.whose.clone()).collect();
    let mut all = Feeds::over(within, SystemClock, config.zones.clone(), Some(at.store.clone()));
    let change = all.replace(&feeds).or(all.open_copies().await).or(all.look_at(&files).await);
    engine.known().replace_calendars(all.known(change, &Calendars::default()));
    Ok(engine)
}
