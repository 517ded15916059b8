//! An export played through the rules: the real decision, with nothing around it but memory.

use super::script::{Does, Script, Step, bot};
use crate::clock::Timestamp;
use crate::config::Config;
use crate::domain::case::{Case, Root};
use crate::domain::desk::{Desk, DeskState};
use crate::domain::detour::Posting;
use crate::domain::directory::Directory;
use crate::domain::effect::{Effect, Slot};
use crate::domain::event::{Button, Event, PressedOn, Subject, What};
use crate::domain::matching::desk_of;
use crate::domain::policy::{Closing, Policy};
use crate::domain::timeline::{Entry, Happened};
use crate::domain::{self, Decision, Glance, History, Load, State, Wake, World};
use crate::id::{CaseId, ChannelId, DeskKey, MessageTs, UserId};
use chrono::TimeDelta;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// A case that stands still is looked at again after this.
const AFTER_STANDING_STILL: TimeDelta = TimeDelta::seconds(1);

/// A case, what happened to it, and the rules it began with.
pub struct Kept {
    pub case: Case,
    pub lines: Vec<Entry>,
    pub policy: Arc<Policy>,
    due: Option<Timestamp>,
}

/// One way of playing an export.
pub struct Player<'a> {
    config: &'a Config,
    directory: &'a Directory,
    /// As configured, but for what is asked when a case ends: an export does not tell it.
    desks: Arc<BTreeMap<DeskKey, Desk>>,
    bot: UserId,
    pub cases: BTreeMap<CaseId, Kept>,
    messages: BTreeMap<(ChannelId, MessageTs), CaseId>,
    open: BTreeSet<CaseId>,
    due: BTreeSet<(Timestamp, CaseId)>,
    records: Arc<BTreeMap<DeskKey, DeskState>>,
    pinged: BTreeMap<UserId, Timestamp>,
    numbers: BTreeMap<DeskKey, u64>,
}

/// Plays all of it; afterwards every case is as it would have been.
pub fn play<'a>(config: &'a Config, directory: &'a Directory, script: &Script) -> Player<'a> {
    let mut player = Player::new(config, directory);
    for step in &script.steps {
        player.until(step.at);
        player.step(step);
    }
    player
}

impl<'a> Player<'a> {
    fn new(config: &'a Config, directory: &'a Directory) -> Self {
        let desks = config.desks.iter().map(|(key, desk)| {
            let closing = Closing { reactions: desk.policy.closing.reactions.clone(), ..Closing::default() };
            let policy = Policy { closing, ..Policy::clone(&desk.policy) };
            (key.clone(), Desk { policy: Arc::new(policy), ..desk.clone() })
        });
        Self {
            config,
            directory,
            desks: Arc::new(desks.collect()),
            bot: bot().user,
            cases: BTreeMap::new(),
            messages: BTreeMap::new(),
            open: BTreeSet::new(),
            due: BTreeSet::new(),
            records: Arc::default(),
            pinged: BTreeMap::new(),
            numbers: BTreeMap::new(),
        }
    }

    /// Lets everything come due that does before this instant.
    fn until(&mut self, at: Timestamp) {
        while let Some((due, case)) = self.due.first().cloned()
            && due <= at
        {
            self.decide(due, What::Due, Some(case), None);
        }
    }

    fn step(&mut self, step: &Step) {
        match &step.does {
            Does::Happens(what) => {
                let (case, channel) = self.place(what);
                self.decide(step.at, what.as_ref().clone(), case, channel.as_ref());
            }
            Does::Ends { channel, root } => {
                let case = self.messages.get(&(channel.clone(), root.clone())).cloned();
                if let Some(id) = case.filter(|id| self.open.contains(id)) {
                    let by = self.cases[&id].case.requester.clone();
                    let button = Button::Resolve(id.clone());
                    let what = What::Pressed { by, button, on: PressedOn::default() };
                    self.decide(step.at, what, Some(id), None);
                }
            }
        }
    }

