//! Watches every commit and every call, and says what may not be.

use super::ladder::{Moment, People, Shadow, Where};
use super::shop::Counter;
use firstline::clock::{Clock as _, MovableClock, Timestamp};
use firstline::domain::case::{Case, Sent};
use firstline::domain::timeline::Entry;
use firstline::id::CaseId;
use firstline::slack::http::Arguments;
use firstline::store::{Commit, Put, Store as _};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// After a disturbance everything may take this long until it is as if nothing had been: a case is held for a
/// minute until its thread is read, and a lost post is looked for.
const RECOVERS_WITHIN: Duration = Duration::from_secs(130);

/// More than scheduling, less than anybody would notice.
const ABOUT: i64 = 3;

pub struct Judge {
    clock: MovableClock,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    cases: BTreeMap<CaseId, Shadow>,
    wrong: Vec<String>,
    calm_from: Option<Instant>,
    /// Somebody changed at this instant, from this.
    changed: Option<(Timestamp, Arc<People>)>,
    /// Two engines: what one recalls the other may have in the air.
    several: bool,
    /// Pings in the order in which they were posted, for the journal.
    journal: Vec<String>,
    last_store: Option<Counter>,
}

/// What stood before a commit.
pub struct Before {
    cases: BTreeMap<CaseId, Case>,
    people: Arc<People>,
}

impl Judge {
    pub fn new(clock: MovableClock) -> Self {
        Self { clock, seen: Mutex::default() }
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub fn wrong(&self) -> Option<String> {
        self.seen.lock().unwrap().wrong.first().cloned()
    }

    pub fn journal(&self) -> Vec<String> {
        self.seen.lock().unwrap().journal.clone()
    }

    pub fn complain(&self, wrong: &str) {
        let at = self.now();
        let mut seen = self.seen.lock().unwrap();
        seen.journal.push(format!("{at} WRONG {wrong}"));
        seen.wrong.push(format!("{wrong} (at {at})"));
    }

    /// A line of the journal, for whoever looks into one history.
    pub fn note(&self, what: &str) {
        if std::env::var_os("FIRSTLINE_HISTORY").is_some() {
            println!("  {} {what}", self.now());
        }
    }

    /// Something is wrong with the world for so long, and a while thereafter.
    pub fn disturbed(&self, duration: Duration) {
        let until = Instant::now() + duration + RECOVERS_WITHIN;
        let mut seen = self.seen.lock().unwrap();
        seen.calm_from = Some(seen.calm_from.map_or(until, |from| from.max(until)));
    }

    /// The wall clock was set back: a wait that runs may begin anew, and no more than that.
    pub fn set_back(&self) {
        let now = Instant::now();
        self.seen.lock().unwrap().cases.values_mut().for_each(|shadow| shadow.since = now);
    }

    pub fn several(&self, several: bool) {
        self.seen.lock().unwrap().several = several;
    }

    pub fn before(&self, store: &Counter, commit: &Commit) -> Before {
        let ids = commit.puts.iter().filter_map(case_of).map(|case| case.id.clone());
        let ids = ids.chain(commit.timeline.iter().map(|entry| entry.case.clone()));
        let cases = ids.filter_map(|id| Some((id.clone(), store.look(&id)?))).collect();
        Before { cases, people: store.people() }
    }

    pub fn committed(&self, store: &Counter, before: &Before, commit: &Commit) {
        let now = self.now();
        let people = store.people();
        let mut wrong = Vec::new();
        {
            let mut seen = self.seen.lock().unwrap();
            seen.last_store = Some(store.clone());
            if *people != *before.people {
                seen.changed = Some((now, Arc::clone(&before.people)));
            }
            let was = seen.changed.clone().filter(|(at, _)| *at == now).map(|(_, was)| was);
            let was = was.unwrap_or_else(|| Arc::clone(&people));
            for case in commit.puts.iter().filter_map(case_of) {
                let moment =
                    Moment { now, people: [&people, &was], before: before.cases.get(&case.id), after: case };
                let entries = commit.timeline.iter().filter(|entry| entry.case == case.id);
                if let Err(why) = seen.take(store, entries, &moment) {
                    wrong.push(format!("{why}; case {}", case.id));
                }
            }
        }
        wrong.iter().for_each(|wrong| self.complain(wrong));
    }

    /// A call is about to be carried out.
    pub fn calls(&self, method: &str, arguments: &Arguments) {
        let Arguments::Json(body) = arguments else { return };
        let id = body["metadata"]["event_payload"]["call"].as_str().unwrap_or_default();
        let at = self.now();
        if method != "chat.postMessage" || id.is_empty() {
            if !id.is_empty() {
                self.seen.lock().unwrap().journal.push(format!("{at} {method} {id}"));
            }
            return;
        }
        let (store, several) = {
            let mut seen = self.seen.lock().unwrap();
            seen.journal.push(format!("{at} {id}"));
            (seen.last_store.clone(), seen.several)
        };
        let mut parts = id.split('/');
        let (Some(case), Some(slot)) = (parts.next(), parts.next()) else { return };
        let Some(number) = slot.strip_prefix("ping-").and_then(|number| number.parse().ok()) else { return };
        let Some(case) = store.and_then(|store| store.look(&CaseId::new(case))) else { return };
        if !several && !case.waiting.contains_key(&number) {
            self.complain(&format!("not wanted any more: {id} is sent, and the case is {:?}", case.stage));
        }
    }

    /// What must hold whenever the world has been fine for a while: nobody waits in silence.
    pub fn look_round(&self) {
        let (store, undisturbed_for) = {
            let seen = self.seen.lock().unwrap();
            if seen.calm_from.is_some_and(|from| from > Instant::now()) {
                return;
            }
            let since = seen.calm_from.map(|from| from.elapsed() + RECOVERS_WITHIN);
            (seen.last_store.clone(), since.unwrap_or(Duration::MAX))
        };
        let Some(store) = store.filter(|store| !store.life.is_over()) else { return };
        let now = self.now();
        let late = |at: Timestamp| (now - at).num_seconds() > ABOUT;
        if let Some(due) = store.next_due().filter(|due| late(*due)) {
            self.complain(&format!("a deadline stands still: it was due at {due}"));
        }
        let shadows = self.seen.lock().unwrap().cases.clone();
        for (id, shadow) in shadows {
            let Some(case) = store.look(&id) else { continue };
            for (number, ping) in &case.waiting {
                if (now - ping.due_at).num_seconds() > 60 {
                    let (backlog, wake) = (store.backlog(now), store.next_wake());
                    self.complain(&format!(
                        "a ping is lost: ping {number} of {id} was due at {}; {backlog:?}, next wake {wake:?}",
                        ping.due_at
                    ));
                }
            }
            if shadow.place != Where::Climbing || shadow.keeps_hours {
                continue;
            }
            let wait = Duration::from_secs(u64::try_from(shadow.wait_seconds() + 2 * ABOUT).unwrap());
            let waited = shadow.since.elapsed().min(undisturbed_for);
            if shadow.last.is_none() || shadow.wait_over().is_some_and(late) || waited > wait {
                self.complain(&format!(
                    "silence: {id} stands at rung {} since {:?}, {:?} ago",
                    shadow.rung,
                    shadow.last,
                    shadow.since.elapsed()
                ));
            }
        }
    }

    /// What was not acknowledged may have been kept all the same: the shadows are taken from the store.
    pub fn relearn(&self, store: &Counter, timelines: &BTreeMap<CaseId, (Case, Vec<Entry>)>) {
        let mut seen = self.seen.lock().unwrap();
        seen.last_store = Some(store.clone());
        for (id, (case, entries)) in timelines {
            let Some(policy) = store.rules(&case.policy) else { continue };
            let mut shadow = Shadow::new(policy, case.desk.as_str() == "late");
            for entry in entries {
                let people = People::new();
                let moment = Moment { now: entry.at, people: [&people, &people], before: None, after: case };
                // Judged when it was committed; here only its outcome counts.
                let _judged_before = shadow.take(entry, &moment);
            }
            if let Some(known) = seen.cases.get(id) {
                (shadow.last, shadow.since) = (known.last, known.since);
            }
            shadow.catch_up_with(case);
            seen.cases.insert(id.clone(), shadow);
        }
    }
}

impl Seen {
    fn take<'e>(
        &mut self,
        store: &Counter,
        entries: impl Iterator<Item = &'e Entry>,
        moment: &Moment<'_>,
    ) -> Result<(), String> {
        let case = moment.after;
        if !self.cases.contains_key(&case.id) {
            let policy = store.rules(&case.policy).ok_or("kept without its policy")?;
            self.cases.insert(case.id.clone(), Shadow::new(policy, case.desk.as_str() == "late"));
        }
        let Some(shadow) = self.cases.get_mut(&case.id) else { return Ok(()) };
        for entry in entries {
            shadow.take(entry, moment)?;
        }
        let place = match case.owner() {
            Some(owner) => Where::Owned(owner.clone()),
            None if case.is_open() => Where::Climbing,
            None => Where::Ended,
        };
        if place != shadow.place {
            return Err(format!("whose it is: {place:?} is kept, and its timeline says {:?}", shadow.place));
        }
        shadow.delivered_late(moment)
    }
}

