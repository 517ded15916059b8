//! The Web API's methods: how their arguments are read, how they are refused, and where each one is.

mod chat;
mod conversations;
mod history;
mod others;
mod reactions;
mod users;
mod views;

use super::slack::Inside;
use super::state::{Channel, ChannelLife, Workspace};
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::{Map, Value, json};

/// A call that Slack would not carry out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub error: String,
    /// What was wrong with which argument.
    pub details: Vec<String>,
}

impl From<&str> for Refused {
    fn from(error: &str) -> Self {
        Self { error: error.to_owned(), details: Vec::new() }
    }
}

impl Refused {
    pub fn because(error: &str, details: Vec<String>) -> Self {
        Self { error: error.to_owned(), details }
    }

    fn argument(name: &str, what: &str) -> Self {
        Self::because("invalid_arguments", vec![format!("[ERROR] {what} [json-pointer:/{name}]")])
    }

    pub fn body(&self) -> Value {
        let mut body = json!({ "ok": false, "error": self.error });
        if !self.details.is_empty() {
            body["response_metadata"] = json!({ "messages": self.details });
        }
        body
    }
}

pub(super) type Answer = Result<Value, Refused>;

/// The arguments of one call, from a JSON body, a form or a query.
#[derive(Clone, Debug, Default)]
pub(super) struct Args {
    pub map: Map<String, Value>,
    /// Whether they came as JSON, which only methods that write take.
    pub json_body: JsonBody,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum JsonBody {
    Yes,
    #[default]
    No,
}

impl Args {
    /// A string argument; numbers and booleans count as written.
    pub fn text(&self, name: &str) -> Result<Option<String>, Refused> {
        match self.map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(Value::Number(number)) => Ok(Some(number.to_string())),
            Some(Value::Bool(flag)) => Ok(Some(flag.to_string())),
            Some(Value::Array(_)) if name == "users" => Err(Refused::because(
                "invalid_array_arg",
                vec![format!("`{name}` is a comma-separated string")],
            )),
            Some(Value::Array(_) | Value::Object(_)) => Err(Refused::argument(name, "must provide a string")),
        }
    }

    pub fn required(&self, name: &str) -> Result<String, Refused> {
        let text = self.text(name)?.filter(|text| !text.is_empty());
        text.ok_or_else(|| Refused::argument(name, &format!("missing required field: {name}")))
    }

    /// A structured argument: as it is in JSON, as JSON text in a form; null when missing.
    pub fn structure(&self, name: &str) -> Result<Value, Refused> {
        match self.map.get(name) {
            None => Ok(Value::Null),
            Some(Value::String(text)) if text.is_empty() => Ok(Value::Null),
            Some(Value::String(text)) => {
                serde_json::from_str(text).map_err(|_| Refused::argument(name, "must be JSON"))
            }
            Some(value) => Ok(value.clone()),
        }
    }

    pub fn flag(&self, name: &str) -> bool {
        match self.map.get(name) {
            Some(Value::Bool(flag)) => *flag,
            Some(Value::String(text)) => text == "true" || text == "1",
            Some(Value::Number(number)) => number.as_u64() == Some(1),
            Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => false,
        }
    }

    /// `limit`, within what the method allows.
    pub fn limit(&self, usual: usize, most: usize) -> Result<usize, Refused> {
        let Some(text) = self.text("limit")? else { return Ok(usual) };
        match text.parse::<usize>() {
            Ok(limit) if (1..=most).contains(&limit) => Ok(limit),
            Ok(_) | Err(_) => Err(Refused::because("invalid_limit", vec![format!("`limit` is 1 to {most}")])),
        }
    }

    pub fn ts(&self, name: &str) -> Result<Option<MessageTs>, Refused> {
        let Some(text) = self.text(name)?.filter(|text| !text.is_empty()) else { return Ok(None) };
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('.').collect();
        if parts.len() <= 2 && parts.iter().all(|part| digits(part)) {
            return Ok(Some(MessageTs::new(text)));
        }
        Err(Refused::argument(name, "must be a timestamp such as 1700000000.000100"))
    }

    fn required_ts(&self, name: &str) -> Result<MessageTs, Refused> {
        self.required(name)?;
        let ts = self.ts(name)?;
        ts.ok_or_else(|| Refused::argument(name, &format!("missing required field: {name}")))
    }
}

