//! Words about tickets: in the thread, on the card, privately, in the timeline; and the form that raises one.

use crate::domain::effect::Form;
use crate::domain::event::Button;
use crate::domain::ticket::{
    Needs, Purpose, StepKind, Ticket, TicketButton, TicketHappened, TicketNote, TicketState,
};
use crate::view::email;
use crate::view::inputs::{Choice, Input, Lines, one_of, text};
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::Voice;
use serde_json::Value;

/// Words a note.
pub fn note(about: &TicketNote, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    match about {
        TicketNote::NoTickets { desk } => Page::say(format!(
            "{} raises no tickets, so none was raised. Whoever looks after the configuration can set it up under `tickets`.",
            scene.desk(desk)
        )),
        TicketNote::NoRecovery { desk } => Page::say(format!(
            "{} has no service-recovery tickets, so none was raised. They are set up under `tickets.recovery`.",
            scene.desk(desk)
        )),
        TicketNote::Exists { number } => match find(scene, *number).and_then(Ticket::place) {
            Some((key, url)) => Page::say(format!("It is a ticket already: {}.", linked(key, url, &voice))),
            None => Page::say("A ticket for it is on its way already. Its key appears in the thread."),
        },
        TicketNote::OnItsWay { .. } => {
            Page::say("The ticket is on its way. Its key appears in the thread as soon as it stands.")
        }
        TicketNote::Raised { number } => {
            find(scene, *number).map_or_else(Page::default, |one| raised(one, scene))
        }
        TicketNote::Changed { number } => {
            find(scene, *number).map_or_else(Page::default, |one| changed(one, scene))
        }
        TicketNote::Late { why, .. } => Page::say(format!(
            "The ticket for {} is not raised yet: {}. It is tried again by itself, for a day.",
            case(scene),
            voice.typed(why)
        )),
        TicketNote::Refused { why, .. } => Page::say(format!(
            "The ticket for {} was refused: {}.",
            case(scene),
            voice.words(why, 1_000)
        ))
        .and(
            "Once the mapping under `tickets` is mended, say `ticket` in the thread, and it is raised anew.",
        ),
        TicketNote::StepRefused { number, step, why } => {
            let key = find(scene, *number).and_then(Ticket::place);
            let key = key.map_or_else(|| "The ticket".to_owned(), |(key, url)| linked(key, url, &voice));
            Page::say(format!("{key} stands, but {}: {}.", not_done(*step), voice.words(why, 1_000)))
                .and(format!("Please do it by hand there; it belongs to {}.", case(scene)))
        }
        TicketNote::Write { number, mail } => {
            let key = find(scene, *number).and_then(Ticket::place);
            let key = key.map_or_else(String::new, |(key, url)| format!(", as {}", linked(key, url, &voice)));
            let page = Page::say(format!(
                "{} waits for {}{key}. They left before it was solved, so please write to them.",
                case(scene),
                scene.requester()
            ));
            email::preview(page, scene, *mail)
        }
    }
}

fn case(scene: &Scene<'_>) -> String {
    scene.case.map_or_else(|| "this case".to_owned(), |case| scene.case(&case.id))
}

fn find<'a>(scene: &Scene<'a>, number: u32) -> Option<&'a Ticket> {
    scene.case?.tickets.iter().find(|ticket| ticket.number == number)
}

fn linked(key: &str, url: Option<&str>, voice: &Voice<'_>) -> String {
    url.map_or_else(|| voice.typed(key), |url| mrkdwn::link(url, key))
}

fn raised(ticket: &Ticket, scene: &Scene<'_>) -> Page {
    let Some((key, url)) = ticket.place() else { return Page::default() };
    let (key, requester) = (linked(key, url, &scene.voice()), scene.requester());
    match (ticket.purpose, ticket.needs, ticket.email.is_some()) {
        (Purpose::ServiceRecovery, _, _) => Page::say(format!(
            "A service-recovery ticket was raised: {key}. The transcript of this thread goes along."
        )),
        (Purpose::Support, Needs::Nothing, _) => {
            Page::say(format!("Filed as {key}, solved here, with the transcript of this thread."))
        }
        (Purpose::Support, Needs::FollowUp, true) => Page::say(format!(
            "This goes on as {key}. {requester} is added there and hears by e-mail; the transcript of this thread \
             goes along."
        )),
        (Purpose::Support, Needs::FollowUp, false) => Page::say(format!(
            "This goes on as {key}, with the transcript of this thread. {requester}'s e-mail address is not known \
             here, so please add it there."
        )),
        (Purpose::Support, Needs::Requester, _) => Page::say(format!(
            "{requester} has left, so this waits for them as {key}, with the transcript of this thread."
        )),
    }
}

