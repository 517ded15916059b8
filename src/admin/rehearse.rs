//! `firstline rehearse`: a Slack-like workspace on loopback with your desks and your people, in the browser or,
//! as a guided tour, in the terminal. The bot in it is the real one, over real sockets.

use super::outcome::{Exit, Outcome, folder};
use super::stage::{Played, Stage};
use crate::app::Tuning;
use crate::clock::{Clock, MovableClock, SystemClock, Timestamp};
use crate::config::Config;
use crate::rehearsal::page::{Access, Host, router};
use crate::rehearsal::script::{Bot, Player, Script, parse};
use axum::Router;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was asked for on the command line.
#[derive(Clone, Debug)]
pub struct Rehearsal {
    /// Play this tour in the terminal, and end.
    pub tour: Option<String>,
    pub listen: SocketAddr,
    /// The instant the clock shows at first; now when none.
    pub at: Option<Timestamp>,
    pub open: Browser,
    /// Keep the store here; in a folder that is thrown away when none.
    pub keep: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Browser {
    Opened,
    LeftAlone,
}

/// Opens the workspace for the folder, or plays a tour of it.
pub fn rehearse(dir: &Path, wanted: &Rehearsal) -> Outcome {
    let config = match folder(dir) {
        Ok(config) => config,
        Err(outcome) => return outcome,
    };
    let tours = match tours(dir) {
        Ok(tours) => tours,
        Err(why) => return Outcome::failed(Exit::Wrong, &why, "a tour is a script: see docs/rehearsal.md"),
    };
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return Outcome::failed(Exit::World, &error.to_string(), "free some memory or threads"),
    };
    let played = match &wanted.tour {
        Some(name) => match tours.iter().find(|(key, _)| key == name) {
            Some((_, script)) => runtime.block_on(play(config, script, wanted)),
            None => return unknown(name, &tours),
        },
        None => runtime.block_on(open(config, tours, wanted)),
    };
    match played {
        Ok(outcome) => outcome,
        Err(why) => Outcome::failed(
            Exit::World,
            &why,
            "run it again; if it stays so, `--keep` keeps its store for a look",
        ),
    }
}

fn unknown(name: &str, tours: &[(String, Script)]) -> Outcome {
    let names: Vec<&str> = tours.iter().map(|(key, _)| key.as_str()).collect();
    let hint = match names.as_slice() {
        [] => "this folder has no tours: put scripts into its folder `tours`".to_owned(),
        names => format!("the tours of this folder are `{}`", names.join("`, `")),
    };
    Outcome::failed(Exit::Wrong, &format!("there is no tour `{name}`"), &hint)
}

/// The tours of a folder: `tours/NAME.story`, in the order of their names.
///
/// # Errors
/// The first that cannot be read, with its line.
pub fn tours(dir: &Path) -> Result<Vec<(String, Script)>, String> {
    let Ok(entries) = std::fs::read_dir(dir.join("tours")) else { return Ok(Vec::new()) };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "story"));
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let text =
                std::fs::read_to_string(&path).map_err(|error| format!("`{}`: {error}", path.display()))?;
            let script = parse(&text).map_err(|error| format!("`{}`, {error}", path.display()))?;
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            Ok((name, script))
        })
        .collect()
}

/// Where the bot's store stands: the folder to keep, or one that goes with the value.
struct Place {
    path: PathBuf,
    thrown_away: bool,
}

