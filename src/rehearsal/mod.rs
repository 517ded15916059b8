//! A model of Slack on loopback: the workspace's state, and the doors an app comes through.
//!
//! `state` and what stands on it (`posts`, `views`, `read`, `plain`) know no network; `http` and `socket`
//! are the doors; `people` is what a person does with a keyboard. The model is strict where Slack is strict,
//! keeps every refusal, and misbehaves as Slack does when `faults` ask it to.

mod ack;
mod actions;
mod blocks;
mod build;
mod changes;
mod escape;
mod faults;
mod forms;
mod http;
mod limits;
mod local;
mod methods;
pub mod page;
mod people;
mod plain;
mod posts;
mod read;
mod response;
pub mod script;
mod slack;
mod socket;
mod state;
mod strict;
mod transcript;
mod views;
mod wire;
mod within;

pub use ack::{CommandAnswer, Heard, Pressed, Submitted};
pub use actions::Place;
pub use build::{Builder, Redelivery};
pub use faults::{ANY_METHOD, DisconnectReason, Fault, Greeting, Order, SocketFault};
pub use people::CannotDo;
pub use plain::{plain_blocks, plain_ephemeral, plain_message, plain_text, plain_view};
pub use slack::{Slack, TimedOut};
pub use state::{
    ApiCall, Bot, Broadcast, Change, Channel, ChannelKind, ChannelLife, Dnd, Entry, Ephemeral, Fate, File,
    Group, Mark, Message, Presence, Reaction, Refusal, Standing, Status, Team, User, UserKind, View,
    ViewKind, Workspace,
};
pub use transcript::{plain_channel, plain_thread};
pub use within::{Arguments, Plug};
