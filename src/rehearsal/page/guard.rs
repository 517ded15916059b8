//! Who gets in: loopback names alone, or whoever holds the key; and what the browser may load.

use axum::Json;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

/// Everything comes from this address; nothing is framed, embedded or sent elsewhere.
const CONTENT_POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
                              form-action 'none'; frame-ancestors 'none'";

const COOKIE: &str = "firstline_rehearsal";

/// Who may use the page.
#[derive(Clone, PartialEq, Eq)]
pub enum Access {
    /// Whoever reaches it by a loopback name; for listening on loopback alone.
    Loopback,
    /// Whoever came by the link `/?key=…` with this secret.
    Key(String),
}

/// Lets a request through, or says why not.
pub(super) async fn check(access: Access, request: Request, next: Next) -> Response {
    let response = match refusal(&access, &request) {
        Some(refusal) => refusal,
        None => next.run(request).await,
    };
    sealed(response)
}

fn refusal(access: &Access, request: &Request) -> Option<Response> {
    let headers = request.headers();
    if let Some(foreign) = foreign_origin(headers) {
        let why = format!("a page of `{foreign}` may not act here");
        return Some(refused(StatusCode::FORBIDDEN, &why));
    }
    let posts = request.method() == Method::POST;
    if posts && text_of(headers, header::CONTENT_TYPE) != Some("application/json") {
        return Some(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "acts come as `application/json`"));
    }
    match access {
        Access::Loopback if is_loopback(text_of(headers, header::HOST).unwrap_or_default()) => None,
        Access::Loopback => {
            let why = "this rehearsal answers to loopback names only\nhint: open it by `127.0.0.1`";
            Some(refused(StatusCode::MISDIRECTED_REQUEST, why))
        }
        Access::Key(secret) => keyless(secret, request),
    }
}

/// The link with the key sets the cookie; everything else asks for it.
fn keyless(secret: &str, request: &Request) -> Option<Response> {
    let given = request.uri().query().and_then(|query| {
        query.split('&').find_map(|pair| pair.strip_prefix("key=")).filter(|_| request.uri().path() == "/")
    });
    if given.is_some_and(|given| same(given, secret)) {
        let cookie = format!("{COOKIE}={secret}; HttpOnly; SameSite=Strict; Path=/");
        return Some(([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response());
    }
    let cookies = text_of(request.headers(), header::COOKIE).unwrap_or_default();
    let mut held = cookies.split(';').filter_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='));
    if held.any(|held| same(held, secret)) {
        return None;
    }
    let why = "this rehearsal needs its key\nhint: open the whole link that `firstline rehearse` printed";
    Some(refused(StatusCode::UNAUTHORIZED, why))
}

/// Compares every byte, so that the time taken tells nothing.
fn same(given: &str, secret: &str) -> bool {
    let differing = given.bytes().zip(secret.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other));
    given.len() == secret.len() && differing == 0
}

/// The origin of a request that comes from some other page.
fn foreign_origin(headers: &HeaderMap) -> Option<&str> {
    let origin = text_of(headers, header::ORIGIN)?;
    let host = text_of(headers, header::HOST).unwrap_or_default();
    let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    (own != Some(host)).then_some(origin)
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|it| it.is_ascii_digit()) => name,
        Some(_) | None => host,
    };
    ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

fn text_of(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn refused(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "ok": false, "error": why }))).into_response()
}

fn sealed(mut response: Response) -> Response {
    let fixed = [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in fixed {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
