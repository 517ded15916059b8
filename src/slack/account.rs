//! A user object of Slack's, with all that may be missing from it.

use super::identity::Identity;
use super::lenient::{as_text, list, says, seconds, text, word};
use super::message::base_name;
use crate::coverage::{Dnd, Status};
use crate::domain::directory::{Account, AccountKind};
use crate::id::UserId;
use serde_json::Value;

/// Somebody in Slack: their account, and the status they show.
#[derive(Clone, Debug, PartialEq)]
pub struct Profile {
    pub user: UserId,
    /// `person` is left open: who it is in the configuration is not Slack's to say.
    pub account: Account,
    pub status: Status,
}

impl Profile {
    /// Reads a user object. `None` without an id.
    pub(super) fn read(user: &Value, bot: &Identity) -> Option<Self> {
        let id = text(user, "id")?;
        let name = ["profile.display_name", "profile.real_name", "real_name", "name"]
            .iter()
            .find_map(|path| text(user, path).filter(|name| !name.trim().is_empty()))
            .unwrap_or_else(|| id.clone());
        Some(Self {
            account: Account {
                name,
                kind: kind(&id, user, bot),
                person: None,
                time_zone: text(user, "tz"),
                email: text(user, "profile.email"),
            },
            user: UserId::new(id),
            status: status(user),
        })
    }
}

fn kind(id: &str, user: &Value, bot: &Identity) -> AccountKind {
    let elsewhere = text(user, "team_id").is_some_and(|team| team != bot.team.as_str())
        && !list(user, "enterprise_user.teams")
            .iter()
            .filter_map(as_text)
            .any(|team| team == bot.team.as_str())
        && !(bot.enterprise.is_some() && text(user, "enterprise_user.enterprise_id") == bot.enterprise);
    if says(user, "deleted").yes() {
        AccountKind::Deactivated
    } else if says(user, "is_bot").yes() || id == "USLACKBOT" {
        AccountKind::Bot
    } else if says(user, "is_stranger").yes() || elsewhere {
        AccountKind::Stranger
    } else if says(user, "is_restricted").yes() || says(user, "is_ultra_restricted").yes() {
        AccountKind::Guest
    } else {
        AccountKind::Member
    }
}

/// The status a profile shows; empty when it shows none.
pub(super) fn status(user: &Value) -> Status {
    Status {
        emoji: word(user, "profile.status_emoji").map(base_name).unwrap_or_default(),
        text: text(user, "profile.status_text").unwrap_or_default(),
        expires_at: seconds(user, "profile.status_expiration"),
    }
}

/// Do-not-disturb as `dnd.info`, `dnd.teamInfo` and `dnd_updated_user` tell it.
pub(super) fn dnd(told: &Value) -> Option<Dnd> {
    let from = seconds(told, "next_dnd_start_ts")?;
    let until = seconds(told, "next_dnd_end_ts")?;
    (says(told, "dnd_enabled").yes() && from < until).then_some(Dnd { from, until })
}
