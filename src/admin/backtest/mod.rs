//! `firstline backtest EXPORT`: what the rules would have done with what was said, before and after a change.

mod export;
mod play;
mod print;
mod script;

use super::check::Form;
use super::outcome::{Exit, Outcome, folder};
use super::who;
use crate::app;
use crate::clock::Timestamp;
use crate::config::{Config, SlackAccount};
use crate::domain::directory::Directory;
use crate::domain::figures::{self, CaseFigures, Figures, Setting, Sources};
use crate::domain::timeline::{Entry, Happened};
use crate::engine::directory::listed;
use crate::id::{CaseId, DeskKey, UserId};
use crate::view::permalink::to_thread;
use crate::view::{mrkdwn, timeline_line};
use crate::zone::Zone;
use export::Export;
use play::{Player, play};
use script::{Script, script};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    pub export: &'a Path,
    /// Another folder of configuration to compare with.
    pub policy: Option<&'a Path>,
    pub desk: Option<&'a str>,
}

/// What an export comes to under one folder of rules, or under two.
#[derive(Clone, Debug, Serialize)]
pub struct Backtest {
    pub channels: Vec<String>,
    pub messages: usize,
    pub before: Run,
    pub after: Option<Run>,
    /// What to bear in mind.
    pub notes: Vec<String>,
}

/// One folder of rules.
#[derive(Clone, Debug, Serialize)]
pub struct Run {
    /// The folder.
    pub policy: String,
    pub figures: Figures,
    /// Every ping there would have been, in order.
    pub pings: Vec<Pinged>,
}

/// One ping: when, whom, why.
#[derive(Clone, Debug, Serialize)]
pub struct Pinged {
    pub at: Timestamp,
    pub case: CaseId,
    pub desk: DeskKey,
    pub channel: String,
    /// None for the supervisor.
    pub tier: Option<String>,
    pub to: Vec<String>,
    /// In a sentence.
    pub why: String,
    pub link: Option<String>,
}

/// `firstline backtest EXPORT [--policy DIR]`.
pub fn backtest(dir: &Path, question: Question<'_>, form: Form) -> Outcome {
    match run(dir, question) {
        Ok(result) => print::printed(&result, form),
        Err(outcome) => *outcome,
    }
}

fn run(dir: &Path, question: Question<'_>) -> Result<Backtest, Box<Outcome>> {
    let config = only(folder(dir).map_err(Box::new)?, question.desk)?;
    let other = question.policy.map(|other| folder(other).map_err(Box::new)).transpose()?;
    let other = other.map(|config| only(config, question.desk)).transpose()?;
    let export = Export::open(question.export).map_err(|error| wrong(&format!("error: {error}")))?;
    // Both play the same story: what belongs to a desk of the first.
    let told = script(&export, &config.desks);
    if told.channels.is_empty() {
        let channels: Vec<&str> = export.channels.values().map(String::as_str).take(10).collect();
        return Err(Box::new(Outcome::failed(
            Exit::Wrong,
            "no channel of the export belongs to a desk of the configuration",
            &format!("`channels` of a desk must match one of: {}", channels.join(", ")),
        )));
    }
    if told.messages == 0 {
        let faults = export.faults.borrow();
        let hint = faults.first().map_or("is it an export of another time?", String::as_str);
        let hint = hint.replace("\nhint: ", "; ");
        let message = format!("nothing was said in {}", told.channels.join(", "));
        return Err(Box::new(Outcome::failed(Exit::Wrong, &message, &hint)));
    }
    let mut notes = Vec::new();
    let before = one(dir, &config, &export, &told, &mut notes);
    let after = match (question.policy, &other) {
        (Some(dir), Some(config)) => {
            let told = script(&export, &config.desks);
            Some(one(dir, config, &export, &told, &mut notes))
        }
        (Some(_) | None, Some(_) | None) => None,
    };
    notes.extend(common_notes(&told, &export));
    notes.dedup();
    Ok(Backtest { channels: told.channels, messages: told.messages, before, after, notes })
}

fn wrong(err: &str) -> Box<Outcome> {
    Box::new(Outcome { err: err.to_owned(), exit: Exit::Wrong, ..Outcome::default() })
}

/// The configuration with the desk that is asked about alone.
fn only(mut config: Config, desk: Option<&str>) -> Result<Config, Box<Outcome>> {
    who::asked(&config, desk).map_err(Box::new)?;
    config.desks.retain(|key, _| desk.is_none_or(|desk| key.as_str() == desk));
    Ok(config)
}

