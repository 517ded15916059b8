//! Everybody's calendars, kept up to date: asked for now and then, worked out anew, the last good copy in reserve.

use super::fetch::{Ask, Fetched, Fetcher, Validators, refused};
use super::reading::{self, Trouble};
use super::shelf::{Copy, Shelf};
use super::source::{Place, Source};
use crate::clock::{Clock, Timestamp};
use crate::coverage::calendar::MOST_BYTES;
use crate::coverage::{Busy, NamedDay, Span};
use crate::id::PersonKey;
use crate::zone::{Zone, Zones};
use chrono::TimeDelta;
use futures_util::StreamExt as _;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// How far ahead a calendar is worked out.
pub const AHEAD: TimeDelta = TimeDelta::days(92);
/// How far holidays are worked out: the waits of a case in open time may be long.
const HOLIDAYS_BACK: TimeDelta = TimeDelta::days(366);
const HOLIDAYS_AHEAD: TimeDelta = TimeDelta::days(3 * 366);
/// How far back, for those who look at yesterday.
const BACK: TimeDelta = TimeDelta::days(2);
/// An unchanged calendar is worked out anew after so long, so that the days ahead stay filled.
const WORKED_OUT_FOR: TimeDelta = TimeDelta::hours(12);
/// How long the whole calendar may take.
const ALL_WITHIN: Duration = Duration::from_secs(30);
/// Calendars that are asked for at the same time.
const AT_ONCE: usize = 8;
/// How long working out may take; the work is counted besides, so that this is for a machine on its knees.
const WORK_WITHIN: Duration = Duration::from_secs(60);

/// What a calendar is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whose {
    Person(PersonKey),
    /// Holidays, by their name in the configuration.
    Holidays(String),
}

impl fmt::Display for Whose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(person) => write!(f, "person `{person}`"),
            Self::Holidays(name) => write!(f, "holidays `{name}`"),
        }
    }
}

/// Whose calendar is where.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    pub whose: Whose,
    pub source: Source,
    /// The person's.
    pub zone: Zone,
}

/// The days that feeds of holidays name, by their name in the configuration.
pub type HolidayFeeds = BTreeMap<String, Vec<NamedDay>>;

/// What is known of people's calendars.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Calendars {
    pub busy: Arc<BTreeMap<PersonKey, Vec<Busy>>>,
    /// When each was last known to be as it is: a calendar that nobody can fetch grows old.
    pub read_at: Arc<BTreeMap<PersonKey, Timestamp>>,
    pub holidays: Arc<HolidayFeeds>,
}

/// Whether anybody's busy spans are other than before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    None,
    Some,
}

impl Change {
    /// Some when either is.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::None => other,
            Self::Some => Self::Some,
        }
    }
}

/// The feeds of the configuration and what was read of them.
#[derive(Debug)]
pub struct Feeds<C> {
    tools: Arc<Tools<C>>,
    slots: BTreeMap<Whose, Slot>,
}

#[derive(Debug)]
struct Tools<C> {
    clock: C,
    zones: Zones,
    /// What is worked out, when it is not the time around now.
    within: Option<Span>,
    shelf: Shelf,
    fetcher: Fetcher,
}

#[derive(Clone, Debug)]
struct Slot {
    feed: Feed,
    held: Option<Held>,
    /// What was last told of it; said once.
    told: Option<String>,
}

/// What was worked out.
#[derive(Clone, Debug, PartialEq)]
enum Content {
    Busy(Vec<Busy>),
    Days(Vec<NamedDay>),
}

#[derive(Clone, Debug)]
struct Held {
    content: Content,
    left_out: usize,
    validators: Validators,
    digest: Vec<u8>,
    checked_at: Timestamp,
    worked_out_at: Timestamp,
}

impl<C: Clock> Feeds<C> {
    /// `store` is the folder beside which copies are kept; without it they are kept nowhere. Calendars are worked
    /// out for the coming three months.
    pub fn new(clock: C, zones: Zones, store: Option<PathBuf>) -> Self {
        Self::with(Tools {
            clock,
            zones,
            within: None,
            shelf: Shelf::beside(store),
            fetcher: Fetcher::default(),
        })
    }

    /// The same for one question: calendars are worked out for its span.
    pub fn over(within: Span, clock: C, zones: Zones, store: Option<PathBuf>) -> Self {
        let (within, shelf) = (Some(within), Shelf::beside(store));
        Self::with(Tools { clock, zones, within, shelf, fetcher: Fetcher::default() })
    }

    fn with(tools: Tools<C>) -> Self {
        Self { tools: Arc::new(tools), slots: BTreeMap::new() }
    }

    /// Takes other feeds; what is held of those that stay is kept.
    pub fn replace(&mut self, feeds: &[Feed]) -> Change {
        let mut before = std::mem::take(&mut self.slots);
        for feed in feeds {
            let same = before.get(&feed.whose).filter(|slot| slot.feed == *feed).cloned();
            if same.is_some() {
                before.remove(&feed.whose);
            }
            let slot = same.unwrap_or_else(|| Slot { feed: feed.clone(), held: None, told: None });
            self.slots.insert(feed.whose.clone(), slot);
        }
        let forgotten = before.values().any(|slot| slot.held.is_some());
        if forgotten { Change::Some } else { Change::None }
    }

