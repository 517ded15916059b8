//! What a person does at the page, carried out on the model and written down.

use super::Page;
use super::host::Host;
use super::line::line;
use crate::clock::{Clock, Timestamp};
use crate::id::{ChannelId, MessageTs, UserId};
use crate::rehearsal::{CannotDo, Dnd, Heard, Place, Presence, Slack, Status, Submitted};
use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// One act, with who does it.
#[derive(Debug, Deserialize)]
pub(super) struct Doing {
    #[serde(rename = "as")]
    pub who: UserId,
    #[serde(flatten)]
    pub deed: Deed,
}

/// What somebody does.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Deed {
    Talk(Talk),
    Use(Use),
    Own(Own),
}

/// With messages.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Talk {
    Say { channel: ChannelId, thread: Option<MessageTs>, text: String },
    SayToBot { text: String },
    Upload { channel: ChannelId, thread: Option<MessageTs>, name: String, text: String },
    Edit { channel: ChannelId, ts: MessageTs, text: String },
    Delete { channel: ChannelId, ts: MessageTs },
    React { channel: ChannelId, ts: MessageTs, name: String },
    Unreact { channel: ChannelId, ts: MessageTs, name: String },
}

/// With commands, buttons and forms. `what` names an element as `BLOCK/ACTION`, `label` by the words people see.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Use {
    Command { channel: ChannelId, command: String, text: String },
    Press { place: At, what: String, label: String },
    Choose { place: At, what: String, label: String, pick: String, shown: String },
    Submit { fields: Vec<Field> },
    CloseView,
    Shortcut { callback: String, channel: ChannelId, ts: MessageTs },
    OpenHome,
}

/// With oneself.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Own {
    SetStatus { emoji: String, text: String, until: Option<i64> },
    Snooze { minutes: Option<u32> },
    SetPresence { active: Active },
    Join { channel: ChannelId },
    Read { channel: ChannelId },
}

/// Where a button is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum At {
    Message { channel: ChannelId, ts: MessageTs },
    Modal,
    Home,
}

