//! The last good copy of each calendar, beside the store: readable by its owner alone, named by a digest.

use super::fetch::Validators;
use super::source::{Place, Source};
use crate::clock::Timestamp;
use crate::coverage::calendar::MOST_BYTES;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

const FOLDER: &str = "calendars";

/// The copies. Without a folder nothing is kept beyond the life of the process.
#[derive(Clone, Debug)]
pub(super) struct Shelf {
    folder: Option<PathBuf>,
}

/// A calendar as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Copy {
    pub(super) text: String,
    pub(super) validators: Validators,
    /// When its server last said that this is the calendar.
    pub(super) checked_at: Timestamp,
}

impl Shelf {
    /// In a folder of its own inside that of the store.
    pub(super) fn beside(store: Option<PathBuf>) -> Self {
        Self { folder: store.map(|store| store.join(FOLDER)) }
    }

    /// The copy, if a whole one is there.
    pub(super) fn read(&self, source: &Source) -> Option<Copy> {
        let file = File::open(self.path(source)?).ok()?;
        let checked_at = file.metadata().and_then(|about| about.modified()).ok()?.into();
        let mut all = String::new();
        let longest = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(4096);
        file.take(longest).read_to_string(&mut all).ok()?;
        let (head, text) = all.split_once('\n')?;
        let validators = serde_json::from_str(head).ok()?;
        Some(Copy { text: text.to_owned(), validators, checked_at })
    }

    /// Keeps a copy in the place of the one before.
    ///
    /// # Errors
    /// The disk.
    pub(super) fn write(&self, source: &Source, copy: &Copy) -> io::Result<()> {
        let Some(path) = self.path(source) else { return Ok(()) };
        replace(&path, |file| {
            serde_json::to_writer(&mut *file, &copy.validators)?;
            file.write_all(b"\n")?;
            file.write_all(copy.text.as_bytes())?;
            file.set_modified(SystemTime::from(copy.checked_at))
        })
    }

    /// Its server said that the copy still is the calendar.
    pub(super) fn confirm(&self, source: &Source, at: Timestamp) {
        let Some(path) = self.path(source) else { return };
        let touched = OpenOptions::new()
            .write(true)
            .open(path)
            .and_then(|file| file.set_modified(SystemTime::from(at)));
        if let Err(error) = touched {
            tracing::debug!(%error, "the copy of a calendar keeps its old age");
        }
    }

    /// Removes the copies of all other calendars: nobody is kept whom the configuration does not name.
    pub(super) fn keep_only(&self, sources: &[Source]) {
        let Some(folder) = &self.folder else { return };
        let wanted: BTreeSet<PathBuf> = sources.iter().filter_map(|source| self.path(source)).collect();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if !wanted.contains(&path)
                && let Err(error) = fs::remove_file(&path)
            {
                tracing::warn!(%error, "the copy of a calendar that is not read any more could not be removed");
            }
        }
    }

    /// Files of the configuration's folder need no copy.
    fn path(&self, source: &Source) -> Option<PathBuf> {
        match source.place() {
            Place::Web(address) => Some(self.folder.as_ref()?.join(name_of(address))),
            Place::File(_) => None,
        }
    }
}

/// Writes a file in the place of the one before, whole or not at all, readable by its owner alone.
///
/// # Errors
/// The disk.
pub(super) fn replace(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let fresh = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&fresh)?;
    write(&mut file)?;
    file.sync_all()?;
    fs::rename(fresh, path)
}

/// A name that does not tell whose copy it is: addresses hold secrets.
pub(super) fn name_of(address: &str) -> String {
    Sha256::digest(address.as_bytes()).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
