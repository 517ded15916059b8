//! What people do with commands, buttons, selects, shortcuts and forms.

use super::ack::{CommandAnswer, Heard, Pressed, Submitted, answer_place};
use super::escape::{self, Typed};
use super::forms::{self, Found};
use super::people::{CannotDo, cannot};
use super::posts::merge;
use super::slack::{Inside, Slack};
use super::socket::{Accepts, Fate};
use super::state::{UserKind, View, Workspace};
use super::views::initial_state;
use super::wire;
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::{Value, json};
use tokio::sync::watch;

/// Where a button or a select is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A message, also one that only this person sees.
    Message { channel: ChannelId, ts: MessageTs },
    /// The modal on top of this person's stack.
    Modal,
    /// This person's App Home.
    Home,
}

impl Place {
    pub fn message(channel: &ChannelId, ts: &MessageTs) -> Self {
        Self::Message { channel: channel.clone(), ts: ts.clone() }
    }
}

/// What every interaction says about who acted.
fn base(state: &mut Workspace, kind: &str, user: &UserId, from_view: Option<&str>) -> Value {
    let trigger = state.new_trigger(user, from_view);
    let handle = state.users.get(user).map_or_else(String::new, |it| it.handle.clone());
    json!({
        "type": kind, "token": "model", "api_app_id": state.bot.app_id, "trigger_id": trigger,
        "team": { "id": state.team.id, "domain": state.team.domain }, "enterprise": null,
        "is_enterprise_install": false,
        "user": { "id": user, "username": handle, "name": handle, "team_id": state.team.id },
    })
}

fn channel_shape(state: &Workspace, channel: &ChannelId) -> Value {
    let name = state.channels.get(channel).map_or("", |it| it.name.as_str());
    json!({ "id": channel, "name": if name.is_empty() { "directmessage" } else { name } })
}

/// Guests of other workspaces have no commands and no shortcuts.
fn has_commands(state: &Workspace, user: &UserId) -> Result<(), CannotDo> {
    match state.users.get(user).map(|it| it.kind) {
        Some(UserKind::Stranger) => {
            cannot(format!("`{user}` is of another workspace: no commands, no shortcuts"))
        }
        Some(UserKind::Member | UserKind::Guest | UserKind::Bot) | None => Ok(()),
    }
}

impl Slack {
    /// Types a slash command (`/escalate`) with the words after it, in a channel or a conversation.
    pub async fn command(
        &self,
        user: &UserId,
        channel: &ChannelId,
        command: &str,
        text: &str,
    ) -> Result<CommandAnswer, CannotDo> {
        let (sent, _) = self.change(|inside| {
            let state = &mut inside.workspace;
            state.may_act(user, channel)?;
            has_commands(state, user)?;
            let text = escape::by_person(state, text, Typed::Command);
            let trigger = state.new_trigger(user, None);
            let handle = state.users.get(user).map_or_else(String::new, |it| it.handle.clone());
            let channel_name = channel_shape(state, channel)["name"].clone();
            let payload = json!({
                "token": "model", "team_id": state.team.id, "team_domain": state.team.domain, "channel_id": channel,
                "channel_name": channel_name, "user_id": user, "user_name": handle, "command": command, "text": text,
                "api_app_id": state.bot.app_id, "is_enterprise_install": "false", "trigger_id": trigger,
            });
            let (url, place) = answer_place(inside, user, channel, None, None);
            let mut payload = payload;
            payload["response_url"] = json!(url);
            Ok((inside.send_once("slash_commands", &payload, Accepts::Payload), place))
        });
        let (fate, place) = sent?;
        let fate = self.one(fate).await;
        Ok(self.change(|inside| inside.answer_command(&place, &fate)).0)
    }

