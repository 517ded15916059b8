//! What only some decisions need and what takes a search to find: cases that were solved before, figures of a week.

use super::Engine;
use super::locate::Place;
use crate::clock::{Clock, Timestamp};
use crate::coverage::Span;
use crate::domain::case::{Case, Root};
use crate::domain::command::Command;
use crate::domain::cover::digest;
use crate::domain::desk::Suggest;
use crate::domain::effect::Slot;
use crate::domain::event::{Event, FormRef, Subject, What};
use crate::domain::figures::DeskFigures;
use crate::domain::similar::{Index, MOST, Similar};
use crate::id::{CaseId, DeskKey};
use crate::store::{Period, Store, StoreError};
use chrono::TimeDelta;
use std::sync::{Mutex, PoisonError};

/// How many are looked up for three that may be shown: some lie in channels that are not the asker's.
const LOOKED_UP: usize = 4 * MOST;
/// Solutions of the last ten years are searched.
const LOOK_BACK: TimeDelta = TimeDelta::days(10 * 366);
/// Between two pages while the index is built: whoever writes meanwhile goes first.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(2);

/// The index of solved cases: derived, and never kept.
#[derive(Default)]
pub(super) struct Solved {
    index: Mutex<Index>,
}

impl Solved {
    /// Takes a case in as it now is.
    pub(super) fn learn(&self, case: &Case) {
        let mut index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        match Similar::of(case, None) {
            Some(solved) => index.insert(case.desk.as_str(), case.id.as_str(), &solved.text),
            None if case.is_open() => index.remove(case.desk.as_str(), case.id.as_str()),
            None => {}
        }
    }

    fn like(&self, desk: &DeskKey, text: &str) -> Vec<CaseId> {
        let index = self.index.lock().unwrap_or_else(PoisonError::into_inner);
        index.like(desk.as_str(), text, LOOKED_UP).into_iter().map(|hit| CaseId::new(hit.name)).collect()
    }

    fn replace(&self, new: Index) {
        *self.index.lock().unwrap_or_else(PoisonError::into_inner) = new;
    }
}

/// What was found for one decision.
#[derive(Debug, Default)]
pub(super) struct Extras {
    pub(super) similar: Vec<Similar>,
    pub(super) figures: Option<Box<DeskFigures>>,
}

impl<S: Store, C: Clock> Engine<S, C> {
    /// Builds the index of solved cases anew: at start, and when something was removed from the store.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn learn_solutions(&self) -> Result<usize, StoreError> {
        let now = self.clock().now();
        let period = Period { from: now - LOOK_BACK, until: now + TimeDelta::days(1) };
        let (mut index, mut after) = (Index::default(), None);
        loop {
            let page = self.store().page(period, after).await?;
            for (case, _) in &page.cases {
                if let Some(solved) = Similar::of(case, None) {
                    index.insert(case.desk.as_str(), case.id.as_str(), &solved.text);
                }
            }
            after = page.next;
            if after.is_none() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        index.shrink();
        let count = index.len();
        self.parts.solved.replace(index);
        Ok(count)
    }

    pub(super) async fn extras(
        &self,
        event: &Event,
        place: &Place,
        case: Option<&Case>,
        now: Timestamp,
    ) -> Result<Extras, StoreError> {
        let mut extras = Extras::default();
        if let Some((desk, text)) = self.searched(event, place, case) {
            for id in self.parts.solved.like(&desk, &text) {
                if let Some((found, _)) = self.store().case(&id).await? {
                    extras.similar.extend(Similar::of(&found, self.root_of(&found)));
                }
            }
        }
        if let Some((desk, week)) = self.reported(event, place, now) {
            let figures = self.figures(&[desk], week.from, week.until).await?;
            extras.figures = figures.desks.into_iter().next().map(Box::new);
        }
        Ok(extras)
    }

    fn root_of(&self, case: &Case) -> Option<crate::id::MessageTs> {
        match &case.root {
            Root::Post(ts) => Some(ts.clone()),
            Root::Bot => self.store().slots(&case.id).remove(&Slot::Root).map(|(_, ts)| ts),
        }
    }

    /// What is searched for, where somebody may take a case or open one.
    fn searched(&self, event: &Event, place: &Place, case: Option<&Case>) -> Option<(DeskKey, String)> {
        let desk = case.map(|case| &case.desk).or(place.desk.as_ref())?;
        let wish = self.known().settings().desks.get(desk)?.suggest;
        let text = match (&event.what, case) {
            // The case at hand is another one, that it may join.
            (What::Posted(message), _) if message.thread.is_none() => message.text.clone(),
            (
                What::Posted(_) | What::Reacted { .. } | What::Pressed { .. } | What::Submitted { .. },
                Some(case),
            ) if case.is_unclaimed() => case.report.text.clone(),
            (What::Commanded { command: Command::Escalate { text }, .. }, None) => text.clone(),
            (What::Submitted { form: FormRef::Escalate { .. }, values, .. }, None) => {
                values.values().flatten().cloned().collect::<Vec<_>>().join(" ")
            }
            _ => return None,
        };
        match (wish, case) {
            (Suggest::Off, _) | (Suggest::Owner, None) => None,
            (Suggest::Owner | Suggest::Everybody, _) => Some((desk.clone(), text)),
        }
    }

    /// Of which time a desk's figures are wanted.
    fn reported(&self, event: &Event, place: &Place, now: Timestamp) -> Option<(DeskKey, Span)> {
        match (&event.what, &place.about) {
            (What::Commanded { command: Command::Report, .. }, _) => {
                // What happens at this instant counts.
                Some((place.desk.clone()?, Span::new(now - TimeDelta::days(7), now + TimeDelta::seconds(1))))
            }
            (What::Due | What::FactsChanged, Some(Subject::Desk(key))) => {
                let settings = self.known().settings();
                let states = self.store().desks();
                let week = digest::due(settings.desks.get(key)?, states.get(key)?, now)?;
                Some((key.clone(), week))
            }
            _ => None,
        }
    }
}
