//! A calendar's bytes become busy spans, whatever is in them: limits, strange characters and panics are told.

use crate::coverage::calendar::FeastDays;
use crate::coverage::calendar::MOST_BYTES;
use crate::coverage::{Calendar, CalendarError, Span, calendar};
use crate::zone::{Zone, Zones};
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Why a calendar could not be read: what is wrong, and a hint on the next line. It names no address and
/// nothing that stands in the calendar.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Trouble(pub(super) String);

impl Trouble {
    pub(super) fn new(what: &str, hint: &str) -> Self {
        Self(format!("{what}\nhint: {hint}"))
    }

    pub(super) fn too_long() -> Self {
        let megabytes = MOST_BYTES / (1024 * 1024);
        Self::new(
            &format!("the calendar has more than {megabytes} MB"),
            "export fewer years, or a calendar of its own for work",
        )
    }
}

/// Reads a calendar. What the libraries under it cannot take costs this calendar alone.
///
/// # Errors
/// It is no calendar, too large, or too much for the reader.
pub fn read(text: &str, zone: &Zone, zones: &Zones, within: Span) -> Result<Calendar, Trouble> {
    let read = catch_unwind(AssertUnwindSafe(|| calendar::read(text, zone, zones, within)));
    match read {
        Ok(calendar) => calendar.map_err(|error| Trouble(error.to_string())),
        Err(_) => Err(Trouble::new(
            "something in the calendar cannot be read",
            "leave out the entry that was added last, and report it, please",
        )),
    }
}

/// Reads a calendar of holidays, as [`read`].
///
/// # Errors
/// As [`read`].
pub fn holidays(text: &str, zones: &Zones, within: Span) -> Result<FeastDays, Trouble> {
    let read = catch_unwind(AssertUnwindSafe(|| calendar::holidays(text, zones, within)));
    read.unwrap_or(Err(CalendarError::NotACalendar)).map_err(|error| Trouble(error.to_string()))
}

/// The text of a calendar in a file, at most as long as a calendar may be.
///
/// # Errors
/// There is no such file, it is too long, or no text.
pub(super) fn file(path: &Path) -> Result<String, Trouble> {
    let unreadable = |error: &std::io::Error| {
        if error.kind() == ErrorKind::NotFound {
            let hint = "its path is relative to the configuration's folder";
            return Trouble::new("the calendar's file does not exist", hint);
        }
        Trouble::new(
            &format!("the calendar's file cannot be read ({})", error.kind()),
            "may the bot read it?",
        )
    };
    let mut bytes = Vec::new();
    let longest = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX).saturating_add(1);
    File::open(path)
        .and_then(|file| file.take(longest).read_to_end(&mut bytes))
        .map_err(|error| unreadable(&error))?;
    as_text(bytes)
}

/// # Errors
/// Too long, or no text.
pub(super) fn as_text(bytes: Vec<u8>) -> Result<String, Trouble> {
    if bytes.len() > MOST_BYTES {
        return Err(Trouble::too_long());
    }
    String::from_utf8(bytes)
        .map_err(|_| Trouble::new("the calendar is not text in UTF-8", "export it as iCalendar (`.ics`)"))
}

/// What is said when events are left out.
pub fn left_out(count: usize) -> String {
    let events = if count == 1 { "1 event".to_owned() } else { format!("{count} events") };
    format!(
        "{events} of the calendar cannot be understood or recur too often, and are left out\nhint: look for one that repeats every minute, or has no start"
    )
}
