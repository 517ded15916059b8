//! Bookings looked up in a directory: a CSV file that is read again when it changes, or an address that answers in
//! JSON. What was known is kept in reserve for when the directory is half-written or does not answer.

mod copies;
mod sheet;
mod web;

pub use sheet::{Columns, Sheet};

use self::copies::Copies;
use super::outside::Performed;
use super::reading::Trouble;
use crate::clock::{Clock, Length};
use crate::domain::answer::Answer;
use crate::domain::booking::{Booking, Looked};
use crate::store::{Claim, Outcome};
use crate::zone::Zone;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

/// How long a directory that does not answer is asked on behalf of one case.
const ASK_FOR: Length = Length::hours(1);
/// The longest wait between two questions.
const LONGEST_WAIT: Length = Length::minutes(2);
/// A file that has just changed may be half-written: what is missing from it is looked for once more after this.
const LOOK_AGAIN_AFTER: Length = Length::seconds(2);
/// Bookings of one directory that are remembered.
const MOST_KEPT: usize = 1_000;

/// Where bookings are, and how they are written there.
#[derive(Clone, Debug)]
pub struct Directory {
    pub place: Place,
    /// By field of a booking, its column or JSON pointer.
    pub fields: BTreeMap<String, String>,
    /// The zone of starts that name none.
    pub zone: Zone,
}

#[derive(Clone, Debug)]
pub enum Place {
    Csv(PathBuf),
    Web {
        /// With `{id}` where the booking's id goes.
        url: String,
        header: Option<(String, SecretString)>,
        within: Length,
        cache: Length,
    },
}

/// A directory and what was read of it.
#[derive(Debug)]
pub(super) struct Bookings {
    directory: Directory,
    sheet: Mutex<Option<Read>>,
    web: web::Web,
    copies: Copies,
}

/// Length and age of a file.
type Stamp = (u64, Option<SystemTime>);

/// A file as it was read last.
#[derive(Clone, Debug)]
struct Read {
    stamp: Stamp,
    sheet: Arc<Sheet>,
}

/// What one look found.
enum Found {
    Booking(Box<Booking>),
    Nothing,
    /// Nothing, in a file that has just changed.
    NothingYet,
}

impl Bookings {
    /// Its last good copy is beside the store, if there is a folder.
    pub(super) fn new(directory: Directory, store: Option<&Path>) -> Self {
        let copies = Copies::beside(store, &directory);
        let web = web::Web::new(copies.clone());
        Self { directory, sheet: Mutex::default(), web, copies }
    }

    /// Removes the copies of directories that are none of these.
    pub(super) fn forget_others<'a>(store: Option<&Path>, these: impl Iterator<Item = &'a Self>) {
        Copies::keep_only(store, &these.map(|one| &one.copies).collect::<Vec<_>>());
    }

    /// Answers a claimed question.
    pub(super) async fn look_up<C: Clock>(self: &Arc<Self>, id: &str, claim: &Claim, clock: &C) -> Performed {
        let found = match &self.directory.place {
            Place::Csv(path) => {
                let (own, path, id) = (Arc::clone(self), path.clone(), id.to_owned());
                let looked = tokio::task::spawn_blocking(move || own.in_file(&path, &id)).await;
                looked.unwrap_or_else(|_| {
                    Err(Trouble::new("the directory's file could not be read", "look into it"))
                })
            }
            Place::Web { .. } => self.web.look_up(&self.directory, id, clock.now()).await,
        };
        let now = clock.now();
        let answered = |looked: Looked| Performed::answered(Answer::Booking(looked));
        match found {
            Ok(Found::Booking(booking)) => answered(Looked::Found(booking)),
            Ok(Found::NothingYet) if claim.attempts == 0 => Performed::from(Outcome::Retry {
                at: now + LOOK_AGAIN_AFTER.delta(),
                doubt: claim.doubt,
                why: "the file has just changed, and the booking is not in it yet".to_owned(),
            }),
            Ok(Found::Nothing | Found::NothingYet) => answered(Looked::Unknown { id: id.to_owned() }),
            Err(trouble) => {
                let why = trouble.to_string().lines().next().unwrap_or_default().to_owned();
                let unread = Looked::Unread { id: id.to_owned(), why: why.clone() };
                let first = claim.first_tried_at.unwrap_or(now);
                let at = now + Length::seconds(10).doubled(claim.attempts, LONGEST_WAIT).delta();
                if at - first > ASK_FOR.delta() {
                    return answered(unread);
                }
                let outcome = Outcome::Retry { at, doubt: claim.doubt, why };
                Performed { outcome, answer: Some(Answer::Booking(unread)) }
            }
        }
    }

    /// Looks into the file, reading it again when it has changed.
    fn in_file(&self, path: &Path, id: &str) -> Result<Found, Trouble> {
        let mut last = self.sheet.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = std::fs::metadata(path).ok().map(|about| (about.len(), about.modified().ok()));
        let changed = last.as_ref().is_none_or(|read| Some(read.stamp) != stamp);
        if changed {
            let copied = || self.copies.read().map(|rows| Arc::new(Sheet::of(rows)));
            let before = last.as_ref().map(|read| Arc::clone(&read.sheet)).or_else(copied);
            match Sheet::read_file(path, &self.directory) {
                Ok(mut sheet) => {
                    sheet.tell();
                    if let Some(before) = before.as_deref() {
                        sheet.lean_on(before);
                    }
                    self.copies.keep(&sheet.rows());
                    *last = Some(Read { stamp: stamp.unwrap_or_default(), sheet: Arc::new(sheet) });
                }
                Err(trouble) => {
                    let Some(sheet) = before else { return Err(trouble) };
                    tracing::warn!(%trouble, "the directory of bookings cannot be read; the last good copy stays");
                    // Of no file: it is tried again on the next look.
                    *last = Some(Read { stamp: Stamp::default(), sheet });
                }
            }
        }
        let found = last.as_ref().and_then(|read| read.sheet.booking(id));
        Ok(match found {
            Some(booking) => Found::Booking(Box::new(booking.clone())),
            None if changed => Found::NothingYet,
            None => Found::Nothing,
        })
    }
}
