//! Playbooks as people read them: a step with its buttons, the offer of a playbook, where a run stands.

use crate::domain::case::Case;
use crate::domain::event::Button;
use crate::domain::mail::{MailButton, MailPress};
use crate::domain::people;
use crate::domain::playbook::note::PlaybookButton;
use crate::domain::playbook::plan::{DONE, Doing, NOT_NEEDED, NOT_REACHED, Playbook, REACHED, Step};
use crate::domain::playbook::run::{
    EndedBecause, How, OfferState, OfferedBecause, Open, Run, Settled, StepState,
};
use crate::domain::playbook::standing::{Done, Due, Next, Standing};
use crate::domain::playbook::wording;
use crate::id::{CaseId, PlaybookKey, StepKey, TemplateKey};
use crate::view::booking;
use crate::view::mrkdwn::plain;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::{Voice, list};

/// The longest text of a step in a list of them.
const IN_A_LIST: usize = 120;
/// So many steps are named on the card; the others are counted.
const SHOWN: usize = 4;
/// So many steps in full fit into a block.
const IN_A_BLOCK: usize = 12;
/// The longest text of a step.
const TEXT: usize = 1_000;

/// A run with what it runs, as the message of a step needs both.
struct Place<'a> {
    case: &'a Case,
    run: &'a Run,
    playbook: &'a Playbook,
    scene: people::Scene<'a>,
}

fn place<'a>(number: u32, scene: &Scene<'a>) -> Option<Place<'a>> {
    let case = scene.case?;
    let run = case.playbooks.run(number)?;
    let at = people::Scene::of(scene.world, scene.now)?;
    Some(Place { case, run, playbook: at.policy.playbook(&run.playbook)?, scene: at })
}

/// A step's text as it stands in the run, not yet escaped.
pub fn step_text(number: u32, step: &StepKey, scene: &Scene<'_>) -> Option<String> {
    let place = place(number, scene)?;
    Some(wording::text(place.playbook.step(step)?, place.case, &place.scene))
}

/// The message of a step.
pub fn step(number: u32, key: &StepKey, scene: &Scene<'_>) -> Option<Page> {
    let place = place(number, scene)?;
    let step = place.playbook.step(key)?;
    let text = scene.voice().words(&wording::text(step, place.case, &place.scene), TEXT);
    Some(match place.run.steps.get(key)? {
        StepState::Open(open) => open_step(&place, step, open, &text, scene),
        StepState::Settled(settled) => Page::say(settled_step(settled, step, &text, &scene.voice())),
    })
}

fn open_step(place: &Place<'_>, step: &Step, open: &Open, text: &str, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let name = voice.typed(&place.playbook.name);
    let kind = match &step.what {
        Doing::Task { .. } => "to do",
        Doing::Call { .. } => "phone",
        Doing::Question { .. } => "question",
        Doing::Email { .. } => "e-mail",
        Doing::Ping { .. } | Doing::Post { .. } => "note",
        Doing::Close { .. } => "the end",
    };
    let who = wording::doers(step, Some(open), place.run.number, place.case, &place.scene);
    let by = match open.taken_by.is_some() {
        true => format!("{} does it", voice.names(&who)),
        false => format!("For {}", voice.names(&who)),
    };
    let due = open.since + step.within.delta();
    let page = Page::say(format!("*{name}, {kind}:* {text}")).small(format!("{by}, due {}.", voice.at(due)));
    buttons(page, place, step)
}

fn buttons(page: Page, place: &Place<'_>, step: &Step) -> Page {
    let case = || place.case.id.clone();
    let (run, key) = (place.run.number, &step.key);
    let answer = |answer: &str| {
        let (step, answer) = (key.clone(), answer.to_owned());
        Button::Playbook(PlaybookButton::Answer { case: case(), run, step, answer })
    };
    let take = || Button::Playbook(PlaybookButton::Take { case: case(), run, step: key.clone() });
    match &step.what {
        Doing::Task { .. } => page
            .primary("Done", answer(DONE))
            .press("I do it", take())
            .press("Not needed", answer(NOT_NEEDED)),
        Doing::Call { .. } => page
            .press("Reached", answer(REACHED))
            .press("Not reached", answer(NOT_REACHED))
            .press("I do it", take())
            .press("Not needed", answer(NOT_NEEDED)),
        Doing::Question { answers, .. } => {
            answers.iter().fold(page, |page, one| page.press(plain(one, 75), answer(one)))
        }
        Doing::Email { template, .. } => page
            .primary("Write the e-mail", write(case(), template, run, key))
            .press("Sent another way", answer(DONE))
            .press("I do it", take())
            .press("Not needed", answer(NOT_NEEDED)),
        Doing::Close { .. } => page.primary("Resolve", Button::Resolve(case())),
        Doing::Ping { .. } | Doing::Post { .. } => page,
    }
}

