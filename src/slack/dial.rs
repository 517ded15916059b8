//! From an app token to an open WebSocket, every step within its limit.

use super::http::{Answer, Http, Refusal, SetupError, is_loopback, scheme_and_host};
use super::lenient::text;
use super::limits::Limits;
use secrecy::SecretString;
use serde_json::json;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Error;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config};

pub(super) type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Why there will be no connection until somebody acts. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fatal {
    #[error("slack refuses the app's token: `{code}`\nhint: {hint}")]
    Token { code: String, hint: &'static str },
    #[error(
        "`link_disabled`: socket mode is switched off for the app\nhint: switch it on at api.slack.com/apps"
    )]
    LinkDisabled,
}

/// Why a connection could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum DialError {
    Fatal(Fatal),
    /// Again, but not before `wait` is over.
    Later {
        why: String,
        wait: Duration,
    },
}

/// What came of trying the app's token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenCheck {
    Taken,
    /// Why not, and a hint on the next line.
    Refused(String),
}

/// Makes connections with the app's token (`xapp-…`).
pub struct Dialer {
    http: Http,
    limits: Limits,
}

impl Dialer {
    /// `url` is `SLACK_API_URL`, if it is set.
    pub fn new(url: Option<&str>, app_token: &SecretString, limits: Limits) -> Result<Self, SetupError> {
        Ok(Self { http: Http::new(url, app_token, &limits)?, limits })
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    /// Asks Slack for an address and opens it. The address works once, so that every dial asks anew.
    pub(super) async fn dial(&self) -> Result<Stream, DialError> {
        let address = self.address().await?;
        let connector = match scheme_and_host(&address) {
            Some(("wss", _)) => Connector::Rustls(self.http.tls()),
            Some(("ws", host)) if is_loopback(host) => Connector::Plain,
            Some(_) | None => return Err(later("slack's address for the socket is not `wss://`")),
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(self.limits.frame_bytes))
            .max_frame_size(Some(self.limits.frame_bytes))
            // Two connections that idle need not hold much.
            .read_buffer_size(16 << 10)
            .write_buffer_size(8 << 10);
        let opened = connect_async_tls_with_config(address, Some(config), true, Some(connector));
        match tokio::time::timeout(self.limits.handshake, opened).await {
            Ok(Ok((stream, _))) => Ok(stream),
            Ok(Err(error)) => Err(later(&format!("the socket could not be opened ({})", cause(&error)))),
            Err(_) => Err(later("the socket did not open in time")),
        }
    }

    /// Whether Slack takes the app's token. No connection is opened.
    pub async fn check(&self) -> TokenCheck {
        match self.address().await {
            Ok(_) => TokenCheck::Taken,
            Err(DialError::Fatal(fatal)) => TokenCheck::Refused(fatal.to_string()),
            Err(DialError::Later { why, .. }) => {
                let hint = "hint: check the network, and ask again";
                TokenCheck::Refused(format!("no connection to Slack can be made now: {why}\n{hint}"))
            }
        }
    }

    async fn address(&self) -> Result<String, DialError> {
        match self.http.post("apps.connections.open", &json!({})).await {
            Answer::Yes(said) => text(&said, "url").ok_or_else(|| later("slack gave no address")),
            Answer::No(refusal) => Err(refused(refusal)),
            Answer::Limited { after } => {
                Err(DialError::Later { why: "slack asked to wait".to_owned(), wait: after })
            }
            Answer::Unsent { why } | Answer::Unknown { why } => Err(later(&why)),
        }
    }
}

/// What the log may know: other errors name the address, and with it the ticket.
fn cause(error: &Error) -> String {
    match error {
        Error::Io(error) => error.to_string(),
        Error::Tls(error) => error.to_string(),
        Error::Http(answer) => format!("HTTP status {}", answer.status().as_u16()),
        Error::ConnectionClosed
        | Error::AlreadyClosed
        | Error::Capacity(_)
        | Error::Protocol(_)
        | Error::WriteBufferFull(_)
        | Error::Utf8(_)
        | Error::AttackAttempt
        | Error::Url(_)
        | Error::HttpFormat(_) => "it is no WebSocket".to_owned(),
    }
}

fn later(why: &str) -> DialError {
    DialError::Later { why: why.to_owned(), wait: Duration::ZERO }
}

/// What a refusal of `apps.connections.open` asks of the operator (docs: that method's errors).
fn refused(refusal: Refusal) -> DialError {
    let hint = match refusal.code.as_str() {
        "invalid_auth" => "set SLACK_APP_TOKEN to an app-level token (`xapp-…`) of this app",
        "not_authed" => "set SLACK_APP_TOKEN to the app-level token (`xapp-…`)",
        "account_inactive" => "install the app again, and make a new app-level token",
        "token_revoked" => {
            "set SLACK_APP_TOKEN to a new app-level token (api.slack.com/apps, Basic Information)"
        }
        "token_expired" => "set SLACK_APP_TOKEN to a new app-level token",
        "not_allowed_token_type" => "SLACK_APP_TOKEN must be the app-level token (`xapp-…`), not the bot's",
        "missing_scope" | "no_permission" => "give the app-level token the scope `connections:write`",
        "team_access_not_granted" | "access_denied" | "team_access_denied" => {
            "an administrator has to give the app access to the workspace"
        }
        "user_removed_from_team" => "whoever installed the app has left the workspace: install it again",
        "team_disabled" => "the workspace is switched off",
        "app_not_installed" | "not_installed" => "install the app in the workspace",
        "org_login_required" | "ekm_access_denied" => {
            "an administrator of the organisation has to give access again"
        }
        "invalid_app" | "app_missing_action_url" | "socket_mode_not_enabled" | "link_disabled" => {
            return DialError::Fatal(Fatal::LinkDisabled);
        }
        _ => return later(&format!("`{}`", refusal.code)),
    };
    DialError::Fatal(Fatal::Token { code: refusal.code, hint })
}
