//! The integration tests: one binary, one file per subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod calls;
mod queries;
mod scripted;
mod socket;
mod wire;
