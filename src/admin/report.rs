//! `firstline report`: what a time was like on the desks, in figures.

use super::ask::{Door, Whereabouts, encoded, running_bot};
use super::live::at_rest;
use super::outcome::{Exit, Outcome, folder};
use super::who;
use crate::app;
use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::Config;
use crate::coverage::Span;
use crate::domain::desk::Desk;
use crate::domain::figures::Figures;
use crate::engine::Engine;
use crate::id::DeskKey;
use crate::store::{Store, StoreError};
use crate::view::report;
use crate::zone::Zone;
use chrono::{NaiveDate, NaiveTime, SecondsFormat, TimeDelta};
use clap::ValueEnum;
use std::path::Path;

/// How the figures are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For the terminal
    #[default]
    Text,
    /// Rows for a spreadsheet
    Csv,
    Json,
    /// One page with plots
    Html,
}

/// A day of a calendar, or an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    Day(NaiveDate),
    At(Timestamp),
}

/// What is asked: a day counts whole, at both ends.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub desk: Option<&'a str>,
    pub from: Option<Edge>,
    pub to: Option<Edge>,
    pub format: Format,
}

/// The longest time that is reported on.
const LONGEST: TimeDelta = TimeDelta::days(10 * 366);
/// How many days a report covers that is asked for without any.
const DAYS: i64 = 7;

/// Reads a day or an instant of the command line.
///
/// # Errors
/// A text for the command line's own complaint.
pub fn edge(text: &str) -> Result<Edge, String> {
    match NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
        Ok(day) => Ok(Edge::Day(day)),
        Err(_) => super::text::day_or_instant(text).map(Edge::At),
    }
}

/// `firstline report`.
pub async fn report(dir: &Path, question: Question<'_>) -> Outcome {
    let config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    let desks = match who::asked(&config, question.desk) {
        Ok(desks) => desks,
        Err(outcome) => return outcome,
    };
    let span = match span(&desks, question, SystemClock.now()) {
        Ok(span) => span,
        Err(outcome) => return outcome,
    };
    match fetch(&config, &desks, span).await {
        Ok(figures) => printed(&figures, question.format),
        Err(error) => Outcome { err: format!("error: {error:#}"), exit: Exit::World, ..Outcome::default() },
    }
}

/// The zone on whose calendar days are meant: that of the desks, when they share one.
fn zone_of(desks: &[&Desk]) -> Zone {
    let mut zones = desks.iter().map(|desk| &desk.coverage.schedule.zone);
    match zones.next() {
        Some(first) if zones.all(|zone| zone == first) => first.clone(),
        Some(_) | None => Zone::utc(),
    }
}

fn span(desks: &[&Desk], question: Question<'_>, now: Timestamp) -> Result<Span, Outcome> {
    let zone = zone_of(desks);
    let begin = |day: NaiveDate| zone.first(day.and_time(NaiveTime::MIN));
    let until = match question.to {
        Some(Edge::Day(day)) => begin(day.succ_opt().unwrap_or(day)),
        Some(Edge::At(at)) => at,
        None => now,
    };
    let from = match question.from {
        Some(Edge::Day(day)) => begin(day),
        Some(Edge::At(at)) => at,
        None => begin(zone.local(until).date() - TimeDelta::days(DAYS)),
    };
    if from >= until {
        let message = format!("the time from `{from}` to `{until}` is empty");
        return Err(Outcome::failed(Exit::Wrong, &message, "`--to` must not be before `--from`"));
    }
    if until - from > LONGEST {
        let message = "the time is longer than ten years";
        return Err(Outcome::failed(Exit::Wrong, message, "ask for less at a time"));
    }
    Ok(Span::new(from, until))
}

async fn fetch(config: &Config, desks: &[&Desk], span: Span) -> anyhow::Result<Figures> {
    let at = Whereabouts { listen: config.http.listen, store: app::store_folder(config)? };
    let keys: Vec<DeskKey> = desks.iter().map(|desk| desk.key.clone()).collect();
    if let Some(door) = running_bot(&at).await? {
        return of_bot(&door, &keys, span).await;
    }
    let engine = at_rest(config, &at, span).await?;
    Ok(engine.figures(&keys, span.from, span.until).await?)
}

async fn of_bot(door: &Door, desks: &[DeskKey], span: Span) -> anyhow::Result<Figures> {
    let instant = |at: Timestamp| at.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let desks: Vec<&str> = desks.iter().map(DeskKey::as_str).collect();
    let range = format!("from={}&until={}", instant(span.from), instant(span.until));
    let told = door.get(&format!("/admin/report?desks={}&{range}", encoded(&desks.join(",")))).await?;
    told.ok_or_else(|| {
        anyhow::anyhow!("the running bot cannot report\nhint: it is older than this program; restart it")
    })
}

/// The figures by everything the bot knows; `desks` are keys with commas between.
///
/// # Errors
/// The store cannot be read.
pub async fn of_engine<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    desks: &str,
    from: Timestamp,
    until: Timestamp,
) -> Result<Figures, StoreError> {
    let keys: Vec<DeskKey> = desks.split(',').map(DeskKey::new).collect();
    engine.figures(&keys, from, until).await
}

fn printed(figures: &Figures, format: Format) -> Outcome {
    match format {
        Format::Text => Outcome::fine(report::text(figures)),
        Format::Csv => Outcome::fine(report::csv(figures).trim_end()),
        Format::Html => Outcome::fine(report::html(figures).trim_end()),
        Format::Json => match serde_json::to_string_pretty(figures) {
            Ok(text) => Outcome::fine(text),
            Err(error) => Outcome::failed(Exit::World, &error.to_string(), "report this, please"),
        },
    }
}
