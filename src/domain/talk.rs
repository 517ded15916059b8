//! What is said in a case's thread: whose turn it is, who answered first, what was added to the report.

use crate::clock::Timestamp;
use crate::domain::case::{Case, ClaimedBy, Late, Stage, Turn, WaitingFor};
use crate::domain::closing::note::ClosingNote;
use crate::domain::closing::parting::{self, Ended};
use crate::domain::draft::Draft;
use crate::domain::event::Message;
use crate::domain::note::Note;
use crate::domain::ownership::{self, Manner};
use crate::domain::people::Scene;
use crate::domain::policy::OnReply;
use crate::domain::timeline::Happened;
use crate::domain::{clocks, closing, report, text};
use crate::id::UserId;

/// A message in the thread by a person. A word to the bot is handled before it comes here.
pub fn said(draft: &mut Draft, scene: &Scene<'_>, message: &Message, at: Timestamp) {
    let earlier = draft.case.talk.last_seen.as_ref().is_some_and(|last| message.ts.parts() < last.parts());
    if !earlier {
        draft.case.talk.last_seen = Some(message.ts.clone());
    }
    let by = &message.by;
    // Whoever asked is heard as such, also where they answer others.
    let asks = *by == draft.case.requester && draft.case.owner() != Some(by);
    if asks {
        return asked(draft, scene, message, at, order(earlier));
    }
    if scene.is_responder(by) || scene.is_supervisor(by) || helps(&draft.case, by) {
        answered(draft, scene, by, at, order(earlier));
    } else {
        asked(draft, scene, message, at, order(earlier));
    }
}

/// Whether a message is the newest of its thread: an older one that arrives late turns nothing around.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Newest,
    Late,
}

fn order(earlier: bool) -> Order {
    if earlier { Order::Late } else { Order::Newest }
}

fn helps(case: &Case, user: &UserId) -> bool {
    case.ownership().is_some_and(|owned| owned.owner == *user || owned.helpers.contains(user))
}

/// A responder spoke: the first takes an unclaimed case, another than the owner is guarded.
pub fn answered(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, at: Timestamp, order: Order) {
    if !draft.case.is_open() || *by == draft.case.requester {
        return;
    }
    let pinged = draft.case.run.pinged.contains_key(by);
    let may_claim = scene.is_responder(by) || pinged;
    if draft.case.is_unclaimed() && scene.policy.claiming.on_reply == OnReply::Claims && may_claim {
        ownership::claim(draft, scene, by, ClaimedBy::Reply, Manner::InPassing);
    } else {
        ownership::guard(draft, scene, by);
    }
    draft.record(at, Some(by), Happened::ResponderSpoke);
    ownership::acted(draft, by, scene.now);
    let talk = &mut draft.case.talk;
    talk.first_answer_at.get_or_insert(at);
    talk.last_responder_at = Some(talk.last_responder_at.map_or(at, |last| last.max(at)));
    match order {
        Order::Late => {}
        Order::Newest => {
            talk.turn = Turn::Theirs;
            talk.turn_since = at;
            talk.reply_late = Late::No;
            talk.update_late = Late::No;
        }
    }
}

/// The requester's side spoke: it is our turn, and what was missing may be there.
fn asked(draft: &mut Draft, scene: &Scene<'_>, message: &Message, at: Timestamp, order: Order) {
    match &draft.case.stage {
        Stage::Withdrawn { .. } => return,
        Stage::Resolved(end) => {
            let over = text::is_thanks(&message.text) || text::is_emoji_only(&message.text);
            match end.ended {
                Ended::Silent { .. } if !over => closing::begin_again(draft, scene, &message.by),
                Ended::Said
                | Ended::Confirmed
                | Ended::Quiet
                | Ended::Silent { .. }
                | Ended::Forced { .. } => {
                    if message.by == draft.case.requester && !over {
                        let (case, by, at) = (draft.case.id.clone(), end.by.clone(), end.at);
                        draft.answer(Note::Closing(ClosingNote::WroteAfterEnd { case, by, at }));
                    }
                    return;
                }
            }
        }
        Stage::Unclaimed | Stage::Owned(_) => {}
    }
    draft.record(at, Some(&message.by), Happened::RequesterSpoke);
    report::add_reply(draft, scene, message);
    let thanks =
        message.files.is_empty() && (text::is_thanks(&message.text) || text::is_emoji_only(&message.text));
    match order {
        Order::Late => {}
        // Nobody owes an answer to a thank-you.
        Order::Newest if thanks => {
            draft.case.talk.last_requester_at = at;
            if message.by == draft.case.requester {
                parting::confirm(draft, scene, Ended::Confirmed);
            }
        }
        Order::Newest => ours_again(draft, scene, &message.by, at),
    }
}

/// The requester's side gave what it was waited for, in words, by the form or by an edit: it is our turn.
pub fn ours_again(draft: &mut Draft, scene: &Scene<'_>, by: &UserId, at: Timestamp) {
    parting::go_on(draft, scene, by);
    let waits = draft.case.ownership().and_then(|owned| owned.hold.as_ref());
    if waits.is_some_and(|hold| hold.waiting_for == WaitingFor::Requester) {
        clocks::lift_hold(draft, scene);
        draft.record(scene.now, Some(by), Happened::HoldEnded);
    }
    let talk = &mut draft.case.talk;
    talk.last_requester_at = at;
    talk.turn = Turn::Ours;
    talk.turn_since = at;
    talk.reply_late = Late::No;
}
