//! What a commit or a settlement changes: checked and shown in memory at once, written later by the writer.

use super::index::{Noted, Seated, numbered};
use super::lanes::{Posted, Taken};
use super::load::{Loaded, names};
use super::record::{self, CallRow, Face, Meta, Record, Row};
use super::seen::{self, Digest};
use super::shelf::{Belongs, Op, Shelf};
use super::writer::{GROUP_BYTES, Job, Write};
use super::{Claim, Commit, DeadLetter, Outcome, Put, StoreError, Version, key};
use crate::clock::Timestamp;
use crate::domain::case::{Case, Root};
use crate::domain::event::Subject;
use crate::domain::policy::Policy;
use crate::id::{CallId, CaseId, DeliveryKey, PolicyId};
use crate::view::call::Call;
use std::collections::BTreeMap;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// Everything that changes together, under one lock.
pub(super) struct State {
    pub(super) shelf: Shelf,
    pub(super) known: Loaded,
    pub(super) policies: BTreeMap<PolicyId, Arc<Policy>>,
    /// Why nothing can be written any more.
    pub(super) failed: Option<String>,
    /// The last commit that was sent to the writer, and the last that is on disk.
    pub(super) sent: u64,
    pub(super) durable: u64,
    /// To the writer; gone once the store is closed.
    pub(super) jobs: Option<Sender<Job>>,
}

/// The changes of one commit, as they are collected.
pub(super) struct Draft {
    seq: u64,
    pub(super) ops: Vec<Op>,
}

impl Draft {
    pub(super) fn put<R: Record>(&mut self, key: Vec<u8>, record: &R) {
        self.ops.push((key, Some(Arc::from(record::encode(record)))));
    }

    pub(super) fn delete(&mut self, key: Vec<u8>) {
        self.ops.push((key, None));
    }

    fn meta(&mut self, name: &str, meta: &Meta) {
        self.put(key::meta(name), meta);
    }
}

/// Resolves when what was sent is durable; an error means that it may never be.
pub(super) type Durable = oneshot::Receiver<()>;

pub(super) fn lock(state: &Mutex<State>) -> std::sync::MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Refuses a commit that is too large; what it makes of the indices is little.
pub(super) fn check_size(commit: &Commit) -> Result<(), StoreError> {
    let mut size = Size(0);
    let add = |written: Result<(), serde_json::Error>| {
        written.map_err(|error| StoreError::Unavailable(error.to_string()))
    };
    add(serde_json::to_writer(&mut size, &commit.calls))?;
    add(serde_json::to_writer(&mut size, &commit.timeline))?;
    for put in &commit.puts {
        add(match put {
            Put::Case { record, .. } => serde_json::to_writer(&mut size, record),
            Put::Person { record, .. } => serde_json::to_writer(&mut size, record),
            Put::Desk { record, .. } => serde_json::to_writer(&mut size, record),
            Put::Policy { record, .. } => serde_json::to_writer(&mut size, record),
        })?;
    }
    if size.0 > GROUP_BYTES {
        return Err(StoreError::Unavailable("a commit may have 1 MiB at most".to_owned()));
    }
    Ok(())
}

/// Counts bytes and keeps none.
struct Size(usize);

impl std::io::Write for Size {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl State {
    pub(super) fn usable(&self) -> Result<(), StoreError> {
        match &self.failed {
            Some(why) => Err(StoreError::Unavailable(why.clone())),
            None => Ok(()),
        }
    }

    pub(super) fn case(&self, id: &CaseId) -> Result<Option<Row<Case>>, StoreError> {
        match self.case_bytes(id)? {
            Some(bytes) => record::decode(&bytes).map(Some).map_err(StoreError::from),
            None => Ok(None),
        }
    }

    pub(super) fn case_bytes(&self, id: &CaseId) -> Result<Option<Arc<[u8]>>, StoreError> {
        match self.shelf.get(&key::case_live(id))? {
            Some(live) => Ok(Some(live)),
            None => self.shelf.get(&key::case_rest(id)),
        }
    }

    fn case_version(&self, id: &CaseId) -> Result<Version, StoreError> {
        match self.case_bytes(id)? {
            Some(bytes) => record::version_of_case(&bytes).map_err(StoreError::from),
            None => Ok(0),
        }
    }

    /// Checks a commit against everything before it, shows it, and sends it on to the disk.
    pub(super) fn commit(&mut self, commit: Commit, digests: Vec<Digest>) -> Result<Durable, StoreError> {
        self.usable()?;
        if digests.iter().any(|digest| self.known.seen.has(digest)) {
            return Err(StoreError::Duplicate);
        }
        for put in &commit.puts {
            let (over, stands) = match put {
                Put::Case { record, over, .. } => (*over, self.case_version(&record.id)?),
                Put::Person { record, over, .. } => (*over, self.known.index.person_version(&record.user)),
                Put::Desk { record, over, .. } => (*over, self.known.index.desk_version(&record.desk)),
                Put::Policy { .. } => continue,
            };
            if over != stands {
                return Err(StoreError::Conflict);
            }
        }
        let applied = self.apply(commit, digests);
        self.or_fail(applied)
    }

