//! What every store promises of records, versions, deliveries, due rows and indices; `store_lanes` has the lanes.

use crate::store_samples::{
    at, call, calls, card, case, delivery, entry, note, owned_by, ping, policy, put, put_desk, put_person,
    puts, resolved,
};
use firstline::clock::Length;
use firstline::domain::case::{Part, Root};
use firstline::domain::effect::Slot;
use firstline::domain::event::Subject;
use firstline::id::{CaseId, DeskKey, UserId};
use firstline::store::{Commit, Locator, Outcome, Put, Seen, Store, StoreError, TimelineWanted, Wanted};
use firstline::view::call::{Urgency, Verb};
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

/// Runs each promise on every store.
macro_rules! on_every_store {
    ($($promise:ident)*) => {
        mod on_sled {
            $(#[tokio::test]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                super::$promise(crate::store_sled::open(folder.path())).await;
            })*
        }
        mod on_the_model {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(crate::store_model::ModelStore::new()).await;
            })*
        }
    };
}
pub(crate) use on_every_store;

on_every_store! {
    an_empty_store_knows_nothing
    what_was_committed_is_read_with_its_version
    a_put_over_another_version_changes_nothing
    one_bad_put_undoes_the_whole_commit
    of_two_commits_over_one_version_one_wins
    a_delivery_counts_once
    a_delivery_is_known_for_26_hours
    a_conflict_leaves_its_delivery_new
    policies_never_change
    due_rows_come_earliest_first
    a_put_replaces_the_due_row
    waking_only_brings_forward
    somebody_without_a_record_can_be_woken
    closed_cases_are_found_but_not_open
    a_reopened_case_is_open_again
    open_cases_are_listed_by_channel
    loads_follow_owners_and_pings
    messages_are_found
    case_numbers_are_given_once
    timelines_keep_their_order
    people_and_desks_are_shared
    seen_at_never_goes_back
    no_change_is_missed
    large_records_survive
    a_commit_above_one_mebibyte_is_refused
}

fn wanted(id: &str) -> Wanted {
    Wanted { case: Some(id.into()), timeline: TimelineWanted::Yes, ..Wanted::default() }
}

async fn an_empty_store_knows_nothing(store: impl Store) {
    let wanted = Wanted {
        desk: Some("event".into()),
        person: Some("U0ANA".into()),
        open_in: Some("C1".into()),
        ..wanted("event-1")
    };
    let found = store.load(&["k".into()], &wanted).await.unwrap();
    assert_eq!(found.seen, Seen::New);
    assert_eq!((found.case.version, found.case.record), (0, None));
    assert_eq!((found.desk.version, found.desk.record), (0, None));
    assert_eq!((found.person.version, found.person.record), (0, None));
    assert!(found.open_here.is_empty() && found.timeline.is_empty());
    assert_eq!(store.seen_at(), None);
    assert_eq!((store.next_due(), store.next_wake()), (None, None));
    assert_eq!(store.policy(&"p1".into()).await.unwrap(), None);
    assert!(store.claim(at(0), Length::minutes(1), 10).is_empty());
    assert_eq!(store.backlog(at(0)), firstline::store::Backlog::default());
}

async fn what_was_committed_is_read_with_its_version(store: impl Store) {
    let mut commit = puts(case("event-1", "1.000001"), 0, Some(at(60)));
    commit.puts.extend([put_person("U0ANA", 0, None), put_desk("event", 0, None)]);
    commit.timeline.push(entry("event-1", 0));
    store.commit(commit).await.unwrap();
    let wanted = Wanted { desk: Some("event".into()), person: Some("U0ANA".into()), ..wanted("event-1") };
    let found = store.load(&[], &wanted).await.unwrap();
    assert_eq!(found.case.version, 1);
    assert_eq!(found.case.record, Some(case("event-1", "1.000001")));
    assert_eq!((found.desk.version, found.person.version), (1, 1));
    assert_eq!(found.timeline, [entry("event-1", 0)]);
    store.commit(puts(owned_by(case("event-1", "1.000001"), "U0ANA"), 1, None)).await.unwrap();
    assert_eq!(store.load(&[], &wanted).await.unwrap().case.version, 2);
    assert_eq!(
        store.case(&"event-1".into()).await.unwrap(),
        Some((owned_by(case("event-1", "1.000001"), "U0ANA"), None))
    );
}

