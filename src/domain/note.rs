//! Texts that somebody reads, as data: `view` words them.

use crate::clock::Timestamp;
use crate::coverage::Answer;
use crate::domain::booking::BookingNote;
use crate::domain::case::WaitingFor;
use crate::domain::closing::note::ClosingNote;
use crate::domain::closing::parting::Ended;
use crate::domain::cover::note::{CoverNote, OnDesk};
use crate::domain::effect::{Passed, PingReason};
use crate::domain::figures::DeskFigures;
use crate::domain::mail::MailNote;
use crate::domain::playbook::note::PlaybookNote;
use crate::domain::routine::note::RoutineNote;
use crate::domain::similar::{For, Similar};
use crate::domain::ticket::TicketNote;
use crate::domain::timeline::Entry;
use crate::id::{CaseId, ChannelId, DeskKey, FieldKey, UserId};
use serde::{Deserialize, Serialize};

/// A text that somebody reads; `view` words it.
#[derive(Clone, Debug, PartialEq)]
pub enum Note {
    // To one who acted on a case.
    /// Somebody else has it.
    AlreadyOwned {
        case: CaseId,
        owner: UserId,
        since: Timestamp,
    },
    /// They have it already.
    AlreadyYours {
        case: CaseId,
    },
    /// Only those who answer on this desk can do that.
    NotAResponder {
        desk: DeskKey,
    },
    /// Only the owner (or a supervisor) can do that; nobody or somebody else owns it.
    NotYours {
        case: CaseId,
        owner: Option<UserId>,
    },
    /// Only supervisors can do that.
    SupervisorsOnly {
        desk: DeskKey,
    },
    /// It is resolved: reopen it first.
    IsResolved {
        case: CaseId,
        by: UserId,
        at: Timestamp,
    },
    IsWithdrawn {
        case: CaseId,
    },
    /// It is open: nothing to reopen.
    NotResolved {
        case: CaseId,
    },
    /// The words do not stand in the thread of a case.
    NoCaseHere,
    /// The case the button belongs to is no longer kept.
    CaseGone,
    /// The guard: somebody owns this thread. With three ways on.
    Guard {
        case: CaseId,
        owner: UserId,
        since: Timestamp,
    },
    /// The owner was told privately, or asked.
    OwnerTold {
        owner: UserId,
    },
    OwnerAsked {
        owner: UserId,
        until: Timestamp,
    },
    /// `holder` has it meanwhile; none for the one who reads it.
    ReceiverAsked {
        to: UserId,
        holder: Option<UserId>,
        until: Timestamp,
    },
    /// A question of this kind is open already.
    OfferStands {
        until: Timestamp,
    },
    /// The question was answered, withdrawn or has lapsed.
    OfferOver,
    /// Hand over to whom? It needs one responder by mention.
    WhoTo {
        case: CaseId,
    },
    /// That person does not answer on this desk.
    NotAResponderThem {
        them: UserId,
        desk: DeskKey,
    },
    /// A time that could not be understood, or is past.
    WhenUnclear,
    /// A word of `tags` is not one of the desk's.
    UnknownTags {
        unknown: Vec<String>,
        known: Vec<String>,
    },
    TagsSet {
        case: CaseId,
        tags: Vec<String>,
    },
    /// Resolving needs these first. With a button that opens the form.
    ResolveNeeds {
        case: CaseId,
        needs: Vec<String>,
    },
    Held {
        case: CaseId,
        waiting_for: WaitingFor,
        until: Timestamp,
    },
    HelpIsAsked {
        case: CaseId,
        who: Vec<UserId>,
    },
    /// Nobody of those asked for can answer now.
    NobodyToHelp {
        case: CaseId,
        passed: Vec<Passed>,
    },
    NoPlaybooks {
        desk: DeskKey,
    },
    /// Why somebody was pinged: the whole decision.
    Why(Box<Why>),
    /// The state of a case.
    Status(Box<Status>),
    /// The case is theirs now.
    YoursNow {
        case: CaseId,
    },
    Done,
    /// Cases like this one that were solved before.
    SolvedBefore {
        case: CaseId,
        eyes: For,
        similar: Vec<Similar>,
    },
    /// The desk's last seven days.
    Report {
        desk: DeskKey,
        figures: Box<DeskFigures>,
    },

