//! A desk's template, its first steps, and what is not for it.

use super::super::ledger::Ledger;
use super::super::shape::intake::{
    CasesText, FieldText, IncompleteText, IntakeText, KindText, RedirectText, SelfHelpText,
};
use super::super::shape::words::RequiredText;
use super::super::yaml::value::{At, Needed};
use super::names::{channel, is_key};
use super::time::length;
use crate::clock::Length;
use crate::domain::policy::{
    CasesRule, Field, FieldKind, Intake, Redirect, Required, SelfHelp, WhenIncomplete,
};
use crate::id::FieldKey;

const MOST_FIELDS: usize = 20;
const MOST_CHOICES: usize = 100;
/// What Slack takes in an option of a list.
pub const OPTION: usize = 75;
/// What Slack takes in a header or a hint.
const HEADER: usize = 150;
/// What Slack takes in the label of an input.
pub const LABEL: usize = 2000;
/// What Slack takes in a section, less what we say around it.
pub const PARAGRAPH: usize = 2500;

pub fn intake(ledger: &mut Ledger, text: &IntakeText) -> Intake {
    if let Some(extra) = text.fields.get(MOST_FIELDS) {
        ledger.error(extra.place, format!("this desk asks for more than {MOST_FIELDS} fields\nhint: ask for less; the rest can be asked in the thread"));
    }
    if let Some(greeting) = &text.greeting {
        ledger.fits(greeting, "the greeting", HEADER);
    }
    let mut fields: Vec<Field> = Vec::new();
    for entry in &text.fields {
        let Some(field) = field(ledger, entry) else { continue };
        if fields.iter().any(|other| other.key == field.key) {
            ledger.error(
                entry.place,
                format!("field `{}` stands here twice\nhint: give each its own key", field.key),
            );
        }
        let same_label = |other: &&Field| other.label.eq_ignore_ascii_case(&field.label);
        if let Some(other) = fields.iter().find(same_label) {
            ledger.error(
                entry.place,
                format!(
                    "fields `{}` and `{}` have the same label\nhint: people type labels; make them differ",
                    other.key, field.key
                ),
            );
        }
        fields.push(field);
    }
    Intake {
        cases: match text.cases {
            Some(CasesText::AnyPost) | None => CasesRule::AnyPost,
            Some(CasesText::Template) => CasesRule::Template,
            Some(CasesText::FormOnly) => CasesRule::FormOnly,
        },
        when_incomplete: match text.when_incomplete {
            Some(IncompleteText::StartClock) | None => WhenIncomplete::StartClock,
            Some(IncompleteText::Hold) => WhenIncomplete::Hold,
        },
        greeting: text.greeting.as_ref().map(|greeting| greeting.value.clone()),
        fields,
        join_within: match &text.join_within {
            // No joining at all can be meant.
            Some(within) if within.is_zero() => Length::ZERO,
            within => length(ledger, within.as_ref(), Length::hours(24)).unwrap_or(Length::minutes(3)),
        },
        booking: booking(ledger, text),
    }
}

/// The one field whose value is a booking's id: the one that is marked, else the one `id` that is called after it.
fn booking(ledger: &mut Ledger, text: &IntakeText) -> Option<FieldKey> {
    let mut marked = text.fields.iter().filter(|field| field.booking.as_ref().is_some_and(|mark| mark.value));
    let Some(field) = marked.next() else { return called_booking(text) };
    for further in marked {
        let place = further.booking.as_ref().map_or(further.place, |mark| mark.place);
        ledger.error(place, "two fields are marked as the booking's id\nhint: a case has one booking; keep the mark at one of them");
    }
    match (&field.kind, &field.key) {
        (Needed::Given(kind), _)
            if !matches!(kind.value, KindText::Id | KindText::Text | KindText::Number) =>
        {
            let place = field.booking.as_ref().map_or(field.place, |mark| mark.place);
            ledger.error(place, "this field cannot hold a booking's id\nhint: give it `kind: id`");
            None
        }
        (_, Needed::Given(key)) => Some(FieldKey::new(key.value.as_str())),
        (_, Needed::Unset | Needed::Missing) => None,
    }
}

fn called_booking(text: &IntakeText) -> Option<FieldKey> {
    let is_id = |field: &&At<FieldText>| {
        let unmarked = field.booking.is_none();
        unmarked && field.kind.given().is_some_and(|kind| matches!(kind.value, KindText::Id))
    };
    let mut called = text.fields.iter().filter(is_id).filter_map(|field| field.key.given());
    let found = called.find(|key| key.value.starts_with("booking"))?;
    Some(FieldKey::new(found.value.as_str()))
}

fn field(ledger: &mut Ledger, text: &At<FieldText>) -> Option<Field> {
    let key = ledger.need(&text.key, "key", text.place, "this field").cloned();
    let what = key.as_ref().map_or_else(|| "this field".to_owned(), |key| format!("field `{}`", key.value));
    let label = ledger.need(&text.label, "label", text.place, &what).cloned();
    let kind = ledger.need(&text.kind, "kind", text.place, &what).cloned();
    if let Some(key) = &key {
        is_key(ledger, key, "a field");
    }
    if let Some(label) = &label {
        ledger.fits(label, &format!("the label of {what}"), LABEL);
        if label.trim().is_empty() {
            ledger.error(
                label.place,
                format!("the label of {what} is empty\nhint: write what people will type"),
            );
        }
        if label.chars().count() > HEADER {
            ledger.warn(
                label.place,
                format!("the label of {what} is long for a form\nhint: write up to {HEADER} characters, and put the rest into `hint`"),
            );
        }
    }
    if let Some(hint) = &text.hint {
        ledger.fits(hint, &format!("the hint of {what}"), LABEL);
    }
    let kind = field_kind(ledger, text, kind?.value, &what);
    Some(Field {
        key: FieldKey::new(key?.value),
        label: label?.value,
        kind,
        required: required(text.required),
        hint: text.hint.as_ref().map(|hint| hint.value.clone()),
    })
}

