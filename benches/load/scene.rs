//! What a bot finds at its start: a desk, two people, and a store with so many open cases.

use firstline::clock::{Clock as _, SystemClock, Timestamp};
use firstline::config;
use firstline::domain::booking::Booked;
use firstline::domain::case::{
    Case, Late, Part, Report, Resolution, Root, Run, RunHours, RunState, Sent, Stage, Standing, Talk,
    Trouble, Turn,
};
use firstline::domain::closing::parting::{Ended, Parting};
use firstline::domain::effect::Slot;
use firstline::id::{ChannelId, MessageTs};
use firstline::store::record::{Meta, Placed, Row, Slots};
use firstline::store::{Commit, ExportLine, Options, Put, SledStore, Store as _};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tempfile::TempDir;

/// How many channels the cases are spread over.
pub const CHANNELS: usize = 1000;

/// How long a tier has.
const WAIT: chrono::TimeDelta = chrono::TimeDelta::minutes(10);

const FIRSTLINE: &str = "
slack: { app_token: \"${SLACK_APP_TOKEN}\", bot_token: \"${SLACK_BOT_TOKEN}\" }
include: [people.yml, desks/*.yml]
";
const PEOPLE: &str = "
people:
  ana: { slack: U0ANA, name: Ana Ruiz, time_zone: America/Los_Angeles }
  bo: { slack: U0BO, name: Bo Lind, time_zone: Europe/London }
  kofi: { slack: U0KOFI, name: Kofi Mensah, time_zone: Africa/Accra }
";
const DESK: &str = "
desk: load
name: Load
channels: [\"load-*\"]
time_zone: America/Los_Angeles
hours: always
supervisor: kofi
intake: { cases: any_post }
tiers:
  - { name: First, who: [ana], wait: 10m }
  - { name: Second, who: [bo], wait: 10m }
claiming: { reactions: [eyes], on_reply: true, guard: true }
clocks: { reply_within: 1h, update_every: 4h, resolve_within: 2d }
closing: { reactions: [white_check_mark] }
";

/// Whether the bot was there before. One that was looks back at what it missed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Before {
    Never,
    AMomentAgo,
}

/// An open case that the store begins with.
#[derive(Clone)]
pub struct Planned {
    pub channel: String,
    pub root: String,
    pub due: Timestamp,
}

/// A folder with a configuration and a store.
pub struct Scene {
    folder: TempDir,
    pub cases: Vec<Planned>,
}

pub fn channel(n: usize) -> String {
    format!("C{:04}", n % CHANNELS)
}

impl Scene {
    /// With `count` cases that are pinged and wait; the nth has its next deadline at `due(n)`.
    pub async fn new(count: usize, before: Before, due: impl Fn(usize) -> Timestamp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        std::fs::create_dir(path.join("desks")).unwrap();
        let store = path.join("data");
        let top = format!("store: {{ url: \"sled:{}\" }}{FIRSTLINE}", store.display());
        for (name, text) in
            [("firstline.yml", top.as_str()), ("people.yml", PEOPLE), ("desks/load.yml", DESK)]
        {
            std::fs::write(path.join(name), text).unwrap();
        }
        let now = SystemClock.now();
        let cases: Vec<Planned> = (0..count)
            .map(|n| {
                let opened = now.timestamp() - 40_000 + i64::try_from(n).unwrap() / 5;
                Planned { channel: channel(n), root: format!("{opened}.{:06}", n % 5), due: due(n) }
            })
            .collect();
        if count > 0 {
            fill(path, &store, &cases, before).await;
        }
        Self { folder, cases }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Adds cases that were resolved an hour ago, as the bot itself writes them.
    pub async fn close(&self, count: usize) {
        let store = SledStore::open(&Options::new(self.path().join("data"))).unwrap();
        let policy = config::load(self.path()).unwrap().desks["load"].policy_id.clone();
        let at = SystemClock.now() - chrono::TimeDelta::hours(1);
        for group in (0..count).collect::<Vec<_>>().chunks(500) {
            let records = group.iter().map(|n| closed(*n, policy.as_str(), at));
            let puts = records.map(|record| Put::Case { record: Box::new(record), over: 0, due: None });
            store.commit(Commit { puts: puts.collect(), ..Commit::default() }).await.unwrap();
        }
        store.close().await.unwrap();
    }

    /// What the store takes on the disk, in bytes.
    pub fn on_disk(&self) -> u64 {
        size(&self.path().join("data"))
    }
}

fn size(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => size(&entry.path()),
            false => entry.metadata().unwrap().len(),
        })
        .sum()
}

/// A case that was answered and resolved.
fn closed(n: usize, policy: &str, at: Timestamp) -> Case {
    let root = format!("{}.{:06}", 1_500_000_000 + n / 1_000_000, n % 1_000_000);
    let planned = Planned { channel: channel(n), root, due: at };
    let ended = Resolution {
        by: "U0ANA".into(),
        at,
        owner: Some("U0ANA".into()),
        outcome: None,
        note: Some("Cleared the cache of the browser, and it opened.".to_owned()),
        ended: Ended::Said,
    };
    let case = case(&format!("load-{}", 10_000_000 + n), policy, &planned);
    Case { stage: Stage::Resolved(ended), ..case }
}

/// Writes the cases as an import does.
async fn fill(folder: &Path, store: &Path, cases: &[Planned], before: Before) {
    let config = config::load(folder).unwrap();
    let desk = &config.desks["load"];
    let mut lines = vec![line("policy", desk.policy_id.as_str(), desk.policy.as_ref())];
    if before == Before::AMomentAgo {
        lines.push(line("meta", "seen_at", &Meta::At(SystemClock.now())));
    }
    for (n, planned) in cases.iter().enumerate() {
        let id = format!("load-{}", n + 1);
        let record = case(&id, desk.policy_id.as_str(), planned);
        let placed = |slot, ending: &str| Placed {
            slot,
            channel: ChannelId::new(planned.channel.as_str()),
            ts: MessageTs::new(format!("{}{ending}", planned.root)),
        };
        lines.push(line("case", &id, &Row { version: 2, due: Some(planned.due), record }));
        let placed = vec![placed(Slot::Card, "1"), placed(Slot::Ping(0), "2")];
        lines.push(line("slot", &id, &Slots { placed }));
    }
    let store = SledStore::open(&Options::new(store)).unwrap();
    store.import(lines).await.unwrap();
    store.close().await.unwrap();
}

fn line(kind: &str, key: &str, record: &impl Serialize) -> ExportLine {
    ExportLine {
        kind: kind.to_owned(),
        key: key.to_owned(),
        v: 1,
        record: serde_json::to_value(record).unwrap(),
    }
}

/// A case whose first tier was pinged, a wait before it is due.
fn case(id: &str, policy: &str, planned: &Planned) -> Case {
    let pinged = planned.due - WAIT;
    let text = "We cannot open the session, the page stays white. ".repeat(8);
    Case {
        id: id.into(),
        desk: "load".into(),
        policy: policy.into(),
        channel: planned.channel.as_str().into(),
        root: Root::Post(planned.root.as_str().into()),
        requester: "U0ASKS".into(),
        requester_name: "Asks".to_owned(),
        opened_at: pinged,
        report: Report {
            parts: vec![Part { ts: planned.root.as_str().into(), text: text.clone(), files: Vec::new() }],
            text,
            ..Report::default()
        },
        stage: Stage::Unclaimed,
        run: Run {
            state: RunState::Climbing,
            hours: RunHours::DeskOpen,
            tier: 0,
            repeated: 0,
            reminded: 0,
            standing: Some(Standing {
                ping: 0,
                at: pinged,
                to: BTreeSet::from(["U0ANA".into()]),
                sent: Sent::Delivered,
                told: BTreeSet::new(),
                gone: BTreeSet::new(),
            }),
            pinged: BTreeMap::from([("U0ANA".into(), pinged)]),
            spared: None,
        },
        talk: Talk {
            turn: Turn::Ours,
            turn_since: pinged,
            last_seen: None,
            last_requester_at: pinged,
            last_responder_at: None,
            first_answer_at: None,
            reply_late: Late::No,
            update_late: Late::No,
            resolve_late: Late::No,
        },
        next_slot: 1,
        tags: BTreeSet::new(),
        resolve_from: None,
        waiting: BTreeMap::new(),
        pointed: BTreeSet::new(),
        trouble: Trouble::None,
        booking: Booked::default(),
        mails: Vec::new(),
        unsent: Vec::new(),
        parting: Parting::default(),
        playbooks: firstline::domain::playbook::run::Runs::default(),
        reacted: BTreeSet::new(),
        tickets: Vec::new(),
        detours: Vec::new(),
    }
}
