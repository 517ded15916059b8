//! `conversations.history` and `.replies`: what was said, a page at a time.

use super::super::posts::merge;
use super::super::state::{Channel, Message, Workspace};
use super::super::wire;
use super::{Answer, Args, Refused, channel};
use crate::id::MessageTs;
use serde_json::{Value, json};

/// How many messages come when the call does not say, and at most.
const USUAL: usize = 100;
const MOST: usize = 999;

fn readable<'s>(state: &'s Workspace, args: &Args) -> Result<&'s Channel, Refused> {
    let channel = channel(state, args)?;
    if channel.members.contains(&state.bot.user) { Ok(channel) } else { Err(Refused::from("not_in_channel")) }
}

/// The range a call asks for: after `oldest`, before `latest`, the ends themselves if `inclusive`.
struct Range {
    oldest: (u64, u32),
    latest: Option<(u64, u32)>,
    inclusive: bool,
}

impl Range {
    fn of(args: &Args) -> Result<Self, Refused> {
        Ok(Self {
            oldest: args.ts("oldest")?.map_or((0, 0), |ts| ts.parts()),
            latest: args.ts("latest")?.map(|ts| ts.parts()),
            inclusive: args.flag("inclusive"),
        })
    }

    fn holds(&self, ts: &MessageTs) -> bool {
        let at = ts.parts();
        let after = at > self.oldest || (self.inclusive && at == self.oldest);
        let before = self.latest.is_none_or(|latest| at < latest || (self.inclusive && at == latest));
        after && before
    }
}

/// The place a cursor names; cursors stay valid while messages come and go.
fn cursor(args: &Args) -> Result<Option<MessageTs>, Refused> {
    let Some(text) = args.text("cursor")?.filter(|text| !text.is_empty()) else { return Ok(None) };
    let ts = text.strip_prefix("next_ts:").and_then(|it| it.strip_suffix('='));
    Ok(Some(MessageTs::new(ts.ok_or("invalid_cursor")?)))
}

fn shape(state: &Workspace, args: &Args, message: &Message) -> Value {
    let mut value = wire::message(state, message);
    if let Some(map) = value.as_object_mut() {
        map.remove("channel");
        if !args.flag("include_all_metadata") {
            map.remove("metadata");
        }
    }
    value
}

fn answer(state: &Workspace, args: &Args, found: &[&Message], limit: usize) -> Value {
    let shown = &found[..limit.min(found.len())];
    let messages: Vec<Value> = shown.iter().map(|message| shape(state, args, message)).collect();
    let mut body = json!({ "ok": true, "messages": messages, "has_more": found.len() > limit });
    if let Some(next) = found.get(limit) {
        merge(&mut body, json!({ "response_metadata": { "next_cursor": format!("next_ts:{}=", next.ts) } }));
    }
    body
}

/// Newest first, without the replies that were not broadcast.
pub(super) fn history(state: &Workspace, args: &Args) -> Answer {
    let channel = readable(state, args)?;
    let (range, cursor, limit) = (Range::of(args)?, cursor(args)?, args.limit(USUAL, MOST)?);
    let mut found: Vec<&Message> =
        state.channel_messages(&channel.id).filter(|message| range.holds(&message.ts)).collect();
    found.reverse();
    found.retain(|message| cursor.as_ref().is_none_or(|from| message.ts <= *from));
    let mut body = answer(state, args, &found, limit);
    merge(&mut body, json!({ "pin_count": 0 }));
    Ok(body)
}

/// Oldest first, the parent at the head of every page, whatever the range.
pub(super) fn replies(state: &Workspace, args: &Args) -> Answer {
    let channel = readable(state, args)?;
    let ts = args.required_ts("ts")?;
    let asked = state.message(&channel.id, &ts).ok_or("thread_not_found")?;
    let parent = asked.thread.clone().unwrap_or(ts);
    let (range, cursor, limit) = (Range::of(args)?, cursor(args)?, args.limit(USUAL, MOST)?);
    let mut found = state.thread(&channel.id, &parent);
    found.retain(|message| message.ts == parent || range.holds(&message.ts));
    found.retain(|message| message.ts == parent || cursor.as_ref().is_none_or(|from| message.ts >= *from));
    // The parent that a later page repeats does not count towards its limit.
    let limit = if cursor.is_some() { limit + 1 } else { limit };
    Ok(answer(state, args, &found, limit))
}
