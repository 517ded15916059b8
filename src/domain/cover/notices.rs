//! Gaps seen ahead: announced a week, a day and half an hour before, once each, and never when wanted.

use crate::clock::{Length, Timestamp};
use crate::coverage::{Reason, Span};
use crate::domain::History;
use crate::domain::cover::board::{Board, Lives};
use crate::domain::cover::gate;
use crate::domain::cover::note::{CoverNote, Short};
use crate::domain::cover::record::{DeskCover, Told};
use crate::domain::desk::Desk;
use crate::id::{ChannelId, PersonKey, UserId};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// A gap that comes into sight this close to its notice was seen in time.
const IN_TIME: TimeDelta = TimeDelta::minutes(1);

/// The gaps that lie ahead within the longest notice, by what can be counted on.
fn coming(board: &Board<'_>, desk: &Desk, lives: &Lives, sight: TimeDelta) -> Vec<Short> {
    let (now, day) = (board.now, TimeDelta::days(1));
    // A day more than is looked for, so that the end of a gap is seen as well.
    let until = now.checked_add_signed(sight + day).unwrap_or(now);
    let mut found = gate::shorts(board, desk, lives, Span::new(now, until));
    found.retain(|short| short.span.from > now && short.span.from - now <= sight);
    found
}

fn longest(desk: &Desk) -> TimeDelta {
    desk.notices.iter().max().map_or(TimeDelta::zero(), |notice| notice.delta())
}

/// The tightest notice whose time has come for a gap at `at`.
fn due_notice(desk: &Desk, now: Timestamp, at: Timestamp) -> Option<Length> {
    desk.notices.iter().filter(|notice| at - now <= notice.delta()).min().copied()
}

/// The notice that was given last about this gap, in seconds before it.
fn given(board: &Board<'_>, desk: &Desk, span: Span) -> Option<u32> {
    let told = board.kept(&desk.key).map(|kept| kept.told.as_slice()).unwrap_or_default();
    let same = told.iter().filter(|told| !told.span.overlap(&span).is_empty());
    same.map(|told| told.within).min()
}

/// What is over is neither told nor wanted any more.
fn forget_past(board: &mut Board<'_>, desk: &Desk) {
    let now = board.now;
    let is_past = |kept: &DeskCover| {
        kept.told.iter().any(|told| told.span.until <= now)
            || kept.wanted.iter().any(|span| span.until <= now)
    };
    if board.kept(&desk.key).is_some_and(is_past) {
        let kept = board.cover(&desk.key);
        kept.told.retain(|told| told.span.until > now);
        kept.wanted.retain(|span| span.until > now);
    }
}

/// Announces what is due, all of one place in one message, and tells those whose entries opened a gap that is new.
pub fn look<'a>(board: &mut Board<'a>, desk: &'a Desk) {
    let now = board.now;
    forget_past(board, desk);
    match board.world.history {
        History::Read => {}
        History::BeingRead => return,
    }
    let lives = gate::ahead(board);
    let sight = longest(desk) + IN_TIME;
    let mut due = Vec::new();
    let mut news = Vec::new();
    for short in coming(board, desk, &lives, sight) {
        let Some(notice) = due_notice(desk, now, short.span.from) else { continue };
        let before = given(board, desk, short.span);
        if before.is_some_and(|before| before <= notice.as_secs()) {
            continue;
        }
        if before.is_none() && notice.delta() - (short.span.from - now) > IN_TIME {
            news.push(short);
        }
        let told = &mut board.cover(&desk.key).told;
        told.retain(|told| told.span.overlap(&short.span).is_empty());
        told.push(Told { span: short.span, within: notice.as_secs() });
        due.push(short);
    }
    let mut by_place: BTreeMap<Vec<ChannelId>, Vec<Short>> = BTreeMap::new();
    for short in due {
        let channels = gate::channels_short(board, desk, &lives, short.span);
        by_place.entry(channels).or_default().push(short);
    }
    for (channels, gaps) in by_place {
        board.announce(desk, &channels, &CoverNote::GapsComing { desk: desk.key.clone(), gaps });
    }
    tell_makers(board, desk, &lives, &news);
}

/// Each of those whose own entry lies in a new gap hears of their gaps in one word.
fn tell_makers<'a>(board: &mut Board<'a>, desk: &'a Desk, lives: &Lives, news: &[Short]) {
    let mut makers: Vec<(UserId, Vec<Short>)> = Vec::new();
    for short in news {
        for user in makers_of(board, desk, lives, short) {
            match makers.iter_mut().find(|(known, _)| *known == user) {
                Some((_, gaps)) => gaps.push(*short),
                None => makers.push((user, vec![*short])),
            }
        }
    }
    for (user, gaps) in makers {
        board.tell(&desk.key, &user, CoverNote::YourGap { desk: desk.key.clone(), gaps });
    }
}

fn makers_of(board: &Board<'_>, desk: &Desk, lives: &Lives, short: &Short) -> Vec<UserId> {
    let is_entry = |person: &PersonKey| {
        let mut answers = board.answers(desk, person, short.span.from, lives);
        answers.any(|answer| !answer.available && is_own_entry(&answer.reason))
    };
    let people = board.people_of(desk, lives, short.span).into_iter();
    people.filter(is_entry).filter_map(|person| board.world.directory.user(&person)).collect()
}

/// Whether somebody entered this themselves: in their calendar or with a word to the bot.
fn is_own_entry(reason: &Reason) -> bool {
    match reason {
        Reason::Away { .. } | Reason::TimeOff { .. } | Reason::Calendar { .. } | Reason::Break { .. } => true,
        Reason::DeskClosed { .. }
        | Reason::Covering { .. }
        | Reason::Dnd
        | Reason::Status { .. }
        | Reason::StandIn { .. }
        | Reason::EventDays
        | Reason::OnDate
        | Reason::OffDate
        | Reason::Holiday { .. }
        | Reason::InHours
        | Reason::OffHours
        | Reason::PresenceAway
        | Reason::Free => false,
    }
}

/// When the next notice is due by what is known now.
pub fn next_notice(board: &Board<'_>, desk: &Desk) -> Option<Timestamp> {
    let lives = gate::ahead(board);
    let sight = longest(desk) + TimeDelta::days(1);
    let mut next: Option<Timestamp> = None;
    for short in coming(board, desk, &lives, sight) {
        let before = given(board, desk, short.span);
        for notice in &desk.notices {
            let at = short.span.from - notice.delta();
            let is_open = before.is_none_or(|before| notice.as_secs() < before);
            // One whose time has come already is told now; afterwards only tighter ones are left.
            let at = at.max(board.now);
            if is_open && (at > board.now || due_now(board, desk, short.span, before)) {
                next = Some(next.map_or(at, |next| next.min(at)));
            }
        }
    }
    next
}

fn due_now(board: &Board<'_>, desk: &Desk, span: Span, before: Option<u32>) -> bool {
    due_notice(desk, board.now, span.from)
        .is_some_and(|notice| before.is_none_or(|before| notice.as_secs() < before))
}
