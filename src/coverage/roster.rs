//! Who there is: people with their hours, rotations with their overrides, planned absences, status rules.

use super::hours::Hours;
use super::live::StatusRules;
use super::overrides::Override;
use super::rotation::Rotation;
use super::schedule::Schedule;
use super::span::{Span, Wall};
use crate::id::{PersonKey, RotationKey};
use crate::zone::{Timestamp, Zone};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Everything the configuration says about people.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Roster {
    pub people: BTreeMap<PersonKey, Person>,
    pub rotations: BTreeMap<RotationKey, Rotation>,
    pub overrides: Vec<Override>,
    pub time_off: Vec<TimeOff>,
    pub statuses: StatusRules,
}

/// One person of `people.yml`, as far as coverage is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Person {
    /// Their zone, hours, dates and holidays. Without hours: available unless something says not.
    pub schedule: Schedule,
    /// When they may be asked to cover, in their own zone; never when none.
    pub reachable: Option<Hours>,
    pub tentative: Tentative,
}

/// What a tentative calendar entry means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Tentative {
    #[default]
    Free,
    Busy,
}

/// A planned absence from the configuration, in the person's own zone. `until` is the first day, or instant,
/// back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct TimeOff {
    pub person: PersonKey,
    pub from: Wall,
    pub until: Wall,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Something in a roster that cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterProblem {
    #[error(
        "overrides {first} and {second} of rotation `{rotation}` overlap\nhint: end one where the other begins"
    )]
    OverridesOverlap { rotation: RotationKey, first: usize, second: usize },
    #[error(
        "override {index} of rotation `{rotation}` ends before it begins\nhint: `until` must be later than `from`"
    )]
    OverrideReversed { rotation: RotationKey, index: usize },
    #[error(
        "override {index} names rotation `{rotation}`, which does not exist\nhint: add it under `rotations`"
    )]
    UnknownRotation { rotation: RotationKey, index: usize },
    #[error(
        "the time off of `{person}` from {from} ends before it begins\nhint: `until` is the first day back"
    )]
    TimeOffReversed { person: PersonKey, from: Wall },
    #[error("rotation `{rotation}` has nobody in it\nhint: list its `people`")]
    EmptyRotation { rotation: RotationKey },
}

impl Roster {
    /// A person's zone; UTC for somebody who is not listed.
    pub fn zone(&self, person: &str) -> Zone {
        self.people.get(person).map_or_else(Zone::utc, |person| person.schedule.zone.clone())
    }

    /// Whether the person may be asked to cover at that instant.
    pub fn is_reachable(&self, person: &str, at: Timestamp) -> bool {
        self.people.get(person).is_some_and(|person| match &person.reachable {
            Some(hours) => Schedule::of(person.schedule.zone.clone(), hours.clone()).is_open(at),
            None => false,
        })
    }

    /// What cannot be meant. Indexes count overrides from 0.
    pub fn problems(&self) -> Vec<RosterProblem> {
        let empty = self.rotations.iter().filter(|(_, rotation)| rotation.people.is_empty());
        let mut found: Vec<RosterProblem> =
            empty.map(|(key, _)| RosterProblem::EmptyRotation { rotation: key.clone() }).collect();
        let mut placed: Vec<(usize, &RotationKey, Span)> = Vec::new();
        for (index, one) in self.overrides.iter().enumerate() {
            let key = &one.rotation;
            let Some(rotation) = self.rotations.get(key) else {
                found.push(RosterProblem::UnknownRotation { rotation: key.clone(), index });
                continue;
            };
            let span = one.span(&rotation.zone);
            if span.is_empty() {
                found.push(RosterProblem::OverrideReversed { rotation: key.clone(), index });
            }
            let overlapping = placed
                .iter()
                .filter(|(_, other, placed)| *other == key && !placed.overlap(&span).is_empty())
                .map(|(first, _, _)| (*first, key.clone()));
            found.extend(overlapping.map(|(first, rotation)| RosterProblem::OverridesOverlap {
                rotation,
                first,
                second: index,
            }));
            placed.push((index, key, span));
        }
        for off in &self.time_off {
            let zone = self.zone(off.person.as_str());
            if off.until.end(&zone) <= off.from.instant(&zone) {
                found.push(RosterProblem::TimeOffReversed { person: off.person.clone(), from: off.from });
            }
        }
        found
    }
}
