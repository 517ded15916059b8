//! What was said and done in Slack while nobody listened: history, threads, reactions, and lost posts.

use super::api::{Api, CALL_EVENT, Place};
use super::lenient::{at, text, word};
use super::message::{self, Seen};
use super::outcome::{Limited, Verdict, backoff};
use super::pace::Tier;
use super::queries::{Params, Tries, Unanswered};
use crate::clock::{Clock, Timestamp};
use crate::id::{ChannelId, MessageTs, UserId};
use crate::store::Claim;
use serde_json::Value;

/// Messages a page. Slack gives at most 999, and may give fewer.
const PAGE: &str = "200";

/// How much earlier than its first try a lost post is looked for: this machine's clock may be ahead of
/// Slack's, and the call's id tells posts apart whatever their age.
const LOOK_BACK: chrono::TimeDelta = chrono::TimeDelta::seconds(60);

/// Pages in which a lost post is looked for.
const LOOK_PAGES_MAX: usize = 10;

impl<C: Clock> Api<C> {
    /// The top-level messages after `oldest` and up to `latest`, oldest first; replies are not among them.
    /// `None`: it could not be read to its end.
    pub async fn history(
        &self,
        channel: &ChannelId,
        oldest: Timestamp,
        latest: Option<Timestamp>,
    ) -> Option<Vec<Seen>> {
        let mut params = vec![
            ("channel", channel.to_string()),
            ("oldest", slack_ts(oldest)),
            ("limit", PAGE.to_owned()),
            ("include_all_metadata", "true".to_owned()),
        ];
        params.extend(latest.map(|latest| ("latest", slack_ts(latest))));
        let all = self.query_all("conversations.history", Tier::Three, &params, "messages").await?;
        self.seen(channel, &all)
    }

    /// A thread after `oldest`, oldest first, its root before all others whatever its age.
    pub async fn replies(
        &self,
        channel: &ChannelId,
        root: &MessageTs,
        oldest: Option<Timestamp>,
    ) -> Option<Vec<Seen>> {
        let params = thread(channel, root, oldest);
        let all = self.query_all("conversations.replies", Tier::Three, &params, "messages").await?;
        self.seen(channel, &all)
    }

    /// Everybody's reactions on one message as they are now.
    pub async fn reactions(&self, channel: &ChannelId, ts: &MessageTs) -> Option<Vec<(String, UserId)>> {
        let params = vec![
            ("channel", channel.to_string()),
            ("timestamp", ts.to_string()),
            ("full", "true".to_owned()),
        ];
        let said = self.query("reactions.get", Tier::Three, &params).await?;
        Some(message::reactions(at(&said, "message")))
    }

    /// A link to a message, for people.
    pub async fn permalink(&self, channel: &ChannelId, ts: &MessageTs) -> Option<String> {
        let params = vec![("channel", channel.to_string()), ("message_ts", ts.to_string())];
        text(&self.query("chat.getPermalink", Tier::Four, &params).await?, "permalink")
    }

    fn seen(&self, channel: &ChannelId, all: &[Value]) -> Option<Vec<Seen>> {
        let me = self.me.get()?;
        let mut seen: Vec<Seen> = all.iter().filter_map(|one| message::read(channel, one, me)).collect();
        seen.sort_by_key(|one| one.message.ts.parts());
        seen.dedup_by(|one, other| one.message.ts == other.message.ts);
        Some(seen)
    }

    /// Looks whether the post of a call is there, by the call's id in its metadata.
    pub(super) async fn find_post(&self, claim: &Claim, place: &Place) -> Result<Option<MessageTs>, Verdict> {
        let (method, mut params) = match &place.thread {
            // All of it: when the post was tried is known by this machine's clock alone, which may be wrong.
            Some(root) => ("conversations.replies", thread(&place.channel, root, None)),
            None => {
                // A first try that a crash or a full disk left unrecorded lies before the one that is known.
                let decided_at = claim.call.decided_at;
                let tried_at = claim.first_tried_at.map_or(decided_at, |tried| tried.min(decided_at));
                let oldest = tried_at - LOOK_BACK;
                let params = vec![
                    ("channel", place.channel.to_string()),
                    ("oldest", slack_ts(oldest)),
                    ("limit", PAGE.to_owned()),
                    ("include_all_metadata", "true".to_owned()),
                ];
                ("conversations.history", params)
            }
        };
        for _ in 0..LOOK_PAGES_MAX {
            let asked = self.ask_query(method, Tier::Three, &params, Tries::One).await;
            let said = asked.map_err(|none| no_look(none, claim))?;
            let mut messages = at(&said, "messages").as_array().into_iter().flatten();
            if let Some(ours) = messages.find(|one| self.carries(one, claim)) {
                return Ok(text(ours, "ts").map(MessageTs::new));
            }
            let Some(cursor) = text(&said, "response_metadata.next_cursor") else { return Ok(None) };
            params.retain(|(name, _)| *name != "cursor");
            params.push(("cursor", cursor));
        }
        Ok(None)
    }

    /// Anybody may write metadata, so it has to be the bot's own message as well.
    fn carries(&self, message: &Value, claim: &Claim) -> bool {
        word(message, "metadata.event_type") == Some(CALL_EVENT)
            && word(message, "metadata.event_payload.call") == Some(claim.call.id.as_str())
            && self.me.get().is_none_or(|me| me.wrote(message))
    }
}

fn thread(channel: &ChannelId, root: &MessageTs, oldest: Option<Timestamp>) -> Params {
    let mut params = vec![
        ("channel", channel.to_string()),
        ("ts", root.to_string()),
        ("limit", PAGE.to_owned()),
        ("include_all_metadata", "true".to_owned()),
    ];
    params.extend(oldest.map(|oldest| ("oldest", slack_ts(oldest))));
    params
}

fn no_look(none: Unanswered, claim: &Claim) -> Verdict {
    match none {
        Unanswered::Refused(refusal) => {
            Verdict::Never { why: format!("`{}`: the channel cannot be read", refusal.code) }
        }
        Unanswered::Nothing { why } => {
            Verdict::Later { after: backoff(claim.attempts), limited: Limited::No, why }
        }
    }
}

/// An instant as Slack's `ts`.
fn slack_ts(at: Timestamp) -> String {
    format!("{}.{:06}", at.timestamp().max(0), at.timestamp_subsec_micros())
}
