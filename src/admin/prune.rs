//! `firstline prune`: removes closed cases that are older than they are kept.

use super::ask::{Whereabouts, encoded, running_bot};
use super::check::Form;
use crate::clock::Timestamp;
use crate::id::{CaseId, DeskKey};
use crate::store::{Ages, Pruned, Pruning, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// What went, or would go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrunedCases {
    pub how: Pruning,
    /// Which closed cases are old.
    pub ages: Ages,
    pub cases: Vec<CaseId>,
    /// Lines of their timelines.
    pub lines: usize,
    pub dead_letters: usize,
}

/// Has the running bot remove what is old, else removes it from the store, which `open` opens.
///
/// # Errors
/// Neither the bot nor the store can do it.
pub async fn prune<S: Store>(
    at: &Whereabouts,
    ages: &Ages,
    how: Pruning,
    open: impl AsyncFnOnce() -> anyhow::Result<S>,
) -> anyhow::Result<PrunedCases> {
    if let Some(door) = running_bot(at).await? {
        let asked = serde_json::to_string(&(ages, how))?;
        let told = door.post(&format!("/admin/prune?asked={}", encoded(&asked))).await?;
        return told.ok_or_else(|| {
            anyhow::anyhow!("the running bot cannot prune\nhint: it is older than this program; restart it")
        });
    }
    Ok(in_store(&open().await?, ages, how).await?)
}

/// Removes what is old, page by page, so that nothing else waits long.
///
/// # Errors
/// The store cannot be read or written.
pub async fn in_store<S: Store>(store: &S, ages: &Ages, how: Pruning) -> Result<PrunedCases, StoreError> {
    let mut all = PrunedCases { how, ages: ages.clone(), cases: Vec::new(), lines: 0, dead_letters: 0 };
    let mut after = None;
    loop {
        let Pruned { cases, lines, letters, next } = store.prune(ages, how, after).await?;
        all.cases.extend(cases);
        all.lines += lines;
        all.dead_letters += letters;
        if next.is_none() {
            return Ok(all);
        }
        after = next;
        tokio::task::yield_now().await;
    }
}

/// Prints what went for a person to read, or as JSON.
///
/// # Errors
/// The output cannot be written.
pub fn print(pruned: &PrunedCases, form: Form, out: &mut impl Write) -> io::Result<()> {
    if form == Form::Json {
        return writeln!(out, "{}", serde_json::to_string_pretty(pruned)?);
    }
    let day = |at: &Timestamp| at.format("%Y-%m-%d %H:%MZ").to_string();
    if pruned.cases.is_empty() {
        let all = pruned.ages.all.iter().chain(pruned.ages.desks.values());
        let latest = all.max().map(day).unwrap_or_default();
        return writeln!(out, "no closed case ended before {latest}: nothing to remove");
    }
    let mut desks: BTreeMap<DeskKey, Vec<&CaseId>> = BTreeMap::new();
    for case in &pruned.cases {
        let desk = case.as_str().rsplit_once('-').map_or(case.as_str(), |(desk, _)| desk);
        desks.entry(DeskKey::new(desk)).or_default().push(case);
    }
    let number = |case: &&CaseId| case.as_str().rsplit('-').next().and_then(|n| n.parse::<u64>().ok());
    for (desk, mut cases) in desks {
        cases.sort_by_key(number);
        let before = pruned.ages.desks.get(&desk).or(pruned.ages.all.as_ref()).map(day).unwrap_or_default();
        let which = match cases.as_slice() {
            [one] => one.to_string(),
            [first, .., last] => format!("{} cases, {first} to {last},", cases.len()),
            [] => continue,
        };
        writeln!(out, "{desk}: {which} ended before {before}")?;
    }
    let (verb, hint) = match pruned.how {
        Pruning::Remove => ("removed", ""),
        Pruning::DryRun => ("would be removed", "; without `--dry-run` they are"),
    };
    writeln!(
        out,
        "{}, {} and {} {verb}{hint}",
        counted(pruned.cases.len(), "closed case"),
        counted(pruned.lines, "line of their timelines"),
        counted(pruned.dead_letters, "dead letter"),
    )
}

/// `1 case`, `3 cases`; of a longer name its first word takes the plural.
pub fn counted(count: usize, name: &str) -> String {
    match (count, name.split_once(" of ")) {
        (1, _) => format!("1 {name}"),
        (_, Some((head, of))) => format!("{count} {head}s of {of}"),
        (_, None) => format!("{count} {name}s"),
    }
}
