//! Whose turn it is: how fast Slack may be spoken to, per channel and per method.

use super::lenient::Said;
use crate::clock::Clock;
use crate::id::ChannelId;
use crate::view::call::Urgency;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a request counts against.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Toll {
    /// Messages and edits in one channel: one a second, bursts of three.
    Channel(ChannelId),
    /// All posts of the bot together: five a second, bursts of twenty.
    Posts,
    /// One method, at the rate of its tier.
    Method(&'static str, Tier),
}

/// Slack's tiers: requests a minute, per method and workspace (docs: rate limits).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tier {
    /// 20 a minute.
    Two,
    /// 50 a minute.
    Three,
    /// 100 a minute.
    Four,
}

/// What the wait for a turn came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Now,
    /// The wait would be longer than there is patience for.
    Later(Duration),
}

/// Above so many gates, those at rest are forgotten.
const GATES_MAX: usize = 1024;

/// Keeps the pace of everything that is sent with one token. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Pace<C> {
    clock: C,
    gates: Option<Arc<Mutex<Gates>>>,
}

impl<C: Clock> Pace<C> {
    /// Slack's own limits, kept with a margin.
    pub fn new(clock: C) -> Self {
        Self { clock, gates: Some(Arc::default()) }
    }

    /// No limits but those that Slack itself answers with.
    pub fn unlimited(clock: C) -> Self {
        Self { clock, gates: None }
    }

    /// Waits for a turn at every one of `tolls`, the more urgent first.
    pub(super) async fn turn(&self, tolls: &[Toll], urgency: Urgency, patience: Duration) -> Turn {
        let Some(gates) = &self.gates else { return Turn::Now };
        let began = self.clock.monotonic();
        let ticket = lock(gates).ticket(urgency);
        let _place = Place { gates, tolls, ticket };
        lock(gates).line_up(tolls, ticket);
        loop {
            let now = self.clock.monotonic();
            let Err(wait) = lock(gates).enter(tolls, ticket, now) else {
                metrics::histogram!("firstline_pacing_seconds").record((now - began).as_secs_f64());
                return Turn::Now;
            };
            if now - began + wait > patience {
                return Turn::Later(wait);
            }
            tokio::time::sleep(wait).await;
        }
    }

    /// Slack said to wait.
    pub(super) fn hold(&self, toll: &Toll, wait: Duration) {
        if let Some(gates) = &self.gates {
            let until = self.clock.monotonic() + wait;
            lock(gates).gate(toll).closed_until = Some(until);
        }
    }
}

fn lock(gates: &Mutex<Gates>) -> MutexGuard<'_, Gates> {
    gates.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A place in the queue of each gate, given up when the wait ends in whatever way.
struct Place<'a> {
    gates: &'a Mutex<Gates>,
    tolls: &'a [Toll],
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        lock(self.gates).leave(self.tolls, self.ticket);
    }
}

/// The more urgent first, then the earlier.
type Ticket = (Urgency, u64);

#[derive(Debug, Default)]
struct Gates {
    tickets: u64,
    gates: BTreeMap<Toll, Gate>,
}

/// One limit: a steady interval between passages, some of which may come in a burst.
#[derive(Debug, Default)]
struct Gate {
    /// When the burst is used up as far as it was used; `None` before the first passage.
    owed_until: Option<Instant>,
    closed_until: Option<Instant>,
    waiting: BTreeSet<Ticket>,
}

impl Gates {
    fn ticket(&mut self, urgency: Urgency) -> Ticket {
        self.tickets += 1;
        (urgency, self.tickets)
    }

    fn gate(&mut self, toll: &Toll) -> &mut Gate {
        self.gates.entry(toll.clone()).or_default()
    }

    fn line_up(&mut self, tolls: &[Toll], ticket: Ticket) {
        for toll in tolls {
            self.gate(toll).waiting.insert(ticket);
        }
    }

    fn leave(&mut self, tolls: &[Toll], ticket: Ticket) {
        for toll in tolls {
            self.gate(toll).waiting.remove(&ticket);
        }
    }

    /// Passes all gates or none.
    fn enter(&mut self, tolls: &[Toll], ticket: Ticket, now: Instant) -> Result<(), Duration> {
        if self.gates.len() > GATES_MAX {
            self.gates.retain(|_, gate| !gate.is_at_rest(now).yes());
        }
        let wait = tolls.iter().map(|toll| self.gate(toll).wait(toll, ticket, now)).max().unwrap_or_default();
        if !wait.is_zero() {
            return Err(wait);
        }
        for toll in tolls {
            let (every, _) = toll.rate();
            let gate = self.gate(toll);
            gate.owed_until = Some(gate.owed_until.map_or(now, |owed| owed.max(now)) + every);
            gate.waiting.remove(&ticket);
        }
        Ok(())
    }
}

