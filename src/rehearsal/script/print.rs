//! What appeared since the last look, as people read it: who sees it, where, and the words.

use crate::clock::Timestamp;
use crate::id::{ChannelId, MessageTs, UserId};
use crate::rehearsal::Slack;
use crate::rehearsal::plain::{plain_ephemeral, plain_message, plain_view};
use crate::rehearsal::state::{Broadcast, Change, Entry, Fate, Mark, Workspace};
use std::collections::BTreeMap;

/// Remembers how far it has read, and what each message said when it last looked.
pub(in crate::rehearsal) struct Printer {
    mark: Mark,
    refused: usize,
    shown: BTreeMap<(ChannelId, MessageTs), String>,
    zone: chrono_tz::Tz,
}

impl Printer {
    pub fn new(slack: &Slack, zone: chrono_tz::Tz) -> Self {
        Self { mark: slack.mark(), refused: slack.refusals().len(), shown: BTreeMap::new(), zone }
    }

    /// What another system would have been asked.
    pub fn outside(&self, at: Timestamp, words: &str) -> Vec<String> {
        indented(&format!("{} ", self.time(at)), words)
    }

    /// Everything the bot did since the last time, in order. `thread` is called just that.
    pub fn news(&mut self, slack: &Slack, thread: Option<&(ChannelId, MessageTs)>) -> Vec<String> {
        let mut lines = Vec::new();
        slack.read(|state| {
            let mut found: Vec<(Timestamp, (u8, String), Vec<String>)> = Vec::new();
            let entries = state.journal_since(self.mark).to_vec();
            self.mark = state.mark();
            for (index, entry) in entries.iter().enumerate() {
                let again =
                    entries[index + 1..].iter().any(|later| same_message(&entry.change, &later.change));
                if !again {
                    let lines = self.entry(state, entry, thread);
                    found.push((entry.at, place(state, &entry.change), lines));
                }
            }
            // Messages of different places have no order among themselves: they travel in lanes of their own.
            found.sort_by(|one, other| (one.0, &one.1).cmp(&(other.0, &other.1)));
            lines.extend(found.into_iter().flat_map(|(_, _, lines)| lines));
            for refusal in &state.refusals[self.refused..] {
                lines.push(format!(
                    "REFUSED {}: {} {}",
                    refusal.what,
                    refusal.error,
                    refusal.details.join("; ")
                ));
            }
            self.refused = state.refusals.len();
        });
        lines
    }

    fn entry(
        &mut self,
        state: &Workspace,
        entry: &Entry,
        thread: Option<&(ChannelId, MessageTs)>,
    ) -> Vec<String> {
        let bot = &state.bot.user;
        let at = self.time(entry.at);
        match &entry.change {
            Change::Posted { channel, ts, by, .. } if by == bot => {
                let (head, text) = self.message(state, channel, ts, thread);
                indented(&format!("{at} {head}: "), &text)
            }
            Change::Edited { channel, ts, by } if by == bot => {
                let before = self.shown.get(&(channel.clone(), ts.clone())).cloned().unwrap_or_default();
                let (head, text) = self.message(state, channel, ts, thread);
                let old: Vec<&str> = before.lines().collect();
                if before == text {
                    return Vec::new();
                }
                let fresh: Vec<&str> = text.lines().filter(|line| !old.contains(line)).collect();
                if fresh.is_empty() {
                    let gone: Vec<&str> = old.into_iter().filter(|line| !text.contains(line)).collect();
                    return indented(&format!("{at} {head}, edited, without: "), &gone.join("\n"));
                }
                indented(&format!("{at} {head}, edited: "), &fresh.join("\n"))
            }
            Change::Deleted { channel, ts, by } if by == bot => {
                let before = self.shown.get(&(channel.clone(), ts.clone())).cloned().unwrap_or_default();
                let first = before.lines().next().unwrap_or_default().to_owned();
                vec![format!("{at} deleted: {first}")]
            }
            Change::Reacted { by, name, .. } if by == bot => vec![format!("{at} firstline reacts :{name}:")],
            Change::Unreacted { by, name, .. } if by == bot => {
                vec![format!("{at} firstline takes :{name}: off")]
            }
            Change::Whispered { ts, to, .. } | Change::WhisperChanged { ts, to, .. } => {
                let whisper = state.ephemerals.iter().find(|it| it.ts == *ts && it.to == *to);
                let text = whisper.map(|it| plain_ephemeral(state, it, to)).unwrap_or_default();
                indented(&format!("{at} only {} sees: ", handle(state, to)), &text)
            }
            Change::WhisperGone { to, .. } => {
                vec![format!("{at} gone for {}: the private note", handle(state, to))]
            }
            Change::ViewOpened { view, user }
            | Change::ViewPushed { view, user }
            | Change::ViewUpdated { view, user } => self.view(state, view, user, &at, "form"),
            Change::HomeShown { view, user } => self.view(state, view, user, &at, "home"),
            Change::Posted { .. }
            | Change::Edited { .. }
            | Change::Deleted { .. }
            | Change::Reacted { .. }
            | Change::Unreacted { .. }
            | Change::ViewClosed { .. }
            | Change::StatusSet { .. }
            | Change::DndSet { .. }
            | Change::PresenceSet { .. }
            | Change::Joined { .. }
            | Change::Left { .. }
            | Change::Archived { .. }
            | Change::Unarchived { .. }
            | Change::DirectOpened { .. }
            | Change::GroupChanged { .. }
            | Change::Deactivated { .. }
            | Change::Founded { .. }
            | Change::Renamed { .. }
            | Change::Welcomed { .. }
            | Change::Uploaded { .. } => Vec::new(),
        }
    }

