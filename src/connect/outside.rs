//! Requests of cases to other systems: each call goes to the one that its address names, and comes back with an
//! answer for the case.

use super::bookings::{Bookings, Directory};
use super::detour;
use super::http::Speaker;
use super::smtp::{self, Server};
use super::tickets::{self, Papers, Pretended, TicketSystem};
use super::webhook::Webhook;
use crate::clock::Clock;
use crate::domain::answer::Answer;
use crate::domain::booking::Looked;
use crate::domain::mail::Posted;
use crate::id::DeskKey;
use crate::store::{Claim, Outcome};
use crate::view::call::System;
use arc_swap::ArcSwap;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How a try ended, and what the case is told of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Performed {
    pub outcome: Outcome,
    pub answer: Option<Answer>,
}

impl From<Outcome> for Performed {
    fn from(outcome: Outcome) -> Self {
        Self { outcome, answer: None }
    }
}

impl Performed {
    /// The request is done with, and this is the answer.
    pub(super) fn answered(answer: Answer) -> Self {
        Self { outcome: Outcome::Delivered { channel: None, ts: None }, answer: Some(answer) }
    }
}

/// The other systems of each desk, as the configuration names them.
#[derive(Clone, Debug, Default)]
pub struct Systems {
    pub directories: BTreeMap<DeskKey, Directory>,
    pub mail_servers: BTreeMap<DeskKey, Server>,
    pub tickets: BTreeMap<DeskKey, TicketSystem>,
    pub webhooks: BTreeMap<DeskKey, Webhook>,
}

/// Speaks to the other systems.
#[derive(Debug)]
pub struct Outside<C> {
    clock: C,
    speaker: Speaker,
    now: ArcSwap<Known>,
    store: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Known {
    directories: BTreeMap<DeskKey, Arc<Bookings>>,
    mail_servers: BTreeMap<DeskKey, Server>,
    tickets: BTreeMap<DeskKey, TicketSystem>,
    webhooks: BTreeMap<DeskKey, Webhook>,
}

impl Known {
    fn of(systems: Systems, store: Option<&Path>) -> Self {
        let directories: BTreeMap<_, _> = systems
            .directories
            .into_iter()
            .map(|(desk, one)| (desk, Arc::new(Bookings::new(one, store))))
            .collect();
        Bookings::forget_others(store, directories.values().map(Arc::as_ref));
        let Systems { mail_servers, tickets, webhooks, .. } = systems;
        Self { directories, mail_servers, tickets, webhooks }
    }
}

impl<C: Clock> Outside<C> {
    /// Copies of what is looked up are kept beside the store, if there is a folder.
    pub fn new(systems: Systems, clock: C, store: Option<PathBuf>) -> Self {
        let now = ArcSwap::from_pointee(Known::of(systems, store.as_deref()));
        Self { clock, speaker: Speaker::default(), now, store }
    }

    /// Takes what another configuration says; requests on their way end as they began.
    pub fn replace(&self, systems: Systems) {
        self.now.store(Arc::new(Known::of(systems, self.store.as_deref())));
    }

    /// What was only pretended since this was last asked, oldest first.
    pub fn pretended(&self) -> Vec<Pretended> {
        let known = self.now.load_full();
        let mut all: Vec<Pretended> = known.tickets.values().flat_map(TicketSystem::pretended).collect();
        all.sort_by_key(|one| one.at);
        all
    }

    /// Carries out one request and says how that ended. Never fails: what came of it says it all.
    pub async fn perform(&self, system: System, claim: &Claim, papers: &Papers) -> Performed {
        let known = self.now.load_full();
        let said = |key: &str| claim.call.body.get(key).and_then(|text| text.as_str()).unwrap_or_default();
        match system {
            System::Bookings => match known.directories.get(said("desk")) {
                Some(directory) => directory.look_up(said("id"), claim, &self.clock).await,
                None => {
                    let why = "no directory of bookings is set up here".to_owned();
                    let id = said("id").to_owned();
                    Performed::answered(Answer::Booking(Looked::Unread { id, why }))
                }
            },
            System::Tickets => {
                let system = known.tickets.get(said("desk"));
                tickets::perform(system, &self.speaker, claim, papers, &self.clock).await
            }
            System::Detour => {
                let desk = detour::desk(claim);
                let (server, hook) = (known.mail_servers.get(&desk), known.webhooks.get(&desk));
                detour::perform(server, hook, &self.speaker, claim, &self.clock).await
            }
            System::Mail => match known.mail_servers.get(said("desk")) {
                Some(server) => smtp::send(server, claim, papers, &self.clock).await,
                None => {
                    let why = "no mail server is set up here any more".to_owned();
                    Performed::answered(Answer::Mail(Posted::Refused { why }))
                }
            },
        }
    }
}