/// Opens the e-mail's form; sending it settles the step.
fn write(case: CaseId, template: &TemplateKey, run: u32, key: &StepKey) -> Button {
    let does = MailPress::Write { template: template.clone(), step: Some(wording::place_of(run, key)) };
    Button::Mail(Box::new(MailButton { case, does }))
}

/// What became of a step, in a sentence.
fn settled_step(settled: &Settled, step: &Step, text: &str, voice: &Voice<'_>) -> String {
    let by = settled.by.as_ref().map(|by| format!("{}, ", voice.name(by))).unwrap_or_default();
    let at = voice.at(settled.at);
    match &settled.how {
        How::Answered(answer) => match (&step.what, answer.as_str()) {
            (Doing::Email { .. }, DONE) => format!("{text}: *sent* ({by}{at})"),
            (_, answer) => format!("{text}: *{}* ({by}{at})", voice.typed(answer)),
        },
        How::NotTaken | How::Missed | How::Dropped => format!("{text}: *{}*", became(&settled.how, voice)),
    }
}

/// What became of a step, in two or three words.
pub fn became(how: &How, voice: &Voice<'_>) -> String {
    match how {
        How::Answered(answer) => voice.typed(answer),
        How::NotTaken => "left out, an answer led elsewhere".to_owned(),
        How::Missed => "left out, its time was over".to_owned(),
        How::Dropped => "no longer needed".to_owned(),
    }
}

/// The offer to start a playbook, to the one who asked.
pub fn offer(key: &PlaybookKey, scene: &Scene<'_>) -> Option<Page> {
    let case = scene.case?;
    let offered = case.playbooks.offered.get(key)?;
    let playbook = scene.policy()?.playbook(key)?;
    let voice = scene.voice();
    let (name, who) = (voice.typed(&playbook.name), scene.requester());
    let because = because(&offered.why, scene);
    let page = match &offered.state {
        OfferState::Open => Page::say(format!("{who}, {because}. You can start the playbook *{name}* now."))
            .and(playbook.about.as_deref().map(|about| voice.words(about, TEXT)).unwrap_or_default()),
        OfferState::Taken => return Some(Page::say(format!("The playbook *{name}* was started."))),
        OfferState::Declined { by } => Page::say(format!(
            "{} did not start the playbook *{name}*. It is still to be had under the card's menu.",
            voice.name(by)
        )),
        OfferState::Over => Page::say(match case.owner() {
            Some(owner) => format!(
                "{} has {} now. The playbook *{name}* is still to be had under the card's menu.",
                voice.name(owner),
                scene.case(&case.id)
            ),
            None => format!("The playbook *{name}* was not needed."),
        }),
    };
    let (id, playbook) = (case.id.clone(), key.clone());
    Some(match (&offered.state, &offered.why) {
        (OfferState::Open, OfferedBecause::LongPast) => page
            .press("Correct the start", Button::Complete(id.clone()))
            .press(
                "Start all the same",
                Button::Playbook(PlaybookButton::StartLate { case: id.clone(), playbook: playbook.clone() }),
            )
            .press("Not now", Button::Playbook(PlaybookButton::NotNow { case: id, playbook })),
        (OfferState::Open, _) => page
            .primary(
                "Start the playbook",
                Button::Playbook(PlaybookButton::Start { case: id.clone(), playbook: playbook.clone() }),
            )
            .press("Not now", Button::Playbook(PlaybookButton::NotNow { case: id, playbook })),
        (OfferState::Taken | OfferState::Declined { .. } | OfferState::Over, _) => page,
    })
}

fn because(why: &OfferedBecause, scene: &Scene<'_>) -> String {
    let booking = scene.case.and_then(|case| case.booking.booking());
    let owner = booking.and_then(|booking| booking::name(&booking.owner, &scene.voice()));
    let owner = owner.unwrap_or_else(|| "the booking's owner".to_owned());
    match why {
        OfferedBecause::OwnerUnavailable => format!("{owner} cannot answer now"),
        OfferedBecause::OwnerSilent => format!("{owner} has not answered yet"),
        OfferedBecause::OwnerUnknown => "nobody knows whose booking this is".to_owned(),
        OfferedBecause::LongPast => {
            let at = scene.case.and_then(|case| {
                let at = people::Scene::of(scene.world, scene.now)?;
                crate::domain::playbook::session_start(case, &at)
            });
            let at = at.map_or_else(String::new, |start| format!(", {}", scene.voice().at(start.at)));
            format!(
                "the session began long ago{at}, so the playbook has not begun by itself. Is that its start?"
            )
        }
    }
}

