//! The forms about the working day. The keys are those that `RoutineForm` names.

use crate::coverage;
use crate::domain::cover::filling::Filling;
use crate::domain::effect::Form;
use crate::domain::routine::note::RoutineForm;
use crate::id::{DeskKey, UserId};
use crate::view::form::people;
use crate::view::inputs::{Choice, Input, Lines, date, one_of, text, user};
use crate::view::mrkdwn;
use crate::view::page::section;
use crate::view::scene::Scene;
use chrono::NaiveDate;
use serde_json::Value;

/// Title, the button that sends it, and the blocks.
pub fn form(
    asked: &RoutineForm,
    form: &Form,
    reader: &UserId,
    scene: &Scene<'_>,
) -> (String, &'static str, Vec<Value>) {
    match asked {
        RoutineForm::HandAll => {
            let desks = form.given.get("desks").map(Vec::as_slice).unwrap_or_default();
            ("Hand over all".to_owned(), "Ask them", hand_all(&colleagues(desks, reader, scene)))
        }
        RoutineForm::Change { day } => {
            let hours = form.given.get("hours").and_then(|given| given.first()).map(String::as_str);
            ("My hours".to_owned(), "Save", change(*day, hours))
        }
    }
}

/// Who answers on these desks, with what the resolver says of each.
fn colleagues(desks: &[String], reader: &UserId, scene: &Scene<'_>) -> Vec<Choice> {
    let mut rows: Vec<coverage::WhoRow> = Vec::new();
    for desk in desks.iter().filter_map(|key| scene.world.desks.get(&DeskKey::new(key.as_str()))) {
        let at_large = Filling::at_large(desk);
        let facts = at_large.facts(scene.world, scene.world.facts.live);
        for row in coverage::who(&desk.coverage, scene.now, &facts) {
            match rows.iter_mut().find(|known| known.person == row.person) {
                Some(known) if row.available => *known = row,
                Some(_) => {}
                None => rows.push(row),
            }
        }
    }
    people(rows, reader, scene)
}

fn hand_all(choices: &[Choice]) -> Vec<Value> {
    let element = if choices.is_empty() { user(None) } else { one_of(choices, None) };
    vec![
        section(
            "They are asked to take all your open cases at once. Until they say yes, the cases are yours.",
        ),
        Input::new("people", "To whom", element).block(),
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
