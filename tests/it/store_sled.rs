//! What the store in a folder promises besides: the disk, the lock, damage, the way out and back in.

use crate::store_samples::{
    at, calls, card, case, delivery, entry, note, owned_by, ping, policy, put_desk, put_person, puts,
    resolved,
};
use firstline::clock::Length;
use firstline::domain::event::Subject;
use firstline::store::{
    Commit, Doubt, Locator, OpenError, Options, Outcome, Put, Seen, SledStore, Store, StoreError, Wanted,
};
use std::path::Path;
use std::sync::Arc;

/// Opens a store without ballast.
pub fn open(folder: &Path) -> SledStore {
    try_open(folder).unwrap()
}

fn try_open(folder: &Path) -> Result<SledStore, OpenError> {
    SledStore::open(&Options { ballast: 0, ..Options::new(folder) })
}

/// A message without the folder and the process in it.
fn shown(error: &OpenError, folder: &Path) -> String {
    error
        .to_string()
        .replace(&folder.display().to_string(), "FOLDER")
        .replace(&std::process::id().to_string(), "PID")
        .lines()
        .map(|line| line.split(" on ").next().unwrap().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Something of every kind.
async fn fill(store: &SledStore) {
    let (id, record) = policy();
    let mut first = delivery("k1", owned_by(case("event-1", "1.000001"), "U0ANA"));
    first.puts.extend([
        Put::Policy { id, record: Arc::new(record) },
        put_person("U0ANA", 0, Some(at(50))),
        put_desk("event", 0, None),
    ]);
    first.timeline.push(entry("event-1", 0));
    first.calls.extend([card("c", "event-1"), ping("p", "event-1", 1), note("n", "event-2", 1)]);
    first.wake.push((Subject::Case("event-1".into()), at(40)));
    first.seen_at = Some(at(4));
    store.commit(first).await.unwrap();
    let mut pinged = resolved(case("event-2", "2.000001"));
    pinged.run.pinged.insert("U0BO".into(), at(2));
    pinged.report.text = "long ".repeat(5_000);
    store.commit(puts(pinged, 0, None)).await.unwrap();
    for claim in store.claim(at(5), Length::minutes(1), 9) {
        let outcome = match claim.call.id.as_str() {
            "c" => Outcome::Delivered { channel: None, ts: Some("1.000009".into()) },
            _ => Outcome::Dead { why: "is_archived".to_owned() },
        };
        store.settle(&claim, outcome, at(6)).await.unwrap();
    }
}

async fn check_filled(store: &SledStore) {
    let wanted = Wanted {
        case: Some("event-1".into()),
        desk: Some("event".into()),
        person: Some("U0ANA".into()),
        open_in: Some("C1".into()),
        ..Wanted::default()
    };
    let found = store.load(&["k1".into()], &wanted).await.unwrap();
    assert_eq!(found.seen, Seen::Before);
    assert_eq!((found.case.version, found.desk.version, found.person.version), (1, 1, 1));
    assert_eq!(found.open_here.len(), 1);
    let due = [(Subject::Case("event-1".into()), at(40)), (Subject::Person("U0ANA".into()), at(50))];
    assert_eq!(store.due(at(99), 9), due);
    assert_eq!(store.seen_at(), Some(at(4)));
    assert_eq!(store.loads()["U0ANA"].open_cases, 1);
    assert_eq!(store.loads()["U0BO"].last_pinged_at, Some(at(2)));
    assert_eq!(store.timeline(&"event-1".into()).await.unwrap(), [entry("event-1", 0)]);
    assert_eq!(store.cases().await.unwrap().len(), 2);
    assert_eq!(store.dead_letters().await.unwrap().len(), 1);
    assert_eq!(store.policy(&policy().0).await.unwrap().as_deref(), Some(&policy().1));
    for ts in ["1.000001", "1.000009"] {
        let message = Locator::Message { channel: "C1".into(), ts: ts.into() };
        assert_eq!(store.find(&message), Some("event-1".into()));
    }
    assert_eq!(store.backlog(at(9)).waiting, 1);
    let long = store.case(&"event-2".into()).await.unwrap().unwrap().0;
    assert_eq!(long.report.text.len(), 25_000);
    assert_eq!(store.next_case(&"event".into()), "event-3".into());
}

#[tokio::test]
async fn everything_is_there_after_reopening() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    drop(store);
    let store = open(folder.path());
    check_filled(&store).await;
    let again = store.commit(delivery("k1", case("event-9", "9.000001"))).await;
    assert_eq!(again, Err(StoreError::Duplicate));
}

#[tokio::test]
async fn heads_are_in_doubt_after_a_crash_and_not_after_an_orderly_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(calls(vec![ping("p", "event-1", 1), card("c", "event-1")])).await.unwrap();
    drop(store);
    // Nothing says that the ping was not on its way when the process ended.
    let store = open(folder.path());
    let claim = store.claim(at(0), Length::minutes(1), 9).remove(0);
    assert_eq!(claim.doubt, Doubt::PerhapsDone { looked: 0 });
    store.settle(&claim, Outcome::Dropped, at(0)).await.unwrap();
    store.close().await.unwrap();
    assert_eq!(
        store.commit(Commit::default()).await,
        Err(StoreError::Unavailable("the store is closed".into()))
    );
    drop(store);
    let store = open(folder.path());
    let claim = store.claim(at(0), Length::minutes(1), 9).remove(0);
    assert_eq!((claim.call.id.as_str(), claim.doubt), ("c", Doubt::No));
    // The end is clean once: the call that is out now was not out then.
    store.close().await.unwrap();
    drop(store);
    let claim = open(folder.path()).claim(at(99), Length::minutes(1), 9).remove(0);
    assert_eq!(claim.doubt, Doubt::PerhapsDone { looked: 0 });
}

