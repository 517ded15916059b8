//! Everything that is tested through the crate's own doors, in one binary.

mod time;
