//! What will go wrong although nothing is wrong with the files: the warnings that need a clock.

use super::{Config, Kind, Problem, Problems, Spot};
use crate::coverage::{Gap, Span, Who, bent_shifts, covered, gaps, stand_ins_off};
use crate::domain::desk::Desk;
use crate::zone::{Timestamp, Zone};
use chrono::TimeDelta;

/// How far ahead gaps and bent shifts are looked for.
const FORTNIGHT: TimeDelta = TimeDelta::days(14);
/// A tier that cannot answer for so long never will.
const LONG: TimeDelta = TimeDelta::days(28);

/// Looks ahead from an instant: tiers that cannot answer, stand-ins who are off, gaps, clock changes that bend a
/// shift.
pub fn ahead(config: &Config, now: Timestamp) -> Problems {
    let mut found = Problems::default();
    for desk in config.desks.values() {
        idle_tiers(config, desk, now, &mut found);
        short(config, desk, now, &mut found);
    }
    stand_ins(config, &mut found);
    bent(config, now, &mut found);
    found.sort();
    found
}

fn warning(spot: Option<&Spot>, message: String, hint: &str) -> Problem {
    Problem { kind: Kind::Warning, place: spot.cloned(), message, hint: Some(hint.to_owned()) }
}

fn span(from: Timestamp, length: TimeDelta) -> Span {
    Span::new(from, from.checked_add_signed(length).unwrap_or(Timestamp::MAX_UTC))
}

/// Whether everybody of these is known from the files: not what only Slack, a channel or a booking says.
fn is_known(config: &Config, desk: &Desk, who: &Who) -> bool {
    match who {
        Who::Person(_) | Who::Rotation(_) | Who::Responders => true,
        Who::Group(name) => config.members.contains_key(name),
        Who::Role(key) => {
            desk.roles.get(key).is_some_and(|filled| filled.iter().all(|who| is_known(config, desk, who)))
        }
        Who::BookingField(_) => false,
    }
}

fn idle_tiers(config: &Config, desk: &Desk, now: Timestamp, found: &mut Problems) {
    let spots = config.origins.tiers.get(&desk.key);
    for (index, tier) in desk.coverage.tiers.iter().enumerate() {
        let known = tier.who.iter().all(|who| is_known(config, desk, who));
        if known && covered(tier, &desk.coverage, span(now, LONG), &config.facts(desk)).is_empty() {
            found.0.push(warning(
                spots.and_then(|spots| spots.get(index)),
                format!(
                    "tier `{}` of desk `{}` can answer at no time in the coming four weeks",
                    tier.name, desk.key
                ),
                "compare the hours of its people with the desk's",
            ));
        }
    }
}

fn short(config: &Config, desk: &Desk, now: Timestamp, found: &mut Problems) {
    let counting = desk.coverage.tiers.iter().filter(|tier| tier.counts);
    if !counting.flat_map(|tier| &tier.who).all(|who| is_known(config, desk, who)) {
        return;
    }
    let ahead = span(now, FORTNIGHT);
    let Ok(rows) = gaps(&desk.coverage, ahead.from, ahead.until, &config.facts(desk)) else { return };
    let rows: Vec<Gap> = rows.iter().flat_map(|gap| gap.outside(desk.wanted_within(gap))).collect();
    let Some(first) = rows.first() else { return };
    let zone = &desk.coverage.schedule.zone;
    let times = if rows.len() == 1 { "once".to_owned() } else { format!("{} times", rows.len()) };
    found.0.push(warning(
        config.origins.desks.get(&desk.key),
        format!(
            "desk `{}` is short of people {times} in the coming two weeks, first from {} until {} ({} of {} available)",
            desk.key,
            local(zone, first.from),
            local(zone, first.until),
            first.available,
            first.minimum
        ),
        &format!("`firstline gaps --desk {} --from … --until …` lists them", desk.key),
    ));
}

fn stand_ins(config: &Config, found: &mut Problems) {
    for off in stand_ins_off(&config.roster) {
        let zone = config.roster.zone(off.person.as_str());
        found.0.push(warning(
            config.origins.overrides.get(off.index),
            format!(
                "`{}` stands in here, and is off from {} until {}",
                off.person,
                local(&zone, off.span.from),
                local(&zone, off.span.until)
            ),
            "let somebody else stand in",
        ));
    }
}

fn bent(config: &Config, now: Timestamp, found: &mut Problems) {
    for (key, person) in &config.roster.people {
        let Some(shift) = bent_shifts(&person.schedule, span(now, FORTNIGHT)).into_iter().next() else {
            continue;
        };
        let minutes = shift.actual.num_minutes();
        let usual = shift.usual.num_minutes();
        found.0.push(warning(
            config.origins.people.get(key),
            format!(
                "the clocks change during the shift of `{key}` from {}: it lasts {} instead of {}",
                local(&person.schedule.zone, shift.span.from),
                clock_length(minutes),
                clock_length(usual)
            ),
            "give that day hours of its own under `dates` if this is not meant",
        ));
    }
}

fn clock_length(minutes: i64) -> String {
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (0, minutes) => format!("{minutes} min"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// An instant on the wall of a zone, named.
fn local(zone: &Zone, at: Timestamp) -> String {
    format!("{} {zone}", zone.local(at).format("%a %Y-%m-%d %H:%M"))
}
