//! Rotations: who is on turn, counted on the wall clock from an anchor, and the overrides that change it.

use super::span::{Span, Wall};
use crate::id::{PersonKey, RotationKey};
use crate::zone::{Timestamp, Zone};
use serde::{Deserialize, Serialize};

/// People who take turns. Hand-offs lie on the wall clock of `zone`, `every` after `every` from `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rotation {
    pub zone: Zone,
    pub every: Every,
    /// The first hand-off; before it nobody is on turn.
    pub from: Wall,
    pub people: Vec<PersonKey>,
}

/// The length of a turn: `1 week`, `12 hours`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Every {
    /// At least 1.
    pub count: u32,
    pub unit: Unit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Hour,
    Day,
    Week,
    Month,
}

/// One turn of a rotation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Turn {
    pub person: PersonKey,
    pub span: Span,
}

/// A dated change to a rotation, on the rotation's wall clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Override {
    pub rotation: RotationKey,
    pub from: Wall,
    pub until: Wall,
    #[serde(flatten)]
    pub change: Change,
}

/// What an override does: `replace: ana, with: bo`, `add: bo`, or `remove: ana`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Change {
    Replace { replace: PersonKey, with: PersonKey },
    Add { add: PersonKey },
    Remove { remove: PersonKey },
}

impl Rotation {
    /// The instant of hand-off number `index`, counted from `from` (0); negative ones lie before it.
    pub fn handoff(&self, _index: i64) -> Timestamp {
        todo!()
    }

    /// Whose turn it is, by the rotation alone.
    pub fn turn_at(&self, _at: Timestamp) -> Option<Turn> {
        todo!()
    }

    /// The turns that touch the span, in order. Turns that fall wholly into a skipped hour do not occur.
    pub fn turns(&self, _within: Span) -> Vec<Turn> {
        todo!()
    }
}

impl TryFrom<String> for Every {
    type Error = String;

    fn try_from(_text: String) -> Result<Self, String> {
        todo!()
    }
}

impl From<Every> for String {
    fn from(_every: Every) -> Self {
        todo!()
    }
}
