//! The handle on a running model: one lock around the state, one bell that rings after every change.

use super::build::{Builder, Redelivery};
use super::faults::Faults;
use super::http;
use super::socket::{Fate, Sockets};
use super::state::Workspace;
use crate::clock::MovableClock;
use std::fmt;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::AbortHandle;

/// A model workspace with its doors. Clones are handles on the same one.
#[derive(Clone, Debug)]
pub struct Slack {
    pub(super) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(super) struct Inner {
    inside: Mutex<Inside>,
    changed: watch::Sender<u64>,
    /// Opened to let held calls go.
    pub gate: watch::Sender<u64>,
    pub clock: MovableClock,
    pub ack_within: Duration,
    pub redelivery: Redelivery,
    address: OnceLock<SocketAddr>,
    tasks: Mutex<Vec<AbortHandle>>,
    stopped: AtomicBool,
}

/// What the lock guards.
#[derive(Debug)]
pub(super) struct Inside {
    pub workspace: Workspace,
    pub sockets: Sockets,
    pub faults: Faults,
}

/// A condition that did not come true within its bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimedOut {
    pub bound: Duration,
    /// The last changes, for the reader of a failed test.
    pub lately: Vec<String>,
}

impl fmt::Display for TimedOut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "nothing of the kind within {:?}; lately: {}", self.bound, self.lately.join("; "))
    }
}

impl std::error::Error for TimedOut {}

impl Slack {
    /// The model of `builder` without a listener; `listen` opens its doors.
    pub fn new(builder: Builder) -> Self {
        let (ack_within, redelivery, seed) = (builder.ack_within, builder.redelivery, builder.seed);
        let workspace = builder.workspace();
        let clock = workspace.clock.clone();
        let inside = Inside { workspace, sockets: Sockets::seeded(seed), faults: Faults::default() };
        let inner = Inner {
            inside: Mutex::new(inside),
            changed: watch::Sender::new(0),
            gate: watch::Sender::new(0),
            clock,
            ack_within,
            redelivery,
            address: OnceLock::new(),
            tasks: Mutex::new(Vec::new()),
            stopped: AtomicBool::new(false),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The model of `builder`, listening on a free port of 127.0.0.1.
    pub async fn start(builder: Builder) -> std::io::Result<Self> {
        let slack = Self::new(builder);
        slack.listen(SocketAddr::from(([127, 0, 0, 1], 0)), axum::Router::new()).await?;
        Ok(slack)
    }

    /// Opens the doors at `address`; `beside` is served from the same listener (the page, for one).
    pub async fn listen(&self, address: SocketAddr, beside: axum::Router) -> std::io::Result<SocketAddr> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        // A second listener serves as well; links keep naming the first.
        let first = *self.inner.address.get_or_init(|| address);
        self.lock().workspace.base_url = format!("http://{first}");
        let router = http::router(self.clone()).merge(beside);
        self.spawn(http::serve(listener, router));
        Ok(address)
    }

    /// Closes the doors for good and cuts every connection; the state stays readable.
    pub fn stop(&self) {
        self.inner.stopped.store(true, Ordering::Relaxed);
        self.lock().sockets.cut_all();
        for task in self.tasks().drain(..) {
            task.abort();
        }
    }

    /// The base address, `http://127.0.0.1:PORT`; empty before `listen`.
    pub fn base_url(&self) -> String {
        self.lock().workspace.base_url.clone()
    }

    /// Where Web API methods are, without the trailing slash.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.base_url())
    }

    pub fn bot_token(&self) -> String {
        self.lock().workspace.bot_token.clone()
    }

    pub fn app_token(&self) -> String {
        self.lock().workspace.app_token.clone()
    }

    pub fn clock(&self) -> &MovableClock {
        &self.inner.clock
    }

    /// Reads the state under its lock; keep it short.
    pub fn read<R>(&self, look: impl FnOnce(&Workspace) -> R) -> R {
        look(&self.lock().workspace)
    }

    /// Waits until `condition` finds what it looks for, looking again after every change.
    pub async fn wait_for<R>(
        &self,
        bound: Duration,
        mut condition: impl FnMut(&Workspace) -> Option<R>,
    ) -> Result<R, TimedOut> {
        self.until(bound, |inside| condition(&inside.workspace)).await
    }

    pub(super) async fn until<R>(
        &self,
        bound: Duration,
        mut condition: impl FnMut(&Inside) -> Option<R>,
    ) -> Result<R, TimedOut> {
        let mut changed = self.inner.changed.subscribe();
        let looking = async {
            loop {
                changed.borrow_and_update();
                let found = condition(&self.lock());
                if let Some(found) = found {
                    return found;
                }
                // The sender lives as long as this handle.
                let _ = changed.changed().await;
            }
        };
        let found = tokio::time::timeout(bound, looking).await;
        found.map_err(|_| TimedOut { bound, lately: self.read(Workspace::lately) })
    }

    /// Waits until this many Socket Mode connections have been greeted.
    pub async fn wait_for_connections(&self, count: usize, bound: Duration) -> Result<(), TimedOut> {
        self.until(bound, |inside| (inside.sockets.count() == count).then_some(())).await
    }

    /// Rings after every change: for a page that shows the state.
    pub fn bell(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    /// How many Socket Mode connections are open.
    pub fn connections(&self) -> usize {
        self.lock().sockets.count()
    }

    /// Changes the state, then carries the events that came of it to the app, in order.
    /// Sets what the app's token may do, as the answer to `auth.test` tells it.
    pub fn grant(&self, scopes: &[&str]) {
        let (_, _) = self.change(|inside| {
            inside.workspace.bot.scopes = scopes.iter().map(|&scope| scope.to_owned()).collect();
        });
    }

    pub(super) fn change<R>(&self, change: impl FnOnce(&mut Inside) -> R) -> (R, Vec<watch::Receiver<Fate>>) {
        let (result, followed) = {
            let mut inside = self.lock();
            let result = change(&mut inside);
            let events = std::mem::take(&mut inside.workspace.outgoing);
            let followed: Vec<_> = events.iter().map(|event| inside.send_event(event)).collect();
            (result, followed)
        };
        self.ring();
        let mut fates = Vec::new();
        for delivery in followed {
            fates.push(delivery.fate.subscribe());
            if self.inner.redelivery == Redelivery::On {
                self.spawn(self.clone().follow(delivery));
            }
        }
        (result, fates)
    }

    pub(super) fn is_stopped(&self) -> bool {
        self.inner.stopped.load(Ordering::Relaxed)
    }

    pub(super) fn ring(&self) {
        self.inner.changed.send_modify(|count| *count += 1);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inner.inside.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let handle = tokio::spawn(task).abort_handle();
        let mut tasks = self.tasks();
        tasks.retain(|task| !task.is_finished());
        tasks.push(handle);
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<AbortHandle>> {
        self.inner.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
