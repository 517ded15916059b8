//! The whole bot against the model Slack: real sockets, a real store, a clock that is moved by hand.

pub mod bench;
mod calendars;
mod crew;
mod faults;
mod followed;
mod health;
mod order;
mod program;
mod race;
mod returning;
