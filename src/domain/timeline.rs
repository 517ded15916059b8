//! Everything that happened to a case, with the reason for every ping.

use crate::clock::Timestamp;
use crate::domain::booking::BookedHow;
use crate::domain::case::{ClaimedBy, WaitingFor};
use crate::domain::closing::note::Parted;
use crate::domain::cover::ledger::CoverHappened;
use crate::domain::detour::DetourHappened;
use crate::domain::effect::{Passed, PingReason, Slot};
use crate::domain::mail::MailState;
use crate::domain::mail::unsent::UnsentBecame;
use crate::domain::note::NudgeAbout;
use crate::domain::playbook::note::PlaybookEntry;
use crate::domain::ticket::TicketHappened;
use crate::id::{CaseId, FieldKey, MessageTs, UserId};
use serde::{Deserialize, Serialize};

/// One line of a case's timeline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub case: CaseId,
    pub at: Timestamp,
    pub by: Option<UserId>,
    pub what: Happened,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Happened {
    Opened,
    /// A further post joined the report.
    Joined {
        ts: MessageTs,
    },
    /// Asked for these fields.
    AskedFor {
        fields: Vec<FieldKey>,
    },
    Completed,
    AfterHours {
        opens_at: Option<Timestamp>,
    },
    Redirected,
    Pinged {
        ping: u32,
        tier: Option<String>,
        to: Vec<UserId>,
        reason: PingReason,
        passed: Vec<Passed>,
    },
    Undeliverable {
        slot: Slot,
        why: String,
    },
    Claimed {
        via: ClaimedBy,
    },
    /// A claim that came second.
    ClaimLost {
        owner: UserId,
    },
    /// The requester wrote: our turn.
    RequesterSpoke,
    /// A responder wrote: their turn.
    ResponderSpoke,
    Guarded {
        owner: UserId,
    },
    HelpAsked {
        who: Vec<UserId>,
    },
    Offered {
        to: UserId,
    },
    OfferDeclined {
        by: UserId,
    },
    OfferLapsed,
    HandedOver {
        from: UserId,
        to: UserId,
    },
    TookOver {
        from: UserId,
        to: UserId,
    },
    Released {
        why: ReleasedBecause,
    },
    Held {
        waiting_for: WaitingFor,
        until: Timestamp,
    },
    HoldEnded,
    Nudged {
        about: NudgeAbout,
    },
    Tagged {
        tags: Vec<String>,
    },
    Resolved {
        owner: Option<UserId>,
        outcome: Option<String>,
        note: Option<String>,
    },
    /// Something else about its end.
    Parted(Parted),
    Reopened,
    Withdrawn {
        why: WithdrawnBecause,
    },
    /// On a desk's own timeline: what became of its coverage.
    Cover(CoverHappened),
    /// What became known of the booking.
    Booked {
        booked: BookedHow,
    },
    /// An e-mail was given to the mail server, by its number.
    Mailed {
        mail: u32,
    },
    MailBecame {
        mail: u32,
        state: MailState,
    },
    /// What became of an e-mail that waited to be sent, by its number.
    MailWaits {
        mail: u32,
        what: UnsentBecame,
    },
    /// About a playbook.
    Playbook(PlaybookEntry),
    /// Something became of a ticket.
    Ticketed {
        ticket: TicketHappened,
    },
    /// A ping went round Slack.
    Detoured {
        detour: DetourHappened,
    },
    /// The bot was away from then on, and has read what was said.
    CaughtUp {
        away_since: Timestamp,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleasedBecause {
    Asked,
    ReactionRemoved,
    OwnerAway,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawnBecause {
    PostDeleted,
    SentElsewhere,
    /// The desk is switched off for the client organisation it concerns.
    NotServed,
}
