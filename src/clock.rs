//! The only file that reads the time: the wall, which may jump, and the monotonic clock, which may not.

#![expect(clippy::disallowed_methods, reason = "the ban of clippy.toml sends everybody else here")]

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// An instant on the wall clock, in UTC.
pub type Timestamp = DateTime<Utc>;

/// Where the time comes from. `now` is for everything people see and everything that is kept;
/// `monotonic` is for sockets, limits and leases within one life of the process.
pub trait Clock: Clone + Send + Sync + 'static {
    fn now(&self) -> Timestamp;

    /// By the clock of the runtime, so that all waits agree with it, also where a test lets time fly.
    fn monotonic(&self) -> std::time::Instant {
        Instant::now().into_std()
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

/// A length of time in whole seconds, written as people do: `90s`, `5m`, `1h 30m`, `2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Length(u32);

/// The longest length that means anything here: a year and a day. More is a slip of the finger.
const LONGEST: u64 = 366 * 24 * 3600;

impl Length {
    pub const ZERO: Self = Self(0);

    pub const fn seconds(seconds: u32) -> Self {
        Self(seconds)
    }

    pub const fn minutes(minutes: u32) -> Self {
        Self(minutes * 60)
    }

    pub const fn hours(hours: u32) -> Self {
        Self(hours * 3600)
    }

    pub const fn as_secs(self) -> u32 {
        self.0
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// For arithmetic on instants.
    pub fn delta(self) -> chrono::TimeDelta {
        chrono::TimeDelta::seconds(i64::from(self.0))
    }

    /// For limits on the monotonic clock.
    pub fn duration(self) -> Duration {
        Duration::from_secs(u64::from(self.0))
    }

    /// This length doubled `times` times, at most `cap`.
    pub fn doubled(self, times: u32, cap: Self) -> Self {
        let grown = u64::from(self.0) << times.min(24);
        Self(u32::try_from(grown).unwrap_or(u32::MAX)).min(cap.max(self))
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let parts =
            [(self.0 / 86400, "d"), (self.0 / 3600 % 24, "h"), (self.0 / 60 % 60, "m"), (self.0 % 60, "s")];
        let shown: Vec<String> =
            parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
        f.write_str(if shown.is_empty() { "0s".to_owned() } else { shown.join(" ") }.as_str())
    }
}

impl std::str::FromStr for Length {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let length = humantime::parse_duration(text).map_err(|_| {
            format!("`{text}` is not a length of time\nhint: write `90s`, `5m`, `1h 30m` or `2d`")
        })?;
        if length.subsec_nanos() > 0 {
            return Err(format!("`{text}` is finer than a second\nhint: write whole seconds, such as `1s`"));
        }
        if length.as_secs() > LONGEST {
            return Err(format!("`{text}` is longer than a year\nhint: write at most `366d`"));
        }
        Ok(Self(u32::try_from(length.as_secs()).unwrap_or(u32::MAX)))
    }
}

impl Serialize for Length {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl schemars::JsonSchema for Length {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Length".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "A length of time: `90s`, `5m`, `1h 30m`, `2d`.",
            "examples": ["90s", "5m", "1h 30m", "2d"],
        })
    }
}
