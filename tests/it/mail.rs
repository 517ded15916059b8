//! E-mails over SMTP: to a mail server in the test, which fails as it is told, and to a real one where it is installed.

mod real;
pub mod sink;

use crate::store_samples;
use axum::Router;
use firstline::admin::stage::{Played, Stage};
use firstline::app::Tuning;
use firstline::clock::{Length, MovableClock};
use firstline::config;
use firstline::connect::smtp::{Security, Server};
use firstline::connect::{Outside, Systems};
use firstline::domain::answer::Answer;
use firstline::domain::effect::Slot;
use firstline::domain::mail::{Attach, Letter, Mailbox, Posted};
use firstline::rehearsal::script::{Bot as _, Player, parse};
use firstline::store::{Claim, Doubt};
use firstline::view::call::{Address, Call, System, Urgency, Verb};
use sink::{Mood, Sink};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// The post, the claim, and the form of the e-mail open before Mei.
const WRITE: &str = "
lena in #emergencies: Booking: B-1
  What happened: the facilitator is not there
mei reacts :eyes:
mei in thread: I phoned: nobody answers
mei chooses [more] Write an e-mail
mei presses [It will not run]
";

/// A bot with the desk of the stories and this under `smtp`.
pub struct Town {
    player: Player,
    bot: Played,
    stage: Arc<Stage>,
    _place: tempfile::TempDir,
}

impl Town {
    pub async fn with(smtp: &str, more: &[(&str, PathBuf)]) -> Self {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("config");
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stories/booked");
        copy(&from, &folder);
        for (name, file) in more {
            std::fs::copy(file, folder.join(name)).unwrap();
        }
        let main = folder.join("firstline.yml");
        let text = std::fs::read_to_string(&main).unwrap();
        std::fs::write(&main, text.replace("mail: { ", &format!("mail: {{ smtp: {smtp}, "))).unwrap();
        let config = config::load(&folder).unwrap_or_else(|problems| panic!("{problems}"));
        let script = parse("# E-mails\n").unwrap();
        let clock = MovableClock::stopped(script.start.at);
        let store = place.path().join("store");
        let stage = Stage::set(config, clock, &store, script.start.zone, Tuning::in_rehearsal());
        let stage = Arc::new(stage);
        stage.slack.listen(LOOPBACK, Router::new()).await.unwrap();
        let mut bot = Played(Arc::clone(&stage));
        bot.start().await.unwrap();
        bot.settle().await.unwrap();
        let player = Player::new(stage.slack.clone(), script.start);
        Self { player, bot, stage, _place: place }
    }

    /// Plays these steps; what appeared after all of them.
    pub async fn play(&mut self, steps: &str) -> String {
        let script = parse(&format!("# E-mails\n{steps}")).unwrap();
        let mut appeared = Vec::new();
        for step in &script.steps {
            let lines = self.player.play(step, &mut self.bot).await;
            appeared.extend(lines.unwrap_or_else(|error| panic!("{error}\nafter {appeared:#?}")));
        }
        appeared.join("\n")
    }

    pub async fn end(mut self) {
        self.bot.stop().await.unwrap();
        self.stage.slack.stop();
    }
}

pub fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().flatten() {
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(path, target).unwrap();
        }
    }
}

