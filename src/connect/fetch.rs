//! One document over HTTP: bounded in time, in size and in redirects, and asked whether it changed at all.

use super::reading::Trouble;
use super::source::allowed;
use axum::body::Body;
use futures_util::StreamExt as _;
use hyper::body::Incoming;
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::{Request, Response, StatusCode, Uri};
use hyper_rustls::{ConfigBuilderExt as _, HttpsConnector};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long a server may take to begin its answer, and each piece of it to come.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
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
    Body {
        bytes: Vec<u8>,
        validators: Validators,
    },
    /// The server has nothing at this address.
    Gone(StatusCode),
}

/// What is asked for, and within which limits.
pub(super) struct Ask<'a> {
    /// What it is, in messages: `calendar`.
    pub(super) what: &'static str,
    pub(super) address: &'a str,
    pub(super) accept: &'static str,
    /// A header that lets us in; it goes to this server alone.
    pub(super) header: Option<(&'a str, &'a SecretString)>,
    /// The version that is known.
    pub(super) known: &'a Validators,
    /// How long all of it may take.
    pub(super) within: Duration,
    pub(super) most_bytes: usize,
    /// What is said of one that is longer.
    pub(super) too_long: fn() -> Trouble,
}

pub(super) type Https = Client<HttpsConnector<HttpConnector>, Body>;

/// Fetches documents. Its client is made when the first is asked for.
#[derive(Debug, Default)]
pub(super) struct Fetcher {
    client: OnceLock<Result<Https, Trouble>>,
}

impl Fetcher {
    /// Fetches a document, unless it is the version that is known.
    ///
    /// # Errors
    /// Why there is none; the message names no address.
    pub(super) async fn fetch(&self, ask: &Ask<'_>) -> Result<Fetched, Trouble> {
        match tokio::time::timeout(ask.within, self.follow(ask)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(ask.slow()),
        }
    }

    async fn follow(&self, ask: &Ask<'_>) -> Result<Fetched, Trouble> {
        let client = self.client.get_or_init(client).as_ref().map_err(Clone::clone)?;
        let mut address = ask.address.to_owned();
        let what = ask.what;
        for _ in 0..=MOST_REDIRECTS {
            let asked = client.request(ask.request(&address)?);
            let response = tokio::time::timeout(ANSWER_WITHIN, asked).await.map_err(|_| ask.slow())?;
            let response = response.map_err(|error| {
                let how = if error.is_connect() { "cannot be reached" } else { "broke off" };
                let why = hidden(&address, &root_of(&error));
                Trouble::new(&format!("the {what}'s server {how} ({why})"), "is the network up?")
            })?;
            match response.status() {
                StatusCode::NOT_MODIFIED => return Ok(Fetched::Unchanged),
                status if status.is_success() => return ask.body(response).await,
                status if status.is_redirection() => address = ask.elsewhere(&address, response.headers())?,
                status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => return Ok(Fetched::Gone(status)),
                status => return Err(refused(what, status)),
            }
        }
        Err(Trouble::new(
            &format!("the {what}'s server sends us round and round"),
            "use the address it ends at",
        ))
    }
}

/// What a status is that brings nothing.
pub(super) fn refused(what: &str, status: StatusCode) -> Trouble {
    let hint = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND | StatusCode::GONE => {
            format!("copy the {what}'s secret address anew: it may have been reset")
        }
        _ => "it is asked again in a few minutes".to_owned(),
    };
    Trouble::new(&format!("the {what}'s server answers {}", status.as_u16()), &hint)
}

impl Ask<'_> {
    fn slow(&self) -> Trouble {
        let what = self.what;
        Trouble::new(
            &format!("the {what}'s server does not answer in time"),
            "it is asked again in a few minutes",
        )
    }

    fn request(&self, address: &str) -> Result<Request<Body>, Trouble> {
        let (what, known) = (self.what, self.known);
        let unusable = || Trouble::new(&format!("the {what}'s address cannot be used"), "copy it anew");
        let mut request = Request::get(address)
            .header(header::ACCEPT, self.accept)
            .header(header::USER_AGENT, concat!("firstline/", env!("CARGO_PKG_VERSION")));
        if let Some(etag) = &known.etag {
            request = request.header(header::IF_NONE_MATCH, etag);
        }
        if let Some(at) = &known.last_modified {
            request = request.header(header::IF_MODIFIED_SINCE, at);
        }
        if let Some((name, secret)) = self.header {
            let mut value = HeaderValue::from_str(secret.expose_secret()).map_err(|_| unusable())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        request.body(Body::empty()).map_err(|_| unusable())
    }

    /// Where a redirect leads: never from an encrypted address to one that is not, and never to another server with
    /// what lets us in at this one.
    fn elsewhere(&self, from: &str, headers: &HeaderMap) -> Result<String, Trouble> {
        let what = self.what;
        let hint = "use the address it ends at";
        let lost = || Trouble::new(&format!("the {what}'s server sends us nowhere"), hint);
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
                &format!("the {what}'s server sends us to an address that is not encrypted"),
                "use the address it ends at, with `https://`",
            ));
        }
        let same =
            origin().is_some_and(|origin| to.strip_prefix(&origin).is_some_and(|rest| rest.starts_with('/')));
        if self.header.is_some() && !same {
            return Err(Trouble::new(&format!("the {what}'s server sends us to another server"), hint));
        }
        Ok(to)
    }

    async fn body(&self, response: Response<Incoming>) -> Result<Fetched, Trouble> {
        let what = self.what;
        let header = |name: HeaderName| {
            let value = response.headers().get(name)?.to_str().ok()?;
            Some(value.to_owned())
        };
        let validators =
            Validators { etag: header(header::ETAG), last_modified: header(header::LAST_MODIFIED) };
        let told: Option<usize> = header(header::CONTENT_LENGTH).and_then(|length| length.parse().ok());
        if told.is_some_and(|length| length > self.most_bytes) {
            return Err((self.too_long)());
        }
        let mut pieces = Body::new(response.into_body()).into_data_stream();
        let mut bytes = Vec::new();
        loop {
            let piece = tokio::time::timeout(ANSWER_WITHIN, pieces.next()).await.map_err(|_| self.slow())?;
            match piece {
                Some(Ok(piece)) if bytes.len() + piece.len() <= self.most_bytes => {
                    bytes.extend_from_slice(&piece);
                }
                Some(Ok(_)) => return Err((self.too_long)()),
                Some(Err(_)) => {
                    let broke = format!("the {what} broke off");
                    return Err(Trouble::new(&broke, "it is asked again in a few minutes"));
                }
                None => break,
            }
        }
        Ok(Fetched::Body { bytes, validators })
    }
}

/// With the machine's own roots; where there are none, for this machine's own addresses alone.
pub(super) fn client() -> Result<Https, Trouble> {
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
            tracing::warn!(%error, "no root certificates were found: nothing can be fetched over https");
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
pub(super) fn hidden(address: &str, words: &str) -> String {
    let host = address.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
    host.map_or_else(|| words.to_owned(), |host| words.replace(&host, "…"))
}

/// The innermost cause, in the system's or the certificate check's own words.
pub(super) fn root_of(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}
