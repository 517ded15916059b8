//! A workspace, a bot on it, and a clock that stands still until it is moved.

use chrono::{DateTime, TimeDelta};
use firstline::app::{App, Running, Tuning};
use firstline::clock::MovableClock;
use firstline::config::{Config, Environment, load_with};
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::rehearsal::{Builder, Message, Redelivery, Slack, Workspace};
use std::net::SocketAddr;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Longer than anything here takes; reached by nothing but a failure.
pub const BOUND: Duration = Duration::from_secs(10);

const MAIN: &str = "slack: { app_token: \"${SLACK_APP_TOKEN}\", bot_token: \"${SLACK_BOT_TOKEN}\" }\n\
    include: [people.yml, desks/*.yml]\n";

const PEOPLE: &str = "people:\n\
    \x20 ana: { slack: U0ANA, name: Ana Ruiz, time_zone: UTC }\n\
    \x20 bo: { slack: U0BO, name: Bo Lind, time_zone: UTC }\n\
    \x20 kofi: { slack: U0KOFI, name: Kofi Mensah, time_zone: UTC }\n";

const DESK: &str = "desk: help\nname: Help\nchannels: [\"help*\"]\ntime_zone: UTC\nhours: always\n\
    supervisor: kofi\nmin_available: 0\n\
    intake: { cases: any_post }\n\
    tiers:\n\
    \x20 - { name: First, who: [ana], wait: 5m }\n\
    \x20 - { name: Second, who: [bo], wait: 5m }\n\
    claiming: { reactions: [eyes], on_reply: true, guard: true }\n";

pub struct Bench {
    pub slack: Slack,
    pub clock: MovableClock,
    pub config: Config,
    folder: TempDir,
}

pub fn ana() -> UserId {
    UserId::from("U0ANA")
}

pub fn bo() -> UserId {
    UserId::from("U0BO")
}

pub fn cy() -> UserId {
    UserId::from("U0CY")
}

pub fn help() -> ChannelId {
    ChannelId::from("C0HELP")
}

pub fn other() -> ChannelId {
    ChannelId::from("C0OTHER")
}

/// Three who answer, one who asks, two channels of the desk; noon UTC on a Tuesday in March.
fn workspace() -> Builder {
    let noon = DateTime::from_timestamp(1_773_144_000, 0).unwrap();
    let everybody = ["U0ANA", "U0BO", "U0KOFI", "U0CY"];
    Workspace::builder(MovableClock::stopped(noon))
        .user("U0ANA", "ana", "Ana Ruiz")
        .user("U0BO", "bo", "Bo Lind")
        .user("U0KOFI", "kofi", "Kofi Mensah")
        .user("U0CY", "cy", "Cy Roe")
        .channel("C0HELP", "help", &everybody)
        .channel("C0OTHER", "help-other", &everybody)
        .redelivery(Redelivery::Off)
}

impl Bench {
    /// A workspace without a bot yet.
    pub async fn set_up() -> Self {
        Self::set_up_with(|builder| builder).await
    }

    /// The same, with more in the workspace.
    pub async fn set_up_with(more: impl FnOnce(Builder) -> Builder) -> Self {
        let slack = Slack::start(more(workspace())).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| std::fs::write(folder.path().join(path), text).unwrap();
        std::fs::create_dir_all(folder.path().join("desks")).unwrap();
        write("firstline.yml", MAIN);
        write("people.yml", PEOPLE);
        write("desks/help.yml", DESK);
        let clock = slack.clock().clone();
        let config = config(&folder, &slack);
        Self { slack, clock, config, folder }
    }

    /// Starts the bot and waits until it is connected and has caught up.
    pub async fn start(&self) -> App<MovableClock> {
        self.start_with(Tuning::in_rehearsal()).await
    }

    pub async fn start_with(&self, tuning: Tuning) -> App<MovableClock> {
        let app = self.begin_with(tuning).await;
        tokio::time::timeout(BOUND, app.ready()).await.expect("the bot gets ready");
        self.slack.wait_for_connections(2, BOUND).await.unwrap();
        self.rest(&app).await;
        app
    }

    /// Starts the bot and waits for nothing.
    pub async fn begin(&self) -> App<MovableClock> {
        self.begin_with(Tuning::in_rehearsal()).await
    }

