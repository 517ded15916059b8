//! Cases that were solved before: shown to whoever takes one that is like them, and, if the desk wishes, to whoever asks.

mod index;

pub use index::{Hit, Index};

use crate::clock::Timestamp;
use crate::domain::case::{Case, Stage};
use crate::domain::desk::Suggest;
use crate::domain::effect::{Effect, Reply};
use crate::domain::note::Note;
use crate::domain::{Decision, World};
use crate::id::{CaseId, ChannelId, MessageTs, UserId};

/// At most so many are shown.
pub const MOST: usize = 3;

/// A case that was solved, and how.
#[derive(Clone, Debug, PartialEq)]
pub struct Similar {
    pub case: CaseId,
    pub channel: ChannelId,
    pub root: Option<MessageTs>,
    /// What was reported.
    pub text: String,
    /// The solution.
    pub note: String,
    pub by: UserId,
    pub at: Timestamp,
}

impl Similar {
    /// A resolved case that says how it was solved; none of any other.
    pub fn of(case: &Case, root: Option<MessageTs>) -> Option<Self> {
        let Stage::Resolved(end) = &case.stage else { return None };
        let note = end.note.as_ref().filter(|note| !note.trim().is_empty())?;
        Some(Self {
            case: case.id.clone(),
            channel: case.channel.clone(),
            root,
            text: case.report.text.clone(),
            note: note.clone(),
            by: end.owner.clone().unwrap_or_else(|| end.by.clone()),
            at: end.at,
        })
    }
}

/// For whose eyes the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Owner,
    /// Only what happened in their own channel: others' cases are not theirs to read.
    Requester,
}

/// Adds what was solved before to a decision by which somebody takes or opens a case.
pub fn suggest(decision: &mut Decision, before: Option<&Case>, similar: Vec<Similar>, world: &World<'_>) {
    let (Some(case), false) = (&mut decision.case, similar.is_empty()) else { return };
    let wish = world.desks.get(&case.desk).map(|desk| desk.suggest).unwrap_or_default();
    let same = before.filter(|before| before.id == case.id);
    let mut similar: Vec<Similar> = similar.into_iter().filter(|one| one.case != case.id).collect();
    let taken_by = case.owner().filter(|_| same.is_none_or(Case::is_unclaimed)).cloned();
    let (to, eyes) = match (wish, taken_by, same) {
        (Suggest::Off, ..) => return,
        (Suggest::Owner | Suggest::Everybody, Some(owner), _) => (owner, For::Owner),
        (Suggest::Everybody, None, None) => {
            similar.retain(|one| one.channel == case.channel);
            (case.requester.clone(), For::Requester)
        }
        (Suggest::Owner | Suggest::Everybody, None, _) => return,
    };
    similar.truncate(MOST);
    if similar.is_empty() {
        return;
    }
    let note = Note::SolvedBefore { case: case.id.clone(), eyes, similar };
    match decision.reply {
        Reply::Silent => decision.reply = Reply::Private(note),
        // Their own act is answered otherwise already.
        Reply::Private(_) | Reply::OpenForm(_) | Reply::FieldErrors(_) => {
            case.next_slot += 1;
            decision.effects.push(Effect::Tell { to, slot: case.next_slot, note });
        }
    }
}
