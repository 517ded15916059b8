//! The blanks of a step's text (`{{ facilitator.phone }}`): the same names as in e-mails, filled from the case, its
//! booking and the form. What nobody knows is said to be unknown, never left out.

use crate::domain::case::Case;
use crate::domain::mail::facts::{facts, sample};
use crate::domain::mail::fill::{Fact, Facts};
use crate::domain::people::Scene;

/// Texts never grow beyond this, whatever is filled in.
const LONGEST: usize = 1_000;

/// The text with its blanks filled.
pub fn fill(text: &str, case: &Case, scene: &Scene<'_>) -> String {
    if !text.contains("{{") {
        return text.to_owned();
    }
    let known = facts(case, scene, &case.requester);
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let Some((name, behind)) = after.split_once("}}") else { break };
        filled.push_str(before);
        filled.push_str(&value(name.trim(), &known).unwrap_or_else(|| unknown(name.trim())));
        rest = behind;
    }
    filled.push_str(rest);
    let end = filled.char_indices().nth(LONGEST).map(|(end, _)| end);
    filled.truncate(end.unwrap_or(filled.len()));
    filled
}

fn value(name: &str, known: &Facts) -> Option<String> {
    let (group, field) = name.split_once('.')?;
    match known.0.get(group)?.get(field)? {
        Fact::Text(text) => text.clone(),
        Fact::Flag(flag) => Some(if *flag { "yes" } else { "no" }.to_owned()),
        Fact::Number(number) => number.map(|number| number.to_string()),
    }
}

/// `(facilitator phone unknown)`.
fn unknown(name: &str) -> String {
    format!("({} unknown)", name.replace(['.', '_'], " "))
}

/// The names in the blanks of a text, in order.
pub fn names(text: &str) -> Vec<&str> {
    let blanks = text.split("{{").skip(1);
    blanks.filter_map(|blank| blank.split_once("}}").map(|(name, _)| name.trim())).collect()
}

/// The names that may stand in a blank, beside `form.FIELD`.
pub fn known() -> Vec<String> {
    sample("", std::iter::empty()).names().collect()
}
