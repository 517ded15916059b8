//! The question who takes a case, to both of its sides: hand over, take over, and what came of it.

use crate::clock::Timestamp;
use crate::domain::event::Button;
use crate::id::{CaseId, DeskKey, UserId};
use crate::view::page::Page;
use crate::view::scene::Scene;

/// A question as it reaches the one who is asked.
pub struct Asked<'a> {
    pub case: &'a CaseId,
    pub from: &'a UserId,
    pub number: u32,
    pub until: Timestamp,
}

impl Asked<'_> {
    fn yes(&self) -> Button {
        Button::AcceptOffer { case: self.case.clone(), offer: self.number }
    }

    fn no(&self) -> Button {
        Button::DeclineOffer { case: self.case.clone(), offer: self.number }
    }
}

pub fn owner_asked(scene: &Scene<'_>, owner: &UserId, until: Timestamp) -> Page {
    let voice = scene.voice();
    let name = voice.name(owner);
    Page::say(format!(
        "{name} was asked whether you may take over and can answer until {}. Until then {name} keeps the lead. \
         You will hear what comes of it.",
        voice.time(until)
    ))
}

/// `holder` has the case meanwhile; none for the reader.
pub fn receiver_asked(scene: &Scene<'_>, to: &UserId, holder: Option<&UserId>, until: Timestamp) -> Page {
    let voice = scene.voice();
    let (stays, hears) = match holder {
        None => ("yours".to_owned(), "You will hear what comes of it.".to_owned()),
        Some(holder) => {
            let name = voice.name(holder);
            (format!("with {name}"), format!("{name} hears what comes of it."))
        }
    };
    Page::say(format!(
        "{} was asked to take it and can answer until {}. Until then it stays {stays}. {hears}",
        voice.name(to),
        voice.time(until)
    ))
}

pub fn offer_stands(scene: &Scene<'_>, until: Timestamp) -> Page {
    Page::say(format!(
        "Somebody has been asked about this case already and can answer until {}. Wait for that first.",
        scene.voice().time(until)
    ))
}

pub fn who_to(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!(
        "Who is to take {}? Name one person who answers here, such as `hand over to @ana`, or choose.",
        scene.case(case)
    ))
    .press("Hand over", Button::HandOver(case.clone()))
}

pub fn not_a_responder_them(scene: &Scene<'_>, them: &UserId, desk: &DeskKey) -> Page {
    Page::say(format!(
        "{} does not answer on {}, so nothing was changed. Choose somebody who does.",
        scene.voice().name(them),
        scene.desk(desk)
    ))
}

pub fn yours_now(scene: &Scene<'_>, case: &CaseId) -> Page {
    Page::say(format!("{} is yours now. Answers go into its thread.", scene.case(case)))
}

pub fn take_over_asked(scene: &Scene<'_>, asked: &Asked<'_>) -> Page {
    let voice = scene.voice();
    Page::say(format!(
        "{} offers to take {} over from you. If you do not answer until {}, it stays yours.",
        voice.name(asked.from),
        scene.case(asked.case),
        voice.time(asked.until)
    ))
    .and(quote(scene))
    .press(format!("Let {} take it", scene.name_on_button(asked.from)), asked.yes())
    .press("I keep it", asked.no())
}

pub fn hand_over_asked(scene: &Scene<'_>, asked: &Asked<'_>) -> Page {
    let voice = scene.voice();
    let from = voice.name(asked.from);
    Page::say(format!(
        "{from} asks you to take {} over. If you do not answer until {}, it stays with {from}.",
        scene.case(asked.case),
        voice.time(asked.until)
    ))
    .and(quote(scene))
    .primary("I take it", asked.yes())
    .press("Not me", asked.no())
}

fn quote(scene: &Scene<'_>) -> String {
    scene.case.map(|_| format!("{} asks: {}", scene.requester(), scene.gist())).unwrap_or_default()
}

/// Whether the one who answered has the case now; unknown where the case is not at hand.
fn has_it(scene: &Scene<'_>, user: &UserId) -> Option<Side> {
    let owner = scene.case?.owner()?;
    Some(if owner == user { Side::Owner } else { Side::Other })
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Owner,
    Other,
}

/// To the one who asked, or whose case was taken over while they were away.
pub fn accepted(scene: &Scene<'_>, case: &CaseId, by: &UserId) -> Page {
    let (name, case) = (scene.voice().name(by), scene.case(case));
    Page::say(match has_it(scene, by) {
        Some(Side::Owner) => format!("{name} has taken {case} and has the lead now."),
        Some(Side::Other) => format!("{name} agreed: {case} is yours now. Answers go into its thread."),
        None => format!("{name} agreed, and {case} has changed hands."),
    })
}

pub fn declined(scene: &Scene<'_>, case: &CaseId, by: &UserId) -> Page {
    let name = scene.voice().name(by);
    match has_it(scene, by) {
        Some(Side::Owner) => {
            Page::say(format!("{name} keeps {}. You need not do anything.", scene.case(case)))
        }
        Some(Side::Other) => still_yours(&format!("{name} cannot take {}", scene.case(case)), case),
        None => Page::say(format!("{name} declined, so {} stays where it is.", scene.case(case))),
    }
}

pub fn lapsed(scene: &Scene<'_>, case: &CaseId, by: &UserId) -> Page {
    let name = scene.voice().name(by);
    match has_it(scene, by) {
        Some(Side::Owner) => Page::say(format!(
            "{name} has not answered, so {} stays with {name}. You can offer again.",
            scene.case(case)
        ))
        .press("Offer to take over", Button::OfferTakeOver(case.clone())),
        Some(Side::Other) => {
            still_yours(&format!("{name} has not answered about {}", scene.case(case)), case)
        }
        None => Page::say(format!("{name} has not answered, so {} stays where it is.", scene.case(case))),
    }
}

fn still_yours(what: &str, case: &CaseId) -> Page {
    Page::say(format!(
        "{what}, so it stays yours. You can ask somebody else, or release it to be pinged anew."
    ))
    .press("Hand over", Button::HandOver(case.clone()))
    .press("Release", Button::Release(case.clone()))
}
