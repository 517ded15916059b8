//! One binary for all integration tests: a module per subject.

mod reading;
mod texts;
mod wishes;
