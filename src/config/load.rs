//! Loading a folder: read, look names up, check limits, and either a configuration or everything that is wrong.

use super::build::channels::ties;
use super::build::desk::{BuiltDesk, Shared, desk};
use super::build::emails::{BuiltEmail, emails, try_out};
use super::build::lint::{Placed, lint};
use super::build::names::{Names, is_key};
use super::build::outside::heartbeat;
use super::build::people::{Known, People, groups, people};
use super::build::playbook::{BuiltPlaybook, playbook};
use super::build::playbook_graph;
use super::build::rotations::{overrides, rotations, time_off};
use super::build::routines::routines;
use super::build::settings;
use super::build::time::length;
use super::env::Environment;
use super::folder::{Folder, open};
use super::ledger::{Ledger, Whole};
use super::shape::desk::DeskFile;
use super::shape::playbook::PlaybookFile;
use super::shape::top::TopFile;
use super::yaml::node::Node;
use super::yaml::read::read;
use super::{Config, Group, Heartbeat, Origins, Problem, Problems};
use crate::clock::Length;
use crate::coverage::{Holidays, Roster};
use crate::domain::desk::Desk;
use crate::id::{DeskKey, PersonKey, TemplateKey};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const MOST_DESKS: usize = 100;

/// Loads a folder with the environment of this process.
///
/// # Errors
/// Everything that is wrong, warnings included, when one of the problems forbids using the folder.
pub fn load(dir: &Path) -> Result<Config, Problems> {
    load_with(dir, &Environment::of_process())
}

/// Loads a folder with a given environment.
///
/// # Errors
/// As [`load`].
pub fn load_with(dir: &Path, env: &Environment) -> Result<Config, Problems> {
    let mut ledger = Ledger::default();
    let folder = open(dir, env, &mut ledger);
    let config = assemble(&mut ledger, &folder, env);
    let problems = ledger.finish();
    match config {
        Some(config) if !problems.has_errors() => {
            Ok(Config { folder: dir.to_owned(), notes: problems, ..config })
        }
        Some(_) | None => Err(problems),
    }
}

fn assemble(ledger: &mut Ledger, folder: &Folder, env: &Environment) -> Option<Config> {
    let top = folder.top.as_ref().map(|node| shaped::<TopFile>(ledger, node))?.unwrap_or_default();
    let slack = settings::slack(ledger, &top, env);
    let store = settings::store(ledger, &top, env);
    let http = settings::http(ledger, &top, env);
    let catch_up = settings::catch_up(ledger, &top);
    let zones = settings::zones(ledger, &top);
    let names = names(folder.top.as_ref());
    let holidays = holidays(ledger, &top);
    let emails = emails(ledger, folder);
    let playbooks = playbooks(ledger, folder, &emails);
    let known = Known {
        names: &names,
        zones: &zones,
        holidays: &holidays,
        playbooks: &playbooks,
        playbooks_everywhere: top.playbooks.as_ref(),
    };

    let everybody = people(ledger, &top, &known);
    let groups = groups(ledger, &top.groups, &names);
    let rotations = rotations(ledger, &top, &known);
    let (overrides, override_places): (Vec<_>, Vec<_>) =
        overrides(ledger, &top, &rotations, &known).into_iter().unzip();
    let time_off = time_off(ledger, &top.time_off, &everybody.coverage, &known);
    let People { people, coverage, places } = everybody;
    let roster =
        Roster { people: coverage, rotations, overrides, time_off, statuses: settings::statuses(&top) };

    let everywhere = top.routines.as_ref().map(|text| routines(ledger, text));
    let outside = Shared {
        directory: top.directory.as_ref(),
        mail: top.mail.as_ref(),
        tickets: top.tickets.as_ref(),
        webhook: top.webhook.as_ref(),
        when_down: top.when_slack_is_down.as_ref(),
        emails: &emails,
        routines: everywhere.as_ref(),
    };
    let mut heartbeats: Vec<Heartbeat> =
        top.heartbeat.as_ref().and_then(|text| heartbeat(ledger, text)).into_iter().collect();
    let built = desks(ledger, folder, &known, &outside);
    try_emails(ledger, &emails, &built);
    let members = members(&groups);
    lint(ledger, &built, &roster, &members, &Placed { people: &places });
    let (mut desks, mut desk_settings) = (BTreeMap::new(), BTreeMap::new());
    let (mut directories, mut mail_servers, mut tickets_of, mut webhooks) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut origins = Origins {
        people: places.iter().map(|(key, place)| (key.clone(), ledger.spot(*place))).collect(),
        holidays: top.holidays.0.iter().map(|(key, _)| (key.value.clone(), ledger.spot(key.place))).collect(),
        overrides: override_places.iter().map(|place| ledger.spot(*place)).collect(),
        ..Origins::default()
    };
    for BuiltDesk { desk, settings, place, tiers, directory, mail_server, tickets, watched, hook, .. } in
        built
    {
        directories.extend(directory.map(|directory| (desk.key.clone(), directory)));
        heartbeats.extend(watched);
        webhooks.extend(hook.map(|hook| (desk.key.clone(), hook)));
        tickets_of.extend(tickets.map(|tickets| (desk.key.clone(), tickets)));
        mail_servers.extend(mail_server.map(|server| (desk.key.clone(), server)));
        origins.desks.insert(desk.key.clone(), ledger.spot(place));
        let tiers = tiers.iter().map(|place| ledger.spot(*place)).collect();
        origins.tiers.insert(desk.key.clone(), tiers);
        desk_settings.insert(desk.key.clone(), settings);
        desks.insert(desk.key.clone(), desk);
    }
    unused(ledger, &playbooks, &desks);
    let retention = length(ledger, top.retention.as_ref(), Length::hours(24 * 366));
    Some(Config {
        folder: PathBuf::new(),
        desks,
        settings: desk_settings,
        roster,
        people,
        calendars: BTreeMap::new(),
        holidays,
        groups,
        members,
        slack,
        store,
        http,
        zones,
        retention,
        catch_up,
        playbooks: playbooks.into_iter().map(|(key, built)| (key, built.playbook)).collect(),
        directories,
        mail_servers,
        heartbeats,
        tickets: tickets_of,
        webhooks,
        origins,
        notes: Problems::default(),
    })
}

