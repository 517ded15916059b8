//! Buttons and forms of the working day. What is ticked in one place is ticked in the other.

use crate::clock::Timestamp;
use crate::domain::cover::board::Board;
use crate::domain::effect::Reply;
use crate::domain::event::{FormValues, PressedOn};
use crate::domain::home;
use crate::domain::note::Note;
use crate::domain::routine::note::{RoutineButton, RoutineForm, RoutineNote};
use crate::domain::routine::record::HandingAnswer;
use crate::domain::routine::week::Changed;
use crate::domain::routine::work::show_lists;
use crate::domain::routine::{end, handing, week};
use crate::domain::{Decision, State, World};
use crate::id::UserId;

/// A button of a list, or of App Home, was pressed.
pub fn pressed(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    button: &RoutineButton,
    on: &PressedOn,
) -> Decision {
    let mut board = Board::of(state, world, now);
    match button {
        RoutineButton::Tick { list, item } => tick(&mut board, by, *list, *item, Some(now)),
        RoutineButton::Untick { list, item } => tick(&mut board, by, *list, *item, None),
        RoutineButton::HandAll => handing::ask_whom(&mut board, by),
        RoutineButton::TakeAll { from, number } => {
            handing::answer(&mut board, by, from, *number, HandingAnswer::Taken(now));
        }
        RoutineButton::DeclineAll { from, number } => {
            handing::answer(&mut board, by, from, *number, HandingAnswer::Declined);
        }
        RoutineButton::End => end::now(&mut board, by),
        RoutineButton::Change { day } => week::ask(&mut board, by, Some(*day)),
        RoutineButton::Hours => week::ask(&mut board, by, None),
        RoutineButton::Stand => week::stand(&mut board, by),
    }
    let opens_a_form =
        matches!(button, RoutineButton::HandAll | RoutineButton::Change { .. } | RoutineButton::Hours);
    // App Home is made anew whenever somebody looks at it: only one that is looked at has to follow.
    if on.message.is_none() && !opens_a_form {
        home::show(&mut board, by, home::Pages::default());
    }
    board.finish()
}

fn tick(board: &mut Board<'_>, by: &UserId, number: u32, item: u32, done_at: Option<Timestamp>) {
    let at = usize::try_from(item).unwrap_or(usize::MAX);
    let is_done = board.record(by).routine.list(number).and_then(|list| Some(list.items.get(at)?.done_at));
    let Some(is_done) = is_done else {
        return board.reply(Reply::Private(Note::Routine(RoutineNote::ListGone)));
    };
    if is_done.is_some() == done_at.is_some() {
        return;
    }
    for list in board.person(by).routine.lists.iter_mut().filter(|list| list.number == number) {
        for item in list.items.iter_mut().skip(at).take(1) {
            item.done_at = done_at;
        }
    }
    show_lists(board, by, &[number]);
}

/// A form about the working day was sent.
pub fn submitted(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    form: &RoutineForm,
    values: &FormValues,
) -> Decision {
    let mut board = Board::of(state, world, now);
    let done = match form {
        RoutineForm::HandAll => {
            let to = values.get("people").and_then(|people| people.first());
            let to = to.map(|user| UserId::new(user.as_str()));
            handing::ask(&mut board, by, to.as_ref());
            Changed::No
        }
        RoutineForm::Change { day } => week::change(&mut board, by, *day, values),
    };
    match done {
        Changed::Yes => home::show(&mut board, by, home::Pages::default()),
        Changed::No => {}
    }
    board.finish()
}