async fn a_put_over_another_version_changes_nothing(store: impl Store) {
    store.commit(puts(case("event-1", "1.000001"), 0, None)).await.unwrap();
    for over in [0, 2] {
        let late = puts(owned_by(case("event-1", "1.000001"), "U0BO"), over, Some(at(1)));
        assert_eq!(store.commit(late).await, Err(StoreError::Conflict));
    }
    assert_eq!(store.cases().await.unwrap(), [case("event-1", "1.000001")]);
    let unborn = puts(case("event-2", "2.000001"), 1, None);
    assert_eq!(store.commit(unborn).await, Err(StoreError::Conflict));
}

async fn one_bad_put_undoes_the_whole_commit(store: impl Store) {
    store.commit(Commit { puts: vec![put_person("U0ANA", 0, None)], ..Commit::default() }).await.unwrap();
    let commit = Commit {
        deliveries: vec!["k1".into()],
        puts: vec![put(case("event-1", "1.000001"), 0, Some(at(1))), put_person("U0ANA", 0, Some(at(2)))],
        wake: vec![(Subject::Person("U0ANA".into()), at(3))],
        timeline: vec![entry("event-1", 0)],
        calls: vec![card("c1", "event-1")],
        cancel_pings: Vec::new(),
        seen_at: Some(at(4)),
    };
    assert_eq!(store.commit(commit).await, Err(StoreError::Conflict));
    let found = store.load(&["k1".into()], &wanted("event-1")).await.unwrap();
    assert_eq!((found.seen, found.case.version), (Seen::New, 0));
    assert!(found.timeline.is_empty() && store.open_cases().is_empty());
    assert_eq!((store.next_due(), store.next_wake(), store.seen_at()), (None, None, None));
}

async fn of_two_commits_over_one_version_one_wins(store: impl Store) {
    store.commit(puts(case("event-1", "1.000001"), 0, None)).await.unwrap();
    let ana = store.commit(puts(owned_by(case("event-1", "1.000001"), "U0ANA"), 1, None));
    let bo = store.commit(puts(owned_by(case("event-1", "1.000001"), "U0BO"), 1, None));
    // Both are on their way before either is durable.
    let (ana, bo) = tokio::join!(ana, bo);
    assert_eq!((ana, bo), (Ok(()), Err(StoreError::Conflict)));
    assert_eq!(store.open_cases()[0].owner, Some("U0ANA".into()));
}

async fn a_delivery_counts_once(store: impl Store) {
    let first = Commit { deliveries: vec!["envelope".into(), "content".into()], ..Commit::default() };
    store.commit(first).await.unwrap();
    for key in ["envelope", "content"] {
        let again = delivery(key, case("event-1", "1.000001"));
        assert_eq!(store.commit(again).await, Err(StoreError::Duplicate));
        assert_eq!(store.load(&[key.into()], &Wanted::default()).await.unwrap().seen, Seen::Before);
    }
    let either = store.load(&["other".into(), "content".into()], &Wanted::default()).await.unwrap();
    assert_eq!(either.seen, Seen::Before);
    assert!(store.open_cases().is_empty());
    let other = tokio::join!(
        store.commit(delivery("twice", case("event-1", "1.000001"))),
        store.commit(delivery("twice", case("event-2", "2.000001")))
    );
    assert_eq!(other, (Ok(()), Err(StoreError::Duplicate)));
}

