//! The store in a folder of its own: sled underneath, indices in memory, one writer.

use super::change::{self, Durable, State};
use super::load::{End, Loaded, names};
use super::open::{self, OpenError, Options};
use super::record::{self, CallRow, Kind, RecordError, Row};
use super::shelf::{Belongs, Shelf};
use super::writer::{self, Disk, Job, Landing};
use super::{
    Backlog, Claim, Commit, DeadLetter, ExportLine, Locator, Outcome, Requeued, Seen, Snapshot, Store,
    StoreError, TimelineWanted, Versioned, Wanted, key, transfer,
};
use crate::clock::{Length, Timestamp};
use crate::domain::case::Case;
use crate::domain::desk::DeskState;
use crate::domain::effect::Slot;
use crate::domain::event::Subject;
use crate::domain::person::PersonState;
use crate::domain::policy::Policy;
use crate::domain::timeline::Entry;
use crate::domain::{Glance, Load};
use crate::id::{CallId, CaseId, ChannelId, DeliveryKey, DeskKey, MessageTs, PolicyId, UserId};
use std::collections::BTreeMap;
use std::fs::File;
use std::future::Future;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, mpsc};
use std::thread::JoinHandle;
use tokio::sync::{oneshot, watch};

/// How long anything may wait still after the wall clock was set back.
const AFTER_SET_BACK: Length = Length::minutes(1);

/// A store in a folder. When the last clone goes, what was taken in is written and the folder is free.
#[derive(Clone)]
pub struct SledStore(Arc<Inner>);

// The fields go in this order: the tree before the lock.
struct Inner {
    state: Mutex<State>,
    writer: Mutex<Option<JoinHandle<()>>>,
    turns: watch::Sender<u64>,
    breaks: Arc<AtomicBool>,
    folder: PathBuf,
    _lock: File,
}

impl SledStore {
    /// Opens the store in a folder, which is made when it is not there.
    pub fn open(options: &Options) -> Result<Self, OpenError> {
        let opened = open::open(options)?;
        let breaks = Arc::new(AtomicBool::new(false));
        let disk = Disk { tree: opened.tree.clone(), file: opened.file, breaks: breaks.clone() };
        let mut known = opened.loaded;
        let trouble = |why: String| OpenError::Io { folder: options.folder.display().to_string(), why };
        match known.end {
            End::Unknown => {}
            End::Importing => {
                tracing::warn!("the last import did not end: the store begins empty");
                opened.tree.clear().map_err(|error| trouble(error.to_string()))?;
                known = Loaded::default();
            }
            End::Clean => {
                let mut batch = ::sled::Batch::default();
                batch.remove(key::meta(names::CLEAN));
                disk.write(batch).map_err(trouble)?;
            }
        }
        let (jobs, waiting) = mpsc::channel();
        let shelf = Shelf::new(opened.tree);
        let policies = BTreeMap::new();
        let state =
            Mutex::new(State { shelf, known, policies, failed: None, sent: 0, durable: 0, jobs: Some(jobs) });
        let inner = Arc::new(Inner {
            state,
            writer: Mutex::new(None),
            turns: watch::Sender::new(0),
            breaks,
            folder: options.folder.clone(),
            _lock: opened.lock,
        });
        let landing = Arc::downgrade(&inner);
        let thread = std::thread::Builder::new()
            .name("store writer".to_owned())
            .spawn(move || writer::run(&disk, &waiting, &landing))
            .map_err(|error| trouble(error.to_string()))?;
        *inner.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = Some(thread);
        Ok(Self(inner))
    }

    /// Whether something failed after which nothing can be kept any more. The process has to end.
    pub fn has_failed(&self) -> bool {
        self.state().failed.is_some()
    }

    /// Resolves with the reason when that happens.
    pub fn failure(&self) -> impl Future<Output = String> + Send + use<> {
        let store = self.clone();
        async move {
            loop {
                let changed = store.changed();
                if let Some(why) = store.state().failed.clone() {
                    return why;
                }
                changed.await;
            }
        }
    }

    /// An orderly end: everything is written, and the next start need not doubt what was under way.
    /// Commits after it are refused.
    pub async fn close(&self) -> Result<(), StoreError> {
        let clean = self.state().mark_clean()?;
        if let Some(durable) = clean {
            self.durable(durable).await?;
        }
        let mut state = self.state();
        state.failed.get_or_insert_with(|| "the store is closed".to_owned());
        state.jobs = None;
        Ok(())
    }

