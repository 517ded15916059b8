//! Requests for cover: opened by a wish that would leave a desk short, answered by those asked, granted whole.

use crate::coverage::Span;
use crate::domain::cover::board::Board;
use crate::domain::cover::gate;
use crate::domain::cover::leave::{Leave, LeaveKind};
use crate::domain::cover::note::{CoverNote, Shortfall};
use crate::domain::cover::record::{AskedAs, Request, Seek, Stage};
use crate::domain::cover::seek::{self, Need, Settled, Step};
use crate::domain::effect::Reply;
use crate::domain::note::Note;
use crate::id::{DeskKey, UserId};

/// A wish to be absent: granted at once when no desk is left short, else an offer to find cover.
pub fn wish(board: &mut Board<'_>, by: &UserId, leave: Leave) {
    let short = gate::shortfalls(board, by, &leave);
    if !short.is_empty() {
        return board.answer(CoverNote::WouldLeaveShort { leave, short });
    }
    withdraw(board, by);
    grant(board, by, &leave);
    board.reply(Reply::Private(granted(leave)));
}

fn granted(leave: Leave) -> Note {
    match leave.kind {
        LeaveKind::Away => Note::AwaySet { until: Some(leave.until), reason: leave.note },
        LeaveKind::Break | LeaveKind::Off => Note::Cover(CoverNote::Granted { leave, covered_by: None }),
    }
}

/// Whether an absence leaves every desk with its minimum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fits {
    Yes,
    No,
}

/// Enters an absence that nobody asked for, where no desk is left short by it. What they asked for stands.
pub fn grant_if_it_fits(board: &mut Board<'_>, by: &UserId, leave: &Leave) -> Fits {
    if !gate::shortfalls(board, by, leave).is_empty() {
        return Fits::No;
    }
    grant(board, by, leave);
    Fits::Yes
}

/// Enters an absence, and marks every desk where it counts.
fn grant(board: &mut Board<'_>, by: &UserId, leave: &Leave) {
    let key = board.key(by);
    let zone = board.world.facts.roster.zone(key.as_str());
    for desk in board.served(&key) {
        board.cover(&desk).grants += 1;
    }
    board.change(by, |live| leave.enter(live, &zone));
}

/// Takes back what somebody had asked for: they ask anew, are back, or need it no longer.
pub fn withdraw(board: &mut Board<'_>, by: &UserId) {
    let desks: Vec<DeskKey> = board.world.desks.keys().cloned().collect();
    for desk in desks {
        let theirs = |request: &Request| request.by == *by;
        let kept = board.kept(&desk).map(|kept| kept.requests.as_slice()).unwrap_or_default();
        let gone: Vec<Request> = kept.iter().filter(|request| theirs(request)).cloned().collect();
        for request in gone {
            close(board, &desk, &request, Settled::ByItself);
        }
    }
}

fn close(board: &mut Board<'_>, desk: &DeskKey, request: &Request, end: Settled<'_>) {
    board.cover(desk).requests.retain(|kept| kept.number != request.number);
    seek::settle(board, &request.seek, &request.desks, Some(&request.by), end);
}

/// "Find cover": asks the first who could, unless it fits by now.
pub fn seek(board: &mut Board<'_>, by: &UserId, leave: &Leave) {
    let Some(leave) = leave.begun(board.now) else { return board.answer(CoverNote::IsSettled) };
    let short = gate::shortfalls(board, by, &leave);
    let Some(first) = short.first().map(|short| short.desk.clone()) else { return wish(board, by, leave) };
    withdraw(board, by);
    let request = Request {
        number: board.cover(&first).number(),
        by: by.clone(),
        leave: leave.clone(),
        desks: short.iter().map(|short| short.desk.clone()).collect(),
        asked_at: board.now,
        seek: Seek::default(),
    };
    let within = board.cover_within(&first).delta();
    let until = board.now.checked_add_signed(within).unwrap_or(board.now);
    match advance(board, &first, request, &short) {
        Step::Asked(asked, role) => board.answer(CoverNote::Seeking { leave, asked, role, until }),
        Step::Waiting | Step::Ended | Step::Over => board.answer(CoverNote::NobodyToAsk { leave }),
    }
}

fn need(kept_by: &DeskKey, request: &Request, leave: &Leave, short: &[Shortfall]) -> Need {
    Need {
        number: request.number,
        kept_by: kept_by.clone(),
        desks: short.iter().map(|short| short.desk.clone()).collect(),
        person: Some(request.by.clone()),
        leave: Some(leave.clone()),
        span: gate::hull(short).unwrap_or(leave.span()),
    }
}

/// Goes on with a request that stands, and keeps it unless nobody was ever asked.
fn advance(board: &mut Board<'_>, desk: &DeskKey, mut request: Request, short: &[Shortfall]) -> Step {
    let leave = request.leave.begun(board.now).unwrap_or_else(|| request.leave.clone());
    let need = need(desk, &request, &leave, short);
    let step = seek::step(board, &mut request.seek, &need);
    let kept = &mut board.cover(desk).requests;
    kept.retain(|kept| kept.number != request.number);
    if !request.seek.asked.is_empty() {
        kept.push(request);
    }
    step
}

