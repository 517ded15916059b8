//! App Home: what it shows beside what the world says.

use crate::clock::Timestamp;
use crate::coverage::Answer;
use crate::domain::cover;
use crate::domain::cover::board::Board;
use crate::domain::cover::note::DeskAtHome;
use crate::domain::effect::Effect;
use crate::domain::routine;
use crate::domain::routine::note::Work;
use crate::domain::routine::record::List;
use crate::domain::{Decision, Glance, State, World};
use crate::id::{DeskKey, UserId};
use serde::{Deserialize, Serialize};

/// Somebody's App Home as it is after this decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Home {
    pub user: UserId,
    /// Their own state as it stands after this decision, on each of their desks.
    pub mine: Vec<(DeskKey, Answer)>,
    pub desks: Vec<DeskAtHome>,
    /// The open cases they own or wait for an answer in, oldest first.
    pub cases: Vec<Glance>,
    /// Open cases of the desks that they supervise, oldest first; with the desks, which may have none.
    pub supervised: Vec<Glance>,
    pub supervises: Vec<DeskKey>,
    /// Their list of the shift, with the work that it shows.
    pub list: Option<(List, Work)>,
    /// Lists that came before it in the same shift, and are not done.
    pub left_over: Vec<List>,
    /// The review of their hours, while it waits for a word.
    pub review: Option<(List, Work)>,
    pub pages: Pages,
}

/// Which page of each list, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    pub mine: u32,
    pub supervised: u32,
}

/// A button that only App Home has: other pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HomeButton {
    Turn(Pages),
}

/// Somebody looks at their App Home.
pub fn opened(state: &State, world: &World<'_>, now: Timestamp, user: &UserId) -> Decision {
    let mut board = Board::of(state, world, now);
    show(&mut board, user, Pages::default());
    board.finish()
}

/// They turn a page.
pub fn pressed(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    button: HomeButton,
) -> Decision {
    let mut board = Board::of(state, world, now);
    match button {
        HomeButton::Turn(pages) => show(&mut board, by, pages),
    }
    board.finish()
}

/// Shows it as it stands.
pub fn show(board: &mut Board<'_>, user: &UserId, pages: Pages) {
    let record = board.record(user);
    let open = &board.state().open;
    let is_mine = |glance: &&Glance| glance.owner.as_ref() == Some(user) || glance.requester == *user;
    let cases = open.iter().filter(is_mine).cloned().collect();
    let supervises: Vec<DeskKey> = board
        .world
        .desks
        .values()
        .filter(|desk| board.is_supervisor(desk, user))
        .map(|desk| desk.key.clone())
        .collect();
    let supervised = open.iter().filter(|glance| supervises.contains(&glance.desk)).cloned().collect();
    let key = board.key(user);
    let desks = board.world.desks.values();
    let mine = desks.filter_map(|desk| Some((desk.key.clone(), cover::my_answer(board, desk, &key)?)));
    let with_work = |list: &List| (list.clone(), routine::work_of(board, user, list));
    let home = Home {
        user: user.clone(),
        mine: mine.collect(),
        desks: cover::desks_at_home(board),
        cases,
        supervised,
        supervises,
        list: record.routine.current().map(with_work),
        left_over: record.routine.left_over().cloned().collect(),
        review: record.routine.review().filter(|list| list.confirmed_at.is_none()).map(with_work),
        pages,
    };
    board.effect(Effect::ShowHome(Box::new(home)));
}
