//! A small bot for the page's tests: it answers with every kind of block, forms, private words and a Home.

use crate::model::app::App;
use firstline::clock::{Clock, MovableClock, Timestamp};
use firstline::id::UserId;
use firstline::rehearsal::page::{Host, Installed, MessageShortcut, SlashCommand, Upcoming};
use firstline::rehearsal::script::{Script, parse};
use firstline::rehearsal::{Builder, Slack, Workspace};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::sync::watch;

const TOUR: &str = "# The lead answers first
at: 2026-03-10 09:00 America/Los_Angeles

# Lena of the client's crew writes with the template.
lena in #event-berlin: Hi @here, case: the green room does not open
# Nobody answers for five minutes.
wait 5m
# Ana takes it with a reaction.
ana reacts :eyes:
";

/// A workspace of four people in three zones and a handful of channels.
pub fn workspace(clock: MovableClock) -> Builder {
    Workspace::builder(clock)
        .user_in("U0ANA", "ana", "Ana Ruiz", chrono_tz::America::Los_Angeles)
        .user_in("U0BO", "bo", "Bo Lind", chrono_tz::Europe::London)
        .user_in("U0KOFI", "kofi", "Kofi Mensah", chrono_tz::Africa::Accra)
        .user_in("U0LENA", "lena", "Lena Vogt", chrono_tz::Europe::Berlin)
        .channel("C0BERLIN", "event-berlin", &["U0ANA", "U0BO", "U0KOFI", "U0LENA"])
        .channel("C0HELP", "helpdesk", &["U0ANA", "U0BO", "U0LENA"])
        .channel("C0LONG", "long", &["U0ANA", "U0LENA"])
        .channel("C0ELSE", "elsewhere", &["U0KOFI"])
        .private_channel("G0LEADS", "leads", &["U0ANA", "U0KOFI"])
        .group("S0TECH", "tech-support", &["U0BO", "U0KOFI"])
}

/// A ping that is due.
struct Due {
    at: Timestamp,
    channel: String,
    thread: String,
}

/// The bot and what it will do.
pub struct TestHost {
    slack: Slack,
    due: Mutex<Vec<Due>>,
    handled: watch::Sender<usize>,
    tours: Vec<Script>,
}

impl TestHost {
    pub fn new(slack: &Slack) -> Arc<Self> {
        let tours = vec![parse(TOUR).unwrap()];
        let handled = watch::Sender::new(0);
        Arc::new(Self { slack: slack.clone(), due: Mutex::new(Vec::new()), handled, tours })
    }

    /// Connects, and answers for as long as the test runs.
    pub async fn connect(self: &Arc<Self>) {
        let app = App::of(&self.slack);
        let mut envelopes = app.listen(answer).await;
        let host = self.clone();
        tokio::spawn(async move {
            while let Some(envelope) = envelopes.recv().await {
                host.hear(&app, &envelope).await;
                host.handled.send_modify(|count| *count += 1);
            }
        });
    }

    /// Returns when a ping is on its way.
    pub async fn until_due(&self) {
        let mut handled = self.handled.subscribe();
        let due = handled.wait_for(|_| !self.due.lock().unwrap().is_empty());
        tokio::time::timeout(crate::model::BOUND, due).await.expect("a case").unwrap();
    }

    async fn hear(&self, app: &App, envelope: &Value) {
        let payload = &envelope["payload"];
        match (envelope["type"].as_str().unwrap(), payload["type"].as_str().unwrap_or_default()) {
            ("events_api", _) => self.event(app, &payload["event"]).await,
            ("slash_commands", _) if payload["command"] == "/escalate" => {
                let view = json!({ "trigger_id": payload["trigger_id"], "view": form() });
                app.json("views.open", view).await;
            }
            ("interactive", "block_actions") => self.pressed(app, payload).await,
            ("interactive", "message_action") => {
                let view = json!({ "trigger_id": payload["trigger_id"], "view": form() });
                app.json("views.open", view).await;
            }
            _ => {}
        }
    }

    async fn event(&self, app: &App, event: &Value) {
        let text = event["text"].as_str().unwrap_or_default();
        let person = event["bot_id"].is_null() && event["subtype"].is_null() && event["thread_ts"].is_null();
        match event["type"].as_str().unwrap_or_default() {
            "message" if person && text.contains("case:") => {
                let (channel, thread) = (event["channel"].clone(), event["ts"].clone());
                let post = json!({ "channel": channel, "thread_ts": thread, "text": "A case", "blocks": card("nobody yet") });
                app.json("chat.postMessage", post).await;
                let (channel, thread) =
                    (channel.as_str().unwrap().to_owned(), thread.as_str().unwrap().to_owned());
                let at = self.slack.clock().now() + chrono::TimeDelta::minutes(5);
                self.due.lock().unwrap().push(Due { at, channel, thread });
            }
            "message" if person && text.contains("everything") => {
                let post =
                    json!({ "channel": event["channel"], "text": "Everything", "blocks": everything() });
                let answer = app.json("chat.postMessage", post).await;
                assert_eq!(answer["ok"], true, "{answer}");
            }
            "message" if person && text.contains("too much") => {
                let long = "x".repeat(4000);
                let blocks = json!([{ "type": "section", "text": { "type": "mrkdwn", "text": long } }]);
                let post = json!({ "channel": event["channel"], "text": "x", "blocks": blocks });
                app.json("chat.postMessage", post).await;
            }
            "reaction_added" if event["reaction"] == "eyes" => {
                let (channel, ts) = (&event["item"]["channel"], event["item"]["ts"].as_str().unwrap());
                self.claim(app, channel.as_str().unwrap(), ts, event["user"].as_str().unwrap()).await;
            }
            "app_home_opened" => {
                let view = json!({ "user_id": event["user"], "view": home() });
                app.json("views.publish", view).await;
            }
            _ => {}
        }
    }

