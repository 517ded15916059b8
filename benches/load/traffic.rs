//! What people do all day: they post, add something, a responder takes it and answers.

use crate::scene::channel;
use firstline::domain::event::Button;
use firstline::id::CaseId;
use serde_json::{Value, json};

/// How many cases lie between a post and what follows it.
const LAG: usize = 25;
/// How many events a case has.
const PARTS: usize = 5;

/// A stream of events; the same for every run, but for its instants.
pub struct Traffic {
    next: usize,
    first_second: i64,
    /// The number of the first case that it opens.
    first_case: usize,
}

impl Traffic {
    /// Beside so many cases that were there before.
    pub fn beside(cases: usize) -> Self {
        Self { next: 0, first_second: chrono::Utc::now().timestamp(), first_case: cases + 1 }
    }

    /// The next event: by turns a post, its author's further word, a claim, an answer, the button "Resolve", each of
    /// another case. Cases that arrive together may get each other's number: the button is then another's.
    pub fn event(&mut self) -> Value {
        loop {
            let n = self.next;
            self.next += 1;
            let (case, part) = (n / PARTS, n % PARTS);
            let Some(case) = case.checked_sub(part * LAG) else { continue };
            let (place, root) = (channel(case), self.ts(PARTS * case));
            let asks = format!("U0ASK{}", case % 197);
            return match part {
                0 => message(&place, &asks, &root, None),
                1 => message(&place, &asks, &self.ts(n), Some(&root)),
                2 => {
                    json!({ "type": "reaction_added", "user": "U0ANA", "reaction": "eyes", "item_user": asks,
                             "item": { "type": "message", "channel": place, "ts": root }, "event_ts": self.ts(n) })
                }
                3 => message(&place, "U0ANA", &self.ts(n), Some(&root)),
                _ => pressed(&place, &self.ts(n), &root, self.first_case + case),
            };
        }
    }

    fn ts(&self, n: usize) -> String {
        format!("{}.{n:06}", self.first_second)
    }
}

fn pressed(channel: &str, ts: &str, root: &str, case: usize) -> Value {
    let button = serde_json::to_string(&Button::Resolve(CaseId::new(format!("load-{case}")))).unwrap();
    json!({
        "type": "block_actions", "api_app_id": "A0", "trigger_id": format!("T{ts}"), "team": { "id": "T0", "domain": "load" },
        "user": { "id": "U0ANA", "username": "ana", "name": "ana", "team_id": "T0" },
        "channel": { "id": channel, "name": "load-1" },
        "container": { "type": "message", "message_ts": root, "channel_id": channel, "is_ephemeral": false, "thread_ts": root },
        "message": { "type": "message", "ts": root, "thread_ts": root, "user": "U0BOT", "text": "" },
        "actions": [{ "type": "button", "action_id": "0", "block_id": "b", "action_ts": ts, "value": button,
                      "text": { "type": "plain_text", "text": "Resolve" } }],
    })
}

fn message(channel: &str, user: &str, ts: &str, thread: Option<&str>) -> Value {
    let text = "We cannot open session 12, the page stays white for everybody, also in another browser. It began \
                ten minutes ago and the client waits on the phone.";
    let mut message = json!({
        "type": "message", "channel": channel, "channel_type": "channel", "user": user, "team": "T0",
        "text": text, "ts": ts, "event_ts": ts, "client_msg_id": format!("cm-{ts}"),
        "blocks": [{ "type": "rich_text", "block_id": "rt", "elements": [
            { "type": "rich_text_section", "elements": [{ "type": "text", "text": text }] }] }],
    });
    if let Some(thread) = thread {
        message["thread_ts"] = json!(thread);
        message["parent_user_id"] = json!("U0ASKS");
    }
    message
}