async fn a_delivery_is_known_for_26_hours(store: impl Store) {
    let early = Commit { deliveries: vec!["k".into()], ..Commit::default() };
    store.commit(early).await.unwrap();
    store.due(at(0), 1);
    store.due(at(26 * 3600), 1);
    store.commit(Commit { seen_at: Some(at(26 * 3600)), ..Commit::default() }).await.unwrap();
    let again = Commit { deliveries: vec!["k".into()], ..Commit::default() };
    assert_eq!(store.commit(again).await, Err(StoreError::Duplicate));
}

async fn a_conflict_leaves_its_delivery_new(store: impl Store) {
    let bad = Commit { deliveries: vec!["k".into()], ..puts(case("event-1", "1.000001"), 7, None) };
    assert_eq!(store.commit(bad).await, Err(StoreError::Conflict));
    store.commit(delivery("k", case("event-1", "1.000001"))).await.unwrap();
    // Having come before is said first: what it was decided on does not matter then.
    let bad = Commit { deliveries: vec!["k".into()], ..puts(case("event-1", "1.000001"), 7, None) };
    assert_eq!(store.commit(bad).await, Err(StoreError::Duplicate));
}

async fn policies_never_change(store: impl Store) {
    let (id, first) = policy();
    let mut second = first.clone();
    second.name = "Another".to_owned();
    for record in [first.clone(), second] {
        let put = Put::Policy { id: id.clone(), record: Arc::new(record) };
        store.commit(Commit { puts: vec![put], ..Commit::default() }).await.unwrap();
    }
    assert_eq!(store.policy(&id).await.unwrap().as_deref(), Some(&first));
}

async fn due_rows_come_earliest_first(store: impl Store) {
    let mut commit = puts(case("event-1", "1.000001"), 0, Some(at(30)));
    commit.puts.push(put(case("event-2", "2.000001"), 0, Some(at(10))));
    commit.puts.push(put_person("U0ANA", 0, Some(at(20))));
    commit.puts.push(put_desk("event", 0, Some(at(40))));
    store.commit(commit).await.unwrap();
    assert_eq!(store.next_due(), Some(at(10)));
    let due = store.due(at(30), 10);
    let expected = [
        (Subject::Case("event-2".into()), at(10)),
        (Subject::Person("U0ANA".into()), at(20)),
        (Subject::Case("event-1".into()), at(30)),
    ];
    assert_eq!(due, expected);
    assert_eq!(store.due(at(30), 2), expected[..2]);
    assert!(store.due(at(9), 10).is_empty());
}

async fn a_put_replaces_the_due_row(store: impl Store) {
    store.commit(puts(case("event-1", "1.000001"), 0, Some(at(10)))).await.unwrap();
    store.commit(puts(case("event-1", "1.000001"), 1, Some(at(50)))).await.unwrap();
    assert_eq!(store.next_due(), Some(at(50)));
    assert_eq!(store.case(&"event-1".into()).await.unwrap().unwrap().1, Some(at(50)));
    store.commit(puts(case("event-1", "1.000001"), 2, None)).await.unwrap();
    assert_eq!(store.next_due(), None);
    // A closed case can be due as well.
    store.commit(puts(resolved(case("event-1", "1.000001")), 3, Some(at(70)))).await.unwrap();
    assert_eq!(store.due(at(70), 1), [(Subject::Case("event-1".into()), at(70))]);
}

