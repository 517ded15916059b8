//! The HTTP door: `/api/METHOD`, `/response/…` and the upgrade at `/link/`.

use super::faults::{Fault, Greeting};
use super::methods::{self, Args, JsonBody, Refused};
use super::response;
use super::slack::Slack;
use super::socket::{self, Wire};
use super::state::Workspace;
use axum::Router;
use axum::body::Bytes;
use axum::extract::connect_info::Connected;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::serve::IncomingStream;
use futures_util::{SinkExt, StreamExt};
use serde_json::{Map, Value};
use std::future::pending;
use std::net::Shutdown;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// How often the server pings a connection (real time).
const PING_EVERY: Duration = Duration::from_secs(5);

/// A second handle on a connection, so that a fault can cut it under the server's hands.
#[derive(Clone, Debug)]
pub(super) struct Line(Option<Arc<std::net::TcpStream>>);

impl Line {
    /// A connection that is no socket.
    pub fn none() -> Self {
        Self(None)
    }
}

impl Connected<IncomingStream<'_, TcpListener>> for Line {
    fn connect_info(stream: IncomingStream<'_, TcpListener>) -> Self {
        let handle = stream.io().as_fd().try_clone_to_owned();
        Self(handle.ok().map(|handle| Arc::new(handle.into())))
    }
}

