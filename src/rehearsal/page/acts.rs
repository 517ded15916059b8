//! What a person does at the page, carried out on the model and written down.

use super::Page;
use super::host::Host;
use super::record::Line;
use crate::clock::{Clock, Timestamp};
use crate::id::{ChannelId, MessageTs, UserId};
use crate::rehearsal::script::{Act, Deed as ScriptDeed, On, Set, Talk, Use};
use crate::rehearsal::{CannotDo, Dnd, Heard, Place, Presence, Slack, Status, Submitted};
use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// One act, with who does it.
#[derive(Debug, Deserialize)]
pub(super) struct Doing {
    #[serde(rename = "as")]
    who: UserId,
    #[serde(flatten)]
    deed: Deed,
}

/// What somebody does. `what` names an element as `BLOCK/ACTION`, `label` by the words people see.
#[derive(Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Deed {
    Say { channel: ChannelId, thread: Option<MessageTs>, text: String },
    SayToBot { text: String },
    Upload { channel: ChannelId, thread: Option<MessageTs>, name: String, text: String },
    Edit { channel: ChannelId, ts: MessageTs, text: String },
    Delete { channel: ChannelId, ts: MessageTs },
    React { channel: ChannelId, ts: MessageTs, name: String },
    Unreact { channel: ChannelId, ts: MessageTs, name: String },
    Command { channel: ChannelId, command: String, text: String },
    Press { place: At, what: String, label: String },
    Choose { place: At, what: String, label: String, pick: String, shown: String },
    Submit { fields: Vec<Field> },
    CloseView,
    Shortcut { callback: String, channel: ChannelId, ts: MessageTs },
    OpenHome,
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
    what: String,
    label: String,
    value: String,
    shown: String,
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
            page.recorder().learn(&page.slack, &doing.who, &answer);
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
    let who = &doing.who;
    let said = |channel: &ChannelId, ts: MessageTs| json!({ "ok": true, "channel": channel, "ts": ts });
    let done = |()| json!({ "ok": true });
    match &doing.deed {
        Deed::Say { channel, thread: None, text } => {
            slack.say(who, channel, text).await.map(|ts| said(channel, ts))
        }
        Deed::Say { channel, thread: Some(thread), text } => {
            slack.reply(who, channel, thread, text).await.map(|ts| said(channel, ts))
        }
        Deed::SayToBot { text } => {
            slack.say_to_bot(who, text).await.map(|ts| json!({ "ok": true, "ts": ts }))
        }
        Deed::Upload { channel, thread, name, text } => {
            slack.upload(who, channel, thread.as_ref(), name, text).await.map(|ts| said(channel, ts))
        }
        Deed::Edit { channel, ts, text } => slack.edit(who, channel, ts, text).await.map(done),
        Deed::Delete { channel, ts } => slack.delete(who, channel, ts).await.map(done),
        Deed::React { channel, ts, name } => slack.react(who, channel, ts, name).await.map(done),
        Deed::Unreact { channel, ts, name } => slack.unreact(who, channel, ts, name).await.map(done),
        Deed::Command { .. }
        | Deed::Press { .. }
        | Deed::Choose { .. }
        | Deed::Submit { .. }
        | Deed::CloseView
        | Deed::Shortcut { .. } => interact(slack, who, &doing.deed).await,
        Deed::OpenHome => slack.open_home(who).await.map(done),
        Deed::SetStatus { emoji, text, until } => {
            let expires = until.and_then(Timestamp::from_timestamp_millis);
            let status = Status { text: text.clone(), emoji: emoji.clone(), expires };
            slack.set_status(who, status).await.map(done)
        }
        Deed::Snooze { minutes } => {
            let now = slack.clock().now();
            let until = minutes.map(|minutes| now + TimeDelta::minutes(i64::from(minutes)));
            slack.set_dnd(who, Dnd { from: until.map(|_| now), until }).await.map(done)
        }
        Deed::SetPresence { active } => {
            let presence = match active {
                Active::Active => Presence::Active,
                Active::Away => Presence::Away,
            };
            slack.set_presence(who, presence).await.map(done)
        }
        Deed::Join { channel } => slack.join(who, channel).await.map(done),
        Deed::Read { channel } => {
            slack.mark_read(who, channel);
            Ok(done(()))
        }
    }
}

