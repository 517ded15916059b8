//! The whole bot against the model Slack: real sockets, a real store, a clock that is moved by hand.

mod bench;
mod calendars;
mod crew;
mod faults;
mod followed;
mod health;
mod program;
mod returning;