fn changed(ticket: &Ticket, scene: &Scene<'_>) -> Page {
    let Some((key, url)) = ticket.place() else { return Page::default() };
    let (key, requester) = (linked(key, url, &scene.voice()), scene.requester());
    Page::say(match (ticket.needs, ticket.email.is_some()) {
        (Needs::Nothing, _) => format!("{key} is closed: it was solved here."),
        (Needs::FollowUp, true) => {
            format!("This goes on as {key}. {requester} is added there and hears by e-mail.")
        }
        (Needs::FollowUp, false) => format!(
            "This goes on as {key}. {requester}'s e-mail address is not known here, so please add it there."
        ),
        (Needs::Requester, _) => format!("{requester} has left, so {key} waits for them."),
    })
}

fn not_done(step: StepKind) -> &'static str {
    match step {
        StepKind::Mark => "its labels, its link or whom it is assigned to were refused",
        StepKind::Attach => "the transcript could not be attached",
        StepKind::Add => "the requester could not be added",
        StepKind::Tell => "the requester could not be told on it",
        StepKind::Close => "it could not be closed",
        StepKind::Wait => "it could not be set to wait for the requester",
        StepKind::Open => "it could not be opened again",
        StepKind::Update => "its fields could not be brought up to date",
    }
}

/// The line of the card.
pub fn on_card(tickets: &[Ticket], voice: &Voice<'_>) -> Option<String> {
    let said: Vec<String> = tickets.iter().map(|ticket| in_brief(ticket, voice)).collect();
    (!said.is_empty()).then(|| format!("*Ticket:* {}", said.join(", ")))
}

fn in_brief(ticket: &Ticket, voice: &Voice<'_>) -> String {
    let what = match (ticket.purpose, ticket.needs) {
        (Purpose::ServiceRecovery, _) => "service recovery",
        (Purpose::Support, Needs::Nothing) => "chat only",
        (Purpose::Support, Needs::FollowUp) => "chat and e-mail",
        (Purpose::Support, Needs::Requester) => "waits for the requester",
    };
    match &ticket.state {
        TicketState::Queued { why: None } => format!("on its way ({what})"),
        TicketState::Queued { why: Some(_) } => format!("late, it is tried again ({what})"),
        TicketState::Raised { key, url, .. } => {
            format!("{} ({what})", linked(key, url.as_deref(), voice))
        }
        TicketState::Refused { .. } => format!("refused ({what})"),
    }
}

/// What happened, in a sentence.
pub fn happened(what: &TicketHappened, by: &str, voice: &Voice<'_>) -> String {
    match what {
        TicketHappened::Asked { purpose: Purpose::ServiceRecovery, .. } => {
            format!("{by} asked for a service-recovery ticket")
        }
        TicketHappened::Asked { purpose: Purpose::Support, .. } => format!("{by} asked for a ticket"),
        TicketHappened::Raised { key } => format!("It is ticket {}", voice.typed(key)),
        TicketHappened::Refused { why } => format!("The ticket was refused: {}", voice.typed(why)),
        TicketHappened::StepRefused { step, why } => {
            format!("The ticket stands, but {}: {}", not_done(*step), voice.typed(why))
        }
        TicketHappened::Ended { key } => format!("Ticket {} gets the whole transcript", voice.typed(key)),
    }
}

/// The entry of the card's menu.
pub fn button(case: &crate::id::CaseId) -> Button {
    Button::Ticket(TicketButton::Raise(case.clone()))
}

/// The form: title, what sends it, blocks.
pub fn form(form: &Form, scene: &Scene<'_>) -> (String, &'static str, Vec<Value>) {
    let given = |key: &str| form.given.get(key).and_then(|all| all.first()).map(String::as_str);
    let choice = |label: &str, value: &str| Choice { label: label.to_owned(), value: value.to_owned() };
    let needs = [
        choice("It goes on: add the requester and tell them", "follow_up"),
        choice("Solved here: close it", "nothing"),
        choice("They left: it waits for them", "requester"),
    ];
    let subject = scene.case.map(|case| case.report.text.clone());
    let subject = subject.map(|text| mrkdwn::plain(&text, 200));
    let blocks = vec![
        Input::new("subject", "Subject", text(Lines::One, given("subject").or(subject.as_deref())))
            .optional()
            .hint("Left empty, it is made as the configuration says.")
            .block(),
        Input::new("needs", "What is left to do", one_of(&needs, Some("follow_up"))).block(),
        Input::new("email", "The requester's e-mail", text(Lines::One, given("email"))).optional().block(),
    ];
    ("Raise a ticket".to_owned(), "Raise", blocks)
}