    /// Presses a button, named by its action id or by its label.
    pub async fn press(&self, user: &UserId, place: &Place, what: &str) -> Result<Pressed, CannotDo> {
        let (sent, _) = self.change(|inside| {
            let blocks = visible_blocks(&inside.workspace, user, place)?;
            let found = forms::find(&blocks, what)?;
            let kind = found.element["type"].as_str().unwrap_or_default();
            if kind != "button" {
                return cannot(format!("`{what}` is a `{kind}`, not a button"));
            }
            let mut action = json!({ "type": "button", "text": found.element["text"] });
            for key in ["value", "style", "url"] {
                if !found.element[key].is_null() {
                    action[key] = found.element[key].clone();
                }
            }
            Ok(send_action(inside, user, place, &found, action))
        });
        Ok(Pressed { heard: Heard::of(&self.one(sent?).await) })
    }

    /// Picks in a select, radio, checkbox, overflow or picker: by value or by the words of the option.
    pub async fn choose(
        &self,
        user: &UserId,
        place: &Place,
        what: &str,
        pick: &str,
    ) -> Result<Pressed, CannotDo> {
        let (sent, _) = self.change(|inside| {
            let blocks = visible_blocks(&inside.workspace, user, place)?;
            let found = forms::find(&blocks, what)?;
            let action = if found.element["type"] == "overflow" {
                overflow(&found, pick)?
            } else {
                forms::put(&inside.workspace, found.element, pick)?
            };
            if let Some(view) = view_mut(&mut inside.workspace, user, place) {
                let slot = view.typed.entry(found.block_id.clone()).or_default();
                slot.insert(found.action_id.clone(), action.clone());
            }
            let quiet = found.block["type"] == "input" && found.block["dispatch_action"] != true;
            Ok((!quiet).then(|| send_action(inside, user, place, &found, action)))
        });
        let Some(fate) = sent? else { return Ok(Pressed { heard: Heard::Acknowledged }) };
        Ok(Pressed { heard: Heard::of(&self.one(fate).await) })
    }

    /// Fills in the open modal and sends it. Fields are named by block id, action id or label; what is not
    /// named keeps what it has.
    pub async fn submit(&self, user: &UserId, values: &[(&str, &str)]) -> Result<Submitted, CannotDo> {
        let (sent, _) = self.change(|inside| {
            fill(&mut inside.workspace, user, values)?;
            let state = &mut inside.workspace;
            let Some(view) = state.open_view(user) else {
                return cannot(format!("`{user}` has no modal open"));
            };
            if view.content["submit"].is_null() {
                return cannot("the modal has nothing to submit");
            }
            let errors = forms::client_errors(view);
            if !errors.is_empty() {
                return Ok(Err(errors));
            }
            let (id, shape) = (view.id.clone(), wire::view(state, view));
            let mut payload = base(state, "view_submission", user, Some(&id));
            merge(&mut payload, json!({ "view": shape, "response_urls": [] }));
            Ok(Ok((inside.send_once("interactive", &payload, Accepts::Payload), id)))
        });
        let (fate, id) = match sent? {
            Ok(sent) => sent,
            Err(errors) => return Ok(Submitted::Errors(errors)),
        };
        let fate = self.one(fate).await;
        Ok(self.change(|inside| inside.answer_submission(user, &id, &fate)).0)
    }

    /// Closes the open modal with its close button; the app hears of it where it asked to.
    pub async fn close_view(&self, user: &UserId) -> Result<(), CannotDo> {
        let (sent, _) = self.change(|inside| {
            let state = &mut inside.workspace;
            let Some(view) = state.open_view(user).cloned() else {
                return cannot(format!("`{user}` has no modal open"));
            };
            let shape = wire::view(state, &view);
            let clears = view.content["clear_on_close"] == true;
            if clears {
                state.close_all(user);
            } else {
                state.close_top(user);
            }
            if view.content["notify_on_close"] != true {
                return Ok(None);
            }
            let mut payload = base(state, "view_closed", user, None);
            merge(&mut payload, json!({ "view": shape, "is_cleared": clears }));
            Ok(Some(inside.send_once("interactive", &payload, Accepts::Nothing)))
        });
        if let Some(fate) = sent? {
            self.one(fate).await;
        }
        Ok(())
    }

