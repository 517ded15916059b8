//! Whole messages and views as Slack checks them before it takes them.

use super::blocks::{self, Surface};
use super::limits as limit;
use super::limits::{Problems, TextKind};
use super::methods::Refused;
use super::state::ViewKind;
use serde_json::Value;

/// What a message may carry: text, blocks, attachments. Refused as `chat.postMessage` would.
pub(super) fn message(text: &str, message_blocks: &Value, attachments: &Value) -> Result<(), Refused> {
    let list = |value: &Value, error: &'static str| match value {
        Value::Null => Ok(0),
        Value::Array(items) => Ok(items.len()),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => Err(Refused::from(error)),
    };
    let blocks_count = list(message_blocks, "invalid_blocks_format")?;
    let attachments_count = list(attachments, "invalid_attachments")?;
    if text.trim().is_empty() && blocks_count == 0 && attachments_count == 0 {
        return Err(Refused::from("no_text"));
    }
    if text.chars().count() > limit::TEXT_MAX {
        return Err(Refused::because(
            "msg_too_long",
            vec![format!("text is over {} characters", limit::TEXT_MAX)],
        ));
    }
    if attachments_count > 100 {
        return Err(Refused::from("too_many_attachments"));
    }
    check_blocks(message_blocks)
}

fn check_blocks(value: &Value) -> Result<(), Refused> {
    let all = value.as_array().map_or(&[][..], Vec::as_slice);
    let mut problems = Problems::default();
    if all.len() > limit::MESSAGE_BLOCKS_MAX {
        problems.add("/blocks", format!("no more than {} items allowed", limit::MESSAGE_BLOCKS_MAX));
    }
    blocks::check(&mut problems, "/blocks", all, Surface::Message);
    if !problems.list.is_empty() {
        return Err(Refused::because("invalid_blocks", problems.list));
    }
    let length: usize = all.iter().map(text_length).sum();
    if length > limit::BLOCK_TEXT_MAX {
        let detail = format!("{length} characters in blocks, {} allowed", limit::BLOCK_TEXT_MAX);
        return Err(Refused::because("msg_blocks_too_long", vec![detail]));
    }
    Ok(())
}

/// How many characters of text a block holds, at any depth.
fn text_length(value: &Value) -> usize {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| match value.as_str().filter(|_| key == "text") {
                Some(text) => text.chars().count(),
                None => text_length(value),
            })
            .sum(),
        Value::Array(items) => items.iter().map(text_length).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// Message metadata: a type, and a flat payload.
pub(super) fn metadata(value: &Value) -> Result<(), Refused> {
    if value.is_null() {
        return Ok(());
    }
    let kind = value["event_type"].as_str().unwrap_or_default();
    let Some(payload) = value["event_payload"].as_object().filter(|_| !kind.is_empty()) else {
        let detail = "metadata needs `event_type` and an object `event_payload`".to_owned();
        return Err(Refused::because("invalid_metadata_format", vec![detail]));
    };
    let nested = payload.iter().find(|(_, it)| it.is_object() || it.is_array() || it.is_null());
    if let Some((key, _)) = nested {
        let detail = format!("metadata.event_payload.{key} must be a string, a number or a boolean");
        return Err(Refused::because("invalid_metadata_schema", vec![detail]));
    }
    if value.to_string().len() > limit::METADATA_MAX {
        return Err(Refused::from("metadata_too_large"));
    }
    Ok(())
}

/// A view as `views.open`, `views.update`, `views.push` and `views.publish` take it.
pub(super) fn view(value: &Value, kind: ViewKind) -> Result<(), Refused> {
    let mut problems = Problems::default();
    let (name, surface) = match kind {
        ViewKind::Modal => ("modal", Surface::Modal),
        ViewKind::Home => ("home", Surface::Home),
    };
    if value["type"] != name {
        problems.add("/view/type", format!("must be `{name}`"));
    }
    let blocks_of_view = problems.items("/view/blocks", &value["blocks"], limit::VIEW_BLOCKS_MAX);
    blocks::check(&mut problems, "/view/blocks", blocks_of_view, surface);
    problems.optional("/view/callback_id", &value["callback_id"], limit::ID_MAX);
    if kind == ViewKind::Modal {
        problems.text("/view/title", &value["title"], TextKind::Plain, limit::MODAL_TITLE_MAX);
        for key in ["submit", "close"] {
            let at = format!("/view/{key}");
            problems.optional_text(&at, &value[key], TextKind::Plain, limit::MODAL_TITLE_MAX);
        }
        if blocks_of_view.iter().any(|block| block["type"] == "input") && value["submit"].is_null() {
            problems.add("/view/submit", "missing required field: submit (there are input blocks)");
        }
    }
    // Empty is allowed for these two.
    for (key, max) in [("private_metadata", limit::PRIVATE_METADATA_MAX), ("external_id", limit::ID_MAX)] {
        if value[key] != "" {
            problems.optional(&format!("/view/{key}"), &value[key], max);
        }
    }
    if problems.list.is_empty() { Ok(()) } else { Err(Refused::because("invalid_arguments", problems.list)) }
}