    async fn begin_with(&self, tuning: Tuning) -> App<MovableClock> {
        Running::start(&self.config, self.clock.clone(), tuning).await.unwrap()
    }

    /// The configuration, with another text in place of one in the desk's file.
    pub fn with_desk(&self, before: &str, after: &str) -> Config {
        assert!(DESK.contains(before), "the desk's file says `{before}`");
        self.with_text(&DESK.replace(before, after))
    }

    /// The configuration, with this as the desk's file.
    pub fn with_text(&self, text: &str) -> Config {
        std::fs::write(self.folder.path().join("desks/help.yml"), text).unwrap();
        config(&self.folder, &self.slack)
    }

    /// The configuration, with another text in place of one in the people's file.
    pub fn with_person(&self, before: &str, after: &str) -> Config {
        assert!(PEOPLE.contains(before), "the people's file says `{before}`");
        std::fs::write(self.folder.path().join("people.yml"), PEOPLE.replace(before, after)).unwrap();
        config(&self.folder, &self.slack)
    }

    /// Waits until nothing is left to do at this instant.
    pub async fn rest(&self, app: &App<MovableClock>) {
        let rested = tokio::time::timeout(BOUND, app.at_rest()).await;
        assert!(rested.is_ok(), "the bot does not come to rest");
    }

    /// Moves the clock and waits until what came of it is done.
    pub async fn pass(&self, app: &App<MovableClock>, by: TimeDelta) {
        self.clock.advance(by);
        self.rest(app).await;
    }

    /// Moves the clock as far as `by`, stopping wherever the bot wants to do something.
    pub async fn live(&self, app: &App<MovableClock>, by: TimeDelta) {
        use firstline::clock::Clock as _;
        use firstline::store::Store as _;
        let until = self.clock.now() + by;
        loop {
            self.rest(app).await;
            let store = app.engine.store();
            let next = [store.next_due(), store.next_wake()].into_iter().flatten().min();
            match next.filter(|at| *at < until) {
                Some(at) => self.clock.set(at),
                None => break,
            }
        }
        self.clock.set(until);
        self.rest(app).await;
    }

    /// What the bot says in a thread, oldest first.
    pub fn said(&self, channel: &ChannelId, root: &MessageTs) -> Vec<Message> {
        let bot = self.slack.read(|workspace| workspace.bot.user.clone());
        let thread = self.slack.thread(channel, root);
        thread.into_iter().filter(|message| message.user == bot).collect()
    }

    /// Who was mentioned in a thread, in order.
    pub fn pinged(&self, channel: &ChannelId, root: &MessageTs) -> Vec<UserId> {
        let said = self.said(channel, root);
        let mentions = said.iter().flat_map(|message| message.text.split("<@").skip(1));
        mentions.filter_map(|rest| rest.split(['>', '|']).next()).map(UserId::from).collect()
    }

    pub fn no_refusals(&self) {
        let refusals = self.slack.refusals();
        assert!(refusals.is_empty(), "Slack refused: {refusals:?}");
    }

    /// The folder of the configuration.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    pub fn store(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }
}

fn config(folder: &TempDir, slack: &Slack) -> Config {
    let store = format!("sled:{}", folder.path().join("data").display());
    let (app, bot, url) = (slack.app_token(), slack.bot_token(), slack.api_url());
    let env = Environment::of([
        ("SLACK_APP_TOKEN", app.as_str()),
        ("SLACK_BOT_TOKEN", bot.as_str()),
        ("SLACK_API_URL", url.as_str()),
        ("FIRSTLINE_STORE", store.as_str()),
    ]);
    load_with(folder.path(), &env).unwrap_or_else(|problems| panic!("{problems}"))
}

/// One plain HTTP request: the status and the body.
pub async fn get(at: SocketAddr, path: &str, secret: Option<&str>) -> (u16, String) {
    let mut stream = tokio::net::TcpStream::connect(at).await.unwrap();
    let auth = secret.map(|secret| format!("Authorization: Bearer {secret}\r\n")).unwrap_or_default();
    let request = format!("GET {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n{auth}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default();
    (status, body)
}
