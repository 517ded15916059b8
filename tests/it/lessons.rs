//! What hurt the users of other systems, and where it is shown that it does not happen here.

use super::engine::bench::{BOUND, Bench, ana, bo, cy, get, help};
use chrono::TimeDelta;
use firstline::app::{Pacing, Tuning};
use firstline::id::{MessageTs, UserId};
use firstline::rehearsal::{Fault, Heard};
use firstline::store::Store as _;
use serde_json::json;
use std::path::Path;

/// Each lesson with its proofs: stories by their path, tests by `file: name`.
const LESSONS: &[(&str, &[&str])] = &[
    (
        "a restart during a wait",
        &[
            "lessons/restart-in-a-wait.story",
            "lessons/restart-after-a-claim.story",
            "escalating/bot-was-away.story",
            "crash.rs: killed_six_times_every_ping_is_sent_once",
        ],
    ),
    (
        "a claim while a ping is in the air",
        &[
            "lessons.rs: a_claim_while_a_ping_is_in_the_air_is_the_last_of_it",
            "lessons.rs: a_claim_between_due_and_sent_stops_the_ping",
            "escalating/claim-stops.story",
        ],
    ),
    ("a claim by somebody who was pinged directly", &["lessons/supervisor-claims.story"]),
    ("what was closed months ago never wakes", &["lessons.rs: what_was_closed_months_ago_never_wakes"]),
    (
        "one target that fails does not stop the others",
        &["lessons.rs: one_who_cannot_be_reached_does_not_stop_the_others"],
    ),
    (
        "a target without any contact is told when it is saved, and the next are pinged",
        &[
            "lessons.rs: somebody_without_an_account_is_told_at_the_check",
            "lessons.rs: somebody_whom_slack_does_not_know_is_passed_and_the_next_tier_pinged",
        ],
    ),
    ("a tier with nobody is passed at once", &["escalating/unavailable-passed.story"]),
    ("a shift that begins during the wait is told", &["escalating/shift-begins.story"]),
    ("all tiers empty: the supervisor, never nobody", &["escalating/nobody.story"]),
    (
        "an event that comes five times, through a restart",
        &[
            "lessons.rs: an_event_that_comes_five_times_through_a_restart_counts_once",
            "engine/crew.rs: what_is_delivered_five_times_counts_once",
        ],
    ),
    (
        "the answer to a post was lost: one post",
        &["escalating/answer-lost.story", "engine/faults.rs: a_post_whose_answer_was_lost_is_there_once"],
    ),
    (
        "a rate limit on one channel does not delay another",
        &["engine/faults.rs: a_rate_limit_on_one_channel_does_not_delay_another"],
    ),
    ("delays by the rate limit are shown", &["lessons.rs: what_waits_for_its_turn_is_measured_by_itself"]),
    (
        "two claims in the same millisecond: one owner, and the other is told",
        &["lessons.rs: of_two_claims_at_once_one_wins_and_the_other_is_told", "owning/claim-lost.story"],
    ),
    (
        "nothing is taken from an owner who acted",
        &["owning/owner-away-acts.story", "owning/owner-away.story"],
    ),
    ("credit is not the clicker's", &["owning/resolve-by-helper.story", "owning/resolve-by-requester.story"]),
    (
        "a root message that is deleted, a thread that is gone",
        &[
            "asking/deleted.story",
            "asking/deleted-part.story",
            "engine/returning.rs: a_post_deleted_meanwhile_withdraws_its_case",
        ],
    ),
    ("an answer by itself, once per person and half hour", &["asking/after-hours.story"]),
];

#[test]
fn every_lesson_has_its_proof() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (lesson, proofs) in LESSONS {
        for proof in *proofs {
            let there = match proof.split_once(": ") {
                Some((file, name)) => std::fs::read_to_string(root.join("tests/it").join(file))
                    .is_ok_and(|text| text.contains(&format!("fn {name}("))),
                None => root.join("fixtures/stories").join(proof).is_file(),
            };
            assert!(there, "{lesson}: there is no `{proof}`");
        }
    }
}

const ASKED: &str = "the session does not open";

#[tokio::test]
async fn a_claim_while_a_ping_is_in_the_air_is_the_last_of_it() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::HeldAfter);
    bench.clock.advance(TimeDelta::minutes(5));
    bench.slack.wait_for_held_calls(1, BOUND).await.unwrap();
    bench.slack.reply(&ana(), &help(), &post, "I am on it").await.unwrap();
    bench.slack.let_calls_go();
    bench.live(&app, TimeDelta::minutes(25)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()]);
    assert_eq!(app.engine.store().open_cases()[0].owner, Some(ana()));
    app.stop().await.unwrap();
    bench.no_refusals();
}

#[tokio::test]
async fn a_claim_between_due_and_sent_stops_the_ping() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    bench.slack.fail_next(1, "chat.postMessage", None, Fault::RateLimited(10));
    bench.pass(&app, TimeDelta::minutes(5)).await;
    bench.slack.reply(&ana(), &help(), &post, "I am on it").await.unwrap();
    bench.live(&app, TimeDelta::minutes(25)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana()]);
    app.stop().await.unwrap();
    bench.no_refusals();
}

#[tokio::test]
async fn what_was_closed_months_ago_never_wakes() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    bench.slack.reply(&ana(), &help(), &post, "I am on it").await.unwrap();
    bench.slack.reply(&ana(), &help(), &post, "@firstline resolve").await.unwrap();
    bench.rest(&app).await;
    assert!(app.engine.store().open_cases().is_empty());
    let closed = bench.slack.mark();
    bench.live(&app, TimeDelta::days(60)).await;
    app.stop().await.unwrap();
    bench.clock.advance(TimeDelta::days(60));
    let app = bench.start().await;
    bench.live(&app, TimeDelta::days(60)).await;
    assert_eq!(bench.slack.journal_since(closed), []);
    app.stop().await.unwrap();
}

