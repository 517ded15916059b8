//! A mistake in the shape of a file, in words for people who do not know of types.

use super::node::{Node, Place};
use crate::domain::nearest::suggest;
use serde::de;
use std::fmt;
use std::ops::Deref;

/// A mistake in the shape of a file, boxed because it rides in every result.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault(Box<Told>);

/// What a fault says, and of which value.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub place: Option<Place>,
    pub message: String,
    pub hint: Option<String>,
    /// For a key that stands twice: where it stands first.
    pub first: Option<Place>,
    /// The value that is left out when reading starts again.
    pub(super) node: Option<usize>,
    pub(super) silence: Silence,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    Tell,
    /// Told elsewhere: a variable that is not set.
    Keep,
}

impl Deref for Fault {
    type Target = Told;

    fn deref(&self) -> &Told {
        &self.0
    }
}

impl Fault {
    pub(super) fn new(message: String) -> Self {
        let (message, hint) = match message.split_once("\nhint: ") {
            Some((message, hint)) => (message.to_owned(), Some(hint.to_owned())),
            None => (message, None),
        };
        Self(Box::new(Told { place: None, message, hint, first: None, node: None, silence: Silence::Tell }))
    }

    pub(super) fn hinted(message: String, hint: impl Into<String>) -> Self {
        let mut fault = Self::new(message);
        fault.0.hint = Some(hint.into());
        fault
    }

    /// What is told of a key.
    pub(super) fn of_key(place: Place, message: String, hint: Option<String>) -> Self {
        let mut fault = Self::new(message);
        fault.0.place = Some(place);
        fault.0.hint = hint;
        fault
    }

    /// Where a key that stands twice stands first.
    pub(super) fn after(mut self, first: Place) -> Self {
        self.0.first = Some(first);
        self
    }

    /// Told elsewhere.
    pub(super) fn kept_silent(mut self) -> Self {
        self.0.silence = Silence::Keep;
        self
    }

    /// A fault of the key of a value.
    pub(super) fn within_key(mut self, id: usize, place: Place) -> Self {
        self.0.node.get_or_insert(id);
        self.0.place.get_or_insert(place);
        self
    }

    /// The innermost value that the fault passes through is the one that is left out.
    pub(super) fn within(mut self, node: &Node) -> Self {
        self.0.node.get_or_insert(node.id);
        self.0.place.get_or_insert(node.place);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn invalid_type(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let expected = plainly(expected);
        Self::hinted(format!("{} is not {expected}", named(found)), format!("write {expected}"))
    }

    fn invalid_value(found: de::Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        let expected = plainly(expected);
        Self::hinted(format!("{} is not {expected}", named(found)), format!("write {expected}"))
    }

    fn unknown_variant(found: &str, known: &'static [&'static str]) -> Self {
        let mut fault = Self::new(format!("`{found}` is not one of the choices"));
        fault.0.hint = suggest(found, "the choices", known.iter().copied());
        fault
    }

    fn missing_field(field: &'static str) -> Self {
        Self::hinted(format!("`{field}` is missing"), format!("add `{field}:`"))
    }
}

fn plainly(expected: &dyn de::Expected) -> String {
    match expected.to_string().as_str() {
        "u32" | "u16" | "u8" | "u64" => "a whole number from 0".to_owned(),
        "i64" | "i32" => "a whole number".to_owned(),
        other => other.to_owned(),
    }
}

fn named(found: de::Unexpected<'_>) -> String {
    match found {
        de::Unexpected::Str(text) => format!("`{text}`"),
        de::Unexpected::Bool(value) => format!("`{value}`"),
        de::Unexpected::Signed(value) => format!("`{value}`"),
        de::Unexpected::Unsigned(value) => format!("`{value}`"),
        de::Unexpected::Float(value) => format!("`{value}`"),
        de::Unexpected::Map | de::Unexpected::StructVariant => "a map".to_owned(),
        de::Unexpected::Seq | de::Unexpected::TupleVariant => "a list".to_owned(),
        de::Unexpected::Unit | de::Unexpected::Option => "nothing".to_owned(),
        de::Unexpected::Char(_)
        | de::Unexpected::Bytes(_)
        | de::Unexpected::NewtypeStruct
        | de::Unexpected::Enum
        | de::Unexpected::UnitVariant
        | de::Unexpected::NewtypeVariant
        | de::Unexpected::Other(_) => "this".to_owned(),
    }
}
