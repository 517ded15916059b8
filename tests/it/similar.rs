//! What was solved before: how fast it is found, and that whoever lost the index builds it anew.

use crate::store_samples::{at, case, put, resolved};
use firstline::clock::MovableClock;
use firstline::domain::case::{Case, Stage};
use firstline::domain::similar::Index;
use firstline::engine::Engine;
use firstline::engine::known::{Known, Settings};
use firstline::store::{Archive, Commit, Store, Traces};
use std::time::{Duration, Instant};

/// Words of a trade, so that texts are as alike as real ones.
const WORDS: [&str; 40] = [
    "session",
    "stage",
    "speaker",
    "slides",
    "camera",
    "sound",
    "login",
    "password",
    "chat",
    "poll",
    "room",
    "mobile",
    "browser",
    "chrome",
    "safari",
    "black",
    "frozen",
    "slow",
    "crash",
    "error",
    "invite",
    "calendar",
    "recording",
    "stream",
    "encoder",
    "captions",
    "language",
    "payment",
    "ticket",
    "badge",
    "printer",
    "network",
    "firewall",
    "vpn",
    "token",
    "upload",
    "video",
    "avatar",
    "timezone",
    "reminder",
];

/// A text of twenty of three thousand words.
fn text(nth: u64) -> String {
    let mut seed = nth.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let mut words = Vec::new();
    for _ in 0..20 {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        // Some words are said often, most seldom.
        let pick = seed as usize >> 20 & 1_023;
        let nth = pick * pick / 350;
        words.push(format!("{}{}", WORDS[nth % 40], nth / 40));
    }
    words.join(" ")
}

fn solved(nth: usize, report: &str, note: Option<&str>) -> Case {
    let mut case = resolved(case(&format!("event-{nth}"), &format!("{nth}.000001")));
    case.report.text = report.to_owned();
    if let Stage::Resolved(end) = &mut case.stage {
        end.note = note.map(str::to_owned);
    }
    case
}

fn resident() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

#[test]
#[ignore = "a hundred thousand texts: by name, `cargo test similar -- --ignored --nocapture`"]
fn a_hundred_thousand_solutions_are_searched_in_milliseconds() {
    let before = resident();
    let mut index = Index::default();
    let begun = Instant::now();
    for nth in 0..100_000 {
        index.insert("event", &format!("event-{nth}"), &text(nth));
    }
    index.shrink();
    let built = begun.elapsed();
    let bytes = resident() - before;
    let mut took: Vec<Duration> = Vec::new();
    for nth in 200_000..200_100 {
        let begun = Instant::now();
        assert!(!index.like("event", &text(nth), 3).is_empty());
        took.push(begun.elapsed());
    }
    took.sort();
    eprintln!(
        "built in {built:?}, {} KiB; a search: median {:?}, longest {:?}",
        bytes / 1024,
        took[50],
        took[99]
    );
    assert!(took[50] < Duration::from_millis(20), "{:?}", took[50]);
    assert!(bytes < 30 * 1024 * 1024, "{bytes}");
}

#[tokio::test]
async fn the_index_is_built_from_the_store_and_loses_whoever_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store_sled::open(folder.path());
    let cases = [
        solved(1, "the projector stays dark", Some("unplug it")),
        solved(2, "the projector hums", None),
        solved(3, "no sound in the hall", Some("turn it on")),
    ];
    let puts = cases.into_iter().map(|case| put(case, 0, None)).collect();
    store.commit(Commit { puts, ..Commit::default() }).await.unwrap();
    let engine =
        Engine::new(store.clone(), MovableClock::stopped(at(1_000)), Known::new(Settings::default()));
    // Only what says how it was solved is worth being found.
    assert_eq!(engine.learn_solutions().await.unwrap(), 2);
    store.forget(&Traces { user: Some("U0ASKER".into()), ..Traces::default() }).await.unwrap();
    assert_eq!(engine.learn_solutions().await.unwrap(), 0);
}
