//! No desk is ever left empty: absences that are granted or covered, a watch over now, notices of what comes.

pub mod board;
mod candidates;
pub mod deadlines;
pub mod digest;
pub mod filling;
pub mod gate;
mod hint;
mod home;
pub mod leave;
pub mod ledger;
pub mod note;
mod notices;
pub mod record;
pub mod requests;
mod seek;
mod watch;
mod words;

use crate::clock::Timestamp;
use crate::coverage::{Dnd, Presence, Status};
use crate::domain::cover::board::Board;
use crate::domain::cover::note::{CoverForm, CoverNote};
use crate::domain::event::{FormValues, Subject};
use crate::domain::{Decision, State, World, person};
use crate::id::UserId;
pub use deadlines::{next_desk_deadline, next_person_deadline};
pub use hint::mentioned;
pub use home::{desks_at_home, my_answer, pressed};
pub use words::{command, zone_of};

/// Slack says that a status was set, changed or cleared.
pub fn status_set(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    user: &UserId,
    status: &Status,
) -> Decision {
    let none = status.emoji.is_empty() && status.text.is_empty();
    let status = (!none).then(|| status.clone());
    words::seen(state, world, now, user, |live| live.status = status)
}

/// Slack says when do-not-disturb is next.
pub fn dnd_set(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    user: &UserId,
    dnd: Option<Dnd>,
) -> Decision {
    words::seen(state, world, now, user, |live| live.dnd = dnd)
}

/// Slack shows or hides somebody's green dot.
pub fn presence_set(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    user: &UserId,
    presence: Presence,
) -> Decision {
    words::seen(state, world, now, user, |live| live.presence = Some(presence))
}

/// A form about coverage was sent.
pub fn submitted(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    form: &CoverForm,
    values: &FormValues,
) -> Decision {
    home::submitted(state, world, now, by, *form, values)
}

/// The deadline of a person or desk came, or facts under it changed. `None` when it is a case's.
pub fn due(state: &State, world: &World<'_>, now: Timestamp) -> Option<Decision> {
    match state.about.as_ref()? {
        Subject::Case(_) => None,
        Subject::Desk(key) => {
            let mut board = Board::of(state, world, now);
            if let Some(desk) = board.desk(key) {
                requests::look(&mut board, key);
                watch::look(&mut board, desk);
                notices::look(&mut board, desk);
                digest::look(&mut board, desk, state.figures.as_deref());
            }
            Some(board.finish())
        }
        Subject::Person(user) => Some(person::decide(state, world, now, user)),
    }
}

/// Reminds somebody of the end of their absence, and takes in what ended.
pub fn remind(board: &mut Board<'_>, user: &UserId) {
    let record = board.record(user);
    if let Some(absence) = deadlines::absence(&record, board.now)
        && record.reminded != Some(absence.until)
        && deadlines::reminder_at(absence).is_some_and(|at| at <= board.now)
    {
        board.person(user).reminded = Some(absence.until);
        board.remind(user, CoverNote::BackSoon { until: absence.until });
    }
    // What ended is forgotten, and everything that hung on it is looked at again.
    board.change(user, |_| {});
}
