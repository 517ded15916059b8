//! Who is who in the workspace: names, kinds of account and channels, as last learnt from Slack.

use crate::domain::policy::ChannelRef;
use crate::id::{ChannelId, PersonKey, UserId};
use std::collections::BTreeMap;

/// A snapshot; what is not in it is answered with a fallback, never with an error.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    pub users: BTreeMap<UserId, Account>,
    /// The Slack account of everybody in `people`, as far as it is known.
    pub accounts: BTreeMap<PersonKey, UserId>,
    pub channels: BTreeMap<ChannelId, String>,
    /// The configured name of everybody in `people`, whether they are found in Slack or not.
    pub names: BTreeMap<PersonKey, String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub name: String,
    pub kind: AccountKind,
    /// The person in the configuration, when there is one.
    pub person: Option<PersonKey>,
    /// The zone of their Slack profile, as Slack spells it.
    pub time_zone: Option<String>,
    /// Their e-mail address, as configured, else as Slack says.
    pub email: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    Member,
    /// A single- or multi-channel guest.
    Guest,
    /// Somebody of a connected workspace.
    Stranger,
    Bot,
    Deactivated,
}

impl Directory {
    /// A plain name, never a mention. Whoever has no account goes by their key in place of an id.
    pub fn name<'a>(&'a self, user: &'a UserId) -> &'a str {
        let listed = || self.names.get(user.as_str()).map_or(user.as_str(), String::as_str);
        self.users.get(user).map_or_else(listed, |account| account.name.as_str())
    }

    /// The key under which coverage knows a user: the person's, or the Slack id itself.
    pub fn key(&self, user: &UserId) -> PersonKey {
        self.users
            .get(user)
            .and_then(|account| account.person.clone())
            .unwrap_or_else(|| PersonKey::new(user.as_str()))
    }

    /// The Slack account of a person; a key that is itself a Slack id stands for that account.
    pub fn user(&self, key: &PersonKey) -> Option<UserId> {
        self.accounts.get(key).cloned().or_else(|| {
            let id = UserId::new(key.as_str());
            self.users.contains_key(&id).then_some(id)
        })
    }

    /// Where somebody can be told by e-mail, where that is known.
    pub fn email(&self, user: &UserId) -> Option<&str> {
        self.users.get(user)?.email.as_deref()
    }

    pub fn is_listed(&self, user: &UserId) -> bool {
        self.users.get(user).is_some_and(|account| account.person.is_some())
    }

    pub fn kind(&self, user: &UserId) -> AccountKind {
        self.users.get(user).map_or(AccountKind::Member, |account| account.kind)
    }

    pub fn channel(&self, wanted: &ChannelRef) -> Option<ChannelId> {
        match wanted {
            ChannelRef::Id(id) => Some(id.clone()),
            ChannelRef::Name(name) => {
                self.channels.iter().find(|(_, known)| *known == name).map(|(id, _)| id.clone())
            }
        }
    }
}
