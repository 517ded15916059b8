//! The booking a case is about: what a directory knows of a session, and how a case comes to know it.

pub(super) mod hand;
mod read;

pub use self::read::{FIELDS, Read, read};

use crate::clock::{Length, Timestamp};
use crate::coverage::{Facts, Who};
use crate::domain::World;
use crate::domain::case::{Case, RunState};
use crate::domain::directory::Directory;
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, PingReason};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::policy::WhenIncomplete;
use crate::domain::template::is_not_applicable;
use crate::domain::timeline::Happened;
use crate::domain::{escalation, report};
use crate::id::{CaseId, PersonKey, UserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a case waits for its booking before it goes on without.
const SOUGHT_FOR: Length = Length::seconds(10);

/// A session that began longer ago than this is hardly the one that is meant.
const LONG_PAST: Length = Length::hours(12);

/// A booked session, as a directory or somebody by hand gives it. Texts hold no line breaks and no other control
/// characters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Booking {
    /// As the directory writes it.
    pub id: String,
    pub title: Option<String>,
    /// Where the session takes place.
    pub link: Option<String>,
    pub start: Option<Timestamp>,
    /// The name of the zone in which the start was written, as `Europe/London`.
    pub zone: Option<String>,
    /// Who looks after the booking on our side.
    pub owner: Contact,
    /// Who booked it.
    pub client: Contact,
    /// Who leads the session.
    pub facilitator: Contact,
    /// Who leads the owner's team.
    pub portfolio_lead: Contact,
}

/// Somebody whom a booking names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Contact {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub email: Option<String>,
    /// Their Slack account, where it is known.
    pub slack: Option<UserId>,
}

/// What a case knows of its booking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Booked {
    /// No booking was named.
    #[default]
    Unnamed,
    /// The directory is asked; until then nobody is pinged who depends on it.
    Sought {
        id: String,
        until: Timestamp,
    },
    Found(Box<Booking>),
    /// The directory has none of this id.
    Unknown {
        id: String,
    },
    /// The directory could not be asked; it is asked again.
    Unread {
        id: String,
        why: String,
    },
    /// Somebody wrote down what they know.
    ByHand {
        booking: Box<Booking>,
        by: UserId,
    },
}

/// How a desk's bookings become known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lookup {
    /// Somebody writes each down.
    #[default]
    ByHand,
    Directory,
}

/// What the directory answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Looked {
    Found(Box<Booking>),
    Unknown {
        id: String,
    },
    /// It did not answer this time.
    Unread {
        id: String,
        why: String,
    },
}

/// How a booking became known, or did not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BookedHow {
    Found { id: String },
    Unknown { id: String },
    Unread { id: String, why: String },
    ByHand { id: String },
}

/// Words about a booking, with a button that opens its form.
#[derive(Clone, Debug, PartialEq)]
pub enum BookingNote {
    /// The directory has none of this id.
    Unknown { case: CaseId, id: String },
    /// The directory does not answer; it is asked again.
    Unread { case: CaseId, id: String, why: String },
    /// Its session began so long ago that another may be meant.
    LongPast { case: CaseId, id: String, start: Timestamp },
}

impl Booked {
    /// The booking, however it became known.
    pub fn booking(&self) -> Option<&Booking> {
        match self {
            Self::Found(booking) | Self::ByHand { booking, .. } => Some(booking),
            Self::Unnamed | Self::Sought { .. } | Self::Unknown { .. } | Self::Unread { .. } => None,
        }
    }

    /// The id that was named.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Unnamed => None,
            Self::Sought { id, .. } | Self::Unknown { id } | Self::Unread { id, .. } => Some(id),
            Self::Found(booking) | Self::ByHand { booking, .. } => Some(&booking.id),
        }
    }
}

/// The people whom a booking names, by field, as coverage knows them. Somebody without a Slack account goes by
/// what is known of them, so that it can be said whom nobody could ping.
pub fn people(booked: &Booked, directory: &Directory) -> BTreeMap<String, PersonKey> {
    let Some(booking) = booked.booking() else { return BTreeMap::new() };
    let key = |contact: &Contact| {
        let known = contact.slack.as_ref().map(|user| directory.key(user));
        known.or_else(|| contact.name.as_ref().or(contact.email.as_ref()).map(PersonKey::new))
    };
    let named = [("owner", &booking.owner), ("portfolio_lead", &booking.portfolio_lead)];
    named.into_iter().filter_map(|(field, contact)| Some((field.to_owned(), key(contact)?))).collect()
}

/// The fields of a booking that a tier may name.
pub const NAMED: [&str; 2] = ["owner", "portfolio_lead"];

/// Asks the directory for the booking that the report names, unless that is known or asked already.
pub(super) fn seek(draft: &mut Draft, scene: &Scene<'_>) {
    match scene.desk.bookings {
        Lookup::ByHand => return,
        Lookup::Directory => {}
    }
    let Some(id) = named(&draft.case, scene) else { return };
    if draft.case.booking.id().is_some_and(|known| is_same(known, &id)) {
        return;
    }
    let slot = draft.number();
    draft.case.booking = Booked::Sought { id: id.clone(), until: scene.now + SOUGHT_FOR.delta() };
    draft.effects.push(Effect::LookUp { slot, id });
}

/// Nobody minds the case of the letters in an id.
fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// The id in the report, when it is one.
fn named(case: &Case, scene: &Scene<'_>) -> Option<String> {
    let field = scene.policy.intake.booking.as_ref()?;
    let id = case.report.given.get(field)?.trim();
    let wrong = report::problems(case, scene.policy).iter().any(|problem| problem.field == *field);
    (!wrong && !id.is_empty() && !is_not_applicable(id)).then(|| id.to_owned())
}

