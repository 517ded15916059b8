//! Plays one history: people act, time flies, things go wrong, and the judge is asked all the while.

use super::bot::{Bot, Place};
use super::judge::Judge;
use super::office::{configs, office};
use super::shop::{Backing, Shop};
use super::steps::Step;
use super::verdict;
use super::weather::Weather;
use chrono::TimeDelta;
use firstline::config::Config;
use firstline::id::{ChannelId, MessageTs};
use firstline::rehearsal::{Order, Workspace};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

/// Long enough for everything that is promised to come about: redelivery, a minute's hold, pacing.
const SETTLES_WITHIN: Duration = Duration::from_secs(15 * 60);
/// The process ends when nothing could be kept for so long.
const ENDS_AFTER: u64 = 60;
/// Nothing a bot does may keep a thread busy for longer, in the time of this machine.
const STORM: usize = 20_000;

pub struct Play {
    pub place: Place,
    bots: Vec<Bot>,
    config: &'static Config,
    /// How long it is down once it has died, when it comes back, and until when a second one runs.
    down_for: Duration,
    back_at: Option<Instant>,
    second_until: Option<Instant>,
    network_at: Option<Instant>,
    let_go_at: Option<(Instant, Order)>,
    failing_until: Option<Instant>,
    pub posts: Arc<std::sync::Mutex<Vec<(ChannelId, MessageTs)>>>,
    pub acts: JoinSet<()>,
    pub said: usize,
    /// How far the clock was set back in all: what the model Slack sends again waits for as long.
    set_back: Duration,
}

/// Plays a history; an error is what was wrong first.
pub fn play(shop: Shop, steps: &[Step]) -> Result<(), String> {
    run(shop, steps).0
}

/// What was posted when, so that two plays can be compared.
pub fn journal(steps: &[Step]) -> Vec<String> {
    run(Shop::Model, steps).1
}

fn run(shop: Shop, steps: &[Step]) -> (Result<(), String>, Vec<String>) {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        let mut play = Play::begin(shop);
        let judge = Arc::clone(&play.place.judge);
        let done = play.through(steps).await;
        let journal = judge.journal();
        let lately =
            || journal.iter().rev().take(40).rev().map(|line| format!("\n  {line}")).collect::<String>();
        (done.map_err(|wrong| format!("{wrong}; posted lately:{}", lately())), journal)
    })
}

impl Play {
    fn begin(shop: Shop) -> Self {
        let slack = office();
        let clock = slack.clock().clone();
        let place = Place {
            judge: Arc::new(Judge::new(clock.clone())),
            slack,
            clock,
            backing: Arc::new(Backing::new(shop)),
            weather: Arc::new(Weather::default()),
            network: Arc::new(watch::Sender::new(true)),
        };
        let config = &configs()[0];
        let bots = vec![Bot::start(&place, config)];
        Self {
            place,
            bots,
            config,
            down_for: Duration::ZERO,
            back_at: None,
            second_until: None,
            network_at: None,
            let_go_at: None,
            failing_until: None,
            posts: Arc::default(),
            acts: JoinSet::new(),
            said: 0,
            set_back: Duration::ZERO,
        }
    }

    async fn through(&mut self, steps: &[Step]) -> Result<(), String> {
        self.pass(Duration::from_secs(5)).await?;
        for step in steps {
            if std::env::var_os("FIRSTLINE_HISTORY").is_some() {
                println!("{} {step:?}", self.place.slack.read(Workspace::now));
            }
            self.step(*step).await;
            self.pass(Duration::from_millis(200)).await?;
        }
        self.calm_down();
        self.pass(SETTLES_WITHIN + self.set_back).await?;
        let Some(bot) = self.bots.first() else { return Err("no bot: at the end".to_owned()) };
        let posts = self.posts.lock().unwrap().clone();
        let mut checked = verdict::check(&self.place.slack, bot.engine.store(), &posts);
        if let Err(why) = &checked
            && why.starts_with("calls are left")
        {
            // Something that comes again and again may be on its way in this very instant.
            self.pass(Duration::from_secs(20)).await?;
            let bot = self.bots.first().unwrap();
            checked = verdict::check(&self.place.slack, bot.engine.store(), &posts);
        }
        checked
    }

    fn calm_down(&mut self) {
        self.place.weather.clear();
        self.place.judge.disturbed(Duration::ZERO);
        self.place.slack.deliver_once();
        let now = Instant::now();
        self.network_at = self.network_at.map(|_| now);
        self.let_go_at = self.let_go_at.map(|(_, order)| (now, order));
        self.back_at = self.back_at.map(|_| now);
        self.second_until = self.second_until.map(|_| now);
        // On sled a disk that failed stays so until the process ends.
        self.failing_until =
            self.failing_until.filter(|_| self.place.backing.shop() == Shop::Sled).map(|_| now);
        for bot in &self.bots {
            bot.life.ends_after(i64::MAX);
        }
    }

    /// Lets time pass, and sees to what comes to its end meanwhile.
    async fn pass(&mut self, time: Duration) -> Result<(), String> {
        let until = Instant::now() + time;
        loop {
            self.see_to_ends().await;
            self.place.judge.look_round();
            if let Some(wrong) = self.place.judge.wrong() {
                return Err(wrong);
            }
            if self.place.judge.journal().len() > STORM {
                return Err("a storm: of posts".to_owned());
            }
            let now = Instant::now();
            if now >= until {
                return Ok(());
            }
            let next = self.next_end().map_or(until, |at| at.min(until)).max(now);
            let slice = (next - now).min(Duration::from_secs(60)).max(Duration::from_millis(1));
            let died = self.bots.first().map(|bot| Arc::clone(&bot.life));
            tokio::select! {
                () = sleep(slice) => {}
                () = async { match died { Some(life) => life.over().await, None => std::future::pending().await } } => {}
            }
        }
    }

