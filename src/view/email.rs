//! E-mails: the form in which one is read and changed, what is said of each, and the transcript that goes along.

use crate::domain::case::Case;
use crate::domain::effect::Form;
use crate::domain::event::Button;
use crate::domain::mail::fill::{BLANK, Kind};
use crate::domain::mail::unsent::{Unsent, UnsentBecame};
use crate::domain::mail::{
    Attach, DeskMail, Mail, MailButton, MailForm, MailNote, MailPress, MailState, Mailbox, Way, letter,
};
use crate::id::CaseId;
use crate::view::inputs::{Input, Lines, text};
use crate::view::mrkdwn;
use crate::view::page::{Page, section};
use crate::view::scene::Scene;
use crate::view::voice::{Voice, list};
use serde_json::Value;

/// The longest subject that is shown whole.
const SUBJECT: usize = 150;

/// The line of the card: what became of the latest e-mail.
pub fn on_card(mails: &[Mail], voice: &Voice<'_>) -> Option<String> {
    mails.last().map(|mail| line(mail, voice))
}

/// An e-mail and what became of it.
pub fn line(mail: &Mail, voice: &Voice<'_>) -> String {
    format!("*E-mail:* “{}” {}", voice.words(&mail.letter.subject, SUBJECT), state(mail, voice))
}

/// What became of an e-mail, as a predicate.
fn state(mail: &Mail, voice: &Voice<'_>) -> String {
    let to = receivers(&mail.letter.to, voice);
    match &mail.state {
        MailState::Queued { why: None } => format!("is on its way to {to}"),
        MailState::Queued { why: Some(why) } => {
            format!("is not out yet ({}); it is tried again by itself", voice.typed(why))
        }
        MailState::Sent { at, .. } => format!("went to {to} {}", voice.at(*at)),
        MailState::PerhapsSent { .. } => format!("may or may not have reached {to}"),
        MailState::Refused { .. } => format!("was not sent to {to}"),
        MailState::ByHand { at, by } => format!("was sent to {to} by {} {}", voice.name(by), voice.at(*at)),
    }
}

fn receivers(all: &[Mailbox], voice: &Voice<'_>) -> String {
    let shown: Vec<String> = all.iter().map(|one| voice.words(&one.email, 80)).collect();
    list(&shown)
}

/// The line of the card: an e-mail that waits to be sent.
pub fn waits_on_card(all: &[Unsent], voice: &Voice<'_>) -> Option<String> {
    let unsent = all.last()?;
    let (subject, whose) = (voice.words(&unsent.subject, SUBJECT), voice.name(&unsent.to_send));
    Some(format!("*E-mail:* “{subject}” is written and waits for {whose} to send it"))
}

/// An e-mail that waits, as it would go out, with the ways on.
pub fn preview(page: Page, scene: &Scene<'_>, number: Option<u32>) -> Page {
    let all = scene.case.map(|case| case.unsent.as_slice()).unwrap_or_default();
    let Some((case, unsent)) = scene.case.zip(all.iter().find(|unsent| Some(unsent.number) == number)) else {
        return page;
    };
    let (number, voice) = (unsent.number, scene.voice());
    let heads = [("To", &unsent.to), ("Copy to", &unsent.cc), ("Subject", &unsent.subject)];
    let heads = heads.into_iter().filter(|(_, text)| !text.trim().is_empty());
    let heads: Vec<String> =
        heads.map(|(name, text)| format!("*{name}:* {}", voice.words(text, 300))).collect();
    let press = |does: MailPress| Button::Mail(Box::new(MailButton { case: case.id.clone(), does }));
    page.and(heads.join("\n"))
        .and(mrkdwn::quoted(&unsent.body, 2_500))
        .small("It is kept with the case until it is sent, or said not to be needed.")
        .primary("Open the e-mail", press(MailPress::Open { number }))
        .press("Not needed", press(MailPress::Drop { number }))
}

/// The entry of the card's menu for an e-mail that waits.
pub fn open_waiting(page: Page, case: &Case) -> Page {
    match case.unsent.last() {
        Some(unsent) => {
            let does = MailPress::Open { number: unsent.number };
            page.more("Open the e-mail", Button::Mail(Box::new(MailButton { case: case.id.clone(), does })))
        }
        None => page,
    }
}

