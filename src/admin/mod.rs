//! The commands of the program, one file each; `main` only chooses among them.

pub mod check;
pub mod gaps;
pub mod logging;
pub mod manifest;
pub mod outcome;
pub mod rehearse;
pub mod schema;
pub mod text;
pub mod version;
pub mod who;
