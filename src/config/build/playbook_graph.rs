//! Whether the steps of a playbook can come up at all: no loops, no step before what it waits for, no branch that
//! no answer leads to.

use super::super::ledger::Ledger;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::playbook::BuiltPlaybook;
use crate::domain::playbook::plan::{About, Anchor, Condition, Playbook, Step};
use crate::id::StepKey;
use std::collections::BTreeSet;

/// Complains of everything in a playbook that can never be.
pub fn check(ledger: &mut Ledger, built: &BuiltPlaybook) {
    let at = |key: &StepKey| built.steps.get(key).copied().unwrap_or(built.place);
    let playbook = &built.playbook;
    let mut known = true;
    for step in &playbook.steps {
        known &= references(ledger, playbook, step, at(&step.key));
        before_anchor(ledger, playbook, step, at(&step.key));
    }
    if !known || loops(ledger, playbook, at) {
        return;
    }
    for step in &playbook.steps {
        if !too_early(ledger, playbook, step, at(&step.key)) {
            unreachable(ledger, playbook, step, at(&step.key));
        }
    }
}

/// Steps that are named exist, and can be answered so.
fn references(ledger: &mut Ledger, playbook: &Playbook, step: &Step, place: Place) -> bool {
    let steps = || playbook.steps.iter().map(|step| step.key.as_str());
    let mut known = true;
    let mut unknown = |ledger: &mut Ledger, key: &StepKey| {
        let named = At::new(key.to_string(), place);
        let message = format!("this step names step `{key}`, which this playbook does not have");
        let otherwise = "name the `id` of another step; a field of the form is `form.FIELD`";
        ledger.unknown(&named, &message, "steps", steps(), otherwise);
        known = false;
    };
    for key in &step.after {
        if playbook.step(key).is_none() {
            unknown(ledger, key);
        }
    }
    for condition in &step.when {
        let About::Step(key) = &condition.of else { continue };
        let Some(other) = playbook.step(key) else {
            unknown(ledger, key);
            continue;
        };
        let outcomes = other.what.outcomes();
        let is_one = |wanted: &String| outcomes.iter().any(|one| one.eq_ignore_ascii_case(wanted.trim()));
        if let Some(wanted) = condition.any_of.iter().find(|wanted| !is_one(wanted)) {
            let can = match outcomes.as_slice() {
                [] => "it has no answer".to_owned(),
                all => format!("write one of `{}`", all.join("`, `")),
            };
            ledger.error(place, format!("step `{key}` is never `{wanted}`\nhint: {can}"));
        }
    }
    known
}

/// A case has no time before it was opened.
fn before_anchor(ledger: &mut Ledger, playbook: &Playbook, step: &Step, place: Place) {
    if let Some(at) = step.at.filter(|at| playbook.anchor == Anchor::Case && at.as_secs() < 0) {
        ledger.error(
            place,
            format!("this step is due at `{at}`, before the case is opened\nhint: write `at: 0m`, or `anchor: session` for times around the session's start"),
        );
    }
    if let (Some(at), Some(until)) = (step.at, step.until)
        && until <= at
    {
        ledger.error(
            place,
            format!("this step is due at `{at}` and makes no sense from `{until}` on, so it never comes up\nhint: let `until` be after `at`"),
        );
    }
}

/// The steps that a step waits for, by `after` and by `when`.
fn waits_for(step: &Step) -> impl Iterator<Item = &StepKey> {
    let answers = step.when.iter().filter_map(|condition| match &condition.of {
        About::Step(key) => Some(key),
        About::Field(_) => None,
    });
    step.after.iter().chain(answers)
}

/// Steps that wait for each other.
fn loops(ledger: &mut Ledger, playbook: &Playbook, at: impl Fn(&StepKey) -> Place) -> bool {
    let mut done: BTreeSet<&StepKey> = BTreeSet::new();
    let mut found = false;
    for step in &playbook.steps {
        let mut path: Vec<&StepKey> = Vec::new();
        if let Some(ring) = ring(playbook, &step.key, &mut path, &mut done) {
            found = true;
            let mut shown: Vec<String> = ring.iter().map(|key| format!("`{key}`")).collect();
            shown.extend(shown.first().cloned());
            let place = ring.first().map(|key| at(key)).unwrap_or_default();
            ledger.error(
                place,
                format!("these steps wait for each other: {}\nhint: take one of them out of the other's `after` or `when`", shown.join(" waits for ")),
            );
        }
    }
    found
}