/// One field of a form that is sent: what it is known by, and what it is called and shows.
#[derive(Debug, Deserialize)]
pub(super) struct Field {
    pub what: String,
    pub label: String,
    pub value: String,
    pub shown: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Active {
    Active,
    Away,
}

impl From<&At> for Place {
    fn from(at: &At) -> Self {
        match at {
            At::Message { channel, ts } => Self::message(channel, ts),
            At::Modal => Self::Modal,
            At::Home => Self::Home,
        }
    }
}

/// Answers `{ok: true}`, with `errors` under the fields of a form or a `notice` as Slack would show it; or
/// `{ok: false, error}`.
pub(super) async fn act<H: Host>(State(page): State<Arc<Page<H>>>, Json(doing): Json<Doing>) -> Json<Value> {
    let written = page.recorder().write(&page.slack, &line(&page.slack, &doing));
    let done = carry_out(&page.slack, &doing).await;
    let answer = match done {
        Ok(answer) => {
            let mut recorder = page.recorder();
            recorder.learn(&page.slack, written, &doing.who, &answer);
            recorder.objected(written, &answer);
            answer
        }
        Err(why) => {
            page.recorder().take_back(written);
            json!({ "ok": false, "error": why.to_string() })
        }
    };
    Json(answer)
}

async fn carry_out(slack: &Slack, doing: &Doing) -> Result<Value, CannotDo> {
    match &doing.deed {
        Deed::Talk(deed) => talk(slack, &doing.who, deed).await,
        Deed::Use(deed) => interact(slack, &doing.who, deed).await,
        Deed::Own(deed) => own(slack, &doing.who, deed).await,
    }
}

fn done(_: ()) -> Value {
    json!({ "ok": true })
}

async fn talk(slack: &Slack, who: &UserId, deed: &Talk) -> Result<Value, CannotDo> {
    let said = |channel: &ChannelId, ts: MessageTs| json!({ "ok": true, "channel": channel, "ts": ts });
    match deed {
        Talk::Say { channel, thread: None, text } => {
            slack.say(who, channel, text).await.map(|ts| said(channel, ts))
        }
        Talk::Say { channel, thread: Some(thread), text } => {
            slack.reply(who, channel, thread, text).await.map(|ts| said(channel, ts))
        }
        Talk::SayToBot { text } => slack.say_to_bot(who, text).await.map(|_| done(())),
        Talk::Upload { channel, thread, name, text } => {
            slack.upload(who, channel, thread.as_ref(), name, text).await.map(|ts| said(channel, ts))
        }
        Talk::Edit { channel, ts, text } => slack.edit(who, channel, ts, text).await.map(done),
        Talk::Delete { channel, ts } => slack.delete(who, channel, ts).await.map(done),
        Talk::React { channel, ts, name } => slack.react(who, channel, ts, name).await.map(done),
        Talk::Unreact { channel, ts, name } => slack.unreact(who, channel, ts, name).await.map(done),
    }
}

async fn interact(slack: &Slack, who: &UserId, deed: &Use) -> Result<Value, CannotDo> {
    match deed {
        Use::Command { channel, command, text } => {
            slack.command(who, channel, command, text).await.map(|it| heard(it.heard, command))
        }
        Use::Press { place, what, label } => {
            slack.press(who, &place.into(), what).await.map(|it| heard(it.heard, label))
        }
        Use::Choose { place, what, label, pick, .. } => {
            slack.choose(who, &place.into(), what, pick).await.map(|it| heard(it.heard, label))
        }
        Use::Submit { fields } => {
            let values: Vec<(&str, &str)> =
                fields.iter().map(|it| (it.what.as_str(), it.value.as_str())).collect();
            Ok(match slack.submit(who, &values).await? {
                Submitted::Closed | Submitted::Updated(_) | Submitted::Pushed(_) => done(()),
                Submitted::Errors(errors) => json!({ "ok": true, "errors": errors }),
                Submitted::Unheard(fate) => heard(fate, "the form"),
            })
        }
        Use::CloseView => slack.close_view(who).await.map(done),
        Use::Shortcut { callback, channel, ts } => {
            slack.shortcut(who, callback, channel, ts).await.map(|it| heard(it.heard, callback))
        }
        Use::OpenHome => slack.open_home(who).await.map(done),
    }
}

async fn own(slack: &Slack, who: &UserId, deed: &Own) -> Result<Value, CannotDo> {
    match deed {
        Own::SetStatus { emoji, text, until } => {
            let expires = until.and_then(Timestamp::from_timestamp_millis);
            let status = Status { text: text.clone(), emoji: emoji.clone(), expires };
            slack.set_status(who, status).await.map(done)
        }
        Own::Snooze { minutes } => {
            let now = slack.clock().now();
            let until = minutes.map(|minutes| now + TimeDelta::minutes(i64::from(minutes)));
            slack.set_dnd(who, Dnd { from: until.map(|_| now), until }).await.map(done)
        }
        Own::SetPresence { active } => {
            let presence = match active {
                Active::Active => Presence::Active,
                Active::Away => Presence::Away,
            };
            slack.set_presence(who, presence).await.map(done)
        }
        Own::Join { channel } => slack.join(who, channel).await.map(done),
        Own::Read { channel } => {
            slack.mark_read(who, channel);
            Ok(done(()))
        }
    }
}

/// What Slack's client shows when the app said nothing.
fn heard(heard: Heard, what: &str) -> Value {
    match heard {
        Heard::Acknowledged => json!({ "ok": true }),
        Heard::TooLate => {
            let notice =
                format!("{what} failed with the error “operation_timeout”: no answer within three seconds.");
            json!({ "ok": true, "notice": notice })
        }
        Heard::NobodyThere => {
            let notice = format!("{what} failed with the error “dispatch_failed”: the bot is not connected.");
            json!({ "ok": true, "notice": notice })
        }
    }
}
