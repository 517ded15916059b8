//! Names: one type for each thing that has one, so that no two can be mixed up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Borrow;
use std::fmt;

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)*) => { $(
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&self.0, f)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )* };
}

names! {
    /// A Slack workspace (`T…`).
    TeamId;
    /// Somebody in Slack (`U…`, `W…`), whether the configuration knows them or not.
    UserId;
    /// A Slack channel, private channel or direct message (`C…`, `G…`, `D…`).
    ChannelId;
    /// A Slack user group (`S…`).
    GroupId;
    /// A message within its channel: Slack's `ts`, seconds and microseconds as text.
    MessageTs;
    /// A person's key in `people.yml`; somebody who is not listed there goes by their Slack id.
    PersonKey;
    /// A desk's key, from `desk:` of its file.
    DeskKey;
    /// A rotation's key in `people.yml`.
    RotationKey;
    /// A role that a desk declares and a channel fills.
    RoleKey;
    /// A field of a desk's template.
    FieldKey;
    /// An e-mail template: the name of its file without the ending.
    TemplateKey;
    /// A playbook's key, from `playbook:` of its file.
    PlaybookKey;
    /// A step of a playbook, within it.
    StepKey;
    /// A case, as people type it: the desk and a number (`event-17`).
    CaseId;
    /// What one inbound delivery is known by, so that it counts once however often it comes.
    DeliveryKey;
    /// What one outbound request is known by; it travels in the message's metadata.
    CallId;
    /// A queue of calls whose order is kept.
    LaneId;
    /// The policy a case began with: the digest of its content.
    PolicyId;
}

impl MessageTs {
    /// Orders as time does, whatever the width of the seconds: (seconds, microseconds).
    pub fn parts(&self) -> (u64, u32) {
        let (seconds, micros) = self.0.split_once('.').unwrap_or((&self.0, "0"));
        (seconds.parse().unwrap_or(0), micros.parse().unwrap_or(0))
    }
}