    // Intake.
    /// The private pointer to the thread: a responder typed into the channel.
    ReplyInThread {
        case: CaseId,
    },
    /// The same for a requester whose post joined the case.
    JoinedThread {
        case: CaseId,
    },
    /// The template to copy.
    Template {
        desk: DeskKey,
    },
    /// The case was filed.
    Filed {
        case: CaseId,
    },
    /// This message has a case already.
    AlreadyACase {
        case: CaseId,
    },
    EscalateHelp {
        desk: Option<DeskKey>,
    },
    /// What the bot understands, after something it does not.
    MentionHelp,
    /// What the bot understands, for whoever asks.
    Words,
    /// No desk of this installation is in this channel.
    /// With a button for each desk; `text` is what was typed.
    NoDeskHere {
        desks: Vec<(DeskKey, String)>,
        channel: ChannelId,
        text: String,
    },
    /// The channel was switched off.
    SwitchedOff {
        desk: DeskKey,
    },
    SwitchedOn {
        desk: DeskKey,
    },
    IsOff {
        desk: DeskKey,
    },
    SetupDone {
        desk: DeskKey,
    },
    /// The desk has no roles to fill.
    NoRoles {
        desk: DeskKey,
    },
    /// The desk is switched off for this client organisation; also said in the thread.
    NotServed {
        desk: DeskKey,
        organisation: String,
    },
    /// The desk takes cases in a channel the bot does not know.
    NoHomeChannel {
        desk: DeskKey,
    },

    /// About the booking.
    Booking(BookingNote),
    /// About e-mails.
    Mail(MailNote),

    /// About tickets.
    Ticket(TicketNote),

    // In the thread.
    /// The desk is closed: when it opens, what happens next, where to help oneself.
    AfterHours {
        opens_at: Option<Timestamp>,
        requester: UserId,
        desk: DeskKey,
        urgent: bool,
        queued: bool,
    },
    /// It is not proven: ask elsewhere, or say that it is.
    Redirect {
        case: CaseId,
        field: FieldKey,
    },
    SentElsewhere {
        to: String,
    },
    ResolvedBy {
        by: UserId,
        outcome: Option<String>,
        note: Option<String>,
        how: Ended,
    },
    ReopenedBy {
        by: UserId,
    },
    ReleasedBy {
        by: UserId,
    },
    HandedOver {
        from: UserId,
        to: UserId,
    },
    HoldEnded {
        waiting_for: WaitingFor,
        since: Timestamp,
    },
    /// Who was told of this ping while Slack took no posts, and how.
    Detoured {
        ping: u32,
    },
    /// The clock runs although something is missing, and nobody at all can be pinged.
    NobodyAtAll,

    // Unprompted, by direct message.
    /// The private, softer form of a ping.
    Nudge {
        case: CaseId,
        about: NudgeAbout,
        since: Timestamp,
    },
    /// Somebody wants the owner to look at the thread.
    Heads {
        case: CaseId,
        from: UserId,
    },
    TakeOverAsked {
        case: CaseId,
        by: UserId,
        offer: u32,
        until: Timestamp,
    },
    HandOverAsked {
        case: CaseId,
        from: UserId,
        offer: u32,
        until: Timestamp,
    },
    OfferAccepted {
        case: CaseId,
        by: UserId,
    },
    OfferDeclined {
        case: CaseId,
        by: UserId,
    },
    OfferLapsed {
        case: CaseId,
        by: UserId,
    },
    /// The owner is away: keep it, hand over or release?
    AwayWithCase {
        case: CaseId,
        until: Timestamp,
    },
    /// Their case was released because they are away.
    TakenBack {
        case: CaseId,
    },
    /// A post of ours can never arrive.
    CannotPost {
        case: CaseId,
        channel: ChannelId,
        why: String,
    },
    /// A ping by direct message, because the one in the thread cannot arrive.
    PingedHere {
        case: CaseId,
        tier: Option<String>,
    },

    /// About a case's playbooks.
    Playbook(PlaybookNote),

    // Coverage.
    WhoIsOn {
        desks: Vec<OnDesk>,
    },
    AwaySet {
        until: Option<Timestamp>,
        reason: Option<String>,
    },
    BackSet {
        still: Option<Answer>,
    },
    NotListed,
    CoverageHelp,
    Cover(CoverNote),

    /// About a case's end.
    Closing(ClosingNote),
    Routine(RoutineNote),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NudgeAbout {
    FirstAnswer,
    Answer,
    Update,
    /// 80 % of the time to resolve is over.
    Resolve,
    HoldEnded,
}

/// The decision behind one ping.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    pub case: CaseId,
    pub person: UserId,
    pub tier: Option<String>,
    pub reason: PingReason,
    pub at: Timestamp,
    pub to: Vec<UserId>,
    pub passed: Vec<Passed>,
    /// What the resolver says of the person now.
    pub answer: Option<Answer>,
}

/// What `status` tells.
#[derive(Clone, Debug, PartialEq)]
pub struct Status {
    pub case: CaseId,
    pub recent: Vec<Entry>,
}
