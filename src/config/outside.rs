//! Other systems as the configuration names them.

use crate::clock::Length;
use crate::domain::mail::Mailbox;
use crate::zone::Zone;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a desk's bookings are looked up.
#[derive(Clone, Debug)]
pub struct Directory {
    pub place: DirectoryPlace,
    /// By field of a booking, its column or JSON pointer.
    pub fields: BTreeMap<String, String>,
    /// The zone of starts that name none.
    pub zone: Zone,
}

#[derive(Clone, Debug)]
pub enum DirectoryPlace {
    /// Below the folder.
    Csv(PathBuf),
    Web {
        /// With `{id}` in it.
        url: String,
        header: Option<(String, SecretString)>,
        within: Length,
        cache: Length,
    },
}

/// A desk's mail server.
#[derive(Clone, Debug)]
pub struct MailServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Option<(String, SecretString)>,
    /// A certificate authority of one's own, below the folder.
    pub ca: Option<PathBuf>,
    pub from: Mailbox,
    pub reply_to: Option<Mailbox>,
    pub retry_for: Length,
}

/// An address that is asked for while the bot is ready.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    /// Whoever knows it can pretend to be the bot.
    pub url: SecretString,
    pub every: Length,
}

/// An address that is told of pings while Slack takes no posts.
#[derive(Clone, Debug)]
pub struct Hook {
    pub url: String,
    pub secret: SecretString,
}

/// Where a desk's tickets are raised.
#[derive(Clone, Debug)]
pub enum Tickets {
    Jira {
        url: String,
        user: String,
        token: SecretString,
        service_desk: String,
    },
    Webhook {
        url: String,
        secret: SecretString,
    },
    /// In a rehearsal: they are only pretended.
    Rehearsed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    StartTls,
    Tls,
    /// In the clear, to this machine alone.
    None,
}
