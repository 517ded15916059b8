//! Looking for cover: those who could are asked one after the other, then the supervisor; the first yes ends it.

use crate::clock::Timestamp;
use crate::coverage::{Span, Word};
use crate::domain::cover::board::{Board, Lives};
use crate::domain::cover::candidates::candidates;
use crate::domain::cover::gate;
use crate::domain::cover::leave::Leave;
use crate::domain::cover::ledger::CoverHappened;
use crate::domain::cover::note::CoverNote;
use crate::domain::cover::record::{Asked, AskedAnswer, AskedAs, Seek, Stage};
use crate::domain::desk::Desk;
use crate::id::{DeskKey, UserId};

/// What is to be covered, for whom.
pub struct Need {
    /// The request's or alarm's number on the desk that keeps it.
    pub number: u32,
    pub kept_by: DeskKey,
    /// The desks that are short.
    pub desks: Vec<DeskKey>,
    /// Whose place is to be taken; they are not asked themselves.
    pub person: Option<UserId>,
    /// The absence they wish for; none when they left already.
    pub leave: Option<Leave>,
    pub span: Span,
}

/// What a step of the search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody has time left to answer.
    Waiting,
    /// These were asked just now.
    Asked(Vec<UserId>, AskedAs),
    /// Nobody is left to ask, since just now.
    Ended,
    /// Nobody is left to ask, and that is known.
    Over,
}

/// Asks the next in line when the one before declined or let their time pass.
pub fn step(board: &mut Board<'_>, seek: &mut Seek, need: &Need) -> Step {
    let desk = need.kept_by.clone();
    match seek.stage {
        Stage::Exhausted => return Step::Over,
        Stage::Asking => {}
    }
    if answer_by(board, seek, &desk).is_some_and(|until| until > board.now) {
        return Step::Waiting;
    }
    let fresh = |user: &UserId| !seek.asked.iter().any(|asked| asked.who == *user);
    let is_them = |user: &UserId| need.person.as_ref() == Some(user);
    let next = candidates(board, &need.desks, need.span)
        .into_iter()
        .find(|user| fresh(user) && !is_them(user) && word_that_helps(board, user, need).is_some());
    let supervised = seek.asked.iter().any(|asked| asked.role == AskedAs::Supervisor);
    let (who, role) = match next {
        Some(next) if !supervised => (vec![next], AskedAs::Coverer),
        Some(_) | None => {
            let all = board.desk(&desk).map(|desk| board.supervisors(desk)).unwrap_or_default();
            (all.into_iter().filter(|user| fresh(user) && !is_them(user)).collect(), AskedAs::Supervisor)
        }
    };
    if who.is_empty() {
        seek.stage = Stage::Exhausted;
        return Step::Ended;
    }
    for one in &who {
        ask(board, seek, need, one, role);
    }
    Step::Asked(who, role)
}

fn ask(board: &mut Board<'_>, seek: &mut Seek, need: &Need, who: &UserId, role: AskedAs) {
    let at = board.now;
    seek.asked.push(Asked { who: who.clone(), at, role, answer: AskedAnswer::None });
    let answer_by = at.checked_add_signed(board.cover_within(&need.kept_by).delta()).unwrap_or(at);
    let (number, person, leave, span) = (need.number, need.person.clone(), need.leave.clone(), need.span);
    let (desk, short) = (need.kept_by.clone(), need.desks.clone());
    let note = match role {
        AskedAs::Coverer => CoverNote::AskCover { desk, short, number, person, leave, span, answer_by },
        AskedAs::Supervisor => {
            CoverNote::AskSupervisor { desk, short, number, person, leave, span, answer_by }
        }
    };
    board.tell(&need.kept_by, who, note);
}

/// Until when somebody who has not answered has time; none when nobody has.
pub fn answer_by(board: &Board<'_>, seek: &Seek, desk: &DeskKey) -> Option<Timestamp> {
    let open = seek.asked.iter().filter(|asked| asked.answer == AskedAnswer::None);
    let latest = open.map(|asked| asked.at).max()?;
    latest.checked_add_signed(board.cover_within(desk).delta())
}

