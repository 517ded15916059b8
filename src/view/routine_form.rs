//! The forms about the working day. The keys are those that `RoutineForm` names.

use crate::domain::effect::Form;
use crate::domain::routine::note::RoutineForm;
use crate::view::inputs::{Input, Lines, date, text, user};
use crate::view::mrkdwn;
use crate::view::page::section;
use chrono::NaiveDate;
use serde_json::Value;

/// Title, the button that sends it, and the blocks.
pub fn form(asked: &RoutineForm, form: &Form) -> (String, &'static str, Vec<Value>) {
    match asked {
        RoutineForm::HandAll => ("Hand over all".to_owned(), "Ask them", hand_all()),
        RoutineForm::Change { day } => {
            let hours = form.given.get("hours").and_then(|given| given.first()).map(String::as_str);
            ("My hours".to_owned(), "Save", change(*day, hours))
        }
    }
}

fn hand_all() -> Vec<Value> {
    vec![
        section(
            "They are asked to take all your open cases at once. Until they say yes, the cases are yours.",
        ),
        Input::new("people", "To whom", user(None)).block(),
    ]
}

fn change(day: Option<NaiveDate>, hours: Option<&str>) -> Vec<Value> {
    let head = match day {
        Some(day) => format!("Your hours on *{}*, on your own clock.", day_name(day)),
        None => "Your hours on one day, on your own clock. Other days stay as they are.".to_owned(),
    };
    let pick = day.is_none().then(|| Input::new("day", "Day", date(None)).block());
    let hours = Input::new("hours", "Hours", text(Lines::One, hours))
        .optional()
        .hint("Such as 09:00-12:00, 13:00-17:30, or closed. Empty: as they usually are.");
    std::iter::once(section(&head)).chain(pick).chain([hours.block()]).collect()
}

/// A day of the wall calendar: `Mon 9 Mar`.
pub fn day_name(day: NaiveDate) -> String {
    mrkdwn::inline(&day.format("%a %-d %b").to_string(), 20)
}
