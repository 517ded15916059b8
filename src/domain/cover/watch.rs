//! The watch: a desk that falls under its minimum is seen to, and told when it is over.

use crate::clock::Timestamp;
use crate::coverage::{Source, Span};
use crate::domain::History;
use crate::domain::cover::board::{AHEAD, Board};
use crate::domain::cover::gate;
use crate::domain::cover::ledger::CoverHappened;
use crate::domain::cover::note::{CoverNote, LeftBy, Over, Short};
use crate::domain::cover::record::{Alarm, AskedAs, Seek, Stage};
use crate::domain::cover::requests::Answered;
use crate::domain::cover::seek::{self, Need, Settled};
use crate::domain::desk::Desk;
use crate::id::{DeskKey, UserId};
use chrono::TimeDelta;

/// The longest that somebody is asked to cover when nobody knows when the gap ends.
const COVER_AT_MOST: TimeDelta = TimeDelta::hours(8);
/// A change this recent is why the desk is short.
const JUST_NOW: TimeDelta = TimeDelta::minutes(2);

/// The gap in which the desk is now, by everything that is known of this moment.
pub fn gap_now(board: &Board<'_>, desk: &Desk) -> Option<Short> {
    let until = board.now.checked_add_signed(AHEAD).unwrap_or(board.now);
    let short = gate::shorts(board, desk, board.lives(), Span::new(board.now, until));
    short.into_iter().next().filter(|short| short.span.contains(board.now))
}

/// Looks at one desk: an alarm begins, goes on, or ends.
pub fn look<'a>(board: &mut Board<'a>, desk: &'a Desk) {
    let alarm = board.kept(&desk.key).and_then(|kept| kept.alarm.clone());
    match (alarm, gap_now(board, desk)) {
        (None, Some(short)) => match board.world.history {
            History::Read => begin(board, desk, short),
            History::BeingRead => {}
        },
        (Some(alarm), Some(short)) => go_on(board, desk, alarm, short),
        (Some(alarm), None) => end(board, desk, &alarm, &Over::Enough),
        (None, None) => {}
    }
}

fn begin<'a>(board: &mut Board<'a>, desk: &'a Desk, short: Short) {
    let (left, how) = who_left(board, desk);
    let until = ends_at(board, short);
    for user in &left {
        board.tell(&desk.key, user, CoverNote::WereLast { desk: desk.key.clone(), until, how });
    }
    let number = board.cover(&desk.key).number();
    let seek = Seek::default();
    let (told_at, told_in, taken_by) = (None, Vec::new(), None);
    let alarm = Alarm { number, since: board.now, until, left, seek, told_at, told_in, taken_by };
    go_on(board, desk, alarm, short);
}

/// When the gap ends by itself; none when that is beyond what the watch sees.
fn ends_at(board: &Board<'_>, short: Short) -> Option<Timestamp> {
    let seen = board.now.checked_add_signed(AHEAD)?;
    (short.span.until < seen).then_some(short.span.until)
}

fn go_on<'a>(board: &mut Board<'a>, desk: &'a Desk, mut alarm: Alarm, short: Short) {
    alarm.until = ends_at(board, short);
    if alarm.taken_by.is_none() {
        let need = need(board, desk, &alarm);
        seek::step(board, &mut alarm.seek, &need);
        let patience = board.cover_within(&desk.key).delta();
        let is_time = alarm.since.checked_add_signed(patience).is_some_and(|at| at <= board.now);
        if alarm.told_at.is_none() && is_time {
            alarm.told_at = Some(board.now);
            alarm.told_in = gate::channels_short(board, desk, board.lives(), short.span);
            let (since, left) = (alarm.since, alarm.left.clone());
            let note = CoverNote::DeskShort { desk: desk.key.clone(), short, since, left };
            board.announce(desk, &alarm.told_in, &note);
        }
    }
    board.cover(&desk.key).alarm = Some(alarm);
}

fn need(board: &Board<'_>, desk: &Desk, alarm: &Alarm) -> Need {
    let at_most = board.now.checked_add_signed(COVER_AT_MOST).unwrap_or(board.now);
    let until = alarm.until.map_or(at_most, |until| until.min(at_most));
    Need {
        number: alarm.number,
        kept_by: desk.key.clone(),
        desks: vec![desk.key.clone()],
        person: alarm.left.first().cloned(),
        leave: None,
        span: Span::new(board.now, until),
    }
}

/// It is over: everybody who heard of it hears that, and how.
fn end<'a>(board: &mut Board<'a>, desk: &'a Desk, alarm: &Alarm, how: &Over) {
    board.cover(&desk.key).alarm = None;
    board.record_on(&desk.key, None, CoverHappened::WasShort { since: alarm.since });
    tell_over(board, desk, alarm, how);
}

fn tell_over<'a>(board: &mut Board<'a>, desk: &'a Desk, alarm: &Alarm, how: &Over) {
    let key = desk.key.clone();
    let over = CoverNote::DeskOver { desk: key.clone(), since: alarm.since, how: how.clone() };
    for user in &alarm.left {
        board.tell(&key, user, over.clone());
    }
    let settled = match how {
        Over::Enough => Settled::ByItself,
        Over::CoveredBy(by) => Settled::Covered(by),
        Over::FineBy(by) => Settled::Decided(by),
    };
    seek::settle(board, &alarm.seek, &[key], alarm.left.first(), settled);
    if alarm.told_at.is_some() {
        board.announce(desk, &alarm.told_in, &over);
    }
}

