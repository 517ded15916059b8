//! Cases whose deadlines wait: after an absence nobody is pinged before their thread is read, for a minute.

use crate::id::CaseId;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tokio::sync::watch;

/// The cases that are held, each until an instant of the monotonic clock at most.
#[derive(Debug, Default)]
pub struct Held {
    cases: Mutex<BTreeMap<CaseId, Instant>>,
    changes: watch::Sender<u64>,
}

impl Held {
    pub fn hold(&self, cases: impl IntoIterator<Item = CaseId>, until: Instant) {
        self.lock().extend(cases.into_iter().map(|case| (case, until)));
        self.tell();
    }

    pub fn release(&self, case: &CaseId) {
        if self.lock().remove(case).is_some() {
            self.tell();
        }
    }

    /// Releases everybody whose minute is over, and returns how many are held still.
    pub fn count(&self, now: Instant) -> usize {
        let mut cases = self.lock();
        let before = cases.len();
        cases.retain(|_, until| *until > now);
        let after = cases.len();
        drop(cases);
        if after != before {
            self.tell();
        }
        after
    }

    pub fn is_held(&self, case: &CaseId, now: Instant) -> bool {
        self.lock().get(case).is_some_and(|until| *until > now)
    }

    /// When the first of them is released by itself.
    pub fn next_release(&self) -> Option<Instant> {
        self.lock().values().min().copied()
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

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<CaseId, Instant>> {
        self.cases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
