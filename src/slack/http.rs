//! One request to Slack's Web API and what came of it, without ever naming its content.

use super::lenient::{list, says, text};
use super::limits::Limits;
use arc_swap::ArcSwap;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector};
use hyper_util::client::legacy;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::ClientConfig;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use slack_morphism::errors::{SlackClientError, SlackClientHttpProtocolError};
use slack_morphism::prelude::{SlackClientHyperConnector, SlackHyperClient};
use slack_morphism::{
    SlackApiToken, SlackApiTokenValue, SlackClient, SlackClientApiCallContext, SlackClientHttpConnector,
};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Where Slack is when nobody says otherwise.
const SLACK: &str = "https://slack.com/api";

/// When a refusal for the rate names no time to wait.
const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Data that was sent and is not acknowledged for this long ends its TCP connection, so that a
/// connection which died in silence does not fail request after request.
const UNACKNOWLEDGED: Duration = Duration::from_secs(15);

/// What came of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// `ok: true`.
    Yes(Value),
    /// `ok: false`: nothing was done, and this is why.
    No(Refusal),
    /// Too many requests; again after this long.
    Limited { after: Duration },
    /// It cannot have reached Slack.
    Unsent { why: String },
    /// Perhaps done: no answer, or none that says.
    Unknown { why: String },
}

/// Slack's reason, and what it says of the arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: String,
    pub detail: String,
}

/// Why no client could be made; the operator has to change something.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum SetupError {
    #[error("`{0}` is no address of a Web API\nhint: leave SLACK_API_URL unset, or write `https://…/api`")]
    NotAnAddress(String),
    #[error(
        "`{0}` would carry tokens in the clear\nhint: use `https://`; `http://` is for this machine alone"
    )]
    Unencrypted(String),
    #[error("no root certificates: {0}\nhint: install `ca-certificates`, or name a file in SSL_CERT_FILE")]
    NoCertificates(String),
}

