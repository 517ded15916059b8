//! What a template may name: the case, its booking, what was given in the form, and who sends.

use super::fill::{Fact, Facts};
use crate::clock::Timestamp;
use crate::coverage::{Answer, BusyKind, Reason};
use crate::domain::booking::{Booking, Contact};
use crate::domain::case::{Case, RunHours};
use crate::domain::people::Scene;
use crate::domain::policy::{Field, FieldKind};
use crate::domain::ticket::{Purpose, Ticket};
use crate::id::UserId;
use crate::zone::Zone;
use std::collections::BTreeMap;

type Group = BTreeMap<String, Fact>;

/// The facts of a case, for the one who writes.
pub fn facts(case: &Case, scene: &Scene<'_>, sender: &UserId) -> Facts {
    let nothing = Booking::default();
    let booking = case.booking.booking().unwrap_or(&nothing);
    let directory = scene.world.directory;
    let given = &case.report.given;
    let fields = scene.policy.intake.fields.iter().map(|field| &field.key);
    let form = fields.map(|key| (key.to_string(), Fact::Text(given.get(key).cloned()))).collect();
    let mut owner = contact(&booking.owner, scene);
    owner.extend(absence(&booking.owner, scene));
    Facts(BTreeMap::from([
        (
            "case",
            group([
                ("id", text(Some(case.id.as_str()))),
                ("desk", text(Some(&scene.policy.name))),
                ("requester", text(Some(&case.requester_name))),
            ]),
        ),
        ("booking", group([("id", text(case.booking.id()))])),
        ("client", contact(&booking.client, scene)),
        ("facilitator", contact(&booking.facilitator, scene)),
        ("owner", owner),
        ("portfolio_lead", contact(&booking.portfolio_lead, scene)),
        ("session", session(booking, scene)),
        ("form", form),
        ("ticket", ticket(case)),
        (
            "sender",
            group([
                ("name", text(Some(directory.name(sender)))),
                ("team", text(scene.desk.mail.team.as_deref().or(Some(&scene.policy.name)))),
            ]),
        ),
    ]))
}

/// Facts of the same names with made-up values, by which templates are tried: every blank has one.
pub fn sample<'a>(desk: &str, fields: impl Iterator<Item = &'a Field>) -> Facts {
    let person = |name: &str| {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        group([
            ("name", text(Some(name))),
            ("phone", text(Some("+44 20 7946 0000"))),
            ("email", text(Some(&email))),
        ])
    };
    let mut owner = person("Owner Sample");
    owner.insert("out_of_office".to_owned(), Fact::Flag(true));
    owner.insert("back".to_owned(), text(Some("Thursday 3 December 2026")));
    let session = [
        ("title", text(Some("Sample session"))),
        ("link", text(Some("https://example.com/session"))),
        ("date", text(Some("Tuesday 1 December 2026"))),
        ("time", text(Some("09:00"))),
        ("zone", text(Some("Europe/London"))),
        ("minutes", Fact::Number(Some(15))),
    ];
    Facts(BTreeMap::from([
        (
            "case",
            group([
                ("id", text(Some("sample-1"))),
                ("desk", text(Some(desk))),
                ("requester", text(Some("Requester Sample"))),
            ]),
        ),
        ("booking", group([("id", text(Some("B-1000")))])),
        ("client", person("Client Sample")),
        ("facilitator", person("Facilitator Sample")),
        ("owner", owner),
        ("portfolio_lead", person("Lead Sample")),
        ("session", group(session)),
        ("form", fields.map(|field| (field.key.to_string(), text(Some(sample_of(&field.kind))))).collect()),
        (
            "ticket",
            group([("key", text(Some("SUP-1"))), ("url", text(Some("https://example.com/browse/SUP-1")))]),
        ),
        ("sender", group([("name", text(Some("Sender Sample"))), ("team", text(Some(desk)))])),
    ]))
}