async fn waking_only_brings_forward(store: impl Store) {
    let mut commit = puts(case("event-1", "1.000001"), 0, Some(at(30)));
    commit.puts.push(put(case("event-2", "2.000001"), 0, None));
    commit.puts.push(put(resolved(case("event-3", "3.000001")), 0, None));
    store.commit(commit).await.unwrap();
    let wake = |id: &str, seconds| (Subject::Case(id.into()), at(seconds));
    let later = Commit { wake: vec![wake("event-1", 40)], ..Commit::default() };
    store.commit(later).await.unwrap();
    assert_eq!(store.next_due(), Some(at(30)));
    let sooner = vec![wake("event-1", 20), wake("event-2", 25), wake("event-3", 1), wake("event-9", 1)];
    store.commit(Commit { wake: sooner, ..Commit::default() }).await.unwrap();
    assert_eq!(store.due(at(99), 9), [wake("event-1", 20), wake("event-2", 25)]);
    assert_eq!(store.load(&[], &wanted("event-1")).await.unwrap().case.version, 1, "waking writes no record");
    store.commit(puts(case("event-1", "1.000001"), 1, Some(at(90)))).await.unwrap();
    assert_eq!(store.due(at(99), 9), [wake("event-2", 25), wake("event-1", 90)]);
}

async fn somebody_without_a_record_can_be_woken(store: impl Store) {
    let subjects = [Subject::Desk("event".into()), Subject::Person("U0ANA".into())];
    let wake = subjects.iter().map(|subject| (subject.clone(), at(5))).collect();
    store.commit(Commit { wake, ..Commit::default() }).await.unwrap();
    assert_eq!(store.due(at(5), 9).len(), 2);
    let settled = vec![put_desk("event", 0, None), put_person("U0ANA", 0, None)];
    store.commit(Commit { puts: settled, ..Commit::default() }).await.unwrap();
    assert_eq!(store.next_due(), None);
}

async fn closed_cases_are_found_but_not_open(store: impl Store) {
    store.commit(puts(owned_by(case("event-1", "1.000001"), "U0ANA"), 0, Some(at(1)))).await.unwrap();
    store.commit(puts(resolved(case("event-1", "1.000001")), 1, None)).await.unwrap();
    assert!(store.open_cases().is_empty());
    assert_eq!(store.next_due(), None);
    let found = store.load(&[], &wanted("event-1")).await.unwrap();
    assert_eq!((found.case.version, found.case.record), (2, Some(resolved(case("event-1", "1.000001")))));
    let root = Locator::Message { channel: "C1".into(), ts: "1.000001".into() };
    assert_eq!(store.find(&root), Some("event-1".into()));
    assert_eq!(store.cases().await.unwrap().len(), 1);
}

async fn a_reopened_case_is_open_again(store: impl Store) {
    store.commit(puts(resolved(case("event-1", "1.000001")), 0, None)).await.unwrap();
    let stale = puts(case("event-1", "1.000001"), 0, None);
    assert_eq!(store.commit(stale).await, Err(StoreError::Conflict));
    store.commit(puts(case("event-1", "1.000001"), 1, Some(at(3)))).await.unwrap();
    assert_eq!(store.open_cases().len(), 1);
    assert_eq!(store.cases().await.unwrap(), [case("event-1", "1.000001")], "it is kept once");
}

async fn open_cases_are_listed_by_channel(store: impl Store) {
    let mut newest = case("event-1", "3.000001");
    newest.opened_at = at(3);
    let mut elsewhere = case("event-2", "2.000001");
    elsewhere.channel = "C2".into();
    elsewhere.root = Root::Bot;
    let oldest = owned_by(case("event-3", "1.000001"), "U0ANA");
    let commit = vec![put(newest, 0, None), put(elsewhere, 0, None), put(oldest, 0, None)];
    store.commit(Commit { puts: commit, ..Commit::default() }).await.unwrap();
    let here = store.load(&[], &Wanted { open_in: Some("C1".into()), ..Wanted::default() }).await.unwrap();
    let ids: Vec<&str> = here.open_here.iter().map(|glance| glance.id.as_str()).collect();
    assert_eq!(ids, ["event-3", "event-1"], "oldest first");
    assert_eq!(here.open_here[0].owner, Some("U0ANA".into()));
    assert_eq!(here.open_here[0].root, Some("1.000001".into()));
    assert_eq!(here.open_here[0].desk, "event".into());
    assert_eq!(store.open_cases().len(), 3);
    // The bot's own post is a root once it is there.
    let root = call("r", "event-2", Slot::Root, Verb::Post, Urgency::Word);
    store.commit(calls(vec![root])).await.unwrap();
    let claim = store.claim(at(0), Length::minutes(1), 1).remove(0);
    let posted = Outcome::Delivered { channel: Some("C2".into()), ts: Some("9.000001".into()) };
    store.settle(&claim, posted, at(0)).await.unwrap();
    let there = store.load(&[], &Wanted { open_in: Some("C2".into()), ..Wanted::default() }).await.unwrap();
    assert_eq!(there.open_here[0].root, Some("9.000001".into()));
    let thread = Locator::Thread { channel: "C2".into(), root: "9.000001".into() };
    assert_eq!(store.find(&thread), Some("event-2".into()));
}

