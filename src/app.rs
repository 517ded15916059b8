//! The whole bot: wires store, engine, Slack and the HTTP doors together, and ends them in order.

mod calendars;
mod door;
mod group_sync;
mod heartbeat;
mod housekeeping;
mod life;
mod settings;
mod systems;

pub use calendars::feeds;
pub use door::Door;
pub use life::{Listen, Pacing, Sleep, Tuning};
pub use settings::settings;
pub use systems::{directory, systems};

use crate::clock::{Clock, SystemClock, Timestamp};
use crate::config::{self, Config};
use crate::connect::tickets::Pretended;
use crate::connect::{Feed, Outside};
use crate::engine::Engine;
use crate::engine::activity::Stop;
use crate::engine::catch_up::Progress;
use crate::engine::directory::Register;
use crate::engine::known::Known;
use crate::store::{Ages, Options, SledStore, Store, StoreError};
use crate::web::health::Health;
use housekeeping::{Pruner, Retention};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Why the bot ended, or could not begin.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum Failure {
    /// What it was given does not work: a token, an address, a removed app.
    #[error("{0}")]
    Given(String),
    /// The world failed: disk, network.
    #[error("{0}")]
    World(String),
}

impl Failure {
    /// The exit status (DESIGN §4).
    pub fn status(&self) -> u8 {
        match self {
            Self::Given(_) => 1,
            Self::World(_) => 3,
        }
    }

    fn world(error: impl std::fmt::Display) -> Self {
        Self::World(error.to_string())
    }
}

/// A bot at work. Dropping it does not end it: call [`Running::stop`].
pub struct Running<S, C> {
    pub engine: Engine<S, C>,
    register: Register<S, C>,
    health: Arc<Health>,
    http: Option<SocketAddr>,
    feeds: watch::Sender<Arc<Vec<Feed>>>,
    synced: watch::Sender<Arc<group_sync::Wanted>>,
    kept_for: watch::Sender<Arc<Retention>>,
    outside: Arc<Outside<C>>,
    watched: watch::Sender<Vec<config::Heartbeat>>,
    stop: Stop,
    life: JoinHandle<Result<(), Failure>>,
}

/// A bot on the store in its folder.
pub type App<C> = Running<SledStore, C>;

impl<C: Clock> App<C> {
    /// Opens the store that the configuration names and starts the bot on it. Returns when the HTTP doors are
    /// open and everything else has begun; [`Running::ready`] says when it is connected and caught up.
    ///
    /// # Errors
    /// A token is missing, the store or the address is in use, the disk fails.
    pub async fn start(config: &Config, clock: C, tuning: Tuning) -> Result<Self, Failure> {
        let store = open_store(&store_folder(config)?)?;
        Self::start_on(store, config, clock, tuning).await
    }
}

/// The folder of the store.
///
/// # Errors
/// The configuration names a kind of store that this program does not have.
pub fn store_folder(config: &Config) -> Result<PathBuf, Failure> {
    match config.store.strip_prefix("sled:") {
        Some(folder) => Ok(PathBuf::from(folder)),
        None => Err(Failure::Given(format!(
            "`{}` is not a store\nhint: write `sled:` and a folder, such as `sled:data`",
            config.store
        ))),
    }
}

/// Opens the store in a folder.
///
/// # Errors
/// It is in use, damaged, or the disk fails; the message says what to do.
pub fn open_store(folder: &Path) -> Result<SledStore, Failure> {
    SledStore::open(&Options::new(folder)).map_err(Failure::world)
}

/// Which closed cases are older at `now` than the configuration keeps them.
pub fn ages(config: &Config, now: Timestamp) -> Ages {
    Retention::of(config).ages(now)
}

impl<S: Store, C: Clock> Running<S, C> {
    /// Starts the bot on a store that is open.
    ///
    /// # Errors
    /// As [`App::start`].
    pub async fn start_on(store: S, config: &Config, clock: C, tuning: Tuning) -> Result<Self, Failure> {
        let known = Known::new(settings(config));
        let engine = Engine::new(store, clock.clone(), known);
        let connection = life::connection(config, &clock, &tuning)?;
        let register = Register::new(engine.clone(), Arc::clone(&connection.api));
        let (health, stop) = (Arc::new(Health::default()), Stop::default());
        let doors = life::open_doors(config, &engine, &health, &connection.api, tuning.listen).await?;
        let http = doors.as_ref().map(|doors| doors.address);
        let (feeds, wanted) = watch::channel(calendars::usable(config));
        // Whoever reads no calendars only rehearses, and leaves nothing on the disk.
        let copies = tuning.calendars_every.and_then(|_| store_folder(config).ok());
        let calendars = tuning.calendars_every.map(|every| calendars::Reader {
            engine: engine.clone(),
            stop: stop.clone(),
            store: copies.clone(),
            every,
            wanted,
        });
        let (synced, wanted) = watch::channel(group_sync::wanted(config));
        let group_sync = group_sync::GroupSync {
            engine: engine.clone(),
            register: register.clone(),
            stop: stop.clone(),
            every: tuning.sync_every,
            wanted,
        };
        let (kept_for, wanted) = watch::channel(Retention::of(config));
        let pruner = Pruner { engine: engine.clone(), stop: stop.clone(), kept_for: wanted };
        let life = life::Life {
            engine: engine.clone(),
            register: register.clone(),
            health: Arc::clone(&health),
            stop: stop.clone(),
            at_most: config.catch_up.delta(),
            tuning,
        };
        let outside = Arc::new(Outside::new(systems(config), engine.clock().clone(), copies));
        let (watched, wanted) = watch::channel(config.heartbeats.clone());
        let heartbeat = heartbeat::run(engine.clone(), Arc::clone(&health), wanted);
        let heartbeat = Box::pin(heartbeat);
        let beside = life::Beside { calendars, group_sync, pruner, outside: Arc::clone(&outside), heartbeat };
        let life = tokio::spawn(life.run(connection, doors, beside));
        Ok(Self { engine, register, health, http, feeds, synced, kept_for, outside, watched, stop, life })
    }

