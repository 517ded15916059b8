//! Time passing: sleeps to the earliest deadline in the store and handles what has come due.

use super::activity::Stop;
use super::{AT_ONCE, Engine, measure};
use crate::clock::{Clock, Timestamp};
use crate::domain::event::{Event, Subject, What};
use crate::store::Store;
use futures_util::StreamExt as _;
use metrics::counter;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// How long a subject is left alone whose deadline could not be moved.
const LEFT_ALONE_FOR: Duration = Duration::from_secs(5);
/// How often deadlines are looked at while cases are held or left alone: the earliest row may be theirs.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Runs until stopped; never ends by itself.
pub async fn run<S: Store, C: Clock>(engine: Engine<S, C>, stop: Stop) {
    let mut left = Left::default();
    while !stop.is_stopped() {
        let changed = std::pin::pin!(engine.store().changed());
        let mut changed = changed;
        // The first poll registers the listener; what changes after it cannot be missed.
        tokio::select! {
            biased;
            () = &mut changed => continue,
            () = std::future::ready(()) => {}
        }
        if handle_due(&engine, &mut left).await == Found::Some {
            continue;
        }
        let held = engine.held().changed();
        let passed_over = !left.alone.is_empty() || engine.held().count(engine.clock().monotonic()) > 0;
        let next = engine.store().next_due();
        tokio::select! {
            () = changed => {}
            () = held => {}
            () = stop.stopped() => {}
            () = tokio::time::sleep(LOOK_EVERY), if passed_over => {}
            () = sleep_until(&engine, next), if !passed_over => {}
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Found {
    Some,
    Nothing,
}

/// Handles one batch of what is due, but for those held or left alone.
async fn handle_due<S: Store, C: Clock>(engine: &Engine<S, C>, left: &mut Left) -> Found {
    let (now, tick) = (engine.clock().now(), engine.clock().monotonic());
    left.alone.retain(|_, until| *until > tick);
    let limit = AT_ONCE + left.alone.len() + engine.held().count(tick);
    let mut due = engine.store().due(now, limit);
    due.retain(|(subject, _)| !left.alone.contains_key(subject) && !is_held(engine, subject, tick));
    if due.is_empty() {
        return Found::Nothing;
    }
    let _busy = engine.activity().begin();
    let work = futures_util::stream::iter(due.clone())
        .map(|(subject, at)| handle_one(engine, subject, at, now))
        .buffer_unordered(AT_ONCE);
    work.collect::<()>().await;
    leave_alone(engine, &due, now, tick, left);
    Found::Some
}

async fn handle_one<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    subject: Subject,
    at: Timestamp,
    now: Timestamp,
) {
    let event = Event { keys: Vec::new(), at: at.min(now), what: What::Due };
    if let Err(error) = engine.handle(&event, Some(&subject)).await {
        tracing::warn!(?subject, %error, "a deadline came and could not be handled");
    }
}

/// Those whose deadlines do not move.
#[derive(Default)]
struct Left {
    /// Left alone until then.
    alone: BTreeMap<Subject, Instant>,
    /// Due still after they were handled: perhaps only because another woke them at that same instant.
    suspects: BTreeMap<Subject, Timestamp>,
}

/// Whoever is due still, at the same instant as before, and again when handled once more, is left alone for a
/// while.
fn leave_alone<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    handled: &[(Subject, Timestamp)],
    now: Timestamp,
    tick: Instant,
    left: &mut Left,
) {
    let still = engine.store().due(now, AT_ONCE + left.alone.len() + handled.len());
    let suspects = std::mem::take(&mut left.suspects);
    for (subject, at) in still.into_iter().filter(|row| handled.contains(row)) {
        if suspects.get(&subject) == Some(&at) {
            tracing::warn!(?subject, due = %at, "a deadline stands still");
            counter!(measure::STANDING_STILL).increment(1);
            left.alone.insert(subject, tick + LEFT_ALONE_FOR);
        } else {
            left.suspects.insert(subject, at);
        }
    }
}

fn is_held<S: Store, C: Clock>(engine: &Engine<S, C>, subject: &Subject, tick: Instant) -> bool {
    match subject {
        Subject::Case(case) => engine.held().is_held(case, tick),
        Subject::Person(_) | Subject::Desk(_) => false,
    }
}

async fn sleep_until<S: Store, C: Clock>(engine: &Engine<S, C>, at: Option<Timestamp>) {
    match at {
        Some(at) => engine.clock().sleep_until(at).await,
        None => std::future::pending().await,
    }
}
