//! Forms: a desk's template, and what the buttons of a card ask for.
//!
//! The keys under which answers come back are those of the desk's fields, and `people` (Slack ids; none means
//! the next tier), `waiting_for` (`requester`, `third_party`, `development`), `until` (seconds since 1970 in a
//! hold, a day in a set-up), `from` (a day), `reason`, `tags:GROUP`, `outcome`, `note`, `desk`; in a set-up each
//! role by its key and its user group as `ROLE_group`.

use crate::coverage::{self, Who};
use crate::domain::desk::Desk;
use crate::domain::effect::{Form, Problem};
use crate::domain::event::FormRef;
use crate::domain::mail::DeskMail;
use crate::domain::policy::{Field, FieldKind, NoteRule, Policy, Required};
use crate::id::{DeskKey, RoleKey, UserId};
use crate::view::closing::{self, Asks, capital, tag_inputs};
use crate::view::cover_form;
use crate::view::inputs::{
    Choice, Input, Lines, confirmation, date, number, one_of, several_of, text, url, user, users,
};
use crate::view::limits::{self, TITLE};
use crate::view::mrkdwn::plain;
use crate::view::page::{context, plain_text, section};
use crate::view::problem;
use crate::view::said::self_help;
use crate::view::scene::Scene;
use crate::view::ticket_note;
use crate::view::{booking, email, routine_form};
use chrono::{DurationRound, TimeDelta};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How long a hold is proposed.
const HOLD: TimeDelta = TimeDelta::hours(2);

/// The view that asks for it.
pub fn form(form: &Form, reader: &UserId, scene: &Scene<'_>) -> Value {
    let (title, submit, blocks) = match &form.form {
        FormRef::Escalate { desk, .. } => (title_of(scene, desk), "Send", escalate(form, desk, scene)),
        FormRef::Complete(_) => {
            let blocks = scene.policy().map(|policy| fields(form, policy)).unwrap_or_default();
            ("Add what is missing".to_owned(), "Add", blocks)
        }
        FormRef::AskForHelp(_) => ("Ask for help".to_owned(), "Ask", ask_for_help(reader, scene)),
        FormRef::HandOver(_) => ("Hand over".to_owned(), "Hand over", hand_over(reader, scene)),
        FormRef::Hold(_) => ("Hold".to_owned(), "Hold", hold(form, scene)),
        FormRef::Resolve(_) => ("Resolve".to_owned(), "Resolve", resolve(form, scene)),
        FormRef::Ticket(_) => ticket_note::form(form, scene),
        FormRef::Setup { desk, .. } => ("Set up this channel".to_owned(), "Save", setup(form, desk, scene)),
        FormRef::Booking(_) => ("The booking".to_owned(), "Save", booking::form(form)),
        FormRef::Mail(asked) => match scene.world.desk {
            Some(desk) => email::form(form, asked, &desk.mail),
            None => email::form(form, asked, &DeskMail::default()),
        },
        FormRef::Closing(asked) => closing::form(asked, form, scene),
        FormRef::Playbook(_) => ("Start a playbook".to_owned(), "Start", choose_playbook(form, scene)),
        FormRef::Cover(asked) => cover_form::form(*asked, scene),
        FormRef::Routine(asked) => routine_form::form(asked, form, reader, scene),
        FormRef::ChooseDesk { .. } => ("Which desk?".to_owned(), "Next", choose_desk(scene)),
    };
    limits::fit(json!({
        "type": "modal",
        "callback_id": "form",
        "title": plain_text(&title),
        "submit": plain_text(submit),
        "close": plain_text("Cancel"),
        "private_metadata": serde_json::to_string(&form.form).expect("a form's name is JSON"),
        "blocks": blocks,
    }))
}

fn title_of(scene: &Scene<'_>, desk: &DeskKey) -> String {
    let name = scene.policy_of(desk).map_or_else(|| desk.as_str(), |policy| policy.name.as_str());
    plain(name, TITLE)
}

