//! What a report lacks, and what a bare reply adds to it.

use super::page::{self, Page};
use super::{read_report, values};
use crate::domain::case::Part;
use crate::domain::effect::{Problem, ProblemKind};
use crate::domain::event::SharedFile;
use crate::domain::policy::{Field, FieldKind, Required};
use crate::domain::text;
use crate::id::{FieldKey, MessageTs};
use std::collections::BTreeMap;

/// What is missing or wrong, in the template's order. Attached files fill every `file` field; fields that are not
/// required are wrong only when something was given that is not valid.
pub fn problems(fields: &[Field], given: &BTreeMap<FieldKey, String>, files: &[SharedFile]) -> Vec<Problem> {
    let problem = |field: &Field| {
        let kind = match stand(field, given.get(&field.key), files) {
            Stand::Fine => return None,
            Stand::Missing => ProblemKind::Missing,
            Stand::Wrong(kind) => kind,
        };
        Some(Problem { field: field.key.clone(), label: field.label.clone(), kind })
    };
    fields.iter().filter_map(problem).collect()
}

enum Stand {
    Fine,
    Missing,
    Wrong(ProblemKind),
}

fn stand(field: &Field, given: Option<&String>, files: &[SharedFile]) -> Stand {
    let text = given.map(|value| value.trim()).filter(|value| !value.is_empty());
    let nothing = match field.required {
        Required::Yes | Required::IfApplicable => Stand::Missing,
        Required::No => Stand::Fine,
    };
    if field.kind == FieldKind::File && !files.is_empty() {
        return Stand::Fine;
    }
    let Some(text) = text else { return nothing };
    match values::canonical(&field.kind, &Page::from(text)) {
        // Texts take everything, "n/a" as well.
        Ok(_) if !is_free(&field.kind) || !values::is_not_applicable(text) => Stand::Fine,
        Err(kind) if !values::is_not_applicable(text) => Stand::Wrong(kind),
        Err(ProblemKind::NotAffirmed) if field.required == Required::Yes => {
            Stand::Wrong(ProblemKind::NotAffirmed)
        }
        Ok(_) | Err(_) => match field.required {
            Required::IfApplicable | Required::No => Stand::Fine,
            Required::Yes => Stand::Missing,
        },
    }
}

/// Kinds whose every text is valid.
fn is_free(kind: &FieldKind) -> bool {
    match kind {
        FieldKind::Text | FieldKind::File => true,
        FieldKind::Url
        | FieldKind::Emails
        | FieldKind::Choice(_)
        | FieldKind::User
        | FieldKind::Number
        | FieldKind::Id(_)
        | FieldKind::Time
        | FieldKind::Confirm => false,
    }
}

/// The same values in canonical form: addresses with their scheme, e-mail addresses with a comma between, choices
/// as configured, `yes`, `n/a`. What is not valid and what belongs to no field stays as it is; blanks go.
pub fn normalise(fields: &[Field], given: &BTreeMap<FieldKey, String>) -> BTreeMap<FieldKey, String> {
    let normal = |(key, value): (&FieldKey, &String)| {
        let text = value.trim();
        if text.is_empty() {
            return None;
        }
        let Some(field) = fields.iter().find(|field| field.key == *key) else {
            return Some((key.clone(), value.clone()));
        };
        let canonical = values::canonical(&field.kind, &Page::from(text));
        let is_nothing = values::is_not_applicable(text) && (canonical.is_err() || is_free(&field.kind));
        let value = match (field.required, canonical) {
            (Required::IfApplicable, _) if is_nothing => values::NOT_APPLICABLE.to_owned(),
            (Required::No, _) if is_nothing && field.kind != FieldKind::Confirm => return None,
            (_, Ok(canonical)) => canonical,
            (_, Err(ProblemKind::NotAffirmed)) => values::confirm(text).unwrap_or(text).to_owned(),
            (_, Err(_)) => text.to_owned(),
        };
        Some((key.clone(), value))
    };
    given.iter().filter_map(normal).collect()
}

