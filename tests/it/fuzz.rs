//! Random input by grammars of its own kind: envelopes, posts, calendars, configuration, words. Nothing panics, nothing
//! hangs, nothing grows beyond its input. What was found is kept beside each.
//!
//! `FIRSTLINE_FUZZ=5000 cargo test --test it fuzz` tries so many of each.

mod calendars;
mod configuration;
mod envelopes;
mod posts;
mod words;

use firstline::clock::{Clock as _, SystemClock};
use proptest::test_runner::Config;
use std::time::Duration;

/// Far more than any of them needs, far less than anything that grows with the square.
const LONGEST: Duration = Duration::from_secs(5);

/// How many of each are tried: `usually`, unless it is asked for more.
fn cases(usually: u32) -> Config {
    let asked = std::env::var("FIRSTLINE_FUZZ").ok().and_then(|many| many.parse().ok());
    // What fails is kept as a case of its own, in words.
    Config { failure_persistence: None, ..Config::with_cases(asked.unwrap_or(usually)) }
}

/// Runs this within its time.
fn in_time<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let began = SystemClock.monotonic();
    let done = work();
    let took = SystemClock.monotonic().duration_since(began);
    assert!(took < LONGEST, "it took {took:?}: {what}");
    done
}
