//! Calls carried out: every one that a lane hands over ends delivered, to be tried again, or dead.

use super::http::{Answer, Http, SetupError, Within};
use super::identity::Identity;
use super::lenient::text;
use super::limits::Limits;
use super::outcome::{Limited, Repeated, Verdict, judge, token_trouble};
use super::pace::{Pace, Tier, Toll, Turn};
use super::posts::Posts;
use crate::clock::{Clock, Timestamp};
use crate::id::{ChannelId, MessageTs, UserId};
use crate::store::{Claim, Doubt, Outcome};
use crate::view::call::{Address, Urgency, Verb};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often a post whose answer was lost is looked for before it is sent again, and how far apart.
const LOOKS: u32 = 2;
const BETWEEN_LOOKS: Duration = Duration::from_secs(5);

/// The first look comes this long after the answer was lost.
const BEFORE_LOOKING: Duration = Duration::from_secs(1);

/// What it takes for a new message to appear.
const POSTING: [&str; 2] = ["chat.postMessage", "conversations.open"];

/// Direct channels that are remembered.
const ROOMS_MAX: usize = 4096;

/// Slack's Web API with the bot's token.
pub struct Api<C> {
    pub(super) http: Http,
    pub(super) pace: Pace<C>,
    pub(super) clock: C,
    pub(super) limits: Limits,
    pub(super) me: OnceLock<Identity>,
    rooms: Mutex<BTreeMap<UserId, ChannelId>>,
    trouble: watch::Sender<Option<String>>,
    posts: Arc<Posts>,
}

/// Asked at the last moment: is this message not wanted any more?
pub type Recalled<'a> = &'a (dyn Fn() -> bool + Sync);

/// Where a message goes.
pub(super) struct Place {
    pub(super) channel: ChannelId,
    pub(super) thread: Option<MessageTs>,
}

/// Why there is no place: what comes of the call instead.
type Nowhere = Outcome;

impl<C: Clock> Api<C> {
    /// `url` is `SLACK_API_URL`, if it is set.
    pub fn new(
        url: Option<&str>,
        bot_token: &SecretString,
        clock: C,
        pace: Pace<C>,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        Ok(Self::over(Http::new(url, bot_token, &limits)?, clock, pace, limits))
    }

    /// With a Slack in this process in place of the network.
    ///
    /// # Errors
    /// The TLS library cannot be set up.
    pub fn within(
        slack: Arc<dyn Within>,
        clock: C,
        pace: Pace<C>,
        limits: Limits,
    ) -> Result<Self, SetupError> {
        Ok(Self::over(Http::within(slack, &limits)?, clock, pace, limits))
    }

    fn over(http: Http, clock: C, pace: Pace<C>, limits: Limits) -> Self {
        Self {
            http,
            pace,
            clock,
            limits,
            me: OnceLock::new(),
            rooms: Mutex::default(),
            trouble: watch::Sender::new(None),
            posts: Arc::default(),
        }
    }

    /// What an operator has to do about the bot's token; `None` while Slack takes it.
    pub fn trouble(&self) -> watch::Receiver<Option<String>> {
        self.trouble.subscribe()
    }

    /// Whether Slack takes posts.
    pub fn posts(&self) -> Arc<Posts> {
        Arc::clone(&self.posts)
    }

    /// Carries out one call and says how that ended. Never fails: the outcome says it all.
    pub async fn perform(&self, claim: &Claim) -> Outcome {
        self.perform_unless(claim, &|| false).await
    }

    /// The same for a message that may be recalled while it waits for its channel's turn: it is asked for at
    /// the last moment, and one that is recalled comes back at once, unsent.
    pub async fn perform_unless(&self, claim: &Claim, recalled: Recalled<'_>) -> Outcome {
        let call = &claim.call;
        let outcome = match call.verb {
            Verb::Post => self.post(claim, recalled).await,
            Verb::Upsert => self.upsert(claim, recalled).await,
            Verb::Remove => self.remove(claim).await,
            Verb::PublishHome => self.publish_home(claim).await,
            Verb::Request => self.not_ours(claim),
        };
        let label = match &outcome {
            Outcome::Delivered { .. } => "delivered",
            Outcome::Retry { .. } => "retry",
            Outcome::Dead { .. } => "dead",
            Outcome::Dropped => "dropped",
        };
        metrics::counter!("firstline_calls_total", "outcome" => label).increment(1);
        outcome
    }

