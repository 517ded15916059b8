//! Making it happen: events become decisions on disk, deadlines become events, stored calls become messages.

mod accounts;
pub mod activity;
mod ahead;
mod air;
pub mod catch_up;
pub mod directory;
mod extras;
mod figures;
pub mod ground;
pub mod handle;
pub mod hold;
pub mod known;
mod commit;
mod lines;
mod locate;
pub mod measure;
pub mod outbox;
pub mod papers;
pub mod reply;
pub mod set_back;
pub mod timers;

use crate::clock::Clock;
use crate::domain::detour::Posting;
use crate::domain::event::{Event, Subject, What};
use crate::id::{CaseId, DeskKey, UserId};
use crate::slack::posts::Posts;
use crate::store::{Store, StoreError};
use activity::{Activity, Stop};
use catch_up::Progress;
use futures_util::StreamExt as _;
use hold::Held;
use known::Known;
use lines::Lines;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How many subjects are handled at once when many come due together: their commits share one flush.
const AT_ONCE: usize = 64;

const DERIVE_AGAIN_AFTER: Duration = Duration::from_secs(5);

/// The one way from what happened to what is kept. Cheap to clone; may be used from anywhere at once.
pub struct Engine<S, C> {
    parts: Arc<Parts<S, C>>,
}

struct Parts<S, C> {
    store: S,
    clock: C,
    known: Known,
    held: Held,
    activity: Activity,
    lines: Lines,
    numbers: Numbers,
    live: ground::LiveCache,
    solved: extras::Solved,
    air: air::Air,
    posts: OnceLock<Arc<Posts>>,
    /// Since when nothing can be kept.
    failing: Mutex<Option<Instant>>,
    progress: watch::Sender<Progress>,
}

impl<S, C> Clone for Engine<S, C> {
    fn clone(&self) -> Self {
        Self { parts: Arc::clone(&self.parts) }
    }
}

impl<S: Store, C: Clock> Engine<S, C> {
    pub fn new(store: S, clock: C, known: Known) -> Self {
        Self {
            parts: Arc::new(Parts {
                store,
                clock,
                known,
                held: Held::default(),
                activity: Activity::default(),
                lines: Lines::default(),
                numbers: Numbers::default(),
                live: ground::LiveCache::default(),
                solved: extras::Solved::default(),
                air: air::Air::default(),
                posts: OnceLock::new(),
                failing: Mutex::default(),
                progress: watch::Sender::default(),
            }),
        }
    }

    pub fn store(&self) -> &S {
        &self.parts.store
    }

    pub fn clock(&self) -> &C {
        &self.parts.clock
    }

    /// Configuration and directory, as they are now.
    pub fn known(&self) -> &Known {
        &self.parts.known
    }

    /// Cases whose deadlines wait until their threads are read.
    pub fn held(&self) -> &Held {
        &self.parts.held
    }

    /// What is being done at this moment.
    pub fn activity(&self) -> &Activity {
        &self.parts.activity
    }

