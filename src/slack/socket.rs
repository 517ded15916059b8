//! Socket Mode: a few connections kept alive, whatever happens to any one of them.

use super::backoff::Backoff;
use super::connection::{Ended, Live, News, start};
use super::dial::{DialError, Dialer, Fatal};
use super::frame::Envelope;
use super::work::Shared;
use crate::clock::Clock;
use serde_json::Value;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Whoever deals with envelopes. Called in a task of its own for each.
pub trait Handler: Send + Sync + 'static {
    /// Slack waits three seconds for the acknowledgement.
    fn handle(&self, envelope: Envelope) -> impl Future<Output = Ack> + Send;
}

/// How an envelope is acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub enum Ack {
    Bare,
    /// With an answer, if the envelope takes one; else bare.
    With(Value),
    /// Not at all: Slack sends an event again; who pressed or commanded is told that it failed.
    Withhold,
}

/// How the connections are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Connections that said hello and stand.
    pub up: usize,
    /// Hellos since the start.
    pub hellos: u64,
    /// Since when none is up; from the start until the first hello.
    pub down_since: Option<Instant>,
    pub last_hello: Option<Instant>,
    /// The last frame of any kind. A change of this alone wakes nobody.
    pub last_frame: Option<Instant>,
    /// The app's id, as hello tells it.
    pub app_id: Option<String>,
}

impl Health {
    pub(super) fn new(now: Instant) -> Self {
        Self { up: 0, hellos: 0, down_since: Some(now), last_hello: None, last_frame: None, app_id: None }
    }
}

/// The Socket Mode client.
pub struct Socket<C, H> {
    dialer: Arc<Dialer>,
    shared: Arc<Shared<C, H>>,
}

impl<C: Clock, H: Handler> Socket<C, H> {
    pub fn new(dialer: Dialer, handler: H, clock: C) -> Self {
        let limits = dialer.limits();
        Self { dialer: Arc::new(dialer), shared: Arc::new(Shared::new(handler, clock, limits)) }
    }

    pub fn health(&self) -> watch::Receiver<Health> {
        self.shared.health.subscribe()
    }

    /// Keeps the connections until `stop`, then ends what is at work and closes them. The error says what
    /// an operator has to do; nothing else ends it.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> Result<(), Fatal> {
        let mut slots = JoinSet::new();
        for _ in 0..self.shared.limits.connections.max(1) {
            slots.spawn(keep(Arc::clone(&self.dialer), Arc::clone(&self.shared)));
        }
        let ended = tokio::select! {
            fatal = slots.join_next() => match fatal {
                Some(Ok(fatal)) => Err(fatal),
                Some(Err(panic)) => std::panic::resume_unwind(panic.into_panic()),
                None => Ok(()),
            },
            () = stop => Ok(()),
        };
        self.drain().await;
        // Connections that are let go close by themselves, within the limit for that.
        slots.shutdown().await;
        let mut health = self.shared.health.subscribe();
        let closed = health.wait_for(|health| health.up == 0);
        timeout(self.shared.limits.close * 2, closed).await.map(drop).ok();
        ended
    }

    /// Takes nothing more on, and lets what is at work come to its end and be acknowledged.
    async fn drain(&self) {
        self.shared.draining.store(true, Ordering::Relaxed);
        let mut at_work = self.shared.at_work.subscribe();
        let idle = at_work.wait_for(|count| *count == 0);
        if timeout(self.shared.limits.drain, idle).await.is_err() {
            tracing::warn!("stopping although envelopes are still at work; slack will send them again");
        }
    }
}

/// Keeps one connection alive for ever. Only what no redial can mend ends it.
async fn keep<C: Clock, H: Handler>(dialer: Arc<Dialer>, shared: Arc<Shared<C, H>>) -> Fatal {
    let limits = shared.limits;
    let mut backoff = Backoff::new(limits);
    // Read on until its successor says hello.
    let mut leaving: Option<Live> = None;
    loop {
        let wait = backoff.next(chance(&shared));
        let dial = async {
            tokio::time::sleep(wait).await;
            dialer.dial().await
        };
        let stream = match beside(&mut leaving, dial).await {
            Ok(stream) => stream,
            Err(DialError::Fatal(fatal)) => return fatal,
            Err(DialError::Later { why, wait }) => {
                tracing::warn!("no connection to slack: {why}; trying again");
                backoff.at_least(wait);
                continue;
            }
        };
        let began = shared.clock.monotonic();
        let mut live = start(stream, &shared);
        let ended = loop {
            match live.news.recv().await {
                Some(News::Hello) => {
                    backoff.hello();
                    leaving = None;
                }
                Some(News::Leaving) => break None,
                Some(News::Ended(ended)) => break Some(ended),
                None => break Some(Ended::Lost("panicked")),
            }
        };
        backoff.lived(shared.clock.monotonic() - began);
        match ended {
            None => leaving = Some(live),
            Some(Ended::LinkDisabled) => return Fatal::LinkDisabled,
            Some(Ended::TooMany) => {
                tracing::warn!("slack says that the app has too many connections: is another bot running?");
                backoff.at_least(limits.too_many);
            }
            Some(Ended::Lost(why)) => tracing::info!("a connection to slack ended: {why}"),
        }
    }
}

/// Dials while the connection that is leaving may still have something to say.
async fn beside<T>(
    leaving: &mut Option<Live>,
    dial: impl Future<Output = Result<T, DialError>>,
) -> Result<T, DialError> {
    let mut dial = std::pin::pin!(dial);
    loop {
        let Some(old) = leaving else { return dial.await };
        tokio::select! {
            dialled = &mut dial => return dialled,
            news = old.news.recv() => match news {
                Some(News::Ended(Ended::LinkDisabled)) => return Err(DialError::Fatal(Fatal::LinkDisabled)),
                Some(News::Ended(_)) | None => *leaving = None,
                Some(News::Hello | News::Leaving) => {}
            },
        }
    }
}

/// A number below 1000, from how long the process has run: no two machines agree on it.
fn chance<C: Clock, H: Handler>(shared: &Shared<C, H>) -> u32 {
    let since = {
        let health = shared.health.borrow();
        health.down_since.or(health.last_frame)
    };
    let run: Duration = since.map_or(Duration::ZERO, |since| shared.clock.monotonic() - since);
    run.subsec_micros() % 1000
}
