//! What a desk asks and says when a case ends, and its canned answers.

use super::super::ledger::Ledger;
use super::super::shape::closing::{ClosingText, NoteText, SilenceText, SurveyText};
use super::super::yaml::value::{At, Listed};
use super::intake::{OPTION, PARAGRAPH, options, required};
use super::names::emoji;
use super::time::length;
use crate::clock::Length;
use crate::domain::policy::{Closing, LastWord, NoteRule, Silence, Survey, TagGroup};
use std::collections::BTreeMap;

const MOST_TAG_GROUPS: usize = 10;
const MOST_CANNED: usize = 100;
/// So many buttons stand in a row beside "Reopen".
const SURVEY_ANSWERS: std::ops::RangeInclusive<usize> = 2..=5;
/// What is read at a glance on a button.
const BUTTON: usize = 40;
const QUESTION: usize = 300;
const LONGEST_SILENCE: Length = Length::hours(24 * 60);

pub fn closing(ledger: &mut Ledger, text: &ClosingText) -> Closing {
    let reactions = match &text.reactions {
        Some(names) => names.iter().filter_map(|name| emoji(ledger, name)).collect(),
        None => vec!["white_check_mark".to_owned()],
    };
    for outcome in &text.outcomes {
        ledger.fits(outcome, "this outcome", OPTION);
    }
    if let Some(message) = &text.message {
        ledger.fits(message, "this message", PARAGRAPH);
    }
    Closing {
        reactions,
        tags: tags(ledger, text),
        outcomes: text.outcomes.iter().map(|outcome| outcome.value.clone()).collect(),
        note_required: match text.note {
            Some(NoteText::Required) => NoteRule::Required,
            Some(NoteText::Optional) | None => NoteRule::Optional,
        },
        message: text.message.as_ref().map(|message| message.value.clone()),
        last_word: last_word(ledger, text),
        silence: text.silence.as_ref().map(|written| silence(ledger, written)),
        survey: text.survey.as_ref().and_then(|written| survey(ledger, written)),
        // What follows depends on what else the desk has (`afterwards`).
        ..Closing::default()
    }
}

fn tags(ledger: &mut Ledger, text: &ClosingText) -> BTreeMap<String, TagGroup> {
    if let Some((extra, _)) = text.tags.0.get(MOST_TAG_GROUPS) {
        ledger.error(
            extra.place,
            format!("there are more than {MOST_TAG_GROUPS} groups of tags\nhint: make fewer, wider ones"),
        );
    }
    let mut tags = BTreeMap::new();
    for (name, group) in &text.tags.0 {
        ledger.fits(name, "the name of these tags", OPTION);
        let what = format!("tags `{}`", name.value);
        let Some(any_of) = ledger.need(&group.any_of, "any_of", name.place, &what).cloned() else { continue };
        if any_of.value.is_empty() {
            ledger.error(
                any_of.place,
                format!("{what} have nothing to choose from\nhint: write `any_of: [one, two]`"),
            );
        }
        let any_of = options(ledger, &any_of, &what);
        tags.insert(name.value.clone(), TagGroup { any_of, required: required(group.required) });
    }
    tags
}

fn last_word(ledger: &mut Ledger, text: &ClosingText) -> LastWord {
    let quiet_for = length(ledger, text.quiet_for.as_ref(), LONGEST_SILENCE);
    match (text.requester_confirms, &text.quiet_for) {
        (Some(true), _) => LastWord::Asked { quiet_for: quiet_for.unwrap_or(Length::hours(24)) },
        (Some(false) | None, Some(unused)) => {
            ledger.warn(
                unused.place,
                "`quiet_for` counts only where the requester is asked\nhint: add `requester_confirms: true`",
            );
            LastWord::NotAsked
        }
        (Some(false) | None, None) => LastWord::NotAsked,
    }
}

fn silence(ledger: &mut Ledger, text: &At<SilenceText>) -> Silence {
    let remind_after = length(ledger, text.remind_after.as_ref(), LONGEST_SILENCE);
    let close_after = length(ledger, text.close_after.as_ref(), LONGEST_SILENCE);
    let silence = Silence {
        remind_after: remind_after.unwrap_or(Length::hours(24)),
        close_after: close_after.unwrap_or(Length::hours(72)),
    };
    if silence.close_after <= silence.remind_after {
        ledger.error(
            text.place,
            "a silent requester's case is closed before they are reminded\nhint: make `close_after` longer than `remind_after`",
        );
    }
    silence
}

fn survey(ledger: &mut Ledger, text: &At<SurveyText>) -> Option<Survey> {
    let question = ledger.need(&text.question, "question", text.place, "`survey`").cloned();
    if let Some(question) = &question {
        ledger.fits(question, "this question", QUESTION);
    }
    let answers = match &text.answers {
        None => ["yes", "partly", "no"].map(str::to_owned).to_vec(),
        Some(listed) => {
            if !SURVEY_ANSWERS.contains(&listed.len()) {
                ledger.error(
                    listed.place,
                    format!(
                        "the survey has {} to choose from\nhint: give {} to {} answers, each on its button",
                        listed.len(),
                        SURVEY_ANSWERS.start(),
                        SURVEY_ANSWERS.end()
                    ),
                );
            }
            for answer in &listed.value {
                ledger.fits(answer, "this answer", BUTTON);
            }
            options(ledger, listed, "`survey`")
        }
    };
    Some(Survey { question: question?.value, answers })
}

/// The canned answers by name; a name is one that can be typed after `say`, in small or capital letters.
pub fn canned(ledger: &mut Ledger, listed: &Listed<String>) -> BTreeMap<String, String> {
    if let Some((extra, _)) = listed.0.get(MOST_CANNED) {
        ledger.error(
            extra.place,
            format!("there are more than {MOST_CANNED} canned answers\nhint: keep those that are used"),
        );
    }
    let mut canned: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in &listed.0 {
        ledger.fits(name, "the name of this answer", OPTION);
        ledger.fits(text, &format!("the answer `{}`", name.value), PARAGRAPH);
        if text.trim().is_empty() {
            ledger
                .error(text.place, format!("the answer `{}` says nothing\nhint: write its text", name.value));
        }
        if canned.keys().any(|other| other.eq_ignore_ascii_case(&name.value)) {
            ledger.error(
                name.place,
                format!("there are two answers `{}`\nhint: capital letters make no difference", name.value),
            );
        }
        canned.insert(name.value.clone(), text.value.clone());
    }
    canned
}
