//! What there is to do at this moment: shown with every list, and in App Home.

use crate::coverage::{self, Live};
use crate::domain::Glance;
use crate::domain::cover::board::Board;
use crate::domain::desk::Desk;
use crate::domain::effect::Effect;
use crate::domain::routine::note::{RoutineWord, Work};
use crate::domain::routine::plan::{desks_with, known, monday_after};
use crate::domain::routine::record::List;
use crate::domain::routine::rules::Moment;
use crate::id::{DeskKey, UserId};
use chrono::{NaiveDate, TimeDelta};

/// The days of a week.
const WEEK: usize = 7;

/// The work that a list shows to its person.
pub fn work_of(board: &Board<'_>, user: &UserId, list: &List) -> Work {
    let desks: Vec<&Desk> =
        desks_with(board.world).into_iter().filter(|desk| list.desks.contains(&desk.key)).collect();
    let mine = owned_by(board, user);
    let (week, quiet) = match list.moment {
        Moment::Review => (week_after(board, user, list), quiet(&desks)),
        Moment::Start | Moment::Middle | Moment::End | Moment::Over => (Vec::new(), Vec::new()),
    };
    Work {
        unclaimed: unclaimed(board, &desks),
        stale: stale(board, user, &desks),
        live: board.live(user),
        mine,
        quiet,
        week,
    }
}

/// Somebody's own open cases, oldest first.
pub fn owned_by(board: &Board<'_>, user: &UserId) -> Vec<Glance> {
    let open = board.state().open.iter();
    open.filter(|glance| glance.owner.as_ref() == Some(user)).cloned().collect()
}

fn unclaimed(board: &Board<'_>, desks: &[&Desk]) -> Vec<(DeskKey, u32)> {
    let open = &board.state().open;
    let count = |desk: &&Desk| {
        let none = open.iter().filter(|glance| glance.desk == desk.key && glance.owner.is_none());
        (desk.key.clone(), u32::try_from(none.count()).unwrap_or(u32::MAX))
    };
    desks.iter().map(count).filter(|(_, cases)| *cases > 0).collect()
}

/// Cases of these desks that have been on hold for as long as the desk says: their own first, then the longest.
fn stale(board: &Board<'_>, user: &UserId, desks: &[&Desk]) -> Vec<Glance> {
    let is_stale = |glance: &&Glance| {
        let routines =
            desks.iter().find(|desk| desk.key == glance.desk).and_then(|desk| desk.routines.as_ref());
        let held = routines.zip(glance.held_since);
        held.is_some_and(|(routines, since)| board.now - since >= routines.stale_after.delta())
    };
    let mut found: Vec<Glance> = board.state().open.iter().filter(is_stale).cloned().collect();
    found.sort_by_key(|glance| (glance.owner.as_ref() != Some(user), glance.held_since));
    found
}

fn quiet(desks: &[&Desk]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for routines in desks.iter().filter_map(|desk| desk.routines.as_ref()) {
        all.extend(routines.quiet.iter().filter(|text| !all.contains(text)).cloned().collect::<Vec<_>>());
    }
    all
}

/// The days after the week of the list's shift, as they stand.
fn week_after(board: &Board<'_>, user: &UserId, list: &List) -> Vec<(NaiveDate, coverage::Day)> {
    let key = board.key(user);
    let facts = known(board);
    let schedule = coverage::schedule_of(&key, &facts);
    let monday = monday_after(schedule.zone.date(list.shift.from));
    monday.iter_days().take(WEEK).map(|day| (day, schedule.day(day))).collect()
}

/// Brings the messages of somebody's lists up to date, where this decision changes what they show.
pub fn show_lists(board: &mut Board<'_>, user: &UserId, changed: &[u32]) {
    let record = board.record(user);
    for number in changed {
        let Some(list) = record.routine.list(*number).cloned() else { continue };
        let work = Box::new(work_of(board, user, &list));
        let word = RoutineWord::List { to: user.clone(), list: Box::new(list), work };
        board.effect(Effect::Routine(word));
    }
}

/// Somebody's days off, whole or in part, that the review shows beside their hours: the first, and the first that
/// is none any more.
pub fn time_off(live: &Live) -> impl Iterator<Item = (NaiveDate, NaiveDate)> + '_ {
    live.time_off.iter().map(|off| {
        let (from, until) = (off.from.naive(), off.until.naive());
        let last_instant = until.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(until);
        (from.date(), last_instant.date().succ_opt().unwrap_or(until.date()))
    })
}
