//! Power cuts: of what was written since the last commit that was acknowledged, any part may have reached the disk.
//! The folder is copied after every commit; between two copies each page is taken from the one or the other.

use super::is_asked_for;
use crate::crash::dice::{self, Dice};
use crate::store_samples::{at, case, delivery, entry, note, puts};
use crate::store_sled::open;
use firstline::clock::Length;
use firstline::store::{Commit, Outcome, SledStore, Store as _, StoreError};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What a disk writes whole or not at all.
const PAGE: usize = 512;

/// The files of a folder.
type Disk = BTreeMap<PathBuf, Vec<u8>>;

fn copied(folder: &Path) -> Disk {
    let mut disk = Disk::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(one) = folders.pop() {
        for entry in std::fs::read_dir(one).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(bytes) = std::fs::read(&path) {
                disk.insert(path.strip_prefix(folder).unwrap().to_owned(), bytes);
            }
        }
    }
    disk
}

fn write(disk: &Disk, folder: &Path) {
    for (name, bytes) in disk {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// What stands on the disk when the power goes somewhere between two copies. A file is taken away only after all that
/// was written before.
fn cut(before: &Disk, after: &Disk, dice: &mut Dice) -> Disk {
    // None of it, all of it, or so many pages of ten.
    let tenths = [0, 1, 3, 5, 7, 9, 10][usize::try_from(dice.below(7)).unwrap()];
    let names: BTreeSet<&PathBuf> = before.keys().chain(after.keys()).collect();
    let mut disk = Disk::new();
    for name in names {
        match (before.get(name), after.get(name)) {
            (Some(old), Some(new)) => drop(disk.insert(name.clone(), mixed(old, new, tenths, dice))),
            (None, Some(new)) if dice.below(10) < tenths => {
                disk.insert(name.clone(), mixed(&[], new, tenths, dice));
            }
            (Some(old), None) if tenths < 10 => drop(disk.insert(name.clone(), old.clone())),
            (Some(_) | None, None) | (None, Some(_)) => {}
        }
    }
    disk
}

fn mixed(old: &[u8], new: &[u8], tenths: u64, dice: &mut Dice) -> Vec<u8> {
    let grown = dice.below(10) < tenths;
    let length = if grown { new.len() } else { old.len() };
    let mut bytes = vec![0; length];
    for (index, page) in bytes.chunks_mut(PAGE).enumerate() {
        let from = index * PAGE;
        let source = if dice.below(10) < tenths { new } else { old };
        // A page that never arrived in a file that grew is empty.
        let there = source.get(from..).unwrap_or_default();
        let length = there.len().min(page.len());
        page[..length].copy_from_slice(&there[..length]);
    }
    bytes
}

fn id(number: usize) -> String {
    format!("event-{}", number + 1)
}

/// A case with its timeline and a call, of many sizes.
fn commit(number: usize, dice: &mut Dice) -> Commit {
    let mut new = case(&id(number), &format!("{}.000001", number + 1));
    new.report.text = "x".repeat(usize::try_from(dice.below(20_000).min(dice.below(20_000))).unwrap());
    let mut commit = delivery(&format!("k{number}"), new);
    commit.timeline.push(entry(&id(number), i64::try_from(number).unwrap()));
    commit.calls.push(note(&format!("n{number}"), &id(number), 1));
    commit
}

/// All of a commit is there, or nothing of it.
async fn is_there(store: &SledStore, number: usize) -> bool {
    let case = store.case(&id(number).as_str().into()).await.unwrap().is_some();
    let timeline = !store.timeline(&id(number).as_str().into()).await.unwrap().is_empty();
    assert_eq!(case, timeline, "half of commit {number} is there");
    case
}

/// The store opens; what was acknowledged is there, the next one whole or not at all, and it works on.
async fn check(folder: &Path, acknowledged: usize) {
    let store = open(folder);
    for number in 0..acknowledged {
        assert!(
            is_there(&store, number).await,
            "commit {number} of {acknowledged} was acknowledged and is lost"
        );
    }
    let next = is_there(&store, acknowledged).await;
    let calls = store.claim(at(10), Length::minutes(1), usize::MAX);
    let expected = acknowledged + usize::from(next);
    assert_eq!(calls.len(), expected, "each has its call");
    let again = store.commit(commit(acknowledged, &mut Dice::new(1))).await;
    assert_eq!(again, if next { Err(StoreError::Duplicate) } else { Ok(()) });
    for claim in &calls {
        store.settle(claim, Outcome::Dropped, at(11)).await.unwrap();
    }
    store.commit(puts(case("other-1", "99.000001"), 0, None)).await.unwrap();
    drop(store);
    let store = open(folder);
    assert!(store.case(&"other-1".into()).await.unwrap().is_some());
    assert!(is_there(&store, acknowledged).await);
}

async fn play(commits: usize, cuts: usize) {
    let seed = dice::seed();
    println!("FIRSTLINE_SEED={seed}");
    let mut dice = Dice::new(seed);
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let mut disks = vec![copied(folder.path())];
    for number in 0..commits {
        store.commit(commit(number, &mut dice)).await.unwrap();
        disks.push(copied(folder.path()));
    }
    for _ in 0..cuts {
        let acknowledged = usize::try_from(dice.below(u64::try_from(commits).unwrap())).unwrap();
        let disk = cut(&disks[acknowledged], &disks[acknowledged + 1], &mut dice);
        let after = tempfile::tempdir().unwrap();
        write(&disk, after.path());
        check(after.path(), acknowledged).await;
    }
}

#[tokio::test]
async fn the_power_may_go_at_any_write() {
    play(6, 12).await;
}

#[tokio::test]
async fn slow_the_power_may_go_at_any_write() {
    if is_asked_for() {
        play(150, 1_500).await;
    }
}
