//! The people of the town's stories.

use super::town::{Town, desk};
use chrono::{DateTime, NaiveDateTime};
use firstline::clock::Timestamp;
use firstline::coverage::{Desk, DndPolicy, Hours, Person, PresencePolicy, Roster, Schedule, Tier, Who};
use firstline::zone::Zones;

/// `2026-03-02 12:00` in UTC.
pub fn at(text: &str) -> Timestamp {
    let naive = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    DateTime::from_naive_utc_and_offset(naive, chrono::Utc)
}

pub fn hours(text: &str) -> Hours {
    Hours::weekly([("daily", text)]).unwrap()
}

pub fn schedule(zone: &str, text: &str) -> Schedule {
    Schedule::of(Zones::bundled().zone(zone).unwrap(), hours(text))
}

/// Somebody in UTC with these hours, who may be asked in those.
pub fn person(own: &str, reachable: Option<&str>) -> Person {
    Person { schedule: schedule("UTC", own), reachable: reachable.map(hours), ..Person::default() }
}

pub fn coverage_desk(key: &str, open: Schedule, who: &[&str], supervisor: Option<&str>) -> Desk {
    Desk {
        key: key.into(),
        schedule: open,
        supervisor: supervisor.map(Into::into),
        min_available: 1,
        dnd: DndPolicy::default(),
        presence: PresencePolicy::default(),
        tiers: vec![Tier {
            name: "First".to_owned(),
            who: who.iter().map(|text| text.parse::<Who>().unwrap()).collect(),
            counts: true,
        }],
    }
}

pub fn roster(people: Vec<(&str, Person)>) -> Roster {
    Roster {
        people: people.into_iter().map(|(key, person)| (key.into(), person)).collect(),
        ..Roster::default()
    }
}

/// A help desk from 9 to 17: Ana and Bo on it all day, Cy in the evening and reachable before; Dee on another
/// desk; Kofi supervises.
pub fn help_desk(now: &str) -> Town {
    let people = vec![
        ("ana", person("09:00-17:00", None)),
        ("bo", person("09:00-17:00", None)),
        ("cy", person("18:00-22:00", Some("11:00-18:00"))),
        ("dee", person("09:00-17:00", None)),
        ("eve", person("09:00-17:00", None)),
        ("kofi", Person { schedule: Schedule::default(), ..Person::default() }),
        ("rita", Person { schedule: Schedule::default(), ..Person::default() }),
    ];
    let open = || schedule("UTC", "09:00-17:00");
    let desks = vec![
        desk(coverage_desk("help", open(), &["ana", "bo", "cy"], Some("kofi"))),
        desk(coverage_desk("other", open(), &["dee", "eve"], Some("kofi"))),
    ];
    Town::new(at(now), roster(people), desks)
}