    /// Removes the kept copies of all other calendars.
    pub fn forget_others(&self) {
        let sources: Vec<Source> = self.slots.values().map(|slot| slot.feed.source.clone()).collect();
        self.tools.shelf.keep_only(&sources);
    }

    /// Whose calendars there are.
    pub fn all(&self) -> Vec<Whose> {
        self.slots.keys().cloned().collect()
    }

    /// Works out the copies that were kept, without asking anybody.
    pub async fn open_copies(&mut self) -> Change {
        let all = self.all();
        self.each(&all, Tools::open_copy).await
    }

    /// Asks for these calendars. What cannot be had is told once and left as it was.
    pub async fn look_at(&mut self, some: &[Whose]) -> Change {
        self.each(some, Tools::look_at).await
    }

    /// What is known now, after a change or none to what was known before.
    pub fn known(&self, change: Change, before: &Calendars) -> Calendars {
        let held = || self.slots.iter().filter_map(|(whose, slot)| Some((whose, slot.held.as_ref()?)));
        let people = || {
            held().filter_map(|(whose, held)| match whose {
                Whose::Person(person) => Some((person.clone(), held)),
                Whose::Holidays(_) => None,
            })
        };
        let busy = |held: &Held| match &held.content {
            Content::Busy(busy) => busy.clone(),
            Content::Days(_) => Vec::new(),
        };
        let days = |(whose, held): (&Whose, &Held)| match (whose, &held.content) {
            (Whose::Holidays(name), Content::Days(days)) => Some((name.clone(), days.clone())),
            (Whose::Person(_) | Whose::Holidays(_), Content::Busy(_) | Content::Days(_)) => None,
        };
        let (busy, holidays) = match change {
            Change::Some => (
                Arc::new(people().map(|(person, held)| (person, busy(held))).collect()),
                Arc::new(held().filter_map(days).collect()),
            ),
            Change::None => (Arc::clone(&before.busy), Arc::clone(&before.holidays)),
        };
        let read_at = Arc::new(people().map(|(person, held)| (person, held.checked_at)).collect());
        Calendars { busy, read_at, holidays }
    }

    /// What is wrong with each calendar, if anything is: a message and its hint.
    pub fn troubles(&self) -> BTreeMap<Whose, String> {
        let slots = self.slots.iter();
        slots.filter_map(|(whose, slot)| Some((whose.clone(), slot.told.clone()?))).collect()
    }

    async fn each<F: Future<Output = Slot>>(
        &mut self,
        some: &[Whose],
        work: impl Fn(Arc<Tools<C>>, Slot) -> F,
    ) -> Change {
        let slots: Vec<Slot> = some.iter().filter_map(|whose| self.slots.get(whose).cloned()).collect();
        let mut done = futures_util::stream::iter(slots)
            .map(|slot| work(Arc::clone(&self.tools), slot))
            .buffer_unordered(AT_ONCE);
        let mut change = Change::None;
        while let Some(slot) = done.next().await {
            let content = |slot: &Slot| slot.held.as_ref().map(|held| held.content.clone());
            let before = self.slots.insert(slot.feed.whose.clone(), slot.clone());
            if before.as_ref().and_then(content) != content(&slot) {
                change = Change::Some;
            }
        }
        change
    }
}

impl<C: Clock> Tools<C> {
    async fn open_copy(self: Arc<Self>, mut slot: Slot) -> Slot {
        if slot.held.is_none()
            && let Some(copy) = self.copy(&slot).await
            && let Ok(held) = self.work_out(&slot.feed, copy).await
        {
            slot.held = Some(held);
        }
        slot
    }

    async fn look_at(self: Arc<Self>, mut slot: Slot) -> Slot {
        let looked = match slot.feed.source.place() {
            Place::File(path) => {
                let path = path.clone();
                match aside(move || reading::file(&path)).await {
                    Ok(text) => self.take_in(&slot, text, Validators::default()).await,
                    Err(trouble) => Err(trouble),
                }
            }
            Place::Web(address) => self.fetch(&slot, address).await,
        };
        match looked {
            Ok(held) => {
                let left_out = held.left_out;
                slot.held = Some(held);
                slot.tell((left_out > 0).then(|| reading::left_out(left_out)));
            }
            Err(trouble) => slot.tell(Some(trouble.to_string())),
        }
        slot
    }