/// Reads a tree into a shape and tells what is wrong with it.
fn shaped<T: serde::de::DeserializeOwned>(ledger: &mut Ledger, node: &Node) -> Option<T> {
    let (value, faults) = read(node);
    ledger.faults(faults);
    if value.is_none() {
        ledger.whole = Whole::No;
    }
    value
}

/// Every name that is written down, also where what stands under it cannot be read.
fn names(top: Option<&Node>) -> Names {
    let keys = |key: &str| {
        let entries = top.and_then(|top| top.entry(key)).map(|entry| entry.value.entries());
        entries.unwrap_or_default().iter().map(|entry| entry.key.clone()).collect()
    };
    Names { people: keys("people"), rotations: keys("rotations"), holidays: keys("holidays") }
}

fn holidays(ledger: &mut Ledger, top: &TopFile) -> BTreeMap<String, Arc<Holidays>> {
    let mut all = BTreeMap::new();
    for (key, spec) in &top.holidays.0 {
        is_key(ledger, key, "holidays");
        all.insert(key.value.clone(), Arc::new(Holidays::new(spec.value.clone())));
    }
    all
}

fn members(groups: &BTreeMap<String, Group>) -> BTreeMap<String, Vec<PersonKey>> {
    let mut all = BTreeMap::new();
    for (handle, group) in groups {
        all.insert(handle.clone(), group.members.clone());
        if let Some(id) = &group.slack {
            all.insert(id.to_string(), group.members.clone());
        }
    }
    all
}

fn desks(ledger: &mut Ledger, folder: &Folder, known: &Known<'_>, outside: &Shared<'_>) -> Vec<BuiltDesk> {
    let mut built: Vec<BuiltDesk> = Vec::new();
    for node in &folder.desks {
        let Some(file) = shaped::<DeskFile>(ledger, node) else { continue };
        let one = desk(ledger, &file, node.place, known, outside);
        if let Some(first) = built.iter().find(|other| other.desk.key == one.desk.key) {
            let first = ledger.spot(first.place);
            ledger.error(
                one.place,
                format!(
                    "desk `{}` stands already in {}:{}\nhint: give each desk its own key",
                    one.desk.key, first.file, first.line
                ),
            );
        }
        built.push(one);
    }
    if built.is_empty() && folder.desks.is_empty() && ledger.whole == Whole::Yes {
        ledger.push(Problem::error(
            "there is no desk",
            "add a file such as `desks/help.yml`, and name it under `include` in `firstline.yml`",
        ));
    }
    if let Some(extra) = built.get(MOST_DESKS) {
        ledger.error(
            extra.place,
            format!("there are more than {MOST_DESKS} desks\nhint: let channels share one"),
        );
    }
    let channels: Vec<_> = built.iter().flat_map(|one| one.channels.iter().cloned()).collect();
    ties(ledger, &channels);
    built
}

/// Tries every template: as each desk that uses it would fill it, else with the fields of all desks.
fn try_emails(ledger: &mut Ledger, emails: &BTreeMap<TemplateKey, BuiltEmail>, desks: &[BuiltDesk]) {
    for (key, email) in emails {
        let uses = |built: &&BuiltDesk| {
            let letter = built.desk.tickets.as_ref().and_then(|tickets| tickets.letter.as_ref());
            built.desk.mail.offered.contains(key) || letter == Some(key)
        };
        let using: Vec<_> = desks.iter().filter(uses).collect();
        for built in &using {
            try_out(ledger, email, &built.desk.policy.name, built.desk.policy.intake.fields.iter());
        }
        if using.is_empty() {
            let all = desks.iter().flat_map(|built| &built.desk.policy.intake.fields);
            try_out(ledger, email, "Sample desk", all);
        }
    }
}

/// Every playbook of the folder, checked by itself; a desk that offers one checks it against what it has.
fn playbooks(
    ledger: &mut Ledger,
    folder: &Folder,
    emails: &BTreeMap<TemplateKey, BuiltEmail>,
) -> BTreeMap<String, BuiltPlaybook> {
    let emails = emails.keys().map(ToString::to_string).collect();
    let mut all: BTreeMap<String, BuiltPlaybook> = BTreeMap::new();
    for node in &folder.playbooks {
        let Some(file) = shaped::<PlaybookFile>(ledger, node) else { continue };
        let Some(built) = playbook(ledger, &file, node.place, &emails) else { continue };
        playbook_graph::check(ledger, &built);
        let (key, place) = (built.playbook.key.to_string(), built.place);
        if all.insert(key.clone(), built).is_some() {
            ledger.error(place, format!("playbook `{key}` stands twice\nhint: give each its own key"));
        }
    }
    all
}

/// Warns of what nobody can start.
fn unused(ledger: &mut Ledger, playbooks: &BTreeMap<String, BuiltPlaybook>, desks: &BTreeMap<DeskKey, Desk>) {
    for built in playbooks.values() {
        let key = &built.playbook.key;
        if !desks.values().any(|desk| desk.policy.playbook(key).is_some()) {
            ledger.warn(
                built.place,
                format!(
                    "no desk offers playbook `{key}`\nhint: name it in a desk's file: `playbooks: [{key}]`"
                ),
            );
        }
    }
}
