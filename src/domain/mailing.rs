//! What is decided about a case's e-mails.

use crate::domain::draft::Draft;
use crate::domain::mail::{MailState, Posted};
use crate::domain::people::Scene;

/// The mail server answered, or its answer was lost.
pub fn posted(draft: &mut Draft, scene: &Scene<'_>, number: u32, posted: &Posted) {
    let at = scene.now;
    let Some(mail) = draft.case.mails.iter_mut().find(|mail| mail.number == number) else { return };
    mail.state = match posted {
        Posted::Late { why } => MailState::Queued { why: Some(why.clone()) },
        Posted::Sent { refused } => MailState::Sent { at, refused: refused.clone() },
        Posted::Perhaps { why } => MailState::PerhapsSent { at, why: why.clone() },
        Posted::Refused { why } => MailState::Refused { at, why: why.clone() },
    };
}