fn given<'a>(form: &'a Form, key: &str) -> Option<&'a str> {
    form.given.get(key).and_then(|values| values.first()).map(String::as_str)
}

fn all_given<'a>(form: &'a Form, key: &str) -> &'a [String] {
    form.given.get(key).map(Vec::as_slice).unwrap_or_default()
}

fn escalate(form: &Form, desk: &DeskKey, scene: &Scene<'_>) -> Vec<Value> {
    let Some(policy) = scene.policy_of(desk) else {
        return vec![section("This desk is not set up any more, so nothing can be filed here.")];
    };
    let help = policy.self_help.as_ref().map(|help| section(&self_help(help, scene)));
    help.into_iter().chain(fields(form, policy)).collect()
}

/// The desk's template as inputs, with what is wrong under each.
fn fields(form: &Form, policy: &Policy) -> Vec<Value> {
    let shown = policy.intake.fields.iter().flat_map(|field| {
        let wrong = form.problems.iter().filter(|problem| problem.field == field.key);
        std::iter::once(field_input(field, form, policy)).chain(wrong.map(note_under))
    });
    shown.collect()
}

fn note_under(problem: &Problem) -> Value {
    context(&[crate::view::mrkdwn::inline(&problem::under_field(problem), 300)])
}

fn field_input(field: &Field, form: &Form, policy: &Policy) -> Value {
    let key = field.key.as_str();
    let initial = given(form, key);
    let input = |element: Value| Input::new(key, field.label.trim_end_matches(':'), element);
    let hint = field.hint.as_deref();
    let hinted = |input: Input, usual: &str| match hint {
        Some(own) => input.hint(own),
        None => input.hint(usual),
    };
    let input = match &field.kind {
        FieldKind::Text => hinted(input(text(Lines::Many, initial)), ""),
        FieldKind::Url => hinted(input(url(initial)), ""),
        FieldKind::Emails => hinted(input(text(Lines::One, initial)), "Several with commas between."),
        FieldKind::Choice(choices) => {
            let choices: Vec<Choice> = choices.iter().map(|choice| Choice::of(choice)).collect();
            hinted(input(one_of(&choices, initial)), "")
        }
        FieldKind::User => hinted(input(user(initial)), ""),
        FieldKind::Number => hinted(input(number(initial)), ""),
        FieldKind::Id(_) => hinted(input(text(Lines::One, initial)), ""),
        FieldKind::Time => {
            hinted(input(text(Lines::One, initial)), "For example 14:30, or 2026-12-24 14:30.")
        }
        FieldKind::File => {
            let usual = match field.required {
                Required::Yes => "Paste a link to it.",
                Required::No | Required::IfApplicable => {
                    "Paste a link to it, or leave this empty and add the file in the thread afterwards."
                }
            };
            hinted(input(text(Lines::One, initial)), usual)
        }
        FieldKind::Confirm => hinted(input(confirmation("Yes, confirmed", initial)), ""),
    };
    needed(input, field, policy).block()
}

/// Slack holds a form back until everything needed is there; what can be settled otherwise is not needed.
fn needed(input: Input, field: &Field, policy: &Policy) -> Input {
    let asked_later = policy.redirect.as_ref().is_some_and(|redirect| redirect.unless == field.key);
    let typed = match field.kind {
        FieldKind::Text | FieldKind::Emails | FieldKind::Id(_) | FieldKind::Time => Typed::Freely,
        FieldKind::Url
        | FieldKind::Choice(_)
        | FieldKind::User
        | FieldKind::Number
        | FieldKind::File
        | FieldKind::Confirm => Typed::Bound,
    };
    match (field.required, typed) {
        (Required::Yes, _) if asked_later => input.optional(),
        (Required::Yes, _) => input,
        (Required::No, _) => input.optional(),
        (Required::IfApplicable, Typed::Freely) if field.hint.is_none() => {
            input.hint("Write n/a if it does not apply.")
        }
        (Required::IfApplicable, Typed::Freely) => input,
        // `n/a` cannot be entered there.
        (Required::IfApplicable, Typed::Bound) => input.optional(),
    }
}

