//! Ticket systems: each request of a case to the one that its desk names, and what came of it for the case.

mod jira;
mod rehearsed;
mod webhook;

pub use jira::Jira;
pub use rehearsed::{Pretended, Rehearsed};

use super::http::{Said, Silence, Speaker};
use super::outside::Performed;
use super::webhook::Webhook;
use crate::clock::{Clock, Length, Timestamp};
use crate::domain::answer::Answer;
use crate::domain::ticket::TicketAnswer;
use crate::domain::ticket::ask::{Ask, Step};
use crate::id::UserId;
use crate::store::{Claim, Doubt, Outcome};
use std::collections::BTreeMap;

/// The longest wait between two tries.
const LONGEST_WAIT: Length = Length::minutes(5);
/// How long a request is tried before a person has to do it.
const TRIED_FOR: Length = Length::hours(24);
/// Tries before anybody is told that it is late.
const QUIET_TRIES: u32 = 3;
/// How long after a lost answer the system is searched, again and again: a new ticket may be found late.
const LOOKS: [Length; 3] = [Length::seconds(5), Length::seconds(15), Length::seconds(60)];

/// Where a desk's tickets are raised.
#[derive(Clone, Debug)]
pub enum TicketSystem {
    Jira(Jira),
    Webhook(Webhook),
    /// In a rehearsal: it answers, and nothing leaves this machine.
    Rehearsed(Rehearsed),
}

impl TicketSystem {
    /// What was only pretended since this was last asked.
    pub(super) fn pretended(&self) -> Vec<Pretended> {
        match self {
            Self::Rehearsed(rehearsed) => rehearsed.take(),
            Self::Jira(_) | Self::Webhook(_) => Vec::new(),
        }
    }
}

/// What goes along with a request and is only known when it is sent.
#[derive(Clone, Debug, Default)]
pub struct Papers {
    /// A link to the thread.
    pub link: Option<String>,
    pub transcript: Option<Transcript>,
    /// Addresses, as Slack knows them.
    pub emails: BTreeMap<UserId, String>,
}

/// A thread as text and as a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transcript {
    pub text: String,
    pub html: String,
}

/// How a try at a step ended.
enum Ended {
    /// It stands under this key.
    Stands {
        key: String,
        url: Option<String>,
    },
    Done,
    Later {
        after: Option<u64>,
        why: String,
    },
    /// Its answer was lost.
    Perhaps {
        why: String,
    },
    /// Looked for, and not found yet.
    NotFound,
    /// In the other system's words.
    Never {
        why: String,
    },
}

impl Ended {
    /// Of what does no harm when it is done twice: whether it was done need not be looked for.
    fn harmless(self) -> Self {
        match self {
            Self::Perhaps { why } => Self::Later { after: None, why },
            other @ (Self::Stands { .. }
            | Self::Done
            | Self::Later { .. }
            | Self::NotFound
            | Self::Never { .. }) => other,
        }
    }
}

impl From<Silence> for Ended {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Unsent(why) => Self::Later { after: None, why },
            Silence::Lost(why) => Self::Perhaps { why },
        }
    }
}

/// What an answer that is none means. `words` finds the other system's own.
fn unwell(said: &Said, words: impl Fn(&[u8]) -> Option<String>) -> Ended {
    let told = words(&said.body).map_or_else(String::new, |words| format!(": {words}"));
    let why = format!("it answers {}{told}", said.status.as_u16());
    match said.status.as_u16() {
        429 => Ended::Later { after: said.retry_after, why: "it asks to wait (429)".to_owned() },
        401 => Ended::Later { after: Some(60), why: format!("{why}; is the token right?") },
        408 | 500..=599 => Ended::Perhaps { why },
        _ => Ended::Never { why: words(&said.body).unwrap_or(why) },
    }
}

/// Carries out one request.
pub(super) async fn perform<C: Clock>(
    system: Option<&TicketSystem>,
    speaker: &Speaker,
    claim: &Claim,
    papers: &Papers,
    clock: &C,
) -> Performed {
    let ask: Ask = match serde_json::from_value(claim.call.body.clone()) {
        Ok(ask) => ask,
        Err(error) => return Outcome::Dead { why: format!("it cannot be read ({error})") }.into(),
    };
    let now = clock.now();
    let ended = match system {
        Some(TicketSystem::Jira(jira)) => jira.perform(speaker, claim.doubt, &ask, papers).await,
        Some(TicketSystem::Webhook(hook)) => {
            webhook::perform(hook, speaker, &ask, claim.call.slot, papers, now).await
        }
        Some(TicketSystem::Rehearsed(rehearsed)) => rehearsed.perform(&ask, papers, now),
        None => Ended::Never { why: "this desk raises no tickets any more".to_owned() },
    };
    settled(ended, claim, &ask, now)
}

fn settled(ended: Ended, claim: &Claim, ask: &Ask, now: Timestamp) -> Performed {
    let ticket = |answer: TicketAnswer| Some(Answer::Ticket(answer));
    let delivered = Outcome::Delivered { channel: None, ts: None };
    match ended {
        Ended::Stands { key, url } => {
            Performed { outcome: delivered, answer: ticket(TicketAnswer::Raised { key, url }) }
        }
        Ended::Done => delivered.into(),
        Ended::Never { why } => {
            Performed { answer: ticket(refused(ask, &why)), outcome: Outcome::Dead { why } }
        }
        Ended::Perhaps { why } => {
            let wait = LOOKS[0].max(Length::seconds(2).doubled(claim.attempts, LONGEST_WAIT));
            again(claim, ask, now, wait, Doubt::PerhapsDone { looked: 0 }, why)
        }
        Ended::NotFound => {
            let looked = match claim.doubt {
                Doubt::PerhapsDone { looked } => looked + 1,
                Doubt::No => 1,
            };
            let wait = LOOKS.get(looked as usize).copied();
            let doubt = if wait.is_some() { Doubt::PerhapsDone { looked } } else { Doubt::No };
            let why = "its answer was lost, and it is looked for".to_owned();
            again(claim, ask, now, wait.unwrap_or(Length::seconds(1)), doubt, why)
        }
        Ended::Later { after, why } => {
            let wait = after.and_then(|seconds| u32::try_from(seconds.min(3_600)).ok()).map(Length::seconds);
            let wait = wait.unwrap_or(Length::seconds(2).doubled(claim.attempts, LONGEST_WAIT));
            again(claim, ask, now, wait, claim.doubt, why)
        }
    }
}

/// Tried once more after `wait`: for a day at most, and people are told when it is late.
fn again(claim: &Claim, ask: &Ask, now: Timestamp, wait: Length, doubt: Doubt, why: String) -> Performed {
    if now - claim.first_tried_at.unwrap_or(now) > TRIED_FOR.delta() {
        let why = format!("{why}; it was tried for a day");
        return Performed {
            answer: Some(Answer::Ticket(refused(ask, &why))),
            outcome: Outcome::Dead { why },
        };
    }
    let tells = claim.attempts >= QUIET_TRIES && matches!(ask.step, Step::Raise(_));
    let answer = tells.then(|| Answer::Ticket(TicketAnswer::Late { why: why.clone() }));
    Performed { outcome: Outcome::Retry { at: now + wait.delta(), doubt, why }, answer }
}

fn refused(ask: &Ask, why: &str) -> TicketAnswer {
    let why = why.to_owned();
    match ask.step.kind() {
        Some(step) => TicketAnswer::StepRefused { number: ask.number, step, why },
        None => TicketAnswer::Refused { why },
    }
}