    /// Posts, unless an earlier try turns out to have arrived.
    async fn post(&self, claim: &Claim, recalled: Recalled<'_>) -> Outcome {
        let place = match self.place(claim).await {
            Ok(place) => place,
            Err(nowhere) => return nowhere,
        };
        match claim.doubt {
            Doubt::PerhapsDone { looked } => self.look(claim, &place, looked).await,
            Doubt::No => self.send(claim, &place, recalled).await,
        }
    }

    /// Finds the post of an earlier try. One that is not there goes back into its lane free of doubt: much may
    /// have happened since that try, and whether it is still wanted is decided where every first try is.
    async fn look(&self, claim: &Claim, place: &Place, looked: u32) -> Outcome {
        let not_there = || Outcome::Retry {
            at: self.clock.now(),
            doubt: Doubt::No,
            why: "an earlier try did not arrive".to_owned(),
        };
        match self.find_post(claim, place).await {
            Ok(Some(ts)) => {
                self.posts.taken();
                delivered(&place.channel, Some(ts))
            }
            Ok(None) if looked + 1 < LOOKS => Outcome::Retry {
                at: self.in_a(BETWEEN_LOOKS),
                doubt: Doubt::PerhapsDone { looked: looked + 1 },
                why: "the answer was lost, and the post is not there yet".to_owned(),
            },
            // Where there is nothing to be seen, posting will say why.
            Ok(None) | Err(Verdict::Never { .. } | Verdict::NoSuchMessage { .. } | Verdict::Done(_)) => {
                not_there()
            }
            Err(Verdict::Later { after, why, .. }) => {
                self.posts.failed(self.clock.now(), after);
                self.retry(claim, after, why)
            }
            Err(Verdict::Perhaps { why }) => {
                self.posts.failed(self.clock.now(), BETWEEN_LOOKS);
                self.retry(claim, BETWEEN_LOOKS, why)
            }
        }
    }

    async fn send(&self, claim: &Claim, place: &Place, recalled: Recalled<'_>) -> Outcome {
        let tolls = [Toll::Channel(place.channel.clone()), Toll::Posts];
        if let Some(outcome) = self.wait_turn(claim, &tolls).await {
            return outcome;
        }
        if recalled() {
            return self.retry(
                claim,
                Duration::ZERO,
                "it was recalled while it waited for its turn".to_owned(),
            );
        }
        let mut body = message_body(claim, &place.channel);
        body["unfurl_links"] = json!(false);
        body["unfurl_media"] = json!(false);
        if let Some(root) = &place.thread {
            body["thread_ts"] = json!(root);
        }
        match self.ask(claim, "chat.postMessage", &body, Repeated::Shows, &tolls[0]).await {
            Verdict::Done(said) => delivered(&place.channel, text(&said, "ts").map(MessageTs::new)),
            Verdict::Perhaps { why } => {
                Outcome::Retry { at: self.in_a(BEFORE_LOOKING), doubt: Doubt::PerhapsDone { looked: 0 }, why }
            }
            Verdict::Later { after, why, .. } => self.retry(claim, after, why),
            Verdict::NoSuchMessage { why } | Verdict::Never { why } => self.dead(claim, why),
        }
    }

    /// Posts the first time, edits ever after. A message that somebody deleted is posted anew.
    async fn upsert(&self, claim: &Claim, recalled: Recalled<'_>) -> Outcome {
        let Some(ts) = &claim.ts else {
            return self.post(claim, recalled).await;
        };
        let channel = match self.channel_of(claim).await {
            Ok(channel) => channel,
            Err(nowhere) => return nowhere,
        };
        let edits = Toll::Method("chat.update", Tier::Three);
        let tolls = [Toll::Channel(channel.clone()), edits.clone()];
        if let Some(outcome) = self.wait_turn(claim, &tolls).await {
            return outcome;
        }
        let mut body = message_body(claim, &channel);
        body["ts"] = json!(ts);
        match self.ask(claim, "chat.update", &body, Repeated::Harmless, &edits).await {
            Verdict::Done(_) => delivered(&channel, Some(ts.clone())),
            Verdict::NoSuchMessage { .. } => self.post(claim, recalled).await,
            Verdict::Later { after, why, .. } => self.retry(claim, after, why),
            Verdict::Perhaps { why } => self.retry(claim, BEFORE_LOOKING, why),
            Verdict::Never { why } => self.dead(claim, why),
        }
    }

