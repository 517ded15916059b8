//! The words of a ping: whom it mentions, why, who was passed over, and by when an answer is due.

use crate::clock::Length;
use crate::domain::case::Case;
use crate::domain::effect::{Passed, PassedBecause, Ping, PingReason};
use crate::domain::event::Button;
use crate::domain::outlook::{Next, NextWhat, Outlook};
use crate::id::CaseId;
use crate::view::card;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::{Voice, between, length, list};
use std::collections::BTreeMap;

/// So many who were passed over are named in a ping; "Why me?" names all.
const PASSED_SHOWN: usize = 4;

/// The longest text of a step in a ping.
const STEP: usize = 500;

/// The message in the thread. It mentions those in `to` and nobody else.
pub fn ping(ping: &Ping, case: &Case, outlook: &Outlook, scene: &Scene<'_>) -> Page {
    let mentions: Vec<String> = ping.to.iter().map(|user| format!("<@{user}>")).collect();
    let page = Page::say(format!("{}, {}", mentions.join(" "), why(&ping.reason, scene)))
        .small(passed(&ping.passed, &scene.voice()))
        .small(due(case, outlook, scene))
        .small(late(ping.late_by));
    pressable(page, ping, case)
}

/// The same by direct message, for those who get it that way too.
pub fn ping_by_dm(ping: &Ping, case: &Case, outlook: &Outlook, scene: &Scene<'_>) -> Page {
    let page = Page::say(format!("{}: {}", scene.case(&case.id), why(&ping.reason, scene)))
        .small(due(case, outlook, scene))
        .small(late(ping.late_by));
    pressable(page, ping, case)
}

fn pressable(page: Page, ping: &Ping, case: &Case) -> Page {
    let page = match case.owner() {
        None => page.primary("Claim", Button::Claim(case.id.clone())),
        // They help; the owner keeps the lead.
        Some(_) => page,
    };
    page.press("Why me?", why_me(&case.id, ping.number))
}

fn why_me(case: &CaseId, ping: u32) -> Button {
    Button::WhyMe { case: case.clone(), ping }
}

/// Why now and why these, with the issue itself.
fn why(reason: &PingReason, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    let (who, gist) = (scene.requester(), scene.gist());
    match reason {
        PingReason::Opened => format!("{who} needs an answer: {gist}"),
        PingReason::DeskOpened { posted_at } => {
            format!("the desk is open. {who} has waited since {}: {gist}", voice.time(*posted_at))
        }
        PingReason::CannotWait => format!("{who} says it cannot wait for the desk to open: {gist}"),
        PingReason::Completed => format!("{who} has added what was missing and needs an answer: {gist}"),
        PingReason::NoAnswer { tier, waited_for } => format!(
            "{} did not answer within {}, so it is your turn. {who} needs an answer: {gist}",
            voice.typed(tier),
            length(*waited_for)
        ),
        PingReason::AllWentAway { tier } => format!(
            "everybody pinged in {} is away now, so it is your turn. {who} needs an answer: {gist}",
            voice.typed(tier)
        ),
        PingReason::Repeated { time } => {
            format!("still nobody has this (ping {}). {who} needs an answer: {gist}", time.saturating_add(1))
        }
        PingReason::NobodyAvailable => {
            format!("nobody who answers here is available, so it comes to you. {who} needs an answer: {gist}")
        }
        PingReason::Exhausted => {
            format!("everybody who answers here was pinged and nobody took it. {who} needs an answer: {gist}")
        }
        PingReason::Reminder { time } => format!(
            "still nobody has this, {} after it was asked (reminder {time}). {who} needs an answer: {gist}",
            scene.case.map_or_else(|| "a while".to_owned(), |case| between(case.opened_at, scene.now))
        ),
        PingReason::CameBack => {
            format!("you are available now and nobody has this yet. {who} asks: {gist}")
        }
        PingReason::Released { by } => {
            format!("{} gave this back. {who} needs an answer: {gist}", voice.name(by))
        }
        PingReason::OwnerAway { owner } => {
            format!("{} had this and is away, so it is open again. {who} asks: {gist}", voice.name(owner))
        }
        PingReason::Reopened { by } => {
            format!("{} reopened this. {who} needs an answer: {gist}", voice.name(by))
        }
        PingReason::BookingFound => {
            format!("the booking is known now, and it leads to you. {who} needs an answer: {gist}")
        }
        PingReason::Step { playbook, text } => {
            format!("the playbook *{}* asks for you: {}", voice.typed(playbook), voice.words(text, STEP))
        }
        PingReason::StepLate { playbook, text } => format!(
            "a step of the playbook *{}* is overdue: {}. Please help out.",
            voice.typed(playbook),
            voice.words(text, STEP)
        ),
        PingReason::Undeliverable => {
            format!("the ping before this one could not be delivered. {who} needs an answer: {gist}")
        }
        PingReason::HelpAsked { by } => {
            format!("{} has this and asks for your help: {gist}", voice.name(by))
        }
        PingReason::ReplyLate { owner } => format!(
            "{who} still waits for an answer to {gist}. {} has the lead; please help out.",
            voice.name(owner)
        ),
        PingReason::UpdateLate { owner } => format!(
            "{who} has heard nothing for a while about {gist}. {} has the lead; please help out.",
            voice.name(owner)
        ),
        PingReason::ResolveLate { owner } => format!(
            "this should be resolved by now: {gist}. {} has the lead; please help out.",
            voice.name(owner)
        ),
    }
}

