//! A directory that answers over HTTP, one booking at a time, with what it answered before in reserve.

use super::copies::Copies;
use super::{Directory, Found, MOST_KEPT, Place};
use crate::clock::{Length, Timestamp};
use crate::connect::fetch::{Ask, Fetched, Fetcher, Validators};
use crate::connect::reading::Trouble;
use crate::domain::booking::{Booking, read};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const MOST_BYTES: usize = 256 * 1024;

/// The client and what it was told.
#[derive(Debug)]
pub(super) struct Web {
    fetcher: Fetcher,
    kept: Mutex<BTreeMap<String, Kept>>,
    copies: Copies,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    booking: Booking,
    at: Timestamp,
}

impl Web {
    pub(super) fn new(copies: Copies) -> Self {
        let kept = Mutex::new(copies.read().unwrap_or_default());
        Self { fetcher: Fetcher::default(), kept, copies }
    }

    /// Asks for one booking, unless the last answer is young enough; when there is no answer, the last one stands.
    pub(super) async fn look_up(
        &self,
        directory: &Directory,
        id: &str,
        now: Timestamp,
    ) -> Result<Found, Trouble> {
        let Place::Web { cache, .. } = &directory.place else { return Ok(Found::Nothing) };
        let known = self.lock().get(id).cloned();
        if let Some(kept) = known.as_ref().filter(|kept| is_young(kept, now, *cache)) {
            return Ok(Found::Booking(Box::new(kept.booking.clone())));
        }
        match (self.ask(directory, id).await, known) {
            (Ok(Some(booking)), _) => {
                let mut kept = self.lock();
                if kept.len() >= MOST_KEPT {
                    kept.clear();
                }
                kept.insert(id.to_owned(), Kept { booking: booking.clone(), at: now });
                self.copies.keep(&*kept);
                Ok(Found::Booking(Box::new(booking)))
            }
            (Ok(None), _) => {
                let mut kept = self.lock();
                if kept.remove(id).is_some() {
                    self.copies.keep(&*kept);
                }
                Ok(Found::Nothing)
            }
            (Err(trouble), Some(kept)) => {
                tracing::warn!(%trouble, "a booking cannot be asked for; the last good copy stands");
                Ok(Found::Booking(Box::new(kept.booking)))
            }
            (Err(trouble), None) => Err(trouble),
        }
    }

    async fn ask(&self, directory: &Directory, id: &str) -> Result<Option<Booking>, Trouble> {
        let Place::Web { url, header, within, .. } = &directory.place else { return Ok(None) };
        let ask = Ask {
            what: "directory",
            address: &url.replace("{id}", &escaped(id)),
            accept: "application/json",
            header: header.as_ref().map(|(name, secret)| (name.as_str(), secret)),
            known: &Validators::default(),
            within: Duration::from_secs(u64::from(within.as_secs())),
            most_bytes: MOST_BYTES,
            too_long: || {
                let kilobytes = MOST_BYTES / 1024;
                let hint = "is this the address of one booking?";
                Trouble::new(&format!("the directory's answer has more than {kilobytes} KB"), hint)
            },
        };
        match self.fetcher.fetch(&ask).await? {
            Fetched::Gone(_) => Ok(None),
            Fetched::Body { bytes, .. } => booking(&bytes, directory, id),
            Fetched::Unchanged => Err(Trouble::new(
                "the directory's server says that nothing changed, and was not asked that",
                "is there a cache in between?",
            )),
        }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_young(kept: &Kept, now: Timestamp, cache: Length) -> bool {
    let age = now - kept.at;
    age >= chrono::TimeDelta::zero() && age < cache.delta()
}

/// One booking from an answer; none when it holds nothing.
fn booking(bytes: &[u8], directory: &Directory, id: &str) -> Result<Option<Booking>, Trouble> {
    let strange = |what: &str| Trouble::new(what, "is this the address of one booking?");
    let answer: Value =
        serde_json::from_slice(bytes).map_err(|_| strange("the directory's answer is not JSON"))?;
    let is_nothing = match &answer {
        Value::Null => true,
        Value::Object(members) => members.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            return Err(strange("the directory's answer is no booking"));
        }
    };
    if is_nothing {
        return Ok(None);
    }
    let texts: BTreeMap<&str, String> = directory
        .fields
        .iter()
        .filter_map(|(field, pointer)| Some((field.as_str(), text(answer.pointer(pointer)?)?)))
        .collect();
    let mut read = read(|field| texts.get(field).map(String::as_str), &directory.zone);
    if !read.faults.is_empty() {
        let count = read.faults.len();
        tracing::warn!(count, "values of a booking make no sense and are left out");
    }
    if read.booking.id.is_empty() {
        id.clone_into(&mut read.booking.id);
    }
    if !read.booking.id.eq_ignore_ascii_case(id) {
        return Err(strange("the directory's answer is about another booking"));
    }
    id.clone_into(&mut read.booking.id);
    Ok(Some(read.booking))
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// An id as one segment of an address: whatever is typed cannot choose another path.
fn escaped(id: &str) -> String {
    id.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{booking, escaped};
    use crate::connect::bookings::{Directory, Place};
    use crate::zone::Zone;

    fn directory() -> Directory {
        let fields = [
            ("id", "/no"),
            ("owner", "/owner/email"),
            ("start", "/when/0"),
            ("client_name", "/client~1name"),
        ];
        let fields = fields.map(|(field, at)| (field.to_owned(), at.to_owned())).into();
        Directory { place: Place::Csv("unused".into()), fields, zone: Zone::utc() }
    }

    #[test]
    fn an_answer_is_read_by_its_pointers() {
        let answer = br#"{"no": 7, "owner": {"email": "ana@own.test"}, "when": ["2026-12-01T09:00:00Z"], "client/name": "Pat"}"#;
        let found = booking(answer, &directory(), "7").expect("it is JSON").expect("it is there");
        assert_eq!(found.owner.email.as_deref(), Some("ana@own.test"));
        assert_eq!(found.client.name.as_deref(), Some("Pat"));
        assert_eq!(found.start.map(|at| at.timestamp()), Some(1_796_115_600));
        for (nothing, is_ok) in [("null", true), ("{}", true), ("[]", true), ("7", false), ("<html>", false)]
        {
            assert_eq!(booking(nothing.as_bytes(), &directory(), "7").is_ok_and(|it| it.is_none()), is_ok);
        }
        assert!(booking(answer, &directory(), "8").is_err());
    }

    #[test]
    fn an_id_stays_in_its_place() {
        assert_eq!(escaped("../a b?x=1#y%"), "%2E%2E%2Fa%20b%3Fx%3D1%23y%25");
    }
}
