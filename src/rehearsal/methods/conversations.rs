//! `conversations.*` and `users.conversations`: the channels themselves.

use super::super::state::{Channel, ChannelKind, ChannelLife, Workspace};
use super::super::wire;
use super::{Answer, Args, Refused, channel, page, user};
use crate::id::{ChannelId, UserId};
use serde_json::{Value, json};

pub(super) fn info(state: &Workspace, args: &Args) -> Answer {
    let channel = channel(state, args)?;
    let hidden = channel.kind != ChannelKind::Public && !channel.members.contains(&state.bot.user);
    if hidden {
        return Err(Refused::from("channel_not_found"));
    }
    Ok(json!({ "ok": true, "channel": wire::channel(state, channel) }))
}

fn type_name(kind: ChannelKind) -> &'static str {
    match kind {
        ChannelKind::Public => "public_channel",
        ChannelKind::Private => "private_channel",
        ChannelKind::Direct => "im",
    }
}

fn listed(state: &Workspace, args: &Args, wanted: impl Fn(&Channel) -> bool) -> Answer {
    let types = args.text("types")?.unwrap_or_else(|| "public_channel".to_owned());
    let types: Vec<&str> = types.split(',').map(str::trim).collect();
    if let Some(bad) =
        types.iter().find(|it| !["public_channel", "private_channel", "im", "mpim"].contains(it))
    {
        return Err(Refused::because("invalid_types", vec![format!("`{bad}`")]));
    }
    let no_archived = args.flag("exclude_archived");
    let all: Vec<Value> = state
        .channels
        .values()
        .filter(|it| types.contains(&type_name(it.kind)) && wanted(it))
        .filter(|it| it.kind == ChannelKind::Public || it.members.contains(&state.bot.user))
        .filter(|it| !no_archived || it.life == ChannelLife::Open)
        .map(|it| wire::channel(state, it))
        .collect();
    let (channels, next) = page(args, &all, 100, 999)?;
    Ok(json!({ "ok": true, "channels": channels, "response_metadata": { "next_cursor": next } }))
}

pub(super) fn list(state: &Workspace, args: &Args) -> Answer {
    listed(state, args, |_| true)
}

/// The channels of one person; of the app itself when none is named.
pub(super) fn of_user(state: &Workspace, args: &Args) -> Answer {
    let who = match args.text("user")? {
        Some(_) => user(state, args, "user")?,
        None => state.bot.user.clone(),
    };
    listed(state, args, |channel| channel.members.contains(&who))
}

pub(super) fn members(state: &Workspace, args: &Args) -> Answer {
    let channel = channel(state, args)?;
    let all: Vec<&UserId> = channel.members.iter().collect();
    let (members, next) = page(args, &all, 100, 999)?;
    Ok(json!({ "ok": true, "members": members, "response_metadata": { "next_cursor": next } }))
}

pub(super) fn open(state: &mut Workspace, args: &Args) -> Answer {
    let users = args.required("users")?;
    let users: Vec<&str> = users.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    let [one] = users[..] else {
        return Err(Refused::because("invalid_arguments", vec!["`users` names one person here".to_owned()]));
    };
    let user = UserId::from(one);
    if !state.users.contains_key(&user) {
        return Err(Refused::because("user_not_found", vec![format!("`{user}`")]));
    }
    if user == state.bot.user {
        return Err(Refused::from("cannot_dm_bot"));
    }
    if state.users.get(&user).is_some_and(|it| it.standing == super::super::state::Standing::Deactivated) {
        return Err(Refused::from("user_disabled"));
    }
    let already = state.direct_channel(&user).is_some();
    let channel = state.direct_with(&user);
    let mut body =
        json!({ "ok": true, "no_op": already, "already_open": already, "channel": { "id": channel } });
    if args.flag("return_im")
        && let Some(it) = state.channels.get(&channel)
    {
        body["channel"] = wire::channel(state, it);
    }
    Ok(body)
}

pub(super) fn join(state: &mut Workspace, args: &Args) -> Answer {
    let id: ChannelId = channel(state, args)?.id.clone();
    let bot = state.bot.user.clone();
    let channel = channel(state, args)?;
    if channel.life == ChannelLife::Archived {
        return Err(Refused::from("is_archived"));
    }
    if channel.kind != ChannelKind::Public {
        return Err(Refused::from("method_not_supported_for_channel_type"));
    }
    state.enter(&id, &bot);
    let channel = state.channels.get(&id).map(|it| wire::channel(state, it));
    Ok(json!({ "ok": true, "channel": channel }))
}
