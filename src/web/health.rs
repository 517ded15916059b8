//! Whether the bot does its work, and if not, why not: what `/readyz` answers.

use crate::admin::live::old_calendars;
use crate::clock::Clock;
use crate::domain::detour::{Posting, Way};
use crate::engine::Engine;
use crate::engine::catch_up::Progress;
use crate::id::{LaneId, PersonKey};
use crate::store::Store;
use crate::zone;
use serde::Serialize;
use std::collections::BTreeMap;
use tokio::sync::watch;

/// A lane whose head has been tried for longer than this is stuck.
const STUCK_AFTER: chrono::TimeDelta = chrono::TimeDelta::seconds(60);

/// What the parts of the bot say of themselves.
#[derive(Debug, Default)]
pub struct Health {
    sockets_up: watch::Sender<usize>,
}

/// The answer of `/readyz`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Readiness {
    pub ready: bool,
    /// What is wrong, each with what is known about it; empty when ready.
    pub why: Vec<String>,
    pub sockets_up: usize,
    pub catching_up: Progress,
    pub cases_held: usize,
    pub calls_waiting: usize,
    pub dead_letters: usize,
    pub stuck_lane: Option<LaneId>,
    /// Whether Slack takes posts, as far as is known.
    pub posting: Posting,
    /// Hours since the calendars of these people were last read, of those that may be wrong by now.
    pub old_calendars: BTreeMap<PersonKey, i64>,
    /// The time zone rules in use, and the other copy where there is one.
    pub tzdata: String,
    pub tzdata_bundled: String,
    pub tzdata_system: Option<String>,
}

impl Health {
    pub fn sockets_up(&self) -> usize {
        *self.sockets_up.borrow()
    }

    /// The number of connections that stand, as it changes.
    pub fn sockets(&self) -> watch::Receiver<usize> {
        self.sockets_up.subscribe()
    }

    pub fn set_sockets_up(&self, count: usize) {
        self.sockets_up.send_replace(count);
    }

    /// Ready means connected, caught up, able to keep things, and no lane stuck (DESIGN §4).
    pub fn readiness<S: Store, C: Clock>(&self, engine: &Engine<S, C>) -> Readiness {
        let now = engine.clock().now();
        let backlog = engine.store().backlog(now);
        let stuck = backlog.stuck.filter(|(_, since)| now - *since > STUCK_AFTER);
        let (sockets_up, catching_up) = (self.sockets_up(), engine.progress());
        let mut why = Vec::new();
        if sockets_up == 0 {
            why.push("not connected to Slack".to_owned());
        }
        match catching_up {
            Progress::Done => {}
            Progress::NotYet => why.push("what happened meanwhile has not been read yet".to_owned()),
            Progress::Reading { channels_left, threads_left } => why.push(format!(
                "reading what happened meanwhile: {channels_left} channels and {threads_left} threads left"
            )),
        }
        if engine.failing_since().is_some() {
            why.push("the store cannot be written".to_owned());
        }
        if let Some((lane, since)) = &stuck {
            why.push(format!("lane `{lane}` is stuck since {}", since.to_rfc3339()));
        }
        let posting = engine.posting();
        if let Posting::Failing { since } = posting
            && now - since > STUCK_AFTER
        {
            why.push(format!("Slack has taken no posts since {}: {}", since.to_rfc3339(), meanwhile(engine)));
        }
        let zones = zone::installed();
        let tzdata = zones.report();
        Readiness {
            ready: why.is_empty(),
            why,
            sockets_up,
            catching_up,
            cases_held: engine.held().count(engine.clock().monotonic()),
            calls_waiting: backlog.waiting,
            dead_letters: backlog.dead,
            stuck_lane: stuck.map(|(lane, _)| lane),
            posting,
            old_calendars: old_calendars(engine),
            tzdata: tzdata.version().to_owned(),
            tzdata_bundled: tzdata.bundled.clone(),
            tzdata_system: tzdata.system.clone(),
        }
    }
}

/// What happens to pings while Slack takes no posts, desk by desk.
fn meanwhile<S: Store, C: Clock>(engine: &Engine<S, C>) -> String {
    let settings = engine.known().settings();
    let of = |way: Option<Way>| -> Vec<&str> {
        let desks = settings.desks.values().filter(|desk| desk.when_down.way == way);
        desks.map(|desk| desk.key.as_str()).collect()
    };
    let said = [
        (of(Some(Way::Email)), "later tiers are told by e-mail"),
        (of(Some(Way::Webhook)), "later tiers are told by webhook"),
        (of(None), "pings wait, because nothing else is set up (`when_slack_is_down`)"),
    ];
    let told = said.iter().filter(|(desks, _)| !desks.is_empty());
    told.map(|(desks, what)| format!("{what} ({})", desks.join(", "))).collect::<Vec<_>>().join("; ")
}
