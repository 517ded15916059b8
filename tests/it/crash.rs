//! An afternoon of cases while the program is killed again and again: nothing is lost, nothing is said twice.
//!
//! The seed is printed; `FIRSTLINE_SEED=… cargo test --test it crash` plays the same kills again.

pub mod afternoon;
pub mod dice;
pub mod verdict;

use super::program::Program;
use afternoon::{Afternoon, Asked};
use dice::Dice;
use firstline::rehearsal::{Fault, Workspace};
use std::time::Duration;

/// How rough an afternoon is.
struct Roughness {
    cases: usize,
    kills: usize,
    /// The longest life before a kill, in milliseconds.
    life_at_most: u64,
    /// How long the rest may take once nothing is killed any more.
    settles_within: Duration,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_six_times_every_ping_is_sent_once() {
    let roughness =
        Roughness { cases: 10, kills: 6, life_at_most: 1200, settles_within: Duration::from_secs(60) };
    play(&roughness).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_killed_fifty_times_every_ping_is_sent_once() {
    if std::env::var_os("FIRSTLINE_SLOW").is_none() {
        println!("not played: the long form runs with FIRSTLINE_SLOW=1");
        return;
    }
    let roughness =
        Roughness { cases: 30, kills: 50, life_at_most: 6000, settles_within: Duration::from_secs(180) };
    play(&roughness).await;
}

async fn play(roughness: &Roughness) {
    let seed = dice::seed();
    println!("FIRSTLINE_SEED={seed}");
    let mut dice = Dice::new(seed);
    let afternoon = Afternoon::begin(roughness.cases).await;
    let mut program = afternoon.setting.run_until_ready().await;
    let people = tokio::spawn(afternoon.clone().people(dice.another()));
    for _ in 0..roughness.kills {
        some_instant(&afternoon, &mut dice, roughness.life_at_most).await;
        program.kill();
        program = afternoon.setting.run();
    }
    afternoon.may_finish();
    program.ready(roughness.settles_within).await;
    let cases = people.await.unwrap();
    settled(&afternoon, &cases, roughness.settles_within, &program).await;
    verdict::check(&afternoon, &cases, &program).await;
    program.signal("TERM");
    let status = program.ended(Duration::from_secs(10)).await;
    assert!(status.success(), "it ends in order: {status}");
}

/// Returns at an instant nobody can foresee: when the bot has changed something so many times, or when a life of
/// this length is over. Some answers of Slack are slow, so that many kills fall between a deed and its answer.
async fn some_instant(afternoon: &Afternoon, dice: &mut Dice, life_at_most: u64) {
    let slack = &afternoon.setting.slack;
    for _ in 0..dice.below(4) {
        let slow = Fault::Slow(Duration::from_millis(dice.below(150)));
        slack.fail_next(1, "chat.postMessage", None, slow);
    }
    // Most lives are short, few are long.
    let life = Duration::from_millis(dice.below(life_at_most).min(dice.below(life_at_most)));
    let from = slack.mark();
    let changes = usize::try_from(1 + dice.below(40)).unwrap();
    let enough = |workspace: &Workspace| (workspace.journal_since(from).len() >= changes).then_some(());
    let _whichever_is_first = slack.wait_for(life, enough).await;
}

/// Waits until every case is where it has to be: with its owner, or with the supervisor.
pub async fn settled(afternoon: &Afternoon, cases: &[Asked], bound: Duration, program: &Program) {
    let slack = &afternoon.setting.slack;
    let is_settled = |workspace: &Workspace| {
        let open = cases.iter().filter(|case| !verdict::is_settled(workspace, case)).count();
        (open == 0).then_some(())
    };
    if slack.wait_for(bound, is_settled).await.is_err() {
        let stuck: Vec<String> = slack.read(|workspace| {
            let stuck = cases.iter().filter(|case| !verdict::is_settled(workspace, case));
            stuck.map(|case| verdict::transcript(workspace, case)).collect()
        });
        panic!("not settled within {bound:?}:\n{}\nits log:\n{}", stuck.join("\n"), program.log());
    }
}