    fn next_end(&self) -> Option<Instant> {
        let held = self.let_go_at.as_ref().map(|(at, _)| *at);
        let ends = [self.back_at, self.second_until, self.network_at, held, self.failing_until];
        ends.into_iter().flatten().min()
    }

    async fn see_to_ends(&mut self) {
        let now = Instant::now();
        let is_over = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if self.bots.first().is_some_and(|bot| bot.life.is_over()) {
            self.kill(self.down_for).await;
        }
        if is_over(self.failing_until) {
            self.failing_until = None;
            self.kill(Duration::from_secs(2)).await;
        }
        if is_over(self.back_at) && self.bots.is_empty() {
            self.back_at = None;
            self.place.judge.disturbed(Duration::ZERO);
            self.bots.push(Bot::start(&self.place, self.config));
            self.relearn();
        }
        if is_over(self.second_until) {
            self.second_until = None;
            self.place.judge.disturbed(Duration::ZERO);
            if self.bots.len() > 1 {
                self.bots.remove(1).stop().await;
            }
        }
        if is_over(self.network_at) {
            self.network_at = None;
            self.place.judge.disturbed(Duration::ZERO);
            self.place.network.send_replace(true);
        }
        if let Some((_, order)) = self.let_go_at.take_if(|(at, _)| *at <= now) {
            self.place.judge.disturbed(Duration::ZERO);
            self.place.slack.let_go(order);
        }
    }

    async fn kill(&mut self, down: Duration) {
        self.place.judge.disturbed(down);
        for bot in self.bots.drain(..) {
            bot.die().await;
        }
        self.second_until = None;
        self.place.judge.several(false);
        self.place.backing.crash();
        self.back_at = Some(Instant::now() + down);
    }

    /// What was kept although nobody was told so.
    fn relearn(&self) {
        if self.place.backing.shop() == Shop::Model {
            return;
        }
        let store = self.bots[0].engine.store();
        let timelines = store.everything().into_iter().map(|case| {
            let entries = store.entries(&case.id);
            (case.id.clone(), (case, entries))
        });
        self.place.judge.relearn(store, &timelines.collect());
    }

    async fn step(&mut self, step: Step) {
        let judge = Arc::clone(&self.place.judge);
        let seconds = Duration::from_secs;
        match step {
            Step::Pass { seconds } => {
                // What is wrong is found by the next step.
                let _found_again = self.pass(Duration::from_secs(seconds)).await;
            }
            Step::Crash { awaits, down } => {
                if let Some(bot) = self.bots.first() {
                    bot.life.ends_after(awaits);
                    self.down_for = seconds(down);
                }
            }
            Step::Restart { down } => {
                if !self.bots.is_empty() && self.failing_until.is_none() {
                    judge.disturbed(seconds(down) + seconds(9));
                    for bot in self.bots.drain(..) {
                        bot.stop().await;
                    }
                    judge.several(false);
                    self.second_until = None;
                    self.place.backing.close();
                    self.back_at = Some(Instant::now() + seconds(down));
                }
            }
            Step::Calls { how, count, seconds } => self.place.weather.calls(how, count, seconds),
            Step::Outage { seconds: length } => {
                judge.disturbed(seconds(length));
                self.place.weather.outage(length);
            }
            Step::Conflicts { count } => {
                judge.disturbed(Duration::ZERO);
                self.place.weather.conflicts(count);
            }
            Step::DiskFull { seconds: length } => self.disk_full(length),
            Step::Gap { seconds: length } => {
                judge.disturbed(seconds(length));
                self.place.network.send_replace(false);
                self.network_at = Some(Instant::now() + seconds(length));
            }
            Step::Hold { seconds: length, reversed } => {
                judge.disturbed(seconds(length));
                self.place.slack.hold_back();
                let order = if reversed { Order::Reversed } else { Order::AsHeld };
                self.let_go_at = Some((Instant::now() + seconds(length), order));
            }
            Step::Twice { on: true } => self.place.slack.deliver_twice(),
            Step::Twice { on: false } => self.place.slack.deliver_once(),
            Step::Jump { seconds } => {
                judge.disturbed(Duration::ZERO);
                self.place.clock.advance(TimeDelta::seconds(seconds));
                if seconds < 0 {
                    judge.set_back();
                    self.set_back += Duration::from_secs(seconds.unsigned_abs());
                }
                // A clock that is set is found to be so within seconds.
                let _found_again = self.pass(Duration::from_secs(6)).await;
            }
            Step::Reload { other } => {
                judge.disturbed(Duration::ZERO);
                self.config = &configs()[usize::from(other)];
                self.bots.iter_mut().for_each(|bot| bot.reload(self.config));
            }
            Step::Second { seconds: length } => {
                if self.bots.len() == 1 {
                    judge.several(true);
                    self.bots.push(Bot::start(&self.place, self.config));
                    self.second_until = Some(Instant::now() + seconds(length));
                }
            }
            act => self.act(act),
        }
    }

    /// On the model the disk has room again after a while; on sled a failed flush is the end of the process.
    fn disk_full(&mut self, length: u64) {
        let seconds = Duration::from_secs(length);
        self.place.judge.disturbed(seconds);
        match self.place.backing.shop() {
            Shop::Model => {
                self.place.weather.disk_full(length);
                if length >= ENDS_AFTER {
                    self.failing_until = Some(Instant::now() + seconds);
                }
            }
            Shop::Sled => {
                self.place.backing.break_disk();
                self.failing_until = Some(Instant::now() + seconds.min(Duration::from_secs(ENDS_AFTER)));
            }
        }
    }
}
