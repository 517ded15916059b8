//! What holds for every desk: all surfaces agree, open time adds up, answers last as long as they say.

use super::build::{always, at, dated, desk, hours, open, person, with_holidays, zone};
use super::naive;
use super::rotations::rotation;
use chrono::Duration;
use firstline::coverage::{
    Break, Busy, BusyKind, Change, Desk, Dnd, DndPolicy, Facts, HolidaySpec, Live, Override, Presence,
    PresencePolicy, Preset, Roster, Schedule, Source, Span, Status, StatusRules, Word, covered, gaps,
    on_tier, resolve, who,
};
use firstline::id::PersonKey;
use firstline::zone::Timestamp;
use proptest::prelude::*;
use std::collections::BTreeMap;

const ZONES: [&str; 7] = [
    "UTC",
    "America/Los_Angeles",
    "America/Havana",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Europe/London",
];
const DAYS: [&str; 8] = ["mon-fri", "daily", "sat-mon", "tue", "fri", "sun", "wed-thu", "sat"];
const WINDOWS: [&str; 8] = [
    "08:30-12:00, 13:00-17:30",
    "22:00-06:00",
    "00:00-24:00",
    "02:30-10:00",
    "00:30-01:30",
    "18:45-02:15",
    "09:00-17:00",
    "closed",
];
const NAMES: [&str; 4] = ["ana", "bo", "cy", "dee"];

/// The weeks around the clock changes of 2026, and Christmas.
fn instants() -> impl Strategy<Value = Timestamp> {
    const STARTS: [&str; 4] =
        ["2026-03-05T00:00Z", "2026-10-22T00:00Z", "2026-09-03T00:00Z", "2026-12-20T00:00Z"];
    (prop::sample::select(&STARTS[..]), 0_i64..14 * 24 * 60)
        .prop_map(|(start, minutes)| at(start) + Duration::minutes(minutes))
}

fn schedules() -> impl Strategy<Value = Schedule> {
    let select = |from: &'static [&'static str]| prop::sample::select(from);
    let weekly = (select(&DAYS), select(&WINDOWS), select(&WINDOWS), any::<bool>(), any::<bool>());
    (select(&ZONES), prop::option::weighted(0.8, weekly)).prop_map(|(name, weekly)| {
        let Some((days, window, dated_window, holidays, dates)) = weekly else { return always(name) };
        let mut schedule = Schedule::of(zone(name), hours(&[(days, window)]));
        if holidays {
            let spec = HolidaySpec { preset: Some(Preset::UsFederal), ..HolidaySpec::default() };
            schedule = with_holidays(schedule, spec);
        }
        if dates {
            let days = ["2026-03-08", "2026-11-01", "2026-12-25"];
            schedule = dated(schedule, &days.map(|day| (day, dated_window)));
        }
        schedule
    })
}

/// A span of up to two days that begins near the instant.
fn spans(now: Timestamp) -> impl Strategy<Value = (Timestamp, Timestamp)> {
    (-2880_i64..2880, 1_i64..2880).prop_map(move |(from, length)| {
        let from = now + Duration::minutes(from);
        (from, from + Duration::minutes(length))
    })
}

fn lives(now: Timestamp) -> impl Strategy<Value = Live> {
    let word = (spans(now), any::<bool>(), prop::option::of(prop::sample::select(&NAMES[..])), any::<bool>());
    let word = word.prop_map(|((from, until), open, covers, away)| {
        let until = (!open).then_some(until);
        if away {
            return Word::Away { from, until, note: None };
        }
        Word::Covering { from, until, person: covers.map(PersonKey::from), desks: Vec::new() }
    });
    let status = (spans(now), prop::sample::select(&["calendar", "coffee"][..]), any::<bool>());
    let status = status.prop_map(|((_, until), emoji, open)| Status {
        emoji: emoji.into(),
        text: String::new(),
        expires_at: (!open).then_some(until),
    });
    let rare = 0.3;
    (
        prop::option::weighted(rare, word),
        prop::option::weighted(rare, status),
        prop::option::weighted(rare, spans(now).prop_map(|(from, until)| Dnd { from, until })),
        prop::option::weighted(rare, prop::sample::select(&[Presence::Active, Presence::Away][..])),
        prop::collection::vec(spans(now).prop_map(|(from, until)| Break { from, until, note: None }), 0..3),
    )
        .prop_map(|(word, status, dnd, presence, breaks)| Live {
            words: word.into_iter().collect(),
            status,
            dnd,
            presence,
            breaks,
            dates: std::collections::BTreeMap::new(),
            time_off: Vec::new(),
        })
}

#[derive(Clone, Debug)]
struct World {
    now: Timestamp,
    desk: Desk,
    roster: Roster,
    live: BTreeMap<PersonKey, Live>,
    calendars: BTreeMap<PersonKey, Vec<Busy>>,
    groups: BTreeMap<String, Vec<PersonKey>>,
}

impl World {
    fn facts(&self) -> Facts<'_> {
        let (live, calendars, groups) = (&self.live, &self.calendars, &self.groups);
        Facts { live, calendars, groups, ..Facts::of(&self.roster) }
    }
}

