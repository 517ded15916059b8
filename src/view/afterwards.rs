//! After a case: what somebody reads who was not there when it ended.

use crate::domain::case::{Case, Resolution};
use crate::domain::people;
use crate::domain::playbook::standing::standings;
use crate::id::{CaseId, PersonKey};
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::{Voice, list};
use crate::view::{booking, closing, email, playbook, ticket_note};

/// The longest note of a solution that is shown.
const NOTE: usize = 1_000;

/// By direct message: how the case ended, and what was done.
pub fn how_it_ended(scene: &Scene<'_>, id: &CaseId) -> Page {
    let voice = scene.voice();
    let Some((case, end)) = scene.case.and_then(|case| Some((case, case.resolution()?))) else {
        return Page::say(format!("{} is resolved.", scene.case(id)));
    };
    let head = format!("This is how {} ended, about which {} asked.", scene.case(id), scene.requester());
    let page = Page::say(head).and(ended(case, end, &voice).join("\n"));
    let runs = people::Scene::of(scene.world, scene.now).map(|at| standings(case, &at)).unwrap_or_default();
    runs.iter().flat_map(|run| playbook::in_full(run, &voice)).fold(page, Page::and)
}

fn ended(case: &Case, end: &Resolution, voice: &Voice<'_>) -> Vec<String> {
    let mut lines: Vec<String> =
        case.booking.booking().map(|known| booking::session(known, "", voice)).unwrap_or_default();
    lines.extend(end.outcome.as_ref().map(|outcome| format!("*Outcome:* {}", voice.typed(outcome))));
    lines.extend(end.note.as_ref().map(|note| format!("*Solution:* {}", voice.words(note, NOTE))));
    lines.extend(closing::ended(case, end, voice));
    lines.extend(case.mails.iter().map(|mail| email::line(mail, voice)));
    lines.extend(ticket_note::on_card(&case.tickets, voice));
    lines
}

/// In the thread: they have no account here, so that somebody else tells them.
pub fn tell_them(scene: &Scene<'_>, who: &[PersonKey]) -> Page {
    let names: Vec<String> = who.iter().map(|key| scene.voice().person(key)).collect();
    let verb = if names.len() == 1 { "has" } else { "have" };
    Page::say(format!(
        "{} {verb} no Slack account here that I could write to: please tell them how this ended.",
        list(&names)
    ))
}
