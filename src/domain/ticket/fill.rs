//! Asking a ticket system for something: texts and fields filled from the case, as they stand when it is decided.

use super::ask::{Ask, NewTicket, Requester, Step};
use super::{Assign, DeskTickets, Mapping, Needs, Purpose, StepKind, Ticket, TicketWord};
use crate::clock::Timestamp;
use crate::domain::World;
use crate::domain::case::{Case, Stage};
use crate::domain::mail::facts;
use crate::domain::mail::fill::{self, Fact, Facts};
use crate::domain::people::Scene;
use crate::domain::policy::Field;
use crate::id::UserId;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// The longest subject that Jira takes.
const LONGEST_SUMMARY: usize = 255;

/// What this word asks for, and under which number; none where the desk raises no tickets any more.
pub fn ask(word: &TicketWord, case: &Case, world: &World<'_>, now: Timestamp) -> Option<(u32, Ask)> {
    let scene = Scene::of(world, now)?;
    let rules = scene.desk.tickets.as_deref()?;
    let (number, slot, step) = match word {
        TicketWord::Raise { number } => (*number, *number, None),
        TicketWord::Do { number, slot, step } => (*number, *slot, Some(*step)),
    };
    let ticket = case.tickets.iter().find(|ticket| ticket.number == number)?;
    let asked = match step {
        None => Step::Raise(Box::new(new_ticket(ticket, case, &scene, rules)?)),
        Some(kind) => done(kind, ticket, case, &scene, rules)?,
    };
    let ask = Ask {
        desk: case.desk.clone(),
        case: case.id.clone(),
        number,
        mark: mark(case, ticket.purpose),
        transcript: matches!(asked, Step::Attach { .. }),
        step: asked,
    };
    Some((slot, ask))
}

/// A word that no other case's ticket carries, also where a new store counts its cases from one again.
fn mark(case: &Case, purpose: Purpose) -> String {
    let what = match purpose {
        Purpose::Support => "support",
        Purpose::ServiceRecovery => "recovery",
    };
    let name = format!("{}/{}/{}/{what}", case.id, case.channel, case.opened_at.timestamp_micros());
    let digest = Sha256::digest(name.as_bytes());
    let hex: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    format!("firstline{hex}")
}

fn done(
    kind: StepKind,
    ticket: &Ticket,
    case: &Case,
    scene: &Scene<'_>,
    rules: &DeskTickets,
) -> Option<Step> {
    let key = ticket.place()?.0.to_owned();
    let facts = known(ticket, case, scene, rules);
    let status = |to: StepKind, name: &str| Step::Move { key: key.clone(), to, status: name.to_owned() };
    Some(match kind {
        StepKind::Mark => {
            let mut labels = rules.mapping(ticket.purpose).map(|one| one.labels.clone()).unwrap_or_default();
            labels.push(mark(case, ticket.purpose));
            let title = format!("{} · {}", case.id, scene.policy.name);
            Step::Mark { key, labels, title, assignee: assignee(case, scene, rules) }
        }
        StepKind::Attach => {
            let at = scene.now.format("%Y-%m-%d-%H%M%S");
            Step::Attach { key, name: format!("{}-transcript-{at}", case.id) }
        }
        StepKind::Add => Step::Add { key, requester: requester(ticket, case)? },
        StepKind::Tell => Step::Tell { key, text: filled(&rules.told, &facts) },
        StepKind::Close => status(kind, &rules.statuses.closed),
        StepKind::Wait => status(kind, &rules.statuses.waiting),
        StepKind::Open => status(kind, &rules.statuses.open),
        StepKind::Update => update(key, ticket, case, rules, &facts)?,
    })
}

/// Of the fields those alone that say something about the case as it stands; none where there is nothing to say.
fn update(key: String, ticket: &Ticket, case: &Case, rules: &DeskTickets, facts: &Facts) -> Option<Step> {
    let mapping = rules.mapping(ticket.purpose)?;
    let changes = mapping.fields.iter().filter(|(_, value)| says_how_it_stands(value));
    let fields: BTreeMap<String, Value> =
        changes.filter_map(|(field, value)| Some((field.clone(), shaped(value, facts)?))).collect();
    let reporter = match ticket.needs {
        Needs::Requester => requester(ticket, case),
        Needs::Nothing | Needs::FollowUp => None,
    };
    let channel = rules.channel(ticket.needs).to_owned();
    (!fields.is_empty() || reporter.is_some()).then_some(Step::Update { key, fields, reporter, channel })
}