    async fn remove(&self, claim: &Claim) -> Outcome {
        let Some(ts) = &claim.ts else {
            return Outcome::Dropped;
        };
        let channel = match self.channel_of(claim).await {
            Ok(channel) => channel,
            Err(nowhere) => return nowhere,
        };
        let toll = Toll::Method("chat.delete", Tier::Three);
        if let Some(outcome) = self.wait_turn(claim, std::slice::from_ref(&toll)).await {
            return outcome;
        }
        let body = json!({ "channel": channel, "ts": ts });
        match self.ask(claim, "chat.delete", &body, Repeated::Harmless, &toll).await {
            Verdict::Done(_) | Verdict::NoSuchMessage { .. } => delivered(&channel, None),
            Verdict::Later { after, why, .. } => self.retry(claim, after, why),
            Verdict::Perhaps { why } => self.retry(claim, BEFORE_LOOKING, why),
            Verdict::Never { why } => self.dead(claim, why),
        }
    }

    async fn publish_home(&self, claim: &Claim) -> Outcome {
        let Address::Direct(user) = &claim.call.address else {
            return self.dead(claim, "an App Home belongs to a person".to_owned());
        };
        let toll = Toll::Method("views.publish", Tier::Four);
        if let Some(outcome) = self.wait_turn(claim, std::slice::from_ref(&toll)).await {
            return outcome;
        }
        let view = claim.call.body.get("view").unwrap_or(&claim.call.body);
        let body = json!({ "user_id": user, "view": view });
        match self.ask(claim, "views.publish", &body, Repeated::Harmless, &toll).await {
            Verdict::Done(_) => Outcome::Delivered { channel: None, ts: None },
            Verdict::Later { after, why, .. } => self.retry(claim, after, why),
            Verdict::Perhaps { why } => self.retry(claim, BEFORE_LOOKING, why),
            Verdict::NoSuchMessage { why } | Verdict::Never { why } => self.dead(claim, why),
        }
    }

    /// One request, judged; a limit by rate closes its gate for as long as Slack says.
    async fn ask(
        &self,
        claim: &Claim,
        method: &str,
        body: &Value,
        repeated: Repeated,
        toll: &Toll,
    ) -> Verdict {
        let answer = self.http.post(method, body).await;
        self.note_trouble(&answer);
        let verdict = judge(answer, repeated, claim.attempts);
        if let Verdict::Later { after, limited: Limited::ByRate, .. } = &verdict {
            self.pace.hold(toll, *after);
        }
        self.note_post(method, &verdict);
        verdict
    }

    /// A refusal for good concerns one message, and says nothing of the next.
    fn note_post(&self, method: &str, verdict: &Verdict) {
        match verdict {
            Verdict::Done(_) if method == "chat.postMessage" => self.posts.taken(),
            Verdict::Later { after, .. } if POSTING.contains(&method) => {
                self.posts.failed(self.clock.now(), *after);
            }
            Verdict::Perhaps { .. } if POSTING.contains(&method) => {
                self.posts.failed(self.clock.now(), BEFORE_LOOKING);
            }
            Verdict::Done(_)
            | Verdict::Later { .. }
            | Verdict::Perhaps { .. }
            | Verdict::NoSuchMessage { .. }
            | Verdict::Never { .. } => {}
        }
    }

    async fn wait_turn(&self, claim: &Claim, tolls: &[Toll]) -> Option<Outcome> {
        match self.pace.turn(tolls, claim.call.urgency, self.limits.patience).await {
            Turn::Now => None,
            Turn::Later(wait) => {
                Some(self.retry(claim, wait, "the channel takes one message a second".to_owned()))
            }
        }
    }

    async fn place(&self, claim: &Claim) -> Result<Place, Nowhere> {
        match &claim.call.address {
            Address::Channel(channel) => Ok(Place { channel: channel.clone(), thread: None }),
            Address::Thread { channel, root } => {
                Ok(Place { channel: channel.clone(), thread: Some(root.clone()) })
            }
            Address::OwnThread { channel } => match &claim.root {
                Some(root) => Ok(Place { channel: channel.clone(), thread: Some(root.clone()) }),
                None => {
                    Err(self.dead(claim, "the message that the thread hangs on was never posted".to_owned()))
                }
            },
            Address::System(_) => Err(self.not_ours(claim)),
            Address::Direct(user) => {
                let channel = self.room(claim, user).await?;
                Ok(Place { channel, thread: None })
            }
        }
    }

