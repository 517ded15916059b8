//! The app's side of the doors, with as little as possible between the test and the wire.

use super::BOUND;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use firstline::rehearsal::Slack;
use futures_util::{SinkExt, StreamExt};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

pub struct App {
    client: Client<HttpConnector, Body>,
    base: String,
    pub token: String,
    app_token: String,
}

#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub retry_after: Option<String>,
    pub body: Value,
}

impl App {
    pub fn of(slack: &Slack) -> Self {
        let client = Client::builder(TokioExecutor::new()).build_http();
        Self { client, base: slack.base_url(), token: slack.bot_token(), app_token: slack.app_token() }
    }

    pub async fn request(&self, path: &str, kind: &str, token: &str, body: String) -> Result<Answer, String> {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        let mut request = Request::post(url).header("content-type", kind);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body)).unwrap();
        let response = self.client.request(request).await.map_err(|e| e.to_string())?;
        let status = response.status();
        let retry_after = response.headers().get("retry-after").map(|it| it.to_str().unwrap().to_owned());
        let bytes = to_bytes(Body::new(response.into_body()), usize::MAX).await.map_err(|e| e.to_string())?;
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Ok(Answer { status, retry_after, body })
    }

    /// A call with a JSON body, for methods that write.
    pub async fn json(&self, method: &str, args: Value) -> Value {
        let path = format!("/api/{method}");
        self.request(&path, "application/json", &self.token, args.to_string()).await.unwrap().body
    }

    /// A call with a form, for any method.
    pub async fn form(&self, method: &str, args: &[(&str, &str)]) -> Value {
        let encode = |text: &str| -> String { text.bytes().map(|b| format!("%{b:02X}")).collect() };
        let pairs: Vec<_> = args.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect();
        let kind = "application/x-www-form-urlencoded";
        let path = format!("/api/{method}");
        self.request(&path, kind, &self.token, pairs.join("&")).await.unwrap().body
    }

    pub async fn error(&self, method: &str, args: Value) -> String {
        let body = self.json(method, args).await;
        assert_eq!(body["ok"], false, "{method} should have been refused: {body}");
        body["error"].as_str().unwrap().to_owned()
    }

    pub async fn post(&self, channel: &str, text: &str) -> String {
        let body = self.json("chat.postMessage", json!({ "channel": channel, "text": text })).await;
        assert_eq!(body["ok"], true, "{body}");
        body["ts"].as_str().unwrap().to_owned()
    }

    pub async fn ticket(&self) -> String {
        let answer =
            self.request("/api/apps.connections.open", "application/json", &self.app_token, "{}".into());
        answer.await.unwrap().body["url"].as_str().unwrap().to_owned()
    }

    pub async fn dial(&self) -> Socket {
        Socket(tokio_tungstenite::connect_async(self.ticket().await).await.unwrap().0)
    }

    /// A connection that has said hello.
    pub async fn connect(&self) -> Socket {
        let mut socket = self.dial().await;
        assert_eq!(socket.next().await["type"], "hello");
        socket
    }

    /// A connection that acknowledges everything at once, with what `answer` says; envelopes come out here.
    pub async fn listen(
        &self,
        answer: impl Fn(&Value) -> Value + Send + 'static,
    ) -> mpsc::UnboundedReceiver<Value> {
        let mut socket = self.connect().await;
        let (out, envelopes) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(Ok(frame)) = socket.0.next().await {
                let Message::Text(text) = frame else { continue };
                let envelope: Value = serde_json::from_str(&text).unwrap();
                socket.ack(&envelope, answer(&envelope)).await;
                let _ = out.send(envelope);
            }
        });
        envelopes
    }
}

pub struct Socket(pub WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    /// The next frame that is not a ping; text as JSON, the rest by name.
    pub async fn next(&mut self) -> Value {
        loop {
            let frame = timeout(BOUND, self.0.next()).await.expect("a frame");
            return match frame {
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => continue,
                Some(Ok(Message::Text(text))) => {
                    serde_json::from_str(&text).unwrap_or_else(|_| json!("garbage"))
                }
                Some(Ok(Message::Binary(_))) => json!("binary"),
                Some(Ok(Message::Close(_) | Message::Frame(_))) => json!("close"),
                Some(Err(_)) | None => json!("end"),
            };
        }
    }

    pub async fn ack(&mut self, envelope: &Value, payload: Value) {
        let mut ack = json!({ "envelope_id": envelope["envelope_id"] });
        if !payload.is_null() {
            ack["payload"] = payload;
        }
        self.0.send(Message::Text(ack.to_string().into())).await.unwrap();
    }

    /// The next envelope, acknowledged with nothing.
    pub async fn take(&mut self) -> Value {
        let envelope = self.next().await;
        self.ack(&envelope, Value::Null).await;
        envelope
    }
}

pub async fn event(envelopes: &mut mpsc::UnboundedReceiver<Value>) -> Value {
    let envelope = timeout(BOUND, envelopes.recv()).await.expect("an envelope").unwrap();
    envelope["payload"]["event"].clone()
}

pub async fn payload(envelopes: &mut mpsc::UnboundedReceiver<Value>) -> Value {
    timeout(BOUND, envelopes.recv()).await.expect("an envelope").unwrap()["payload"].clone()
}

pub fn nothing(_: &Value) -> Value {
    Value::Null
}
