//! Slack's limits on sizes, in one place: what keeps to them, and what tells where something does not.
//!
//! The figures are Slack's documented ones, except the total of a message: Slack refuses blocks of about
//! 13,200 characters together with `msg_blocks_too_long`, so that ours end at 12,000.

use crate::view::mrkdwn::{cut, cut_plain, length};
use serde_json::{Map, Value};

pub const MESSAGE_TEXT: usize = 4_000;
pub const MESSAGE_BLOCKS: usize = 50;
pub const MESSAGE_TOTAL: usize = 12_000;
pub const VIEW_BLOCKS: usize = 100;
pub const SECTION_TEXT: usize = 3_000;
pub const SECTION_FIELDS: usize = 10;
pub const FIELD_TEXT: usize = 2_000;
pub const HEADER_TEXT: usize = 150;
pub const CONTEXT_ELEMENTS: usize = 10;
pub const CONTEXT_TEXT: usize = 2_000;
pub const ACTIONS_ELEMENTS: usize = 25;
pub const BUTTON_TEXT: usize = 75;
pub const BUTTON_VALUE: usize = 2_000;
pub const OPTIONS: usize = 100;
pub const CHECKBOXES: usize = 10;
pub const OVERFLOW_OPTIONS: usize = 5;
pub const OPTION_TEXT: usize = 75;
pub const OPTION_VALUE: usize = 150;
pub const INPUT_LABEL: usize = 2_000;
pub const INPUT_TEXT: usize = 3_000;
pub const PLACEHOLDER: usize = 150;
pub const ID: usize = 255;
pub const TITLE: usize = 24;
pub const PRIVATE_METADATA: usize = 3_000;

/// What stands where nothing is left to say: Slack refuses empty texts.
const NOTHING: &str = "–";

/// Brings a message (`text`, `blocks`) or a view (`type: modal | home`) within every limit. Texts are cut,
/// surplus blocks, fields and options are dropped; ids and values are left alone, because half of one is
/// worse than none.
pub fn fit(mut body: Value) -> Value {
    let is_view = body.get("type").is_some();
    if let Some(map) = body.as_object_mut() {
        if is_view {
            for key in ["title", "submit", "close"] {
                fit_text(map, key, TITLE);
            }
        } else if let Some(Value::String(text)) = map.get_mut("text") {
            *text = filled(cut(text, MESSAGE_TEXT));
        }
        let most = if is_view { VIEW_BLOCKS } else { MESSAGE_BLOCKS };
        if let Some(Value::Array(blocks)) = map.get_mut("blocks") {
            blocks.truncate(most);
            blocks.iter_mut().filter_map(Value::as_object_mut).for_each(fit_block);
            if !is_view {
                fit_total(blocks);
            }
        }
    }
    body
}

fn fit_block(block: &mut Map<String, Value>) {
    match kind(block) {
        "section" => {
            fit_text(block, "text", SECTION_TEXT);
            if let Some(Value::Array(fields)) = block.get_mut("fields") {
                fields.truncate(SECTION_FIELDS);
                fields.iter_mut().for_each(|field| fit_text_object(field, FIELD_TEXT));
            }
            if let Some(Value::Object(accessory)) = block.get_mut("accessory") {
                fit_element(accessory);
            }
        }
        "header" => fit_text(block, "text", HEADER_TEXT),
        "context" => {
            if let Some(Value::Array(elements)) = block.get_mut("elements") {
                elements.truncate(CONTEXT_ELEMENTS);
                elements.iter_mut().for_each(|element| fit_text_object(element, CONTEXT_TEXT));
            }
        }
        "actions" => {
            if let Some(Value::Array(elements)) = block.get_mut("elements") {
                elements.truncate(ACTIONS_ELEMENTS);
                elements.iter_mut().filter_map(Value::as_object_mut).for_each(fit_element);
            }
        }
        "input" => {
            fit_text(block, "label", INPUT_LABEL);
            fit_text(block, "hint", INPUT_LABEL);
            if let Some(Value::Object(element)) = block.get_mut("element") {
                fit_element(element);
            }
        }
        _ => {}
    }
}

fn fit_element(element: &mut Map<String, Value>) {
    fit_text(element, "placeholder", PLACEHOLDER);
    let most = match kind(element) {
        "button" => {
            fit_text(element, "text", BUTTON_TEXT);
            return;
        }
        "plain_text_input" => {
            if let Some(Value::String(text)) = element.get_mut("initial_value") {
                *text = cut_plain(text, INPUT_TEXT);
            }
            return;
        }
        "overflow" => OVERFLOW_OPTIONS,
        "checkboxes" => CHECKBOXES,
        _ => OPTIONS,
    };
    for key in ["options", "initial_options"] {
        if let Some(Value::Array(options)) = element.get_mut(key) {
            options.truncate(most);
            options.iter_mut().filter_map(Value::as_object_mut).for_each(fit_option);
        }
    }
    if let Some(Value::Object(option)) = element.get_mut("initial_option") {
        fit_option(option);
    }
}

fn fit_option(option: &mut Map<String, Value>) {
    fit_text(option, "text", OPTION_TEXT);
    fit_text(option, "description", OPTION_TEXT);
}

fn fit_text(holder: &mut Map<String, Value>, key: &str, most: usize) {
    if let Some(object) = holder.get_mut(key) {
        fit_text_object(object, most);
    }
}

fn fit_text_object(object: &mut Value, most: usize) {
    let markup = object.get("type").and_then(Value::as_str) == Some("mrkdwn");
    if let Some(Value::String(text)) = object.get_mut("text") {
        *text = filled(if markup { cut(text, most) } else { cut_plain(text, most) });
    }
}

fn filled(text: String) -> String {
    if text.trim().is_empty() { NOTHING.to_owned() } else { text }
}

/// Cuts the longest texts of a message further, from the end, until the total fits. Buttons stay whole.
fn fit_total(blocks: &mut [Value]) {
    let mut over = blocks.iter().map(total).sum::<usize>().saturating_sub(MESSAGE_TOTAL);
    for block in blocks.iter_mut().rev() {
        if over == 0 {
            return;
        }
        let before = total(block);
        if let Some(map) = block.as_object_mut() {
            shorten(map, over);
        }
        over = over.saturating_sub(before.saturating_sub(total(block)));
    }
}

fn shorten(block: &mut Map<String, Value>, by: usize) {
    let mut left = by;
    let mut one = |object: &mut Value| {
        let before = total(object);
        fit_text_object(object, before.saturating_sub(left).max(1));
        left = left.saturating_sub(before.saturating_sub(total(object)));
    };
    match kind(block) {
        "section" => {
            block.get_mut("text").into_iter().for_each(&mut one);
            if let Some(Value::Array(fields)) = block.get_mut("fields") {
                fields.iter_mut().rev().for_each(&mut one);
            }
        }
        "context" => {
            if let Some(Value::Array(elements)) = block.get_mut("elements") {
                elements.iter_mut().rev().for_each(&mut one);
            }
        }
        _ => {}
    }
}

/// The length of everything that is text in there.
pub(super) fn total(value: &Value) -> usize {
    match value {
        Value::Object(map) => {
            let own = map.get("text").and_then(Value::as_str).map(length).unwrap_or_default();
            own + map.values().map(total).sum::<usize>()
        }
        Value::Array(list) => list.iter().map(total).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

pub(super) fn kind(map: &Map<String, Value>) -> &str {
    map.get("type").and_then(Value::as_str).unwrap_or_default()
}
