//! Words and forms around a case's end: tags, canned answers, the last word, the survey.

use crate::clock::Timestamp;
use crate::domain::case::{Case, Resolution, Stage};
use crate::domain::closing::note::{ClosingButton, ClosingForm, ClosingNote};
use crate::domain::closing::parting::Ended;
use crate::domain::effect::Form;
use crate::domain::event::Button;
use crate::domain::policy::{Required, Survey};
use crate::id::{CaseId, UserId};
use crate::view::afterwards;
use crate::view::inputs::{Choice, Input, Lines, one_of, several_of, text};
use crate::view::mrkdwn;
use crate::view::page::{Page, section};
use crate::view::scene::Scene;
use crate::view::voice::{Voice, list};
use serde_json::Value;

/// So many canned answers are named in a sentence.
const NAMED: usize = 30;

/// Words a note about an end.
pub fn page(note: &ClosingNote, scene: &Scene<'_>) -> Page {
    match note {
        ClosingNote::NoTags => Page::say("This desk has no tags, so there is nothing to set."),
        ClosingNote::WhichTags { case, tags, known } => which_tags(scene, case, tags, known),
        ClosingNote::NoCanned => Page::say(
            "This desk has no canned answers. Whoever runs Firstline can add some under `canned` in its file.",
        ),
        ClosingNote::UnknownCanned { case, name, nearest, known } => {
            unknown_canned(scene, case, name, nearest.as_deref(), known)
        }
        ClosingNote::WhichCanned { case, known } => {
            Page::say(format!("Which answer? Say `say NAME`, or choose. There are {}.", named(known)))
                .press("Choose an answer", Button::Closing(ClosingButton::Say(case.clone())))
        }
        ClosingNote::WaitsForWord { case, requester, until } => {
            waits_for_word(scene, case, requester, *until)
        }
        ClosingNote::OnlyTheirs { case, requester } => Page::say(format!(
            "That is for {} to say, who asked in {}, so nothing was changed.",
            scene.voice().name(requester),
            scene.case(case)
        )),
        ClosingNote::WroteAfterEnd { case, by, at } => wrote_after_end(scene, case, by, *at),
        ClosingNote::SayWhat { case } => Page::say(format!(
            "{} goes on. Write what else you need in its thread, and it is answered there.",
            scene.case(case)
        )),
        ClosingNote::AnswerCounts { case, answer } => Page::say(format!(
            "Thank you. Your answer for {} is “{}”.",
            scene.case(case),
            scene.voice().typed(answer)
        ))
        .press("Add a remark", Button::Closing(ClosingButton::Comment(case.clone()))),
        ClosingNote::CommentKept => Page::say("Thank you. Your remark is kept with your answer."),
        ClosingNote::AnythingElse { by, until, note } => anything_else(scene, by, *until, note.as_deref()),
        ClosingNote::Canned { by, text } => {
            Page::say(format!("*{}:*", scene.voice().name(by))).and(mrkdwn::prose(text, 2_800))
        }
        ClosingNote::StillThere { by, closes_at } => still_there(scene, by, *closes_at),
        ClosingNote::TagsOwed { case, needs } => tags_owed(scene, case, needs),
        ClosingNote::HowItEnded { case } => afterwards::how_it_ended(scene, case),
        ClosingNote::TellThem { who } => afterwards::tell_them(scene, who),
    }
}

fn which_tags(scene: &Scene<'_>, case: &CaseId, tags: &[String], known: &[String]) -> Page {
    if known.is_empty() {
        return page(&ClosingNote::NoTags, scene);
    }
    let name = scene.case(case);
    let so_far = match tags.is_empty() {
        true => format!("{name} has no tags yet."),
        false => format!("{name} is tagged {}.", list(&shown(tags, scene))),
    };
    Page::say(format!(
        "{so_far} Say `tags` and those that fit, or choose: {}.",
        shown(known, scene).join(", ")
    ))
    .press("Tags", Button::Closing(ClosingButton::Tags(case.clone())))
}

fn shown(tags: &[String], scene: &Scene<'_>) -> Vec<String> {
    tags.iter().take(NAMED).map(|tag| scene.voice().words(tag, 80)).collect()
}

fn waits_for_word(scene: &Scene<'_>, case: &CaseId, requester: &UserId, until: Timestamp) -> Page {
    Page::say(format!(
        "{} has been asked whether there is anything else. Without a word from them {} is resolved by itself {}.",
        scene.voice().name(requester),
        scene.case(case),
        scene.voice().at(until)
    ))
}

fn named(known: &[String]) -> String {
    let shown: Vec<String> =
        known.iter().take(NAMED).map(|name| format!("`{}`", mrkdwn::code(name, 80))).collect();
    let more = known.len().saturating_sub(NAMED);
    if more == 0 { shown.join(", ") } else { format!("{} and {more} more", shown.join(", ")) }
}

