//! Who may do what on a desk, and who can answer there now.

use crate::clock::{Length, Timestamp};
use crate::coverage::{self, Answer, Change, Facts, WhenClosed, Who, Word};
use crate::domain::World;
use crate::domain::case::RunHours;
use crate::domain::desk::Desk;
use crate::domain::directory::AccountKind;
use crate::domain::policy::{Policy, Tier};
use crate::id::{PersonKey, UserId};
use std::collections::BTreeSet;

/// A decision's surroundings: one desk, one policy, one instant.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub now: Timestamp,
    pub world: &'a World<'a>,
    pub desk: &'a Desk,
    pub policy: &'a Policy,
}

/// Somebody whom a tier names at this instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub key: PersonKey,
    /// `None` when their Slack account is not known.
    pub user: Option<UserId>,
    pub answer: Answer,
}

impl Candidate {
    /// Their account, if they can answer now.
    pub fn available(&self) -> Option<&UserId> {
        self.user.as_ref().filter(|_| self.answer.available)
    }
}

impl<'a> Scene<'a> {
    /// The scene of a case or channel; `None` when the desk is no longer configured.
    pub fn of(world: &'a World<'a>, now: Timestamp) -> Option<Self> {
        let desk = world.desk?;
        Some(Self { now, world, desk, policy: world.policy.unwrap_or(&desk.policy) })
    }

    /// The facts as a run with these hours asks them.
    pub fn facts(&self, hours: RunHours) -> Facts<'a> {
        let when_closed = match hours {
            RunHours::DeskOpen => WhenClosed::NobodyAnswers,
            RunHours::Elapsed => WhenClosed::Ignored,
        };
        Facts { when_closed, ..self.world.facts }
    }

    /// Everybody the tier names now, in its order.
    pub fn on_tier(&self, tier: &Tier, hours: RunHours) -> Vec<Candidate> {
        self.named(&tier.who, hours)
    }

    /// Everybody whom these entries name now, in their order.
    pub fn named(&self, who: &[Who], hours: RunHours) -> Vec<Candidate> {
        let asked = coverage::Tier { name: String::new(), who: who.to_vec(), counts: true };
        coverage::on_tier(&asked, &self.desk.coverage, self.now, &self.facts(hours))
            .into_iter()
            .map(|(key, answer)| Candidate { user: self.world.directory.user(&key), key, answer })
            .filter(|candidate| {
                candidate.user.as_ref().is_none_or(|user| self.world.directory.may_answer(user))
            })
            .collect()
    }

    /// What the resolver says of this user now.
    pub fn answer(&self, user: &UserId, hours: RunHours) -> Answer {
        let key = self.world.directory.key(user);
        coverage::resolve(&key, &self.desk.coverage, self.now, &self.facts(hours))
    }

    /// Whether the desk is open at this instant.
    pub fn is_open(&self) -> bool {
        self.desk.coverage.schedule.is_open(self.now)
    }

    /// The instant at which `length` has passed since `start`, in the time that this run counts.
    pub fn after(&self, start: Timestamp, length: Length, hours: RunHours) -> Option<Timestamp> {
        match hours {
            RunHours::DeskOpen => self.desk.coverage.schedule.add_open(start, length.delta()),
            RunHours::Elapsed => start.checked_add_signed(length.delta()),
        }
    }

    /// Whether this user answers on this desk: named by any tier, whatever the hour, or covering here now.
    /// Guests and people of connected workspaces count only when `people` lists them.
    pub fn is_responder(&self, user: &UserId) -> bool {
        if !self.world.directory.may_answer(user) {
            return false;
        }
        let key = self.world.directory.key(user);
        let named = self.tiers().any(|who| self.names(who, &key));
        named || self.is_covering(&key)
    }

    /// The desk's last resort: pinged when no tier can answer, and the one who may override.
    pub fn is_supervisor(&self, user: &UserId) -> bool {
        self.world.directory.may_answer(user) && {
            let key = self.world.directory.key(user);
            self.supervising().any(|who| self.names(who, &key))
        }
    }

    /// The supervisors' accounts, in the order of the configuration.
    pub fn supervisors(&self) -> Vec<UserId> {
        let mut keys = BTreeSet::new();
        self.supervising()
            .flat_map(|who| self.expand(who))
            .filter(|key| keys.insert(key.clone()))
            .filter_map(|key| self.world.directory.user(&key))
            .collect()
    }

    fn supervising(&self) -> impl Iterator<Item = &'a Who> {
        let current = &self.desk.policy;
        current.supervisor.iter().chain(self.policy.supervisor.iter())
    }

    fn tiers(&self) -> impl Iterator<Item = &'a Who> {
        let current = self.desk.coverage.tiers.iter().flat_map(|tier| &tier.who);
        current.chain(self.policy.tiers.iter().flat_map(|tier| &tier.who))
    }

    fn names(&self, who: &Who, key: &PersonKey) -> bool {
        self.expand(who).contains(key)
    }

    /// Everybody an entry can ever name, whatever the hour.
    fn expand(&self, who: &Who) -> Vec<PersonKey> {
        let facts = &self.world.facts;
        match who {
            Who::Person(key) => vec![key.clone()],
            Who::Group(name) => facts.groups.get(name).cloned().unwrap_or_default(),
            Who::Rotation(key) => {
                let turns = facts.roster.rotations.get(key).map(|rotation| rotation.people.clone());
                let stand_ins = facts
                    .roster
                    .overrides
                    .iter()
                    .filter(|change| change.rotation == *key)
                    .filter_map(|change| stand_in(&change.change));
                turns.unwrap_or_default().into_iter().chain(stand_ins).collect()
            }
            Who::Role(key) => facts
                .roles
                .get(key)
                .into_iter()
                .flatten()
                // A role may name a rotation or a group, never another role: that would have no end.
                .filter(|who| !matches!(who, Who::Role(_) | Who::Responders))
                .flat_map(|who| self.expand(who))
                .collect(),
            Who::BookingField(field) => facts.booking.get(field).cloned().into_iter().collect(),
            // Everybody in any tier: those are asked one by one already.
            Who::Responders => Vec::new(),
        }
    }

    fn is_covering(&self, key: &PersonKey) -> bool {
        let covers = |word: &Word| match word {
            Word::Covering { .. } => word.is_about(&self.desk.key) && word.span().contains(self.now),
            Word::Away { .. } => false,
        };
        self.world.facts.live.get(key).is_some_and(|live| live.words.iter().any(covers))
    }
}

/// Whom an override brings onto a rotation.
fn stand_in(change: &Change) -> Option<PersonKey> {
    match change {
        Change::Replace { with, .. } => Some(with.clone()),
        Change::Add(person) => Some(person.clone()),
        Change::Remove(_) => None,
    }
}

impl crate::domain::directory::Directory {
    /// Whether this account may answer and decide at all.
    pub fn may_answer(&self, user: &UserId) -> bool {
        match self.kind(user) {
            AccountKind::Member => true,
            AccountKind::Guest | AccountKind::Stranger => self.is_listed(user),
            AccountKind::Bot | AccountKind::Deactivated => false,
        }
    }
}
