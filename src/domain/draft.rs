//! A decision in the making: a case being changed, and what shall follow.

use crate::clock::Timestamp;
use crate::domain::case::{Case, WaitingPing};
use crate::domain::effect::{Effect, Ping, Reply};
use crate::domain::note::Note;
use crate::domain::timeline::{Entry, Happened};
use crate::domain::{Decision, Wake};
use crate::id::UserId;

/// Holds the case while it is worked on. Nothing leaves before [`Draft::finish`].
pub struct Draft {
    pub case: Case,
    pub effects: Vec<Effect>,
    pub timeline: Vec<Entry>,
    pub reply: Reply,
    pub wake: Vec<Wake>,
}

impl Draft {
    pub fn of(case: Case) -> Self {
        Self { case, effects: Vec::new(), timeline: Vec::new(), reply: Reply::Silent, wake: Vec::new() }
    }

    /// Writes a line of the timeline.
    pub fn record(&mut self, at: Timestamp, by: Option<&UserId>, what: Happened) {
        self.timeline.push(Entry { case: self.case.id.clone(), at, by: by.cloned(), what });
    }

    /// The number of the next message of this case.
    pub fn number(&mut self) -> u32 {
        self.case.next_slot += 1;
        self.case.next_slot
    }

    /// A direct message.
    pub fn tell(&mut self, to: UserId, note: Note) {
        let slot = self.number();
        self.effects.push(Effect::Tell { to, slot, note });
    }

    /// A word in the thread.
    pub fn say(&mut self, note: Note) {
        let slot = self.number();
        self.effects.push(Effect::Say { slot, note });
    }

    /// A word in the thread that the channel sees as well.
    pub fn announce(&mut self, note: Note) {
        let slot = self.number();
        self.effects.push(Effect::Announce { slot, note });
    }

    /// Sends a ping and remembers it until it has arrived.
    pub fn ping(&mut self, now: Timestamp, ping: Ping) {
        self.record(
            now,
            None,
            Happened::Pinged {
                ping: ping.number,
                tier: ping.tier.clone(),
                to: ping.to.clone(),
                reason: ping.reason.clone(),
                passed: ping.passed.clone(),
            },
        );
        self.case.waiting.insert(
            ping.number,
            WaitingPing {
                tier: ping.tier.clone(),
                to: ping.to.clone(),
                reason: ping.reason.clone(),
                due_at: ping.due_at,
            },
        );
        for user in &ping.to {
            self.case.run.pinged.insert(user.clone(), now);
        }
        self.effects.push(Effect::Ping(ping));
    }

    /// A ping that was worded anew and says the same to the same people keeps its number `old`, its line in the
    /// timeline (those from `lines` on are new) and its copies by direct message. Gives the number it had.
    pub fn keep_number(&mut self, old: u32, said: &WaitingPing, lines: usize) -> Option<u32> {
        let worded = self.effects.iter_mut().rev().find(|effect| matches!(effect, Effect::Ping(_)));
        let Some(Effect::Ping(ping)) = worded else { return None };
        // Whoever has a copy waiting needs no other.
        ping.dm.retain(|user| !said.to.contains(user));
        let same = (&ping.tier, &ping.to, &ping.reason) == (&said.tier, &said.to, &said.reason);
        if !same {
            return None;
        }
        let new = std::mem::replace(&mut ping.number, old);
        let waiting = self.case.waiting.remove(&new)?;
        self.case.waiting.insert(old, waiting);
        self.timeline.truncate(lines);
        Some(new)
    }

    /// Forgets every ping that has not left.
    pub fn cancel_pings(&mut self) {
        if !self.case.waiting.is_empty() {
            self.case.waiting.clear();
            self.effects.push(Effect::CancelPings);
        }
    }

    /// A private word to the one who acted.
    pub fn answer(&mut self, note: Note) {
        self.reply = Reply::Private(note);
    }

    /// The decision; the case counts as changed when it differs from `before`.
    pub fn finish(self, before: Option<&Case>) -> Decision {
        let changed = before != Some(&self.case);
        Decision {
            case: changed.then_some(self.case),
            desks: Vec::new(),
            persons: Vec::new(),
            effects: self.effects,
            timeline: self.timeline,
            reply: self.reply,
            wake: self.wake,
        }
    }
}

impl Decision {
    /// Nothing follows.
    pub fn nothing() -> Self {
        Self::reply(Reply::Silent)
    }

    /// Nothing changes; the one who acted is answered.
    pub fn reply(reply: Reply) -> Self {
        Self {
            case: None,
            desks: Vec::new(),
            persons: Vec::new(),
            effects: Vec::new(),
            timeline: Vec::new(),
            reply,
            wake: Vec::new(),
        }
    }

    /// Nothing changes; the one who acted gets a private word.
    pub fn private(note: Note) -> Self {
        Self::reply(Reply::Private(note))
    }
}
