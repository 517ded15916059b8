//! One issue and its thread, from the post to its resolution.

use crate::clock::Timestamp;
use crate::domain::booking::Booked;
use crate::domain::closing::parting::{Ended, Parting};
use crate::domain::detour::Detour;
use crate::domain::effect::PingReason;
use crate::domain::event::SharedFile;
use crate::domain::mail::Mail;
use crate::domain::mail::unsent::Unsent;
use crate::domain::playbook::run::Runs;
use crate::domain::ticket::Ticket;
use crate::id::{CaseId, ChannelId, DeskKey, FieldKey, MessageTs, PolicyId, UserId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The record of a case. Everything here is kept; what can be derived is not here.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Case {
    pub id: CaseId,
    pub desk: DeskKey,
    pub policy: PolicyId,
    pub channel: ChannelId,
    pub root: Root,
    pub requester: UserId,
    /// As people read it: plain, never a mention.
    pub requester_name: String,
    pub opened_at: Timestamp,
    pub report: Report,
    pub stage: Stage,
    pub run: Run,
    pub talk: Talk,
    /// Who asked for which of the numbered messages (pings, notes): the next number.
    pub next_slot: u32,
    /// Tags set so far, by word.
    pub tags: BTreeSet<String>,
    /// From where the time to resolve counts: the first claim, later by as long as the case was held.
    pub resolve_from: Option<Timestamp>,
    /// Pings that are neither delivered nor dead, by number, so that one that went stale can be worded anew.
    pub waiting: BTreeMap<u32, WaitingPing>,
    /// Those who typed into the channel and were pointed to the thread, each once.
    pub pointed: BTreeSet<UserId>,
    /// Whether the supervisor was told that posts cannot arrive here.
    pub trouble: Trouble,
    /// The booking it is about.
    #[serde(default)]
    pub booking: Booked,
    /// E-mails that somebody agreed to, oldest first.
    #[serde(default)]
    pub mails: Vec<Mail>,
    /// E-mails that wait for somebody to send them.
    #[serde(default)]
    pub unsent: Vec<Unsent>,
    /// The requester's part in its end.
    #[serde(default)]
    pub parting: Parting,
    /// Reactions that stand and were acted upon: read back after an absence, they say nothing new.
    #[serde(default)]
    pub reacted: BTreeSet<(MessageTs, String, UserId)>,
    /// Playbooks that were offered and started here.
    #[serde(default)]
    pub playbooks: Runs,
    /// Its tickets in another system.
    #[serde(default)]
    pub tickets: Vec<Ticket>,
    /// Pings that went round Slack, oldest first.
    #[serde(default)]
    pub detours: Vec<Detour>,
}

/// What a ping on its way says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WaitingPing {
    pub tier: Option<String>,
    pub to: Vec<UserId>,
    pub reason: PingReason,
    pub due_at: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    #[default]
    None,
    Told,
}

/// The message that a case's thread hangs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Root {
    /// Somebody's message in the case's channel.
    Post(MessageTs),
    /// The bot's own, in slot `Root`: the case came by `/escalate`.
    Bot,
}

/// What the requester said.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Report {
    /// What is known, by field, as plain text: what the parts say, and over it what was added.
    pub given: BTreeMap<FieldKey, String>,
    /// The whole text, plain, cut to its limit.
    pub text: String,
    pub files: Vec<SharedFile>,
    /// Messages that belong to the report: the post and those that joined it.
    pub parts: Vec<Part>,
    /// What replies in the thread and the form added.
    pub added: BTreeMap<FieldKey, String>,
    /// Fields that are asked for in the thread, as last shown.
    pub asked: Vec<FieldKey>,
    /// The redirect's question was answered with "it is proven".
    pub proven: Proven,
}