/// Who was passed over on the way, tier by tier, in a line: `Lead CSM: Ana is in a meeting until 14:00.`
pub fn passed(passed: &[Passed], voice: &Voice<'_>) -> String {
    let mut tiers: Vec<(&str, Vec<String>)> = Vec::new();
    for one in passed.iter().filter(|one| worth_saying(&one.why)).take(PASSED_SHOWN) {
        let says = format!("{} {}", voice.name(&one.person), because(&one.why, voice));
        match tiers.iter_mut().find(|(tier, _)| *tier == one.tier) {
            Some((_, people)) => people.push(says),
            None => tiers.push((&one.tier, vec![says])),
        }
    }
    let mut shown: Vec<String> =
        tiers.iter().map(|(tier, people)| format!("{}: {}.", voice.typed(tier), list(people))).collect();
    let more = passed.iter().filter(|one| worth_saying(&one.why)).count().saturating_sub(PASSED_SHOWN);
    if more > 0 {
        shown.push(format!("{more} more were passed over, see “Why me?”."));
    }
    shown.join(" ")
}

/// That it was somebody else's turn explains nothing to those who were pinged.
fn worth_saying(why: &PassedBecause) -> bool {
    match why {
        PassedBecause::Unavailable(_) | PassedBecause::ReleasedIt | PassedBecause::NotInSlack => true,
        PassedBecause::NotNext => false,
    }
}

/// Why somebody was passed over, as a predicate.
pub fn because(why: &PassedBecause, voice: &Voice<'_>) -> String {
    match why {
        PassedBecause::Unavailable(answer) => voice.state(answer),
        PassedBecause::ReleasedIt => "gave this case back a moment ago".to_owned(),
        PassedBecause::NotNext => "was not next in turn".to_owned(),
        PassedBecause::NotInSlack => "has no active Slack account".to_owned(),
    }
}

/// Everybody who was passed over, tier by tier, one line each.
pub fn passed_in_full(passed: &[Passed], voice: &Voice<'_>) -> Vec<String> {
    let mut tiers: BTreeMap<usize, (&str, Vec<String>)> = BTreeMap::new();
    for one in passed {
        let says = format!("{} {}", voice.name(&one.person), because(&one.why, voice));
        let place = tiers.iter().find(|(_, (tier, _))| *tier == one.tier).map_or(tiers.len(), |(at, _)| *at);
        tiers.entry(place).or_insert_with(|| (&one.tier, Vec::new())).1.push(says);
    }
    tiers
        .into_values()
        .flat_map(|(tier, people)| {
            let tier = voice.typed(tier);
            people.into_iter().map(move |says| format!("• {tier}: {says}"))
        })
        .collect()
}

/// Who is next, and when, if nobody acts.
fn due(case: &Case, outlook: &Outlook, scene: &Scene<'_>) -> String {
    let Some(next) = &outlook.next else {
        return String::new();
    };
    if is_a_ping(next) && case.is_unclaimed() {
        format!("If nobody claims it, {}.", card::coming(next, case, &scene.voice()))
    } else {
        String::new()
    }
}

fn is_a_ping(next: &Next) -> bool {
    match next.what {
        NextWhat::TierPinged(_) | NextWhat::Repeated(_) | NextWhat::SupervisorPinged | NextWhat::Reminder => {
            true
        }
        NextWhat::DeskOpens
        | NextWhat::OwnerNudged
        | NextWhat::HoldEnds
        | NextWhat::RequesterReminded
        | NextWhat::ClosedSilent
        | NextWhat::Ends
        | NextWhat::OfferLapses => false,
    }
}

fn late(by: Option<Length>) -> String {
    by.map(|by| format!("This ping is {} late: I could not send it in time.", length(by))).unwrap_or_default()
}
