//! A wall clock that is set back while the bot runs: found within seconds, and every wait is derived anew.

use super::Engine;
use super::activity::Stop;
use crate::clock::Clock;
use crate::store::Store;
use chrono::TimeDelta;
use std::time::Duration;

const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Clocks that are kept right are moved by less.
const WORTH_A_LOOK: TimeDelta = TimeDelta::seconds(2);

/// Runs until stopped. For a clock that is not moved on purpose.
pub async fn watch<S: Store, C: Clock>(engine: Engine<S, C>, stop: Stop) {
    let clock = engine.clock().clone();
    let (mut wall, mut tick) = (clock.now(), clock.monotonic());
    // It may have been set back while nobody looked.
    engine.store().set_back(wall);
    while !stop.is_stopped() {
        tokio::select! {
            () = tokio::time::sleep(LOOK_EVERY) => {}
            () = stop.stopped() => return,
        }
        let (now, later) = (clock.now(), clock.monotonic());
        let passed = TimeDelta::from_std(later - tick).unwrap_or(TimeDelta::MAX);
        let by = passed - (now - wall);
        (wall, tick) = (now, later);
        if by > WORTH_A_LOOK {
            tracing::warn!(
                seconds = by.num_seconds(),
                "the wall clock was set back; every wait is derived anew"
            );
            engine.store().set_back(now);
            engine.derive_anew(&stop).await;
        }
    }
}