/// One message of the report, as Slack gave it, so that an edit of one is read with the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    pub ts: MessageTs,
    pub text: String,
    pub files: Vec<SharedFile>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proven {
    #[default]
    Unsaid,
    Affirmed,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Nobody has it: `run` says what is being done about that.
    Unclaimed,
    Owned(Ownership),
    Resolved(Resolution),
    /// The post was deleted, or sent elsewhere.
    Withdrawn {
        at: Timestamp,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ownership {
    pub owner: UserId,
    pub since: Timestamp,
    pub via: ClaimedBy,
    pub helpers: BTreeSet<UserId>,
    pub hold: Option<Hold>,
    pub offer: Option<Offer>,
    /// Who has had the guard's note in this ownership.
    pub guarded: BTreeSet<UserId>,
    /// When the owner was last asked to hand over because they are away, unanswered so far.
    pub asked_away_at: Option<Timestamp>,
    /// When the owner last did anything here.
    pub acted_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimedBy {
    /// Taking this reaction off again releases the case.
    Reaction {
        ts: MessageTs,
        emoji: String,
    },
    Button,
    Reply,
    Command,
    HandOver,
    TakeOver,
}

/// Waiting for somebody, until an instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    pub waiting_for: WaitingFor,
    pub until: Timestamp,
    pub since: Timestamp,
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitingFor {
    Requester,
    ThirdParty,
    Development,
}

/// A question that one person answers: will you take it, may I take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    pub number: u32,
    pub kind: OfferKind,
    pub at: Timestamp,
    /// Unanswered by then, it lapses.
    pub until: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfferKind {
    /// The owner asks `to` to take the case.
    HandOver { to: UserId },
    /// `by` asks the owner to give the case.
    TakeOver { by: UserId },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    pub by: UserId,
    pub at: Timestamp,
    /// Who had it: the credit is theirs, not the one's who pressed.
    pub owner: Option<UserId>,
    pub outcome: Option<String>,
    pub note: Option<String>,
    /// What made an end of it.
    #[serde(default)]
    pub ended: Ended,
}

/// The climb through the tiers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    pub state: RunState,
    pub hours: RunHours,
    /// The tier at work, from 0; it is kept at a claim, so that a release starts there.
    pub tier: usize,
    /// How many times the last tier was repeated.
    pub repeated: u32,
    /// How many reminders the supervisor got since the run was exhausted.
    pub reminded: u32,
    /// The ping that stands; also the ping whose wait is over when nobody climbed yet.
    pub standing: Option<Standing>,
    /// Every ping of this run's present climb, by person: when last.
    pub pinged: BTreeMap<UserId, Timestamp>,
    /// Not pinged again while anybody else is available: the one who released.
    pub spared: Option<UserId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// The report is incomplete and the desk holds such cases.
    HeldForDetails,
    /// The desk is closed; the run begins when it opens.
    Queued,
    /// A tier stands.
    Climbing,
    /// All tiers were tried; the supervisor is pinged, then reminded.
    Exhausted,
    /// Somebody has the case.
    Stopped,
}

/// Which time a run's waits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunHours {
    DeskOpen,
    /// "It cannot wait": elapsed time, whatever the desk's hours.
    Elapsed,
}

/// A ping and its wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The number of its slot.
    pub ping: u32,
    /// The instant it was due: its wait runs from here.
    pub at: Timestamp,
    pub to: BTreeSet<UserId>,
    pub sent: Sent,
    /// Those who became available during the wait and were told, once.
    pub told: BTreeSet<UserId>,
    /// Those who were pinged before the supervisor was, and could not answer at some time since.
    #[serde(default)]
    pub gone: BTreeSet<UserId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sent {
    /// On its way: the tier does not climb yet.
    Pending,
    Delivered,
    Dead,
}

/// Who spoke when, and what is owed to whom.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Talk {
    pub turn: Turn,
    /// Since when it is their turn who are waited for.
    pub turn_since: Timestamp,
    /// The last message of this thread that was taken in; older ones are repeats.
    pub last_seen: Option<MessageTs>,
    pub last_requester_at: Timestamp,
    pub last_responder_at: Option<Timestamp>,
    pub first_answer_at: Option<Timestamp>,
    /// Which late steps were taken in this turn or interval: none, nudged, tier pinged.
    pub reply_late: Late,
    pub update_late: Late,
    pub resolve_late: Late,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// The requester waits for us.
    Ours,
    /// We wait for the requester.
    Theirs,
}

/// How far a lateness went; each step happens once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Late {
    #[default]
    No,
    /// The owner had a private nudge (for `resolve_within`: the warning at 80 %), at this instant.
    Nudged(Timestamp),
    /// The next tier was pinged (for `resolve_within`: and the supervisor).
    Escalated,
}

impl Case {
    pub fn ownership(&self) -> Option<&Ownership> {
        match &self.stage {
            Stage::Owned(ownership) => Some(ownership),
            Stage::Unclaimed | Stage::Resolved(_) | Stage::Withdrawn { .. } => None,
        }
    }

    pub fn ownership_mut(&mut self) -> Option<&mut Ownership> {
        match &mut self.stage {
            Stage::Owned(ownership) => Some(ownership),
            Stage::Unclaimed | Stage::Resolved(_) | Stage::Withdrawn { .. } => None,
        }
    }

    pub fn resolution(&self) -> Option<&Resolution> {
        match &self.stage {
            Stage::Resolved(resolution) => Some(resolution),
            Stage::Unclaimed | Stage::Owned(_) | Stage::Withdrawn { .. } => None,
        }
    }

    pub fn owner(&self) -> Option<&UserId> {
        self.ownership().map(|ownership| &ownership.owner)
    }

    /// Whether somebody still waits for an end: not resolved, not withdrawn.
    pub fn is_open(&self) -> bool {
        match self.stage {
            Stage::Unclaimed | Stage::Owned(_) => true,
            Stage::Resolved(_) | Stage::Withdrawn { .. } => false,
        }
    }

    pub fn is_unclaimed(&self) -> bool {
        matches!(self.stage, Stage::Unclaimed)
    }
}
