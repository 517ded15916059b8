//! The forms about one's own coverage. The keys are those that `CoverForm` names.

use crate::domain::cover::note::CoverForm;
use crate::view::inputs::{Choice, Input, Lines, date, one_of, text, user};
use crate::view::page::section;
use crate::view::scene::Scene;
use chrono::{DurationRound, TimeDelta};
use serde_json::{Value, json};

/// Title, the button that sends it, and the blocks.
pub fn form(asked: CoverForm, scene: &Scene<'_>) -> (String, &'static str, Vec<Value>) {
    match asked {
        CoverForm::Away => ("Away".to_owned(), "I am away", away()),
        CoverForm::Break => ("Break".to_owned(), "Take a break", pause()),
        CoverForm::Off => ("Time off".to_owned(), "I am off", off()),
        CoverForm::Cover => ("Cover for somebody".to_owned(), "I cover", cover(scene)),
    }
}

fn reason() -> Value {
    Input::new("reason", "In a few words", text(Lines::One, None)).optional().block()
}

fn away() -> Vec<Value> {
    vec![
        Input::new("until", "Until", json!({ "type": "datetimepicker" }))
            .optional()
            .hint("Leave it empty if you do not know yet.")
            .block(),
        reason(),
    ]
}

fn pause() -> Vec<Value> {
    let lengths = [5, 10, 15, 30, 45, 60, 90]
        .map(|minutes| Choice { label: format!("{minutes} minutes"), value: minutes.to_string() });
    vec![Input::new("minutes", "How long", one_of(&lengths, Some("30"))).block(), reason()]
}

fn off() -> Vec<Value> {
    vec![
        section(
            "Whole days, in your own time zone. If a desk would be short of people, I look for cover first.",
        ),
        Input::new("from", "First day off", date(None)).block(),
        Input::new("until", "Last day off", date(None)).block(),
        reason(),
    ]
}

fn cover(scene: &Scene<'_>) -> Vec<Value> {
    let proposed = scene.now + TimeDelta::hours(1);
    let proposed = proposed.duration_trunc(TimeDelta::minutes(5)).unwrap_or(proposed).timestamp();
    vec![
        section("You are pinged in their place until then."),
        Input::new("people", "For whom", user(None)).block(),
        Input::new("until", "Until", json!({ "type": "datetimepicker", "initial_date_time": proposed }))
            .block(),
    ]
}
