//! What is written, as of this moment: the changes on their way to the disk, over the tree.
//!
//! A reader may see a commit before it is durable. That is sound because the log is ordered: whatever is
//! decided on it is written after it, and both are lost together or neither is.

use super::{StoreError, key, pieces};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One change of a record: its key, and its new value or none.
pub(super) type Op = (Vec<u8>, Option<Arc<[u8]>>);

pub(super) struct Shelf {
    tree: sled::Db,
    queued: BTreeMap<Vec<u8>, Queued>,
}

struct Queued {
    by: u64,
    value: Option<Arc<[u8]>>,
}

impl Shelf {
    pub(super) fn new(tree: sled::Db) -> Self {
        Self { tree, queued: BTreeMap::new() }
    }

    /// The value at `key`.
    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Arc<[u8]>>, StoreError> {
        if let Some(queued) = self.queued.get(key) {
            return Ok(queued.value.clone());
        }
        let Some(head) = self.tree.get(key).map_err(|error| unreadable(&error))? else { return Ok(None) };
        let value = pieces::whole(&self.tree, key, head).map_err(|error| unreadable(&error))?;
        Ok(Some(Arc::from(value.as_ref())))
    }

    /// Every value under `prefix`, in the order of the keys.
    pub(super) fn scan(&self, prefix: &[u8]) -> Result<Vec<Arc<[u8]>>, StoreError> {
        Ok(self.rows(prefix)?.into_values().collect())
    }

    /// Every key under `prefix` with its value.
    pub(super) fn rows(&self, prefix: &[u8]) -> Result<BTreeMap<Vec<u8>, Arc<[u8]>>, StoreError> {
        let mut found: BTreeMap<Vec<u8>, Arc<[u8]>> = BTreeMap::new();
        for row in self.tree.scan_prefix(prefix) {
            let (key, head) = row.map_err(|error| unreadable(&error))?;
            let value = pieces::whole(&self.tree, &key, head).map_err(|error| unreadable(&error))?;
            found.insert(key.to_vec(), Arc::from(value.as_ref()));
        }
        let queued = self.queued.range(prefix.to_vec()..).take_while(|(key, _)| key.starts_with(prefix));
        for (key, change) in queued {
            match &change.value {
                Some(value) => found.insert(key.clone(), value.clone()),
                None => found.remove(key),
            };
        }
        Ok(found)
    }

    /// Shows the changes of commit number `by` from now on.
    pub(super) fn queue(&mut self, by: u64, ops: &[Op]) {
        for (key, value) in ops {
            self.queued.insert(key.clone(), Queued { by, value: value.clone() });
        }
    }

    /// The tree has everything up to commit number `durable`.
    pub(super) fn landed(&mut self, durable: u64) {
        self.queued.retain(|_, queued| queued.by > durable);
    }

    pub(super) fn holds(&self, key: &[u8]) -> Result<bool, StoreError> {
        self.get(key).map(|value| value.is_some())
    }
}

/// What a failure to read means to the caller.
fn unreadable(error: &sled::Error) -> StoreError {
    StoreError::Unavailable(format!("cannot read: {error}"))
}

/// Which case the message at a key of the message index belongs to, and as what.
pub(super) enum Belongs {
    /// The thread hangs on it.
    Root,
    /// A part of the report, the card, a ping, a note.
    Within,
}

impl Belongs {
    pub(super) fn value(&self, case: &crate::id::CaseId) -> Arc<[u8]> {
        let mut value = vec![match self {
            Self::Root => b'r',
            Self::Within => b'm',
        }];
        value.extend_from_slice(case.as_str().as_bytes());
        Arc::from(value)
    }

    pub(super) fn read(value: &[u8]) -> Option<(Self, crate::id::CaseId)> {
        let belongs = match value.first()? {
            b'r' => Self::Root,
            _ => Self::Within,
        };
        Some((belongs, crate::id::CaseId::new(key::name(value))))
    }
}
