//! What happened: everything that can wake a decision, in past participles.

use crate::clock::Timestamp;
use crate::domain::answer::Answer;
use crate::domain::closing::note::{ClosingButton, ClosingForm};
use crate::domain::command::Command;
use crate::domain::cover::note::{CoverButton, CoverForm};
use crate::domain::effect::Slot;
use crate::domain::home::HomeButton;
use crate::domain::mail::{MailButton, MailForm};
use crate::domain::playbook::note::{PlaybookButton, PlaybookForm};
use crate::domain::routine::note::{RoutineButton, RoutineForm};
use crate::domain::ticket::TicketButton;
use crate::id::{CaseId, ChannelId, DeliveryKey, DeskKey, MessageTs, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One thing that happened, known by its keys so that it counts once.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// The envelope's key and the content's key; either one seen before means all was done.
    pub keys: Vec<DeliveryKey>,
    /// When it happened, as far as Slack says; else when it arrived.
    pub at: Timestamp,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// A new message, in a channel or a thread, in a channel of ours or a direct message.
    Posted(Message),
    /// A message whose text or files changed.
    Edited(Message),
    Deleted {
        channel: ChannelId,
        ts: MessageTs,
    },
    Reacted {
        by: UserId,
        channel: ChannelId,
        ts: MessageTs,
        emoji: String,
        change: Reaction,
    },
    /// The reactions on a message as they are now: what catching up finds.
    ReactionsSeen {
        channel: ChannelId,
        ts: MessageTs,
        present: Vec<(String, UserId)>,
    },
    /// A slash command.
    Commanded {
        by: UserId,
        channel: ChannelId,
        channel_name: String,
        command: Command,
    },
    /// The message shortcut "Escalate this".
    Shortcut {
        by: UserId,
        message: Message,
    },
    Pressed {
        by: UserId,
        button: Button,
        on: PressedOn,
    },
    Submitted {
        by: UserId,
        form: FormRef,
        values: FormValues,
    },
    /// The deadline of the subject came.
    Due,
    /// A call of this case reached Slack.
    Delivered {
        slot: Slot,
    },
    /// A call of this case can never reach Slack.
    Undeliverable {
        slot: Slot,
        why: String,
    },
    /// Another system answered what this case asked of it.
    Answered {
        slot: Slot,
        answer: Answer,
    },
    /// A ping waited at the head of its lane for longer than it stays true.
    WentStale {
        slot: Slot,
    },
    /// Slack says that somebody's status is now this.
    StatusSet {
        user: UserId,
        status: crate::coverage::Status,
    },
    /// Slack says that somebody's do-not-disturb is now this.
    DndSet {
        user: UserId,
        dnd: Option<crate::coverage::Dnd>,
    },
    /// Slack shows somebody's green dot, or does not; asked for only where a desk wants to know.
    PresenceSet {
        user: UserId,
        presence: crate::coverage::Presence,
    },
    /// The bot read a case's thread after an absence: all said in it is known, it may carry on.
    CaughtUp {
        away_since: Timestamp,
    },
    /// Somebody looks at their App Home.
    HomeOpened {
        user: UserId,
    },
    /// Facts under a decision changed: configuration, group members, time zone rules.
    FactsChanged,
}

/// What the event is about when it does not say so itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    Case(CaseId),
    Person(UserId),
    Desk(DeskKey),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reaction {
    Added,
    Removed,
}

/// A message as Slack gave it.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub channel: ChannelId,
    pub channel_kind: ChannelKind,
    pub ts: MessageTs,
    /// The root of its thread; `None` on a top-level message.
    pub thread: Option<MessageTs>,
    pub by: UserId,
    pub author: Author,
    /// Slack's own encoding (`<@U…>`, `<https://…|…>`, `&amp;`).
    pub text: String,
    pub files: Vec<SharedFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    Channel,
    Direct,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Author {
    Person,
    /// An app or integration; never a requester, never a responder.
    Bot,
    /// Slack's own line: somebody joined, a topic was set.
    System,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedFile {
    pub id: String,
    pub name: String,
}

/// Where a button was pressed.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PressedOn {
    pub channel: Option<ChannelId>,
    pub message: Option<MessageTs>,
    pub thread: Option<MessageTs>,
}

