//! The office of the histories: its people, two desks, an afternoon in March.

use chrono::DateTime;
use firstline::clock::MovableClock;
use firstline::config::{Config, Environment, load_with};
use firstline::rehearsal::{Slack, Workspace};
use std::sync::OnceLock;

/// Two who ask, three who answer, the supervisor.
pub const PEOPLE: [&str; 6] = ["U0CY", "U0DEE", "U0ANA", "U0BO", "U0NED", "U0KOFI"];

const FIRST: &str = "{ name: First, who: [ana, bo], wait: 5m }";
const HELP: &str = "desk: help\nname: Help\nchannels: [\"help\"]\ntime_zone: UTC\nhours: always\n\
    supervisor: kofi\nmin_available: 0\n\
    intake: { cases: any_post }\n\
    tiers:\n\
    \x20 - { name: First, who: [ana, bo], wait: 5m }\n\
    \x20 - { name: Second, who: [ned], wait: 7m, repeat: 1 }\n\
    claiming: { reactions: [eyes], help: [raising_hand], on_reply: true, guard: true }\n\
    clocks: { reply_within: 10m, update_every: 30m, resolve_within: 4h }\n\
    closing: { reactions: [white_check_mark] }\n";
const LATE: &str = "desk: late\nname: Late\nchannels: [\"late\"]\ntime_zone: UTC\n\
    hours: { mon-fri: \"09:00-17:00\" }\n\
    supervisor: kofi\nmin_available: 0\n\
    intake: { cases: any_post }\n\
    tiers:\n\
    \x20 - { name: Both, who: [ned, bo], wait: 5m, dm: true, ping: next }\n\
    claiming: { reactions: [eyes], on_reply: true, guard: true }\n";
const MAIN: &str = "slack: { app_token: xapp-1, bot_token: xoxb-1 }\n\
    unavailable_when: { text: [lunch] }\n\
    include: [people.yml, desks/*.yml]\n";
const ROSTER: &str = "people:\n\
    \x20 ana: { slack: U0ANA, name: Ana Ruiz, time_zone: UTC }\n\
    \x20 bo: { slack: U0BO, name: Bo Lind, time_zone: UTC }\n\
    \x20 ned: { slack: U0NED, name: Ned Poe, time_zone: UTC }\n\
    \x20 kofi: { slack: U0KOFI, name: Kofi Mensah, time_zone: UTC }\n";

/// The configuration, and the one that a reload brings.
pub fn configs() -> &'static [Config; 2] {
    static CONFIGS: OnceLock<[Config; 2]> = OnceLock::new();
    CONFIGS.get_or_init(|| {
        let other = "{ name: First, who: [bo, ana], wait: 3m, repeat: 1 }";
        [HELP.to_owned(), HELP.replace(FIRST, other)].map(|help| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(folder.path().join("desks")).unwrap();
            let files = [
                ("firstline.yml", MAIN),
                ("people.yml", ROSTER),
                ("desks/help.yml", &help),
                ("desks/late.yml", LATE),
            ];
            for (name, text) in files {
                std::fs::write(folder.path().join(name), text).unwrap();
            }
            load_with(folder.path(), &Environment::of([])).unwrap_or_else(|problems| panic!("{problems}"))
        })
    })
}

/// An hour before the desk that keeps hours closes.
pub fn office() -> Slack {
    let afternoon = DateTime::from_timestamp(1_773_158_400, 0).unwrap();
    let mut builder = Workspace::builder(MovableClock::running(afternoon));
    for (id, name) in PEOPLE.iter().zip(["cy", "dee", "ana", "bo", "ned", "kofi"]) {
        builder = builder.user(id, name, name);
    }
    Slack::new(builder.channel("C0HELP", "help", &PEOPLE).channel("C0LATE", "late", &PEOPLE))
}