    /// Which case and which channel it is about.
    fn place(&self, what: &What) -> (Option<CaseId>, Option<ChannelId>) {
        let find =
            |channel: &ChannelId, ts: &MessageTs| self.messages.get(&(channel.clone(), ts.clone())).cloned();
        if let What::Posted(message) = what {
            let case = match &message.thread {
                Some(root) => find(&message.channel, root),
                None => self.neighbour(&message.channel, &message.by),
            };
            return (case, Some(message.channel.clone()));
        }
        if let What::Reacted { channel, ts, .. } = what {
            return (find(channel, ts), Some(channel.clone()));
        }
        (None, None)
    }

    /// The case a further post may join: as the running bot chooses it.
    fn neighbour(&self, channel: &ChannelId, by: &UserId) -> Option<CaseId> {
        let here = self.glances(channel);
        let unclaimed = || here.iter().filter(|glance| glance.owner.is_none());
        let own = unclaimed().filter(|glance| glance.requester == *by).max_by_key(|glance| glance.opened_at);
        let only = || {
            let mut all = unclaimed();
            all.next().filter(|_| all.next().is_none())
        };
        own.or_else(only).map(|glance| glance.id.clone())
    }

    fn glances(&self, channel: &ChannelId) -> Vec<Glance> {
        let open = self.open.iter().map(|id| &self.cases[id].case).filter(|case| case.channel == *channel);
        let glance = |case: &Case| Glance {
            id: case.id.clone(),
            desk: case.desk.clone(),
            channel: case.channel.clone(),
            root: match &case.root {
                Root::Post(ts) => Some(ts.clone()),
                Root::Bot => None,
            },
            requester: case.requester.clone(),
            owner: case.owner().cloned(),
            opened_at: case.opened_at,
            turn: case.talk.turn,
            held_since: case.ownership().and_then(|owned| owned.hold.as_ref()).map(|hold| hold.since),
        };
        let mut glances: Vec<Glance> = open.map(glance).collect();
        glances.sort_by_key(|glance| glance.opened_at);
        glances
    }

    fn loads(&self) -> BTreeMap<UserId, Load> {
        let mut loads: BTreeMap<UserId, Load> = BTreeMap::new();
        for owner in self.open.iter().filter_map(|id| self.cases[id].case.owner()) {
            loads.entry(owner.clone()).or_default().open_cases += 1;
        }
        for (user, at) in &self.pinged {
            loads.entry(user.clone()).or_default().last_pinged_at = Some(*at);
        }
        loads
    }

    /// Decides, takes in what follows, and lets every ping arrive at once.
    fn decide(&mut self, at: Timestamp, what: What, case: Option<CaseId>, channel: Option<&ChannelId>) {
        let mut waiting = VecDeque::from([(what, case)]);
        while let Some((what, case)) = waiting.pop_front() {
            let due = matches!(what, What::Due).then(|| case.clone()).flatten();
            for slot in self.once(at, what, case.as_ref(), channel) {
                waiting.push_back((What::Delivered { slot: slot.1 }, Some(slot.0)));
            }
            if let Some(id) = due
                && self.cases.get(&id).and_then(|kept| kept.due).is_some_and(|next| next <= at)
            {
                self.set_due(&id, Some(at + AFTER_STANDING_STILL));
            }
        }
    }