fn unknown_canned(
    scene: &Scene<'_>,
    case: &CaseId,
    name: &str,
    nearest: Option<&str>,
    known: &[String],
) -> Page {
    let nearest = match nearest {
        Some(near) => format!("Did you mean `{}`?", mrkdwn::code(near, 80)),
        None => format!("There are {}.", named(known)),
    };
    Page::say(format!(
        "No answer is called “{}”, so nothing was said. {nearest}",
        scene.voice().words(name, 80)
    ))
    .press("Choose an answer", Button::Closing(ClosingButton::Say(case.clone())))
}

fn wrote_after_end(scene: &Scene<'_>, case: &CaseId, by: &UserId, at: Timestamp) -> Page {
    let voice = scene.voice();
    Page::say(format!(
        "{} was resolved by {} {}, so nobody is asked about what you wrote. If you still need help, reopen it, and \
         somebody is.",
        scene.case(case),
        voice.name(by),
        voice.at(at)
    ))
    .press("Reopen", Button::Reopen(case.clone()))
}

fn anything_else(scene: &Scene<'_>, by: &UserId, until: Timestamp, note: Option<&str>) -> Page {
    let voice = scene.voice();
    let page = Page::say(format!("{}, is there anything else?", scene.requester()));
    let page = page.and(format!("{} thinks that this is solved.", voice.name(by)));
    let page = match note {
        Some(note) => page.and(mrkdwn::quoted(note, 2_000)),
        None => page,
    };
    let page = parting_words(page, scene);
    let page = page.small(format!("Without a word from you it is resolved {}.", voice.at(until)));
    match scene.case {
        Some(case) => page
            .primary("That is all", Button::Closing(ClosingButton::NothingElse(case.id.clone())))
            .press("Something else", Button::Closing(ClosingButton::SomethingElse(case.id.clone()))),
        None => page,
    }
}

/// The desk's own words at an end.
fn parting_words(page: Page, scene: &Scene<'_>) -> Page {
    let message = scene.policy().and_then(|policy| policy.closing.message.as_deref());
    match message {
        Some(message) => page.and(mrkdwn::prose(message, 2_500)),
        None => page,
    }
}

fn still_there(scene: &Scene<'_>, by: &UserId, closes_at: Option<Timestamp>) -> Page {
    let voice = scene.voice();
    let (who, owner) = (scene.requester(), voice.name(by));
    let page = Page::say(format!("{who}, {owner} waits for your answer here."));
    let page = match closes_at {
        Some(at) => page.small(format!(
            "Without one this is closed {}. It is not lost then: a reply opens it again.",
            voice.at(at)
        )),
        None => page,
    };
    match scene.case {
        Some(case) => page.press("It is solved", Button::Resolve(case.id.clone())),
        None => page,
    }
}

fn tags_owed(scene: &Scene<'_>, case: &CaseId, needs: &[String]) -> Page {
    let voice = scene.voice();
    let groups: Vec<String> = needs.iter().map(|group| voice.words(group, 80)).collect();
    let noun = if groups.len() == 1 { "a tag" } else { "tags" };
    let (name, requester) = (scene.case(case), scene.requester());
    let silent = |end: &Resolution| matches!(end.ended, Ended::Silent { .. });
    let ended = match scene.case.and_then(Case::resolution).is_some_and(silent) {
        true => format!("Nothing was heard from {requester}, so {name} is closed."),
        false => format!("{requester} has resolved {name}."),
    };
    Page::say(format!("{ended} It still needs {noun} for {}.", list(&groups)))
        .primary("Tags", Button::Closing(ClosingButton::Tags(case.clone())))
}

/// In the thread: it is resolved, or closed.
pub fn resolved_by(
    scene: &Scene<'_>,
    by: &UserId,
    outcome: Option<&str>,
    note: Option<&str>,
    how: &Ended,
) -> Page {
    let voice = scene.voice();
    let name = voice.name(by);
    let outcome = outcome.map(|outcome| format!(": {}", voice.typed(outcome))).unwrap_or_default();
    let page = Page::say(match how {
        Ended::Said => format!("{name} resolved this{outcome}."),
        Ended::Confirmed => {
            format!("{name} resolved this{outcome}, and {} has nothing else.", scene.requester())
        }
        Ended::Quiet => format!("{name} resolved this{outcome}, and nothing more was heard."),
        Ended::Forced { .. } => format!("{name} closed this as a supervisor{outcome}."),
        Ended::Silent { since } => format!(
            "Nothing was heard from {} since {}, so this is closed. A reply here opens it again.",
            scene.requester(),
            voice.time(*since)
        ),
    });
    let page = match (how, note) {
        // These words were said before the end.
        (Ended::Confirmed | Ended::Quiet, _) | (_, None) => page,
        (Ended::Said | Ended::Forced { .. } | Ended::Silent { .. }, Some(note)) => {
            page.and(mrkdwn::quoted(note, 2_000))
        }
    };
    let page = match how {
        Ended::Said | Ended::Forced { .. } => parting_words(page, scene),
        Ended::Confirmed | Ended::Quiet | Ended::Silent { .. } => page,
    };
    match (scene.case, how) {
        (Some(_), Ended::Silent { .. }) | (None, _) => page,
        (Some(case), Ended::Said | Ended::Confirmed | Ended::Quiet | Ended::Forced { .. }) => {
            let survey = scene.policy().and_then(|policy| policy.closing.survey.as_ref());
            let page = page.small("If it is not solved, reopen it, and somebody is asked again.");
            asked(page, survey, case, scene).press("Reopen", Button::Reopen(case.id.clone()))
        }
    }
}