/// A page of `all` from the cursor on, and the cursor after it (empty at the end).
fn page<T: Clone>(args: &Args, all: &[T], usual: usize, most: usize) -> Result<(Vec<T>, String), Refused> {
    let limit = args.limit(usual, most)?;
    let cursor = args.text("cursor")?.filter(|cursor| !cursor.is_empty());
    let start = match cursor {
        None => 0,
        Some(cursor) => {
            let at = cursor
                .strip_prefix("page:")
                .and_then(|it| it.strip_suffix('='))
                .and_then(|it| it.parse().ok());
            at.filter(|at| *at <= all.len()).ok_or("invalid_cursor")?
        }
    };
    let end = (start + limit).min(all.len());
    let next = if end < all.len() { format!("page:{end}=") } else { String::new() };
    Ok((all[start..end].to_vec(), next))
}

/// Methods that only read; Slack takes their arguments as form or query, never as a JSON body.
const READING: [&str; 19] = [
    "chat.getPermalink",
    "conversations.history",
    "conversations.replies",
    "conversations.info",
    "conversations.list",
    "conversations.members",
    "users.conversations",
    "users.info",
    "users.list",
    "users.lookupByEmail",
    "users.getPresence",
    "users.profile.get",
    "dnd.info",
    "dnd.teamInfo",
    "reactions.get",
    "usergroups.list",
    "usergroups.users.list",
    "files.info",
    "team.info",
];

/// Carries out one call.
pub(super) fn perform(inside: &mut Inside, method: &str, args: &Args) -> Answer {
    if READING.contains(&method) && args.json_body == JsonBody::Yes {
        let detail = format!("[ERROR] `{method}` takes its arguments as form or query, not as JSON");
        return Err(Refused::because("invalid_arguments", vec![detail]));
    }
    let state = &mut inside.workspace;
    match method {
        "auth.test" => Ok(others::auth_test(state)),
        "apps.connections.open" => Ok(others::connections_open(inside)),
        "team.info" => Ok(others::team_info(state)),
        "files.info" => others::files_info(state, args),
        "dnd.info" => others::dnd_info(state, args),
        "dnd.teamInfo" => others::dnd_team_info(state, args),
        "usergroups.list" => Ok(others::groups_list(state, args)),
        "usergroups.users.list" => others::group_users(state, args),
        "usergroups.users.update" => others::update_group_users(state, args),
        "chat.postMessage" => chat::post(state, args),
        "chat.update" => chat::update(state, args),
        "chat.delete" => chat::delete(state, args),
        "chat.postEphemeral" => chat::post_ephemeral(state, args),
        "chat.getPermalink" => chat::permalink(state, args),
        "conversations.history" => history::history(state, args),
        "conversations.replies" => history::replies(state, args),
        "conversations.info" => conversations::info(state, args),
        "conversations.list" => conversations::list(state, args),
        "conversations.members" => conversations::members(state, args),
        "conversations.open" => conversations::open(state, args),
        "conversations.join" => conversations::join(state, args),
        "users.conversations" => conversations::of_user(state, args),
        "users.info" => users::info(state, args),
        "users.list" => users::list(state, args),
        "users.lookupByEmail" => users::by_email(state, args),
        "users.getPresence" => users::presence(state, args),
        "users.profile.get" => users::profile(state, args),
        "reactions.add" => reactions::add(state, args),
        "reactions.remove" => reactions::remove(state, args),
        "reactions.get" => reactions::get(state, args),
        "views.open" => views::open(state, args),
        "views.push" => views::push(state, args),
        "views.update" => views::update(state, args),
        "views.publish" => views::publish(state, args),
        _ => Err(Refused::from("unknown_method")),
    }
}

/// The channel an argument names, as long as the app may know of it.
fn channel<'s>(state: &'s Workspace, args: &Args) -> Result<&'s Channel, Refused> {
    let id = args.required("channel")?;
    state
        .channels
        .get(id.as_str())
        .ok_or_else(|| Refused::because("channel_not_found", vec![format!("`{id}`")]))
}

/// The channel an argument names, when the app may write there.
fn writable(state: &Workspace, args: &Args) -> Result<ChannelId, Refused> {
    let channel = channel(state, args)?;
    if channel.life == ChannelLife::Archived {
        return Err(Refused::from("is_archived"));
    }
    if !channel.members.contains(&state.bot.user) {
        return Err(Refused::from("not_in_channel"));
    }
    Ok(channel.id.clone())
}

/// The person an argument names.
fn user(state: &Workspace, args: &Args, name: &str) -> Result<UserId, Refused> {
    let id = UserId::new(args.required(name)?);
    if state.users.contains_key(&id) {
        return Ok(id);
    }
    Err(Refused::because("user_not_found", vec![format!("`{id}`")]))
}