async fn interact(slack: &Slack, who: &UserId, deed: &Deed) -> Result<Value, CannotDo> {
    match deed {
        Deed::Command { channel, command, text } => {
            let answer = slack.command(who, channel, command, text).await?;
            Ok(heard(answer.heard, command))
        }
        Deed::Press { place, what, label } => {
            slack.press(who, &place.into(), what).await.map(|it| heard(it.heard, label))
        }
        Deed::Choose { place, what, label, pick, .. } => {
            slack.choose(who, &place.into(), what, pick).await.map(|it| heard(it.heard, label))
        }
        Deed::Submit { fields } => {
            let values: Vec<(&str, &str)> =
                fields.iter().map(|it| (it.what.as_str(), it.value.as_str())).collect();
            Ok(match slack.submit(who, &values).await? {
                Submitted::Closed | Submitted::Updated(_) | Submitted::Pushed(_) => json!({ "ok": true }),
                Submitted::Errors(errors) => json!({ "ok": true, "errors": errors }),
                Submitted::Unheard(fate) => heard(fate, "the form"),
            })
        }
        Deed::CloseView => slack.close_view(who).await.map(|()| json!({ "ok": true })),
        Deed::Shortcut { callback, channel, ts } => {
            slack.shortcut(who, callback, channel, ts).await.map(|it| heard(it.heard, callback))
        }
        other => Err(CannotDo(format!("`{other:?}` is no interaction"))),
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

/// The act as a script has it, or in words where scripts have none.
fn line(slack: &Slack, doing: &Doing) -> Line {
    let user = &doing.who;
    let who =
        slack.read(|state| state.users.get(user).map_or_else(|| user.to_string(), |it| it.handle.clone()));
    match &doing.deed {
        Deed::Say { channel, thread: Some(thread), text } => {
            Line::InThread(channel.clone(), thread.clone(), talk(who, Talk::Reply { text: text.clone() }))
        }
        Deed::Say { channel, thread: None, text } => Line::Act(match name_of(slack, channel) {
            Some(channel) => talk(who, Talk::Say { channel, text: text.clone() }),
            None => talk(who, Talk::SayToBot { text: text.clone() }),
        }),
        Deed::SayToBot { text } => Line::Act(talk(who, Talk::SayToBot { text: text.clone() })),
        Deed::Upload { channel, thread: Some(thread), name, text } if text.is_empty() => {
            Line::InThread(channel.clone(), thread.clone(), talk(who, Talk::Upload { name: name.clone() }))
        }
        Deed::Upload { name, text, .. } => Line::Words(format!("{who} shares {name} with: {text}")),
        Deed::Edit { channel, ts, text } => {
            let act = talk(who, Talk::Edit { text: text.clone() });
            Line::Last(user.clone(), channel.clone(), ts.clone(), act)
        }
        Deed::Delete { channel, ts } => {
            Line::Last(user.clone(), channel.clone(), ts.clone(), talk(who, Talk::Delete))
        }
        Deed::React { channel, ts, name } => {
            let act = |on| talk(who.clone(), Talk::React { emoji: name.clone(), on });
            Line::On { channel: channel.clone(), ts: ts.clone(), root: act(On::Root), card: act(On::Card) }
        }
        Deed::Unreact { channel, ts, name } => {
            let act = |on| talk(who.clone(), Talk::Unreact { emoji: name.clone(), on });
            Line::On { channel: channel.clone(), ts: ts.clone(), root: act(On::Root), card: act(On::Card) }
        }
        Deed::Command { channel, command, text } => match name_of(slack, channel) {
            Some(channel) => {
                Line::Act(used(who, Use::Command { channel, command: command.clone(), text: text.clone() }))
            }
            None => Line::Words(format!("{who} types to the bot: {command} {text}")),
        },
        Deed::Shortcut { callback, channel, ts } => {
            let act = used(who, Use::Shortcut { callback: callback.clone() });
            Line::InThread(channel.clone(), ts.clone(), act)
        }
        other => plain_line(who, other),
    }
}

/// Acts that are the same wherever they are done.
fn plain_line(who: String, deed: &Deed) -> Line {
    match deed {
        Deed::Press { label, .. } => Line::Act(used(who, Use::Press { label: label.clone() })),
        Deed::Choose { label, shown, .. } => {
            Line::Act(used(who, Use::Choose { label: label.clone(), option: shown.clone() }))
        }
        Deed::Submit { fields } => {
            let values = fields.iter().filter(|it| !it.shown.is_empty());
            let values = values.map(|it| (it.label.clone(), it.shown.clone())).collect();
            Line::Act(used(who, Use::FillIn { values }))
        }
        Deed::OpenHome => Line::Act(used(who, Use::OpenHome)),
        Deed::SetStatus { emoji, text, .. } if emoji.is_empty() && text.is_empty() => {
            Line::Act(set(who, Set::NoStatus))
        }
        Deed::SetStatus { emoji, text, until } => {
            let status = Set::Status { emoji: emoji.clone(), text: text.clone(), until: None };
            Line::Until(until.and_then(Timestamp::from_timestamp_millis), set(who, status))
        }
        Deed::Snooze { minutes } => Line::Act(set(
            who,
            minutes.map_or(Set::NoSnooze, |it| Set::Snooze(Duration::from_secs(u64::from(it) * 60))),
        )),
        Deed::CloseView => Line::Words(format!("{who} closes the form")),
        Deed::SetPresence { active: Active::Active } => Line::Words(format!("{who} is active")),
        Deed::SetPresence { active: Active::Away } => Line::Words(format!("{who} is away")),
        Deed::Join { channel } => Line::Words(format!("{who} joins {channel}")),
        Deed::Read { .. } => Line::Nothing,
        other => Line::Words(format!("{who}: {other:?}")),
    }
}

fn talk(who: String, talk: Talk) -> Act {
    Act::Person { who, deed: ScriptDeed::Talk(talk) }
}

fn used(who: String, it: Use) -> Act {
    Act::Person { who, deed: ScriptDeed::Use(it) }
}

fn set(who: String, set: Set) -> Act {
    Act::Person { who, deed: ScriptDeed::Set(set) }
}

/// A channel's name; none for a conversation with the app.
fn name_of(slack: &Slack, channel: &ChannelId) -> Option<String> {
    let name = slack.read(|state| state.channels.get(channel).map(|it| it.name.clone()));
    name.filter(|name| !name.is_empty())
}
