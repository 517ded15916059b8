//! What rides on an acknowledgement: a private word, a form, or what is wrong in one.

use crate::clock::Timestamp;
use crate::domain::World;
use crate::domain::effect::Reply;
use crate::id::UserId;
use crate::view::form::{field_errors, form};
use crate::view::note::note;
use crate::view::scene::Scene;
use serde_json::Value;
use std::collections::BTreeMap;

/// A reply in Slack's shapes.
#[derive(Clone, Debug, PartialEq)]
pub enum Spoken {
    Nothing,
    /// For one person's eyes, where they acted.
    Message {
        text: String,
        blocks: Vec<Value>,
    },
    /// A modal to open.
    View(Value),
    /// For `response_action: errors`: what is wrong, by block.
    FieldErrors(BTreeMap<String, String>),
}

/// Words a reply to the one who acted.
pub fn spoken(reply: &Reply, reader: &UserId, world: &World<'_>, now: Timestamp) -> Spoken {
    let scene = Scene { world, now, case: None };
    match reply {
        Reply::Silent => Spoken::Nothing,
        Reply::Private(said) => {
            let mut message = note(said, &scene).message();
            let text = message["text"].as_str().unwrap_or_default().to_owned();
            match message["blocks"].take() {
                Value::Array(blocks) => Spoken::Message { text, blocks },
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
                    Spoken::Message { text, blocks: Vec::new() }
                }
            }
        }
        Reply::OpenForm(asked) => Spoken::View(form(asked, reader, &scene)),
        Reply::FieldErrors(problems) => Spoken::FieldErrors(field_errors(problems)),
    }
}
