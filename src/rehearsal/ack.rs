//! What an acknowledgement may carry, and what a person then sees.

use super::methods::Refused;
use super::response;
use super::slack::Inside;
use super::socket::Fate;
use super::state::{AnswerUrl, Change, ViewKind};
use super::strict;
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Whether the app acknowledged what a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    Acknowledged,
    /// Not within three seconds: the person sees Slack's own error.
    TooLate,
    /// No connection, or it broke: the person sees `dispatch_failed`.
    NobodyThere,
}

impl Heard {
    pub(super) fn of(fate: &Fate) -> Self {
        match fate {
            Fate::Acked(_) => Self::Acknowledged,
            Fate::Waiting => Self::TooLate,
            Fate::Lost => Self::NobodyThere,
        }
    }
}

/// What came back on a slash command at once.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandAnswer {
    pub heard: Heard,
    /// Empty when the acknowledgement carried nothing.
    pub text: String,
    pub blocks: Vec<Value>,
    /// Slack's code, when it refused what the acknowledgement carried.
    pub refused: Option<String>,
}

/// What pressing a button came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pressed {
    pub heard: Heard,
}

/// What became of a form that somebody sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Submitted {
    /// It closed; the form below it, if any, shows again.
    Closed,
    /// It shows new content.
    Updated(String),
    /// Another one lies on top of it.
    Pushed(String),
    /// It stays, with these words under these block ids.
    Errors(BTreeMap<String, String>),
    /// The app did not acknowledge; it stays, with Slack's own error.
    Unheard(Heard),
}

/// The words Slack's own client puts under a field that must not stay empty.
pub(super) const REQUIRED: &str = "Please complete this required field.";

impl Inside {
    /// Shows what the acknowledgement of a slash command carried.
    pub fn answer_command(&mut self, url: &AnswerUrl, fate: &Fate) -> CommandAnswer {
        let nothing =
            CommandAnswer { heard: Heard::of(fate), text: String::new(), blocks: Vec::new(), refused: None };
        let Fate::Acked(payload) = fate else { return nothing };
        let text = payload["text"].as_str().unwrap_or_default().to_owned();
        let blocks = payload["blocks"].as_array().cloned().unwrap_or_default();
        if payload.is_null() || (text.is_empty() && blocks.is_empty()) {
            return nothing;
        }
        if let Err(refused) = strict::message(&text, &payload["blocks"], &payload["attachments"]) {
            self.workspace.refuse("slash command answer", &refused.error, refused.details);
            return CommandAnswer { refused: Some(refused.error), ..nothing };
        }
        response::say(&mut self.workspace, url, &text, payload);
        CommandAnswer { text, blocks, ..nothing }
    }

    /// Does what the acknowledgement of a form asks for.
    pub fn answer_submission(&mut self, user: &UserId, view: &str, fate: &Fate) -> Submitted {
        let Fate::Acked(payload) = fate else { return Submitted::Unheard(Heard::of(fate)) };
        let done = match payload["response_action"].as_str() {
            None => {
                self.close(user, view);
                Ok(Submitted::Closed)
            }
            Some("clear") => {
                self.workspace.close_all(user);
                Ok(Submitted::Closed)
            }
            Some("errors") => self.form_errors(view, &payload["errors"]),
            Some("update") => self.replace(view, &payload["view"]),
            Some("push") => self.lay_on_top(user, &payload["view"]),
            Some(other) => Err(Refused::because("invalid_response_action", vec![format!("`{other}`")])),
        };
        done.unwrap_or_else(|refused| {
            self.workspace.refuse("view_submission answer", &refused.error, refused.details);
            Submitted::Unheard(Heard::Acknowledged)
        })
    }

    /// Closes the form that was sent, unless the app has put another in its place meanwhile.
    fn close(&mut self, user: &UserId, view: &str) {
        let top = self.workspace.stacks.get(user).and_then(|stack| stack.last());
        if top.is_some_and(|top| top == view) {
            return self.workspace.close_top(user);
        }
        // A form under another one goes without a sight of it.
        let stack = self.workspace.stacks.get_mut(user);
        let known = stack.is_some_and(|stack| {
            let before = stack.len();
            stack.retain(|it| it != view);
            stack.len() < before
        });
        if known {
            self.workspace.views.remove(view);
            self.workspace.record(Change::ViewClosed { view: view.to_owned(), user: user.clone() });
        }
    }

    fn form_errors(&mut self, view: &str, errors: &Value) -> Result<Submitted, Refused> {
        let map = errors.as_object().filter(|map| !map.is_empty());
        let map =
            map.ok_or_else(|| Refused::because("invalid_arguments", vec!["`errors` is empty".to_owned()]))?;
        let blocks: BTreeSet<&str> = self
            .workspace
            .views
            .get(view)
            .and_then(|it| it.content["blocks"].as_array())
            .into_iter()
            .flatten()
            .filter(|block| block["type"] == "input")
            .filter_map(|block| block["block_id"].as_str())
            .collect();
        if let Some(unknown) = map.keys().find(|key| !blocks.contains(key.as_str())) {
            let detail = format!("`errors` names `{unknown}`, which is no input block of the view");
            return Err(Refused::because("invalid_arguments", vec![detail]));
        }
        let words =
            map.iter().map(|(block, text)| (block.clone(), text.as_str().unwrap_or_default().to_owned()));
        Ok(Submitted::Errors(words.collect()))
    }

    fn replace(&mut self, view: &str, content: &Value) -> Result<Submitted, Refused> {
        strict::view(content, ViewKind::Modal)?;
        self.workspace.update_view(view, content.clone()).ok_or("not_found")?;
        Ok(Submitted::Updated(view.to_owned()))
    }

    fn lay_on_top(&mut self, user: &UserId, content: &Value) -> Result<Submitted, Refused> {
        strict::view(content, ViewKind::Modal)?;
        self.workspace.push_modal(user, content.clone()).map(Submitted::Pushed)
    }
}

/// Where answers to somebody's act in a channel go.
pub(super) fn answer_place(
    inside: &mut Inside,
    user: &UserId,
    channel: &ChannelId,
    thread: Option<&MessageTs>,
    original: Option<&MessageTs>,
) -> (String, AnswerUrl) {
    let url = inside.workspace.new_answer_url(user, channel, thread, original);
    let key = url.rsplit('/').next().unwrap_or_default();
    let place = inside.workspace.answer_urls[key].clone();
    (url, place)
}
