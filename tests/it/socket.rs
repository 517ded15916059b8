//! The line to Slack against a scripted Slack: each limit, each goodbye, each way to acknowledge.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use firstline::clock::SystemClock;
use firstline::slack::dial::{Dialer, Fatal};
use firstline::slack::frame::Envelope;
use firstline::slack::limits::Limits;
use firstline::slack::socket::{Ack, Handler, Health, Socket};
use futures_util::{SinkExt, StreamExt};
use rstest::rstest;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, oneshot, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async};

/// No wait in here takes longer unless something is broken.
const PATIENCE: Duration = Duration::from_secs(10);

async fn soon<T>(what: impl Future<Output = T>) -> T {
    timeout(PATIENCE, what).await.expect("it did not come")
}

/// One connection, redialled soon; what a test wants to run into it shortens itself.
fn limits() -> Limits {
    Limits {
        connections: 1,
        ping_every: Duration::from_millis(100),
        close: Duration::from_millis(200),
        redial_first: Duration::from_millis(20),
        redial_most: Duration::from_millis(100),
        too_many: Duration::from_millis(500),
        short_life: Duration::from_millis(1),
        ..Limits::default()
    }
}

/// Short, but longer than a busy machine takes for what does come.
const SHORT: Duration = Duration::from_millis(700);

/// What the scripted Slack answers to `apps.connections.open`.
#[derive(Clone, Debug)]
enum Open {
    Address,
    Refuse(&'static str),
    Status(u16),
    Hang,
}

#[derive(Clone)]
struct Script {
    answers: Arc<Mutex<VecDeque<Open>>>,
    opens: Arc<Mutex<Vec<Instant>>>,
    socket: String,
}

async fn open(State(script): State<Script>) -> axum::response::Response {
    let answer = {
        script.opens.lock().unwrap().push(now());
        script.answers.lock().unwrap().pop_front().unwrap_or(Open::Address)
    };
    match answer {
        Open::Address => axum::Json(json!({ "ok": true, "url": script.socket })).into_response(),
        Open::Refuse(code) => axum::Json(json!({ "ok": false, "error": code })).into_response(),
        Open::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Open::Hang => std::future::pending().await,
    }
}

fn now() -> Instant {
    use firstline::clock::Clock;
    SystemClock.monotonic()
}

struct Slack {
    url: String,
    script: Script,
    sockets: mpsc::UnboundedReceiver<TcpStream>,
}

impl Slack {
    async fn new(answers: impl IntoIterator<Item = Open>) -> Self {
        let door = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let script = Script {
            answers: Arc::new(Mutex::new(answers.into_iter().collect())),
            opens: Arc::default(),
            socket: format!("ws://{}/link/?ticket=secret", listener.local_addr().unwrap()),
        };
        let url = format!("http://{}", door.local_addr().unwrap());
        let routes = axum::Router::new()
            .route("/api/apps.connections.open", axum::routing::post(open))
            .with_state(script.clone());
        tokio::spawn(async move { axum::serve(door, routes).await });
        let (accepted, sockets) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if accepted.send(stream).is_err() {
                    return;
                }
            }
        });
        Self { url, script, sockets }
    }

    async fn tcp(&mut self) -> TcpStream {
        soon(self.sockets.recv()).await.unwrap()
    }

    async fn silent_socket(&mut self) -> Wire {
        let tcp = self.tcp().await;
        Wire { ws: soon(accept_async(tcp)).await.unwrap() }
    }

    async fn socket(&mut self) -> Wire {
        let mut wire = self.silent_socket().await;
        wire.hello().await;
        wire
    }

    fn opens(&self) -> Vec<Instant> {
        self.script.opens.lock().unwrap().clone()
    }
}

struct Wire {
    ws: WebSocketStream<TcpStream>,
}

impl Wire {
    async fn send(&mut self, frame: Value) {
        soon(self.ws.send(Message::text(frame.to_string()))).await.unwrap();
    }

    async fn hello(&mut self) {
        self.send(
            json!({ "type": "hello", "num_connections": 1, "connection_info": { "app_id": "A0FIRST" } }),
        )
        .await;
    }

    async fn goodbye(&mut self, reason: &str) {
        self.send(json!({ "type": "disconnect", "reason": reason })).await;
    }

