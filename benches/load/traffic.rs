//! What people do all day: they post, add something, a responder takes it and answers.

use crate::scene::channel;
use serde_json::{Value, json};

/// How many cases lie between a post and what follows it.
const LAG: usize = 25;

/// A stream of events; the same for every run, but for its instants.
pub struct Traffic {
    next: usize,
    first_second: i64,
}

impl Traffic {
    pub fn new() -> Self {
        Self { next: 0, first_second: chrono::Utc::now().timestamp() }
    }

    /// The next event: by turns a post, its author's further word, a claim, an answer, each of another case.
    pub fn event(&mut self) -> Value {
        loop {
            let n = self.next;
            self.next += 1;
            let (case, part) = (n / 4, n % 4);
            let Some(case) = case.checked_sub(part * LAG) else { continue };
            let (place, root) = (channel(case), self.ts(4 * case));
            let asks = format!("U0ASK{}", case % 197);
            return match part {
                0 => message(&place, &asks, &root, None),
                1 => message(&place, &asks, &self.ts(n), Some(&root)),
                2 => {
                    json!({ "type": "reaction_added", "user": "U0ANA", "reaction": "eyes", "item_user": asks,
                             "item": { "type": "message", "channel": place, "ts": root }, "event_ts": self.ts(n) })
                }
                _ => message(&place, "U0ANA", &self.ts(n), Some(&root)),
            };
        }
    }

    fn ts(&self, n: usize) -> String {
        format!("{}.{n:06}", self.first_second)
    }
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
