//! Changes as they happen, as server-sent events: each names what is new, and the page puts it in its place.

use super::host::Host;
use super::{Page, shapes};
use crate::clock::Clock;
use crate::id::{ChannelId, GroupId, MessageTs, UserId};
use crate::rehearsal::{Change, Entry, Mark, Workspace};
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::stream::{Stream, unfold};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Changes that come together are told together.
const GATHERED_FOR: Duration = Duration::from_millis(5);
/// What the host says about the future is asked for again this often.
const LOOKED_EVERY: Duration = Duration::from_secs(1);

#[derive(Debug, Deserialize)]
pub(super) struct From {
    since: usize,
}

pub(super) async fn feed<H: Host>(
    State(page): State<Arc<Page<H>>>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    // A browser that lost the line says how far it had come.
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok()).and_then(|it| it.parse().ok());
    let reader = Reader::new(page, Mark(last.unwrap_or(from.since)));
    let frames = unfold(reader, |mut reader| async move {
        let frame = reader.next().await;
        let event = Event::default().id(reader.mark.0.to_string()).data(frame.to_string());
        Some((Ok(event), reader))
    });
    Sse::new(frames).keep_alive(KeepAlive::default())
}

/// One open page.
struct Reader<H> {
    page: Arc<Page<H>>,
    mark: Mark,
    refused: usize,
    read: Value,
    beside: Map<String, Value>,
    bell: watch::Receiver<u64>,
    stirred: watch::Receiver<u64>,
}

/// What a stretch of the journal touched.
#[derive(Default)]
struct Touched {
    messages: BTreeSet<(ChannelId, MessageTs)>,
    whispers: BTreeSet<(ChannelId, MessageTs, UserId)>,
    stacks: BTreeSet<UserId>,
    homes: BTreeSet<UserId>,
    users: BTreeSet<UserId>,
    channels: BTreeSet<ChannelId>,
    groups: BTreeSet<GroupId>,
}

impl<H: Host> Reader<H> {
    fn new(page: Arc<Page<H>>, mark: Mark) -> Self {
        let (bell, stirred) = (page.slack.bell(), page.stirred.subscribe());
        Self { page, mark, refused: 0, read: Value::Null, beside: Map::new(), bell, stirred }
    }

    async fn next(&mut self) -> Value {
        loop {
            self.bell.borrow_and_update();
            self.stirred.borrow_and_update();
            let frame = self.frame();
            if !frame.is_empty() {
                return Value::Object(frame);
            }
            tokio::select! {
                _ = self.bell.changed() => tokio::time::sleep(GATHERED_FOR).await,
                _ = self.stirred.changed() => {}
                () = tokio::time::sleep(LOOKED_EVERY) => {}
            }
        }
    }

    fn frame(&mut self) -> Map<String, Value> {
        let page = self.page.clone();
        let mut frame = page.slack.read(|state| {
            if self.mark > state.mark() {
                self.mark = state.mark();
                return Map::from_iter([("reload".to_owned(), json!(true))]);
            }
            let mut touched = Touched::default();
            state.journal_since(self.mark).iter().for_each(|entry| touched.entry(state, entry));
            self.mark = state.mark();
            let mut frame = touched.told(state);
            let read = shapes::read(state);
            if read != self.read {
                frame.insert("read".to_owned(), read.clone());
                self.read = read;
            }
            if state.refusals.len() > self.refused {
                let all: Vec<Value> = state.refusals.iter().map(shapes::refusal).collect();
                frame.insert("refusals".to_owned(), json!(all));
                self.refused = state.refusals.len();
            }
            frame
        });
        for (key, value) in beside(&page) {
            if self.beside.get(&key) != Some(&value) {
                let shown = if key == "clock" { clock(&page) } else { value.clone() };
                frame.insert(key.clone(), shown);
                self.beside.insert(key, value);
            }
        }
        frame
    }
}

/// What stands beside the workspace. A clock that runs is told anew only when somebody touched it.
fn beside<H: Host>(page: &Page<H>) -> Map<String, Value> {
    let running = page.slack.clock().is_running();
    let since = if running { json!(*page.stirred.borrow()) } else { clock(page) };
    let next = page.host.next();
    let next: Vec<Value> =
        next.iter().map(|it| json!({ "at": shapes::instant(it.at), "words": it.words })).collect();
    Map::from_iter([
        ("clock".to_owned(), since),
        ("next".to_owned(), json!(next)),
        ("connected".to_owned(), json!(page.slack.connections() > 0)),
        ("tour".to_owned(), page.shown_tour()),
    ])
}