/// As what somebody was asked; none when they were not.
pub fn asked_as(seek: &Seek, who: &UserId) -> Option<AskedAs> {
    seek.asked.iter().find(|asked| asked.who == *who).map(|asked| asked.role)
}

/// How a search came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled<'a> {
    /// This one covers.
    Covered(&'a UserId),
    /// This one decided otherwise.
    Decided(&'a UserId),
    /// It is not needed any more.
    ByItself,
}

/// Takes a no.
pub fn declined(seek: &mut Seek, who: &UserId) {
    for asked in seek.asked.iter_mut().filter(|asked| asked.who == *who) {
        asked.answer = AskedAnswer::Declined;
    }
}

/// Tells everybody who was asked and has not declined that it is settled, but for the one who settled it. The
/// first of the desks keeps the record.
pub fn settle(
    board: &mut Board<'_>,
    seek: &Seek,
    desks: &[DeskKey],
    person: Option<&UserId>,
    end: Settled<'_>,
) {
    let Some(desk) = desks.first() else { return };
    let open = seek.asked.iter().filter(|asked| asked.answer == AskedAnswer::None);
    let (by, but) = match end {
        Settled::Covered(by) => (Some(by), Some(by)),
        Settled::Decided(by) => (None, Some(by)),
        Settled::ByItself => (None, None),
    };
    for asked in open.filter(|asked| but != Some(&asked.who)) {
        let note = CoverNote::Settled { desks: desks.to_vec(), person: person.cloned(), by: by.cloned() };
        board.tell(desk, &asked.who, note);
    }
}

/// Makes `by` stand in; somebody of whom that is no help, because they do not count, for the desk at large.
pub fn stand_in(board: &mut Board<'_>, by: &UserId, need: &Need) {
    let word = word_that_helps(board, by, need).unwrap_or_else(|| word_of(board, None, need));
    board.change(by, |live| live.say(word));
    if let Some(desk) = need.desks.first() {
        let (from, until) = (need.span.from.max(board.now), need.span.until);
        let what = CoverHappened::Covered { person: need.person.clone(), from, until };
        board.record_on(desk, Some(by), what);
    }
}

/// In the place of the person where that helps, else for the desk at large, because somebody whose turn is over
/// has no place to take; none where neither helps.
fn word_that_helps(board: &Board<'_>, by: &UserId, need: &Need) -> Option<Word> {
    let in_place = need.person.as_ref().map(|person| word_of(board, Some(person), need));
    let words = in_place.into_iter().chain([word_of(board, None, need)]);
    words.into_iter().find(|word| helps(board, by, word, need))
}

fn word_of(board: &Board<'_>, person: Option<&UserId>, need: &Need) -> Word {
    Word::Covering {
        from: need.span.from.max(board.now),
        until: Some(need.span.until),
        person: person.map(|person| board.key(person)),
        desks: need.desks.clone(),
    }
}

fn helps(board: &Board<'_>, by: &UserId, word: &Word, need: &Need) -> bool {
    let desks: Vec<&Desk> = need.desks.iter().filter_map(|desk| board.desk(desk)).collect();
    let span = Span::new(need.span.from.max(board.now), need.span.until);
    let mut lives = board.lives().clone();
    let key = board.key(by);
    if let (Some(leave), Some(person)) = (&need.leave, &need.person) {
        let person = board.key(person);
        let zone = board.world.facts.roster.zone(person.as_str());
        leave.enter(lives.entry(person).or_default(), &zone);
    }
    let lacking = |lives: &Lives| -> i64 { desks.iter().map(|desk| lacking(board, desk, lives, span)).sum() };
    let before = lacking(&lives);
    lives.entry(key).or_default().say(word.clone());
    lacking(&lives) < before
}

/// How much is missing within a span, in people times seconds.
fn lacking(board: &Board<'_>, desk: &Desk, lives: &Lives, span: Span) -> i64 {
    let fillings = board.fillings(&desk.key).iter();
    fillings
        .flat_map(|filling| gate::with_wanted(board, desk, std::slice::from_ref(filling), lives, span).0)
        .map(|short| short.span.length().num_seconds() * i64::from(short.minimum - short.available))
        .sum()
}
