//! The break gate's arithmetic: where a desk has fewer than it wants, and what an absence would add to that.

use crate::clock::Timestamp;
use crate::coverage::{self, Gap, Live, Span, Word};
use crate::domain::cover::board::{Board, Lives};
use crate::domain::cover::filling::Filling;
use crate::domain::cover::leave::Leave;
use crate::domain::cover::note::{Short, Shortfall, Wanted};
use crate::domain::desk::Desk;
use crate::id::{ChannelId, PersonKey, UserId};
use chrono::TimeDelta;
use std::collections::BTreeSet;

/// How long somebody who is away without an end is counted on to be away.
const OPEN_ENDED: TimeDelta = TimeDelta::hours(12);

/// Every desk that an absence would leave with fewer than its minimum, and fewer than it has without it; by
/// known hours, breaks, time off and calendars, and for one that begins at once by Slack's states as well, so
/// that the watch says the same a moment later. Empty: it may be granted.
pub fn shortfalls(board: &Board<'_>, by: &UserId, leave: &Leave) -> Vec<Shortfall> {
    let key = board.key(by);
    let (before, after) = if_absent(board, by, &key, leave);
    let found = board.world.desks.values().filter_map(|desk| {
        let missing = board.fillings(&desk.key).iter().flat_map(|filling| {
            let span = filling.within(leave.span());
            let facts = filling.facts(board.world, &before);
            if span.is_empty() || !coverage::people_of(&desk.coverage, span, &facts).contains(&key) {
                return Vec::new();
            }
            lacking(board, desk, filling, &before, &after, span)
        });
        let pieces = joined(unmarked(board, desk, &worst(&missing.collect::<Vec<_>>())));
        (!pieces.is_empty()).then(|| Shortfall { desk: desk.key.clone(), pieces })
    });
    found.collect()
}

/// Where a desk would have fewer than it wants, and fewer than before.
pub fn shorter(board: &Board<'_>, desk: &Desk, before: &Lives, after: &Lives, within: Span) -> Vec<Short> {
    let fillings = board.fillings(&desk.key).iter();
    let missing = fillings.flat_map(|filling| lacking(board, desk, filling, before, after, within));
    joined(unmarked(board, desk, &worst(&missing.collect::<Vec<_>>())))
}