fn field_kind(ledger: &mut Ledger, text: &FieldText, kind: KindText, what: &str) -> FieldKind {
    if let Some(any_of) = text.any_of.as_ref().filter(|_| kind != KindText::Choice) {
        ledger.error(
            any_of.place,
            format!(
                "{what} has `any_of`, and is no choice\nhint: write `kind: choice`, or take `any_of` out"
            ),
        );
    }
    if let Some(pattern) = text.pattern.as_ref().filter(|_| kind != KindText::Id) {
        ledger.error(
            pattern.place,
            format!("{what} has a `pattern`, and is no id\nhint: write `kind: id`, or take `pattern` out"),
        );
    }
    match kind {
        KindText::Text => FieldKind::Text,
        KindText::Url => FieldKind::Url,
        KindText::Emails => FieldKind::Emails,
        KindText::Choice => FieldKind::Choice(choices(ledger, text, what)),
        KindText::User => FieldKind::User,
        KindText::Number => FieldKind::Number,
        KindText::Id => FieldKind::Id(pattern(ledger, text.pattern.as_ref())),
        KindText::Time => FieldKind::Time,
        KindText::File => FieldKind::File,
        KindText::Confirm => FieldKind::Confirm,
    }
}

fn choices(ledger: &mut Ledger, text: &FieldText, what: &str) -> Vec<String> {
    match &text.any_of {
        Some(any_of) if !any_of.value.is_empty() => options(ledger, any_of, what),
        Some(any_of) => {
            ledger.error(
                any_of.place,
                format!("{what} has nothing to choose from\nhint: write `any_of: [one, two]`"),
            );
            Vec::new()
        }
        None => {
            let place = text.kind.given().map(|kind| kind.place).unwrap_or_default();
            ledger.error(place, format!("{what} has nothing to choose from\nhint: add `any_of: [one, two]`"));
            Vec::new()
        }
    }
}

/// Texts that become options of a list.
pub fn options(ledger: &mut Ledger, any_of: &At<Vec<At<String>>>, what: &str) -> Vec<String> {
    if any_of.len() > MOST_CHOICES {
        ledger.error(
            any_of.place,
            format!("{what} has more than {MOST_CHOICES} choices\nhint: make fewer, wider ones"),
        );
    }
    let mut all: Vec<String> = Vec::new();
    for one in &any_of.value {
        ledger.fits(one, "this choice", OPTION);
        if all.contains(&one.value) {
            ledger.error(one.place, format!("`{}` stands here twice\nhint: keep one of the two", one.value));
        }
        all.push(one.value.clone());
    }
    all
}

/// Without a pattern any text without spaces is an id.
fn pattern(ledger: &mut Ledger, text: Option<&At<String>>) -> String {
    let Some(text) = text else { return r"^\S+$".to_owned() };
    if let Err(error) = regex::RegexBuilder::new(text).size_limit(1 << 20).build() {
        let reason = error.to_string();
        let reason = reason.lines().last().unwrap_or_default().trim_start_matches("error: ");
        ledger.error(
            text.place,
            format!(
                "`{}` is not a regular expression: {reason}\nhint: write such as `^[A-Z]+-\\d+$`",
                text.value
            ),
        );
    }
    text.value.clone()
}

pub fn required(text: RequiredText) -> Required {
    match text {
        RequiredText::Yes => Required::Yes,
        RequiredText::No => Required::No,
        RequiredText::IfApplicable => Required::IfApplicable,
    }
}

pub fn self_help(ledger: &mut Ledger, text: &At<SelfHelpText>) -> Option<SelfHelp> {
    let Some(words) = &text.text else {
        ledger.error(text.place, "`self_help` says nothing\nhint: add `text: …`");
        return None;
    };
    ledger.fits(words, "this text", PARAGRAPH);
    for link in &text.links {
        if !link.starts_with("https://") && !link.starts_with("http://") {
            ledger.error(
                link.place,
                format!("`{}` is not an address\nhint: it begins with `https://`", link.value),
            );
        }
    }
    let links = text.links.iter().map(|link| link.value.clone()).collect();
    Some(SelfHelp { text: words.value.clone(), links })
}

/// The field has to be a `confirm` of this desk.
pub fn redirect(ledger: &mut Ledger, text: &At<RedirectText>, fields: &[Field]) -> Option<Redirect> {
    let unless = ledger.need(&text.unless, "unless", text.place, "`redirect`").cloned();
    let to = ledger.need(&text.to, "to", text.place, "`redirect`").cloned();
    let to = to.and_then(|to| channel(ledger, &to));
    let unless = unless?;
    match fields.iter().find(|field| field.key.as_str() == unless.value) {
        Some(field) if field.kind == FieldKind::Confirm => {}
        Some(field) => ledger.error(
            unless.place,
            format!("field `{}` is not something to confirm\nhint: give it `kind: confirm`", field.key),
        ),
        None => {
            let message =
                format!("`redirect` names field `{}`, which this desk does not ask for", unless.value);
            let known = fields
                .iter()
                .filter(|field| field.kind == FieldKind::Confirm)
                .map(|field| field.key.as_str());
            ledger.unknown(&unless, &message, "fields to confirm", known, "add a field of `kind: confirm`");
        }
    }
    Some(Redirect { unless: FieldKey::new(unless.value), to: to? })
}
