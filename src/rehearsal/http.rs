//! The HTTP door: `/api/METHOD`, `/response/…` and the upgrade at `/link/`.

use super::faults::Greeting;
use super::slack::Slack;
use super::socket::{self, Wire};
use axum::Router;
use axum::extract::connect_info::Connected;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{ConnectInfo, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::serve::IncomingStream;
use futures_util::{SinkExt, StreamExt};
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
    Router::new().route("/link/", get(link)).with_state(slack)
}

pub(super) async fn serve(listener: TcpListener, router: Router) {
    let service = router.into_make_service_with_connect_info::<Line>();
    // Serving ends only with its task.
    let _ = axum::serve(listener, service).await;
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

/// One connection from its hello to its end.
async fn connection(slack: Slack, line: Line, mut socket: WebSocket) {
    if !greet(&slack, &mut socket).await {
        return;
    }
    let (wire, orders) = mpsc::unbounded_channel();
    let id = slack.lock().sockets.join(wire, line.clone());
    slack.ring();
    converse(&slack, socket, orders).await;
    slack.lock().sockets.leave(id);
    slack.ring();
    line.cut();
}

/// Says hello as planned; false when the connection is not to be used.
async fn greet(slack: &Slack, socket: &mut WebSocket) -> bool {
    let (greeting, full, hello) = {
        let inside = slack.lock();
        let hello = socket::hello(&inside.workspace.bot.app_id, inside.sockets.count() + 1);
        (inside.faults.greeting, inside.sockets.is_full(), hello)
    };
    if full {
        // The app hears why, if it still listens.
        let _ = socket.send(Message::Text(socket::too_many().into())).await;
        return false;
    }
    match greeting {
        Greeting::Hello => {}
        Greeting::Late(by) => tokio::time::sleep(by).await,
        Greeting::Silence => {
            while let Some(Ok(_)) = socket.recv().await {}
            return false;
        }
    }
    socket.send(Message::Text(hello.into())).await.is_ok()
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
