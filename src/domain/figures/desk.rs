//! A desk in figures: its cases summed up.

use super::case::{Answered, CaseFigures, Ended};
use super::coverage::Coverage;
use super::{Breaches, Counts, DeskFigures, PersonFigures, TierFigures, Times, Worst};
use crate::clock::Timestamp;
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::id::UserId;
use crate::zone::Zone;
use chrono::{NaiveDate, Timelike as _};
use std::collections::BTreeMap;

/// How many of the worst are named.
const WORST: usize = 5;

/// What a desk's figures are made of.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    pub desk: &'a Desk,
    pub from: Timestamp,
    pub until: Timestamp,
    pub directory: &'a Directory,
    pub coverage: &'a Coverage,
    /// Absences of others that somebody covered here.
    pub covered: &'a BTreeMap<UserId, u32>,
    /// Each person's own zone, for what was night for them.
    pub zone_of: &'a dyn Fn(&UserId) -> Zone,
}

/// Sums up the cases of one desk.
pub fn of_desk(cases: &[CaseFigures], sources: Sources<'_>) -> DeskFigures {
    let zone = &sources.desk.coverage.schedule.zone;
    let times = |took: fn(&CaseFigures) -> Option<u64>| times(cases, took);
    let tiers = tiers(cases, sources.desk);
    DeskFigures {
        desk: sources.desk.key.clone(),
        name: sources.desk.policy.name.clone(),
        zone: zone.to_string(),
        cases: counts(cases),
        by_hour: by_hour(cases, zone),
        by_day: by_day(cases, zone, sources),
        first_answer: times(|case| case.first_answer),
        claim: times(|case| case.claim),
        resolution: times(|case| case.resolution),
        breaches: breaches(cases),
        first_tier_percent: first_tier(cases, sources.desk),
        tiers,
        tags: most_first(cases.iter().flat_map(|case| case.tags.iter().cloned())),
        outcomes: most_first(cases.iter().filter_map(|case| case.outcome.clone())),
        coverage: sources.coverage.figures.clone(),
        people: people(cases, sources),
    }
}

fn counts(cases: &[CaseFigures]) -> Counts {
    let count =
        |is_one: &dyn Fn(&CaseFigures) -> bool| number(cases.iter().filter(|case| is_one(case)).count());
    let is = |ended: Ended| count(&move |case| case.ended == ended);
    Counts {
        opened: number(cases.len()),
        resolved: is(Ended::Resolved),
        withdrawn: is(Ended::Withdrawn),
        open: is(Ended::Unclaimed) + is(Ended::Owned),
        unclaimed: count(&|case| case.ended == Ended::Unclaimed && case.claim.is_none()),
        reopened: count(&|case| case.reopened > 0),
        exhausted: count(&|case| case.exhausted > 0),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn by_hour(cases: &[CaseFigures], zone: &Zone) -> Vec<u32> {
    let mut hours = vec![0; 24];
    for case in cases {
        if let Some(hour) = hours.get_mut(zone.local(case.opened_at).hour() as usize) {
            *hour += 1;
        }
    }
    hours
}

fn by_day(cases: &[CaseFigures], zone: &Zone, sources: Sources<'_>) -> Vec<(NaiveDate, u32)> {
    let day = |at: Timestamp| zone.local(at).date();
    let last = day(sources.until - chrono::TimeDelta::milliseconds(1));
    let mut days: BTreeMap<NaiveDate, u32> =
        day(sources.from).iter_days().take_while(|one| *one <= last).map(|one| (one, 0)).collect();
    for case in cases {
        *days.entry(day(case.opened_at)).or_default() += 1;
    }
    days.into_iter().collect()
}

/// The nearest rank: the smallest value that so many percent do not exceed.
fn percentile(sorted: &[u64], percent: usize) -> Option<u64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.max(1) - 1).copied()
}

fn times(cases: &[CaseFigures], took: impl Fn(&CaseFigures) -> Option<u64>) -> Times {
    let mut all: Vec<(u64, &CaseFigures)> = cases
        .iter()
        .filter(|case| case.ended != Ended::Withdrawn)
        .filter_map(|case| Some((took(case)?, case)))
        .collect();
    all.sort_by(|a, b| (a.0, &b.1.case).cmp(&(b.0, &a.1.case)));
    let sorted: Vec<u64> = all.iter().map(|(took, _)| *took).collect();
    let worst = all.iter().rev().take(WORST).filter(|(took, _)| *took > 0).map(|(took, case)| Worst {
        case: case.case.clone(),
        took: *took,
        at: case.at.clone(),
        owner: case.owner.clone(),
    });
    Times {
        count: number(sorted.len()),
        median: percentile(&sorted, 50),
        p90: percentile(&sorted, 90),
        worst: worst.collect(),
    }
}