    fn view(&self, state: &Workspace, view: &str, user: &UserId, at: &str, what: &str) -> Vec<String> {
        let text = state.views.get(view).map(|view| plain_view(state, view, user)).unwrap_or_default();
        indented(&format!("{at} {what} for {}: ", handle(state, user)), &text)
    }

    /// Where a message stands, and its words; remembers them.
    fn message(
        &mut self,
        state: &Workspace,
        channel: &ChannelId,
        ts: &MessageTs,
        thread: Option<&(ChannelId, MessageTs)>,
    ) -> (String, String) {
        let Some(message) = state.message(channel, ts).filter(|message| message.fate == Fate::Standing)
        else {
            return ("somewhere".to_owned(), String::new());
        };
        let text = plain_message(state, message, &self.reader(state, channel));
        self.shown.insert((channel.clone(), ts.clone()), text.clone());
        let also = match message.broadcast {
            Broadcast::Yes => format!(" and {}", channel_name(state, channel)),
            Broadcast::No => String::new(),
        };
        let place = match &message.thread {
            Some(root) if thread == Some(&(channel.clone(), root.clone())) => format!("thread{also}"),
            Some(root) => {
                let first = state.message(channel, root).map(|it| it.text.clone()).unwrap_or_default();
                let words: String = first.chars().take(24).collect();
                format!("thread \"{}\"{also}", words.replace('\n', " "))
            }
            None => channel_name(state, channel),
        };
        (place, text)
    }

    /// Dates are shown as to somebody in the script's zone: the one who reads a direct message, else anybody
    /// of that zone.
    fn reader(&self, state: &Workspace, channel: &ChannelId) -> UserId {
        let members = state.channels.get(channel).map(|it| it.members.clone()).unwrap_or_default();
        let here = |user: &&UserId| state.users.get(*user).is_some_and(|it| it.time_zone == self.zone);
        let anybody = state.users.values().find(|it| it.time_zone == self.zone).map(|it| it.id.clone());
        members.iter().find(here).cloned().or(anybody).unwrap_or_else(|| state.bot.user.clone())
    }

    fn time(&self, at: Timestamp) -> String {
        let local = at.with_timezone(&self.zone);
        let form = if local.timestamp() % 60 == 0 { "%H:%M" } else { "%H:%M:%S" };
        local.format(form).to_string()
    }
}

/// Where a change shows: threads and channels first, then direct messages, private words, forms.
fn place(state: &Workspace, change: &Change) -> (u8, String) {
    match change {
        Change::Posted { channel, ts, .. }
        | Change::Edited { channel, ts, .. }
        | Change::Deleted { channel, ts, .. }
        | Change::Reacted { channel, ts, .. }
        | Change::Unreacted { channel, ts, .. } => {
            let thread = state.message(channel, ts).and_then(|message| message.thread.as_ref());
            (u8::from(channel.as_str().starts_with('D')), format!("{channel} {}", thread.unwrap_or(ts)))
        }
        Change::Whispered { to, .. } | Change::WhisperChanged { to, .. } | Change::WhisperGone { to, .. } => {
            (2, to.to_string())
        }
        Change::ViewOpened { user, .. }
        | Change::ViewPushed { user, .. }
        | Change::ViewUpdated { user, .. }
        | Change::ViewClosed { user, .. }
        | Change::HomeShown { user, .. } => (3, user.to_string()),
        Change::StatusSet { .. }
        | Change::DndSet { .. }
        | Change::PresenceSet { .. }
        | Change::Joined { .. }
        | Change::Left { .. }
        | Change::Archived { .. }
        | Change::Unarchived { .. }
        | Change::DirectOpened { .. }
        | Change::GroupChanged { .. }
        | Change::Deactivated { .. }
        | Change::Founded { .. }
        | Change::Renamed { .. }
        | Change::Welcomed { .. }
        | Change::Uploaded { .. } => (4, String::new()),
    }
}

/// Whether a later change of the same message makes the printing of this one pointless.
fn same_message(one: &Change, later: &Change) -> bool {
    match (one, later) {
        (Change::Edited { channel, ts, .. }, Change::Edited { channel: on, ts: at, .. }) => {
            channel == on && ts == at
        }
        _ => false,
    }
}

fn channel_name(state: &Workspace, channel: &ChannelId) -> String {
    let Some(known) = state.channels.get(channel) else { return channel.to_string() };
    if known.name.is_empty() {
        let other = known.members.iter().find(|user| **user != state.bot.user);
        return format!("DM to {}", other.map(|user| handle(state, user)).unwrap_or_default());
    }
    format!("#{}", known.name)
}

fn handle(state: &Workspace, user: &UserId) -> String {
    state.users.get(user).map_or_else(|| user.to_string(), |it| it.handle.clone())
}

fn indented(head: &str, text: &str) -> Vec<String> {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = format!("{head}{}", lines.next().unwrap_or_default());
    std::iter::once(first)
        .chain(lines.map(|line| format!("  {line}")))
        .map(|line| line.trim_end().to_owned())
        .collect()
}
