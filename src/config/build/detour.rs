//! What a desk does while Slack takes no posts, from what is written of it.

use super::super::ledger::Ledger;
use super::super::outside::Hook;
use super::super::shape::detour::{ByText, HookText, WhenDownText};
use super::super::yaml::value::At;
use super::outside::is_safe;
use super::time::length;
use crate::clock::Length;
use crate::domain::detour::{Way, WhenDown};
use secrecy::SecretString;

/// What stands under `webhook`, `what` being what it is told.
pub fn hook(ledger: &mut Ledger, text: &At<HookText>, what: &str) -> Option<Hook> {
    let url = ledger.need(&text.url, "url", text.place, "`webhook`").cloned();
    let secret = ledger.need(&text.secret, "secret", text.place, "`webhook`").cloned();
    let (url, secret) = (url?, secret?);
    is_safe(ledger, &url, what);
    if secret.trim().is_empty() {
        ledger.error(secret.place, "the secret is empty, so that anybody could pretend to be Firstline\nhint: make one with `openssl rand -base64 24`");
    }
    Some(Hook { url: url.value, secret: SecretString::from(secret.value) })
}

/// What stands under `when_slack_is_down` of a desk, over what stands there in `firstline.yml`.
pub struct WhenDownTexts<'a> {
    pub own: Option<&'a At<WhenDownText>>,
    pub shared: Option<&'a At<WhenDownText>>,
}

/// Whether there is something of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Has {
    Yes,
    No,
}

impl From<bool> for Has {
    fn from(has: bool) -> Self {
        if has { Self::Yes } else { Self::No }
    }
}

impl WhenDownTexts<'_> {
    fn first<T>(&self, of: impl Fn(&WhenDownText) -> Option<&At<T>>) -> Option<&At<T>> {
        self.own.and_then(|text| of(text)).or_else(|| self.shared.and_then(|text| of(text)))
    }

    /// What holds for the desk that has, or has not, a mail server and a webhook.
    pub fn read(&self, ledger: &mut Ledger, mail: Has, hook: Has) -> WhenDown {
        let after = self.first(|text| text.after.as_ref());
        let after = length(ledger, after, Length::hours(24)).unwrap_or(WhenDown::default().after);
        let by = self.first(|text| text.by.as_ref());
        let missing = match (by.map(|by| by.value), mail, hook) {
            (Some(ByText::Email), Has::No, _) => Some(
                "people are told by e-mail while Slack takes no posts, and there is no mail server\nhint: add `mail: { smtp: { host: … }, from: … }`",
            ),
            (Some(ByText::Webhook), _, Has::No) => Some(
                "a webhook is told while Slack takes no posts, and there is none\nhint: add `webhook: { url: …, secret: … }`",
            ),
            (Some(_) | None, _, _) => None,
        };
        if let (Some(by), Some(missing)) = (by, missing) {
            ledger.error(by.place, missing);
        }
        let way = match (by.map(|by| by.value), mail, hook) {
            (Some(ByText::Nobody), _, _) => None,
            (Some(ByText::Email) | None, Has::Yes, Has::No) | (Some(ByText::Email), Has::Yes, Has::Yes) => {
                Some(Way::Email)
            }
            (Some(ByText::Webhook) | None, _, Has::Yes) => Some(Way::Webhook),
            (Some(ByText::Email), Has::No, _) | (Some(ByText::Webhook) | None, _, Has::No) => None,
        };
        if let (None, Has::No, Has::No, Some(own)) = (by, mail, hook, self.own) {
            ledger.warn(own.place, "nobody is told while Slack takes no posts: there is neither a mail server nor a webhook\nhint: add `mail: { smtp: …, from: … }` or `webhook: { url: …, secret: … }`");
        }
        WhenDown { after, way }
    }
}
