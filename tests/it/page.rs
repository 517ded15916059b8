//! The page's routes, asked by plain HTTP: who gets in, what is told, what acts come to, what is written down.

pub mod bot;
mod colours;
mod web;

use axum::body::Body;
use axum::http::StatusCode;
use firstline::rehearsal::page::Access;
use firstline::rehearsal::script::parse;
use serde_json::{Value, json};
use web::rehearsal;

const KEY: &str = "0f3b9c";

#[tokio::test]
async fn only_loopback_names_and_the_page_itself_get_in() {
    let (_slack, _host, web) = rehearsal(Access::Loopback).await;
    let index = web.get("/").await;
    assert_eq!(index.status, StatusCode::OK);
    assert!(index.header("content-security-policy").starts_with("default-src 'self';"));
    assert_eq!(index.header("x-content-type-options"), "nosniff");

    let foreign = web.request("GET", "/page/state").header("host", "rebound.example:8484");
    assert_eq!(web.send(foreign.body(Body::empty()).unwrap()).await.status, StatusCode::MISDIRECTED_REQUEST);
    let body = json!({ "as": "U0ANA", "do": "read", "channel": "C0HELP" }).to_string();
    let other = web.request("POST", "/page/act").header("origin", "http://elsewhere.example");
    let other = other.header("content-type", "application/json").body(Body::from(body.clone())).unwrap();
    assert_eq!(web.send(other).await.status, StatusCode::FORBIDDEN);
    let form = web.request("POST", "/page/act").header("content-type", "text/plain");
    assert_eq!(
        web.send(form.body(Body::from(body)).unwrap()).await.status,
        StatusCode::UNSUPPORTED_MEDIA_TYPE
    );
}

#[tokio::test]
async fn away_from_loopback_the_key_guards_every_route() {
    let (_slack, _host, web) = rehearsal(Access::Key(KEY.to_owned())).await;
    for path in
        ["/", "/?key=wrong", "/?key=", "/page/state?key=0f3b9c", "/page/files/main.js", "/page/feed?since=0"]
    {
        let answer = web.get(path).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.json()["error"].as_str().unwrap().contains("hint: open the whole link"), "{path}");
    }
    let let_in = web.get(&format!("/?key={KEY}")).await;
    assert_eq!((let_in.status, let_in.header("location")), (StatusCode::SEE_OTHER, "/"));
    let cookie = let_in.header("set-cookie").to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let held = cookie.split(';').next().unwrap();
    for (cookie, status) in [(held, StatusCode::OK), ("firstline_rehearsal=other", StatusCode::UNAUTHORIZED)]
    {
        let request = web.request("GET", "/page/state").header("cookie", cookie);
        assert_eq!(web.send(request.body(Body::empty()).unwrap()).await.status, status);
    }
}

#[tokio::test]
async fn the_page_is_whole_and_turns_no_data_into_markup() {
    let (_slack, _host, web) = rehearsal(Access::Loopback).await;
    let index = web.get("/").await.text;
    assert!(!index.contains("<style") && !index.contains("onclick") && !index.contains("://"), "{index}");
    let mut waiting: Vec<String> = between(&index, "/page/files/", "\"");
    let mut seen = Vec::new();
    while let Some(name) = waiting.pop().filter(|it| !it.is_empty()) {
        if seen.contains(&name) {
            continue;
        }
        let file = web.get(&format!("/page/files/{name}")).await;
        assert_eq!(file.status, StatusCode::OK, "{name}");
        assert!(file.text.lines().count() <= 500, "{name} is too long");
        for risky in
            ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
        {
            assert!(!file.text.contains(risky), "{name} uses {risky}");
        }
        waiting.extend(between(&file.text, "from './", "'"));
        seen.push(name);
    }
    assert!(seen.len() > 25, "{seen:?}");
    assert_eq!(web.get("/page/files/..%2fmod.rs").await.status, StatusCode::NOT_FOUND);
}

fn between(text: &str, from: &str, to: &str) -> Vec<String> {
    text.split(from).skip(1).filter_map(|it| it.split_once(to)).map(|(name, _)| name.to_owned()).collect()
}

