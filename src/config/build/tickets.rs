//! A desk's tickets, from what is written of them.

use super::super::ledger::Ledger;
use super::super::outside::Tickets;
use super::super::shape::tickets::{
    AssignText, JiraText, RaiseText, RecoveryText, TicketHookText, TicketsText,
};
use super::super::yaml::value::{At, Free, Listed};
use super::outside::is_safe;
use crate::domain::mail::fill::{self, Facts};
use crate::domain::policy::Policy;
use crate::domain::ticket::fill::sample;
use crate::domain::ticket::{Assign, ChannelNames, DeskTickets, Mapping, Raise, StatusNames};
use crate::id::{FieldKey, TemplateKey};
use secrecy::SecretString;
use serde_json::Value;
use std::collections::BTreeMap;

const TEXT: &str = "{{ issue.text }}";
const TOLD: &str =
    "Thank you for writing to us. We are working on this and answer here as soon as there is news.";

/// What stands under `tickets` of a desk, over what stands there in `firstline.yml`.
pub struct TicketTexts<'a> {
    pub own: Option<&'a At<TicketsText>>,
    pub shared: Option<&'a At<TicketsText>>,
}

impl TicketTexts<'_> {
    fn first<T>(&self, of: impl Fn(&TicketsText) -> Option<&At<T>>) -> Option<&At<T>> {
        self.own.and_then(|text| of(text)).or_else(|| self.shared.and_then(|text| of(text)))
    }

    fn text(&self, of: impl Fn(&TicketsText) -> Option<&At<String>>, default: &str) -> String {
        self.first(of).map_or_else(|| default.to_owned(), |text| text.value.clone())
    }

    /// Where they are raised, and how; none where nothing is written.
    pub fn read(
        &self,
        ledger: &mut Ledger,
        policy: &Policy,
        emails: &dyn Fn(&str) -> bool,
    ) -> Option<(Tickets, DeskTickets)> {
        let place = self.own.or(self.shared)?.place;
        let system = match (self.first(|text| text.jira.as_ref()), self.first(|text| text.webhook.as_ref())) {
            (Some(jira), None) => self.jira(ledger, jira),
            (None, Some(hook)) => webhook(ledger, hook),
            (Some(_), Some(hook)) => {
                ledger.error(
                    hook.place,
                    "tickets are raised in Jira or by webhook, not both\nhint: keep `jira` or `webhook`",
                );
                None
            }
            // What stands in `firstline.yml` alone is for the desks that say where.
            (None, None) if self.own.is_none() => return None,
            (None, None) => {
                ledger.error(place, "`tickets` does not say where they are raised\nhint: add `jira: { url: …, user: …, token: …, service_desk: … }` or `webhook: { url: …, secret: … }`");
                None
            }
        };
        let facts = sample(policy.desk.as_str(), policy.intake.fields.iter());
        let rules = self.rules(ledger, policy, &facts, emails);
        // A variable that is not set keeps `run` from starting, and a rehearsal only pretends.
        Some((system.unwrap_or(Tickets::Rehearsed), rules))
    }

    fn jira(&self, ledger: &mut Ledger, text: &At<JiraText>) -> Option<Tickets> {
        let url = ledger.need(&text.url, "url", text.place, "`jira`");
        let user = ledger.need(&text.user, "user", text.place, "`jira`");
        let token = ledger.need(&text.token, "token", text.place, "`jira`");
        let service_desk = ledger.need(&text.service_desk, "service_desk", text.place, "`jira`");
        if self.first(|text| text.request_type.as_ref()).is_none() {
            ledger.error(text.place, "tickets in Jira need a request type\nhint: add `request_type: \"25\"` beside `jira`, with the id of yours");
        }
        let url = url?;
        is_safe(ledger, url, "tickets");
        let site = url.value.trim_end_matches('/').to_owned();
        if let Some(desk) = service_desk.filter(|desk| !is_number(desk)) {
            ledger.error(desk.place, format!("`{}` is not the id of a service desk\nhint: `{site}/rest/servicedeskapi/servicedesk` lists them with their ids", desk.value));
        }
        Some(Tickets::Jira {
            url: site,
            user: user?.value.clone(),
            token: SecretString::from(token?.value.clone()),
            service_desk: service_desk?.value.clone(),
        })
    }

    fn rules(
        &self,
        ledger: &mut Ledger,
        policy: &Policy,
        facts: &Facts,
        emails: &dyn Fn(&str) -> bool,
    ) -> DeskTickets {
        let follow_up = self.outcomes(ledger, policy, self.first(|text| text.follow_up.as_ref()));
        let recovering = self.first(|text| text.recovery.as_ref()).and_then(|text| text.outcomes.as_ref());
        let recover = match recovering {
            Some(_) => self.outcomes(ledger, policy, recovering),
            None => through_our_fault(policy),
        };
        let email = self.first(|text| text.email.as_ref());
        if let Some(field) =
            email.filter(|field| !policy.intake.fields.iter().any(|one| one.key.as_str() == field.as_str()))
            && self.own.is_some_and(|own| own.email.is_some())
        {
            let known = policy.intake.fields.iter().map(|one| one.key.as_str());
            let message = format!("`{}` is not a field of this desk's template", field.value);
            ledger.unknown(field, &message, "fields", known, "name one of `intake.fields`");
        }
        let letter = self.first(|text| text.letter.as_ref());
        if let Some(letter) = letter.filter(|letter| !emails(letter)) {
            ledger.error(letter.place, format!("there is no e-mail template `{}`\nhint: write it as `emails/{}.txt`, and name `emails/*.txt` under `include`", letter.value, letter.value));
        }
        let support = self.support(ledger, facts);
        let recovery = self.recovery(ledger, facts, &support, &recover);
        if let Some(told) = self.first(|text| text.told.as_ref()) {
            template(ledger, told, facts);
        }
        DeskTickets {
            system: if self.first(|text| text.jira.as_ref()).is_some() {
                "Jira"
            } else {
                "the ticket system"
            }
            .to_owned(),
            raise: match self.first(|text| text.raise.as_ref()).map(|raise| raise.value) {
                Some(RaiseText::AtResolution) => Raise::AtResolution,
                Some(RaiseText::ByHand) | None => Raise::ByHand,
            },
            follow_up,
            recover,
            email: email.map(|field| FieldKey::new(field.value.as_str())),
            assign: match self.first(|text| text.assign.as_ref()).map(|assign| assign.value) {
                Some(AssignText::Owner) | None => Assign::Owner,
                Some(AssignText::Nobody) => Assign::Nobody,
            },
            channels: ChannelNames {
                only: self.text(|text| text.channel_only.as_ref(), "chat only"),
                both: self.text(|text| text.channel_both.as_ref(), "chat and e-mail"),
            },
            statuses: StatusNames {
                closed: self.text(|text| text.closed.as_ref(), "Closed"),
                waiting: self.text(|text| text.waiting.as_ref(), "Waiting for customer"),
                open: self.text(|text| text.open.as_ref(), "Waiting for support"),
            },
            told: self.text(|text| text.told.as_ref(), TOLD),
            letter: letter.map(|letter| TemplateKey::new(letter.value.as_str())),
            support,
            recovery,
        }
    }

    /// Outcomes of the desk; those that stand in `firstline.yml` may be other desks'.
    fn outcomes(
        &self,
        ledger: &mut Ledger,
        policy: &Policy,
        listed: Option<&At<Vec<At<String>>>>,
    ) -> Vec<String> {
        let known = &policy.closing.endings();
        for outcome in listed.into_iter().flat_map(|all| &all.value) {
            if self.own.is_some() && !known.iter().any(|one| one.eq_ignore_ascii_case(outcome)) {
                let message = format!("`{}` is not one of this desk's outcomes", outcome.value);
                let known = known.iter().map(String::as_str);
                ledger.unknown(outcome, &message, "outcomes", known, "name one of `closing.outcomes`");
            }
        }
        listed.into_iter().flat_map(|all| &all.value).map(|outcome| outcome.value.clone()).collect()
    }

    fn support(&self, ledger: &mut Ledger, facts: &Facts) -> Mapping {
        for text in [self.first(|text| text.summary.as_ref()), self.first(|text| text.description.as_ref())] {
            text.into_iter().for_each(|text| template(ledger, text, facts));
        }
        Mapping {
            request_type: self.text(|text| text.request_type.as_ref(), ""),
            summary: self.text(|text| text.summary.as_ref(), TEXT),
            description: self.text(|text| text.description.as_ref(), TEXT),
            labels: labels(ledger, self.first(|text| text.labels.as_ref())),
            fields: fields(ledger, self.first(|text| text.fields.as_ref()), facts),
        }
    }

    /// None where nothing is written of it, and no outcome asks for it.
    fn recovery(
        &self,
        ledger: &mut Ledger,
        facts: &Facts,
        support: &Mapping,
        recover: &[String],
    ) -> Option<Mapping> {
        let as_others = RecoveryText::default();
        let written = self.first(|text| text.recovery.as_ref()).map(|text| &text.value);
        let text = written.or_else(|| (!recover.is_empty()).then_some(&as_others))?;
        for one in [&text.summary, &text.description].into_iter().flatten() {
            template(ledger, one, facts);
        }
        let said =
            |own: &Option<At<String>>, other: String| own.as_ref().map_or(other, |own| own.value.clone());
        Some(Mapping {
            request_type: said(&text.request_type, support.request_type.clone()),
            summary: said(&text.summary, format!("Service recovery: {}", support.summary)),
            description: said(&text.description, support.description.clone()),
            labels: match &text.labels {
                Some(own) => labels(ledger, Some(own)),
                None => support.labels.clone(),
            },
            fields: match &text.fields {
                Some(own) => fields(ledger, Some(own), facts),
                None => support.fields.clone(),
            },
        })
    }
}

