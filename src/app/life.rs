//! The life of a bot: who it is, its connections, its loops, what it watches for, and its end.

use super::Failure;
use super::calendars::Reader;
use super::door::Door;
use super::group_sync::GroupSync;
use super::housekeeping::Pruner;
use crate::admin::secret;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::connect::Outside;
use crate::engine::Engine;
use crate::engine::activity::Stop;
use crate::engine::catch_up::{self, Progress};
use crate::engine::directory::Register;
use crate::engine::{outbox, set_back, timers};
use crate::slack::api::Api;
use crate::slack::dial::Dialer;
use crate::slack::identity::Identity;
use crate::slack::limits::Limits;
use crate::slack::pace::Pace;
use crate::slack::queries::AuthError;
use crate::slack::socket::{Health as Line, Socket};
use crate::store::Store;
use crate::web::health::Health;
use crate::web::{self, Doors};
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// What differs between service, rehearsal and tests.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    pub limits: Limits,
    pub pacing: Pacing,
    /// Where the HTTP doors are; none are opened when none. Port 0 takes any.
    pub listen: Option<Listen>,
    pub sleep: Sleep,
    /// A silence longer than this may have hidden something.
    pub gap: Duration,
    /// How long the store may fail before the bot ends.
    pub store_may_fail_for: Duration,
    /// How often the statuses of people are looked at, beside the events that tell of them.
    pub look_every: Duration,
    /// How often the green dots are looked at that count on a desk.
    pub presence_every: Duration,
    /// How often user groups that follow coverage are looked after.
    pub sync_every: Duration,
    /// How often each calendar is asked for; with none, nobody's is read.
    pub calendars_every: Option<Duration>,
    /// How long the end may take.
    pub drain_within: Duration,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// `http.listen` of the configuration.
    Configured,
    At(SocketAddr),
}

/// How fast Slack is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pacing {
    Slacks,
    Unlimited,
}

/// Whether a jump of the wall clock means that the machine slept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sleep {
    Watched,
    /// The clock is moved on purpose.
    Ignored,
}

impl Tuning {
    /// As `firstline run` has it.
    pub fn in_service() -> Self {
        Self {
            limits: Limits::default(),
            pacing: Pacing::Slacks,
            listen: Some(Listen::Configured),
            sleep: Sleep::Watched,
            gap: Duration::from_secs(10),
            store_may_fail_for: Duration::from_secs(60),
            look_every: Duration::from_secs(300),
            presence_every: Duration::from_secs(60),
            sync_every: Duration::from_secs(15),
            calendars_every: Some(Duration::from_secs(300)),
            drain_within: Duration::from_secs(9),
        }
    }

    /// On a clock that is moved by hand, against a model of Slack on loopback.
    pub fn in_rehearsal() -> Self {
        Self {
            pacing: Pacing::Unlimited,
            listen: Some(Listen::At(SocketAddr::from(([127, 0, 0, 1], 0)))),
            sleep: Sleep::Ignored,
            calendars_every: None,
            ..Self::in_service()
        }
    }
}

/// The longest wait between two tries to learn who the bot is.
const ASK_AGAIN: Duration = Duration::from_secs(30);

/// Both ways to Slack.
pub(super) struct Connection<C> {
    pub(super) api: Arc<Api<C>>,
    dialer: Dialer,
}

pub(super) fn connection<C: Clock>(
    config: &Config,
    clock: &C,
    tuning: &Tuning,
) -> Result<Connection<C>, Failure> {
    let tokens = config.tokens().map_err(|problems| Failure::Given(problems.to_string()))?;
    let url = config.slack.api_url.as_deref();
    let given = |error: &dyn std::fmt::Display| Failure::Given(error.to_string());
    let pace = match tuning.pacing {
        Pacing::Slacks => Pace::new(clock.clone()),
        Pacing::Unlimited => Pace::unlimited(clock.clone()),
    };
    let api =
        Api::new(url, &tokens.bot, clock.clone(), pace, tuning.limits).map_err(|error| given(&error))?;
    let dialer = Dialer::new(url, &tokens.app, tuning.limits).map_err(|error| given(&error))?;
    Ok(Connection { api: Arc::new(api), dialer })
}

/// The HTTP doors, open but not served yet.
pub(super) struct OpenDoors {
    pub(super) address: SocketAddr,
    listener: TcpListener,
    router: axum::Router,
}

