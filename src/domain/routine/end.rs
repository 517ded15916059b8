//! The end of a shift: its person is marked unavailable until the next one.

use crate::clock::Timestamp;
use crate::coverage::{Live, Span, Who, Word};
use crate::domain::cover::board::Board;
use crate::domain::cover::leave::{Leave, LeaveKind};
use crate::domain::cover::requests::{self, Fits};
use crate::domain::effect::Reply;
use crate::domain::note::Note;
use crate::domain::person::PersonState;
use crate::domain::routine::note::RoutineNote;
use crate::domain::routine::plan::{known, next_shift, present_shift};
use crate::domain::routine::rules::Moment;
use crate::domain::routine::work::{self, show_lists};
use crate::id::{PersonKey, UserId};

/// What others read as the reason of the absence.
const NOTE: &str = "shift is over";

/// The shift is over: nothing is given to them until the next one, or until what they promised to cover begins.
/// Whoever said otherwise is left alone, and so is whoever a desk would miss: its minimum comes first.
pub fn over(board: &mut Board<'_>, user: &UserId, shift: Span) {
    let key = board.key(user);
    let Some(until) = off_until(board, user, &key) else { return };
    let spoken = board.live(user).words.into_iter().find(|word| word.span().contains(board.now));
    match spoken {
        // They went early with somebody's cover: the same absence, granted since.
        Some(Word::Away { until: Some(known), note: Some(note), .. }) if known == until && note == NOTE => {}
        Some(Word::Away { .. } | Word::Covering { .. }) => return,
        None if is_on_event(board, &key, Span::new(board.now, until)) => return,
        None => {
            let leave = Leave::new(LeaveKind::Away, board.now, until, Some(NOTE));
            let granted = leave.map(|leave| requests::grant_if_it_fits(board, user, &leave));
            match granted {
                Some(Fits::Yes) => {}
                Some(Fits::No) | None => return,
            }
        }
    }
    mark(board, user, until);
    let record = board.record(user);
    let ends = record.routine.lists.iter().filter(|list| list.moment == Moment::End);
    let ends = ends.filter(|list| !list.shift.overlap(&shift).is_empty()).map(|list| list.number);
    show_lists(board, user, &ends.collect::<Vec<_>>());
}

/// What is known of somebody without the mark of their shift's end. Nothing is given to them until the next one,
/// but inside their `reachable` hours they may still be asked to stand in.
pub fn unmarked(record: &PersonState) -> Live {
    let mut live = record.live.clone();
    let Some(marked) = record.routine.off_until else { return live };
    let over_at = record.routine.had.get(&Moment::Over).copied().unwrap_or(marked);
    for word in &mut live.words {
        match word {
            Word::Away { until, .. } if *until == Some(marked) => *until = Some(marked.min(over_at)),
            Word::Away { .. } | Word::Covering { .. } => {}
        }
    }
    live.words.retain(|word| !word.span().is_empty());
    live
}

/// Notes until when: a change of hours moves it, and nobody is reminded in the morning that they are back.
fn mark(board: &mut Board<'_>, user: &UserId, next: Timestamp) {
    let person = board.person(user);
    person.reminded = Some(next);
    person.routine.off_until = Some(next);
    for list in person.routine.lists.iter_mut().filter(|list| list.moment == Moment::End) {
        list.off_until = Some(next);
    }
}

/// Somebody who is assigned to an event in that time stays available for it.
fn is_on_event(board: &Board<'_>, key: &PersonKey, off: Span) -> bool {
    let channels = board.state().desks.values().flat_map(|desk| desk.channels.values());
    let groups = board.world.facts.groups;
    let is_them = |who: &Who| match who {
        Who::Person(person) => person == key,
        Who::Group(name) => groups.get(name).is_some_and(|members| members.contains(key)),
        Who::Rotation(_) | Who::Role(_) | Who::BookingField(_) | Who::Responders => false,
    };
    channels.into_iter().any(|channel| {
        let days = channel.days.map(|days| Span::new(days.from, days.until));
        days.is_some_and(|days| !days.overlap(&off).is_empty())
            && channel.roles.values().flatten().any(is_them)
    })
}

/// Until when somebody whose shift ends is off: their next shift, or what they promised to cover before it.
fn off_until(board: &Board<'_>, user: &UserId, key: &PersonKey) -> Option<Timestamp> {
    let next = next_shift(key, board.now, &known(board))?;
    Some(board.live(user).promised_after(board.now).map_or(next, |promised| promised.min(next)))
}

/// The next shift moved: so does the end of what the last one marked.
pub fn follow_hours(board: &mut Board<'_>, user: &UserId) {
    let Some(marked) = board.record(user).routine.off_until else { return };
    let key = board.key(user);
    let next = off_until(board, user, &key).filter(|next| *next != marked);
    let words = board.live(user).words;
    let said = words.into_iter().find_map(|word| match word {
        Word::Away { from, until, note } if until == Some(marked) => Some((from, note)),
        Word::Away { .. } | Word::Covering { .. } => None,
    });
    let (Some(next), Some((from, note))) = (next, said) else { return };
    // A shift that has begun meanwhile ends it at once.
    let until = match present_shift(&key, board.now, &known(board)) {
        Some(_) => board.now,
        None => next,
    };
    board.change(user, |live| live.say(Word::Away { from, until: Some(until), note }));
    mark(board, user, until);
}

/// "End my shift": through the same gate as every absence.
pub fn now(board: &mut Board<'_>, user: &UserId) {
    let key = board.key(user);
    let Some(shift) = present_shift(&key, board.now, &known(board)) else {
        return board.reply(Reply::Private(Note::Routine(RoutineNote::NoShift)));
    };
    let until = off_until(board, user, &key).unwrap_or(shift.until);
    let leave = Leave { kind: LeaveKind::Away, from: board.now, until, note: Some(NOTE.to_owned()) };
    requests::wish(board, user, leave);
    let granted = Span::new(board.now, until);
    let is_away =
        board.live(user).words.iter().any(|word| matches!(word, Word::Away { .. }) && word.span() == granted);
    if !is_away {
        return;
    }
    mark(board, user, until);
    board.person(user).routine.had.insert(Moment::Over, shift.until);
    let open = u32::try_from(work::owned_by(board, user).len()).unwrap_or(u32::MAX);
    board.reply(Reply::Private(Note::Routine(RoutineNote::Ended { until: Some(until), open })));
    let ends = board.record(user).routine.lists;
    let ends = ends.iter().filter(|list| list.moment == Moment::End).map(|list| list.number);
    show_lists(board, user, &ends.collect::<Vec<_>>());
}
