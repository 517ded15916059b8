//! Modals, home views, and the triggers that open them.

use super::limits::VIEW_STACK_MAX;
use super::methods::Refused;
use super::state::{AnswerUrl, Change, Trigger, View, ViewKind, Workspace};
use crate::clock::Clock;
use crate::id::{ChannelId, MessageTs, UserId};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// How long a trigger opens something, on the monotonic clock.
const TRIGGER_LIVES: Duration = Duration::from_secs(3);

/// Which element of a view, by block id and action id.
pub(super) fn each_element(content: &Value) -> impl Iterator<Item = (String, String, &Value)> {
    let blocks = content["blocks"].as_array().map_or(&[][..], Vec::as_slice);
    blocks.iter().flat_map(elements_of)
}

/// The interactive elements of one block.
pub(super) fn elements_of(block: &Value) -> impl Iterator<Item = (String, String, &Value)> {
    let many = block["elements"].as_array().map_or(&[][..], Vec::as_slice);
    let single = [&block["accessory"], &block["element"]].into_iter();
    let id = block["block_id"].as_str().unwrap_or_default().to_owned();
    single.chain(many).filter_map(move |element| {
        let action = element["action_id"].as_str()?;
        Some((id.clone(), action.to_owned(), element))
    })
}

impl Workspace {
    /// Hands out a trigger for what this person just did.
    pub(super) fn new_trigger(&mut self, user: &UserId, from_view: Option<&str>) -> String {
        let id = self.next_id("1337.42.");
        let issued = self.clock.monotonic();
        self.triggers.retain(|_, trigger| issued.duration_since(trigger.issued) < TRIGGER_LIVES * 20);
        let trigger =
            Trigger { user: user.clone(), issued, used: false, from_view: from_view.map(str::to_owned) };
        self.triggers.insert(id.clone(), trigger);
        id
    }

    pub(super) fn expire_triggers(&mut self) {
        for trigger in self.triggers.values_mut() {
            trigger.issued = trigger.issued.checked_sub(TRIGGER_LIVES).unwrap_or(trigger.issued);
        }
    }

    /// Uses a trigger up. What it stands for: who acted, and in which view.
    pub(super) fn use_trigger(&mut self, id: &str) -> Result<(UserId, Option<String>), Refused> {
        let now = self.clock.monotonic();
        let trigger = self.triggers.get_mut(id).ok_or("invalid_trigger_id")?;
        if trigger.used {
            return Err(Refused::from("exchanged_trigger_id"));
        }
        if now.duration_since(trigger.issued) >= TRIGGER_LIVES {
            return Err(Refused::from("expired_trigger_id"));
        }
        trigger.used = true;
        Ok((trigger.user.clone(), trigger.from_view.clone()))
    }

    /// A `response_url` for an answer to this person in this channel.
    pub(super) fn new_answer_url(
        &mut self,
        user: &UserId,
        channel: &ChannelId,
        thread: Option<&MessageTs>,
        original: Option<&MessageTs>,
    ) -> String {
        let key = self.next_id("answer");
        let url = AnswerUrl {
            user: user.clone(),
            channel: channel.clone(),
            thread: thread.cloned(),
            original: original.cloned(),
            issued: self.now(),
            uses: 0,
        };
        self.answer_urls.insert(key.clone(), url);
        format!("{}/response/{key}", self.base_url)
    }

    /// Fills in the ids that Slack fills in where the app gave none.
    pub(super) fn with_ids(&mut self, blocks: &mut [Value]) {
        for block in blocks {
            self.id_for(block, "block_id");
            for key in ["accessory", "element"] {
                if let Some(element) = block.get_mut(key) {
                    self.action_id_for(element);
                }
            }
            for element in block.get_mut("elements").and_then(Value::as_array_mut).into_iter().flatten() {
                self.action_id_for(element);
            }
        }
    }

    fn action_id_for(&mut self, element: &mut Value) {
        let kind = element["type"].as_str().unwrap_or_default();
        let passive = ["", "image", "mrkdwn", "plain_text"].contains(&kind) || kind.starts_with("rich_text_");
        if !passive {
            self.id_for(element, "action_id");
        }
    }

    fn id_for(&mut self, value: &mut Value, key: &str) {
        let given = value[key].as_str().is_some_and(|id| !id.is_empty());
        if !given && value.is_object() {
            value[key] = json!(self.next_id("b"));
        }
    }

    fn new_view(&mut self, kind: ViewKind, owner: &UserId, mut content: Value) -> View {
        if let Some(blocks) = content.get_mut("blocks").and_then(Value::as_array_mut) {
            self.with_ids(blocks);
        }
        let id = self.next_id("V");
        let typed = initial_state(&content);
        let (hash, root) = (self.next_id("hash."), id.clone());
        View { id, hash, kind, owner: owner.clone(), content, root, previous: None, typed }
    }

