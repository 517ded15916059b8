//! Escalation and ownership as naively as they can be said: a ladder, a clock, and one name on every case.

use firstline::clock::Timestamp;
use firstline::coverage::Word;
use firstline::domain::case::{Case, Stage};
use firstline::domain::effect::PingReason;
use firstline::domain::person::PersonState;
use firstline::domain::policy::{Policy, Tier};
use firstline::domain::timeline::{Entry, Happened};
use firstline::id::UserId;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::time::Instant;

pub type People = BTreeMap<UserId, PersonState>;

/// Who answers on a tier, by its name.
fn members(tier: &str) -> &'static [&'static str] {
    match tier {
        "First" => &["U0ANA", "U0BO"],
        "Second" => &["U0NED"],
        "Both" => &["U0NED", "U0BO"],
        _ => &[],
    }
}

pub const SUPERVISOR: &str = "U0KOFI";

/// Nobody in these histories has hours: they answer unless they or their status say not.
fn is_available(user: &str, people: &People, now: Timestamp) -> bool {
    let Some(person) = people.get(&UserId::from(user)) else { return true };
    let live = &person.live;
    let holds =
        |from: Timestamp, until: Option<Timestamp>| from <= now && until.is_none_or(|until| now < until);
    for word in &live.words {
        match word {
            Word::Away { from, until, .. } if holds(*from, *until) => return false,
            Word::Covering { from, until, .. } if holds(*from, *until) => return true,
            Word::Away { .. } | Word::Covering { .. } => {}
        }
    }
    let busy = live.status.as_ref().is_some_and(|status| {
        status.text.to_lowercase().contains("lunch") && status.expires_at.is_none_or(|at| now < at)
    });
    let on_break = live.breaks.iter().any(|one| holds(one.from, Some(one.until)));
    !busy && !on_break
}

/// Where a case is.
#[derive(Clone, Debug, PartialEq)]
pub enum Where {
    Climbing,
    Owned(UserId),
    Ended,
}

/// What is known of one case by its timeline alone.
#[derive(Clone, Debug)]
pub struct Shadow {
    pub place: Where,
    pub policy: Arc<Policy>,
    /// Whether its desk keeps hours, which this ladder does not.
    pub keeps_hours: bool,
    pub rung: usize,
    pub repeated: u32,
    pub reminded: u32,
    pub exhausted: bool,
    /// When the ping that stands was due.
    pub last: Option<Timestamp>,
    /// The same, on a clock that cannot be set.
    pub since: Instant,
    to: BTreeSet<UserId>,
    spared: Option<UserId>,
}

/// The moment of a commit.
pub struct Moment<'a> {
    pub now: Timestamp,
    /// Everybody now, and just before somebody changed in this very instant.
    pub people: [&'a People; 2],
    pub before: Option<&'a Case>,
    pub after: &'a Case,
}

impl Moment<'_> {
    /// The ping that went stale and is worded anew in this commit.
    fn stale(&self, reason: &PingReason) -> bool {
        let before = self.before.into_iter().flat_map(|case| &case.waiting);
        before.into_iter().any(|(number, ping)| {
            !self.after.waiting.contains_key(number)
                && (ping.reason == *reason
                    || *reason == PingReason::Exhausted
                    || *reason == PingReason::NobodyAvailable)
        })
    }
}

impl Shadow {
    pub fn new(policy: Arc<Policy>, keeps_hours: bool) -> Self {
        Self {
            place: Where::Climbing,
            policy,
            keeps_hours,
            rung: 0,
            repeated: 0,
            reminded: 0,
            exhausted: false,
            last: None,
            since: Instant::now(),
            to: BTreeSet::new(),
            spared: None,
        }
    }

    fn tier(&self, index: usize) -> &Tier {
        &self.policy.tiers[index]
    }

    fn able(&self, index: usize, people: &People, now: Timestamp, spared: Option<&UserId>) -> Vec<UserId> {
        members(&self.tier(index).name)
            .iter()
            .filter(|user| is_available(user, people, now))
            .map(|user| UserId::from(*user))
            .filter(|user| Some(user) != spared)
            .collect()
    }

    /// The first rung from here on with somebody on it, and who.
    fn first_able(&self, from: usize, people: &People, now: Timestamp) -> Option<(usize, Vec<UserId>)> {
        [self.spared.as_ref(), None].into_iter().find_map(|spared| {
            (from..self.policy.tiers.len()).find_map(|index| {
                let able = self.able(index, people, now, spared);
                (!able.is_empty()).then_some((index, able))
            })
        })
    }

