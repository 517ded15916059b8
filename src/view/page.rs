//! A message as we write it, paragraphs and buttons, and the Slack blocks it becomes.

use crate::domain::event::Button;
use crate::view::limits;
use crate::view::mrkdwn;
use serde_json::{Value, json};

/// A written message. Its texts are Slack markup in which everything typed is escaped already.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    paragraphs: Vec<String>,
    small: Vec<String>,
    presses: Vec<Press>,
    more: Vec<Press>,
}

/// A button: what it says and what it does.
#[derive(Clone, Debug, PartialEq)]
pub struct Press {
    pub label: String,
    pub does: Button,
    pub look: Look,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    Plain,
    /// The one that most will want.
    Primary,
}

impl Press {
    pub fn new(label: impl Into<String>, does: Button) -> Self {
        Self { label: label.into(), does, look: Look::Plain }
    }

    pub fn primary(label: impl Into<String>, does: Button) -> Self {
        Self { label: label.into(), does, look: Look::Primary }
    }
}

impl Page {
    pub fn say(text: impl Into<String>) -> Self {
        Self::default().and(text)
    }

    /// A further paragraph; an empty one is left out.
    #[must_use]
    pub fn and(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.trim().is_empty() {
            self.paragraphs.push(text);
        }
        self
    }

    /// A line in small print, under the paragraphs.
    #[must_use]
    pub fn small(mut self, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.trim().is_empty() {
            self.small.push(text);
        }
        self
    }

    #[must_use]
    pub fn press(mut self, label: impl Into<String>, does: Button) -> Self {
        self.presses.push(Press { label: label.into(), does, look: Look::Plain });
        self
    }

    #[must_use]
    pub fn primary(mut self, label: impl Into<String>, does: Button) -> Self {
        self.presses.push(Press { label: label.into(), does, look: Look::Primary });
        self
    }

    /// An entry of the menu behind the buttons.
    #[must_use]
    pub fn more(mut self, label: impl Into<String>, does: Button) -> Self {
        self.more.push(Press { label: label.into(), does, look: Look::Plain });
        self
    }

    /// Everything said, for notifications and for those who cannot see blocks.
    pub fn text(&self) -> String {
        let lines: Vec<&str> = self.paragraphs.iter().chain(&self.small).map(String::as_str).collect();
        mrkdwn::cut(&lines.join("\n"), limits::MESSAGE_TEXT)
    }

    pub fn blocks(&self) -> Vec<Value> {
        let mut blocks: Vec<Value> = self.paragraphs.iter().map(|text| section(text)).collect();
        if !self.small.is_empty() {
            blocks.push(context(&self.small));
        }
        // Texts give way to the limit, buttons do not.
        blocks.truncate(limits::MESSAGE_BLOCKS - 1);
        blocks.extend(self.actions());
        blocks
    }

    /// `text` and `blocks`, within every limit.
    pub fn message(&self) -> Value {
        limits::fit(json!({ "text": self.text(), "blocks": self.blocks() }))
    }

    /// What the page looks like on plain paper: for snapshots and terminals.
    pub fn on_paper(&self) -> String {
        let mut lines: Vec<String> = self.paragraphs.clone();
        lines.extend(self.small.iter().map(|line| format!("({line})")));
        let label = |press: &Press| format!("[{}]", press.label);
        let mut buttons: Vec<String> = self.presses.iter().map(label).collect();
        if !self.more.is_empty() {
            let entries: Vec<String> = self.more.iter().map(|press| press.label.clone()).collect();
            buttons.push(format!("[… {}]", entries.join(", ")));
        }
        if !buttons.is_empty() {
            lines.push(buttons.join(" "));
        }
        lines.join("\n")
    }

    fn actions(&self) -> Option<Value> {
        let mut elements: Vec<Value> =
            self.presses.iter().enumerate().map(|(at, press)| button(at, press)).collect();
        for (at, some) in self.more.chunks(limits::OVERFLOW_OPTIONS).enumerate() {
            let options: Vec<Value> = some
                .iter()
                .map(|press| json!({ "text": plain_text(&press.label), "value": value(&press.does) }))
                .collect();
            let action_id = if at == 0 { "more".to_owned() } else { format!("more.{at}") };
            elements.push(json!({ "type": "overflow", "action_id": action_id, "options": options }));
        }
        (!elements.is_empty()).then(|| json!({ "type": "actions", "elements": elements }))
    }
}

fn button(at: usize, press: &Press) -> Value {
    let mut button = json!({
        "type": "button",
        "action_id": format!("button.{at}"),
        "text": plain_text(&press.label),
        "value": value(&press.does),
    });
    match press.look {
        Look::Plain => {}
        Look::Primary => button["style"] = json!("primary"),
    }
    button
}

/// What a button carries: itself, as JSON.
fn value(does: &Button) -> String {
    serde_json::to_string(does).expect("a button is names and numbers, which are JSON")
}

/// Text without markup.
pub fn plain_text(text: &str) -> Value {
    json!({ "type": "plain_text", "text": text, "emoji": false })
}

/// Text with markup. `verbatim`: Slack must not find links, channels or people in it by itself.
pub fn markup(text: &str) -> Value {
    json!({ "type": "mrkdwn", "text": text, "verbatim": true })
}

pub fn section(text: &str) -> Value {
    json!({ "type": "section", "text": markup(text) })
}

/// A text with a button beside it. Ids within a message or view have to differ.
pub fn row(text: &str, id: &str, press: &Press) -> Value {
    let mut accessory = button(0, press);
    accessory["action_id"] = json!(id);
    json!({ "type": "section", "text": markup(text), "accessory": accessory })
}

/// Buttons in a row.
pub fn buttons(id: &str, presses: &[Press]) -> Value {
    let elements = presses.iter().enumerate().map(|(at, press)| {
        let mut element = button(at, press);
        element["action_id"] = json!(format!("{id}.{at}"));
        element
    });
    json!({ "type": "actions", "elements": elements.collect::<Vec<_>>() })
}

/// Small print.
pub fn context(lines: &[String]) -> Value {
    let elements: Vec<Value> = lines.iter().map(|line| markup(line)).collect();
    json!({ "type": "context", "elements": elements })
}