#[tokio::test]
async fn what_is_not_durable_is_not_sent() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(calls(vec![note("first", "event-1", 1)])).await.unwrap();
    store.break_next_flush();
    let (first, lost) = (store.claim(at(0), Length::minutes(1), 9), store.clone());
    assert_eq!(first.len(), 1);
    let commit = tokio::spawn(async move { lost.commit(calls(vec![ping("p", "event-2", 1)])).await });
    while !commit.is_finished() {
        assert!(store.claim(at(0), Length::minutes(1), 9).is_empty());
        tokio::task::yield_now().await;
    }
    assert!(commit.await.unwrap().is_err());
    assert!(store.claim(at(0), Length::minutes(1), 9).is_empty());
}

#[tokio::test]
async fn a_failed_flush_is_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(puts(case("event-1", "1.000001"), 0, None)).await.unwrap();
    let failure = store.failure();
    store.break_next_flush();
    let broken = || Err(StoreError::Unavailable("the flush was made to fail".to_owned()));
    let (one, other) = tokio::join!(
        store.commit(puts(case("event-2", "2.000001"), 0, None)),
        store.commit(puts(case("event-3", "3.000001"), 0, None))
    );
    assert_eq!((one, other), (broken(), broken()));
    assert_eq!(failure.await, "the flush was made to fail");
    assert!(store.has_failed());
    assert_eq!(store.commit(puts(case("event-4", "4.000001"), 0, None)).await, broken());
    assert!(store.load(&[], &Wanted::default()).await.is_err());
    assert!(store.export().await.is_err());
    drop(store);
    let store = open(folder.path());
    assert!(
        store.open_cases().iter().any(|glance| glance.id == "event-1".into()),
        "acknowledged, and so kept"
    );
}

#[tokio::test]
async fn a_repeat_is_called_one_when_the_first_is_durable() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.break_next_flush();
    let (first, repeat) = tokio::join!(
        store.commit(delivery("k", case("event-1", "1.000001"))),
        store.commit(delivery("k", case("event-1", "1.000001")))
    );
    // Neither may be acknowledged: nothing of it is on disk.
    assert!(matches!((first, repeat), (Err(StoreError::Unavailable(_)), Err(StoreError::Unavailable(_)))));
}