#[derive(Clone, Copy)]
enum Typed {
    Freely,
    Bound,
}

/// The people of the desk, with what the resolver says of each; those who can answer come first.
fn responders(reader: &UserId, scene: &Scene<'_>) -> Vec<Choice> {
    let Some(desk) = scene.world.desk else { return Vec::new() };
    people(coverage::who(&desk.coverage, scene.now, &scene.world.facts), reader, scene)
}

/// People to choose from, without the reader; those who can answer come first.
pub(super) fn people(mut rows: Vec<coverage::WhoRow>, reader: &UserId, scene: &Scene<'_>) -> Vec<Choice> {
    let directory = scene.world.directory;
    rows.sort_by_key(|row| !row.available);
    rows.iter()
        .filter_map(|row| {
            let user = directory.user(&row.person).filter(|user| user != reader)?;
            let state = if row.available { "available" } else { row.reason.as_str() };
            let label = format!("{} ({state})", plain(directory.name(&user), 40));
            Some(Choice { label, value: user.to_string() })
        })
        .collect()
}

fn ask_for_help(reader: &UserId, scene: &Scene<'_>) -> Vec<Value> {
    let choices = responders(reader, scene);
    let element = if choices.is_empty() { users(&[]) } else { several_of(&choices, &[]) };
    vec![
        section("Those you choose are pinged in the thread and help; you keep the lead."),
        Input::new("people", "Who can help", element)
            .optional()
            .hint("Leave this empty to ask the next tier.")
            .block(),
    ]
}

fn hand_over(reader: &UserId, scene: &Scene<'_>) -> Vec<Value> {
    let choices = responders(reader, scene);
    let element = if choices.is_empty() { user(None) } else { one_of(&choices, None) };
    vec![
        section("They are asked first. Until they say yes, it stays yours."),
        Input::new("people", "Who is to take it", element).block(),
    ]
}

fn hold(form: &Form, scene: &Scene<'_>) -> Vec<Value> {
    let whom =
        [("The requester", "requester"), ("A third party", "third_party"), ("Development", "development")]
            .map(|(label, value)| Choice { label: label.to_owned(), value: value.to_owned() });
    let proposed = scene.now + HOLD;
    let proposed = proposed.duration_trunc(TimeDelta::minutes(5)).unwrap_or(proposed).timestamp();
    let until = given(form, "until").and_then(|text| text.parse::<i64>().ok()).unwrap_or(proposed);
    vec![
        Input::new(
            "waiting_for",
            "Waiting for",
            one_of(&whom, given(form, "waiting_for").or(Some("requester"))),
        )
        .block(),
        Input::new("until", "Until", json!({ "type": "datetimepicker", "initial_date_time": until }))
            .hint("It comes back to you by itself then.")
            .block(),
        Input::new("reason", "In a few words", text(Lines::One, given(form, "reason"))).optional().block(),
    ]
}

fn resolve(form: &Form, scene: &Scene<'_>) -> Vec<Value> {
    let Some(policy) = scene.policy() else { return Vec::new() };
    // Supervisors may end it although something is missing, so that nothing holds their form back.
    let supervises = form.given.contains_key("force");
    let asks = if supervises { Asks::Freely } else { Asks::AsRequired };
    let held = |input: Input| match asks {
        Asks::AsRequired => input.block(),
        Asks::Freely => input.optional().block(),
    };
    let mut blocks = tag_inputs(form, scene, asks);
    if !policy.closing.outcomes.is_empty() {
        let outcomes: Vec<Choice> =
            policy.closing.outcomes.iter().map(|outcome| Choice::of(outcome)).collect();
        let question = policy.closing.question.clone().unwrap_or_else(|| "Outcome".to_owned());
        blocks.push(held(Input::new("outcome", question, one_of(&outcomes, given(form, "outcome")))));
    }
    if let Some(fault) = &policy.closing.fault {
        let answers: Vec<Choice> = fault.any_of.iter().map(|answer| Choice::of(answer)).collect();
        let hint = format!("Only for: {}.", fault.of.join(", "));
        let asked = Input::new("fault", fault.question.clone(), one_of(&answers, given(form, "fault")));
        blocks.push(asked.optional().hint(hint).block());
    }
    let note = Input::new("note", "What solved it", text(Lines::Many, given(form, "note")));
    blocks.push(match policy.closing.note_required {
        NoteRule::Required => held(note),
        NoteRule::Optional => note.optional().block(),
    });
    if supervises {
        let tick = confirmation("Resolve it anyway; it is recorded that you did", None);
        blocks.push(Input::new("force", "If something is missing", tick).optional().block());
    }
    blocks
}

