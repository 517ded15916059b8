//! Rotations, their overrides, and planned absences.

use super::super::ledger::Ledger;
use super::super::shape::people::{OverrideEntry, RotationText, TimeOffText};
use super::super::shape::top::TopFile;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::names::is_key;
use super::people::Known;
use super::time::zone;
use crate::coverage::{Change, Override, Rotation, Span, TimeOff};
use crate::id::{PersonKey, RotationKey};
use crate::zone::Zone;
use std::collections::BTreeMap;

const MOST_IN_TURN: usize = 200;

/// Reads `rotations`.
pub fn rotations(ledger: &mut Ledger, top: &TopFile, known: &Known<'_>) -> BTreeMap<RotationKey, Rotation> {
    let mut all = BTreeMap::new();
    for (key, text) in &top.rotations.0 {
        is_key(ledger, key, "a rotation");
        if let Some(rotation) = rotation(ledger, key, text, known) {
            all.insert(RotationKey::new(key.value.as_str()), rotation);
        }
    }
    all
}

fn rotation(
    ledger: &mut Ledger,
    key: &At<String>,
    text: &RotationText,
    known: &Known<'_>,
) -> Option<Rotation> {
    let what = format!("rotation `{}`", key.value);
    let zone_name = ledger.need(&text.time_zone, "time_zone", key.place, &what).cloned();
    let every = ledger.need(&text.every, "every", key.place, &what).cloned();
    let from = ledger.need(&text.from, "from", key.place, &what).cloned();
    let listed = ledger.need(&text.people, "people", key.place, &what).cloned();
    let zone = zone(ledger, known.zones, zone_name.as_ref());
    let mut people = Vec::new();
    if let Some(listed) = &listed {
        for person in &listed.value {
            if known.names.person(ledger, person, &what) {
                people.push(PersonKey::new(person.value.as_str()));
            }
        }
        if listed.is_empty() {
            ledger.error(listed.place, format!("{what} has nobody in it\nhint: list its `people`"));
        }
        if listed.len() > MOST_IN_TURN {
            ledger.error(
                listed.place,
                format!("{what} has more than {MOST_IN_TURN} people\nhint: make two of it"),
            );
        }
    }
    Some(Rotation { zone, every: every?.value, from: from?.value, people })
}

/// Reads `overrides`, each with its place.
pub fn overrides(
    ledger: &mut Ledger,
    top: &TopFile,
    rotations: &BTreeMap<RotationKey, Rotation>,
    known: &Known<'_>,
) -> Vec<(Override, Place)> {
    let mut placed: Vec<(RotationKey, Span, Place)> = Vec::new();
    let mut all = Vec::new();
    for text in &top.overrides {
        let Some(one) = override_of(ledger, text, known) else { continue };
        let zone = rotations.get(&one.rotation).map_or_else(Zone::utc, |rotation| rotation.zone.clone());
        let span = Span::new(one.from.instant(&zone), one.until.instant(&zone));
        if span.is_empty() {
            ledger.error(
                text.place,
                "this override ends before it begins\nhint: `until` must be later than `from`",
            );
        }
        let overlapping = placed.iter().find(|(rotation, other, _)| {
            *rotation == one.rotation && other.from < span.until && span.from < other.until
        });
        if let Some((rotation, _, first)) = overlapping {
            let first = ledger.spot(*first);
            ledger.error(
                text.place,
                format!(
                    "this override of rotation `{rotation}` overlaps the one in {}:{}\nhint: end one where the other begins",
                    first.file, first.line
                ),
            );
        }
        placed.push((one.rotation.clone(), span, text.place));
        all.push((one, text.place));
    }
    all
}

fn override_of(ledger: &mut Ledger, text: &At<OverrideEntry>, known: &Known<'_>) -> Option<Override> {
    let what = "this override";
    let rotation = ledger.need(&text.rotation, "rotation", text.place, what).cloned();
    let from = ledger.need(&text.from, "from", text.place, what).cloned();
    let until = ledger.need(&text.until, "until", text.place, what).cloned();
    let mut known_all = true;
    for person in [&text.replace, &text.with, &text.add, &text.remove].into_iter().flatten() {
        known_all &= known.names.person(ledger, person, what);
    }
    if let Some(rotation) = &rotation {
        known_all &= known.names.rotation(ledger, rotation, what);
    }
    let key = |person: &At<String>| PersonKey::new(person.value.as_str());
    let change = match (&text.replace, &text.with, &text.add, &text.remove) {
        (Some(replace), Some(with), None, None) => Change::Replace { replace: key(replace), with: key(with) },
        (None, None, Some(add), None) => Change::Add(key(add)),
        (None, None, None, Some(remove)) => Change::Remove(key(remove)),
        (_, _, _, _) => {
            ledger.error(
                text.place,
                "this override does not say one thing\nhint: write `replace` and `with`, or `add` alone, or `remove` alone",
            );
            return None;
        }
    };
    if !known_all {
        return None;
    }
    Some(Override {
        rotation: RotationKey::new(rotation?.value),
        from: from?.value,
        until: until?.value,
        change,
    })
}

/// Reads `time_off`.
pub fn time_off(
    ledger: &mut Ledger,
    entries: &[At<TimeOffText>],
    zones: &BTreeMap<PersonKey, crate::coverage::Person>,
    known: &Known<'_>,
) -> Vec<TimeOff> {
    let mut all = Vec::new();
    for text in entries {
        let what = "this time off";
        let person = ledger.need(&text.person, "person", text.place, what).cloned();
        let from = ledger.need(&text.from, "from", text.place, what).cloned();
        let until = ledger.need(&text.until, "until", text.place, what).cloned();
        let Some(person) = person.filter(|person| known.names.person(ledger, person, what)) else { continue };
        let (Some(from), Some(until)) = (from, until) else { continue };
        let person = PersonKey::new(person.value);
        let zone = zones.get(&person).map_or_else(Zone::utc, |person| person.schedule.zone.clone());
        if until.end(&zone) <= from.instant(&zone) {
            ledger.error(
                text.place,
                format!(
                    "the time off of `{person}` ends before it begins\nhint: `until` is the first day back"
                ),
            );
            continue;
        }
        all.push(TimeOff { person, from: from.value, until: until.value, note: text.note.clone() });
    }
    all
}
