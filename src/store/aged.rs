//! Walking through all cases a page at a time: history for a report, and what is old enough to go.

use super::archive::{Ages, Cursor, PAGE, Page, Period, Pruned, Pruning};
use super::change::{Durable, State, messages_of};
use super::record::{self, Kind, RecordError, Row};
use super::transfer::TransferError;
use super::writer::Disk;
use super::{DeadLetter, SledStore, StoreError, key, pieces};
use crate::clock::Timestamp;
use crate::domain::case::Case;
use crate::domain::cover::ledger;
use crate::domain::timeline::Entry;
use crate::id::{CaseId, DeskKey, PolicyId};
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeSet;
use std::ops::Bound;

/// When a case began and ended: all that has to be read of those that are passed by.
#[derive(Deserialize)]
struct Spell {
    id: CaseId,
    desk: DeskKey,
    opened_at: Timestamp,
    stage: SpellStage,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum SpellStage {
    Unclaimed,
    Owned(IgnoredAny),
    Resolved(Ended),
    Withdrawn(Ended),
}

#[derive(Deserialize)]
struct Ended {
    at: Timestamp,
}

impl Spell {
    fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        #[derive(Deserialize)]
        struct Open {
            v: u32,
            record: Row<Spell>,
        }
        if let Ok(Open { v: 1, record: row }) = serde_json::from_slice(bytes) {
            return Ok(row.record);
        }
        let case = record::decode::<Row<Case>>(bytes)?.record;
        let stage = match super::archive::ended_at(&case) {
            Some(at) => SpellStage::Resolved(Ended { at }),
            None => SpellStage::Unclaimed,
        };
        Ok(Self { id: case.id, desk: case.desk, opened_at: case.opened_at, stage })
    }

    fn ended_at(&self) -> Option<Timestamp> {
        match &self.stage {
            SpellStage::Unclaimed | SpellStage::Owned(_) => None,
            SpellStage::Resolved(end) | SpellStage::Withdrawn(end) => Some(end.at),
        }
    }
}

/// The policy that a case keeps: all that has to be read to know which are in use.
#[derive(Deserialize)]
struct Ruled {
    policy: PolicyId,
}

impl Ruled {
    fn read(bytes: &[u8]) -> Result<PolicyId, RecordError> {
        #[derive(Deserialize)]
        struct Kept {
            v: u32,
            record: Row<Ruled>,
        }
        match serde_json::from_slice(bytes) {
            Ok(Kept { v: 1, record: row }) => Ok(row.record.policy),
            Ok(_) | Err(_) => Ok(record::decode::<Row<Case>>(bytes)?.record.policy),
        }
    }
}

/// Calls `each` with the cases of a page, and says where the next page begins.
fn walk(
    disk: &Disk,
    from: &[u8],
    after: Option<Cursor>,
    mut each: impl FnMut(&[u8]) -> Result<(), TransferError>,
) -> Result<Option<Cursor>, TransferError> {
    let begin = match after {
        Some(Cursor(key)) => Bound::Excluded(key),
        None => Bound::Included(from.to_vec()),
    };
    let end = Bound::Excluded(vec![key::AFTER_CASES]);
    for (looked, row) in disk.tree.range::<Vec<u8>, _>((begin, end)).enumerate() {
        let (key, head) = row?;
        each(&pieces::whole(&disk.tree, &key, head)?)?;
        if looked + 1 == PAGE {
            return Ok(Some(Cursor(key.to_vec())));
        }
    }
    Ok(None)
}

fn timeline(disk: &Disk, case: &CaseId) -> Result<Vec<Entry>, TransferError> {
    let mut entries = Vec::new();
    super::load::scan::<TransferError>(&disk.tree, &key::timeline_of(case), |_, value| {
        entries.push(record::decode(value)?);
        Ok(())
    })?;
    Ok(entries)
}

impl SledStore {
    pub(super) async fn history(&self, period: Period, after: Option<Cursor>) -> Result<Page, StoreError> {
        let read = self.inspect(move |disk| {
            let mut cases = Vec::new();
            let next = walk(disk, &key::LIVE_CASES, after, |value| {
                let spell = Spell::read(value)?;
                if period.touches(spell.opened_at, spell.ended_at()) {
                    let case = record::decode::<Row<Case>>(value)?.record;
                    let entries = timeline(disk, &case.id)?;
                    cases.push((case, entries));
                }
                Ok(())
            })?;
            Ok::<Page, TransferError>(Page { cases, next })
        });
        read.await?.map_err(StoreError::from)
    }