fn breaches(cases: &[CaseFigures]) -> Breaches {
    let sum = |of: fn(&Breaches) -> u32| cases.iter().map(|case| of(&case.breaches)).sum();
    Breaches {
        reply: sum(|all| all.reply),
        update: sum(|all| all.update),
        resolve: sum(|all| all.resolve),
        cases: sum(|all| all.cases),
    }
}

/// The desk's tiers in their order, tiers of the past behind them, then the supervisor and those who were there.
fn tiers(cases: &[CaseFigures], desk: &Desk) -> Vec<TierFigures> {
    let mut answered: BTreeMap<&Answered, u32> = BTreeMap::new();
    for case in cases {
        if let Some(by) = &case.answered {
            *answered.entry(by).or_default() += 1;
        }
    }
    let now: Vec<&String> = desk.policy.tiers.iter().map(|tier| &tier.name).collect();
    let mut rows: Vec<TierFigures> = now
        .iter()
        .map(|name| TierFigures {
            name: (*name).clone(),
            answered: answered.get(&Answered::Tier((*name).clone())).copied().unwrap_or(0),
        })
        .collect();
    for (by, answered) in answered {
        let name = match by {
            Answered::Tier(name) if now.contains(&name) => continue,
            Answered::Tier(name) => format!("{name} (no tier any more)"),
            Answered::Supervisor => "Supervisor".to_owned(),
            Answered::Unpinged => "Before any ping".to_owned(),
        };
        rows.push(TierFigures { name, answered });
    }
    rows
}

/// Somebody who took it before any ping saves the first tier as well: it counts for it.
fn first_tier(cases: &[CaseFigures], desk: &Desk) -> Option<u32> {
    let first = &desk.policy.tiers.first()?.name;
    let claimed = cases.iter().filter_map(|case| case.answered.as_ref());
    let by_first = claimed.clone().filter(|by| match by {
        Answered::Tier(name) => name == first,
        Answered::Unpinged => true,
        Answered::Supervisor => false,
    });
    percent(by_first.count() as u64, claimed.count() as u64)
}

fn percent(part: u64, whole: u64) -> Option<u32> {
    let rounded = (part * 100 + whole / 2).checked_div(whole)?;
    u32::try_from(rounded).ok()
}

fn most_first(words: impl Iterator<Item = String>) -> Vec<(String, u32)> {
    let mut count: BTreeMap<String, u32> = BTreeMap::new();
    for word in words {
        *count.entry(word).or_default() += 1;
    }
    let mut all: Vec<(String, u32)> = count.into_iter().collect();
    all.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    all
}

fn people(cases: &[CaseFigures], sources: Sources<'_>) -> Vec<PersonFigures> {
    let mut all: BTreeMap<UserId, PersonFigures> = BTreeMap::new();
    let directory = sources.directory;
    let new = |user: &UserId| PersonFigures {
        user: user.clone(),
        name: directory.name(user).to_owned(),
        pings: 0,
        night_pings: 0,
        cases: 0,
        interventions: 0,
        covered: 0,
        available_minutes: 0,
        ping_percent: 0,
        time_percent: 0,
    };
    let mut of = |user: &UserId, change: &dyn Fn(&mut PersonFigures)| {
        change(all.entry(user.clone()).or_insert_with(|| new(user)));
    };
    for (key, minutes) in &sources.coverage.people {
        let user = directory.user(key).unwrap_or_else(|| UserId::new(key.as_str()));
        of(&user, &|person| person.available_minutes += minutes);
    }
    for case in cases {
        for (user, at) in &case.pings {
            let night = is_night(&(sources.zone_of)(user), *at);
            of(user, &|person| {
                person.pings += 1;
                person.night_pings += u32::from(night);
            });
        }
        if let Some(owner) = &case.owner {
            of(owner, &|person| person.cases += 1);
        }
        for (user, times) in &case.interventions {
            of(user, &|person| person.interventions += times);
        }
    }
    for (user, times) in sources.covered {
        of(user, &|person| person.covered += times);
    }
    let mut people: Vec<PersonFigures> = all.into_values().collect();
    let pings: u64 = people.iter().map(|person| u64::from(person.pings)).sum();
    let minutes: u64 = people.iter().map(|person| person.available_minutes).sum();
    for person in &mut people {
        person.ping_percent = percent(person.pings.into(), pings).unwrap_or(0);
        person.time_percent = percent(person.available_minutes, minutes).unwrap_or(0);
    }
    people.sort_by(|a, b| (b.pings, b.cases, &a.name).cmp(&(a.pings, a.cases, &b.name)));
    people
}

/// From 22:00 to 06:00 on their clock, and never mind the day of the week.
fn is_night(zone: &Zone, at: Timestamp) -> bool {
    let local = zone.local(at);
    !(6..22).contains(&local.hour())
}
