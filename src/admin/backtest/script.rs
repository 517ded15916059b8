//! What an export tells, in the order in which it happened: posts, replies, claims and ends.
//!
//! An export does not say when a reaction was set, nor when a matter was settled. A claim by reaction counts from
//! that person's first reply in the thread, or, without one, from a second after the post. A thread that somebody
//! answered, or took, ends with its last message; one that nobody answered is given up after four hours.

use super::export::Export;
use crate::clock::Timestamp;
use crate::domain::desk::Desk;
use crate::domain::event::{Author, Message, Reaction, What};
use crate::domain::matching::desk_of;
use crate::id::{ChannelId, DeskKey, MessageTs, TeamId, UserId};
use crate::slack::identity::Identity;
use crate::slack::instant;
use crate::slack::message::{self, Origin, Seen};
use chrono::TimeDelta;
use std::collections::BTreeMap;

/// After so long without any answer a thread is given up.
const GIVEN_UP_AFTER: TimeDelta = TimeDelta::hours(4);
const A_SECOND: TimeDelta = TimeDelta::seconds(1);

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Step {
    pub at: Timestamp,
    pub does: Does,
}

#[derive(Clone, Debug)]
pub enum Does {
    Happens(Box<What>),
    /// The case of this thread ends, if there is one.
    Ends {
        channel: ChannelId,
        root: MessageTs,
    },
}

/// A whole export as steps.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub steps: Vec<Step>,
    pub channels: Vec<String>,
    pub messages: usize,
    /// Claims by reaction whose time the export does not tell.
    pub undated: usize,
    /// Who wrote anything.
    pub writers: std::collections::BTreeSet<UserId>,
}

/// The bot itself; an export has only what others said.
pub fn bot() -> Identity {
    let user = UserId::new("UFIRSTLINE");
    Identity { team: TeamId::new(""), enterprise: None, user, bot_id: None, app_id: None }
}

/// Reads the channels that belong to these desks.
pub fn script(export: &Export, desks: &BTreeMap<DeskKey, Desk>) -> Script {
    let mut script = Script::default();
    let me = bot();
    for (channel, name) in &export.channels {
        let Some(desk) = desk_of(desks, channel, Some(name)) else { continue };
        let raw = export.messages(name);
        let read = raw.iter().filter_map(|one| message::read(channel, one, &me));
        let seen: Vec<Seen> = read.filter(|one| one.origin == Origin::Others).collect();
        script.messages += seen.len();
        script.channels.push(name.clone());
        script.channel(desk, seen);
    }
    // What happens in the same instant keeps the order of a channel: a post before what is done to it.
    script.steps.sort_by_key(|step| step.at);
    script
}

impl Script {
    fn channel(&mut self, desk: &Desk, seen: Vec<Seen>) {
        let mut threads: BTreeMap<MessageTs, Vec<Message>> = BTreeMap::new();
        for one in &seen {
            if let Some(root) = &one.message.thread {
                threads.entry(root.clone()).or_default().push(one.message.clone());
            }
        }
        for one in seen {
            let Some(at) = instant(one.message.ts.as_str()) else { continue };
            let message = one.message;
            if message.author == Author::Person {
                self.writers.insert(message.by.clone());
            }
            self.happens(at, What::Posted(message.clone()));
            if message.thread.is_none() && message.author == Author::Person {
                let mut replies = threads.remove(&message.ts).unwrap_or_default();
                replies.sort_by_key(|reply| instant(reply.ts.as_str()));
                self.claims(desk, at, &message, &one.reactions, &replies);
                self.ends(desk, at, &message, &one.reactions, &replies);
            }
        }
    }

    fn happens(&mut self, at: Timestamp, what: What) {
        self.steps.push(Step { at, does: Does::Happens(Box::new(what)) });
    }

    fn claims(
        &mut self,
        desk: &Desk,
        posted_at: Timestamp,
        root: &Message,
        reactions: &[(String, UserId)],
        replies: &[Message],
    ) {
        let claims = |emoji: &String| desk.policy.claiming.reactions.contains(emoji);
        for (emoji, by) in reactions.iter().filter(|(emoji, by)| claims(emoji) && *by != root.by) {
            let first = replies.iter().find(|reply| reply.by == *by);
            let at = first.and_then(|reply| instant(reply.ts.as_str()));
            self.undated += usize::from(at.is_none());
            // Just before that reply, so that the claim is theirs.
            let at = at.map_or(posted_at + A_SECOND, |at| at - TimeDelta::milliseconds(1));
            let what = What::Reacted {
                by: by.clone(),
                channel: root.channel.clone(),
                ts: root.ts.clone(),
                emoji: emoji.clone(),
                change: Reaction::Added,
            };
            self.happens(at, what);
        }
    }

    fn ends(
        &mut self,
        desk: &Desk,
        posted_at: Timestamp,
        root: &Message,
        reactions: &[(String, UserId)],
        replies: &[Message],
    ) {
        let closes = |emoji: &String| desk.policy.closing.reactions.contains(emoji);
        let takes = |emoji: &String| desk.policy.claiming.reactions.contains(emoji);
        let is_closed = reactions.iter().any(|(emoji, by)| closes(emoji) || (takes(emoji) && *by != root.by));
        let is_answered = replies.iter().any(|reply| reply.author == Author::Person && reply.by != root.by);
        let last = replies.iter().filter_map(|reply| instant(reply.ts.as_str())).max().unwrap_or(posted_at);
        let at = match is_answered || is_closed {
            true => last + A_SECOND + A_SECOND,
            false => last.max(posted_at + GIVEN_UP_AFTER),
        };
        let does = Does::Ends { channel: root.channel.clone(), root: root.ts.clone() };
        self.steps.push(Step { at, does });
    }
}
