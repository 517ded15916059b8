//! Where an answer comes from: the running bot when there is one, else the store, opened for this question.

use super::secret;
use anyhow::{Context as _, bail};
use axum::body::{Body, to_bytes};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long the bot may take to answer.
const WITHIN: Duration = Duration::from_secs(30);
/// How long it may take to find out that no bot runs.
const KNOCK_WITHIN: Duration = Duration::from_secs(2);
/// The largest answer: an export of some hundred thousand cases.
const LARGEST: usize = 1 << 30;

/// Where the bot listens and where its store is.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    pub listen: SocketAddr,
    /// The store's folder.
    pub store: PathBuf,
}

/// A running bot's admin door.
#[derive(Clone, Debug)]
pub struct Door {
    client: Client<HttpConnector, Body>,
    listen: SocketAddr,
    secret: String,
}

/// Finds the bot that runs on this store, if one does.
///
/// # Errors
/// Something else answers at its address, or the secret beside the store does not open its door.
pub async fn running_bot(at: &Whereabouts) -> anyhow::Result<Option<Door>> {
    let Ok(secret) = secret::read(&at.store) else { return Ok(None) };
    let client = Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let door = Door { client, listen: reachable(at.listen), secret };
    let knock = door.send(Method::GET, "/admin/knock");
    match tokio::time::timeout(KNOCK_WITHIN, knock).await {
        Ok(Ok((StatusCode::OK, _))) => Ok(Some(door)),
        Ok(Ok((status, _))) => bail!(
            "the program at {} does not take the secret in `{}` ({status})\nhint: is it another bot's address? see `http.listen`",
            at.listen,
            shown(&secret::path(&at.store)),
        ),
        Ok(Err(_)) | Err(_) => Ok(None),
    }
}

/// An address to listen on everywhere is reached on loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    match listen.ip().is_unspecified() {
        true if listen.is_ipv4() => SocketAddr::from(([127, 0, 0, 1], listen.port())),
        true => SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, listen.port())),
        false => listen,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

impl Door {
    /// Asks; `None` when the bot says that there is no such thing.
    ///
    /// # Errors
    /// The bot cannot answer, or not in words we know.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Option<T>> {
        self.ask(Method::GET, path).await
    }

    /// Asks for something to be done.
    ///
    /// # Errors
    /// As [`Door::get`].
    pub async fn post<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Option<T>> {
        self.ask(Method::POST, path).await
    }

    async fn ask<T: DeserializeOwned>(&self, method: Method, path: &str) -> anyhow::Result<Option<T>> {
        let answer = tokio::time::timeout(WITHIN, self.send(method, path))
            .await
            .context("the running bot does not answer")??;
        match answer {
            (StatusCode::OK, body) => {
                let answer = serde_json::from_slice(&body);
                Ok(Some(answer.context("the running bot is of another version\nhint: restart it")?))
            }
            (StatusCode::NOT_FOUND, _) => Ok(None),
            (status, body) => {
                bail!("the running bot refuses ({status}): {}", String::from_utf8_lossy(&body))
            }
        }
    }

    async fn send(&self, method: Method, path: &str) -> anyhow::Result<(StatusCode, Vec<u8>)> {
        let request = Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.listen))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.secret))
            .body(Body::empty())?;
        let response = self.client.request(request).await?;
        let status = response.status();
        let body = to_bytes(Body::new(response.into_body()), LARGEST).await?;
        Ok((status, body.to_vec()))
    }
}

/// A value as it may stand in an address.
pub fn encoded(value: &str) -> String {
    value.bytes().fold(String::new(), |mut text, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(char::from(byte)),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
        text
    })
}