/// Addresses are tried as such: an e-mail may go to them.
fn sample_of(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Emails => "pat@example.com",
        FieldKind::Text
        | FieldKind::Url
        | FieldKind::Choice(_)
        | FieldKind::User
        | FieldKind::Number
        | FieldKind::Id(_)
        | FieldKind::Time
        | FieldKind::Confirm
        | FieldKind::File => "sample",
    }
}

fn group<const N: usize>(facts: [(&str, Fact); N]) -> Group {
    facts.map(|(name, fact)| (name.to_owned(), fact)).into()
}

fn text(value: Option<&str>) -> Fact {
    Fact::Text(value.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned))
}

/// What the requester's ticket is called, once it stands.
fn ticket(case: &Case) -> Group {
    let mut all = case.tickets.iter().rev().filter(|ticket| ticket.purpose == Purpose::Support);
    let place = all.find_map(Ticket::place);
    group([("key", text(place.map(|(key, _)| key))), ("url", text(place.and_then(|(_, url)| url)))])
}

/// Somebody by the name of the booking, else by that of their Slack account.
fn contact(contact: &Contact, scene: &Scene<'_>) -> Group {
    let in_slack = || contact.slack.as_ref().map(|user| scene.world.directory.name(user));
    group([
        ("name", text(contact.name.as_deref().or_else(in_slack))),
        ("phone", text(contact.phone.as_deref())),
        ("email", text(contact.email.as_deref())),
    ])
}

/// Whether somebody is out of the office, and until which day: a meeting, a break or a snooze is none of that.
fn absence(contact: &Contact, scene: &Scene<'_>) -> Group {
    let answer = contact.slack.as_ref().map(|user| scene.answer(user, RunHours::Elapsed));
    let out = answer.filter(|answer| !answer.available && is_out(answer));
    let back = out.as_ref().and_then(|answer| answer.until);
    let zone = scene.desk.coverage.schedule.zone.clone();
    group([
        ("out_of_office", Fact::Flag(out.is_some())),
        ("back", text(back.map(|at| day(at, &zone)).as_deref())),
    ])
}

fn is_out(answer: &Answer) -> bool {
    match &answer.reason {
        Reason::TimeOff { .. }
        | Reason::Away { .. }
        | Reason::OffDate
        | Reason::Holiday { .. }
        | Reason::Calendar { busy: BusyKind::OutOfOffice, .. } => true,
        Reason::Status { status } => {
            let says = status.text.to_lowercase();
            let away = ["out of office", "vacation", "holiday", "sick", "leave"];
            let emoji = ["palm_tree", "face_with_thermometer"];
            away.iter().any(|word| says.contains(word)) || emoji.contains(&status.emoji.as_str())
        }
        Reason::DeskClosed { .. }
        | Reason::Covering { .. }
        | Reason::Calendar { busy: BusyKind::Busy | BusyKind::Tentative, .. }
        | Reason::Dnd
        | Reason::Break { .. }
        | Reason::StandIn { .. }
        | Reason::EventDays
        | Reason::OnDate
        | Reason::InHours
        | Reason::OffHours
        | Reason::PresenceAway
        | Reason::Free => false,
    }
}

/// The session as its client knows it: in the zone in which it was booked.
fn session(booking: &Booking, scene: &Scene<'_>) -> Group {
    let named = booking.zone.as_deref().and_then(|name| name.parse::<Zone>().ok());
    let zone = named.unwrap_or_else(|| scene.desk.coverage.schedule.zone.clone());
    let since = |start: Timestamp| (scene.now - start).num_minutes();
    group([
        ("title", text(booking.title.as_deref())),
        ("link", text(booking.link.as_deref())),
        ("date", text(booking.start.map(|start| day(start, &zone)).as_deref())),
        ("time", text(booking.start.map(|at| zone.local(at).format("%H:%M").to_string()).as_deref())),
        ("zone", text(booking.start.map(|_| zone.name()))),
        ("minutes", Fact::Number(booking.start.map(since))),
    ])
}

fn day(at: Timestamp, zone: &Zone) -> String {
    zone.local(at).format("%A %-d %B %Y").to_string()
}
