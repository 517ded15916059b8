//! The one thread that writes: commits that wait together become one batch, one flush and one `fdatasync`.

use super::record::{self, Deliveries, Meta};
use super::seen::{Digest, hex};
use super::shelf::Op;
use super::{key, pieces};
use crate::clock::Timestamp;
use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError};
use std::sync::{Arc, Weak};
use tokio::sync::oneshot;

/// The most commits in one group.
const GROUP: usize = 256;
/// The most bytes in one group, and in one commit.
pub(super) const GROUP_BYTES: usize = 1024 * 1024;
/// The highest number given so far is kept under this name.
pub(super) const SEQ: &str = "seq";

/// What the writer is asked for.
pub(super) enum Job {
    Write(Write),
    /// Something that needs a tree that nobody changes meanwhile.
    Inspect(Box<dyn FnOnce(&Disk) + Send>),
}

/// One commit on its way to the disk.
pub(super) struct Write {
    pub(super) seq: u64,
    /// The highest number given to anything in it.
    pub(super) high: u64,
    pub(super) ops: Vec<Op>,
    pub(super) digests: Vec<Digest>,
    pub(super) at: Option<Timestamp>,
    pub(super) done: oneshot::Sender<()>,
}

impl Write {
    fn bytes(&self) -> usize {
        self.ops.iter().map(|(key, value)| key.len() + value.as_ref().map_or(0, |value| value.len())).sum()
    }
}

/// Who wants to know what reached the disk.
pub(super) trait Landing: Send + Sync + 'static {
    /// Everything up to commit `seq` is durable.
    fn landed(&self, seq: u64);
    /// Nothing will be durable any more.
    fn failed(&self, why: String);
}

/// The tree, and the handle by which its file is synced.
pub(super) struct Disk {
    pub(super) tree: sled::Db,
    pub(super) file: File,
    /// The next flush fails, for tests of what follows.
    pub(super) breaks: Arc<AtomicBool>,
}

impl Disk {
    /// Applies the changes as one and returns when they are durable.
    pub(super) fn write(&self, batch: sled::Batch) -> Result<(), String> {
        self.tree.apply_batch(batch).map_err(|error| error.to_string())?;
        self.sync()
    }

    /// Sled's own flush is no `fsync` on Linux, hence the second step.
    fn sync(&self) -> Result<(), String> {
        if self.breaks.swap(false, Ordering::Relaxed) {
            return Err("the flush was made to fail".to_owned());
        }
        self.tree.flush().map_err(|error| error.to_string())?;
        self.file.sync_data().map_err(|error| error.to_string())
    }

    /// Adds the changes that put `value` at `key` to a batch.
    pub(super) fn change(
        &self,
        batch: &mut sled::Batch,
        key: &[u8],
        value: Option<&[u8]>,
    ) -> Result<(), String> {
        let standing = self.tree.get(key).map_err(|error| error.to_string())?;
        for (key, value) in pieces::put(key, value, standing.as_deref()) {
            match value {
                Some(value) => batch.insert(key, value),
                None => batch.remove(key),
            }
        }
        Ok(())
    }
}

/// Runs until every sender is gone, or until the first failure: after one nothing is tried again.
pub(super) fn run<L: Landing>(disk: &Disk, jobs: &Receiver<Job>, landing: &Weak<L>) {
    if catch_unwind(AssertUnwindSafe(|| work(disk, jobs, landing))).is_err() {
        fail(landing, "the writer stopped in the middle of its work".to_owned());
    }
}

/// Says so before those who wait are let go, so that they learn why.
fn fail<L: Landing>(landing: &Weak<L>, why: String) {
    tracing::error!(why, "the store can no longer be written");
    if let Some(landing) = landing.upgrade() {
        landing.failed(why);
    }
}

fn work<L: Landing>(disk: &Disk, jobs: &Receiver<Job>, landing: &Weak<L>) {
    let mut next = None;
    loop {
        let Some(job) = next.take().or_else(|| jobs.recv().ok()) else { return };
        let first = match job {
            Job::Write(first) => first,
            Job::Inspect(look) => {
                look(disk);
                continue;
            }
        };
        let (group, after) = gather(first, jobs);
        next = after;
        if let Err(why) = write_group(disk, &group) {
            fail(landing, why);
            return;
        }
        if let Some(landing) = landing.upgrade() {
            landing.landed(group.iter().map(|write| write.seq).max().unwrap_or(0));
        }
        for write in group {
            // Nobody may be waiting any more: what they wanted is kept all the same.
            let _ = write.done.send(());
        }
    }
}

/// Everything that waits, up to the limits, and what was found behind it.
fn gather(first: Write, jobs: &Receiver<Job>) -> (Vec<Write>, Option<Job>) {
    let mut bytes = first.bytes();
    let mut group = vec![first];
    while group.len() < GROUP && bytes < GROUP_BYTES {
        match jobs.try_recv() {
            Ok(Job::Write(write)) if bytes + write.bytes() > GROUP_BYTES => {
                return (group, Some(Job::Write(write)));
            }
            Ok(Job::Write(write)) => {
                bytes += write.bytes();
                group.push(write);
            }
            Ok(Job::Inspect(look)) => return (group, Some(Job::Inspect(look))),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
        }
    }
    (group, None)
}

fn write_group(disk: &Disk, group: &[Write]) -> Result<(), String> {
    let mut last: BTreeMap<&[u8], Option<&[u8]>> = BTreeMap::new();
    for (key, value) in group.iter().flat_map(|write| &write.ops) {
        last.insert(key, value.as_deref());
    }
    let mut batch = sled::Batch::default();
    for (key, value) in last {
        disk.change(&mut batch, key, value)?;
    }
    let high = group.iter().map(|write| write.high).max().unwrap_or(0);
    disk.change(&mut batch, &key::meta(SEQ), Some(&record::encode(&Meta::Number(high))))?;
    // Under the number of the first commit that has any: with its keys the record grows old.
    if let Some(first) = group.iter().find(|write| !write.digests.is_empty()) {
        let digests: Vec<String> = group.iter().flat_map(|write| &write.digests).map(hex).collect();
        let at = group.iter().filter_map(|write| write.at).max();
        let kept = record::encode(&Deliveries { at, digests });
        disk.change(&mut batch, &key::delivery(first.seq), Some(&kept))?;
    }
    disk.write(batch)
}