fn worlds() -> impl Strategy<Value = World> {
    instants().prop_flat_map(|now| {
        let busy =
            spans(now).prop_map(|(from, until)| Busy { from, until, kind: BusyKind::Busy, all_day: false });
        let policies = (any::<bool>(), any::<bool>(), 0_u32..3, any::<bool>());
        (
            prop::collection::vec(schedules(), 3),
            prop::collection::vec(lives(now), 4),
            prop::collection::vec(prop::collection::vec(busy, 0..3), 4),
            schedules(),
            prop::sample::select(&["1 hour", "12 hours", "1 day", "1 week"][..]),
            spans(now),
            policies,
        )
            .prop_map(move |(people, lives, busy, hours, every, overridden, policies)| {
                world(now, people, lives, busy, hours, every, overridden, policies)
            })
    })
}

#[expect(clippy::too_many_arguments, reason = "one for each thing that is drawn")]
fn world(
    now: Timestamp,
    people: Vec<Schedule>,
    lives: Vec<Live>,
    busy: Vec<Vec<Busy>>,
    hours: Schedule,
    every: &str,
    overridden: (Timestamp, Timestamp),
    (counts, presence, min_available, last_counts): (bool, bool, u32, bool),
) -> World {
    let keys = || NAMES.iter().copied().map(PersonKey::from);
    let mut roster =
        Roster { people: keys().zip(people.into_iter().map(person)).collect(), ..Roster::default() };
    roster.statuses = StatusRules { emoji: vec!["calendar".into()], text: Vec::new() };
    let lead = rotation(zone("America/Los_Angeles"), every, "2026-01-05 09:00", &["ana", "bo"]);
    let wall = |at: Timestamp| lead.zone.local(at).format("%Y-%m-%d %H:%M").to_string().parse().unwrap();
    roster.overrides.push(Override {
        rotation: "lead".into(),
        from: wall(overridden.0),
        until: wall(overridden.1),
        change: Change::Replace { replace: "ana".into(), with: "cy".into() },
    });
    roster.rotations.insert("lead".into(), lead);
    let mut desk = open(desk(&[&["rotation:lead"], &["bo", "@tech"], &["dee"]]), hours);
    desk.dnd = if counts { DndPolicy::Counts } else { DndPolicy::OutsideHours };
    desk.presence = if presence { PresencePolicy::Counts } else { PresencePolicy::Ignored };
    desk.min_available = min_available;
    desk.tiers[2].counts = last_counts;
    World {
        now,
        desk,
        roster,
        live: keys().zip(lives).collect(),
        calendars: keys().zip(busy).collect(),
        groups: BTreeMap::from([("tech".to_owned(), vec!["cy".into(), "U0TECH".into()])]),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn who_resolve_and_on_tier_never_differ(world in worlds()) {
        let (facts, desk, now) = (world.facts(), &world.desk, world.now);
        let rows = who(desk, now, &facts);
        for tier in &desk.tiers {
            let members = on_tier(tier, desk, now, &facts);
            let listed = rows.iter().filter(|row| row.tiers.contains(&tier.name)).count();
            prop_assert_eq!(members.len(), listed);
            for (person, answer) in members {
                prop_assert_eq!(&answer, &resolve(&person, desk, now, &facts));
                let row = rows.iter().find(|row| row.person == person).unwrap();
                prop_assert_eq!(row.available, answer.available);
                prop_assert_eq!(row.source, answer.source());
                prop_assert_eq!(row.until, answer.until);
                prop_assert_eq!(&row.reason, &answer.reason.to_string());
                prop_assert_eq!(answer.available, answer.reason.is_available());
            }
        }
    }

    #[test]
    fn the_resolver_says_what_the_rules_say_one_by_one(world in worlds(), minutes in 0_i64..2880) {
        let facts = world.facts();
        for now in [world.now, world.now + Duration::minutes(minutes)] {
            for name in NAMES {
                let answer = resolve(&name.into(), &world.desk, now, &facts);
                let found = (answer.available, answer.source());
                prop_assert_eq!(found, naive::resolve(&name.into(), &world.desk, now, &facts), "{} at {}", name, now);
            }
        }
    }

    #[test]
    fn an_answer_lasts_until_it_says_and_not_longer(world in worlds(), part in 0.0..1.0_f64) {
        let (facts, desk, now) = (world.facts(), &world.desk, world.now);
        for row in who(desk, now, &facts) {
            let end = row.until.unwrap_or(now + Duration::days(7));
            prop_assert!(end > now && end <= now + Duration::days(7));
            let between = now + Duration::seconds(((end - now).num_seconds() as f64 * part) as i64);
            for later in [between, end - Duration::seconds(1)] {
                let answer = resolve(&row.person, desk, later, &facts);
                let listed = who(desk, later, &facts).iter().any(|other| other.person == row.person);
                prop_assert!(listed || !row.available, "{} is on no tier at {}", row.person, later);
                prop_assert_eq!(answer.available, row.available, "{} at {}", row.person, later);
                let same = answer.source() == row.source || answer.available || is_schedule(answer.source(), row.source);
                prop_assert!(same, "{:?} at {} after {:?}", answer, later, row);
            }
            if row.until.is_some() {
                let after = who(desk, end, &facts).into_iter().find(|other| other.person == row.person);
                let changed = after.is_none_or(|other| {
                    other.available != row.available || !(row.available || is_schedule(other.source, row.source))
                });
                prop_assert!(changed, "{:?} changes at its end", row);
            }
        }
    }

    #[test]
    fn gaps_are_where_too_few_of_who_are_available(world in worlds(), minutes in 1_i64..4 * 24 * 60) {
        let (facts, desk, now) = (world.facts(), &world.desk, world.now);
        let until = now + Duration::days(4);
        let found = gaps(desk, now, until, &facts).unwrap();
        for gap in &found {
            prop_assert!(now <= gap.from && gap.from < gap.until && gap.until <= until);
            prop_assert!(gap.available < gap.minimum);
        }
        prop_assert!(found.windows(2).all(|pair| pair[0].until < pair[1].from
            || pair[0].until == pair[1].from && pair[0].available != pair[1].available));
        let mut samples = vec![now, now + Duration::minutes(minutes)];
        samples.extend(found.iter().flat_map(|gap| [gap.from, gap.until - Duration::seconds(1), gap.until]));
        for sample in samples.into_iter().filter(|at| *at < until) {
            let counting = |tiers: &[String]| tiers.iter().any(|name| desk.tiers.iter().any(|tier| tier.counts && tier.name == *name));
            let rows = who(desk, sample, &facts);
            let available = rows.iter().filter(|row| row.available && counting(&row.tiers)).count();
            let short = desk.schedule.is_open(sample) && available < desk.min_available as usize;
            let gap = found.iter().find(|gap| gap.from <= sample && sample < gap.until);
            prop_assert_eq!(gap.map(|gap| gap.available as usize), short.then_some(available), "at {}", sample);
        }
    }

    #[test]
    fn a_tier_is_covered_where_somebody_of_it_is_available(world in worlds(), minutes in 0_i64..4 * 24 * 60) {
        let (facts, desk, now) = (world.facts(), &world.desk, world.now);
        let sample = now + Duration::minutes(minutes);
        let within = Span::new(now, now + Duration::days(4));
        for tier in &desk.tiers {
            let spans = covered(tier, desk, within, &facts);
            let anybody = on_tier(tier, desk, sample, &facts).iter().any(|(_, answer)| answer.available);
            prop_assert_eq!(spans.iter().any(|span| span.contains(sample)), anybody, "at {}", sample);
        }
    }

    #[test]
    fn open_time_adds_up(schedule in schedules(), start in instants(), seconds in 0_i64..200_000) {
        let length = Duration::seconds(seconds);
        if let Some(due) = schedule.add_open(start, length) {
            prop_assert_eq!(schedule.open_between(start, due), length);
            let opening = schedule.next_opening(start).unwrap();
            prop_assert!(opening >= start && due >= opening + length);
            prop_assert!(schedule.is_open(opening));
            prop_assert_eq!(opening == start, schedule.is_open(start));
            if let Some(closing) = schedule.next_closing(opening) {
                prop_assert!(schedule.is_open(closing - Duration::milliseconds(1)) && !schedule.is_open(closing));
                prop_assert_eq!(schedule.open_between(opening, closing), closing - opening);
            }
        }
    }
}

#[test]
fn a_year_of_fifty_people_is_worked_out_at_once() {
    let now = at("2026-01-01T00:00Z");
    let mut roster = Roster::default();
    let mut entries = vec!["rotation:lead".to_owned()];
    for number in 0..50 {
        let key = format!("p{number}");
        let schedule =
            Schedule::of(zone(ZONES[number % ZONES.len()]), hours(&[("mon-fri", WINDOWS[number % 7])]));
        let spec = HolidaySpec { preset: Some(Preset::UsFederal), ..HolidaySpec::default() };
        roster.people.insert(key.as_str().into(), person(with_holidays(schedule, spec)));
        entries.push(key);
    }
    let lead = rotation(zone("America/Los_Angeles"), "12 hours", "2026-01-05 09:00", &["p1", "p2"]);
    roster.rotations.insert("lead".into(), lead);
    let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
    let hours = Schedule::of(zone("Europe/London"), hours(&[("daily", "08:00-20:00")]));
    let mut desk = open(desk(&[&entries]), hours);
    desk.min_available = 12;
    let started = std::time::Instant::now();
    let found = gaps(&desk, now, now + Duration::days(365), &Facts::of(&roster)).unwrap();
    let took = started.elapsed();
    assert!(!found.is_empty());
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
}

fn is_schedule(one: Source, other: Source) -> bool {
    let schedule = [Source::Dates, Source::Holiday, Source::Hours];
    one == other || schedule.contains(&one) && schedule.contains(&other)
}
