//! The commands that need the store: each finds the running bot or the store, asks, and prints.

use super::ask::Whereabouts;
use super::book::Which;
use super::check::Form;
use super::dead_letters::Again;
use super::outcome::{Exit, Outcome, folder};
use super::transcript::{self, Written};
use super::{case, cases, dead_letters, forget, prune, transfer};
use crate::app;
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::config::Config;
use crate::domain::directory::Directory;
use crate::engine::directory::listed;
use crate::engine::known::Settings;
use crate::id::CaseId;
use crate::store::{Ages, Pruning, SledStore};
use anyhow::bail;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

/// Where the answers are, and whose names stand in them.
struct Kept {
    at: Whereabouts,
    config: Config,
    settings: Settings,
    names: Directory,
}

/// `firstline cases [--all]`.
pub async fn list(dir: &Path, which: Which, form: Form) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let rows = cases::fetch(&kept.at, which, &kept.names, async || kept.open()).await;
    printed(rows, |rows, out| cases::print(&rows, form, out))
}

/// `firstline case ID`.
pub async fn show(dir: &Path, id: &CaseId, form: Form) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    match case::fetch(&kept.at, id, &kept.names, async || kept.open()).await {
        Ok(None) => no_such(id),
        Ok(Some(file)) => printed(Ok(file), |file, out| case::print(&file, form, out)),
        Err(error) => failed(&error),
    }
}

/// `firstline case ID --transcript`.
pub async fn transcript(dir: &Path, id: &CaseId, how: Written) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    match transcript::fetch(&kept.config, &kept.at, id, how).await {
        Ok(None) => no_such(id),
        Ok(Some(text)) => Outcome::fine(text.trim_end()),
        Err(error) => failed(&error),
    }
}

fn no_such(id: &CaseId) -> Outcome {
    let message = format!("there is no case `{id}`");
    Outcome::failed(Exit::Wrong, &message, "`firstline cases --all` lists those that are kept")
}

/// `firstline dead-letters`.
pub async fn letters(dir: &Path, form: Form) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let letters = dead_letters::fetch(&kept.at, async || kept.open()).await;
    printed(letters, |letters, out| dead_letters::print(&letters, form, out))
}

/// `firstline dead-letters retry ID|--all`.
pub async fn retry(dir: &Path, again: &Again, form: Form) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let now = SystemClock.now();
    match (dead_letters::retry(&kept.at, again, now, async || kept.open()).await, again) {
        (Ok(ids), Again::One(id)) if ids.is_empty() => {
            let message = format!("there is no dead letter `{id}`");
            Outcome::failed(Exit::Wrong, &message, "`firstline dead-letters` lists them")
        }
        (ids, _) => printed(ids, |ids, out| match form {
            Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(&ids)?),
            Form::Text => writeln!(out, "{} to be sent again", ids.len()),
        }),
    }
}

/// `firstline prune [--before DATE] [--dry-run]`.
pub async fn prune(dir: &Path, before: Option<Timestamp>, how: Pruning, form: Form) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let ages = match before {
        Some(before) => Ages::before(before),
        None => app::ages(&kept.config, SystemClock.now()),
    };
    if ages.is_never() {
        let hint = "add `--before 2026-01-31`, or set `retention: 90d` in `firstline.yml`";
        return Outcome::failed(Exit::Wrong, "closed cases are kept for ever: no `retention` is set", hint);
    }
    let pruned = prune::prune(&kept.at, &ages, how, async || kept.open()).await;
    printed(pruned, |pruned, out| prune::print(&pruned, form, out))
}

/// `firstline forget PERSON`.
pub async fn forget(dir: &Path, person: &str, form: Form) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let known = || forget::known(person, &kept.settings, &kept.names);
    match forget::forget(&kept.at, person, &known, async || kept.open()).await {
        Ok(Ok(told)) => printed(Ok(told), |told, out| forget::print(&told, form, out)),
        Ok(Err(nobody)) => {
            Outcome { err: format!("error: {nobody}"), exit: Exit::Wrong, ..Outcome::default() }
        }
        Err(error) => failed(&error),
    }
}

/// `firstline export FILE|-`.
pub async fn export(dir: &Path, to: &Path) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let open = async || kept.open();
    let count = match is_dash(to) {
        Dash::Yes => transfer::export(&kept.at, &mut io::stdout().lock(), open).await,
        Dash::No => match File::create(to) {
            Ok(file) => transfer::export(&kept.at, &mut BufWriter::new(file), open).await,
            Err(error) => Err(unusable(to, &error)),
        },
    };
    match count {
        Ok(count) => Outcome { err: format!("{count} records exported"), ..Outcome::default() },
        Err(error) => failed(&error),
    }
}

/// `firstline import FILE|-`.
pub async fn import(dir: &Path, from: &Path) -> Outcome {
    let kept = match find(dir) {
        Ok(kept) => kept,
        Err(outcome) => return outcome,
    };
    let open = async || Ok(app::open_store(&kept.at.store)?);
    let count = match is_dash(from) {
        Dash::Yes => transfer::import(&kept.at, io::stdin().lock(), open).await,
        Dash::No => match File::open(from) {
            Ok(file) => transfer::import(&kept.at, BufReader::new(file), open).await,
            Err(error) => Err(unusable(from, &error)),
        },
    };
    match count {
        Ok(count) => Outcome::fine(format!("{count} records imported")),
        Err(error) => failed(&error),
    }
}

impl Kept {
    fn open(&self) -> anyhow::Result<SledStore> {
        open_store(&self.at)
    }
}

/// Opens the store for a question; it is not made when it is not there.
///
/// # Errors
/// There is none, or it cannot be opened.
pub fn open_store(at: &Whereabouts) -> anyhow::Result<SledStore> {
    if !at.store.join("db").exists() {
        bail!(
            "there is no store in `{}`, and no bot runs at {}\nhint: `firstline run` makes one; or see `store.url`",
            at.store.display(),
            at.listen
        );
    }
    Ok(app::open_store(&at.store)?)
}

fn find(dir: &Path) -> Result<Kept, Outcome> {
    let config = folder(dir)?;
    let store = app::store_folder(&config).map_err(|failure| failed(&failure.into()))?;
    let (mut names, settings) = (Directory::default(), app::settings(&config));
    listed(&mut names, &settings);
    Ok(Kept { at: Whereabouts { listen: config.http.listen, store }, config, settings, names })
}

enum Dash {
    Yes,
    No,
}

fn is_dash(path: &Path) -> Dash {
    if path == Path::new("-") { Dash::Yes } else { Dash::No }
}

fn unusable(path: &Path, error: &io::Error) -> anyhow::Error {
    anyhow::anyhow!("`{}` cannot be used: {error}\nhint: may this user read and write it?", path.display())
}

fn printed<T>(answer: anyhow::Result<T>, print: impl FnOnce(T, &mut Vec<u8>) -> io::Result<()>) -> Outcome {
    let text = answer.and_then(|answer| {
        let mut out = Vec::new();
        print(answer, &mut out)?;
        Ok(String::from_utf8_lossy(&out).trim_end().to_owned())
    });
    match text {
        Ok(text) => Outcome::fine(text),
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> Outcome {
    Outcome { err: format!("error: {error:#}"), exit: Exit::World, ..Outcome::default() }
}
