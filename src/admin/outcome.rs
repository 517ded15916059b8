//! What a command leaves behind: what it prints and its exit status.

use crate::config::{Config, Problems, load};
use std::path::Path;
use std::process::ExitCode;

/// How a command ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Exit {
    #[default]
    Fine,
    /// Something is wrong with what the command was given.
    Wrong,
    /// The command line itself makes no sense.
    Usage,
    /// The world failed: network, disk.
    World,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Fine => Self::SUCCESS,
            Exit::Wrong => Self::from(1),
            Exit::Usage => Self::from(2),
            Exit::World => Self::from(3),
        }
    }
}

/// What goes to standard output and to standard error, each without its last line end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    pub out: String,
    pub err: String,
    pub exit: Exit,
}

impl Outcome {
    pub fn fine(out: impl Into<String>) -> Self {
        Self { out: out.into(), ..Self::default() }
    }

    /// With a note to standard error, before whatever stands there.
    #[must_use]
    pub fn noting(self, note: &str) -> Self {
        let parts = [note, self.err.as_str()];
        let err = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n");
        Self { err, ..self }
    }

    /// `message` is lower case and names the culprit in backticks; the hint says the way on.
    pub fn failed(exit: Exit, message: &str, hint: &str) -> Self {
        Self { err: format!("error: {message}\nhint: {hint}"), exit, ..Self::default() }
    }
}

impl From<Problems> for Outcome {
    /// For commands that need the folder and found that it cannot be used.
    fn from(problems: Problems) -> Self {
        let summary = "the configuration cannot be used; nothing was done";
        Self { err: format!("{problems}\n\n{summary}"), exit: Exit::Wrong, ..Self::default() }
    }
}

/// Loads the folder for a command that only asks it something. What it reads zones with is installed.
///
/// # Errors
/// What to print when the folder cannot be used.
pub fn folder(dir: &Path) -> Result<Config, Outcome> {
    let config = load(dir)?;
    // Another installation in the same process would have been of the same files.
    let _kept = crate::zone::install(config.zones.clone());
    Ok(config)
}
