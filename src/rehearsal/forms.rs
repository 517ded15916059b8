//! What people put into fields: text typed, options picked by value or by the words they see.

use super::ack::REQUIRED;
use super::people::{CannotDo, cannot};
use super::state::{View, Workspace};
use super::views::{elements_of, state_keys};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The words on an element: a button's label, a select's placeholder, an input's label.
pub(super) fn label_of<'v>(block: &'v Value, element: &'v Value) -> &'v str {
    let places = [&element["text"]["text"], &block["label"]["text"], &element["placeholder"]["text"]];
    places.into_iter().find_map(Value::as_str).unwrap_or_default()
}

/// An element found among blocks by action id, block id or visible words.
pub(super) struct Found<'v> {
    pub block_id: String,
    pub action_id: String,
    pub block: &'v Value,
    pub element: &'v Value,
}

/// Finds what a person means by `what`: an action id, the visible words, a block id, or `BLOCK/ACTION` where
/// several blocks share an action id.
pub(super) fn find<'v>(blocks: &'v [Value], what: &str) -> Result<Found<'v>, CannotDo> {
    let all = || {
        blocks.iter().flat_map(|block| {
            elements_of(block).map(move |(block_id, action_id, element)| Found {
                block_id,
                action_id,
                block,
                element,
            })
        })
    };
    let exactly = || {
        all().find(|it| {
            what.strip_prefix(&it.block_id).and_then(|rest| rest.strip_prefix('/')) == Some(&it.action_id)
        })
    };
    let by_id = exactly().or_else(|| all().find(|it| it.action_id == what));
    let by_words = || all().find(|it| label_of(it.block, it.element) == what);
    let by_block = || all().find(|it| it.block_id == what);
    let there = || -> Vec<String> {
        all().map(|it| format!("`{}` [{}]", it.action_id, label_of(it.block, it.element))).collect()
    };
    let found = by_id.or_else(by_words).or_else(by_block);
    found.ok_or_else(|| CannotDo(format!("there is no `{what}` here; there is {}", there().join(", "))))
}

/// What the element's state becomes when somebody puts `input` into it; several picks are parted by commas.
pub(super) fn put(state: &Workspace, element: &Value, input: &str) -> Result<Value, CannotDo> {
    let kind = element["type"].as_str().unwrap_or_default();
    let Some((key, _)) = state_keys(kind) else {
        return cannot(format!("nothing can be put into a `{kind}`"));
    };
    let many = || input.split(',').map(str::trim).filter(|it| !it.is_empty());
    let value = match key {
        _ if input.is_empty() && !key.ends_with('s') => Value::Null,
        "selected_option" => option(element, input)?,
        "selected_options" => many().map(|it| option(element, it)).collect::<Result<_, _>>()?,
        "selected_user" => json!(user(state, input)?),
        "selected_users" => many().map(|it| user(state, it).map(Value::from)).collect::<Result<_, _>>()?,
        "selected_channel" | "selected_conversation" => json!(channel(state, input)?),
        "selected_channels" | "selected_conversations" => {
            many().map(|it| channel(state, it).map(Value::from)).collect::<Result<_, _>>()?
        }
        "selected_date_time" => match input.parse::<i64>() {
            Ok(seconds) => json!(seconds),
            Err(_) => return cannot(format!("`{input}` is not a unix time")),
        },
        _ => json!(input),
    };
    Ok(json!({ "type": kind, key: value }))
}

fn option(element: &Value, wanted: &str) -> Result<Value, CannotDo> {
    let grouped = element["option_groups"].as_array().into_iter().flatten().map(|group| &group["options"]);
    let lists = std::iter::once(&element["options"]).chain(grouped);
    let mut all = lists.filter_map(Value::as_array).flatten();
    let found = all.find(|it| it["value"] == wanted || it["text"]["text"] == wanted);
    found.cloned().ok_or_else(|| CannotDo(format!("there is no option `{wanted}`")))
}

fn user(state: &Workspace, name: &str) -> Result<String, CannotDo> {
    let found = state.find_user(name.trim_start_matches('@'));
    found.map(|it| it.id.to_string()).ok_or_else(|| CannotDo(format!("there is nobody called `{name}`")))
}

fn channel(state: &Workspace, name: &str) -> Result<String, CannotDo> {
    let found = state.find_channel(name);
    found.map(|it| it.id.to_string()).ok_or_else(|| CannotDo(format!("there is no channel `{name}`")))
}

/// What Slack's own client objects to before a form is sent: empty required fields, lengths, addresses.
pub(super) fn client_errors(view: &View) -> BTreeMap<String, String> {
    let blocks = view.content["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let inputs = blocks.iter().filter(|block| block["type"] == "input");
    let mut errors = BTreeMap::new();
    for (block, action, element) in inputs.flat_map(elements_of) {
        let owner = blocks.iter().find(|it| it["block_id"] == block.as_str()).unwrap_or(&Value::Null);
        let typed = view.typed.get(&block).and_then(|it| it.get(&action)).unwrap_or(&Value::Null);
        let kind = element["type"].as_str().unwrap_or_default();
        let value = state_keys(kind).map_or(&Value::Null, |(key, _)| &typed[key]);
        if let Some(error) = client_error(owner, element, kind, value) {
            errors.insert(block, error);
        }
    }
    errors
}

fn client_error(block: &Value, element: &Value, kind: &str, value: &Value) -> Option<String> {
    let empty = value.is_null() || value == "" || value.as_array().is_some_and(Vec::is_empty);
    if empty {
        let passive = state_keys(kind).is_none() || block["optional"] == true;
        return (!passive).then(|| REQUIRED.to_owned());
    }
    let text = value.as_str().unwrap_or_default();
    let length = u64::try_from(text.chars().count()).unwrap_or(u64::MAX);
    match kind {
        "plain_text_input" => {
            let (min, max) = (element["min_length"].as_u64(), element["max_length"].as_u64());
            if min.is_some_and(|min| length < min) {
                return Some(format!("This must be at least {} characters long.", min.unwrap_or(0)));
            }
            let max = max.unwrap_or(3_000);
            (length > max).then(|| format!("This must be no longer than {max} characters."))
        }
        "email_text_input" if !text.contains('@') => Some("Please enter a valid e-mail address.".to_owned()),
        "url_text_input" if !text.contains("://") => Some("Please enter a valid URL.".to_owned()),
        "number_input" if text.parse::<f64>().is_err() => Some("Please enter a number.".to_owned()),
        _ => None,
    }
}
