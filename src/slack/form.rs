//! A sent form's answers, whatever kind of input each came from.

use super::lenient::{as_text, at, list, text, word};
use super::rich;
use crate::clock::Timestamp;
use crate::domain::event::FormValues;
use chrono::SecondsFormat;
use serde_json::Value;

/// The answers of a view's `state`, by block. An input that was left empty has no values.
pub(super) fn values(state: &Value) -> FormValues {
    let mut values = FormValues::new();
    let Some(blocks) = at(state, "values").as_object() else {
        return values;
    };
    for (block, actions) in blocks {
        let answers = actions.as_object().into_iter().flatten().flat_map(|(_, input)| answers(input));
        values.entry(block.clone()).or_default().extend(answers);
    }
    values
}

/// What one input holds: text as typed, options by their value, people and channels by their id,
/// an instant in RFC 3339, a file by its link (else its name, else its id).
fn answers(input: &Value) -> Vec<String> {
    let one = |path: &str| text(input, path).into_iter().collect::<Vec<_>>();
    let many = |path: &str| list(input, path).iter().filter_map(as_text).collect::<Vec<_>>();
    match word(input, "type").unwrap_or_default() {
        "static_select" | "external_select" | "radio_buttons" | "overflow" => one("selected_option.value"),
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            list(input, "selected_options").iter().filter_map(|option| text(option, "value")).collect()
        }
        "users_select" => one("selected_user"),
        "multi_users_select" => many("selected_users"),
        "conversations_select" => one("selected_conversation"),
        "multi_conversations_select" => many("selected_conversations"),
        "channels_select" => one("selected_channel"),
        "multi_channels_select" => many("selected_channels"),
        "datepicker" => one("selected_date"),
        "timepicker" => one("selected_time"),
        "datetimepicker" => instant(input).into_iter().collect(),
        "rich_text_input" => {
            let said = rich::rich_text(at(input, "rich_text_value"));
            if said.is_empty() { Vec::new() } else { vec![said] }
        }
        "file_input" => list(input, "files")
            .iter()
            .filter_map(|file| {
                as_text(file).or_else(|| ["permalink", "name", "id"].iter().find_map(|path| text(file, path)))
            })
            .collect(),
        // Text, link, address, number, and whatever comes after them.
        _ => one("value"),
    }
}

fn instant(input: &Value) -> Option<String> {
    let seconds = at(input, "selected_date_time").as_i64()?;
    Some(Timestamp::from_timestamp(seconds, 0)?.to_rfc3339_opts(SecondsFormat::Secs, true))
}
