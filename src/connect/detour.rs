//! Pings that go round Slack: by e-mail, each at most once, or by webhook, under the same id on every try.

use super::http::{Silence, Speaker};
use super::outside::Performed;
use super::smtp::{self, Server};
use super::tickets::Papers;
use super::webhook::{Webhook, words};
use crate::clock::{Clock, Length, Timestamp};
use crate::domain::answer::Answer;
use crate::domain::detour::{DetourAnswer, Way};
use crate::id::{CaseId, DeskKey};
use crate::store::{Claim, Outcome};
use serde::Deserialize;
use serde_json::Value;

/// The longest wait between two tries of a webhook, and how long it is tried.
const LONGEST_WAIT: Length = Length::minutes(1);
const TRIED_FOR: Length = Length::minutes(30);

/// What a call says of itself; the rest is the e-mail's.
#[derive(Deserialize)]
struct Body {
    case: CaseId,
    number: u32,
    way: Way,
    #[serde(default)]
    said: Value,
}

/// The desk of a call.
pub(super) fn desk(claim: &Claim) -> DeskKey {
    DeskKey::new(claim.call.body.get("desk").and_then(Value::as_str).unwrap_or_default())
}

/// Carries out one detour.
pub(super) async fn perform<C: Clock>(
    server: Option<&Server>,
    hook: Option<&Webhook>,
    speaker: &Speaker,
    claim: &Claim,
    clock: &C,
) -> Performed {
    let refused = |why: &str| answered(DetourAnswer::Refused { why: why.to_owned() });
    let Ok(body) = Body::deserialize(&claim.call.body) else { return refused("it cannot be read") };
    match body.way {
        Way::Email => match server {
            Some(server) => by_email(smtp::send(server, claim, &Papers::default(), clock).await),
            None => refused("no mail server is set up here any more"),
        },
        Way::Webhook => match hook {
            Some(hook) => by_webhook(hook, speaker, claim, &body, clock.now()).await,
            None => refused("no webhook is set up here any more"),
        },
    }
}

fn answered(answer: DetourAnswer) -> Performed {
    Performed::answered(Answer::Detour(answer))
}

fn by_email(performed: Performed) -> Performed {
    let answer = performed.answer.map(|answer| match answer {
        Answer::Mail(posted) => Answer::Detour(posted.into()),
        other @ (Answer::Booking(_) | Answer::Ticket(_) | Answer::Detour(_)) => other,
    });
    Performed { answer, ..performed }
}

async fn by_webhook(
    hook: &Webhook,
    speaker: &Speaker,
    claim: &Claim,
    body: &Body,
    now: Timestamp,
) -> Performed {
    let id = format!("ping-{}-{}", body.case, body.number);
    // Sending again what came is harmless: it carries the same id.
    let (after, why) = match hook.tell(speaker, id, &body.said, now).await {
        Ok(said) if said.status.is_success() => return answered(DetourAnswer::Told),
        Ok(said) => {
            let told = words(&said.body).map_or_else(String::new, |words| format!(": {words}"));
            let why = format!("the webhook answers {}{told}", said.status.as_u16());
            match said.status.as_u16() {
                408 | 425 | 429 | 500..=599 => (said.retry_after, why),
                _ => return answered(DetourAnswer::Refused { why }),
            }
        }
        Err(Silence::Unsent(why) | Silence::Lost(why)) => (None, format!("the webhook: {why}")),
    };
    if now - claim.first_tried_at.unwrap_or(now) > TRIED_FOR.delta() {
        return answered(DetourAnswer::Refused { why });
    }
    let asked = after.and_then(|seconds| u32::try_from(seconds.min(600)).ok()).map(Length::seconds);
    let wait = asked.unwrap_or(Length::seconds(2).doubled(claim.attempts, LONGEST_WAIT));
    let outcome = Outcome::Retry { at: now + wait.delta(), doubt: claim.doubt, why: why.clone() };
    Performed { outcome, answer: Some(Answer::Detour(DetourAnswer::Late { why })) }
}
