//! How long a commit takes to be durable, alone and among others, and how long a store takes to open.

#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on says where")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use firstline::store::{Commit, Options, Put, SledStore, Store};
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

#[path = "../tests/it/store_samples.rs"]
#[expect(dead_code, reason = "the tests use more of them")]
mod samples;

use samples::{at, card, case, entry, ping};

fn open(folder: &Path) -> SledStore {
    SledStore::open(&Options { ballast: 0, ..Options::new(folder) }).unwrap()
}

/// What one event brings: its keys, a new case, two lines of its timeline, its card and a ping.
fn event(n: u64) -> Commit {
    let id = format!("event-{n}");
    Commit {
        deliveries: vec![format!("envelope {n}").as_str().into(), format!("content {n}").as_str().into()],
        puts: vec![Put::Case { record: Box::new(large(n)), over: 0, due: Some(at(60)) }],
        timeline: vec![entry(&id, 0), entry(&id, 1)],
        calls: vec![card(&format!("c{n}"), &id), ping(&format!("p{n}"), &id, 1)],
        seen_at: Some(at(i64::try_from(n).unwrap())),
        ..Commit::default()
    }
}

fn large(n: u64) -> firstline::domain::case::Case {
    let mut case = case(&format!("event-{n}"), &format!("{n}.000001"));
    case.channel = format!("C{}", n % 50).as_str().into();
    case.report.text = "We cannot open the session, the page stays white. ".repeat(8);
    case
}

fn commits(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    let next = AtomicU64::new(1);
    let mut group = c.benchmark_group("commit");
    for together in [1, 64] {
        group.throughput(Throughput::Elements(together));
        group.bench_function(BenchmarkId::new("together", together), |bench| {
            bench.iter(|| {
                let first = next.fetch_add(together, Ordering::Relaxed);
                runtime.block_on(async {
                    let all: Vec<_> = (first..first + together)
                        .map(|n| {
                            let store = store.clone();
                            tokio::spawn(async move { store.commit(event(n)).await })
                        })
                        .collect();
                    for one in all {
                        one.await.unwrap().unwrap();
                    }
                });
            });
        });
    }
    group.finish();
}

fn opening(c: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path());
    runtime.block_on(async {
        for first in (0..10_000).step_by(200) {
            let puts = (first..first + 200)
                .map(|n| Put::Case { record: Box::new(large(n)), over: 0, due: Some(at(60)) })
                .collect();
            store.commit(Commit { puts, ..Commit::default() }).await.unwrap();
        }
    });
    drop(store);
    let mut group = c.benchmark_group("open");
    group.sample_size(10);
    group.bench_function("10000 open cases", |bench| bench.iter(|| open(folder.path())));
    group.finish();
}

criterion_group!(benches, commits, opening);
criterion_main!(benches);
