//! What we know of somebody's availability beyond the configuration.

use crate::coverage::Live;
use crate::id::UserId;
use serde::{Deserialize, Serialize};

/// The record of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PersonState {
    pub user: UserId,
    pub live: Live,
}
