//! One event from beginning to end: locate, load, decide, render, commit; decided again when another came first.

use super::catch_up::HOLD_FOR;
use super::commit::{Draft, WAKES_AT_ONCE};
use super::ground::{Ground, Site};
use super::locate::{Bond, Home, Opening, Place};
use super::{Engine, measure};
use crate::clock::{Clock, Timestamp};
use crate::domain::case::Case;
use crate::domain::effect::Reply;
use crate::domain::event::{Event, Subject, What};
use crate::domain::{self, State};
use crate::id::{CaseId, DeliveryKey, DeskKey, UserId};
use crate::slack::message::{content_key, deleted_key};
use crate::store::{Commit, Seen, Snapshot, Store, StoreError, Wanted};
use crate::view::{self, Spoken};
use metrics::{counter, histogram};
use std::borrow::Cow;
use std::sync::Arc;

/// How often an event is decided when other commits keep coming first.
const TRIES: u32 = 5;

/// What came of an event, once it is on disk.
#[derive(Clone, Debug, PartialEq)]
pub struct Handled {
    pub reply: Reply,
    /// The reply in words, for the one who acted.
    pub spoken: Spoken,
    /// The case it was about, or that it opened.
    pub case: Option<CaseId>,
    pub seen: Seen,
}

/// How an event came to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heard {
    Live,
    /// Found in a history: what followed it is found later.
    ReadBack,
}

impl Handled {
    fn before() -> Self {
        Self { reply: Reply::Silent, spoken: Spoken::Nothing, case: None, seen: Seen::Before }
    }
}

impl<S: Store, C: Clock> Engine<S, C> {
    /// Does all that follows from `event`, and returns when it is durable. `about` is the subject of an event
    /// that does not name one itself.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] when it could not be kept, [`StoreError::Conflict`] when others came first
    /// five times: either way nothing was done and the event must not be acknowledged.
    pub async fn handle(&self, event: &Event, about: Option<&Subject>) -> Result<Handled, StoreError> {
        self.handle_as(event, about, Heard::Live).await
    }

    /// As [`Engine::handle`], for an event that Slack sent or that was read back.
    ///
    /// # Errors
    /// As [`Engine::handle`].
    pub(super) async fn handle_as(
        &self,
        event: &Event,
        about: Option<&Subject>,
        heard: Heard,
    ) -> Result<Handled, StoreError> {
        let _busy = self.activity().begin();
        let result = self.in_line(event, about, heard).await;
        let outcome = match &result {
            Ok(Handled { seen: Seen::New, .. }) => "done",
            Ok(Handled { seen: Seen::Before, .. }) => "seen_before",
            Err(StoreError::Conflict) => "conflict",
            Err(StoreError::Duplicate) => "duplicate",
            Err(StoreError::Unavailable(_)) => "unavailable",
        };
        counter!(measure::EVENTS, "type" => measure::kind(&event.what), "outcome" => outcome).increment(1);
        result
    }

    async fn in_line(
        &self,
        event: &Event,
        about: Option<&Subject>,
        heard: Heard,
    ) -> Result<Handled, StoreError> {
        let line = self.locate(event, about).line();
        let _turn = self.parts.lines.enter(&line).await;
        for _ in 0..TRIES {
            // Located anew each time: whoever was before us in the line may have opened the case.
            let place = self.locate(event, about);
            let event = self.with_its_post(event, &place).await?;
            match self.once(&event, place, heard).await {
                Err(StoreError::Conflict) => counter!(measure::CONFLICTS).increment(1),
                Err(StoreError::Duplicate) => return Ok(Handled::before()),
                result @ (Ok(_) | Err(StoreError::Unavailable(_))) => return result,
            }
        }
        Err(StoreError::Conflict)
    }

