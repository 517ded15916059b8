//! Blocks and rich text read as plain lines, in Slack's own encoding of people, channels and links.

use super::lenient::{list, text, word};
use serde_json::Value;

/// How deep lists and quotes may lie within each other before the rest is left out.
const DEPTH_MAX: usize = 16;

/// What the blocks of a message say.
pub(super) fn blocks(blocks: &[Value]) -> String {
    let mut lines: Vec<String> = Vec::new();
    for block in blocks {
        match word(block, "type") {
            Some("rich_text") => lines.push(rich_text(block)),
            Some("section" | "header") => {
                lines.extend(text(block, "text.text"));
                lines.extend(list(block, "fields").iter().filter_map(|field| text(field, "text")));
            }
            Some("markdown") => lines.extend(text(block, "text")),
            Some("context") => {
                lines.extend(list(block, "elements").iter().filter_map(|element| text(element, "text")));
            }
            Some(_) | None => {}
        }
    }
    lines.join("\n")
}

/// What a rich text says.
pub(super) fn rich_text(value: &Value) -> String {
    let mut said = String::new();
    write_all(list(value, "elements"), 0, &mut said);
    said.trim_end_matches('\n').to_owned()
}

fn write_all(elements: &[Value], depth: usize, said: &mut String) {
    if depth > DEPTH_MAX {
        return;
    }
    for element in elements {
        write(element, depth, said);
    }
}

fn write(element: &Value, depth: usize, said: &mut String) {
    let inner = list(element, "elements");
    match word(element, "type").unwrap_or_default() {
        "rich_text_section" => {
            write_all(inner, depth + 1, said);
            break_line(said);
        }
        "rich_text_preformatted" | "rich_text_quote" => {
            break_line(said);
            write_all(inner, depth + 1, said);
            break_line(said);
        }
        "rich_text_list" => {
            break_line(said);
            for item in inner {
                said.push_str("• ");
                write(item, depth + 1, said);
            }
        }
        "text" => said.push_str(word(element, "text").unwrap_or_default()),
        "link" => match (word(element, "url"), word(element, "text")) {
            (Some(url), Some(label)) => said.push_str(&format!("<{url}|{label}>")),
            (Some(url), None) => said.push_str(&format!("<{url}>")),
            (None, label) => said.push_str(label.unwrap_or_default()),
        },
        "user" => named(said, '@', word(element, "user_id")),
        "channel" => named(said, '#', word(element, "channel_id")),
        "usergroup" => {
            if let Some(id) = word(element, "usergroup_id") {
                said.push_str(&format!("<!subteam^{id}>"));
            }
        }
        // As words: read back by people, it must not call a whole channel.
        "broadcast" => said.push_str(&format!("@{}", word(element, "range").unwrap_or("here"))),
        "emoji" => said.push_str(&format!(":{}:", word(element, "name").unwrap_or_default())),
        "date" => said.push_str(word(element, "fallback").unwrap_or_default()),
        _ => said.push_str(word(element, "text").unwrap_or_default()),
    }
}

fn named(said: &mut String, sign: char, id: Option<&str>) {
    if let Some(id) = id {
        said.push_str(&format!("<{sign}{id}>"));
    }
}

fn break_line(said: &mut String) {
    if !said.is_empty() && !said.ends_with('\n') {
        said.push('\n');
    }
}
