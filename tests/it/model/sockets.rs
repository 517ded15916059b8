//! Socket Mode as it is on the wire: tickets, hello, envelopes, redelivery, disconnects.

use super::app::{App, nothing};
use super::{BOUND, ana, builder, help, slack};
use firstline::id::MessageTs;
use firstline::rehearsal::{DisconnectReason, Greeting, Order, Redelivery, Slack, SocketFault};
use serde_json::{Value, json};
use std::time::Duration;
use tokio_tungstenite::connect_async;

async fn say(slack: &Slack, text: &str) -> MessageTs {
    slack.say(&ana(), &help(), text).await.unwrap()
}

#[tokio::test]
async fn a_ticket_lets_one_connection_in() {
    let slack = slack().await;
    let app = App::of(&slack);
    let url = app.ticket().await;
    let first = connect_async(&url).await;
    assert!(first.is_ok());
    assert!(connect_async(&url).await.is_err());
    slack.wait_for_connections(1, BOUND).await.unwrap();
    assert_eq!(slack.refusals()[0].error, "invalid_ticket");
}

#[tokio::test]
async fn an_event_travels_in_an_envelope_with_all_that_slack_says() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut socket = app.dial().await;
    let hello = socket.next().await;
    assert_eq!(hello["connection_info"]["app_id"], "A0FIRSTLINE");
    assert_eq!(hello["num_connections"], 1);
    let (said, envelope) = tokio::join!(say(&slack, "printer"), socket.take());
    let payload = &envelope["payload"];
    assert_eq!((&envelope["type"], &envelope["retry_attempt"]), (&json!("events_api"), &json!(0)));
    assert_eq!(payload["authorizations"][0]["user_id"], "U0FIRSTLINE");
    assert_eq!(payload["team_id"], "T0MODEL");
    assert_eq!(payload["event_time"], 1_773_144_000);
    assert!(payload["event_id"].as_str().unwrap().starts_with("Ev"));
    assert_eq!(payload["event"]["ts"], said.as_str());
    assert_eq!(payload["event"]["channel_type"], "channel");
}

#[tokio::test]
async fn a_mention_comes_as_message_and_as_mention() {
    let slack = slack().await;
    let mut events = App::of(&slack).listen(nothing).await;
    slack.say(&ana(), &help(), "@firstline who is on coverage?").await.unwrap();
    let first = super::app::event(&mut events).await;
    let second = super::app::event(&mut events).await;
    assert_eq!((&first["type"], &second["type"]), (&json!("message"), &json!("app_mention")));
    assert_eq!(first["ts"], second["ts"]);
    assert_eq!(first["text"], "<@U0FIRSTLINE> who is on coverage?");
}

#[tokio::test]
async fn an_event_nobody_acknowledged_comes_again_at_once_after_a_minute_and_after_five() {
    let quick = Duration::from_millis(20);
    let slack = Slack::start(builder().redelivery(Redelivery::On).ack_within(quick)).await.unwrap();
    let mut socket = App::of(&slack).connect().await;
    slack.say(&ana(), &help(), "printer").await.unwrap();
    let first = socket.next().await;
    let again = socket.next().await;
    assert_eq!((&again["retry_attempt"], &again["retry_reason"]), (&json!(1), &json!("timeout")));
    assert_eq!(first["payload"]["event_id"], again["payload"]["event_id"]);
    assert_ne!(first["envelope_id"], again["envelope_id"]);
    // The clock stands still: the third comes only when it is moved, as often as it takes.
    let third = tokio::select! {
        envelope = socket.next() => envelope,
        () = winding(&slack, 1) => unreachable!("winding never ends"),
    };
    assert_eq!(third["retry_attempt"], 2);
    let fourth = tokio::select! {
        envelope = socket.take() => envelope,
        () = winding(&slack, 5) => unreachable!("winding never ends"),
    };
    assert_eq!(fourth["retry_attempt"], 3);
    assert_eq!(slack.refusals()[0].error, "not_acknowledged");
}

