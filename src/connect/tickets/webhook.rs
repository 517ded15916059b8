//! Tickets by webhook: each step one signed request, the same id on every try, as Standard Webhooks describes
//! (<https://www.standardwebhooks.com>).

use super::super::http::{Sent, Speaker};
use super::{Ended, Papers, unwell};
use crate::clock::Timestamp;
use crate::domain::ticket::StepKind;
use crate::domain::ticket::ask::{Ask, Step};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

/// A webhook and the secret that signs what it is told.
#[derive(Clone, Debug)]
pub struct Webhook {
    pub url: String,
    /// `whsec_` and base64, or any text.
    pub secret: SecretString,
}

impl Webhook {
    pub(super) async fn perform(
        &self,
        speaker: &Speaker,
        ask: &Ask,
        papers: &Papers,
        now: Timestamp,
    ) -> Ended {
        let body = told(ask, papers).to_string().into_bytes();
        // The same for the same step of the same ticket, whatever crashes: the receiver counts it once.
        let id = if let Step::Attach { name, .. } = &ask.step {
            format!("{}-{name}", ask.mark)
        } else {
            format!("{}-{}", ask.mark, name(&ask.step))
        };
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
        let said = match speaker.send(sent).await {
            Ok(said) => said,
            // Sending again what came is harmless: it carries the same id.
            Err(silence) => return Ended::from(silence).harmless(),
        };
        if !said.status.is_success() {
            return unwell(&said, |body| text(body).filter(|text| !text.is_empty())).harmless();
        }
        let answer: Value = serde_json::from_slice(&said.body).unwrap_or_default();
        let field = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
        match ask.step.kind() {
            None => Ended::Stands {
                key: field("key").unwrap_or_else(|| format!("{}-{}", ask.case, ask.number)),
                url: field("url").filter(|url| url.starts_with("https://")),
            },
            Some(_) => Ended::Done,
        }
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

fn text(body: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(body).ok()?;
    Some(text.chars().filter(|c| !c.is_control()).take(500).collect())
}

fn name(step: &Step) -> &'static str {
    match step.kind() {
        None => "raise",
        Some(StepKind::Mark) => "mark",
        Some(StepKind::Attach) => "attach",
        Some(StepKind::Add) => "add",
        Some(StepKind::Tell) => "tell",
        Some(StepKind::Close) => "close",
        Some(StepKind::Wait) => "wait",
    }
}

/// What the receiver is told: `type` is `ticket.raise`, `ticket.attach` and the like, `data` the step itself.
fn told(ask: &Ask, papers: &Papers) -> Value {
    let data = match serde_json::to_value(&ask.step) {
        Ok(Value::Object(step)) => step.into_iter().next().map(|(_, data)| data).unwrap_or_default(),
        Ok(_) | Err(_) => Value::Null,
    };
    json!({
        "type": format!("ticket.{}", name(&ask.step)),
        "case": ask.case,
        "desk": ask.desk,
        "thread": papers.link,
        "data": data,
        "transcript": papers.transcript.as_ref().map(|transcript| &transcript.text),
    })
}
