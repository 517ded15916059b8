//! Stored calls becoming messages: claims the heads of lanes, carries them out, and says how each ended.

use super::activity::Stop;
use super::air::Taken;
use super::{Engine, accounts, measure, papers};
use crate::clock::{Clock, Length, Timestamp};
use crate::connect::{Outside, Performed};
use crate::domain::answer::Answer;
use crate::domain::case::Case;
use crate::domain::detour::{DetourAnswer, Posting};
use crate::domain::effect::Slot;
use crate::domain::event::{Event, Subject, What};
use crate::id::DeliveryKey;
use crate::slack::api::Api;
use crate::store::{Claim, Doubt, Outcome, Store, StoreError};
use crate::view::call::{Address, Call, System, Urgency};
use metrics::histogram;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::task::JoinSet;

/// How long a call may take before somebody else may try it.
const LEASE: Length = Length::seconds(30);
/// Calls in the air at once. Most of them wait for their channel's pace, so that there must be room for others.
const AT_ONCE: usize = 1024;
/// A ping that waited longer than this is decided and worded anew (DESIGN §2.9).
const STALE_AFTER: Length = Length::seconds(30);
/// How long a ping in hand waits for its held case before it goes back into its lane.
const WAIT_FOR_HELD: Duration = Duration::from_secs(20);

struct Outbox<S, C> {
    engine: Engine<S, C>,
    api: Arc<Api<C>>,
    outside: Arc<Outside<C>>,
    /// Up to which time that posts began to fail the cases were looked at.
    looked: AtomicU64,
}

/// Runs until stopped, then finishes what is in the air.
pub async fn run<S: Store, C: Clock>(
    engine: Engine<S, C>,
    api: Arc<Api<C>>,
    outside: Arc<Outside<C>>,
    stop: Stop,
) {
    // One outbox runs on an engine at a time, and its API outlives it.
    let _before = engine.parts.posts.set(api.posts());
    let outbox = Arc::new(Outbox { engine: engine.clone(), api, outside, looked: AtomicU64::new(0) });
    let mut work = JoinSet::new();
    while !stop.is_stopped() {
        while work.try_join_next().is_some() {}
        let changed = std::pin::pin!(engine.store().changed());
        let mut changed = changed;
        // The first poll registers the listener; what changes after it cannot be missed.
        tokio::select! {
            biased;
            () = &mut changed => continue,
            () = std::future::ready(()) => {}
        }
        if outbox.claim_into(&mut work) {
            continue;
        }
        let next = engine.store().next_wake();
        let is_full = work.len() >= AT_ONCE;
        tokio::select! {
            () = changed, if !is_full => {}
            () = sleep_until(&engine, next), if !is_full => {}
            _ = work.join_next(), if !work.is_empty() => {}
            () = stop.stopped() => {}
        }
    }
    while work.join_next().await.is_some() {}
}