    /// Memory that took in half of something is not to be believed any more.
    pub(super) fn or_fail<T>(&mut self, done: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &done
            && self.failed.is_none()
        {
            self.failed = Some(error.to_string());
        }
        done
    }

    fn apply(&mut self, commit: Commit, digests: Vec<Digest>) -> Result<Durable, StoreError> {
        let mut draft = self.draft();
        for put in commit.puts {
            self.put(&mut draft, put)?;
        }
        for (subject, at) in &commit.wake {
            if self.known.index.wake(subject, *at) == Noted::New {
                draft.meta(&names::woken(subject), &Meta::At(*at));
            }
        }
        for entry in &commit.timeline {
            let seq = self.next_seq();
            draft.put(key::timeline(&entry.case, seq), entry);
        }
        for lane in &commit.cancel_pings {
            for seq in self.known.lanes.cancel_pings(lane, draft.seq) {
                draft.delete(key::call(seq));
            }
        }
        for call in commit.calls {
            self.take_in(&mut draft, call)?;
        }
        self.saw(&mut draft, commit.seen_at);
        self.send(draft, digests)
    }

    fn saw(&mut self, draft: &mut Draft, at: Option<Timestamp>) {
        let Some(at) = at else { return };
        self.known.seen.now(at);
        if self.known.index.seen_at.is_none_or(|known| known < at) {
            self.known.index.seen_at = Some(at);
            draft.meta(names::SEEN_AT, &Meta::At(at));
        }
    }

    fn put(&mut self, draft: &mut Draft, put: Put) -> Result<(), StoreError> {
        match put {
            Put::Case { record, over, due } => {
                self.put_case(draft, &Row { version: over + 1, due, record: *record })
            }
            Put::Person { record, over, due } => {
                self.sleep(draft, &Subject::Person(record.user.clone()));
                let row = Row { version: over + 1, due, record: *record };
                draft.put(key::person(&row.record.user), &row);
                self.known.index.put_person(&row);
                Ok(())
            }
            Put::Desk { record, over, due } => {
                self.sleep(draft, &Subject::Desk(record.desk.clone()));
                let row = Row { version: over + 1, due, record: *record };
                draft.put(key::desk(&row.record.desk), &row);
                self.known.index.put_desk(&row);
                Ok(())
            }
            Put::Policy { id, record } => {
                let key = key::policy(&id);
                if !self.policies.contains_key(&id) && !self.shelf.holds(&key)? {
                    draft.put(key, record.as_ref());
                }
                self.policies.entry(id).or_insert(record);
                Ok(())
            }
        }
    }

    /// A record that is written says itself when it is due: what woke it is over.
    fn sleep(&self, draft: &mut Draft, subject: &Subject) {
        if self.known.index.due_of(subject).is_some() {
            let woken = key::meta(&names::woken(subject));
            if self.shelf.holds(&woken).unwrap_or(true) {
                draft.delete(woken);
            }
        }
    }

    fn put_case(&mut self, draft: &mut Draft, row: &Row<Case>) -> Result<(), StoreError> {
        let case = &row.record;
        self.sleep(draft, &Subject::Case(case.id.clone()));
        let (live, rest) = (key::case_live(&case.id), key::case_rest(&case.id));
        let was = self.known.index.seat(&Face::of(case), row.due);
        let is = if self.known.index.is_seated(&case.id) { Seated::Yes } else { Seated::No };
        match is {
            Seated::Yes => draft.put(live.clone(), row),
            Seated::No => draft.put(rest.clone(), row),
        }
        if row.version > 1 && was != is {
            draft.delete(match was {
                Seated::Yes => live,
                Seated::No => rest,
            });
        }
        if row.version == 1
            && let Some((desk, number)) = numbered(&case.id)
        {
            draft.meta(
                &format!("{}{desk}", names::NUMBER),
                &Meta::Number(number.max(self.known.index.highest(&desk))),
            );
        }
        for (user, at) in &case.run.pinged {
            if self.known.index.pinged(user, *at) == Noted::New {
                draft.meta(&format!("{}{user}", names::PINGED), &Meta::At(*at));
            }
        }
        for (op_key, value) in messages_of(case) {
            if self.shelf.get(&op_key)?.as_deref() != Some(value.as_ref()) {
                draft.ops.push((op_key, Some(value)));
            }
        }
        Ok(())
    }

    fn take_in(&mut self, draft: &mut Draft, call: Call) -> Result<(), StoreError> {
        let posted = match &call.case {
            Some(case) if self.slots(case)?.get(call.slot).is_some() => Posted::Yes,
            Some(_) | None => Posted::No,
        };
        let seq = self.next_seq();
        for taken in self.known.lanes.take_in(call, seq, draft.seq, posted) {
            match taken {
                Taken::Put(seq, row) => draft.put(key::call(seq), row.as_ref()),
                Taken::Drop(seq) => draft.delete(key::call(seq)),
            }
        }
        Ok(())
    }

