//! What follows a case's end: through whose fault it ended so, who hears of it, whether the channel does.

use super::super::ledger::Ledger;
use super::super::shape::closing::{ClosingText, FaultText};
use super::super::yaml::value::At;
use super::intake::{LABEL, OPTION, options};
use super::names::Names;
use crate::coverage::Who;
use crate::domain::booking::NAMED;
use crate::domain::policy::{Announce, Closing, Fault, Intake};
use crate::id::RoleKey;
use std::collections::BTreeMap;

const ANSWERS: [&str; 3] = ["through our fault", "through the client's fault", "through nobody's fault"];

/// What a desk has that decides about its defaults.
pub struct Known<'a> {
    pub intake: &'a Intake,
    pub plays: Plays,
    pub roles: &'a BTreeMap<RoleKey, Vec<Who>>,
    pub names: &'a Names,
}

/// Whether the desk has playbooks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Plays {
    Yes,
    No,
}

/// The closing with what follows it.
pub fn afterwards(ledger: &mut Ledger, text: &ClosingText, closing: Closing, known: &Known<'_>) -> Closing {
    if let Some(question) = &text.question {
        ledger.fits(question, "this question", LABEL);
    }
    Closing {
        question: text.question.as_ref().map(|question| question.value.clone()),
        fault: text.fault.as_ref().and_then(|written| fault(ledger, written, &closing.outcomes)),
        tell: told(ledger, text.tell.as_ref(), known),
        announce: match (text.announce, known.plays) {
            (Some(true), _) | (None, Plays::Yes) => Announce::Channel,
            (Some(false), _) | (None, Plays::No) => Announce::Thread,
        },
        ..closing
    }
}

fn fault(ledger: &mut Ledger, text: &At<FaultText>, outcomes: &[String]) -> Option<Fault> {
    let of = ledger.need(&text.of, "for", text.place, "`fault`")?;
    if of.value.is_empty() {
        ledger.error(
            of.place,
            "there is no outcome beside which this is asked\nhint: write `for: [did not go ahead]`",
        );
    }
    for outcome in &of.value {
        if !outcomes.iter().any(|one| one.eq_ignore_ascii_case(outcome)) {
            let message = format!("`{}` is not one of this desk's outcomes", outcome.value);
            let known = outcomes.iter().map(String::as_str);
            ledger.unknown(outcome, &message, "outcomes", known, "name one of `closing.outcomes`");
        }
    }
    let any_of = match &text.any_of {
        None => ANSWERS.map(str::to_owned).to_vec(),
        Some(listed) => {
            if listed.is_empty() {
                ledger.error(
                    listed.place,
                    "there is nothing to answer with\nhint: leave it out, or write `any_of: [through our fault, through nobody's fault]`",
                );
            }
            listed.iter().for_each(|answer| ledger.fits(answer, "this answer", OPTION));
            options(ledger, listed, "`fault`")
        }
    };
    let question = text.question.as_ref();
    question.into_iter().for_each(|question| ledger.fits(question, "this question", LABEL));
    let question =
        question.map_or_else(|| "Through whose fault?".to_owned(), |question| question.value.clone());
    Some(Fault { question, of: of.iter().map(|one| one.value.clone()).collect(), any_of })
}

/// Who hears how it ended: the booking's owner, where the desk knows bookings and says nothing else.
fn told(ledger: &mut Ledger, listed: Option<&At<Vec<At<Who>>>>, known: &Known<'_>) -> Vec<Who> {
    let Some(listed) = listed else {
        return match known.intake.booking {
            Some(_) => vec![Who::BookingField(NAMED[0].to_owned())],
            None => Vec::new(),
        };
    };
    for who in &listed.value {
        known.names.who(ledger, who, known.roles, "`closing.tell`");
    }
    listed.iter().map(|who| who.value.clone()).collect()
}