#[tokio::test]
async fn the_state_tells_everything_and_long_channels_in_pieces() {
    let (slack, _host, web) = rehearsal(Access::Loopback).await;
    for number in 0..450 {
        slack.say(&"U0ANA".into(), &"C0LONG".into(), &format!("message {number} <b>")).await.unwrap();
    }
    let state = web.get("/page/state").await.json();
    assert_eq!(state["bot"], "U0FIRSTLINE");
    assert_eq!(state["zone"], "America/Los_Angeles");
    assert_eq!(state["clock"], json!({ "now": 1_773_158_400_000_i64, "running": false }));
    assert_eq!(state["installed"]["roles"]["U0ANA"], "Lead CSM, event desk");
    assert_eq!(state["tours"], json!([{ "title": "The lead answers first", "steps": 3 }]));
    let ana = state["users"].as_array().unwrap().iter().find(|it| it["id"] == "U0ANA").unwrap();
    assert_eq!(
        (&ana["handle"], &ana["zone"], &ana["kind"]),
        (&json!("ana"), &json!("America/Los_Angeles"), &json!("member"))
    );

    let mut seen = Vec::new();
    let mut piece = state["messages"]["C0LONG"].clone();
    loop {
        let list = piece["list"].as_array().unwrap().clone();
        let first = list[0]["ts"].as_str().unwrap().to_owned();
        seen.splice(0..0, list);
        if piece["more"] == false {
            break;
        }
        piece = web.get(&format!("/page/older?channel=C0LONG&ts={first}")).await.json();
    }
    let texts: Vec<&str> = seen.iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), 450);
    assert_eq!((texts[0], texts[449]), ("message 0 &lt;b&gt;", "message 449 &lt;b&gt;"));
}

#[tokio::test]
async fn acts_reach_the_model_and_every_change_is_told() {
    let (slack, host, web) = rehearsal(Access::Loopback).await;
    let unheard =
        web.act("U0ANA", "command", json!({ "channel": "C0HELP", "command": "/escalate", "text": "" })).await;
    assert!(unheard["notice"].as_str().unwrap().contains("dispatch_failed"), "{unheard}");
    host.connect().await;
    let mark = web.get("/page/state").await.json()["mark"].as_u64().unwrap();
    let mut feed = web.feed(mark).await;
    assert!(feed.until(|frame| frame["connected"].as_bool()).await);

    let said = web.act("U0LENA", "say", json!({ "channel": "C0BERLIN", "text": "case: no sound" })).await;
    let (root, case) = (said["ts"].as_str().unwrap().to_owned(), json!("C0BERLIN"));
    let head = |frame: &Value| {
        let all = frame["messages"].as_array()?;
        all.iter().find(|it| it["ts"] == root.as_str() && it["replies"] == 1).cloned()
    };
    assert_eq!(feed.until(head).await["faces"], json!(["U0FIRSTLINE"]));
    let thread = web.get(&format!("/page/thread?channel=C0BERLIN&ts={root}")).await.json();
    let card = thread["list"][1].clone();
    let what = format!("{}/claim", card["blocks"][3]["block_id"].as_str().unwrap());
    let place = json!({ "message": { "channel": case, "ts": card["ts"] } });
    let pressed = web.act("U0ANA", "press", json!({ "place": place, "what": what, "label": "Claim" })).await;
    assert_eq!(pressed, json!({ "ok": true }));
    let owned = |frame: &Value| {
        frame["messages"]
            .as_array()?
            .iter()
            .any(|it| it["blocks"].to_string().contains("Ana Ruiz"))
            .then_some(())
    };
    feed.until(owned).await;

    let outside = web.act("U0BO", "say", json!({ "channel": "C0ELSE", "text": "hello" })).await;
    assert_eq!(outside, json!({ "ok": false, "error": "`U0BO` is not in `C0ELSE`" }));
    web.act("U0KOFI", "react", json!({ "channel": case, "ts": root, "name": "tada" })).await;
    feed.until(|frame| frame["messages"][0]["reactions"].as_array().filter(|it| !it.is_empty()).cloned())
        .await;
    web.act(
        "U0BO",
        "set_status",
        json!({ "emoji": ":bus:", "text": "on my way", "until": 1_773_160_000_000_i64 }),
    )
    .await;
    let status = feed.until(|frame| frame["users"].get(0).map(|it| it["status"].clone())).await;
    assert_eq!(status, json!({ "emoji": ":bus:", "text": "on my way", "until": 1_773_160_000_000_i64 }));
    assert!(slack.refusals().is_empty(), "{:?}", slack.refusals());
}

