//! Slack, store, HTTP and the like: what the program itself runs with.

use super::super::env::Environment;
use super::super::ledger::Ledger;
use super::super::problem::Problem;
use super::super::shape::top::TopFile;
use super::super::yaml::value::At;
use super::super::{Http, Slack};
use super::time::length;
use crate::clock::Length;
use crate::coverage::StatusRules;
use crate::zone::{SYSTEM_DIR, TzdataSource, Zones};
use secrecy::SecretString;
use std::net::SocketAddr;
use std::path::Path;

/// Where the bot listens unless told otherwise: this machine alone.
const LISTEN: &str = "127.0.0.1:8383";
const STORE: &str = "sled:data";

/// Tokens and the address of Slack's Web API; variables of the environment come first.
pub fn slack(ledger: &mut Ledger, top: &TopFile, env: &Environment) -> Slack {
    let written = top.slack.as_ref();
    let app_token = env.over("SLACK_APP_TOKEN", ledger).or_else(|| {
        let token = written?.app_token.as_ref()?;
        begins_with(ledger, token, "xapp-", "the app-level token");
        Some(token.value.clone())
    });
    let bot_token = env.over("SLACK_BOT_TOKEN", ledger).or_else(|| {
        let token = written?.bot_token.as_ref()?;
        begins_with(ledger, token, "xoxb-", "the bot token");
        Some(token.value.clone())
    });
    let api_url = env.over("SLACK_API_URL", ledger).or_else(|| {
        let url = written?.api_url.as_ref()?;
        if !url.starts_with("https://") && !url.starts_with("http://") {
            ledger.error(
                url.place,
                format!("`{}` is not an address\nhint: it begins with `https://`", url.value),
            );
        }
        Some(url.value.clone())
    });
    Slack {
        app_token: app_token.map(SecretString::from),
        bot_token: bot_token.map(SecretString::from),
        api_url,
    }
}

/// A token of the wrong kind is the usual mistake; the token itself is never shown.
fn begins_with(ledger: &mut Ledger, token: &At<String>, head: &str, what: &str) {
    if !token.starts_with(head) {
        ledger.error(token.place, format!("{what} does not begin with `{head}`\nhint: the app's page shows both tokens; see docs/configuration.md"));
    }
}

/// Where cases are kept.
pub fn store(ledger: &mut Ledger, top: &TopFile, env: &Environment) -> String {
    if let Some(url) = env.over("FIRSTLINE_STORE", ledger) {
        if let Some(reason) = unusable_store(&url) {
            ledger.push(Problem::error(
                format!("`FIRSTLINE_STORE` is `{url}`: {reason}"),
                "write `sled:` and a folder, such as `sled:data`",
            ));
        }
        return url;
    }
    let Some(url) = top.store.as_ref().and_then(|store| store.url.as_ref()) else { return STORE.to_owned() };
    if let Some(reason) = unusable_store(url) {
        ledger.error(
            url.place,
            format!("`{}`: {reason}\nhint: write `sled:` and a folder, such as `sled:data`", url.value),
        );
    }
    url.value.clone()
}

fn unusable_store(url: &str) -> Option<&'static str> {
    match url.split_once(':') {
        Some(("sled", path)) if !path.is_empty() => None,
        Some(("sled", _)) => Some("no folder is named"),
        Some(_) | None => Some("this kind of store is not known"),
    }
}

/// Where the bot listens.
pub fn http(ledger: &mut Ledger, top: &TopFile, env: &Environment) -> Http {
    let fallback = SocketAddr::from(([127, 0, 0, 1], 8383));
    let hint = format!("write an address and a port, such as `{LISTEN}`");
    if let Some(text) = env.over("FIRSTLINE_LISTEN", ledger) {
        let listen = text.parse().unwrap_or_else(|_| {
            ledger.push(Problem::error(
                format!("`FIRSTLINE_LISTEN` is `{text}`, which is not an address"),
                hint,
            ));
            fallback
        });
        return Http { listen };
    }
    let Some(text) = top.http.as_ref().and_then(|http| http.listen.as_ref()) else {
        return Http { listen: fallback };
    };
    let listen = text.parse().unwrap_or_else(|_| {
        ledger.error(text.place, format!("`{}` is not an address to listen on\nhint: {hint}", text.value));
        fallback
    });
    Http { listen }
}

/// The time zone rules, as `time.tzdata` chooses them.
pub fn zones(ledger: &mut Ledger, top: &TopFile) -> Zones {
    let written = top.time.as_ref().and_then(|time| time.tzdata.as_ref());
    let asked = written.map_or(TzdataSource::Auto, |tzdata| tzdata.value.into());
    Zones::load(asked, Path::new(SYSTEM_DIR)).unwrap_or_else(|error| {
        ledger.error(written.map(|tzdata| tzdata.place).unwrap_or_default(), error.to_string());
        Zones::bundled()
    })
}

/// Statuses that mean "not available". Without any, none does.
pub fn statuses(top: &TopFile) -> StatusRules {
    let Some(text) = &top.unavailable_when else { return StatusRules::default() };
    let plain = |all: &[At<String>]| all.iter().map(|one| one.value.clone()).collect();
    StatusRules { emoji: plain(&text.emoji), text: plain(&text.text) }
}

/// How far back the bot reads after downtime.
pub fn catch_up(ledger: &mut Ledger, top: &TopFile) -> Length {
    let written = top.catch_up.as_ref().and_then(|catch_up| catch_up.at_most.as_ref());
    length(ledger, written, Length::hours(24 * 7)).unwrap_or(Length::hours(24))
}