/// The same, for one way in which the desk is served.
fn lacking(
    board: &Board<'_>,
    desk: &Desk,
    filling: &Filling,
    before: &Lives,
    after: &Lives,
    span: Span,
) -> Vec<Gap> {
    let without = gaps(board, desk, filling, after, span);
    unmeant(desk, filling, worse(&gaps(board, desk, filling, before, span), &without))
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
fn foreseen(live: &Live, now: Timestamp) -> Live {
    until_evening(live.ahead(), now)
}

/// Whoever is away without an end means today: next week is no gap because somebody has not come back yet.
fn until_evening(mut live: Live, now: Timestamp) -> Live {
    if let Some(Word::Away { until: until @ None, .. }) = live.words.last_mut() {
        *until = now.checked_add_signed(OPEN_ENDED);
    }
    live
}

/// The gaps of one filling of a desk within a span; none for an empty one.
fn gaps(board: &Board<'_>, desk: &Desk, filling: &Filling, lives: &Lives, span: Span) -> Vec<Gap> {
    let (span, facts) = (filling.within(span), filling.facts(board.world, lives));
    coverage::gaps(&desk.coverage, span.from, span.until, &facts).unwrap_or_default()
}

/// The gaps of several fillings as those of one: where they overlap, the fewest available count.
fn worst(gaps: &[Gap]) -> Vec<Gap> {
    let edges: BTreeSet<Timestamp> = gaps.iter().flat_map(|gap| [gap.from, gap.until]).collect();
    let mut found: Vec<Gap> = Vec::new();
    for (from, until) in edges.iter().zip(edges.iter().skip(1)) {
        let here = gaps.iter().filter(|gap| gap.from <= *from && *until <= gap.until);
        let Some(gap) = here.min_by_key(|gap| gap.available) else { continue };
        match found.last_mut() {
            Some(last) if last.until == *from && last.available == gap.available => last.until = *until,
            Some(_) | None => found.push(Gap { from: *from, until: *until, ..gap.clone() }),
        }
    }
    found
}

/// The parts of `after` in which `before` had more.
fn worse(before: &[Gap], after: &[Gap]) -> Vec<Gap> {
    let known = |gap: &Gap| {
        let least = gap.available;
        before
            .iter()
            .filter(move |known| known.available <= least)
            .map(|known| Span::new(known.from, known.until))
    };
    after.iter().flat_map(|gap| gap.outside(known(gap))).collect()
}

/// The gaps of a filling without those that are meant to be by configuration; on an event's own days none are.
fn unmeant(desk: &Desk, filling: &Filling, gaps: Vec<Gap>) -> Vec<Gap> {
    match filling.days.is_empty() {
        true => gaps.iter().flat_map(|gap| gap.outside(desk.wanted_within(gap))).collect(),
        false => gaps,
    }
}

/// Gaps without those that somebody marked as wanted.
fn unmarked(board: &Board<'_>, desk: &Desk, gaps: &[Gap]) -> Vec<Gap> {
    let marked = board.kept(&desk.key).map(|kept| kept.wanted.as_slice()).unwrap_or_default();
    gaps.iter().flat_map(|gap| gap.outside(marked.iter().copied())).collect()
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

/// Where the desk has fewer than it wants within a span, in any of its fillings, wanted gaps left out.
pub fn shorts(board: &Board<'_>, desk: &Desk, lives: &Lives, span: Span) -> Vec<Short> {
    with_wanted(board, desk, board.fillings(&desk.key), lives, span).0
}

/// The same for these fillings, and whether wanted gaps were left out.
pub fn with_wanted(
    board: &Board<'_>,
    desk: &Desk,
    fillings: &[Filling],
    lives: &Lives,
    span: Span,
) -> (Vec<Short>, Wanted) {
    if desk.coverage.min_available == 0 || span.is_empty() {
        return (Vec::new(), Wanted::None);
    }
    let (mut all, mut unmeant_ones) = (Vec::new(), Vec::new());
    for filling in fillings {
        let theirs = gaps(board, desk, filling, lives, span);
        all.extend(theirs.iter().cloned());
        unmeant_ones.extend(unmeant(desk, filling, theirs));
    }
    let (all, told) = (worst(&all), unmarked(board, desk, &worst(&unmeant_ones)));
    let length = |gaps: &[Gap]| gaps.iter().map(|gap| gap.until - gap.from).sum::<TimeDelta>();
    let others = if length(&told) < length(&all) { Wanted::Some } else { Wanted::None };
    (joined(told), others)
}

/// The channels that are short within a span when only channels are, each by its own filling; none when the
/// desk is short at large.
pub fn channels_short(board: &Board<'_>, desk: &Desk, lives: &Lives, span: Span) -> Vec<ChannelId> {
    let fillings = board.fillings(&desk.key).iter();
    let short = fillings.filter(|filling| {
        !with_wanted(board, desk, std::slice::from_ref(*filling), lives, span).0.is_empty()
    });
    short.map(|filling| filling.channel.clone()).collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// What can be counted on of everybody.
pub fn ahead(board: &Board<'_>) -> Lives {
    board.lives().iter().map(|(key, live)| (key.clone(), foreseen(live, board.now))).collect()
}

/// The same, as if that were known of somebody.
pub fn ahead_with(board: &Board<'_>, key: &PersonKey, live: &Live) -> Lives {
    let mut lives = ahead(board);
    lives.insert(key.clone(), foreseen(live, board.now));
    lives
}

/// The span from the first to the last instant that lacks somebody.
pub fn hull(short: &[Shortfall]) -> Option<Span> {
    let spans = || short.iter().flat_map(|one| &one.pieces).map(|piece| piece.span);
    let from = spans().map(|span| span.from).min()?;
    let until = spans().map(|span| span.until).max()?;
    Some(Span::new(from, until))
}
