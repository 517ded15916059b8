//! One request to another system's interface over HTTP, bounded in time and size, with what came of it.

use super::fetch::{Https, client, hidden, root_of};
use super::reading::Trouble;
use axum::body::{Body, Bytes, to_bytes};
use hyper::header::{self, HeaderMap};
use hyper::{Method, Request, StatusCode};
use std::sync::OnceLock;
use std::time::Duration;

/// How long one request may take: several of a step fit into a call's lease.
const WITHIN: Duration = Duration::from_secs(7);
const MOST_BYTES: usize = 1024 * 1024;

/// What is sent.
pub(super) struct Sent {
    pub(super) method: Method,
    pub(super) address: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: Vec<u8>,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Said {
    pub(super) status: StatusCode,
    /// In seconds, where the server asks to wait.
    pub(super) retry_after: Option<u64>,
    pub(super) body: Bytes,
}

/// Why nothing came back.
#[derive(Debug)]
pub(super) enum Silence {
    /// It never left.
    Unsent(String),
    /// It may have been carried out.
    Lost(String),
}

/// Speaks HTTP. Its client is made when the first request leaves.
#[derive(Debug, Default)]
pub(super) struct Speaker {
    client: OnceLock<Result<Https, Trouble>>,
}

impl Speaker {
    /// Sends one request. Redirects are not followed: what is written goes where it was meant to go.
    pub(super) async fn send(&self, sent: Sent) -> Result<Said, Silence> {
        let client = self.client.get_or_init(client).as_ref();
        let client = client.map_err(|trouble| Silence::Unsent(trouble.to_string()))?;
        let mut request = Request::builder().method(sent.method).uri(&sent.address);
        for (name, value) in &sent.headers {
            request = request.header(*name, value);
        }
        let request = request
            .header(header::USER_AGENT, concat!("firstline/", env!("CARGO_PKG_VERSION")))
            .body(Body::from(sent.body))
            .map_err(|_| Silence::Unsent("the address cannot be used".to_owned()))?;
        match tokio::time::timeout(WITHIN, Self::answer(client, request, &sent.address)).await {
            Ok(said) => said,
            Err(_) => Err(Silence::Lost("it does not answer in time".to_owned())),
        }
    }

    async fn answer(client: &Https, request: Request<Body>, address: &str) -> Result<Said, Silence> {
        let response = client.request(request).await.map_err(|error| {
            let why = hidden(address, &root_of(&error));
            match error.is_connect() {
                true => Silence::Unsent(format!("it cannot be reached ({why})")),
                false => Silence::Lost(format!("its answer broke off ({why})")),
            }
        })?;
        let (status, retry_after) = (response.status(), seconds(response.headers()));
        let body = to_bytes(Body::new(response.into_body()), MOST_BYTES).await;
        let body = body.map_err(|_| Silence::Lost("its answer broke off".to_owned()))?;
        Ok(Said { status, retry_after, body })
    }
}

/// Tells an outside watch that all is well.
#[derive(Debug, Default)]
pub struct Beat(Speaker);

impl Beat {
    /// Asks for the address once.
    ///
    /// # Errors
    /// Why it was not heard; the message names no address.
    pub async fn send(&self, address: &str) -> Result<(), String> {
        let sent =
            Sent { method: Method::GET, address: address.to_owned(), headers: Vec::new(), body: Vec::new() };
        match self.0.send(sent).await {
            Ok(said) if said.status.is_success() => Ok(()),
            Ok(said) => Err(format!("it answers {}", said.status.as_u16())),
            Err(Silence::Unsent(why) | Silence::Lost(why)) => Err(why),
        }
    }
}

fn seconds(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}
