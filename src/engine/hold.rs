//! Cases whose deadlines wait: after an absence nobody is pinged before their thread is read, for a minute.

use crate::id::CaseId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// The cases that are held, each until an instant of the monotonic clock at most.
#[derive(Debug, Default)]
pub struct Held {
    cases: Mutex<Cases>,
    changes: watch::Sender<u64>,
}

#[derive(Debug, Default)]
struct Cases {
    until: BTreeMap<CaseId, Instant>,
    /// Nobody is released by itself before this: they are counted far more often than any minute ends.
    first: Option<Instant>,
}

impl Held {
    pub fn hold(&self, cases: impl IntoIterator<Item = CaseId>, until: Instant) {
        let mut held = self.lock();
        held.until.extend(cases.into_iter().map(|case| (case, until)));
        held.first = Some(held.first.map_or(until, |first| first.min(until)));
        drop(held);
        self.tell();
    }

    pub fn release(&self, case: &CaseId) {
        if self.lock().until.remove(case).is_some() {
            self.tell();
        }
    }

    /// Releases everybody whose minute is over, and returns how many are held still.
    pub fn count(&self, now: Instant) -> usize {
        let mut cases = self.lock();
        let before = cases.until.len();
        if cases.first.is_none_or(|first| first > now) {
            return before;
        }
        cases.until.retain(|_, until| *until > now);
        cases.first = cases.until.values().min().copied();
        let after = cases.until.len();
        drop(cases);
        if after != before {
            self.tell();
        }
        after
    }

    pub fn is_held(&self, case: &CaseId, now: Instant) -> bool {
        self.lock().until.get(case).is_some_and(|until| *until > now)
    }

    /// Resolves at the next hold or release, counted from this call.
    pub fn changed(&self) -> impl Future<Output = ()> + use<> {
        let mut seen = self.changes.subscribe();
        seen.mark_unchanged();
        async move {
            // The sender lives as long as any engine; without one there is nothing to wait for.
            let _closed = seen.changed().await;
        }
    }

    fn tell(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Cases> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