fn setup(form: &Form, desk: &DeskKey, scene: &Scene<'_>) -> Vec<Value> {
    let known = scene.world.desks.get(desk).or(scene.world.desk);
    let roles = known.iter().flat_map(|desk| desk.roles.keys());
    let mut blocks = vec![section(
        "Who fills these roles in this channel? A role that is left empty is filled as the desk says.",
    )];
    for role in roles.take(40) {
        let name = role_name(role, known);
        let group = format!("{role}_group");
        blocks.push(
            Input::new(role.as_str(), name.clone(), users(all_given(form, role.as_str()))).optional().block(),
        );
        blocks.push(
            Input::new(
                group.as_str(),
                format!("{name}, or a user group"),
                text(Lines::One, given(form, &group)),
            )
            .optional()
            .hint("For example @tech-support.")
            .block(),
        );
    }
    blocks.push(Input::new("from", "First day", date(given(form, "from"))).optional().block());
    blocks.push(
        Input::new("until", "Last day", date(given(form, "until")))
            .optional()
            .hint("Between these days, both included, the people above count as on duty.")
            .block(),
    );
    blocks
}

/// The tier that the role alone fills gives it its name; else the key is made readable.
fn role_name(role: &RoleKey, desk: Option<&Desk>) -> String {
    let fills = |who: &[Who]| who == [Who::Role(role.clone())];
    let tier = desk.and_then(|desk| desk.policy.tiers.iter().find(|tier| fills(&tier.who)));
    tier.map_or_else(|| capital(&role.as_str().replace('_', " ")), |tier| tier.name.clone())
}

fn choose_playbook(form: &Form, scene: &Scene<'_>) -> Vec<Value> {
    let playbooks = scene.policy().map(|policy| policy.playbooks.as_slice()).unwrap_or_default();
    let choices: Vec<Choice> = playbooks
        .iter()
        .map(|playbook| Choice { label: playbook.name.clone(), value: playbook.key.to_string() })
        .collect();
    let about = playbooks.iter().filter_map(|playbook| {
        let about = playbook.about.as_deref()?;
        Some(format!("*{}:* {}", scene.voice().typed(&playbook.name), scene.voice().typed(about)))
    });
    let about = about.collect::<Vec<_>>().join("\n");
    let input = Input::new("playbook", "Which one?", one_of(&choices, given(form, "playbook"))).block();
    match about.is_empty() {
        true => vec![input],
        false => vec![section(&about), input],
    }
}

fn choose_desk(scene: &Scene<'_>) -> Vec<Value> {
    let desks: Vec<Choice> = scene
        .world
        .desks
        .values()
        .map(|desk| Choice { label: desk.policy.name.clone(), value: desk.key.to_string() })
        .collect();
    if desks.is_empty() {
        return vec![section("No desk is set up yet. Ask the one who runs Firstline to add one.")];
    }
    vec![Input::new("desk", "Which desk do you need?", one_of(&desks, None)).block()]
}

/// The errors of a form that was sent, by field.
pub fn field_errors(problems: &BTreeMap<String, Problem>) -> BTreeMap<String, String> {
    problems.iter().map(|(key, problem)| (key.clone(), problem::under_field(problem))).collect()
}
