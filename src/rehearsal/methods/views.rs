//! `views.*`: modals and home views.

use super::super::state::{ViewKind, Workspace};
use super::super::{strict, wire};
use super::{Answer, Args, Refused, user};
use serde_json::{Value, json};

fn content(args: &Args, kind: ViewKind) -> Result<Value, Refused> {
    let view = args.structure("view")?;
    if !view.is_object() {
        return Err(Refused::argument("view", "missing required field: view"));
    }
    strict::view(&view, kind)?;
    Ok(view)
}

fn answer(state: &Workspace, id: &str) -> Answer {
    let view = state.views.get(id).ok_or("not_found")?;
    Ok(json!({ "ok": true, "view": wire::view(state, view) }))
}

/// An external id names one view of the workspace.
fn fresh(state: &Workspace, view: &Value, except: Option<&str>) -> Result<(), Refused> {
    let wanted = view["external_id"].as_str().filter(|id| !id.is_empty());
    let taken = wanted.is_some_and(|wanted| {
        state.views.values().any(|it| it.content["external_id"] == wanted && Some(it.id.as_str()) != except)
    });
    if taken { Err(Refused::from("duplicate_external_id")) } else { Ok(()) }
}

pub(super) fn open(state: &mut Workspace, args: &Args) -> Answer {
    let trigger = args.required("trigger_id")?;
    let view = content(args, ViewKind::Modal)?;
    fresh(state, &view, None)?;
    let (user, _) = state.use_trigger(&trigger)?;
    let id = state.open_modal(&user, view);
    answer(state, &id)
}

pub(super) fn push(state: &mut Workspace, args: &Args) -> Answer {
    let trigger = args.required("trigger_id")?;
    let view = content(args, ViewKind::Modal)?;
    fresh(state, &view, None)?;
    let (user, from) = state.use_trigger(&trigger)?;
    if from.is_none() {
        let detail = "the trigger does not come from an open modal".to_owned();
        return Err(Refused::because("invalid_arguments", vec![detail]));
    }
    let id = state.push_modal(&user, view)?;
    answer(state, &id)
}

pub(super) fn update(state: &mut Workspace, args: &Args) -> Answer {
    let id = match (args.text("view_id")?, args.text("external_id")?) {
        (Some(id), _) => id,
        (None, Some(wanted)) => {
            let found = state.views.values().find(|it| it.content["external_id"] == wanted);
            found.map(|it| it.id.clone()).ok_or("not_found")?
        }
        (None, None) => return Err(Refused::argument("view_id", "missing required field: view_id")),
    };
    let old = state.views.get(&id).ok_or("not_found")?;
    let view = content(args, old.kind)?;
    if args.text("hash")?.is_some_and(|hash| hash != old.hash) {
        return Err(Refused::from("hash_conflict"));
    }
    fresh(state, &view, Some(&id))?;
    state.update_view(&id, view).ok_or("not_found")?;
    answer(state, &id)
}

pub(super) fn publish(state: &mut Workspace, args: &Args) -> Answer {
    let owner = user(state, args, "user_id")?;
    let view = content(args, ViewKind::Home)?;
    let standing = state.homes.get(&owner).and_then(|id| state.views.get(id));
    if let (Some(hash), Some(standing)) = (args.text("hash")?, standing)
        && hash != standing.hash
    {
        return Err(Refused::from("hash_conflict"));
    }
    let id = state.publish_home(&owner, view);
    answer(state, &id)
}
