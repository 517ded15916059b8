//! Random histories: the store in a folder answers as the naive model does, through crashes as well.

use crate::store_model::ModelStore;
use crate::store_samples::{
    at, card, case, direct, entry, note, owned_by, ping, put, put_desk, put_person, remove, resolved,
};
use firstline::clock::Length;
use firstline::domain::effect::Slot;
use firstline::domain::event::Subject;
use firstline::id::CaseId;
use firstline::store::{Claim, Commit, Doubt, Locator, Outcome, SledStore, Store, TimelineWanted, Wanted};
use firstline::view::call::{Call, Urgency};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    /// A case is written: (number, shape, seconds until due).
    Put(u32, u8, Option<i64>),
    /// Another record is written, over what stands or over nothing.
    Other(bool, bool),
    Wake(u32, i64),
    Deliver(u8),
    Calls(Vec<(u32, u8)>),
    CancelPings(u32),
    Claim(usize),
    Settle(u8),
    Requeue,
    Advance(i64),
    Crash,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let number = 1..4_u32;
    let step = prop_oneof![
        3 => (number.clone(), 0..5_u8, proptest::option::of(0..300_i64)).prop_map(|(n, s, d)| Step::Put(n, s, d)),
        1 => (any::<bool>(), any::<bool>()).prop_map(|(a, b)| Step::Other(a, b)),
        1 => (number.clone(), 0..300_i64).prop_map(|(n, s)| Step::Wake(n, s)),
        1 => (0..6_u8).prop_map(Step::Deliver),
        4 => proptest::collection::vec((number.clone(), 0..7_u8), 1..4).prop_map(Step::Calls),
        1 => number.prop_map(Step::CancelPings),
        3 => (1..4_usize).prop_map(Step::Claim),
        5 => (0..6_u8).prop_map(Step::Settle),
        1 => Just(Step::Requeue),
        2 => (1..90_i64).prop_map(Step::Advance),
        1 => Just(Step::Crash),
    ];
    proptest::collection::vec(step, 1..60)
}

/// Both stores, and what the world outside remembers.
struct Pair {
    sled: Option<SledStore>,
    model: ModelStore,
    folder: tempfile::TempDir,
    claims: Vec<(Claim, Claim)>,
    calls: u32,
    now: i64,
}

fn id(number: u32) -> CaseId {
    CaseId::new(format!("event-{number}"))
}