/// What a button does. It travels as JSON in the button's value, and is checked again when pressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Button {
    Claim(CaseId),
    AskForHelp(CaseId),
    HandOver(CaseId),
    Hold(CaseId),
    Resolve(CaseId),
    Release(CaseId),
    Reopen(CaseId),
    /// The card's "More": the current state and history for the one who pressed.
    Status(CaseId),
    /// "Why me?" on ping number `ping`.
    WhyMe {
        case: CaseId,
        ping: u32,
    },
    /// "Add what is missing": opens the form with what was given.
    Complete(CaseId),
    /// The guard's ways on.
    TellOwner(CaseId),
    OfferTakeOver(CaseId),
    LeaveIt(CaseId),
    /// Answers to an offer to hand over or take over, by offer number.
    AcceptOffer {
        case: CaseId,
        offer: u32,
    },
    DeclineOffer {
        case: CaseId,
        offer: u32,
    },
    /// The owner who went away keeps it all the same.
    KeepIt(CaseId),
    /// "It cannot wait" in the after-hours answer.
    CannotWait(CaseId),
    /// "It is proven" in a redirect.
    ItIsProven(CaseId),
    /// "Ask in #trainers instead" in a redirect.
    AskElsewhere(CaseId),
    /// Which desk, after `/escalate` in a channel without one.
    /// `text` is what was typed, carried along.
    ChooseDesk {
        desk: DeskKey,
        channel: ChannelId,
        text: String,
    },
    /// End a hold before its time.
    EndHold(CaseId),
    /// Write down what is known of the booking.
    Booking(CaseId),
    /// About an e-mail.
    Mail(Box<MailButton>),
    /// About a case's end.
    Closing(ClosingButton),
    /// About a case's playbooks.
    Playbook(PlaybookButton),
    /// About a ticket.
    Ticket(TicketButton),
    /// About coverage, and in App Home.
    Cover(CoverButton),
    /// About the working day.
    Routine(RoutineButton),
    /// In App Home.
    Home(HomeButton),
}

impl Button {
    /// The case that it is about, where it is about one.
    pub fn case(&self) -> Option<&CaseId> {
        match self {
            Self::Claim(case)
            | Self::AskForHelp(case)
            | Self::HandOver(case)
            | Self::Hold(case)
            | Self::Resolve(case)
            | Self::Release(case)
            | Self::Reopen(case)
            | Self::Status(case)
            | Self::WhyMe { case, .. }
            | Self::Complete(case)
            | Self::TellOwner(case)
            | Self::OfferTakeOver(case)
            | Self::LeaveIt(case)
            | Self::AcceptOffer { case, .. }
            | Self::DeclineOffer { case, .. }
            | Self::KeepIt(case)
            | Self::CannotWait(case)
            | Self::ItIsProven(case)
            | Self::AskElsewhere(case)
            | Self::EndHold(case)
            | Self::Booking(case) => Some(case),
            Self::Mail(button) => Some(&button.case),
            Self::Closing(button) => Some(button.case()),
            Self::Playbook(button) => Some(button.case()),
            Self::Ticket(TicketButton::Raise(case)) => Some(case),
            Self::ChooseDesk { .. } | Self::Cover(_) | Self::Routine(_) | Self::Home(_) => None,
        }
    }
}

/// Which form was sent, with what it needs to know again. It travels in the form's private metadata.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FormRef {
    /// A new case; `from` is the message it starts from when a shortcut opened the form.
    Escalate {
        desk: DeskKey,
        channel: ChannelId,
        from: Option<FromMessage>,
    },
    /// More for a case that stands.
    Complete(CaseId),
    AskForHelp(CaseId),
    HandOver(CaseId),
    Hold(CaseId),
    Resolve(CaseId),
    Setup {
        desk: DeskKey,
        channel: ChannelId,
    },
    ChooseDesk {
        channel: ChannelId,
    },
    /// What is known of the booking, by hand.
    Booking(CaseId),
    /// An e-mail, to be read, changed and sent.
    Mail(MailForm),
    /// About a case's end.
    Closing(ClosingForm),
    /// About a case's playbooks.
    Playbook(PlaybookForm),
    /// A ticket to be raised.
    Ticket(CaseId),
    /// About coverage.
    Cover(CoverForm),
    /// About the working day.
    Routine(RoutineForm),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FromMessage {
    pub ts: MessageTs,
    pub thread: Option<MessageTs>,
    pub author: UserId,
}

/// A form's answers: by field, each chosen or typed value.
pub type FormValues = BTreeMap<String, Vec<String>>;
