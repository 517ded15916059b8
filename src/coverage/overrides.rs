//! Dated changes to rotations, and who is on turn once they are taken into account.

use super::roster::Roster;
use super::span::{Span, Wall, insert};
use crate::id::{PersonKey, RotationKey};
use crate::zone::{Timestamp, Zone};
use rangemap::RangeSet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A dated change to a rotation, on the rotation's wall clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "OverrideText", into = "OverrideText")]
pub struct Override {
    pub rotation: RotationKey,
    pub from: Wall,
    pub until: Wall,
    pub change: Change,
}

/// What an override does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// `with` takes the turns of `replace`.
    Replace { replace: PersonKey, with: PersonKey },
    /// One more is on turn.
    Add(PersonKey),
    /// Their turns stay empty.
    Remove(PersonKey),
}

/// An override as it is written: `replace: ana, with: bo`, or `add: bo`, or `remove: ana`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideText {
    pub rotation: RotationKey,
    pub from: Wall,
    pub until: Wall,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replace: Option<PersonKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<PersonKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub add: Option<PersonKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remove: Option<PersonKey>,
}

/// An override that does not say one thing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the override of `{0}` does not say one thing\nhint: write `replace` and `with`, or `add` alone, or `remove` alone"
)]
pub struct OverrideError(pub RotationKey);

impl TryFrom<OverrideText> for Override {
    type Error = OverrideError;

    fn try_from(text: OverrideText) -> Result<Self, OverrideError> {
        let change = match (text.replace, text.with, text.add, text.remove) {
            (Some(replace), Some(with), None, None) => Change::Replace { replace, with },
            (None, None, Some(add), None) => Change::Add(add),
            (None, None, None, Some(remove)) => Change::Remove(remove),
            (_, _, _, _) => return Err(OverrideError(text.rotation)),
        };
        Ok(Self { rotation: text.rotation, from: text.from, until: text.until, change })
    }
}

impl From<Override> for OverrideText {
    fn from(one: Override) -> Self {
        let Override { rotation, from, until, change } = one;
        let (replace, with, add, remove) = match change {
            Change::Replace { replace, with } => (Some(replace), Some(with), None, None),
            Change::Add(add) => (None, None, Some(add), None),
            Change::Remove(remove) => (None, None, None, Some(remove)),
        };
        Self { rotation, from, until, replace, with, add, remove }
    }
}

impl Override {
    /// When it holds, in the rotation's zone.
    pub fn span(&self, zone: &Zone) -> Span {
        Span::new(self.from.instant(zone), self.until.instant(zone))
    }

    /// Who works because of it.
    pub fn stand_in(&self) -> Option<&PersonKey> {
        match &self.change {
            Change::Replace { with, .. } => Some(with),
            Change::Add(add) => Some(add),
            Change::Remove(_) => None,
        }
    }
}

/// A span in which somebody works because of an override.
pub(super) struct StandIn {
    pub person: PersonKey,
    /// Whose turn it would have been.
    pub instead_of: Option<PersonKey>,
    pub span: Span,
}

/// Who is on turn within a span, by person, and who of them stands in.
#[derive(Default)]
pub(super) struct OnTurn {
    pub people: BTreeMap<PersonKey, RangeSet<Timestamp>>,
    pub stand_ins: Vec<StandIn>,
}

/// Plays the rotation and its overrides; nobody for a rotation that does not exist.
pub(super) fn on_turn(key: &RotationKey, within: Span, roster: &Roster) -> OnTurn {
    let mut found = OnTurn::default();
    let Some(rotation) = roster.rotations.get(key) else { return found };
    for turn in rotation.turns(within) {
        insert(found.people.entry(turn.person).or_default(), turn.span.overlap(&within));
    }
    for one in roster.overrides.iter().filter(|one| one.rotation == *key) {
        let span = one.span(&rotation.zone).overlap(&within);
        if !span.is_empty() {
            apply(&one.change, span, &mut found);
        }
    }
    found.people.retain(|_, spans| !spans.is_empty());
    found
}

fn apply(change: &Change, span: Span, found: &mut OnTurn) {
    match change {
        Change::Remove(person) => {
            cut(found, person, span);
        }
        Change::Add(person) => {
            insert(found.people.entry(person.clone()).or_default(), span);
            found.stand_ins.push(StandIn { person: person.clone(), instead_of: None, span });
        }
        Change::Replace { replace, with } => {
            // Only the turns of the one who is replaced change hands.
            for part in cut(found, replace, span) {
                insert(found.people.entry(with.clone()).or_default(), part);
                let instead_of = Some(replace.clone());
                found.stand_ins.push(StandIn { person: with.clone(), instead_of, span: part });
            }
        }
    }
}

/// Takes the span from a person's turns and returns what was theirs of it.
fn cut(found: &mut OnTurn, person: &PersonKey, span: Span) -> Vec<Span> {
    let Some(turns) = found.people.get_mut(person) else { return Vec::new() };
    let range = span.from..span.until;
    let theirs = turns.overlapping(&range).map(|turn| Span::from(turn).overlap(&span)).collect();
    turns.remove(range);
    theirs
}
