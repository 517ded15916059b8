//! What Slack would refuse in a message or a view: the check that tests put to everything we build.

use crate::view::limits::{
    ACTIONS_ELEMENTS, BUTTON_TEXT, BUTTON_VALUE, CHECKBOXES, CONTEXT_ELEMENTS, CONTEXT_TEXT, FIELD_TEXT,
    HEADER_TEXT, ID, INPUT_LABEL, INPUT_TEXT, MESSAGE_BLOCKS, MESSAGE_TEXT, MESSAGE_TOTAL, OPTION_TEXT,
    OPTION_VALUE, OPTIONS, OVERFLOW_OPTIONS, PLACEHOLDER, PRIVATE_METADATA, SECTION_FIELDS, SECTION_TEXT,
    TITLE, VIEW_BLOCKS, kind, total,
};
use crate::view::mrkdwn::length;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Every limit that the message (`text`, `blocks`) or view (`type: modal | home`) breaks, each with the path
/// to it; none when Slack would take it.
pub fn violations(body: &Value) -> Vec<String> {
    let mut found = Found { list: Vec::new() };
    let Some(map) = body.as_object() else {
        return vec!["the body is not an object".to_owned()];
    };
    let is_view = map.contains_key("type");
    if is_view {
        for key in ["title", "submit", "close"] {
            found.text(key, map.get(key), TITLE);
        }
        found.string("private_metadata", map.get("private_metadata"), PRIVATE_METADATA);
        found.string("callback_id", map.get("callback_id"), ID);
    } else {
        match map.get("text").and_then(Value::as_str) {
            Some(text) if !text.trim().is_empty() => found.most("text", length(text), MESSAGE_TEXT),
            Some(_) | None => found.say("text", "is empty"),
        }
    }
    let none = Vec::new();
    let blocks = map.get("blocks").and_then(Value::as_array).unwrap_or(&none);
    found.most("blocks", blocks.len(), if is_view { VIEW_BLOCKS } else { MESSAGE_BLOCKS });
    if !is_view {
        found.most("blocks, all text", blocks.iter().map(total).sum(), MESSAGE_TOTAL);
    }
    let mut block_ids = BTreeSet::new();
    let mut action_ids = BTreeSet::new();
    for (at, block) in blocks.iter().enumerate() {
        let path = format!("blocks[{at}]");
        let Some(block) = block.as_object() else {
            found.say(&path, "is not an object");
            continue;
        };
        found.unique(&path, block.get("block_id"), &mut block_ids);
        found.block(&path, block, &mut action_ids);
    }
    found.list
}

struct Found {
    list: Vec<String>,
}

impl Found {
    fn say(&mut self, path: &str, what: &str) {
        self.list.push(format!("{path} {what}"));
    }

    fn most(&mut self, path: &str, is: usize, most: usize) {
        if is > most {
            self.list.push(format!("{path} is {is}, the limit is {most}"));
        }
    }

    fn string(&mut self, path: &str, value: Option<&Value>, most: usize) {
        if let Some(text) = value.and_then(Value::as_str) {
            self.most(path, length(text), most);
        }
    }

    fn text(&mut self, path: &str, object: Option<&Value>, most: usize) {
        let Some(object) = object else { return };
        match object.get("text").and_then(Value::as_str) {
            Some(text) if !text.trim().is_empty() => self.most(path, length(text), most),
            Some(_) | None => self.say(path, "has no text"),
        }
    }

    fn unique(&mut self, path: &str, id: Option<&Value>, seen: &mut BTreeSet<String>) {
        let Some(id) = id.and_then(Value::as_str) else { return };
        self.most(path, length(id), ID);
        if id.is_empty() || !seen.insert(id.to_owned()) {
            self.list.push(format!("{path} has the id `{id}`, which is empty or taken"));
        }
    }

