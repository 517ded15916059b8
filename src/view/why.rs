//! The whole decision behind one ping, for the one who was pinged.

use crate::domain::note::Why;
use crate::view::page::Page;
use crate::view::ping::passed_in_full;
use crate::view::scene::Scene;
use crate::view::timeline::in_brief;
use crate::view::voice::{length, to_you};

/// So many lines make a paragraph: Slack's limit on one is far above them.
const LINES: usize = 20;

pub fn why(why: &Why, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let of = match &why.tier {
        Some(tier) => format!("as *{}*", voice.typed(tier)),
        None => "as the *supervisor*, the last resort of this desk".to_owned(),
    };
    let case = scene.case(&why.case);
    let (at, reason) = (voice.at(why.at), in_brief(&why.reason, &voice));
    let others: Vec<_> = why.to.iter().filter(|user| **user != why.person).collect();
    let page = Page::say(if others.len() < why.to.len() {
        let with = if others.is_empty() { String::new() } else { format!(", with {}", voice.names(others)) };
        format!("*Why you were pinged for {case}*\nYou were pinged {at} {of}{with}.\n*Reason:* {reason}.")
    } else {
        let verb = if others.len() == 1 { "was" } else { "were" };
        let names = voice.names(others);
        format!(
            "*The last ping for {case}*\n{names} {verb} pinged {at} {of}. You were not.\n*Reason:* {reason}."
        )
    });
    let page = match why.tier.as_deref().and_then(|tier| scene.tier(tier)) {
        Some(tier) if !tier.wait.is_zero() => page
            .and(format!("*Rule:* the tier has {} to claim it, then the next is pinged.", length(tier.wait))),
        Some(_) | None => page,
    };
    let passed = passed_in_full(&why.passed, &voice);
    let page = if passed.is_empty() {
        page.and("*Passed over:* nobody.")
    } else {
        passed.chunks(LINES).fold(page.and("*Passed over:*"), |page, lines| page.and(lines.join("\n")))
    };
    let Some(answer) = &why.answer else { return page };
    let seen = format!("As Firstline sees it, you {}.", to_you(&voice.state(answer)));
    match answer.available {
        true => page.small(seen),
        false => page
            .small(format!("{seen} If that is wrong, `/coverage back` or your Slack status sets it right.")),
    }
}
