//! The parts of a form: labelled inputs and what they begin with.

use crate::view::limits::{INPUT_TEXT, OPTION_TEXT, OPTION_VALUE, OPTIONS};
use crate::view::mrkdwn::{cut_plain, length, plain};
use crate::view::page::plain_text;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// An input and its label. The answer comes back under `key`.
pub struct Input {
    pub key: String,
    pub label: String,
    pub element: Value,
    pub needed: Needed,
    pub hint: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    Yes,
    No,
}

impl Input {
    pub fn new(key: impl Into<String>, label: impl Into<String>, element: Value) -> Self {
        Self { key: key.into(), label: label.into(), element, needed: Needed::Yes, hint: None }
    }

    #[must_use]
    pub fn optional(self) -> Self {
        Self { needed: Needed::No, ..self }
    }

    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub fn block(self) -> Value {
        let mut element = self.element;
        element["action_id"] = json!("value");
        let mut block = json!({
            "type": "input",
            "block_id": self.key,
            "label": plain_text(&plain(&self.label, 300)),
            "element": element,
            "optional": self.needed == Needed::No,
        });
        if let Some(hint) = self.hint.filter(|hint| !hint.trim().is_empty()) {
            block["hint"] = plain_text(&plain(&hint, 1_000));
        }
        block
    }
}

/// How much is written into a text input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    One,
    Many,
}

pub fn text(lines: Lines, initial: Option<&str>) -> Value {
    let mut element = json!({
        "type": "plain_text_input",
        "multiline": lines == Lines::Many,
        "max_length": INPUT_TEXT,
    });
    if let Some(initial) = initial.filter(|text| !text.is_empty()) {
        element["initial_value"] = json!(cut_plain(initial, INPUT_TEXT));
    }
    element
}

/// An address on the web. Slack refuses a form that begins with something else, so that what is none stays
/// in a plain text input, to be corrected.
pub fn url(initial: Option<&str>) -> Value {
    match initial.map(str::trim).filter(|text| !text.is_empty()) {
        None => json!({ "type": "url_text_input" }),
        Some(address) if is_address(address) => {
            json!({ "type": "url_text_input", "initial_value": address })
        }
        Some(other) => text(Lines::One, Some(other)),
    }
}

fn is_address(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let host = rest.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    length(text) <= INPUT_TEXT
        && host.contains('.')
        && host.chars().all(|c| c.is_ascii_alphanumeric() || ".-:".contains(c))
        && !host.starts_with('.')
        && text.chars().all(|c| c.is_ascii_graphic() && !"<>\"\\^`{|}".contains(c))
}

pub fn number(initial: Option<&str>) -> Value {
    let mut element = json!({ "type": "number_input", "is_decimal_allowed": true });
    let given = initial.map(str::trim).filter(|text| {
        text.len() <= 20
            && text.parse::<f64>().is_ok()
            && text.chars().all(|c| c.is_ascii_digit() || c == '.' || c == '-')
    });
    if let Some(initial) = given {
        element["initial_value"] = json!(initial);
    }
    element
}

pub fn users(initial: &[String]) -> Value {
    let known: Vec<&str> = initial.iter().filter_map(|typed| user_id(typed)).collect();
    match known.is_empty() {
        true => json!({ "type": "multi_users_select" }),
        false => json!({ "type": "multi_users_select", "initial_users": known }),
    }
}

pub fn user(initial: Option<&str>) -> Value {
    match initial.and_then(user_id) {
        Some(id) => json!({ "type": "users_select", "initial_user": id }),
        None => json!({ "type": "users_select" }),
    }
}

/// A Slack id, bare or as a mention.
fn user_id(typed: &str) -> Option<&str> {
    let inner = typed.trim().trim_start_matches("<@").trim_end_matches('>');
    let id = inner.split('|').next().unwrap_or_default();
    let shaped = id.len() >= 3
        && (id.starts_with('U') || id.starts_with('W'))
        && id.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    shaped.then_some(id)
}

pub fn date(initial: Option<&str>) -> Value {
    let given = initial.filter(|text| chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok());
    match given {
        Some(day) => json!({ "type": "datepicker", "initial_date": day }),
        None => json!({ "type": "datepicker" }),
    }
}

/// One entry of a list: what is read, and what comes back.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    pub label: String,
    pub value: String,
}

impl Choice {
    /// A choice that is what it says.
    pub fn of(text: &str) -> Self {
        Self { label: text.to_owned(), value: text.to_owned() }
    }

    fn option(&self) -> Value {
        let label = plain(&self.label, OPTION_TEXT);
        let label = if label.trim().is_empty() { "–".to_owned() } else { label };
        json!({ "text": plain_text(&label), "value": self.value })
    }
}

/// Those that Slack can carry: not too long, each once, at most a hundred.
fn usable(choices: &[Choice]) -> Vec<&Choice> {
    let mut seen = BTreeSet::new();
    choices
        .iter()
        .filter(|choice| !choice.value.is_empty() && length(&choice.value) <= OPTION_VALUE)
        .filter(|choice| seen.insert(choice.value.as_str()))
        .take(OPTIONS)
        .collect()
}

/// One of these; a plain text input where there is nothing to choose from.
pub fn one_of(choices: &[Choice], initial: Option<&str>) -> Value {
    let usable = usable(choices);
    if usable.is_empty() {
        return text(Lines::One, initial);
    }
    let options: Vec<Value> = usable.iter().map(|choice| choice.option()).collect();
    let mut element = json!({ "type": "static_select", "options": options });
    let same =
        |choice: &&&Choice| initial.is_some_and(|given| given.trim().eq_ignore_ascii_case(&choice.value));
    if let Some(chosen) = usable.iter().find(same) {
        element["initial_option"] = chosen.option();
    }
    element
}

/// Several of these; a plain text input where there is nothing to choose from.
pub fn several_of(choices: &[Choice], initial: &[String]) -> Value {
    let usable = usable(choices);
    if usable.is_empty() {
        return text(Lines::One, initial.first().map(String::as_str));
    }
    let options: Vec<Value> = usable.iter().map(|choice| choice.option()).collect();
    let mut element = json!({ "type": "multi_static_select", "options": options });
    let chosen: Vec<Value> = usable
        .iter()
        .filter(|choice| initial.iter().any(|given| given.eq_ignore_ascii_case(&choice.value)))
        .map(|choice| choice.option())
        .collect();
    if !chosen.is_empty() {
        element["initial_options"] = json!(chosen);
    }
    element
}

/// A box to tick. Ticked, it answers `yes`.
pub fn confirmation(says: &str, initial: Option<&str>) -> Value {
    let option = Choice { label: says.to_owned(), value: "yes".to_owned() }.option();
    let mut element = json!({ "type": "checkboxes", "options": [&option] });
    if initial.is_some_and(|given| given.trim().eq_ignore_ascii_case("yes")) {
        element["initial_options"] = json!([option]);
    }
    element
}
