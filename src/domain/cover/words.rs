//! `/coverage …` and the same by mention: what each word means for the one who says it.

use crate::clock::{Length, Timestamp};
use crate::coverage::{self, Answer, Live, Span, Word};
use crate::domain::Decision;
use crate::domain::command::{Addressee, CoverageCommand, When, resolve_span};
use crate::domain::cover::board::{AHEAD, Board};
use crate::domain::cover::leave::{Leave, LeaveKind};
use crate::domain::cover::ledger::CoverHappened;
use crate::domain::cover::note::CoverNote;
use crate::domain::cover::{home, requests};
use crate::domain::effect::Reply;
use crate::domain::note::Note;
use crate::domain::{State, World, wishes};
use crate::id::{DeskKey, UserId};
use crate::zone::Zone;
use chrono::TimeDelta;

/// A break without a length.
pub const BREAK: Length = Length::minutes(30);
/// How far ahead a shift is looked for whose end is the end of a cover.
const A_DAY: TimeDelta = TimeDelta::days(1);

/// A word about coverage.
pub fn command(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    command: &CoverageCommand,
) -> Decision {
    let mut board = Board::of(state, world, now);
    said(&mut board, by, command);
    board.finish()
}

/// The same, as part of a decision.
pub fn said(board: &mut Board<'_>, by: &UserId, command: &CoverageCommand) {
    match command {
        CoverageCommand::Who => {
            let desks =
                asked_about(board.world).iter().filter_map(|desk| home::on_desk(board, desk)).collect();
            board.reply(Reply::Private(Note::WhoIsOn { desks }));
        }
        CoverageCommand::Away { until: None, reason } => away(board, by, reason.as_deref()),
        CoverageCommand::Away { until: Some(until), reason } => {
            let until = instant(board, by, until);
            let now = board.now;
            leave(
                board,
                by,
                until.and_then(|until| Leave::new(LeaveKind::Away, now, until, reason.as_deref())),
            );
        }
        CoverageCommand::Back => back(board, by),
        CoverageCommand::Break { length, reason } => {
            let until = match length {
                Some(length) => instant(board, by, length),
                None => board.now.checked_add_signed(BREAK.delta()),
            };
            let now = board.now;
            leave(
                board,
                by,
                until.and_then(|until| Leave::new(LeaveKind::Break, now, until, reason.as_deref())),
            );
        }
        CoverageCommand::Off { from, until, reason } => {
            let span = until.as_ref().and_then(|until| off(board, by, from.as_ref(), until));
            let wished =
                span.and_then(|(from, until)| Leave::new(LeaveKind::Off, from, until, reason.as_deref()));
            leave(board, by, wished);
        }
        CoverageCommand::Cover { who, until } => cover(board, by, who, until.as_ref()),
        CoverageCommand::Gaps => gaps(board),
        CoverageCommand::Schedule => schedule(board, by),
        CoverageCommand::Help => board.reply(Reply::Private(Note::CoverageHelp)),
        CoverageCommand::Unclear => board.answer(CoverNote::NotUnderstood),
    }
}

/// The channel's desk; in a channel without one, all of them.
fn asked_about(world: &World<'_>) -> Vec<DeskKey> {
    match world.desk {
        Some(desk) => vec![desk.key.clone()],
        None => world.desks.keys().cloned().collect(),
    }
}

/// The zone in which somebody's words about time are meant: theirs, else the desk's.
pub fn zone_of(world: &World<'_>, user: &UserId) -> Zone {
    let key = world.directory.key(user);
    match (world.facts.roster.people.contains_key(&key), world.desk) {
        (false, Some(desk)) => desk.coverage.schedule.zone.clone(),
        (true, Some(_)) | (true | false, None) => world.facts.roster.zone(key.as_str()),
    }
}

fn instant(board: &Board<'_>, by: &UserId, when: &When) -> Option<Timestamp> {
    let zone = zone_of(board.world, by);
    when.resolve(board.now, |wall| zone.first(wall), zone.local(board.now))
}

fn off(board: &Board<'_>, by: &UserId, from: Option<&When>, until: &When) -> Option<(Timestamp, Timestamp)> {
    let zone = zone_of(board.world, by);
    resolve_span(from, until, board.now, |wall| zone.first(wall), zone.local(board.now))
}

fn leave(board: &mut Board<'_>, by: &UserId, wished: Option<Leave>) {
    match wished {
        Some(leave) => requests::wish(board, by, leave),
        None => board.reply(Reply::Private(Note::WhenUnclear)),
    }
}