    /// Writes every record into `export.jsonl` in the store's folder, whole or not at all.
    /// Commits wait meanwhile. Gives the path and how many lines it has.
    pub async fn write_export(&self) -> Result<(PathBuf, usize), StoreError> {
        let path = open::export_path(&self.0.folder);
        let to = path.clone();
        let lines = self.inspect(move |disk| transfer::write(&disk.tree, &to)).await??;
        Ok((path, lines))
    }

    /// Writes the export anew where there is one, so that nothing stands in it that was taken out.
    pub(super) async fn export_anew(&self) -> Result<(), StoreError> {
        match open::export_path(&self.0.folder).exists() {
            true => self.write_export().await.map(drop),
            false => Ok(()),
        }
    }

    /// Makes the next flush fail: a switch for tests of what follows.
    pub fn break_next_flush(&self) {
        self.0.breaks.store(true, Ordering::Relaxed);
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        change::lock(&self.0.state)
    }

    fn read(&self, keys: &[DeliveryKey], wanted: &Wanted) -> Result<Snapshot, StoreError> {
        let digests = change::digests(keys);
        let state = self.state();
        state.usable()?;
        let index = &state.known.index;
        let before = digests.iter().any(|digest| state.known.seen.has(digest));
        let case = match &wanted.case {
            Some(id) => state.case(id)?,
            None => None,
        };
        let timeline = match (&wanted.case, wanted.timeline) {
            (Some(id), TimelineWanted::Yes) => timeline(&state, id)?,
            (Some(_), TimelineWanted::No) | (None, _) => Vec::new(),
        };
        let open_here =
            wanted.open_in.as_ref().map(|channel| index.open_in(channel, |id| state.bot_root(id)));
        Ok(Snapshot {
            seen: if before { Seen::Before } else { Seen::New },
            case: match case {
                Some(row) => Versioned { version: row.version, record: Some(row.record) },
                None => Versioned { version: 0, record: None },
            },
            desk: Versioned {
                version: wanted.desk.as_ref().map_or(0, |desk| index.desk_version(desk)),
                record: wanted.desk.as_ref().and_then(|desk| index.desks().get(desk).cloned()),
            },
            person: Versioned {
                version: wanted.person.as_ref().map_or(0, |user| index.person_version(user)),
                record: wanted.person.as_ref().and_then(|user| index.people().get(user).cloned()),
            },
            open_here: open_here.unwrap_or_default(),
            timeline,
            everybody: index.everybody(),
        })
    }

    /// Returns when everything that was taken in so far is durable.
    async fn settled(&self) -> Result<(), StoreError> {
        let barrier = self.state().barrier()?;
        match barrier {
            Some(durable) => self.durable(durable).await,
            None => Ok(()),
        }
    }

    pub(super) async fn durable(&self, durable: Durable) -> Result<(), StoreError> {
        match durable.await {
            Ok(()) => Ok(()),
            Err(_) => Err(match self.state().failed.clone() {
                Some(why) => StoreError::Unavailable(why),
                None => change::closed(),
            }),
        }
    }

    /// Looks at the tree in the writer's thread, where nobody changes it meanwhile.
    pub(super) async fn inspect<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Disk) -> T + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, result) = oneshot::channel();
        let job = Job::Inspect(Box::new(move |disk| drop(done.send(look(disk)))));
        {
            let state = self.state();
            state.usable()?;
            let sent = state.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
            if !sent {
                return Err(change::closed());
            }
        }
        result.await.map_err(|_| change::closed())
    }
}

impl Landing for Inner {
    fn landed(&self, seq: u64) {
        let mut state = change::lock(&self.state);
        state.durable = seq;
        state.shelf.landed(seq);
        state.known.lanes.landed(seq);
        drop(state);
        self.turns.send_modify(|turns| *turns += 1);
    }

    fn failed(&self, why: String) {
        change::lock(&self.state).failed.get_or_insert(why);
        self.turns.send_modify(|turns| *turns += 1);
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        change::lock(&self.state).jobs = None;
        let writer = self.writer.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(writer) = writer
            && writer.thread().id() != std::thread::current().id()
        {
            // A panic in it was told already.
            drop(writer.join());
        }
    }
}

