//! Block Kit as Slack checks it: which blocks and elements may stand where, and how long they may be.

use super::limits as limit;
use super::limits::{Problems, TextKind};
use serde_json::Value;
use std::collections::BTreeSet;

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Surface {
    Message,
    Modal,
    Home,
}

/// Blocks that are checked no deeper than their type; the app has no use for them.
const MESSAGE_ONLY: [&str; 9] =
    ["table", "markdown", "file", "context_actions", "alert", "card", "carousel", "plan", "task_card"];

/// Checks a list of blocks. `at` is where they stand in the payload.
pub(super) fn check(problems: &mut Problems, at: &str, blocks: &[Value], surface: Surface) {
    let mut ids = BTreeSet::new();
    for (index, block) in blocks.iter().enumerate() {
        let at = format!("{at}/{index}");
        problems.optional(&format!("{at}/block_id"), &block["block_id"], limit::ID_MAX);
        if let Some(id) = block["block_id"].as_str()
            && !ids.insert(id)
        {
            problems.add(&format!("{at}/block_id"), format!("`block_id` already exists: {id}"));
        }
        check_block(problems, &at, block, surface);
    }
}

fn check_block(problems: &mut Problems, at: &str, block: &Value, surface: Surface) {
    match block["type"].as_str().unwrap_or_default() {
        "section" => section(problems, at, block),
        "header" => {
            problems.text(&format!("{at}/text"), &block["text"], TextKind::Plain, limit::HEADER_TEXT_MAX);
        }
        "context" => context(problems, at, block),
        "actions" => {
            let at = format!("{at}/elements");
            let elements = problems.items(&at, &block["elements"], limit::ACTIONS_ELEMENTS_MAX);
            check_elements(problems, &at, elements, in_actions);
        }
        "input" => input(problems, at, block),
        "image" => image(problems, at, block),
        "divider" | "video" => {}
        "rich_text" => {
            if !block["elements"].is_array() {
                problems.add(&format!("{at}/elements"), "must provide an array");
            }
        }
        kind if surface == Surface::Message && MESSAGE_ONLY.contains(&kind) => {}
        kind => problems.add(&format!("{at}/type"), format!("unsupported type: {kind}")),
    }
}

fn section(problems: &mut Problems, at: &str, block: &Value) {
    if block["text"].is_null() && block["fields"].is_null() {
        problems.add(at, "missing required field: text");
    }
    problems.optional_text(&format!("{at}/text"), &block["text"], TextKind::Either, limit::SECTION_TEXT_MAX);
    if !block["fields"].is_null() {
        let at = format!("{at}/fields");
        let fields = problems.items(&at, &block["fields"], limit::FIELDS_MAX);
        for (index, field) in fields.iter().enumerate() {
            problems.text(&format!("{at}/{index}"), field, TextKind::Either, limit::FIELD_TEXT_MAX);
        }
    }
    if !block["accessory"].is_null() {
        let at = format!("{at}/accessory");
        check_elements(problems, &at, std::slice::from_ref(&block["accessory"]), in_section);
    }
}

fn context(problems: &mut Problems, at: &str, block: &Value) {
    let at = format!("{at}/elements");
    let elements = problems.items(&at, &block["elements"], limit::CONTEXT_ELEMENTS_MAX);
    for (index, element) in elements.iter().enumerate() {
        let at = format!("{at}/{index}");
        if element["type"] == "image" {
            image(problems, &at, element);
        } else {
            problems.text(&at, element, TextKind::Either, limit::SECTION_TEXT_MAX);
        }
    }
}

fn input(problems: &mut Problems, at: &str, block: &Value) {
    problems.text(&format!("{at}/label"), &block["label"], TextKind::Plain, limit::LABEL_MAX);
    problems.optional_text(&format!("{at}/hint"), &block["hint"], TextKind::Plain, limit::LABEL_MAX);
    if block["element"].is_object() {
        let at = format!("{at}/element");
        check_elements(problems, &at, std::slice::from_ref(&block["element"]), in_input);
    } else {
        problems.add(at, "missing required field: element");
    }
}

fn image(problems: &mut Problems, at: &str, block: &Value) {
    if block["slack_file"].is_null() {
        problems.string(&format!("{at}/image_url"), &block["image_url"], limit::URL_MAX);
    }
    problems.string(&format!("{at}/alt_text"), &block["alt_text"], limit::LABEL_MAX);
    problems.optional_text(&format!("{at}/title"), &block["title"], TextKind::Plain, limit::LABEL_MAX);
}

