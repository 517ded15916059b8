//! `firstline export` and `firstline import`: everything that is kept, one record a line.

use super::ask::{Whereabouts, running_bot};
use crate::store::{ExportLine, Store};
use anyhow::{Context as _, bail};
use std::io::{BufRead, Write};

/// Writes every record as JSON lines; answers with how many.
///
/// # Errors
/// Neither the bot nor the store can answer, or the output cannot be written.
pub async fn export<S: Store>(
    at: &Whereabouts,
    out: &mut impl Write,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<usize> {
    let lines: Vec<ExportLine> = match running_bot(at).await? {
        Some(door) => door.get("/admin/export").await?.unwrap_or_default(),
        None => open().await?.export().await?,
    };
    for line in &lines {
        serde_json::to_writer(&mut *out, line)?;
        out.write_all(b"\n")?;
    }
    out.flush()?;
    Ok(lines.len())
}

/// Reads JSON lines into an empty store; answers with how many.
///
/// # Errors
/// A bot runs on the store, the store is not empty, or a line cannot be read.
pub async fn import<S: Store>(
    at: &Whereabouts,
    from: impl BufRead,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<usize> {
    if running_bot(at).await?.is_some() {
        bail!("a bot runs on this store\nhint: stop it first; import writes into an empty store");
    }
    let mut lines = Vec::new();
    for (number, line) in from.lines().enumerate() {
        let line = line.with_context(|| format!("line {} cannot be read", number + 1))?;
        if !line.trim().is_empty() {
            let record = serde_json::from_str(&line);
            lines.push(record.with_context(|| format!("line {} is not a record of an export", number + 1))?);
        }
    }
    Ok(open().await?.import(lines).await?)
}
