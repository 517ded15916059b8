//! What is said about playbooks: in the thread, to an owner, to one who pressed a button.

use crate::domain::event::Button;
use crate::domain::people;
use crate::domain::playbook;
use crate::domain::playbook::note::{PlaybookButton, PlaybookEntry, PlaybookNote};
use crate::domain::playbook::plan::Anchor;
use crate::domain::playbook::run::{OfferedBecause, StartedBecause};
use crate::domain::playbook::standing::standings;
use crate::id::StepKey;
use crate::view::mrkdwn::plain;
use crate::view::page::Page;
use crate::view::playbook::{became, briefing, ended, named, step_text};
use crate::view::scene::Scene;
use crate::view::voice::{Voice, between};

const TEXT: usize = 1_000;

/// Words a note about a playbook.
pub fn note(note: &PlaybookNote, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    match note {
        PlaybookNote::Started { run, missed } => started(*run, missed, scene),
        PlaybookNote::Post { run, step } => {
            Page::say(step_text(*run, step, scene).map(|text| voice.words(&text, TEXT)).unwrap_or_default())
        }
        PlaybookNote::Missed { run, steps } => Page::say(format!(
            "Too late for these steps, so they were left out: {}. If one of them still makes sense, do it by hand.",
            named(*run, steps, scene)
        )),
        PlaybookNote::Stopped { run, by } => Page::say(format!(
            "{} stopped the playbook *{}*. Its open steps are not waited for any more; it can be started again \
             from the card's menu.",
            voice.name(by),
            name(*run, scene)
        )),
        PlaybookNote::Overdue { case, run, step, since } => {
            let text = step_text(*run, step, scene).map(|text| voice.words(&text, TEXT)).unwrap_or_default();
            Page::say(format!(
                "A step of {} has been open for {}: {text}",
                scene.case(case),
                between(*since, scene.now)
            ))
            .and("Please do it, or press what became of it in the thread. Otherwise others are pinged to help.")
        }
        PlaybookNote::Briefing { case, .. } => owner_comes(scene, case),
        PlaybookNote::Settled { text, how, by, at } => {
            let by = by.as_ref().map(|by| format!("{}, ", voice.name(by))).unwrap_or_default();
            Page::say(format!(
                "That step is settled already, so nothing was changed. {}: *{}* ({by}{}).",
                voice.words(text, TEXT),
                became(how, &voice),
                voice.at(*at)
            ))
        }
        PlaybookNote::Taken { text, by } => Page::say(format!(
            "{} does that already: {}. If you did it in the meantime, press what became of it.",
            voice.name(by),
            voice.words(text, TEXT)
        )),
        PlaybookNote::RunOver { playbook } => {
            Page::say(format!("The playbook *{}* has ended already.", voice.typed(playbook)))
        }
        PlaybookNote::Running { playbook, since, by } => {
            let by = by.as_ref().map(|by| format!(" by {}", voice.name(by))).unwrap_or_default();
            Page::say(format!(
                "The playbook *{}* was started{by} {} and is still running. Its steps are in the thread.",
                voice.typed(playbook),
                voice.at(*since)
            ))
        }
        PlaybookNote::Which { case, wanted, playbooks } => {
            let head = match wanted {
                Some(wanted) => format!("No playbook here is called “{}”. Which one?", voice.typed(wanted)),
                None => "Which playbook?".to_owned(),
            };
            playbooks.iter().take(10).fold(Page::say(head), |page, (key, name)| {
                let start = PlaybookButton::Start { case: case.clone(), playbook: key.clone() };
                page.press(plain(name, 75), Button::Playbook(start))
            })
        }
        PlaybookNote::LongPast { case, playbook, name, start } => Page::say(format!(
            "The session of {} began {}, which is {} ago. If that is wrong, correct it: the times of *{}* count \
             from there.",
            scene.case(case),
            voice.at(*start),
            between(*start, scene.now),
            voice.typed(name)
        ))
        .press("Correct the start", Button::Complete(case.clone()))
        .press(
            "Start all the same",
            Button::Playbook(PlaybookButton::StartLate { case: case.clone(), playbook: playbook.clone() }),
        ),
        PlaybookNote::NotOfHere => Page::say(
            "Only people of this workspace, and whoever asked, can work on a playbook. Write in the thread what \
             you know, and somebody will press it for you.",
        ),
    }
}

fn name(run: u32, scene: &Scene<'_>) -> String {
    let found = scene.case.and_then(|case| {
        let run = case.playbooks.run(run)?;
        Some(scene.voice().typed(&scene.policy()?.playbook(&run.playbook)?.name))
    });
    found.unwrap_or_default()
}

