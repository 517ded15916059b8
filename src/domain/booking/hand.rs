//! A booking written down by hand: where the directory does not know it, cannot be asked, or is wrong.

use super::{Booked, Booking, Contact, know};
use crate::domain::draft::Draft;
use crate::domain::effect::{Form, Problem, ProblemKind, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::mail::fill::one_line;
use crate::domain::mail::letter::mailboxes;
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::id::{FieldKey, UserId};
use crate::zone::Zone;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use std::collections::BTreeMap;

/// The longest text of a booking that is kept.
pub const LONGEST: usize = 300;

/// Opens the form with what is known. The requester may fill it as well as those who answer.
pub fn open(draft: &mut Draft, scene: &Scene<'_>, by: &UserId) {
    if !draft.case.is_open() {
        return draft.answer(Note::CaseGone);
    }
    if !may_write(draft, scene, by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    let nothing =
        Booking { id: draft.case.booking.id().unwrap_or_default().to_owned(), ..Booking::default() };
    let given = given(draft.case.booking.booking().unwrap_or(&nothing), scene);
    let form = FormRef::Booking(draft.case.id.clone());
    draft.reply = Reply::OpenForm(Box::new(Form { form, given, problems: Vec::new() }));
}

fn may_write(draft: &Draft, scene: &Scene<'_>, by: &UserId) -> bool {
    draft.case.requester == *by || scene.is_responder(by) || scene.is_supervisor(by)
}

fn given(booking: &Booking, scene: &Scene<'_>) -> BTreeMap<String, Vec<String>> {
    let zone = zone_of(booking.zone.as_deref(), scene);
    let wall = booking.start.map(|start| zone.local(start));
    let slack = |contact: &Contact| contact.slack.as_ref().map(ToString::to_string);
    [
        ("id", Some(booking.id.clone())),
        ("title", booking.title.clone()),
        ("link", booking.link.clone()),
        ("date", wall.map(|wall| wall.format("%Y-%m-%d").to_string())),
        ("time", wall.map(|wall| wall.format("%H:%M").to_string())),
        ("zone", Some(zone.name().to_owned())),
        ("owner", slack(&booking.owner)),
        ("client_name", booking.client.name.clone()),
        ("client_phone", booking.client.phone.clone()),
        ("client_email", booking.client.email.clone()),
        ("facilitator_name", booking.facilitator.name.clone()),
        ("facilitator_phone", booking.facilitator.phone.clone()),
        ("portfolio_lead", slack(&booking.portfolio_lead)),
    ]
    .into_iter()
    .filter_map(|(key, text)| Some((key.to_owned(), vec![text.filter(|text| !text.is_empty())?])))
    .collect()
}

fn zone_of(name: Option<&str>, scene: &Scene<'_>) -> Zone {
    let named = name.and_then(|name| name.parse().ok());
    named.unwrap_or_else(|| scene.desk.coverage.schedule.zone.clone())
}

/// The form was sent.
pub fn submitted(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, values: &FormValues) {
    if !draft.case.is_open() {
        return draft.answer(Note::CaseGone);
    }
    if !may_write(draft, scene, by) {
        return draft.answer(Note::NotAResponder { desk: scene.desk.key.clone() });
    }
    match read(draft.case.booking.booking(), values, scene) {
        Ok(booking) => {
            know(draft, scene, Booked::ByHand { booking: Box::new(booking), by: by.clone() });
            draft.answer(Note::Done);
        }
        Err(problems) => draft.reply = Reply::FieldErrors(problems),
    }
}

/// What the form says; what it does not ask for stays as it was known.
fn read(
    known: Option<&Booking>,
    values: &FormValues,
    scene: &Scene<'_>,
) -> Result<Booking, BTreeMap<String, Problem>> {
    let mut problems = BTreeMap::new();
    let mut wrong = |key: &str, kind: ProblemKind| {
        let problem = Problem { field: FieldKey::new(key), label: key.to_owned(), kind };
        problems.insert(key.to_owned(), problem);
    };
    let typed = |key: &str| {
        let text = values.get(key).and_then(|all| all.first()).map(|text| one_line(text));
        text.filter(|text| !text.is_empty())
    };
    for key in values.keys() {
        if typed(key).is_some_and(|text| text.chars().count() > LONGEST) {
            wrong(key, ProblemKind::TooLong { most: LONGEST });
        }
    }
    let client_email = typed("client_email");
    match client_email.as_deref().map(mailboxes) {
        None | Some(Ok(_)) => {}
        Some(Err(all)) => wrong("client_email", ProblemKind::NotEmails { wrong: all }),
    }
    let zone_name = typed("zone");
    let zone = zone_of(zone_name.as_deref(), scene);
    if zone_name.as_deref().is_some_and(|name| name.parse::<Zone>().is_err()) {
        wrong("zone", ProblemKind::NotAZone);
    }
    let start = match (typed("date"), typed("time")) {
        (None, None) => None,
        (date, time) => {
            let wall = date.zip(time).and_then(|(date, time)| wall(&date, &time));
            if wall.is_none() {
                wrong("time", ProblemKind::NotATime);
            }
            wall.map(|wall| zone.first(wall))
        }
    };
    let before = known.cloned().unwrap_or_default();
    let somebody = |key: &str, before: Contact| match typed(key).map(UserId::new) {
        Some(user) if before.slack.as_ref() == Some(&user) => before,
        Some(user) => Contact { slack: Some(user), ..Contact::default() },
        None => Contact { slack: None, ..before },
    };
    let booking = Booking {
        id: typed("id").unwrap_or_else(|| before.id.clone()),
        title: typed("title"),
        link: typed("link"),
        start,
        zone: Some(zone.name().to_owned()),
        owner: somebody("owner", before.owner),
        client: Contact {
            name: typed("client_name"),
            phone: typed("client_phone"),
            email: client_email,
            slack: before.client.slack,
        },
        facilitator: Contact {
            name: typed("facilitator_name"),
            phone: typed("facilitator_phone"),
            ..before.facilitator
        },
        portfolio_lead: somebody("portfolio_lead", before.portfolio_lead),
    };
    if problems.is_empty() { Ok(booking) } else { Err(problems) }
}

fn wall(date: &str, time: &str) -> Option<NaiveDateTime> {
    let date: NaiveDate = date.parse().ok()?;
    Some(date.and_time(NaiveTime::parse_from_str(time, "%H:%M").ok()?))
}
