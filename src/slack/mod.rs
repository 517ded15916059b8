//! The only speaker of Slack: what it sends, read leniently; what we send it, within its limits.

pub mod account;
pub mod api;
mod backoff;
mod connection;
pub mod dial;
pub mod envelope;
mod events;
mod form;
pub mod frame;
pub mod http;
pub mod identity;
mod interaction;
mod lenient;
pub mod limits;
pub mod message;
pub mod notice;
mod outcome;
pub mod pace;
pub mod past;
pub mod posts;
pub mod probe;
pub mod queries;
mod rich;
pub mod socket;
pub mod words;
mod work;

pub use interaction::ESCALATE_THIS;
pub use lenient::instant;