async fn loads_follow_owners_and_pings(store: impl Store) {
    let ana = UserId::from("U0ANA");
    let mut pinged = case("event-1", "1.000001");
    pinged.run.pinged.insert(ana.clone(), at(7));
    store.commit(puts(pinged, 0, None)).await.unwrap();
    assert_eq!(store.loads()[&ana].last_pinged_at, Some(at(7)));
    assert_eq!(store.loads()[&ana].open_cases, 0);
    store.commit(puts(owned_by(case("event-1", "1.000001"), "U0ANA"), 1, None)).await.unwrap();
    store.commit(puts(owned_by(case("event-2", "2.000001"), "U0ANA"), 0, None)).await.unwrap();
    let before = store.loads();
    assert_eq!(before[&ana].open_cases, 2);
    store.commit(puts(owned_by(case("event-1", "1.000001"), "U0BO"), 2, None)).await.unwrap();
    store.commit(puts(resolved(case("event-2", "2.000001")), 1, None)).await.unwrap();
    assert_eq!(store.loads()[&ana].open_cases, 0);
    assert_eq!(store.loads()[&UserId::from("U0BO")].open_cases, 1);
    assert_eq!(store.loads()[&ana].last_pinged_at, Some(at(7)), "a ping is remembered beyond its climb");
    assert_eq!(before[&ana].open_cases, 2, "what was read stays as it was read");
}

async fn messages_are_found(store: impl Store) {
    let mut joined = case("event-1", "1.000001");
    joined.report.parts.push(Part { ts: "1.000009".into(), text: "more".to_owned(), files: Vec::new() });
    let commit = Commit { calls: vec![card("c", "event-1")], ..puts(joined, 0, None) };
    store.commit(commit).await.unwrap();
    let claim = store.claim(at(0), Length::minutes(1), 1).remove(0);
    let posted = Outcome::Delivered { channel: None, ts: Some("1.000050".into()) };
    store.settle(&claim, posted, at(0)).await.unwrap();
    let message = |channel: &str, ts: &str| Locator::Message { channel: channel.into(), ts: ts.into() };
    let thread = |ts: &str| Locator::Thread { channel: "C1".into(), root: ts.into() };
    for ts in ["1.000001", "1.000009", "1.000050"] {
        assert_eq!(store.find(&message("C1", ts)), Some("event-1".into()), "{ts}");
        assert_eq!(store.find(&message("C2", ts)), None);
    }
    assert_eq!(store.find(&thread("1.000001")), Some("event-1".into()));
    assert_eq!(store.find(&thread("1.000050")), None, "nothing hangs on the card");
    assert_eq!(store.find(&message("C1", "1.0000")), None);
}

async fn case_numbers_are_given_once(store: impl Store) {
    let (event, chat) = (DeskKey::from("event"), DeskKey::from("chat"));
    assert_eq!(store.next_case(&event), "event-1".into());
    assert_eq!(store.next_case(&event), "event-2".into());
    assert_eq!(store.next_case(&chat), "chat-1".into());
    store.commit(puts(case("event-40", "1.000001"), 0, None)).await.unwrap();
    assert_eq!(store.next_case(&event), "event-41".into());
}

