//! The commands of the program, one file each; `main` only chooses among them.
//!
//! What needs the store asks the running bot over its HTTP address, else opens the store itself.

pub mod ask;
pub mod backtest;
pub mod book;
mod bookings;
pub mod calendars;
pub mod case;
pub mod cases;
pub mod check;
pub mod dead_letters;
pub mod export_ics;
pub mod forget;
pub mod gaps;
pub mod kept;
pub mod live;
pub mod logging;
pub mod manifest;
pub mod online;
pub mod outcome;
pub mod prune;
pub mod rehearse;
pub mod report;
pub mod run;
pub mod schema;
pub mod secret;
pub mod stage;
pub mod text;
pub mod transcript;
pub mod transfer;
pub mod version;
pub mod who;