    /// The direct channel with somebody; it stays the same for ever.
    async fn room(&self, claim: &Claim, user: &UserId) -> Result<ChannelId, Nowhere> {
        if let Some(known) = self.known_room(user) {
            return Ok(known);
        }
        let toll = Toll::Method("conversations.open", Tier::Three);
        if let Some(outcome) = self.wait_turn(claim, std::slice::from_ref(&toll)).await {
            return Err(outcome);
        }
        let body = json!({ "users": user });
        match self.ask(claim, "conversations.open", &body, Repeated::Harmless, &toll).await {
            Verdict::Done(said) => match text(&said, "channel.id").map(ChannelId::new) {
                Some(channel) => {
                    self.remember_room(user, &channel);
                    Ok(channel)
                }
                None => Err(self.retry(claim, BETWEEN_LOOKS, "Slack named no direct channel".to_owned())),
            },
            Verdict::Later { after, why, .. } => Err(self.retry(claim, after, why)),
            Verdict::Perhaps { why } => Err(self.retry(claim, BEFORE_LOOKING, why)),
            Verdict::NoSuchMessage { why } | Verdict::Never { why } => Err(self.dead(claim, why)),
        }
    }

    pub(super) fn known_room(&self, user: &UserId) -> Option<ChannelId> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner).get(user).cloned()
    }

    pub(super) fn remember_room(&self, user: &UserId, channel: &ChannelId) {
        let mut rooms = self.rooms.lock().unwrap_or_else(PoisonError::into_inner);
        if rooms.len() >= ROOMS_MAX {
            rooms.clear();
        }
        rooms.insert(user.clone(), channel.clone());
    }

    /// Where the message of the slot is.
    async fn channel_of(&self, claim: &Claim) -> Result<ChannelId, Nowhere> {
        match (&claim.channel, &claim.call.address) {
            (Some(channel), _) => Ok(channel.clone()),
            (
                None,
                Address::Channel(channel) | Address::Thread { channel, .. } | Address::OwnThread { channel },
            ) => Ok(channel.clone()),
            (None, Address::Direct(user)) => self.room(claim, user).await,
            (None, Address::System(_)) => Err(self.not_ours(claim)),
        }
    }

    /// A refused token is the operator's business; a taken one ends the trouble.
    pub(super) fn note_trouble(&self, answer: &Answer) {
        let now = match answer {
            Answer::Yes(_) => None,
            Answer::No(refusal) => match token_trouble(&refusal.code) {
                Some(what) => Some(format!("`{}`: {what}", refusal.code)),
                None => return,
            },
            Answer::Limited { .. } | Answer::Unsent { .. } | Answer::Unknown { .. } => return,
        };
        self.trouble.send_if_modified(|known| {
            let news = *known != now;
            if news && let Some(what) = &now {
                tracing::error!("slack refuses the bot's token: {what}");
            }
            *known = now;
            news
        });
    }

    fn retry(&self, claim: &Claim, after: Duration, why: String) -> Outcome {
        Outcome::Retry { at: self.in_a(after), doubt: claim.doubt, why }
    }

    fn dead(&self, claim: &Claim, why: String) -> Outcome {
        tracing::warn!(call = %claim.call.id, lane = %claim.call.lane, "a call can never be delivered: {why}");
        Outcome::Dead { why }
    }

    fn not_ours(&self, claim: &Claim) -> Outcome {
        self.dead(claim, "this is for another system than Slack".to_owned())
    }

    fn in_a(&self, wait: Duration) -> Timestamp {
        self.clock.now() + chrono::Duration::from_std(wait).unwrap_or(chrono::Duration::seconds(60))
    }
}

/// The type of the metadata that every message of the bot carries.
pub const CALL_EVENT: &str = "firstline_call";

/// What posts and edits have in common: flat metadata with the call's id, the same on every try.
fn message_body(claim: &Claim, channel: &ChannelId) -> Value {
    let mut body = match &claim.call.body {
        Value::Object(fields) => Value::Object(fields.clone()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => json!({}),
    };
    body["channel"] = json!(channel);
    body["metadata"] = json!({ "event_type": CALL_EVENT, "event_payload": { "call": claim.call.id } });
    body
}

fn delivered(channel: &ChannelId, ts: Option<MessageTs>) -> Outcome {
    Outcome::Delivered { channel: Some(channel.clone()), ts }
}

/// Queries give way to everything that people wait for.
pub(super) const QUERY: Urgency = Urgency::Edit;