/// Moves the clock by so many minutes, again and again.
async fn winding(slack: &Slack, minutes: i64) {
    loop {
        slack.clock().advance(chrono::Duration::minutes(minutes));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_event_whose_connection_broke_comes_again_on_the_next() {
    let slack = Slack::start(builder().redelivery(Redelivery::On)).await.unwrap();
    let app = App::of(&slack);
    let mut one = app.connect().await;
    let mut two = app.connect().await;
    let saying = tokio::spawn({
        let slack = slack.clone();
        async move { slack.say(&ana(), &help(), "printer").await }
    });
    let (first, mut other) = tokio::select! {
        envelope = one.next() => { drop(one); (envelope, two) }
        envelope = two.next() => { drop(two); (envelope, one) }
    };
    let again = other.take().await;
    assert_eq!(first["payload"]["event_id"], again["payload"]["event_id"]);
    assert_eq!(again["retry_attempt"], 1);
    saying.await.unwrap().unwrap();
}

#[tokio::test]
async fn envelopes_spread_over_connections_the_same_way_for_the_same_seed() {
    async fn spread(seed: u64) -> Vec<usize> {
        let slack = Slack::start(builder().seed(seed)).await.unwrap();
        let app = App::of(&slack);
        let (mut one, mut two) = (app.connect().await, app.connect().await);
        let mut taken = Vec::new();
        for n in 0..8 {
            let take = async {
                tokio::select! { _ = one.take() => 1, _ = two.take() => 2 }
            };
            let (_, which) = tokio::join!(say(&slack, "x"), take);
            taken.push(which);
            assert_eq!(taken.len(), n + 1);
        }
        taken
    }
    let first = spread(7).await;
    assert!(first.contains(&1) && first.contains(&2));
    assert_eq!(first, spread(7).await);
}

#[tokio::test]
async fn connections_are_asked_to_go_in_each_of_four_ways() {
    let slack = slack().await;
    let app = App::of(&slack);
    for (reason, word) in
        [(DisconnectReason::Warning, "warning"), (DisconnectReason::RefreshRequested, "refresh_requested")]
    {
        let mut socket = app.connect().await;
        slack.socket_fault(SocketFault::Disconnect(reason));
        let frame = socket.next().await;
        assert_eq!((&frame["type"], &frame["reason"]), (&json!("disconnect"), &json!(word)));
        let (_, envelope) = tokio::join!(say(&slack, "still here"), socket.take());
        assert_eq!(envelope["type"], "events_api");
        drop(socket);
        slack.wait_for_connections(0, BOUND).await.unwrap();
    }
    for (reason, word) in [
        (DisconnectReason::LinkDisabled, "link_disabled"),
        (DisconnectReason::TooManyWebsockets, "too_many_websockets"),
    ] {
        let mut socket = app.connect().await;
        slack.socket_fault(SocketFault::Disconnect(reason));
        assert_eq!(socket.next().await["reason"], word);
        assert_eq!(socket.next().await, "close");
        slack.wait_for_connections(0, BOUND).await.unwrap();
    }
}

#[tokio::test]
async fn an_eleventh_connection_is_too_many() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut ten = Vec::new();
    for _ in 0..10 {
        ten.push(app.connect().await);
    }
    slack.wait_for_connections(10, BOUND).await.unwrap();
    assert_eq!(app.dial().await.next().await["reason"], "too_many_websockets");
}

#[tokio::test]
async fn frames_go_wrong_on_request() {
    let slack = slack().await;
    let mut socket = App::of(&slack).connect().await;
    slack.wait_for_connections(1, BOUND).await.unwrap();
    slack.socket_fault(SocketFault::Garbage);
    assert_eq!(socket.next().await, "garbage");
    slack.socket_fault(SocketFault::Binary);
    assert_eq!(socket.next().await, "binary");
    slack.socket_fault(SocketFault::UnknownEnvelope);
    assert_eq!(socket.take().await["type"], "tea_time");
    let (_, first) = tokio::join!(say(&slack, "x"), socket.take());
    slack.socket_fault(SocketFault::RedeliverLast);
    assert_eq!(socket.take().await, first);
    slack.deliver_twice();
    let (_, twice) = tokio::join!(say(&slack, "y"), async { (socket.take().await, socket.take().await) });
    assert_eq!(twice.0, twice.1);
    slack.deliver_once();
    slack.hold_back();
    for text in ["a", "b"] {
        slack.say(&ana(), &help(), text).await.unwrap();
    }
    slack.let_go(Order::Reversed);
    let text = |envelope: Value| envelope["payload"]["event"]["text"].clone();
    assert_eq!((text(socket.take().await), text(socket.take().await)), (json!("b"), json!("a")));
    slack.socket_fault(SocketFault::Drop);
    assert_eq!(socket.next().await, "end");
    slack.wait_for_connections(0, BOUND).await.unwrap();
    assert!(slack.refusals().is_empty(), "{:?}", slack.refusals());
}

#[tokio::test]
async fn a_half_open_connection_says_nothing_until_it_is_dropped() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut deaf = app.connect().await;
    slack.wait_for_connections(1, BOUND).await.unwrap();
    slack.socket_fault(SocketFault::HalfOpen);
    slack.wait_for_connections(0, BOUND).await.unwrap();
    slack.say(&ana(), &help(), "anyone?").await.unwrap();
    let mut next = app.connect().await;
    let (_, envelope) = tokio::join!(say(&slack, "now"), next.take());
    assert_eq!(envelope["payload"]["event"]["text"], "now");
    slack.socket_fault(SocketFault::Drop);
    assert_eq!(deaf.next().await, "end");
}

#[tokio::test]
async fn a_hello_may_be_late_or_missing() {
    let slack = slack().await;
    let app = App::of(&slack);
    slack.greet_with(Greeting::Late(Duration::from_millis(30)));
    assert_eq!(app.dial().await.next().await["type"], "hello");
    slack.greet_with(Greeting::Silence);
    let mut silent = app.dial().await;
    let said = tokio::time::timeout(Duration::from_millis(50), silent.next()).await;
    assert!(said.is_err());
}

#[tokio::test]
async fn strange_acknowledgements_are_refusals() {
    let slack = slack().await;
    let mut socket = App::of(&slack).connect().await;
    socket.ack(&json!({ "envelope_id": "made-up" }), Value::Null).await;
    let refused = slack.wait_for(BOUND, |it| it.refusals.first().cloned()).await.unwrap();
    assert_eq!(refused.error, "unknown_envelope");
    let (_, ()) = tokio::join!(say(&slack, "x"), async {
        let envelope = socket.next().await;
        socket.ack(&envelope, json!({ "text": "no payload goes here" })).await;
    });
    assert_eq!(slack.refusals()[1].error, "payload_not_accepted");
}