    /// Opens a modal in place of whatever this person has open.
    pub(super) fn open_modal(&mut self, user: &UserId, content: Value) -> String {
        let view = self.new_view(ViewKind::Modal, user, content);
        for gone in self.stacks.remove(user).unwrap_or_default() {
            self.views.remove(&gone);
        }
        let id = view.id.clone();
        self.stacks.insert(user.clone(), vec![id.clone()]);
        self.views.insert(id.clone(), view);
        self.record(Change::ViewOpened { view: id.clone(), user: user.clone() });
        id
    }

    /// Lays a modal on top of the one this person has open.
    pub(super) fn push_modal(&mut self, user: &UserId, content: Value) -> Result<String, Refused> {
        let stack = self.stacks.get(user).cloned().unwrap_or_default();
        let Some((root, top)) = stack.first().zip(stack.last()) else {
            return Err(Refused::because("invalid_arguments", vec!["no modal is open".to_owned()]));
        };
        if stack.len() >= VIEW_STACK_MAX {
            return Err(Refused::from("push_limit_reached"));
        }
        let mut view = self.new_view(ViewKind::Modal, user, content);
        view.root.clone_from(root);
        view.previous = Some(top.clone());
        let id = view.id.clone();
        self.stacks.entry(user.clone()).or_default().push(id.clone());
        self.views.insert(id.clone(), view);
        self.record(Change::ViewPushed { view: id.clone(), user: user.clone() });
        Ok(id)
    }

    /// Replaces a view's content; what was typed stays where block and action ids stay.
    pub(super) fn update_view(&mut self, id: &str, content: Value) -> Option<()> {
        let old = self.views.get(id)?.clone();
        let mut new = self.new_view(old.kind, &old.owner, content);
        for (block, actions) in old.typed {
            for (action, value) in actions {
                if let Some(slot) = new.typed.get_mut(&block).and_then(|it| it.get_mut(&action))
                    && slot["type"] == value["type"]
                {
                    *slot = value;
                }
            }
        }
        let view = View { id: old.id, root: old.root, previous: old.previous, ..new };
        self.views.insert(id.to_owned(), view);
        self.record(Change::ViewUpdated { view: id.to_owned(), user: old.owner });
        Some(())
    }

    /// Closes the topmost modal of this person.
    pub(super) fn close_top(&mut self, user: &UserId) {
        let top = self.stacks.get_mut(user).and_then(Vec::pop);
        self.stacks.retain(|_, stack| !stack.is_empty());
        if let Some(view) = top {
            self.views.remove(&view);
            self.record(Change::ViewClosed { view, user: user.clone() });
        }
    }

    pub(super) fn close_all(&mut self, user: &UserId) {
        while self.stacks.contains_key(user) {
            self.close_top(user);
        }
    }

    /// Puts up somebody's App Home.
    pub(super) fn publish_home(&mut self, user: &UserId, content: Value) -> String {
        let mut view = self.new_view(ViewKind::Home, user, content);
        if let Some(id) = self.homes.get(user) {
            view.id.clone_from(id);
            view.root.clone_from(id);
        }
        let id = view.id.clone();
        self.homes.insert(user.clone(), id.clone());
        self.views.insert(id.clone(), view);
        self.record(Change::HomeShown { view: id.clone(), user: user.clone() });
        id
    }
}

/// The state a form has before anybody typed: empty, or what its elements begin with.
pub(super) fn initial_state(content: &Value) -> BTreeMap<String, BTreeMap<String, Value>> {
    let mut all: BTreeMap<String, BTreeMap<String, Value>> = BTreeMap::new();
    for (block, action, element) in each_element(content) {
        if let Some(value) = initial_value(element) {
            all.entry(block).or_default().insert(action, value);
        }
    }
    all
}

fn initial_value(element: &Value) -> Option<Value> {
    let kind = element["type"].as_str()?;
    let (key, initial) = state_keys(kind)?;
    let empty = if key.starts_with("selected_") && key.ends_with('s') { json!([]) } else { Value::Null };
    let value = Some(&element[initial]).filter(|it| !it.is_null()).cloned().unwrap_or(empty);
    Some(json!({ "type": kind, key: value }))
}

/// Where an element's value stands in `state.values`, and what it begins with.
pub(super) fn state_keys(kind: &str) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        "plain_text_input" | "email_text_input" | "url_text_input" | "number_input" => {
            ("value", "initial_value")
        }
        "static_select" | "external_select" | "radio_buttons" => ("selected_option", "initial_option"),
        "multi_static_select" | "multi_external_select" | "checkboxes" => {
            ("selected_options", "initial_options")
        }
        "users_select" => ("selected_user", "initial_user"),
        "multi_users_select" => ("selected_users", "initial_users"),
        "conversations_select" => ("selected_conversation", "initial_conversation"),
        "multi_conversations_select" => ("selected_conversations", "initial_conversations"),
        "channels_select" => ("selected_channel", "initial_channel"),
        "multi_channels_select" => ("selected_channels", "initial_channels"),
        "datepicker" => ("selected_date", "initial_date"),
        "timepicker" => ("selected_time", "initial_time"),
        "datetimepicker" => ("selected_date_time", "initial_date_time"),
        _ => return None,
    })
}
