//! A finished outbound request, exactly as it will be sent, with its place in a lane.

use crate::clock::Timestamp;
use crate::domain::effect::Slot;
use crate::id::{CallId, CaseId, ChannelId, LaneId, MessageTs, UserId};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One request. It is stored in the same commit as the decision that wants it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The same on every try; it travels in the message's metadata.
    pub id: CallId,
    /// Order is kept within a lane.
    pub lane: LaneId,
    /// The case it belongs to; settling it is told to that case.
    pub case: Option<CaseId>,
    pub slot: Slot,
    pub verb: Verb,
    pub address: Address,
    pub urgency: Urgency,
    /// When it was decided: a ping older than half a minute is worded anew before it is sent.
    pub decided_at: Timestamp,
    /// `text`, `blocks` and what else the method takes, without `channel`, `ts`, `thread_ts` and `metadata`.
    pub body: Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    /// A new message.
    Post,
    /// Posted once, edited ever after; a newer one replaces a waiting one in place.
    Upsert,
    /// Deletes the message of the slot; nothing to do when it was never posted.
    Remove,
    /// A person's App Home.
    PublishHome,
    /// A request to another system, in a body of its own.
    Request,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// Top level of a channel.
    Channel(ChannelId),
    /// The thread of a person's post.
    Thread { channel: ChannelId, root: MessageTs },
    /// The thread of the bot's own post, in slot `Root` of the same case.
    OwnThread { channel: ChannelId },
    /// A direct message.
    Direct(UserId),
    /// Another system: `connect` speaks to it, and its answer goes to the case.
    System(System),
}

/// Systems beside Slack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum System {
    /// The directory of bookings.
    Bookings,
    /// The mail server.
    Mail,
    /// The ticket system.
    Tickets,
    /// The mail server or the webhook by which a ping goes round Slack.
    Detour,
}

/// Who goes first when a channel may take only one message a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Mentions somebody because an answer is due.
    Ping,
    /// A word to a person.
    Word,
    /// An edit of what stands.
    Edit,
}

impl Call {
    /// The lane of everything in a case's thread.
    pub fn case_lane(case: &CaseId) -> LaneId {
        LaneId::new(format!("case:{case}"))
    }

    /// The lane of what a case asks of another system.
    pub fn system_lane(system: System, case: &CaseId) -> LaneId {
        match system {
            System::Bookings => LaneId::new(format!("bookings:{case}")),
            System::Mail => LaneId::new(format!("mail:{case}")),
            System::Tickets => LaneId::new(format!("ticket:{case}")),
            System::Detour => LaneId::new(format!("detour:{case}")),
        }
    }

    /// The lane of one detour of a case.
    pub fn detour_lane(case: &CaseId, number: u32) -> LaneId {
        LaneId::new(format!("detour:{case}:{number}"))
    }

    /// The lane of direct messages to one person.
    pub fn direct_lane(user: &UserId) -> LaneId {
        LaneId::new(format!("dm:{user}"))
    }
}