/// Looks at the requests of a desk: lapsed ones go, those that fit by now are granted, the others go on.
pub fn look(board: &mut Board<'_>, desk: &DeskKey) {
    let requests = board.kept(desk).map(|kept| kept.requests.clone()).unwrap_or_default();
    for request in requests {
        let leave = request.leave.begun(board.now);
        let Some(leave) = leave.filter(|_| request.leave.lapses_at(request.asked_at) > board.now) else {
            close(board, desk, &request, Settled::ByItself);
            continue;
        };
        let short = gate::shortfalls(board, &request.by, &leave);
        if short.is_empty() {
            close(board, desk, &request, Settled::ByItself);
            grant(board, &request.by, &leave);
            board.tell(desk, &request.by, CoverNote::Granted { leave, covered_by: None });
            continue;
        }
        let was_open = request.seek.stage == Stage::Asking;
        let by = request.by.clone();
        let supervisors = supervisors_asked(&request.seek);
        if advance(board, desk, request, &short) == Step::Ended && was_open {
            board.tell(desk, &by, CoverNote::NobodyTook { leave, supervisors });
        }
    }
}

fn supervisors_asked(seek: &Seek) -> Vec<UserId> {
    let supervisors = seek.asked.iter().filter(|asked| asked.role == AskedAs::Supervisor);
    supervisors.map(|asked| asked.who.clone()).collect()
}

/// How one who was asked answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    Accepts,
    /// The supervisor lets them go uncovered.
    Uncovered,
    Declines,
}

/// An answer to a request that stands.
pub fn answered(board: &mut Board<'_>, by: &UserId, desk: &DeskKey, request: Request, how: Answered) {
    let Some(role) = seek::asked_as(&request.seek, by) else { return board.answer(CoverNote::IsSettled) };
    match (how, role) {
        (Answered::Declines, AskedAs::Coverer) => {
            board.answer(CoverNote::DeclineNoted);
            decline(board, by, desk, request);
        }
        (Answered::Declines, AskedAs::Supervisor) => {
            close(board, desk, &request, Settled::Decided(by));
            let refused = CoverNote::Refused { leave: request.leave, by: by.clone() };
            board.tell(desk, &request.by, refused);
            board.answer(CoverNote::DeclineNoted);
        }
        (Answered::Uncovered, AskedAs::Coverer) => board.answer(CoverNote::IsSettled),
        (Answered::Accepts, AskedAs::Coverer | AskedAs::Supervisor)
        | (Answered::Uncovered, AskedAs::Supervisor) => settle(board, by, desk, &request, how, role),
    }
}

fn decline(board: &mut Board<'_>, by: &UserId, desk: &DeskKey, mut request: Request) {
    seek::declined(&mut request.seek, by);
    let number = request.number;
    for kept in board.cover(desk).requests.iter_mut().filter(|kept| kept.number == number) {
        kept.seek = request.seek.clone();
    }
    look(board, desk);
}

/// Somebody covers, or the supervisor lets it be: the absence is granted, all in one decision.
fn settle(
    board: &mut Board<'_>,
    by: &UserId,
    desk: &DeskKey,
    request: &Request,
    how: Answered,
    role: AskedAs,
) {
    let lapsed = request.leave.lapses_at(request.asked_at) <= board.now;
    let Some(leave) = request.leave.begun(board.now).filter(|_| !lapsed) else {
        close(board, desk, request, Settled::Decided(by));
        return board.answer(CoverNote::IsSettled);
    };
    let short = gate::shortfalls(board, &request.by, &leave);
    let need = need(desk, request, &leave, &short);
    let person = Some(request.by.clone());
    let covers = !short.is_empty() && how == Answered::Accepts;
    let end = if covers { Settled::Covered(by) } else { Settled::Decided(by) };
    close(board, desk, request, end);
    if covers {
        seek::stand_in(board, by, &need);
        board.answer(CoverNote::YouCover { person, desks: need.desks, span: need.span });
    } else if short.is_empty() {
        board.answer(CoverNote::NotNeeded { person });
    } else {
        board.answer(CoverNote::UncoveredNoted { person, desks: need.desks });
    }
    // Who supervises never counts towards the minimum: the gap is theirs to answer for.
    if role == AskedAs::Supervisor {
        for one in &short {
            let spans: Vec<Span> = one.pieces.iter().map(|piece| piece.span).collect();
            board.cover(&one.desk).wanted.extend(spans);
        }
    }
    grant(board, &request.by, &leave);
    let covered_by = covers.then(|| by.clone());
    board.tell(desk, &request.by, CoverNote::Granted { leave, covered_by });
}
