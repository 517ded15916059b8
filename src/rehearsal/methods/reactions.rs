//! `reactions.*`.

use super::super::state::Workspace;
use super::super::wire;
use super::{Answer, Args, Refused, channel, writable};
use crate::id::{ChannelId, MessageTs};
use serde_json::json;

/// Slack answers a missing `name` with a code of its own.
fn name(args: &Args) -> Result<String, Refused> {
    let name = args.text("name")?.filter(|it| !it.is_empty()).ok_or("no_reaction_name")?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_-+:'".contains(c);
    let bare = !name.starts_with(':') && name.chars().all(fits);
    if bare { Ok(name) } else { Err(Refused::because("invalid_name", vec![format!("`{name}`")])) }
}

fn place(state: &Workspace, args: &Args) -> Result<(ChannelId, MessageTs), Refused> {
    if !args.map.contains_key("timestamp") {
        return Err(Refused::from("no_item_specified"));
    }
    Ok((writable(state, args)?, args.required_ts("timestamp")?))
}

pub(super) fn add(state: &mut Workspace, args: &Args) -> Answer {
    let ((channel, ts), name) = (place(state, args)?, name(args)?);
    let bot = state.bot.user.clone();
    state.react(&channel, &ts, &bot, &name)?;
    Ok(json!({ "ok": true }))
}

pub(super) fn remove(state: &mut Workspace, args: &Args) -> Answer {
    let ((channel, ts), name) = (place(state, args)?, name(args)?);
    let bot = state.bot.user.clone();
    state.unreact(&channel, &ts, &bot, &name)?;
    Ok(json!({ "ok": true }))
}

pub(super) fn get(state: &Workspace, args: &Args) -> Answer {
    let channel = channel(state, args)?;
    let ts = args.required_ts("timestamp")?;
    let message = state.message(&channel.id, &ts).ok_or("message_not_found")?;
    let mut body = wire::message(state, message);
    if let Some(map) = body.as_object_mut() {
        map.insert("permalink".to_owned(), json!(wire::permalink(state, &channel.id, &ts)));
    }
    Ok(json!({ "ok": true, "type": "message", "channel": channel.id, "message": body }))
}