impl Gate {
    fn wait(&self, toll: &Toll, ticket: Ticket, now: Instant) -> Duration {
        let (every, burst) = toll.rate();
        let before = self.waiting.iter().take_while(|other| **other < ticket).count();
        let ahead = u32::try_from(before).unwrap_or(u32::MAX);
        let owed = self.owed_until.map_or(Duration::ZERO, |owed| owed.saturating_duration_since(now));
        let paced = (owed + every.saturating_mul(ahead)).saturating_sub(every * (burst - 1));
        let closed = self.closed_until.map_or(Duration::ZERO, |until| until.saturating_duration_since(now));
        paced.max(closed)
    }

    fn is_at_rest(&self, now: Instant) -> Said {
        let past = |at: Option<Instant>| at.is_none_or(|at| at <= now);
        if self.waiting.is_empty() && past(self.owed_until) && past(self.closed_until) {
            Said::Yes
        } else {
            Said::No
        }
    }
}

impl Toll {
    /// The interval between passages, and how many may come at once.
    fn rate(&self) -> (Duration, u32) {
        match self {
            Self::Channel(_) => (Duration::from_secs(1), 3),
            Self::Posts => (Duration::from_millis(200), 20),
            Self::Method(_, Tier::Two) => (Duration::from_secs(3), 10),
            Self::Method(_, Tier::Three) => (Duration::from_millis(1200), 20),
            Self::Method(_, Tier::Four) => (Duration::from_millis(600), 40),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::{Clock, SystemClock};

    const SECOND: Duration = Duration::from_secs(1);

    fn here() -> [Toll; 1] {
        [Toll::Channel(ChannelId::new("C1"))]
    }

    fn pass(gates: &mut Gates, urgency: Urgency, now: Instant) -> Result<(), Duration> {
        let ticket = gates.ticket(urgency);
        gates.line_up(&here(), ticket);
        let passed = gates.enter(&here(), ticket, now);
        gates.leave(&here(), ticket);
        passed
    }

    #[test]
    fn a_channel_takes_three_at_once_and_then_one_a_second() {
        let (mut gates, start) = (Gates::default(), SystemClock.monotonic());
        for _ in 0..3 {
            assert_eq!(pass(&mut gates, Urgency::Word, start), Ok(()));
        }
        assert_eq!(pass(&mut gates, Urgency::Word, start), Err(SECOND));
        assert_eq!(pass(&mut gates, Urgency::Word, start + SECOND), Ok(()));
        assert_eq!(pass(&mut gates, Urgency::Word, start + SECOND), Err(SECOND));
        for _ in 0..3 {
            assert_eq!(pass(&mut gates, Urgency::Word, start + 9 * SECOND), Ok(()));
        }
        assert_eq!(pass(&mut gates, Urgency::Word, start + 9 * SECOND), Err(SECOND));
    }

    #[test]
    fn a_ping_overtakes_the_edits_that_wait() {
        let (mut gates, start) = (Gates::default(), SystemClock.monotonic());
        for _ in 0..3 {
            assert_eq!(pass(&mut gates, Urgency::Word, start), Ok(()));
        }
        let edit = gates.ticket(Urgency::Edit);
        gates.line_up(&here(), edit);
        assert_eq!(gates.enter(&here(), edit, start), Err(SECOND));
        let ping = gates.ticket(Urgency::Ping);
        gates.line_up(&here(), ping);
        assert_eq!(gates.enter(&here(), edit, start + SECOND), Err(SECOND));
        assert_eq!(gates.enter(&here(), ping, start + SECOND), Ok(()));
        assert_eq!(gates.enter(&here(), edit, start + 2 * SECOND), Ok(()));
    }

    #[test]
    fn one_channels_pace_is_not_anothers() {
        let (mut gates, start) = (Gates::default(), SystemClock.monotonic());
        for _ in 0..3 {
            assert_eq!(pass(&mut gates, Urgency::Word, start), Ok(()));
        }
        let there = [Toll::Channel(ChannelId::new("C2"))];
        let ticket = gates.ticket(Urgency::Edit);
        gates.line_up(&there, ticket);
        assert_eq!(gates.enter(&there, ticket, start), Ok(()));
    }

    #[test]
    fn what_slack_closed_stays_closed_as_long_as_it_said() {
        let (mut gates, start) = (Gates::default(), SystemClock.monotonic());
        gates.gate(&here()[0]).closed_until = Some(start + 7 * SECOND);
        assert_eq!(pass(&mut gates, Urgency::Ping, start), Err(7 * SECOND));
        assert_eq!(pass(&mut gates, Urgency::Ping, start + 7 * SECOND), Ok(()));
    }

    #[tokio::test]
    async fn without_patience_it_comes_again_later() {
        let pace = Pace::new(SystemClock);
        for _ in 0..3 {
            assert_eq!(pace.turn(&here(), Urgency::Word, Duration::ZERO).await, Turn::Now);
        }
        assert!(matches!(pace.turn(&here(), Urgency::Ping, Duration::ZERO).await, Turn::Later(_)));
        let free = Pace::unlimited(SystemClock);
        for _ in 0..9 {
            assert_eq!(free.turn(&here(), Urgency::Word, Duration::ZERO).await, Turn::Now);
        }
    }
}