#[tokio::test]
async fn two_commits_of_one_group_cannot_both_win() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    store.commit(puts(case("event-1", "1.000001"), 0, None)).await.unwrap();
    let claims = (0..64).map(|n| {
        let store = store.clone();
        tokio::spawn(async move {
            let owner = format!("U{n}");
            store.commit(puts(owned_by(case("event-1", "1.000001"), &owner), 1, None)).await
        })
    });
    let mut won = 0;
    for claim in claims.collect::<Vec<_>>() {
        match claim.await.unwrap() {
            Ok(()) => won += 1,
            Err(error) => assert_eq!(error, StoreError::Conflict),
        }
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let refused = try_open(folder.path()).err().unwrap();
    insta::assert_snapshot!(shown(&refused, folder.path()), @r"
    the store in `FOLDER` is in use by process PID
    hint: stop that one first, or give this one a folder of its own (`store.url`)
    ");
    drop(store);
    // What a process that is gone left behind is no obstacle.
    std::fs::write(folder.path().join("lock"), "process 1 on elsewhere").unwrap();
    drop(open(folder.path()));
}

fn snapshots(folder: &Path) -> Vec<std::path::PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.file_name().unwrap().to_string_lossy().starts_with("snap.")).collect()
}

#[tokio::test]
async fn a_damaged_snapshot_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    drop(store);
    drop(open(folder.path()));
    let damaged = snapshots(folder.path());
    assert!(!damaged.is_empty());
    for path in damaged {
        std::fs::write(path, "").unwrap();
    }
    check_filled(&open(folder.path())).await;
    assert!(!snapshots(&folder.path().join("damaged")).is_empty());
}

#[tokio::test]
async fn a_damaged_log_is_refused_with_the_way_on() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    store.write_export().await.unwrap();
    drop(store);
    std::fs::write(folder.path().join("conf"), "no configuration").unwrap();
    let refused = shown(&try_open(folder.path()).err().unwrap(), folder.path());
    let lines: Vec<&str> = refused.lines().collect();
    assert!(lines[0].starts_with("the store in `FOLDER` is damaged: "), "{refused}");
    let hint = lines.last().unwrap();
    assert_eq!(
        *hint,
        "hint: move the folder away and restore the last export: firstline import FOLDER/export.jsonl"
    );
}

#[tokio::test]
async fn an_export_comes_back_as_it_was() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let store = open(here.path());
    fill(&store).await;
    let lines = store.export().await.unwrap();
    let other = open(there.path());
    assert_eq!(other.import(lines.clone()).await.unwrap(), lines.len());
    check_filled(&other).await;
    assert_eq!(other.export().await.unwrap(), lines);
    other.commit(calls(vec![note("later", "event-1", 8)])).await.unwrap();
    drop(other);
    let other = open(there.path());
    check_filled_but_for_waiting(&other);
    let full = other.import(lines).await.err().unwrap();
    assert_eq!(
        full.to_string(),
        "the store cannot be used: the store is not empty\n\
         hint: import into a new folder, or move the old one away first"
    );
}

fn check_filled_but_for_waiting(store: &SledStore) {
    assert_eq!(store.backlog(at(9)).waiting, 2);
    assert_eq!(store.open_cases().len(), 1);
}

#[tokio::test]
async fn the_export_in_the_folder_is_whole_lines() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    let (path, count) = store.write_export().await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<firstline::store::ExportLine> =
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), count);
    assert_eq!(lines, store.export().await.unwrap());
}

#[tokio::test]
async fn a_bad_line_imports_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    let mut lines = store.export().await.unwrap();
    let other = tempfile::tempdir().unwrap();
    let other = open(other.path());
    lines.last_mut().unwrap().v = 9;
    assert_eq!(
        other.import(lines.clone()).await.err().unwrap().to_string(),
        "the store cannot be used: a `delivery` record has version 9: it was written by a newer firstline, \
         this one reads up to 1\n\
         hint: start the newer firstline again, or restore an export that this one wrote"
    );
    lines.last_mut().unwrap().v = 1;
    lines.last_mut().unwrap().kind = "thing".to_owned();
    let refused = other.import(lines).await.err().unwrap().to_string();
    assert!(refused.contains("`thing` is no kind of a record"), "{refused}");
    assert!(other.export().await.unwrap().is_empty());
}

#[tokio::test]
async fn space_is_set_aside() {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { ballast: 4096, ..Options::new(folder.path()) };
    let store = SledStore::open(&options).unwrap();
    let ballast = folder.path().join("ballast");
    let mut looked = 0;
    while std::fs::metadata(&ballast).map_or(0, |found| found.len()) < 4096 && looked < 1_000 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
        looked += 1;
    }
    assert_eq!(std::fs::metadata(&ballast).unwrap().len(), 4096);
    drop(store);
}
