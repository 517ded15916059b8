//! Answers to those who said that they are away or back.

use crate::clock::Timestamp;
use crate::coverage::Answer;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::to_you;

pub fn away_set(scene: &Scene<'_>, until: Option<Timestamp>, reason: Option<&str>) -> Page {
    let voice = scene.voice();
    let because = reason
        .filter(|reason| !reason.trim().is_empty())
        .map(|reason| format!(" ({})", voice.typed(reason)))
        .unwrap_or_default();
    Page::say(match until {
        Some(at) => format!(
            "You are away until {}{because}. You are not pinged before that; `/coverage back` ends it sooner.",
            voice.time(at)
        ),
        None => format!("You are away{because}. You are not pinged until you say `/coverage back`."),
    })
}

pub fn back_set(scene: &Scene<'_>, still: Option<&Answer>) -> Page {
    Page::say(match still {
        Some(answer) if !answer.available => format!(
            "Welcome back. As I see it you {} all the same, so you are not pinged yet. If that is wrong, set it \
             right there.",
            to_you(&scene.voice().state(answer))
        ),
        Some(_) | None => "Welcome back. You can be pinged again.".to_owned(),
    })
}

pub fn not_listed() -> Page {
    Page::say(
        "You are not listed among the people who answer here, so nothing was noted. If you should be, ask the one \
         who runs Firstline to add you to `people`.",
    )
}

pub fn not_understood() -> Page {
    Page::say("I did not understand that, so nothing was changed. These are the words I know:").and(WORDS)
}

pub fn coverage_help() -> Page {
    Page::say("*Who is on coverage*").and(WORDS)
}

const WORDS: &str = "• `/coverage` shows who can answer now, until when, and the gaps ahead\n\
         • `/coverage away 30m dentist` or `/coverage away until 15:00`\n\
         • `/coverage back` ends your away or break\n\
         • `/coverage break 30m`\n\
         • `/coverage off 2026-12-24 to 2026-12-27`\n\
         • `/coverage cover @ana until 15:00` to stand in for somebody\n\
         • `/coverage gaps` and `/coverage schedule`";
