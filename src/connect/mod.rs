//! Other systems: people's calendars, fetched within limits and kept for the day on which they do not answer;
//! directories of bookings; mail servers.
//!
//! A calendar's address is a secret of its owner: it stands in no message, no log and no file name.

pub mod source;
mod fetch;
mod shelf;
pub mod reading;
pub mod feeds;
pub mod bookings;
pub mod smtp;
mod http;
mod webhook;
mod detour;
mod outside;
pub mod tickets;

pub use feeds::{Calendars, Change, Feed, Feeds, HolidayFeeds, Whose};
pub use http::Beat;
pub use outside::{Outside, Performed, Systems};
pub use source::{Source, SourceError};
pub use webhook::Webhook;
