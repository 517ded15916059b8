//! Which way an answer goes: on the acknowledgement, as a form, by response URL, or for one person's eyes.

use super::Engine;
use super::directory::channel_of;
use super::handle::{Handled, reader};
use crate::clock::Clock;
use crate::domain::case::Root;
use crate::domain::effect::Slot;
use crate::domain::event::{ChannelKind, Event, Message, What};
use crate::id::{CallId, CaseId, ChannelId, MessageTs, UserId};
use crate::slack::api::Api;
use crate::slack::envelope::{Door, Inbound};
use crate::slack::frame::Accepts;
use crate::store::{Claim, Doubt, Store};
use crate::view::Spoken;
use crate::view::call::{Address, Call, Urgency, Verb};
use serde_json::{Value, json};

/// Said to somebody whose command, button or form could not be kept.
pub const NOT_KEPT: &str = "This was not saved: Firstline cannot write to its store right now, so nobody was told. \
    Please ask your people directly in the channel; whoever runs Firstline has been alerted.";

/// An answer split in two: what rides on the acknowledgement, and what follows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    pub on_ack: Option<Value>,
    pub after: After,
}

/// What follows the acknowledgement, tried once.
#[derive(Clone, Debug, PartialEq)]
pub enum After {
    Nothing,
    OpenView {
        trigger_id: String,
        view: Value,
    },
    Respond {
        url: String,
        body: Value,
    },
    Whisper {
        channel: ChannelId,
        thread: Option<MessageTs>,
        to: UserId,
        text: String,
        blocks: Vec<Value>,
    },
    /// In a direct message there is nobody to hide it from.
    Direct {
        to: UserId,
        text: String,
        blocks: Vec<Value>,
    },
}

impl Answer {
    const NONE: Self = Self { on_ack: None, after: After::Nothing };

    fn on_ack(value: Value) -> Self {
        Self { on_ack: Some(value), after: After::Nothing }
    }

    fn after(after: After) -> Self {
        Self { on_ack: None, after }
    }
}

impl<S: Store, C: Clock> Engine<S, C> {
    /// Finds the way for the answer to one delivery.
    pub async fn answer(&self, inbound: &Inbound, handled: &Handled) -> Answer {
        match &handled.spoken {
            Spoken::Nothing => Answer::NONE,
            Spoken::FieldErrors(errors) => {
                Answer::on_ack(json!({ "response_action": "errors", "errors": errors }))
            }
            Spoken::View(view) => show(&inbound.door, view),
            Spoken::Message { text, blocks } => {
                let said = json!({ "response_type": "ephemeral", "text": text, "blocks": blocks });
                match (&inbound.door, inbound.accepts_payload) {
                    (Door::Slash { .. }, Accepts::Payload) => Answer::on_ack(said),
                    (Door::Slash { response_url: Some(url), .. }, Accepts::Bare)
                    | (Door::Interactive { response_url: Some(url), .. }, _) => {
                        let mut body = said;
                        body["replace_original"] = Value::Bool(false);
                        Answer::after(After::Respond { url: url.clone(), body })
                    }
                    (Door::Slash { response_url: None, .. }, Accepts::Bare)
                    | (Door::Interactive { response_url: None, .. } | Door::View { .. } | Door::Events, _) => {
                        Answer::after(self.whisper(&inbound.event, handled.case.as_ref(), text, blocks).await)
                    }
                }
            }
        }
    }

