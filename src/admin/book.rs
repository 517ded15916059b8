//! The facts an operator asks for, read from any store: the same for the running bot and for a store at rest.

use crate::clock::Timestamp;
use crate::domain::case::{Case, Stage};
use crate::domain::directory::{Account, AccountKind, Directory};
use crate::domain::effect::Slot;
use crate::domain::timeline::Entry;
use crate::id::{CallId, CaseId, ChannelId, DeskKey, MessageTs, UserId};
use crate::store::{DeadLetter, Requeued, Store, StoreError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Which cases are listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    Open,
    All,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRow {
    pub case: CaseId,
    pub desk: DeskKey,
    pub channel: ChannelId,
    /// `unclaimed`, `owned`, `held`, `resolved`, `withdrawn`.
    pub stage: String,
    pub requester: String,
    pub owner: Option<String>,
    pub opened_at: Timestamp,
    /// When something happens next if nobody acts.
    pub due: Option<Timestamp>,
    /// The beginning of the report.
    pub text: String,
}

/// One case with everything that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseFile {
    pub row: CaseRow,
    pub case: Case,
    pub timeline: Vec<TimelineLine>,
    pub messages: Vec<Posted>,
}

/// One line of a timeline, as data and in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimelineLine {
    pub text: String,
    #[serde(flatten)]
    pub entry: Entry,
}

/// Where one of the bot's messages is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Posted {
    pub slot: Slot,
    pub channel: ChannelId,
    pub ts: MessageTs,
}

/// The longest beginning of a report that a list shows.
const BEGINNING: usize = 60;

/// The cases, oldest first.
///
/// # Errors
/// The store cannot be read.
pub async fn cases<S: Store>(store: &S, which: Which, names: &Directory) -> Result<Vec<CaseRow>, StoreError> {
    let mut rows = Vec::new();
    match which {
        Which::Open => {
            for glance in store.open_cases() {
                if let Some((case, due)) = store.case(&glance.id).await? {
                    rows.push(row(&case, due, names));
                }
            }
        }
        Which::All => {
            for case in store.cases().await? {
                let due = store.case(&case.id).await?.and_then(|(_, due)| due);
                rows.push(row(&case, due, names));
            }
        }
    }
    Ok(rows)
}

/// One case; `None` when it is not kept.
///
/// # Errors
/// The store cannot be read.
pub async fn case<S: Store>(
    store: &S,
    id: &CaseId,
    names: &Directory,
) -> Result<Option<CaseFile>, StoreError> {
    let Some((case, due)) = store.case(id).await? else { return Ok(None) };
    // A store at rest knows those who answer from the configuration, and who asked from the case.
    let mut known = names.clone();
    known.users.entry(case.requester.clone()).or_insert_with(|| Account {
        name: case.requester_name.clone(),
        kind: AccountKind::Member,
        person: None,
        time_zone: None,
        email: None,
    });
    let names = &known;
    let timeline = store.timeline(id).await?;
    let zone = crate::zone::Zone::utc();
    let timeline = timeline
        .into_iter()
        .map(|entry| TimelineLine { text: crate::view::timeline_line(&entry, names, &zone), entry })
        .collect();
    let messages = store.slots(id).into_iter();
    let messages = messages.map(|(slot, (channel, ts))| Posted { slot, channel, ts }).collect();
    Ok(Some(CaseFile { row: row(&case, due, names), case, timeline, messages }))
}

/// The calls that could never be delivered.
///
/// # Errors
/// The store cannot be read.
pub async fn dead_letters<S: Store>(store: &S) -> Result<Vec<DeadLetter>, StoreError> {
    store.dead_letters().await
}

/// Sends one dead letter again, or all; answers with those that were put back.
///
/// # Errors
/// The store cannot be written.
pub async fn retry<S: Store>(
    store: &S,
    which: Option<&CallId>,
    now: Timestamp,
) -> Result<Vec<CallId>, StoreError> {
    let ids = match which {
        Some(id) => vec![id.clone()],
        None => store.dead_letters().await?.into_iter().map(|letter| letter.call.id).collect(),
    };
    let mut again = Vec::new();
    for id in ids {
        match store.requeue(&id, now).await? {
            Requeued::Yes => again.push(id),
            Requeued::NoSuchLetter => {}
        }
    }
    Ok(again)
}

fn row(case: &Case, due: Option<Timestamp>, names: &Directory) -> CaseRow {
    let name = |user: &UserId| names.name(user).to_owned();
    let text: String = case.report.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = match text.char_indices().nth(BEGINNING) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    };
    CaseRow {
        case: case.id.clone(),
        desk: case.desk.clone(),
        channel: case.channel.clone(),
        stage: stage(&case.stage).to_owned(),
        requester: case.requester_name.clone(),
        owner: owner(case).map(name),
        opened_at: case.opened_at,
        due,
        text,
    }
}

/// Who has the case, or had it when it ended.
fn owner(case: &Case) -> Option<&UserId> {
    match &case.stage {
        Stage::Resolved(end) => end.owner.as_ref(),
        Stage::Unclaimed | Stage::Owned(_) | Stage::Withdrawn { .. } => case.owner(),
    }
}

fn stage(stage: &Stage) -> &'static str {
    match stage {
        Stage::Unclaimed => "unclaimed",
        Stage::Owned(ownership) if ownership.hold.is_some() => "held",
        Stage::Owned(_) => "owned",
        Stage::Resolved(_) => "resolved",
        Stage::Withdrawn { .. } => "withdrawn",
    }
}

/// How many there are of each, for a summary line.
pub fn by_stage(rows: &[CaseRow]) -> BTreeMap<&str, usize> {
    let mut count = BTreeMap::new();
    for row in rows {
        *count.entry(row.stage.as_str()).or_default() += 1;
    }
    count
}
