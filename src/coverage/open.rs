//! Arithmetic in open time: every clock of a desk runs only while the desk is open.

use super::schedule::Schedule;
use super::span::Span;
use crate::zone::Timestamp;
use chrono::{Duration, TimeDelta};

/// How far ahead an opening is looked for.
const HORIZON: TimeDelta = TimeDelta::days(5 * 366);
/// How much of the schedule is worked out at a time.
const STEP: TimeDelta = TimeDelta::days(10);

impl Schedule {
    /// Whether it is open at that instant.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let moment = Span::new(at, later(at, TimeDelta::milliseconds(1)));
        self.open_spans(moment).first().is_some_and(|span| span.contains(at))
    }

    /// `at` itself while open, else the next opening; none when it does not open within five years.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        steps(at).find_map(|step| self.open_spans(step).first().map(|span| span.from))
    }

    /// When the span open at `at` ends; none when closed at `at`, or when it does not close within five years.
    pub fn next_closing(&self, at: Timestamp) -> Option<Timestamp> {
        if self.never_closes() {
            return None;
        }
        for step in steps(at) {
            match self.open_spans(step).first() {
                Some(span) if span.from == step.from && span.until == step.until => {}
                Some(span) if span.from == step.from => return Some(span.until),
                Some(_) | None => return (step.from > at).then_some(step.from),
            }
        }
        None
    }

    /// The instant at which `length` of open time has passed since `start`. A length that ends exactly at
    /// closing is due at closing; zero (or less) while closed is due at the next opening. None when there is
    /// not that much open time within five years.
    pub fn add_open(&self, start: Timestamp, length: Duration) -> Option<Timestamp> {
        let mut left = length.max(Duration::zero());
        if self.never_closes() {
            return start.checked_add_signed(left);
        }
        for step in steps(start) {
            for span in self.open_spans(step) {
                if left <= span.length() {
                    return Some(span.from + left);
                }
                left -= span.length();
            }
        }
        None
    }

    /// How much open time lies between two instants; zero when `until` is not after `from`.
    pub fn open_between(&self, from: Timestamp, until: Timestamp) -> Duration {
        self.open_spans(Span::new(from, until)).iter().map(Span::length).sum()
    }
}

fn later(at: Timestamp, by: TimeDelta) -> Timestamp {
    at.checked_add_signed(by).unwrap_or(Timestamp::MAX_UTC)
}

/// Touching spans from `at` to the horizon.
fn steps(at: Timestamp) -> impl Iterator<Item = Span> {
    let end = later(at, HORIZON);
    let next = |span: &Span| Span::new(span.until, later(span.until, STEP));
    std::iter::successors(Some(Span::new(at, later(at, STEP))), move |span| Some(next(span)))
        .take_while(move |span| span.from < end)
}
