//! Requests to an address of the operator's own, signed as Standard Webhooks describes
//! (<https://www.standardwebhooks.com>).

use super::http::{Said, Sent, Silence, Speaker};
use crate::clock::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;

/// A webhook and the secret that signs what it is told.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: String,
    /// `whsec_` and base64, or any text.
    pub secret: SecretString,
}

impl Webhook {
    /// Tells it `body` under `id`: the same on every try, so that whoever receives it counts it once.
    pub(super) async fn tell(
        &self,
        speaker: &Speaker,
        id: String,
        body: &Value,
        now: Timestamp,
    ) -> Result<Said, Silence> {
        let body = body.to_string().into_bytes();
        let at = now.timestamp().to_string();
        let sent = Sent {
            method: Method::POST,
            address: self.url.clone(),
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("webhook-signature", self.signature(&id, &at, &body)),
                ("webhook-id", id),
                ("webhook-timestamp", at),
            ],
            body,
        };
        speaker.send(sent).await
    }

    /// `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`.
    fn signature(&self, id: &str, at: &str, body: &[u8]) -> String {
        let secret = self.secret.expose_secret();
        let key = secret.strip_prefix("whsec_").and_then(|text| STANDARD.decode(text).ok());
        let key = key.unwrap_or_else(|| secret.as_bytes().to_vec());
        let mut signed = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, &key));
        for part in [id.as_bytes(), b".", at.as_bytes(), b".", body] {
            signed.update(part);
        }
        format!("v1,{}", STANDARD.encode(signed.sign()))
    }
}

/// What an answer says, for people: short and without control characters.
pub(super) fn words(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    let text: String = text.chars().filter(|c| !c.is_control()).take(500).collect();
    (!text.is_empty()).then_some(text)
}
