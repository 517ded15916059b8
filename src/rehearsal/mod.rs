//! A model of Slack on loopback: the workspace's state, and the doors an app comes through.
//!
//! `state` and what stands on it (`posts`, `views`, `read`, `plain`) know no network; `http` and `socket`
//! are the doors; `people` is what a person does with a keyboard. The model is strict where Slack is strict,
//! keeps every refusal, and misbehaves as Slack does when `faults` ask it to.

mod build;
mod faults;
mod http;
mod local;
mod posts;
mod read;
mod slack;
mod socket;
mod state;
mod views;
mod wire;

pub use build::{Builder, Redelivery};
pub use faults::{DisconnectReason, Fault, Greeting, Order, SocketFault};
pub use slack::{Slack, TimedOut};
pub use state::{
    ApiCall, Bot, Broadcast, Change, Channel, ChannelKind, ChannelLife, Dnd, Entry, Ephemeral, Fate, File, Group,
    Mark, Message, Presence, Reaction, Refusal, Standing, Status, Team, User, UserKind, View, ViewKind, Workspace,
};
