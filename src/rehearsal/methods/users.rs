//! `users.*`: who people are and whether they are there.

use super::super::state::{Presence, Standing, Workspace};
use super::super::wire;
use super::{Answer, Args, Refused, page, user};
use serde_json::{Value, json};

pub(super) fn info(state: &Workspace, args: &Args) -> Answer {
    let id = user(state, args, "user")?;
    Ok(json!({ "ok": true, "user": state.users.get(&id).map(|it| wire::user(state, it)) }))
}

pub(super) fn list(state: &Workspace, args: &Args) -> Answer {
    let all: Vec<Value> = state.users.values().map(|it| wire::user(state, it)).collect();
    let (members, next) = page(args, &all, 200, 1000)?;
    let now = state.now().timestamp();
    Ok(
        json!({ "ok": true, "members": members, "cache_ts": now, "response_metadata": { "next_cursor": next } }),
    )
}

pub(super) fn by_email(state: &Workspace, args: &Args) -> Answer {
    let email = args.required("email")?;
    let found = state
        .users
        .values()
        .find(|it| it.email.eq_ignore_ascii_case(&email) && it.standing == Standing::Active)
        .ok_or_else(|| Refused::from("users_not_found"))?;
    Ok(json!({ "ok": true, "user": wire::user(state, found) }))
}

pub(super) fn presence(state: &Workspace, args: &Args) -> Answer {
    let id = user(state, args, "user")?;
    let presence = match state.users.get(&id).map(|it| it.presence) {
        Some(Presence::Active) => "active",
        Some(Presence::Away) | None => "away",
    };
    Ok(json!({ "ok": true, "presence": presence }))
}

pub(super) fn profile(state: &Workspace, args: &Args) -> Answer {
    let id = user(state, args, "user")?;
    Ok(json!({ "ok": true, "profile": state.users.get(&id).map(wire::profile) }))
}