/// Away without an end is one's own word: it cannot be refused, and the watch sees to what follows.
fn away(board: &mut Board<'_>, by: &UserId, reason: Option<&str>) {
    let note: Option<String> = reason.map(str::trim).filter(|note| !note.is_empty()).map(str::to_owned);
    let word = Word::Away { from: board.now, until: None, note: note.clone() };
    requests::withdraw(board, by);
    board.change(by, |live| live.say(word));
    let promised = board.live(by).words.into_iter().find_map(|word| match word {
        Word::Covering { from, person, desks, .. } => Some((from, person, desks)),
        Word::Away { .. } => None,
    });
    match promised {
        Some((until, person, desks)) => {
            let person = person.and_then(|key| board.world.directory.user(&key));
            board.answer(CoverNote::AwayBeforeCover { until, reason: note, person, desks });
        }
        None => board.reply(Reply::Private(Note::AwaySet { until: None, reason: note })),
    }
}

fn back(board: &mut Board<'_>, by: &UserId) {
    let now = board.now;
    requests::withdraw(board, by);
    board.change(by, |live| live.back(now));
    let still = still_away(board, by);
    board.reply(Reply::Private(Note::BackSet { still }));
}

/// What still says that somebody who is back cannot answer, on the first desk where that is so.
fn still_away(board: &Board<'_>, by: &UserId) -> Option<Answer> {
    let (now, key) = (board.now, board.key(by));
    let desks = board.world.desk.into_iter().chain(board.world.desks.values());
    let mut open = desks.filter(|desk| desk.coverage.schedule.is_open(now));
    open.find_map(|desk| home::my_answer(board, desk, &key).filter(|answer| !answer.available))
}

/// `cover @ana until 15:00`: only those in `people` may, because a coverer answers and decides on the desk.
fn cover(board: &mut Board<'_>, by: &UserId, who: &[Addressee], until: Option<&When>) {
    if !board.world.directory.is_listed(by) || !board.world.directory.may_answer(by) {
        return board.reply(Reply::Private(Note::NotListed));
    }
    let named = wishes::users(board.world, who).into_iter().find(|user| user != by);
    let Some(person) = named else { return board.answer(CoverNote::CoverWhom) };
    let key = board.key(&person);
    if board.served(&key).is_empty() {
        return board.answer(CoverNote::CoverWhom);
    }
    let until = match until {
        Some(when) => match instant(board, by, when) {
            Some(at) => at,
            None => return board.reply(Reply::Private(Note::WhenUnclear)),
        },
        None => match shift_end(board, &person) {
            Some(at) => at,
            None => return board.answer(CoverNote::CoverUntilWhen { person }),
        },
    };
    let span = Span::new(board.now, until);
    // The desk of the channel, when that is one of theirs; else wherever they answer.
    let served = board.served(&key);
    let here = board.world.desk.map(|desk| desk.key.clone());
    let desks: Vec<DeskKey> = here.into_iter().filter(|desk| served.contains(desk)).collect();
    let (from, until) = (span.from, span.until);
    let word = Word::Covering { from, until: Some(until), person: Some(key), desks: desks.clone() };
    board.change(by, |live| live.say(word));
    if let Some(desk) = desks.first().or(served.first()) {
        let what = CoverHappened::Covered { person: Some(person.clone()), from, until };
        board.record_on(desk, Some(by), what);
    }
    board.answer(CoverNote::YouCover { person: Some(person), desks, span });
}

/// When somebody's present shift ends, or the one that begins within a day.
fn shift_end(board: &Board<'_>, person: &UserId) -> Option<Timestamp> {
    let within = Span::new(board.now, board.now.checked_add_signed(A_DAY)?);
    let shifts = board.shifts(&board.key(person), within);
    shifts.first().map(|shift| shift.until).filter(|until| *until < within.until)
}

fn gaps(board: &mut Board<'_>) {
    let desks = asked_about(board.world);
    let found = desks.iter().filter_map(|desk| home::on_desk(board, desk)).map(|on| (on.desk, on.ahead));
    let desks = found.collect();
    board.answer(CoverNote::GapsAhead { desks });
}

fn schedule(board: &mut Board<'_>, by: &UserId) {
    let within = Span::new(board.now, board.now.checked_add_signed(AHEAD).unwrap_or(board.now));
    let shifts = board.shifts(&board.key(by), within);
    let handoffs = asked_about(board.world)
        .iter()
        .filter_map(|desk| board.world.desks.get(desk))
        .map(|desk| {
            let filling = home::asked_filling(board, desk);
            let facts = filling.facts(board.world, board.lives());
            (desk.key.clone(), coverage::next_handoff(&desk.coverage, board.now, &facts))
        })
        .collect();
    board.answer(CoverNote::Schedule { user: by.clone(), shifts, handoffs });
}

/// Changes what Slack says of somebody's state; in silence.
pub fn seen(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    user: &UserId,
    change: impl FnOnce(&mut Live),
) -> Decision {
    let mut board = Board::of(state, world, now);
    board.change(user, change);
    board.finish()
}
