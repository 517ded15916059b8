//! What a decision changes, put together as one commit: records with their deadlines, words, others to wake.

use super::catch_up::Progress;
use super::ground::Ground;
use super::handle::version_over;
use super::locate::Place;
use super::{Engine, measure};
use crate::clock::{Clock, Timestamp};
use crate::coverage::{self, Who};
use crate::domain::case::Case;
use crate::domain::cover;
use crate::domain::cover::filling::{Filling, fillings};
use crate::domain::desk::{Desk, DeskState};
use crate::domain::effect::Effect;
use crate::domain::event::{Event, Subject, What};
use crate::domain::person::{self, PersonState};
use crate::domain::{self, Decision, State, Wake};
use crate::id::{DeskKey, UserId};
use crate::store::{Commit, Put, Snapshot, Store, StoreError};
use crate::view::{self, call::Call};
use metrics::counter;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Others woken in one commit, which has a limit of its own.
pub(super) const WAKES_AT_ONCE: usize = 5000;

/// A deadline that stands still is looked at again after this: it is a mistake of ours, and must not spin.
const AFTER_STANDING_STILL: chrono::TimeDelta = chrono::TimeDelta::seconds(1);

/// Everything a commit is made of beside the decision.
#[derive(Clone, Copy)]
pub(super) struct Draft<'a> {
    pub(super) event: &'a Event,
    pub(super) place: &'a Place,
    pub(super) snapshot: &'a Snapshot,
    pub(super) ground: &'a Ground,
    pub(super) now: Timestamp,
}

impl<S: Store, C: Clock> Engine<S, C> {
    /// The commit, or none when nothing at all would change.
    pub(super) async fn draft(
        &self,
        draft: Draft<'_>,
        decision: &Decision,
    ) -> Result<Option<Commit>, StoreError> {
        let Draft { event, snapshot, ground, now, .. } = draft;
        let case = decision.case.as_ref().or(snapshot.case.record.as_ref());
        let over = case.map_or(0, |case| version_over(snapshot, case));
        let calls = view::render(decision, over + 1, &ground.world(), now);
        let mut puts = Vec::new();
        // A case is written whenever a call goes out, because calls are named after its version.
        let rewrite = decision.case.is_some() || !calls.is_empty() || matches!(event.what, What::Due);
        let due = case.and_then(|case| domain::next_deadline(case, now, &ground.world()));
        if let Some(case) = case
            && (rewrite || self.is_due_otherwise(&event.what, case, due).await?)
        {
            puts.extend(new_policy(case, over, ground));
            let due = due.map(|due| moving(due, &draft, case));
            puts.push(Put::Case { record: Box::new(case.clone()), over, due });
        } else if matches!(event.what, What::FactsChanged) && case.is_some() {
            return Ok(None);
        }
        puts.extend(other_puts(&draft, decision));
        let commit = Commit {
            deliveries: event.keys.clone(),
            wake: self.wakes(&draft, decision, case),
            puts,
            timeline: decision.timeline.clone(),
            calls,
            cancel_pings: cancelled(decision, case),
            seen_at: (is_inbound(&event.what) && self.progress() == Progress::Done).then_some(event.at),
        };
        Ok(Some(commit))
    }

    /// Whether changed facts moved a deadline that nothing else touched.
    async fn is_due_otherwise(
        &self,
        what: &What,
        case: &Case,
        due: Option<Timestamp>,
    ) -> Result<bool, StoreError> {
        if !matches!(what, What::FactsChanged) {
            return Ok(false);
        }
        let kept = self.store().case(&case.id).await?;
        Ok(kept.is_none_or(|(_, before)| before != due))
    }

    fn wakes(
        &self,
        draft: &Draft<'_>,
        decision: &Decision,
        case: Option<&Case>,
    ) -> Vec<(Subject, Timestamp)> {
        let own = case.filter(|_| decision.case.is_some()).map(|case| Subject::Case(case.id.clone()));
        let mut woken = BTreeSet::new();
        for wake in &decision.wake {
            match wake {
                Wake::Subject(subject) => {
                    woken.insert(subject.clone());
                }
                Wake::CasesOf(user) => woken.extend(self.cases_of(user, draft)),
            }
        }
        woken
            .into_iter()
            .filter(|subject| Some(subject) != own.as_ref())
            .map(|one| (one, draft.now))
            .collect()
    }

    /// The open cases that somebody's availability can change: theirs, and the unclaimed ones of the desks
    /// where they answer.
    fn cases_of(&self, user: &UserId, draft: &Draft<'_>) -> Vec<Subject> {
        let desks: BTreeSet<DeskKey> = draft
            .ground
            .world()
            .desks
            .values()
            .filter(|desk| self.answers_on(user, desk, draft))
            .map(|desk| desk.key.clone())
            .collect();
        let concerns = |glance: &domain::Glance| match &glance.owner {
            Some(owner) => owner == user,
            None => desks.contains(&glance.desk),
        };
        let open = self.store().open_cases();
        open.into_iter().filter(concerns).map(|glance| Subject::Case(glance.id)).collect()
    }

