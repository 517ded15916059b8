//! The facts under one decision, gathered before it and held while it is made, rendered and worded.

use super::Engine;
use super::catch_up::Progress;
use super::known::{Groups, Settings};
use crate::clock::Clock;
use crate::connect::Calendars;
use crate::coverage::{Facts, Live, WhenClosed};
use crate::domain::booking;
use crate::domain::case::{Case, RunHours};
use crate::domain::cover::filling::Filling;
use crate::domain::detour::Posting;
use crate::domain::directory::Directory;
use crate::domain::person::PersonState;
use crate::domain::policy::Policy;
use crate::domain::{History, Load, World};
use crate::id::{ChannelId, DeskKey, PersonKey, UserId};
use crate::store::Store;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

type LiveByPerson = BTreeMap<PersonKey, Live>;

/// A World that owns what it shows.
pub struct Ground {
    settings: Arc<Settings>,
    directory: Arc<Directory>,
    groups: Arc<Groups>,
    calendars: Arc<Calendars>,
    live: Arc<LiveByPerson>,
    loads: Arc<BTreeMap<UserId, Load>>,
    desk: Option<DeskKey>,
    policy: Option<Arc<Policy>>,
    /// None of no desk: a role means something on a desk alone.
    filling: Filling,
    when_closed: WhenClosed,
    booking: BTreeMap<String, PersonKey>,
    bot: UserId,
    history: History,
    posting: Posting,
}

/// What a ground is asked for.
#[derive(Clone, Copy, Default)]
pub struct Site<'a> {
    pub desk: Option<&'a DeskKey>,
    pub channel: Option<&'a ChannelId>,
    pub case: Option<&'a Case>,
}

impl Ground {
    /// From here on the rules are these: the post joined a case that began under older ones.
    pub(super) fn keep_to(&mut self, policy: Arc<Policy>) {
        self.policy = Some(policy);
    }

    /// The case as it was decided: what follows knows its booking.
    pub(super) fn know(&mut self, case: &Case) {
        self.booking = booking::people(&case.booking, &self.directory);
    }

    pub fn world(&self) -> World<'_> {
        let desks = &self.settings.desks;
        World {
            desk: self.desk.as_ref().and_then(|desk| desks.get(desk)),
            policy: self.policy.as_deref(),
            desks,
            facts: Facts {
                live: &self.live,
                groups: &self.groups,
                calendars: &self.calendars.busy,
                calendars_read_at: &self.calendars.read_at,
                roles: &self.filling.roles,
                event_days: &self.filling.days,
                booking: &self.booking,
                when_closed: self.when_closed,
                ..Facts::of(&self.settings.roster)
            },
            directory: &self.directory,
            loads: &self.loads,
            bot: &self.bot,
            history: self.history,
            posting: self.posting,
        }
    }
}

impl<S: Store, C: Clock> Engine<S, C> {
    /// Gathers what a decision at this site needs. `policy` is the case's own, when there is a case.
    pub fn ground(&self, site: Site<'_>, policy: Option<Arc<Policy>>) -> Ground {
        let known = self.known();
        let (settings, directory, groups) = (known.settings(), known.directory(), known.groups());
        let desk = site.desk.and_then(|key| settings.desks.get(key));
        let states = self.store().desks();
        let channel = site
            .desk
            .and_then(|key| states.get(key))
            .zip(site.channel)
            .and_then(|(state, channel)| state.channels.get_key_value(channel));
        let filling = desk.map_or_else(Filling::default, |desk| match channel {
            Some((id, state)) => Filling::of_channel(desk, id, state, &groups),
            None => Filling::at_large(desk),
        });
        let when_closed = match site.case.map(|case| case.run.hours) {
            Some(RunHours::Elapsed) => WhenClosed::Ignored,
            Some(RunHours::DeskOpen) | None => WhenClosed::NobodyAnswers,
        };
        Ground {
            live: self.parts.live.of(&self.store().people(), &directory),
            loads: self.store().loads(),
            booking: site.case.map(|case| booking::people(&case.booking, &directory)).unwrap_or_default(),
            desk: site.desk.cloned(),
            policy: policy.or_else(|| desk.map(|desk| Arc::clone(&desk.policy))),
            filling,
            when_closed,
            bot: known.bot(),
            calendars: known.calendars(),
            history: match self.progress() {
                Progress::Done => History::Read,
                Progress::NotYet | Progress::Reading { .. } => History::BeingRead,
            },
            posting: self.posting(),
            settings,
            directory,
            groups,
        }
    }
}

/// What is known of everybody, by the key that coverage uses: made once for each state of people and
/// directory, because every event asks for it.
#[derive(Default)]
pub(super) struct LiveCache {
    last: Mutex<Option<Made>>,
}

struct Made {
    people: Arc<BTreeMap<UserId, PersonState>>,
    directory: Arc<Directory>,
    live: Arc<LiveByPerson>,
}

impl LiveCache {
    fn of(
        &self,
        people: &Arc<BTreeMap<UserId, PersonState>>,
        directory: &Arc<Directory>,
    ) -> Arc<LiveByPerson> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(made) = last.as_ref()
            && Arc::ptr_eq(&made.people, people)
            && Arc::ptr_eq(&made.directory, directory)
        {
            return Arc::clone(&made.live);
        }
        let live: LiveByPerson =
            people.iter().map(|(user, state)| (directory.key(user), state.live.clone())).collect();
        let live = Arc::new(live);
        *last = Some(Made {
            people: Arc::clone(people),
            directory: Arc::clone(directory),
            live: Arc::clone(&live),
        });
        live
    }
}
