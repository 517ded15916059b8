//! `firstline dead-letters`: what could never be delivered, and sending it again.

use super::ask::{Whereabouts, encoded, running_bot};
use super::book;
use super::check::Form;
use crate::clock::Timestamp;
use crate::id::CallId;
use crate::store::{DeadLetter, Store};
use crate::view::call::{Address, System};
use std::io::{self, Write};

/// Which letters are sent again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Again {
    One(CallId),
    All,
}

/// Fetches the dead letters from the running bot, else from the store, which `open` opens.
///
/// # Errors
/// Neither the bot nor the store can answer.
pub async fn fetch<S: Store>(
    at: &Whereabouts,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<Vec<DeadLetter>> {
    if let Some(door) = running_bot(at).await? {
        return Ok(door.get("/admin/dead-letters").await?.unwrap_or_default());
    }
    Ok(book::dead_letters(&open().await?).await?)
}

/// Puts letters back into their lanes; answers with their ids.
///
/// # Errors
/// Neither the bot nor the store can do it.
pub async fn retry<S: Store>(
    at: &Whereabouts,
    again: &Again,
    now: Timestamp,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<Vec<CallId>> {
    if let Some(door) = running_bot(at).await? {
        let path = match again {
            Again::One(id) => format!("/admin/dead-letters/retry?id={}", encoded(id.as_str())),
            Again::All => "/admin/dead-letters/retry".to_owned(),
        };
        return Ok(door.post(&path).await?.unwrap_or_default());
    }
    let which = match again {
        Again::One(id) => Some(id),
        Again::All => None,
    };
    Ok(book::retry(&open().await?, which, now).await?)
}

/// Prints the letters for a person to read, or as JSON.
///
/// # Errors
/// The output cannot be written.
pub fn print(letters: &[DeadLetter], how: Form, out: &mut impl Write) -> io::Result<()> {
    match how {
        Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(letters)?),
        Form::Text if letters.is_empty() => writeln!(out, "no dead letters"),
        Form::Text => {
            for letter in letters {
                let when = letter.at.format("%Y-%m-%d %H:%M:%SZ");
                writeln!(out, "{}  {when}  to {}: {}", letter.call.id, to(&letter.call.address), letter.why)?;
            }
            writeln!(out, "hint: when the cause is gone, `firstline dead-letters retry ID` sends one again")
        }
    }
}

fn to(address: &Address) -> String {
    match address {
        Address::Channel(channel) | Address::Thread { channel, .. } | Address::OwnThread { channel } => {
            channel.to_string()
        }
        Address::Direct(user) => user.to_string(),
        Address::System(System::Bookings) => "the directory of bookings".to_owned(),
        Address::System(System::Mail) => "the mail server".to_owned(),
        Address::System(System::Tickets) => "the ticket system".to_owned(),
        Address::System(System::Detour) => "people, past Slack".to_owned(),
    }
}
