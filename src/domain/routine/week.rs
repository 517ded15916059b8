//! Hours of single days, entered by whose they are: the resolver reads them in the place of the configured ones.

use crate::coverage::{self, DayHours, Live, Span};
use crate::domain::cover::board::Board;
use crate::domain::cover::gate;
use crate::domain::cover::leave::{Leave, LeaveKind};
use crate::domain::cover::note::Shortfall;
use crate::domain::effect::{Form, Problem, ProblemKind, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::note::Note;
use crate::domain::routine::end;
use crate::domain::routine::note::{RoutineForm, RoutineNote};
use crate::domain::routine::plan::known;
use crate::domain::routine::work::show_lists;
use crate::id::{FieldKey, PersonKey, UserId};
use chrono::{NaiveDate, TimeDelta};
use std::collections::BTreeMap;

/// How far ahead hours can be entered.
const AHEAD: TimeDelta = TimeDelta::days(92);
/// The longest text that can be hours.
const LONGEST: usize = 200;

/// Opens the form for a day, with the hours that stand; for any day when none is named.
pub fn ask(board: &mut Board<'_>, by: &UserId, day: Option<NaiveDate>) {
    if !board.world.directory.is_listed(by) {
        return board.reply(Reply::Private(Note::Routine(RoutineNote::NotListed)));
    }
    let key = board.key(by);
    let standing = day.map(|day| coverage::schedule_of(&key, &known(board)).day(day));
    let hours = match standing {
        Some(coverage::Day::Hours(hours)) => Some(hours.to_string()),
        Some(coverage::Day::Holiday(_)) => Some(DayHours::CLOSED.to_string()),
        Some(coverage::Day::Always) | None => None,
    };
    let given = hours.map(|hours| ("hours".to_owned(), vec![hours]));
    let form = FormRef::Routine(RoutineForm::Change { day });
    board.reply(Reply::OpenForm(Box::new(Form {
        form,
        given: given.into_iter().collect(),
        problems: Vec::new(),
    })));
}

/// The form was sent: `hours`, and `day` where the form does not name it.
pub fn change(board: &mut Board<'_>, by: &UserId, day: Option<NaiveDate>, values: &FormValues) -> Changed {
    if !board.world.directory.is_listed(by) {
        board.reply(Reply::Private(Note::Routine(RoutineNote::NotListed)));
        return Changed::No;
    }
    let text = |key: &str| values.get(key).and_then(|all| all.first()).map(|text| text.trim().to_owned());
    let key = board.key(by);
    let zone = coverage::schedule_of(&key, &known(board)).zone.clone();
    let today = zone.date(board.now);
    let picked = day.or_else(|| text("day")?.parse().ok());
    let latest = today.checked_add_signed(AHEAD).unwrap_or(today);
    let Some(day) = picked.filter(|day| (today..=latest).contains(day)) else {
        board.reply(match day {
            Some(_) => Reply::Private(Note::Routine(RoutineNote::DayUnclear)),
            None => wrong("day", ProblemKind::NotADayAhead),
        });
        return Changed::No;
    };
    let written = text("hours").filter(|text| !text.is_empty());
    let hours =
        match written.map(|text| (text.chars().count() <= LONGEST).then(|| text.parse::<DayHours>().ok())) {
            None => None,
            Some(Some(Some(hours))) => Some(hours),
            Some(Some(None) | None) => {
                board.reply(wrong("hours", ProblemKind::NotHours));
                return Changed::No;
            }
        };
    enter(board, by, &key, day, hours)
}

/// Whether anything was entered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Changed {
    Yes,
    No,
}

fn wrong(field: &str, kind: ProblemKind) -> Reply {
    let problem = Problem { field: FieldKey::new(field), label: field.to_owned(), kind };
    Reply::FieldErrors(BTreeMap::from([(field.to_owned(), problem)]))
}

/// Without hours the day is again as configured. Where a desk would be short by it, hours are as any absence:
/// cover comes first.
fn enter(
    board: &mut Board<'_>,
    by: &UserId,
    key: &PersonKey,
    day: NaiveDate,
    hours: Option<DayHours>,
) -> Changed {
    let zone = coverage::schedule_of(key, &known(board)).zone.clone();
    // A night shift of that day ends on the next.
    let last = day.checked_add_signed(TimeDelta::days(2)).unwrap_or(day);
    let span = Span::new(zone.day_start(day).max(board.now), zone.day_start(last));
    let mut live = board.live(by);
    match hours {
        Some(hours) => live.dates.insert(day, hours),
        None => live.dates.remove(&day),
    };
    let short = left_short(board, key, &live, span);
    let leave =
        gate::hull(&short).and_then(|lacks| Leave::new(LeaveKind::Off, lacks.from, lacks.until, None));
    if let Some(leave) = leave {
        board.reply(Reply::Private(Note::Routine(RoutineNote::DayWaits { day, leave, short })));
        return Changed::No;
    }
    board.change(by, |kept| *kept = live);
    end::follow_hours(board, by);
    let standing = coverage::schedule_of(key, &known(board)).day(day);
    let reviews = board.record(by).routine.review().map(|list| list.number);
    show_lists(board, by, reviews.as_slice());
    let note = RoutineNote::DaySet { day, hours: standing };
    board.reply(Reply::Private(Note::Routine(note)));
    Changed::Yes
}

/// Where the change would leave desks with fewer than they want, and fewer than before.
fn left_short(board: &Board<'_>, key: &PersonKey, live: &Live, span: Span) -> Vec<Shortfall> {
    let (before, after) = (gate::ahead(board), gate::ahead_with(board, key, live));
    let desks = board.served(key).into_iter().filter_map(|desk| board.desk(&desk));
    let found = desks.filter_map(|desk| {
        let pieces = gate::shorter(board, desk, &before, &after, span);
        (!pieces.is_empty()).then(|| Shortfall { desk: desk.key.clone(), pieces })
    });
    found.collect()
}

/// "My hours are right."
pub fn stand(board: &mut Board<'_>, by: &UserId) {
    let now = board.now;
    let Some(number) = board.record(by).routine.review().map(|list| list.number) else {
        return board.reply(Reply::Private(Note::Routine(RoutineNote::ListGone)));
    };
    for list in board.person(by).routine.lists.iter_mut().filter(|list| list.number == number) {
        list.confirmed_at.get_or_insert(now);
    }
    show_lists(board, by, &[number]);
    board.reply(Reply::Private(Note::Routine(RoutineNote::HoursStand)));
}
