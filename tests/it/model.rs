//! The model Slack, asked over its own doors by a plain HTTP client and a plain WebSocket.

pub mod app;
mod client;
mod doors;
mod faults;
mod people;
mod sockets;
mod strict;

use chrono::{TimeZone, Utc};
use firstline::clock::MovableClock;
use firstline::id::{ChannelId, UserId};
use firstline::rehearsal::{Builder, ChannelKind, Redelivery, Slack, UserKind, Workspace};
use std::time::Duration;

/// Longer than anything here takes; reached by nothing but a failure.
pub const BOUND: Duration = Duration::from_secs(10);

pub fn ana() -> UserId {
    UserId::from("U0ANA")
}

pub fn bo() -> UserId {
    UserId::from("U0BO")
}

pub fn help() -> ChannelId {
    ChannelId::from("C0HELP")
}

/// A small workspace whose clock stands at noon UTC on a Tuesday in March.
pub fn builder() -> Builder {
    let clock = MovableClock::stopped(Utc.with_ymd_and_hms(2026, 3, 10, 12, 0, 0).unwrap());
    Workspace::builder(clock)
        .user_in("U0ANA", "ana", "Ana Ruiz", chrono_tz::America::Los_Angeles)
        .user("U0BO", "bo", "Bo Lind")
        .user("U0CY", "cy", "Cy Roe")
        .with_user("U0GUEST", "client", "Client Crew", |it| it.kind = UserKind::Stranger)
        .channel("C0HELP", "help", &["U0ANA", "U0BO", "U0GUEST"])
        .private_channel("G0TEAM", "team", &["U0ANA"])
        .channel_of("C0ELSE", "elsewhere", ChannelKind::Public, &["U0ANA"])
        .group("S0TECH", "tech-support", &["U0BO", "U0CY"])
        .redelivery(Redelivery::Off)
}

pub async fn slack() -> Slack {
    Slack::start(builder()).await.unwrap()
}