/// Those whose leaving made the desk short: who changed their state a moment ago, else whose hours, break,
/// calendar or turn ended or began just now.
fn who_left(board: &Board<'_>, desk: &Desk) -> (Vec<UserId>, LeftBy) {
    let second = TimeDelta::seconds(1);
    let before = board.now.checked_sub_signed(second).unwrap_or(board.now);
    let around = Span::new(before, board.now.checked_add_signed(second).unwrap_or(board.now));
    let were_on = board.available(desk, before, board.lives());
    let are_on = board.available(desk, board.now, board.lives());
    let mut by_state: Vec<(Timestamp, UserId)> = Vec::new();
    let mut by_time = Vec::new();
    for person in board.people_of(desk, board.lives(), around) {
        let Some(user) = board.world.directory.user(&person) else { continue };
        let mut answers = board.answers(desk, &person, board.now, board.lives());
        let changed = board.record(&user).changed_at;
        let recent = changed.filter(|at| board.now - *at <= JUST_NOW);
        match recent {
            Some(at) if answers.any(|now| !now.available && is_of_the_moment(now.source())) => {
                by_state.push((at, user));
            }
            Some(_) | None => {
                if were_on.contains(&person) && !are_on.contains(&person) {
                    by_time.push(user);
                }
            }
        }
    }
    let last = by_state.iter().map(|(at, _)| *at).max();
    let last: Vec<UserId> =
        by_state.into_iter().filter(|(at, _)| Some(*at) == last).map(|(_, user)| user).collect();
    if last.is_empty() { (by_time, LeftBy::Time) } else { (last, LeftBy::State) }
}

/// States that people and Slack set, as against hours.
fn is_of_the_moment(source: Source) -> bool {
    match source {
        Source::OwnWord
        | Source::Dnd
        | Source::Status
        | Source::Break
        | Source::TimeOff
        | Source::Presence => true,
        Source::Closed
        | Source::Calendar
        | Source::Override
        | Source::Dates
        | Source::Holiday
        | Source::Hours
        | Source::None => false,
    }
}

/// An answer to the alarm's question.
pub fn answered(board: &mut Board<'_>, by: &UserId, desk: &DeskKey, mut alarm: Alarm, how: Answered) {
    let (Some(role), Some(desk)) = (seek::asked_as(&alarm.seek, by), board.desk(desk)) else {
        return board.answer(CoverNote::IsSettled);
    };
    match (how, role) {
        (Answered::Declines, AskedAs::Coverer | AskedAs::Supervisor) => {
            seek::declined(&mut alarm.seek, by);
            board.answer(CoverNote::DeclineNoted);
            board.cover(&desk.key).alarm = Some(alarm);
            look(board, desk);
        }
        (Answered::Uncovered, AskedAs::Coverer) => board.answer(CoverNote::IsSettled),
        (Answered::Uncovered, AskedAs::Supervisor) => {
            let person = alarm.left.first().cloned();
            let span = need(board, desk, &alarm).span;
            wanted(board, by, desk, span);
            board.answer(CoverNote::UncoveredNoted { person, desks: vec![desk.key.clone()] });
        }
        (Answered::Accepts, AskedAs::Coverer | AskedAs::Supervisor) => accepted(board, by, desk, alarm, role),
    }
}

fn accepted<'a>(board: &mut Board<'a>, by: &UserId, desk: &'a Desk, mut alarm: Alarm, role: AskedAs) {
    let need = need(board, desk, &alarm);
    let (person, span) = (need.person.clone(), need.span);
    seek::stand_in(board, by, &need);
    board.cover(&desk.key).grants += 1;
    board.answer(CoverNote::YouCover { person, desks: vec![desk.key.clone()], span });
    let over = Over::CoveredBy(by.clone());
    match (gap_now(board, desk), role) {
        (None, AskedAs::Coverer | AskedAs::Supervisor) => end(board, desk, &alarm, &over),
        // Who supervises never counts towards the minimum, and sees to it all the same.
        (Some(_), AskedAs::Supervisor) => {
            tell_over(board, desk, &alarm, &over);
            let seek = Seek { asked: Vec::new(), stage: Stage::Exhausted };
            let alarm = Alarm { left: Vec::new(), seek, told_at: None, taken_by: Some(by.clone()), ..alarm };
            board.cover(&desk.key).alarm = Some(alarm);
        }
        (Some(short), AskedAs::Coverer) => {
            seek::declined(&mut alarm.seek, by);
            go_on(board, desk, alarm, short);
        }
    }
}

/// Marks a gap as wanted, because `by` says so; an alarm about it ends.
pub fn wanted<'a>(board: &mut Board<'a>, by: &UserId, desk: &'a Desk, span: Span) {
    board.cover(&desk.key).wanted.push(span);
    let alarm = board.kept(&desk.key).and_then(|kept| kept.alarm.clone());
    if let (Some(alarm), None) = (alarm, gap_now(board, desk)) {
        end(board, desk, &alarm, &Over::FineBy(by.clone()));
    }
}