    /// When the wait of the ping that stands is over.
    pub fn wait_over(&self) -> Option<Timestamp> {
        Some(self.last? + chrono::TimeDelta::seconds(self.wait_seconds()))
    }

    pub fn wait_seconds(&self) -> i64 {
        let hour = 3600_i64;
        let doubled = |wait: u32, times: u32| i64::from(wait) << times.min(20);
        if self.exhausted {
            let last = self.policy.tiers.last().unwrap();
            let cap = i64::from(self.policy.clocks.remind_at_most.as_secs());
            return doubled(last.wait.as_secs(), last.repeat + self.reminded).min(cap);
        }
        let wait = self.tier(self.rung).wait.as_secs();
        doubled(wait, self.repeated).min(hour.max(i64::from(wait)))
    }

    /// Takes in what a commit says happened; an error is what may not happen.
    pub fn take(&mut self, entry: &Entry, moment: &Moment<'_>) -> Result<(), String> {
        let by = entry.by.as_ref();
        match &entry.what {
            Happened::Pinged { tier, to, reason, .. } => {
                self.pinged(tier.as_deref(), to, reason, moment)?;
            }
            Happened::Claimed { .. } => {
                self.must_be("claimed", self.place == Where::Climbing)?;
                let by = by.ok_or("a claim by nobody")?;
                self.must_be("claimed by an outsider", is_known(by))?;
                self.owned(by);
            }
            Happened::ClaimLost { owner } => {
                self.must_be("a claim lost", self.place == Where::Owned(owner.clone()))?;
                self.must_be("a claim lost against oneself", by != Some(owner))?;
            }
            Happened::HandedOver { from, to } | Happened::TookOver { from, to } => {
                self.must_be("handed over", self.place == Where::Owned(from.clone()))?;
                self.owned(to);
            }
            Happened::Released { .. } => {
                let Where::Owned(owner) = self.place.clone() else {
                    return Err("released: nobody had it".to_owned());
                };
                self.place = Where::Climbing;
                self.spared = Some(owner);
                (self.last, self.exhausted, self.repeated, self.reminded) = (None, false, 0, 0);
            }
            Happened::Resolved { .. } | Happened::Withdrawn { .. } => {
                self.must_be("ended twice", self.place != Where::Ended)?;
                self.place = Where::Ended;
            }
            Happened::Reopened => {
                self.must_be("reopened", self.place == Where::Ended)?;
                match &moment.after.stage {
                    Stage::Owned(owned) => self.owned(&owned.owner.clone()),
                    _ => {
                        self.place = Where::Climbing;
                        (self.last, self.exhausted, self.repeated, self.reminded) = (None, false, 0, 0);
                    }
                }
            }
            Happened::HelpAsked { .. } | Happened::Offered { .. } | Happened::Held { .. } => {
                self.must_be("done without an owner", matches!(self.place, Where::Owned(_)))?;
            }
            _ => {}
        }
        Ok(())
    }

    fn owned(&mut self, by: &UserId) {
        self.place = Where::Owned(by.clone());
        self.spared = None;
    }

    fn must_be(&self, what: &str, fine: bool) -> Result<(), String> {
        if fine { Ok(()) } else { Err(format!("{what}: it was {:?}", self.place)) }
    }

    /// Time has to have passed, and nobody may be left out or asked in vain.
    fn pinged(
        &mut self,
        tier: Option<&str>,
        to: &[UserId],
        reason: &PingReason,
        moment: &Moment<'_>,
    ) -> Result<(), String> {
        match reason {
            PingReason::HelpAsked { .. }
            | PingReason::ReplyLate { .. }
            | PingReason::UpdateLate { .. }
            | PingReason::ResolveLate { .. } => {
                return self.must_be("pinged as if somebody had it", matches!(self.place, Where::Owned(_)));
            }
            PingReason::CameBack => {
                self.must_be("pinged although taken", self.place == Where::Climbing)?;
                let repeated = to.iter().find(|user| self.to.contains(*user));
                return match repeated.filter(|_| !self.exhausted) {
                    Some(user) => Err(format!("told twice: {user} came back, and had been pinged")),
                    None => Ok(()),
                };
            }
            _ => {}
        }
        let given_back = matches!(reason, PingReason::Reopened { .. })
            && matches!(&self.place, Where::Owned(owner) if to == [owner.clone()]);
        if given_back {
            return Ok(());
        }
        self.must_be("pinged although taken", self.place == Where::Climbing)?;
        if self.keeps_hours {
            return Ok(());
        }
        let stale = moment.stale(reason);
        if !stale {
            self.waited(reason, moment)?;
        }
        let verdicts = moment.people.map(|people| self.rung_is(tier, to, reason, people, moment.now, stale));
        if let [Err(wrong), Err(_)] = &verdicts {
            return Err(wrong.clone());
        }
        self.stand(tier, to, reason, moment, stale);
        Ok(())
    }