/// What a request says.
#[derive(Clone, Debug, PartialEq)]
pub enum Arguments {
    Json(Value),
    Parameters(Vec<(&'static str, String)>),
}

/// A Slack in this process, spoken to without a network: what histories are simulated against.
pub trait Within: Send + Sync {
    fn ask(&self, method: &str, arguments: Arguments) -> BoxFuture<'static, Answer>;
}

/// A token with the way to Slack.
pub struct Http {
    url: String,
    token: SlackApiToken,
    client: ArcSwap<SlackHyperClient>,
    tls: Arc<ClientConfig>,
    limit: Duration,
    within: Option<Arc<dyn Within>>,
}

impl Http {
    /// `url` may end in a slash or not, in `/api` or not; `None` is Slack itself.
    pub fn new(url: Option<&str>, token: &SecretString, limits: &Limits) -> Result<Self, SetupError> {
        let url = api_url(url)?;
        let tls = Arc::new(tls(&url)?);
        Ok(Self {
            client: ArcSwap::from_pointee(client(&url, &tls)),
            token: SlackApiToken::new(SlackApiTokenValue(token.expose_secret().to_owned())),
            url,
            tls,
            limit: limits.request,
            within: None,
        })
    }

    pub(super) fn within(slack: Arc<dyn Within>, limits: &Limits) -> Result<Self, SetupError> {
        let token = SecretString::from("no token: nothing leaves this process");
        Ok(Self { within: Some(slack), ..Self::new(Some("http://localhost/api"), &token, limits)? })
    }

    pub(super) fn tls(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.tls)
    }

    /// A method that takes JSON.
    pub async fn post(&self, method: &str, body: &Value) -> Answer {
        if let Some(within) = &self.within {
            return self.watched(method, within.ask(method, Arguments::Json(body.clone()))).await;
        }
        let client = self.client.load_full();
        let session = client.open_session(&self.token);
        let sent = session.http_session_api.http_post::<Value, Value>(method, body, None);
        self.watched(method, sent.map(read)).await
    }

    /// A method that takes parameters.
    pub async fn get(&self, method: &str, params: &[(&'static str, String)]) -> Answer {
        if let Some(within) = &self.within {
            return self.watched(method, within.ask(method, Arguments::Parameters(params.to_vec()))).await;
        }
        let client = self.client.load_full();
        let session = client.open_session(&self.token);
        let params: Vec<_> = params.iter().map(|(name, value)| (*name, Some(value.as_str()))).collect();
        let sent = session.http_session_api.http_get::<Value, _, _>(method, &params, None);
        self.watched(method, sent.map(read)).await
    }

    /// A header of the answer to a method: the prescribed client does not show them.
    pub(super) async fn header(&self, method: &str, name: &str) -> Option<String> {
        let client = legacy::Client::builder(TokioExecutor::new()).build(connector(&self.tls));
        let request = hyper::Request::get(format!("{}/{method}", self.url))
            .header(hyper::header::AUTHORIZATION, format!("Bearer {}", self.token.token_value.0))
            .body(axum::body::Body::empty())
            .ok()?;
        let answer = tokio::time::timeout(self.limit, client.request(request)).await.ok()?.ok()?;
        Some(answer.headers().get(name)?.to_str().ok()?.to_owned())
    }

    /// To an address that Slack gave, without the token.
    pub async fn respond(&self, address: &str, body: &Value) -> Answer {
        if !self.is_slacks(address) {
            return Answer::Unsent { why: "the response URL is not Slack's".to_owned() };
        }
        if let Some(within) = &self.within {
            return self.watched("response_url", within.ask(address, Arguments::Json(body.clone()))).await;
        }
        let Ok(uri) = address.parse() else {
            return Answer::Unsent { why: "the response URL cannot be read".to_owned() };
        };
        let client = self.client.load_full();
        let span = tracing::Span::none();
        let context = SlackClientApiCallContext {
            rate_control_params: None,
            token: None,
            tracing_span: &span,
            is_sensitive_url: true,
        };
        let sent = client.http_api.connector.http_post_uri::<Value, Value>(uri, body, context);
        let answer = self.watched("response_url", sent.map(read)).await;
        // Answered with the bare word `ok`, or with JSON that says so.
        let bare = matches!(&answer, Answer::Unknown { why } if why == NOT_SAID);
        if bare { Answer::Yes(Value::Null) } else { answer }
    }

    async fn watched(&self, method: &str, sent: impl Future<Output = Answer>) -> Answer {
        let answer = match tokio::time::timeout(self.limit, sent).await {
            Ok(answer) => answer,
            Err(_) => {
                // The connections may all be dead without knowing it: begin with new ones.
                self.client.store(Arc::new(client(&self.url, &self.tls)));
                Answer::Unknown { why: "no answer in time".to_owned() }
            }
        };
        let labels = [("method", method.to_owned()), ("answer", answer.label().to_owned())];
        metrics::counter!("firstline_slack_calls_total", &labels).increment(1);
        answer
    }

    fn is_slacks(&self, address: &str) -> bool {
        let Some((scheme, host)) = scheme_and_host(address) else { return false };
        let own = scheme_and_host(&self.url).is_some_and(|(_, own)| own == host);
        match scheme {
            "https" => {
                own || host == "slack.com" || host.ends_with(".slack.com") || host.ends_with(".slack-gov.com")
            }
            "http" => is_loopback(host),
            _ => false,
        }
    }
}

impl Answer {
    fn label(&self) -> &'static str {
        match self {
            Self::Yes(_) => "ok",
            Self::No(_) => "refused",
            Self::Limited { .. } => "limited",
            Self::Unsent { .. } => "unsent",
            Self::Unknown { .. } => "unknown",
        }
    }
}

const NOT_SAID: &str = "an answer that says neither yes nor no";

fn read(result: Result<Value, SlackClientError>) -> Answer {
    match result {
        Ok(body) => said(body),
        Err(SlackClientError::ApiError(error)) => {
            let body = error.http_response_body.as_deref().unwrap_or_default();
            refused(&error.code, &serde_json::from_str(body).unwrap_or(Value::Null))
        }
        Err(SlackClientError::RateLimitError(error)) => {
            Answer::Limited { after: error.retry_after.unwrap_or(RETRY_AFTER) }
        }
        Err(SlackClientError::HttpError(error)) => status(error.status_code.as_u16()),
        // The client is stricter about an answer's shape than we are.
        Err(SlackClientError::ProtocolError(error)) => {
            said(error.json_body.and_then(|body| serde_json::from_str(&body).ok()).unwrap_or(Value::Null))
        }
        Err(SlackClientError::HttpProtocolError(error)) => unsent(&error),
        Err(
            SlackClientError::EndOfStream(_)
            | SlackClientError::SystemError(_)
            | SlackClientError::SocketModeProtocolError(_),
        ) => Answer::Unknown { why: "the connection was lost".to_owned() },
    }
}

/// A request that was turned away at the door did nothing; behind the door, nobody knows.
fn status(code: u16) -> Answer {
    let why = format!("HTTP status {code}");
    match code {
        408 => Answer::Unknown { why },
        400..=499 => Answer::Unsent { why },
        _ => Answer::Unknown { why },
    }
}

fn said(body: Value) -> Answer {
    match text(&body, "error") {
        _ if says(&body, "ok").yes() => Answer::Yes(body),
        Some(code) => refused(&code, &body),
        None => Answer::Unknown { why: NOT_SAID.to_owned() },
    }
}

fn refused(code: &str, body: &Value) -> Answer {
    if matches!(code, "ratelimited" | "rate_limited") {
        return Answer::Limited { after: RETRY_AFTER };
    }
    let needed = text(body, "needed").map(|scope| format!("needs the scope {scope}"));
    let told = list(body, "response_metadata.messages").iter().filter_map(Value::as_str).map(str::to_owned);
    let detail: String = needed.into_iter().chain(told).collect::<Vec<_>>().join("; ");
    Answer::No(Refusal { code: code.to_owned(), detail: detail.chars().take(300).collect() })
}

/// A connection that never stood carried nothing; one that broke may have carried all of it.
fn unsent(error: &SlackClientHttpProtocolError) -> Answer {
    let cause = error.cause.as_deref().and_then(|cause| cause.downcast_ref::<legacy::Error>());
    match cause {
        Some(cause) if cause.is_connect() => {
            Answer::Unsent { why: format!("no connection to Slack ({})", root_of(cause)) }
        }
        Some(_) => Answer::Unknown { why: "the connection was lost".to_owned() },
        None => Answer::Unsent { why: "the request could not be made".to_owned() },
    }
}

/// The innermost cause: the system's or the certificate check's own words, which name no address.
fn root_of(error: &dyn std::error::Error) -> String {
    let mut root = error;
    while let Some(source) = root.source() {
        root = source;
    }
    root.to_string()
}

fn client(url: &str, tls: &Arc<ClientConfig>) -> SlackHyperClient {
    SlackClient::new(SlackClientHyperConnector::with_connector(connector(tls)).with_slack_api_url(url))
}

fn connector(tls: &Arc<ClientConfig>) -> HttpsConnector<HttpConnector> {
    let mut tcp = HttpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(Duration::from_secs(5)));
    tcp.set_keepalive(Some(UNACKNOWLEDGED));
    #[cfg(target_os = "linux")]
    tcp.set_tcp_user_timeout(Some(UNACKNOWLEDGED));
    hyper_rustls::HttpsConnectorBuilder::new()
        .with_tls_config(ClientConfig::clone(tls))
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .wrap_connector(tcp)
}

/// With the machine's own roots; with none at all where nothing is encrypted anyway.
fn tls(url: &str) -> Result<ClientConfig, SetupError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| SetupError::NoCertificates(error.to_string()))?;
    if url.starts_with("http://") {
        return Ok(builder.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    let rooted =
        builder.with_native_roots().map_err(|error| SetupError::NoCertificates(error.to_string()))?;
    Ok(rooted.with_no_client_auth())
}

fn api_url(url: Option<&str>) -> Result<String, SetupError> {
    let given = url.map(str::trim).filter(|url| !url.is_empty()).unwrap_or(SLACK);
    let base = given.trim_end_matches('/');
    let not_an_address = || SetupError::NotAnAddress(given.to_owned());
    let (scheme, host) = scheme_and_host(base).ok_or_else(not_an_address)?;
    match scheme {
        "https" => {}
        "http" if is_loopback(host) => {}
        "http" => return Err(SetupError::Unencrypted(given.to_owned())),
        _ => return Err(not_an_address()),
    }
    Ok(if base.ends_with("/api") { base.to_owned() } else { format!("{base}/api") })
}

/// `(scheme, host)` of an address; no user names, no empty hosts.
pub(super) fn scheme_and_host(address: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = address.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split_once(']')?.0,
        None => authority.split(':').next()?,
    };
    (!host.is_empty() && !authority.contains('@')).then_some((scheme, host))
}