    /// Ends a lease; `None` when the lease no longer stands.
    pub(super) fn settle(
        &mut self,
        claim: &Claim,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Option<Durable>, StoreError> {
        self.usable()?;
        self.known.seen.now(now);
        let call = &claim.call;
        let Some(head) = self.known.lanes.held(&call.lane, &call.id, claim.lease) else { return Ok(None) };
        let seq = head.seq;
        let settled = self.end(call, seq, outcome, now);
        self.or_fail(settled).map(Some)
    }

    fn end(
        &mut self,
        call: &Call,
        seq: u64,
        outcome: Outcome,
        now: Timestamp,
    ) -> Result<Durable, StoreError> {
        let mut draft = self.draft();
        match outcome {
            Outcome::Delivered { channel, ts } => {
                self.known.lanes.finish(&call.lane, draft.seq);
                draft.delete(key::call(seq));
                self.deliver(&mut draft, call, channel, ts)?;
            }
            Outcome::Retry { at, doubt, why } => {
                self.known.lanes.retry(&call.lane, at, doubt, draft.seq);
                let row = self.known.lanes.stored_head(&call.lane, call.clone());
                draft.put(key::call(seq), &CallRow { why: Some(why), ..row });
            }
            Outcome::Dead { why } => {
                self.known.lanes.finish(&call.lane, draft.seq);
                draft.delete(key::call(seq));
                draft.put(key::dead(&call.id), &DeadLetter { call: call.clone(), why, at: now });
                self.known.dead += 1;
            }
            Outcome::Dropped => {
                self.known.lanes.finish(&call.lane, draft.seq);
                draft.delete(key::call(seq));
            }
        }
        self.send(draft, Vec::new())
    }

    /// Puts a dead letter at the end of its lane; `None` when there is none.
    pub(super) fn requeue(&mut self, letter: &CallId) -> Result<Option<Durable>, StoreError> {
        self.usable()?;
        let dead = key::dead(letter);
        let Some(bytes) = self.shelf.get(&dead)? else { return Ok(None) };
        let found: DeadLetter = record::decode(&bytes).map_err(StoreError::from)?;
        let mut draft = self.draft();
        draft.delete(dead);
        self.known.dead = self.known.dead.saturating_sub(1);
        let seq = self.next_seq();
        self.known.lanes.append(&found.call, seq, draft.seq);
        draft.put(key::call(seq), &CallRow::new(found.call));
        self.send(draft, Vec::new()).map(Some)
    }

    /// Marks an orderly end; not while a call is out, for its end would not be known.
    pub(super) fn mark_clean(&mut self) -> Result<Option<Durable>, StoreError> {
        self.usable()?;
        if self.known.lanes.any_leased() {
            return Ok(None);
        }
        let mut draft = self.draft();
        draft.meta(names::CLEAN, &Meta::Mark);
        self.send(draft, Vec::new()).map(Some)
    }

    /// Resolves when everything before it is durable; `None` when it is.
    pub(super) fn barrier(&mut self) -> Result<Option<Durable>, StoreError> {
        self.usable()?;
        if self.sent <= self.durable {
            return Ok(None);
        }
        let draft = self.draft();
        self.send(draft, Vec::new()).map(Some)
    }

    fn next_seq(&mut self) -> u64 {
        self.known.last_seq += 1;
        self.known.last_seq
    }

    pub(super) fn draft(&mut self) -> Draft {
        Draft { seq: self.next_seq(), ops: Vec::new() }
    }

    pub(super) fn send(&mut self, mut draft: Draft, digests: Vec<Digest>) -> Result<Durable, StoreError> {
        for seq in self.known.seen.expire() {
            draft.delete(key::delivery(seq));
        }
        let at = self.known.seen.latest();
        if !digests.is_empty() {
            self.known.seen.add(draft.seq, at, digests.clone());
        }
        self.shelf.queue(draft.seq, &draft.ops);
        self.sent = draft.seq;
        let (done, durable) = oneshot::channel();
        let write = Write { seq: draft.seq, high: self.known.last_seq, ops: draft.ops, digests, at, done };
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(Job::Write(write)).is_ok());
        if sent { Ok(durable) } else { Err(closed()) }
    }
}

/// The messages that make up a case's report, for the index of messages.
pub(super) fn messages_of(case: &Case) -> Vec<(Vec<u8>, Arc<[u8]>)> {
    let root = match &case.root {
        Root::Post(ts) => Some(ts),
        Root::Bot => None,
    };
    let parts = case.report.parts.iter().map(|part| &part.ts).filter(|ts| Some(*ts) != root);
    let within = parts.map(|ts| (key::message(&case.channel, ts), Belongs::Within.value(&case.id)));
    root.map(|ts| (key::message(&case.channel, ts), Belongs::Root.value(&case.id)))
        .into_iter()
        .chain(within)
        .collect()
}

pub(super) fn digests(keys: &[DeliveryKey]) -> Vec<Digest> {
    keys.iter().map(seen::digest).collect()
}

impl From<record::RecordError> for StoreError {
    fn from(error: record::RecordError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

pub(super) fn closed() -> StoreError {
    StoreError::Unavailable("the store is closed".to_owned())
}
