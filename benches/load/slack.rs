//! A Slack without rules: it greets, sends envelopes, and answers every call at once.

use crate::scene::{CHANNELS, Planned, channel};
use axum::Router;
use axum::body::Bytes;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use axum::routing::{any, get};
use axum::serve::ListenerExt as _;
use chrono::Utc;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::{Notify, Semaphore, mpsc};

/// The server. Clones are handles on the same one.
#[derive(Clone)]
pub struct Slack {
    inner: Arc<Inner>,
}

struct Inner {
    port: u16,
    state: Mutex<Inside>,
    said: AtomicU64,
    sent: AtomicU64,
    turn: AtomicUsize,
    changed: Notify,
    /// As many as may still be sent, when the sender keeps to a number in flight.
    pub room: Semaphore,
}

#[derive(Default)]
struct Inside {
    lines: Vec<mpsc::UnboundedSender<String>>,
    waiting: HashMap<u64, Instant>,
    took: Vec<Duration>,
    /// The due instant of cases, by their roots.
    due: HashMap<String, chrono::DateTime<Utc>>,
    late: Vec<Duration>,
    roots: BTreeMap<String, Vec<String>>,
    calls: u64,
}

impl Slack {
    pub async fn start(cases: &[Planned]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        // Else a small frame waits up to 40 ms for the acknowledgement of the one before.
        let listener = listener.tap_io(|tcp| tcp.set_nodelay(true).unwrap());
        let mut state = Inside::default();
        for case in cases {
            state.due.insert(case.root.clone() + &case.channel, case.due);
            state.roots.entry(case.channel.clone()).or_default().push(case.root.clone());
        }
        let inner = Inner {
            port,
            state: Mutex::new(state),
            said: AtomicU64::new(1),
            sent: AtomicU64::new(1),
            turn: AtomicUsize::new(0),
            changed: Notify::new(),
            room: Semaphore::new(0),
        };
        let slack = Self { inner: Arc::new(inner) };
        let router = Router::new()
            .route("/api/{method}", any(call))
            .route("/socket", get(socket))
            .with_state(slack.clone());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        slack
    }

    pub fn api_url(&self) -> String {
        format!("http://127.0.0.1:{}/api", self.inner.port)
    }

    /// Returns when a connection has been greeted.
    pub async fn greeted(&self) {
        self.until(|inside| !inside.lines.is_empty()).await;
    }

    /// Sends an event, or a button that was pressed; its acknowledgement counts from `at`.
    pub fn send(&self, event: &Value, at: Instant) {
        let n = self.inner.sent.fetch_add(1, Ordering::Relaxed);
        let id = format!("{n}");
        let envelope = match event["type"] == "block_actions" {
            true => {
                json!({ "envelope_id": id, "type": "interactive", "accepts_response_payload": false, "payload": event })
            }
            false => json!({
                "envelope_id": id, "type": "events_api", "accepts_response_payload": false,
                "retry_attempt": 0, "retry_reason": "",
                "payload": {
                    "token": "load", "team_id": "T0", "context_team_id": "T0", "api_app_id": "A0", "event": event,
                    "type": "event_callback", "event_id": format!("Ev{n}"), "event_time": Utc::now().timestamp(),
                    "authorizations": [{ "team_id": "T0", "user_id": "U0BOT", "is_bot": true }],
                    "is_ext_shared_channel": false, "event_context": "4-load",
                },
            }),
        };
        let text = envelope.to_string();
        let mut inside = self.lock();
        inside.waiting.insert(n, at);
        let turn = self.inner.turn.fetch_add(1, Ordering::Relaxed);
        let line = turn % inside.lines.len();
        inside.lines[line].send(text).unwrap();
    }

    /// Returns when everything that was sent is acknowledged; how long each took, in order.
    pub async fn acknowledged(&self) -> Vec<Duration> {
        self.until(|inside| inside.waiting.is_empty()).await;
        let mut took = std::mem::take(&mut self.lock().took);
        took.sort();
        took
    }

    /// Returns when so many cases have been pinged; how late each was, in order.
    pub async fn pinged(&self, count: usize) -> Vec<Duration> {
        self.until(|inside| inside.late.len() >= count).await;
        let mut late = std::mem::take(&mut self.lock().late);
        late.sort();
        late
    }

    /// How many calls came in.
    pub fn calls(&self) -> u64 {
        self.lock().calls
    }

    /// Room for more envelopes in flight; an acknowledgement gives its own back.
    pub fn room(&self) -> &Semaphore {
        &self.inner.room
    }

