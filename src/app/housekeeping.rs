//! What is done once an hour: an export, so that a damaged disk costs an hour at most, and old cases go.

use crate::clock::{Clock, Length, Timestamp};
use crate::config::Config;
use crate::engine::Engine;
use crate::engine::activity::Stop;
use crate::id::DeskKey;
use crate::store::{Ages, Pruning, SledStore, Store};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

const EVERY: Duration = Duration::from_secs(3600);
/// Between two pages of old cases: whoever writes meanwhile waits for one page at most.
const PAUSE: Duration = Duration::from_millis(25);

/// Writes the export beside the store, for ever.
pub(super) async fn export_hourly(store: SledStore) {
    loop {
        tokio::time::sleep(EVERY).await;
        match store.write_export().await {
            Ok((_, lines)) => tracing::debug!(lines, "the export was written"),
            Err(error) => tracing::warn!(%error, "the export could not be written"),
        }
    }
}

/// How long closed cases are kept: for all, and on desks that say so themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Retention {
    all: Option<Length>,
    desks: BTreeMap<DeskKey, Length>,
}

impl Retention {
    pub(super) fn of(config: &Config) -> Arc<Self> {
        let desks = config.settings.iter();
        Arc::new(Self {
            all: config.retention,
            desks: desks.filter_map(|(desk, set)| Some((desk.clone(), set.retention?))).collect(),
        })
    }

    /// What is old at this instant.
    pub(super) fn ages(&self, now: Timestamp) -> Ages {
        Ages {
            all: self.all.map(|kept| now - kept.delta()),
            desks: self.desks.iter().map(|(desk, kept)| (desk.clone(), now - kept.delta())).collect(),
        }
    }
}

/// Removes old cases while the bot runs.
pub(super) struct Pruner<S, C> {
    pub(super) engine: Engine<S, C>,
    pub(super) stop: Stop,
    /// What a reload replaces.
    pub(super) kept_for: watch::Receiver<Arc<Retention>>,
}

impl<S: Store, C: Clock> Pruner<S, C> {
    /// Every hour of the clock, and at once when the configuration changed; until told to stop.
    pub(super) async fn run(mut self) {
        loop {
            let retention = Arc::clone(&self.kept_for.borrow_and_update());
            let now = self.engine.clock().now();
            self.prune(&retention.ages(now)).await;
            tokio::select! {
                () = self.engine.clock().sleep_until(now + Length::hours(1).delta()) => {}
                changed = self.kept_for.changed() => if changed.is_err() { return },
                () = self.stop.stopped() => return,
            }
        }
    }

    async fn prune(&self, ages: &Ages) {
        let (mut gone, mut after) = (0, None);
        while !ages.is_never() && !self.stop.is_stopped() {
            match self.engine.store().prune(ages, Pruning::Remove, after).await {
                Ok(pruned) => {
                    gone += pruned.cases.len();
                    after = pruned.next;
                }
                Err(error) => {
                    tracing::warn!(%error, "old cases could not be removed; it is tried again in an hour");
                    return;
                }
            }
            if after.is_none() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        if gone > 0 {
            tracing::info!(cases = gone, "closed cases that were older than `retention` were removed");
        }
    }
}
