//! The last good copy of each directory, beside the store: what a bot that has just started answers from while a
//! directory is half-written or does not answer.

use super::{Directory, Place};
use crate::connect::shelf::{name_of, replace};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

const FOLDER: &str = "bookings";

/// Where the copy of one directory is. Without a folder nothing is kept beyond the life of the process.
#[derive(Clone, Debug, Default)]
pub(super) struct Copies {
    path: Option<PathBuf>,
}

impl Copies {
    /// In a folder of its own inside that of the store.
    pub(super) fn beside(store: Option<&Path>, directory: &Directory) -> Self {
        let named = match &directory.place {
            Place::Csv(path) => name_of(&path.to_string_lossy()),
            Place::Web { url, .. } => name_of(url),
        };
        Self { path: store.map(|store| store.join(FOLDER).join(named)) }
    }

    /// The copy, if a whole one is there.
    pub(super) fn read<T: DeserializeOwned>(&self) -> Option<T> {
        serde_json::from_reader(BufReader::new(File::open(self.path.as_ref()?).ok()?)).ok()
    }

    /// Keeps a copy in the place of the one before; on a disk that takes none, the one in memory has to do.
    pub(super) fn keep<T: Serialize>(&self, bookings: &T) {
        let Some(path) = &self.path else { return };
        let kept = replace(path, |file| {
            let mut file = BufWriter::new(file);
            serde_json::to_writer(&mut file, bookings)?;
            file.flush()
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "no copy of the directory of bookings can be kept");
        }
    }

    /// Removes the copies of all other directories: nobody is kept whom the configuration does not name.
    pub(super) fn keep_only(store: Option<&Path>, wanted: &[&Self]) {
        let Some(folder) = store.map(|store| store.join(FOLDER)) else { return };
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if !wanted.iter().any(|one| one.path.as_ref() == Some(&path))
                && let Err(error) = fs::remove_file(&path)
            {
                tracing::warn!(%error, "the copy of a directory that is not read any more could not be removed");
            }
        }
    }
}