    fn waited(&self, reason: &PingReason, moment: &Moment<'_>) -> Result<(), String> {
        let waits = matches!(
            reason,
            PingReason::NoAnswer { .. }
                | PingReason::Repeated { .. }
                | PingReason::Exhausted
                | PingReason::Reminder { .. }
        );
        match reason {
            PingReason::Repeated { time } if *time != self.repeated + 1 => {
                return Err(format!("repeated wrongly: {time} times after {}", self.repeated));
            }
            PingReason::Reminder { time } if *time != self.reminded + 1 => {
                return Err(format!("reminded wrongly: {time} times after {}", self.reminded));
            }
            _ => {}
        }
        match self.wait_over().filter(|over| waits && moment.now < *over) {
            Some(over) => Err(format!("too early: {reason:?} at {}, the wait ends at {over}", moment.now)),
            None => Ok(()),
        }
    }

    fn rung_is(
        &self,
        tier: Option<&str>,
        to: &[UserId],
        reason: &PingReason,
        people: &People,
        now: Timestamp,
        stale: bool,
    ) -> Result<(), String> {
        let from = match reason {
            PingReason::Repeated { .. } => {
                let able = self.able(self.rung, people, now, self.spared.as_ref());
                return same(self.tier(self.rung).name.as_str(), &able, tier, to);
            }
            PingReason::Reminder { .. } => return same_supervisor(tier, to),
            // A ping that went stale is worded for the tier that stands.
            _ if stale && self.exhausted => return same_supervisor(tier, to),
            _ if stale => self.rung,
            PingReason::NoAnswer { .. } | PingReason::Exhausted => self.rung + 1,
            PingReason::AllWentAway { .. } => self.rung,
            _ => self.rung,
        };
        match self.first_able(from, people, now) {
            Some((index, able)) => same(self.tier(index).name.as_str(), &able, tier, to),
            None => same_supervisor(tier, to),
        }
    }

    fn stand(
        &mut self,
        tier: Option<&str>,
        to: &[UserId],
        reason: &PingReason,
        moment: &Moment<'_>,
        stale: bool,
    ) {
        match tier.and_then(|name| self.policy.tiers.iter().position(|tier| tier.name == name)) {
            Some(index) => {
                self.repeated = match reason {
                    PingReason::Repeated { time } => *time,
                    _ => 0,
                };
                self.rung = index;
                self.exhausted = false;
            }
            None => {
                self.reminded = match reason {
                    PingReason::Reminder { time } => *time,
                    _ => self.reminded,
                };
                self.exhausted = true;
            }
        }
        self.to = to.iter().cloned().collect();
        // Asked again because nobody else could: that is over then.
        self.spared = self.spared.take().filter(|spared| !self.to.contains(spared));
        if !(stale && self.last.is_some()) {
            self.last = Some(moment.now);
            self.since = Instant::now();
        }
    }
}

fn same(name: &str, able: &[UserId], tier: Option<&str>, to: &[UserId]) -> Result<(), String> {
    let (wanted, got): (BTreeSet<_>, BTreeSet<_>) = (able.iter().collect(), to.iter().collect());
    if tier == Some(name) && wanted == got {
        return Ok(());
    }
    Err(format!("wrong tier: {tier:?} {to:?} was pinged, and {name} {able:?} ought to be"))
}

fn same_supervisor(tier: Option<&str>, to: &[UserId]) -> Result<(), String> {
    if tier.is_none() && to == [UserId::from(SUPERVISOR)] {
        return Ok(());
    }
    Err(format!("wrong tier: {tier:?} {to:?} was pinged, and the supervisor ought to be"))
}

pub fn is_known(user: &UserId) -> bool {
    ["U0ANA", "U0BO", "U0NED", SUPERVISOR].contains(&user.as_str())
}
