//! A sign of life for an outside watch, sent only while the bot is ready: when nothing comes, the watch raises the alarm.

use crate::clock::Clock;
use crate::config::Heartbeat;
use crate::connect::Beat;
use crate::engine::Engine;
use crate::store::Store;
use crate::web::health::{Health, Readiness};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use tokio::sync::watch;

/// Sends what the configuration wants, for ever: each watch at its own pace.
pub(super) async fn run<S: Store, C: Clock>(
    engine: Engine<S, C>,
    health: Arc<Health>,
    mut wanted: watch::Receiver<Vec<Heartbeat>>,
) {
    let (beat, clock) = (Beat::default(), engine.clock().clone());
    loop {
        let watches = wanted.borrow_and_update().clone();
        let mut due = vec![clock.now(); watches.len()];
        loop {
            for (watch, due) in watches.iter().zip(&mut due) {
                if *due <= clock.now() {
                    *due = clock.now() + watch.every.delta();
                    tell(&beat, watch, &health.readiness(&engine)).await;
                }
            }
            let next = async {
                match due.iter().min() {
                    Some(next) => clock.sleep_until(*next).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = next => {}
                changed = wanted.changed() => if changed.is_err() { return } else { break },
            }
        }
    }
}

async fn tell(beat: &Beat, watch: &Heartbeat, readiness: &Readiness) {
    if !readiness.ready {
        tracing::warn!(why = ?readiness.why, "no heartbeat is sent, because the bot is not ready");
        return;
    }
    let told = beat.send(watch.url.expose_secret()).await;
    let heard = if told.is_ok() { "yes" } else { "no" };
    metrics::counter!("firstline_heartbeats_total", "heard" => heard).increment(1);
    if let Err(why) = told {
        tracing::warn!(%why, "the outside watch did not hear the heartbeat");
    }
}
