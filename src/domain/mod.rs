//! What should happen: one pure, total function from what is known and what happened to what is to be done.

pub mod case;
pub mod command;
pub mod desk;
pub mod directory;
pub mod effect;
pub mod event;
pub mod person;
pub mod policy;
mod talk;
pub mod template;
pub mod text;

use crate::clock::Timestamp;
use crate::coverage::Facts;
use crate::domain::case::Case;
use crate::domain::desk::{Desk, DeskState};
use crate::domain::directory::Directory;
use crate::domain::effect::{Effect, Entry, Reply};
use crate::domain::event::Subject;
use crate::domain::person::PersonState;
use crate::domain::policy::Policy;
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use std::collections::BTreeMap;

/// What was loaded for this event: the records it is about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State {
    /// The case the event is about, or that the post may join.
    pub case: Option<Case>,
    /// The desk of the case or of the channel.
    pub desk: Option<DeskState>,
    /// The one who acted, or whose state changed.
    pub person: Option<PersonState>,
    /// The open cases in the event's channel.
    pub open_here: Vec<Glance>,
    /// The timeline of the case; loaded for `why` and `status` alone.
    pub timeline: Vec<Entry>,
    /// The id a new case would get.
    pub next_case: Option<CaseId>,
}

/// A case in an index: enough to find and count it.
#[derive(Clone, Debug, PartialEq)]
pub struct Glance {
    pub id: CaseId,
    pub desk: DeskKey,
    pub channel: ChannelId,
    pub root: Option<MessageTs>,
    pub requester: UserId,
    pub owner: Option<UserId>,
    pub opened_at: Timestamp,
}

/// The facts under a decision, fetched before it.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// The desk of the case or of the event's channel, as configured now.
    pub desk: Option<&'a Desk>,
    /// The policy of the case; of the desk, for an event without a case.
    pub policy: Option<&'a Policy>,
    /// Every desk, by key.
    pub desks: &'a BTreeMap<DeskKey, Desk>,
    pub facts: Facts<'a>,
    pub directory: &'a Directory,
    /// Open cases and last ping, by person.
    pub loads: &'a BTreeMap<UserId, Load>,
    /// The bot's own user.
    pub bot: &'a UserId,
}

/// What `ping: next` weighs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub open_cases: u32,
    pub last_pinged_at: Option<Timestamp>,
}

/// What follows from an event. Records that did not change are `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    pub case: Option<Case>,
    pub desk: Option<DeskState>,
    pub person: Option<PersonState>,
    pub effects: Vec<Effect>,
    pub timeline: Vec<Entry>,
    pub reply: Reply,
    /// Others to be looked at at once, in the same commit.
    pub wake: Vec<Wake>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wake {
    Subject(Subject),
    /// Every open case on the desks where this person answers.
    CasesOf(UserId),
}
