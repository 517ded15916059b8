//! What the times of a playbook count from: the case, or the session's start as booking or form say it.

use super::plan::{Anchor, Playbook};
use crate::clock::Timestamp;
use crate::domain::case::Case;
use crate::domain::command::{When, parse_when};
use crate::domain::people::Scene;
use crate::domain::policy::FieldKind;
use crate::zone::Zone;
use chrono::{NaiveDate, NaiveDateTime};

/// The instant from which the playbook's times count; none while nobody knows when the session starts.
pub fn anchor(playbook: &Playbook, case: &Case, scene: &Scene<'_>) -> Option<Timestamp> {
    match playbook.anchor {
        Anchor::Case => Some(case.opened_at),
        Anchor::Session => session_start(case, scene).map(|start| start.at),
    }
}

/// A session's start, and the zone in which people there tell the time.
#[derive(Clone, Debug, PartialEq)]
pub struct SessionStart {
    pub at: Timestamp,
    pub zone: Zone,
}

/// The session's start: the booking's; without one, what the report's field for a time says.
pub fn session_start(case: &Case, scene: &Scene<'_>) -> Option<SessionStart> {
    let booking = case.booking.booking();
    let zone = booking
        .and_then(|booking| booking.zone.as_deref()?.parse::<Zone>().ok())
        .unwrap_or_else(|| scene.desk.coverage.schedule.zone.clone());
    if let Some(at) = booking.and_then(|booking| booking.start) {
        return Some(SessionStart { at, zone });
    }
    let fields = scene.policy.intake.fields.iter().filter(|field| field.kind == FieldKind::Time);
    fields.filter_map(|field| case.report.given.get(&field.key)).find_map(|text| {
        let (text, zone) = with_zone(text, &zone);
        Some(SessionStart { at: instant(text, case.opened_at, &zone)?, zone })
    })
}

/// The time and the zone named at its end, such as `14:00 Europe/London`.
fn with_zone<'t>(text: &'t str, otherwise: &Zone) -> (&'t str, Zone) {
    let named = text.trim().rsplit_once(char::is_whitespace).and_then(|(time, zone)| {
        let zone = zone.trim_matches(['(', ')']);
        Some((time, zone.parse::<Zone>().ok()?))
    });
    named.unwrap_or((text, otherwise.clone()))
}

/// The instant that is meant. A time without a day is the one nearest to `asked_at`: people write about the
/// session that begins now, or began a while ago.
fn instant(text: &str, asked_at: Timestamp, zone: &Zone) -> Option<Timestamp> {
    match parse_when(text.trim())? {
        When::Clock { hour, minute } => {
            let today = zone.date(asked_at);
            let days = [today.pred_opt(), Some(today), today.succ_opt()].into_iter().flatten();
            days.filter_map(|day| at_clock(day, hour, minute, zone))
                .min_by_key(|at| (*at - asked_at).num_seconds().abs())
        }
        When::Day { year, month, day, clock: Some((hour, minute)) } => {
            at_clock(NaiveDate::from_ymd_opt(year, month, day)?, hour, minute, zone)
        }
        When::At(at) => Some(at),
        when @ (When::Tomorrow { clock: Some(_) } | When::Weekday { clock: Some(_), .. }) => {
            when.resolve(asked_at, |wall| zone.first(wall), zone.local(asked_at))
        }
        // A day alone, or a length of time, is no start.
        When::Day { clock: None, .. }
        | When::Tomorrow { clock: None }
        | When::Weekday { clock: None, .. }
        | When::DayAfter(_)
        | When::In(_) => None,
    }
}

fn at_clock(day: NaiveDate, hour: u32, minute: u32, zone: &Zone) -> Option<Timestamp> {
    // `24:00` ends a day.
    let (day, hour) = if hour == 24 { (day.succ_opt()?, 0) } else { (day, hour) };
    let wall: NaiveDateTime = day.and_hms_opt(hour, minute, 0)?;
    Some(zone.first(wall))
}