fn webhook(ledger: &mut Ledger, text: &At<TicketHookText>) -> Option<Tickets> {
    let url = ledger.need(&text.url, "url", text.place, "`webhook`");
    let secret = ledger.need(&text.secret, "secret", text.place, "`webhook`");
    let url = url?;
    is_safe(ledger, url, "tickets");
    Some(Tickets::Webhook { url: url.value.clone(), secret: SecretString::from(secret?.value.clone()) })
}

/// The outcomes that say by themselves that something is to be made good (DESIGN 2.6).
fn through_our_fault(policy: &Policy) -> Vec<String> {
    let says_so = |outcome: &String| outcome.to_lowercase().contains("our fault");
    policy.closing.endings().into_iter().filter(says_so).collect()
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_digit())
}

fn labels(ledger: &mut Ledger, listed: Option<&At<Vec<At<String>>>>) -> Vec<String> {
    let all = listed.into_iter().flat_map(|all| &all.value);
    all.map(|label| {
        if label.is_empty() || label.contains(char::is_whitespace) {
            ledger
                .error(label.place, format!("`{}` is not a label\nhint: labels have no spaces", label.value));
        }
        label.value.clone()
    })
    .collect()
}

/// A text with blanks, tried with made-up facts.
fn template(ledger: &mut Ledger, text: &At<String>, facts: &Facts) {
    if let Err(why) = tried(text, facts) {
        ledger.error(text.place, why);
    }
}

