//! What is missing or wrong in a report: in the thread, and under the fields of a form.

use crate::domain::case::{Case, RunState};
use crate::domain::effect::{Problem, ProblemKind};
use crate::domain::event::Button;
use crate::view::mrkdwn::plain;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::list;

/// The request in the thread, by the labels the person knows, with a button that opens the form.
pub fn request(problems: &[Problem], case: &Case, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let requester = scene.requester();
    let missing: Vec<String> = problems
        .iter()
        .filter(|problem| problem.kind == ProblemKind::Missing)
        .map(|problem| format!("• {}", voice.words(&problem.label, 150)))
        .collect();
    let wrong: Vec<String> = problems
        .iter()
        .filter(|problem| problem.kind != ProblemKind::Missing)
        .map(|problem| {
            format!("• {}: {}", voice.words(&problem.label, 150), voice.words(&explained(&problem.kind), 400))
        })
        .collect();
    let page = Page::say(format!("{requester}, so that you get an answer quickly, please add:"));
    let page = page.and(missing.iter().chain(&wrong).take(40).cloned().collect::<Vec<_>>().join("\n"));
    let page = match case.run.state {
        RunState::HeldForDetails => page.small("Somebody is asked as soon as it is there."),
        RunState::Climbing | RunState::Exhausted => page.small("Somebody is asked meanwhile."),
        RunState::Queued | RunState::Stopped => page,
    };
    page.small("Edit your post, reply here, or use the button.")
        .primary("Add what is missing", Button::Complete(case.id.clone()))
}

/// Under a field of a form. Plain text: no markup is read there.
pub fn under_field(problem: &Problem) -> String {
    plain(&sentence(&problem.kind), 300)
}

fn sentence(kind: &ProblemKind) -> String {
    let text = explained(kind);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => format!("{}{}.", first.to_uppercase(), chars.as_str()),
        None => text,
    }
}

/// What is wrong and what would be right, as part of a sentence.
fn explained(kind: &ProblemKind) -> String {
    match kind {
        ProblemKind::Missing => "this is still needed".to_owned(),
        ProblemKind::NotAUrl => {
            "this is not a web address; it should look like https://example.com/page".to_owned()
        }
        ProblemKind::NotEmails { wrong } => {
            let wrong: Vec<String> =
                wrong.iter().map(|address| format!("“{}”", plain(address, 60))).collect();
            let what = match wrong.as_slice() {
                [] => "there is no e-mail address in it".to_owned(),
                [one] => format!("{one} is not an e-mail address"),
                many => format!("{} are not e-mail addresses", list(many)),
            };
            format!("{what}; write them like ana@example.com, with commas between")
        }
        ProblemKind::NotOneOf { choices } => {
            let choices: Vec<String> = choices.iter().map(|choice| plain(choice, 60)).collect();
            format!("choose one of {}", choices.join(", "))
        }
        ProblemKind::NotANumber => "this should be a number".to_owned(),
        ProblemKind::NotAnId => {
            "this does not look like a number or id of its kind; copy it as it is shown".to_owned()
        }
        ProblemKind::NotATime => "this is not a time; write it like 14:30 or 2026-12-24 14:30".to_owned(),
        ProblemKind::BeforeTheFirst => "this day is before the first".to_owned(),
        ProblemKind::NotAffirmed => "this has to be confirmed".to_owned(),
        ProblemKind::NotHours => {
            "this is not the hours of a day; write them like 09:00-12:00, 13:00-17:30, or closed".to_owned()
        }
        ProblemKind::NotADayAhead => "choose a day from today up to three months ahead".to_owned(),
        ProblemKind::NotAUser => "this is not somebody in this Slack; mention them with @".to_owned(),
        ProblemKind::TooMany { most } => format!("these are too many; {most} addresses are the most"),
        ProblemKind::StillBlank { blanks } => {
            let named: Vec<String> = blanks.iter().map(|blank| format!("⟦{}⟧", plain(blank, 60))).collect();
            format!("{} is still blank; write what belongs there, or take it out", list(&named))
        }
        ProblemKind::NotAZone => {
            "this is not the name of a time zone; write it like Europe/London".to_owned()
        }
        ProblemKind::NotServed => "this desk is not switched on for this organisation".to_owned(),
        ProblemKind::TooLong { most } => format!("this is too long; {most} characters are the most"),
    }
}
