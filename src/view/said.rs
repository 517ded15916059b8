//! Words that everybody in a case's thread reads.

use crate::clock::Timestamp;
use crate::domain::case::WaitingFor;
use crate::domain::event::Button;
use crate::domain::policy::{AfterHoursAction, SelfHelp};
use crate::id::{CaseId, ChannelId, DeskKey, FieldKey, UserId};
use crate::view::card::waited_for;
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::scene::Scene;

/// A closed desk, and who was told.
pub struct Closed<'a> {
    pub opens_at: Option<Timestamp>,
    pub requester: &'a UserId,
    pub desk: &'a DeskKey,
}

/// Outside the desk's hours: when it opens.
pub fn after_hours(scene: &Scene<'_>, told: &Closed<'_>) -> Page {
    let voice = scene.voice();
    let name = match scene.case {
        Some(case) if case.requester == *told.requester => scene.requester(),
        Some(_) | None => voice.name(told.requester),
    };
    let desk = scene.desk(told.desk);
    Page::say(match told.opens_at {
        Some(at) => format!("{name}, {desk} is closed at the moment. It opens {}.", voice.at(at)),
        None => format!("{name}, {desk} is closed at the moment, and no opening is planned."),
    })
}

/// What happens to a case that waits.
pub fn queued(scene: &Scene<'_>, desk: &DeskKey) -> String {
    let raised = "A ticket is raised for it as well.";
    let kept = "Your question is kept and taken up then. You need not post it again.";
    match scene.policy_of(desk).map(|policy| &policy.after_hours.action) {
        Some(AfterHoursAction::Ticket) => format!("{kept} {raised}"),
        Some(AfterHoursAction::Queue | AfterHoursAction::Tier(_)) | None => kept.to_owned(),
    }
}

/// What can be done meanwhile: who is asked, the desk's own words, its first steps.
pub fn meanwhile(page: Page, scene: &Scene<'_>, desk: &DeskKey) -> Page {
    let Some(policy) = scene.policy_of(desk) else { return page };
    let page = match &policy.after_hours.action {
        AfterHoursAction::Tier(tier) => {
            page.and(format!("Meanwhile {} is asked.", scene.voice().typed(tier)))
        }
        AfterHoursAction::Queue | AfterHoursAction::Ticket => page,
    };
    let page = match &policy.after_hours.message {
        Some(message) => page.and(scene.voice().words(message, 1_000)),
        None => page,
    };
    match &policy.self_help {
        Some(help) => page.and(self_help(help, scene)),
        None => page,
    }
}

/// The desk's first steps and links.
pub fn self_help(help: &SelfHelp, scene: &Scene<'_>) -> String {
    let links = help.links.iter().map(|address| format!("• {}", mrkdwn::link(address, address)));
    let head = format!("*What you can try yourself:* {}", scene.voice().words(&help.text, 1_000));
    std::iter::once(head).chain(links.take(10)).collect::<Vec<_>>().join("\n")
}

/// It is not proven: here or elsewhere?
pub fn redirect(scene: &Scene<'_>, case: &CaseId, field: &FieldKey) -> Page {
    let policy = scene.policy();
    let label = policy
        .and_then(|policy| policy.intake.fields.iter().find(|known| known.key == *field))
        .map_or_else(|| field.as_str(), |known| known.label.as_str());
    let elsewhere = policy.and_then(|policy| policy.redirect.as_ref()).map(|redirect| &redirect.to);
    let desk = policy.map_or_else(|| "This desk".to_owned(), |policy| scene.voice().typed(&policy.name));
    let to = elsewhere.map_or_else(|| "another channel".to_owned(), |to| scene.channel(to));
    let on_button =
        elsewhere.map_or_else(|| "elsewhere".to_owned(), |to| format!("in {}", scene.channel_on_button(to)));
    Page::say(format!(
        "{desk} takes what is tested and proven, and “{}” is not confirmed here. If it is proven, say so and it \
         goes on; if it is not, {to} is the place to ask.",
        scene.voice().typed(label)
    ))
    .press("It is proven", Button::ItIsProven(case.clone()))
    .press(format!("Ask {on_button} instead"), Button::AskElsewhere(case.clone()))
}

pub fn sent_elsewhere(scene: &Scene<'_>, to: &str) -> Page {
    let channel = scene.channel_by_id(&ChannelId::new(to.trim_start_matches('#')));
    Page::say(format!(
        "This is asked in {channel} instead, so nobody is pinged for it here. Please post it there."
    ))
}

pub fn reopened_by(scene: &Scene<'_>, by: &UserId) -> Page {
    Page::say(format!(
        "{} reopened this. It is open again, and the card shows who is asked.",
        scene.voice().name(by)
    ))
}

pub fn released_by(scene: &Scene<'_>, by: &UserId) -> Page {
    Page::say(format!(
        "{} gave this back. Somebody else is asked, as the card shows.",
        scene.voice().name(by)
    ))
}

pub fn handed_over(scene: &Scene<'_>, from: &UserId, to: &UserId) -> Page {
    let voice = scene.voice();
    let to = voice.name(to);
    Page::say(format!("{} handed this over to {to}. {to} has the lead now.", voice.name(from)))
}

pub fn hold_ended(scene: &Scene<'_>, waiting_for: WaitingFor, since: Timestamp) -> Page {
    Page::say(format!(
        "The hold is over. This has waited for {} since {} and goes on now.",
        waited_for(waiting_for),
        scene.voice().time(since)
    ))
}

pub fn nobody_at_all(scene: &Scene<'_>) -> Page {
    let page = Page::say(
        "Nobody can be pinged for this: nobody who answers here is available, and the desk has no supervisor to \
         ask. Whoever reads this and can help, please claim it.",
    );
    match scene.case {
        Some(case) => page.primary("Claim", Button::Claim(case.id.clone())),
        None => page,
    }
}
