//! The buttons and forms about coverage.

use crate::clock::{Length, Timestamp};
use crate::coverage::{self, Answer, Span};
use crate::domain::command::{Addressee, CoverageCommand, When};
use crate::domain::cover::board::Board;
use crate::domain::cover::filling::Filling;
use crate::domain::cover::note::{Ahead, CoverButton, CoverForm, CoverNote, DeskAtHome, OnDesk};
use crate::domain::cover::requests::{self, Answered};
use crate::domain::cover::{gate, watch, words};
use crate::domain::desk::Desk;
use crate::domain::effect::{Form, Reply};
use crate::domain::event::{FormRef, FormValues};
use crate::domain::home::{Pages, show};
use crate::domain::note::Note;
use crate::domain::{Decision, State, World};
use crate::id::{DeskKey, PersonKey, UserId};
use chrono::{Datelike, NaiveDate, TimeDelta};
use std::collections::BTreeMap;

/// Every desk, as App Home shows it.
pub fn desks_at_home(board: &Board<'_>) -> Vec<DeskAtHome> {
    let desks = board.world.desks.values().map(|desk| DeskAtHome {
        desk: desk.key.clone(),
        on: board.available(desk, board.now, board.lives()),
        ahead: ahead(board, desk, None),
    });
    desks.collect()
}

/// What the resolver says of somebody on a desk where they answer now; the best of its fillings.
pub fn my_answer(board: &Board<'_>, desk: &Desk, person: &PersonKey) -> Option<Answer> {
    let now = board.now;
    let fillings = board.fillings(&desk.key).iter().filter(|filling| filling.is_in_force(now));
    let answers = fillings.filter_map(|filling| {
        let facts = filling.facts(board.world, board.lives());
        let rows = coverage::who(&desk.coverage, now, &facts);
        let serves = rows.iter().any(|row| row.person == *person);
        serves.then(|| coverage::resolve(person, &desk.coverage, now, &facts))
    });
    answers.max_by_key(|answer| answer.available)
}

/// How a desk is served where the question is asked: in a channel of its own, by that channel's filling.
pub fn asked_filling(board: &Board<'_>, desk: &Desk) -> Filling {
    match board.world.desk.filter(|here| here.key == desk.key) {
        Some(_) => Filling {
            channel: None,
            roles: board.world.facts.roles.clone(),
            days: board.world.facts.event_days.to_vec(),
        },
        None => Filling::at_large(desk),
    }
}

/// A desk, for somebody who asks who is on.
pub fn on_desk(board: &Board<'_>, key: &DeskKey) -> Option<OnDesk> {
    let desk = board.desk(key)?;
    let is_here = board.world.desk.is_some_and(|here| here.key == *key);
    let (fillings, ahead) = match is_here {
        true => {
            let here = asked_filling(board, desk);
            let ahead = ahead(board, desk, Some(&here));
            (vec![here], ahead)
        }
        false => {
            let all = board.fillings(key).iter().filter(|filling| filling.is_in_force(board.now));
            (all.cloned().collect(), ahead(board, desk, None))
        }
    };
    Some(OnDesk { desk: key.clone(), fillings, ahead })
}

/// The gaps of the coming week, in one filling of a desk or in all.
fn ahead(board: &Board<'_>, desk: &Desk, filling: Option<&Filling>) -> Ahead {
    let week = Span::new(board.now, board.now.checked_add_signed(TimeDelta::days(7)).unwrap_or(board.now));
    let lives = gate::ahead(board);
    let (gaps, others) = match filling {
        Some(filling) => gate::with_wanted(board, desk, std::slice::from_ref(filling), &lives, week),
        None => gate::with_wanted(board, desk, board.fillings(&desk.key), &lives, week),
    };
    Ahead { gaps, others }
}

