//! `firstline schema`: the JSON Schema of the folder's files.

use super::outcome::Outcome;
use crate::config::schema::schema_text;

pub fn schema() -> Outcome {
    Outcome::fine(schema_text().trim_end())
}