fn is_select(kind: &str) -> bool {
    let kind = kind.strip_prefix("multi_").unwrap_or(kind);
    ["static_select", "external_select", "users_select", "conversations_select", "channels_select"]
        .contains(&kind)
}

fn is_choice(kind: &str) -> bool {
    ["radio_buttons", "checkboxes", "datepicker", "timepicker"].contains(&kind)
}

fn in_actions(kind: &str) -> bool {
    (is_select(kind) && !kind.starts_with("multi_"))
        || is_choice(kind)
        || ["button", "overflow", "datetimepicker", "workflow_button"].contains(&kind)
}

fn in_section(kind: &str) -> bool {
    is_select(kind) || is_choice(kind) || ["button", "overflow", "image", "workflow_button"].contains(&kind)
}

fn in_input(kind: &str) -> bool {
    let typed = [
        "plain_text_input",
        "email_text_input",
        "url_text_input",
        "number_input",
        "rich_text_input",
        "file_input",
    ];
    is_select(kind) || is_choice(kind) || kind == "datetimepicker" || typed.contains(&kind)
}

/// Elements of one block: their ids differ, and each may stand there.
fn check_elements(problems: &mut Problems, at: &str, elements: &[Value], allowed: fn(&str) -> bool) {
    let mut ids = BTreeSet::new();
    for (index, element) in elements.iter().enumerate() {
        let at = if elements.len() == 1 { at.to_owned() } else { format!("{at}/{index}") };
        let kind = element["type"].as_str().unwrap_or_default();
        if !allowed(kind) {
            problems.add(&format!("{at}/type"), format!("unsupported type: {kind}"));
            continue;
        }
        problems.optional(&format!("{at}/action_id"), &element["action_id"], limit::ID_MAX);
        if let Some(id) = element["action_id"].as_str()
            && !ids.insert(id)
        {
            problems.add(&format!("{at}/action_id"), format!("`action_id` already exists: {id}"));
        }
        check_element(problems, &at, element, kind);
    }
}

fn check_element(problems: &mut Problems, at: &str, element: &Value, kind: &str) {
    problems.optional_text(
        &format!("{at}/placeholder"),
        &element["placeholder"],
        TextKind::Plain,
        limit::PLACEHOLDER_MAX,
    );
    if !element["confirm"].is_null() {
        confirm(problems, &format!("{at}/confirm"), &element["confirm"]);
    }
    match kind {
        "button" => button(problems, at, element),
        "image" => image(problems, at, element),
        "overflow" => options(problems, at, element, limit::OVERFLOW_MAX),
        "radio_buttons" | "checkboxes" => options(problems, at, element, limit::CHOICES_MAX),
        "static_select" | "multi_static_select" => {
            if element["option_groups"].is_null() {
                options(problems, at, element, limit::OPTIONS_MAX);
            } else {
                option_groups(problems, at, element);
            }
        }
        "plain_text_input" => plain_input(problems, at, element),
        "datepicker" => {
            shape(problems, &format!("{at}/initial_date"), &element["initial_date"], "0000-00-00");
        }
        "timepicker" => shape(problems, &format!("{at}/initial_time"), &element["initial_time"], "00:00"),
        "datetimepicker" => {
            let initial = &element["initial_date_time"];
            if !initial.is_null() && initial.as_u64().is_none_or(|at| at.to_string().len() != 10) {
                problems.add(&format!("{at}/initial_date_time"), "must be a 10-digit unix timestamp");
            }
        }
        "number_input" if !element["is_decimal_allowed"].is_boolean() => {
            problems.add(at, "missing required field: is_decimal_allowed");
        }
        _ => {}
    }
}

fn button(problems: &mut Problems, at: &str, element: &Value) {
    problems.text(&format!("{at}/text"), &element["text"], TextKind::Plain, limit::BUTTON_TEXT_MAX);
    problems.optional(&format!("{at}/value"), &element["value"], limit::BUTTON_VALUE_MAX);
    problems.optional(&format!("{at}/url"), &element["url"], limit::URL_MAX);
    problems.optional(
        &format!("{at}/accessibility_label"),
        &element["accessibility_label"],
        limit::BUTTON_TEXT_MAX,
    );
    let style = &element["style"];
    if !style.is_null() && style != "primary" && style != "danger" {
        problems.add(&format!("{at}/style"), "must be `primary` or `danger`");
    }
}