/// A button about coverage was pressed.
pub fn pressed(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    button: &CoverButton,
) -> Decision {
    let mut board = Board::of(state, world, now);
    match button {
        CoverButton::Seek(leave) => requests::seek(&mut board, by, leave),
        CoverButton::Accept { desk, number } => answered(&mut board, by, desk, *number, Answered::Accepts),
        CoverButton::Decline { desk, number } => answered(&mut board, by, desk, *number, Answered::Declines),
        CoverButton::Uncovered { desk, number } => {
            answered(&mut board, by, desk, *number, Answered::Uncovered);
        }
        CoverButton::Fine { desk, from, until } => fine(&mut board, by, desk, Span::new(*from, *until)),
        CoverButton::Away => open(&mut board, CoverForm::Away),
        CoverButton::Off => open(&mut board, CoverForm::Off),
        CoverButton::Cover => open(&mut board, CoverForm::Cover),
        CoverButton::Back => {
            words::said(&mut board, by, &CoverageCommand::Back);
            show(&mut board, by, Pages::default());
        }
        CoverButton::Break => {
            words::said(&mut board, by, &CoverageCommand::Break { length: None, reason: None });
            show(&mut board, by, Pages::default());
        }
        CoverButton::Gaps => words::said(&mut board, by, &CoverageCommand::Gaps),
        CoverButton::Schedule => words::said(&mut board, by, &CoverageCommand::Schedule),
    }
    board.finish()
}

fn open(board: &mut Board<'_>, form: CoverForm) {
    let form = Form { form: FormRef::Cover(form), given: BTreeMap::new(), problems: Vec::new() };
    board.reply(Reply::OpenForm(Box::new(form)));
}

/// An answer to a question for cover, by its number on the desk.
fn answered(board: &mut Board<'_>, by: &UserId, desk: &DeskKey, number: u32, how: Answered) {
    let kept = board.kept(desk).cloned().unwrap_or_default();
    if let Some(request) = kept.requests.into_iter().find(|request| request.number == number) {
        return requests::answered(board, by, desk, request, how);
    }
    match kept.alarm.filter(|alarm| alarm.number == number) {
        Some(alarm) => watch::answered(board, by, desk, alarm, how),
        None => board.answer(CoverNote::IsSettled),
    }
}

/// "This is fine": for those who answer for the desk.
fn fine(board: &mut Board<'_>, by: &UserId, key: &DeskKey, span: Span) {
    let Some(desk) = board.desk(key) else { return board.answer(CoverNote::IsSettled) };
    if !board.is_supervisor(desk, by) && !board.is_responder(desk, by) {
        return board.reply(Reply::Private(Note::NotAResponder { desk: key.clone() }));
    }
    if span.until <= board.now || span.is_empty() {
        return board.answer(CoverNote::IsSettled);
    }
    watch::wanted(board, by, desk, span);
    board.answer(CoverNote::FineNoted { desk: key.clone(), span });
}

/// A form about coverage was sent.
pub fn submitted(
    state: &State,
    world: &World<'_>,
    now: Timestamp,
    by: &UserId,
    form: CoverForm,
    values: &FormValues,
) -> Decision {
    let mut board = Board::of(state, world, now);
    match command(form, values) {
        Some(command) => words::said(&mut board, by, &command),
        None => board.reply(Reply::Private(Note::WhenUnclear)),
    }
    show(&mut board, by, Pages::default());
    board.finish()
}

/// The words that a form stands for; none when a time in it cannot be read.
fn command(form: CoverForm, values: &FormValues) -> Option<CoverageCommand> {
    let reason = first(values, "reason");
    Some(match form {
        CoverForm::Away => CoverageCommand::Away { until: until(values)?, reason },
        CoverForm::Break => {
            let length = match first(values, "minutes") {
                Some(text) => Some(When::In(Length::minutes(text.parse().ok()?))),
                None => None,
            };
            CoverageCommand::Break { length, reason }
        }
        CoverForm::Off => {
            let from = day(first(values, "from")?.parse().ok()?);
            let last: NaiveDate = first(values, "until")?.parse().ok()?;
            CoverageCommand::Off { from: Some(from), until: Some(day(last.succ_opt()?)), reason }
        }
        CoverForm::Cover => {
            let who = values.get("people").into_iter().flatten();
            let who = who.map(|user| Addressee::User(UserId::new(user.as_str()))).collect();
            CoverageCommand::Cover { who, until: until(values)? }
        }
    })
}

/// The instant of `until`: none for one that cannot be read, `Some(None)` where nothing was chosen.
fn until(values: &FormValues) -> Option<Option<When>> {
    let Some(text) = first(values, "until") else { return Some(None) };
    chrono::DateTime::from_timestamp(text.parse().ok()?, 0).map(|at| Some(When::At(at)))
}

fn day(date: NaiveDate) -> When {
    When::Day { year: date.year(), month: date.month(), day: date.day(), clock: None }
}

fn first(values: &FormValues, key: &str) -> Option<String> {
    values.get(key)?.first().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