    async fn pressed(&self, app: &App, payload: &Value) {
        let (channel, user) = (payload["channel"]["id"].as_str(), payload["user"]["id"].as_str().unwrap());
        let thread = payload["container"]["thread_ts"].as_str();
        let (Some(channel), Some(thread)) = (channel, thread) else { return };
        match payload["actions"][0]["action_id"].as_str().unwrap_or_default() {
            "claim" => self.claim(app, channel, thread, user).await,
            "why" => {
                let text = "*Why you?* You are first in tier _Lead CSM_ and available until 17:30.";
                let whisper = json!({ "channel": channel, "user": user, "thread_ts": thread, "text": text });
                app.json("chat.postEphemeral", whisper).await;
            }
            _ => {}
        }
    }

    async fn claim(&self, app: &App, channel: &str, thread: &str, user: &str) {
        self.due.lock().unwrap().retain(|it| it.thread != thread);
        let name = self.slack.read(|it| it.users[&UserId::from(user)].real_name.clone());
        let replies = self.slack.thread(&channel.into(), &thread.into());
        let Some(posted) = replies.iter().find(|it| it.user.as_str() == "U0FIRSTLINE") else { return };
        let update = json!({ "channel": channel, "ts": posted.ts, "text": "A case", "blocks": card(&name) });
        app.json("chat.update", update).await;
    }
}

impl Host for TestHost {
    fn next(&self) -> Vec<Upcoming> {
        let due = self.due.lock().unwrap();
        let words = |it: &Due| Upcoming { at: it.at, words: "event-1: Tech Support is pinged".to_owned() };
        due.iter().map(words).collect()
    }

    async fn settle(&self) -> Result<(), String> {
        let now = self.slack.clock().now();
        let ripe: Vec<Due> = {
            let mut due = self.due.lock().unwrap();
            let (ripe, later) = std::mem::take(&mut *due).into_iter().partition(|it| it.at <= now);
            *due = later;
            ripe
        };
        let app = App::of(&self.slack);
        for due in ripe {
            let text = "<@U0BO> your turn: the lead CSM has not answered. Next ping <!date^1773164400^{date_short_pretty} at {time}|later>.";
            app.json(
                "chat.postMessage",
                json!({ "channel": due.channel, "thread_ts": due.thread, "text": text }),
            )
            .await;
        }
        Ok(())
    }

    async fn start(&self) -> Result<(), String> {
        Ok(())
    }

    async fn stop(&self) -> Result<(), String> {
        Err("this bot cannot be stopped".to_owned())
    }

    fn installed(&self) -> Installed {
        let command =
            |name: &str, usage: &str| SlashCommand { name: name.to_owned(), usage: usage.to_owned() };
        let role = |id: &str, words: &str| (UserId::from(id), words.to_owned());
        Installed {
            commands: vec![
                command("/escalate", "what is wrong, or nothing for the form"),
                command("/coverage", "who is on, away, back, break 30m"),
            ],
            shortcuts: vec![MessageShortcut {
                callback: "escalate_this".to_owned(),
                title: "Escalate this".to_owned(),
            }],
            roles: BTreeMap::from([
                role("U0ANA", "Lead CSM, event desk"),
                role("U0BO", "Tech Support"),
                role("U0KOFI", "Supervisor"),
                role("U0LENA", "First line"),
            ]),
        }
    }

    fn tours(&self) -> Vec<Script> {
        self.tours.clone()
    }
}

/// What rides on acknowledgements.
fn answer(envelope: &Value) -> Value {
    let payload = &envelope["payload"];
    if payload["command"] == "/coverage" {
        return json!({ "text": "*Lead CSM:* Ana Ruiz until <!date^1773187200^{time}|17:00>. Nobody else is on." });
    }
    let emails = &payload["view"]["state"]["values"]["emails"]["value"]["value"];
    if payload["type"] == "view_submission" && emails.as_str().is_none_or(|it| !it.contains('@')) {
        let words = "Write the whole address, such as kim@client.example.";
        return json!({ "response_action": "errors", "errors": { "emails": words } });
    }
    Value::Null
}

fn button(id: &str, words: &str) -> Value {
    json!({ "type": "button", "action_id": id, "text": { "type": "plain_text", "text": words } })
}

fn option(words: &str) -> Value {
    json!({ "text": { "type": "plain_text", "text": words }, "value": words.to_lowercase() })
}