    async fn envelope(&mut self, id: &str, accepts: Value) {
        self.send(json!({
            "envelope_id": id, "type": "events_api", "payload": { "event": {} },
            "accepts_response_payload": accepts,
        }))
        .await;
    }

    /// The next acknowledgement; pings are answered on the way.
    async fn ack(&mut self) -> Value {
        loop {
            match soon(self.ws.next()).await {
                Some(Ok(Message::Text(text))) => return serde_json::from_str(&text).unwrap(),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no acknowledgement but {other:?}"),
            }
        }
    }

    /// Reads until the other side has gone; what came before.
    async fn end(mut self) -> Vec<Value> {
        let mut acks = Vec::new();
        loop {
            match soon(self.ws.next()).await {
                Some(Ok(Message::Text(text))) => acks.push(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return acks,
            }
        }
    }
}

/// Answers by the envelope's id.
#[derive(Clone, Default)]
struct Desk {
    gate: Arc<Notify>,
    handled: Arc<Mutex<Vec<String>>>,
}

impl Handler for Desk {
    async fn handle(&self, envelope: Envelope) -> Ack {
        self.handled.lock().unwrap().push(envelope.id.clone());
        match envelope.id.as_str() {
            "with" => Ack::With(json!({ "text": "hello" })),
            "withhold" => Ack::Withhold,
            "panic" => panic!("on purpose"),
            "slow" => {
                self.gate.notified().await;
                Ack::Bare
            }
            _ => Ack::Bare,
        }
    }
}

struct Bot {
    desk: Desk,
    health: watch::Receiver<Health>,
    stop: Option<oneshot::Sender<()>>,
    run: JoinHandle<Result<(), Fatal>>,
}

impl Bot {
    fn start(slack: &Slack, limits: Limits) -> Self {
        let dialer = Dialer::new(Some(&slack.url), &SecretString::from("xapp-1"), limits).unwrap();
        let desk = Desk::default();
        let socket = Socket::new(dialer, desk.clone(), SystemClock);
        let health = socket.health();
        let (stop, stopped) = oneshot::channel::<()>();
        let run = tokio::spawn(socket.run(async { stopped.await.unwrap_or_default() }));
        Self { desk, health, stop: Some(stop), run }
    }

    async fn up(&mut self, count: usize) {
        soon(self.health.wait_for(|health| health.up == count)).await.unwrap();
    }

    fn stop(&mut self) {
        self.stop.take();
    }

    async fn ended(self) -> Result<(), Fatal> {
        soon(self.run).await.unwrap()
    }
}

#[tokio::test]
async fn an_envelope_is_acknowledged_as_the_handler_says() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, limits());
    let mut wire = slack.socket().await;
    bot.up(1).await;
    wire.envelope("bare", json!(true)).await;
    assert_eq!(wire.ack().await, json!({ "envelope_id": "bare" }));
    wire.envelope("with", json!(true)).await;
    assert_eq!(wire.ack().await, json!({ "envelope_id": "with", "payload": { "text": "hello" } }));
    wire.envelope("with", json!(false)).await;
    assert_eq!(wire.ack().await, json!({ "envelope_id": "with" }));
    // Neither of these is acknowledged, and neither harms what comes after.
    wire.envelope("withhold", json!(true)).await;
    wire.envelope("panic", json!(true)).await;
    // A slow one holds nobody up.
    wire.envelope("slow", Value::Null).await;
    wire.envelope("after", Value::Null).await;
    assert_eq!(wire.ack().await, json!({ "envelope_id": "after" }));
    bot.desk.gate.notify_one();
    assert_eq!(wire.ack().await, json!({ "envelope_id": "slow" }));
    assert_eq!(bot.health.borrow().app_id.as_deref(), Some("A0FIRST"));
}

#[tokio::test]
async fn a_burst_is_acknowledged_to_the_last() {
    let mut slack = Slack::new([]).await;
    let _bot = Bot::start(&slack, limits());
    let mut wire = slack.socket().await;
    for number in 0..300 {
        wire.envelope(&format!("e{number}"), Value::Null).await;
    }
    let mut acked = std::collections::BTreeSet::new();
    while acked.len() < 300 {
        acked.insert(wire.ack().await["envelope_id"].as_str().unwrap().to_owned());
    }
}

