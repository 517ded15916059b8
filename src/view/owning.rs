//! Words to one who acted on a case: who has it, what they may do, what is needed.

use crate::clock::Timestamp;
use crate::domain::case::WaitingFor;
use crate::domain::effect::Passed;
use crate::domain::event::Button;
use crate::domain::nearest::nearest;
use crate::id::{CaseId, DeskKey, UserId};
use crate::view::card::waited_for;
use crate::view::page::Page;
use crate::view::ping::passed_in_full;
use crate::view::scene::Scene;
use crate::view::voice::list;

pub fn already_owned(scene: &Scene<'_>, case: &CaseId, owner: &UserId, since: Timestamp) -> Page {
    let voice = scene.voice();
    let name = voice.name(owner);
    let text = format!(
        "{name} has had {} since {} and keeps the lead. You need not do anything.",
        scene.case(case),
        voice.time(since)
    );
    ways_on(Page::say(text), scene, case, owner)
}

/// The guard's private note, with its three ways on.
pub fn guard(scene: &Scene<'_>, case: &CaseId, owner: &UserId, since: Timestamp) -> Page {
    let voice = scene.voice();
    let name = voice.name(owner);
    let text = format!(
        "{name} has had {} since {} and keeps the lead. If you saw something that {name} may have missed, say so \
         privately, or offer to take over. Only you can see this.",
        scene.case(case),
        voice.time(since)
    );
    ways_on(Page::say(text), scene, case, owner).press("Leave it", Button::LeaveIt(case.clone()))
}

fn ways_on(page: Page, scene: &Scene<'_>, case: &CaseId, owner: &UserId) -> Page {
    page.press(format!("Tell {}", scene.name_on_button(owner)), Button::TellOwner(case.clone()))
        .press("Offer to take over", Button::OfferTakeOver(case.clone()))
}

pub fn not_a_responder(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "Only those who answer on {} can do that. If you are to be one of them, ask {}.",
        scene.desk(desk),
        scene.supervisor(desk)
    ))
}

pub fn not_yours(scene: &Scene<'_>, case: &CaseId, owner: Option<&UserId>) -> Page {
    match owner {
        Some(owner) => Page::say(format!(
            "{} has {}, so only they or a supervisor can do that.",
            scene.voice().name(owner),
            scene.case(case)
        ))
        .press(format!("Tell {}", scene.name_on_button(owner)), Button::TellOwner(case.clone())),
        None => Page::say(format!("Nobody has {} yet. Claim it first.", scene.case(case)))
            .primary("Claim", Button::Claim(case.clone())),
    }
}

pub fn supervisors_only(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "Only a supervisor of {} can do that. Ask {}.",
        scene.desk(desk),
        scene.supervisor(desk)
    ))
}

pub fn is_resolved(scene: &Scene<'_>, case: &CaseId, by: &UserId, at: Timestamp) -> Page {
    let voice = scene.voice();
    Page::say(format!(
        "{} is resolved, by {} {}. Reopen it first.",
        scene.case(case),
        voice.name(by),
        voice.at(at)
    ))
    .press("Reopen", Button::Reopen(case.clone()))
}

pub fn is_withdrawn(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "{} was withdrawn: its post was deleted, or it is asked elsewhere. If help is still needed, post it anew.",
        scene.case(case)
    ))
}

pub fn no_case_here() -> Page {
    Page::say(
        "These words belong in the thread of a case, and there is no case here. \
         Open the thread of the case and say them there.",
    )
}

pub fn case_gone() -> Page {
    Page::say(
        "That case is over or no longer kept, so nothing was changed. \
         If help is still needed, post it anew.",
    )
}

pub fn when_unclear() -> Page {
    Page::say(
        "I could not read that time, or it is past, so nothing was changed. \
         Write it like `2h`, `15:00`, `tomorrow 9:00` or `2026-12-24 15:00`.",
    )
}

pub fn unknown_tags(scene: &Scene<'_>, unknown: &[String], known: &[String]) -> Page {
    let voice = scene.voice();
    let quoted = |words: &[String]| list(&words.iter().map(|word| voice.words(word, 80)).collect::<Vec<_>>());
    let verb = if unknown.len() == 1 { "is not a tag" } else { "are not tags" };
    let all: Vec<String> = known.iter().map(|word| voice.words(word, 80)).collect();
    let choice = match all.is_empty() {
        true => "This desk has no tags.".to_owned(),
        false => format!("Choose among {}.", all.join(", ")),
    };
    let near: Vec<String> = unknown
        .iter()
        .filter_map(|word| nearest(word, known.iter().map(String::as_str)))
        .map(|tag| format!("“{}”", voice.words(tag, 80)))
        .collect();
    let meant = match near.is_empty() {
        true => String::new(),
        false => format!(" Did you mean {}?", list(&near)),
    };
    Page::say(format!("{} {verb} of this desk, so nothing was changed.{meant} {choice}", quoted(unknown)))
}

pub fn tags_set(scene: &Scene<'_>, case: &CaseId, tags: &[String]) -> Page {
    let voice = scene.voice();
    let words: Vec<String> = tags.iter().map(|tag| voice.words(tag, 80)).collect();
    if words.is_empty() {
        return Page::say(format!("{} has no tags now.", scene.case(case)));
    }
    Page::say(format!("{} is tagged {}.", scene.case(case), list(&words)))
}

pub fn resolve_needs(scene: &Scene<'_>, case: &CaseId, needs: &[String]) -> Page {
    let voice = scene.voice();
    let needs: Vec<String> = needs.iter().map(|need| voice.typed(need)).collect();
    Page::say(format!("{} is not resolved yet. It still needs {}.", scene.case(case), list(&needs)))
        .primary("Add and resolve", Button::Resolve(case.clone()))
}

pub fn held(scene: &Scene<'_>, case: &CaseId, waiting_for: WaitingFor, until: Timestamp) -> Page {
    Page::say(format!(
        "{} is on hold, waiting for {} until {}. It comes back to you by itself then.",
        scene.case(case),
        waited_for(waiting_for),
        scene.voice().time(until)
    ))
    .press("End hold", Button::EndHold(case.clone()))
}

pub fn help_is_asked(scene: &Scene<'_>, case: &CaseId, who: &[UserId]) -> Page {
    let verb = if who.len() == 1 { "is" } else { "are" };
    Page::say(format!(
        "{} {verb} asked to help with {}. You keep the lead.",
        scene.voice().names(who),
        scene.case(case)
    ))
}

pub fn nobody_to_help(scene: &Scene<'_>, case: &CaseId, passed: &[Passed]) -> Page {
    let page = Page::say(format!(
        "Nobody of those you asked can help with {} at the moment, so nobody was pinged. You still have it.",
        scene.case(case)
    ));
    page.and(passed_in_full(passed, &scene.voice()).join("\n"))
        .press("Ask somebody else", Button::AskForHelp(case.clone()))
        .press("Hand over", Button::HandOver(case.clone()))
}
