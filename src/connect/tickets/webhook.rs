//! Tickets by webhook: each step one signed request, the same id on every try.

use super::super::http::Speaker;
use super::super::webhook::{Webhook, words};
use super::{Ended, Papers, unwell};
use crate::clock::Timestamp;
use crate::domain::effect::Slot;
use crate::domain::ticket::StepKind;
use crate::domain::ticket::ask::{Ask, Step};
use serde_json::{Value, json};

/// Tells the webhook one step.
pub(super) async fn perform(
    hook: &Webhook,
    speaker: &Speaker,
    ask: &Ask,
    slot: Slot,
    papers: &Papers,
    now: Timestamp,
) -> Ended {
    let said = match hook.tell(speaker, id(ask, slot), &told(ask, papers), now).await {
        Ok(said) => said,
        // Sending again what came is harmless: it carries the same id.
        Err(silence) => return Ended::from(silence).harmless(),
    };
    if !said.status.is_success() {
        return unwell(&said, words).harmless();
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

/// The same for every try at a step, whatever crashes: the receiver counts it once. A ticket may be closed twice.
fn id(ask: &Ask, slot: Slot) -> String {
    match (&ask.step, slot) {
        (Step::Raise(_), _) => format!("{}-raise", ask.mark),
        (Step::Attach { name, .. }, _) => format!("{}-{name}", ask.mark),
        (step, Slot::Request(number)) => format!("{}-{}-{number}", ask.mark, name(step)),
        (step, _) => format!("{}-{}", ask.mark, name(step)),
    }
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
        Some(StepKind::Open) => "open",
        Some(StepKind::Update) => "update",
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
