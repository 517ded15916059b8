//! What lies beside the configuration: the schema, its manual, the manifest.

use firstline::config::manifest::{EVENTS, SCOPES, manifest, one_click_url};
use firstline::config::schema::{schema, schema_text};
use serde_json::Value;
use std::collections::BTreeSet;

#[test]
fn the_schema_of_the_example_is_up_to_date() {
    let there = std::fs::read_to_string("config/schema.json").unwrap();
    assert!(there == schema_text(), "run `firstline schema > config/schema.json`");
}

#[test]
fn every_example_names_its_schema() {
    for file in [
        "config/firstline.yml",
        "config/people.yml",
        "config/desks/event.yml",
        "config/desks/helpdesk.yml",
        "config/desks/delivery.yml",
    ] {
        let text = std::fs::read_to_string(file).unwrap();
        let line = text.lines().next().unwrap();
        let path =
            line.strip_prefix("# yaml-language-server: $schema=").unwrap_or_else(|| panic!("{file}: {line}"));
        let beside = std::path::Path::new(file).parent().unwrap().join(path);
        assert!(beside.exists(), "{file} names {path}");
    }
}

fn properties(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::Object(named)) = map.get("properties") {
                found.extend(named.keys().cloned());
            }
            map.values().for_each(|value| properties(value, found));
        }
        Value::Array(items) => items.iter().for_each(|item| properties(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_manual_names_every_key() {
    let manual = std::fs::read_to_string("docs/configuration.md").unwrap();
    let mut keys = BTreeSet::new();
    properties(&schema(), &mut keys);
    assert!(keys.len() > 80, "the schema has few keys: {keys:?}");
    let missing: Vec<&String> = keys.iter().filter(|key| !manual.contains(&format!("`{key}`"))).collect();
    assert!(missing.is_empty(), "docs/configuration.md does not name {missing:?}");
}

fn listed(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn the_manifest_asks_for_what_is_used() {
    let manifest = manifest();
    let scopes: Vec<&str> = SCOPES.iter().map(|scope| scope.name).collect();
    assert_eq!(listed(&manifest["oauth_config"]["scopes"]["bot"]), scopes);
    let events: Vec<&str> = EVENTS.iter().map(|event| event.event).collect();
    assert_eq!(listed(&manifest["settings"]["event_subscriptions"]["bot_events"]), events);
    for event in EVENTS {
        assert!(
            event.scope.is_none_or(|scope| scopes.contains(&scope)),
            "{} comes with no scope",
            event.event
        );
    }
    assert_eq!(manifest["settings"]["socket_mode_enabled"], true);
    assert_eq!(manifest["settings"]["interactivity"]["is_enabled"], true);
    assert_eq!(manifest["features"]["app_home"]["messages_tab_read_only_enabled"], false);
    for command in manifest["features"]["slash_commands"].as_array().unwrap() {
        assert_eq!(command["should_escape"], true, "{command}");
        assert!(command["url"].is_null(), "{command}");
    }
    assert_eq!(manifest["features"]["shortcuts"][0]["callback_id"], "escalate_this");
}

#[test]
fn the_address_carries_the_manifest() {
    let url = one_click_url();
    let escaped = url.strip_prefix("https://api.slack.com/apps?new_app=1&manifest_json=").unwrap();
    assert!(escaped.bytes().all(|c| c.is_ascii_alphanumeric() || b"-._~%".contains(&c)));
    let mut bytes = Vec::new();
    let mut rest = escaped.bytes();
    while let Some(byte) = rest.next() {
        let hex: Vec<u8> = if byte == b'%' { rest.by_ref().take(2).collect() } else { vec![] };
        let text = std::str::from_utf8(&hex).unwrap();
        bytes.push(if byte == b'%' { u8::from_str_radix(text, 16).unwrap() } else { byte });
    }
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), manifest());
}
