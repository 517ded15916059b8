//! `firstline case ID --transcript`: what people said in the thread of a case, as Slack tells it now.

use super::ask::{Whereabouts, encoded, running_bot};
use super::kept::open_store;
use crate::app;
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::engine::Engine;
use crate::engine::directory::Register;
use crate::engine::known::Known;
use crate::engine::papers;
use crate::id::CaseId;
use crate::slack::api::Api;
use crate::slack::limits::Limits;
use crate::slack::pace::Pace;
use crate::store::{Store, StoreError};
use anyhow::{anyhow, bail};
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How it is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// For the terminal
    #[default]
    Text,
    /// One page that prints well
    Html,
}

/// What came of asking for a thread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thread {
    Said(String),
    /// Slack did not give it.
    Unread,
}

/// The thread of a case; none when no such case is kept.
///
/// # Errors
/// The store cannot be read.
pub async fn of_engine<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    api: &Api<C>,
    id: &CaseId,
    how: Written,
) -> Result<Option<Thread>, StoreError> {
    let Some((case, _)) = engine.store().case(id).await? else { return Ok(None) };
    let root = papers::root(engine, &case);
    let thread = papers::thread(engine, api, &case, root.as_ref()).await;
    Ok(Some(thread.map_or(Thread::Unread, |thread| {
        Thread::Said(match how {
            Written::Text => thread.text(),
            Written::Html => thread.html(),
        })
    })))
}

/// Asks the running bot, else reads the store and Slack; none when no such case is kept.
///
/// # Errors
/// Neither the bot nor the store can answer, or Slack does not give the thread.
pub async fn fetch(
    config: &Config,
    at: &Whereabouts,
    id: &CaseId,
    how: Written,
) -> anyhow::Result<Option<String>> {
    let thread = match running_bot(at).await? {
        Some(door) => {
            let how = match how {
                Written::Text => "text",
                Written::Html => "html",
            };
            door.get(&format!("/admin/transcript?id={}&how={how}", encoded(id.as_str()))).await?
        }
        None => at_rest(config, at, id, how).await?,
    };
    match thread {
        None => Ok(None),
        Some(Thread::Said(text)) => Ok(Some(text)),
        Some(Thread::Unread) => bail!(
            "slack did not give the thread of {id}\nhint: is the bot still in its channel, and the thread still there? `firstline case {id}` shows what is kept of it"
        ),
    }
}

/// No bot runs: who is who is asked as well, so that people have names.
async fn at_rest(
    config: &Config,
    at: &Whereabouts,
    id: &CaseId,
    how: Written,
) -> anyhow::Result<Option<Thread>> {
    let engine = Engine::new(open_store(at)?, SystemClock, Known::new(app::settings(config)));
    if engine.store().case(id).await?.is_none() {
        return Ok(None);
    }
    let tokens = config.tokens().map_err(|problems| anyhow!("{problems}"))?;
    let url = config.slack.api_url.as_deref();
    let api = Api::new(url, &tokens.bot, SystemClock, Pace::new(SystemClock), Limits::default())?;
    let bot = api.auth_test().await.map_err(|error| anyhow!("{error}"))?;
    engine.known().set_bot(bot.user);
    let register = Register::new(engine.clone(), Arc::new(api));
    register.learn_names().await;
    for profile in register.api().users().await.unwrap_or_default() {
        register.learn_account(None, &profile);
    }
    Ok(of_engine(&engine, register.api(), id, how).await?)
}