    /// Uses a message shortcut, named by its callback id.
    pub async fn shortcut(
        &self,
        user: &UserId,
        callback_id: &str,
        channel: &ChannelId,
        ts: &MessageTs,
    ) -> Result<Pressed, CannotDo> {
        let (sent, _) = self.change(|inside| {
            inside.workspace.may_act(user, channel)?;
            has_commands(&inside.workspace, user)?;
            let Some(message) = inside.workspace.message(channel, ts).cloned() else {
                return cannot(format!("there is no message `{ts}` in `{channel}`"));
            };
            let thread = message.thread.clone();
            let (url, _) = answer_place(inside, user, channel, thread.as_ref(), None);
            let state = &mut inside.workspace;
            let mut payload = base(state, "message_action", user, None);
            let at = state.next_ts();
            merge(
                &mut payload,
                json!({
                    "callback_id": callback_id, "response_url": url, "message_ts": ts, "action_ts": at,
                    "channel": channel_shape(state, channel), "message": wire::message(state, &message),
                }),
            );
            Ok(inside.send_once("interactive", &payload, Accepts::Nothing))
        });
        Ok(Pressed { heard: Heard::of(&self.one(sent?).await) })
    }

    /// Uses a global shortcut, named by its callback id.
    pub async fn global_shortcut(&self, user: &UserId, callback_id: &str) -> Result<Pressed, CannotDo> {
        let (sent, _) = self.change(|inside| {
            let state = &mut inside.workspace;
            state.is_here(user)?;
            has_commands(state, user)?;
            let mut payload = base(state, "shortcut", user, None);
            let at = state.next_ts();
            merge(&mut payload, json!({ "callback_id": callback_id, "action_ts": at }));
            Ok(inside.send_once("interactive", &payload, Accepts::Nothing))
        });
        Ok(Pressed { heard: Heard::of(&self.one(sent?).await) })
    }

    /// Sends a text frame as it stands, which Slack itself never would, and waits for the acknowledgement of the
    /// envelope that it carries.
    pub async fn send_frame(&self, envelope_id: &str, frame: &str) -> Heard {
        let (fate, _) = self.change(|inside| inside.sockets.send_frame(envelope_id, frame));
        Heard::of(&self.one(fate).await)
    }

    async fn one(&self, fate: watch::Receiver<Fate>) -> Fate {
        self.acknowledged(vec![fate]).await.pop().unwrap_or(Fate::Lost)
    }
}

/// The blocks this person sees in a place.
fn visible_blocks(state: &Workspace, user: &UserId, place: &Place) -> Result<Vec<Value>, CannotDo> {
    let of_view = |view: Option<&View>, what: &str| match view {
        Some(view) => Ok(view.content["blocks"].as_array().cloned().unwrap_or_default()),
        None => cannot(format!("`{user}` has no {what}")),
    };
    match place {
        Place::Modal => of_view(state.open_view(user), "modal open"),
        Place::Home => of_view(state.home(user), "home view"),
        Place::Message { channel, ts } => {
            if let Some(whisper) =
                state.ephemerals_for(user).find(|it| it.channel == *channel && it.ts == *ts)
            {
                state.is_here(user)?;
                return Ok(whisper.blocks.clone());
            }
            state.may_act(user, channel)?;
            let message = state.message(channel, ts);
            let message =
                message.ok_or_else(|| CannotDo(format!("there is no message `{ts}` in `{channel}`")))?;
            Ok(message.blocks.clone())
        }
    }
}

fn view_of<'s>(state: &'s Workspace, user: &UserId, place: &Place) -> Option<&'s View> {
    match place {
        Place::Modal => state.open_view(user),
        Place::Home => state.home(user),
        Place::Message { .. } => None,
    }
}

fn view_mut<'s>(state: &'s mut Workspace, user: &UserId, place: &Place) -> Option<&'s mut View> {
    let id = view_of(state, user, place)?.id.clone();
    state.views.get_mut(&id)
}

