//! The keys of deliveries already dealt with: sixteen bytes of each digest, dropped when they are old.

use crate::clock::Timestamp;
use crate::id::DeliveryKey;
use sha2::{Digest as _, Sha256};
use std::collections::{HashSet, VecDeque};

/// Sixteen bytes of a key's SHA-256: enough that two keys of one installation never meet.
pub(super) type Digest = [u8; 16];

/// How long keys are kept, in hours: the 26 of the contract, and one for keys that share a record.
const KEPT_FOR: chrono::TimeDelta = chrono::TimeDelta::hours(27);

#[derive(Default)]
pub(super) struct SeenKeys {
    known: HashSet<Digest>,
    /// In the order of their commits, under the number of the commit.
    groups: VecDeque<Group>,
    /// The latest instant that was told to the store.
    latest: Option<Timestamp>,
}

struct Group {
    seq: u64,
    at: Option<Timestamp>,
    digests: Vec<Digest>,
}

pub(super) fn digest(key: &DeliveryKey) -> Digest {
    let full = Sha256::digest(key.as_str().as_bytes());
    let mut digest = [0; 16];
    digest.copy_from_slice(&full[..16]);
    digest
}

pub(super) fn hex(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Digest> {
    u128::from_str_radix(text, 16).ok().map(u128::to_be_bytes)
}

impl SeenKeys {
    pub(super) fn has(&self, digest: &Digest) -> bool {
        self.known.contains(digest)
    }

    /// The time, as the caller sees it. The store has no clock: keys age by what it is told.
    pub(super) fn now(&mut self, now: Timestamp) {
        self.latest = self.latest.max(Some(now));
    }

    pub(super) fn latest(&self) -> Option<Timestamp> {
        self.latest
    }

    pub(super) fn add(&mut self, seq: u64, at: Option<Timestamp>, digests: Vec<Digest>) {
        self.known.extend(digests.iter().copied());
        self.groups.push_back(Group { seq, at, digests });
    }

    /// Takes in a stored group.
    pub(super) fn read(&mut self, seq: u64, at: Option<Timestamp>, digests: &[String]) {
        self.latest = self.latest.max(at);
        self.add(seq, at, digests.iter().filter_map(|text| unhex(text)).collect());
    }

    /// Forgets what is too old, and says under which numbers it is stored.
    pub(super) fn expire(&mut self) -> Vec<u64> {
        let mut gone = Vec::new();
        let Some(latest) = self.latest else { return gone };
        while let Some(oldest) = self.groups.front_mut() {
            // A group from before any instant was known ages from the first one.
            if latest - *oldest.at.get_or_insert(latest) <= KEPT_FOR {
                break;
            }
            if let Some(group) = self.groups.pop_front() {
                for digest in &group.digests {
                    self.known.remove(digest);
                }
                gone.push(group.seq);
            }
        }
        gone
    }
}
