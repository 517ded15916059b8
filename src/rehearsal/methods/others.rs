//! The app's own identity, connections, groups, do-not-disturb and files.

use super::super::slack::Inside;
use super::super::state::Workspace;
use super::super::wire;
use super::{Answer, Args, Refused, user};
use crate::id::{GroupId, UserId};
use serde_json::{Map, Value, json};

/// How many people `dnd.teamInfo` takes in one call.
const DND_USERS_MAX: usize = 50;

pub(super) fn auth_test(state: &Workspace) -> Value {
    json!({
        "ok": true, "url": format!("https://{}.slack.com/", state.team.domain), "team": state.team.name,
        "user": state.bot.name, "team_id": state.team.id, "user_id": state.bot.user, "bot_id": state.bot.bot_id,
        "app_id": state.bot.app_id, "is_enterprise_install": false,
    })
}

pub(super) fn connections_open(inside: &mut Inside) -> Value {
    let ticket = inside.workspace.next_id("ticket");
    inside.sockets.add_ticket(&ticket);
    let base = inside.workspace.base_url.replacen("http", "ws", 1);
    let app = &inside.workspace.bot.app_id;
    json!({ "ok": true, "url": format!("{base}/link/?ticket={ticket}&app_id={app}") })
}

pub(super) fn team_info(state: &Workspace) -> Value {
    let team = &state.team;
    json!({ "ok": true, "team": { "id": team.id, "name": team.name, "domain": team.domain, "email_domain": "" } })
}

pub(super) fn files_info(state: &Workspace, args: &Args) -> Answer {
    let id = args.required("file")?;
    let file = state.files.get(&id).ok_or("file_not_found")?;
    Ok(json!({ "ok": true, "file": wire::file(state, file), "comments": [] }))
}

pub(super) fn dnd_info(state: &Workspace, args: &Args) -> Answer {
    let id = user(state, args, "user")?;
    let mut body = state.users.get(&id).map(wire::dnd).unwrap_or_default();
    body["ok"] = json!(true);
    Ok(body)
}

pub(super) fn dnd_team_info(state: &Workspace, args: &Args) -> Answer {
    let users = args.required("users")?;
    let ids: Vec<&str> = users.split(',').map(str::trim).filter(|it| !it.is_empty()).collect();
    if ids.len() > DND_USERS_MAX {
        return Err(Refused::because("too_many_users", vec![format!("no more than {DND_USERS_MAX}")]));
    }
    let known = ids.iter().filter_map(|id| state.users.get(*id));
    let all: Map<String, Value> = known.map(|it| (it.id.to_string(), wire::dnd(it))).collect();
    Ok(json!({ "ok": true, "users": all, "cached": false }))
}

pub(super) fn groups_list(state: &Workspace, args: &Args) -> Value {
    let groups = state.groups.values().map(|it| {
        let mut group = wire::group(state, it);
        if let Some(map) = group.as_object_mut() {
            if !args.flag("include_users") {
                map.remove("users");
            }
            if !args.flag("include_count") {
                map.remove("user_count");
            }
        }
        group
    });
    json!({ "ok": true, "usergroups": groups.collect::<Vec<_>>() })
}

fn group(args: &Args, state: &Workspace) -> Result<GroupId, Refused> {
    let id = GroupId::new(args.required("usergroup")?);
    if state.groups.contains_key(&id) { Ok(id) } else { Err(Refused::from("no_such_subteam")) }
}

pub(super) fn group_users(state: &Workspace, args: &Args) -> Answer {
    let id = group(args, state)?;
    Ok(json!({ "ok": true, "users": state.groups.get(&id).map(|it| &it.members) }))
}

pub(super) fn update_group_users(state: &mut Workspace, args: &Args) -> Answer {
    let id = group(args, state)?;
    let users = args.required("users")?;
    let members: Vec<UserId> = users.split(',').map(|it| UserId::from(it.trim())).collect();
    if let Some(unknown) = members.iter().find(|it| !state.users.contains_key(it.as_str())) {
        return Err(Refused::because("invalid_users", vec![format!("`{unknown}`")]));
    }
    state.set_group_members(&id, members);
    Ok(json!({ "ok": true, "usergroup": state.groups.get(&id).map(|it| wire::group(state, it)) }))
}
