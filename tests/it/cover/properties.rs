//! One resolver: what is displayed, who is pinged, what is granted and what the watch says never differ.

use super::people::{at, coverage_desk, hours, person, roster, schedule};
use super::town::{Town, desk, user};
use chrono::TimeDelta;
use firstline::clock::Timestamp;
use firstline::coverage::{self, Facts, Live, Person, Tier};
use firstline::domain::case::RunHours;
use firstline::domain::event::What;
use firstline::domain::people::Scene;
use firstline::domain::policy::{Dm, PingRule};
use firstline::id::PersonKey;
use proptest::prelude::{Just, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::test_runner::Config;
use std::collections::BTreeMap;

const NAMES: [&str; 5] = ["ana", "bo", "cy", "dee", "eve"];

/// Something somebody does before the question is asked.
#[derive(Clone, Debug)]
enum Deed {
    Status { minutes: Option<i64> },
    Types(String),
}

fn own_hours() -> impl Strategy<Value = Option<String>> {
    let window = (0_u32..20, 0_u32..60, 1_u32..4)
        .prop_map(|(hour, minute, length)| format!("{hour:02}:{minute:02}-{:02}:{minute:02}", hour + length));
    prop_oneof![1 => Just(None), 4 => window.prop_map(Some), 4 => Just(Some("08:00-18:00".to_owned()))]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        prop::option::of(1_i64..90).prop_map(|minutes| Deed::Status { minutes }),
        Just(Deed::Types("away".to_owned())),
        (5_u32..60).prop_map(|minutes| Deed::Types(format!("break {minutes}m"))),
        (1_u32..90).prop_map(|minutes| Deed::Types(format!("away {minutes}m"))),
        Just(Deed::Types("cover ana until 23:00".to_owned())),
    ]
}

fn town(own: &[Option<String>], minimum: u32, now: Timestamp) -> Town {
    let people = NAMES.iter().zip(own).map(|(name, own)| {
        let somebody = match own {
            Some(own) => person(own, Some("00:00-24:00")),
            None => Person::default(),
        };
        (*name, somebody)
    });
    let mut both = coverage_desk("help", schedule("UTC", "07:00-22:00"), &["ana", "bo"], Some("eve"));
    both.min_available = minimum;
    both.tiers.push(Tier { name: "Second".to_owned(), who: vec!["cy".parse().unwrap()], counts: true });
    let other = coverage_desk("other", schedule("UTC", "00:00-24:00"), &["dee", "cy"], None);
    let mut desks = vec![desk(both), desk(other)];
    for desk in &mut desks {
        let policy = std::sync::Arc::make_mut(&mut desk.policy);
        policy.tiers = desk
            .coverage
            .tiers
            .iter()
            .map(|tier| firstline::domain::policy::Tier {
                name: tier.name.clone(),
                who: tier.who.clone(),
                wait: firstline::clock::Length::minutes(5),
                repeat: 0,
                ping: PingRule::All,
                dm: Dm::ThreadOnly,
            })
            .collect();
    }
    let mut people: Vec<_> = people.collect();
    for (_, person) in &mut people {
        person.reachable = Some(hours("00:00-24:00"));
    }
    Town::new(now, roster(people), desks)
}

/// How many different people the page of a desk shows as available, its supervisor not counted.
fn displayed(town: &Town, desk: &coverage::Desk, lives: &BTreeMap<PersonKey, Live>, now: Timestamp) -> usize {
    let facts = Facts { live: lives, ..Facts::of(&town.roster) };
    let rows = coverage::who(desk, now, &facts);
    rows.iter().filter(|row| row.available && desk.supervisor.as_ref() != Some(&row.person)).count()
}

