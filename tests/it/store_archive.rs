//! What every store promises of everything it ever kept: history in pages, pruning, forgetting.

use crate::store_contract::on_every_store;
use crate::store_samples::{
    at, calls, card, case, entry, note, owned_by, ping, policy, put_desk, put_person, puts, resolved,
};
use firstline::clock::{Length, Timestamp};
use firstline::domain::case::{Case, Stage};
use firstline::domain::cover::ledger;
use firstline::domain::timeline::{Entry, Happened};
use firstline::id::CaseId;
use firstline::store::archive::{PAGE, SOMEBODY};
use firstline::store::{
    Ages, Archive, Commit, Forgotten, Locator, Outcome, Period, Pruned, Pruning, Put, Store, Traces,
};
use std::sync::Arc;

on_every_store! {
    a_page_has_what_touches_its_period
    what_is_old_goes_with_all_that_hangs_on_it
    rules_that_no_case_keeps_go_with_the_last_that_did
    a_dry_run_changes_nothing
    what_waits_to_be_sent_or_is_due_stays
    a_desk_may_keep_its_cases_longer
    a_desks_own_timeline_grows_old_as_well
    somebody_is_forgotten_in_their_cases
    somebody_is_forgotten_in_the_cases_of_others
    an_open_case_still_knows_whose_it_is
    nothing_is_found_of_a_stranger
}

async fn closed(store: &impl Store, id: &str, ts: &str) -> Case {
    let case = resolved(case(id, ts));
    let timeline = vec![entry(id, 0), resolved_by("U0ANA", id, Some("cleared the cache"))];
    store.commit(Commit { timeline, ..puts(case.clone(), 0, None) }).await.unwrap();
    case
}

fn resolved_by(user: &str, case: &str, note: Option<&str>) -> Entry {
    let what = Happened::Resolved { owner: Some(user.into()), outcome: None, note: note.map(str::to_owned) };
    Entry { case: case.into(), at: at(9), by: Some(user.into()), what }
}

async fn prune(store: &impl Store, before: Timestamp, how: Pruning) -> Pruned {
    store.prune(&Ages::before(before), how, None).await.unwrap()
}

async fn all(store: &impl Store, period: Period) -> Vec<CaseId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = store.page(period, after).await.unwrap();
        found.extend(page.cases.into_iter().map(|(case, _)| case.id));
        after = page.next;
        if after.is_none() {
            found.sort();
            return found;
        }
    }
}

async fn a_page_has_what_touches_its_period(store: impl Store) {
    closed(&store, "event-1", "1.000001").await;
    store.commit(puts(case("event-2", "2.000001"), 0, Some(at(5)))).await.unwrap();
    let period = |from, until| Period { from: at(from), until: at(until) };
    assert_eq!(all(&store, period(-5, 0)).await, []);
    assert_eq!(all(&store, period(0, 1)).await, ["event-1".into(), "event-2".into()]);
    assert_eq!(all(&store, period(9, 20)).await, ["event-1".into(), "event-2".into()]);
    assert_eq!(all(&store, period(10, 20)).await, ["event-2".into()]);
    let page = store.page(period(0, 1), None).await.unwrap();
    let (_, lines) = page.cases.iter().find(|(case, _)| case.id.as_str() == "event-1").unwrap();
    assert_eq!(lines.len(), 2);
}

async fn what_is_old_goes_with_all_that_hangs_on_it(store: impl Store) {
    let case = closed(&store, "event-1", "1.000001").await;
    store.commit(calls(vec![card("c", "event-1"), note("n", "event-1", 1)])).await.unwrap();
    for outcome in [
        Outcome::Delivered { channel: None, ts: Some("1.000009".into()) },
        Outcome::Dead { why: "is_archived".to_owned() },
    ] {
        let claim = store.claim(at(1), Length::minutes(1), 1).remove(0);
        store.settle(&claim, outcome, at(2)).await.unwrap();
    }
    assert_eq!(prune(&store, at(9), Pruning::Remove).await.cases, []);
    let pruned = prune(&store, at(10), Pruning::Remove).await;
    assert_eq!((pruned.cases, pruned.lines, pruned.letters), (vec![case.id.clone()], 2, 1));
    assert_eq!(store.case(&case.id).await.unwrap(), None);
    assert!(store.timeline(&case.id).await.unwrap().is_empty());
    assert!(store.dead_letters().await.unwrap().is_empty());
    assert!(store.slots(&case.id).is_empty());
    for ts in ["1.000001", "1.000009"] {
        assert_eq!(store.find(&Locator::Message { channel: "C1".into(), ts: ts.into() }), None);
    }
    assert_eq!(store.next_case(&"event".into()), "event-2".into());
    assert_eq!(prune(&store, at(10), Pruning::Remove).await, Pruned::default());
}