    async fn fetch(&self, slot: &Slot, address: &str) -> Result<Held, Trouble> {
        let known = slot.held.as_ref().map(|held| held.validators.clone()).unwrap_or_default();
        let ask = Ask {
            what: "calendar",
            address,
            accept: "text/calendar, text/plain;q=0.5, */*;q=0.1",
            header: None,
            known: &known,
            within: ALL_WITHIN,
            most_bytes: MOST_BYTES,
            too_long: Trouble::too_long,
        };
        match self.fetcher.fetch(&ask).await? {
            Fetched::Body { bytes, validators } => {
                self.take_in(slot, reading::as_text(bytes)?, validators).await
            }
            Fetched::Gone(status) => Err(refused("calendar", status)),
            Fetched::Unchanged => self.confirm(slot).await,
        }
    }

    /// A calendar that came: worked out, unless it is the one that is held.
    async fn take_in(&self, slot: &Slot, text: String, validators: Validators) -> Result<Held, Trouble> {
        let now = self.clock.now();
        let digest = Sha256::digest(text.as_bytes()).to_vec();
        if let Some(held) = slot.held.as_ref().filter(|held| held.digest == digest && held.is_fresh(now)) {
            self.shelf.confirm(&slot.feed.source, now);
            return Ok(Held { checked_at: now, validators, ..held.clone() });
        }
        let copy = Copy { text, validators, checked_at: now };
        let held = self.work_out(&slot.feed, copy.clone()).await?;
        let (shelf, source) = (self.shelf.clone(), slot.feed.source.clone());
        let kept =
            aside(move || shelf.write(&source, &copy).map_err(|error| Trouble(error.kind().to_string())));
        if let Err(error) = kept.await {
            tracing::warn!(whose = %slot.feed.whose, %error, "the copy of a calendar could not be kept");
        }
        Ok(held)
    }

    /// The calendar is as it was; its days move on all the same.
    async fn confirm(&self, slot: &Slot) -> Result<Held, Trouble> {
        let now = self.clock.now();
        self.shelf.confirm(&slot.feed.source, now);
        match &slot.held {
            Some(held) if held.is_fresh(now) => Ok(Held { checked_at: now, ..held.clone() }),
            Some(held) => match self.copy(slot).await {
                Some(copy) => self.work_out(&slot.feed, Copy { checked_at: now, ..copy }).await,
                // Without its text nothing can be worked out; asked without validators it comes whole.
                None => Ok(Held { validators: Validators::default(), ..held.clone() }),
            },
            None => Err(Trouble::new(
                "the calendar's server says that nothing changed, and gave nothing before",
                "it is asked again in a few minutes",
            )),
        }
    }

    async fn copy(&self, slot: &Slot) -> Option<Copy> {
        let (shelf, source) = (self.shelf.clone(), slot.feed.source.clone());
        aside(move || Ok(shelf.read(&source))).await.ok().flatten()
    }

    async fn work_out(&self, feed: &Feed, copy: Copy) -> Result<Held, Trouble> {
        let now = self.clock.now();
        let (zone, zones) = (feed.zone.clone(), self.zones.clone());
        let whose = feed.whose.clone();
        let (back, ahead) = match whose {
            Whose::Person(_) => (BACK, AHEAD),
            Whose::Holidays(_) => (HOLIDAYS_BACK, HOLIDAYS_AHEAD),
        };
        let within = self.within.unwrap_or_else(|| Span::new(now - back, now + ahead));
        aside(move || {
            let (content, left_out) = match whose {
                Whose::Person(_) => {
                    let calendar = reading::read(&copy.text, &zone, &zones, within)?;
                    (Content::Busy(calendar.busy), calendar.left_out)
                }
                Whose::Holidays(_) => {
                    let feast = reading::holidays(&copy.text, &zones, within)?;
                    (Content::Days(feast.days), feast.left_out)
                }
            };
            Ok(Held {
                content,
                left_out,
                validators: copy.validators,
                digest: Sha256::digest(copy.text.as_bytes()).to_vec(),
                checked_at: copy.checked_at,
                worked_out_at: now,
            })
        })
        .await
    }
}

impl Held {
    fn is_fresh(&self, now: Timestamp) -> bool {
        now.signed_duration_since(self.worked_out_at).abs() < WORKED_OUT_FOR
    }
}

impl Slot {
    /// Says what is wrong when it is news.
    fn tell(&mut self, trouble: Option<String>) {
        let whose = &self.feed.whose;
        match (&self.told, &trouble) {
            (before, Some(trouble)) if before.as_ref() != Some(trouble) => {
                tracing::warn!(%whose, trouble, "a calendar cannot be read as it should; the last good copy stays");
            }
            (Some(_), None) => tracing::info!(%whose, "the calendar can be read again"),
            (Some(_) | None, Some(_)) | (None, None) => {}
        }
        self.told = trouble;
    }
}

/// Does what takes time away from the threads on which everything else waits. A panic costs this alone.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Trouble> + Send + 'static,
) -> Result<T, Trouble> {
    let hint = "is the machine busy with something else?";
    match tokio::time::timeout(WORK_WITHIN, tokio::task::spawn_blocking(work)).await {
        Ok(Ok(result)) => result,
        Ok(Err(_)) => Err(Trouble::new("the calendar could not be worked out", hint)),
        Err(_) => Err(Trouble::new("the calendar takes too long to work out", hint)),
    }
}