#[tokio::test]
async fn the_clock_stops_wherever_something_happens() {
    let (slack, host, web) = rehearsal(Access::Loopback).await;
    host.connect().await;
    let turn = async |body: Value| web.post("/page/clock", body).await;
    assert_eq!(
        turn(json!({ "do": "next" })).await["error"],
        "nothing is due: somebody has to do something first"
    );
    assert!(
        turn(json!({ "do": "to", "at": 1_000 })).await["error"]
            .as_str()
            .unwrap()
            .contains("only goes forward")
    );
    web.act("U0LENA", "say", json!({ "channel": "C0BERLIN", "text": "case: no sound" })).await;
    host.until_due().await;
    assert_eq!(turn(json!({ "do": "advance", "seconds": 3600 })).await, json!({ "ok": true }));
    let pinged = slack.read(|it| {
        let all: Vec<_> = it.messages["C0BERLIN"].values().cloned().collect();
        all.into_iter().find(|message| message.text.contains("your turn")).unwrap()
    });
    assert!(pinged.ts.as_str().starts_with("1773158700."), "at 9:05, not at 10:00: {}", pinged.ts);
    assert_eq!(turn(json!({ "do": "run" })).await, json!({ "ok": true }));
    assert!(slack.clock().is_running());
    turn(json!({ "do": "pause" })).await;
    assert!(!slack.clock().is_running());
}

#[tokio::test]
async fn a_rehearsal_is_written_down_as_a_story_that_reads_back() {
    let (_slack, host, web) = rehearsal(Access::Loopback).await;
    host.connect().await;
    let case = json!("C0BERLIN");
    let first =
        web.act("U0LENA", "say", json!({ "channel": case, "text": "case: no sound\nin room 5" })).await;
    host.until_due().await;
    let other = web.act("U0ANA", "say", json!({ "channel": "C0HELP", "text": "unrelated" })).await;
    web.post("/page/clock", json!({ "do": "next" })).await;
    web.act("U0ANA", "say", json!({ "channel": case, "thread": first["ts"], "text": "On it." })).await;
    web.act("U0ANA", "react", json!({ "channel": case, "ts": first["ts"], "name": "eyes" })).await;
    web.act("U0ANA", "edit", json!({ "channel": "C0HELP", "ts": other["ts"], "text": "still unrelated" }))
        .await;
    web.act("U0BO", "say", json!({ "channel": "C0ELSE", "text": "never happened" })).await;
    web.act("U0ANA", "snooze", json!({ "minutes": 30 })).await;
    let story = web.get("/page/story").await;
    assert_eq!(story.header("content-disposition"), "attachment; filename=\"rehearsal.story\"");
    let steps: Vec<String> = parse(&story.text).unwrap().steps.iter().map(|it| it.act.to_string()).collect();
    let expected = [
        "lena in #event-berlin: case: no sound\n  in room 5",
        "ana in #helpdesk: unrelated",
        "wait 5m",
        "turn to \"case: no sound\"",
        "ana in thread: On it.",
        "ana reacts :eyes:",
        "ana snoozes 30m",
    ];
    assert_eq!(steps, expected, "{}", story.text);
    assert!(story.text.contains("\n# an earlier message: ana edits: still unrelated\n"), "{}", story.text);
    assert!(
        story.text.contains("| 09:05 thread \"case: no sound in room 5\": @Bo Lind your turn"),
        "{}",
        story.text
    );
    assert!(
        story.text.contains("unrelated\n\nwait 5m\n| 09:05 thread"),
        "a ping belongs to its time: {}",
        story.text
    );
    let transcript = web.get("/page/transcript?reader=U0BO").await.text;
    assert!(transcript.contains("#event-berlin\n\nLena Vogt: case: no sound"), "{transcript}");
    assert!(!transcript.contains("#leads"), "{transcript}");
}

