//! Answers about the working day, and words that nobody asked for.

use crate::coverage::Day;
use crate::domain::cover::leave::Leave;
use crate::domain::cover::note::Shortfall;
use crate::domain::event::Button;
use crate::domain::routine::note::{RoutineButton, RoutineNote};
use crate::id::UserId;
use crate::view::absence;
use crate::view::cover::would_leave_short;
use crate::view::page::Page;
use crate::view::routine_form::day_name;
use crate::view::scene::Scene;
use crate::view::voice::count;
use chrono::NaiveDate;

/// Words a note. One line for each, so that none can be forgotten.
pub fn page(note: &RoutineNote, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    match note {
        RoutineNote::Asked { to, cases, left, until } => {
            let name = voice.name(to);
            let left = match left {
                0 => String::new(),
                some => format!(
                    " {} {} with you: {name} does not answer there.",
                    count(*some, "case"),
                    if *some == 1 { "stays" } else { "stay" }
                ),
            };
            Page::say(format!(
                "{name} is asked to take your {} and has until {}. Until then {}.{left}",
                cases_of(*cases),
                voice.time(*until),
                if *cases == 1 { "it is yours" } else { "they are yours" }
            ))
        }
        RoutineNote::NothingToHandOver => {
            Page::say("You have no open case, so there is nothing to hand over.")
        }
        RoutineNote::HandToWhom { to: None } => {
            Page::say("To whom? Choose a colleague who answers on the desks of your cases.")
                .press("Hand over all…", Button::Routine(RoutineButton::HandAll))
        }
        RoutineNote::HandToWhom { to: Some(to) } => Page::say(format!(
            "{} does not answer on the desks of your cases, so they stay with you. Choose somebody who does.",
            voice.name(to)
        ))
        .press("Hand over all…", Button::Routine(RoutineButton::HandAll)),
        RoutineNote::AskedAlready { to, until } => Page::say(format!(
            "{} is being asked already, and has until {}. You hear of the answer.",
            voice.name(to),
            voice.time(*until)
        )),
        RoutineNote::YouTook { from, cases } => Page::say(format!(
            "Thank you: {} of {} {} yours now.",
            cases_of(*cases),
            voice.name(from),
            if *cases == 1 { "is" } else { "are" }
        )),
        RoutineNote::DeclineNoted => Page::say("Thank you for saying so. The cases stay where they are."),
        RoutineNote::ListGone => Page::say(
            "That list is of a shift that is past, so nothing was changed. Your present one is in App Home.",
        ),
        RoutineNote::NoShift => Page::say(
            "You are on no shift at this moment, so there is nothing to end. `/coverage away` marks you unavailable.",
        ),
        RoutineNote::Ended { until, open } => ended(scene, *until, *open),
        RoutineNote::DaySet { day, hours } => {
            Page::say(format!("Noted for {}: {}.", day_name(*day), hours_of(scene, hours)))
        }
        RoutineNote::DayWaits { day, leave, short } => day_waits(scene, *day, leave, short),
        RoutineNote::DayUnclear => Page::say(
            "That day is past, so nothing was changed. Hours can be set from today to three months ahead.",
        ),
        RoutineNote::HoursStand => Page::say("Thank you, your hours of next week stand."),
        RoutineNote::NotListed => absence::not_listed(),
        RoutineNote::Took { by, cases } => Page::say(format!(
            "{} takes your {}. You need not do anything more about {}.",
            voice.name(by),
            cases_of(*cases),
            if *cases == 1 { "it" } else { "them" }
        )),
        RoutineNote::Declined { by } => not_taken(scene, by, "cannot take your cases"),
        RoutineNote::Lapsed { by } => not_taken(scene, by, "has not answered"),
    }
}

fn cases_of(cases: u32) -> String {
    if cases == 1 { "open case".to_owned() } else { format!("{cases} open cases") }
}

fn not_taken(scene: &Scene<'_>, by: &UserId, what: &str) -> Page {
    Page::say(format!(
        "{} {what}, so your cases are still yours. Ask somebody else, or release them in their threads, so that \
         others are pinged.",
        scene.voice().name(by)
    ))
    .press("Hand over all…", Button::Routine(RoutineButton::HandAll))
}

fn ended(scene: &Scene<'_>, until: Option<crate::clock::Timestamp>, open: u32) -> Page {
    let until = until.map_or_else(String::new, |at| format!(" until {}", scene.voice().day_and_time(at)));
    let page = Page::say(format!(
        "Your shift is over. You are marked unavailable{until}, and nothing new is given to you; `/coverage back` \
         ends it sooner."
    ));
    match open {
        0 => page,
        some => page
            .and(format!(
                "You still have {}. Hand over what cannot wait: what is neither handed over nor kept is released \
                 in a few minutes, and others are pinged.",
                count(some, "open case")
            ))
            .press("Hand over all…", Button::Routine(RoutineButton::HandAll)),
    }
}

/// The hours of a day, in words.
pub fn hours_of(scene: &Scene<'_>, hours: &Day) -> String {
    match hours {
        Day::Hours(hours) if hours.windows().is_empty() => "off".to_owned(),
        Day::Hours(hours) => hours.to_string(),
        Day::Holiday(name) => format!("off, {}", scene.voice().typed(name)),
        Day::Always => "no hours are set".to_owned(),
    }
}

fn day_waits(scene: &Scene<'_>, day: NaiveDate, leave: &Leave, short: &[Shortfall]) -> Page {
    would_leave_short(scene, leave, short).and(format!(
        "Your hours of {} stay as they were. When somebody covers, you are off in that time, and your hours can be \
         changed as well.",
        day_name(day)
    ))
}
