//! The secret that opens the admin door: a file beside the store that its owner alone can read.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

const NAME: &str = "admin.secret";
const BYTES: usize = 32;

/// Where the secret of this store is kept.
pub fn path(store: &Path) -> PathBuf {
    store.join(NAME)
}

/// Reads the secret; makes one where there is none.
///
/// # Errors
/// The file cannot be read or written.
pub fn ensure(store: &Path) -> io::Result<String> {
    match read(store) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => make(store),
        result => result,
    }
}

/// Reads the secret.
///
/// # Errors
/// `NotFound` when no bot ever ran on this store; `InvalidData` when the file holds no secret.
pub fn read(store: &Path) -> io::Result<String> {
    let secret = std::fs::read_to_string(path(store))?.trim().to_owned();
    if secret.len() < BYTES {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the secret is too short"));
    }
    Ok(secret)
}

/// A secret that nobody has had.
///
/// # Errors
/// The machine gives no random bytes.
pub fn fresh() -> io::Result<String> {
    let mut random = [0; BYTES];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

fn make(store: &Path) -> io::Result<String> {
    let secret = fresh()?;
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path(store))?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()?;
    Ok(secret)
}

/// Compares without telling by its time how much was right.
pub fn matches(given: &str, secret: &str) -> bool {
    let differing = given.bytes().zip(secret.bytes()).fold(0, |all, (one, other)| all | (one ^ other));
    given.len() == secret.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::{ensure, matches, read};

    #[test]
    fn a_secret_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let made = ensure(folder.path()).unwrap();
        assert_eq!(ensure(folder.path()).unwrap(), made);
        assert_eq!(read(folder.path()).unwrap(), made);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(super::path(folder.path())).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        assert!(matches(&made, &made));
        assert!(!matches(&made[1..], &made));
        assert!(!matches("", &made));
    }
}