fn plain(address: SocketAddr) -> String {
    format!("{{ host: 127.0.0.1, port: {}, security: none }}", address.port())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_e_mail_goes_out_once_with_copies_and_its_transcript() {
    let sink = Sink::listen(LOOPBACK).await;
    let mut town = Town::with(&plain(sink.address), &[]).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in: Subject = Rückmeldung geben – Zürich ✓\nwait 1h\n").await;
    assert!(
        appeared.contains(
            "Mei Tan sent the e-mail “Rückmeldung geben – Zürich ✓” to pat@client.test, with bo@own.test and \
             grace@own.test in copy."
        ),
        "{appeared}"
    );
    let letters = sink.letters();
    assert_eq!(letters.len(), 1, "{letters:#?}");
    let letter = &letters[0];
    assert_eq!(letter.to, ["pat@client.test", "bo@own.test", "grace@own.test"]);
    assert_eq!(letter.head("From:"), "\"Service Centre\" <service@own.test>");
    assert!(letter.head("Subject:").starts_with("=?utf-8?b?UsO8Y2ttZWxkdW5n"), "{}", letter.raw);
    assert!(letter.head("Message-ID:").starts_with("<delivery-1."), "{}", letter.raw);
    assert!(letter.raw.contains("filename=\"delivery-1.txt\""), "{}", letter.raw);
    // Long lines are folded on the way.
    let unfolded = letter.raw.replace("=\n", "");
    assert!(unfolded.contains("it will not run. Reason: the facilitator is not there"), "{unfolded}");
    assert!(unfolded.contains("I phoned: nobody answers"), "the thread goes along: {unfolded}");
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_receiver_is_told_and_corrected() {
    let sink = Sink::listen(LOOPBACK).await;
    let mut town = Town::with(&plain(sink.address), &[]).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in: To = nobody@client.test\n").await;
    assert!(
        appeared
            .contains("was not sent: the mail server refuses nobody@client.test: 550 5.1.1 no such mailbox"),
        "{appeared}"
    );
    assert!(sink.letters().is_empty());
    let appeared = town
        .play("mei presses [Correct it]\nmei fills in: To = pat@client.test; Copy to = nobody@own.test\n")
        .await;
    assert!(appeared.contains("The mail server did not take it for nobody@own.test"), "{appeared}");
    assert_eq!(sink.letters()[0].to, ["pat@client.test"]);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_down_for_a_while_gets_it_once_it_is_up() {
    let address = Sink::listen(LOOPBACK).await.address;
    // Another port than that one, on which nobody listens.
    let silent = std::net::TcpListener::bind(LOOPBACK).unwrap().local_addr().unwrap();
    assert_ne!(address, silent);
    let mut town = Town::with(&plain(silent), &[]).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in:\nwait 1m\n").await;
    let told = appeared.matches("is not out yet (the mail server cannot be reached)").count();
    assert!(appeared.contains("DM to mei: Your e-mail") && told >= 1, "{appeared}");
    let sink = Sink::listen(silent).await;
    sink.set(Mood::Busy);
    let appeared = town.play("wait 2m\n").await;
    assert!(!appeared.contains("DM to mei"), "it is told once: {appeared}");
    sink.set(Mood::Takes);
    let appeared = town.play("wait 2m\n").await;
    assert!(appeared.contains("Mei Tan sent the e-mail"), "{appeared}");
    assert_eq!(sink.letters().len(), 1);
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stays_down_is_given_up_and_a_person_told() {
    let silent = std::net::TcpListener::bind(LOOPBACK).unwrap().local_addr().unwrap();
    let mut town = Town::with(&plain(silent), &[]).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in:\nwait 1h\n").await;
    assert!(
        appeared.contains("was not sent: the mail server cannot be reached; it was tried for 30m."),
        "{appeared}"
    );
    town.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_e_mail_whose_answer_was_lost_is_not_sent_again_unasked() {
    let sink = Sink::listen(LOOPBACK).await;
    sink.set(Mood::LosesAnswer);
    let mut town = Town::with(&plain(sink.address), &[]).await;
    town.play(WRITE).await;
    let appeared = town.play("mei fills in:\n").await;
    assert!(appeared.contains("may or may not have gone out"), "{appeared}");
    sink.set(Mood::Takes);
    town.play("stop bot\nstart bot\nwait 2h\n").await;
    assert_eq!(sink.letters().len(), 1, "nobody asked for it");
    let appeared = town.play("mei presses [Send it again]\n").await;
    assert!(appeared.contains("Mei Tan sent the e-mail"), "{appeared}");
    let ids: Vec<String> =
        sink.letters().iter().map(|letter| letter.head("Message-ID:").to_owned()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(ids[0], ids[1], "a mail program shows the two as one");
    let appeared = town.play("mei presses [It arrived]\n").await;
    assert!(appeared.contains("That question is settled already"), "{appeared}");
    town.end().await;
}

/// A crash in between leaves nobody who knows: it is asked, not tried.
#[tokio::test]
async fn one_that_was_in_the_air_at_a_crash_is_not_sent_again_unasked() {
    let sink = Sink::listen(LOOPBACK).await;
    let server = Server {
        host: "127.0.0.1".to_owned(),
        port: sink.address.port(),
        security: Security::None,
        login: None,
        ca: None,
        from: Mailbox { name: None, email: "desk@own.test".to_owned() },
        reply_to: None,
        retry_for: Length::minutes(30),
    };
    let systems = Systems { mail_servers: [("event".into(), server)].into(), ..Systems::default() };
    let outside = Outside::new(systems, MovableClock::stopped(store_samples::at(0)), None);
    let letter = Letter {
        subject: "Hello".to_owned(),
        to: vec![Mailbox { name: None, email: "pat@client.test".to_owned() }],
        cc: Vec::new(),
        body: "Dear Pat".to_owned(),
        attach: Attach::Nothing,
    };
    let call = Call {
        address: Address::System(System::Mail),
        body: serde_json::json!({
            "desk": "event", "case": "event-1", "number": 1, "letter": letter, "at": store_samples::at(0),
        }),
        ..store_samples::call("q", "event-1", Slot::Request(1), Verb::Request, Urgency::Word)
    };
    let (ts, root, channel, first_tried_at) = (None, None, None, None);
    let doubt = Doubt::PerhapsDone { looked: 0 };
    let mut claim = Claim { call, attempts: 0, lease: 1, ts, root, channel, doubt, first_tried_at };
    let performed =
        outside.perform(System::Mail, &claim, &firstline::connect::tickets::Papers::default()).await;
    assert!(matches!(performed.answer, Some(Answer::Mail(Posted::Perhaps { .. }))), "{performed:?}");
    assert!(sink.letters().is_empty());
    claim.doubt = Doubt::No;
    outside.perform(System::Mail, &claim, &firstline::connect::tickets::Papers::default()).await;
    assert_eq!(sink.letters()[0].head("Message-ID:"), "<event-1.1.1790000000@own.test>");
}

/// What a facilitator is called cannot write a header, whatever it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_with_a_line_break_adds_no_header() {
    let sink = Sink::listen(LOOPBACK).await;
    let mut town = Town::with(&plain(sink.address), &[]).await;
    town.play(&WRITE.replace("B-1", "B-3")).await;
    town.play("mei fills in: Subject = About Eve\n").await;
    let letter = sink.letters().remove(0);
    let heads: Vec<&str> = letter.raw.lines().take_while(|line| !line.is_empty()).collect();
    assert!(!heads.iter().any(|line| line.to_lowercase().starts_with("bcc")), "{heads:#?}");
    assert_eq!(letter.to, ["pat@client.test", "bo@own.test", "grace@own.test"]);
    town.end().await;
}