#[tokio::test]
async fn two_connections_are_held() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, Limits { connections: 2, ..limits() });
    let (mut first, mut second) = (slack.socket().await, slack.socket().await);
    bot.up(2).await;
    // What was taken on from a connection that has gone is acknowledged by the other.
    first.envelope("slow", Value::Null).await;
    second.envelope("x", Value::Null).await;
    assert_eq!(second.ack().await, json!({ "envelope_id": "x" }));
    while bot.desk.handled.lock().unwrap().len() < 2 {
        tokio::task::yield_now().await;
    }
    drop(first);
    bot.up(1).await;
    bot.desk.gate.notify_one();
    assert_eq!(second.ack().await, json!({ "envelope_id": "slow" }));
    assert!(bot.health.borrow().down_since.is_none());
    drop(second);
    soon(bot.health.wait_for(|health| health.down_since.is_some())).await.unwrap();
}

#[rstest]
#[case::no_answer(Open::Hang)]
#[case::trouble(Open::Refuse("internal_error"))]
#[case::unknown(Open::Refuse("something_new"))]
#[case::status(Open::Status(503))]
#[tokio::test]
async fn a_dial_that_fails_is_tried_again(#[case] answer: Open) {
    let mut slack = Slack::new([answer]).await;
    let mut bot = Bot::start(&slack, Limits { request: SHORT, ..limits() });
    let _wire = slack.socket().await;
    bot.up(1).await;
    assert_eq!(slack.opens().len(), 2);
}

#[tokio::test]
async fn a_handshake_or_a_hello_that_never_comes_is_not_waited_for() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, Limits { handshake: SHORT, hello: SHORT, ..limits() });
    let deaf = slack.tcp().await;
    let mute = slack.silent_socket().await;
    let mute = tokio::spawn(mute.end());
    let _wire = slack.socket().await;
    bot.up(1).await;
    soon(mute).await.unwrap();
    drop(deaf);
    assert_eq!(slack.opens().len(), 3);
}

#[tokio::test]
async fn a_silent_connection_is_dead_and_one_that_answers_pings_is_not() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, Limits { silence: SHORT, ..limits() });
    // It never reads, so it answers no ping.
    let half_open = slack.socket().await;
    bot.up(1).await;
    let mut wire = slack.socket().await;
    soon(bot.health.wait_for(|health| health.hellos == 2)).await.unwrap();
    // This one does nothing but answer pings, for longer than silence may last.
    let mut pings = 0;
    while pings < 12 {
        match soon(wire.ws.next()).await {
            Some(Ok(Message::Ping(_))) => pings += 1,
            other => panic!("no ping but {other:?}"),
        }
    }
    assert_eq!(slack.opens().len(), 2);
    drop(half_open);
}

#[rstest]
#[case("warning")]
#[case("refresh_requested")]
#[case("a_reason_of_tomorrow")]
#[tokio::test]
async fn the_new_connection_stands_before_the_old_one_goes(#[case] reason: &str) {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, limits());
    let mut old = slack.socket().await;
    bot.up(1).await;
    old.goodbye(reason).await;
    let mut new = slack.silent_socket().await;
    // The old one is still read, until the new one has said hello.
    old.envelope("late", Value::Null).await;
    assert_eq!(old.ack().await, json!({ "envelope_id": "late" }));
    new.hello().await;
    assert_eq!(old.end().await, Vec::<Value>::new());
    new.envelope("new", Value::Null).await;
    assert_eq!(new.ack().await, json!({ "envelope_id": "new" }));
    assert_eq!(slack.opens().len(), 2);
    bot.up(1).await;
}

#[tokio::test]
async fn a_dropped_connection_is_redialled_at_once() {
    let mut slack = Slack::new([]).await;
    let slow = Duration::from_secs(60);
    let mut bot = Bot::start(&slack, Limits { redial_first: slow, redial_most: slow, ..limits() });
    let mut first = slack.socket().await;
    bot.up(1).await;
    soon(first.ws.close(None)).await.unwrap();
    drop(first);
    let second = slack.socket().await;
    soon(bot.health.wait_for(|health| health.hellos == 2)).await.unwrap();
    drop(second);
    let _third = slack.socket().await;
}

