//! The worked example of `config/`: its workspace, its files as they are, and the same with seconds for minutes.

use super::Setting;
use firstline::clock::{Clock as _, MovableClock, SystemClock};
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::rehearsal::{Builder, Message, UserKind, Workspace};
use std::fs;
use std::path::Path;

/// A whole post by the template of live events.
pub const POST: &str = "Hi @here,\nWe're having this issue: session 12 does not open\n\
    Affected page/session URL: https://live.example.com/s/12\n\
    Affected users' emails: pat@example.com";

pub fn user(id: &str) -> UserId {
    UserId::from(id)
}

pub fn berlin() -> ChannelId {
    ChannelId::from("C0BERLIN")
}

fn workspace() -> Builder {
    let everybody = [
        "U0ANA", "U0BO", "U0KOFI", "U0INES", "U0MEI", "U0TOMAS", "U0GRACE", "U0YUKI", "U0NADIA", "U0JONAS",
        "U0PRIYA", "U0LENA",
    ];
    Workspace::builder(MovableClock::running(SystemClock.now()))
        .user("U0ANA", "ana", "Ana Ruiz")
        .user("U0BO", "bo", "Bo Lind")
        .user("U0KOFI", "kofi", "Kofi Mensah")
        .user("U0INES", "ines", "Ines Duarte")
        .user("U0MEI", "mei", "Mei Tan")
        .user("U0TOMAS", "tomas", "Tomas Novak")
        .user("U0GRACE", "grace", "Grace Oduya")
        .user("U0YUKI", "yuki", "Yuki Mori")
        .user("U0NADIA", "nadia", "Nadia Haddad")
        .user("U0JONAS", "jonas", "Jonas Weber")
        .user("U0PRIYA", "priya", "Priya Nair")
        .with_user("U0LENA", "lena", "Lena Ott", |lena| lena.kind = UserKind::Guest)
        .group("S0TECH", "tech-support", &["U0INES", "U0KOFI"])
        .channel("C0BERLIN", "event-berlin", &everybody)
        .channel("C0HELP", "help-desk", &everybody)
        .channel("C0DEV", "development", &everybody)
        .channel("C0TRAIN", "trainers", &everybody)
        .channel("C0CHAT", "chat-support", &everybody)
}

/// `config/` as it is.
pub async fn as_it_is() -> Setting {
    with(str::to_owned, str::to_owned).await
}

/// `config/` with waits of two seconds on the desk of live events, and everybody there at any hour.
pub async fn in_seconds() -> Setting {
    let desk = |text: &str| text.replace("wait: 5m", "wait: 2s");
    with(at_any_hour, desk).await
}

async fn with(people: fn(&str) -> String, desk: fn(&str) -> String) -> Setting {
    let setting = Setting::new(workspace(), &[]).await;
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
    let read = |path: &str| fs::read_to_string(from.join(path)).unwrap();
    setting.write("firstline.yml", &read("firstline.yml"));
    setting.write("people.yml", &people(&read("people.yml")));
    for folder in ["emails", "playbooks"] {
        for entry in fs::read_dir(from.join(folder)).unwrap() {
            let name = format!("{folder}/{}", entry.unwrap().file_name().to_string_lossy());
            setting.write(&name, &read(&name));
        }
    }
    setting.write("bookings.csv", &read("bookings.csv"));
    for entry in fs::read_dir(from.join("desks")).unwrap() {
        let name = format!("desks/{}", entry.unwrap().file_name().to_string_lossy());
        setting.write(&name, &desk(&read(&name)));
    }
    setting
}

/// Takes out of the people's file whatever depends on the day and the hour of the test.
fn at_any_hour(people: &str) -> String {
    const DATED: [&str; 6] = ["hours:", "dates:", "holidays:", "reachable:", "overrides:", "time_off:"];
    let is_dated = |line: &&str| {
        let line = line.trim_start();
        DATED.iter().any(|key| line.starts_with(key)) || line.starts_with("- {")
    };
    let kept: Vec<&str> = people.lines().filter(|line| !is_dated(line)).collect();
    kept.join("\n").replace("people: [ana, bo]", "people: [ana]")
}

/// The thread of a post, when the bot has said something in it that `is_it`.
pub fn said<'a>(
    workspace: &'a Workspace,
    root: &MessageTs,
    is_it: impl Fn(&Message) -> bool,
) -> Option<&'a Message> {
    let thread = workspace.thread(&berlin(), root);
    thread.into_iter().find(|message| message.user == workspace.bot.user && is_it(message))
}

/// Whether a message pings this person.
pub fn pings(message: &Message, user: &str) -> bool {
    message.text.contains(&format!("<@{user}>"))
}
