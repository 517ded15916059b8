//! What Slack can be asked about people, groups and channels; whatever goes wrong, the answer is `None`.

use super::account::{Profile, dnd};
use super::api::{Api, QUERY};
use super::http::{Answer, Refusal};
use super::identity::Identity;
use super::lenient::{as_text, at, list, says, text};
use super::outcome::backoff;
use super::pace::{Tier, Toll, Turn};
use crate::clock::Clock;
use crate::coverage::{Dnd, Presence};
use crate::domain::event::ChannelKind;
use crate::id::{ChannelId, GroupId, TeamId, UserId};
use serde_json::Value;
use std::collections::BTreeMap;

/// How often a query is tried before the answer is that there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tries {
    /// By somebody who comes again.
    One,
    Three,
}

/// Pages that are followed before a list counts as endless.
const PAGES_MAX: usize = 500;

/// Members a page; Slack recommends no more than 200.
const PAGE: &str = "200";

/// Accounts that `dnd.teamInfo` takes at once.
const DND_USERS_MAX: usize = 50;

pub(super) type Params = Vec<(&'static str, String)>;

/// A user group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub id: GroupId,
    /// Without the `@`.
    pub handle: String,
    pub name: String,
}

/// A channel as the bot sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    pub id: ChannelId,
    /// Without the `#`; empty for a direct message.
    pub name: String,
    pub kind: ChannelKind,
    pub standing: Standing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// The bot is in it.
    Member,
    /// The bot is not in it.
    Outside,
    Archived,
}

/// Why the bot does not know who it is.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum AuthError {
    /// The operator has to act.
    #[error("slack refuses the bot's token: `{code}`\nhint: {hint}")]
    Refused { code: String, hint: String },
    /// Try again later.
    #[error("slack did not answer: {0}\nhint: check the network; it is tried again")]
    NoAnswer(String),
}

impl<C: Clock> Api<C> {
    /// Who the bot is. Everything that is read afterwards is read as this bot.
    pub async fn auth_test(&self) -> Result<Identity, AuthError> {
        let said = match self.ask_query("auth.test", Tier::Four, &Vec::new(), Tries::Three).await {
            Ok(said) => said,
            Err(Unanswered::Refused(refusal)) => {
                let hint = super::outcome::token_trouble(&refusal.code)
                    .unwrap_or("check SLACK_BOT_TOKEN and that the app is installed")
                    .to_owned();
                return Err(AuthError::Refused { code: refusal.code, hint });
            }
            Err(Unanswered::Nothing { why }) => return Err(AuthError::NoAnswer(why)),
        };
        let (Some(team), Some(user)) = (text(&said, "team_id"), text(&said, "user_id")) else {
            return Err(AuthError::NoAnswer("its answer names no bot".to_owned()));
        };
        let bot_id = text(&said, "bot_id");
        let app_id = match (text(&said, "app_id"), &bot_id) {
            (None, Some(bot)) => {
                let told = self.query("bots.info", Tier::Three, &vec![("bot", bot.clone())]).await;
                told.and_then(|told| text(&told, "bot.app_id"))
            }
            (known, _) => known,
        };
        let me = Identity {
            team: TeamId::new(team),
            enterprise: text(&said, "enterprise_id"),
            user: UserId::new(user),
            bot_id,
            app_id,
        };
        Ok(self.me.get_or_init(|| me).clone())
    }

    /// Who the bot is, once it is known.
    pub fn identity(&self) -> Option<&Identity> {
        self.me.get()
    }

    pub async fn user(&self, user: &UserId) -> Option<Profile> {
        let said = self.query("users.info", Tier::Four, &vec![("user", user.to_string())]).await?;
        Profile::read(at(&said, "user"), self.me.get()?)
    }

    /// Everybody in the workspace, deactivated accounts included.
    pub async fn users(&self) -> Option<Vec<Profile>> {
        let me = self.me.get()?;
        let params = vec![("limit", PAGE.to_owned())];
        let all = self.query_all("users.list", Tier::Two, &params, "members").await?;
        Some(all.iter().filter_map(|user| Profile::read(user, me)).collect())
    }

    /// Needs the scope `users:read.email`.
    pub async fn user_by_email(&self, email: &str) -> Option<Profile> {
        let params = vec![("email", email.to_owned())];
        let said = self.query("users.lookupByEmail", Tier::Three, &params).await?;
        Profile::read(at(&said, "user"), self.me.get()?)
    }

    /// Slack's green dot.
    pub async fn presence(&self, user: &UserId) -> Option<Presence> {
        let said = self.query("users.getPresence", Tier::Three, &vec![("user", user.to_string())]).await?;
        match text(&said, "presence")?.as_str() {
            "active" => Some(Presence::Active),
            "away" => Some(Presence::Away),
            _ => None,
        }
    }

    /// The do-not-disturb of these people; those of whom Slack says nothing are missing.
    /// `None` in the map: it is known that there is none.
    pub async fn dnd(&self, users: &[UserId]) -> Option<BTreeMap<UserId, Option<Dnd>>> {
        let mut known = BTreeMap::new();
        for some in users.chunks(DND_USERS_MAX) {
            let ids: Vec<&str> = some.iter().map(UserId::as_str).collect();
            let said = self.query("dnd.teamInfo", Tier::Two, &vec![("users", ids.join(","))]).await?;
            for (user, told) in at(&said, "users").as_object().into_iter().flatten() {
                known.insert(UserId::new(user.as_str()), dnd(told));
            }
        }
        Some(known)
    }

