//! `firstline case ID`: one case with its whole timeline, and the reason for every ping.

use super::ask::{Whereabouts, encoded, running_bot};
use super::book::{self, CaseFile};
use super::check::Form;
use crate::domain::directory::Directory;
use crate::id::CaseId;
use crate::store::Store;
use std::io::{self, Write};

/// Fetches the case from the running bot, else from the store, which `open` opens; `None` when it is not kept.
///
/// # Errors
/// Neither the bot nor the store can answer.
pub async fn fetch<S: Store>(
    at: &Whereabouts,
    id: &CaseId,
    names: &Directory,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<Option<CaseFile>> {
    if let Some(door) = running_bot(at).await? {
        return door.get(&format!("/admin/case?id={}", encoded(id.as_str()))).await;
    }
    Ok(book::case(&open().await?, id, names).await?)
}

/// Prints the case for a person to read, or as JSON.
///
/// # Errors
/// The output cannot be written.
pub fn print(file: &CaseFile, how: Form, out: &mut impl Write) -> io::Result<()> {
    match how {
        Form::Json => writeln!(out, "{}", serde_json::to_string_pretty(file)?),
        Form::Text => {
            let row = &file.row;
            writeln!(out, "{} ({}) on desk {}, channel {}", row.case, row.stage, row.desk, row.channel)?;
            writeln!(out, "asked by {} at {}", row.requester, row.opened_at.format("%Y-%m-%d %H:%M:%SZ"))?;
            writeln!(out, "owner: {}", row.owner.as_deref().unwrap_or("nobody"))?;
            if let Some(due) = row.due {
                writeln!(out, "next: {}", due.format("%Y-%m-%d %H:%M:%SZ"))?;
            }
            writeln!(out, "\n{}\n", indented(&file.case.report.text))?;
            for line in &file.timeline {
                writeln!(out, "{}", line.text)?;
            }
            Ok(())
        }
    }
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
