//! Opening the folder: one process at a time, everything synced once, damage met step by step.

use super::load::{LoadError, Loaded};
use super::record::RecordError;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Why a store does not open, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the store in `{folder}` is in use by {by}\n\
         hint: stop that one first, or give this one a folder of its own (`store.url`)"
    )]
    InUse { folder: String, by: String },
    #[error(
        "the store in `{folder}` is damaged: {why}\n\
         hint: move the folder away and restore the last export: firstline import {export}"
    )]
    Damaged { folder: String, why: String, export: String },
    #[error(
        "the store in `{folder}` is damaged: {why}\n\
         hint: move the folder away; there is no export in it, so that the next start begins empty"
    )]
    DamagedForGood { folder: String, why: String },
    #[error(
        "there is no room for the store in `{folder}`\n\
         hint: make room on that disk; nothing that was acknowledged is lost"
    )]
    Full { folder: String },
    #[error("the store in `{folder}` cannot be opened: {why}\nhint: may this user read and write it?")]
    Io { folder: String, why: String },
    #[error(transparent)]
    Record(#[from] RecordError),
}

/// How a store is opened.
#[derive(Clone, Debug)]
pub struct Options {
    pub folder: PathBuf,
    /// Bytes set aside, to be given up when the disk is full: a full disk must not keep the store shut.
    pub ballast: u64,
}

impl Options {
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into(), ballast: 32 * 1024 * 1024 }
    }
}

/// What an open store holds on to.
pub(super) struct Opened {
    pub(super) tree: sled::Db,
    pub(super) loaded: Loaded,
    /// The file that is synced after each flush.
    pub(super) file: File,
    pub(super) lock: File,
}

/// Where the hourly export is, inside the store's folder.
pub(super) fn export_path(folder: &Path) -> PathBuf {
    folder.join("export.jsonl")
}

/// Bytes of pages that sled keeps in memory. The records asked for often are few, and the system's own cache
/// holds the file besides.
const CACHE: u64 = 2 * 1024 * 1024;

/// Makes the folder where there is none: what people wrote is in it.
fn for_the_owner_alone(folder: &Path) -> io::Result<()> {
    let mut folders = fs::DirBuilder::new();
    folders.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
    folders.create(folder)
}

pub(super) fn open(options: &Options) -> Result<Opened, OpenError> {
    let folder = options.folder.as_path();
    let io = |error: &io::Error| trouble(folder, error);
    for_the_owner_alone(folder).map_err(|error| io(&error))?;
    let lock = lock(folder)?;
    let (tree, loaded) = climb(folder)?;
    let loaded = loaded?;
    sync_all(folder).map_err(|error| io(&error))?;
    let file =
        OpenOptions::new().read(true).write(true).open(folder.join("db")).map_err(|error| io(&error))?;
    if fs::read_dir(folder.join("blobs")).is_ok_and(|mut blobs| blobs.next().is_some()) {
        tracing::warn!("the store holds blobs, which a power cut may lose: export it and import it anew");
    }
    set_ballast(folder, options.ballast);
    Ok(Opened { tree, loaded, file, lock })
}

/// The ladder: as it is; with the ballast given up when the disk is full; without snapshots, which the log can
/// replace; then no further.
fn climb(folder: &Path) -> Result<Read, OpenError> {
    let mut error = match open_tree(folder) {
        Ok(tree) => return Ok(tree),
        Err(error) => error,
    };
    if is_full(&error) && fs::remove_file(ballast_path(folder)).is_ok() {
        tracing::warn!("the disk is full: the space set aside for that is used now");
        error = match open_tree(folder) {
            Ok(tree) => return Ok(tree),
            Err(error) => error,
        };
    }
    if error.to_string().contains("could not acquire lock") {
        return Err(OpenError::InUse {
            folder: folder.display().to_string(),
            by: "another process".to_owned(),
        });
    }
    if let sled::Error::Io(error) = &error
        && error.kind() != io::ErrorKind::InvalidData
        && error.kind() != io::ErrorKind::UnexpectedEof
        && error.kind() != io::ErrorKind::Other
    {
        return Err(trouble(folder, error));
    }
    tracing::warn!(%error, "the store does not open as it is: trying without its snapshots");
    let moved = set_snapshots_aside(folder).map_err(|error| trouble(folder, &error))?;
    if moved > 0
        && let Ok(tree) = open_tree(folder)
    {
        tracing::warn!("the store was rebuilt from its log");
        return Ok(tree);
    }
    let (folder_shown, why) = (folder.display().to_string(), error.to_string());
    let export = export_path(folder);
    Err(if export.exists() {
        OpenError::Damaged { folder: folder_shown, why, export: export.display().to_string() }
    } else {
        OpenError::DamagedForGood { folder: folder_shown, why }
    })
}

