//! What must hold at the end of a history, when all is well again: seen from Slack, and in what is kept.

use super::shop::Counter;
use firstline::domain::case::Case;
use firstline::domain::event::Subject;
use firstline::domain::timeline::Happened;
use firstline::id::{CaseId, ChannelId, MessageTs};
use firstline::rehearsal::{Message, Slack, Workspace};
use firstline::store::{Locator, Store as _};
use std::collections::{BTreeMap, BTreeSet};

/// What a model of Slack refuses although the bot did nothing wrong: it was down, or a person was quicker.
const FORGIVEN: [&str; 6] = [
    "not_acknowledged",
    "unknown_envelope",
    "message_not_found",
    "thread_not_found",
    "expired_trigger_id",
    "used_url",
];

pub fn check(slack: &Slack, store: &Counter, posts: &[(ChannelId, MessageTs)]) -> Result<(), String> {
    kept(slack, store, posts)?;
    let cases: BTreeMap<CaseId, Case> = store
        .open_cases()
        .into_iter()
        .filter_map(|one| Some((one.id.clone(), store.look(&one.id)?)))
        .collect();
    let now = slack.read(Workspace::now);
    let backlog = store.backlog(now);
    if backlog.waiting > 0 {
        return Err(format!("calls are left: {backlog:?}"));
    }
    let due: BTreeSet<Subject> =
        store.due(now + chrono::TimeDelta::days(30), 10_000).into_iter().map(|(it, _)| it).collect();
    for (id, case) in &cases {
        if !due.contains(&Subject::Case(id.clone())) {
            return Err(format!(
                "forgotten: {id} is open and has no deadline: {:?} {:?}",
                case.stage, case.run
            ));
        }
        if !case.waiting.is_empty() {
            return Err(format!("a ping is lost: {:?} of {id} at the end", case.waiting));
        }
    }
    slack.read(said)?;
    let refused = slack.refusals();
    match refused.iter().find(|refusal| !FORGIVEN.contains(&refusal.error.as_str())) {
        Some(refusal) => Err(format!("Slack refused: {refusal:?}")),
        None => Ok(()),
    }
}

/// No event is lost: every post that stands is a case's, and no other.
fn kept(slack: &Slack, store: &Counter, posts: &[(ChannelId, MessageTs)]) -> Result<(), String> {
    for (channel, ts) in posts {
        let stands =
            slack.message(channel, ts).is_some_and(|it| it.fate == firstline::rehearsal::Fate::Standing);
        let found = store.find(&Locator::Message { channel: channel.clone(), ts: ts.clone() });
        match found.and_then(|id| store.look(&id)) {
            None if stands => return Err(format!("a post is lost: {ts} in {channel}")),
            Some(case) if !stands && case.is_open() && is_root(&case, ts) && !was_reopened(store, &case) => {
                return Err(format!("not withdrawn: {} although its post {ts} was deleted", case.id));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Somebody wanted it open although its post is gone.
fn was_reopened(store: &Counter, case: &Case) -> bool {
    store.entries(&case.id).iter().any(|entry| entry.what == Happened::Reopened)
}

fn is_root(case: &Case, ts: &MessageTs) -> bool {
    matches!(&case.root, firstline::domain::case::Root::Post(root) if root == ts)
}

/// The id of the call that posted a message: case, slot, version.
fn call(message: &Message) -> Option<&str> {
    message.metadata.as_ref()?["event_payload"]["call"].as_str()
}

/// Nothing twice, one card a case, before its pings, everything in the thread.
fn said(workspace: &Workspace) -> Result<(), String> {
    let mut calls = BTreeSet::new();
    let mut slots = BTreeSet::new();
    let mut carded: BTreeSet<String> = BTreeSet::new();
    let mut all: Vec<&Message> = workspace.messages.values().flat_map(BTreeMap::values).collect();
    all.sort_by(|a, b| a.ts.cmp(&b.ts));
    for message in all.into_iter().filter(|message| message.user == workspace.bot.user) {
        let Some(call) = call(message) else { continue };
        if !calls.insert(call.to_owned()) {
            return Err(format!("twice: {call} is there twice"));
        }
        let mut parts = call.split('/');
        let (Some(case), Some(slot)) = (parts.next(), parts.next()) else { continue };
        let direct = parts.nth(1).is_some();
        if direct || !(case.starts_with("help-") || case.starts_with("late-")) {
            continue;
        }
        if message.thread.is_none() && slot != "root" {
            return Err(format!("outside its thread: {call}"));
        }
        if (slot == "card" || slot.starts_with("ping-")) && !slots.insert(format!("{case}/{slot}")) {
            return Err(format!("twice: {slot} of {case}"));
        }
        if slot == "card" {
            carded.insert(case.to_owned());
        }
        if slot.starts_with("ping-") && !carded.contains(case) {
            return Err(format!("in the wrong order: {call} before the card"));
        }
    }
    Ok(())
}
