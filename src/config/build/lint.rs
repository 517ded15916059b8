//! What can be used and is probably not meant: the warnings that need no clock.

use super::super::ledger::{Ledger, Whole};
use super::super::yaml::node::Place;
use super::desk::BuiltDesk;
use crate::coverage::{Hours, Roster, Who};
use crate::domain::desk::ChannelPattern;
use crate::domain::policy::{PingRule, Tier};
use crate::id::PersonKey;
use std::collections::{BTreeMap, BTreeSet};

/// A ping that mentions more than this many is noise.
const MANY: usize = 8;

/// Where things stand that no shape keeps.
pub struct Placed<'a> {
    pub people: &'a BTreeMap<PersonKey, Place>,
}

/// Members of user groups, by handle and by id.
pub type Members = BTreeMap<String, Vec<PersonKey>>;

/// Looks every desk and every person over.
pub fn lint(
    ledger: &mut Ledger,
    desks: &[BuiltDesk],
    roster: &Roster,
    members: &Members,
    placed: &Placed<'_>,
) {
    let mut named: BTreeSet<PersonKey> = BTreeSet::new();
    for built in desks {
        supervisor(ledger, built);
        home_channel(ledger, built);
        reactions(ledger, built);
        let all = everybody(built, roster, members);
        minimum(ledger, built, &all);
        shifts(ledger, built, roster, &all);
        tiers(ledger, built, roster, members);
        named.extend(all.people);
        if let Some(key) = &built.desk.coverage.supervisor {
            named.insert(key.clone());
        }
    }
    named.extend(members.values().flatten().cloned());
    named.extend(roster.rotations.values().flat_map(|rotation| rotation.people.iter().cloned()));
    if ledger.whole == Whole::No || desks.is_empty() {
        return;
    }
    // Whoever is reachable may be asked to cover, in no tier or in any.
    let may_cover = |key: &PersonKey| roster.people.get(key).is_some_and(|person| person.reachable.is_some());
    for (key, place) in placed.people.iter().filter(|(key, _)| !named.contains(*key) && !may_cover(key)) {
        ledger.warn(
            *place,
            format!("`{key}` is in no tier of any desk, and will never be pinged\nhint: name them in a tier, or take them out"),
        );
    }
}

fn supervisor(ledger: &mut Ledger, built: &BuiltDesk) {
    if built.desk.policy.supervisor.is_none() {
        ledger.warn(
            built.place,
            format!("desk `{}` has no supervisor: when no tier can answer, nobody is pinged\nhint: add `supervisor: …`", built.desk.key),
        );
    }
}

fn home_channel(ledger: &mut Ledger, built: &BuiltDesk) {
    let only_patterns = built.desk.channels.iter().all(|pattern| match pattern {
        ChannelPattern::Glob(_) => true,
        ChannelPattern::Id(_) | ChannelPattern::Name(_) => false,
    });
    let outside = built.tickets.is_some();
    if only_patterns && outside && built.desk.home_channel.is_none() {
        ledger.warn(
            built.place,
            format!("desk `{}` has only patterns for channels, and cases may come from elsewhere\nhint: add `home_channel: …`", built.desk.key),
        );
    }
}

fn reactions(ledger: &mut Ledger, built: &BuiltDesk) {
    let policy = &built.desk.policy;
    let uses = [
        ("claims", &policy.claiming.reactions),
        ("asks for help", &policy.claiming.help),
        ("resolves", &policy.closing.reactions),
    ];
    for (index, (does, names)) in uses.iter().enumerate() {
        for (also, others) in &uses[index + 1..] {
            for emoji in names.iter().filter(|emoji| others.contains(emoji)) {
                ledger.warn(
                    built.place,
                    format!("on desk `{}` the emoji `{emoji}` {does} and {also}\nhint: take it out of one of the two", built.desk.key),
                );
            }
        }
    }
}

