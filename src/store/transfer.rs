//! The way out and back in: every record as a line of JSON that a person can read.

use super::load::{LoadError, Loaded, names};
use super::record::{self, Kind, Meta, RecordError, Row, Slots};
use super::shelf::Belongs;
use super::writer::{Disk, GROUP_BYTES};
use super::{ExportLine, change, key};
use crate::domain::case::Case;
use crate::domain::effect::Slot;
use crate::id::CaseId;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

/// Why an export or an import did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum TransferError {
    #[error("cannot read: {0}")]
    Tree(#[from] sled::Error),
    #[error(transparent)]
    Record(#[from] RecordError),
    #[error("line {line}: `{what}` is no {field} of a record\nhint: import what `firstline export` wrote")]
    Line { line: usize, field: &'static str, what: String },
    #[error("the store is not empty\nhint: import into a new folder, or move the old one away first")]
    NotEmpty,
    #[error("cannot write `{path}`: {why}")]
    File { path: String, why: String },
    #[error("cannot write: {0}")]
    Disk(String),
}

/// Calls `each` with every record of a kind.
pub(super) fn each(
    tree: &sled::Tree,
    kind: Kind,
    mut each: impl FnMut(&[u8], &[u8]) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    for prefix in key::prefixes(kind) {
        super::load::scan(tree, prefix, &mut each)?;
    }
    Ok(())
}

fn for_each_line(
    tree: &sled::Tree,
    mut take: impl FnMut(ExportLine) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    for kind in Kind::ALL {
        each(tree, kind, |key, value| {
            let (v, record) = record::unseal(kind, value)?;
            take(ExportLine { kind: kind.as_str().to_owned(), key: key::shown(kind, key), v, record })
        })?;
    }
    Ok(())
}

/// Every record.
pub(super) fn lines(tree: &sled::Tree) -> Result<Vec<ExportLine>, TransferError> {
    let mut lines = Vec::new();
    for_each_line(tree, |line| {
        lines.push(line);
        Ok(())
    })?;
    Ok(lines)
}

/// Writes every record into a file beside `path`, and puts it in its place when it is whole and on disk.
pub(super) fn write(tree: &sled::Tree, path: &Path) -> Result<usize, TransferError> {
    let beside = path.with_extension("jsonl.new");
    let trouble = |why: String| TransferError::File { path: path.display().to_string(), why };
    let file = File::create(&beside).map_err(|error| trouble(error.to_string()))?;
    let mut out = BufWriter::new(file);
    let mut count = 0;
    for_each_line(tree, |line| {
        count += 1;
        serde_json::to_writer(&mut out, &line).map_err(|error| trouble(error.to_string()))?;
        out.write_all(b"\n").map_err(|error| trouble(error.to_string()))
    })?;
    let file = out.into_inner().map_err(|error| trouble(error.to_string()))?;
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    file.sync_all()
        .and_then(|()| fs::rename(&beside, path))
        .and_then(|()| File::open(folder)?.sync_all())
        .map_err(|error| trouble(error.to_string()))?;
    Ok(count)
}

/// Writes exported lines into an empty store. All of them are read before the first is written, and a store
/// in which an import did not end begins empty.
pub(super) fn import(disk: &Disk, lines: &[ExportLine]) -> Result<(usize, Loaded), TransferError> {
    if !disk.tree.is_empty() {
        return Err(TransferError::NotEmpty);
    }
    for (nth, line) in lines.iter().enumerate() {
        changes(nth + 1, line)?;
    }
    let mut batch = sled::Batch::default();
    batch.insert(key::meta(names::IMPORTING), record::encode(&Meta::Mark));
    let mut bytes = 0;
    for (nth, line) in lines.iter().enumerate() {
        for (key, value) in changes(nth + 1, line)? {
            bytes += key.len() + value.len();
            disk.change(&mut batch, &key, Some(&value)).map_err(TransferError::Disk)?;
        }
        if bytes > GROUP_BYTES {
            disk.write(std::mem::take(&mut batch)).map_err(TransferError::Disk)?;
            bytes = 0;
        }
    }
    batch.remove(key::meta(names::IMPORTING));
    disk.write(batch).map_err(TransferError::Disk)?;
    match Loaded::read(&disk.tree) {
        Ok(loaded) => Ok((lines.len(), loaded)),
        Err(LoadError::Tree(error)) => Err(error.into()),
        Err(LoadError::Record(error)) => Err(error.into()),
    }
}

/// A key and its value.
type Pair = (Vec<u8>, Vec<u8>);

/// What one line writes: its record, and what the index of messages makes of it.
fn changes(nth: usize, line: &ExportLine) -> Result<Vec<Pair>, TransferError> {
    let wrong =
        |field: &'static str, what: &str| TransferError::Line { line: nth, field, what: what.to_owned() };
    let kind = Kind::of(&line.kind).ok_or_else(|| wrong("kind", &line.kind))?;
    let key = key::of_shown(kind, &line.key).ok_or_else(|| wrong("key", &line.key))?;
    let value = record::seal(kind, line.v, &line.record)?;
    let mut changes = Vec::new();
    match kind {
        Kind::Case => {
            let row: Row<Case> = record::decode(&value)?;
            let derived = change::messages_of(&row.record);
            changes.extend(derived.into_iter().map(|(key, value)| (key, value.to_vec())));
            let is_live = row.record.is_open() || row.due.is_some();
            let key = if is_live { key::case_live(&row.record.id) } else { key };
            changes.push((key, value));
        }
        Kind::Slot => {
            let slots: Slots = record::decode(&value)?;
            let case = CaseId::new(line.key.as_str());
            for placed in slots.placed.iter().filter(|_| !key::is_lane(&line.key)) {
                let belongs = if placed.slot == Slot::Root { Belongs::Root } else { Belongs::Within };
                changes.push((key::message(&placed.channel, &placed.ts), belongs.value(&case).to_vec()));
            }
            changes.push((key, value));
        }
        Kind::Person
        | Kind::Desk
        | Kind::Policy
        | Kind::Timeline
        | Kind::Call
        | Kind::Dead
        | Kind::Delivery
        | Kind::Meta => changes.push((key, value)),
    }
    Ok(changes)
}
