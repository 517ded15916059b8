//! Reading the tree at start: one scan of what the indices need, closed cases left where they are.

use super::index::Index;
use super::lanes::Lanes;
use super::record::{self, CallRow, Deliveries, Kind, Meta, RecordError, Row};
use super::seen::SeenKeys;
use super::{key, pieces, writer};
use crate::domain::desk::DeskState;
use crate::domain::event::Subject;
use crate::domain::person::PersonState;
use crate::id::{CaseId, DeskKey, UserId};

/// The names of what is kept about the store itself.
pub(super) mod names {
    /// When the last event was seen.
    pub(in crate::store) const SEEN_AT: &str = "seen_at";
    /// Written by an orderly end with nothing under way, taken away at the next start.
    pub(in crate::store) const CLEAN: &str = "clean";
    /// There while an import runs: a store with it is half of one.
    pub(in crate::store) const IMPORTING: &str = "importing";
    /// The highest number of a case, by desk.
    pub(in crate::store) const NUMBER: &str = "number/";
    /// When somebody was last pinged.
    pub(in crate::store) const PINGED: &str = "pinged/";
    /// Due rows that another's commit set earlier.
    pub(in crate::store) const WOKEN: &str = "woken/";

    /// The name of a woken due row.
    pub(in crate::store) fn woken(subject: &crate::domain::event::Subject) -> String {
        use crate::domain::event::Subject;
        match subject {
            Subject::Case(id) => format!("{WOKEN}case/{id}"),
            Subject::Person(user) => format!("{WOKEN}person/{user}"),
            Subject::Desk(desk) => format!("{WOKEN}desk/{desk}"),
        }
    }
}

/// What a store knows without asking the disk.
#[derive(Default)]
pub(super) struct Loaded {
    pub(super) index: Index,
    pub(super) lanes: Lanes,
    pub(super) seen: SeenKeys,
    pub(super) last_seq: u64,
    pub(super) dead: usize,
    pub(super) end: End,
}

/// How the process before this one ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum End {
    #[default]
    Unknown,
    Clean,
    /// In the middle of an import.
    Importing,
}

/// Why a tree cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum LoadError {
    #[error(transparent)]
    Tree(#[from] sled::Error),
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Loaded {
    pub(super) fn read(tree: &sled::Db) -> Result<Self, LoadError> {
        let mut loaded = Self::default();
        scan::<LoadError>(tree, &key::LIVE_CASES, |_, value| {
            let (face, due) = record::face_of_case(value)?;
            loaded.index.seat(&face, due);
            Ok(())
        })?;
        scan::<LoadError>(tree, &key::prefixes(Kind::Person)[0], |_, value| {
            loaded.index.put_person(&record::decode::<Row<PersonState>>(value)?);
            Ok(())
        })?;
        scan::<LoadError>(tree, &key::prefixes(Kind::Desk)[0], |_, value| {
            loaded.index.put_desk(&record::decode::<Row<DeskState>>(value)?);
            Ok(())
        })?;
        scan::<LoadError>(tree, &key::prefixes(Kind::Call)[0], |key, value| {
            let row: CallRow = record::decode(value)?;
            loaded.lanes.read(key::seq(key).unwrap_or_default(), &row);
            Ok(())
        })?;
        scan::<LoadError>(tree, &key::prefixes(Kind::Delivery)[0], |key, value| {
            let row: Deliveries = record::decode(value)?;
            loaded.seen.read(key::seq(key).unwrap_or_default(), row.at, &row.digests);
            Ok(())
        })?;
        scan::<LoadError>(tree, &key::prefixes(Kind::Meta)[0], |key, value| {
            loaded.note(&key::name(key), &record::decode::<Meta>(value)?);
            Ok(())
        })?;
        for row in tree.scan_prefix(key::prefixes(Kind::Dead)[0]).keys() {
            row?;
            loaded.dead += 1;
        }
        if loaded.end != End::Clean {
            loaded.lanes.doubt_heads();
        }
        Ok(loaded)
    }

    fn note(&mut self, name: &str, meta: &Meta) {
        match meta {
            Meta::Mark if name == names::CLEAN => self.end = End::Clean,
            Meta::Mark if name == names::IMPORTING => self.end = End::Importing,
            Meta::Mark => {}
            Meta::Number(seq) if name == writer::SEQ => self.last_seq = *seq,
            Meta::Number(number) => {
                if let Some(desk) = name.strip_prefix(names::NUMBER) {
                    self.index.taken(&DeskKey::new(desk), *number);
                }
            }
            Meta::At(at) if name == names::SEEN_AT => {
                self.index.seen_at = Some(*at);
                self.seen.now(*at);
            }
            Meta::At(at) => {
                if let Some(user) = name.strip_prefix(names::PINGED) {
                    self.index.pinged(&UserId::new(user), *at);
                }
                if let Some(subject) = name.strip_prefix(names::WOKEN).and_then(woken_subject) {
                    self.index.wake(&subject, *at);
                }
            }
        }
    }
}

fn woken_subject(name: &str) -> Option<Subject> {
    let (kind, id) = name.split_once('/')?;
    match kind {
        "case" => Some(Subject::Case(CaseId::new(id))),
        "person" => Some(Subject::Person(UserId::new(id))),
        "desk" => Some(Subject::Desk(DeskKey::new(id))),
        _ => None,
    }
}

/// Every whole value under a prefix.
pub(super) fn scan<E: From<sled::Error>>(
    tree: &sled::Tree,
    prefix: &[u8],
    mut each: impl FnMut(&[u8], &[u8]) -> Result<(), E>,
) -> Result<(), E> {
    for row in tree.scan_prefix(prefix) {
        let (key, head) = row?;
        let value = pieces::whole(tree, &key, head)?;
        each(&key, &value)?;
    }
    Ok(())
}
