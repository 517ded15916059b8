//! Directories of bookings as the world treats them: servers that are slow, down, strange or elsewhere, and files
//! that somebody is writing.

use crate::mail::copy;
use crate::store_samples;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use firstline::admin::check::{Form, check};
use firstline::clock::{Clock as _, Length, MovableClock};
use firstline::connect::bookings::{Directory, Place};
use firstline::connect::tickets::Papers;
use firstline::connect::{Outside, Performed, Systems};
use firstline::domain::answer::Answer;
use firstline::domain::booking::Looked;
use firstline::domain::effect::Slot;
use firstline::store::{Claim, Doubt, Outcome};
use firstline::view::call::{Address, Call, System, Urgency, Verb};
use firstline::zone::Zone;
use std::collections::BTreeMap;
use std::path::Path as Folder;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::net::TcpListener;

fn outside(place: Place, clock: &MovableClock) -> Outside<MovableClock> {
    beside(None, place, clock)
}

/// With its copies beside a store in this folder.
fn beside(store: Option<&Folder>, place: Place, clock: &MovableClock) -> Outside<MovableClock> {
    let fields = [("id", "/id"), ("title", "/title"), ("owner", "/owner/email")];
    let fields = match &place {
        Place::Web { .. } => fields.map(|(field, at)| (field.to_owned(), at.to_owned())).into(),
        Place::Csv(_) => BTreeMap::new(),
    };
    let directory = Directory { place, fields, zone: Zone::utc() };
    let directories = [("event".into(), directory)].into();
    Outside::new(Systems { directories, ..Systems::default() }, clock.clone(), store.map(Folder::to_owned))
}

/// The same server as the configuration names it.
fn configured(server: &str, clock: &MovableClock) -> Outside<MovableClock> {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stories/booked");
    let folder = tempfile::tempdir().unwrap();
    copy(&from, folder.path());
    let main = folder.path().join("firstline.yml");
    let text = std::fs::read_to_string(&main).unwrap();
    let directory = format!("{{ url: \"{server}/b/{{id}}\", header: {{ name: X-Key, value: let me in }} }}");
    std::fs::write(&main, text.replace("{ csv: bookings.csv }", &directory)).unwrap();
    let config = firstline::config::load(folder.path()).unwrap_or_else(|problems| panic!("{problems}"));
    let mut systems = firstline::app::systems(&config);
    let desk = systems.directories.remove("delivery").unwrap();
    systems.directories.insert("event".into(), desk);
    Outside::new(systems, clock.clone(), None)
}

/// A claimed question, asked for the `attempts`th time.
fn claim(id: &str, attempts: u32) -> Claim {
    let call = Call {
        address: Address::System(System::Bookings),
        body: serde_json::json!({ "desk": "event", "id": id }),
        ..store_samples::call("q", "event-1", Slot::Request(1), Verb::Request, Urgency::Word)
    };
    let (ts, root, channel, first_tried_at) = (None, None, None, None);
    Claim { call, attempts, lease: 1, ts, root, channel, doubt: Doubt::No, first_tried_at }
}

async fn ask(outside: &Outside<MovableClock>, id: &str) -> String {
    shown(&outside.perform(System::Bookings, &claim(id, 1), &Papers::default()).await)
}

/// The answer in a word or two, and whether it is asked again.
fn shown(performed: &Performed) -> String {
    let again = match performed.outcome {
        Outcome::Retry { .. } => ", again",
        _ => "",
    };
    match &performed.answer {
        Some(Answer::Booking(Looked::Found(booking))) => {
            format!("{}{again}", booking.title.as_deref().unwrap_or("untitled"))
        }
        Some(Answer::Booking(Looked::Unknown { .. })) => format!("unknown{again}"),
        Some(Answer::Booking(Looked::Unread { why, .. })) => format!("{why}{again}"),
        other => format!("{other:?}{again}"),
    }
}

#[derive(Clone, Default)]
struct Asked(Arc<AtomicUsize>);