async fn sleep_until<S: Store, C: Clock>(engine: &Engine<S, C>, at: Option<Timestamp>) {
    match at {
        Some(at) => engine.clock().sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl<S: Store, C: Clock> Outbox<S, C> {
    /// Starts what can be claimed; whether there was anything.
    fn claim_into(self: &Arc<Self>, work: &mut JoinSet<()>) -> bool {
        let room = AT_ONCE.saturating_sub(work.len());
        if room == 0 {
            return false;
        }
        // Busy before it is claimed, so that nobody sees rest between the claim and its task.
        let activity = self.engine.activity();
        let _claiming = activity.begin();
        let claims = self.engine.store().claim(self.engine.clock().now(), LEASE, room);
        let any = !claims.is_empty();
        for claim in claims {
            if self.engine.parts.air.take(&claim) == Taken::New {
                let (outbox, busy) = (Arc::clone(self), activity.begin());
                work.spawn(async move {
                    outbox.deliver(claim).await;
                    drop(busy);
                });
            }
        }
        any
    }

    async fn deliver(&self, claim: Claim) {
        let outcome = match self.before(&claim).await {
            Ok(Some(outcome)) => Ok(outcome.into()),
            Ok(None) => Ok(self.perform(&claim).await),
            Err(error) => Err(error),
        };
        let ended = match outcome {
            Ok(performed) => self.end(&claim, performed).await,
            Err(error) => Err(error),
        };
        self.engine.parts.air.land(&claim.call.id);
        // The lease lapses, and the call is looked up before it is sent again.
        if let Err(error) = ended {
            tracing::warn!(call = %claim.call.id, %error, "how a call ended could not be kept");
        }
        let began = self.api.posts().began();
        if self.looked.fetch_max(began, Ordering::Relaxed) < began {
            self.engine.look_at_unclaimed().await;
        }
    }

    async fn perform(&self, claim: &Claim) -> Performed {
        if let Address::System(system) = claim.call.address {
            let papers = papers::gather(&self.engine, &self.api, system, claim).await;
            let Ok(Some(papers)) = papers else {
                let at = self.engine.clock().now() + Length::seconds(30).delta();
                let why = "its thread cannot be read now".to_owned();
                return Outcome::Retry { at, doubt: claim.doubt, why }.into();
            };
            let Performed { outcome, answer } = self.outside.perform(system, claim, &papers).await;
            let answer = accounts::found(&self.engine, &self.api, answer).await;
            return Performed { outcome, answer };
        }
        let now = self.engine.clock().now();
        if is_thread_ping(&claim.call) && claim.attempts == 0 {
            let late = (now - claim.call.decided_at).to_std().unwrap_or_default();
            histogram!(measure::PING_LATENESS_SECONDS).record(late.as_secs_f64());
        }
        let air = &self.engine.parts.air;
        self.api.perform_unless(claim, &|| air.is_recalled(&claim.call.id)).await.into()
    }

    /// What ends a ping before it is tried: nobody wants it any more, or it is no longer true. One that may have
    /// arrived is looked for in any case.
    async fn before(&self, claim: &Claim) -> Result<Option<Outcome>, StoreError> {
        if claim.doubt != Doubt::No {
            return Ok(None);
        }
        if matches!(claim.call.address, Address::System(System::Detour)) {
            return self.before_detour(claim).await;
        }
        if is_direct_ping(&claim.call) && self.is_taken(claim).await? {
            return Ok(Some(Outcome::Dropped));
        }
        if !is_thread_ping(&claim.call) {
            return Ok(None);
        }
        if self.is_held_too_long(claim).await {
            let at = self.engine.clock().now() + Length::seconds(5).delta();
            let why = "its case is held until its thread is read".to_owned();
            return Ok(Some(Outcome::Retry { at, doubt: Doubt::No, why }));
        }
        if self.is_recalled(claim).await? {
            return Ok(Some(Outcome::Dropped));
        }
        let now = self.engine.clock().now();
        if now - claim.call.decided_at <= STALE_AFTER.delta() {
            return Ok(None);
        }
        // Decided anew before it is dropped: a crash between leaves two, and the first is stale again.
        self.tell(claim, "stale", What::WentStale { slot: claim.call.slot }).await?;
        Ok(Some(Outcome::Dropped))
    }

    /// A ping goes round Slack only while Slack takes none and nobody has the case.
    async fn before_detour(&self, claim: &Claim) -> Result<Option<Outcome>, StoreError> {
        if self.engine.posting() != Posting::Taken && !self.is_taken(claim).await? {
            return Ok(None);
        }
        let answer = Answer::Detour(DetourAnswer::NotNeeded);
        self.tell(claim, answer.kind(), What::Answered { slot: claim.call.slot, answer }).await?;
        Ok(Some(Outcome::Dropped))
    }

    /// Whether the case stopped waiting for this ping since it was decided: somebody claimed it, for one.
    async fn is_recalled(&self, claim: &Claim) -> Result<bool, StoreError> {
        let (Some(case), Slot::Ping(number)) = (&claim.call.case, claim.call.slot) else { return Ok(false) };
        let case = self.engine.store().case(case).await?;
        Ok(case.is_none_or(|(case, _)| !case.waiting.contains_key(&number)))
    }

    /// Whether somebody took the case, or it ended: a tier's direct messages are not wanted any more.
    async fn is_taken(&self, claim: &Claim) -> Result<bool, StoreError> {
        let Some(case) = &claim.call.case else { return Ok(false) };
        let case = self.engine.store().case(case).await?;
        Ok(case.is_none_or(|(case, _)| !case.is_unclaimed() || went_round(&case, &claim.call)))
    }

    /// A ping in hand waits while its case is held, because a claim may stand in the thread unread.
    async fn is_held_too_long(&self, claim: &Claim) -> bool {
        let Some(case) = &claim.call.case else { return false };
        let (clock, held) = (self.engine.clock(), self.engine.held());
        let until = clock.monotonic() + WAIT_FOR_HELD;
        loop {
            let changed = held.changed();
            let now = clock.monotonic();
            if !held.is_held(case, now) {
                return false;
            }
            if now >= until {
                return true;
            }
            tokio::select! {
                () = changed => {}
                () = tokio::time::sleep(Duration::from_secs(1)) => {}
            }
        }
    }

    /// Tells the case, then settles: a crash between repeats the telling, which is known by its key.
    async fn end(&self, claim: &Claim, performed: Performed) -> Result<(), StoreError> {
        let slot = claim.call.slot;
        let Performed { outcome, answer } = performed;
        match (&outcome, answer) {
            (_, Some(answer)) => self.tell(claim, answer.kind(), What::Answered { slot, answer }).await?,
            (Outcome::Delivered { .. }, None) if is_thread_ping(&claim.call) => {
                self.tell(claim, "delivered", What::Delivered { slot }).await?;
            }
            (Outcome::Dead { why }, None) => {
                self.tell(claim, "dead", What::Undeliverable { slot, why: why.clone() }).await?;
            }
            (Outcome::Delivered { .. } | Outcome::Retry { .. } | Outcome::Dropped, None) => {}
        }
        // Out of the air before it is settled: what comes again at once must not be taken for a double.
        let newest = self.engine.parts.air.land(&claim.call.id);
        let claim = newest.as_ref().unwrap_or(claim);
        let settled = self.engine.store().settle(claim, outcome, self.engine.clock().now()).await;
        self.engine.note(&settled);
        settled
    }

    async fn tell(&self, claim: &Claim, key: &str, what: What) -> Result<(), StoreError> {
        let Some(case) = &claim.call.case else { return Ok(()) };
        let keys = vec![DeliveryKey::new(format!("{key}:{}", claim.call.id))];
        let event = Event { keys, at: self.engine.clock().now(), what };
        self.engine.handle(&event, Some(&Subject::Case(case.clone()))).await.map(drop)
    }
}

/// A ping in a thread; its copy by direct message neither goes stale nor makes a tier climb.
fn is_thread_ping(call: &Call) -> bool {
    let in_thread = match call.address {
        Address::Channel(_) | Address::Thread { .. } | Address::OwnThread { .. } => true,
        Address::Direct(_) | Address::System(_) => false,
    };
    in_thread && call.urgency == Urgency::Ping && matches!(call.slot, Slot::Ping(_))
}

/// Whether the one whom this direct message is for was told of its ping by other means.
fn went_round(case: &Case, call: &Call) -> bool {
    let (Address::Direct(user), Slot::Note(ping)) = (&call.address, call.slot) else { return false };
    case.detours.iter().any(|detour| detour.ping == ping && detour.to.contains(user))
}

/// A tier's ping by direct message, beside the one in the thread.
fn is_direct_ping(call: &Call) -> bool {
    call.urgency == Urgency::Ping && matches!(call.address, Address::Direct(_))
}
