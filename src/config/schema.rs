//! The JSON Schema from which editors complete and check the folder's files.

use super::shape::desk::DeskFile;
use super::shape::playbook::PlaybookFile;
use super::shape::top::TopFile;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// One schema for every file: a file with `desk` is a desk, one with `playbook` a playbook, any other is
/// `firstline.yml` or a part of it.
pub fn schema() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    let kind = |schema: schemars::Schema| schema.to_value();
    let desk = kind(generator.subschema_for::<DeskFile>());
    let playbook = kind(generator.subschema_for::<PlaybookFile>());
    let top = kind(generator.subschema_for::<TopFile>());
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Firstline's configuration",
        "if": { "required": ["desk"] },
        "then": desk,
        "else": { "if": { "required": ["playbook"] }, "then": playbook, "else": top },
        "definitions": generator.take_definitions(true),
    })
}

/// The schema as it stands in `config/schema.json`.
pub fn schema_text() -> String {
    let mut text = serde_json::to_string_pretty(&schema()).expect("a schema has only text keys");
    text.push('\n');
    text
}