pub(super) fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_address_may_be_written_in_four_ways() {
        for given in
            ["http://127.0.0.1:9", "http://127.0.0.1:9/", "http://127.0.0.1:9/api", "http://127.0.0.1:9/api/"]
        {
            assert_eq!(api_url(Some(given)), Ok("http://127.0.0.1:9/api".to_owned()), "{given}");
        }
        assert_eq!(api_url(None), Ok("https://slack.com/api".to_owned()));
        assert_eq!(api_url(Some("https://slack.test")), Ok("https://slack.test/api".to_owned()));
        assert!(matches!(api_url(Some("http://slack.test/api")), Err(SetupError::Unencrypted(_))));
        assert!(matches!(api_url(Some("slack.test")), Err(SetupError::NotAnAddress(_))));
    }

    #[test]
    fn answers_are_read_for_what_they_say() {
        assert_eq!(said(serde_json::json!({})), Answer::Unknown { why: NOT_SAID.to_owned() });
        assert!(matches!(said(serde_json::json!({"ok": true, "warnings": "odd"})), Answer::Yes(_)));
        assert_eq!(
            said(serde_json::json!({"ok": false, "error": "ratelimited"})),
            Answer::Limited { after: RETRY_AFTER }
        );
        let scope = serde_json::json!({"ok": false, "error": "missing_scope", "needed": "dnd:read"});
        assert_eq!(
            said(scope),
            Answer::No(Refusal { code: "missing_scope".into(), detail: "needs the scope dnd:read".into() })
        );
    }
}