pub(super) async fn open_doors<S: Store, C: Clock>(
    config: &Config,
    engine: &Engine<S, C>,
    health: &Arc<Health>,
    api: &Arc<Api<C>>,
    listen: Option<Listen>,
) -> Result<Option<OpenDoors>, Failure> {
    let at = match listen {
        None => return Ok(None),
        Some(Listen::Configured) => config.http.listen,
        Some(Listen::At(address)) => address,
    };
    web::measure_from_now_on();
    let folder = super::store_folder(config)?;
    let secret = secret::ensure(&folder).map_err(|error| {
        let path = secret::path(&folder);
        Failure::World(format!("the secret in `{}` cannot be kept: {error}", path.display()))
    })?;
    let listener = TcpListener::bind(at).await.map_err(|error| {
        let hint = "is another bot running? else choose another `http.listen`";
        Failure::Given(format!("`{at}` cannot be listened on: {error}\nhint: {hint}"))
    })?;
    let address = listener.local_addr().map_err(Failure::world)?;
    let (health, api) = (Arc::clone(health), Arc::clone(api));
    let router = web::router(Doors { engine: engine.clone(), health, secret, api });
    Ok(Some(OpenDoors { address, listener, router }))
}

/// What runs beside the engine and is not needed for it.
pub(super) struct Beside<S, C> {
    pub(super) calendars: Option<Reader<S, C>>,
    pub(super) group_sync: GroupSync<S, C>,
    pub(super) pruner: Pruner<S, C>,
    pub(super) outside: Arc<Outside<C>>,
    pub(super) heartbeat: Pin<Box<dyn Future<Output = ()> + Send>>,
}

pub(super) struct Life<S, C> {
    pub(super) engine: Engine<S, C>,
    pub(super) register: Register<S, C>,
    pub(super) health: Arc<Health>,
    pub(super) stop: Stop,
    /// How far back a catch-up reads.
    pub(super) at_most: chrono::TimeDelta,
    pub(super) tuning: Tuning,
}

impl<S: Store, C: Clock> Life<S, C> {
    /// Lives until told to stop or until something ends it; then lets what is in hand come to its end.
    pub(super) async fn run(
        self,
        connection: Connection<C>,
        doors: Option<OpenDoors>,
        beside: Beside<S, C>,
    ) -> Result<(), Failure> {
        let life = Arc::new(self);
        let mut loops = JoinSet::new();
        if let Some(doors) = doors {
            let stop = life.stop.clone();
            let served = axum::serve(doors.listener, doors.router);
            loops.spawn(async move {
                let _ended = served.with_graceful_shutdown(async move { stop.stopped().await }).await;
            });
        }
        if let Some(calendars) = beside.calendars {
            loops.spawn(calendars.run());
        }
        loops.spawn(beside.pruner.run());
        loops.spawn(Arc::clone(&life).learn_solutions());
        let (heartbeat, stop) = (beside.heartbeat, life.stop.clone());
        loops.spawn(async move {
            tokio::select! {
                () = heartbeat => {}
                () = stop.stopped() => {}
            }
        });
        // Whoever is open waits for the first reading back, or for its minute.
        let open = life.engine.store().open_cases().into_iter().map(|glance| glance.id);
        life.engine.held().hold(open, life.engine.clock().monotonic() + catch_up::HOLD_FOR);
        loops.spawn(timers::run(life.engine.clone(), life.stop.clone()));
        match life.tuning.sleep {
            Sleep::Watched => drop(loops.spawn(set_back::watch(life.engine.clone(), life.stop.clone()))),
            Sleep::Ignored => {}
        }
        let api = Arc::clone(&connection.api);
        loops.spawn(outbox::run(life.engine.clone(), api, beside.outside, life.stop.clone()));
        let ended = tokio::select! {
            ended = life.connected(connection, beside.group_sync, &mut loops) => ended,
            failure = life.store_fails() => Err(failure),
            () = life.overdue() => Ok(()),
        };
        life.stop.stop(life.engine.clock().monotonic());
        let drained = async { while loops.join_next().await.is_some() {} };
        tokio::select! {
            () = drained => {}
            () = life.overdue() => {
                tracing::warn!("what was in hand did not end in time; it is tried again at the next start");
            }
        }
        ended
    }

    /// Returns when the time for an orderly end is over, counted from the word to stop.
    async fn overdue(&self) {
        self.stop.stopped().await;
        let passed = self.stop.stopped_for(self.engine.clock().monotonic());
        tokio::time::sleep(self.tuning.drain_within.saturating_sub(passed)).await;
    }