/// The lines of the card about its playbooks.
pub fn lines(standings: &[Standing], voice: &Voice<'_>) -> Vec<String> {
    standings.iter().flat_map(|standing| standing_lines(standing, voice)).collect()
}

fn standing_lines(standing: &Standing, voice: &Voice<'_>) -> Vec<String> {
    let name = voice.typed(&standing.name);
    let head = match standing.ended {
        None => format!("*Playbook:* {name}"),
        Some(why) => return vec![format!("*Playbook:* {name} ({})", ended(why))],
    };
    let mut lines = vec![head];
    if !standing.done.is_empty() {
        lines.push(format!("*Done:* {}", shown(&standing.done, Cut::Oldest, |done| done_words(done, voice))));
    }
    if !standing.due.is_empty() {
        lines.push(format!("*Due:* {}", shown(&standing.due, Cut::Newest, |due| due_words(due, voice))));
    }
    if !standing.next.is_empty() {
        lines.push(format!("*Then:* {}", shown(&standing.next, Cut::Newest, |next| next_words(next, voice))));
    }
    if standing.start_unknown {
        lines.push("*Waits for:* the session's start, which nobody has said yet".to_owned());
    }
    lines
}

/// Where a run stands, for somebody who comes to it.
pub fn briefing(standings: &[Standing], voice: &Voice<'_>) -> String {
    let going = standings.iter().filter(|standing| standing.ended.is_none());
    going.flat_map(|standing| standing_lines(standing, voice)).collect::<Vec<_>>().join("\n")
}

/// A run that is over, step by step. Each paragraph fits into a block.
pub fn in_full(standing: &Standing, voice: &Voice<'_>) -> Vec<String> {
    let how = standing.ended.map(|why| format!(" ({})", ended(why))).unwrap_or_default();
    let mut lines = vec![format!("*Playbook:* {}{how}", voice.typed(&standing.name))];
    lines.extend(standing.done.iter().map(|done| {
        let by = done.by.as_ref().map(|by| format!("{}, ", voice.name(by))).unwrap_or_default();
        format!("• {} ({by}{})", done_words(done, voice), voice.time(done.at))
    }));
    lines.extend(standing.left.iter().map(|text| format!("• not done: {}", voice.words(text, IN_A_LIST))));
    lines.chunks(IN_A_BLOCK).map(|some| some.join("\n")).collect()
}

/// Which of too many are left out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Cut {
    Oldest,
    Newest,
}

fn shown<T>(all: &[T], cut: Cut, words: impl Fn(&T) -> String) -> String {
    let more = all.len().saturating_sub(SHOWN);
    let some = match cut {
        Cut::Oldest => &all[more..],
        Cut::Newest => &all[..all.len() - more],
    };
    let mut shown: Vec<String> = some.iter().map(words).collect();
    match (more, cut) {
        (0, _) => {}
        (more, Cut::Oldest) => shown.insert(0, format!("{more} more")),
        (more, Cut::Newest) => shown.push(format!("{more} more")),
    }
    shown.join("; ")
}

fn done_words(done: &Done, voice: &Voice<'_>) -> String {
    let text = voice.words(&done.text, IN_A_LIST);
    match done.answer.as_str() {
        DONE => text,
        answer => format!("{text}: {}", voice.typed(answer)),
    }
}

fn due_words(due: &Due, voice: &Voice<'_>) -> String {
    let text = voice.words(&due.text, IN_A_LIST);
    format!("{text} (for {}, since {})", voice.names(&due.who), voice.time(due.since))
}

fn next_words(next: &Next, voice: &Voice<'_>) -> String {
    let text = voice.words(&next.text, IN_A_LIST);
    next.at.map_or(text.clone(), |at| format!("{text} ({})", voice.at(at)))
}

/// How a run ended, in a word or two.
pub fn ended(why: EndedBecause) -> &'static str {
    match why {
        EndedBecause::Finished => "every step is settled",
        EndedBecause::Stopped => "stopped",
        EndedBecause::CaseClosed => "ended with the case",
    }
}

/// Several steps, by their texts.
pub fn named(number: u32, steps: &[StepKey], scene: &Scene<'_>) -> String {
    let texts: Vec<String> = steps
        .iter()
        .filter_map(|key| step_text(number, key, scene))
        .map(|text| scene.voice().words(&text, IN_A_LIST))
        .collect();
    list(&texts)
}