/// Who is known to answer, and whether others may, whom only Slack, a booking or a channel knows.
struct Everybody {
    people: BTreeSet<PersonKey>,
    others: Others,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Others {
    None,
    Possible,
}

fn everybody(built: &BuiltDesk, roster: &Roster, members: &Members) -> Everybody {
    let mut all = Everybody { people: BTreeSet::new(), others: Others::None };
    for who in built.desk.coverage.tiers.iter().flat_map(|tier| &tier.who) {
        gather(who, built, roster, members, &mut all);
    }
    all
}

fn gather(who: &Who, built: &BuiltDesk, roster: &Roster, members: &Members, all: &mut Everybody) {
    match who {
        Who::Person(key) => {
            all.people.insert(key.clone());
        }
        Who::Rotation(key) => match roster.rotations.get(key) {
            Some(rotation) => all.people.extend(rotation.people.iter().cloned()),
            None => all.others = Others::Possible,
        },
        Who::Group(name) => match members.get(name) {
            Some(people) => all.people.extend(people.iter().cloned()),
            None => all.others = Others::Possible,
        },
        // A channel may fill a role with anybody.
        Who::Role(key) => {
            all.others = Others::Possible;
            for who in built.desk.roles.get(key).into_iter().flatten() {
                gather(who, built, roster, members, all);
            }
        }
        Who::BookingField(_) => all.others = Others::Possible,
        Who::Responders => {}
    }
}

fn minimum(ledger: &mut Ledger, built: &BuiltDesk, all: &Everybody) {
    let minimum = built.desk.coverage.min_available;
    let count = all.people.len();
    if all.others == Others::None && usize::try_from(minimum).is_ok_and(|minimum| minimum > count) {
        ledger.warn(
            built.min_available.unwrap_or(built.place),
            format!(
                "desk `{}` wants {minimum} available and has {count}: it will always be short\nhint: lower `min_available`, or add people to a tier",
                built.desk.key
            ),
        );
    }
}

/// Lists come with shifts, and shifts with hours.
fn shifts(ledger: &mut Ledger, built: &BuiltDesk, roster: &Roster, all: &Everybody) {
    let has_hours = |key: &PersonKey| {
        let person = roster.people.get(key);
        person.is_some_and(|person| {
            person.schedule.hours != Hours::default() || !person.schedule.dates.is_empty()
        })
    };
    if built.desk.routines.is_some() && all.others == Others::None && !all.people.iter().any(has_hours) {
        ledger.warn(
            built.place,
            format!(
                "desk `{}` has lists for shifts, and nobody who answers on it has hours: no list will ever come\nhint: give its people `hours`",
                built.desk.key
            ),
        );
    }
}

fn tiers(ledger: &mut Ledger, built: &BuiltDesk, roster: &Roster, members: &Members) {
    let mut before: BTreeSet<PersonKey> = BTreeSet::new();
    for (tier, place) in built.desk.policy.tiers.iter().zip(&built.tiers) {
        let mut all = Everybody { people: BTreeSet::new(), others: Others::None };
        for who in &tier.who {
            gather(who, built, roster, members, &mut all);
        }
        let count = mentions(tier, built, roster, members);
        if tier.ping == PingRule::All && count > MANY {
            ledger.warn(
                *place,
                format!("tier `{}` pings {count} at once\nhint: write `ping: next`, or a number", tier.name),
            );
        }
        let is_complete = all.others == Others::None && !tier.who.contains(&Who::Responders);
        if is_complete && !before.is_empty() && !all.people.is_empty() && all.people.is_subset(&before) {
            ledger.warn(
                *place,
                format!("tier `{}` pings nobody who was not pinged before\nhint: use `repeat` on the tier before it, or name others", tier.name),
            );
        }
        before.extend(surely_pinged(tier, members));
    }
}

/// Whom a ping of the tier mentions whenever they are available: not the one of a rotation whose turn it is.
fn surely_pinged(tier: &Tier, members: &Members) -> BTreeSet<PersonKey> {
    let mut people = BTreeSet::new();
    if tier.ping != PingRule::All {
        return people;
    }
    for who in &tier.who {
        match who {
            Who::Person(key) => {
                people.insert(key.clone());
            }
            Who::Group(name) => people.extend(members.get(name).into_iter().flatten().cloned()),
            Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => {}
        }
    }
    people
}

/// How many one ping of the tier would mention: of a rotation one.
fn mentions(tier: &Tier, built: &BuiltDesk, roster: &Roster, members: &Members) -> usize {
    let mut people: BTreeSet<PersonKey> = BTreeSet::new();
    let mut turns = 0;
    for who in &tier.who {
        match who {
            Who::Person(key) => {
                people.insert(key.clone());
            }
            Who::Group(name) => people.extend(members.get(name).into_iter().flatten().cloned()),
            Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) => turns += 1,
            Who::Responders => people.extend(everybody(built, roster, members).people),
        }
    }
    people.len() + turns
}