async fn rules_that_no_case_keeps_go_with_the_last_that_did(store: impl Store) {
    let rules = || {
        let (id, record) = policy();
        Put::Policy { id, record: Arc::new(record) }
    };
    let (id, _) = policy();
    store.commit(Commit { puts: vec![rules()], ..Commit::default() }).await.unwrap();
    closed(&store, "event-1", "1.000001").await;
    prune(&store, at(1), Pruning::Remove).await;
    assert!(store.policy(&id).await.unwrap().is_some(), "a case keeps them");
    prune(&store, at(99), Pruning::DryRun).await;
    assert!(store.policy(&id).await.unwrap().is_some());
    prune(&store, at(99), Pruning::Remove).await;
    assert!(store.policy(&id).await.unwrap().is_none());
    // The next case brings its own.
    let mut next = puts(case("event-2", "2.000001"), 0, None);
    next.puts.push(rules());
    store.commit(next).await.unwrap();
    prune(&store, at(99), Pruning::Remove).await;
    assert!(store.policy(&id).await.unwrap().is_some());
}

async fn a_dry_run_changes_nothing(store: impl Store) {
    let case = closed(&store, "event-1", "1.000001").await;
    for _ in 0..2 {
        assert_eq!(prune(&store, at(10), Pruning::DryRun).await.cases, std::slice::from_ref(&case.id));
    }
    assert!(store.case(&case.id).await.unwrap().is_some());
}

async fn what_waits_to_be_sent_or_is_due_stays(store: impl Store) {
    store.commit(puts(resolved(case("event-1", "1.000001")), 0, Some(at(99)))).await.unwrap();
    closed(&store, "event-2", "2.000001").await;
    store.commit(calls(vec![card("c", "event-2")])).await.unwrap();
    store.commit(puts(owned_by(case("event-3", "3.000001"), "U0ANA"), 0, None)).await.unwrap();
    assert_eq!(prune(&store, at(1_000), Pruning::Remove).await, Pruned::default());
}

async fn a_desk_may_keep_its_cases_longer(store: impl Store) {
    closed(&store, "event-1", "1.000001").await;
    closed(&store, "chat-1", "2.000001").await;
    let ages = Ages { all: Some(at(10)), desks: [("event".into(), at(5))].into() };
    let pruned = store.prune(&ages, Pruning::Remove, None).await.unwrap();
    assert_eq!(pruned.cases, ["chat-1".into()]);
}

async fn a_desks_own_timeline_grows_old_as_well(store: impl Store) {
    let line = |seconds| Entry { case: ledger::of(&"event".into()), ..entry("event-1", seconds) };
    let timeline = vec![line(1), line(20)];
    store
        .commit(Commit { puts: vec![put_desk("event", 0, None)], timeline, ..Commit::default() })
        .await
        .unwrap();
    let pruned = prune(&store, at(10), Pruning::Remove).await;
    assert_eq!((pruned.cases.len(), pruned.lines), (0, 1));
    assert_eq!(store.timeline(&ledger::of(&"event".into())).await.unwrap(), [line(20)]);
}

fn asker() -> Traces {
    Traces { user: Some("U0ASKER".into()), ..Traces::default() }
}