    /// A deletion may overtake its post, on another connection or by a redelivery of the post: then the post
    /// counts as seen from here on.
    async fn with_its_post<'e>(&self, event: &'e Event, place: &Place) -> Result<Cow<'e, Event>, StoreError> {
        let What::Deleted { channel, ts } = &event.what else { return Ok(Cow::Borrowed(event)) };
        let post = [content_key(channel, ts, None)];
        if place.case.is_some() || self.store().load(&post, &Wanted::default()).await?.seen == Seen::Before {
            return Ok(Cow::Borrowed(event));
        }
        let keys = event.keys.iter().cloned().chain(post).collect();
        Ok(Cow::Owned(Event { keys, ..event.clone() }))
    }

    async fn once(&self, event: &Event, place: Place, heard: Heard) -> Result<Handled, StoreError> {
        let (place, snapshot) = self.load(event, place).await?;
        if snapshot.seen == Seen::Before {
            return Ok(Handled::before());
        }
        let case = snapshot.case.record.as_ref();
        let policy = match (case, place.bond) {
            (Some(case), Bond::Own) => self.store().policy(&case.policy).await?,
            (Some(_), Bond::Neighbour) | (None, _) => None,
        };
        let channel = case.map(|case| &case.channel).or(place.channel.as_ref());
        let mut ground = self.ground(Site { desk: place.desk.as_ref(), channel, case }, policy);
        let number = self.number_for(&place);
        let now = self.clock().now();
        let extras = self.extras(event, &place, case, now).await?;
        let state = State {
            similar: extras.similar,
            figures: extras.figures,
            ..self.state_of(&place, &snapshot, number.clone())
        };
        let decision = domain::decide(state, event, now, &ground.world());
        if let (Some(changed), Bond::Neighbour) = (&decision.case, place.bond)
            && let Some(own) = self.store().policy(&changed.policy).await?
        {
            ground.keep_to(own);
        }
        if let Some(case) = &decision.case {
            ground.know(case);
        }
        let opened = decision.case.as_ref().map(|case| case.id.clone());
        if let (Heard::ReadBack, Some(opened)) = (heard, &opened)
            && Some(opened) == number.as_ref()
        {
            // Somebody may have answered in its thread, which is yet to be read.
            self.held().hold([opened.clone()], self.clock().monotonic() + HOLD_FOR);
        }
        let draft = Draft { event, place: &place, snapshot: &snapshot, ground: &ground, now };
        let committed = self.commit(draft, &decision).await;
        if let (Some(desk), Some(number)) = (&place.desk, number)
            && (committed.is_err() || opened.as_ref() != Some(&number))
        {
            self.parts.numbers.give_back(desk, number);
        }
        committed?;
        if let Some(case) = &decision.case {
            self.parts.solved.learn(case);
        }
        let spoken = speak(&decision.reply, &event.what, &ground, now);
        Ok(Handled { reply: decision.reply, spoken, case: opened.or(place.case), seen: Seen::New })
    }

    /// Loads the records of the place: of a post that may join another, that other; of a case, its own desk.
    async fn load(&self, event: &Event, mut place: Place) -> Result<(Place, Snapshot), StoreError> {
        let store = self.store();
        if place.case.is_none() && matches!(place.opening, Opening::Post(_)) {
            let open_in = Wanted { open_in: place.channel.clone(), ..Wanted::default() };
            place.case = place.neighbour(&store.load(&[], &open_in).await?.open_here);
            place.bond = Bond::Neighbour;
        }
        loop {
            let wanted = Wanted {
                case: place.case.clone(),
                desk: place.desk.clone(),
                person: place.person.clone(),
                open_in: place.channel.clone(),
                timeline: place.timeline,
            };
            let snapshot = store.load(&known_by(event), &wanted).await?;
            match snapshot.case.record.as_ref().map(|case| &case.desk) {
                Some(desk) if place.desk.as_ref() != Some(desk) => place.desk = Some(desk.clone()),
                Some(_) | None => return Ok((place, snapshot)),
            }
        }
    }

    /// The number a new case would get, where one may be opened.
    fn number_for(&self, place: &Place) -> Option<CaseId> {
        let desk: &DeskKey = place.desk.as_ref()?;
        match place.opening {
            Opening::Never => None,
            Opening::Asked | Opening::Post(_) => {
                Some(self.parts.numbers.offer(desk, || self.store().next_case(desk)))
            }
        }
    }

    fn state_of(&self, place: &Place, snapshot: &Snapshot, next_case: Option<CaseId>) -> State {
        let open = match place.home {
            Home::Shown => self.store().open_cases(),
            Home::InLists if self.has_lists() => self.store().open_cases(),
            Home::InLists | Home::Elsewhere => Vec::new(),
        };
        State {
            case: snapshot.case.record.clone(),
            about: place.about.clone(),
            desks: Arc::clone(&snapshot.everybody.desks),
            people: Arc::clone(&snapshot.everybody.people),
            open_here: snapshot.open_here.clone(),
            open,
            timeline: snapshot.timeline.clone(),
            next_case,
            ..State::default()
        }
    }

    async fn commit(&self, draft: Draft<'_>, decision: &domain::Decision) -> Result<(), StoreError> {
        let event = draft.event;
        let commit = self.draft(draft, decision).await?;
        let Some(mut commit) = commit else { return Ok(()) };
        let (recalled, fresh) = (commit.cancel_pings.clone(), commit.calls.clone());
        let further = commit.wake.split_off(commit.wake.len().min(WAKES_AT_ONCE));
        let begun = self.clock().monotonic();
        let result = self.store().commit(commit).await;
        let took = self.clock().monotonic().duration_since(begun);
        self.note(&result);
        histogram!(measure::COMMIT_SECONDS).record(took.as_secs_f64());
        if let Err(StoreError::Unavailable(why)) = &result {
            tracing::error!(event = measure::kind(&event.what), why, "nothing can be kept");
        }
        result?;
        self.parts.air.recall(&recalled, &fresh);
        for some in further.chunks(WAKES_AT_ONCE) {
            self.store().commit(Commit { wake: some.to_vec(), ..Commit::default() }).await?;
        }
        Ok(())
    }
}

