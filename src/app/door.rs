//! From an envelope to its acknowledgement: translated, handled, answered.

use super::Failure;
use crate::clock::Clock;
use crate::domain::event::{Event, FormRef, What};
use crate::engine::Engine;
use crate::engine::activity::{Busy, Stop};
use crate::engine::directory::{Change, Register};
use crate::engine::measure;
use crate::engine::reply::{After, Answer};
use crate::id::UserId;
use crate::slack::envelope::{Door as Way, Ignored, Inbound, Translated};
use crate::slack::frame::Envelope;
use crate::slack::identity::Identity;
use crate::slack::notice::Notice;
use crate::slack::socket::{Ack, Handler};
use crate::store::Store;
use metrics::counter;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Slack gives up after three seconds; what took longer than this is sent again, and is known by its key.
const ACK_WITHIN: Duration = Duration::from_millis(2500);
/// How long the first events wait for the people, channels and groups to be known.
const LEARNT_WITHIN: Duration = Duration::from_millis(1500);

/// The handler of every envelope.
pub struct Door<S, C> {
    pub engine: Engine<S, C>,
    pub register: Register<S, C>,
    pub identity: Identity,
    /// Whether who is who was learnt.
    pub learnt: watch::Receiver<bool>,
    /// Why the bot has to end.
    pub fatal: Arc<watch::Sender<Option<Failure>>>,
    pub stop: Stop,
}

impl<S: Store, C: Clock> Handler for Door<S, C> {
    async fn handle(&self, envelope: Envelope) -> Ack {
        let busy = self.engine.activity().begin();
        match envelope.into_inbound(&self.identity, self.engine.clock().now()) {
            Translated::Inbound(inbound) => self.inbound(*inbound, busy).await,
            Translated::Notice(notice) => {
                self.heed(notice, busy);
                Ack::Bare
            }
            Translated::Ignored { kind, why } => {
                counter!(measure::IGNORED, "type" => kind.clone(), "why" => why.label()).increment(1);
                match why {
                    // Something new of Slack's, perhaps: an operator may want to know without asking for more.
                    Ignored::NoUse => {
                        tracing::info!(kind, "an envelope is of a type or shape that is not known");
                    }
                    Ignored::ForeignWorkspace
                    | Ignored::OwnDoing
                    | Ignored::NothingChanged
                    | Ignored::NotOurs => {
                        tracing::debug!(kind, why = why.label(), "an envelope means nothing to us");
                    }
                }
                Ack::Bare
            }
        }
    }
}

impl<S: Store, C: Clock> Door<S, C> {
    async fn inbound(&self, inbound: Inbound, busy: Busy) -> Ack {
        let began = self.engine.clock().monotonic();
        let mut learnt = self.learnt.clone();
        let known = async { learnt.wait_for(|learnt| *learnt).await.map(drop).ok() };
        let _late = tokio::time::timeout(LEARNT_WITHIN, known).await;
        if let Some(notice) = inbound.notice.clone() {
            self.heed(notice, self.engine.activity().begin());
        }
        self.register.introduce(&inbound.event).await;
        let (answer, kept) = match self.engine.handle(&inbound.event, None).await {
            Ok(handled) => (self.engine.answer(&inbound, &handled).await, Kept::Yes),
            Err(error) => {
                tracing::warn!(event = measure::kind(&inbound.event.what), %error, "an event was not kept");
                (Engine::<S, C>::not_kept(&inbound), Kept::No)
            }
        };
        if let (Kept::Yes, What::Submitted { form: FormRef::Setup { .. }, .. }) = (kept, &inbound.event.what)
        {
            // A role of the channel may name a group never heard of before.
            self.regroup(self.engine.activity().begin());
        }
        let Answer { on_ack, after } = answer;
        self.follow(after, busy);
        let took = self.engine.clock().monotonic().duration_since(began);
        match (kept, on_ack, &inbound.door) {
            // A command is answered on its acknowledgement alone, and Slack sends it no second time.
            (Kept::No, Some(said), Way::Slash { .. }) => Ack::With(said),
            (Kept::No, _, _) => Ack::Withhold,
            (Kept::Yes, _, _) if took > ACK_WITHIN => Ack::Withhold,
            (Kept::Yes, Some(said), _) => Ack::With(said),
            (Kept::Yes, None, _) => Ack::Bare,
        }
    }

    /// Carries out what follows the acknowledgement, beside it: a form's trigger lives for three seconds.
    fn follow(&self, after: After, busy: Busy) {
        if after == After::Nothing {
            return;
        }
        let (engine, api) = (self.engine.clone(), Arc::clone(self.register.api()));
        tokio::spawn(async move {
            engine.follow(after, &api).await;
            drop(busy);
        });
    }

    /// News of the installation; what has to be asked for is asked for beside the acknowledgement.
    fn heed(&self, notice: Notice, busy: Busy) {
        match notice {
            Notice::AppRemoved => self.end(
                "the app was removed from its workspace\nhint: install it again and put its new bot token in \
                 SLACK_BOT_TOKEN",
            ),
            Notice::TokenRevoked => self.end(
                "the bot's token was revoked\nhint: install the app again and put its new bot token in \
                 SLACK_BOT_TOKEN",
            ),
            Notice::EventsWithheld { minute } => {
                tracing::warn!(%minute, "Slack withheld events: more than 30,000 in an hour");
            }
            Notice::ChannelArchived(channel) | Notice::ChannelDeleted(channel) | Notice::BotLeft(channel) => {
                tracing::warn!(%channel, "the bot cannot post in this channel any more");
            }
            Notice::ChannelUnarchived(channel) | Notice::BotJoined(channel) => {
                let register = self.register.clone();
                tokio::spawn(async move {
                    if let Some(told) = register.api().channel(&channel).await {
                        register.learn_channel(&channel, &told.name);
                    }
                    drop(busy);
                });
            }
            Notice::ChannelNamed { channel, name } => self.register.learn_channel(&channel, &name),
            Notice::ChannelMoved { from, to } => {
                let directory = self.engine.known().directory();
                if let Some(name) = directory.channels.get(&from) {
                    self.register.learn_channel(&to, name);
                }
            }
            Notice::GroupChanged(_) => self.regroup(busy),
            Notice::HomeOpened { by } => self.show_home(by, busy),
            Notice::Account(profile) => self.register.learn_account(None, &profile),
        }
    }

    fn show_home(&self, user: UserId, busy: Busy) {
        let engine = self.engine.clone();
        tokio::spawn(async move {
            let at = engine.clock().now();
            let event = Event { keys: Vec::new(), at, what: What::HomeOpened { user } };
            if let Err(error) = engine.handle(&event, None).await {
                tracing::warn!(%error, "an App Home could not be shown");
            }
            drop(busy);
        });
    }

    fn regroup(&self, busy: Busy) {
        let (engine, register, stop) = (self.engine.clone(), self.register.clone(), self.stop.clone());
        tokio::spawn(async move {
            if register.learn_groups().await == Change::Some {
                engine.derive_anew(&stop).await;
            }
            drop(busy);
        });
    }

    fn end(&self, why: &str) {
        self.fatal.send_replace(Some(Failure::Given(why.to_owned())));
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Yes,
    No,
}