async fn somebody_is_forgotten_in_their_cases(store: impl Store) {
    let mut theirs = resolved(case("event-1", "1.000001"));
    theirs.report.given = [("issue".into(), "it does not open".to_owned())].into();
    let timeline = vec![Entry { by: Some("U0ASKER".into()), ..entry("event-1", 0) }, entry("event-1", 1)];
    store.commit(Commit { timeline, ..puts(theirs, 0, None) }).await.unwrap();
    store
        .commit(Commit { puts: vec![put_person("U0ASKER", 0, Some(at(50)))], ..Commit::default() })
        .await
        .unwrap();
    let done = store.forget(&asker()).await.unwrap();
    let expected = Forgotten { asked: vec!["event-1".into()], lines: 1, records: 1, ..Forgotten::default() };
    assert_eq!(done, expected);
    let (case, _) = store.case(&"event-1".into()).await.unwrap().unwrap();
    let kept = serde_json::to_string(&case).unwrap();
    assert!(!kept.contains("does not open") && !kept.contains("ASKER") && !kept.contains("Asker"), "{kept}");
    assert_eq!(case.requester_name, SOMEBODY);
    // Its messages are still known as its.
    let root = Locator::Thread { channel: "C1".into(), root: "1.000001".into() };
    assert_eq!(store.find(&root), Some("event-1".into()));
    assert!(
        store
            .timeline(&"event-1".into())
            .await
            .unwrap()
            .iter()
            .all(|line| line.by.as_ref() != asker().user.as_ref())
    );
    assert!(store.people().is_empty() && store.due(at(99), 9).is_empty());
    assert_eq!(store.forget(&asker()).await.unwrap(), Forgotten::default());
}

async fn somebody_is_forgotten_in_the_cases_of_others(store: impl Store) {
    closed(&store, "event-1", "1.000001").await;
    let ana =
        Traces { user: Some("U0ANA".into()), names: ["Ana Ruiz".to_owned()].into(), ..Traces::default() };
    let done = store.forget(&ana).await.unwrap();
    assert_eq!((done.asked, done.named, done.lines), (Vec::new(), vec!["event-1".into()], 1));
    let (case, _) = store.case(&"event-1".into()).await.unwrap().unwrap();
    assert_eq!(case.report.text, "it does not open");
    let Stage::Resolved(end) = case.stage else { panic!("it was resolved") };
    assert_eq!((end.by.as_str(), end.note), (SOMEBODY, None));
    let lines = store.timeline(&"event-1".into()).await.unwrap();
    assert!(!serde_json::to_string(&lines).unwrap().contains("cleared the cache"));
}

async fn an_open_case_still_knows_whose_it_is(store: impl Store) {
    let mut desk = put_desk("event", 0, Some(at(70)));
    if let Put::Desk { record, .. } = &mut desk {
        record.after_hours_told.insert("U0ASKER".into(), at(1));
    }
    let mut open = puts(case("event-1", "1.000001"), 0, Some(at(60)));
    open.puts.push(desk);
    store.commit(open).await.unwrap();
    let done = store.forget(&asker()).await.unwrap();
    assert_eq!((done.asked.len(), done.open.len(), done.desks), (1, 1, 1));
    let (case, due) = store.case(&"event-1".into()).await.unwrap().unwrap();
    assert_eq!((case.requester.as_str(), case.report.text.as_str(), due), ("U0ASKER", "", Some(at(60))));
    // What was decided before counts no more.
    assert!(store.commit(puts(case.clone(), 1, None)).await.is_err());
    store.commit(puts(case, 2, None)).await.unwrap();
    assert!(store.desks()["event"].after_hours_told.is_empty());
}

async fn nothing_is_found_of_a_stranger(store: impl Store) {
    closed(&store, "event-1", "1.000001").await;
    let nobody = Traces {
        user: Some("U0NOBODY".into()),
        emails: ["x@y.example".to_owned()].into(),
        ..Traces::default()
    };
    assert!(store.forget(&nobody).await.unwrap().is_nothing());
}

/// Waiting messages are of the store in a folder alone: the model keeps no bodies apart.
#[tokio::test]
async fn what_waits_to_be_sent_loses_their_words_and_a_ping_is_worded_anew() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store_sled::open(folder.path());
    let mut first = ping("p", "event-1", 1);
    first.body = serde_json::json!({ "text": "<@U0ANA> Asker needs an answer: it does not op…" });
    let letter = serde_json::json!({ "text": "Asker (Asker@Client.example): it does not open" });
    store.commit(Commit { calls: vec![first], ..puts(case("event-1", "1.000001"), 0, None) }).await.unwrap();
    store
        .commit(calls(vec![firstline::view::call::Call { body: letter, ..note("n", "event-2", 1) }]))
        .await
        .unwrap();
    let claim =
        store.claim(at(1), Length::minutes(1), 9).into_iter().find(|claim| claim.call.id.as_str() == "n");
    store.settle(&claim.unwrap(), Outcome::Dead { why: "x".to_owned() }, at(1)).await.unwrap();
    store.write_export().await.unwrap();
    drop(store);
    let store = crate::store_sled::open(folder.path());
    let who = Traces { emails: ["asker@client.example".to_owned()].into(), ..asker() };
    let done = store.forget(&who).await.unwrap();
    assert_eq!((done.waiting, done.letters, done.under_way), (1, 1, 0));
    let claim = store.claim(at(1), Length::minutes(1), 9).remove(0);
    assert_eq!(claim.call.body["text"], "<@U0ANA> somebody needs an answer: ……");
    assert!(claim.call.decided_at < at(0) - Length::hours(24).delta());
    let letters = store.dead_letters().await.unwrap();
    assert_eq!(letters[0].call.body["text"], "somebody (somebody): it does not open");
    let export = std::fs::read_to_string(folder.path().join("export.jsonl")).unwrap();
    assert!(!export.contains("Asker") && !export.contains("does not op…"), "{export}");
}

