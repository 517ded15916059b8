//! `response_url`: five answers within half an hour, also where the app is no member.

use super::methods::Refused;
use super::posts::{Draft, Revision};
use super::state::{AnswerUrl, Change, Workspace};
use super::{escape, strict};
use crate::id::MessageTs;
use serde_json::Value;

const USES_MAX: u32 = 5;
const LIVES_MIN: i64 = 30;

/// Carries out one answer. Refused with Slack's code.
pub(super) fn answer(state: &mut Workspace, key: &str, body: &Value) -> Result<(), Refused> {
    let now = state.now();
    let url = state.answer_urls.get_mut(key).ok_or("invalid_url")?;
    if now - url.issued > chrono::Duration::minutes(LIVES_MIN) {
        return Err(Refused::from("expired_url"));
    }
    if url.uses >= USES_MAX {
        return Err(Refused::from("used_url"));
    }
    url.uses += 1;
    let url = url.clone();
    if body["delete_original"] == true {
        return delete_original(state, &url);
    }
    let text = body["text"].as_str().unwrap_or_default().to_owned();
    strict::message(&text, &body["blocks"], &body["attachments"])?;
    if body["replace_original"] == true {
        return replace_original(state, &url, &text, body);
    }
    say(state, &url, &text, body);
    Ok(())
}

/// Shows a text to the person alone, or to the channel where the body says so.
pub(super) fn say(state: &mut Workspace, url: &AnswerUrl, text: &str, body: &Value) {
    let mut blocks = body["blocks"].as_array().cloned().unwrap_or_default();
    state.with_ids(&mut blocks);
    let thread = body["thread_ts"].as_str().map(MessageTs::from).or_else(|| url.thread.clone());
    let bot = state.bot.user.clone();
    let draft = Draft { blocks, thread, ..Draft::of(&url.channel, &bot, escape::by_app(text)) };
    if body["response_type"] == "in_channel" {
        state.post(draft);
    } else {
        state.whisper(draft, &url.user);
    }
}

fn original(state: &Workspace, url: &AnswerUrl) -> Result<(MessageTs, Option<usize>), Refused> {
    let ts = url.original.clone().ok_or("no_original")?;
    let whisper = state.ephemerals.iter().position(|it| it.channel == url.channel && it.ts == ts);
    if whisper.is_none() && state.message(&url.channel, &ts).is_none() {
        return Err(Refused::from("message_not_found"));
    }
    Ok((ts, whisper))
}

fn delete_original(state: &mut Workspace, url: &AnswerUrl) -> Result<(), Refused> {
    let (ts, whisper) = original(state, url)?;
    if let Some(at) = whisper {
        let gone = state.ephemerals.remove(at);
        state.record(Change::WhisperGone { channel: gone.channel, ts, to: gone.to });
        return Ok(());
    }
    let bot = state.bot.user.clone();
    state.remove(&url.channel, &ts, &bot).ok_or_else(|| Refused::from("message_not_found"))
}

fn replace_original(state: &mut Workspace, url: &AnswerUrl, text: &str, body: &Value) -> Result<(), Refused> {
    let (ts, whisper) = original(state, url)?;
    let mut blocks = body["blocks"].as_array().cloned().unwrap_or_default();
    state.with_ids(&mut blocks);
    let text = escape::by_app(text);
    if let Some(whisper) = whisper.and_then(|at| state.ephemerals.get_mut(at)) {
        (whisper.text, whisper.blocks) = (text, blocks);
        let change = Change::WhisperChanged { channel: whisper.channel.clone(), ts, to: whisper.to.clone() };
        state.record(change);
        return Ok(());
    }
    let bot = state.bot.user.clone();
    let revision = Revision { text: Some(text), blocks: Some(blocks), ..Revision::default() };
    state.revise(&url.channel, &ts, &bot, revision).ok_or_else(|| Refused::from("message_not_found"))
}
