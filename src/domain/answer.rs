//! What other systems answered to what was asked of them on behalf of a case.

use crate::domain::booking::Looked;
use crate::domain::detour::{self, DetourAnswer};
use crate::domain::draft::Draft;
use crate::domain::effect::Slot;
use crate::domain::mail::Posted;
use crate::domain::people::Scene;
use crate::domain::ticket::{self, TicketAnswer};
use crate::domain::{booking, mail};
use serde::{Deserialize, Serialize};

/// One answer, to the request in a slot of the case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Of the directory of bookings.
    Booking(Looked),
    /// Of the mail server.
    Mail(Posted),
    /// Of the ticket system.
    Ticket(TicketAnswer),
    /// Of whatever a ping was sent by round Slack.
    Detour(DetourAnswer),
}

impl Answer {
    /// What kind of answer it is: each kind counts once for a request.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Booking(Looked::Found(_)) => "booking-found",
            Self::Booking(Looked::Unknown { .. }) => "booking-unknown",
            Self::Booking(Looked::Unread { .. }) => "booking-unread",
            Self::Mail(Posted::Late { .. }) => "mail-late",
            Self::Mail(Posted::Sent { .. }) => "mail-sent",
            Self::Mail(Posted::Perhaps { .. }) => "mail-perhaps",
            Self::Mail(Posted::Refused { .. }) => "mail-refused",
            Self::Ticket(answer) => answer.kind(),
            Self::Detour(answer) => answer.kind(),
        }
    }
}

/// What follows from an answer.
pub(super) fn answered(draft: &mut Draft, scene: &Scene<'_>, slot: Slot, answer: &Answer) {
    let Slot::Request(number) = slot else { return };
    match answer {
        Answer::Booking(looked) => booking::looked(draft, scene, looked),
        Answer::Mail(posted) => mail::decide::posted(draft, scene, number, posted),
        Answer::Ticket(answer) => ticket::decide::answered(draft, scene, number, answer),
        Answer::Detour(answer) => detour::answered(draft, scene, number, answer),
    }
}