    fn once(
        &mut self,
        at: Timestamp,
        what: What,
        case: Option<&CaseId>,
        channel: Option<&ChannelId>,
    ) -> Vec<(CaseId, Slot)> {
        let kept = case.and_then(|id| self.cases.get(id));
        let channel = kept.map(|kept| kept.case.channel.clone()).or_else(|| channel.cloned());
        let named = channel.as_ref().and_then(|channel| self.directory.channels.get(channel));
        let key = kept.map(|kept| kept.case.desk.clone()).or_else(|| {
            desk_of(&self.desks, channel.as_ref()?, named.map(String::as_str)).map(|desk| desk.key.clone())
        });
        let Some(key) = key else { return Vec::new() };
        let number = self.numbers.get(&key).copied().unwrap_or(0) + 1;
        let next = CaseId::new(format!("{key}-{number}"));
        let (loads, desks, config) = (self.loads(), Arc::clone(&self.desks), self.config);
        let desk = &desks[&key];
        let own = kept.map(|kept| Arc::clone(&kept.policy));
        let world = World {
            desk: Some(desk),
            policy: Some(own.as_deref().unwrap_or(&desk.policy)),
            desks: &desks,
            facts: config.facts(desk),
            directory: self.directory,
            loads: &loads,
            bot: &self.bot,
            history: History::Read,
            posting: Posting::Taken,
        };
        let state = State {
            case: kept.map(|kept| kept.case.clone()),
            about: case.cloned().map(Subject::Case),
            desks: Arc::clone(&self.records),
            open_here: channel.as_ref().map(|channel| self.glances(channel)).unwrap_or_default(),
            next_case: Some(next.clone()),
            ..State::default()
        };
        let event = Event { keys: Vec::new(), at, what };
        let decision = domain::decide(state, &event, at, &world);
        if decision.case.as_ref().is_some_and(|case| case.id == next) {
            self.numbers.insert(key.clone(), number);
        }
        let touched = decision.case.clone().or_else(|| kept.map(|kept| kept.case.clone()));
        let due = touched.and_then(|case| domain::next_deadline(&case, at, &world));
        let policy = own.unwrap_or_else(|| Arc::clone(&desk.policy));
        self.take_in(at, decision, case, &policy, due)
    }

    /// Keeps what a decision changed; gives the pings that left.
    fn take_in(
        &mut self,
        at: Timestamp,
        decision: Decision,
        about: Option<&CaseId>,
        policy: &Arc<Policy>,
        due: Option<Timestamp>,
    ) -> Vec<(CaseId, Slot)> {
        let id = decision.case.as_ref().map(|case| case.id.clone()).or_else(|| about.cloned());
        if let Some(case) = decision.case {
            self.keep(case, policy);
        }
        if let Some(id) = &id {
            self.set_due(id, due);
        }
        if !decision.desks.is_empty() {
            let records = Arc::make_mut(&mut self.records);
            records.extend(decision.desks.into_iter().map(|desk| (desk.desk.clone(), desk)));
        }
        for line in decision.timeline {
            if let Happened::Pinged { to, .. } = &line.what {
                self.pinged.extend(to.iter().map(|user| (user.clone(), line.at)));
            }
            if let Some(kept) = self.cases.get_mut(&line.case) {
                kept.lines.push(line);
            }
        }
        for wake in decision.wake {
            match wake {
                Wake::Subject(Subject::Case(case)) if self.open.contains(&case) => {
                    self.set_due(&case, Some(at));
                }
                Wake::Subject(Subject::Case(_) | Subject::Person(_) | Subject::Desk(_))
                | Wake::CasesOf(_) => {}
            }
        }
        let Some(id) = id else { return Vec::new() };
        let pings = decision.effects.into_iter().filter_map(|effect| {
            let Effect::Ping(ping) = effect else { return None };
            Some((id.clone(), Slot::Ping(ping.number)))
        });
        pings.collect()
    }

    fn keep(&mut self, case: Case, policy: &Arc<Policy>) {
        let id = case.id.clone();
        if let Root::Post(ts) = &case.root {
            self.messages.insert((case.channel.clone(), ts.clone()), id.clone());
        }
        for part in &case.report.parts {
            self.messages.insert((case.channel.clone(), part.ts.clone()), id.clone());
        }
        match case.is_open() {
            true => self.open.insert(id.clone()),
            false => self.open.remove(&id),
        };
        match self.cases.get_mut(&id) {
            Some(kept) => kept.case = case,
            None => {
                let kept = Kept { case, lines: Vec::new(), policy: Arc::clone(policy), due: None };
                self.cases.insert(id, kept);
            }
        }
    }

    fn set_due(&mut self, id: &CaseId, due: Option<Timestamp>) {
        let Some(kept) = self.cases.get_mut(id) else { return };
        if let Some(before) = std::mem::replace(&mut kept.due, due) {
            self.due.remove(&(before, id.clone()));
        }
        if let Some(at) = due {
            self.due.insert((at, id.clone()));
        }
    }
}