/// A line of the timeline: an e-mail waits to be sent, or does not any more.
pub fn waits(number: u32, what: UnsentBecame, by: &str) -> String {
    match what {
        UnsentBecame::Written => format!("E-mail {number} is written, and waits to be sent"),
        UnsentBecame::Dropped => format!("{by} dropped e-mail {number}, which waited to be sent"),
    }
}

/// Words about e-mails. Without the case at hand a number says nothing, and is left out.
pub fn note(note: &MailNote, scene: &Scene<'_>) -> Page {
    match note {
        MailNote::Which { case, templates } => {
            let page =
                Page::say("Which e-mail? It opens filled in, and nothing is sent before you have read it.");
            templates.iter().take(20).fold(page, |page, (template, name)| {
                let does = MailPress::Write { template: template.clone(), step: None };
                page.press(
                    mrkdwn::plain(name, 70),
                    Button::Mail(Box::new(MailButton { case: case.clone(), does })),
                )
            })
        }
        MailNote::NoTemplates { desk } => Page::say(format!(
            "{} has no e-mail templates to choose from. Whoever runs Firstline names them under `mail` in the desk's \
             file.",
            scene.desk(desk)
        )),
        MailNote::TemplateGone { template } => Page::say(format!(
            "The e-mail template “{}” is not there any more, so nothing was opened.",
            scene.voice().typed(template.as_str())
        )),
        MailNote::TooMany { most } => Page::say(format!(
            "This case has {most} e-mails already, which is the most. Please write this one in your mail program."
        )),
        MailNote::OnItsWay { .. } => {
            Page::say("It is on its way. The thread says when the mail server has taken it.")
        }
        MailNote::NotWaiting => Page::say(
            "This e-mail waits no longer: it was sent, or nobody needs it any more. The card says what stands.",
        ),
        MailNote::Dropped => Page::say("The e-mail is dropped, and nobody is written to."),
        MailNote::Late { number } => match mail(scene, *number) {
            Some((case, mail)) => Page::say(format!(
                "Your e-mail “{}” of {} {}. If it is urgent, phone.",
                scene.voice().words(&mail.letter.subject, SUBJECT),
                scene.case(&case.id),
                state(mail, &scene.voice())
            )),
            None => {
                Page::say("Your e-mail is not out yet; it is tried again by itself. If it is urgent, phone.")
            }
        },
        MailNote::WrittenAlready { by, subject } => {
            let voice = scene.voice();
            Page::say(format!(
                "{} was quicker: “{}” is the e-mail of this step, so yours was not sent. The thread says what became \
                 of it; for another, use *Write an e-mail* on the card.",
                voice.name(by),
                voice.words(subject, SUBJECT)
            ))
        }
        MailNote::Became { number } => match mail(scene, *number) {
            Some((case, mail)) => became(case, mail, scene),
            None => Page::say("Something became of an e-mail; the case's card says what."),
        },
    }
}

fn mail<'a>(scene: &Scene<'a>, number: u32) -> Option<(&'a Case, &'a Mail)> {
    let case = scene.case?;
    Some((case, case.mails.iter().find(|mail| mail.number == number)?))
}

