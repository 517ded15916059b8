//! The template to copy: a desk's greeting and its labels.

use crate::domain::policy::{Field, Policy, Required};
use crate::id::DeskKey;
use crate::view::mrkdwn::{code, length};
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::list;

/// The longest template that is shown whole: more does not fit into one block.
const WHOLE: usize = 2_900;

pub fn template(scene: &Scene<'_>, desk: &DeskKey) -> Page {
    let name = scene.desk(desk);
    let Some(policy) = scene.policy_of(desk) else {
        return Page::say(format!("{name} has no template. Write what you need in your own words."));
    };
    if policy.intake.fields.is_empty() {
        return Page::say(format!("{name} has no template. Write what you need in your own words."));
    }
    let page =
        Page::say(format!("*The template of {name}.* Copy it, fill it in and post it in the channel:"))
            .and(format!("```\n{}\n```", lines(policy)));
    let page = match labels(policy, Required::No, scene) {
        Some(labels) => page.small(format!("Not needed always: {labels}.")),
        None => page,
    };
    let page = match labels(policy, Required::IfApplicable, scene) {
        Some(labels) => page.small(format!("Where it does not apply, write `n/a`: {labels}.")),
        None => page,
    };
    page.small("Or use `/escalate`, which asks for the same in a form.")
}

/// The labels of the fields that are required in this way.
fn labels(policy: &Policy, required: Required, scene: &Scene<'_>) -> Option<String> {
    let fields = policy.intake.fields.iter().filter(|field| field.required == required);
    let labels: Vec<String> = fields.map(|field| scene.voice().words(&field.label, 100)).collect();
    (!labels.is_empty()).then(|| list(&labels))
}

/// The template as text: the greeting, and a line for each label.
fn lines(policy: &Policy) -> String {
    let greeting = policy.intake.greeting.iter().map(|greeting| code(greeting, 300));
    let labels = policy.intake.fields.iter().map(line);
    let mut text = String::new();
    for line in greeting.chain(labels) {
        if length(&text) + length(&line) > WHOLE {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}

fn line(field: &Field) -> String {
    format!("{}:", code(field.label.trim_end_matches(':'), 200))
}
