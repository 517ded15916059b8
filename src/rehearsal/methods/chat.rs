//! `chat.*`: what the app says, corrects and takes back.

use super::super::posts::{Draft, Revision};
use super::super::state::{Broadcast, Message, Workspace};
use super::super::{escape, strict, wire};
use super::{Answer, Args, Refused, channel, user, writable};
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::{Value, json};

/// What a message consists of, checked.
struct Content {
    text: String,
    blocks: Vec<Value>,
    attachments: Vec<Value>,
    metadata: Value,
}

fn content(state: &mut Workspace, args: &Args) -> Result<Content, Refused> {
    let text = args.text("text")?.unwrap_or_default();
    let (blocks, attachments) = (args.structure("blocks")?, args.structure("attachments")?);
    strict::message(&text, &blocks, &attachments)?;
    let metadata = args.structure("metadata")?;
    strict::metadata(&metadata)?;
    let list = |value: Value| value.as_array().cloned().unwrap_or_default();
    let (mut blocks, attachments) = (list(blocks), list(attachments));
    state.with_ids(&mut blocks);
    Ok(Content { text: escape::by_app(&text), blocks, attachments, metadata })
}

/// The thread a message goes to: its parent must be there, and be a parent.
fn thread(state: &Workspace, args: &Args, channel: &ChannelId) -> Result<Option<MessageTs>, Refused> {
    let Some(ts) = args.ts("thread_ts")? else { return Ok(None) };
    let parent = state.message(channel, &ts).ok_or("thread_not_found")?;
    // A reply to a reply lands in the thread of the first.
    Ok(Some(parent.thread.clone().unwrap_or(ts)))
}

/// A person named in place of a channel gets the message in their conversation with the app.
fn addressee(state: &Workspace, args: &Args) -> Result<Option<UserId>, Refused> {
    let user = UserId::new(args.required("channel")?);
    Ok(state.users.contains_key(&user).then_some(user))
}

pub(super) fn post(state: &mut Workspace, args: &Args) -> Answer {
    let channel = match addressee(state, args)? {
        Some(user) => state.direct_with(&user),
        None => writable(state, args)?,
    };
    let content = content(state, args)?;
    let thread = thread(state, args, &channel)?;
    let broadcast = if args.flag("reply_broadcast") { Broadcast::Yes } else { Broadcast::No };
    if thread.is_none() && broadcast == Broadcast::Yes {
        return Err(Refused::argument("reply_broadcast", "needs `thread_ts`"));
    }
    let draft = Draft {
        blocks: content.blocks,
        attachments: content.attachments,
        metadata: Some(content.metadata).filter(|it| !it.is_null()),
        thread,
        broadcast,
        ..Draft::of(&channel, &state.bot.user, content.text)
    };
    let ts = state.post(draft);
    let message = state.message(&channel, &ts).map(|it| wire::message(state, it));
    Ok(json!({ "ok": true, "channel": channel, "ts": ts, "message": message }))
}

/// The app's own message that a call names.
fn own<'s>(state: &'s Workspace, args: &Args, not_own: &str) -> Result<&'s Message, Refused> {
    let channel = channel(state, args)?;
    let ts = args.required_ts("ts")?;
    let message = state.message(&channel.id, &ts).ok_or("message_not_found")?;
    if message.user == state.bot.user { Ok(message) } else { Err(Refused::from(not_own)) }
}

pub(super) fn update(state: &mut Workspace, args: &Args) -> Answer {
    let before = own(state, args, "cant_update_message")?.clone();
    if before.fate == super::super::state::Fate::Tombstone {
        return Err(Refused::from("message_not_found"));
    }
    writable(state, args)?;
    let content = content(state, args)?;
    let given = |name: &str| args.map.contains_key(name);
    // Text without blocks takes the blocks away, as in Slack.
    let replaces_blocks = given("blocks") || given("text");
    let revision = Revision {
        text: given("text").then_some(content.text),
        blocks: replaces_blocks.then_some(content.blocks),
        attachments: given("attachments").then_some(content.attachments),
        metadata: Some(content.metadata).filter(|it| !it.is_null()),
    };
    let by = state.bot.user.clone();
    state.revise(&before.channel, &before.ts, &by, revision).ok_or("message_not_found")?;
    let message = state.message(&before.channel, &before.ts);
    let text = message.map(|it| it.text.clone());
    let message = message.map(|it| wire::message(state, it));
    Ok(json!({ "ok": true, "channel": before.channel, "ts": before.ts, "text": text, "message": message }))
}

pub(super) fn delete(state: &mut Workspace, args: &Args) -> Answer {
    let message = own(state, args, "cant_delete_message")?.clone();
    let by = state.bot.user.clone();
    state.remove(&message.channel, &message.ts, &by).ok_or("message_not_found")?;
    Ok(json!({ "ok": true, "channel": message.channel, "ts": message.ts }))
}

pub(super) fn post_ephemeral(state: &mut Workspace, args: &Args) -> Answer {
    let channel = writable(state, args)?;
    let to = user(state, args, "user")?;
    let content = content(state, args)?;
    let inside = state.channels.get(&channel).is_some_and(|it| it.members.contains(&to));
    if !inside {
        return Err(Refused::because("user_not_in_channel", vec![format!("`{to}` is not in `{channel}`")]));
    }
    let thread = thread(state, args, &channel)?;
    let draft =
        Draft { blocks: content.blocks, thread, ..Draft::of(&channel, &state.bot.user, content.text) };
    let ts = state.whisper(draft, &to);
    Ok(json!({ "ok": true, "message_ts": ts }))
}

pub(super) fn permalink(state: &Workspace, args: &Args) -> Answer {
    let channel = channel(state, args)?;
    let ts = args.required_ts("message_ts")?;
    state.message(&channel.id, &ts).ok_or("message_not_found")?;
    let link = wire::permalink(state, &channel.id, &ts);
    Ok(json!({ "ok": true, "channel": channel.id, "permalink": link }))
}
