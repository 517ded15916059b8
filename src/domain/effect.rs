//! What should happen: everything a decision can ask for, in imperatives.

use crate::clock::{Length, Timestamp};
use crate::coverage::Answer;
use crate::domain::case::{ClaimedBy, WaitingFor};
use crate::domain::cover::note::{CoverNote, CoverWord, Home};
use crate::domain::event::FormRef;
use crate::id::{CaseId, ChannelId, DeskKey, FieldKey, MessageTs, UserId};
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
    /// A direct message.
    Tell {
        to: UserId,
        slot: u32,
        note: Note,
    },
    /// A word about coverage, outside every case.
    Cover(CoverWord),
    /// Somebody's App Home, as it now is.
    ShowHome(Home),
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
    NotAUser,
    TooLong {
        most: usize,
    },
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
    ReceiverAsked {
        to: UserId,
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
    MentionHelp,
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
    /// The desk takes cases in a channel the bot does not know.
    NoHomeChannel {
        desk: DeskKey,
    },

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
    /// A ping by direct message, beside the one in the thread.
    PingedInThread {
        case: CaseId,
        tier: Option<String>,
    },

    // Coverage.
    WhoIsOn {
        desks: Vec<DeskKey>,
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
    Reopened,
    Withdrawn {
        why: WithdrawnBecause,
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
}