    /// Since when the store refuses what it is given; the next thing it keeps ends it.
    pub fn failing_since(&self) -> Option<Instant> {
        *self.parts.failing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether Slack takes posts, as far as the outbox knows.
    pub fn posting(&self) -> Posting {
        self.parts.posts.get().map(|posts| posts.now(self.clock().now())).unwrap_or_default()
    }

    /// Posts began to fail: cases that wait for one may have to go round Slack.
    async fn look_at_unclaimed(&self) {
        let settings = self.known().settings();
        let has_a_way =
            |desk: &DeskKey| settings.desks.get(desk).is_some_and(|desk| desk.when_down.way.is_some());
        let mut open = self.store().open_cases();
        open.retain(|glance| glance.owner.is_none() && has_a_way(&glance.desk));
        let work = futures_util::stream::iter(open)
            .map(|glance| async move {
                let event = Event { keys: Vec::new(), at: self.clock().now(), what: What::FactsChanged };
                if let Err(error) = self.handle(&event, Some(&Subject::Case(glance.id))).await {
                    tracing::warn!(%error, "a case that waits for Slack could not be looked at");
                }
            })
            .buffer_unordered(AT_ONCE);
        work.collect::<()>().await;
    }

    /// How far reading back has come.
    pub fn progress(&self) -> Progress {
        *self.parts.progress.borrow()
    }

    /// The same, as it changes.
    pub fn progress_changes(&self) -> watch::Receiver<Progress> {
        self.parts.progress.subscribe()
    }

    pub fn set_progress(&self, progress: Progress) {
        self.parts.progress.send_replace(progress);
    }

    /// Takes note of whether the store could keep something.
    fn note<T>(&self, result: &Result<T, StoreError>) {
        let now = self.clock().monotonic();
        let mut failing = self.parts.failing.lock().unwrap_or_else(PoisonError::into_inner);
        match result {
            Err(StoreError::Unavailable(_)) => *failing = failing.or(Some(now)),
            Ok(_) | Err(StoreError::Conflict | StoreError::Duplicate) => *failing = None,
        }
    }

    /// Looks at every desk and everybody with a working day, and derives every open case's deadline anew: configuration, groups, accounts or time zone rules changed.
    ///
    /// # Errors
    /// The first case that could not be written; the others were tried all the same.
    pub async fn facts_changed(&self, stop: &Stop) -> Result<(), StoreError> {
        let at = self.clock().now();
        let cases = self.store().open_cases().into_iter().map(|glance| Subject::Case(glance.id));
        let desks: Vec<Subject> = self.known().settings().desks.keys().cloned().map(Subject::Desk).collect();
        let subjects = cases.chain(desks).chain(self.with_a_working_day());
        let mut work = futures_util::stream::iter(subjects)
            .map(|subject| async move {
                if stop.is_stopped() {
                    return Ok(());
                }
                let event = Event { keys: Vec::new(), at, what: What::FactsChanged };
                self.handle(&event, Some(&subject)).await.map(drop)
            })
            .buffer_unordered(AT_ONCE);
        let mut first = Ok(());
        while let Some(result) = work.next().await {
            first = first.and(result);
        }
        first
    }

    /// As [`Engine::facts_changed`], again and again until all of it is kept: the disk may fail just then.
    pub async fn derive_anew(&self, stop: &Stop) {
        while let Err(error) = self.facts_changed(stop).await {
            tracing::warn!(%error, "deadlines could not be derived anew yet");
            tokio::select! {
                () = tokio::time::sleep(DERIVE_AGAIN_AFTER) => {}
                () = stop.stopped() => return,
            }
        }
    }

    /// Everybody in `people` whose account is known, where a desk has lists for their shifts; and whoever had them.
    fn with_a_working_day(&self) -> Vec<Subject> {
        let has_lists = self.has_lists();
        let accounts = self.known().directory().accounts.values().cloned().collect::<Vec<_>>();
        let people = accounts.into_iter().filter(|_| has_lists);
        let had = self.store().people();
        let had =
            had.values().filter(|person| person.routine.since.is_some()).map(|person| person.user.clone());
        people.chain(had).collect::<BTreeSet<UserId>>().into_iter().map(Subject::Person).collect()
    }

    /// Whether any desk has lists for the shifts of its people.
    fn has_lists(&self) -> bool {
        self.known().settings().desks.values().any(|desk| desk.routines.is_some())
    }

    /// Returns when nothing is left to do until time moves or somebody acts: no event in work, no call that
    /// may be sent, no deadline that has come.
    pub async fn at_rest(&self) {
        loop {
            let busy = self.activity().changed();
            let changed = std::pin::pin!(self.store().changed());
            let mut changed = changed;
            // The first poll registers the listener; what changes after it cannot be missed.
            tokio::select! {
                biased;
                () = &mut changed => continue,
                () = std::future::ready(()) => {}
            }
            if self.is_at_rest() {
                return;
            }
            tokio::select! {
                () = changed => {}
                () = busy => {}
            }
        }
    }

    fn is_at_rest(&self) -> bool {
        let now = self.clock().now();
        let later = |at: Option<crate::clock::Timestamp>| at.is_none_or(|at| at > now);
        self.activity().is_idle() && later(self.store().next_due()) && later(self.store().next_wake())
    }
}

/// Numbers that were offered to a decision and not used: the next case of the desk takes them, so that
/// people see `event-17` after `event-16` however much is said between.
#[derive(Default)]
struct Numbers {
    unused: Mutex<BTreeMap<DeskKey, Vec<CaseId>>>,
}

impl Numbers {
    fn offer(&self, desk: &DeskKey, fresh: impl FnOnce() -> CaseId) -> CaseId {
        self.lock().get_mut(desk).and_then(Vec::pop).unwrap_or_else(fresh)
    }

    fn give_back(&self, desk: &DeskKey, number: CaseId) {
        self.lock().entry(desk.clone()).or_default().push(number);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<DeskKey, Vec<CaseId>>> {
        self.unused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
