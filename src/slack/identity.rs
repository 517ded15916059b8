//! Who the bot is in the workspace it is installed in.

use super::lenient::{at, says, text, word};
use crate::id::{TeamId, UserId};
use serde_json::Value;

/// What `auth.test` says of the bot's token, and the app's id where it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub team: TeamId,
    /// The organisation, on Enterprise Grid.
    pub enterprise: Option<String>,
    /// The bot's user: what people mention.
    pub user: UserId,
    /// The bot's `B…`, which its own messages carry.
    pub bot_id: Option<String>,
    pub app_id: Option<String>,
}

impl Identity {
    /// Whether this message is the bot's own.
    pub(super) fn wrote(&self, message: &Value) -> bool {
        let is = |path: &str, ours: Option<&str>| ours.is_some() && word(message, path) == ours;
        is("user", Some(self.user.as_str()))
            || is("bot_id", self.bot_id.as_deref())
            || is("app_id", self.app_id.as_deref())
            || is("bot_profile.app_id", self.app_id.as_deref())
    }

    /// Whether an envelope comes from the installed workspace. The workspace it names may be that of a
    /// connected person; then the installation it was sent for, or the bot's own message, says whose it is.
    pub(super) fn concerns(&self, payload: &Value) -> Concern {
        let mut teams = ["team_id", "context_team_id", "team.id", "view.app_installed_team_id"]
            .iter()
            .chain(&["view.team_id", "message.team"])
            .filter_map(|path| text(payload, path))
            .chain(self.authorized(payload))
            .peekable();
        if teams.peek().is_none() {
            return self.concerns_enterprise(payload);
        }
        let bots = self.bot_id.as_deref().filter(|ours| word(payload, "message.bot_id") == Some(ours));
        if bots.is_some() || teams.any(|team| team == self.team.as_str()) {
            return Concern::Ours;
        }
        match (self.concerns_enterprise(payload), self.is_org_wide(payload)) {
            (Concern::Ours, OrgWide::Yes) => Concern::Ours,
            (Concern::Ours | Concern::Foreign, OrgWide::Yes | OrgWide::No) => Concern::Foreign,
        }
    }

    fn authorized<'a>(&self, payload: &'a Value) -> impl Iterator<Item = String> + use<'a> {
        at(payload, "authorizations")
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|authorization| text(authorization, "team_id"))
    }

    /// An installation for a whole organisation names no workspace.
    fn concerns_enterprise(&self, payload: &Value) -> Concern {
        let named = ["enterprise_id", "enterprise.id", "context_enterprise_id"]
            .iter()
            .find_map(|path| text(payload, path))
            .or_else(|| {
                at(payload, "authorizations")
                    .as_array()
                    .and_then(|all| all.iter().find_map(|one| text(one, "enterprise_id")))
            });
        match (named, &self.enterprise) {
            (Some(named), Some(ours)) if named == *ours => Concern::Ours,
            (Some(_), _) => Concern::Foreign,
            (None, _) => Concern::Ours,
        }
    }

    fn is_org_wide(&self, payload: &Value) -> OrgWide {
        let said = says(payload, "is_enterprise_install").yes()
            || at(payload, "authorizations")
                .as_array()
                .is_some_and(|all| all.iter().any(|one| says(one, "is_enterprise_install").yes()));
        if said && self.enterprise.is_some() { OrgWide::Yes } else { OrgWide::No }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum OrgWide {
    Yes,
    No,
}

/// Whose envelope it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    Ours,
    Foreign,
}
