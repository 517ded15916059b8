//! One calendar over HTTP: bounded in time, in size and in redirects, and asked whether it changed at all.

use super::reading::{Trouble, as_text};
use super::source::allowed;
use crate::coverage::calendar::MOST_BYTES;
use axum::body::Body;
use futures_util::StreamExt as _;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a server may take to begin its answer, and each piece of it to come.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How long the whole calendar may take.
const ALL_WITHIN: Duration = Duration::from_secs(30);
/// How often a server may send us elsewhere.
const MOST_REDIRECTS: usize = 5;

/// What a server said of the version it gave, to be asked about the next time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Validators {
    etag: Option<String>,
    last_modified: Option<String>,
}

/// What came of asking.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fetched {
    /// It is as it was.
    Unchanged,
    Text {
        text: String,
        validators: Validators,
    },
}

type Https = Client<HttpsConnector<HttpConnector>, Body>;

/// Fetches calendars. Its client is made when the first is asked for.
#[derive(Debug, Default)]
pub(super) struct Fetcher {
    client: OnceLock<Result<Https, Trouble>>,
}

impl Fetcher {
    /// Fetches a calendar, unless it is the version that `known` tells of.
    ///
    /// # Errors
    /// Why there is none; the message names no address.
    pub(super) async fn fetch(&self, address: &str, known: &Validators) -> Result<Fetched, Trouble> {
        match tokio::time::timeout(ALL_WITHIN, self.follow(address, known)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(slow()),
        }
    }

    async fn follow(&self, address: &str, known: &Validators) -> Result<Fetched, Trouble> {
        let client = self.client.get_or_init(client).as_ref().map_err(Clone::clone)?;
        let mut address = address.to_owned();
        for _ in 0..=MOST_REDIRECTS {
            let asked = client.request(request(&address, known)?);
            let response = tokio::time::timeout(ANSWER_WITHIN, asked).await.map_err(|_| slow())?;
            let response = response.map_err(|error| {
                let what = if error.is_connect() { "cannot be reached" } else { "broke off" };
                let why = hidden(&address, &root_of(&error));
                Trouble::new(&format!("the calendar's server {what} ({why})"), "is the network up?")
            })?;
            match response.status() {
                StatusCode::NOT_MODIFIED => return Ok(Fetched::Unchanged),
                status if status.is_success() => return body(response).await,
                status if status.is_redirection() => address = elsewhere(&address, response.headers())?,
                status => return Err(refused(status)),
            }
        }
        Err(Trouble::new("the calendar's server sends us round and round", "use the address it ends at"))
    }
}

fn slow() -> Trouble {
    Trouble::new("the calendar's server does not answer in time", "it is asked again in a few minutes")
}

fn refused(status: StatusCode) -> Trouble {
    let hint = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => {
            "copy the calendar's secret address anew: it may have been reset"
        }
        _ => "it is asked again in a few minutes",
    };
    Trouble::new(&format!("the calendar's server answers {}", status.as_u16()), hint)
}

fn request(address: &str, known: &Validators) -> Result<Request<Body>, Trouble> {
    let mut request = Request::get(address)
        .header(header::ACCEPT, "text/calendar, text/plain;q=0.5, */*;q=0.1")
        .header(header::USER_AGENT, concat!("firstline/", env!("CARGO_PKG_VERSION")));
    if let Some(etag) = &known.etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    if let Some(at) = &known.last_modified {
        request = request.header(header::IF_MODIFIED_SINCE, at);
    }
    request
        .body(Body::empty())
        .map_err(|_| Trouble::new("the calendar's address cannot be used", "copy it anew"))
}

/// Where a redirect leads: never from an encrypted address to one that is not.
fn elsewhere(from: &str, headers: &HeaderMap) -> Result<String, Trouble> {
    let lost = || Trouble::new("the calendar's server sends us nowhere", "use the address it ends at");
    let to = headers.get(header::LOCATION).and_then(|to| to.to_str().ok()).ok_or_else(lost)?;
    let from: Uri = from.parse().map_err(|_| lost())?;
    let origin = || Some(format!("{}://{}", from.scheme_str()?, from.authority()?));
    let to = match (to.contains("://"), to.strip_prefix("//")) {
        (_, Some(rest)) => format!("{}://{rest}", from.scheme_str().unwrap_or("https")),
        (true, None) => to.to_owned(),
        (false, None) if to.starts_with('/') => format!("{}{to}", origin().ok_or_else(lost)?),
        (false, None) => return Err(lost()),
    };
    let falls = from.scheme_str() == Some("https") && !to.starts_with("https://");
    if falls || allowed(&to).is_err() {
        return Err(Trouble::new(
            "the calendar's server sends us to an address that is not encrypted",
            "use the address it ends at, with `https://`",
        ));
    }
    Ok(to)
}

async fn body(response: Response<Incoming>) -> Result<Fetched, Trouble> {
    let header = |name: HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let validators = Validators { etag: header(header::ETAG), last_modified: header(header::LAST_MODIFIED) };
    let told: Option<usize> = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if told.is_some_and(|length| length > MOST_BYTES) {
        return Err(Trouble::too_long());
    }
    let mut pieces = Body::new(response.into_body()).into_data_stream();
    let mut bytes = Vec::new();
    loop {
        let piece = tokio::time::timeout(ANSWER_WITHIN, pieces.next()).await.map_err(|_| slow())?;
        match piece {
            Some(Ok(piece)) if bytes.len() + piece.len() <= MOST_BYTES => bytes.extend_from_slice(&piece),
            Some(Ok(_)) => return Err(Trouble::too_long()),
            Some(Err(_)) => {
                return Err(Trouble::new("the calendar broke off", "it is asked again in a few minutes"));
            }
            None => break,
        }
    }
    Ok(Fetched::Text { text: as_text(bytes)?, validators })
}

/// With the machine's own roots; where there are none, for this machine's own addresses alone.
fn client() -> Result<Https, Trouble> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let unusable = |error: &dyn std::fmt::Display| {
        Trouble::new(&format!("no encrypted connection can be made ({error})"), "install `ca-certificates`")
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?;
    let tls = match builder.clone().with_native_roots() {
        Ok(rooted) => rooted.with_no_client_auth(),
        Err(error) => {
            tracing::warn!(%error, "no root certificates were found: no calendar can be fetched over https");
            builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth()
        }
    };
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_connect_timeout(Some(ANSWER_WITHIN));
    let https = hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(tls)
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .wrap_connector(tcp);
    Ok(Client::builder(TokioExecutor::new()).pool_max_idle_per_host(1).build(https))
}

/// Words without the server's name: certificate checks like to tell it.
fn hidden(address: &str, words: &str) -> String {
    let host = address.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    host.map_or_else(|| words.to_owned(), |host| words.replace(&host, "…"))
}

/// The innermost cause, in the system's or the certificate check's own words.
fn root_of(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}
