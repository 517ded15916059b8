//! What was solved before, for the one who takes a case or asks.

use crate::domain::similar::{For, Similar};
use crate::id::CaseId;
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::permalink::permalink;
use crate::view::scene::Scene;

/// So much of what was reported, and of the solution, is shown.
const REPORTED: usize = 110;
const SOLVED: usize = 300;

pub fn solved_before(scene: &Scene<'_>, case: &CaseId, eyes: For, similar: &[Similar]) -> Page {
    let head = match (eyes, similar) {
        (For::Owner, [_]) => format!("A case that may be like {} was solved before:", scene.case(case)),
        (For::Owner, _) => format!("Cases that may be like {} were solved before:", scene.case(case)),
        (For::Requester, _) => "While you wait: something like this was solved here before.".to_owned(),
    };
    let page = similar.iter().fold(Page::say(head), |page, one| page.and(line(scene, one)));
    match eyes {
        For::Owner => page.small("Only you can see this."),
        For::Requester => page.small(
            "Only you can see this. If it helps, say so in the thread; if not, you need not do anything.",
        ),
    }
}

fn line(scene: &Scene<'_>, one: &Similar) -> String {
    let voice = scene.voice();
    let name = match &one.root {
        Some(ts) => mrkdwn::link(&permalink(&one.channel, ts), one.case.as_str()),
        None => voice.typed(one.case.as_str()),
    };
    format!(
        "• {name}, {}: {}\n{}",
        voice.name(&one.by),
        voice.words(&one.text, REPORTED),
        mrkdwn::quoted(&one.note, SOLVED)
    )
}
