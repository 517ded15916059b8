//! What every store promises of calls in lanes.

use crate::store_contract::on_every_store;
use crate::store_samples::{at, calls, card, case, direct, note, ping, puts, remove};
use firstline::clock::{Length, Timestamp};
use firstline::domain::effect::Slot;
use firstline::store::{Claim, Commit, Doubt, Outcome, Requeued, Store, Traces};
use firstline::view::call::{Address, Call, Urgency, Verb};

on_every_store! {
    only_heads_are_claimed_and_pings_first
    a_lane_waits_for_its_head
    a_lease_lapses_and_is_given_again_in_doubt
    a_lapsed_lease_cannot_settle
    a_retry_waits_for_its_instant
    a_retry_does_not_wait_for_a_clock_that_was_set_back
    a_dead_call_becomes_a_letter
    a_letter_is_sent_again
    rows_behind_a_head_wake_nobody
    an_upsert_takes_the_place_of_a_waiting_one
    an_upsert_follows_a_leased_one
    an_upsert_keeps_the_doubt_of_the_one_before
    a_removal_undoes_what_never_left
    a_removal_follows_what_may_have_left
    a_delivered_message_is_known_to_later_calls
    a_list_outside_every_case_is_edited_in_place
    the_bots_own_thread_is_known
    a_removed_message_is_nowhere
    cancelled_pings_are_forgotten
    a_leased_ping_is_not_cancelled
    new_pings_outlive_the_cancelling_of_old_ones
    the_backlog_counts
}

const LEASE: Length = Length::minutes(1);

fn ids(claims: &[Claim]) -> Vec<&str> {
    claims.iter().map(|claim| claim.call.id.as_str()).collect()
}

fn one(store: &impl Store, now: Timestamp) -> Claim {
    let mut claims = store.claim(now, LEASE, 9);
    assert_eq!(claims.len(), 1, "{claims:?}");
    claims.remove(0)
}

fn delivered(channel: &str, ts: &str) -> Outcome {
    Outcome::Delivered { channel: Some(channel.into()), ts: Some(ts.into()) }
}

fn edited() -> Outcome {
    Outcome::Delivered { channel: None, ts: None }
}

async fn only_heads_are_claimed_and_pings_first(store: impl Store) {
    let mut late = ping("late ping", "event-2", 1);
    late.decided_at = at(5);
    let all = vec![
        card("card", "event-1"),
        ping("behind the card", "event-1", 1),
        late,
        note("word", "event-3", 1),
        ping("early ping", "event-4", 1),
    ];
    store.commit(calls(all)).await.unwrap();
    assert_eq!(ids(&store.claim(at(5), LEASE, 3)), ["early ping", "late ping", "word"]);
    assert_eq!(ids(&store.claim(at(5), LEASE, 3)), ["card"]);
    assert!(store.claim(at(5), LEASE, 3).is_empty());
}

async fn a_lane_waits_for_its_head(store: impl Store) {
    store
        .commit(calls(vec![card("c", "event-1"), ping("p", "event-1", 1), note("n", "event-1", 2)]))
        .await
        .unwrap();
    let claim = one(&store, at(0));
    assert_eq!((claim.call.id.as_str(), claim.attempts, claim.doubt), ("c", 0, Doubt::No));
    assert_eq!((claim.ts.clone(), claim.root.clone(), claim.first_tried_at), (None, None, None));
    store.settle(&claim, delivered("C1", "1.000002"), at(1)).await.unwrap();
    let claim = one(&store, at(1));
    assert_eq!(claim.call.id.as_str(), "p");
    store.settle(&claim, Outcome::Dropped, at(1)).await.unwrap();
    let claim = one(&store, at(1));
    assert_eq!(claim.call.id.as_str(), "n");
    store.settle(&claim, Outcome::Dead { why: "archived".to_owned() }, at(1)).await.unwrap();
    assert_eq!(store.next_wake(), None);
}

