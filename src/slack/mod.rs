//! The only speaker of Slack: what it sends, read leniently; what we send it, within its limits.

pub mod account;
pub mod api;
pub mod envelope;
mod events;
mod form;
pub mod frame;
pub mod identity;
mod interaction;
mod lenient;
pub mod message;
pub mod notice;
mod rich;

pub use interaction::ESCALATE_THIS;
pub use lenient::instant;
