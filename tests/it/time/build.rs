//! Small desks and rosters to ask questions of.

use firstline::coverage::{
    DayHours, Desk, DndPolicy, HolidaySpec, Holidays, Hours, Person, PresencePolicy, Roster, Schedule, Tier,
    Who,
};
use firstline::id::PersonKey;
use firstline::zone::{Timestamp, Zone, Zones};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An instant as the tables write it: with or without seconds, `Z` or an offset.
pub fn at(text: &str) -> Timestamp {
    let forms = ["%Y-%m-%dT%H:%M:%S%:z", "%Y-%m-%dT%H:%M%:z"];
    let text = text.replace('Z', "+00:00");
    forms
        .iter()
        .find_map(|form| chrono::DateTime::parse_from_str(&text, form).ok())
        .unwrap_or_else(|| panic!("`{text}` is not an instant"))
        .to_utc()
}

pub fn zone(name: &str) -> Zone {
    Zones::bundled().zone(name).unwrap()
}

pub fn hours(entries: &[(&str, &str)]) -> Hours {
    Hours::weekly(entries.iter().copied()).unwrap()
}

pub fn schedule(zone_name: &str, entries: &[(&str, &str)]) -> Schedule {
    Schedule::of(zone(zone_name), hours(entries))
}

pub fn dated(mut schedule: Schedule, dates: &[(&str, &str)]) -> Schedule {
    let parsed = dates.iter().map(|(day, text)| (day.parse().unwrap(), text.parse::<DayHours>().unwrap()));
    schedule.dates.extend(parsed);
    schedule
}

pub fn with_holidays(mut schedule: Schedule, spec: HolidaySpec) -> Schedule {
    schedule.holidays = Some(Arc::new(Holidays::new(spec)));
    schedule
}

pub fn always(zone_name: &str) -> Schedule {
    Schedule::of(zone(zone_name), Hours::Always)
}

pub fn person(schedule: Schedule) -> Person {
    Person { schedule, ..Person::default() }
}

pub fn roster(people: impl IntoIterator<Item = (&'static str, Schedule)>) -> Roster {
    let people: BTreeMap<PersonKey, Person> =
        people.into_iter().map(|(key, schedule)| (PersonKey::from(key), person(schedule))).collect();
    Roster { people, ..Roster::default() }
}

/// A desk that never closes, with one tier for each list of entries.
pub fn desk(tiers: &[&[&str]]) -> Desk {
    let tiers = tiers.iter().enumerate().map(|(index, who)| Tier {
        name: format!("T{}", index + 1),
        who: who.iter().map(|text| text.parse::<Who>().unwrap()).collect(),
        counts: true,
    });
    Desk {
        key: "desk".into(),
        schedule: always("America/Los_Angeles"),
        supervisor: None,
        min_available: 1,
        dnd: DndPolicy::default(),
        presence: PresencePolicy::default(),
        tiers: tiers.collect(),
    }
}

pub fn open(mut desk: Desk, schedule: Schedule) -> Desk {
    desk.schedule = schedule;
    desk
}