    /// The user groups that are in use.
    pub async fn groups(&self) -> Option<Vec<Group>> {
        let params = vec![("include_count", "true".to_owned())];
        let said = self.query("usergroups.list", Tier::Two, &params).await?;
        let group = |group: &Value| {
            Some(Group {
                id: GroupId::new(text(group, "id")?),
                handle: text(group, "handle").unwrap_or_default(),
                name: text(group, "name").unwrap_or_default(),
            })
        };
        Some(list(&said, "usergroups").iter().filter_map(group).collect())
    }

    pub async fn group_members(&self, group: &GroupId) -> Option<Vec<UserId>> {
        let params = vec![("usergroup", group.to_string())];
        let said = self.query("usergroups.users.list", Tier::Two, &params).await?;
        Some(list(&said, "users").iter().filter_map(as_text).map(UserId::new).collect())
    }

    pub async fn channel(&self, channel: &ChannelId) -> Option<Channel> {
        let params = vec![("channel", channel.to_string())];
        let said = self.query("conversations.info", Tier::Three, &params).await?;
        read_channel(at(&said, "channel"))
    }

    /// The public and private channels that the bot is in, archived ones left out.
    pub async fn channels(&self) -> Option<Vec<Channel>> {
        let params = vec![
            ("types", "public_channel,private_channel".to_owned()),
            ("exclude_archived", "true".to_owned()),
            ("limit", PAGE.to_owned()),
        ];
        let all = self.query_all("users.conversations", Tier::Three, &params, "channels").await?;
        let joined = |channel: &Value| {
            let mut channel = read_channel(channel)?;
            if channel.standing == Standing::Outside {
                channel.standing = Standing::Member;
            }
            Some(channel)
        };
        Some(all.iter().filter_map(joined).collect())
    }

    pub async fn members(&self, channel: &ChannelId) -> Option<Vec<UserId>> {
        let params = vec![("channel", channel.to_string()), ("limit", PAGE.to_owned())];
        let all = self.query_all("conversations.members", Tier::Four, &params, "members").await?;
        Some(all.iter().filter_map(as_text).map(UserId::new).collect())
    }

    pub(super) async fn query(&self, method: &'static str, tier: Tier, params: &Params) -> Option<Value> {
        match self.ask_query(method, tier, params, Tries::Three).await {
            Ok(said) => Some(said),
            Err(Unanswered::Refused(refusal)) => {
                tracing::debug!(
                    method,
                    code = refusal.code,
                    detail = refusal.detail,
                    "slack refused a query"
                );
                None
            }
            Err(Unanswered::Nothing { why }) => {
                tracing::warn!(method, "slack did not answer a query: {why}");
                None
            }
        }
    }

    /// All pages of a list, or nothing: half a list would be taken for the whole.
    pub(super) async fn query_all(
        &self,
        method: &'static str,
        tier: Tier,
        params: &Params,
        key: &str,
    ) -> Option<Vec<Value>> {
        let mut all = Vec::new();
        let mut params = params.clone();
        for _ in 0..PAGES_MAX {
            let mut said = self.query(method, tier, &params).await?;
            if let Some(Value::Array(page)) = said.get_mut(key).map(Value::take) {
                all.extend(page);
            }
            let Some(cursor) = text(&said, "response_metadata.next_cursor") else { return Some(all) };
            params.retain(|(name, _)| *name != "cursor");
            params.push(("cursor", cursor));
        }
        tracing::warn!(method, "slack's list has no end");
        None
    }

    /// One query, paced, and tried again where that may help.
    pub(super) async fn ask_query(
        &self,
        method: &'static str,
        tier: Tier,
        params: &Params,
        tries: Tries,
    ) -> Result<Value, Unanswered> {
        let (tries, patience) = match tries {
            Tries::One => (1, self.limits.patience),
            Tries::Three => (3, self.limits.query_patience),
        };
        let toll = Toll::Method(method, tier);
        let mut why = String::new();
        for attempt in 0..tries {
            let tolls = std::slice::from_ref(&toll);
            if let Turn::Later(_) = self.pace.turn(tolls, QUERY, patience).await {
                return Err(Unanswered::Nothing { why: "too many queries wait".to_owned() });
            }
            let answer = self.http.get(method, params).await;
            self.note_trouble(&answer);
            let wait = match answer {
                Answer::Yes(said) => return Ok(said),
                Answer::No(refusal) if is_passing(&refusal) => {
                    why = refusal.code;
                    backoff(attempt)
                }
                Answer::No(refusal) => return Err(Unanswered::Refused(refusal)),
                Answer::Limited { after } => {
                    self.pace.hold(&toll, after);
                    "the rate is limited".clone_into(&mut why);
                    after
                }
                Answer::Unsent { why: said } | Answer::Unknown { why: said } => {
                    why = said;
                    backoff(attempt)
                }
            };
            if attempt + 1 < tries {
                tokio::time::sleep(wait.min(self.limits.query_patience)).await;
            }
        }
        Err(Unanswered::Nothing { why })
    }
}

/// Why a query has no answer.
pub(super) enum Unanswered {
    Refused(Refusal),
    Nothing { why: String },
}

fn is_passing(refusal: &Refusal) -> bool {
    matches!(
        refusal.code.as_str(),
        "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout" | "team_added_to_org"
    )
}

pub(super) fn read_channel(channel: &Value) -> Option<Channel> {
    let standing = if says(channel, "is_archived").yes() {
        Standing::Archived
    } else if says(channel, "is_member").yes() || says(channel, "is_im").yes() {
        Standing::Member
    } else {
        Standing::Outside
    };
    Some(Channel {
        id: ChannelId::new(text(channel, "id")?),
        name: ["name", "name_normalized"].iter().find_map(|path| text(channel, path)).unwrap_or_default(),
        kind: if says(channel, "is_im").yes() { ChannelKind::Direct } else { ChannelKind::Channel },
        standing,
    })
}
