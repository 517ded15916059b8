//! After an absence: what was said and done meanwhile is read from Slack, oldest first, before anybody is pinged.

use super::Engine;
use super::activity::Stop;
use super::directory::Register;
use super::handle::Heard;
use super::papers;
use crate::clock::{Clock, Timestamp};
use crate::domain::Glance;
use crate::domain::case::Case;
use crate::domain::closing::parting::Ended;
use crate::domain::event::{Event, Subject, What};
use crate::domain::matching::desk_of;
use crate::id::{CaseId, ChannelId, DeliveryKey, MessageTs, UserId};
use crate::slack::instant;
use crate::slack::message::{Origin, Seen, content_key};
use crate::store::{Commit, Locator, Period, Store};
use futures_util::StreamExt as _;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// A case waits for its thread to be read for so long, then people are pinged anyway (DESIGN §6).
pub const HOLD_FOR: Duration = Duration::from_secs(60);
const BETWEEN_TRIES: Duration = Duration::from_secs(5);
/// Channels and threads read at once; Slack's own pace is kept below this.
const AT_ONCE: usize = 4;
/// Slack sends again for five minutes what nobody acknowledged: what is older was seen, or did not concern us.
const OVERLAP: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

/// A case that silence closed longer ago than this is not looked for a reply after an absence.
const OPENS_AGAIN_FOR: chrono::TimeDelta = chrono::TimeDelta::days(7);
/// How many of them are looked at, the latest first: Slack gives some fifty threads a minute.
const MOST_CLOSED: usize = 30;

/// How far reading back has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Not begun: the first connection is not there yet.
    #[default]
    NotYet,
    Reading {
        channels_left: usize,
        threads_left: usize,
    },
    Done,
}

/// One reading back.
struct Reading<S, C> {
    engine: Engine<S, C>,
    register: Register<S, C>,
    /// From when on nothing was heard.
    away_since: Timestamp,
    /// How far back is read.
    oldest: Timestamp,
    stop: Stop,
}

/// What the histories of the channels showed.
#[derive(Default)]
struct Past {
    /// The channels that could be read.
    read: BTreeSet<ChannelId>,
    /// Every top-level message there is, with its last reply.
    messages: BTreeMap<(ChannelId, MessageTs), Option<MessageTs>>,
}

/// Reads what happened since `away_since`, at most `at_most` back. Cases are held meanwhile, each until its own
/// thread is read. What Slack does not tell is passed over: their minute ends by itself. [`done`] says when all is
/// known.
pub async fn run<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    register: &Register<S, C>,
    away_since: Timestamp,
    at_most: chrono::TimeDelta,
    stop: &Stop,
) {
    let _busy = engine.activity().begin();
    let now = engine.clock().now();
    // The clock was set back since: how long ago it was cannot be known.
    let away_since = if away_since > now { now - at_most } else { away_since };
    let open = engine.store().open_cases();
    let first = open.iter().map(|glance| glance.opened_at).min().unwrap_or(away_since);
    let oldest = first.min(away_since - OVERLAP).max(now - at_most);
    let ids: Vec<CaseId> = open.iter().map(|glance| glance.id.clone()).collect();
    engine.held().hold(ids.iter().cloned(), engine.clock().monotonic() + HOLD_FOR);
    let reading = Reading {
        engine: engine.clone(),
        register: register.clone(),
        away_since,
        oldest,
        stop: stop.clone(),
    };
    tracing::info!(%away_since, %oldest, cases = ids.len(), "reading what happened meanwhile");
    let past = reading.channels(&open).await;
    reading.withdraw_deleted(&open, &past).await;
    reading.threads(&ids, &past).await;
    reading.closed(&past).await;
}

/// Everything up to now was read, or there is nothing to read: the next absence is counted from here.
pub async fn done<S: Store, C: Clock>(engine: &Engine<S, C>) {
    engine.set_progress(Progress::Done);
    let mark = Commit { seen_at: Some(engine.clock().now()), ..Commit::default() };
    let marked = engine.store().commit(mark).await;
    engine.note(&marked);
    if let Err(error) = marked {
        tracing::warn!(%error, "how far was read could not be kept");
    }
}

impl<S: Store, C: Clock> Reading<S, C> {
    /// Reads the channels of desks and of open cases.
    async fn channels(&self, open: &[Glance]) -> Past {
        let channels = self.channels_to_read(open).await;
        let mut left = channels.len();
        self.progress(left, open.len());
        let mut past = Past::default();
        let mut work = futures_util::stream::iter(channels)
            .map(|channel| async move {
                (self.register.api().history(&channel, self.oldest, None).await, channel)
            })
            .buffer_unordered(AT_ONCE);
        while let Some((history, channel)) = work.next().await {
            left -= 1;
            self.progress(left, open.len());
            if self.stop.is_stopped() {
                break;
            }
            let Some(history) = history else {
                tracing::warn!(%channel, "its history could not be read");
                continue;
            };
            for seen in history {
                let message = (channel.clone(), seen.message.ts.clone());
                past.messages.insert(message, seen.latest_reply.clone());
                self.feed(seen).await;
            }
            past.read.insert(channel);
        }
        past
    }

