//! Client organisations: a desk may be switched off for one.

use crate::domain::case::Case;
use crate::domain::closing;
use crate::domain::desk::Switched;
use crate::domain::draft::Draft;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::timeline::WithdrawnBecause;
use crate::id::FieldKey;
use std::collections::BTreeMap;

/// The field of the template that says for which organisation somebody asks.
pub const FIELD: &str = "organisation";

/// The organisation that is named and that the desk is switched off for, as the configuration spells it. One
/// that the configuration does not name is served.
pub fn switched_off<'a>(scene: &Scene<'a>, given: &BTreeMap<FieldKey, String>) -> Option<&'a str> {
    let named = given.iter().find(|(key, _)| key.as_str() == FIELD).map(|(_, name)| folded(name))?;
    let off = scene.desk.organisations.iter().filter(|(_, switched)| **switched == Switched::Off);
    off.map(|(name, _)| name.as_str()).find(|name| folded(name) == named)
}

/// Whether two names are one: capitals and spaces make no difference.
pub fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Takes back a case whose organisation turns out, by an edit or a reply, to be one that is not served.
/// Somebody who has it already decides for themselves.
pub fn look(draft: &mut Draft, scene: &Scene<'_>) -> Looked {
    let Some(name) = off(&draft.case, scene) else { return Looked::Served };
    draft.say(Note::NotServed { desk: scene.desk.key.clone(), organisation: name });
    closing::withdraw(draft, scene, None, WithdrawnBecause::NotServed);
    Looked::TakenBack
}

fn off(case: &Case, scene: &Scene<'_>) -> Option<String> {
    let unclaimed = case.is_unclaimed();
    switched_off(scene, &case.report.given).filter(|_| unclaimed).map(str::to_owned)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    Served,
    TakenBack,
}