#[tokio::test]
async fn one_who_cannot_be_reached_does_not_stop_the_others() {
    let mut bench = Bench::set_up().await;
    bench.config = bench.with_desk("who: [ana], wait: 5m", "who: [ana, bo], wait: 5m, dm: true");
    let app = bench.start().await;
    let never = Fault::Error("cannot_dm_bot".to_owned());
    bench.slack.fail_next(1, "conversations.open", None, never);
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()]);
    let told = [ana(), bo()].iter().filter(|user| !bench.slack.dms(user).is_empty()).count();
    assert_eq!(told, 1, "one of two got it directly as well");
    assert_eq!(app.engine.store().dead_letters().await.unwrap().len(), 1);
    app.stop().await.unwrap();
}

#[test]
fn somebody_without_an_account_is_told_at_the_check() {
    let dir = super::config::changed(&[("people.yml", "    slack: U0ANA\n", "")]);
    let problems = firstline::config::load(dir.path()).unwrap_err().to_string();
    assert!(problems.contains("person `ana` has no `slack`") && problems.contains("hint:"), "{problems}");
}

#[tokio::test]
async fn somebody_whom_slack_does_not_know_is_passed_and_the_next_tier_pinged() {
    let mut bench = Bench::set_up().await;
    let people = bench.folder().join("people.yml");
    let text = std::fs::read_to_string(&people).unwrap();
    std::fs::write(&people, text.replace("U0ANA", "nobody@example.com")).unwrap();
    bench.config = bench.with_desk("name: Help", "name: Help");
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    assert_eq!(bench.pinged(&help(), &post), [bo()]);
    let ping = bench.said(&help(), &post).pop().unwrap();
    let words = bench.slack.plain(&ping, &bo());
    assert!(
        words.contains("First: Ana Ruiz has no active Slack account"),
        "it says who was passed over: {words}"
    );
    app.stop().await.unwrap();
}

#[tokio::test]
async fn an_event_that_comes_five_times_through_a_restart_counts_once() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    again(&bench, &post, 1).await;
    bench.pass(&app, TimeDelta::minutes(1)).await;
    again(&bench, &post, 2).await;
    app.stop().await.unwrap();
    let app = bench.start().await;
    again(&bench, &post, 3).await;
    bench.pass(&app, TimeDelta::minutes(3)).await;
    again(&bench, &post, 4).await;
    bench.rest(&app).await;
    assert_eq!(app.engine.store().open_cases().len(), 1);
    assert_eq!(bench.said(&help(), &post).len(), 2, "a card and a ping");
    app.stop().await.unwrap();
    bench.no_refusals();
}

/// Slack sends the post again: another envelope, another event, the same message.
async fn again(bench: &Bench, post: &MessageTs, attempt: u32) {
    let id = format!("again-{attempt}");
    let event = json!({
        "type": "message", "channel": help(), "channel_type": "channel", "user": cy(), "text": ASKED, "ts": post,
        "event_ts": post,
    });
    let payload = json!({
        "type": "event_callback", "team_id": "T0MODEL", "api_app_id": "A0FIRSTLINE", "event": event,
        "event_id": format!("Ev0AGAIN{attempt}"),
    });
    let envelope = json!({
        "envelope_id": id, "type": "events_api", "payload": payload, "accepts_response_payload": false,
        "retry_attempt": attempt, "retry_reason": "timeout",
    });
    assert_eq!(bench.slack.send_frame(&id, &envelope.to_string()).await, Heard::Acknowledged);
}

#[tokio::test]
async fn what_waits_for_its_turn_is_measured_by_itself() {
    let bench = Bench::set_up().await;
    let app = bench.start_with(Tuning { pacing: Pacing::Slacks, ..Tuning::in_rehearsal() }).await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    // The second ping and the card's edit are more than the three at once that a channel takes.
    bench.pass(&app, TimeDelta::minutes(5)).await;
    assert_eq!(bench.pinged(&help(), &post), [ana(), bo()]);
    let (_, page) = get(app.http().unwrap(), "/metrics", None).await;
    let value = |name: &str| {
        let line = page.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.trim().parse::<f64>().ok()).unwrap_or(0.0)
    };
    assert!(value("firstline_pacing_seconds_sum") > 0.1, "{page}");
    assert!(value("firstline_ping_lateness_seconds_count") >= 2.0, "{page}");
    app.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_claims_at_once_one_wins_and_the_other_is_told() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    let post = bench.slack.say(&cy(), &help(), ASKED).await.unwrap();
    bench.rest(&app).await;
    let (ana, bo, channel) = (ana(), bo(), help());
    let (first, second) = tokio::join!(
        bench.slack.react(&ana, &channel, &post, "eyes"),
        bench.slack.react(&bo, &channel, &post, "eyes"),
    );
    first.unwrap();
    second.unwrap();
    bench.rest(&app).await;
    let owner = app.engine.store().open_cases()[0].owner.clone().unwrap();
    let loser = if owner == ana { bo } else { ana };
    let told = |user: &UserId| bench.slack.ephemerals_for(user).len() + bench.slack.dms(user).len();
    assert_eq!((told(&loser), told(&owner)), (1, 0));
    app.stop().await.unwrap();
    bench.no_refusals();
}
