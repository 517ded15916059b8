//! The bot in its own process, and what the system says of that process.

use crate::slack::Slack;
use firstline::app::{App, Listen, Pacing, Tuning};
use firstline::clock::SystemClock;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

/// Names the configuration's folder in the environment of the bot's process.
pub const FOLDER: &str = "FIRSTLINE_LOAD_FOLDER";

/// Lives as `firstline run` does, but for Slack's pace: it would hide how fast the bot is.
pub fn live(folder: &Path) {
    let config = firstline::config::load(folder).unwrap();
    let tuning = Tuning {
        pacing: Pacing::Unlimited,
        listen: Some(Listen::At(SocketAddr::from(([127, 0, 0, 1], 0)))),
        ..Tuning::in_service()
    };
    let runtime = firstline::admin::run::runtime().unwrap();
    runtime.block_on(async {
        let mut app = App::start(&config, SystemClock, tuning).await.unwrap();
        app.ready().await;
        println!("ready");
        app.ended().await.unwrap();
    });
}

/// A bot's process. It is killed when dropped.
pub struct Bot {
    child: Child,
    ready: oneshot::Receiver<Instant>,
    pub started: Instant,
}

impl Bot {
    pub fn start(folder: &Path, slack: &Slack) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.env(FOLDER, folder);
        Self::run(command, slack)
    }

    /// Another program that says `ready` when it is connected.
    pub fn run(mut command: Command, slack: &Slack) -> Self {
        let started = Instant::now();
        let mut child = command
            .env("SLACK_API_URL", slack.api_url())
            .env("SLACK_APP_TOKEN", "xapp-load")
            .env("SLACK_BOT_TOKEN", "xoxb-load")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let words = BufReader::new(child.stdout.take().unwrap()).lines();
        let (tell, ready) = oneshot::channel();
        std::thread::spawn(move || {
            if words.map_while(Result::ok).any(|word| word == "ready") {
                // A bot that is dropped early has nobody who listens.
                tell.send(Instant::now()).ok();
            }
        });
        Self { child, ready, started }
    }

    /// Returns when it is connected and has read what happened meanwhile; says how long that took.
    pub async fn ready(&mut self) -> Duration {
        (&mut self.ready).await.unwrap() - self.started
    }

    /// Processor time used so far, of all threads.
    pub fn cpu(&self) -> Duration {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
        Duration::from_millis(ticks * 10)
    }

    /// Memory in KiB: resident, and of that what is not a file's.
    pub fn memory(&self) -> (u64, u64) {
        let text = std::fs::read_to_string(format!("/proc/{}/smaps_rollup", self.pid())).unwrap();
        let field = |name: &str| {
            let line = text.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        (field("Rss:"), field("Anonymous:"))
    }

    fn pid(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        self.child.kill().and_then(|()| self.child.wait()).unwrap();
    }
}