    fn list<'a>(&mut self, path: &str, list: Option<&'a Value>, most: usize) -> &'a [Value] {
        let items = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        self.most(path, items.len(), most);
        if items.is_empty() {
            self.say(path, "is empty");
        }
        items
    }

    fn block(&mut self, path: &str, block: &Map<String, Value>, action_ids: &mut BTreeSet<String>) {
        match kind(block) {
            "section" => {
                self.text(path, block.get("text"), SECTION_TEXT);
                if block.contains_key("fields") {
                    for field in self.list(path, block.get("fields"), SECTION_FIELDS) {
                        self.text(path, Some(field), FIELD_TEXT);
                    }
                } else if !block.contains_key("text") {
                    self.say(path, "says nothing");
                }
                if let Some(Value::Object(accessory)) = block.get("accessory") {
                    self.element(path, accessory, action_ids);
                }
            }
            "header" => self.text(path, block.get("text"), HEADER_TEXT),
            "context" => {
                for element in self.list(path, block.get("elements"), CONTEXT_ELEMENTS) {
                    self.text(path, Some(element), CONTEXT_TEXT);
                }
            }
            "actions" => {
                for element in self.list(path, block.get("elements"), ACTIONS_ELEMENTS) {
                    if let Some(element) = element.as_object() {
                        self.element(path, element, action_ids);
                    }
                }
            }
            "input" => {
                self.text(path, block.get("label"), INPUT_LABEL);
                self.text(path, block.get("hint"), INPUT_LABEL);
                match block.get("element").and_then(Value::as_object) {
                    Some(element) => self.element(path, element, action_ids),
                    None => self.say(path, "has no element"),
                }
            }
            "divider" => {}
            other => self.say(path, &format!("is of the unknown type `{other}`")),
        }
    }

    fn element(&mut self, path: &str, element: &Map<String, Value>, action_ids: &mut BTreeSet<String>) {
        // Within one block ids have to differ; ours differ within the whole message or view.
        let scoped = element.get("action_id").and_then(Value::as_str).map(|id| format!("{path} {id}"));
        self.unique(path, scoped.map(Value::String).as_ref(), action_ids);
        self.text(path, element.get("placeholder"), PLACEHOLDER);
        match kind(element) {
            "button" => {
                self.text(path, element.get("text"), BUTTON_TEXT);
                self.string(path, element.get("value"), BUTTON_VALUE);
            }
            "plain_text_input" => {
                self.string(path, element.get("initial_value"), INPUT_TEXT);
                let most = element.get("max_length").and_then(Value::as_u64).unwrap_or_default();
                self.most(path, usize::try_from(most).unwrap_or(usize::MAX), INPUT_TEXT);
            }
            "overflow" => self.options(path, element, OVERFLOW_OPTIONS),
            "checkboxes" => self.options(path, element, CHECKBOXES),
            "static_select" | "multi_static_select" => self.options(path, element, OPTIONS),
            "users_select" | "multi_users_select" | "number_input" | "url_text_input" | "datepicker"
            | "datetimepicker" => {}
            other => self.say(path, &format!("holds the unknown element `{other}`")),
        }
    }

    fn options(&mut self, path: &str, element: &Map<String, Value>, most: usize) {
        let options = self.list(path, element.get("options"), most);
        let mut values = BTreeSet::new();
        for option in options {
            self.text(path, option.get("text"), OPTION_TEXT);
            self.string(path, option.get("value"), OPTION_VALUE);
            if !values.insert(option.get("value").and_then(Value::as_str).unwrap_or_default()) {
                self.say(path, "has two options of one value");
            }
        }
        let chosen = element.get("initial_options").and_then(Value::as_array).into_iter().flatten();
        for initial in chosen.chain(element.get("initial_option")) {
            if !options.contains(initial) {
                self.say(path, "begins with an option that is none of its options");
            }
        }
        if element.get("initial_options").and_then(Value::as_array).is_some_and(Vec::is_empty) {
            self.say(path, "begins with an empty list of options");
        }
    }
}
