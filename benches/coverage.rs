//! How long the resolver takes to answer: one question, a year of gaps, a group of two hundred.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use chrono::{DateTime, TimeDelta, Utc};
use criterion::{Criterion, criterion_group, criterion_main};
use firstline::coverage::{
    Busy, BusyKind, Desk, DndPolicy, Every, Facts, Hours, Live, Person, PresencePolicy, Roster, Rotation,
    Schedule, Span, Status, Tentative, Tier, Unit, Who, calendar, gaps, on_tier, resolve, who,
};
use firstline::id::{DeskKey, PersonKey};
use firstline::zone::Zones;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::hint::black_box;

const ZONES: [&str; 5] =
    ["America/Los_Angeles", "Europe/London", "Africa/Accra", "Asia/Kolkata", "Australia/Lord_Howe"];

fn key(n: usize) -> PersonKey {
    PersonKey::new(format!("p{n}"))
}

fn now() -> DateTime<Utc> {
    "2026-03-04T17:20:00Z".parse().unwrap()
}

/// A desk that is always open, with a rotation, a group and everybody.
struct Town {
    roster: Roster,
    live: BTreeMap<PersonKey, Live>,
    groups: BTreeMap<String, Vec<PersonKey>>,
    calendars: BTreeMap<PersonKey, Vec<Busy>>,
    desk: Desk,
}

impl Town {
    fn of(people: usize) -> Self {
        let keys: Vec<PersonKey> = (0..people).map(key).collect();
        let mut roster = Roster::default();
        for (n, person) in keys.iter().enumerate() {
            roster.people.insert(person.clone(), somebody(n));
        }
        let every = Every { count: 1, unit: Unit::Week };
        let from = "2026-01-05T09:00:00".parse().unwrap();
        let zone = Zones::bundled().zone(ZONES[0]).unwrap();
        let rotation = Rotation { zone, every, from, people: keys.iter().take(6).cloned().collect() };
        roster.rotations.insert("lead".into(), rotation);
        roster.statuses.text = vec!["meeting".to_owned(), "lunch".to_owned()];
        let live = keys.iter().enumerate().filter(|(n, _)| n % 4 == 0).map(|(_, person)| {
            let status = Status { text: "In a meeting".to_owned(), ..Status::default() };
            (person.clone(), Live { status: Some(status), ..Live::default() })
        });
        let calendars = keys.iter().map(|person| (person.clone(), meetings()));
        let tier = |name: &str, who: Vec<Who>| Tier { name: name.to_owned(), who, counts: true };
        Self {
            live: live.collect(),
            calendars: calendars.collect(),
            groups: BTreeMap::from([("everybody".to_owned(), keys)]),
            desk: Desk {
                key: DeskKey::new("help"),
                schedule: Schedule::default(),
                supervisor: None,
                min_available: 3,
                dnd: DndPolicy::default(),
                presence: PresencePolicy::default(),
                tiers: vec![
                    tier("Lead", vec![Who::Rotation("lead".into())]),
                    tier("Everybody", vec![Who::Group("everybody".to_owned())]),
                ],
            },
            roster,
        }
    }

    fn facts(&self) -> Facts<'_> {
        let (live, groups, calendars) = (&self.live, &self.groups, &self.calendars);
        Facts { live, groups, calendars, ..Facts::of(&self.roster) }
    }
}

fn somebody(n: usize) -> Person {
    let hours = Hours::weekly([("mon-fri", "08:30-12:00, 13:00-17:30")]).unwrap();
    let zone = Zones::bundled().zone(ZONES[n % ZONES.len()]).unwrap();
    let schedule = Schedule { zone, hours, ..Schedule::default() };
    Person { schedule, reachable: None, tentative: Tentative::Free }
}

/// An hour a day for a year.
fn meetings() -> Vec<Busy> {
    let day = |n: i64| {
        let from = now() + TimeDelta::days(n) + TimeDelta::hours(2);
        Busy { from, until: from + TimeDelta::hours(1), kind: BusyKind::Busy, all_day: false }
    };
    (0..365).map(day).collect()
}

fn questions(c: &mut Criterion) {
    let town = Town::of(50);
    let group = Town::of(200);
    c.bench_function("resolve/one", |bench| {
        bench.iter(|| resolve(black_box(&key(7)), &town.desk, now(), &town.facts()));
    });
    c.bench_function("who/50", |bench| bench.iter(|| who(black_box(&town.desk), now(), &town.facts())));
    c.bench_function("tier/200", |bench| {
        bench.iter(|| on_tier(black_box(&group.desk.tiers[1]), &group.desk, now(), &group.facts()));
    });
}

fn years(c: &mut Criterion) {
    let town = Town::of(50);
    let mut group = c.benchmark_group("gaps");
    group.sample_size(10);
    group.bench_function("year/50", |bench| {
        bench.iter(|| {
            gaps(black_box(&town.desk), now(), now() + TimeDelta::days(365), &town.facts()).unwrap()
        });
    });
    group.finish();
}

/// A thousand single events and fifty that recur every week.
fn calendar_text() -> String {
    let mut text = String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n");
    for n in 0..1050 {
        let rule = if n < 50 { "RRULE:FREQ=WEEKLY;BYDAY=MO,WE\r\n" } else { "" };
        let from = now() + TimeDelta::hours(n);
        write!(
            text,
            "BEGIN:VEVENT\r\nUID:{n}\r\nDTSTART:{}\r\nDURATION:PT30M\r\n{rule}SUMMARY:Meeting\r\nEND:VEVENT\r\n",
            from.format("%Y%m%dT%H%M%SZ")
        )
        .unwrap();
    }
    text + "END:VCALENDAR\r\n"
}

fn calendars(c: &mut Criterion) {
    let text = calendar_text();
    let zones = Zones::bundled();
    let zone = zones.zone(ZONES[0]).unwrap();
    let within = Span::new(now(), now() + TimeDelta::days(92));
    c.bench_function("calendar/1050", |bench| {
        bench.iter(|| calendar::read(black_box(&text), &zone, &zones, within).unwrap());
    });
}

criterion_group!(benches, questions, years, calendars);
criterion_main!(benches);
