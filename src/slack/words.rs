//! Answers to what somebody did a moment ago: forms, private words, response URLs. Tried once.

use super::api::{Api, QUERY};
use super::http::Answer;
use super::lenient::text;
use super::outcome::{Repeated, Verdict, judge};
use super::pace::{Tier, Toll, Turn};
use crate::clock::Clock;
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::{Value, json};
use std::time::Duration;

/// A trigger lives for three seconds: there is no time to queue.
const NO_QUEUE: Duration = Duration::from_millis(500);

/// A view that is open now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenView {
    pub id: String,
    /// An update that names it does not overwrite a newer one.
    pub hash: Option<String>,
}

/// An answer that did not arrive, and why; nothing tries it again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct NotSaid {
    pub why: String,
}

impl<C: Clock> Api<C> {
    pub async fn open_view(&self, trigger_id: &str, view: &Value) -> Result<OpenView, NotSaid> {
        let body = json!({ "trigger_id": trigger_id, "view": view });
        self.say("views.open", &body).await.and_then(|said| opened(&said))
    }

    /// On top of the view that the trigger comes from.
    pub async fn push_view(&self, trigger_id: &str, view: &Value) -> Result<OpenView, NotSaid> {
        let body = json!({ "trigger_id": trigger_id, "view": view });
        self.say("views.push", &body).await.and_then(|said| opened(&said))
    }

    pub async fn update_view(&self, open: &OpenView, view: &Value) -> Result<OpenView, NotSaid> {
        let mut body = json!({ "view_id": open.id, "view": view });
        if let Some(hash) = &open.hash {
            body["hash"] = json!(hash);
        }
        self.say("views.update", &body).await.and_then(|said| opened(&said))
    }

    /// For one person's eyes, where they are; Slack shows it if it can.
    pub async fn ephemeral(
        &self,
        channel: &ChannelId,
        user: &UserId,
        thread: Option<&MessageTs>,
        text: &str,
        blocks: &[Value],
    ) -> Result<(), NotSaid> {
        let mut body = json!({ "channel": channel, "user": user, "text": text });
        if !blocks.is_empty() {
            body["blocks"] = json!(blocks);
        }
        if let Some(root) = thread {
            body["thread_ts"] = json!(root);
        }
        self.say("chat.postEphemeral", &body).await.map(|_| ())
    }

    /// To the response URL of a command or a button: for that person alone unless the body says otherwise.
    pub async fn respond(&self, response_url: &str, body: &Value) -> Result<(), NotSaid> {
        settled(self.http.respond(response_url, body).await).map(|_| ())
    }

    /// The direct channel with somebody.
    pub async fn open_dm(&self, user: &UserId) -> Option<ChannelId> {
        if let Some(known) = self.known_room(user) {
            return Some(known);
        }
        let said = self.say("conversations.open", &json!({ "users": user })).await.ok()?;
        let channel = ChannelId::new(text(&said, "channel.id")?);
        self.remember_room(user, &channel);
        Some(channel)
    }

    async fn say(&self, method: &'static str, body: &Value) -> Result<Value, NotSaid> {
        let toll = [Toll::Method(method, Tier::Four)];
        match self.pace.turn(&toll, QUERY, NO_QUEUE).await {
            Turn::Now => {}
            Turn::Later(_) => return Err(NotSaid { why: "too much is being said at once".to_owned() }),
        }
        let answer = self.http.post(method, body).await;
        self.note_trouble(&answer);
        if let Answer::Limited { after } = &answer {
            self.pace.hold(&toll[0], *after);
        }
        settled(answer)
    }
}

fn opened(said: &Value) -> Result<OpenView, NotSaid> {
    let id = text(said, "view.id").ok_or_else(|| NotSaid { why: "Slack named no view".to_owned() })?;
    Ok(OpenView { id, hash: text(said, "view.hash") })
}

fn settled(answer: Answer) -> Result<Value, NotSaid> {
    match judge(answer, Repeated::Harmless, u32::MAX) {
        Verdict::Done(said) => Ok(said),
        Verdict::NoSuchMessage { why }
        | Verdict::Later { why, .. }
        | Verdict::Perhaps { why }
        | Verdict::Never { why } => Err(NotSaid { why }),
    }
}