/// The keys of which one that was seen says that all was done: of an edit also that its message was deleted, which
/// may overtake it.
fn known_by(event: &Event) -> Cow<'_, [DeliveryKey]> {
    let What::Edited(message) = &event.what else { return Cow::Borrowed(&event.keys) };
    let gone = deleted_key(&message.channel, &message.ts);
    event.keys.iter().cloned().chain([gone]).collect()
}

/// The reply in words, where somebody is there to read it.
fn speak(reply: &Reply, what: &What, ground: &Ground, now: Timestamp) -> Spoken {
    match reader(what) {
        Some(reader) => view::spoken(reply, reader, &ground.world(), now),
        None => Spoken::Nothing,
    }
}

/// Who acted.
pub fn reader(what: &What) -> Option<&UserId> {
    match what {
        What::Posted(message) | What::Edited(message) => Some(&message.by),
        What::Reacted { by, .. }
        | What::Commanded { by, .. }
        | What::Shortcut { by, .. }
        | What::Pressed { by, .. }
        | What::Submitted { by, .. } => Some(by),
        What::HomeOpened { user } => Some(user),
        What::Deleted { .. }
        | What::ReactionsSeen { .. }
        | What::Due
        | What::Delivered { .. }
        | What::Undeliverable { .. }
        | What::Answered { .. }
        | What::WentStale { .. }
        | What::StatusSet { .. }
        | What::DndSet { .. }
        | What::PresenceSet { .. }
        | What::CaughtUp { .. }
        | What::FactsChanged => None,
    }
}

/// Whether a case is the one that was loaded, and at which version.
pub(super) fn version_over(snapshot: &Snapshot, case: &Case) -> u64 {
    match &snapshot.case.record {
        Some(loaded) if loaded.id == case.id => snapshot.case.version,
        Some(_) | None => 0,
    }
}
