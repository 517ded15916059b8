//! A plain HTTP client of the page, without a browser's help.

use super::bot::{TestHost, workspace};
use crate::model::BOUND;
use axum::body::Body;
use axum::body::BodyDataStream;
use axum::http::{HeaderMap, Request, StatusCode};
use chrono::{TimeZone, Utc};
use firstline::clock::MovableClock;
use firstline::rehearsal::Slack;
use firstline::rehearsal::page::{Access, router};
use futures_util::StreamExt;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

pub struct Web {
    client: Client<HttpConnector, Body>,
    pub base: String,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }
}

/// A rehearsal at 9:00 of a Tuesday in Los Angeles; the bot is there, and not yet connected.
pub async fn rehearsal(access: Access) -> (Slack, Arc<TestHost>, Web) {
    let clock = MovableClock::stopped(Utc.with_ymd_and_hms(2026, 3, 10, 16, 0, 0).unwrap());
    let slack = Slack::new(workspace(clock));
    let host = TestHost::new(&slack);
    let page = router(&slack, host.clone(), chrono_tz::America::Los_Angeles, access);
    slack.listen(SocketAddr::from(([127, 0, 0, 1], 0)), page).await.unwrap();
    let client = Client::builder(TokioExecutor::new()).build_http();
    let base = slack.base_url();
    (slack, host, Web { client, base })
}

impl Web {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.client.request(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(Body::new(response.into_body()), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }

    pub fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        Request::builder().method(method).uri(format!("{}{path}", self.base))
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path).body(Body::empty()).unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Value {
        let request = self.request("POST", path).header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await.json()
    }

    pub async fn act(&self, who: &str, deed: &str, mut more: Value) -> Value {
        more["as"] = json!(who);
        more["do"] = json!(deed);
        self.post("/page/act", more).await
    }

    /// The frames of the feed from a mark on.
    pub async fn feed(&self, since: u64) -> Feed {
        let request = self.request("GET", &format!("/page/feed?since={since}"));
        let response = self.client.request(request.body(Body::empty()).unwrap()).await.unwrap();
        Feed { body: Body::new(response.into_body()).into_data_stream(), held: String::new() }
    }
}

pub struct Feed {
    body: BodyDataStream,
    held: String,
}

impl Feed {
    /// The next frame that `wanted` picks something out of.
    pub async fn until<R>(&mut self, wanted: impl Fn(&Value) -> Option<R>) -> R {
        loop {
            while let Some((event, rest)) = self.held.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned);
                self.held = rest.to_owned();
                let frame = data.map(|data| serde_json::from_str::<Value>(&data).unwrap());
                if let Some(found) = frame.as_ref().and_then(&wanted) {
                    return found;
                }
            }
            let chunk =
                tokio::time::timeout(BOUND, self.body.next()).await.expect("a frame").unwrap().unwrap();
            self.held.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}