fn text(words: &str) -> Value {
    json!({ "type": "mrkdwn", "text": words })
}

fn plain(words: &str) -> Value {
    json!({ "type": "plain_text", "text": words })
}

pub fn card(owner: &str) -> Value {
    let (mut claim, mut resolve) = (button("claim", "Claim"), button("resolve", "Resolve"));
    claim["style"] = json!("primary");
    resolve["style"] = json!("danger");
    resolve["confirm"] = json!({ "title": plain("Resolve event-1?"), "text": plain("Its pings stop and Lena is told."),
        "confirm": plain("Resolve"), "deny": plain("Not yet"), "style": "danger" });
    let more =
        json!({ "type": "overflow", "action_id": "more", "options": [option("Hand over"), option("Hold")] });
    let tags = json!({ "type": "static_select", "action_id": "tags", "placeholder": plain("Area"),
        "options": [option("Chat"), option("Platform"), option("Greenroom")] });
    json!([
        { "type": "section", "text": text("*event-1* · the green room does not open") },
        { "type": "section", "fields": [
            text("*Asked by*\nLena Vogt"), text(&format!("*Owner*\n{owner}")),
            text("*Whose turn*\nours"), text("*Next ping*\n<!date^1773158700^{date_short_pretty} at {time}|soon>"),
        ] },
        { "type": "context", "elements": [text(":warning: Missing: *Affected users' emails*")] },
        { "type": "actions", "elements": [claim, button("help", "Ask for help"), tags, resolve, button("why", "Why me?"), more] },
    ])
}

fn everything() -> Value {
    let checks = json!({ "type": "checkboxes", "action_id": "checks", "options": [option("Reproduced it"), option("Asked the client")] });
    let radio =
        json!({ "type": "radio_buttons", "action_id": "radio", "options": [option("Low"), option("High")] });
    json!([
        { "type": "header", "text": plain("Coverage this week :calendar:") },
        { "type": "section", "text": text("*bold* _italic_ ~struck~ `code` <https://example.com/a?b=1&amp;c=2|a link> <@U0ANA> <#C0HELP|helpdesk> <!here> &lt;b&gt;not markup&lt;/b&gt;\n&gt; a quoted line\n```let x = 1;\nlet y = *x*;```"),
          "accessory": { "type": "users_select", "action_id": "who", "placeholder": plain("Hand over to") } },
        { "type": "divider" },
        { "type": "actions", "elements": [
            checks, radio,
            { "type": "datepicker", "action_id": "day", "initial_date": "2026-03-12" },
            { "type": "timepicker", "action_id": "time", "initial_time": "14:30" },
            { "type": "channels_select", "action_id": "channel", "placeholder": plain("A channel") },
        ] },
        { "type": "section", "text": text("Tags of this case"), "accessory": { "type": "multi_static_select", "action_id": "many",
            "placeholder": plain("Tags"), "options": [option("Chat"), option("Platform"), option("Greenroom")] } },
        { "type": "context", "elements": [text("Gap <!date^1773244800^{date_long} at {time}|tomorrow>, nobody is on for *45 min*"), plain("seen :eyes: a day ahead")] },
    ])
}

fn form() -> Value {
    let input = |id: &str, label: &str, element: Value, optional: bool| {
        let mut element = element;
        element["action_id"] = json!("value");
        json!({ "type": "input", "block_id": id, "label": plain(label), "element": element, "optional": optional })
    };
    json!({
        "type": "modal", "callback_id": "escalate", "title": plain("Escalate an issue"), "submit": plain("Escalate"), "close": plain("Not now"),
        "blocks": [
            { "type": "section", "text": text("*First help first:* <https://example.com/green-room|the green room in five steps>.") },
            input("issue", "We're having this issue", json!({ "type": "plain_text_input", "multiline": true }), false),
            input("emails", "Affected users' emails", json!({ "type": "plain_text_input", "placeholder": plain("kim@client.example") }), false),
            input("area", "Area", json!({ "type": "static_select", "options": [option("Chat"), option("Platform")] }), true),
            input("who", "Who else should know", json!({ "type": "multi_users_select" }), true),
            input("start", "When the session starts", json!({ "type": "datetimepicker" }), true),
            input("proof", "I tried", json!({ "type": "checkboxes", "options": [option("Another browser"), option("Reloading")] }), true),
        ],
    })
}

fn home() -> Value {
    let row = |case: &str, words: &str| json!({ "type": "section", "block_id": case, "text": text(words), "accessory": button("open", "Open") });
    json!({ "type": "home", "blocks": [
        { "type": "header", "text": plain("Good morning, Ana") },
        { "type": "section", "text": text("You are *available* until <!date^1773187200^{time}|17:00>.") },
        { "type": "actions", "elements": [button("away", "I am away"), button("break", "Break 30 min")] },
        { "type": "divider" },
        { "type": "header", "text": plain("Your cases") },
        row("event-1", "*event-1* the green room does not open\nour turn since 10 min"),
        row("event-2", "*event-2* slides are missing\nwaits for the client"),
        { "type": "context", "elements": [text("The next gap: *Thursday 12:00*, 45 min, event desk")] },
    ] })
}
