//! The same with a real mail server: aiosmtpd, with encryption and a login. It is skipped where that is not installed,
//! unless `FIRSTLINE_REAL_SMTP` says that it has to be.

use super::{Town, WRITE};
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

struct Server {
    child: Child,
    lines: std::io::Lines<BufReader<ChildStdout>>,
    port: u16,
    input: Option<ChildStdin>,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ended = self.child.wait();
    }
}

fn python() -> Option<&'static str> {
    let has = |python: &&str| {
        let tried = Command::new(python).args(["-c", "import aiosmtpd"]).stderr(Stdio::null()).status();
        tried.is_ok_and(|status| status.success())
    };
    let found = ["/usr/bin/python3", "python3"].into_iter().find(has);
    assert!(
        found.is_some() || std::env::var_os("FIRSTLINE_REAL_SMTP").is_none(),
        "FIRSTLINE_REAL_SMTP is set, and no python3 has aiosmtpd"
    );
    found
}

impl Server {
    fn start(python: &str, keys: &[&Path]) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/smtp/server.py");
        let mut child = Command::new(python)
            .arg(script)
            .args(keys)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = child.stdin.take();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let port = lines.next().unwrap().unwrap().parse().unwrap();
        Self { child, lines, port, input }
    }

    fn next(&mut self) -> Value {
        serde_json::from_str(&self.lines.next().unwrap().unwrap()).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_server_takes_an_e_mail_with_copies_a_subject_in_utf_8_and_an_attachment() {
    let Some(python) = python() else {
        println!("aiosmtpd is not installed: the test server stands in for a real one");
        return;
    };
    let mut server = Server::start(python, &[]);
    let smtp = format!("{{ host: 127.0.0.1, port: {}, security: none }}", server.port);
    let mut town = Town::with(&smtp, &[]).await;
    town.play(WRITE).await;
    let appeared =
        town.play("mei fills in: Subject = Zürich ✓; Copy to = bo@own.test, nobody@own.test\n").await;
    assert!(appeared.contains("did not take it for nobody@own.test"), "{appeared}");
    let letter = server.next();
    assert_eq!(letter["to"], serde_json::json!(["pat@client.test", "bo@own.test"]));
    let raw = letter["raw"].as_str().unwrap();
    assert!(raw.contains("Subject: =?utf-8?b?WsO8cmljaCDinJM=?="), "{raw}");
    assert!(raw.contains("filename=\"delivery-1.txt\""), "{raw}");
    town.play("mei chooses [more] Write an e-mail\nmei presses [It will not run]\n").await;
    let appeared = town.play("mei fills in: To = nobody@client.test\n").await;
    assert!(appeared.contains("refuses nobody@client.test: 550 5.1.1 no such mailbox"), "{appeared}");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_real_server_is_spoken_to_encrypted_and_with_a_login() {
    let (Some(python), Some(keys)) = (python(), Keys::make()) else {
        println!("aiosmtpd or openssl is not installed: nothing is encrypted here");
        return;
    };
    let mut server = Server::start(python, &[&keys.certificate, &keys.key]);
    let with = |password: &str| {
        let port = server.port;
        format!("{{ host: localhost, port: {port}, user: bot, password: {password}, ca: ca.pem }}")
    };
    let (good, bad) = (with("secret"), with("wrong"));
    let ca = [("ca.pem", keys.certificate.clone())];
    let mut town = Town::with(&bad, &ca).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in:\n").await;
    assert!(appeared.contains("the mail server does not let Firstline in: 535"), "{appeared}");
    town.end().await;
    let mut town = Town::with(&good, &ca).await;
    town.play(WRITE).await;
    town.play("mei fills in:\n").await;
    assert_eq!(server.next()["encrypted"], true);
    town.end().await;
    // A certificate that nobody vouches for is not trusted.
    let mut town = Town::with(&good.replace(", ca: ca.pem", ""), &[]).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in:\n").await;
    assert!(appeared.contains("no encrypted connection can be made"), "{appeared}");
    town.end().await;
}

/// A certificate for `localhost` that lives as long as the test.
struct Keys {
    _folder: tempfile::TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Keys {
    fn make() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("cert.pem"), folder.path().join("key.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"])
            .args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(Stdio::null())
            .status();
        made.is_ok_and(|status| status.success()).then_some(Self { _folder: folder, certificate, key })
    }
}
