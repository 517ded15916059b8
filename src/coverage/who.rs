//! Whom a tier names, and the text it is written as.

use super::text::written_as_text;
use crate::id::{PersonKey, RoleKey, RotationKey};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// One entry of a tier's `who`, or of what fills a role.
///
/// Written `ana`, `@tech-support` or `S0TECH`, `rotation:lead`, `role:lead_csm`, `booking.owner`, `responders`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Who {
    /// A person, by their key (or, for somebody the configuration does not list, their Slack id).
    Person(PersonKey),
    /// A Slack user group: its handle without the `@`, or its id `S…`. Also its key in [`super::Facts`].
    Group(String),
    /// Whoever is on turn.
    Rotation(RotationKey),
    /// A role that each channel fills.
    Role(RoleKey),
    /// A person named by a field of the booking.
    BookingField(String),
    /// Everybody in any tier of the desk.
    Responders,
}

/// A `who` entry that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not somebody a tier can name\nhint: write a person's key, `@group`, `rotation:NAME`, `role:NAME`, `booking.FIELD` or `responders`"
)]
pub struct WhoError(pub String);

impl FromStr for Who {
    type Err = WhoError;

    fn from_str(text: &str) -> Result<Self, WhoError> {
        let trimmed = text.trim();
        let named = |name: &str| {
            if is_name(name) { Ok(name.to_owned()) } else { Err(WhoError(text.to_owned())) }
        };
        if trimmed == "responders" {
            Ok(Self::Responders)
        } else if let Some(handle) = trimmed.strip_prefix('@') {
            named(handle).map(Self::Group)
        } else if let Some(name) = trimmed.strip_prefix("rotation:") {
            named(name.trim()).map(|name| Self::Rotation(RotationKey::new(name)))
        } else if let Some(name) = trimmed.strip_prefix("role:") {
            named(name.trim()).map(|name| Self::Role(RoleKey::new(name)))
        } else if let Some(field) = trimmed.strip_prefix("booking.") {
            named(field).map(Self::BookingField)
        } else if is_group_id(trimmed) {
            Ok(Self::Group(trimmed.to_owned()))
        } else {
            named(trimmed).map(|name| Self::Person(PersonKey::new(name)))
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "._-".contains(c))
}

/// Slack's ids of user groups: `S`, then capitals and digits.
fn is_group_id(text: &str) -> bool {
    text.len() >= 3
        && text.starts_with('S')
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

impl fmt::Display for Who {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(key) => write!(f, "{key}"),
            Self::Group(name) if is_group_id(name) => f.write_str(name),
            Self::Group(name) => write!(f, "@{name}"),
            Self::Rotation(key) => write!(f, "rotation:{key}"),
            Self::Role(key) => write!(f, "role:{key}"),
            Self::BookingField(field) => write!(f, "booking.{field}"),
            Self::Responders => f.write_str("responders"),
        }
    }
}

written_as_text!(
    Who,
    WhoError,
    "Who",
    "Whom a tier names: a person's key, `@group` or `S…`, `rotation:NAME`, `role:NAME`, `booking.FIELD`, `responders`."
);
