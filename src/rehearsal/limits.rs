//! Slack's limits on single values, and the list of what breaks them, worded as Slack words it.

use serde_json::Value;

pub(super) const TEXT_MAX: usize = 40_000;
pub(super) const MESSAGE_BLOCKS_MAX: usize = 50;
pub(super) const VIEW_BLOCKS_MAX: usize = 100;
/// All texts of a message's blocks together; measured by others, not documented (`msg_blocks_too_long`).
pub(super) const BLOCK_TEXT_MAX: usize = 13_200;
pub(super) const SECTION_TEXT_MAX: usize = 3_000;
pub(super) const FIELD_TEXT_MAX: usize = 2_000;
pub(super) const FIELDS_MAX: usize = 10;
pub(super) const HEADER_TEXT_MAX: usize = 150;
pub(super) const CONTEXT_ELEMENTS_MAX: usize = 10;
pub(super) const ACTIONS_ELEMENTS_MAX: usize = 25;
pub(super) const BUTTON_TEXT_MAX: usize = 75;
pub(super) const BUTTON_VALUE_MAX: usize = 2_000;
pub(super) const OPTIONS_MAX: usize = 100;
pub(super) const CHOICES_MAX: usize = 10;
pub(super) const OVERFLOW_MAX: usize = 5;
pub(super) const OPTION_TEXT_MAX: usize = 75;
pub(super) const OPTION_VALUE_MAX: usize = 150;
pub(super) const PLACEHOLDER_MAX: usize = 150;
pub(super) const INPUT_TEXT_MAX: usize = 3_000;
pub(super) const LABEL_MAX: usize = 2_000;
pub(super) const URL_MAX: usize = 3_000;
pub(super) const ID_MAX: usize = 255;
pub(super) const MODAL_TITLE_MAX: usize = 24;
pub(super) const PRIVATE_METADATA_MAX: usize = 3_000;
pub(super) const VIEW_STACK_MAX: usize = 3;
/// Slack documents the error and no number; this one is ours, and well above what an app needs.
pub(super) const METADATA_MAX: usize = 8_000;

/// What is wrong with one payload, each with its place.
#[derive(Debug, Default)]
pub(super) struct Problems {
    pub list: Vec<String>,
}

/// Which of Slack's two kinds of text may stand in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextKind {
    Plain,
    Either,
}

impl Problems {
    pub fn add(&mut self, at: &str, what: impl AsRef<str>) {
        self.list.push(format!("[ERROR] {} [json-pointer:{at}]", what.as_ref()));
    }

    /// A string that must be there, with 1 to `max` characters.
    pub fn string(&mut self, at: &str, value: &Value, max: usize) {
        match value.as_str() {
            None => self.add(at, "must provide a string"),
            Some("") => self.add(at, "must be more than 0 characters"),
            Some(text) if text.chars().count() > max => {
                self.add(at, format!("must be less than {} characters", max + 1));
            }
            Some(_) => {}
        }
    }

    /// A string that may be missing.
    pub fn optional(&mut self, at: &str, value: &Value, max: usize) {
        if !value.is_null() {
            self.string(at, value, max);
        }
    }

    /// A text object that must be there.
    pub fn text(&mut self, at: &str, value: &Value, kind: TextKind, max: usize) {
        if !value.is_object() {
            return self.add(at, "must provide a text object");
        }
        match (value["type"].as_str(), kind) {
            (Some("plain_text"), _) | (Some("mrkdwn"), TextKind::Either) => {}
            (_, TextKind::Plain) => self.add(&format!("{at}/type"), "must be `plain_text`"),
            (_, TextKind::Either) => self.add(&format!("{at}/type"), "must be `plain_text` or `mrkdwn`"),
        }
        if value["type"] == "mrkdwn" && !value["emoji"].is_null() {
            self.add(&format!("{at}/emoji"), "must not be set on `mrkdwn`");
        }
        self.string(&format!("{at}/text"), &value["text"], max);
    }

    pub fn optional_text(&mut self, at: &str, value: &Value, kind: TextKind, max: usize) {
        if !value.is_null() {
            self.text(at, value, kind, max);
        }
    }

    /// A list of 1 to `max` items; the items, for a closer look.
    pub fn items<'v>(&mut self, at: &str, value: &'v Value, max: usize) -> &'v [Value] {
        let Some(items) = value.as_array() else {
            self.add(at, "must provide an array");
            return &[];
        };
        if items.is_empty() {
            self.add(at, "must have at least 1 item");
        }
        if items.len() > max {
            self.add(at, format!("no more than {max} items allowed"));
        }
        items
    }
}
