//! When the moments of somebody's shifts are, and which desks have a list for them: a function of their hours.

use crate::clock::Timestamp;
use crate::coverage::{self, Facts, Shift, Span, working_shifts};
use crate::domain::World;
use crate::domain::cover::board::Board;
use crate::domain::desk::Desk;
use crate::domain::routine::record::Routine;
use crate::domain::routine::rules::{Moment, Review};
use crate::id::PersonKey;
use chrono::{Days, NaiveDate, TimeDelta, Weekday};

/// How far back a shift is looked for that still goes on.
const BEHIND: TimeDelta = TimeDelta::days(3);
/// How far ahead shifts are looked for.
const AHEAD: TimeDelta = TimeDelta::days(10);
/// How far ahead the next shift is looked for by the end of one.
const FAR_AHEAD: TimeDelta = TimeDelta::days(60);
/// The end of a shift that nobody follows can be said for so long.
const OVER_FOR: TimeDelta = TimeDelta::hours(12);

/// A moment of a shift.
#[derive(Clone, Debug)]
pub struct Occurrence<'a> {
    pub moment: Moment,
    pub shift: Span,
    pub at: Timestamp,
    /// From here on it would be senseless.
    pub late_until: Timestamp,
    /// Shifts that begin before this need no further one.
    pub had_until: Timestamp,
    /// The desks that have a list for it; never empty.
    pub desks: Vec<&'a Desk>,
}

fn around(now: Timestamp, ahead: TimeDelta) -> Span {
    let from = now.checked_sub_signed(BEHIND).unwrap_or(now);
    Span::new(from, now.checked_add_signed(ahead).unwrap_or(now))
}

/// The desks that have routines at all.
pub fn desks_with<'a>(world: &World<'a>) -> Vec<&'a Desk> {
    world.desks.values().filter(|desk| desk.routines.is_some()).collect()
}

/// The moments around `now` that somebody has not had yet, in order.
pub fn occurrences<'a>(board: &Board<'a>, key: &PersonKey, had: &Routine) -> Vec<Occurrence<'a>> {
    let (now, desks) = (board.now, desks_with(board.world));
    let Some(since) = had.since.filter(|_| !desks.is_empty()) else { return Vec::new() };
    let known = known(board);
    let review = |span: Span, desks: &[&'a Desk]| review(key, span, desks, &known, since);
    let shifts = working_shifts(key, around(now, AHEAD), &known);
    let mut found = Vec::new();
    for (at, shift) in shifts.iter().enumerate() {
        let theirs: Vec<&Desk> =
            desks.iter().filter(|desk| works_on(board, key, desk, shift)).copied().collect();
        let next = shifts.get(at + 1).map(|next| next.span.from);
        found.extend(of_shift(shift, next, &theirs));
        found.extend(review(shift.span, &theirs));
    }
    found.retain(|one| {
        let has_list = !one.desks.is_empty();
        let had = had.had.get(&one.moment).is_some_and(|until| one.shift.from < *until);
        has_list && !had && one.at >= since && one.late_until > now
    });
    found.sort_by_key(|one| (one.at, one.moment));
    found
}

/// Whether somebody answers on the desk during their shift, at a time when it is open.
fn works_on(board: &Board<'_>, key: &PersonKey, desk: &Desk, shift: &Shift) -> bool {
    let opens = |piece: &Span| !desk.coverage.schedule.open_spans(*piece).is_empty();
    shift.pieces.iter().any(opens) && board.people_of(desk, board.lives(), shift.span).contains(key)
}

fn of_shift<'a>(shift: &Shift, next: Option<Timestamp>, desks: &[&'a Desk]) -> Vec<Occurrence<'a>> {
    let span = shift.span;
    let middle = shift.middle();
    let before = |desk: &&Desk| desk.routines.as_ref().map(|routines| routines.end_before.delta());
    // Of two desks the longer time, so that there is one end; never before the middle.
    let end = desks.iter().filter_map(before).max().map_or(span.until, |before| span.until - before);
    let end = end.max(middle).min(span.until);
    let over = span.until + OVER_FOR;
    let moments = [
        (Moment::Start, span.from, middle),
        (Moment::Middle, middle, end),
        (Moment::End, end, span.until),
        (Moment::Over, span.until, next.map_or(over, |next| next.min(over))),
    ];
    let found = moments.into_iter().map(|(moment, at, late_until)| {
        let desks = having(desks, moment);
        Occurrence { moment, shift: span, at, late_until, had_until: span.until, desks }
    });
    found.collect()
}

fn having<'a>(desks: &[&'a Desk], moment: Moment) -> Vec<&'a Desk> {
    let has = |desk: &&&Desk| desk.routines.as_ref().is_some_and(|one| one.list(moment).is_some());
    desks.iter().filter(has).copied().collect()
}

/// The review comes with the first shift of the week that begins on its day or later, in the person's own zone.
/// Who is watched only since a later day of that week has none in it.
fn review<'a>(
    key: &PersonKey,
    shift: Span,
    desks: &[&'a Desk],
    known: &Facts<'_>,
    since: Timestamp,
) -> Option<Occurrence<'a>> {
    let zone = coverage::schedule_of(key, known).zone.clone();
    let day = zone.date(shift.from);
    let reviews = |desk: &&&Desk| match desk.routines.as_ref().map(|routines| routines.review) {
        Some(Review::From(first)) => {
            let from = day.week(Weekday::Mon).first_day();
            let from = from.checked_add_days(Days::new(first.num_days_from_monday().into())).unwrap_or(from);
            from <= day && from.succ_opt().is_some_and(|next| since < zone.day_start(next))
        }
        Some(Review::Never) | None => false,
    };
    let desks: Vec<&Desk> = desks.iter().filter(reviews).copied().collect();
    let had_until = zone.day_start(monday_after(day));
    Some(Occurrence {
        moment: Moment::Review,
        shift,
        at: shift.from,
        late_until: shift.until,
        had_until,
        desks,
    })
}

/// The first day of the week to come.
pub fn monday_after(day: NaiveDate) -> NaiveDate {
    day.week(Weekday::Mon).last_day().succ_opt().unwrap_or(day)
}

/// The facts by which somebody's own hours are read, with what this decision changes.
pub fn known<'b>(board: &'b Board<'_>) -> Facts<'b> {
    Facts { live: board.lives(), ..board.world.facts }
}

/// When the first shift begins after an instant; none within the weeks that are looked at.
pub fn next_shift(key: &PersonKey, after: Timestamp, known: &Facts<'_>) -> Option<Timestamp> {
    let shifts = working_shifts(key, around(after, FAR_AHEAD), known);
    shifts.into_iter().map(|shift| shift.span.from).find(|from| *from > after)
}

/// The shift that somebody is in.
pub fn present_shift(key: &PersonKey, now: Timestamp, known: &Facts<'_>) -> Option<Span> {
    let shifts = working_shifts(key, around(now, AHEAD), known);
    shifts.into_iter().map(|shift| shift.span).find(|span| span.contains(now))
}
