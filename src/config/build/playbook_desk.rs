//! The playbooks that a desk offers, checked against what the desk has: fields, outcomes, people, a session's start.

use super::super::ledger::Ledger;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::names::Names;
use super::playbook::BuiltPlaybook;
use crate::coverage::Who;
use crate::domain::playbook::blanks;
use crate::domain::playbook::plan::{About, Anchor, Condition, Doer, Doing, Playbook, Step};
use crate::domain::policy::{Closing, FieldKind, Intake};
use crate::id::{FieldKey, RoleKey};
use std::collections::BTreeMap;

const MOST_PLAYBOOKS: usize = 20;

/// What a playbook may rely on at a desk.
pub struct Around<'a> {
    pub desk: &'a str,
    pub intake: &'a Intake,
    pub closing: &'a Closing,
    pub roles: &'a BTreeMap<RoleKey, Vec<Who>>,
    pub names: &'a Names,
}

/// The playbooks that are listed, in their order.
pub fn offered(
    ledger: &mut Ledger,
    listed: &At<Vec<At<String>>>,
    all: &BTreeMap<String, BuiltPlaybook>,
    around: &Around<'_>,
) -> Vec<Playbook> {
    if let Some(extra) = listed.get(MOST_PLAYBOOKS) {
        ledger.error(
            extra.place,
            format!("this desk offers more than {MOST_PLAYBOOKS} playbooks\nhint: leave out those that are seldom used"),
        );
    }
    let mut found: Vec<Playbook> = Vec::new();
    for key in &listed.value {
        let Some(built) = all.get(&key.value) else {
            ledger.unknown(
                key,
                &format!("there is no playbook `{}`", key.value),
                "playbooks",
                all.keys().map(String::as_str),
                &format!("write it into `playbooks/{}.yml`, and name that under `include`", key.value),
            );
            continue;
        };
        if found.iter().any(|other| other.key == built.playbook.key) {
            ledger.error(key.place, format!("playbook `{}` stands here twice\nhint: keep one", key.value));
            continue;
        }
        fits(ledger, built, around);
        found.push(built.playbook.clone());
    }
    found
}

/// Complains of what the desk does not have.
fn fits(ledger: &mut Ledger, built: &BuiltPlaybook, around: &Around<'_>) {
    let playbook = &built.playbook;
    for condition in &playbook.meant_for {
        field_condition(ledger, condition, built.meant_for, around);
    }
    let has_start = around.intake.booking.is_some()
        || around.intake.fields.iter().any(|field| field.kind == FieldKind::Time);
    if playbook.anchor == Anchor::Session && !has_start {
        ledger.error(
            built.place,
            format!(
                "its times count from the session's start, and desk `{}` cannot know that\nhint: give the desk's template a field of `kind: time`, or one with the booking's id",
                around.desk
            ),
        );
    }
    for step in &playbook.steps {
        let place = built.steps.get(&step.key).copied().unwrap_or(built.place);
        for condition in &step.when {
            field_condition(ledger, condition, place, around);
        }
        texts(ledger, step, place, around);
        people(ledger, step, place, around);
        if let Doing::Close { outcome } = &step.what {
            let outcomes = &around.closing.outcomes;
            let ends = around.closing.endings();
            if !outcomes.is_empty()
                && !outcomes.iter().chain(&ends).any(|one| one.eq_ignore_ascii_case(outcome))
            {
                let named = At::new(outcome.clone(), place);
                let message = format!("`{outcome}` is no outcome of desk `{}`", around.desk);
                let known = outcomes.iter().map(String::as_str);
                ledger.unknown(
                    &named,
                    &message,
                    "outcomes",
                    known,
                    "add it to the desk's `closing.outcomes`",
                );
            }
        }
    }
}

fn field_condition(ledger: &mut Ledger, condition: &Condition, place: Place, around: &Around<'_>) {
    let About::Field(key) = &condition.of else { return };
    if !has_field(ledger, key, place, around) {
        return;
    }
    let field = around.intake.fields.iter().find(|field| field.key == *key);
    let Some(FieldKind::Choice(choices)) = field.map(|field| &field.kind) else { return };
    for wanted in &condition.any_of {
        if !choices.iter().any(|choice| choice.eq_ignore_ascii_case(wanted.trim())) {
            let named = At::new(wanted.clone(), place);
            let message = format!("field `{key}` of desk `{}` is never `{wanted}`", around.desk);
            ledger.unknown(
                &named,
                &message,
                "choices",
                choices.iter().map(String::as_str),
                "write a choice of it",
            );
        }
    }
}

fn has_field(ledger: &mut Ledger, key: &FieldKey, place: Place, around: &Around<'_>) -> bool {
    let fields = &around.intake.fields;
    if fields.iter().any(|field| field.key == *key) {
        return true;
    }
    let named = At::new(key.to_string(), place);
    let message =
        format!("desk `{}` offers this playbook, and its template has no field `{key}`", around.desk);
    let known = fields.iter().map(|field| field.key.as_str());
    ledger.unknown(&named, &message, "fields", known, "add the field to the desk, or name another");
    false
}

/// Blanks that ask for the form's fields.
fn texts(ledger: &mut Ledger, step: &Step, place: Place, around: &Around<'_>) {
    let text = match &step.what {
        Doing::Task { text } | Doing::Call { text } | Doing::Question { text, .. } | Doing::Post { text } => {
            text
        }
        Doing::Email { text: Some(text), .. } | Doing::Ping { text: Some(text), .. } => text,
        Doing::Email { text: None, .. } | Doing::Ping { text: None, .. } | Doing::Close { .. } => return,
    };
    for field in blanks::names(text).into_iter().filter_map(|blank| blank.strip_prefix("form.")) {
        has_field(ledger, &FieldKey::new(field), place, around);
    }
}

fn people(ledger: &mut Ledger, step: &Step, place: Place, around: &Around<'_>) {
    let named: Vec<&Who> = match (&step.what, &step.who) {
        (Doing::Ping { who, .. }, _) => who.iter().collect(),
        (_, Some(Doer::Who(who))) => vec![who],
        (_, Some(Doer::Owner | Doer::Requester) | None) => Vec::new(),
    };
    for who in named {
        let who = At::new(who.clone(), place);
        around.names.who(ledger, &who, around.roles, &format!("this step, for desk `{}`,", around.desk));
    }
}