#[test]
fn what_is_written_reads_back_as_the_same_step() {
    for step in [
        "lena in #event-berlin: Hi @here,\n  We're having this issue: a, b",
        "ana in thread: On it.",
        "ana to firstline: who is on coverage?",
        "lena edits: better words",
        "lena deletes",
        "ana reacts :eyes:",
        "ana unreacts :eyes: on card",
        "ana uploads screen.png",
        "lena types in #event-berlin: /escalate",
        "lena types in #event-berlin: /escalate it is broken",
        "lena escalates this",
        "ana presses [Claim]",
        "ana chooses [More] Release",
        "lena fills in: Issue = no sound; E-mails = kim@client.example",
        "ana opens home",
        "ana fills in:",
        "ana sets status :calendar: In a meeting until 11:00",
        "ana clears status",
        "ana snoozes 30m",
        "ana ends snooze",
        "turn to \"first words\"",
        "wait 1h 5m",
        "start bot",
        "stop bot",
        "archive #event-berlin",
        "slack fails chat.postMessage 2 429",
    ] {
        let script = parse(step).unwrap();
        assert_eq!(script.steps[0].act.to_string(), step);
    }
}

#[tokio::test]
async fn a_form_is_written_down_with_what_it_objected_to() {
    let (slack, host, web) = rehearsal(Access::Loopback).await;
    host.connect().await;
    web.act("U0ANA", "command", json!({ "channel": "C0HELP", "command": "/escalate", "text": "" })).await;
    let open = slack.wait_for(crate::model::BOUND, |it| it.open_view(&"U0ANA".into()).map(|_| ()));
    open.await.unwrap();
    let field = |what: &str, label: &str, value: &str| json!({ "what": what, "label": label, "value": value, "shown": value });
    let issue = field("issue/value", "We're having this issue", "no sound; no picture");
    let mails = field("emails/value", "Affected users' emails", "kim");
    let sent = web.act("U0ANA", "submit", json!({ "fields": [issue, mails] })).await;
    assert_eq!(sent["errors"]["emails"], "Write the whole address, such as kim@client.example.");
    let story = web.get("/page/story").await.text;
    let written = "ana fills in: We're having this issue = no sound, no picture; Affected users' emails = kim\n\
                   | under emails: Write the whole address, such as kim@client.example.\n";
    assert!(story.contains(written), "{story}");
    assert!(story.contains("form for ana: # Escalate an issue"), "{story}");
}

#[tokio::test]
async fn a_tour_begins_on_its_own_day_of_the_week_and_plays_to_the_end() {
    let (slack, host, web) = rehearsal(Access::Loopback).await;
    host.connect().await;
    web.post("/page/clock", json!({ "do": "advance", "seconds": 3 * 86_400 })).await;
    assert_eq!(web.post("/page/tour", json!({ "do": "start", "index": 0 })).await, json!({ "ok": true }));
    let now = slack.read(|it| it.now());
    assert_eq!(now.to_rfc3339(), "2026-03-17T16:00:00+00:00", "the next Tuesday at nine");
    web.post("/page/tour", json!({ "do": "all" })).await;
    let mark = web.get("/page/state").await.json()["mark"].as_u64().unwrap();
    let tour = web.feed(mark).await.until(|frame| frame.get("tour").cloned()).await;
    assert_eq!((&tour["played"], &tour["failed"]), (&json!(3), &Value::Null));
    assert_eq!(tour["steps"][2]["says"], json!(["Ana takes it with a reaction."]));
    assert_eq!(
        web.post("/page/tour", json!({ "do": "start", "index": 7 })).await["error"],
        "there is no such tour"
    );
}

#[tokio::test]
async fn acts_that_make_no_sense_are_refused_in_words() {
    let (_slack, _host, web) = rehearsal(Access::Loopback).await;
    let nobody = web.act("U0NOBODY", "say_to_bot", json!({ "text": "hello" })).await;
    assert_eq!(nobody, json!({ "ok": false, "error": "there is nobody called `U0NOBODY`" }));
    let stopped = web.post("/page/bot", json!({ "do": "stop" })).await;
    assert_eq!(stopped, json!({ "ok": false, "error": "this bot cannot be stopped" }));
    let request = web.request("POST", "/page/act").header("content-type", "application/json");
    let odd = web.send(request.body(Body::from("{\"do\":\"fly\"}")).unwrap()).await;
    assert_eq!(odd.status, StatusCode::UNPROCESSABLE_ENTITY);
}
