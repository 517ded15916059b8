//! The program as an operator runs it: the real binary with its folder, its log, its HTTP doors, and the signals
//! that it is sent; Slack is the model, on loopback.

pub mod example;

use firstline::rehearsal::{Builder, Slack};
use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::OnceLock;
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Longer than anything here takes on a busy machine; reached by nothing but a failure.
pub const BOUND: Duration = Duration::from_secs(30);

/// Between two looks at something that rings no bell.
const LOOK: Duration = Duration::from_millis(10);

/// A workspace, and a folder with a configuration and a store.
pub struct Setting {
    pub slack: Slack,
    folder: TempDir,
    /// Another way to Slack than the straight one.
    way: OnceLock<String>,
}

/// A bot in a process of its own. Dropped, it is killed.
pub struct Program {
    child: Child,
    http: SocketAddr,
    log: PathBuf,
}

impl Setting {
    /// A workspace and a configuration of these files.
    pub async fn new(workspace: Builder, files: &[(&str, &str)]) -> Self {
        let slack = Slack::start(workspace).await.unwrap();
        let setting = Self { slack, folder: tempfile::tempdir().unwrap(), way: OnceLock::new() };
        for (path, text) in files {
            setting.write(path, text);
        }
        setting
    }

    /// From now on programs reach Slack's Web API at this address.
    pub fn speak_through(&self, api_url: &str) {
        self.way.set(api_url.to_owned()).unwrap();
    }

    /// Puts a file of the configuration in place.
    pub fn write(&self, path: &str, text: &str) {
        let path = self.config().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    /// The program with these words, in the environment of this workspace. It listens at `http`.
    pub fn command(&self, words: &[&str], http: SocketAddr) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_firstline"));
        command
            .args(words)
            .arg("--config")
            .arg(self.config())
            .env_clear()
            .env("SLACK_APP_TOKEN", self.slack.app_token())
            .env("SLACK_BOT_TOKEN", self.slack.bot_token())
            .env("SLACK_API_URL", self.way.get().cloned().unwrap_or_else(|| self.slack.api_url()))
            .env("FIRSTLINE_LISTEN", http.to_string())
            .env("FIRSTLINE_STORE", format!("sled:{}", self.folder.path().join("data").display()))
            .env("ANA_CALENDAR", "https://calendar.example.com/ana.ics")
            .stdin(Stdio::null());
        command
    }

    /// Starts the bot and waits for nothing.
    pub fn run(&self) -> Program {
        let http = free_address();
        self.run_as(self.command(&["run"], http), http)
    }

    /// The same, with a command that was changed.
    pub fn run_as(&self, mut command: Command, http: SocketAddr) -> Program {
        let log = self.folder.path().join(format!("log-{}", http.port()));
        let file = File::create(&log).unwrap();
        let child = command.stdout(Stdio::null()).stderr(file).spawn().unwrap();
        Program { child, http, log }
    }

    /// Starts the bot and waits until it says that it is ready.
    pub async fn run_until_ready(&self) -> Program {
        let program = self.run();
        program.ready(BOUND).await;
        program
    }

    /// Asks a question of the command line, of the bot that runs at `http`.
    pub async fn ask(&self, words: &[&str], http: SocketAddr) -> Output {
        let mut command = self.command(words, http);
        tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap()
    }

    /// The same, when it is answered: what is printed.
    pub async fn answer(&self, words: &[&str], http: SocketAddr) -> String {
        let output = self.ask(words, http).await;
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Program {
    pub fn http(&self) -> SocketAddr {
        self.http
    }

    /// Everything it has logged.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(&self.log).unwrap()).into_owned()
    }

    /// Asks one of its HTTP doors; `None` when nobody answers.
    pub async fn get(&self, path: &str) -> Option<(u16, String)> {
        let asked = async {
            let mut stream = TcpStream::connect(self.http).await.ok()?;
            let request = format!("GET {path} HTTP/1.1\r\nHost: bot\r\nConnection: close\r\n\r\n");
            stream.write_all(request.as_bytes()).await.ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).await.ok()?;
            let status = answer.split(' ').nth(1)?.parse().ok()?;
            Some((status, answer.split_once("\r\n\r\n")?.1.to_owned()))
        };
        timeout(BOUND, asked).await.ok().flatten()
    }

    /// Waits until `/readyz` says so.
    pub async fn ready(&self, bound: Duration) {
        assert!(self.is_ready(bound).await, "it is not ready within {bound:?}; its log:\n{}", self.log());
    }

    /// Waits until it is connected and has read what it missed, whatever else `/readyz` says.
    pub async fn ready_or_degraded(&self, bound: Duration) {
        let asking = async {
            let is_up =
                |why: &str| why.contains("\"sockets_up\":2") && why.contains("\"catching_up\":\"done\"");
            while self.get("/readyz").await.is_none_or(|(_, why)| !is_up(&why)) {
                sleep(LOOK).await;
            }
        };
        let up = timeout(bound, asking).await;
        assert!(up.is_ok(), "it is not connected within {bound:?}: {:?}", self.get("/readyz").await);
    }

    /// Whether `/readyz` says so within the bound.
    pub async fn is_ready(&self, bound: Duration) -> bool {
        let asking = async {
            while self.get("/readyz").await.is_none_or(|(status, _)| status != 200) {
                sleep(LOOK).await;
            }
        };
        timeout(bound, asking).await.is_ok()
    }

    /// Waits until its log says this.
    pub async fn has_logged(&self, words: &str) {
        let looking = async {
            while !self.log().contains(words) {
                sleep(LOOK).await;
            }
        };
        assert!(timeout(BOUND, looking).await.is_ok(), "`{words}` is not in its log:\n{}", self.log());
    }

    /// SIGKILL: it ends at this instant, wherever it is.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let told = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
    }

    /// From now on no file that it writes can grow, as on a disk without room.
    pub fn fill_its_disk(&self) {
        let told =
            Command::new("prlimit").args(["--fsize=0", "--pid", &self.child.id().to_string()]).status();
        assert!(told.unwrap().success());
    }

    /// Waits for its end.
    pub async fn ended(&mut self, bound: Duration) -> ExitStatus {
        let waiting = async {
            loop {
                match self.child.try_wait().unwrap() {
                    Some(status) => return status,
                    None => sleep(LOOK).await,
                }
            }
        };
        let ended = timeout(bound, waiting).await;
        ended.unwrap_or_else(|_| panic!("it does not end within {bound:?}; its log:\n{}", self.log()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended before.
        let _ended = self.child.kill();
        let _status = self.child.wait();
    }
}

/// An address of loopback that nobody listens at now.
pub fn free_address() -> SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap()
}
