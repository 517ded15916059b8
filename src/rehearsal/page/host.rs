//! What the page has to be told about the app under rehearsal; it knows nothing else about it.

use crate::clock::Timestamp;
use crate::id::UserId;
use crate::rehearsal::script::{Bot, Script};
use serde::Serialize;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

/// Something that the app will do by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcoming {
    pub at: Timestamp,
    /// A few words: `event-17: Tech Support is pinged`.
    pub words: String,
}

/// A slash command, for completion: `/escalate` and what follows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SlashCommand {
    /// With its slash.
    pub name: String,
    /// What may follow, in a few words.
    pub usage: String,
}

/// A message shortcut, as the message menu shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MessageShortcut {
    pub callback: String,
    pub title: String,
}

/// What people find in their client because the app is installed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Installed {
    pub commands: Vec<SlashCommand>,
    pub shortcuts: Vec<MessageShortcut>,
    /// What each person is here, in a few words: `Lead CSM, event desk`.
    pub roles: BTreeMap<UserId, String>,
}

/// The app under rehearsal, as the page sees it.
pub trait Host: Send + Sync + 'static {
    /// What happens next by itself, soonest first.
    fn next(&self) -> Vec<Upcoming>;

    /// Returns when everything that happened has been dealt with and nothing is on its way.
    /// The error is a sentence for the person at the page.
    fn settle(&self) -> impl Future<Output = Result<(), String>> + Send;

    /// Starts the app, on the store it had.
    fn start(&self) -> impl Future<Output = Result<(), String>> + Send;

    /// Stops the app.
    fn stop(&self) -> impl Future<Output = Result<(), String>> + Send;

    fn installed(&self) -> Installed;

    /// The guided tours, in the order in which they are offered.
    fn tours(&self) -> Vec<Script>;
}

/// A host as scripts know it.
#[derive(Debug)]
pub(super) struct Played<H>(pub Arc<H>);

impl<H: Host> Bot for Played<H> {
    async fn settle(&self) -> Result<(), String> {
        self.0.settle().await
    }

    fn next_wake(&self) -> Option<Timestamp> {
        self.0.next().first().map(|next| next.at)
    }

    async fn start(&mut self) -> Result<(), String> {
        self.0.start().await
    }

    async fn stop(&mut self) -> Result<(), String> {
        self.0.stop().await
    }
}