/// The survey's question and its answers.
fn asked(page: Page, survey: Option<&Survey>, case: &Case, scene: &Scene<'_>) -> Page {
    let Some(survey) = survey else { return page };
    let page = page.and(format!("{}, {}", scene.requester(), mrkdwn::inline(&survey.question, 300)));
    survey.answers.iter().zip(0..).fold(page, |page, (answer, place)| {
        let button = ClosingButton::Answer { case: case.id.clone(), answer: place };
        page.press(mrkdwn::plain(answer, 40), Button::Closing(button))
    })
}

/// The card's line on how it ended.
pub fn ended(case: &Case, resolution: &Resolution, voice: &Voice<'_>) -> Vec<String> {
    let (by, at) = (voice.name(&resolution.by), voice.at(resolution.at));
    let requester = voice.words(&case.requester_name, 80);
    match &resolution.ended {
        Ended::Said => vec![format!("*Resolved:* by {by} {at}")],
        Ended::Confirmed => vec![format!("*Resolved:* by {by} {at}, and {requester} has nothing else")],
        Ended::Quiet => vec![format!("*Resolved:* by {by} {at}, and nothing more was heard")],
        Ended::Silent { since } => vec![format!(
            "*Closed:* {at}, because nothing was heard from {requester} since {}",
            voice.time(*since)
        )],
        Ended::Forced { missing } => {
            let missing: Vec<String> = missing.iter().map(|need| voice.typed(need)).collect();
            vec![
                format!("*Resolved:* by {by} {at}, as a supervisor"),
                format!("*Without:* {}", list(&missing)),
            ]
        }
    }
}

/// What a card's menu offers about the end, where the desk has it.
pub fn more(page: Page, case: &Case, scene: &Scene<'_>) -> Page {
    let has_tags = scene.policy().is_some_and(|policy| !policy.closing.tags.is_empty());
    let has_canned = scene.world.desk.is_some_and(|desk| !desk.canned.is_empty());
    let tags = |page: Page| match has_tags {
        true => page.more("Tags", Button::Closing(ClosingButton::Tags(case.id.clone()))),
        false => page,
    };
    match case.stage {
        Stage::Unclaimed | Stage::Owned(_) if has_canned => {
            tags(page).more("Canned answer", Button::Closing(ClosingButton::Say(case.id.clone())))
        }
        Stage::Unclaimed | Stage::Owned(_) | Stage::Resolved(_) => tags(page),
        Stage::Withdrawn { .. } => page,
    }
}

/// A form: its title, the word on its button, its blocks.
pub fn form(asked: &ClosingForm, form: &Form, scene: &Scene<'_>) -> (String, &'static str, Vec<Value>) {
    match asked {
        ClosingForm::Tags(_) => ("Tags".to_owned(), "Save", tag_inputs(form, scene, Asks::Freely)),
        ClosingForm::Say(_) => ("Canned answer".to_owned(), "Say it", canned(scene)),
        ClosingForm::Comment(_) => {
            let given = form.given.get("comment").and_then(|given| given.first()).map(String::as_str);
            let input = Input::new("comment", "What would you like to add?", text(Lines::Many, given));
            ("Your remark".to_owned(), "Send", vec![input.optional().block()])
        }
    }
}

/// Whether the form holds out for what the desk requires.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    AsRequired,
    Freely,
}

/// One list for each group of tags.
pub fn tag_inputs(form: &Form, scene: &Scene<'_>, asks: Asks) -> Vec<Value> {
    let Some(policy) = scene.policy() else { return Vec::new() };
    let given = |key: &str| form.given.get(key).cloned().unwrap_or_default();
    policy
        .closing
        .tags
        .iter()
        .map(|(name, group)| {
            let choices: Vec<Choice> = group.any_of.iter().map(|tag| Choice::of(tag)).collect();
            let chosen = [given("tags"), given(&format!("tags:{name}"))].concat();
            let input = Input::new(format!("tags:{name}"), capital(name), several_of(&choices, &chosen));
            match (group.required, asks) {
                (Required::Yes, Asks::AsRequired) => input,
                (Required::Yes, Asks::Freely) | (Required::No | Required::IfApplicable, _) => {
                    input.optional()
                }
            }
            .block()
        })
        .collect()
}

fn canned(scene: &Scene<'_>) -> Vec<Value> {
    let answers: Vec<Choice> = scene
        .world
        .desk
        .iter()
        .flat_map(|desk| &desk.canned)
        .map(|(name, text)| Choice { label: format!("{name}: {text}"), value: name.clone() })
        .collect();
    if answers.is_empty() {
        return vec![section("This desk has no canned answers any more.")];
    }
    let hint = "It is said in the thread under your name, and counts as your answer.";
    vec![Input::new("answer", "Which answer", one_of(&answers, None)).hint(hint).block()]
}

pub fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}", first.to_uppercase(), chars.as_str()))
}