impl Store for SledStore {
    async fn load(&self, keys: &[DeliveryKey], wanted: &Wanted) -> Result<Snapshot, StoreError> {
        let snapshot = self.read(keys, wanted)?;
        match snapshot.seen {
            Seen::Before => self.settled().await?,
            Seen::New => {}
        }
        Ok(snapshot)
    }

    async fn commit(&self, commit: Commit) -> Result<(), StoreError> {
        change::check_size(&commit)?;
        let digests = change::digests(&commit.deliveries);
        let sent = self.state().commit(commit, digests);
        match sent {
            Ok(durable) => self.durable(durable).await,
            // Whoever is told so may acknowledge: the first of the two has to be on disk by then.
            Err(StoreError::Duplicate) => self.settled().await.and(Err(StoreError::Duplicate)),
            Err(error @ (StoreError::Conflict | StoreError::Unavailable(_))) => Err(error),
        }
    }

    async fn policy(&self, id: &PolicyId) -> Result<Option<Arc<Policy>>, StoreError> {
        let mut state = self.state();
        if let Some(known) = state.policies.get(id) {
            return Ok(Some(known.clone()));
        }
        let Some(bytes) = state.shelf.get(&key::policy(id))? else { return Ok(None) };
        let policy: Arc<Policy> = Arc::new(record::decode(&bytes).map_err(StoreError::from)?);
        state.policies.insert(id.clone(), policy.clone());
        Ok(Some(policy))
    }

    fn find(&self, at: &Locator) -> Option<CaseId> {
        let (Locator::Message { channel, ts } | Locator::Thread { channel, root: ts }) = at;
        let value = self.state().shelf.get(&key::message(channel, ts)).ok().flatten()?;
        let (belongs, case) = Belongs::read(&value)?;
        match (at, belongs) {
            (Locator::Message { .. }, _) | (Locator::Thread { .. }, Belongs::Root) => Some(case),
            (Locator::Thread { .. }, Belongs::Within) => None,
        }
    }

    fn next_case(&self, desk: &DeskKey) -> CaseId {
        let number = self.state().known.index.next_number(desk);
        CaseId::new(format!("{desk}-{number}"))
    }

    fn people(&self) -> Arc<BTreeMap<UserId, PersonState>> {
        self.state().known.index.people().clone()
    }

    fn desks(&self) -> Arc<BTreeMap<DeskKey, DeskState>> {
        self.state().known.index.desks().clone()
    }

    fn loads(&self) -> Arc<BTreeMap<UserId, Load>> {
        self.state().known.index.loads().clone()
    }

    fn open_cases(&self) -> Vec<Glance> {
        let state = self.state();
        state.known.index.open(|id| state.bot_root(id))
    }

    fn due(&self, now: Timestamp, limit: usize) -> Vec<(Subject, Timestamp)> {
        let mut state = self.state();
        state.known.seen.now(now);
        state.known.index.due(now, limit)
    }

    fn next_due(&self) -> Option<Timestamp> {
        self.state().known.index.next_due()
    }

    fn claim(&self, now: Timestamp, lease_for: Length, limit: usize) -> Vec<Claim> {
        let mut state = self.state();
        if state.failed.is_some() {
            return Vec::new();
        }
        state.known.seen.now(now);
        let leased = state.known.lanes.claim(now, lease_for, limit);
        let mut claims = Vec::with_capacity(leased.len());
        for lease in leased {
            let row = state.shelf.get(&key::call(lease.seq)).ok().flatten();
            let Some(row) = row.and_then(|bytes| record::decode::<CallRow>(&bytes).ok()) else {
                tracing::error!(seq = lease.seq, "a call that waits cannot be read");
                continue;
            };
            let slots = state.slots_of(&row.call).unwrap_or_default();
            let (own, root) = (slots.get(row.call.slot), slots.get(Slot::Root));
            claims.push(Claim {
                attempts: lease.attempts,
                lease: lease.lease,
                ts: own.map(|placed| placed.ts.clone()),
                root: root.map(|placed| placed.ts.clone()),
                channel: own.or(root).map(|placed| placed.channel.clone()),
                doubt: lease.doubt,
                first_tried_at: lease.first_tried_at,
                call: row.call,
            });
        }
        claims
    }

    async fn settle(&self, claim: &Claim, outcome: Outcome, now: Timestamp) -> Result<(), StoreError> {
        let durable = self.state().settle(claim, outcome, now)?;
        match durable {
            Some(durable) => self.durable(durable).await,
            None => Ok(()),
        }
    }

