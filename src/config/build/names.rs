//! Names: which are known, which may be given, and what to say of one that is not known.

use super::super::ledger::Ledger;
use super::super::yaml::value::At;
use crate::coverage::Who;
use crate::domain::policy::ChannelRef;
use crate::id::{ChannelId, RoleKey};
use std::collections::{BTreeMap, BTreeSet};

/// Everything that can be referred to by name.
#[derive(Clone, Debug, Default)]
pub struct Names {
    pub people: BTreeSet<String>,
    pub rotations: BTreeSet<String>,
    pub holidays: BTreeSet<String>,
}

/// The longest key; it goes into button values and case numbers.
const LONGEST_KEY: usize = 40;

/// Whether a key can be used; complains otherwise.
pub fn is_key(ledger: &mut Ledger, key: &At<String>, what: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    let good = key.chars().all(plain) && key.starts_with(|c: char| c.is_ascii_alphanumeric());
    if !good || key.len() > LONGEST_KEY {
        ledger.error(
            key.place,
            format!(
                "`{}` cannot be the key of {what}\nhint: use up to {LONGEST_KEY} small letters, digits, `-` and `_`",
                key.value
            ),
        );
        return false;
    }
    if key.value == "responders" {
        ledger.error(key.place, "`responders` already means everybody in any tier\nhint: choose another key");
        return false;
    }
    true
}

impl Names {
    /// Looks a person up.
    pub fn person(&self, ledger: &mut Ledger, key: &At<String>, whose: &str) -> bool {
        if self.people.contains(&key.value) {
            return true;
        }
        ledger.unknown(
            key,
            &format!("{whose} names `{}`, who is not in `people`", key.value),
            "people",
            self.people.iter().map(String::as_str),
            "add them under `people`",
        );
        false
    }

    /// Looks a name under `holidays` up.
    pub fn holiday(&self, ledger: &mut Ledger, key: &At<String>) -> bool {
        if self.holidays.contains(&key.value) {
            return true;
        }
        ledger.unknown(
            key,
            &format!("holidays `{}` do not exist", key.value),
            "holidays",
            self.holidays.iter().map(String::as_str),
            "add them under `holidays`",
        );
        false
    }

    /// Looks a rotation up.
    pub fn rotation(&self, ledger: &mut Ledger, key: &At<String>, whose: &str) -> bool {
        if self.rotations.contains(&key.value) {
            return true;
        }
        ledger.unknown(
            key,
            &format!("{whose} names rotation `{}`, which does not exist", key.value),
            "rotations",
            self.rotations.iter().map(String::as_str),
            "add it under `rotations`",
        );
        false
    }

    /// Checks one entry of a tier, a role or the supervisor. Groups and bookings are known to others.
    pub fn who(
        &self,
        ledger: &mut Ledger,
        who: &At<Who>,
        roles: &BTreeMap<RoleKey, Vec<Who>>,
        whose: &str,
    ) -> bool {
        let named = |name: &str| At::new(name.to_owned(), who.place);
        match &who.value {
            Who::Person(key) if is_slack_user(key.as_str()) => {
                self.people.contains(key.as_str())
                    || {
                        ledger.error(
                        who.place,
                        format!("{whose} names the Slack id `{key}`\nhint: add the person under `people`, and name them by their key"),
                    );
                        false
                    }
            }
            Who::Person(key) => self.person(ledger, &named(key.as_str()), whose),
            Who::Rotation(key) => self.rotation(ledger, &named(key.as_str()), whose),
            Who::Role(key) if roles.contains_key(key) => true,
            Who::Role(key) => {
                ledger.unknown(
                    &named(key.as_str()),
                    &format!("{whose} names role `{key}`, which this desk does not have"),
                    "roles",
                    roles.keys().map(RoleKey::as_str),
                    &format!("add it to the desk: `roles: {{ {key}: … }}`"),
                );
                false
            }
            Who::Group(_) | Who::BookingField(_) | Who::Responders => true,
        }
    }
}

/// `U` or `W`, then capitals and digits.
pub fn is_slack_user(text: &str) -> bool {
    is_slack_id(text, &['U', 'W'])
}

/// Whether a text is a Slack id that begins with one of those letters.
pub fn is_slack_id(text: &str, letters: &[char]) -> bool {
    text.len() >= 3
        && text.len() <= 24
        && text.starts_with(letters)
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A channel by id, or by name with or without `#`; complains of what is neither.
pub fn channel(ledger: &mut Ledger, text: &At<String>) -> Option<ChannelRef> {
    let name = text.trim().trim_start_matches('#');
    if is_slack_id(name, &['C', 'G']) {
        return Some(ChannelRef::Id(ChannelId::new(name)));
    }
    if is_channel_name(name) {
        return Some(ChannelRef::Name(name.to_owned()));
    }
    ledger.error(
        text.place,
        format!(
            "`{}` is not a channel\nhint: write its name in small letters as Slack shows it, or its id `C…`",
            text.value
        ),
    );
    None
}

/// Slack's rule for names: up to 80 characters, no capitals, no spaces, no punctuation but `-` and `_`.
pub fn is_channel_name(name: &str) -> bool {
    let good = |c: char| (c.is_alphanumeric() && !c.is_uppercase()) || c == '-' || c == '_';
    !name.is_empty() && name.chars().count() <= 80 && name.chars().all(good)
}

/// The name of an emoji without its colons; complains of what is none.
pub fn emoji(ledger: &mut Ledger, text: &At<String>) -> Option<String> {
    let name = text.trim().trim_matches(':');
    let good = |c: char| c.is_alphanumeric() && !c.is_uppercase() || "_+-'".contains(c);
    if name.is_empty() || name.chars().count() > 100 || !name.chars().all(good) {
        ledger.error(
            text.place,
            format!("`{}` is not the name of an emoji\nhint: write it as Slack does between colons, such as `eyes`", text.value),
        );
        return None;
    }
    Some(name.to_owned())
}
