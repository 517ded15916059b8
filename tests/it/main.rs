//! The integration tests: one binary, one file per subject.

mod calls;
mod socket;
mod wire;