/// Whether nobody is to be pinged yet because the directory is being asked whom.
pub(super) fn is_awaited(case: &Case, scene: &Scene<'_>) -> bool {
    let depends = scene.policy.tiers.iter().flat_map(|tier| &tier.who).any(is_of_booking);
    match &case.booking {
        Booked::Sought { until, .. } => depends && scene.is_open() && *until > scene.now,
        Booked::Unnamed
        | Booked::Found(_)
        | Booked::Unknown { .. }
        | Booked::Unread { .. }
        | Booked::ByHand { .. } => false,
    }
}

fn is_of_booking(who: &Who) -> bool {
    matches!(who, Who::BookingField(_))
}

/// When a case that waits for its booking goes on without.
pub(super) fn wait_ends(case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    match &case.booking {
        Booked::Sought { until, .. } if may_begin(case, scene) => Some(*until),
        Booked::Sought { .. }
        | Booked::Unnamed
        | Booked::Found(_)
        | Booked::Unknown { .. }
        | Booked::Unread { .. }
        | Booked::ByHand { .. } => None,
    }
}

/// Whether the booking is all that this case waits for.
fn may_begin(case: &Case, scene: &Scene<'_>) -> bool {
    let held = case.is_unclaimed() && case.run.state == RunState::HeldForDetails;
    let problems = report::problems(case, scene.policy);
    let complete = problems.is_empty() || scene.policy.intake.when_incomplete == WhenIncomplete::StartClock;
    held && complete && !report::redirects(case, scene.policy, &problems)
}

/// A case that waited for its booking for long enough goes on without.
pub(super) fn due(draft: &mut Draft, scene: &Scene<'_>) {
    if wait_ends(&draft.case, scene).is_some_and(|until| until <= scene.now) {
        report::begin(draft, scene, PingReason::Opened);
    }
}

/// The directory answered.
pub(super) fn looked(draft: &mut Draft, scene: &Scene<'_>, looked: &Looked) {
    let (id, booked) = match looked {
        Looked::Found(booking) => (&booking.id, Booked::Found(booking.clone())),
        Looked::Unknown { id } => (id, Booked::Unknown { id: id.clone() }),
        Looked::Unread { id, why } => (id, Booked::Unread { id: id.clone(), why: why.clone() }),
    };
    let asked = match &draft.case.booking {
        Booked::Sought { id, .. } | Booked::Unread { id, .. } => Some(id),
        Booked::Unnamed | Booked::Found(_) | Booked::Unknown { .. } | Booked::ByHand { .. } => None,
    };
    if !asked.is_some_and(|asked| is_same(asked, id)) {
        return;
    }
    know(draft, scene, booked);
}

/// From here on the booking is this: whoever waited for it, or was passed over without it, is pinged.
fn know(draft: &mut Draft, scene: &Scene<'_>, booked: Booked) {
    tell(draft, scene, &booked);
    draft.case.booking = booked;
    knowing(&draft.case.booking.clone(), scene, |scene| {
        if may_begin(&draft.case, scene) {
            return report::begin(draft, scene, PingReason::Opened);
        }
        if let Some(tier) = missed_tier(&draft.case, scene) {
            escalation::start(draft, scene, tier, PingReason::BookingFound, scene.now);
        }
    });
}

/// Says plainly what is not known, or may be another booking than the one that is meant.
fn tell(draft: &mut Draft, scene: &Scene<'_>, booked: &Booked) {
    let case = draft.case.id.clone();
    let (how, by, note) = match booked {
        Booked::Unnamed | Booked::Sought { .. } => return,
        Booked::Found(booking) => {
            let id = booking.id.clone();
            let past = booking.start.filter(|start| scene.now - *start > LONG_PAST.delta());
            let note = past.map(|start| BookingNote::LongPast { case, id: id.clone(), start });
            (BookedHow::Found { id }, None, note)
        }
        Booked::Unknown { id } => {
            let note = BookingNote::Unknown { case, id: id.clone() };
            (BookedHow::Unknown { id: id.clone() }, None, Some(note))
        }
        Booked::Unread { id, why } => {
            let (id, why) = (id.clone(), why.clone());
            let note = BookingNote::Unread { case, id: id.clone(), why: why.clone() };
            (BookedHow::Unread { id, why }, None, Some(note))
        }
        Booked::ByHand { booking, by } => (BookedHow::ByHand { id: booking.id.clone() }, Some(by), None),
    };
    draft.record(scene.now, by, Happened::Booked { booked: how });
    if let Some(note) = note {
        draft.say(Note::Booking(note));
    }
}

/// The first tier, among those that were tried, that names somebody of the booking who was not pinged.
fn missed_tier(case: &Case, scene: &Scene<'_>) -> Option<usize> {
    let tried = match case.run.state {
        RunState::Climbing => case.run.tier,
        RunState::Exhausted => scene.policy.tiers.len(),
        RunState::HeldForDetails | RunState::Queued | RunState::Stopped => return None,
    };
    let named = scene.policy.tiers.iter().take(tried.saturating_add(1));
    named.enumerate().find_map(|(at, tier)| {
        let candidates = scene.on_tier(tier, case.run.hours);
        let missed = candidates.iter().filter_map(|candidate| candidate.available());
        let any = missed.filter(|user| !case.run.pinged.contains_key(*user)).count() > 0;
        (case.is_unclaimed() && tier.who.iter().any(is_of_booking) && any).then_some(at)
    })
}

/// The scene as it is once this booking is known.
fn knowing<R>(booked: &Booked, scene: &Scene<'_>, work: impl FnOnce(&Scene<'_>) -> R) -> R {
    let named = people(booked, scene.world.directory);
    let facts = Facts { booking: &named, ..scene.world.facts };
    let world = World { facts, ..*scene.world };
    work(&Scene { world: &world, ..*scene })
}
