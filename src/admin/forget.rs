//! `firstline forget PERSON`: removes somebody's texts and name from what is kept, and says what it removed.

use super::ask::{Whereabouts, encoded, running_bot};
use super::check::Form;
use super::prune::counted;
use crate::domain::directory::Directory;
use crate::domain::nearest::suggest;
use crate::engine::known::{AccountRef, Settings};
use crate::id::{CaseId, PersonKey, UserId};
use crate::store::{Forgotten, Store, StoreError, Traces};
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// What was removed of whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgottenPerson {
    /// As they were asked for.
    pub person: String,
    /// Their Slack account, when it is known.
    pub account: Option<UserId>,
    /// The key under which the configuration still lists them.
    pub listed_as: Option<PersonKey>,
    pub removed: Forgotten,
}

/// Nobody is known so.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{asked}` is nobody that is known here\nhint: {hint}")]
pub struct Nobody {
    pub asked: String,
    pub hint: String,
}

/// How somebody is known, whether by account, by address or by a key of `people`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub traces: Traces,
    pub listed_as: Option<PersonKey>,
}

/// Finds out who is meant.
///
/// # Errors
/// A word that is no account, no address and no key of `people`.
pub fn known(asked: &str, settings: &Settings, directory: &Directory) -> Result<Known, Nobody> {
    let asked = asked.trim().trim_start_matches('@');
    let is_account = asked.len() >= 5
        && asked.starts_with(['U', 'W'])
        && asked.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    let email = asked.contains('@').then(|| asked.to_lowercase());
    let listed_as = settings.people.iter().find(|(key, listed)| match (&listed.slack, &email) {
        (AccountRef::Id(user), _) if is_account => user.as_str() == asked,
        (AccountRef::Email(address), Some(email)) => address.eq_ignore_ascii_case(email),
        (AccountRef::Id(_) | AccountRef::Email(_), _) => key.as_str() == asked,
    });
    let listed_as = listed_as.map(|(key, _)| key.clone()).or_else(|| {
        let user = UserId::new(asked);
        directory.users.get(&user).and_then(|account| account.person.clone())
    });
    let mut traces = Traces::default();
    if let Some(listed) = listed_as.as_ref().and_then(|key| settings.people.get(key)) {
        traces.names.insert(listed.name.clone());
        match &listed.slack {
            AccountRef::Id(user) => traces.user = Some(user.clone()),
            AccountRef::Email(address) => drop(traces.emails.insert(address.to_lowercase())),
        }
    }
    let account = listed_as.as_ref().and_then(|key| directory.accounts.get(key).cloned());
    traces.user = traces.user.or(account).or_else(|| is_account.then(|| UserId::new(asked)));
    traces.emails.extend(email);
    if let Some(account) = traces.user.as_ref().and_then(|user| directory.users.get(user)) {
        traces.names.insert(account.name.clone());
    }
    if traces == Traces::default() {
        let near = suggest(asked, "people", settings.people.keys().map(PersonKey::as_str));
        let hint = near.unwrap_or_default();
        let hint = format!("write a Slack id (`U…`), an e-mail address or a key of `people`. {hint}");
        return Err(Nobody { asked: asked.to_owned(), hint: hint.trim_end().to_owned() });
    }
    Ok(Known { traces, listed_as })
}

/// Has the running bot forget somebody, else takes them out of the store, which `open` opens.
///
/// # Errors
/// Nobody is known so, or neither the bot nor the store can do it.
pub async fn forget<S: Store>(
    at: &Whereabouts,
    asked: &str,
    at_rest: &dyn Fn() -> Result<Known, Nobody>,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<Result<ForgottenPerson, Nobody>> {
    if let Some(door) = running_bot(at).await? {
        let told = door.post(&format!("/admin/forget?person={}", encoded(asked))).await?;
        return Ok(told.ok_or_else(|| match at_rest() {
            Err(nobody) => nobody,
            Ok(_) => Nobody {
                asked: asked.to_owned(),
                hint: "the running bot has an older configuration; SIGHUP makes it read the folder anew"
                    .to_owned(),
            },
        }));
    }
    match at_rest() {
        Ok(known) => Ok(Ok(in_store(&open().await?, asked, &known).await?)),
        Err(nobody) => Ok(Err(nobody)),
    }
}

/// Takes somebody out of a store.
///
/// # Errors
/// The store cannot be read or written.
pub async fn in_store<S: Store>(
    store: &S,
    asked: &str,
    known: &Known,
) -> Result<ForgottenPerson, StoreError> {
    let removed = store.forget(&known.traces).await?;
    let account = known.traces.user.clone();
    Ok(ForgottenPerson { person: asked.to_owned(), account, listed_as: known.listed_as.clone(), removed })
}

/// Prints what was removed for a person to read, or as JSON.
///
/// # Errors
/// The output cannot be written.
pub fn print(told: &ForgottenPerson, form: Form, out: &mut impl Write) -> io::Result<()> {
    if form == Form::Json {
        return writeln!(out, "{}", serde_json::to_string_pretty(told)?);
    }
    let (person, removed) = (&told.person, &told.removed);
    if removed.is_nothing() {
        writeln!(out, "nothing is kept of {person}")?;
    } else {
        writeln!(out, "removed of {person}:")?;
        let closed = removed.asked.len() - removed.open.len();
        let lines = [
            (closed, "closed case", "their texts, their name and their account"),
            (removed.open.len(), "open case", "their texts and their name"),
            (removed.named.len(), "case of others", "their name, and their part in closed ones"),
            (removed.lines, "line of timelines", "their name and their notes"),
            (removed.records, "record of a person", "statuses, breaks, time off, when last pinged"),
            (removed.desks, "desk", "when they were last answered out of hours"),
            (removed.waiting, "waiting message", "their words and their name"),
            (removed.letters, "dead letter", "their words and their name"),
        ];
        for (count, name, what) in lines.into_iter().filter(|(count, ..)| *count > 0) {
            writeln!(out, "  {}: {what}", counted(count, name))?;
        }
    }
    for note in notes(told) {
        writeln!(out, "note: {note}")?;
    }
    Ok(())
}

/// What is left to do, and what this cannot reach.
fn notes(told: &ForgottenPerson) -> Vec<String> {
    let mut notes = Vec::new();
    let open: Vec<&str> = told.removed.open.iter().map(CaseId::as_str).collect();
    if !open.is_empty() {
        let one = if open.len() == 1 { "is open and keeps" } else { "are open and keep" };
        notes.push(format!("{} {one} the account until the end; forget again after that", open.join(", ")));
    }
    if told.removed.under_way > 0 {
        notes.push("something was being sent at this moment; forget again in a minute".to_owned());
    }
    if told.account.is_none() {
        notes.push("no Slack account is known for this address: only the address was looked for".to_owned());
    }
    if let Some(key) = &told.listed_as {
        notes.push(format!("the configuration lists them as `{key}`: take them out of `people` as well"));
    }
    notes.push("what stands in Slack, and exports that you wrote elsewhere, are not touched".to_owned());
    notes
}