    pub(super) async fn prune_page(
        &self,
        ages: &Ages,
        how: Pruning,
        after: Option<Cursor>,
    ) -> Result<Pruned, StoreError> {
        let (whose, is_first) = (ages.clone(), after.is_none());
        let ages = ages.clone();
        let found = self.inspect(move |disk| {
            let mut old = Vec::new();
            let next = walk(disk, &key::CLOSED_CASES, after, |value| {
                let spell = Spell::read(value)?;
                if spell.ended_at().is_some_and(|ended| ages.is_old(&spell.desk, ended)) {
                    old.push(spell.id);
                }
                Ok(())
            })?;
            Ok::<_, TransferError>((old, next))
        });
        let (old, next) = found.await?.map_err(StoreError::from)?;
        let (pruned, durable) = self.state().prune(&old, is_first.then_some(&whose), how)?;
        if let Some(durable) = durable {
            self.durable(durable).await?;
        }
        if next.is_none() && how == Pruning::Remove {
            self.prune_policies().await?;
        }
        Ok(Pruned { next, ..pruned })
    }

    /// Removes the policies that no case keeps any more.
    async fn prune_policies(&self) -> Result<(), StoreError> {
        let mut unused: BTreeSet<Vec<u8>> = {
            let mut state = self.state();
            // What is asked for, or put, from here on is in use whatever the disk says.
            state.policies.clear();
            state.shelf.rows(&key::prefixes(Kind::Policy)[0])?.into_keys().collect()
        };
        let mut after = None;
        while !unused.is_empty() {
            let found = self.inspect(move |disk| {
                let mut used = BTreeSet::new();
                let next = walk(disk, &key::LIVE_CASES, after, |value| {
                    used.insert(key::policy(&Ruled::read(value)?));
                    Ok(())
                })?;
                Ok::<_, TransferError>((used, next))
            });
            let (used, next) = found.await?.map_err(StoreError::from)?;
            unused.retain(|key| !used.contains(key));
            after = next;
            if after.is_none() {
                break;
            }
        }
        let durable = self.state().drop_policies(&unused)?;
        match durable {
            Some(durable) => self.durable(durable).await,
            None => Ok(()),
        }
    }
}

impl State {
    fn drop_policies(&mut self, unused: &BTreeSet<Vec<u8>>) -> Result<Option<Durable>, StoreError> {
        self.usable()?;
        let in_use: BTreeSet<Vec<u8>> = self.policies.keys().map(key::policy).collect();
        let gone: Vec<&Vec<u8>> = unused.difference(&in_use).collect();
        if gone.is_empty() {
            return Ok(None);
        }
        let mut draft = self.draft();
        gone.into_iter().for_each(|key| draft.delete(key.clone()));
        let sent = self.send(draft, Vec::new());
        self.or_fail(sent).map(Some)
    }

    /// Removes those of the cases that rest still: what happened since they were found counts.
    /// With `ages`, old lines of the desks' own timelines go as well.
    fn prune(
        &mut self,
        old: &[CaseId],
        ages: Option<&Ages>,
        how: Pruning,
    ) -> Result<(Pruned, Option<Durable>), StoreError> {
        self.usable()?;
        let mut pruned = Pruned::default();
        let mut gone = Vec::new();
        let busy = self.known.lanes.cases();
        for id in old.iter().filter(|id| !busy.contains(*id) && !self.known.index.is_seated(id)) {
            let rest = key::case_rest(id);
            let Some(bytes) = self.shelf.get(&rest)? else { continue };
            let case = record::decode::<Row<Case>>(&bytes)?.record;
            let lines = self.shelf.rows(&key::timeline_of(id))?;
            pruned.lines += lines.len();
            gone.extend(lines.into_keys());
            gone.extend(messages_of(&case).into_iter().map(|(key, _)| key));
            let placed = self.slots(id)?.placed;
            gone.extend(placed.iter().map(|placed| key::message(&placed.channel, &placed.ts)));
            gone.extend([key::slots(id), rest]);
            pruned.cases.push(id.clone());
        }
        for desk in self.known.index.desks().keys() {
            let Some(ages) = ages else { break };
            for (key, value) in self.shelf.rows(&key::timeline_of(&ledger::of(desk)))? {
                if ages.is_old(desk, record::decode::<Entry>(&value)?.at) {
                    pruned.lines += 1;
                    gone.push(key);
                }
            }
        }
        if !pruned.cases.is_empty() && self.known.dead > 0 {
            for (key, value) in self.shelf.rows(&key::prefixes(Kind::Dead)[0])? {
                let letter: DeadLetter = record::decode(&value)?;
                if letter.call.case.is_some_and(|case| pruned.cases.contains(&case)) {
                    pruned.letters += 1;
                    gone.push(key);
                }
            }
        }
        match how {
            Pruning::Remove if !gone.is_empty() => {
                let mut draft = self.draft();
                gone.into_iter().for_each(|key| draft.delete(key));
                self.known.dead = self.known.dead.saturating_sub(pruned.letters);
                let sent = self.send(draft, Vec::new());
                let durable = self.or_fail(sent)?;
                Ok((pruned, Some(durable)))
            }
            Pruning::Remove | Pruning::DryRun => Ok((pruned, None)),
        }
    }
}