/// Whether a field's text names the ticket or the issue: what it was asked with may differ from what is known now.
fn says_how_it_stands(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains("ticket.") || text.contains("issue."),
        Value::Array(all) => all.iter().any(says_how_it_stands),
        Value::Object(all) => all.values().any(says_how_it_stands),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn requester(ticket: &Ticket, case: &Case) -> Option<Requester> {
    let email = ticket.email.clone()?;
    Some(Requester { name: fill::one_line(&case.requester_name), email })
}

fn assignee(case: &Case, scene: &Scene<'_>, rules: &DeskTickets) -> Option<UserId> {
    let owner = match &case.stage {
        Stage::Owned(owned) => Some(&owned.owner),
        Stage::Resolved(end) => end.owner.as_ref(),
        Stage::Unclaimed | Stage::Withdrawn { .. } => None,
    };
    match rules.assign {
        Assign::Owner => owner.filter(|owner| scene.world.directory.may_answer(owner)).cloned(),
        Assign::Nobody => None,
    }
}

fn new_ticket(ticket: &Ticket, case: &Case, scene: &Scene<'_>, rules: &DeskTickets) -> Option<NewTicket> {
    let mapping: &Mapping = rules.mapping(ticket.purpose)?;
    let facts = known(ticket, case, scene, rules);
    let summary = ticket.subject.clone().unwrap_or_else(|| filled(&mapping.summary, &facts));
    let summary: String = fill::one_line(&unmentioned(&summary)).chars().take(LONGEST_SUMMARY).collect();
    let fields = mapping.fields.iter();
    Some(NewTicket {
        request_type: mapping.request_type.clone(),
        summary: if summary.is_empty() { case.id.to_string() } else { summary },
        description: filled(&mapping.description, &facts),
        labels: mapping.labels.clone(),
        fields: fields.filter_map(|(key, value)| Some((key.clone(), shaped(value, &facts)?))).collect(),
        on_behalf_of: match ticket.needs {
            Needs::Requester => requester(ticket, case),
            Needs::Nothing | Needs::FollowUp => None,
        },
        channel: rules.channel(ticket.needs).to_owned(),
    })
}

/// What a mapping may name: all that an e-mail may, and the ticket itself.
fn known(ticket: &Ticket, case: &Case, scene: &Scene<'_>, rules: &DeskTickets) -> Facts {
    let nobody = UserId::new("");
    let owner = match &case.stage {
        Stage::Owned(owned) => Some(&owned.owner),
        Stage::Resolved(end) => end.owner.as_ref().or(Some(&end.by)),
        Stage::Unclaimed | Stage::Withdrawn { .. } => None,
    };
    let sender = ticket.by.as_ref().or(owner).unwrap_or(&nobody);
    let mut facts = facts::facts(case, scene, sender);
    let outcome = match &case.stage {
        Stage::Resolved(end) => (end.outcome.clone(), end.note.clone()),
        Stage::Unclaimed | Stage::Owned(_) | Stage::Withdrawn { .. } => (None, None),
    };
    facts
        .0
        .insert("ticket", ticket_facts(Some(rules.channel(ticket.needs).to_owned()), ticket.email.clone()));
    facts.0.insert("issue", issue_facts(case, outcome));
    facts
}

fn ticket_facts(channel: Option<String>, email: Option<String>) -> BTreeMap<String, Fact> {
    [("channel", channel), ("email", email)].map(|(name, text)| (name.to_owned(), Fact::Text(text))).into()
}

fn issue_facts(case: &Case, (outcome, note): (Option<String>, Option<String>)) -> BTreeMap<String, Fact> {
    let text = Some(case.report.text.clone()).filter(|text| !text.trim().is_empty());
    let tags = case.tags.iter().cloned().collect::<Vec<_>>().join(", ");
    let tags = Some(tags).filter(|tags| !tags.is_empty());
    [("text", text), ("tags", tags), ("outcome", outcome), ("solution", note)]
        .map(|(name, text)| (name.to_owned(), Fact::Text(text)))
        .into()
}

/// Facts of the same names with made-up values, by which a mapping is tried.
pub fn sample<'a>(desk: &str, fields: impl Iterator<Item = &'a Field>) -> Facts {
    let mut facts = facts::sample(desk, fields);
    let said = |text: &str| Fact::Text(Some(text.to_owned()));
    let ticket = [("channel", "chat only"), ("email", "pat@example.com")];
    facts.0.insert("ticket", ticket.map(|(name, text)| (name.to_owned(), said(text))).into());
    let issue = ["text", "tags", "outcome", "solution"];
    facts.0.insert("issue", issue.map(|name| (name.to_owned(), said("sample"))).into());
    facts
}

/// A text in which a blank without a value is nothing at all: nobody reads a ticket before it is raised.
fn filled(text: &str, facts: &Facts) -> String {
    let mut text = fill::text(text, facts).unwrap_or_default();
    for blank in fill::blanks(&text) {
        text = text.replace(&format!("{}{blank}{}", fill::BLANK.0, fill::BLANK.1), "");
    }
    unmentioned(&text).trim().to_owned()
}

/// `[~account]` mentions somebody in Jira: what people typed never does.
fn unmentioned(text: &str) -> String {
    text.replace("[~", "[\u{2060}~")
}

/// A field's value in its shape; none where a blank of it is not known.
fn shaped(value: &Value, facts: &Facts) -> Option<Value> {
    match value {
        Value::String(text) => {
            let text = fill::text(text, facts).ok()?;
            let whole = fill::blanks(&text).is_empty() && !text.trim().is_empty();
            whole.then(|| Value::String(unmentioned(text.trim())))
        }
        Value::Array(all) => {
            let all: Vec<Value> = all.iter().filter_map(|one| shaped(one, facts)).collect();
            (!all.is_empty()).then_some(Value::Array(all))
        }
        Value::Object(all) => match (all.len(), all.get("number")) {
            (1, Some(number)) => match shaped(number, facts)? {
                Value::String(text) => text.parse::<f64>().ok().and_then(number_of),
                number @ Value::Number(_) => Some(number),
                Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
            },
            (_, Some(_) | None) => {
                let all: Option<serde_json::Map<String, Value>> =
                    all.iter().map(|(key, one)| Some((key.clone(), shaped(one, facts)?))).collect();
                all.map(Value::Object)
            }
        },
        Value::Null => None,
        Value::Bool(_) | Value::Number(_) => Some(value.clone()),
    }
}

fn number_of(number: f64) -> Option<Value> {
    serde_json::Number::from_f64(number).map(Value::Number)
}
