//! All of somebody's cases handed over together: one question, one answer.

use crate::clock::Length;
use crate::domain::case::{Case, ClaimedBy};
use crate::domain::cover::board::Board;
use crate::domain::draft::Draft;
use crate::domain::effect::{Effect, Form, Reply};
use crate::domain::event::{FormRef, Subject};
use crate::domain::note::Note;
use crate::domain::people::Scene;
use crate::domain::person::PersonState;
use crate::domain::routine::note::{RoutineForm, RoutineNote, RoutineWord};
use crate::domain::routine::record::{Handing, HandingAnswer};
use crate::domain::routine::work;
use crate::domain::timeline::Happened;
use crate::domain::{Glance, Wake, ownership};
use crate::id::UserId;
use std::collections::{BTreeMap, BTreeSet};

/// How long the question waits where no desk says otherwise.
const WITHIN: Length = Length::minutes(5);

fn say(board: &mut Board<'_>, note: RoutineNote) {
    board.reply(Reply::Private(Note::Routine(note)));
}

fn count(cases: &[Glance]) -> u32 {
    u32::try_from(cases.len()).unwrap_or(u32::MAX)
}

/// What somebody could hand over now; they are told when there is nothing, or when that is being asked already.
fn at_hand(board: &mut Board<'_>, by: &UserId) -> Option<Vec<Glance>> {
    let mine = work::owned_by(board, by);
    if mine.is_empty() {
        say(board, RoutineNote::NothingToHandOver);
        return None;
    }
    if let Some(asked) = board.record(by).routine.asked() {
        let (to, until) = (asked.to.clone(), asked.until);
        say(board, RoutineNote::AskedAlready { to, until });
        return None;
    }
    Some(mine)
}

/// "Hand over all…": the form shows who answers on the desks of these cases.
pub fn ask_whom(board: &mut Board<'_>, by: &UserId) {
    let Some(mine) = at_hand(board, by) else { return };
    let desks: BTreeSet<String> = mine.iter().map(|glance| glance.desk.to_string()).collect();
    let given = BTreeMap::from([("desks".to_owned(), desks.into_iter().collect())]);
    let form = FormRef::Routine(RoutineForm::HandAll);
    board.reply(Reply::OpenForm(Box::new(Form { form, given, problems: Vec::new() })));
}

/// Asks one colleague to take all that is open.
pub fn ask(board: &mut Board<'_>, by: &UserId, to: Option<&UserId>) {
    let Some(mine) = at_hand(board, by) else { return };
    let Some(to) = to.filter(|to| *to != by) else {
        return say(board, RoutineNote::HandToWhom { to: None });
    };
    let (cases, left): (Vec<Glance>, Vec<Glance>) =
        mine.into_iter().partition(|glance| answers_for(board, to, glance));
    if cases.is_empty() {
        return say(board, RoutineNote::HandToWhom { to: Some(to.clone()) });
    }
    let now = board.now;
    let within = cases.iter().filter_map(|glance| board.desk(&glance.desk));
    let within = within.map(|desk| desk.policy.clocks.hand_over_within).max().unwrap_or(WITHIN);
    let until = now.checked_add_signed(within.delta()).unwrap_or(now);
    let message = next_number(board, to);
    let handing = Handing {
        number: next_number(board, by),
        to: to.clone(),
        cases: cases.iter().map(|glance| glance.id.clone()).collect(),
        at: now,
        until,
        message,
        answer: HandingAnswer::None,
    };
    board.person(by).routine.handings.push(handing.clone());
    let (asked, left) = (count(&cases), count(&left));
    let word = RoutineWord::Handing { from: by.clone(), handing: Box::new(handing), cases };
    board.effect(Effect::Routine(word));
    say(board, RoutineNote::Asked { to: to.clone(), cases: asked, left, until });
}

fn answers_for(board: &Board<'_>, user: &UserId, glance: &Glance) -> bool {
    let desk = board.desk(&glance.desk);
    desk.is_some_and(|desk| board.is_responder(desk, user) || board.is_supervisor(desk, user))
}