fn confirm(problems: &mut Problems, at: &str, value: &Value) {
    problems.text(&format!("{at}/title"), &value["title"], TextKind::Plain, 100);
    problems.text(&format!("{at}/text"), &value["text"], TextKind::Either, 300);
    problems.text(&format!("{at}/confirm"), &value["confirm"], TextKind::Plain, 30);
    problems.text(&format!("{at}/deny"), &value["deny"], TextKind::Plain, 30);
}

fn plain_input(problems: &mut Problems, at: &str, element: &Value) {
    for key in ["min_length", "max_length"] {
        let value = &element[key];
        let most = u64::try_from(limit::INPUT_TEXT_MAX).unwrap_or(u64::MAX);
        if !value.is_null() && value.as_u64().is_none_or(|length| length > most) {
            problems.add(&format!("{at}/{key}"), format!("must be a number no greater than {most}"));
        }
    }
    let initial = element["initial_value"].as_str().unwrap_or_default();
    let max = element["max_length"].as_u64().and_then(|max| usize::try_from(max).ok());
    if initial.chars().count() > max.unwrap_or(limit::INPUT_TEXT_MAX) {
        problems.add(&format!("{at}/initial_value"), "must not be longer than `max_length`");
    }
}

/// A text that is digits where `pattern` has zeros, and the same signs elsewhere.
fn shape(problems: &mut Problems, at: &str, value: &Value, pattern: &str) {
    let fits = |text: &str| {
        text.len() == pattern.len()
            && text
                .bytes()
                .zip(pattern.bytes())
                .all(|(a, b)| if b == b'0' { a.is_ascii_digit() } else { a == b })
    };
    if !value.is_null() && !value.as_str().is_some_and(fits) {
        problems.add(at, format!("must be written as {pattern}"));
    }
}

fn options(problems: &mut Problems, at: &str, element: &Value, max: usize) {
    let all = option_list(problems, &format!("{at}/options"), &element["options"], max);
    initial_options(problems, at, element, all);
}

fn option_groups(problems: &mut Problems, at: &str, element: &Value) {
    let at_groups = format!("{at}/option_groups");
    let mut all = Vec::new();
    for (index, group) in
        problems.items(&at_groups, &element["option_groups"], limit::OPTIONS_MAX).iter().enumerate()
    {
        let at = format!("{at_groups}/{index}");
        problems.text(&format!("{at}/label"), &group["label"], TextKind::Plain, limit::OPTION_TEXT_MAX);
        all.extend_from_slice(option_list(
            problems,
            &format!("{at}/options"),
            &group["options"],
            limit::OPTIONS_MAX,
        ));
    }
    initial_options(problems, at, element, &all);
}

fn option_list<'v>(problems: &mut Problems, at: &str, list: &'v Value, max: usize) -> &'v [Value] {
    let all = problems.items(at, list, max);
    let mut values = BTreeSet::new();
    for (index, option) in all.iter().enumerate() {
        let at = format!("{at}/{index}");
        problems.text(&format!("{at}/text"), &option["text"], TextKind::Either, limit::OPTION_TEXT_MAX);
        problems.string(&format!("{at}/value"), &option["value"], limit::OPTION_VALUE_MAX);
        let about = &option["description"];
        problems.optional_text(&format!("{at}/description"), about, TextKind::Either, limit::OPTION_TEXT_MAX);
        if let Some(value) = option["value"].as_str()
            && !values.insert(value)
        {
            problems.add(&format!("{at}/value"), format!("option values must be unique: {value}"));
        }
    }
    all
}

/// What is chosen from the start must be one of the options, exactly.
fn initial_options(problems: &mut Problems, at: &str, element: &Value, all: &[Value]) {
    let many = element["initial_options"].as_array().map_or(&[][..], Vec::as_slice);
    let one = Some(&element["initial_option"]).filter(|it| !it.is_null());
    for initial in many.iter().chain(one) {
        let known =
            |it: &Value| it["value"] == initial["value"] && it["text"]["text"] == initial["text"]["text"];
        if !all.iter().any(known) {
            problems.add(&format!("{at}/initial_option"), "must be one of the options");
        }
    }
    if element["initial_options"].as_array().is_some_and(Vec::is_empty) {
        problems.add(&format!("{at}/initial_options"), "must have at least 1 item");
    }
}
