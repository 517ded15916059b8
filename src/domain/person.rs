//! A person: what is known of their availability, what they have had of their working day, and what follows.

use crate::clock::Timestamp;
use crate::coverage::{Facts, Live};
use crate::domain::cover;
use crate::domain::cover::board::Board;
use crate::domain::routine::record::Routine;
use crate::domain::{Decision, State, World, routine};
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
    /// How many words outside every case they got: each has a number of its own.
    #[serde(default)]
    pub told: u32,
    /// Their working day: lists, and whom they asked to take their cases.
    #[serde(default)]
    pub routine: Routine,
}

impl PersonState {
    pub fn new(user: UserId) -> Self {
        Self {
            user,
            live: Live::default(),
            changed_at: None,
            reminded: None,
            told: 0,
            routine: Routine::default(),
        }
    }
}

/// Decides what follows for a person whose deadline came, or under whom facts changed.
pub fn decide(state: &State, world: &World<'_>, now: Timestamp, user: &UserId) -> Decision {
    let mut board = Board::of(state, world, now);
    cover::remind(&mut board, user);
    routine::look(&mut board, user);
    board.finish()
}

/// When a person next wants to be looked at: a function of their record as it will stand, of hours and desks.
pub fn next_deadline(
    person: &PersonState,
    now: Timestamp,
    state: &State,
    world: &World<'_>,
) -> Option<Timestamp> {
    let mut lives = world.facts.live.clone();
    lives.insert(world.directory.key(&person.user), person.live.clone());
    let world = World { facts: Facts { live: &lives, ..world.facts }, ..*world };
    let board = Board::of(state, &world, now);
    cover::next_person_deadline(person, now).into_iter().chain(routine::next_look(&board, person)).min()
}