impl Place {
    fn of(keep: Option<&PathBuf>) -> Self {
        match keep {
            Some(path) => Self { path: path.clone(), thrown_away: false },
            None => {
                let name = format!("firstline-rehearsal-{}", std::process::id());
                Self { path: std::env::temp_dir().join(name), thrown_away: true }
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.thrown_away {
            // What cannot be thrown away is left to the machine's own tidying.
            let _left = std::fs::remove_dir_all(&self.path);
        }
    }
}

/// Plays a tour in the terminal.
async fn play(config: Config, script: &Script, wanted: &Rehearsal) -> Result<Outcome, String> {
    let place = Place::of(wanted.keep.as_ref());
    let clock = MovableClock::stopped(script.start.at);
    let stage = Arc::new(Stage::set(
        config.for_rehearsal(),
        clock,
        &place.path,
        script.start.zone,
        Tuning::in_rehearsal(),
    ));
    let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
    stage.slack.listen(loopback, Router::new()).await.map_err(|error| error.to_string())?;
    let mut bot = Played(Arc::clone(&stage));
    bot.start().await?;
    let mut player = Player::new(stage.slack.clone(), script.start);
    tell(&format!("{}\n", script.title));
    let mut refused = false;
    for step in &script.steps {
        for line in &step.says {
            tell(&format!("\n  {line}"));
        }
        tell(&format!("\n> {}", step.text.replace('\n', "\n>   ")));
        let appeared = player.play(step, &mut bot).await.map_err(|error| error.to_string())?;
        refused |= appeared.iter().any(|line| line.starts_with("REFUSED"));
        for line in appeared {
            tell(&format!("    {line}"));
        }
    }
    bot.stop().await?;
    stage.slack.stop();
    tell("\nThat was the tour. The bot was the real one, its Slack a model on this machine.");
    Ok(match refused {
        true => Outcome::failed(
            Exit::Wrong,
            "Slack would have refused something",
            "see the lines that say REFUSED",
        ),
        false => Outcome::fine(String::new()),
    })
}

/// What a person watches goes out line by line.
fn tell(text: &str) {
    let mut out = std::io::stdout().lock();
    // A terminal that is gone has nobody to tell.
    let _told = writeln!(out, "{text}").and_then(|()| out.flush());
}

/// Opens the page and stays until it is interrupted.
async fn open(config: Config, tours: Vec<(String, Script)>, wanted: &Rehearsal) -> Result<Outcome, String> {
    let place = Place::of(wanted.keep.as_ref());
    let zone = home(&config);
    let clock = MovableClock::running(wanted.at.unwrap_or_else(|| SystemClock.now()));
    let scripts = tours.into_iter().map(|(_, script)| script).collect();
    let stage = Stage::set(config.for_rehearsal(), clock, &place.path, zone, Tuning::in_rehearsal())
        .with_tours(scripts);
    let stage = Arc::new(stage);
    let access = access(wanted.listen)?;
    let page = router(&stage.slack, Arc::clone(&stage), zone, access.clone());
    let address = stage.slack.listen(wanted.listen, page).await.map_err(|error| {
        format!("`{}` cannot be listened on: {error}\nhint: choose another with `--listen`", wanted.listen)
    })?;
    stage.start().await?;
    let link = match &access {
        Access::Loopback => format!("http://{address}/"),
        Access::Key(key) => format!("http://{address}/?key={key}"),
    };
    tell(&format!("The rehearsal is open at {link}\nPress Ctrl-C to end it; nothing of it is kept."));
    if wanted.open == Browser::Opened {
        browse(&link);
    }
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())?;
    stage.stop().await?;
    stage.slack.stop();
    Ok(Outcome::fine(String::new()))
}

/// The zone in which the rehearsal tells its time: the first desk's.
fn home(config: &Config) -> chrono_tz::Tz {
    let first = config.desks.values().next();
    first.and_then(|desk| desk.coverage.schedule.zone.name().parse().ok()).unwrap_or(chrono_tz::UTC)
}

/// On loopback everybody of this machine may come in; elsewhere only who has the key.
fn access(listen: SocketAddr) -> Result<Access, String> {
    if listen.ip().is_loopback() {
        return Ok(Access::Loopback);
    }
    super::secret::fresh().map(Access::Key).map_err(|error| error.to_string())
}

fn browse(link: &str) {
    let opener = if cfg!(target_os = "macos") { "open" } else { "xdg-open" };
    let started = std::process::Command::new(opener).arg(link).spawn();
    if started.is_err() {
        tell("No browser could be opened from here: open the address yourself.");
    }
}