async fn a_lease_lapses_and_is_given_again_in_doubt(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1)])).await.unwrap();
    let first = one(&store, at(0));
    assert_eq!(store.next_wake(), Some(at(60)));
    assert!(store.claim(at(59), LEASE, 9).is_empty());
    let second = one(&store, at(60));
    assert_eq!((second.attempts, second.doubt), (1, Doubt::PerhapsDone { looked: 0 }));
    assert_eq!(second.first_tried_at, Some(at(0)));
    assert_ne!(first.lease, second.lease);
}

async fn a_lapsed_lease_cannot_settle(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1)])).await.unwrap();
    let first = one(&store, at(0));
    let second = one(&store, at(60));
    store.settle(&first, Outcome::Dropped, at(61)).await.unwrap();
    assert_eq!(store.backlog(at(61)).waiting, 1);
    // One that lapsed and was not given again still counts.
    store.settle(&second, delivered("C1", "1.000003"), at(999)).await.unwrap();
    store.settle(&second, Outcome::Dead { why: "twice".to_owned() }, at(999)).await.unwrap();
    assert_eq!(store.backlog(at(61)).waiting, 0);
    assert!(store.dead_letters().await.unwrap().is_empty());
}

async fn a_retry_waits_for_its_instant(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1), note("n", "event-1", 2)])).await.unwrap();
    let claim = one(&store, at(0));
    let doubt = Doubt::PerhapsDone { looked: 1 };
    let retry = Outcome::Retry { at: at(30), doubt, why: "no answer".to_owned() };
    store.settle(&claim, retry, at(1)).await.unwrap();
    assert_eq!(store.next_wake(), Some(at(30)));
    assert!(store.claim(at(29), LEASE, 9).is_empty());
    let again = one(&store, at(30));
    assert_eq!((again.call.id.as_str(), again.attempts, again.doubt), ("p", 1, doubt));
    assert_eq!(again.first_tried_at, Some(at(0)));
}

async fn a_retry_does_not_wait_for_a_clock_that_was_set_back(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1)])).await.unwrap();
    let claim = one(&store, at(1000));
    let retry = Outcome::Retry { at: at(1030), doubt: Doubt::No, why: "no answer".to_owned() };
    store.settle(&claim, retry, at(1001)).await.unwrap();
    store.set_back(at(100));
    assert_eq!(store.next_wake(), Some(at(160)));
    assert_eq!(one(&store, at(160)).call.id.as_str(), "p");
}

async fn a_dead_call_becomes_a_letter(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1)])).await.unwrap();
    let claim = one(&store, at(0));
    store.settle(&claim, Outcome::Dead { why: "is_archived".to_owned() }, at(4)).await.unwrap();
    let letters = store.dead_letters().await.unwrap();
    assert_eq!(letters.len(), 1);
    assert_eq!(
        (letters[0].call.clone(), letters[0].why.as_str(), letters[0].at),
        (claim.call, "is_archived", at(4))
    );
    assert!(store.claim(at(999), LEASE, 9).is_empty());
}

async fn a_letter_is_sent_again(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1), note("n", "event-1", 2)])).await.unwrap();
    store.settle(&one(&store, at(0)), Outcome::Dead { why: "x".to_owned() }, at(1)).await.unwrap();
    assert_eq!(store.requeue(&"other".into(), at(2)).await.unwrap(), Requeued::NoSuchLetter);
    assert_eq!(store.requeue(&"p".into(), at(2)).await.unwrap(), Requeued::Yes);
    assert_eq!(store.requeue(&"p".into(), at(2)).await.unwrap(), Requeued::NoSuchLetter);
    let head = one(&store, at(2));
    assert_eq!(head.call.id.as_str(), "n", "it goes to the end of its lane");
    store.settle(&head, edited(), at(2)).await.unwrap();
    let again = one(&store, at(2));
    assert_eq!((again.call.id.as_str(), again.attempts), ("p", 0));
}