    async fn connected(
        self: &Arc<Self>,
        connection: Connection<C>,
        group_sync: GroupSync<S, C>,
        loops: &mut JoinSet<()>,
    ) -> Result<(), Failure> {
        let Some(identity) = self.identity(&connection.api).await? else { return Ok(()) };
        self.engine.known().set_bot(identity.user.clone());
        let (learnt_now, learnt) = watch::channel(false);
        loops.spawn(Arc::clone(self).sync_groups(group_sync, learnt.clone()));
        let fatal = Arc::new(watch::Sender::new(None));
        let door = Door {
            engine: self.engine.clone(),
            register: self.register.clone(),
            identity,
            learnt,
            fatal: Arc::clone(&fatal),
            stop: self.stop.clone(),
        };
        let socket = Socket::new(connection.dialer, door, self.engine.clock().clone());
        let line = socket.health();
        loops.spawn(Arc::clone(self).look_after(line.clone(), learnt_now));
        loops.spawn(Arc::clone(self).look_at_people());
        loops.spawn(Arc::clone(self).look_at_presence());
        loops.spawn(Arc::clone(self).count_sockets(line));
        let stop = self.stop.clone();
        let mut told = fatal.subscribe();
        tokio::select! {
            ended = socket.run(async move { stop.stopped().await }) => {
                ended.map_err(|fatal| Failure::Given(fatal.to_string()))
            }
            Ok(failure) = async { told.wait_for(Option::is_some).await.map(|told| told.clone()) } => {
                failure.map_or(Ok(()), Err)
            }
        }
    }

    /// Asks until Slack says who the bot is; none when told to stop meanwhile.
    async fn identity(&self, api: &Api<C>) -> Result<Option<Identity>, Failure> {
        let mut wait = Duration::from_secs(1);
        loop {
            tokio::select! {
                told = api.auth_test() => match told {
                    Ok(identity) => return Ok(Some(identity)),
                    Err(error @ AuthError::Refused { .. }) => return Err(Failure::Given(error.to_string())),
                    Err(error @ AuthError::NoAnswer(_)) => tracing::warn!(%error, "who the bot is is not known yet"),
                },
                () = self.stop.stopped() => return Ok(None),
            }
            tokio::select! {
                () = tokio::time::sleep(wait) => wait = (wait * 2).min(ASK_AGAIN),
                () = self.stop.stopped() => return Ok(None),
            }
        }
    }

    /// Reads back at the first connection and after every gap.
    async fn look_after(self: Arc<Self>, mut line: watch::Receiver<Line>, learnt: watch::Sender<bool>) {
        let busy = self.engine.activity().begin();
        let seen_before = self.engine.store().seen_at();
        let _changed = self.register.learn_names().await;
        learnt.send_replace(true);
        if !self.is_up(&mut line).await {
            return;
        }
        match seen_before {
            Some(away_since) => self.read_back(away_since).await,
            None => {
                self.register.look_at_people().await;
                catch_up::done(&self.engine).await;
            }
        }
        // Rules of desks and zones may have changed while the bot was away.
        self.engine.derive_anew(&self.stop).await;
        drop(busy);
        while let Some(away_since) = self.next_gap(&mut line).await {
            self.read_back(away_since).await;
        }
    }

    async fn read_back(&self, away_since: Timestamp) {
        let reading = catch_up::run(&self.engine, &self.register, away_since, self.at_most, &self.stop);
        let mut people = std::pin::pin!(self.register.look_at_people());
        // The watch raises no alarm by a state from before the absence; nor does anybody wait for it for ever.
        let looked = tokio::time::timeout(catch_up::HOLD_FOR, &mut people);
        let (looked, ()) = tokio::join!(looked, reading);
        if self.stop.is_stopped() {
            return;
        }
        catch_up::done(&self.engine).await;
        if looked.is_err() {
            people.await;
        }
    }

    /// Whether a connection stands; no when told to stop meanwhile.
    async fn is_up(&self, line: &mut watch::Receiver<Line>) -> bool {
        tokio::select! {
            up = line.wait_for(|line| line.up > 0) => up.is_ok(),
            () = self.stop.stopped() => false,
        }
    }

