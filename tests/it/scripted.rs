//! A scripted Web API: answers as told, and remembers what it was asked.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use crate::wire::bot;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::DateTime;
use firstline::clock::{MovableClock, Timestamp};
use firstline::slack::api::Api;
use firstline::slack::limits::Limits;
use firstline::slack::pace::Pace;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub fn noon() -> Timestamp {
    DateTime::parse_from_rfc3339("2026-11-30T12:00:00Z").unwrap().to_utc()
}

#[derive(Clone, Debug)]
pub enum Reply {
    Json(Value),
    Status(u16),
    Limited(u32),
    Page,
    Hang,
}

#[derive(Clone, Default)]
pub struct Script {
    pub replies: Arc<Mutex<BTreeMap<String, VecDeque<Reply>>>>,
    pub asked: Arc<Mutex<Vec<(String, Value)>>>,
}

async fn answer(State(script): State<Script>, request: Request) -> Response {
    let method = request.uri().path().trim_start_matches("/api/").to_owned();
    let query = request.uri().query().unwrap_or_default().to_owned();
    let token = request.headers().get(header::AUTHORIZATION).cloned();
    let body: Bytes = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap();
    let asked = serde_json::from_slice(&body).unwrap_or_else(|_| json!(query));
    assert_eq!(token.is_some(), !method.starts_with("/hook"), "{method}");
    let reply = {
        script.asked.lock().unwrap().push((method.clone(), asked));
        script.replies.lock().unwrap().get_mut(&method).and_then(VecDeque::pop_front)
    };
    match reply.unwrap_or(Reply::Json(json!({ "ok": true }))) {
        Reply::Json(body) => axum::Json(body).into_response(),
        Reply::Status(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Reply::Limited(after) => {
            (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, after.to_string())], "").into_response()
        }
        Reply::Page => axum::response::Html("<html>sign in</html>").into_response(),
        Reply::Hang => std::future::pending().await,
    }
}

pub struct Slack {
    pub script: Script,
    pub clock: MovableClock,
    pub api: Api<MovableClock>,
    pub url: String,
}

impl Slack {
    pub async fn new(replies: impl IntoIterator<Item = (&'static str, Reply)>) -> Self {
        let door = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", door.local_addr().unwrap());
        let script = Script::default();
        let mut limit = Duration::from_secs(10);
        for (method, reply) in replies {
            if matches!(reply, Reply::Hang) {
                limit = Duration::from_millis(300);
            }
            script.replies.lock().unwrap().entry(method.to_owned()).or_default().push_back(reply);
        }
        let routes = axum::Router::new().fallback(answer).with_state(script.clone());
        tokio::spawn(async move { axum::serve(door, routes).await });
        let clock = MovableClock::stopped(noon());
        Self { api: api(&url, &clock, limit), script, clock, url }
    }

    pub fn asked(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.script.asked.lock().unwrap())
    }

    pub fn methods(&self) -> Vec<String> {
        self.asked().into_iter().map(|(method, _)| method).collect()
    }

    pub async fn known(self) -> Self {
        let me = json!({
            "ok": true, "team_id": "T0FIRST", "user_id": "U0BOT", "bot_id": "B0FIRST", "app_id": "A0FIRST",
            "enterprise_id": "E0ORG",
        });
        self.script
            .replies
            .lock()
            .unwrap()
            .entry("auth.test".to_owned())
            .or_default()
            .push_back(Reply::Json(me));
        assert_eq!(self.api.auth_test().await, Ok(bot()));
        self.asked();
        self
    }
}

pub fn api(url: &str, clock: &MovableClock, request: Duration) -> Api<MovableClock> {
    let limits = Limits { request, query_patience: Duration::from_millis(1), ..Limits::default() };
    let token = SecretString::from("xoxb-1");
    Api::new(Some(url), &token, clock.clone(), Pace::unlimited(clock.clone()), limits).unwrap()
}

pub fn posted() -> Reply {
    Reply::Json(json!({ "ok": true, "channel": "C0EVENT", "ts": "1.000200" }))
}

pub fn refused(code: &str) -> Reply {
    Reply::Json(json!({ "ok": false, "error": code }))
}