async fn answer(State(asked): State<Asked>, Path(id): Path<String>, headers: HeaderMap) -> Response {
    asked.0.fetch_add(1, Ordering::Relaxed);
    if headers.get("x-key").is_none_or(|key| key != "let me in") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    match id.as_str() {
        "B-1" => r#"{"id": "b-1", "title": "Feedback", "owner": {"email": "bo@own.test"}}"#.into_response(),
        "other" => r#"{"id": "B-1"}"#.into_response(),
        "page" => "<html>".into_response(),
        "long" => "x".repeat(300 * 1024).into_response(),
        "gone-to" => (StatusCode::FOUND, [(header::LOCATION, "https://elsewhere.test/b")]).into_response(),
        "slow" => {
            tokio::time::sleep(Duration::from_secs(30)).await;
            StatusCode::OK.into_response()
        }
        "broken" => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::test]
async fn a_server_is_asked_within_limits_and_its_last_good_answer_stands() {
    let asked = Asked::default();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/b/{id}", get(answer)).with_state(asked.clone());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let clock = MovableClock::stopped(store_samples::at(0));
    let place = |key: &str| Place::Web {
        url: format!("http://{address}/b/{{id}}"),
        header: Some(("X-Key".to_owned(), key.to_owned().into())),
        within: Length::seconds(1),
        cache: Length::minutes(5),
    };
    let outside_in = outside(place("let me in"), &clock);
    for (id, wanted) in [
        ("B-1", "Feedback"),
        ("B-404", "unknown"),
        ("../b/B-1", "unknown"),
        ("other", "the directory's answer is about another booking, again"),
        ("page", "the directory's answer is not JSON, again"),
        ("long", "the directory's answer has more than 256 KB, again"),
        ("gone-to", "the directory's server sends us to another server, again"),
        ("slow", "the directory's server does not answer in time, again"),
        ("broken", "the directory's server answers 500, again"),
    ] {
        assert_eq!(ask(&outside_in, id).await, wanted, "{id}");
    }
    let refused = ask(&outside(place("knock"), &clock), "B-1").await;
    assert_eq!(refused, "the directory's server answers 401, again");
    assert_eq!(ask(&configured(&format!("http://{address}"), &clock), "B-1").await, "Feedback");
    let before = asked.0.load(Ordering::Relaxed);
    assert_eq!(ask(&outside_in, "B-1").await, "Feedback");
    assert_eq!(asked.0.load(Ordering::Relaxed), before, "a young answer is not asked for again");
    serving.abort();
    drop(serving.await);
    clock.set(clock.now() + Length::hours(1).delta());
    assert_eq!(ask(&outside_in, "B-1").await, "Feedback", "the last good answer stands");
    assert!(ask(&outside_in, "B-2").await.ends_with(", again"));
    // After an hour of questions it is left at that.
    let mut tired = claim("B-2", 40);
    tired.first_tried_at = Some(clock.now() - Length::hours(1).delta());
    let performed = outside_in.perform(System::Bookings, &tired, &Papers::default()).await;
    assert!(!shown(&performed).ends_with(", again"), "{performed:?}");
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes_and_survives_being_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bookings.csv");
    let clock = MovableClock::stopped(store_samples::at(0));
    let outside = outside(Place::Csv(path.clone()), &clock);
    assert!(ask(&outside, "B-1").await.starts_with("the directory's file cannot be read"));
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write("id,title,link\nB-1,One,\nB-2,Two,\n");
    assert_eq!(ask(&outside, "b-1").await, "One");
    assert_eq!(ask(&outside, "B-2").await, "Two");
    // Somebody writes it anew, and is in the middle of a row.
    write("id,title,link\nB-1,Another,\nB-2,T");
    assert_eq!(ask(&outside, "B-1").await, "Another");
    assert_eq!(ask(&outside, "B-2").await, "Two");
    write("id,title,link\nB-1,Another,\nB-3,Three and more,\n");
    assert_eq!(ask(&outside, "B-3").await, "Three and more");
    assert_eq!(ask(&outside, "B-2").await, "unknown");
    // What is not in a file that has just changed is looked for once more before anybody is told.
    write("id,title,link\nB-1,Another,\n");
    let first = outside.perform(System::Bookings, &claim("B-3", 0), &Papers::default()).await;
    assert_eq!((first.answer.is_none(), shown(&first).ends_with(", again")), (true, true));
    assert_eq!(ask(&outside, "B-3").await, "unknown");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(ask(&outside, "B-1").await, "Another", "the last good copy stands");
}

#[test]
fn the_check_names_every_row_that_makes_no_sense() {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stories/booked");
    let folder = tempfile::tempdir().unwrap();
    copy(&from, folder.path());
    let path = folder.path().join("bookings.csv");
    std::fs::write(
        &path,
        "id,title,start,zone,client_email\nB-1,One,soon,,\nB-2,Two\n,Three,,,\nB-4,Four,,Mars,pat\n",
    )
    .unwrap();
    let outcome = check(folder.path(), store_samples::at(0), Form::Text);
    let told = outcome.out.replace(&folder.path().display().to_string(), "config");
    let told: Vec<&str> = told.lines().filter(|line| line.contains("bookings.csv")).collect();
    assert_eq!(
        told,
        [
            "warning: config/bookings.csv:2: `soon` is not a start; write such as `2026-12-01 09:00`",
            "warning: config/bookings.csv:3: 2 of 5 columns are there; the row is left out",
            "warning: config/bookings.csv:4: there is no id; the row is left out",
            "warning: config/bookings.csv:5: `Mars` is not the name of a time zone; write such as `Europe/London`",
            "warning: config/bookings.csv:5: `pat` is not an e-mail address",
        ]
    );
    std::fs::remove_file(&path).unwrap();
    let outcome = check(folder.path(), store_samples::at(0), Form::Text);
    assert!(outcome.out.contains("the directory's file cannot be read"), "{}", outcome.out);
}

#[tokio::test]
async fn a_bot_that_starts_anew_has_the_last_good_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (path, store) = (folder.path().join("bookings.csv"), folder.path().join("data"));
    let clock = MovableClock::stopped(store_samples::at(0));
    let begin = || beside(Some(&store), Place::Csv(path.clone()), &clock);
    std::fs::write(&path, "id,title\nB-1,One\nB-2,Two\n").unwrap();
    assert_eq!(ask(&begin(), "B-1").await, "One");
    // It ends while somebody writes the file, and begins again.
    std::fs::write(&path, "id,title,x\nB-1,Ano").unwrap();
    assert_eq!(ask(&begin(), "B-2").await, "Two");
    std::fs::remove_file(&path).unwrap();
    assert_eq!(ask(&begin(), "B-2").await, "Two");
    std::fs::write(&path, "id,title\nB-1,Another\n").unwrap();
    assert_eq!(ask(&begin(), "B-1").await, "Another");
    // Another directory leaves nothing of the first.
    let other = beside(Some(&store), Place::Csv(folder.path().join("other.csv")), &clock);
    assert!(ask(&other, "B-1").await.starts_with("the directory's file cannot be read"));
    assert_eq!(std::fs::read_dir(store.join("bookings")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_bot_that_starts_anew_has_what_a_server_answered() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/b/{id}", get(answer)).with_state(Asked::default());
    let serving = tokio::spawn(async move { axum::serve(listener, router).await });
    let (folder, clock) = (tempfile::tempdir().unwrap(), MovableClock::stopped(store_samples::at(0)));
    let begin = || {
        let header = Some(("X-Key".to_owned(), "let me in".to_owned().into()));
        let (url, within) = (format!("http://{address}/b/{{id}}"), Length::seconds(1));
        let place = Place::Web { url, header, within, cache: Length::minutes(5) };
        beside(Some(folder.path()), place, &clock)
    };
    assert_eq!(ask(&begin(), "B-1").await, "Feedback");
    serving.abort();
    drop(serving.await);
    clock.set(clock.now() + Length::hours(1).delta());
    assert_eq!(ask(&begin(), "B-1").await, "Feedback", "the last good answer stands");
    #[cfg(unix)]
    for copy in std::fs::read_dir(folder.path().join("bookings")).unwrap() {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(copy.unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }
}
