//! A wall clock that was set back: what happened cannot lie ahead, so that every wait runs from now at the latest.

use crate::clock::Timestamp;
use crate::domain::case::{Case, Late, Stage};
use chrono::TimeDelta;

/// Clocks that are kept right are moved by less.
const SLACK: TimeDelta = TimeDelta::seconds(2);

/// Brings every instant of the past that lies ahead of `now` back to `now`. What people chose ahead (the end of
/// a hold) stays as they chose it.
pub fn nothing_ahead(case: &mut Case, now: Timestamp) {
    let back = |at: &mut Timestamp| {
        if *at > now + SLACK {
            *at = now;
        }
    };
    if let Some(standing) = &mut case.run.standing {
        back(&mut standing.at);
    }
    case.run.pinged.values_mut().for_each(back);
    case.detours.iter_mut().for_each(|detour| back(&mut detour.at));
    case.waiting.values_mut().for_each(|ping| back(&mut ping.due_at));
    case.resolve_from.iter_mut().for_each(back);
    let talk = &mut case.talk;
    back(&mut talk.turn_since);
    back(&mut talk.last_requester_at);
    talk.last_responder_at.iter_mut().for_each(back);
    for late in [&mut talk.reply_late, &mut talk.update_late, &mut talk.resolve_late] {
        match late {
            Late::Nudged(at) => back(at),
            Late::No | Late::Escalated => {}
        }
    }
    match &mut case.stage {
        Stage::Owned(owned) => {
            back(&mut owned.since);
            back(&mut owned.acted_at);
            owned.asked_away_at.iter_mut().for_each(back);
            if let Some(offer) = owned.offer.as_mut().filter(|offer| offer.at > now + SLACK) {
                offer.until = now + (offer.until - offer.at);
                offer.at = now;
            }
        }
        Stage::Unclaimed | Stage::Resolved(_) | Stage::Withdrawn { .. } => {}
    }
}
