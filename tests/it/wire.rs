//! What Slack sends, in; what it means, out, exactly.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use chrono::DateTime;
use firstline::clock::Timestamp;
use firstline::id::{ChannelId, TeamId, UserId};
use firstline::slack::envelope::Translated;
use firstline::slack::frame::{Frame, Goodbye, parse};
use firstline::slack::identity::Identity;
use firstline::slack::message;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub fn bot() -> Identity {
    Identity {
        team: TeamId::new("T0FIRST"),
        enterprise: Some("E0ORG".to_owned()),
        user: UserId::new("U0BOT"),
        bot_id: Some("B0FIRST".to_owned()),
        app_id: Some("A0FIRST".to_owned()),
    }
}

pub fn now() -> Timestamp {
    DateTime::parse_from_rfc3339("2026-11-30T12:00:05Z").unwrap().to_utc()
}

pub fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/slack");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn translate(frame: &str) -> Translated {
    match parse(frame) {
        Frame::Envelope(envelope) => envelope.into_inbound(&bot(), now()),
        Frame::Hello { .. } | Frame::Disconnect { .. } | Frame::Other => panic!("no envelope"),
    }
}

#[test]
fn every_kind_of_envelope_is_understood_as_before() {
    let files = fixtures();
    assert!(files.len() > 60, "the fixtures are gone");
    for file in files {
        let name = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let translated = translate(&std::fs::read_to_string(&file).unwrap());
        insta::with_settings!({ prepend_module_to_snapshot => false, snapshot_path => "snapshots/wire" }, {
            insta::assert_debug_snapshot!(name, translated);
        });
    }
}

#[test]
fn a_post_its_mention_its_redelivery_and_its_history_share_a_key() {
    let post = json!({
        "type": "message", "user": "U0ANA", "text": "<@U0BOT> help", "ts": "1796039990.000200",
        "channel": "C0EVENT", "event_ts": "1796039990.000200",
    });
    let frame = |kind: &str, id: &str| {
        let mut event = post.clone();
        event["type"] = json!(kind);
        json!({
            "envelope_id": id, "type": "events_api",
            "payload": { "team_id": "T0FIRST", "event_id": format!("Ev{kind}"), "event": event },
        })
        .to_string()
    };
    let keys = |translated: Translated| match translated {
        Translated::Inbound(inbound) => inbound.event.keys,
        Translated::Notice(_) | Translated::Ignored { .. } => panic!("nothing happened"),
    };
    let message = keys(translate(&frame("message", "1")));
    let again = keys(translate(&frame("message", "2")));
    let mention = keys(translate(&frame("app_mention", "3")));
    let past = message::read(&ChannelId::new("C0EVENT"), &post, &bot()).unwrap();
    assert_eq!(message, again);
    assert_ne!(message[0], mention[0]);
    assert_eq!(message[1], mention[1]);
    assert_eq!(message[1], past.key());
    assert_eq!(past.key().as_str(), "msg:C0EVENT:1796039990.000200:-");
    assert_eq!(past.events(now())[0].keys, message[1..]);
}

#[test]
fn a_post_that_was_edited_meanwhile_is_caught_up_as_both() {
    let post = json!({
        "type": "message", "user": "U0ANA", "text": "new", "ts": "1796039990.000200",
        "edited": { "user": "U0ANA", "ts": "1796039995.000000" },
    });
    let keys = |message: &Value| -> Vec<String> {
        let seen = message::read(&ChannelId::new("C0EVENT"), message, &bot()).unwrap();
        seen.events(now()).into_iter().flat_map(|event| event.keys).map(|key| key.to_string()).collect()
    };
    let edited = "msg:C0EVENT:1796039990.000200:1796039995.000000";
    assert_eq!(keys(&post), ["msg:C0EVENT:1796039990.000200:-", edited]);
    let gone = json!({ "subtype": "tombstone", "user": "USLACKBOT", "ts": "1796039990.000200" });
    assert_eq!(keys(&gone), ["msg:C0EVENT:1796039990.000200:deleted"]);
    assert_eq!(
        keys(&json!({ "user": "U0BOT", "text": "ours", "ts": "1796039990.000200" })),
        Vec::<String>::new()
    );
}

