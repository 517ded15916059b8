//! Tickets in a rehearsal: nothing leaves this machine, and what would have been asked can be read.

use super::{Ended, Papers};
use crate::clock::Timestamp;
use crate::domain::ticket::ask::{Ask, NewTicket, Step};
use serde_json::Value;
use std::sync::{Arc, Mutex, PoisonError};

/// What a desk's ticket system would have been asked, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Rehearsed(Arc<Mutex<Vec<Pretended>>>);

/// A request that was only pretended: when, and in words; further lines say what its fields get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pretended {
    pub at: Timestamp,
    pub words: String,
}

impl Rehearsed {
    pub(super) fn perform(&self, ask: &Ask, papers: &Papers, at: Timestamp) -> Ended {
        let key = format!("REHEARSED-{}-{}", ask.case, ask.number);
        let words = format!("ticket {key}: {}", words(ask, papers));
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(Pretended { at, words });
        match ask.step.kind() {
            None => Ended::Stands { key, url: None },
            Some(_) => Ended::Done,
        }
    }

    /// What was pretended since this was last asked.
    pub(in crate::connect) fn take(&self) -> Vec<Pretended> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn words(ask: &Ask, papers: &Papers) -> String {
    match &ask.step {
        Step::Raise(new) => raised(new),
        Step::Mark { labels, assignee, .. } => {
            // The word by which it is found again says nothing to a reader.
            let labels: Vec<&str> =
                labels.iter().filter(|label| **label != ask.mark).map(String::as_str).collect();
            let labels = if labels.is_empty() {
                "linked".to_owned()
            } else {
                format!("labelled {}", labels.join(", "))
            };
            let whose =
                assignee.as_ref().map(|user| papers.emails.get(user).map_or(user.as_str(), |email| email));
            format!("{labels}, assigned to {}", whose.unwrap_or("nobody"))
        }
        Step::Attach { .. } => {
            let lines = papers.transcript.as_ref().map_or(0, |transcript| transcript.text.lines().count());
            format!("the transcript is attached, {lines} lines")
        }
        Step::Add { requester, .. } => format!("{} is added", requester.email),
        Step::Tell { text, .. } => format!("told: {text}"),
        Step::Update { fields, reporter, .. } => {
            let whose = reporter.as_ref().map(|requester| format!("\nreporter: {}", requester.email));
            let fields: String = fields.iter().map(field).collect();
            format!("brought up to date{}{fields}", whose.unwrap_or_default())
        }
        Step::Move { status, .. } => format!("goes to “{status}”"),
    }
}

fn raised(new: &NewTicket) -> String {
    let reporter = new.on_behalf_of.as_ref().map(|requester| format!(", for {}", requester.email));
    let fields: String = new.fields.iter().map(field).collect();
    format!(
        "raised, {}{}\nsummary: {}\ndescription: {}{fields}",
        new.channel,
        reporter.unwrap_or_default(),
        new.summary,
        new.description
    )
}

fn field((name, value): (&String, &Value)) -> String {
    let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    format!("\n{name}: {value}")
}
