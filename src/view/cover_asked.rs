//! Questions for cover, and how they went.

use crate::clock::Timestamp;
use crate::coverage::Span;
use crate::domain::cover::leave::Leave;
use crate::domain::cover::note::CoverButton;
use crate::domain::cover::record::AskedAs;
use crate::domain::event::Button;
use crate::id::{DeskKey, UserId};
use crate::view::cover::{stretch, wish};
use crate::view::page::Page;
use crate::view::scene::Scene;

/// What somebody is asked about.
pub struct Question<'a> {
    /// The desk that keeps the question.
    pub desk: &'a DeskKey,
    /// The desks that are short.
    pub short: &'a [DeskKey],
    pub number: u32,
    /// Whose place is to be taken.
    pub person: Option<&'a UserId>,
    /// The absence they wish for; none when they have left already.
    pub leave: Option<&'a Leave>,
}

impl Question<'_> {
    /// Why there is a question at all.
    fn reason(&self, scene: &Scene<'_>, span: Span) -> String {
        let (voice, desks) = (scene.voice(), scene.desk_names(self.short));
        let are = if self.short.len() > 1 { "are" } else { "is" };
        match (self.person, self.leave) {
            (Some(person), Some(leave)) => {
                format!(
                    "{} would like {}, and {desks} would be short of people.",
                    voice.name(person),
                    wish(scene, leave)
                )
            }
            (Some(person), None) => {
                format!("{} is not there any more, and {desks} {are} short of people.", voice.name(person))
            }
            (None, _) => format!("{desks} {are} short of people {}.", stretch(scene, span)),
        }
    }

    fn accept(&self) -> Button {
        Button::Cover(CoverButton::Accept { desk: self.desk.clone(), number: self.number })
    }

    fn decline(&self) -> Button {
        Button::Cover(CoverButton::Decline { desk: self.desk.clone(), number: self.number })
    }
}

pub fn ask(scene: &Scene<'_>, question: &Question<'_>, span: Span, answer_by: Timestamp) -> Page {
    Page::say(question.reason(scene, span))
        .and(format!(
            "Could you cover {}? The first to say yes covers; after {} the next one is asked.",
            stretch(scene, span),
            scene.voice().time(answer_by)
        ))
        .primary("I cover", question.accept())
        .press("I cannot", question.decline())
}

pub fn ask_supervisor(scene: &Scene<'_>, question: &Question<'_>, span: Span, answer_by: Timestamp) -> Page {
    let leave = match question.leave {
        Some(_) => "Let them go uncovered",
        None => "Leave it uncovered",
    };
    Page::say(question.reason(scene, span))
        .and(format!(
            "Nobody who could cover {} has taken it, so it is for you to decide, by {} if you can.",
            stretch(scene, span),
            scene.voice().time(answer_by)
        ))
        .primary("I cover", question.accept())
        .press(
            leave,
            Button::Cover(CoverButton::Uncovered { desk: question.desk.clone(), number: question.number }),
        )
        .press("No", question.decline())
}

pub fn seeking(scene: &Scene<'_>, leave: &Leave, asked: &[UserId], role: AskedAs, until: Timestamp) -> Page {
    let voice = scene.voice();
    let (who, by) = (voice.names(asked), voice.time(until));
    let asked = match role {
        AskedAs::Coverer => format!("I asked {who}, who can answer until {by}; then the next one is asked."),
        AskedAs::Supervisor => format!("There is nobody else who could cover, so I asked {who} to decide."),
    };
    Page::say(format!(
        "{asked} You hear from me as soon as it is settled. Until then please stay: you wished for {}.",
        wish(scene, leave)
    ))
}

pub fn nobody_to_ask(scene: &Scene<'_>, leave: &Leave) -> Page {
    Page::say(format!(
        "There is nobody I could ask to cover, and no supervisor is set up, so I cannot grant you {}. Please ask your \
         colleagues directly; whoever covers says `/coverage cover @you until 15:00`.",
        wish(scene, leave)
    ))
}

pub fn nobody_took(scene: &Scene<'_>, leave: &Leave, supervisors: &[UserId]) -> Page {
    let who = match supervisors {
        [] => String::new(),
        some => format!(" {} can still decide; please ask them directly.", scene.voice().names(some)),
    };
    Page::say(format!("Nobody has taken over yet, so you do not have {} yet.{who}", wish(scene, leave)))
}

pub fn refused(scene: &Scene<'_>, leave: &Leave, by: &UserId) -> Page {
    Page::say(format!(
        "{} asks you to stay: nobody can cover, so you do not have {}. Please talk to {} if it cannot wait.",
        scene.voice().name(by),
        wish(scene, leave),
        scene.voice().name(by)
    ))
}

/// ` for Bo on Desk help`, as far as it is known.
fn whom_and_where(scene: &Scene<'_>, person: Option<&UserId>, desks: &[DeskKey]) -> String {
    let whom = person.map_or_else(String::new, |person| format!(" for {}", scene.voice().name(person)));
    let on = if desks.is_empty() { String::new() } else { format!(" on {}", scene.desk_names(desks)) };
    format!("{whom}{on}")
}

pub fn away_before_cover(
    scene: &Scene<'_>,
    until: Timestamp,
    reason: Option<&str>,
    person: Option<&UserId>,
    desks: &[DeskKey],
) -> Page {
    let voice = scene.voice();
    let why = reason.map_or_else(String::new, |reason| format!(" ({})", voice.typed(reason)));
    let at = voice.time(until);
    Page::say(format!(
        "You are away{why} until {at}, because from then on you cover{}. You are not pinged before that; \
         `/coverage back` ends it sooner. If you cannot cover, say until when you are away, such as `/coverage away \
         until 20:00`, and I look for somebody else.",
        whom_and_where(scene, person, desks)
    ))
}

pub fn you_cover(scene: &Scene<'_>, person: Option<&UserId>, desks: &[DeskKey], span: Span) -> Page {
    Page::say(format!(
        "Thank you: you cover{} {}, and are pinged there meanwhile.",
        whom_and_where(scene, person, desks),
        stretch(scene, span)
    ))
}

pub fn not_needed(scene: &Scene<'_>, person: Option<&UserId>) -> Page {
    let whom = person.map_or_else(|| "the desk".to_owned(), |person| scene.voice().name(person));
    Page::say(format!(
        "Thank you. By now there are enough people, so {whom} needs no cover and you are free."
    ))
}

pub fn uncovered_noted(scene: &Scene<'_>, person: Option<&UserId>, desks: &[DeskKey]) -> Page {
    let whom = person.map_or_else(String::new, |person| format!(" {} was told.", scene.voice().name(person)));
    Page::say(format!(
        "Noted: {} may go uncovered for that time, and nobody is told about it again.{whom}",
        scene.desk_names(desks)
    ))
}

pub fn settled(scene: &Scene<'_>, desks: &[DeskKey], person: Option<&UserId>, by: Option<&UserId>) -> Page {
    let (voice, desks) = (scene.voice(), scene.desk_names(desks));
    let whom = person.map_or_else(String::new, |person| format!(" for {}", voice.name(person)));
    Page::say(match by {
        Some(by) => {
            format!("{} sees to {desks}{whom}. It is settled; thank you.", voice.name(by))
        }
        None => {
            format!("Cover on {desks}{whom} is not needed any more. It is settled; thank you.")
        }
    })
}