    fn answers_on(&self, user: &UserId, desk: &Desk, draft: &Draft<'_>) -> bool {
        let world = draft.ground.world();
        let key = world.directory.key(user);
        let is_them = |who: &Who| match who {
            Who::Person(person) => *person == key,
            Who::Group(name) => world.facts.groups.get(name).is_some_and(|members| members.contains(&key)),
            Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => false,
        };
        let states = self.store().desks();
        let record = states.get(&desk.key);
        let channels = record.map(|state| &state.channels);
        let fillings = fillings(desk, record, world.facts.groups);
        let on_now = |filling: &Filling| {
            let facts = filling.facts(&world, world.facts.live);
            coverage::who(&desk.coverage, draft.now, &facts).iter().any(|row| row.person == key)
        };
        // Whom bookings name is not looked up here: looking at a case too many costs little.
        let by_booking = |who: &Who| matches!(who, Who::BookingField(_));
        desk.coverage.supervisor.as_ref() == Some(&key)
            || desk.coverage.tiers.iter().flat_map(|tier| &tier.who).any(by_booking)
            || channels.is_some_and(|channels| {
                channels.values().flat_map(|channel| channel.roles.values()).flatten().any(is_them)
            })
            || fillings.iter().any(on_now)
    }
}

/// The policy that a new case keeps.
fn new_policy(case: &Case, over: u64, ground: &Ground) -> Option<Put> {
    let desk = ground.world().desks.get(&case.desk)?;
    let is_new = over == 0 && desk.policy_id == case.policy;
    is_new.then(|| Put::Policy { id: desk.policy_id.clone(), record: Arc::clone(&desk.policy) })
}

/// The people and desks that changed; those that came due are written anew, so that their row moves on.
fn other_puts(draft: &Draft<'_>, decision: &Decision) -> Vec<Put> {
    let everybody = &draft.snapshot.everybody;
    let world = draft.ground.world();
    let mut persons = decision.persons.clone();
    let mut desks = decision.desks.clone();
    match &draft.place.about {
        Some(Subject::Person(user)) if !persons.iter().any(|person| person.user == *user) => {
            let kept = everybody.people.get(user).cloned();
            persons.push(kept.unwrap_or_else(|| PersonState::new(user.clone())));
        }
        Some(Subject::Desk(desk)) if !desks.iter().any(|state| state.desk == *desk) => {
            let kept = everybody.desks.get(desk).cloned();
            desks.push(kept.unwrap_or_else(|| DeskState::new(desk.clone())));
        }
        Some(Subject::Case(_) | Subject::Person(_) | Subject::Desk(_)) | None => {}
    }
    let state = State { desks: Arc::clone(&everybody.desks), ..State::default() };
    let persons = persons.into_iter().map(|person| {
        let due = person::next_deadline(&person, draft.now, &state, &world);
        let due = due.map(|due| not_again(due, draft));
        Put::Person { over: everybody.person_version(&person.user), record: Box::new(person), due }
    });
    let desks = desks.into_iter().map(|desk| {
        let due = cover::next_desk_deadline(&desk, draft.now, &world);
        let due = due.map(|due| not_again(due, draft));
        Put::Desk { over: everybody.desk_version(&desk.desk), record: Box::new(desk), due }
    });
    persons.chain(desks).collect()
}

/// What was just looked at is not due at once again.
fn not_again(due: Timestamp, draft: &Draft<'_>) -> Timestamp {
    match draft.event.what {
        What::Due => due.max(draft.now + AFTER_STANDING_STILL),
        What::Posted(_)
        | What::Edited(_)
        | What::Deleted { .. }
        | What::Reacted { .. }
        | What::ReactionsSeen { .. }
        | What::Commanded { .. }
        | What::Shortcut { .. }
        | What::Pressed { .. }
        | What::Submitted { .. }
        | What::PresenceSet { .. }
        | What::Delivered { .. }
        | What::Undeliverable { .. }
        | What::Answered { .. }
        | What::WentStale { .. }
        | What::StatusSet { .. }
        | What::DndSet { .. }
        | What::CaughtUp { .. }
        | What::HomeOpened { .. }
        | What::FactsChanged => due,
    }
}

/// A deadline that has come and stays where it was would be handled for ever.
fn moving(due: Timestamp, draft: &Draft<'_>, case: &Case) -> Timestamp {
    if !matches!(draft.event.what, What::Due) || due > draft.now {
        return due;
    }
    tracing::warn!(case = %case.id, %due, "a deadline came and did not move on");
    counter!(measure::STANDING_STILL).increment(1);
    draft.now + AFTER_STANDING_STILL
}

fn cancelled(decision: &Decision, case: Option<&Case>) -> Vec<crate::id::LaneId> {
    let cancels = decision.effects.iter().any(|effect| matches!(effect, Effect::CancelPings));
    case.filter(|_| cancels).map(|case| Call::case_lane(&case.id)).into_iter().collect()
}

/// Whether somebody in Slack did it. The point to which a catch-up looks back moves with these, but not before
/// all that came before them was read: a crash in between must not hide it.
fn is_inbound(what: &What) -> bool {
    match what {
        What::Posted(_)
        | What::Edited(_)
        | What::Deleted { .. }
        | What::Reacted { .. }
        | What::ReactionsSeen { .. }
        | What::Commanded { .. }
        | What::Shortcut { .. }
        | What::Pressed { .. }
        | What::Submitted { .. }
        | What::StatusSet { .. }
        | What::DndSet { .. } => true,
        // It is asked for, and says nothing of how far Slack's events were read.
        What::PresenceSet { .. }
        | What::HomeOpened { .. }
        | What::Due
        | What::Delivered { .. }
        | What::Undeliverable { .. }
        | What::Answered { .. }
        | What::WentStale { .. }
        | What::CaughtUp { .. }
        | What::FactsChanged => false,
    }
}