/// What a reply without labels adds when exactly one field is missing or wrong: the field and its canonical value.
///
/// None when more or fewer are, when the reply is no valid value, and, for a text, when the reply is thanks, a
/// greeting, an emoji or a question. A reply that labels the field counts by its label.
pub fn bare_reply(
    fields: &[Field],
    given: &BTreeMap<FieldKey, String>,
    encoded: &str,
    files: &[SharedFile],
) -> Option<(FieldKey, String)> {
    let mut open = problems(fields, given, &[]).into_iter();
    let problem = open.next()?;
    if open.next().is_some() {
        return None;
    }
    let field = fields.iter().find(|field| field.key == problem.field)?;
    let part = Part { ts: MessageTs::new(""), text: encoded.to_owned(), files: files.to_vec() };
    let filled = read_report(&[part], fields, None);
    let labelled = filled.given.get(&field.key).filter(|_| filled.labelled);
    let text = text::read(page::cut(encoded, page::MOST_READ)).plain;
    let value = match labelled {
        Some(value) => value.clone(),
        None => bare_value(field, encoded, text.trim(), files)?,
    };
    let with = BTreeMap::from([(field.key.clone(), value)]);
    let value = normalise(fields, &with).remove(&field.key)?;
    let with = BTreeMap::from([(field.key.clone(), value.clone())]);
    problems(std::slice::from_ref(field), &with, &[]).is_empty().then_some((field.key.clone(), value))
}

fn bare_value(field: &Field, encoded: &str, text: &str, files: &[SharedFile]) -> Option<String> {
    let page = Page::of([encoded]);
    if field.required == Required::IfApplicable && values::is_not_applicable(text) {
        return Some(values::NOT_APPLICABLE.to_owned());
    }
    match &field.kind {
        FieldKind::File => {
            let names: Vec<&str> = files.iter().take(20).map(|file| file.name.as_str()).collect();
            let link = page.links().next().map(str::to_owned);
            if names.is_empty() { link } else { Some(names.join(", ")) }
        }
        FieldKind::Text => is_statement(text).then(|| text.chars().take(values::LONGEST_VALUE).collect()),
        FieldKind::Url => {
            let is_one = page.links().collect::<std::collections::BTreeSet<_>>().len() <= 1;
            is_one.then(|| values::url(&page)).flatten()
        }
        FieldKind::Emails => {
            // "It is ana@x.com": around addresses that are whole, other words do no harm.
            let good: Vec<&str> = page.emails().take(200).collect();
            let has_broken = page.words_alone().contains('@');
            (!good.is_empty() && !has_broken).then(|| good.join(", "))
        }
        FieldKind::Choice(choices) => values::choice(choices, text).or_else(|| only_choice(choices, text)),
        FieldKind::Confirm => {
            (!text.contains('?')).then(|| values::confirm(text)).flatten().map(str::to_owned)
        }
        FieldKind::User | FieldKind::Number | FieldKind::Id(_) | FieldKind::Time => {
            let is_question = text.ends_with('?');
            values::canonical(&field.kind, &page).ok().filter(|_| !is_question)
        }
    }
}

/// The one choice whose words all stand in the text, side by side.
fn only_choice(choices: &[String], text: &str) -> Option<String> {
    if text.contains('?') || text.len() > 200 {
        return None;
    }
    let folded = |text: &str| {
        let words: Vec<String> = text::words(text).map(|word| text::folded(&text[word])).collect();
        format!(" {} ", words.join(" "))
    };
    let said = folded(text);
    let mut meant = choices.iter().filter(|choice| said.contains(&folded(choice)));
    let first = meant.next()?;
    if meant.next().is_some() || said.contains(" not ") { None } else { Some(first.clone()) }
}

/// Whether a reply tells something: no thanks, no greeting, no emoji, no question, no "one moment".
fn is_statement(text: &str) -> bool {
    let words: Vec<String> = text::words(text).take(8).map(|word| text::folded(&text[word])).collect();
    let first = words.first().map_or("", String::as_str);
    let asks = [
        "what", "why", "how", "when", "where", "who", "which", "can", "could", "would", "will", "is", "are",
        "do", "does", "did", "should", "any", "anyone", "anybody", "hello", "hey", "hi", "sorry", "whats",
        "whos",
    ];
    let line = words.join(" ");
    let waits = [
        "one moment",
        "one sec",
        "one second",
        "one minute",
        "1 sec",
        "1 min",
        "just a moment",
        "just a sec",
        "just a second",
        "a moment",
        "sec",
        "hold on",
        "wait",
        "let me check",
        "checking",
        "looking",
        "will do",
        "on it",
        "adding it now",
        "brb",
        "give me a minute",
        "ill check",
        "i will check",
        "let me see",
        "coming",
        "no",
        "yes",
        "sure",
        "yep",
        "nope",
        "done",
        "updated",
        "edited",
        "added",
        "see above",
        "i dont know",
        "dont know",
        "no idea",
        "not sure",
        "idk",
        "asap",
        "urgent",
        "its urgent",
        "please help",
        "help",
        "anyone",
    ];
    !text.contains('?')
        && !asks.contains(&first)
        && !waits.contains(&line.as_str())
        && text.contains(char::is_alphanumeric)
        && !text::is_thanks(text)
        && !text::is_greeting(text)
        && !text::is_emoji_only(text)
        && !values::is_not_applicable(text)
}
