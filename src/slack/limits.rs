//! How long and how much: every limit of this room, in one place.

use std::time::Duration;

/// Limits on sockets and requests. The defaults are what a bot in service uses; tests shorten them.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections held at once. Slack allows ten per app.
    pub connections: usize,
    /// `apps.connections.open`, and every other request.
    pub request: Duration,
    /// The WebSocket handshake, TLS included.
    pub handshake: Duration,
    /// From the handshake to Slack's `hello`.
    pub hello: Duration,
    pub ping_every: Duration,
    /// Without a frame for this long, a connection is dead.
    pub silence: Duration,
    /// Writing what is ready to be written.
    pub send: Duration,
    /// Slack does not close TCP after the close handshake, so it is not waited for longer.
    pub close: Duration,
    /// The second redial waits this long, the third twice as long, and so on.
    pub redial_first: Duration,
    pub redial_most: Duration,
    /// After `too_many_websockets`.
    pub too_many: Duration,
    /// A connection that lived shorter than this does not count as a success for long.
    pub short_life: Duration,
    /// Work at hand may end within this when the process is told to stop.
    pub drain: Duration,
    /// The largest frame that is read.
    pub frame_bytes: usize,
    /// Envelopes at work at once; further ones are left to be sent again.
    pub at_work: usize,
    /// A post waits for its turn this long; if it would have to wait longer, it comes again later.
    pub patience: Duration,
    /// The same for a query, which nobody else can take over.
    pub query_patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2,
            request: Duration::from_secs(10),
            handshake: Duration::from_secs(10),
            hello: Duration::from_secs(10),
            ping_every: Duration::from_secs(10),
            silence: Duration::from_secs(30),
            send: Duration::from_secs(10),
            close: Duration::from_secs(1),
            redial_first: Duration::from_secs(1),
            redial_most: Duration::from_secs(30),
            too_many: Duration::from_secs(30),
            short_life: Duration::from_secs(10),
            drain: Duration::from_secs(8),
            frame_bytes: 16 << 20,
            at_work: 4096,
            patience: Duration::from_secs(5),
            query_patience: Duration::from_secs(60),
        }
    }
}
