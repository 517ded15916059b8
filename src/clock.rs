//! The only file that reads the time: the wall, which may jump, and the monotonic clock, which may not.

use chrono::{DateTime, Utc};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// An instant on the wall clock, in UTC.
pub type Timestamp = DateTime<Utc>;

/// Where the time comes from. `now` is for everything people see and everything that is kept;
/// `monotonic` is for sockets, limits and leases within one life of the process.
pub trait Clock: Clone + Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    fn monotonic(&self) -> Instant {
        Instant::now()
    }

    /// Returns when the wall clock shows `at` or later, also when it got there by a jump.
    fn sleep_until(&self, at: Timestamp) -> impl Future<Output = ()> + Send;
}

/// The machine's own clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

/// The longest sleep before the wall clock is looked at again: a suspended machine wakes late,
/// and the monotonic clock under the sleep does not count the time it was away.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        Utc::now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        while let Ok(left) = (at - self.now()).to_std() {
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LONGEST_SLEEP)).await;
        }
    }
}

/// A wall clock that can be set, moved and stopped: the clock of rehearsals and tests.
#[derive(Clone, Debug)]
pub struct MovableClock {
    hands: Arc<Mutex<Hands>>,
    moved: watch::Sender<u64>,
}

#[derive(Clone, Copy, Debug)]
struct Hands {
    shown: Timestamp,
    since: Option<Instant>,
}

impl Hands {
    fn now(&self) -> Timestamp {
        let run = self.since.map_or(Duration::ZERO, |since| since.elapsed());
        self.shown + chrono::Duration::from_std(run).unwrap_or_default()
    }
}

impl MovableClock {
    /// Shows `at` and stands still.
    pub fn stopped(at: Timestamp) -> Self {
        Self::with(Hands { shown: at, since: None })
    }

    /// Shows `at` and runs on.
    pub fn running(at: Timestamp) -> Self {
        Self::with(Hands { shown: at, since: Some(Instant::now()) })
    }

    fn with(hands: Hands) -> Self {
        Self { hands: Arc::new(Mutex::new(hands)), moved: watch::Sender::new(0) }
    }

    /// Shows `at`; runs on if it ran before.
    pub fn set(&self, at: Timestamp) {
        self.turn(|hands| hands.shown = at);
    }

    /// Moves forward.
    pub fn advance(&self, by: chrono::Duration) {
        self.turn(|hands| hands.shown += by);
    }

    pub fn pause(&self) {
        self.turn(|hands| hands.since = None);
    }

    pub fn resume(&self) {
        self.turn(|hands| hands.since = Some(Instant::now()));
    }

    pub fn is_running(&self) -> bool {
        self.lock().since.is_some()
    }

    fn turn(&self, change: impl FnOnce(&mut Hands)) {
        {
            let mut hands = self.lock();
            hands.shown = hands.now();
            hands.since = hands.since.map(|_| Instant::now());
            change(&mut hands);
        }
        self.moved.send_modify(|turns| *turns += 1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Clock for MovableClock {
    fn now(&self) -> Timestamp {
        self.lock().now()
    }

    async fn sleep_until(&self, at: Timestamp) {
        let mut moved = self.moved.subscribe();
        loop {
            moved.borrow_and_update();
            let left = (at - self.now()).to_std().unwrap_or_default();
            if left.is_zero() {
                return;
            }
            // A stopped clock gets there by being moved alone.
            let wait = if self.is_running() { left } else { Duration::from_secs(3600) };
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                _ = moved.changed() => {}
            }
        }
    }
}