fn next_number(board: &mut Board<'_>, user: &UserId) -> u32 {
    let person = board.person(user);
    person.told += 1;
    person.told
}

/// The one who was asked answers.
pub fn answer(board: &mut Board<'_>, by: &UserId, from: &UserId, number: u32, how: HandingAnswer) {
    let now = board.now;
    let theirs = |handing: &&Handing| {
        handing.number == number && handing.to == *by && handing.answer == HandingAnswer::None
    };
    let record = board.record(from);
    let Some(handing) = record.routine.handings.iter().find(theirs).filter(|one| one.until > now).cloned()
    else {
        return board.reply(Reply::Private(Note::OfferOver));
    };
    let handing = settle(board, from, handing, how);
    match how {
        HandingAnswer::Taken(_) => {
            let cases = still_theirs(board, from, &handing);
            for glance in &cases {
                board.wake(Wake::Subject(Subject::Case(glance.id.clone())));
            }
            let cases = count(&cases);
            tell(board, from, RoutineNote::Took { by: by.clone(), cases });
            say(board, RoutineNote::YouTook { from: from.clone(), cases });
        }
        HandingAnswer::None | HandingAnswer::Declined | HandingAnswer::Lapsed => {
            tell(board, from, RoutineNote::Declined { by: by.clone() });
            say(board, RoutineNote::DeclineNoted);
        }
    }
}

/// Nobody answered in time: the one who asked hears so.
pub fn lapse(board: &mut Board<'_>, user: &UserId) {
    let now = board.now;
    let over = board.record(user).routine.asked().filter(|handing| handing.until <= now).cloned();
    let Some(handing) = over else { return };
    let by = handing.to.clone();
    settle(board, user, handing, HandingAnswer::Lapsed);
    tell(board, user, RoutineNote::Lapsed { by });
}

/// Notes the answer, and takes the buttons off the question.
fn settle(board: &mut Board<'_>, from: &UserId, handing: Handing, answer: HandingAnswer) -> Handing {
    let handing = Handing { answer, ..handing };
    for kept in &mut board.person(from).routine.handings {
        if kept.number == handing.number {
            *kept = handing.clone();
        }
    }
    let cases = still_theirs(board, from, &handing);
    let word = RoutineWord::Handing { from: from.clone(), handing: Box::new(handing.clone()), cases };
    board.effect(Effect::Routine(word));
    handing
}

fn still_theirs(board: &Board<'_>, from: &UserId, handing: &Handing) -> Vec<Glance> {
    let mine = work::owned_by(board, from).into_iter();
    mine.filter(|glance| handing.cases.contains(&glance.id)).collect()
}

fn tell(board: &mut Board<'_>, to: &UserId, note: RoutineNote) {
    let number = next_number(board, to);
    board.effect(Effect::Routine(RoutineWord::Tell { to: to.clone(), number, note }));
}

/// Who has taken this case together with others, by the record of its owner, since it became theirs.
pub fn taken_by(case: &Case, people: &BTreeMap<UserId, PersonState>) -> Option<UserId> {
    let owned = case.ownership()?;
    let handings = &people.get(&owned.owner)?.routine.handings;
    let taken = handings.iter().filter(|handing| handing.cases.contains(&case.id));
    taken
        .filter(|handing| matches!(handing.answer, HandingAnswer::Taken(at) if at >= owned.since))
        .map(|handing| handing.to.clone())
        .next_back()
        .filter(|to| *to != owned.owner)
}

/// The case changes hands, because its owner's question was answered with yes.
pub fn hand_on(draft: &mut Draft, scene: &Scene<'_>, to: &UserId) {
    let Some(from) = draft.case.owner().cloned() else { return };
    draft.record(scene.now, Some(to), Happened::HandedOver { from, to: to.clone() });
    ownership::give(draft, scene, to, ClaimedBy::HandOver);
}
