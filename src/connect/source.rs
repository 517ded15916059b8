//! Where a person's calendar is: a secret address, or a file of the configuration's folder.

use super::reading::{self, Trouble};
use std::fmt;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// Where a calendar is. It prints as nothing, because whoever knows the address can read the calendar.
#[derive(Clone, PartialEq, Eq)]
pub struct Source(Place);

/// What a source is, for those that fetch it.
#[derive(Clone, PartialEq, Eq)]
pub(super) enum Place {
    Web(String),
    File(PathBuf),
}

/// A calendar that nobody may or can fetch. The messages never show the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    #[error(
        "the calendar's address would be fetched in the clear, where others can read it\nhint: use its `https://` address; `http://` is for this machine alone"
    )]
    Unencrypted,
    #[error(
        "the calendar's address cannot be used\nhint: write one that begins with `https://` or `webcal://`, or the path of a file in the configuration's folder"
    )]
    NotAnAddress,
}

impl Source {
    /// Reads `calendar:` of a person; paths are relative to `folder`.
    ///
    /// # Errors
    /// An address that is not encrypted, or that is none.
    pub fn parse(text: &str, folder: &Path) -> Result<Self, SourceError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(SourceError::NotAnAddress);
        }
        let Some((scheme, rest)) = text.split_once("://") else {
            return Ok(Self(Place::File(folder.join(text))));
        };
        let address = match scheme.to_ascii_lowercase().as_str() {
            "https" | "webcal" | "webcals" => format!("https://{rest}"),
            "http" => format!("http://{rest}"),
            _ => return Err(SourceError::NotAnAddress),
        };
        allowed(&address)?;
        Ok(Self(Place::Web(address)))
    }

    /// Whether it stands on this machine's disk: then it can be read without a network.
    pub fn is_file(&self) -> bool {
        matches!(self.0, Place::File(_))
    }

    /// The text behind a source that is a file.
    ///
    /// # Errors
    /// It is none, or cannot be read.
    pub fn read_file(&self) -> Result<String, Trouble> {
        match &self.0 {
            Place::File(path) => reading::file(path),
            Place::Web(_) => Err(Trouble::new("the calendar is an address", "the running bot asks it")),
        }
    }

    pub(super) fn place(&self) -> &Place {
        &self.0
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_file() { "Source(file)" } else { "Source(address)" })
    }
}

/// Whether an address may be fetched: encrypted, or on this machine.
///
/// # Errors
/// It is neither, or no address.
pub(super) fn allowed(address: &str) -> Result<(), SourceError> {
    let uri: hyper::Uri = address.parse().map_err(|_| SourceError::NotAnAddress)?;
    let host = uri.host().filter(|host| !host.is_empty()).ok_or(SourceError::NotAnAddress)?;
    match uri.scheme_str() {
        Some("https") => Ok(()),
        Some("http") if is_loopback(host) => Ok(()),
        Some("http") => Err(SourceError::Unencrypted),
        Some(_) | None => Err(SourceError::NotAnAddress),
    }
}

fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    bare == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{Place, Source, SourceError};
    use std::path::Path;

    fn parsed(text: &str) -> Result<Source, SourceError> {
        Source::parse(text, Path::new("config"))
    }

    #[test]
    fn addresses_are_encrypted_or_stay_on_this_machine() {
        for good in
            ["https://cal.test/a.ics", "http://127.0.0.1:9/a.ics", "http://[::1]:9/a", "http://localhost/a"]
        {
            assert!(parsed(good).is_ok(), "{good}");
        }
        let feed = parsed("webcal://cal.test/a.ics").map(|source| source.place().clone());
        assert!(feed == Ok(Place::Web("https://cal.test/a.ics".to_owned())));
        assert_eq!(parsed("http://cal.test/a.ics"), Err(SourceError::Unencrypted));
        for bad in ["ftp://cal.test/a", "https://", "", "https:// a"] {
            assert_eq!(parsed(bad), Err(SourceError::NotAnAddress), "{bad}");
        }
    }

    #[test]
    fn a_source_prints_as_nothing() {
        let source = parsed("https://cal.test/private-1234/basic.ics");
        assert_eq!(format!("{source:?}"), "Ok(Source(address))");
        assert_eq!(format!("{:?}", parsed("calendars/ana.ics")), "Ok(Source(file))");
    }
}
