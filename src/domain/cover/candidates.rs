//! Who could cover for somebody: off shift but reachable, off turn, or free on another desk; in what order.

use crate::clock::Timestamp;
use crate::coverage::{self, Answer, Reason, Span};
use crate::domain::cover::board::{Board, Lives};
use crate::domain::desk::Desk;
use crate::domain::routine;
use crate::id::{DeskKey, PersonKey, UserId};
use chrono::TimeDelta;

/// How somebody comes to be free, in the order in which they are asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Available, and not counted: this desk's rotation is not at them, or they only help out.
    OffTurn,
    /// Off shift, inside their `reachable` hours.
    OffShift,
    /// Available on another desk.
    Elsewhere,
}

/// Whether they belong to the desk, in the order in which they are asked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Belongs {
    Here,
    Elsewhere,
}

/// Those who could cover these desks for the whole span and may be asked now: the desk's own people first,
/// then by how free they are, then those with the fewest open cases.
pub fn candidates(board: &Board<'_>, desks: &[DeskKey], span: Span) -> Vec<UserId> {
    let desks: Vec<&Desk> = desks.iter().filter_map(|desk| board.desk(desk)).collect();
    let Some(first) = desks.first() else { return Vec::new() };
    let (supervisors, lives) = (board.supervisors(first), askable(board));
    let mut found = Vec::new();
    for key in board.world.facts.roster.people.keys() {
        let Some(user) = board.world.directory.user(key) else { continue };
        if !board.world.directory.may_answer(&user) || supervisors.contains(&user) {
            continue;
        }
        let Some(way) = could(board, &lives, &desks, key, &user, span) else { continue };
        let belongs = if board.is_responder(first, &user) { Belongs::Here } else { Belongs::Elsewhere };
        let open = board.world.loads.get(&user).map_or(0, |load| load.open_cases);
        found.push(((belongs, way, open, key.clone()), user));
    }
    found.sort();
    found.into_iter().map(|(_, user)| user).collect()
}

/// Everybody's state, without the mark that the end of a shift sets: by it nothing is given to them, but who is
/// reachable may still be asked.
fn askable(board: &Board<'_>) -> Lives {
    let mut lives = board.lives().clone();
    for record in board.state().people.values().filter(|record| record.routine.off_until.is_some()) {
        lives.insert(board.key(&record.user), routine::unmarked(&board.record(&record.user)));
    }
    lives
}

fn could(
    board: &Board<'_>,
    lives: &Lives,
    desks: &[&Desk],
    key: &PersonKey,
    user: &UserId,
    span: Span,
) -> Option<Way> {
    let words = lives.get(key).map(|live| live.words.as_slice()).unwrap_or_default();
    let has_said = words.iter().any(|word| !word.span().overlap(&span).is_empty());
    if has_said || !may_be_asked(board, lives, key) {
        return None;
    }
    let last = span.until.checked_sub_signed(TimeDelta::seconds(1)).unwrap_or(span.until).max(span.from);
    let mut found = None;
    for desk in desks {
        for at in [span.from.max(board.now), last.max(board.now)] {
            found = found.max(Some(way(board, lives, desk, key, user, at)?));
        }
    }
    found
}

/// How somebody is free for this desk at that instant; none when they are not, or answer on it already.
fn way(
    board: &Board<'_>,
    lives: &Lives,
    desk: &Desk,
    key: &PersonKey,
    user: &UserId,
    at: Timestamp,
) -> Option<Way> {
    let answer = answer(board, lives, desk, key, at);
    if is_off_shift(&answer) {
        return board.world.facts.roster.is_reachable(key.as_str(), at).then_some(Way::OffShift);
    }
    if !answer.available || counts_everywhere(board, lives, desk, key, at) {
        return None;
    }
    if board.is_responder(desk, user) {
        return Some(Way::OffTurn);
    }
    let is_free = |other: &&Desk| {
        other.key != desk.key
            && serves(board, lives, other, key, at)
            && self::answer(board, lives, other, key, at).available
    };
    board.world.desks.values().any(|other| is_free(&other)).then_some(Way::Elsewhere)
}

/// Nobody is asked in their night: only while reachable, or where they could be pinged anyhow.
fn may_be_asked(board: &Board<'_>, lives: &Lives, key: &PersonKey) -> bool {
    let now = board.now;
    board.world.facts.roster.is_reachable(key.as_str(), now)
        || board.world.desks.values().any(|desk| answer(board, lives, desk, key, now).available)
}

/// The best answer of the desk's fillings. At large there always is one.
fn answer(board: &Board<'_>, lives: &Lives, desk: &Desk, key: &PersonKey, at: Timestamp) -> Answer {
    let answers = board.answers(desk, key, at, lives);
    let nowhere = Answer { available: false, reason: Reason::OffHours, until: None };
    answers.max_by_key(|answer| answer.available).unwrap_or(nowhere)
}

fn serves(board: &Board<'_>, lives: &Lives, desk: &Desk, key: &PersonKey, at: Timestamp) -> bool {
    board.people_of(desk, lives, moment(at)).contains(key)
}

/// Whether they answer in a tier that counts towards the minimum, in every filling of the desk: whoever only
/// helps out may be asked, and so may whoever counts for one channel and not for another.
fn counts_everywhere(board: &Board<'_>, lives: &Lives, desk: &Desk, key: &PersonKey, at: Timestamp) -> bool {
    let mut counting = desk.coverage.clone();
    counting.tiers.retain(|tier| tier.counts);
    board.fillings(&desk.key).iter().filter(|filling| filling.is_in_force(at)).all(|filling| {
        let facts = filling.facts(board.world, lives);
        coverage::people_of(&counting, moment(at), &facts).contains(key)
    })
}

fn moment(at: Timestamp) -> Span {
    Span::new(at, at.checked_add_signed(TimeDelta::seconds(1)).unwrap_or(at))
}

/// Off by their hours, and by nothing else: not away, not on time off, not on a holiday.
fn is_off_shift(answer: &Answer) -> bool {
    match answer.reason {
        Reason::OffHours | Reason::OffDate => true,
        Reason::DeskClosed { .. }
        | Reason::Away { .. }
        | Reason::Covering { .. }
        | Reason::TimeOff { .. }
        | Reason::Calendar { .. }
        | Reason::Dnd
        | Reason::Status { .. }
        | Reason::Break { .. }
        | Reason::StandIn { .. }
        | Reason::EventDays
        | Reason::OnDate
        | Reason::Holiday { .. }
        | Reason::InHours
        | Reason::PresenceAway
        | Reason::Free => false,
    }
}
