//! Envelopes translated into what happened, or into the reason why nothing did.

use super::frame::{Accepts, Envelope};
use super::identity::{Concern, Identity};
use super::lenient::{text, word};
use super::notice::Notice;
use super::{events, interaction};
use crate::clock::Timestamp;
use crate::domain::command::parse_slash;
use crate::domain::event::{Event, What};
use crate::id::{ChannelId, DeliveryKey, UserId};

/// What an envelope means. Every one of these is acknowledged.
#[derive(Clone, Debug, PartialEq)]
pub enum Translated {
    /// Something for the domain to decide; acknowledged after the commit.
    Inbound(Box<Inbound>),
    /// News for the app alone.
    Notice(Notice),
    /// Nothing for anybody. `kind` is in Slack's words, never a person's.
    Ignored { kind: String, why: Ignored },
}

/// One delivery that the domain decides on.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbound {
    pub envelope_id: String,
    pub accepts_payload: Accepts,
    pub event: Event,
    pub door: Door,
    /// News for the app in the same delivery.
    pub notice: Option<Notice>,
}

/// How it came in, and by which ways an answer can go back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Door {
    /// An event: nothing can be answered.
    Events,
    /// A slash command.
    Slash { trigger_id: Option<String>, response_url: Option<String> },
    /// A button or a message shortcut; in a form or App Home there is no response URL.
    Interactive { trigger_id: Option<String>, response_url: Option<String>, view_id: Option<String> },
    /// A sent form: the acknowledgement may carry field errors or another view.
    View { trigger_id: Option<String>, view_id: Option<String>, hash: Option<String> },
}

/// Why an envelope means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ignored {
    /// It belongs to a workspace that the bot is not installed in.
    ForeignWorkspace,
    /// The bot's own doing comes back as an event.
    OwnDoing,
    /// The text and the files are as they were: Slack unfurled a link or counted a reply.
    NothingChanged,
    /// A button, form or shortcut that is not one of ours.
    NotOurs,
    /// Of a type or shape that we have no use for.
    NoUse,
}

impl Ignored {
    /// One word for counting.
    pub fn label(self) -> &'static str {
        match self {
            Self::ForeignWorkspace => "foreign_workspace",
            Self::OwnDoing => "own_doing",
            Self::NothingChanged => "nothing_changed",
            Self::NotOurs => "not_ours",
            Self::NoUse => "no_use",
        }
    }
}

/// What the readers of each kind of envelope answer.
pub(super) enum Read {
    Event { event: Box<Event>, door: Door, notice: Option<Notice> },
    Notice(Notice),
    Nothing(Ignored),
}

impl Envelope {
    /// Says what the envelope means to this bot at this moment. Total: any JSON gives an answer.
    pub fn into_inbound(self, bot: &Identity, now: Timestamp) -> Translated {
        let kind = self.describe();
        let ignored = |why| Translated::Ignored { kind: kind.clone(), why };
        match bot.concerns(&self.payload) {
            Concern::Foreign => return ignored(Ignored::ForeignWorkspace),
            Concern::Ours => {}
        }
        let read = match self.kind.as_str() {
            "events_api" => events::read(&self, bot, now),
            "slash_commands" => self.command(now),
            "interactive" => interaction::read(&self, bot, now),
            _ => Read::Nothing(Ignored::NoUse),
        };
        match read {
            Read::Event { event, door, notice } => Translated::Inbound(Box::new(Inbound {
                envelope_id: self.id,
                accepts_payload: self.accepts_payload,
                event: *event,
                door,
                notice,
            })),
            Read::Notice(notice) => Translated::Notice(notice),
            Read::Nothing(why) => ignored(why),
        }
    }

    /// `env:<envelope id>`: what everything but events is known by.
    pub(super) fn key(&self) -> DeliveryKey {
        DeliveryKey::new(format!("env:{}", self.id))
    }

    fn command(&self, now: Timestamp) -> Read {
        let payload = &self.payload;
        let fields = (word(payload, "command"), text(payload, "user_id"), text(payload, "channel_id"));
        let (Some(name), Some(by), Some(channel)) = fields else {
            return Read::Nothing(Ignored::NoUse);
        };
        let what = What::Commanded {
            by: UserId::new(by),
            channel: ChannelId::new(channel),
            channel_name: text(payload, "channel_name").unwrap_or_default(),
            command: parse_slash(name, word(payload, "text").unwrap_or_default()),
        };
        Read::Event {
            event: Box::new(Event { keys: vec![self.key()], at: now, what }),
            door: Door::Slash {
                trigger_id: text(payload, "trigger_id"),
                response_url: text(payload, "response_url"),
            },
            notice: None,
        }
    }
}
