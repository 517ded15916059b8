//! Arithmetic in open time: every clock of a desk runs only while the desk is open.

use super::schedule::Schedule;
use crate::zone::Timestamp;
use chrono::Duration;

impl Schedule {
    /// Whether it is open at that instant.
    pub fn is_open(&self, _at: Timestamp) -> bool {
        todo!()
    }

    /// `at` itself while open, else the next opening; none when it does not open within five years.
    pub fn next_opening(&self, _at: Timestamp) -> Option<Timestamp> {
        todo!()
    }

    /// When the span open at `at` ends; none when closed at `at`, or when it does not close within five years.
    pub fn next_closing(&self, _at: Timestamp) -> Option<Timestamp> {
        todo!()
    }

    /// The instant at which `length` of open time has passed since `start`. A length that ends exactly at
    /// closing is due at closing; zero (or less) while closed is due at the next opening. None when there is
    /// not that much open time within five years.
    pub fn add_open(&self, _start: Timestamp, _length: Duration) -> Option<Timestamp> {
        todo!()
    }

    /// How much open time lies between two instants; zero when `until` is not after `from`.
    pub fn open_between(&self, _from: Timestamp, _until: Timestamp) -> Duration {
        todo!()
    }
}
