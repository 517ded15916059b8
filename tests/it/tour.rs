//! The first command of the README, as somebody uses it: the real bot, the real page, a real browser, the tour
//! of the event desk clicked through from the post to the resolution.

use crate::browser::cdp::Browser;
use crate::browser::{browser_or_say, one_at_a_time};
use firstline::admin::rehearse::tours;
use firstline::admin::stage::Stage;
use firstline::app::Tuning;
use firstline::clock::MovableClock;
use firstline::config;
use firstline::rehearsal::page::{Access, Host, router};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("config")
}

/// The rehearsal of `config/` at ten on a Monday morning.
async fn stage(store: &Path) -> (Arc<Stage>, String) {
    let config = config::load(&folder()).unwrap_or_else(|problems| panic!("{problems}"));
    let scripts: Vec<_> = tours(&folder()).unwrap().into_iter().map(|(_, script)| script).collect();
    let start = scripts[0].start;
    let clock = MovableClock::stopped(start.at);
    let stage = Stage::set(config, clock, store, start.zone, Tuning::in_rehearsal()).with_tours(scripts);
    let stage = Arc::new(stage);
    let page = router(&stage.slack, Arc::clone(&stage), start.zone, Access::Loopback);
    stage.slack.listen(SocketAddr::from(([127, 0, 0, 1], 0)), page).await.unwrap();
    Host::start(&*stage).await.unwrap();
    let address = stage.slack.base_url();
    (stage, address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_event_tour_is_clicked_through() {
    let Some(program) = browser_or_say() else { return };
    let _alone = one_at_a_time().await;
    let store = tempfile::tempdir().unwrap();
    let (stage, address) = stage(&store.path().join("store")).await;
    let mut page = Browser::open(&program, &address).await;
    page.until("document.body.dataset.ready === 'yes'").await;
    // A wide page shows the tours by itself; a press on their row would put them away.
    page.until(
        "(() => { const row = document.querySelector('#nav [data-key=tours]'); \
         if (row.getAttribute('aria-expanded') === 'false') row.click(); \
         return Boolean(document.querySelector('button.tour')); })()",
    )
    .await;
    page.click("button", "A live event").await;
    page.until("document.querySelector('#tour')").await;
    let event = tours(&folder()).unwrap().into_iter().find(|(key, _)| key == "event").unwrap().1;
    let steps = event.steps.len();
    for step in 1..=steps {
        page.until(&format!("document.body.innerText.includes('Step {step} of {steps}')")).await;
        page.until("!document.querySelector('#tour .primary').disabled").await;
        if step == 5 {
            page.picture("tour-pinged").await;
        }
        page.click("button", "Next step").await;
    }
    page.until("document.body.innerText.includes('Ana Ruiz resolved this')").await;
    page.picture("tour-resolved").await;
    assert!(stage.slack.refusals().is_empty(), "{:?}", stage.slack.refusals());
    assert_eq!(page.complaints, Vec::<String>::new());
    Host::stop(&*stage).await.unwrap();
    stage.slack.stop();
}