    /// A post without replies leaves nothing behind when it is deleted: it is missing where it should be.
    async fn withdraw_deleted(&self, open: &[Glance], past: &Past) {
        for glance in open {
            let Some(root) = &glance.root else { continue };
            let message = (glance.channel.clone(), root.clone());
            let in_reach = instant(root.as_str()).is_some_and(|at| at > self.oldest);
            if in_reach && past.read.contains(&glance.channel) && !past.messages.contains_key(&message) {
                let (channel, ts) = message;
                let key = content_key(&channel, &ts, Some(&MessageTs::new("deleted")));
                self.tell(key, self.engine.clock().now(), What::Deleted { channel, ts }).await;
            }
        }
    }

    async fn channels_to_read(&self, open: &[Glance]) -> BTreeSet<ChannelId> {
        let settings = self.engine.known().settings();
        let joined = self.register.api().channels().await.unwrap_or_default();
        joined
            .into_iter()
            .filter(|channel| desk_of(&settings.desks, &channel.id, Some(&channel.name)).is_some())
            .map(|channel| channel.id)
            .chain(open.iter().map(|glance| glance.channel.clone()))
            .collect()
    }

    /// Reads the threads of the cases that were open, and of those that opened meanwhile: first those with new
    /// replies, then the oldest. Once the minute is over, the others are left to what the history showed of them.
    async fn threads(&self, before: &[CaseId], past: &Past) {
        let minute_over = self.engine.clock().monotonic() + HOLD_FOR;
        let mut open: Vec<(Glance, News)> = self
            .engine
            .store()
            .open_cases()
            .into_iter()
            .map(|one| (one.clone(), self.news(&one, past)))
            .collect();
        open.sort_by_key(|(_, news)| *news);
        let mut left = open.len();
        let was_open: BTreeSet<&CaseId> = before.iter().collect();
        let mut unread = Vec::new();
        let mut work = futures_util::stream::iter(open)
            .map(|(glance, news)| async move {
                let is_late = self.engine.clock().monotonic() > minute_over;
                match news {
                    News::None if is_late => (Read::Whole, glance),
                    News::Replies | News::None | News::Unknown => (self.thread(&glance).await, glance),
                }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((read, glance)) = work.next().await {
            left -= 1;
            self.progress(0, left + unread.len());
            if self.stop.is_stopped() {
                return;
            }
            match read {
                Read::Whole if was_open.contains(&glance.id) => self.caught_up(&glance.id).await,
                Read::Whole => self.engine.held().release(&glance.id),
                Read::Nothing => unread.push(glance),
            }
        }
        for glance in unread {
            self.try_again(&glance).await;
            match was_open.contains(&glance.id) {
                true => self.caught_up(&glance.id).await,
                false => self.engine.held().release(&glance.id),
            }
        }
    }

    /// Reads the threads that silence closed lately: a reply would have opened them again. Nobody waits for that.
    async fn closed(&self, past: &Past) {
        let store = self.engine.store();
        let now = self.engine.clock().now();
        let period = Period { from: now - OPENS_AGAIN_FOR, until: now };
        let (mut after, mut silent) = (None, Vec::new());
        loop {
            let page = match store.page(period, after.take()).await {
                Ok(page) => page,
                Err(error) => {
                    tracing::warn!(%error, "which cases silence closed could not be read");
                    return;
                }
            };
            let ended = |case: &Case| case.resolution().map(|end| (end.at, end.ended.clone()));
            silent.extend(page.cases.into_iter().filter_map(|(case, _)| match ended(&case)? {
                (at, Ended::Silent { .. }) if at >= period.from => Some((at, case)),
                (_, Ended::Silent { .. } | Ended::Said | Ended::Confirmed) => None,
                (_, Ended::Quiet | Ended::Forced { .. }) => None,
            }));
            match page.next {
                Some(next) if !self.stop.is_stopped() => after = Some(next),
                Some(_) | None => break,
            }
        }
        silent.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        let with_root = silent.into_iter().filter_map(|(_, case)| {
            let root = papers::root(&self.engine, &case)?;
            (self.news_of(&case.channel, &root, past) != News::None).then_some((case.channel, root))
        });
        for (channel, root) in with_root.take(MOST_CLOSED) {
            let _unread_is_left = self.said(&channel, &root, self.away_since - OVERLAP).await;
        }
    }

    /// What the history told of a case's thread.
    fn news(&self, glance: &Glance, past: &Past) -> News {
        glance.root.as_ref().map_or(News::Unknown, |root| self.news_of(&glance.channel, root, past))
    }

    fn news_of(&self, channel: &ChannelId, root: &MessageTs, past: &Past) -> News {
        let Some(latest) = past.messages.get(&(channel.clone(), root.clone())) else { return News::Unknown };
        let latest = latest.as_ref().and_then(|ts| instant(ts.as_str()));
        match latest.is_some_and(|at| at >= self.away_since - OVERLAP) {
            true => News::Replies,
            false => News::None,
        }
    }

    /// A thread that Slack did not give is asked for until the case's minute is over.
    async fn try_again(&self, glance: &Glance) {
        tracing::warn!(case = %glance.id, "its thread could not be read yet");
        while self.engine.held().is_held(&glance.id, self.engine.clock().monotonic()) {
            tokio::select! {
                () = tokio::time::sleep(BETWEEN_TRIES) => {}
                () = self.stop.stopped() => return,
            }
            if self.thread(glance).await == Read::Whole {
                return;
            }
        }
    }

    async fn thread(&self, glance: &Glance) -> Read {
        // The bot's own post is not there yet: nobody can have answered in its thread.
        let Some(root) = &glance.root else { return Read::Whole };
        self.said(&glance.channel, root, self.oldest.max(glance.opened_at - OVERLAP)).await
    }

    /// Tells what was said in a thread since then.
    async fn said(&self, channel: &ChannelId, root: &MessageTs, since: Timestamp) -> Read {
        if self.stop.is_stopped() {
            return Read::Nothing;
        }
        let Some(replies) = self.register.api().replies(channel, root, Some(since)).await else {
            return Read::Nothing;
        };
        for seen in replies {
            self.feed(seen).await;
        }
        Read::Whole
    }

    /// One message as history shows it now: its posting, its last edit, its reactions, or that it is gone.
    async fn feed(&self, seen: Seen) {
        let (channel, ts) = (seen.message.channel.clone(), seen.message.ts.clone());
        let at = instant(ts.as_str()).unwrap_or(self.away_since);
        let is_case = self.is_a_cases(&channel, &ts);
        match seen.origin {
            Origin::Tombstone if is_case == Kept::Yes => {
                let key = content_key(&channel, &ts, Some(&MessageTs::new("deleted")));
                self.tell(key, at, What::Deleted { channel, ts }).await;
                return;
            }
            Origin::Others => {
                // Older posts were there before the absence, perhaps before the bot was in the channel.
                if at >= self.away_since - OVERLAP {
                    let key = content_key(&channel, &ts, None);
                    self.tell(key, at, What::Posted(seen.message.clone())).await;
                }
                if let Some(edited) = &seen.edited {
                    let at = instant(edited.as_str()).unwrap_or(at);
                    self.tell(seen.key(), at, What::Edited(seen.message.clone())).await;
                }
            }
            Origin::Ours | Origin::Tombstone | Origin::Unknown => {}
        }
        if self.is_a_cases(&channel, &ts) == Kept::Yes {
            self.reactions(channel, ts, seen.reactions).await;
        }
    }

    /// Reactions are told as they are now: what came and went meanwhile left no trace.
    async fn reactions(&self, channel: ChannelId, ts: MessageTs, present: Vec<(String, UserId)>) {
        let bot = self.engine.known().bot();
        let present = present.into_iter().filter(|(_, user)| *user != bot).collect();
        let event = Event {
            keys: Vec::new(),
            at: self.engine.clock().now(),
            what: What::ReactionsSeen { channel, ts, present },
        };
        self.handle(&event, None).await;
    }

    fn is_a_cases(&self, channel: &ChannelId, ts: &MessageTs) -> Kept {
        let at = Locator::Message { channel: channel.clone(), ts: ts.clone() };
        match self.engine.store().find(&at) {
            Some(_) => Kept::Yes,
            None => Kept::No,
        }
    }

    async fn caught_up(&self, case: &CaseId) {
        let what = What::CaughtUp { away_since: self.away_since };
        let event = Event { keys: Vec::new(), at: self.engine.clock().now(), what };
        self.handle(&event, Some(&Subject::Case(case.clone()))).await;
        self.engine.held().release(case);
    }

    async fn tell(&self, key: DeliveryKey, at: Timestamp, what: What) {
        let at = at.min(self.engine.clock().now());
        let event = Event { keys: vec![key], at, what };
        self.register.introduce(&event).await;
        self.handle(&event, None).await;
    }

    /// Tried until it is kept: nobody tells of it a second time.
    async fn handle(&self, event: &Event, about: Option<&Subject>) {
        while let Err(error) = self.engine.handle_as(event, about, Heard::ReadBack).await {
            tracing::warn!(%error, "something that happened meanwhile could not be kept yet");
            tokio::select! {
                () = tokio::time::sleep(BETWEEN_TRIES) => {}
                () = self.stop.stopped() => return,
            }
        }
    }

    fn progress(&self, channels_left: usize, threads_left: usize) {
        self.engine.set_progress(Progress::Reading { channels_left, threads_left });
    }
}

/// What is known of a thread before it is read, the most urgent first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum News {
    Replies,
    /// The history did not show its root.
    Unknown,
    None,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Read {
    Whole,
    Nothing,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    No,
}
