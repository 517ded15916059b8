//! What Slack delivers at the same moment, on several connections, comes out as if it had come in order.

use super::bench::{Bench, cy, help};
use firstline::rehearsal::Fault;
use std::time::Duration;

#[tokio::test]
async fn a_deletion_that_overtakes_its_post_still_withdraws_it() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(1, "users.info", None, Fault::Slow(Duration::from_millis(100)));
    let deletion = async {
        let post = bench.slack.channel_messages(&help()).last().expect("the post").ts.clone();
        bench.slack.delete(&cy(), &help(), &post).await.unwrap();
    };
    let (by, channel) = (cy(), help());
    let posting = bench.slack.say(&by, &channel, "the session does not open");
    let (post, ()) = tokio::join!(posting, deletion);
    let post = post.unwrap();
    bench.rest(&app).await;
    assert!(bench.said(&help(), &post).is_empty(), "nobody is pinged for what is gone");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn what_a_stranger_does_at_once_waits_for_their_name_once() {
    let bench = Bench::set_up().await;
    let app = bench.start().await;
    bench.slack.fail_next(1, "users.info", None, Fault::Slow(Duration::from_millis(100)));
    let (by, channel) = (cy(), help());
    let (first, second) = tokio::join!(
        bench.slack.say(&by, &channel, "Hi"),
        bench.slack.say(&by, &channel, "the session does not open"),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    bench.rest(&app).await;
    // Which of them Slack delivered first is open.
    let said = [bench.said(&help(), &first), bench.said(&help(), &second)].concat();
    assert_eq!(said.len(), 2, "one card and one ping: the other post joins");
    assert!(!said.iter().any(|message| message.text.contains("U0CY")), "by name: {said:?}");
    app.stop().await.unwrap();
}
