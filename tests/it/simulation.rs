//! Whole histories of an office, played in virtual time against everything that goes wrong: the real engine on the
//! model store or on sled, the model of Slack, and a naive judge who watches every commit and every call.
//!
//! `FIRSTLINE_HISTORIES=20000 cargo test --release --test it simulation` plays more of them; a history that fails
//! is printed with its number, shortened to what it needs, in the form that `fixtures/histories/` keeps.

mod acts;
mod bot;
mod judge;
mod kept;
mod ladder;
mod office;
mod play;
mod shop;
mod steps;
mod verdict;
mod weather;

use shop::Shop;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many histories `cargo test` plays on the model store, so that it stays quick; one in sixteen is played on
/// sled as well.
const HISTORIES: u64 = 250;

fn wanted() -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    match number("FIRSTLINE_HISTORY") {
        Some(one) => (one, one + 1),
        None => (0, number("FIRSTLINE_HISTORIES").unwrap_or(HISTORIES)),
    }
}

/// Plays histories on as many threads as there are, and shows the first that fails, shortened.
fn play_all(shop: Shop, every: u64) {
    let (from, until) = wanted();
    let next = AtomicU64::new(from);
    let failed = std::sync::Mutex::new(None);
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= until || failed.lock().unwrap().is_some() {
                        return;
                    }
                    let alone = until - from == 1;
                    if !alone && !number.is_multiple_of(every) {
                        continue;
                    }
                    let steps = steps::history(number);
                    if let Err(wrong) = play::play(shop, &steps) {
                        failed.lock().unwrap().get_or_insert((number, steps, wrong));
                    }
                }
            });
        }
    });
    if let Some((number, steps, wrong)) = failed.into_inner().unwrap() {
        let (steps, wrong) = kept::shortened(shop, steps, wrong);
        panic!(
            "history {number} fails on {shop:?}: {wrong}\nplay it again with FIRSTLINE_HISTORY={number}; \
             shortened, as `fixtures/histories/` keeps them:\n{}",
            kept::written(&steps)
        );
    }
}

#[test]
fn histories_on_the_model_store() {
    play_all(Shop::Model, 1);
}

#[test]
fn histories_on_sled() {
    play_all(Shop::Sled, 16);
}

#[test]
fn kept_histories() {
    for (name, steps) in kept::all() {
        for shop in [Shop::Model, Shop::Sled] {
            if let Err(wrong) = play::play(shop, &steps) {
                panic!("{name} fails on {shop:?}: {wrong}");
            }
        }
    }
}

#[test]
fn a_history_is_the_same_each_time() {
    let steps = steps::history(7);
    assert_eq!(play::journal(&steps), play::journal(&steps));
}
