//! Whether Slack takes posts: what the tries of the last minutes say.

use crate::clock::Timestamp;
use crate::domain::detour::Posting;
use chrono::TimeDelta;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// After this long without a further try nobody knows any more: tries come once a minute at least while any post waits.
const HOLDS_FOR: TimeDelta = TimeDelta::minutes(3);

/// What is known of posts.
#[derive(Debug, Default)]
pub struct Posts {
    failing: Mutex<Option<Failing>>,
    /// How often they began to fail.
    began: AtomicU64,
}

#[derive(Clone, Copy, Debug)]
struct Failing {
    since: Timestamp,
    /// The next try is no later than this, or nothing waits any more.
    known_until: Timestamp,
}

impl Posts {
    /// Slack took one.
    pub(super) fn taken(&self) {
        *self.lock() = None;
    }

    /// Slack did not take one; it is tried again after `wait`.
    pub(super) fn failed(&self, now: Timestamp, wait: Duration) {
        let mut failing = self.lock();
        if failing.is_none_or(|known| known.known_until < now) {
            self.began.fetch_add(1, Ordering::Relaxed);
        }
        let since = failing.filter(|known| known.known_until >= now).map_or(now, |known| known.since);
        let wait = TimeDelta::from_std(wait).unwrap_or(HOLDS_FOR);
        let known_until = (now + wait + HOLDS_FOR).max(failing.map_or(now, |known| known.known_until));
        // A clock that was set back does not make an outage of years.
        *failing = Some(Failing { since: since.min(now), known_until });
    }

    /// How often posts began to fail since the start: when it grows, whoever waits for one has to know.
    pub fn began(&self) -> u64 {
        self.began.load(Ordering::Relaxed)
    }

    /// Whether Slack takes posts at this instant, as far as is known.
    pub fn now(&self, now: Timestamp) -> Posting {
        match *self.lock() {
            Some(failing) if failing.known_until >= now => Posting::Failing { since: failing.since.min(now) },
            Some(_) | None => Posting::Taken,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Failing>> {
        self.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::Posts;
    use crate::clock::Timestamp;
    use crate::domain::detour::Posting;
    use chrono::TimeDelta;
    use std::time::Duration;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    #[test]
    fn an_outage_counts_from_its_first_failure_to_the_first_post_that_is_taken() {
        let posts = Posts::default();
        assert_eq!(posts.now(at(0)), Posting::Taken);
        for failed in [10, 11, 70, 130] {
            posts.failed(at(failed), Duration::from_secs(60));
        }
        assert_eq!(posts.now(at(300)), Posting::Failing { since: at(10) });
        posts.taken();
        assert_eq!(posts.now(at(301)), Posting::Taken);
        posts.failed(at(400), Duration::ZERO);
        assert_eq!(posts.now(at(400)), Posting::Failing { since: at(400) });
    }

    #[test]
    fn what_is_not_tried_any_more_says_nothing_of_later() {
        let posts = Posts::default();
        posts.failed(at(0), Duration::from_secs(1));
        assert_eq!(posts.now(at(240)), Posting::Taken, "whatever waited was taken back");
        posts.failed(at(3_600), Duration::from_secs(1));
        assert_eq!(posts.now(at(3_601)), Posting::Failing { since: at(3_600) });
    }
}