/// A year of a busy desk goes page by page.
#[tokio::test]
async fn many_go_in_pages() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store_sled::open(folder.path());
    let many = PAGE + 7;
    for group in (0..many).collect::<Vec<_>>().chunks(100) {
        let cases = group.iter().map(|nth| resolved(case(&format!("event-{nth}"), &format!("{nth}.000001"))));
        let puts = cases.map(|case| crate::store_samples::put(case, 0, None)).collect();
        store.commit(Commit { puts, ..Commit::default() }).await.unwrap();
    }
    assert_eq!(all(&store, Period { from: at(0), until: at(99) }).await.len(), many);
    let (mut gone, mut after) = (0, None);
    loop {
        let pruned = store.prune(&Ages::before(at(99)), Pruning::Remove, after).await.unwrap();
        gone += pruned.cases.len();
        after = pruned.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(gone, many);
    assert!(store.cases().await.unwrap().is_empty());
    assert_eq!(store.export().await.unwrap().iter().filter(|line| line.kind != "meta").count(), 0);
}

#[tokio::test]
#[ignore = "forty thousand cases: by name, `cargo test many_closed -- --ignored --nocapture`"]
async fn many_closed_cases_slow_nothing() {
    const CLOSED: usize = 40_000;
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store_sled::open(folder.path());
    let timed = async |store: &firstline::store::SledStore, from: usize| {
        let mut took = Vec::new();
        for nth in from..from + 200 {
            let begun = std::time::Instant::now();
            store
                .commit(puts(case(&format!("event-{nth}"), &format!("{nth}.000002")), 0, None))
                .await
                .unwrap();
            took.push(begun.elapsed());
        }
        took.sort();
        took[100]
    };
    let before = timed(&store, CLOSED).await;
    for group in (0..CLOSED).collect::<Vec<_>>().chunks(250) {
        let ids = group.iter().map(|nth| format!("event-{nth}"));
        let timeline = ids.clone().flat_map(|id| [entry(&id, 0), entry(&id, 5), entry(&id, 9)]).collect();
        let puts = ids.map(|id| crate::store_samples::put(resolved(case(&id, &format!("{id}.1"))), 0, None));
        store.commit(Commit { puts: puts.collect(), timeline, ..Commit::default() }).await.unwrap();
    }
    store.close().await.unwrap();
    drop(store);
    let begun = std::time::Instant::now();
    let store = crate::store_sled::open(folder.path());
    let opened = begun.elapsed();
    let after = timed(&store, CLOSED + 1_000).await;
    let begun = std::time::Instant::now();
    assert_eq!(all(&store, Period { from: at(0), until: at(9) }).await.len(), CLOSED + 400);
    let walked = begun.elapsed();
    let (begun, mut next, mut longest, mut gone) = (std::time::Instant::now(), None, before, 0);
    loop {
        let page = std::time::Instant::now();
        let pruned = store.prune(&Ages::before(at(99)), Pruning::Remove, next).await.unwrap();
        longest = longest.max(page.elapsed());
        gone += pruned.cases.len();
        next = pruned.next;
        if next.is_none() {
            break;
        }
    }
    assert_eq!(gone, CLOSED);
    let pruned = begun.elapsed();
    eprintln!(
        "a commit: {before:?} before, {after:?} beside them; opened in {opened:?}, walked in {walked:?}"
    );
    eprintln!("pruned in {pruned:?}, the longest page {longest:?}");
}
