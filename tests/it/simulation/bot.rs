//! One life of the bot on a shop and a wire: its loops, its connection, what it does after an absence.

use super::judge::Judge;
use super::shop::{Backing, Counter, Life};
use super::weather::{Weather, Wire};
use chrono::TimeDelta;
use firstline::app::{Door, settings};
use firstline::clock::{Clock as _, MovableClock, Timestamp};
use firstline::config::Config;
use firstline::connect::{Outside, Systems};
use firstline::engine::activity::Stop;
use firstline::engine::catch_up::{self, Progress};
use firstline::engine::directory::Register;
use firstline::engine::known::Known;
use firstline::engine::{Engine, outbox, set_back, timers};
use firstline::rehearsal::Slack;
use firstline::slack::api::Api;
use firstline::slack::frame::{Frame, parse};
use firstline::slack::limits::Limits;
use firstline::slack::pace::Pace;
use firstline::slack::socket::{Ack, Handler as _};
use firstline::store::Store as _;
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// A silence longer than this may have hidden something.
const GAP: Duration = Duration::from_secs(10);

/// Where bots live.
#[derive(Clone)]
pub struct Place {
    pub slack: Slack,
    pub clock: MovableClock,
    pub backing: Arc<Backing>,
    pub weather: Arc<Weather>,
    pub judge: Arc<Judge>,
    /// Whether there is a network to connect over.
    pub network: Arc<watch::Sender<bool>>,
}

pub struct Bot {
    pub life: Arc<Life>,
    pub engine: Engine<Counter, MovableClock>,
    register: Register<Counter, MovableClock>,
    stop: Stop,
    loops: JoinSet<()>,
}

impl Bot {
    /// Starts one, alive until it dies or is stopped.
    pub fn start(place: &Place, config: &Config) -> Self {
        place.backing.open();
        let life = Life::new();
        let counter = Counter {
            backing: Arc::clone(&place.backing),
            life: Arc::clone(&life),
            weather: Arc::clone(&place.weather),
            judge: Arc::clone(&place.judge),
        };
        let wire = Arc::new(Wire {
            slack: place.slack.clone(),
            weather: Arc::clone(&place.weather),
            judge: Arc::clone(&place.judge),
            life: Arc::clone(&life),
        });
        let clock = place.clock.clone();
        let engine = Engine::new(counter, clock.clone(), Known::new(settings(config)));
        let api = Api::within(wire, clock.clone(), Pace::new(clock.clone()), Limits::default()).unwrap();
        let api = Arc::new(api);
        let register = Register::new(engine.clone(), Arc::clone(&api));
        let stop = Stop::default();
        let mut loops = JoinSet::new();
        let open = engine.store().open_cases().into_iter().map(|glance| glance.id);
        engine.held().hold(open, clock.monotonic() + catch_up::HOLD_FOR);
        loops.spawn(set_back::watch(engine.clone(), stop.clone()));
        loops.spawn(timers::run(engine.clone(), stop.clone()));
        let outside = Arc::new(Outside::new(Systems::default(), clock, None));
        loops.spawn(outbox::run(engine.clone(), Arc::clone(&api), outside, stop.clone()));
        loops.spawn(live(place.clone(), engine.clone(), register.clone(), stop.clone()));
        Self { life, engine, register, stop, loops }
    }

    /// Its end in the middle of everything.
    pub async fn die(mut self) {
        self.life.end();
        self.loops.shutdown().await;
    }

    /// Its end in order.
    pub async fn stop(mut self) {
        self.stop.stop(self.engine.clock().monotonic());
        let ends = async { while self.loops.join_next().await.is_some() {} };
        let _out_of_time = tokio::time::timeout(Duration::from_secs(9), ends).await;
        self.life.end();
        self.loops.shutdown().await;
    }

    pub fn reload(&mut self, config: &Config) {
        let (engine, register, stop) = (self.engine.clone(), self.register.clone(), self.stop.clone());
        let settings = settings(config);
        self.loops.spawn(async move {
            engine.known().replace_settings(settings);
            let _changed = register.learn_names().await;
            let _failed_as_the_disk_did = engine.facts_changed(&stop).await;
        });
    }
}

type Heart = Engine<Counter, MovableClock>;

/// Who it is, then one connection after the other, each read back after its gap.
async fn live(place: Place, engine: Heart, register: Register<Counter, MovableClock>, stop: Stop) {
    let identity = loop {
        match register.api().auth_test().await {
            Ok(identity) => break identity,
            Err(_) => sleep(Duration::from_secs(1)).await,
        }
    };
    engine.known().set_bot(identity.user.clone());
    let (learnt_now, learnt) = watch::channel(false);
    let door = Arc::new(Door {
        engine: engine.clone(),
        register: register.clone(),
        identity,
        learnt,
        fatal: Arc::new(watch::Sender::new(None)),
        stop: stop.clone(),
    });
    let mut away_since = engine.store().seen_at();
    let first = Instant::now();
    let mut network = place.network.subscribe();
    let mut work = JoinSet::new();
    work.spawn({
        let register = register.clone();
        async move {
            let _changed = register.learn_names().await;
            learnt_now.send_replace(true);
        }
    });
    let mut down_since = first;
    let mut is_first = true;
    while !stop.is_stopped() {
        let up = network.wait_for(|up| *up);
        tokio::select! {
            up = up => drop(up),
            () = stop.stopped() => break,
        }
        let Some(mut plug) = place.slack.plug() else {
            sleep(Duration::from_secs(1)).await;
            continue;
        };
        let gap = Gap { is_first, away_since, lasted: down_since.elapsed() };
        let mut learnt = door.learnt.clone();
        work.spawn({
            let (engine, register, stop) = (engine.clone(), register.clone(), stop.clone());
            async move {
                let _known = learnt.wait_for(|learnt| *learnt).await.map(drop);
                gap.after(engine, register, stop).await;
            }
        });
        is_first = false;
        loop {
            let frame = tokio::select! {
                frame = plug.next() => frame,
                _ = network.wait_for(|up| !*up) => None,
                () = stop.stopped() => None,
            };
            let Some(frame) = frame else { break };
            let Frame::Envelope(envelope) = parse(&frame) else { continue };
            let (door, acknowledge, id) = (Arc::clone(&door), plug.acknowledger(), envelope.id.clone());
            let life = Arc::clone(&engine.store().life);
            work.spawn(async move {
                let ack = match door.handle(envelope).await {
                    Ack::Bare => json!({ "envelope_id": id }),
                    Ack::With(payload) => json!({ "envelope_id": id, "payload": payload }),
                    Ack::Withhold => return,
                };
                life.gate().await;
                acknowledge(&ack.to_string());
            });
        }
        (down_since, away_since) = (Instant::now(), Some(engine.clock().now()));
    }
    while work.join_next().await.is_some() {}
}

/// An absence, the first one since the last life.
struct Gap {
    is_first: bool,
    away_since: Option<Timestamp>,
    lasted: Duration,
}

impl Gap {
    async fn after(self, engine: Heart, register: Register<Counter, MovableClock>, stop: Stop) {
        match self.away_since {
            None => catch_up::done(&engine).await,
            Some(since) if self.is_first || self.lasted > GAP => {
                let since = if self.is_first { since } else { since - TimeDelta::seconds(30) };
                engine.set_progress(Progress::NotYet);
                catch_up::run(&engine, &register, since, TimeDelta::hours(24), &stop).await;
            }
            Some(_) => engine.set_progress(Progress::Done),
        }
        if self.is_first {
            engine.derive_anew(&stop).await;
        }
    }
}