fn became(case: &Case, mail: &Mail, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let subject = voice.words(&mail.letter.subject, SUBJECT);
    let to = receivers(&mail.letter.to, &voice);
    let by = voice.name(&mail.by);
    let copies = match mail.letter.cc.as_slice() {
        [] => String::new(),
        copies => format!(", with {} in copy", receivers(copies, &voice)),
    };
    let press = |does: MailPress| Button::Mail(Box::new(MailButton { case: case.id.clone(), does }));
    let number = mail.number;
    match &mail.state {
        MailState::Queued { .. } => Page::say(format!("{by}'s e-mail “{subject}” is on its way to {to}{copies}.")),
        MailState::Sent { refused, .. } => {
            let page = Page::say(format!("{by} sent the e-mail “{subject}” to {to}{copies}."));
            let refused: Vec<String> = refused.iter().map(|one| voice.words(one, 80)).collect();
            match refused.as_slice() {
                [] => page,
                some => page.and(format!(
                    "The mail server did not take it for {}: tell them yourself, or correct the address and write \
                     again.",
                    list(some)
                )),
            }
        }
        MailState::ByHand { by, .. } => Page::say(format!(
            "{} says that the e-mail “{subject}” went to {to}{copies}.",
            voice.name(by)
        )),
        MailState::PerhapsSent { why, .. } => Page::say(format!(
            "{by}'s e-mail “{subject}” to {to} may or may not have gone out: {}. It is not sent again by itself, so that \
             nobody gets it twice. Ask {to} or look into the mail server's log, then choose.",
            voice.typed(why)
        ))
        .press("It arrived", press(MailPress::Arrived { number }))
        .press("Send it again", press(MailPress::Again { number })),
        MailState::Refused { why, .. } => Page::say(format!(
            "{by}'s e-mail “{subject}” to {to} was not sent: {}. Correct it and send it again, or phone.",
            voice.typed(why)
        ))
        .primary("Correct it", press(MailPress::Edit { number }))
        .press("Send it as it is", press(MailPress::Again { number })),
    }
}

/// A line of the timeline: what became of an e-mail.
pub fn happened(number: u32, state: &MailState, voice: &Voice<'_>) -> String {
    match state {
        MailState::Queued { .. } => format!("E-mail {number} waits for the mail server"),
        MailState::Sent { refused, .. } if refused.is_empty() => format!("E-mail {number} was sent"),
        MailState::Sent { refused, .. } => {
            format!("E-mail {number} was sent, but not to {}", voice.typed(&refused.join(", ")))
        }
        MailState::PerhapsSent { why, .. } => {
            format!("E-mail {number} may have been sent: {}", voice.typed(why))
        }
        MailState::Refused { why, .. } => format!("E-mail {number} was not sent: {}", voice.typed(why)),
        MailState::ByHand { by, .. } => format!("E-mail {number} went out, as {} says", voice.name(by)),
    }
}

/// The button on the card of a desk that offers e-mails.
pub fn button(case: &CaseId) -> Button {
    Button::Mail(Box::new(MailButton { case: case.clone(), does: MailPress::Choose }))
}

/// The form's title, what its button says, and its parts.
pub fn form(form: &Form, asked: &MailForm, mail: &DeskMail) -> (String, &'static str, Vec<Value>) {
    let given = |key: &str| form.given.get(key).and_then(|all| all.first()).map(String::as_str);
    let template = mail.templates.get(&asked.template);
    let (submit, how) = match mail.way {
        Way::Server => ("Send", "Read it, change what you like, and send it."),
        Way::ByHand => (
            "I sent it",
            "No mail server is set up here: copy this into your mail program, send it from there, and then say so below.",
        ),
    };
    let name =
        template.map_or_else(String::new, |template| format!("*{}.* ", mrkdwn::inline(&template.name, 60)));
    let mut says = vec![format!("{name}{how}")];
    if template.is_none_or(|template| template.kind == Kind::Notice) {
        says.push(match given("phone") {
            Some(phone) => format!("Phone first, if you have not: {}.", mrkdwn::inline(phone, 200)),
            None => "Phone first, if you have not.".to_owned(),
        });
    }
    let any_blank = form.given.values().flatten().any(|text| text.contains(BLANK.0));
    if any_blank {
        says.push(format!(
            "What stands between {} and {} is not known: write it in, or take it out.",
            BLANK.0, BLANK.1
        ));
    }
    if template.is_some_and(|template| template.attach == Attach::Transcript) && mail.way == Way::Server {
        says.push("The transcript of this case goes along.".to_owned());
    }
    let line = |key: &str, label: &str| Input::new(key, label, text(Lines::One, given(key)));
    let blocks = vec![
        section(&says.join(" ")),
        line(letter::TO, "To").hint("Several with commas between.").block(),
        line(letter::CC, "Copy to").optional().block(),
        line(letter::SUBJECT, "Subject").block(),
        Input::new(letter::BODY, "Text", text(Lines::Many, given(letter::BODY))).block(),
    ];
    ("Write an e-mail".to_owned(), submit, blocks)
}