impl Shadow {
    /// A ping that arrived after its whole wait gives its tier the wait from there.
    fn delivered_late(&mut self, moment: &Moment<'_>) -> Result<(), String> {
        let standing = |case: &Case| case.run.standing.clone();
        let (Some(before), Some(after)) = (moment.before.and_then(standing), standing(moment.after)) else {
            return Ok(());
        };
        if before.ping != after.ping || before.at == after.at {
            return Ok(());
        }
        let late = before.sent == Sent::Pending && after.sent == Sent::Delivered;
        let set_back = before.at > moment.now;
        if !(late || set_back) || after.at != moment.now {
            return Err(format!("moved: the ping that stands, from {} to {}", before.at, after.at));
        }
        (self.last, self.since) = (Some(after.at), Instant::now());
        Ok(())
    }

    fn catch_up_with(&mut self, case: &Case) {
        if let Some(standing) = &case.run.standing
            && self.last != Some(standing.at)
        {
            (self.last, self.since) = (Some(standing.at), Instant::now());
        }
        self.repeated = case.run.repeated;
        self.reminded = case.run.reminded;
        self.rung = case.run.tier;
        self.exhausted = case.run.state == firstline::domain::case::RunState::Exhausted;
    }
}

fn case_of(put: &Put) -> Option<&Case> {
    match put {
        Put::Case { record, .. } => Some(record),
        Put::Person { .. } | Put::Desk { .. } | Put::Policy { .. } => None,
    }
}