    /// Where the HTTP doors are.
    pub fn http(&self) -> Option<SocketAddr> {
        self.http
    }

    /// What `/readyz` answers.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Returns when nothing is left to do until time moves or somebody acts.
    pub async fn at_rest(&self) {
        self.engine.at_rest().await;
    }

    /// What other systems would have been asked in a rehearsal, since this was last asked.
    pub fn pretended(&self) -> Vec<Pretended> {
        self.outside.pretended()
    }

    /// Returns when the bot is connected and caught up.
    pub async fn ready(&self) {
        let mut sockets = self.health.sockets();
        drop(sockets.wait_for(|up| *up > 0).await);
        let mut progress = self.engine.progress_changes();
        drop(progress.wait_for(|progress| *progress == Progress::Done).await);
    }

    /// Puts another configuration in place: people, hours and overrides at once, policies for new cases.
    ///
    /// # Errors
    /// A deadline could not be written anew.
    pub async fn reload(&self, config: &Config) -> Result<(), StoreError> {
        self.engine.known().replace_settings(settings(config));
        self.feeds.send_replace(calendars::usable(config));
        self.synced.send_replace(group_sync::wanted(config));
        self.kept_for.send_replace(Retention::of(config));
        self.outside.replace(systems(config));
        self.watched.send_replace(config.heartbeats.clone());
        // Names first, so that nobody new is passed over as unknown.
        let _changed = self.register.learn_names().await;
        self.engine.facts_changed(&self.stop).await
    }

    /// Lets what is in hand come to its end, and ends.
    ///
    /// # Errors
    /// Why it had ended before.
    pub async fn stop(self) -> Result<(), Failure> {
        self.stop.stop(self.engine.clock().monotonic());
        self.life.await.map_err(Failure::world)?
    }

    /// Returns when the bot ends by itself.
    ///
    /// # Errors
    /// Why.
    pub async fn ended(&mut self) -> Result<(), Failure> {
        (&mut self.life).await.map_err(Failure::world)?
    }
}

/// `firstline run`: runs the bot from the configuration in `folder` until SIGTERM or SIGINT, and takes its
/// configuration anew on SIGHUP.
///
/// # Errors
/// Why it could not begin, or had to end; [`Failure::status`] is the exit status.
pub async fn run(config: &Config, folder: &Path) -> Result<(), Failure> {
    let store = open_store(&store_folder(config)?)?;
    let mut running = App::start_on(store.clone(), config, SystemClock, Tuning::in_service()).await?;
    let exports = tokio::spawn(housekeeping::export_hourly(store.clone()));
    let ended = until_told(&mut running, folder).await;
    exports.abort();
    let ended = match ended {
        Some(ended) => ended,
        None => running.stop().await,
    };
    let closed = store.close().await;
    ended?;
    closed.map_err(Failure::world)
}

/// Waits for a signal to stop (none is returned) or for the end.
async fn until_told<C: Clock>(running: &mut App<C>, folder: &Path) -> Option<Result<(), Failure>> {
    let listen = |kind| signal(kind).map_err(Failure::world);
    let signals =
        (listen(SignalKind::terminate()), listen(SignalKind::interrupt()), listen(SignalKind::hangup()));
    let (mut terminate, mut interrupt, mut hangup) = match signals {
        (Ok(terminate), Ok(interrupt), Ok(hangup)) => (terminate, interrupt, hangup),
        (Err(error), _, _) | (_, Err(error), _) | (_, _, Err(error)) => return Some(Err(error)),
    };
    loop {
        tokio::select! {
            ended = running.ended() => return Some(ended),
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => reload(running, folder).await,
        }
    }
    tracing::info!("stopping");
    None
}

/// A folder that does not check is refused, and the configuration stays as it was.
async fn reload<C: Clock>(running: &App<C>, folder: &Path) {
    match config::load(folder) {
        Ok(config) => match running.reload(&config).await {
            Ok(()) => tracing::info!("the configuration was taken anew"),
            Err(error) => tracing::error!(%error, "deadlines could not be derived anew"),
        },
        Err(problems) => {
            tracing::error!(%problems, "the configuration is refused; the one before stays");
        }
    }
}
