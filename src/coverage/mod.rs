//! Who is available: hours, holidays, rotations, calendars and live states, resolved into one answer.

use crate::clock::Timestamp;
use crate::id::{PersonKey, RoleKey, RotationKey};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    Person(PersonKey),
    Group(String),
    Rotation(RotationKey),
    Role(RoleKey),
    BookingField(String),
    Responders,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    pub available: bool,
    pub reason: String,
    pub until: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Status {
    pub emoji: String,
    pub text: String,
    pub expires_at: Option<Timestamp>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dnd {
    pub from: Timestamp,
    pub until: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Live {
    pub status: Option<Status>,
    pub dnd: Option<Dnd>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    pub min_available: u32,
}

#[derive(Clone, Copy)]
pub struct Facts<'a> {
    pub live: &'a BTreeMap<PersonKey, Live>,
}
