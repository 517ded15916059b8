//! What a person's record keeps of their working days: which lists they have had, what they ticked, whom they
//! asked to take their cases.

use crate::clock::Timestamp;
use crate::coverage::Span;
use crate::domain::routine::rules::Moment;
use crate::id::{CaseId, DeskKey, UserId};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a question that was answered is kept: cases are woken by it a moment later.
const HANDING_KEPT_FOR: TimeDelta = TimeDelta::hours(12);

/// The part of a person's record that is about their working days.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Routine {
    /// Since when their shifts are watched: what came before is not made up for.
    pub since: Option<Timestamp>,
    /// Shifts that begin before this have had this moment.
    pub had: BTreeMap<Moment, Timestamp>,
    /// The lists of the latest shift and week, the newest last.
    pub lists: Vec<List>,
    /// Questions to colleagues to take all cases.
    pub handings: Vec<Handing>,
    /// Until when the end of a shift marked them unavailable; the word to the bot says the same.
    pub off_until: Option<Timestamp>,
}

/// A list that was sent. Its message is edited for as long as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct List {
    /// Counted on the person's record; it names the message.
    pub number: u32,
    pub moment: Moment,
    pub shift: Span,
    /// When its moment was.
    pub due_at: Timestamp,
    pub sent_at: Timestamp,
    pub items: Vec<Item>,
    /// The desks whose list it is.
    pub desks: Vec<DeskKey>,
    /// Of the review: when they said that their hours are right.
    #[serde(default)]
    pub confirmed_at: Option<Timestamp>,
    /// Of the end: until when they are marked unavailable.
    #[serde(default)]
    pub off_until: Option<Timestamp>,
}

/// Something to do. It is kept as it was when the list was sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item {
    pub desk: DeskKey,
    pub text: String,
    pub when: ItemWhen,
    pub done_at: Option<Timestamp>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemWhen {
    Now,
    WhenQuiet,
}

/// Would you take all my cases?
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handing {
    /// Counted on the record of the one who asks.
    pub number: u32,
    pub to: UserId,
    pub cases: Vec<CaseId>,
    pub at: Timestamp,
    pub until: Timestamp,
    /// The number of the message to the one who is asked, counted on theirs.
    pub message: u32,
    pub answer: HandingAnswer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandingAnswer {
    None,
    Taken(Timestamp),
    Declined,
    Lapsed,
}

impl Routine {
    pub fn list(&self, number: u32) -> Option<&List> {
        self.lists.iter().find(|list| list.number == number)
    }

    /// The list that is theirs to tick now: the latest of a shift.
    pub fn current(&self) -> Option<&List> {
        self.lists.iter().rev().find(|list| list.moment != Moment::Review)
    }

    /// The lists that came before it in the same shift, where something on them is not done.
    pub fn left_over(&self) -> impl Iterator<Item = &List> {
        let current = self.current();
        let before = move |list: &&List| {
            list.moment != Moment::Review && current.is_some_and(|current| current.number != list.number)
        };
        self.lists.iter().filter(before).filter(|list| list.items.iter().any(|item| item.done_at.is_none()))
    }

    /// The review of the week, until they say that their hours are right.
    pub fn review(&self) -> Option<&List> {
        self.lists.iter().rev().find(|list| list.moment == Moment::Review)
    }

    /// The question that waits for an answer.
    pub fn asked(&self) -> Option<&Handing> {
        self.handings.iter().find(|handing| handing.answer == HandingAnswer::None)
    }

    /// Forgets what is answered for long.
    pub fn tidy(&mut self, now: Timestamp) {
        self.handings.retain(|handing| {
            handing.answer == HandingAnswer::None || now - handing.until < HANDING_KEPT_FOR
        });
        self.off_until.take_if(|until| *until <= now);
    }
}
