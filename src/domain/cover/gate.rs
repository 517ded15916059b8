//! The break gate's arithmetic: where a desk has fewer than it wants, and what an absence would add to that.

use crate::clock::Timestamp;
use crate::coverage::{self, Gap, Live, Span, Word};
use crate::domain::cover::board::{Board, Lives};
use crate::domain::cover::leave::Leave;
use crate::domain::cover::note::{Short, Shortfall};
use crate::domain::desk::Desk;
use crate::id::{PersonKey, UserId};
use chrono::TimeDelta;
use rangemap::RangeSet;

/// How long somebody who is away without an end is counted on to be away.
const OPEN_ENDED: TimeDelta = TimeDelta::hours(12);

/// Every desk that an absence would leave with fewer than its minimum, and fewer than it has without it; by
/// known hours, breaks, time off and calendars, and for one that begins at once by Slack's states as well, so
/// that the watch says the same a moment later. Empty: it may be granted.
pub fn shortfalls(board: &Board<'_>, by: &UserId, leave: &Leave) -> Vec<Shortfall> {
    let key = board.key(by);
    let (before, after) = if_absent(board, by, &key, leave);
    let found = board.world.desks.values().filter_map(|desk| {
        let facts = board.facts(desk, &before);
        if !coverage::people_of(&desk.coverage, leave.span(), &facts).contains(&key) {
            return None;
        }
        let without = gaps(board, desk, &after, leave.span());
        let lacking = worse(&gaps(board, desk, &before, leave.span()), without);
        let pieces = joined(unwanted(board, desk, lacking));
        (!pieces.is_empty()).then(|| Shortfall { desk: desk.key.clone(), pieces })
    });
    found.collect()
}

/// Everybody's state as it can be counted on, without the absence and with it.
fn if_absent(board: &Board<'_>, by: &UserId, key: &PersonKey, leave: &Leave) -> (Lives, Lives) {
    let known = |live: &Live| match leave.from <= board.now {
        true => near(live, board.now),
        false => foreseen(live, board.now),
    };
    let before: Lives = board.lives().iter().map(|(key, live)| (key.clone(), known(live))).collect();
    let mut after = before.clone();
    let mut live = known(&board.live(by));
    leave.enter(&mut live, &board.world.facts.roster.zone(key.as_str()));
    after.insert(key.clone(), live);
    (before, after)
}

/// What is known of the moments to come: a status without an end says something of this one only.
fn near(live: &Live, now: Timestamp) -> Live {
    let mut near = until_evening(live.clone(), now);
    near.presence = None;
    if let Some(status) = &mut near.status {
        status.expires_at = status.expires_at.or_else(|| now.checked_add_signed(TimeDelta::seconds(1)));
    }
    near
}

/// What can be counted on of the days to come.
pub fn foreseen(live: &Live, now: Timestamp) -> Live {
    until_evening(live.ahead(), now)
}

/// Whoever is away without an end means today: next week is no gap because somebody has not come back yet.
fn until_evening(mut live: Live, now: Timestamp) -> Live {
    if let Some(Word::Away { until: until @ None, .. }) = live.words.last_mut() {
        *until = now.checked_add_signed(OPEN_ENDED);
    }
    live
}

/// The gaps of a desk within a span; none for an empty one.
fn gaps(board: &Board<'_>, desk: &Desk, lives: &Lives, span: Span) -> Vec<Gap> {
    coverage::gaps(&desk.coverage, span.from, span.until, &board.facts(desk, lives)).unwrap_or_default()
}

/// The parts of `after` in which `before` had more.
fn worse(before: &[Gap], after: Vec<Gap>) -> Vec<Gap> {
    let mut found = Vec::new();
    for gap in after {
        let mut lacking = RangeSet::new();
        lacking.insert(gap.from..gap.until);
        for known in before.iter().filter(|known| known.available <= gap.available) {
            lacking.remove(known.from..known.until);
        }
        found.extend(lacking.iter().map(|part| Gap { from: part.start, until: part.end, ..gap }));
    }
    found
}

/// Gaps without what was marked as wanted.
fn unwanted(board: &Board<'_>, desk: &Desk, gaps: Vec<Gap>) -> Vec<Gap> {
    let wanted = board.kept(&desk.key).map(|kept| kept.wanted.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for gap in gaps {
        let mut left = RangeSet::new();
        left.insert(gap.from..gap.until);
        for span in wanted.iter().filter(|span| !span.is_empty()) {
            left.remove(span.from..span.until);
        }
        found.extend(left.iter().map(|part| Gap { from: part.start, until: part.end, ..gap }));
    }
    found
}

/// Gaps that touch are one to people, with the fewest available in it.
fn joined(gaps: Vec<Gap>) -> Vec<Short> {
    let mut found: Vec<Short> = Vec::new();
    for gap in gaps {
        match found.last_mut() {
            Some(last) if last.span.until == gap.from => {
                last.span.until = gap.until;
                last.available = last.available.min(gap.available);
            }
            Some(_) | None => found.push(Short {
                span: Span::new(gap.from, gap.until),
                available: gap.available,
                minimum: gap.minimum,
            }),
        }
    }
    found
}

/// Where the desk has fewer than it wants within a span, wanted gaps left out.
pub fn shorts(board: &Board<'_>, desk: &Desk, lives: &Lives, span: Span) -> Vec<Short> {
    if desk.coverage.min_available == 0 || span.is_empty() {
        return Vec::new();
    }
    joined(unwanted(board, desk, gaps(board, desk, lives, span)))
}

/// What can be counted on of everybody.
pub fn ahead(board: &Board<'_>) -> Lives {
    board.lives().iter().map(|(key, live)| (key.clone(), foreseen(live, board.now))).collect()
}

/// The span from the first to the last instant that lacks somebody.
pub fn hull(short: &[Shortfall]) -> Option<Span> {
    let spans = || short.iter().flat_map(|one| &one.pieces).map(|piece| piece.span);
    let from = spans().map(|span| span.from).min()?;
    let until = spans().map(|span| span.until).max()?;
    Some(Span::new(from, until))
}