pub(super) fn clock<H>(page: &Page<H>) -> Value {
    let clock = page.slack.clock();
    json!({ "now": shapes::instant(clock.now()), "running": clock.is_running() })
}

impl Touched {
    fn entry(&mut self, state: &Workspace, entry: &Entry) {
        match &entry.change {
            Change::Posted { channel, ts, thread, .. } => {
                self.messages.insert((channel.clone(), ts.clone()));
                // The summary of its thread stands under the first message.
                self.messages.extend(thread.iter().map(|root| (channel.clone(), root.clone())));
            }
            Change::Deleted { channel, ts, .. } => {
                self.messages.insert((channel.clone(), ts.clone()));
                let roots = state.channel_messages(channel).filter(|it| it.thread.is_none());
                self.messages
                    .extend(roots.rev().take(shapes::WINDOW).map(|it| (channel.clone(), it.ts.clone())));
            }
            Change::Edited { channel, ts, .. }
            | Change::Reacted { channel, ts, .. }
            | Change::Unreacted { channel, ts, .. } => {
                self.messages.insert((channel.clone(), ts.clone()));
            }
            Change::Whispered { channel, ts, to }
            | Change::WhisperChanged { channel, ts, to }
            | Change::WhisperGone { channel, ts, to } => {
                self.whispers.insert((channel.clone(), ts.clone(), to.clone()));
            }
            Change::ViewOpened { user, .. }
            | Change::ViewPushed { user, .. }
            | Change::ViewClosed { user, .. } => {
                self.stacks.insert(user.clone());
            }
            Change::ViewUpdated { user, .. } | Change::HomeShown { user, .. } => {
                self.stacks.insert(user.clone());
                self.homes.insert(user.clone());
            }
            Change::StatusSet { user }
            | Change::DndSet { user }
            | Change::PresenceSet { user }
            | Change::Welcomed { user }
            | Change::Deactivated { user } => {
                self.users.insert(user.clone());
            }
            Change::Joined { channel, .. }
            | Change::Left { channel, .. }
            | Change::Archived { channel }
            | Change::Unarchived { channel }
            | Change::Founded { channel }
            | Change::Renamed { channel }
            | Change::DirectOpened { channel, .. } => {
                self.channels.insert(channel.clone());
            }
            Change::GroupChanged { group } => {
                self.groups.insert(group.clone());
            }
            Change::Uploaded { .. } => {}
        }
    }

    /// Each touched thing as it is now, or that it is gone.
    fn told(&self, state: &Workspace) -> Map<String, Value> {
        let mut lists: [(&str, Vec<Value>); 7] = [
            ("messages", Vec::new()),
            ("gone", Vec::new()),
            ("whispers", Vec::new()),
            ("whispers_gone", Vec::new()),
            ("users", self.users.iter().filter_map(|id| state.users.get(id)).map(shapes::user).collect()),
            (
                "channels",
                self.channels.iter().filter_map(|id| state.channels.get(id)).map(shapes::channel).collect(),
            ),
            ("groups", self.groups.iter().filter_map(|id| state.groups.get(id)).map(shapes::group).collect()),
        ];
        for (channel, ts) in &self.messages {
            match state.message(channel, ts) {
                Some(message) => lists[0].1.push(shapes::message(state, message)),
                None => lists[1].1.push(json!({ "channel": channel, "ts": ts })),
            }
        }
        for (channel, ts, to) in &self.whispers {
            match state.ephemerals_for(to).find(|it| it.channel == *channel && it.ts == *ts) {
                Some(whisper) => lists[2].1.push(shapes::whisper(whisper)),
                None => lists[3].1.push(json!({ "channel": channel, "ts": ts, "to": to })),
            }
        }
        let mut told: Map<String, Value> = Map::new();
        for (key, list) in lists.into_iter().filter(|(_, list)| !list.is_empty()) {
            told.insert(key.to_owned(), Value::Array(list));
        }
        let stacks = self.stacks.iter().map(|user| (user.to_string(), shapes::stack(state, user)));
        let homes = self.homes.iter().map(|user| (user.to_string(), shapes::home(state, user)));
        for (key, map) in [("stacks", stacks.collect::<Map<_, _>>()), ("homes", homes.collect())] {
            if !map.is_empty() {
                told.insert(key.to_owned(), Value::Object(map));
            }
        }
        told
    }
}
