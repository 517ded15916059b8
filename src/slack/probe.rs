//! Questions of somebody who checks an installation: here it matters why there is no answer.

use super::account::Profile;
use super::api::{Api, QUERY};
use super::http::Answer;
use super::lenient::at;
use super::pace::{Tier, Toll, Turn};
use super::queries::{Channel, Params, Tries, Unanswered, read_channel};
use crate::clock::Clock;
use crate::id::{ChannelId, GroupId, UserId};
use serde_json::json;
use std::collections::BTreeSet;

/// What Slack says of something that a configuration names.
#[derive(Clone, Debug, PartialEq)]
pub enum Probe<T> {
    Found(T),
    /// Slack's word for why not, such as `user_not_found`.
    Refused {
        code: String,
        detail: String,
    },
    NoAnswer {
        why: String,
    },
}

impl<C: Clock> Api<C> {
    /// The scopes that the bot's token has; none when Slack does not say.
    pub async fn granted(&self) -> Option<BTreeSet<String>> {
        let said = self.http.header("auth.test", "x-oauth-scopes").await?;
        let scopes: BTreeSet<String> =
            said.split(',').map(|scope| scope.trim().to_owned()).filter(|scope| !scope.is_empty()).collect();
        (!scopes.is_empty()).then_some(scopes)
    }

    pub async fn probe_user(&self, user: &UserId) -> Probe<Profile> {
        self.probe_profile("users.info", Tier::Four, &vec![("user", user.to_string())]).await
    }

    /// Needs the scope `users:read.email`.
    pub async fn probe_email(&self, email: &str) -> Probe<Profile> {
        self.probe_profile("users.lookupByEmail", Tier::Three, &vec![("email", email.to_owned())]).await
    }

    pub async fn probe_channel(&self, channel: &ChannelId) -> Probe<Channel> {
        let params = vec![("channel", channel.to_string())];
        match self.ask_query("conversations.info", Tier::Three, &params, Tries::Three).await {
            Ok(said) => read_channel(at(&said, "channel")).map_or_else(unread, Probe::Found),
            Err(unanswered) => unanswered.into(),
        }
    }

    /// Puts exactly these people into a user group. Needs the scope `usergroups:write`, and the workspace's leave.
    pub async fn set_group_members(&self, group: &GroupId, members: &BTreeSet<UserId>) -> Probe<()> {
        let toll = Toll::Method("usergroups.users.update", Tier::Two);
        if let Turn::Later(_) =
            self.pace.turn(std::slice::from_ref(&toll), QUERY, self.limits.query_patience).await
        {
            return Probe::NoAnswer { why: "too many requests wait".to_owned() };
        }
        let ids: Vec<&str> = members.iter().map(UserId::as_str).collect();
        let body = json!({ "usergroup": group, "users": ids.join(",") });
        match self.http.post("usergroups.users.update", &body).await {
            Answer::Yes(_) => Probe::Found(()),
            Answer::No(refusal) => Probe::Refused { code: refusal.code, detail: refusal.detail },
            Answer::Limited { after } => {
                self.pace.hold(&toll, after);
                Probe::NoAnswer { why: "the rate is limited".to_owned() }
            }
            Answer::Unsent { why } | Answer::Unknown { why } => Probe::NoAnswer { why },
        }
    }

    async fn probe_profile(&self, method: &'static str, tier: Tier, params: &Params) -> Probe<Profile> {
        match self.ask_query(method, tier, params, Tries::Three).await {
            Ok(said) => {
                let read = self.identity().and_then(|me| Profile::read(at(&said, "user"), me));
                read.map_or_else(unread, Probe::Found)
            }
            Err(unanswered) => unanswered.into(),
        }
    }
}

fn unread<T>() -> Probe<T> {
    Probe::NoAnswer { why: "its answer cannot be read".to_owned() }
}

impl<T> From<Unanswered> for Probe<T> {
    fn from(unanswered: Unanswered) -> Self {
        match unanswered {
            Unanswered::Refused(refusal) => Self::Refused { code: refusal.code, detail: refusal.detail },
            Unanswered::Nothing { why } => Self::NoAnswer { why },
        }
    }
}
