//! Words around asking: where to write, what was filed, which desk.

use crate::domain::event::Button;
use crate::id::{CaseId, ChannelId, DeskKey};
use crate::view::limits::BUTTON_VALUE;
use crate::view::mrkdwn::{cut_plain, length, plain};
use crate::view::page::Page;
use crate::view::said::self_help;
use crate::view::scene::Scene;

pub fn reply_in_thread(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "If that was an answer to {} (case {}), please give it in the case's thread, so that everything stays \
         together. Only you can see this.",
        scene.requester(),
        scene.case(case)
    ))
}

pub fn joined_thread(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "Your post was added to {}. The answer comes in its thread; if you want to add more, write there.",
        scene.case(case)
    ))
}

pub fn filed(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "Your case is filed as {}. The answer comes in its thread, and its card shows who is asked.",
        scene.case(case)
    ))
}

pub fn already_a_case(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "This message is the case {} already. Its thread shows how it stands.",
        scene.case(case)
    ))
}

/// The desk is switched off for a client organisation: where help is all the same.
pub fn not_served(scene: &Scene<'_>, desk: &DeskKey, organisation: &str) -> Page {
    let page = Page::say(format!(
        "{} is not switched on for {}, so nobody is asked here. If it should be, ask {}.",
        scene.desk(desk),
        scene.voice().words(organisation, 80),
        scene.supervisor(desk)
    ));
    match scene.policy_of(desk).and_then(|policy| policy.self_help.as_ref()) {
        Some(help) => page.and(self_help(help, scene)),
        None => page,
    }
}

/// Which desk? What was typed travels in each button.
pub fn no_desk_here(desks: &[(DeskKey, String)], channel: &ChannelId, text: &str) -> Page {
    /// One row of buttons holds 25.
    const MOST: usize = 24;
    if desks.is_empty() {
        return Page::say(
            "No desk is set up yet, so nothing was filed. Ask the one who runs Firstline to add one.",
        );
    }
    let page = Page::say("No desk answers in this channel. Which one do you need?");
    let page = desks.iter().take(MOST).fold(page, |page, (desk, name)| {
        let label = plain(name, 75);
        let label = if label.is_empty() { desk.to_string() } else { label };
        page.press(label, choose(desk, channel, text))
    });
    match desks.len().checked_sub(MOST) {
        Some(more) if more > 0 => {
            page.small(format!("{more} more desks can be asked in their own channels."))
        }
        Some(_) | None => page,
    }
}

/// The button, with as much of the text as a button can carry.
fn choose(desk: &DeskKey, channel: &ChannelId, text: &str) -> Button {
    let carrying = |text: String| Button::ChooseDesk { desk: desk.clone(), channel: channel.clone(), text };
    let fits =
        |button: &Button| serde_json::to_string(button).is_ok_and(|value| length(&value) <= BUTTON_VALUE);
    let mut most = 1_800;
    loop {
        let button = carrying(cut_plain(text, most));
        if most == 0 || fits(&button) {
            return button;
        }
        most /= 2;
    }
}

pub fn switched_off(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "{} takes no new cases in this channel any more. Open ones go on. `/escalate enable` switches it on again.",
        scene.desk(desk)
    ))
}

pub fn switched_on(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!("{} takes cases in this channel again.", scene.desk(desk)))
}

pub fn is_off(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "{} is switched off in this channel, so nothing was filed. A supervisor can switch it on with \
         `/escalate enable`: ask {}.",
        scene.desk(desk),
        scene.supervisor(desk)
    ))
}

pub fn setup_done(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "This channel is set up for {}. From here on its cases go to those you chose; `/escalate setup` changes it.",
        scene.desk(desk)
    ))
}

pub fn no_roles(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "{} has no roles that a channel could fill, so there is nothing to set up.",
        scene.desk(desk)
    ))
}

pub fn no_home_channel(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    Page::say(format!(
        "{} has no channel of its own for cases from elsewhere, so nothing was filed. Ask in one of its channels, \
         or have its `home_channel` set.",
        scene.desk(desk)
    ))
}
