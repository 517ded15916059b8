//! The store of a history: the model or sled, behind a counter at which processes die, disks fill and others come first.

use super::judge::Judge;
use super::weather::Weather;
use crate::store_model::ModelStore;
use firstline::clock::{Length, Timestamp};
use firstline::domain::case::Case;
use firstline::domain::desk::DeskState;
use firstline::domain::effect::Slot;
use firstline::domain::event::Subject;
use firstline::domain::person::PersonState;
use firstline::domain::policy::Policy;
use firstline::domain::timeline::Entry;
use firstline::domain::{Glance, Load};
use firstline::id::{CallId, CaseId, ChannelId, DeliveryKey, DeskKey, MessageTs, PolicyId, UserId};
use firstline::store::{
    Ages, Archive, Backlog, Claim, Commit, Cursor, DeadLetter, ExportLine, Forgotten, Locator, OpenError,
    Options, Outcome, Page, Period, Pruned, Pruning, Requeued, SledStore, Snapshot, Store, StoreError,
    Traces, Wanted,
};
use std::collections::BTreeMap;
use std::future::{Future, pending};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::Instant;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shop {
    Model,
    Sled,
}

/// One life of a process: it ends at an await that was chosen before.
pub struct Life {
    dead: AtomicBool,
    awaits_left: AtomicI64,
    died: watch::Sender<bool>,
    busy: Mutex<(Option<Instant>, usize)>,
}

/// More awaits than this while no time passes are a loop that never ends.
const SPIN: usize = 50_000;

impl Life {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            dead: AtomicBool::new(false),
            awaits_left: AtomicI64::new(i64::MAX),
            died: watch::Sender::new(false),
            busy: Mutex::default(),
        })
    }

    /// Whether it goes round and round without time passing.
    pub fn spins(&self) -> bool {
        let (now, mut busy) = (Some(Instant::now()), self.busy.lock().unwrap());
        *busy = if busy.0 == now { (now, busy.1 + 1) } else { (now, 0) };
        busy.1 > SPIN
    }

    pub fn ends_after(&self, awaits: i64) {
        self.awaits_left.store(awaits, Ordering::Relaxed);
    }

    pub fn end(&self) {
        self.dead.store(true, Ordering::Relaxed);
        self.died.send_replace(true);
    }

    pub fn is_over(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    pub async fn over(&self) {
        let mut died = self.died.subscribe();
        let _sender_lives = died.wait_for(|died| *died).await;
    }

    /// An await: nobody comes back from here once the process is dead.
    pub async fn gate(&self) {
        if self.awaits_left.fetch_sub(1, Ordering::Relaxed) == 0 {
            self.end();
        }
        if self.is_over() {
            pending::<()>().await;
        }
    }
}

/// What outlives a process.
pub struct Backing {
    shop: Shop,
    folder: Option<TempDir>,
    model: ModelStore,
    sled: Mutex<Option<SledStore>>,
}

impl Backing {
    pub fn new(shop: Shop) -> Self {
        let folder = (shop == Shop::Sled).then(|| tempfile::tempdir().unwrap());
        Self { shop, folder, model: ModelStore::new(), sled: Mutex::new(None) }
    }

    /// What a start of the process does.
    pub fn open(&self) {
        if let Some(folder) = &self.folder {
            let options = Options { ballast: 0, ..Options::new(folder.path()) };
            let mut held = self.sled.lock().unwrap();
            // The writer of the life before may be letting go of it still.
            while held.is_none() {
                match SledStore::open(&options) {
                    Ok(store) => *held = Some(store),
                    Err(OpenError::InUse { .. }) => std::thread::yield_now(),
                    Err(error) => panic!("{error}"),
                }
            }
        }
    }

    /// What the end of a process leaves.
    pub fn crash(&self) {
        self.model.crash();
        drop(self.sled.lock().unwrap().take());
    }

    pub fn close(&self) {
        if let Some(store) = self.sled.lock().unwrap().take() {
            at_once(store.close()).unwrap();
        }
    }

    pub fn break_disk(&self) {
        if let Some(store) = self.sled.lock().unwrap().as_ref() {
            store.break_next_flush();
        }
    }

    pub fn shop(&self) -> Shop {
        self.shop
    }
}

struct Unpark(std::thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for another thread without letting virtual time pass.
pub fn at_once<F: Future>(future: F) -> F::Output {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = std::pin::pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(done) => return done,
            Poll::Pending => std::thread::park(),
        }
    }
}

/// The store as one life of the process sees it.
#[derive(Clone)]
pub struct Counter {
    pub backing: Arc<Backing>,
    pub life: Arc<Life>,
    pub weather: Arc<Weather>,
    pub judge: Arc<Judge>,
}

/// Asks whichever store it is; the second is for a process that has ended.
macro_rules! ask {
    ($self:ident, $store:ident => $what:expr, $otherwise:expr) => {
        if $self.life.is_over() {
            $otherwise
        } else if $self.backing.shop == Shop::Model {
            let $store = &$self.backing.model;
            $what
        } else {
            let held = $self.backing.sled.lock().unwrap().clone();
            match &held {
                Some($store) => $what,
                None => $otherwise,
            }
        }
    };
}

macro_rules! wait {
    ($self:ident, $store:ident => $what:expr) => {{
        $self.life.gate().await;
        let done = ask!($self, $store => Some(at_once($what)), None);
        match done {
            Some(done) => {
                $self.life.gate().await;
                done
            }
            None => pending().await,
        }
    }};
}