async fn rows_behind_a_head_wake_nobody(store: impl Store) {
    store.commit(calls(vec![ping("p", "event-1", 1), note("n", "event-1", 2)])).await.unwrap();
    assert_eq!(store.next_wake(), Some(at(0)));
    let claim = one(&store, at(0));
    let retry = Outcome::Retry { at: at(500), doubt: Doubt::No, why: "ratelimited".to_owned() };
    store.settle(&claim, retry, at(1)).await.unwrap();
    assert_eq!(store.next_wake(), Some(at(500)));
}

async fn an_upsert_takes_the_place_of_a_waiting_one(store: impl Store) {
    store.commit(calls(vec![card("c1", "event-1"), ping("p", "event-1", 1)])).await.unwrap();
    let mut newer = card("c2", "event-1");
    newer.decided_at = at(3);
    newer.body = serde_json::json!({ "text": "newer" });
    store.commit(calls(vec![newer.clone()])).await.unwrap();
    let claim = one(&store, at(3));
    assert_eq!(claim.call, Call { id: "c1".into(), ..newer }, "its body, under the id that may be out there");
    store.settle(&claim, edited(), at(3)).await.unwrap();
    assert_eq!(one(&store, at(3)).call.id.as_str(), "p");
    assert_eq!(store.backlog(at(3)).waiting, 1);
    // Another slot, or another case, is another message.
    store.commit(calls(vec![card("d", "event-2"), card("e", "event-3")])).await.unwrap();
    assert_eq!(store.backlog(at(3)).waiting, 3);
}

async fn an_upsert_follows_a_leased_one(store: impl Store) {
    store.commit(calls(vec![card("c1", "event-1")])).await.unwrap();
    let claim = one(&store, at(0));
    store.commit(calls(vec![card("c2", "event-1")])).await.unwrap();
    store.commit(calls(vec![card("c3", "event-1")])).await.unwrap();
    store.settle(&claim, delivered("C1", "1.000002"), at(1)).await.unwrap();
    let next = one(&store, at(1));
    assert_eq!((next.call.id.as_str(), next.ts.clone()), ("c2", Some("1.000002".into())));
    assert_eq!(next.call.body["text"], "c3");
    store.settle(&next, edited(), at(1)).await.unwrap();
    assert_eq!(store.next_wake(), None);
    assert_eq!(store.slots(&"event-1".into())[&Slot::Card], ("C1".into(), "1.000002".into()));
}

async fn an_upsert_keeps_the_doubt_of_the_one_before(store: impl Store) {
    store.commit(calls(vec![card("c1", "event-1")])).await.unwrap();
    let claim = one(&store, at(0));
    let doubt = Doubt::PerhapsDone { looked: 0 };
    store.settle(&claim, Outcome::Retry { at: at(9), doubt, why: "late".to_owned() }, at(1)).await.unwrap();
    store.commit(calls(vec![card("c2", "event-1")])).await.unwrap();
    assert!(store.claim(at(8), LEASE, 9).is_empty());
    let again = one(&store, at(9));
    assert_eq!((again.call.id.as_str(), again.attempts, again.doubt), ("c1", 1, doubt));
    assert_eq!(again.call.body["text"], "c2");
}

async fn a_removal_undoes_what_never_left(store: impl Store) {
    store.commit(calls(vec![card("c", "event-1"), note("n", "event-1", 1)])).await.unwrap();
    store.commit(calls(vec![remove("r", "event-1", Slot::Card)])).await.unwrap();
    assert_eq!(store.backlog(at(0)).waiting, 1);
    assert_eq!(one(&store, at(0)).call.id.as_str(), "n");
    // What is not known here may still be there.
    store.commit(calls(vec![remove("r", "event-2", Slot::Missing)])).await.unwrap();
    assert_eq!(one(&store, at(0)).call.id.as_str(), "r");
}