    /// Waits for a silence that was longer than ten seconds to end, and says when it may have begun.
    async fn next_gap(&self, line: &mut watch::Receiver<Line>) -> Option<Timestamp> {
        let clock = self.engine.clock();
        let silence = delta(self.tuning.limits.silence);
        loop {
            let slept = async {
                match self.tuning.sleep {
                    Sleep::Watched => jump(clock, self.tuning.gap).await,
                    Sleep::Ignored => std::future::pending().await,
                }
            };
            let before = tokio::select! {
                down = line.wait_for(|line| line.up == 0) => {
                    down.ok()?;
                    clock.now()
                }
                before = slept => before,
                () = self.stop.stopped() => return None,
            };
            let began = clock.monotonic();
            self.engine.set_progress(Progress::NotYet);
            if !self.is_up(line).await {
                return None;
            }
            let lasted = clock.monotonic().duration_since(began);
            let by_the_wall = match self.tuning.sleep {
                Sleep::Watched => clock.now() - before,
                Sleep::Ignored => chrono::TimeDelta::zero(),
            };
            if was_away(by_the_wall, lasted, self.tuning.gap) {
                return Some(before - silence);
            }
            self.engine.set_progress(Progress::Done);
        }
    }

    /// Learns what was solved before from what is kept: at start, because it is derived and never kept itself.
    async fn learn_solutions(self: Arc<Self>) {
        tokio::select! {
            learnt = self.engine.learn_solutions() => match learnt {
                Ok(solutions) => tracing::debug!(solutions, "what was solved before is known"),
                Err(error) => tracing::warn!(%error, "what was solved before is not known"),
            },
            () = self.stop.stopped() => {}
        }
    }

    async fn look_at_people(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.register.go_round(self.tuning.look_every) => {}
                () = self.stop.stopped() => return,
            }
        }
    }

    async fn look_at_presence(self: Arc<Self>) {
        loop {
            tokio::select! {
                () = self.register.go_round_presence(self.tuning.presence_every) => {}
                () = self.stop.stopped() => return,
            }
        }
    }

    /// Begins when it is known who is who, and the bot has caught up.
    async fn sync_groups(self: Arc<Self>, sync: GroupSync<S, C>, mut learnt: watch::Receiver<bool>) {
        let mut progress = self.engine.progress_changes();
        let known = async {
            learnt.wait_for(|learnt| *learnt).await.map(drop).ok()?;
            progress.wait_for(|progress| *progress == Progress::Done).await.map(drop).ok()
        };
        tokio::select! {
            known = known => if known.is_some() { sync.run().await },
            () = self.stop.stopped() => {}
        }
    }

    async fn count_sockets(self: Arc<Self>, mut line: watch::Receiver<Line>) {
        loop {
            self.health.set_sockets_up(line.borrow_and_update().up);
            if line.changed().await.is_err() {
                self.health.set_sockets_up(0);
                return;
            }
        }
    }

    /// Returns when nothing could be kept for too long: Slack's history is safer than this process's memory.
    async fn store_fails(&self) -> Failure {
        loop {
            tokio::time::sleep(self.tuning.store_may_fail_for.min(Duration::from_secs(1))).await;
            let Some(since) = self.engine.failing_since() else { continue };
            if self.engine.clock().monotonic().duration_since(since) >= self.tuning.store_may_fail_for {
                return Failure::World(
                    "the store could not be written for too long\nhint: look at the disk; what happened meanwhile \
                     is read from Slack at the next start"
                        .to_owned(),
                );
            }
        }
    }
}

/// Whether a gap was long enough for something to be missed, by either clock: the monotonic one does not count the
/// time that the machine slept, and the other may be set back meanwhile.
fn was_away(by_the_wall: chrono::TimeDelta, by_the_tick: Duration, at_least: Duration) -> bool {
    by_the_wall > delta(at_least) || by_the_tick > at_least
}

/// Returns when the wall clock moved on by itself: the machine slept. Says when it fell asleep.
async fn jump<C: Clock>(clock: &C, gap: Duration) -> Timestamp {
    loop {
        let (wall, tick) = (clock.now(), clock.monotonic());
        tokio::time::sleep(Duration::from_secs(1)).await;
        let awake = clock.monotonic().duration_since(tick);
        if clock.now() - wall > delta(awake + gap) {
            return wall;
        }
    }
}

/// A length of the monotonic clock as one of the wall clock.
fn delta(length: Duration) -> chrono::TimeDelta {
    chrono::TimeDelta::from_std(length).unwrap_or(chrono::TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::was_away;
    use chrono::TimeDelta;
    use std::time::Duration;

    #[test]
    fn a_gap_is_long_by_either_clock() {
        let long = Duration::from_secs(10);
        let (brief, hour) = (Duration::from_secs(3), TimeDelta::hours(1));
        assert!(!was_away(TimeDelta::seconds(3), brief, long));
        assert!(was_away(hour, brief, long), "the machine slept");
        assert!(was_away(-hour, Duration::from_secs(68), long), "the clock was set back");
    }
}