/// The first ring on the way from a step, each step of it once.
fn ring<'p>(
    playbook: &'p Playbook,
    key: &'p StepKey,
    path: &mut Vec<&'p StepKey>,
    done: &mut BTreeSet<&'p StepKey>,
) -> Option<Vec<&'p StepKey>> {
    if let Some(start) = path.iter().position(|one| *one == key) {
        return Some(path[start..].to_vec());
    }
    if !done.insert(key) {
        return None;
    }
    path.push(key);
    let found = playbook
        .step(key)
        .and_then(|step| waits_for(step).find_map(|other| ring(playbook, other, path, done)));
    path.pop();
    found
}

/// Every step that has to be settled before this one. The steps form no loop.
fn before<'p>(playbook: &'p Playbook, step: &'p Step) -> Vec<&'p Step> {
    let mut all: Vec<&Step> = Vec::new();
    let mut ahead: Vec<&StepKey> = waits_for(step).collect();
    while let Some(key) = ahead.pop() {
        let Some(other) = playbook.step(key) else { continue };
        if !all.iter().any(|known| known.key == other.key) {
            all.push(other);
            ahead.extend(waits_for(other));
        }
    }
    all
}

/// A step that is due before one it waits for, or over before that one comes up.
fn too_early(ledger: &mut Ledger, playbook: &Playbook, step: &Step, place: Place) -> bool {
    for other in before(playbook, step) {
        let Some(there) = other.at else { continue };
        if let Some(at) = step.at.filter(|at| *at < there) {
            ledger.error(
                place,
                format!("this step is due at `{at}`, before step `{}`, for which it waits and which comes up at `{there}`\nhint: let it be due later, or wait for another step", other.key),
            );
            return true;
        }
        if let Some(until) = step.until.filter(|until| *until <= there) {
            ledger.error(
                place,
                format!("this step makes no sense from `{until}` on, and waits for step `{}`, which comes up at `{there}`\nhint: let its `until` be later", other.key),
            );
            return true;
        }
    }
    false
}

/// Under which answers a step is taken: its own conditions, and those of the steps that are answered.
fn conditions<'p>(playbook: &'p Playbook, step: &'p Step) -> Vec<&'p Condition> {
    let mut all: Vec<&Condition> = step.when.iter().collect();
    let mut looked: BTreeSet<&StepKey> = BTreeSet::new();
    let mut next = 0;
    while let Some(condition) = all.get(next).copied() {
        next += 1;
        let About::Step(key) = &condition.of else { continue };
        if looked.insert(key) {
            all.extend(playbook.step(key).into_iter().flat_map(|other| &other.when));
        }
    }
    all
}

/// A step that would need one thing to be two.
fn unreachable(ledger: &mut Ledger, playbook: &Playbook, step: &Step, place: Place) {
    let all = conditions(playbook, step);
    for (index, one) in all.iter().enumerate() {
        let clash = all[..index]
            .iter()
            .find(|other| other.of == one.of && !one.any_of.iter().any(|value| other.takes(value)));
        if let Some(other) = clash {
            ledger.error(
                place,
                format!(
                    "this step never comes up: it needs {} to be both `{}` and `{}`\nhint: put it into one branch, or write both answers: `when: {{ {}: [{}, {}] }}`",
                    subject(&one.of),
                    other.any_of.join("` or `"),
                    one.any_of.join("` or `"),
                    key_of(&one.of),
                    other.any_of.join(", "),
                    one.any_of.join(", "),
                ),
            );
            return;
        }
    }
}

fn subject(of: &About) -> String {
    match of {
        About::Step(key) => format!("step `{key}`"),
        About::Field(field) => format!("field `{field}`"),
    }
}

fn key_of(of: &About) -> String {
    match of {
        About::Step(key) => key.to_string(),
        About::Field(field) => format!("form.{field}"),
    }
}