    async fn until(&self, condition: impl Fn(&Inside) -> bool) {
        loop {
            let changed = self.inner.changed.notified();
            if condition(&self.lock()) {
                return;
            }
            // Missed bells are rung again soon: exactness does not matter to whoever waits here.
            drop(tokio::time::timeout(Duration::from_millis(50), changed).await);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inside> {
        self.inner.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn heard(&self, frame: &str) {
        let said: Value = serde_json::from_str(frame).unwrap();
        let n: u64 = said["envelope_id"].as_str().unwrap().parse().unwrap();
        let mut inside = self.lock();
        if let Some(sent) = inside.waiting.remove(&n) {
            inside.took.push(sent.elapsed());
            self.inner.room.add_permits(1);
        }
        drop(inside);
        self.inner.changed.notify_waiters();
    }

    /// A message came: if it is the ping of a case that came due, notes how late.
    fn posted(&self, body: &Value) {
        let (Some(thread), Some(channel)) = (body["thread_ts"].as_str(), body["channel"].as_str()) else {
            return;
        };
        let mut inside = self.lock();
        let key = format!("{thread}{channel}");
        let mentions = body["text"].as_str().is_some_and(|text| text.contains("<@"));
        if mentions && let Some(due) = inside.due.remove(&key) {
            let late = (Utc::now() - due).to_std().unwrap_or_default();
            inside.late.push(late);
        }
    }
}

async fn socket(State(slack): State<Slack>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| talk(slack, socket))
}

async fn talk(slack: Slack, mut socket: WebSocket) {
    let hello = json!({ "type": "hello", "num_connections": 1, "connection_info": { "app_id": "A0" },
                        "debug_info": { "host": "load", "approximate_connection_time": 18060 } });
    if socket.send(Message::text(hello.to_string())).await.is_err() {
        return;
    }
    let (line, mut envelopes) = mpsc::unbounded_channel();
    slack.lock().lines.push(line);
    slack.inner.changed.notify_waiters();
    loop {
        tokio::select! {
            envelope = envelopes.recv() => {
                let Some(envelope) = envelope else { return };
                if socket.send(Message::text(envelope)).await.is_err() { return }
            }
            frame = socket.recv() => match frame {
                Some(Ok(Message::Text(text))) => slack.heard(text.as_str()),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
        }
    }
}

async fn call(
    State(slack): State<Slack>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> axum::Json<Value> {
    slack.lock().calls += 1;
    let query = query.unwrap_or_default();
    let param = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(key, _)| *key == name).map(|(_, value)| value.to_owned()).unwrap_or_default()
    };
    let answer = match method.as_str() {
        "auth.test" => {
            json!({ "team_id": "T0", "user_id": "U0BOT", "bot_id": "B0", "app_id": "A0", "user": "firstline" })
        }
        "apps.connections.open" => json!({ "url": format!("ws://127.0.0.1:{}/socket", slack.inner.port) }),
        "users.conversations" => {
            let one = |n: usize| json!({ "id": channel(n), "name": format!("load-{n}"), "is_channel": true, "is_member": true });
            json!({ "channels": (0..CHANNELS).map(one).collect::<Vec<_>>() })
        }
        "users.info" => {
            let user = param("user");
            json!({ "user": { "id": user, "team_id": "T0", "name": user, "tz": "Europe/London",
                              "profile": { "real_name": user, "status_text": "", "status_emoji": "" } } })
        }
        "usergroups.list" => json!({ "usergroups": [] }),
        "dnd.teamInfo" => json!({ "users": {} }),
        "conversations.info" => {
            json!({ "channel": { "id": param("channel"), "name": "load-1", "is_member": true } })
        }
        "conversations.history" => {
            let roots = slack.lock().roots.get(&param("channel")).cloned().unwrap_or_default();
            json!({ "messages": roots.iter().rev().map(|ts| message(ts)).collect::<Vec<_>>(), "has_more": false })
        }
        "conversations.replies" => json!({ "messages": [message(&param("ts"))], "has_more": false }),
        _ => {
            let body: Value = serde_json::from_slice(&body).unwrap_or_default();
            slack.posted(&body);
            let n = slack.inner.said.fetch_add(1, Ordering::Relaxed);
            let ts = format!("{}.{:06}", 1_900_000_000 + n / 1_000_000, n % 1_000_000);
            json!({ "channel": body["channel"], "ts": ts, "message": { "ts": ts } })
        }
    };
    let mut answer = answer;
    answer["ok"] = json!(true);
    axum::Json(answer)
}

fn message(ts: &str) -> Value {
    json!({ "type": "message", "user": "U0ASKS", "text": "We cannot open the session.", "ts": ts, "team": "T0" })
}