#[test]
fn the_words_of_the_connection_itself_are_understood() {
    let hello = r#"{"type":"hello","num_connections":2,"connection_info":{"app_id":"A1"},"debug_info":{}}"#;
    assert_eq!(parse(hello), Frame::Hello { app_id: Some("A1".to_owned()), connections: Some(2) });
    assert_eq!(parse(r#"{"type":"hello"}"#), Frame::Hello { app_id: None, connections: None });
    for (word, reason) in [
        ("warning", Goodbye::Warning),
        ("refresh_requested", Goodbye::Refresh),
        ("link_disabled", Goodbye::LinkDisabled),
        ("too_many_websockets", Goodbye::TooMany),
        ("tea_time", Goodbye::Unknown),
    ] {
        let frame = json!({ "type": "disconnect", "reason": word }).to_string();
        assert_eq!(parse(&frame), Frame::Disconnect { reason });
    }
    for garbage in ["", "no json", "null", "[]", "42", r#"{"type":"events_api","payload":{}}"#, "{\"type\":"]
    {
        assert_eq!(parse(garbage), Frame::Other, "{garbage}");
    }
}

#[test]
fn a_payload_that_cannot_be_read_keeps_its_envelopes_id() {
    for payload in [
        r#"{"event":{"text":"\ud800"}}"#.to_owned(),
        format!("{}{}", "[".repeat(500), "]".repeat(500)),
        "1e999".to_owned(),
    ] {
        let frame = format!(r#"{{"envelope_id":"e1","type":"events_api","payload":{payload}}}"#);
        let Frame::Envelope(envelope) = parse(&frame) else { panic!("{payload}") };
        assert_eq!((envelope.id.as_str(), &envelope.payload), ("e1", &Value::Null));
        assert!(matches!(envelope.into_inbound(&bot(), now()), Translated::Ignored { .. }));
    }
}

#[test]
fn what_is_counted_by_kind_never_holds_what_somebody_typed() {
    let frame = json!({
        "envelope_id": "e1", "type": "events_api",
        "payload": { "event": { "type": "my printer is on fire", "subtype": "x y" } },
    });
    assert_eq!(
        translate(&frame.to_string()),
        Translated::Ignored {
            kind: "events_api".to_owned(),
            why: firstline::slack::envelope::Ignored::NoUse
        }
    );
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!("1796039990.000200")),
        Just(json!("{\"claim\":\"event-17\"}")),
        Just(json!("message_changed")),
        Just(json!("rich_text")),
    ];
    let key = prop_oneof![
        prop::sample::select(vec![
            "type",
            "subtype",
            "event",
            "message",
            "previous_message",
            "channel",
            "user",
            "id",
            "ts",
            "text",
            "thread_ts",
            "files",
            "blocks",
            "elements",
            "reactions",
            "item",
            "profile",
            "actions",
            "value",
            "view",
            "state",
            "values",
            "private_metadata",
            "team_id",
            "authorizations",
            "edited",
            "team",
            "container",
            "selected_option",
            "users",
            "event_ts",
            "event_time",
            "dnd_status",
            "command",
        ])
        .prop_map(str::to_owned),
        "[a-z_]{0,6}",
    ];
    leaf.prop_recursive(5, 64, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(key.clone(), inner, 0..8)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

/// Changes some value somewhere in a real envelope.
fn spoil(value: &mut Value, path: &[prop::sample::Index], other: Value) {
    let width = value.as_object().map(serde_json::Map::len).or(value.as_array().map(Vec::len)).unwrap_or(0);
    let Some((step, rest)) = path.split_first().filter(|_| width > 0) else {
        *value = other;
        return;
    };
    match value {
        Value::Object(map) => spoil(map.values_mut().nth(step.index(width)).unwrap(), rest, other),
        Value::Array(list) => spoil(&mut list[step.index(width)], rest, other),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(
        kind in prop::sample::select(vec!["events_api", "interactive", "slash_commands", "x"]),
        payload in any_json(),
    ) {
        let frame = json!({ "envelope_id": "e1", "type": kind, "payload": payload }).to_string();
        translate(&frame);
    }

    #[test]
    fn no_text_makes_it_panic(frame in ".{0,200}") {
        parse(&frame);
    }

    #[test]
    fn no_spoilt_envelope_makes_it_panic(
        which in any::<prop::sample::Index>(),
        path in prop::collection::vec(any::<prop::sample::Index>(), 1..8),
        other in any_json(),
    ) {
        let files = fixtures();
        let text = std::fs::read_to_string(which.get(&files)).unwrap();
        let mut envelope: Value = serde_json::from_str(&text).unwrap();
        spoil(&mut envelope, &path, other);
        if let Frame::Envelope(envelope) = parse(&envelope.to_string()) {
            envelope.into_inbound(&bot(), now());
        }
    }
}
