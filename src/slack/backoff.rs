//! How long to wait before the next dial: at once, then longer and longer, and never a storm.

use super::limits::Limits;
use std::time::Duration;

/// So many connections in a row that died young may be redialled at once.
const SHORT_LIVES_MAX: u32 = 3;

#[derive(Debug)]
pub(super) struct Backoff {
    limits: Limits,
    dials: u32,
    short_lives: u32,
    at_least: Duration,
}

impl Backoff {
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, dials: 0, short_lives: 0, at_least: Duration::ZERO }
    }

    /// The wait before the next dial: none, then 1, 2, 4 … 30 s, each up to a fifth shorter;
    /// `chance` is below 1000.
    pub(super) fn next(&mut self, chance: u32) -> Duration {
        let wait = match self.dials {
            0 => Duration::ZERO,
            dials => self.limits.redial_first.saturating_mul(1 << (dials - 1).min(16)),
        };
        self.dials = self.dials.saturating_add(1);
        let wait = wait.min(self.limits.redial_most);
        let wait = wait - wait * (chance % 1000) / 5000;
        wait.max(std::mem::take(&mut self.at_least))
    }

    /// The next dial comes no sooner.
    pub(super) fn at_least(&mut self, wait: Duration) {
        self.at_least = self.at_least.max(wait);
    }

    /// A connection said hello; unless those before it died young, all is forgotten.
    pub(super) fn hello(&mut self) {
        if self.short_lives < SHORT_LIVES_MAX {
            self.dials = 0;
        }
    }

    /// A connection ended after so long.
    pub(super) fn lived(&mut self, long: Duration) {
        if long < self.limits.short_life {
            self.short_lives = self.short_lives.saturating_add(1);
        } else {
            self.short_lives = 0;
            self.dials = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(backoff: &mut Backoff, count: usize) -> Vec<u64> {
        (0..count).map(|_| backoff.next(0).as_secs()).collect()
    }

    #[test]
    fn the_first_dial_is_at_once_and_the_others_ever_later() {
        let mut backoff = Backoff::new(Limits::default());
        assert_eq!(waits(&mut backoff, 8), [0, 1, 2, 4, 8, 16, 30, 30]);
        backoff.hello();
        assert_eq!(waits(&mut backoff, 3), [0, 1, 2]);
    }

    #[test]
    fn chance_shortens_a_wait_by_a_fifth_at_most() {
        let mut backoff = Backoff::new(Limits::default());
        backoff.next(999);
        let wait = backoff.next(999);
        assert!(wait > Duration::from_millis(800) && wait < Duration::from_millis(801), "{wait:?}");
    }

    #[test]
    fn slack_may_ask_for_a_longer_wait_once() {
        let mut backoff = Backoff::new(Limits::default());
        backoff.at_least(Duration::from_secs(30));
        assert_eq!(waits(&mut backoff, 3), [30, 1, 2]);
    }

    #[test]
    fn connections_that_die_young_are_no_successes() {
        let mut backoff = Backoff::new(Limits::default());
        let mut waited = Vec::new();
        for _ in 0..6 {
            waited.push(backoff.next(0).as_secs());
            backoff.hello();
            backoff.lived(Duration::from_millis(10));
        }
        assert_eq!(waited, [0, 0, 0, 0, 1, 2]);
        backoff.lived(Duration::from_secs(60));
        assert_eq!(waits(&mut backoff, 1), [0]);
    }
}