impl Line {
    pub fn cut(&self) {
        if let Some(stream) = &self.0 {
            // Already gone is as good as cut.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

pub(super) fn router(slack: Slack) -> Router {
    Router::new()
        .route("/api/{method}", any(call))
        .route("/response/{key}", post(answer))
        .route("/link/", get(link))
        .with_state(slack)
}

pub(super) async fn serve(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<Line>();
    // Serving ends only with its task.
    let _ = axum::serve(listener, service).await;
}

/// `/api/METHOD`: one Web API call, done and answered as planned.
async fn call(
    State(slack): State<Slack>,
    ConnectInfo(line): ConnectInfo<Line>,
    Path(method): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let args = read_args(&headers, query.as_deref().unwrap_or_default(), &body);
    let channel = args.as_ref().ok().and_then(|args| args.map.get("channel")).and_then(Value::as_str);
    let fault = slack.lock().faults.take(&method, channel);
    // A connection kept alive from before the doors closed.
    let fault = if slack.is_stopped() { Some(Fault::Cut) } else { fault };
    let undone = match &fault {
        Some(Fault::RateLimited(seconds)) => {
            let body = Refused::from("ratelimited").body();
            Some(
                (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, seconds.to_string())], json(&body))
                    .into_response(),
            )
        }
        Some(Fault::Status(status)) => {
            let status = StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            Some((status, "<html>model outage</html>").into_response())
        }
        Some(Fault::Error(code)) => Some(json(&Refused::from(code.as_str()).body()).into_response()),
        Some(Fault::Silent) => pending::<Option<Response>>().await,
        Some(Fault::Cut) => {
            line.cut();
            pending::<Option<Response>>().await
        }
        Some(Fault::HeldBefore) => {
            slack.held().await;
            None
        }
        Some(Fault::Slow(_) | Fault::HeldAfter | Fault::AnswerLost) | None => None,
    };
    if let Some(response) = undone {
        let outcome = format!("fault {}", response.status().as_u16());
        let args = args.map(|args| Value::Object(args.map)).unwrap_or_default();
        slack.lock().workspace.remember_call(&method, args, &outcome);
        slack.ring();
        return response;
    }
    let body = carry_out(&slack, &method, args, |state, args| token(state, &method, &headers, args));
    if fault == Some(Fault::HeldAfter) {
        slack.held().await;
    } else if let Some(Fault::Slow(by)) = fault {
        tokio::time::sleep(by).await;
    } else if fault == Some(Fault::AnswerLost) {
        line.cut();
        pending::<()>().await;
    }
    let mut response = json(&body).into_response();
    let scopes = slack.read(|state| state.bot.scopes.join(","));
    if method == "auth.test"
        && let Ok(scopes) = scopes.parse()
    {
        response.headers_mut().insert("x-oauth-scopes", scopes);
    }
    response
}

fn json(body: &Value) -> ([(header::HeaderName, &'static str); 1], String) {
    ([(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string())
}

/// Checks who asks, does what is asked, and keeps what was refused.
pub(super) fn carry_out(
    slack: &Slack,
    method: &str,
    args: Result<Args, Refused>,
    check: impl FnOnce(&Workspace, &Args) -> Result<(), Refused>,
) -> Value {
    let (body, _) = slack.change(|inside| {
        let kept = args.as_ref().map(|args| args.map.clone()).unwrap_or_default();
        let answer = args.and_then(|args| {
            check(&inside.workspace, &args)?;
            methods::perform(inside, method, &args)
        });
        let mut kept = Value::Object(kept);
        if let Some(map) = kept.as_object_mut() {
            map.remove("token");
        }
        let state = &mut inside.workspace;
        match answer {
            Ok(body) => {
                state.remember_call(method, kept, "ok");
                body
            }
            Err(refused) => {
                state.remember_call(method, kept, &refused.error);
                state.refuse(method, &refused.error, refused.details.clone());
                refused.body()
            }
        }
    });
    body
}

fn token(state: &Workspace, method: &str, headers: &HeaderMap, args: &Args) -> Result<(), Refused> {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|it| it.to_str().ok());
    let bearer = bearer.and_then(|it| it.strip_prefix("Bearer "));
    let token = bearer.or_else(|| args.map.get("token").and_then(Value::as_str)).ok_or("not_authed")?;
    let (wanted, other) = if method == "apps.connections.open" {
        (&state.app_token, &state.bot_token)
    } else {
        (&state.bot_token, &state.app_token)
    };
    if token == wanted {
        Ok(())
    } else if token == other {
        Err(Refused::from("not_allowed_token_type"))
    } else {
        Err(Refused::from("invalid_auth"))
    }
}

/// The arguments of a call: of the query, and over them those of the body.
fn read_args(headers: &HeaderMap, query: &str, body: &Bytes) -> Result<Args, Refused> {
    let mut args = Args { map: form(query.as_bytes()), json_body: JsonBody::No };
    let kind = headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    if body.is_empty() {
        return Ok(args);
    }
    if kind.starts_with("application/json") {
        let value: Value = serde_json::from_slice(body).map_err(|_| Refused::from("invalid_json"))?;
        let map = match value {
            // Clients send `null` as the body of methods without arguments.
            Value::Null => Map::new(),
            Value::Object(map) => map,
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                return Err(Refused::from("json_not_object"));
            }
        };
        args.json_body = if map.is_empty() { JsonBody::No } else { JsonBody::Yes };
        args.map.extend(map);
    } else if kind.starts_with("application/x-www-form-urlencoded") {
        args.map.extend(form(body));
    } else {
        return Err(Refused::because("invalid_post_type", vec![format!("`{kind}`")]));
    }
    Ok(args)
}

/// `application/x-www-form-urlencoded` pairs.
fn form(text: &[u8]) -> Map<String, Value> {
    let pairs = text.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let at = pair.iter().position(|b| *b == b'=').unwrap_or(pair.len());
            let value = pair.get(at + 1..).unwrap_or_default();
            (decoded(&pair[..at]), Value::String(decoded(value)))
        })
        .collect()
}

fn decoded(text: &[u8]) -> String {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(byte) = text.get(at) {
        let pair = digit(text.get(at + 1)).zip(digit(text.get(at + 2)));
        match (byte, pair.and_then(|(high, low)| u8::try_from(high * 16 + low).ok())) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 2;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// `POST /response/…`: an answer to what a person did.
async fn answer(State(slack): State<Slack>, Path(key): Path<String>, body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    match respond(&slack, &key, &body) {
        Ok(()) => "ok".into_response(),
        Err(refused) => (StatusCode::NOT_FOUND, json(&refused.body())).into_response(),
    }
}

pub(super) fn respond(slack: &Slack, key: &str, body: &Value) -> Result<(), Refused> {
    let (done, _) = slack.change(|inside| {
        let state = &mut inside.workspace;
        let done = response::answer(state, key, body);
        let outcome = done.as_ref().map_or_else(|refused| refused.error.clone(), |()| "ok".to_owned());
        state.remember_call("response_url", body.clone(), &outcome);
        if let Err(refused) = &done {
            state.refuse("response_url", &refused.error, refused.details.clone());
        }
        done
    });
    done
}

/// `GET /link/?ticket=…`: one connection for one ticket.
async fn link(
    State(slack): State<Slack>,
    ConnectInfo(line): ConnectInfo<Line>,
    RawQuery(query): RawQuery,
    upgrade: WebSocketUpgrade,
) -> Response {
    let query = query.unwrap_or_default();
    let ticket = query.split('&').find_map(|pair| pair.strip_prefix("ticket=")).unwrap_or_default();
    if !slack.lock().sockets.use_ticket(ticket) {
        slack.lock().workspace.refuse("/link/", "invalid_ticket", vec![format!("ticket `{ticket}`")]);
        return StatusCode::CONFLICT.into_response();
    }
    upgrade.on_upgrade(move |socket| connection(slack, line, socket))
}

/// One connection from its greeting to its end.
async fn connection(slack: Slack, line: Line, mut socket: WebSocket) {
    let greeting = slack.lock().faults.greeting;
    match greeting {
        Greeting::Hello => {}
        Greeting::Late(by) => tokio::time::sleep(by).await,
        Greeting::Silence => {
            while let Some(Ok(_)) = socket.recv().await {}
            return;
        }
    }
    let (wire, orders) = mpsc::unbounded_channel();
    let Some(id) = slack.lock().admit(wire, line.clone()) else {
        // The app hears why, if it still listens.
        let _ = socket.send(Message::Text(socket::too_many().into())).await;
        return;
    };
    slack.ring();
    converse(&slack, socket, orders).await;
    slack.lock().sockets.leave(id);
    slack.ring();
    line.cut();
}

/// Carries frames both ways until either side ends it.
async fn converse(slack: &Slack, socket: WebSocket, mut orders: mpsc::UnboundedReceiver<Wire>) {
    let (mut sink, mut stream) = socket.split();
    let mut ping = tokio::time::interval(PING_EVERY);
    loop {
        let frame = tokio::select! {
            order = orders.recv() => match order {
                Some(Wire::Text(text)) => Message::Text(text.into()),
                Some(Wire::Binary(bytes)) => Message::Binary(bytes.into()),
                Some(Wire::Close) | None => Message::Close(None),
                Some(Wire::Halt) => return halted(orders).await,
            },
            _ = ping.tick() => Message::Ping("model".into()),
            heard = stream.next() => match heard {
                Some(Ok(Message::Text(text))) => {
                    slack.change(|inside| inside.take_ack(text.as_str()));
                    continue;
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Binary(_))) => continue,
                Some(Ok(Message::Close(_)) | Err(_)) | None => return,
            },
        };
        let closing = matches!(frame, Message::Close(_));
        if sink.send(frame).await.is_err() || closing {
            return;
        }
    }
}

/// Reads and writes nothing more, and keeps the connection, until it is told to close.
async fn halted(mut orders: mpsc::UnboundedReceiver<Wire>) {
    while let Some(order) = orders.recv().await {
        if matches!(order, Wire::Close) {
            return;
        }
    }
    pending::<()>().await;
}