#[tokio::test]
async fn too_many_connections_are_no_reason_for_a_storm() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, limits());
    let mut wire = slack.socket().await;
    wire.goodbye("too_many_websockets").await;
    wire.end().await;
    let mut wire = slack.socket().await;
    wire.goodbye("too_many_websockets").await;
    wire.end().await;
    let _wire = slack.socket().await;
    bot.up(1).await;
    let opens = slack.opens();
    assert_eq!(opens.len(), 3);
    assert!(opens.windows(2).all(|pair| pair[1] - pair[0] >= limits().too_many), "{opens:?}");
}

#[tokio::test]
async fn socket_mode_that_is_switched_off_ends_it() {
    let mut slack = Slack::new([]).await;
    let bot = Bot::start(&slack, limits());
    let mut wire = slack.socket().await;
    wire.goodbye("link_disabled").await;
    wire.end().await;
    assert_eq!(bot.ended().await, Err(Fatal::LinkDisabled));
}

#[rstest]
#[case("invalid_auth")]
#[case("not_authed")]
#[case("account_inactive")]
#[case("token_revoked")]
#[case("token_expired")]
#[case("not_allowed_token_type")]
#[case("missing_scope")]
#[case("team_access_not_granted")]
#[tokio::test]
async fn what_no_redial_can_mend_says_what_to_do(#[case] code: &'static str) {
    let slack = Slack::new([Open::Refuse(code)]).await;
    let error = Bot::start(&slack, limits()).ended().await.unwrap_err().to_string();
    assert_eq!(slack.opens().len(), 1);
    insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots/socket" }, {
        insta::assert_snapshot!(code, error);
    });
}

#[tokio::test]
async fn frames_that_mean_nothing_harm_nothing() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, limits());
    let mut wire = slack.socket().await;
    bot.up(1).await;
    for text in ["", "no json", "[1,2]", "{\"type\":17}", "{\"envelope_id\":\"\",\"type\":\"events_api\"}"] {
        soon(wire.ws.send(Message::text(text))).await.unwrap();
    }
    soon(wire.ws.send(Message::binary(vec![0xff; 100]))).await.unwrap();
    let large = json!({
        "envelope_id": "large", "type": "events_api", "payload": { "event": { "text": "x".repeat(5 << 20) } },
    });
    wire.send(large).await;
    assert_eq!(wire.ack().await, json!({ "envelope_id": "large" }));
    assert_eq!(slack.opens().len(), 1);
}

#[tokio::test]
async fn frames_against_the_protocol_end_their_connection_alone() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, Limits { frame_bytes: 1000, ..limits() });
    let mut wire = slack.socket().await;
    bot.up(1).await;
    // A text frame that is no UTF-8.
    soon(wire.ws.get_mut().write_all(&[0x81, 0x02, 0xff, 0xfe])).await.unwrap();
    wire.end().await;
    let mut wire = slack.socket().await;
    soon(wire.ws.send(Message::text("x".repeat(2000)))).await.unwrap();
    wire.end().await;
    let mut wire = slack.socket().await;
    wire.envelope("x", Value::Null).await;
    assert_eq!(wire.ack().await, json!({ "envelope_id": "x" }));
}

#[tokio::test]
async fn at_the_end_what_is_at_work_is_finished_and_acknowledged() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, limits());
    let mut wire = slack.socket().await;
    wire.envelope("slow", Value::Null).await;
    while bot.desk.handled.lock().unwrap().is_empty() {
        tokio::task::yield_now().await;
    }
    bot.stop();
    let gate = bot.desk.gate.clone();
    let ended = tokio::spawn(bot.ended());
    gate.notify_one();
    assert_eq!(wire.end().await, [json!({ "envelope_id": "slow" })]);
    assert_eq!(soon(ended).await.unwrap(), Ok(()));
}

#[tokio::test]
async fn the_end_comes_also_when_slack_says_no_goodbye() {
    let mut slack = Slack::new([]).await;
    let mut bot = Bot::start(&slack, limits());
    let _wire = slack.socket().await;
    bot.up(1).await;
    bot.stop();
    assert_eq!(bot.ended().await, Ok(()));
}