async fn a_removal_follows_what_may_have_left(store: impl Store) {
    store.commit(calls(vec![card("c", "event-1")])).await.unwrap();
    let claim = one(&store, at(0));
    store.commit(calls(vec![remove("r", "event-1", Slot::Card)])).await.unwrap();
    store.settle(&claim, delivered("C1", "1.000002"), at(0)).await.unwrap();
    let removal = one(&store, at(0));
    assert_eq!((removal.call.id.as_str(), removal.ts.clone()), ("r", Some("1.000002".into())));
    let retry = Outcome::Retry { at: at(5), doubt: Doubt::No, why: "x".to_owned() };
    store.settle(&removal, retry, at(1)).await.unwrap();
    // An edit that waits behind a message that is there goes; the removal stays.
    store.commit(calls(vec![card("edit", "event-1"), remove("r2", "event-1", Slot::Card)])).await.unwrap();
    assert_eq!(store.backlog(at(5)).waiting, 1);
    assert_eq!(one(&store, at(5)).call.id.as_str(), "r2");
}

async fn a_delivered_message_is_known_to_later_calls(store: impl Store) {
    store.commit(calls(vec![direct("d", "event-1", "U0ANA", Slot::Note(3), Urgency::Word)])).await.unwrap();
    store.settle(&one(&store, at(0)), delivered("D7", "5.000001"), at(0)).await.unwrap();
    assert_eq!(store.slots(&"event-1".into())[&Slot::Note(3)], ("D7".into(), "5.000001".into()));
    store.commit(calls(vec![direct("e", "event-1", "U0ANA", Slot::Note(3), Urgency::Edit)])).await.unwrap();
    let edit = one(&store, at(0));
    assert_eq!((edit.channel, edit.ts), (Some("D7".into()), Some("5.000001".into())));
}

async fn the_bots_own_thread_is_known(store: impl Store) {
    let own = |call: Call| Call { address: Address::OwnThread { channel: "C9".into() }, ..call };
    let root = Call { address: Address::Channel("C9".into()), ..note("root", "event-1", 0) };
    let root = Call { slot: Slot::Root, ..root };
    store.commit(calls(vec![root, own(card("c", "event-1"))])).await.unwrap();
    let claim = one(&store, at(0));
    let posted = Outcome::Delivered { channel: None, ts: Some("7.000001".into()) };
    store.settle(&claim, posted, at(0)).await.unwrap();
    let claim = one(&store, at(0));
    assert_eq!((claim.root, claim.ts, claim.channel), (Some("7.000001".into()), None, Some("C9".into())));
}

async fn a_removed_message_is_nowhere(store: impl Store) {
    store.commit(calls(vec![card("c", "event-1")])).await.unwrap();
    store.settle(&one(&store, at(0)), delivered("C1", "1.000002"), at(0)).await.unwrap();
    store.commit(calls(vec![remove("r", "event-1", Slot::Card)])).await.unwrap();
    store.settle(&one(&store, at(0)), edited(), at(0)).await.unwrap();
    assert!(store.slots(&"event-1".into()).is_empty());
    store.commit(calls(vec![card("c2", "event-1")])).await.unwrap();
    let anew = one(&store, at(0));
    assert_eq!((anew.call.id.as_str(), anew.ts), ("c2", None));
}

async fn cancelled_pings_are_forgotten(store: impl Store) {
    let all = vec![
        ping("p1", "event-1", 1),
        card("c", "event-1"),
        ping("p2", "event-1", 2),
        direct("dm", "event-1", "U0ANA", Slot::Note(3), Urgency::Ping),
        direct("word", "event-1", "U0ANA", Slot::Note(4), Urgency::Word),
        ping("other", "event-2", 1),
        direct("other dm", "event-2", "U0BO", Slot::Note(2), Urgency::Ping),
    ];
    store.commit(calls(all)).await.unwrap();
    let cancel = Commit { cancel_pings: vec![Call::case_lane(&"event-1".into())], ..Commit::default() };
    store.commit(cancel).await.unwrap();
    assert_eq!(ids(&store.claim(at(0), LEASE, 9)), ["other", "other dm", "word", "c"]);
    assert_eq!(store.backlog(at(0)).waiting, 4);
}

