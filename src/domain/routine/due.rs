//! What a person's own day brings about: lists at their moment, once each, and the end of a shift.

use crate::clock::Timestamp;
use crate::coverage::{Span, Word};
use crate::domain::cover::board::Board;
use crate::domain::effect::Effect;
use crate::domain::person::PersonState;
use crate::domain::routine::note::RoutineWord;
use crate::domain::routine::plan::{Occurrence, desks_with, occurrences};
use crate::domain::routine::record::{HandingAnswer, Item, ItemWhen, List};
use crate::domain::routine::rules::Moment;
use crate::domain::routine::{end, handing, work};
use crate::id::UserId;
use chrono::TimeDelta;

/// Shifts come into sight: everybody is looked at this often at least.
const LOOK_EVERY: TimeDelta = TimeDelta::days(2);

/// Looks at one person: what is due is sent, what became senseless is left out.
pub fn look(board: &mut Board<'_>, user: &UserId) {
    if desks_with(board.world).is_empty() || !board.world.directory.is_listed(user) {
        return;
    }
    let now = board.now;
    let routine = &mut board.person(user).routine;
    routine.since.get_or_insert(now);
    routine.tidy(now);
    handing::lapse(board, user);
    end::follow_hours(board, user);
    let record = board.record(user);
    let (key, away) = (board.key(user), absence(&record, now));
    for one in occurrences(board, &key, &record.routine) {
        if one.at > now || waits_for(one.moment, away).is_some() {
            continue;
        }
        board.person(user).routine.had.insert(one.moment, one.had_until);
        match one.moment {
            Moment::Over => end::over(board, user, one.shift),
            Moment::Review | Moment::Start | Moment::Middle | Moment::End => send(board, user, &one),
        }
    }
}

/// Their own word that they are away, or a break: lists wait for its end.
fn absence(record: &PersonState, now: Timestamp) -> Option<Span> {
    let away = record.live.words.iter().filter(|word| matches!(word, Word::Away { .. })).map(Word::span);
    let breaks = record.live.breaks.iter().map(|one| Span::new(one.from, one.until));
    away.chain(breaks).find(|span| span.contains(now))
}

/// A list waits for the end of an absence; the end of a shift does not.
fn waits_for(moment: Moment, away: Option<Span>) -> Option<Span> {
    match moment {
        Moment::Review | Moment::Start | Moment::Middle | Moment::End => away,
        Moment::Over => None,
    }
}

fn send(board: &mut Board<'_>, user: &UserId, one: &Occurrence<'_>) {
    let now = board.now;
    let items = one.desks.iter().flat_map(|desk| {
        let routines = desk.routines.as_ref();
        let item = |when: ItemWhen| {
            move |text: &String| Item { desk: desk.key.clone(), text: text.clone(), when, done_at: None }
        };
        let list = routines.and_then(|routines| routines.list(one.moment)).unwrap_or_default();
        let quiet = routines.filter(|_| one.moment == Moment::Middle);
        let quiet = quiet.map(|routines| routines.quiet.as_slice()).unwrap_or_default();
        let list = list.iter().map(item(ItemWhen::Now)).collect::<Vec<_>>();
        list.into_iter().chain(quiet.iter().map(item(ItemWhen::WhenQuiet)))
    });
    let items: Vec<Item> = items.collect();
    let person = board.person(user);
    person.told += 1;
    let list = List {
        number: person.told,
        moment: one.moment,
        shift: one.shift,
        due_at: one.at,
        sent_at: now,
        items,
        desks: one.desks.iter().map(|desk| desk.key.clone()).collect(),
        confirmed_at: None,
        off_until: None,
    };
    let is_review = one.moment == Moment::Review;
    // What a newer one takes the place of is no longer edited.
    person.routine.lists.retain(|kept| match kept.moment {
        Moment::Review => !is_review,
        Moment::Start | Moment::Middle | Moment::End | Moment::Over => {
            is_review || !kept.shift.overlap(&one.shift).is_empty()
        }
    });
    person.routine.lists.push(list.clone());
    let work = Box::new(work::work_of(board, user, &list));
    let word = RoutineWord::List { to: user.clone(), list: Box::new(list), work };
    board.effect(Effect::Routine(word));
}

/// When somebody's working day next wants to be looked at.
pub fn next_look(board: &Board<'_>, person: &PersonState) -> Option<Timestamp> {
    let (now, world) = (board.now, board.world);
    if desks_with(world).is_empty() || !world.directory.is_listed(&person.user) {
        return None;
    }
    if person.routine.since.is_none() {
        return Some(now);
    }
    let asked = person.routine.handings.iter().filter(|one| one.answer == HandingAnswer::None);
    let asked = asked.map(|handing| handing.until.max(now));
    let key = world.directory.key(&person.user);
    let away = absence(person, now);
    let moments = occurrences(board, &key, &person.routine);
    let moments = moments.into_iter().map(|one| match waits_for(one.moment, away) {
        // After an absence; one without an end is ended by a word, which looks again.
        Some(away) if one.at <= now => away.until.min(one.late_until),
        Some(_) | None => one.at.max(now),
    });
    asked.chain(moments).chain(now.checked_add_signed(LOOK_EVERY)).min()
}