fn overflow(found: &Found<'_>, pick: &str) -> Result<Value, CannotDo> {
    let options = found.element["options"].as_array().map_or(&[][..], Vec::as_slice);
    let option = options.iter().find(|it| it["value"] == pick || it["text"]["text"] == pick);
    match option {
        Some(option) => Ok(json!({ "type": "overflow", "selected_option": option })),
        None => cannot(format!("there is no option `{pick}`")),
    }
}

/// Sends one `block_actions`.
fn send_action(
    inside: &mut Inside,
    user: &UserId,
    place: &Place,
    found: &Found<'_>,
    mut action: Value,
) -> watch::Receiver<Fate> {
    let at = inside.workspace.next_ts();
    merge(&mut action, json!({ "action_id": found.action_id, "block_id": found.block_id, "action_ts": at }));
    let context = match place {
        Place::Message { channel, ts } => message_context(inside, user, channel, ts, found, &action),
        Place::Modal | Place::Home => view_context(&inside.workspace, user, place),
    };
    let from_view = view_of(&inside.workspace, user, place).map(|view| view.id.clone());
    let from_modal = from_view.filter(|_| *place == Place::Modal);
    let mut payload = base(&mut inside.workspace, "block_actions", user, from_modal.as_deref());
    merge(&mut payload, context);
    payload["actions"] = json!([action]);
    inside.send_once("interactive", &payload, Accepts::Nothing)
}

fn view_context(state: &Workspace, user: &UserId, place: &Place) -> Value {
    let view = view_of(state, user, place);
    json!({
        "container": { "type": "view", "view_id": view.map(|it| it.id.clone()) },
        "view": view.map(|it| wire::view(state, it)),
    })
}

fn message_context(
    inside: &mut Inside,
    user: &UserId,
    channel: &ChannelId,
    ts: &MessageTs,
    found: &Found<'_>,
    action: &Value,
) -> Value {
    let message = inside.workspace.message(channel, ts).cloned();
    let whisper =
        inside.workspace.ephemerals_for(user).find(|it| it.channel == *channel && it.ts == *ts).cloned();
    let thread = message.as_ref().and_then(|it| it.thread.clone());
    let thread = thread.or_else(|| whisper.as_ref().and_then(|it| it.thread.clone()));
    let blocks = message.as_ref().map(|it| &it.blocks).or(whisper.as_ref().map(|it| &it.blocks));
    let mut values = initial_state(&json!({ "blocks": blocks }));
    if let Some(slot) = values.get_mut(&found.block_id).and_then(|it| it.get_mut(&found.action_id)) {
        merge(slot, action.clone());
        if let Some(map) = slot.as_object_mut() {
            map.retain(|key, _| key == "type" || key == "value" || key.starts_with("selected_"));
        }
    }
    let (url, _) = answer_place(inside, user, channel, thread.as_ref(), Some(ts));
    let state = &inside.workspace;
    let mut context = json!({
        "container": {
            "type": "message", "message_ts": ts, "channel_id": channel, "is_ephemeral": whisper.is_some(),
        },
        "channel": channel_shape(state, channel), "state": { "values": values }, "response_url": url,
    });
    if let Some(thread) = thread {
        context["container"]["thread_ts"] = json!(thread);
    }
    if let Some(message) = &message {
        context["message"] = wire::message(state, message);
    }
    context
}

/// Types values into the fields of the open modal.
fn fill(state: &mut Workspace, user: &UserId, values: &[(&str, &str)]) -> Result<(), CannotDo> {
    let blocks = visible_blocks(state, user, &Place::Modal)?;
    for (what, input) in values {
        let found = forms::find(&blocks, what)?;
        let value = forms::put(state, found.element, input)?;
        if let Some(view) = view_mut(state, user, &Place::Modal) {
            view.typed.entry(found.block_id).or_default().insert(found.action_id, value);
        }
    }
    Ok(())
}
