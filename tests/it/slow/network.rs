//! An afternoon over a network that drops, delays and repeats: nothing is lost, nothing is said twice.

use super::is_asked_for;
use super::proxy::{Proxy, Weather};
use crate::crash::afternoon::Afternoon;
use crate::crash::dice::{self, Dice};
use crate::crash::{settled, verdict};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_over_a_network_that_drops_delays_and_repeats_every_ping_is_sent_once() {
    if !is_asked_for() {
        return;
    }
    let seed = dice::seed();
    println!("FIRSTLINE_SEED={seed}");
    let mut dice = Dice::new(seed);
    let afternoon = Afternoon::begin(20).await;
    let slack = afternoon.setting.slack.base_url().trim_start_matches("http://").parse().unwrap();
    let proxy = Proxy::before(slack, dice.another()).await;
    afternoon.setting.speak_through(&format!("http://{}/api", proxy.address));
    let mut program = afternoon.setting.run_until_ready().await;
    let people = tokio::spawn(afternoon.clone().people(dice.another()));
    let storms = [
        Weather { delay_at_most: Duration::from_millis(400), ..Weather::default() },
        Weather { breaks: 8, ..Weather::default() },
        Weather { repeats: 1, delay_at_most: Duration::from_millis(50), ..Weather::default() },
        Weather { swallows: 15, ..Weather::default() },
        Weather { breaks: 12, swallows: 30, repeats: 2, delay_at_most: Duration::from_millis(200) },
    ];
    for round in 0..10 {
        proxy.set(storms[round % storms.len()]);
        tokio::time::sleep(Duration::from_millis(1_000 + dice.below(2_000))).await;
    }
    let done = proxy.done();
    println!("{done:?}");
    assert!(done.broken > 0 && done.swallowed > 0 && done.repeated > 0, "the weather was fine: {done:?}");
    proxy.set(Weather::default());
    afternoon.may_finish();
    let bound = Duration::from_secs(180);
    program.ready(bound).await;
    let cases = people.await.unwrap();
    settled(&afternoon, &cases, bound, &program).await;
    verdict::check(&afternoon, &cases, &program).await;
    program.signal("TERM");
    assert!(program.ended(Duration::from_secs(10)).await.success());
}