impl Pair {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let sled = Some(crate::store_sled::open(folder.path()));
        Self { sled, model: ModelStore::new(), folder, claims: Vec::new(), calls: 0, now: 0 }
    }

    fn sled(&self) -> &SledStore {
        self.sled.as_ref().unwrap()
    }

    async fn commit(&self, commit: Commit) {
        let (one, other) = (self.sled().commit(commit.clone()).await, self.model.commit(commit).await);
        assert_eq!(one, other);
    }

    async fn version(&self, number: u32) -> u64 {
        let wanted = Wanted { case: Some(id(number)), ..Wanted::default() };
        self.model.load(&[], &wanted).await.unwrap().case.version
    }

    async fn take(&mut self, step: Step) {
        match step {
            Step::Put(number, shape, due) => {
                let over = self.version(number).await;
                let plain = case(id(number).as_str(), &format!("{number}.000001"));
                let (record, over) = match shape {
                    0 => (owned_by(plain, "U0ANA"), over),
                    1 => (owned_by(plain, "U0BO"), over),
                    2 => (resolved(plain), over),
                    3 => (plain, over + 1),
                    _ => (plain, over),
                };
                let timeline = vec![entry(id(number).as_str(), self.now)];
                let puts = vec![put(record, over, due.map(|due| at(self.now + due)))];
                self.commit(Commit { puts, timeline, seen_at: Some(at(self.now)), ..Commit::default() })
                    .await;
            }
            Step::Other(is_desk, is_new) => {
                let (people, desks) = (self.model.people().len(), self.model.desks().len());
                let stands = u64::try_from(if is_desk { desks } else { people }).unwrap();
                let over = if is_new { 0 } else { stands };
                let due = Some(at(self.now + 20));
                let put = if is_desk { put_desk("event", over, due) } else { put_person("U0ANA", over, due) };
                self.commit(Commit { puts: vec![put], ..Commit::default() }).await;
            }
            Step::Wake(number, after) => {
                let subjects = [
                    Subject::Case(id(number)),
                    Subject::Person("U0ANA".into()),
                    Subject::Desk("event".into()),
                ];
                let wake = subjects.into_iter().map(|subject| (subject, at(self.now + after))).collect();
                self.commit(Commit { wake, ..Commit::default() }).await;
            }
            Step::Deliver(key) => {
                let deliveries =
                    vec![format!("k{key}").as_str().into(), format!("c{}", key / 2).as_str().into()];
                self.commit(Commit { deliveries, ..Commit::default() }).await;
            }
            Step::Calls(wanted) => {
                let calls = wanted.into_iter().map(|(number, shape)| self.call(number, shape)).collect();
                self.commit(Commit { calls, ..Commit::default() }).await;
            }
            Step::CancelPings(number) => {
                let cancel_pings = vec![Call::case_lane(&id(number))];
                self.commit(Commit { cancel_pings, ..Commit::default() }).await;
            }
            Step::Claim(limit) => self.claim(limit),
            Step::Settle(how) => self.settle(how).await,
            Step::Requeue => {
                let letters = self.model.dead_letters().await.unwrap();
                let letter = letters.first().map_or("none".into(), |letter| letter.call.id.clone());
                let one = self.sled().requeue(&letter, at(self.now)).await;
                assert_eq!(one, self.model.requeue(&letter, at(self.now)).await);
            }
            Step::Advance(by) => self.now += by,
            Step::Crash => {
                self.sled = None;
                self.sled = Some(crate::store_sled::open(self.folder.path()));
                self.model.crash();
                self.claims.clear();
            }
        }
    }

    fn call(&mut self, number: u32, shape: u8) -> Call {
        self.calls += 1;
        let (name, case) = (format!("call {}", self.calls), id(number));
        let (name, case) = (name.as_str(), case.as_str());
        let call = match shape {
            0 => card(name, case),
            1 => ping(name, case, self.calls),
            2 => note(name, case, self.calls),
            3 => remove(name, case, Slot::Card),
            4 => direct(name, case, "U0ANA", Slot::Note(self.calls), Urgency::Ping),
            5 => direct(name, case, "U0ANA", Slot::Note(self.calls), Urgency::Word),
            _ => Call { case: None, ..card(name, case) },
        };
        Call { decided_at: at(self.now), ..call }
    }

    fn claim(&mut self, limit: usize) {
        let one = self.sled().claim(at(self.now), Length::minutes(1), limit);
        let other = self.model.claim(at(self.now), Length::minutes(1), limit);
        let bare = |claims: &[Claim]| -> Vec<Claim> {
            claims.iter().map(|claim| Claim { lease: 0, ..claim.clone() }).collect()
        };
        assert_eq!(bare(&one), bare(&other));
        self.claims.extend(one.into_iter().zip(other));
    }

    async fn settle(&mut self, how: u8) {
        if self.claims.is_empty() {
            return;
        }
        let (one, other) = self.claims.remove(usize::from(how) % self.claims.len());
        let ts = format!("{}.{:06}", self.now, self.calls);
        let outcome = match how {
            0 | 1 => Outcome::Delivered { channel: Some("C1".into()), ts: Some(ts.as_str().into()) },
            2 => Outcome::Delivered { channel: None, ts: None },
            3 => Outcome::Retry { at: at(self.now + 25), doubt: Doubt::No, why: "late".to_owned() },
            4 => Outcome::Dead { why: "archived".to_owned() },
            _ => Outcome::Dropped,
        };
        self.sled().settle(&one, outcome.clone(), at(self.now)).await.unwrap();
        self.model.settle(&other, outcome, at(self.now)).await.unwrap();
    }

    async fn compare(&self) {
        let (one, other, now) = (self.sled(), &self.model, at(self.now));
        assert_eq!(one.open_cases(), other.open_cases());
        // Who has no cases any more and was never pinged counts for nothing, listed or not.
        let mut loads = (*one.loads()).clone();
        loads.retain(|_, load| load.open_cases > 0 || load.last_pinged_at.is_some());
        assert_eq!(loads, *other.loads());
        assert_eq!(one.next_due(), other.next_due());
        let mut due = one.due(now, 9);
        let mut expected = other.due(now, 9);
        due.sort();
        expected.sort();
        assert_eq!(due, expected);
        let wake = |at: Option<firstline::clock::Timestamp>| at.map(|at| at.max(now));
        assert_eq!(wake(one.next_wake()), wake(other.next_wake()));
        assert_eq!(one.backlog(now), other.backlog(now));
        assert_eq!(one.seen_at(), other.seen_at());
        assert_eq!(one.cases().await, other.cases().await);
        for number in 1..4 {
            assert_eq!(one.slots(&id(number)), other.slots(&id(number)));
            let wanted = Wanted {
                case: Some(id(number)),
                person: Some("U0ANA".into()),
                desk: Some("event".into()),
                open_in: Some("C1".into()),
                timeline: TimelineWanted::Yes,
            };
            let (here, there) =
                (one.load(&[], &wanted).await.unwrap(), other.load(&[], &wanted).await.unwrap());
            assert_eq!((here.case, here.person, here.desk), (there.case, there.person, there.desk));
            assert_eq!((here.open_here, here.timeline), (there.open_here, there.timeline));
            let root =
                Locator::Thread { channel: "C1".into(), root: format!("{number}.000001").as_str().into() };
            assert_eq!(one.find(&root), other.find(&root));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_store_answers_as_the_model_does(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut pair = Pair::new();
            for step in steps {
                pair.take(step).await;
                pair.compare().await;
            }
        });
    }
}
