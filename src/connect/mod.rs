//! Other systems: people's calendars, fetched within limits and kept for the day on which they do not answer.
//!
//! A calendar's address is a secret of its owner: it stands in no message, no log and no file name.

pub mod source;
mod fetch;
mod shelf;
pub mod reading;
pub mod feeds;
mod outside;

pub use feeds::{Calendars, Change, Feed, Feeds};
pub use outside::{Outside, Performed};
pub use source::{Source, SourceError};
