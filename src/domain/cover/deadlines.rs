//! When a desk or a person next wants to be looked at: derived from what they are, never an alarm that was set.

use crate::clock::Timestamp;
use crate::coverage::{Span, Word};
use crate::domain::cover::board::{AHEAD, Board};
use crate::domain::cover::record::{Seek, Stage};
use crate::domain::cover::{digest, gate, notices, seek, watch};
use crate::domain::desk::{Desk, DeskState};
use crate::domain::person::PersonState;
use crate::domain::{History, State, World};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A desk is looked at this often at least: days come into sight.
const LOOK_EVERY: TimeDelta = TimeDelta::days(1);
/// While the past is being read, a desk that is short is looked at again so soon.
const WHILE_READING: TimeDelta = TimeDelta::seconds(10);
/// How long before the end of an absence its person is reminded.
pub const REMIND_BEFORE: TimeDelta = TimeDelta::minutes(5);

/// When the desk next wants to be looked at. `desk` is its record as it will stand.
pub fn next_desk_deadline(record: &DeskState, now: Timestamp, world: &World<'_>) -> Option<Timestamp> {
    let desk = world.desks.get(&record.desk)?;
    let desks = BTreeMap::from([(record.desk.clone(), record.clone())]);
    let state = State { desks: Arc::new(desks), ..State::default() };
    let board = Board::of(&state, world, now);
    let asks = record.cover.requests.iter().flat_map(|request| {
        let lapses = request.leave.lapses_at(request.asked_at);
        [seek_deadline(&board, desk, &request.seek), Some(lapses)]
    });
    let alarm = record.cover.alarm.iter().flat_map(|alarm| {
        let tells_at = alarm.since + board.cover_within(&desk.key).delta();
        let is_open = alarm.taken_by.is_none();
        let tells = (is_open && alarm.told_at.is_none()).then_some(tells_at);
        [seek_deadline(&board, desk, &alarm.seek).filter(|_| is_open), tells]
    });
    let others =
        [next_change(&board, desk, record), notice(&board, desk), now.checked_add_signed(LOOK_EVERY)];
    let others = others.into_iter().chain([digest::next_at(desk, record, now)]);
    asks.chain(alarm).chain(others).flatten().min()
}

fn seek_deadline(board: &Board<'_>, desk: &Desk, seek: &Seek) -> Option<Timestamp> {
    match seek.stage {
        Stage::Asking => Some(seek::answer_by(board, seek, &desk.key).unwrap_or(board.now)),
        Stage::Exhausted => None,
    }
}

/// When the desk next falls under its minimum or is no longer under it.
fn next_change(board: &Board<'_>, desk: &Desk, record: &DeskState) -> Option<Timestamp> {
    match (watch::gap_now(board, desk), &record.cover.alarm) {
        (Some(short), Some(_)) => Some(short.span.until),
        (Some(_), None) => Some(soon(board)),
        (None, Some(_)) => Some(board.now),
        (None, None) => {
            let until = board.now.checked_add_signed(AHEAD)?;
            let ahead = gate::shorts(board, desk, board.lives(), Span::new(board.now, until));
            ahead.first().map(|short| short.span.from)
        }
    }
}

fn notice(board: &Board<'_>, desk: &Desk) -> Option<Timestamp> {
    let at = notices::next_notice(board, desk)?;
    Some(if at <= board.now { soon(board) } else { at })
}

/// At once; not before the past is read.
fn soon(board: &Board<'_>) -> Timestamp {
    match board.world.history {
        History::Read => board.now,
        History::BeingRead => board.now.checked_add_signed(WHILE_READING).unwrap_or(board.now),
    }
}

/// The absence that somebody is in at `now`, when it ends by itself.
pub fn absence(person: &PersonState, now: Timestamp) -> Option<Span> {
    let away = person.live.words.iter().filter_map(|word| match word {
        Word::Away { from, until, .. } => Some(Span::new(*from, (*until)?)),
        Word::Covering { .. } => None,
    });
    let breaks = person.live.breaks.iter().map(|one| Span::new(one.from, one.until));
    away.chain(breaks).filter(|span| span.contains(now)).max_by_key(|span| span.until)
}

/// When the word that reminds of an absence's end is due; none for one too short for it.
pub fn reminder_at(absence: Span) -> Option<Timestamp> {
    (absence.length() > REMIND_BEFORE).then(|| absence.until - REMIND_BEFORE)
}

/// When the person's record next wants to be looked at: a reminder, an end, a beginning.
pub fn next_person_deadline(person: &PersonState, now: Timestamp) -> Option<Timestamp> {
    let current = absence(person, now);
    let reminder = current
        .filter(|span| person.reminded != Some(span.until))
        .and_then(reminder_at)
        .map(|at| at.max(now));
    let words = person.live.words.iter().map(Word::span);
    let breaks = person.live.breaks.iter().map(|one| Span::new(one.from, one.until));
    let edges = words.chain(breaks).flat_map(|span| [span.from, span.until]);
    let edge = edges.filter(|at| *at > now && *at < Timestamp::MAX_UTC).min();
    reminder.into_iter().chain(edge).min()
}