impl Store for Counter {
    async fn load(&self, keys: &[DeliveryKey], wanted: &Wanted) -> Result<Snapshot, StoreError> {
        wait!(self, store => store.load(keys, wanted))
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        self.count();
        self.life.gate().await;
        if !commit.puts.is_empty() && self.weather.another_came_first() {
            return Err(StoreError::Conflict);
        }
        if self.weather.is_disk_full() {
            return Err(StoreError::Unavailable("no space left on device".to_owned()));
        }
        let before = self.judge.before(self, &commit);
        let done = ask!(self, store => Some(at_once(store.commit(commit.clone()))), None);
        let Some(done) = done else { return pending().await };
        if done.is_ok() {
            self.judge.committed(self, &before, &commit);
        }
        self.life.gate().await;
        done
    }

    async fn policy(&self, id: &PolicyId) -> Result<Option<Arc<Policy>>, StoreError> {
        wait!(self, store => store.policy(id))
    }

    fn find(&self, at: &Locator) -> Option<CaseId> {
        ask!(self, store => store.find(at), None)
    }

    fn next_case(&self, desk: &DeskKey) -> CaseId {
        ask!(self, store => store.next_case(desk), CaseId::new("nobody-0"))
    }

    fn people(&self) -> Arc<BTreeMap<UserId, PersonState>> {
        ask!(self, store => store.people(), Arc::default())
    }

    fn desks(&self) -> Arc<BTreeMap<DeskKey, DeskState>> {
        ask!(self, store => store.desks(), Arc::default())
    }

    fn loads(&self) -> Arc<BTreeMap<UserId, Load>> {
        ask!(self, store => store.loads(), Arc::default())
    }

    fn open_cases(&self) -> Vec<Glance> {
        ask!(self, store => store.open_cases(), Vec::new())
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<(Subject, Timestamp)> {
        ask!(self, store => store.due(now, limit), Vec::new())
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.count();
        ask!(self, store => store.next_due(), None)
    }

    fn claim(&self, now: Timestamp, lease_for: Length, limit: usize) -> Vec<Claim> {
        let claims = ask!(self, store => store.claim(now, lease_for, limit), Vec::new());
        for claim in &claims {
            self.judge.note(&format!("claimed {} {:?}", claim.call.id, claim.doubt));
        }
        claims
    }

    async fn settle(&self, claim: &Claim, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        if self.weather.is_disk_full() {
            return Err(StoreError::Unavailable("no space left on device".to_owned()));
        }
        self.judge.note(&format!("settled {} {outcome:?}", claim.call.id));
        wait!(self, store => store.settle(claim, outcome, now))
    }

    fn next_wake(&self) -> Option<Timestamp> {
        self.count();
        ask!(self, store => store.next_wake(), None)
    }

    fn set_back(&self, now: Timestamp) {
        ask!(self, store => store.set_back(now), ());
    }

    fn changed(&self) -> impl Future<Output = ()> + Send {
        type Changed = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;
        let changed: Changed = ask!(
            self,
            store => {
                let store = store.clone();
                Box::pin(async move { store.changed().await })
            },
            Box::pin(pending())
        );
        changed
    }

    async fn case(&self, id: &CaseId) -> Result<Option<(Case, Option<Timestamp>)>, StoreError> {
        wait!(self, store => store.case(id))
    }

    async fn cases(&self) -> Result<Vec<Case>, StoreError> {
        wait!(self, store => store.cases())
    }

    async fn timeline(&self, case: &CaseId) -> Result<Vec<Entry>, StoreError> {
        wait!(self, store => store.timeline(case))
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        wait!(self, store => store.dead_letters())
    }

    async fn requeue(&self, id: &CallId, now: Timestamp) -> Result<Requeued, StoreError> {
        wait!(self, store => store.requeue(id, now))
    }

    fn slots(&self, case: &CaseId) -> BTreeMap<Slot, (ChannelId, MessageTs)> {
        ask!(self, store => store.slots(case), BTreeMap::new())
    }

    fn seen_at(&self) -> Option<Timestamp> {
        ask!(self, store => store.seen_at(), None)
    }

    fn backlog(&self, now: Timestamp) -> Backlog {
        ask!(self, store => store.backlog(now), Backlog::default())
    }

    async fn export(&self) -> Result<Vec<ExportLine>, StoreError> {
        Ok(Vec::new())
    }

    async fn import(&self, _: Vec<ExportLine>) -> Result<usize, StoreError> {
        Ok(0)
    }
}

impl Archive for Counter {
    async fn page(&self, period: Period, after: Option<Cursor>) -> Result<Page, StoreError> {
        wait!(self, store => store.page(period, after))
    }

    async fn prune(&self, ages: &Ages, how: Pruning, after: Option<Cursor>) -> Result<Pruned, StoreError> {
        wait!(self, store => store.prune(ages, how, after))
    }

    async fn forget(&self, who: &Traces) -> Result<Forgotten, StoreError> {
        wait!(self, store => store.forget(who))
    }
}

impl Counter {
    fn count(&self) {
        if self.life.spins() && !self.life.is_over() {
            self.judge.complain("a spin: it goes round and round while no time passes");
            self.life.end();
        }
    }

    /// A case as it stands, for the judge.
    pub fn look(&self, id: &CaseId) -> Option<Case> {
        ask!(self, store => at_once(store.case(id)).ok().flatten().map(|(case, _)| case), None)
    }

    /// A policy that is kept, for the judge.
    pub fn rules(&self, id: &PolicyId) -> Option<Arc<Policy>> {
        ask!(self, store => at_once(store.policy(id)).ok().flatten(), None)
    }

    pub fn everything(&self) -> Vec<Case> {
        ask!(self, store => at_once(store.cases()).unwrap_or_default(), Vec::new())
    }

    /// A case's timeline, for the judge.
    pub fn entries(&self, id: &CaseId) -> Vec<Entry> {
        ask!(self, store => at_once(store.timeline(id)).unwrap_or_default(), Vec::new())
    }
}