async fn timelines_keep_their_order(store: impl Store) {
    let first = Commit { timeline: vec![entry("event-1", 5), entry("event-10", 6)], ..Commit::default() };
    store.commit(first).await.unwrap();
    let more = Commit { timeline: vec![entry("event-1", 5), entry("event-1", 3)], ..Commit::default() };
    store.commit(more).await.unwrap();
    let expected = [entry("event-1", 5), entry("event-1", 5), entry("event-1", 3)];
    assert_eq!(store.timeline(&"event-1".into()).await.unwrap(), expected);
    assert_eq!(store.timeline(&"event-10".into()).await.unwrap(), [entry("event-10", 6)]);
    let unwanted = Wanted { timeline: TimelineWanted::No, ..wanted("event-1") };
    assert!(store.load(&[], &unwanted).await.unwrap().timeline.is_empty());
}

async fn people_and_desks_are_shared(store: impl Store) {
    let both = vec![put_person("U0ANA", 0, None), put_desk("event", 0, None)];
    store.commit(Commit { puts: both, ..Commit::default() }).await.unwrap();
    let people = store.people();
    store.commit(Commit { puts: vec![put_person("U0BO", 0, None)], ..Commit::default() }).await.unwrap();
    assert_eq!((people.len(), store.people().len(), store.desks().len()), (1, 2, 1));
}

async fn seen_at_never_goes_back(store: impl Store) {
    for (seen, stands) in [(at(5), at(5)), (at(3), at(5)), (at(8), at(8))] {
        store.commit(Commit { seen_at: Some(seen), ..Commit::default() }).await.unwrap();
        assert_eq!(store.seen_at(), Some(stands));
    }
}

async fn no_change_is_missed(store: impl Store) {
    let mut context = Context::from_waker(Waker::noop());
    let mut quiet = pin!(store.changed());
    assert_eq!(quiet.as_mut().poll(&mut context), Poll::Pending);
    let before = store.changed();
    store.commit(calls(vec![note("n", "event-1", 1)])).await.unwrap();
    // It was never polled before the commit, and resolves all the same.
    before.await;
    quiet.await;
    let claim = store.claim(at(0), Length::minutes(1), 1).remove(0);
    let before = store.changed();
    store.settle(&claim, Outcome::Dropped, at(0)).await.unwrap();
    before.await;
    let mut quiet = pin!(store.changed());
    assert_eq!(quiet.as_mut().poll(&mut context), Poll::Pending);
}

async fn large_records_survive(store: impl Store) {
    let mut large = case("event-1", "1.000001");
    for bytes in [30_000, 7_200, 100_000, 10] {
        large.report.text = "é".repeat(bytes / 2);
        let over = store.load(&[], &wanted("event-1")).await.unwrap().case.version;
        store.commit(puts(large.clone(), over, None)).await.unwrap();
        assert_eq!(store.load(&[], &wanted("event-1")).await.unwrap().case.record, Some(large.clone()));
    }
    let mut body = ping("p", "event-1", 1);
    body.body = serde_json::json!({ "text": "x".repeat(50_000) });
    store.commit(calls(vec![body.clone()])).await.unwrap();
    assert_eq!(store.claim(at(0), Length::minutes(1), 1)[0].call, body);
}

async fn a_commit_above_one_mebibyte_is_refused(store: impl Store) {
    let mut body = ping("p", "event-1", 1);
    body.body = serde_json::json!({ "text": "x".repeat(1024 * 1024) });
    let refused = store.commit(calls(vec![body])).await;
    assert_eq!(refused, Err(StoreError::Unavailable("a commit may have 1 MiB at most".to_owned())));
    store.commit(puts(case("event-1", "1.000001"), 0, None)).await.expect("the next one is taken");
    assert_eq!(store.next_wake(), None);
    assert_eq!(store.open_cases()[0].id, CaseId::from("event-1"));
}
