//! `firstline cases`: what is open, or everything that is kept.

use super::ask::{Whereabouts, running_bot};
use super::book::{self, CaseRow, Which};
use super::check::Form;
use crate::domain::directory::Directory;
use crate::store::Store;
use std::io::{self, Write};

/// Fetches the cases from the running bot, else from the store, which `open` opens.
///
/// # Errors
/// Neither the bot nor the store can answer.
pub async fn fetch<S: Store>(
    at: &Whereabouts,
    which: Which,
    names: &Directory,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<Vec<CaseRow>> {
    if let Some(door) = running_bot(at).await? {
        let path = match which {
            Which::Open => "/admin/cases?which=open",
            Which::All => "/admin/cases?which=all",
        };
        return Ok(door.get(path).await?.unwrap_or_default());
    }
    Ok(book::cases(&open().await?, which, names).await?)
}

/// Prints them as a table, or as JSON.
///
/// # Errors
/// The output cannot be written.
pub fn print(rows: &[CaseRow], how: Form, out: &mut impl Write) -> io::Result<()> {
    match how {
        Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(rows)?),
        Form::Text if rows.is_empty() => writeln!(out, "no cases"),
        Form::Text => {
            for row in rows {
                let owner = row.owner.as_deref().unwrap_or("nobody");
                let opened = row.opened_at.format("%Y-%m-%d %H:%MZ");
                writeln!(out, "{:<16} {:<10} {opened}  {owner:<16} {}", row.case, row.stage, row.text)?;
            }
            let counts: Vec<String> =
                book::by_stage(rows).into_iter().map(|(stage, count)| format!("{count} {stage}")).collect();
            writeln!(out, "{}", counts.join(", "))
        }
    }
}