fn started(run: u32, missed: &[StepKey], scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let name = name(run, scene);
    let Some(case) = scene.case else { return Page::say(format!("The playbook *{name}* has begun.")) };
    let found = case.playbooks.run(run);
    let who = match found.and_then(|run| run.by.as_ref()) {
        Some(by) => format!("{} started the playbook *{name}*.", voice.name(by)),
        None => format!("The playbook *{name}* has begun, because the scenario says so."),
    };
    let anchor = found.and_then(|run| Some(scene.policy()?.playbook(&run.playbook)?.anchor));
    let start = people::Scene::of(scene.world, scene.now).and_then(|at| playbook::session_start(case, &at));
    let times = match (anchor, &start) {
        (Some(Anchor::Session), Some(start)) => {
            let verb = if start.at > scene.now { "starts" } else { "started" };
            format!(" Its times count from the session, which {verb} {}.", voice.at(start.at))
        }
        (Some(Anchor::Session), None) => {
            " Nobody has said when the session starts, so the steps that depend on it wait.".to_owned()
        }
        (Some(Anchor::Case) | None, _) => String::new(),
    };
    let late = match missed {
        [] => String::new(),
        missed => format!(
            "Too late for these steps, so they are left out: {}. If one of them still makes sense, do it by hand.",
            named(run, missed, scene)
        ),
    };
    let page = Page::say(format!("{who}{times}")).and(late);
    let page = match (anchor, &start) {
        (Some(Anchor::Session), None) => page.primary("Say when", Button::Complete(case.id.clone())),
        (Some(Anchor::Session | Anchor::Case) | None, _) => page,
    };
    page.press("Stop the playbook", Button::Playbook(PlaybookButton::Stop { case: case.id.clone(), run }))
}

fn owner_comes(scene: &Scene<'_>, id: &crate::id::CaseId) -> Page {
    let standings = scene.case.zip(people::Scene::of(scene.world, scene.now));
    let standings = standings.map(|(case, at)| standings_of(case, &at)).unwrap_or_default();
    Page::say(format!(
        "You have {} now, in the middle of a playbook. This is where it stands; you lead from here.",
        scene.case(id)
    ))
    .and(briefing(&standings, &scene.voice()))
}

fn standings_of(
    case: &crate::domain::case::Case,
    at: &people::Scene<'_>,
) -> Vec<crate::domain::playbook::standing::Standing> {
    standings(case, at)
}

/// A line of the timeline.
pub fn entry(entry: &PlaybookEntry, by: &str, voice: &Voice<'_>) -> String {
    match entry {
        PlaybookEntry::Offered { playbook, to, why } => format!(
            "Offered {} the playbook {}: {}",
            voice.name(to),
            voice.typed(playbook),
            match why {
                OfferedBecause::OwnerUnavailable => "the booking's owner cannot answer now",
                OfferedBecause::OwnerSilent => "the booking's owner has not answered",
                OfferedBecause::OwnerUnknown => "nobody knows whose booking it is",
                OfferedBecause::LongPast => "the session began long ago, so it did not begin by itself",
            }
        ),
        PlaybookEntry::Declined { playbook } => {
            format!("{by} did not start the playbook {}", voice.typed(playbook))
        }
        PlaybookEntry::Started { playbook, why, anchor } => {
            let why = match why {
                StartedBecause::Scenario => "the scenario says so",
                StartedBecause::Offer => "it was offered",
                StartedBecause::Asked => "asked for",
            };
            let anchor = anchor.map_or_else(
                || "the session's start is not known".to_owned(),
                |at| format!("times count from {}", voice.time(at)),
            );
            format!("{by} started the playbook {} ({why}; {anchor})", voice.typed(playbook))
        }
        PlaybookEntry::CameUp { text } => format!("Step came up: {}", voice.typed(text)),
        PlaybookEntry::Taken { text } => format!("{by} does the step: {}", voice.typed(text)),
        PlaybookEntry::Settled { text, how } => {
            format!("{by} on the step “{}”: {}", voice.typed(text), became(how, voice))
        }
        PlaybookEntry::Nudged { text, who } => {
            format!("{} reminded privately of the step: {}", voice.names(who), voice.typed(text))
        }
        PlaybookEntry::Ended { playbook, why } => {
            format!("The playbook {} ended: {}", voice.typed(playbook), ended(*why))
        }
    }
}
