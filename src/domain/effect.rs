//! What should happen: everything a decision can ask for, in imperatives.

use crate::clock::{Length, Timestamp};
use crate::coverage::Answer;
use crate::domain::cover::note::CoverWord;
use crate::domain::detour::DetourWord;
use crate::domain::event::FormRef;
use crate::domain::home::Home;
use crate::domain::mail::MailWord;
use crate::domain::note::Note;
use crate::domain::playbook::note::PlaybookWord;
use crate::domain::routine::note::RoutineWord;
use crate::domain::ticket::TicketWord;
use crate::id::{FieldKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A message is addressed by its place in the case; where that is in Slack is learnt on delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Slot {
    /// The bot's own post that a case by `/escalate` hangs on.
    Root,
    /// The card.
    Card,
    /// The request for missing fields.
    Missing,
    /// A ping in the thread, by number.
    Ping(u32),
    /// Any other word in the thread or by direct message, by number (shared with pings).
    Note(u32),
    /// A request to another system, by number (shared with pings).
    Request(u32),
    /// A step of a playbook, or the offer of one, by number (shared with pings): kept up to date in place.
    Step(u32),
    /// A list of somebody's working day, in their direct messages, by number; it belongs to no case.
    List(u32),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Post the message that the case's thread will hang on.
    PostRoot,
    /// Post the card, or bring it up to date.
    ShowCard,
    /// Ask for these in the thread, or bring that request up to date.
    AskForMissing(Vec<Problem>),
    /// Take the request for missing fields away.
    DropMissing,
    Ping(Ping),
    /// Forget the pings of this case that have not left yet.
    CancelPings,
    /// A word in the thread that mentions nobody.
    Say {
        slot: u32,
        note: Note,
    },
    /// The same, which the channel sees as well.
    Announce {
        slot: u32,
        note: Note,
    },
    /// A direct message.
    Tell {
        to: UserId,
        slot: u32,
        note: Note,
    },
    /// Ask the directory for the booking of this id.
    LookUp {
        slot: u32,
        id: String,
    },
    /// About an e-mail of the case.
    Mail(MailWord),
    /// A message of a playbook that is kept up to date in place.
    Playbook(PlaybookWord),
    /// About a ticket of the case.
    Ticket(TicketWord),
    /// A ping's way round Slack.
    Detour(DetourWord),
    /// A word about coverage, outside every case.
    Cover(CoverWord),
    /// A word about somebody's working day, outside every case.
    Routine(RoutineWord),
    /// Somebody's App Home, as it now is.
    ShowHome(Box<Home>),
}

/// A new message in the thread that mentions people because an answer is due.
#[derive(Clone, Debug, PartialEq)]
pub struct Ping {
    /// The number of its slot.
    pub number: u32,
    /// The tier at work; `None` for the supervisor.
    pub tier: Option<String>,
    /// Whom it mentions, in order; never empty.
    pub to: Vec<UserId>,
    pub reason: PingReason,
    /// Who was passed over on the way here, and why.
    pub passed: Vec<Passed>,
    /// Those who get it by direct message as well.
    pub dm: Vec<UserId>,
    /// When it was due; late if the bot was away.
    pub due_at: Timestamp,
    /// How late it is, when that is worth saying.
    pub late_by: Option<Length>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PingReason {
    /// A new case.
    Opened,
    /// The desk opened; the case was posted while it was closed, at this instant.
    DeskOpened { posted_at: Timestamp },
    /// The requester says it cannot wait.
    CannotWait,
    /// The details that it was held for are there.
    Completed,
    /// The tier before did not answer within its wait.
    NoAnswer { tier: String, waited_for: Length },
    /// All who were pinged became unavailable.
    AllWentAway { tier: String },
    /// Nobody answered; this tier once more.
    Repeated { time: u32 },
    /// No tier has anybody available.
    NobodyAvailable,
    /// Every tier was tried and nobody answered.
    Exhausted,
    /// Still nobody.
    Reminder { time: u32 },
    /// This person became available while their tier stands.
    CameBack,
    /// The owner gave it back.
    Released { by: UserId },
    /// The owner is away and did not hand over.
    OwnerAway { owner: UserId },
    /// It was resolved, and is not.
    Reopened { by: UserId },
    /// The owner asks for help.
    HelpAsked { by: UserId },
    /// The owner has not answered in time; they keep the lead.
    ReplyLate { owner: UserId },
    /// The requester has not heard anything in time.
    UpdateLate { owner: UserId },
    /// Not resolved in time.
    ResolveLate { owner: UserId },
    /// The booking was not known when this tier was tried, and is now.
    BookingFound,
    /// A step of a playbook pings.
    Step { playbook: String, text: String },
    /// A step of a playbook is overdue, and whoever does it was reminded.
    StepLate { playbook: String, text: String },
    /// The ping before could not be delivered.
    Undeliverable,
}

/// Somebody who would have been pinged, and why not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Passed {
    pub tier: String,
    pub person: UserId,
    pub why: PassedBecause,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PassedBecause {
    /// The resolver's answer.
    Unavailable(Answer),
    /// Released this case a moment ago.
    ReleasedIt,
    /// The tier pings the next in turn only, and it was not theirs.
    NotNext,
    /// Their Slack account is not known or closed.
    NotInSlack,
}

/// A field that is missing or wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub field: FieldKey,
    /// The label the person knows.
    pub label: String,
    pub kind: ProblemKind,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProblemKind {
    Missing,
    NotAUrl,
    NotEmails {
        wrong: Vec<String>,
    },
    NotOneOf {
        choices: Vec<String>,
    },
    NotANumber,
    /// Does not match the pattern of the id.
    NotAnId,
    NotATime,
    /// A last day before the first.
    BeforeTheFirst,
    NotAffirmed,
    /// No hours of a day (`09:00-12:00, 13:00-17:30`, or `closed`).
    NotHours,
    /// A day that is past or too far ahead.
    NotADayAhead,
    NotAUser,
    /// The desk is switched off for this organisation.
    NotServed,
    TooLong {
        most: usize,
    },
    /// More than so many addresses.
    TooMany {
        most: usize,
    },
    /// Blanks of a template that nobody has filled.
    StillBlank {
        blanks: Vec<String>,
    },
    /// Not the name of a time zone.
    NotAZone,
}

/// What rides on the acknowledgement or follows it at once: tried once, never the only copy of anything.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    Silent,
    /// For this person's eyes, where they acted.
    Private(Note),
    OpenForm(Box<Form>),
    /// The sent form stays open with these under its fields.
    FieldErrors(BTreeMap<String, Problem>),
}

/// A form to open.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    pub form: FormRef,
    /// What is already known, by field.
    pub given: BTreeMap<String, Vec<String>>,
    /// Shown under the fields from the beginning.
    pub problems: Vec<Problem>,
}