    async fn whisper(&self, event: &Event, case: Option<&CaseId>, text: &str, blocks: &[Value]) -> After {
        let Some(to) = reader(&event.what).cloned() else { return After::Nothing };
        let (text, blocks) = (text.to_owned(), blocks.to_vec());
        if let What::Posted(Message { channel_kind: ChannelKind::Direct, .. }) = &event.what {
            return After::Direct { to, text, blocks };
        }
        let in_case = self.thread_of(case).await;
        let at = match (&event.what, channel_of(&event.what)) {
            (What::Posted(message) | What::Edited(message), Some(channel)) => {
                Some((channel.clone(), message.thread.clone()))
            }
            // On the post itself people are in the channel, on anything else in the thread.
            (What::Reacted { ts, .. }, Some(channel)) => {
                Some((channel.clone(), in_case.and_then(|(_, root)| root.filter(|root| root != ts))))
            }
            (_, Some(channel)) => Some((channel.clone(), None)),
            (_, None) => in_case,
        };
        match at {
            Some((channel, thread)) => After::Whisper { channel, thread, to, text, blocks },
            None => After::Direct { to, text, blocks },
        }
    }

    async fn thread_of(&self, case: Option<&CaseId>) -> Option<(ChannelId, Option<MessageTs>)> {
        let (case, _) = self.store().case(case?).await.ok()??;
        let root = match &case.root {
            Root::Post(ts) => Some(ts.clone()),
            Root::Bot => self.store().slots(&case.id).get(&Slot::Root).map(|(_, ts)| ts.clone()),
        };
        Some((case.channel, root))
    }

    /// The honest answer to somebody whose act could not be kept. Events have none: Slack sends them again.
    pub fn not_kept(inbound: &Inbound) -> Answer {
        let said = json!({ "response_type": "ephemeral", "replace_original": false, "text": NOT_KEPT });
        match &inbound.door {
            Door::Slash { .. } if inbound.accepts_payload == Accepts::Payload => Answer::on_ack(said),
            Door::Slash { response_url: Some(url), .. }
            | Door::Interactive { response_url: Some(url), .. } => {
                Answer::after(After::Respond { url: url.clone(), body: said })
            }
            Door::Slash { .. } | Door::Interactive { .. } | Door::View { .. } | Door::Events => Answer::NONE,
        }
    }

    /// Carries out what follows the acknowledgement.
    pub async fn follow(&self, after: After, api: &Api<C>) {
        let said = match after {
            After::Nothing => Ok(()),
            After::OpenView { trigger_id, view } => api.open_view(&trigger_id, &view).await.map(drop),
            After::Respond { url, body } => api.respond(&url, &body).await,
            After::Whisper { channel, thread, to, text, blocks } => {
                api.ephemeral(&channel, &to, thread.as_ref(), &text, &blocks).await
            }
            After::Direct { to, text, blocks } => {
                let body = json!({ "text": text, "blocks": blocks });
                let _tried_once = api.perform(&direct(to, body, self.clock().now())).await;
                Ok(())
            }
        };
        if let Err(error) = said {
            tracing::info!(%error, "an answer did not arrive");
        }
    }
}

/// A form opens with the trigger of what was pressed or typed; a sent form becomes the next one.
fn show(door: &Door, view: &Value) -> Answer {
    match door {
        Door::Slash { trigger_id: Some(trigger_id), .. }
        | Door::Interactive { trigger_id: Some(trigger_id), .. } => {
            Answer::after(After::OpenView { trigger_id: trigger_id.clone(), view: view.clone() })
        }
        Door::View { .. } => Answer::on_ack(json!({ "response_action": "update", "view": view })),
        Door::Slash { trigger_id: None, .. } | Door::Interactive { trigger_id: None, .. } | Door::Events => {
            Answer::NONE
        }
    }
}

/// A call that is not kept: an answer is tried once, and is never the only copy of anything.
fn direct(to: UserId, body: Value, now: crate::clock::Timestamp) -> Claim {
    let call = Call {
        id: CallId::new(format!("answer/{to}/{}", now.timestamp_micros())),
        lane: Call::direct_lane(&to),
        case: None,
        slot: Slot::Note(0),
        verb: Verb::Post,
        address: Address::Direct(to),
        urgency: Urgency::Word,
        decided_at: now,
        body,
    };
    Claim {
        call,
        attempts: 0,
        lease: 0,
        ts: None,
        root: None,
        channel: None,
        doubt: Doubt::No,
        first_tried_at: None,
    }
}