    fn next_wake(&self) -> Option<Timestamp> {
        let state = self.state();
        // A sleeper that woke for what cannot be claimed any more would spin.
        if state.failed.is_some() { None } else { state.known.lanes.next_wake() }
    }

    fn set_back(&self, now: Timestamp) {
        self.state().known.lanes.wait_at_most_until(now + AFTER_SET_BACK.delta());
        self.0.turns.send_modify(|turns| *turns += 1);
    }

    fn changed(&self) -> impl Future<Output = ()> + Send {
        // Subscribed before the future is first polled: no change after this call is missed.
        let mut turns = self.0.turns.subscribe();
        async move {
            // The sender lives as long as the store; without one there is nothing to wait for.
            drop(turns.changed().await);
        }
    }

    async fn case(&self, id: &CaseId) -> Result<Option<(Case, Option<Timestamp>)>, StoreError> {
        let state = self.state();
        let due = state.known.index.due_of(&Subject::Case(id.clone()));
        Ok(state.case(id)?.map(|row| (row.record, due)))
    }

    async fn cases(&self) -> Result<Vec<Case>, StoreError> {
        let read: Result<Vec<Case>, transfer::TransferError> = self
            .inspect(|disk| {
                let mut cases = Vec::new();
                transfer::each(&disk.tree, Kind::Case, |_, value| {
                    cases.push(record::decode::<Row<Case>>(value)?.record);
                    Ok(())
                })?;
                cases.sort_by(|a: &Case, b| (a.opened_at, &a.id).cmp(&(b.opened_at, &b.id)));
                Ok(cases)
            })
            .await?;
        read.map_err(StoreError::from)
    }

    async fn timeline(&self, case: &CaseId) -> Result<Vec<Entry>, StoreError> {
        timeline(&self.state(), case)
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        let rows = self.state().shelf.scan(&key::prefixes(Kind::Dead)[0])?;
        let read: Result<Vec<DeadLetter>, RecordError> = rows.iter().map(|row| record::decode(row)).collect();
        let mut letters = read.map_err(StoreError::from)?;
        letters.sort_by(|a, b| (a.at, &a.call.id).cmp(&(b.at, &b.call.id)));
        Ok(letters)
    }

    async fn requeue(&self, id: &CallId, now: Timestamp) -> Result<Requeued, StoreError> {
        let durable = {
            let mut state = self.state();
            state.known.seen.now(now);
            state.requeue(id)?
        };
        match durable {
            Some(durable) => self.durable(durable).await.map(|()| Requeued::Yes),
            None => Ok(Requeued::NoSuchLetter),
        }
    }

    fn slots(&self, case: &CaseId) -> BTreeMap<Slot, (ChannelId, MessageTs)> {
        let slots = self.state().slots(case).unwrap_or_default();
        slots.placed.into_iter().map(|placed| (placed.slot, (placed.channel, placed.ts))).collect()
    }

    fn seen_at(&self) -> Option<Timestamp> {
        self.state().known.index.seen_at
    }

    fn backlog(&self, _now: Timestamp) -> Backlog {
        let state = self.state();
        state.known.lanes.backlog(state.known.dead)
    }

    async fn export(&self) -> Result<Vec<ExportLine>, StoreError> {
        self.inspect(|disk| transfer::lines(&disk.tree)).await?.map_err(StoreError::from)
    }

    async fn import(&self, lines: Vec<ExportLine>) -> Result<usize, StoreError> {
        let (count, loaded) = self.inspect(move |disk| transfer::import(disk, &lines)).await??;
        let mut state = self.state();
        state.known = loaded;
        let last = state.known.last_seq;
        state.known.lanes.landed(last);
        drop(state);
        self.0.turns.send_modify(|turns| *turns += 1);
        Ok(count)
    }
}

fn timeline(state: &State, case: &CaseId) -> Result<Vec<Entry>, StoreError> {
    let rows = state.shelf.scan(&key::timeline_of(case))?;
    let read: Result<Vec<Entry>, RecordError> = rows.iter().map(|row| record::decode(row)).collect();
    read.map_err(StoreError::from)
}

impl From<transfer::TransferError> for StoreError {
    fn from(error: transfer::TransferError) -> Self {
        Self::Unavailable(error.to_string())
    }
}