async fn a_leased_ping_is_not_cancelled(store: impl Store) {
    store.commit(calls(vec![ping("p1", "event-1", 1), ping("p2", "event-1", 2)])).await.unwrap();
    let claim = one(&store, at(0));
    let cancel = Commit { cancel_pings: vec![Call::case_lane(&"event-1".into())], ..Commit::default() };
    store.commit(cancel).await.unwrap();
    store.settle(&claim, delivered("C1", "1.000002"), at(0)).await.unwrap();
    assert_eq!(store.next_wake(), None);
    assert!(store.slots(&"event-1".into()).contains_key(&Slot::Ping(1)));
}

async fn new_pings_outlive_the_cancelling_of_old_ones(store: impl Store) {
    store.commit(calls(vec![ping("old", "event-1", 1)])).await.unwrap();
    let commit = Commit {
        cancel_pings: vec![Call::case_lane(&"event-1".into())],
        calls: vec![ping("new", "event-1", 2)],
        ..puts(case("event-1", "1.000001"), 0, None)
    };
    store.commit(commit).await.unwrap();
    assert_eq!(one(&store, at(0)).call.id.as_str(), "new");
}

async fn the_backlog_counts(store: impl Store) {
    store
        .commit(calls(vec![ping("a", "event-1", 1), card("b", "event-1"), note("c", "event-2", 1)]))
        .await
        .unwrap();
    assert_eq!(store.backlog(at(0)).stuck, None);
    let claims = store.claim(at(3), LEASE, 1);
    let retry = Outcome::Retry { at: at(9), doubt: Doubt::No, why: "x".to_owned() };
    store.settle(&claims[0], retry, at(3)).await.unwrap();
    store.settle(&one(&store, at(4)), Outcome::Dead { why: "y".to_owned() }, at(5)).await.unwrap();
    let backlog = store.backlog(at(6));
    assert_eq!((backlog.waiting, backlog.dead), (2, 1));
    assert_eq!(backlog.stuck, Some((Call::case_lane(&"event-1".into()), at(3))));
}

async fn a_list_outside_every_case_is_edited_in_place(store: impl Store) {
    let word = |id: &str, slot: Slot| Call { case: None, ..direct(id, "event-1", "U1", slot, Urgency::Word) };
    let list = |id: &str, number: u32| Call { verb: Verb::Upsert, ..word(id, Slot::List(number)) };
    // A word of the same number is another message.
    store.commit(calls(vec![list("first", 1), word("word", Slot::Note(1))])).await.unwrap();
    store.commit(calls(vec![list("waiting", 1)])).await.unwrap();
    let claim = one(&store, at(0));
    assert_eq!(claim.call.id.as_str(), "first", "a newer one takes the place of one that waits");
    store.commit(calls(vec![list("edit", 1), list("other", 2)])).await.unwrap();
    store.settle(&claim, delivered("D1", "1.000001"), at(1)).await.unwrap();
    let claim = one(&store, at(1));
    assert_eq!((claim.call.id.as_str(), &claim.ts), ("word", &None));
    store.settle(&claim, delivered("D1", "1.000002"), at(1)).await.unwrap();
    let claim = one(&store, at(1));
    let place = (claim.channel.as_ref().map(|id| id.as_str()), claim.ts.as_ref().map(|ts| ts.as_str()));
    assert_eq!((claim.call.id.as_str(), place), ("edit", (Some("D1"), Some("1.000001"))));
    store.settle(&claim, edited(), at(1)).await.unwrap();
    let claim = one(&store, at(1));
    assert_eq!((claim.call.id.as_str(), &claim.ts), ("other", &None));
    store.settle(&claim, delivered("D1", "1.000003"), at(1)).await.unwrap();
    // Of somebody who is forgotten nothing says where their lists are.
    store.forget(&Traces { user: Some("U1".into()), ..Traces::default() }).await.unwrap();
    store.commit(calls(vec![list("anew", 1)])).await.unwrap();
    assert_eq!(one(&store, at(1)).ts, None);
}