/// A tree, and what was read of it: a record that this program cannot read is no damage.
type Read = (sled::Db, Result<Loaded, RecordError>);

/// Opens the tree and reads it; some damage makes sled panic, which is damage like any other.
fn open_tree(folder: &Path) -> Result<Read, sled::Error> {
    let config = sled::Config::new().path(folder).cache_capacity(CACHE).flush_every_ms(Some(500));
    catch_unwind(AssertUnwindSafe(|| {
        let tree = config.open()?;
        // A page that cannot be read shows here, and not at the first event.
        match Loaded::read(&tree) {
            Ok(loaded) => Ok((tree, Ok(loaded))),
            Err(LoadError::Record(error)) => Ok((tree, Err(error))),
            Err(LoadError::Tree(error)) => Err(error),
        }
    }))
    .unwrap_or_else(|_| Err(sled::Error::ReportableBug("it cannot be read".to_owned())))
}

fn set_snapshots_aside(folder: &Path) -> io::Result<usize> {
    let mut moved = 0;
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let is_snapshot =
            path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with("snap."));
        if is_snapshot {
            let aside = folder.join("damaged");
            fs::create_dir_all(&aside)?;
            fs::rename(&path, aside.join(path.file_name().unwrap_or_default()))?;
            moved += 1;
        }
    }
    Ok(moved)
}

/// Sled never syncs the files that it creates; once after opening is enough, for it writes into `db` alone.
fn sync_all(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if matches!(name, "conf" | "db" | "blobs") || name.starts_with("snap.") {
            File::open(&path)?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}

fn ballast_path(folder: &Path) -> PathBuf {
    folder.join("ballast")
}

/// Sets the ballast aside in the background; a disk without room for it is no reason not to start.
fn set_ballast(folder: &Path, bytes: u64) {
    let path = ballast_path(folder);
    if bytes == 0 || fs::metadata(&path).is_ok_and(|found| found.len() >= bytes) {
        return;
    }
    let fill = move || {
        let zeros = io::repeat(0).take(bytes);
        let filled =
            File::create(&path).and_then(|mut file| io::copy(&mut { zeros }, &mut file).and(file.sync_all()));
        if let Err(error) = filled {
            tracing::warn!(%error, "no space could be set aside for a full disk");
            drop(fs::remove_file(&path));
        }
    };
    drop(std::thread::Builder::new().name("store ballast".to_owned()).spawn(fill));
}

/// Takes the folder for this process. The system gives the lock back when the process ends, however it ends.
fn lock(folder: &Path) -> Result<File, OpenError> {
    let path = folder.join("lock");
    let io = |error: &io::Error| trouble(folder, error);
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| io(&error))?;
    match file.try_lock() {
        Ok(()) => {
            let me = format!("process {} on {}", std::process::id(), host());
            file.set_len(0).and_then(|()| file.write_all(me.as_bytes())).map_err(|error| io(&error))?;
            Ok(file)
        }
        Err(TryLockError::WouldBlock) => {
            let mut by = String::new();
            drop(file.read_to_string(&mut by));
            let by = if by.is_empty() { "another process".to_owned() } else { by };
            Err(OpenError::InUse { folder: folder.display().to_string(), by })
        }
        Err(TryLockError::Error(error)) => Err(io(&error)),
    }
}

fn host() -> String {
    let named = fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let name = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.unwrap_or_else(|| "this machine".to_owned())
}

fn is_full(error: &sled::Error) -> bool {
    matches!(error, sled::Error::Io(error) if error.kind() == io::ErrorKind::StorageFull)
}

fn trouble(folder: &Path, error: &io::Error) -> OpenError {
    let folder = folder.display().to_string();
    if error.kind() == io::ErrorKind::StorageFull {
        return OpenError::Full { folder };
    }
    OpenError::Io { folder, why: error.to_string() }
}
