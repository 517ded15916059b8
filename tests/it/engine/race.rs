//! Two bots on one store: what both want at once is decided once.

use crate::config::load_changed;
use firstline::app::settings;
use firstline::clock::MovableClock;
use firstline::domain::command::parse_slash;
use firstline::domain::cover::note::CoverNote;
use firstline::domain::effect::Reply;
use firstline::domain::event::{Event, What};
use firstline::domain::note::Note;
use firstline::engine::Engine;
use firstline::engine::known::Known;
use firstline::store::Store as _;

const TWO: &str = "  cy: { slack: U0CY, name: Cy }
  dee: { slack: U0DEE, name: Dee }
  bo:
";
const DESK: &str = "desk: two
channels: [two]
tiers: [{ name: Both, who: [cy, dee], wait: 5m }]
";

fn pause(by: &str) -> Event {
    Event {
        keys: vec![format!("command {by}").as_str().into()],
        at: "2026-03-02T12:00:00Z".parse().unwrap(),
        what: What::Commanded {
            by: by.into(),
            channel: "D0".into(),
            channel_name: "directmessage".to_owned(),
            command: parse_slash("/coverage", "break 30m"),
        },
    }
}

#[tokio::test]
async fn two_last_people_leave_in_the_same_second_on_two_bots_and_one_is_granted() {
    let config = load_changed(&[("people.yml", "  bo:\n", TWO), ("desks/two.yml", "", DESK)]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = crate::store_sled::open(folder.path());
    let clock = MovableClock::stopped("2026-03-02T12:00:00Z".parse().unwrap());
    let bot = || Engine::new(store.clone(), clock.clone(), Known::new(settings(&config)));
    let (one, two) = (bot(), bot());
    let (of_cy, of_dee) = (pause("U0CY"), pause("U0DEE"));
    let (cy, dee) = tokio::join!(one.handle(&of_cy, None), two.handle(&of_dee, None));
    let replies = [cy.unwrap().reply, dee.unwrap().reply];
    let granted = |reply: &&Reply| matches!(reply, Reply::Private(Note::Cover(CoverNote::Granted { .. })));
    let held =
        |reply: &&Reply| matches!(reply, Reply::Private(Note::Cover(CoverNote::WouldLeaveShort { .. })));
    assert_eq!(replies.iter().filter(granted).count(), 1, "{replies:?}");
    assert_eq!(replies.iter().filter(held).count(), 1, "{replies:?}");
    let away = store.people().values().filter(|person| !person.live.breaks.is_empty()).count();
    assert_eq!(away, 1);
}
