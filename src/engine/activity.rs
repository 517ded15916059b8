//! What is being done at this moment, and the word to stop.

use std::time::{Duration, Instant};
use tokio::sync::watch;

/// Counts the work in hand; a test or a drain waits for none.
#[derive(Clone, Debug, Default)]
pub struct Activity {
    count: watch::Sender<usize>,
}

/// One piece of work; it ends when this is dropped.
#[derive(Debug)]
pub struct Busy {
    count: watch::Sender<usize>,
}

impl Activity {
    pub fn begin(&self) -> Busy {
        self.count.send_modify(|count| *count += 1);
        Busy { count: self.count.clone() }
    }

    pub fn is_idle(&self) -> bool {
        *self.count.borrow() == 0
    }

    /// Resolves at the next begin or end of a piece of work, counted from this call.
    pub fn changed(&self) -> impl Future<Output = ()> + use<> {
        let mut seen = self.count.subscribe();
        seen.mark_unchanged();
        async move {
            // The sender lives as long as any engine; without one there is nothing to wait for.
            let _closed = seen.changed().await;
        }
    }

    /// Returns when nothing is in hand.
    pub async fn idle(&self) {
        let mut count = self.count.subscribe();
        let _closed = count.wait_for(|count| *count == 0).await;
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.count.send_modify(|count| *count = count.saturating_sub(1));
    }
}

/// The word to stop, heard by every loop.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    said: watch::Sender<Option<Instant>>,
}

impl Stop {
    /// Says it; `now` is on the monotonic clock. The first time counts.
    pub fn stop(&self, now: Instant) {
        self.said.send_if_modified(|said| {
            let is_first = said.is_none();
            *said = said.or(Some(now));
            is_first
        });
    }

    pub fn is_stopped(&self) -> bool {
        self.said.borrow().is_some()
    }

    /// How long ago it was said; zero before.
    pub fn stopped_for(&self, now: Instant) -> Duration {
        self.said.borrow().map_or(Duration::ZERO, |said| now.saturating_duration_since(said))
    }

    /// Returns when the word was said, at once if it was said before.
    pub async fn stopped(&self) {
        let mut said = self.said.subscribe();
        let _closed = said.wait_for(Option::is_some).await;
    }
}
