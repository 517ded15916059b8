//! Direct messages that nobody asked for: reminders to an owner, and trouble.

use crate::clock::Timestamp;
use crate::domain::event::Button;
use crate::domain::note::NudgeAbout;
use crate::id::{CaseId, ChannelId, UserId};
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::between;

/// The private, softer form of a ping, to the owner.
pub fn nudge(scene: &Scene<'_>, case: &CaseId, about: NudgeAbout, since: Timestamp) -> Page {
    let (who, the_case) = (scene.requester(), scene.case(case));
    let waited = between(since, scene.now);
    let text = match about {
        NudgeAbout::FirstAnswer => {
            format!("{who} has waited {waited} for a first answer from you in {the_case}.")
        }
        NudgeAbout::Answer => format!("{who} has waited {waited} for your answer in {the_case}."),
        NudgeAbout::Update => format!("{who} has heard nothing in {the_case} for {waited}."),
        NudgeAbout::Resolve => {
            format!("{the_case} has been with you for {waited}, and its time to be resolved is nearly over.")
        }
        NudgeAbout::HoldEnded => {
            format!("The hold on {the_case}, of {waited}, is over. It is our turn again.")
        }
    };
    let way_on = match about {
        NudgeAbout::FirstAnswer | NudgeAbout::Answer => {
            "A line in the thread is enough. Otherwise others are pinged to help, and you keep the lead."
        }
        NudgeAbout::Update => {
            "A line in the thread is enough, even if there is no news. Otherwise others are pinged to help."
        }
        NudgeAbout::Resolve => {
            "If you need more hands, ask for help. Otherwise others are pinged when it is over."
        }
        NudgeAbout::HoldEnded => "Answer in the thread, or put it on hold again.",
    };
    Page::say(text)
        .and(way_on)
        .press("Ask for help", Button::AskForHelp(case.clone()))
        .press("Hand over", Button::HandOver(case.clone()))
        .press("Hold", Button::Hold(case.clone()))
}

pub fn heads(scene: &Scene<'_>, case: &CaseId, from: &UserId) -> Page {
    Page::say(format!(
        "{} would like you to look at the thread of {} again: something there may have been missed. \
         You keep the lead.",
        scene.voice().name(from),
        scene.case(case)
    ))
}

/// The owner is away: keep it, hand over or release?
pub fn away_with_case(scene: &Scene<'_>, case: &CaseId, until: Timestamp) -> Page {
    Page::say(format!(
        "You are away and still have {}. If I hear nothing from you until {}, it is released and somebody else is \
         pinged, so that {} does not wait.",
        scene.case(case),
        scene.voice().time(until),
        scene.requester()
    ))
    .press("I keep it", Button::KeepIt(case.clone()))
    .press("Hand over", Button::HandOver(case.clone()))
    .press("Release", Button::Release(case.clone()))
}

pub fn taken_back(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "{} was released because you are away, and somebody else is pinged for it. You need not do anything.",
        scene.case(case)
    ))
}

/// To the supervisor: a post of ours can never arrive.
pub fn cannot_post(scene: &Scene<'_>, case: &CaseId, channel: &ChannelId, why: &str) -> Page {
    Page::say(format!(
        "I cannot post in {} about {}: {}. Nobody can be pinged there. Please look after {} yourself, and let me \
         back into the channel (`/invite`) so that its cases are answered.",
        scene.channel_by_id(channel),
        scene.case(case),
        scene.voice().typed(why),
        scene.requester()
    ))
    .and(scene.case.map(|_| format!("{} asks: {}", scene.requester(), scene.gist())).unwrap_or_default())
}

/// A ping by direct message, because the one in the thread cannot arrive.
pub fn pinged_here(scene: &Scene<'_>, case: &CaseId, tier: Option<&str>) -> Page {
    let of = match tier {
        Some(tier) => format!("for {}", scene.voice().typed(tier)),
        None => "as the supervisor".to_owned(),
    };
    let page =
        Page::say(format!("I cannot write in the thread of {}, so I ping you {of} here.", scene.case(case)));
    match scene.case {
        Some(_) => page.and(format!("{} needs an answer: {}", scene.requester(), scene.gist())),
        None => page,
    }
    .primary("Claim", Button::Claim(case.clone()))
}
