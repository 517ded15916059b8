//! Tickets by webhook, and the heartbeat: signed, the same id on every try, counted once by whoever receives them.

use super::{INTAKE, asked, tell, thread};
use crate::engine::bench::Bench;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use ring::hmac;
use serde_json::Value;
use std::sync::{Arc, Mutex};

type Heard = Arc<Mutex<Vec<(String, Value)>>>;

async fn receive(State(heard): State<Heard>, headers: HeaderMap, body: Bytes) -> (StatusCode, String) {
    let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
    let (id, at) = (header("webhook-id"), header("webhook-timestamp"));
    let key = hmac::Key::new(hmac::HMAC_SHA256, b"quiet");
    let mut signed = format!("{id}.{at}.").into_bytes();
    signed.extend_from_slice(&body);
    let given = STANDARD.decode(header("webhook-signature").strip_prefix("v1,").unwrap()).unwrap();
    hmac::verify(&key, &signed, &given).expect("it is signed");
    let mut heard = heard.lock().unwrap();
    heard.push((id, serde_json::from_slice(&body).unwrap()));
    match heard.len() {
        // The first was taken, and its answer is lost.
        1 => (StatusCode::GATEWAY_TIMEOUT, String::new()),
        _ => (StatusCode::OK, r#"{"key":"H-7","url":"https://desk.test/7"}"#.to_owned()),
    }
}

#[tokio::test]
async fn a_webhook_hears_each_step_under_one_id() {
    let heard = Heard::default();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let router = Router::new().route("/hook", post(receive)).with_state(Arc::clone(&heard));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut bench = Bench::set_up().await;
    bench.config = bench
        .with_desk(INTAKE, &format!("{INTAKE}\ntickets: {{ webhook: {{ url: \"{url}\", secret: quiet }} }}"));
    let app = bench.start().await;
    let root = asked(&bench, &app).await;
    tell(&bench, &app, &root, "ticket follow-up: it is slow").await;
    bench.live(&app, TimeDelta::minutes(1)).await;
    let heard = heard.lock().unwrap().clone();
    let kinds: Vec<&str> = heard.iter().map(|(_, said)| said["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ticket.raise", "ticket.raise", "ticket.mark", "ticket.attach", "ticket.tell"]);
    assert_eq!(heard[0].0, heard[1].0, "the same id on every try");
    assert_eq!(heard[0].1["data"]["summary"], "it is slow");
    assert!(heard[3].1["transcript"].as_str().unwrap().contains("I look into it"));
    assert!(thread(&bench, &root).contains("H-7"));
    app.stop().await.unwrap();
}

#[tokio::test]
async fn an_outside_watch_hears_a_bot_that_is_ready() {
    let beats = Arc::new(tokio::sync::Semaphore::new(0));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/beat", listener.local_addr().unwrap());
    let counted = Arc::clone(&beats);
    let router =
        Router::new().route("/beat", axum::routing::get(move || async move { counted.add_permits(1) }));
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut bench = Bench::set_up().await;
    let heartbeat = format!(
        "slack: {{ app_token: \"${{SLACK_APP_TOKEN}}\", bot_token: \"${{SLACK_BOT_TOKEN}}\" }}\nheartbeat: {{ url: \"{url}\", every: 1m }}\ninclude: [people.yml, desks/*.yml]\n"
    );
    std::fs::write(bench.folder().join("firstline.yml"), heartbeat).unwrap();
    bench.config = bench.with_desk(INTAKE, INTAKE);
    let app = bench.start().await;
    bench.pass(&app, TimeDelta::minutes(1)).await;
    let heard = tokio::time::timeout(crate::engine::bench::BOUND, beats.acquire()).await;
    heard.expect("the watch hears it").unwrap().forget();
    app.stop().await.unwrap();
}
