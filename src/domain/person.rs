//! What we know of somebody's availability beyond the configuration.

use crate::clock::Timestamp;
use crate::coverage::Live;
use crate::id::UserId;
use serde::{Deserialize, Serialize};

/// The record of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonState {
    pub user: UserId,
    pub live: Live,
    /// When that last changed: the watch finds by it who has just left.
    #[serde(default)]
    pub changed_at: Option<Timestamp>,
    /// The end of the absence that they were last reminded of.
    #[serde(default)]
    pub reminded: Option<Timestamp>,
    /// How many words about their coverage they got: each has a number of its own.
    #[serde(default)]
    pub told: u32,
}

impl PersonState {
    pub fn new(user: UserId) -> Self {
        Self { user, live: Live::default(), changed_at: None, reminded: None, told: 0 }
    }
}