fn common_notes(told: &Script, export: &Export) -> Vec<String> {
    let mut notes = Vec::new();
    if told.undated > 0 {
        notes.push(format!(
            "{} by reaction without a reply: an export does not tell when, so they count from a second after the post",
            super::prune::counted(told.undated, "claim")
        ));
    }
    notes.push(
        "people did what the export says, under either folder; a thread ends with its last message, one that nobody \
         answered four hours after its post; statuses and calendars of then are not known"
            .to_owned(),
    );
    notes.extend(export.faults.borrow().iter().map(|fault| fault.replace("\nhint: ", "; ")));
    notes
}

/// Everybody whom the export and the configuration know.
fn people(config: &Config, export: &Export) -> Directory {
    let mut directory = Directory::default();
    export.introduce(&mut directory);
    listed(&mut directory, &app::settings(config));
    for (key, person) in &config.people {
        if let Some(SlackAccount::Email(email)) = &person.slack
            && let Some(user) = export.account(email)
        {
            directory.accounts.insert(key.clone(), user.clone());
            if let Some(account) = directory.users.get_mut(user) {
                account.person = Some(key.clone());
            }
        }
    }
    directory
}

fn one(dir: &Path, config: &Config, export: &Export, told: &Script, notes: &mut Vec<String>) -> Run {
    let directory = people(config, export);
    if !directory.accounts.values().any(|user| told.writers.contains(user)) {
        notes.push(format!(
            "nobody in `people` of `{}` wrote in these channels: are their Slack ids those of the export?",
            dir.display()
        ));
    }
    let player = play(config, &directory, told);
    let at = |step: Option<&script::Step>| step.map_or(Timestamp::UNIX_EPOCH, |step| step.at);
    let from = at(told.steps.first());
    let until = at(told.steps.last()) + chrono::TimeDelta::seconds(1);
    let desks = config.desks.values().map(|desk| desk_of(config, desk, &player, &directory, (from, until)));
    let figures = Figures { from, until, at: until, desks: desks.collect() };
    Run { policy: dir.display().to_string(), figures, pings: pings(&player, &directory, config) }
}

fn desk_of(
    config: &Config,
    desk: &crate::domain::desk::Desk,
    player: &Player<'_>,
    directory: &Directory,
    (from, until): (Timestamp, Timestamp),
) -> figures::DeskFigures {
    let kept = player.cases.values().filter(|kept| kept.case.desk == desk.key);
    let cases: Vec<CaseFigures> = kept
        .map(|kept| {
            let schedule = &desk.coverage.schedule;
            let setting = Setting { policy: &kept.policy, schedule, now: until, root: None };
            figures::of_case(&kept.case, &kept.lines, setting)
        })
        .collect();
    let coverage = figures::coverage(&desk.coverage, from, until, &config.facts(desk));
    let zone_of = |user: &UserId| -> Zone { config.roster.zone(directory.key(user).as_str()) };
    let covered = BTreeMap::new();
    let (coverage, covered) = (&coverage, &covered);
    figures::of_desk(&cases, Sources { desk, from, until, directory, coverage, covered, zone_of: &zone_of })
}

fn pings(player: &Player<'_>, directory: &Directory, config: &Config) -> Vec<Pinged> {
    let mut all = Vec::new();
    for kept in player.cases.values() {
        let zone = config.desks.get(&kept.case.desk).map(|desk| desk.coverage.schedule.zone.clone());
        let zone = zone.unwrap_or_else(Zone::utc);
        let pinged = kept.lines.iter().filter_map(|line| pinged(kept, line, directory, &zone));
        all.extend(pinged);
    }
    all.sort_by(|a, b| (a.at, &a.case).cmp(&(b.at, &b.case)));
    all
}

fn pinged(kept: &play::Kept, line: &Entry, directory: &Directory, zone: &Zone) -> Option<Pinged> {
    let Happened::Pinged { tier, to, .. } = &line.what else { return None };
    let case = &kept.case;
    let channel = directory.channels.get(&case.channel).map_or(case.channel.as_str(), String::as_str);
    let link = to_thread(case);
    let said = timeline_line(line, directory, zone);
    Some(Pinged {
        at: line.at,
        case: case.id.clone(),
        desk: case.desk.clone(),
        channel: mrkdwn::plain(channel, 80),
        tier: tier.clone(),
        to: to.iter().map(|user| directory.name(user).to_owned()).collect(),
        why: said.split_once("  ").map_or(said.clone(), |(_, why)| why.to_owned()),
        link,
    })
}
