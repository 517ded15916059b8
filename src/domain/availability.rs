//! What people and Slack say of their own availability: away, back, status, do-not-disturb.

use crate::clock::Timestamp;
use crate::coverage::{self, Dnd, Live, Presence, Status, Word};
use crate::domain::command::{CoverageCommand, When};
use crate::domain::effect::Note;
use crate::domain::person::PersonState;
use crate::domain::{Decision, State, Wake, World};
use crate::id::{DeskKey, UserId};

/// `/coverage …` and its forms by mention.
pub fn command(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    command: &CoverageCommand,
) -> Decision {
    match command {
        CoverageCommand::Who => Decision::private(Note::WhoIsOn { desks: asked_about(world) }),
        CoverageCommand::Away { until, reason } => {
            away(state, world, now, by, until.as_ref(), reason.clone())
        }
        CoverageCommand::Back => back(state, world, now, by),
        CoverageCommand::Break { .. }
        | CoverageCommand::Off { .. }
        | CoverageCommand::Cover { .. }
        | CoverageCommand::Gaps
        | CoverageCommand::Schedule => Decision::private(Note::CoverageHelp),
    }
}

/// The channel's desk; in a channel without one, all of them.
fn asked_about(world: &World<'_>) -> Vec<DeskKey> {
    match world.desk {
        Some(desk) => vec![desk.key.clone()],
        None => world.desks.keys().cloned().collect(),
    }
}

fn away(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    until: Option<&When>,
    reason: Option<String>,
) -> Decision {
    let zone = zone_of(world, by);
    let until = match until {
        None => None,
        Some(when) => match when.resolve(now, |wall| zone.first(wall), zone.local(now)) {
            Some(at) if at > now => Some(at),
            Some(_) | None => return Decision::private(Note::WhenUnclear),
        },
    };
    let note = Note::AwaySet { until, reason: reason.clone() };
    let word = Word::Away { from: now, until, note: reason };
    changed(state, now, by, |live| live.word = Some(word), note)
}

fn back(state: &State, world: &World<'_>, now: Timestamp, by: &UserId) -> Decision {
    let mut live = live(state);
    live.back(now);
    let still = still_away(world, now, by, &live);
    changed(state, now, by, |live| live.back(now), Note::BackSet { still })
}

/// What still says that somebody who is back cannot answer, on the first desk where that is so.
fn still_away(world: &World<'_>, now: Timestamp, by: &UserId, live: &Live) -> Option<coverage::Answer> {
    let key = world.directory.key(by);
    let mut lives = world.facts.live.clone();
    lives.insert(key.clone(), live.clone());
    let facts = coverage::Facts { live: &lives, ..world.facts };
    let desks = world.desk.into_iter().chain(world.desks.values());
    desks
        .filter(|desk| desk.coverage.schedule.is_open(now))
        .filter(|desk| coverage::who(&desk.coverage, now, &facts).iter().any(|row| row.person == key))
        .map(|desk| coverage::resolve(&key, &desk.coverage, now, &facts))
        .find(|answer| !answer.available)
}

/// Slack says that a status was set, changed or cleared.
pub fn status_set(state: &State, now: Timestamp, user: &UserId, status: &Status) -> Decision {
    let none = status.emoji.is_empty() && status.text.is_empty();
    let status = (!none).then(|| status.clone());
    seen(state, now, user, |live| live.status = status)
}

/// Slack says when do-not-disturb is next.
pub fn dnd_set(state: &State, now: Timestamp, user: &UserId, dnd: Option<Dnd>) -> Decision {
    seen(state, now, user, |live| live.dnd = dnd)
}

/// Slack shows or hides somebody's green dot.
pub fn presence_set(state: &State, now: Timestamp, user: &UserId, presence: Presence) -> Decision {
    seen(state, now, user, |live| live.presence = Some(presence))
}

fn live(state: &State) -> Live {
    state.person.as_ref().map(|person| person.live.clone()).unwrap_or_default()
}

/// Slack's own states change in silence; everything that depends on them is looked at again.
fn seen(state: &State, now: Timestamp, user: &UserId, change: impl FnOnce(&mut Live)) -> Decision {
    let before = live(state);
    let mut after = before.clone();
    change(&mut after);
    after.tidy(now);
    if after == before {
        return Decision::nothing();
    }
    let person = PersonState { user: user.clone(), live: after };
    Decision { person: Some(person), wake: vec![Wake::CasesOf(user.clone())], ..Decision::nothing() }
}

fn changed(
    state: &State,
    now: Timestamp,
    user: &UserId,
    change: impl FnOnce(&mut Live),
    note: Note,
) -> Decision {
    Decision { reply: crate::domain::effect::Reply::Private(note), ..seen(state, now, user, change) }
}

/// The zone in which somebody's words about time are meant: theirs, else the desk's.
pub fn zone_of(world: &World<'_>, user: &UserId) -> crate::zone::Zone {
    let key = world.directory.key(user);
    match (world.facts.roster.people.contains_key(&key), world.desk) {
        (false, Some(desk)) => desk.coverage.schedule.zone.clone(),
        (true, Some(_)) | (true | false, None) => world.facts.roster.zone(key.as_str()),
    }
}