fn tried(text: &str, facts: &Facts) -> Result<(), String> {
    let known = || facts.names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let hint = || format!("\nhint: known are {}", known());
    let strangers =
        fill::strangers(text, facts).map_err(|fault| format!("this text cannot be filled: {fault}"))?;
    match strangers.first() {
        Some(name) => Err(format!("nothing is known by the name `{name}`{}", hint())),
        None => fill::text(text, facts)
            .map(drop)
            .map_err(|fault| format!("this text cannot be filled: {fault}{}", hint())),
    }
}

fn fields(ledger: &mut Ledger, listed: Option<&At<Listed<Free>>>, facts: &Facts) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for (key, value) in listed.into_iter().flat_map(|listed| &listed.value.0) {
        if ["summary", "description"].contains(&key.as_str()) {
            ledger.error(
                key.place,
                format!("`{}` stands among the fields\nhint: write it beside `fields`", key.value),
            );
        }
        let mut texts = Vec::new();
        gather(&value.value.0, &mut texts);
        for text in texts {
            if let Err(why) = tried(text, facts) {
                ledger.error(value.place, why);
            }
        }
        all.insert(key.value.clone(), value.value.0.clone());
    }
    all
}

fn gather<'a>(value: &'a Value, texts: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => texts.push(text),
        Value::Array(all) => all.iter().for_each(|one| gather(one, texts)),
        Value::Object(all) => all.values().for_each(|one| gather(one, texts)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
