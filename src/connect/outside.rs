//! Requests of cases to other systems: each call goes to the one that its address names, and comes back with an
//! answer for the case.

use crate::clock::Clock;
use crate::domain::answer::Answer;
use crate::domain::booking::Looked;
use crate::domain::mail::Posted;
use crate::store::{Claim, Outcome};
use crate::view::call::System;

/// How a try ended, and what the case is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    pub outcome: Outcome,
    pub answer: Option<Answer>,
}

impl From<Outcome> for Performed {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, answer: None }
    }
}

impl Performed {
    /// The request is done with, and this is the answer.
    pub(super) fn answered(answer: Answer) -> Self {
        Self { outcome: Outcome::Delivered { channel: None, ts: None }, answer: Some(answer) }
    }
}

/// The other systems, as the configuration names them.
#[derive(Debug)]
pub struct Outside<C> {
    _clock: C,
}

impl<C: Clock> Outside<C> {
    pub fn new(clock: C) -> Self {
        Self { _clock: clock }
    }

    /// Carries out one request and says how that ended. Never fails: what came of it says it all.
    pub fn perform(&self, system: System, claim: &Claim) -> impl Future<Output = Performed> + Send + use<C> {
        let id = claim.call.body.get("id").and_then(|id| id.as_str()).unwrap_or_default().to_owned();
        let answer = match system {
            System::Bookings => {
                let why = "no directory of bookings is set up".to_owned();
                Answer::Booking(Looked::Unread { id, why })
            }
            System::Mail => Answer::Mail(Posted::Refused { why: "no mail server is set up".to_owned() }),
        };
        std::future::ready(Performed::answered(answer))
    }
}
