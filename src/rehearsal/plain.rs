//! Messages and views as a person reads them, in plain text: names, local times, `[Buttons]`.

use super::escape::unescaped;
use super::forms::label_of;
use super::local;
use super::state::{Ephemeral, Fate, Message, View, Workspace};
use super::views::state_keys;
use crate::clock::Timestamp;
use crate::id::{ChannelId, GroupId, UserId};
use serde_json::Value;

/// A message as `reader` sees it.
pub fn plain_message(state: &Workspace, message: &Message, reader: &UserId) -> String {
    if message.fate == Fate::Tombstone {
        return "(This message was deleted.)".to_owned();
    }
    let mut lines = vec![content(state, &message.text, &message.blocks, reader)];
    for attachment in &message.attachments {
        let text = attachment["text"].as_str().or(attachment["fallback"].as_str()).unwrap_or_default();
        lines.push(plain_text(state, text, reader));
        lines.push(plain_blocks(
            state,
            attachment["blocks"].as_array().map_or(&[][..], Vec::as_slice),
            reader,
        ));
    }
    let files = message
        .files
        .iter()
        .filter_map(|id| state.files.get(id))
        .map(|file| format!("(file: {})", file.name));
    lines.extend(files);
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

pub fn plain_ephemeral(state: &Workspace, whisper: &Ephemeral, reader: &UserId) -> String {
    content(state, &whisper.text, &whisper.blocks, reader)
}

/// Blocks take the place of the text where there are any.
fn content(state: &Workspace, text: &str, blocks: &[Value], reader: &UserId) -> String {
    if blocks.is_empty() { plain_text(state, text, reader) } else { plain_blocks(state, blocks, reader) }
}

/// A modal or home view: title, blocks with what is filled in, the buttons below.
pub fn plain_view(state: &Workspace, view: &View, reader: &UserId) -> String {
    let blocks = view.content["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    let mut lines = Vec::new();
    if let Some(title) = view.content["title"]["text"].as_str() {
        lines.push(format!("# {title}"));
    }
    for block in blocks {
        let typed = view.typed.get(block["block_id"].as_str().unwrap_or_default());
        let line = plain_block(state, block, reader);
        let filled = typed.into_iter().flat_map(|it| it.values()).filter_map(filled_in).collect::<Vec<_>>();
        lines.push(if filled.is_empty() { line } else { format!("{line} {}", filled.join(", ")) });
    }
    let buttons = ["submit", "close"].into_iter().filter_map(|key| view.content[key]["text"].as_str());
    lines.push(buttons.map(|label| format!("[{label}]")).collect::<Vec<_>>().join(" "));
    lines.retain(|line| !line.is_empty());
    lines.join("\n")
}

/// What a field holds, in words.
fn filled_in(value: &Value) -> Option<String> {
    let (key, _) = state_keys(value["type"].as_str()?)?;
    let one = |it: &Value| {
        it["text"]["text"].as_str().or(it.as_str()).map(str::to_owned).or_else(|| Some(it.to_string()))
    };
    match &value[key] {
        Value::Null => None,
        Value::Array(all) if all.is_empty() => None,
        Value::Array(all) => Some(all.iter().filter_map(one).collect::<Vec<_>>().join(", ")),
        it @ (Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => one(it),
    }
}

pub fn plain_blocks(state: &Workspace, blocks: &[Value], reader: &UserId) -> String {
    let lines: Vec<String> = blocks.iter().map(|block| plain_block(state, block, reader)).collect();
    lines.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn plain_block(state: &Workspace, block: &Value, reader: &UserId) -> String {
    let elements = block["elements"].as_array().map_or(&[][..], Vec::as_slice);
    let join = |parts: Vec<String>, by: &str| {
        parts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(by)
    };
    match block["type"].as_str().unwrap_or_default() {
        "divider" => "---".to_owned(),
        "image" => format!("[image: {}]", block["alt_text"].as_str().unwrap_or_default()),
        "actions" => join(elements.iter().map(|it| control(block, it)).collect(), " "),
        "context" => {
            let parts = elements.iter().map(|it| match it["alt_text"].as_str() {
                Some(alt) => format!("[image: {alt}]"),
                None => text_object(state, it, reader),
            });
            join(parts.collect(), " ")
        }
        "input" => {
            let hint = text_object(state, &block["hint"], reader);
            let label = format!("{}:", text_object(state, &block["label"], reader));
            join(vec![label, if hint.is_empty() { hint } else { format!("({hint})") }], " ")
        }
        "rich_text" => rich_text(state, block),
        "markdown" => block["text"].as_str().unwrap_or_default().to_owned(),
        _ => {
            let fields = block["fields"].as_array().map_or(&[][..], Vec::as_slice);
            let mut parts = vec![text_object(state, &block["text"], reader)];
            parts.extend(fields.iter().map(|it| text_object(state, it, reader)));
            if block["accessory"].is_object() {
                parts.push(control(block, &block["accessory"]));
            }
            join(parts, "\n")
        }
    }
}

/// A button, select or picker.
fn control(block: &Value, element: &Value) -> String {
    match element["type"].as_str().unwrap_or_default() {
        "button" | "workflow_button" => format!("[{}]", label_of(block, element)),
        "image" => format!("[image: {}]", element["alt_text"].as_str().unwrap_or_default()),
        "overflow" | "radio_buttons" | "checkboxes" => {
            let options = element["options"].as_array().map_or(&[][..], Vec::as_slice);
            let words: Vec<&str> = options.iter().filter_map(|it| it["text"]["text"].as_str()).collect();
            format!("[{}]", words.join(" | "))
        }
        kind => {
            let words = label_of(block, element);
            format!("[{} v]", if words.is_empty() { kind } else { words })
        }
    }
}

fn rich_text(state: &Workspace, value: &Value) -> String {
    if let Some(elements) = value["elements"].as_array() {
        return elements.iter().map(|it| rich_text(state, it)).collect();
    }
    match value["type"].as_str().unwrap_or_default() {
        "text" => value["text"].as_str().unwrap_or_default().to_owned(),
        "link" => value["text"].as_str().or(value["url"].as_str()).unwrap_or_default().to_owned(),
        "user" => name_of(state, value["user_id"].as_str().unwrap_or_default()),
        "emoji" => format!(":{}:", value["name"].as_str().unwrap_or_default()),
        _ => String::new(),
    }
}

fn text_object(state: &Workspace, value: &Value, reader: &UserId) -> String {
    let text = value["text"].as_str().unwrap_or_default();
    if value["type"] == "plain_text" { text.to_owned() } else { plain_text(state, text, reader) }
}

/// Slack's encoded text as `reader` sees it.
pub fn plain_text(state: &Workspace, text: &str, reader: &UserId) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(&unescaped(before));
        let Some((token, tail)) = after.split_once('>') else {
            out.push('<');
            rest = after;
            continue;
        };
        out.push_str(&control_sequence(state, token, reader));
        rest = tail;
    }
    out.push_str(&unescaped(rest));
    out
}

fn control_sequence(state: &Workspace, token: &str, reader: &UserId) -> String {
    let (target, label) =
        token.split_once('|').map_or((token, None), |(target, label)| (target, Some(label)));
    if let Some(user) = target.strip_prefix('@') {
        return name_of(state, user);
    }
    if let Some(channel) = target.strip_prefix('#') {
        let name = state.channels.get(&ChannelId::from(channel)).map(|it| it.name.as_str());
        return format!("#{}", name.or(label).unwrap_or(channel));
    }
    if let Some(group) = target.strip_prefix("!subteam^") {
        let handle = state.groups.get(&GroupId::from(group)).map(|it| it.handle.as_str());
        return format!("@{}", handle.or(label).unwrap_or(group));
    }
    if let Some(date) = target.strip_prefix("!date^") {
        return date_token(state, date, reader).unwrap_or_else(|| unescaped(label.unwrap_or(date)));
    }
    if let Some(special) = target.strip_prefix('!') {
        return format!("@{special}");
    }
    unescaped(label.unwrap_or(target))
}

/// `SECONDS^FORMAT` or `SECONDS^FORMAT^LINK`, in the reader's zone.
fn date_token(state: &Workspace, date: &str, reader: &UserId) -> Option<String> {
    let mut parts = date.splitn(3, '^');
    let at = Timestamp::from_timestamp(parts.next()?.parse().ok()?, 0)?;
    let format = parts.next()?;
    let zone = state.users.get(reader)?.time_zone;
    Some(local::render_date(format, at, state.now(), zone))
}

fn name_of(state: &Workspace, id: &str) -> String {
    let name = state.users.get(id).map(|user| user.real_name.as_str());
    format!("@{}", name.unwrap_or(id))
}