/// The gate's answer by brute force: every minute of the break, on every desk.
fn may_go(town: &Town, who: &str, minutes: i64) -> bool {
    let key = PersonKey::from(who);
    let note = None;
    let pause = coverage::Break { from: town.now, until: town.now + TimeDelta::minutes(minutes), note };
    (0..minutes).all(|minute| {
        let then = town.now + TimeDelta::minutes(minute);
        let mut with = town.lives();
        for live in with.values_mut() {
            live.status.take_if(|status| minute > 0 && status.expires_at.is_none());
        }
        let mut without = with.clone();
        let live = without.entry(key.clone()).or_default();
        live.words.retain(|word| !matches!(word, coverage::Word::Covering { .. }));
        live.breaks.push(pause.clone());
        town.desks.values().all(|desk| {
            let desk = &desk.coverage;
            let (more, fewer) = (displayed(town, desk, &with, then), displayed(town, desk, &without, then));
            !desk.schedule.is_open(then) || fewer >= desk.min_available as usize || fewer >= more
        })
    })
}

fn act(town: &mut Town, who: &str, deed: &Deed) {
    match deed {
        Deed::Status { minutes } => {
            let until = minutes.map(|minutes| town.now + TimeDelta::minutes(minutes));
            town.status(who, "In a meeting", until);
        }
        Deed::Types(words) => {
            town.types(who, words);
        }
    }
}

proptest! {
    #![proptest_config(Config { cases: 24, ..Config::default() })]

    #[test]
    fn display_pings_gate_and_watch_agree(
        own in prop::collection::vec(own_hours(), NAMES.len()),
        minimum in 1_u32..3,
        start in 0_i64..24 * 60,
        deeds in prop::collection::vec((0_usize..NAMES.len(), deed()), 0..6),
        asker in 0_usize..NAMES.len(),
        minutes in 1_i64..50,
    ) {
        let now = at("2026-03-02 00:00") + TimeDelta::minutes(start);
        let mut town = town(&own, minimum, now);
        for (who, deed) in &deeds {
            act(&mut town, NAMES[*who], deed);
        }
        let lives = town.lives();
        for desk in town.desks.values() {
            let shown = displayed(&town, &desk.coverage, &lives, now);
            let facts = Facts { live: &lives, ..Facts::of(&town.roster) };
            let pinged: Vec<(PersonKey, bool)> =
                town.with_world(&BTreeMap::new(), &What::Due, |world| {
                    let world = firstline::domain::World { facts, ..*world };
                    let scene = Scene { now, world: &world, desk, policy: &desk.policy };
                    let tiers = desk.policy.tiers.iter();
                    tiers
                        .flat_map(|tier| scene.on_tier(tier, RunHours::DeskOpen))
                        .map(|one| (one.key, one.answer.available))
                        .collect()
                });
            for row in coverage::who(&desk.coverage, now, &facts) {
                prop_assert!(pinged.contains(&(row.person, row.available)));
            }
            let short = desk.coverage.schedule.is_open(now) && shown < desk.coverage.min_available as usize;
            let alarm = town.desk(desk.key.as_str()).cover.alarm;
            prop_assert_eq!(alarm.is_some(), short, "the watch of {}", desk.key);
        }
        let expected = may_go(&town, NAMES[asker], minutes);
        let alarms = |town: &Town| {
            town.desks.keys().filter(|desk| town.desk(desk.as_str()).cover.alarm.is_some()).count()
        };
        let before = alarms(&town);
        let said = town.types(NAMES[asker], &format!("break {minutes}m"));
        prop_assert_eq!(!said.contains("Find cover"), expected, "{}: {}", user(NAMES[asker]), said);
        prop_assert!(alarms(&town) <= before, "what was granted rang the alarm");
    }

    #[test]
    fn whatever_people_do_time_comes_to_rest(
        own in prop::collection::vec(own_hours(), NAMES.len()),
        deeds in prop::collection::vec((0_usize..NAMES.len(), deed(), 0_i64..600), 0..12),
    ) {
        let mut town = town(&own, 1, at("2026-03-02 06:00"));
        for (who, deed, minutes) in &deeds {
            act(&mut town, NAMES[*who], deed);
            town.wait(TimeDelta::minutes(*minutes));
        }
        town.wait(TimeDelta::days(3));
    }
}
