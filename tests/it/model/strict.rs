//! What Slack refuses, the model refuses, with Slack's words, and remembers it.

use super::app::App;
use super::{ana, bo, builder, help, slack};
use firstline::rehearsal::Slack;
use rstest::rstest;
use serde_json::{Value, json};

fn text(kind: &str, length: usize) -> Value {
    json!({ "type": kind, "text": "x".repeat(length) })
}

fn button(id: usize) -> Value {
    json!({ "type": "button", "action_id": format!("b{id}"), "text": text("plain_text", 5) })
}

fn section(length: usize) -> Value {
    json!({ "type": "section", "text": text("mrkdwn", length) })
}

fn select(options: usize) -> Value {
    let options: Vec<_> =
        (0..options).map(|n| json!({ "text": text("plain_text", 5), "value": format!("v{n}") })).collect();
    json!({ "type": "static_select", "action_id": "s", "options": options })
}

async fn one(method: &str, args: Value) -> (Slack, Value) {
    let slack = slack().await;
    let body = App::of(&slack).json(method, args).await;
    (slack, body)
}

#[rstest]
#[case("chat.postMassage", json!({}), "unknown_method")]
#[case("chat.postMessage", json!({ "text": "a" }), "invalid_arguments")]
#[case("chat.postMessage", json!({ "channel": "C0HELP" }), "no_text")]
#[case("chat.postMessage", json!({ "channel": "C0NONE", "text": "a" }), "channel_not_found")]
#[case("chat.postMessage", json!({ "channel": "C0ELSE", "text": "a" }), "not_in_channel")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "text": "a".repeat(40_001) }), "msg_too_long")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "text": "a", "thread_ts": "1.000001" }), "thread_not_found")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "text": "a", "thread_ts": "soon" }), "invalid_arguments")]
#[case("chat.postMessage", json!({ "channel": ["C0HELP"], "text": "a" }), "invalid_arguments")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "blocks": "nope" }), "invalid_arguments")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "blocks": {} }), "invalid_blocks_format")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "text": "a", "metadata": { "event_type": "x", "event_payload": { "a": { "b": 1 } } } }), "invalid_metadata_schema")]
#[case("chat.postMessage", json!({ "channel": "C0HELP", "text": "a", "metadata": { "event_payload": {} } }), "invalid_metadata_format")]
#[case("chat.update", json!({ "channel": "C0HELP", "ts": "1.000001", "text": "a" }), "message_not_found")]
#[case("chat.delete", json!({ "channel": "C0HELP", "ts": "1.000001" }), "message_not_found")]
#[case("chat.postEphemeral", json!({ "channel": "C0HELP", "user": "U0CY", "text": "a" }), "user_not_in_channel")]
#[case("chat.postEphemeral", json!({ "channel": "C0HELP", "user": "U0NONE", "text": "a" }), "user_not_found")]
#[case("reactions.add", json!({ "channel": "C0HELP", "timestamp": "1.000001", "name": "eyes" }), "message_not_found")]
#[case("reactions.add", json!({ "channel": "C0HELP", "timestamp": "1.000001", "name": ":eyes:" }), "invalid_name")]
#[case("reactions.add", json!({ "channel": "C0HELP", "name": "eyes" }), "no_item_specified")]
#[case("conversations.open", json!({ "users": ["U0ANA"] }), "invalid_array_arg")]
#[case("conversations.open", json!({ "users": "U0NONE" }), "user_not_found")]
#[case("conversations.join", json!({ "channel": "G0TEAM" }), "method_not_supported_for_channel_type")]
#[case("conversations.history", json!({ "channel": "C0HELP" }), "invalid_arguments")]
#[case("views.open", json!({ "trigger_id": "none", "view": { "type": "home" } }), "invalid_arguments")]
#[case("usergroups.users.update", json!({ "usergroup": "S0NONE", "users": "U0BO" }), "no_such_subteam")]
#[tokio::test]
async fn calls_are_refused(#[case] method: &str, #[case] args: Value, #[case] error: &str) {
    let (slack, body) = one(method, args).await;
    assert_eq!((&body["ok"], &body["error"]), (&json!(false), &json!(error)), "{body}");
    let refusals = slack.refusals();
    assert_eq!((refusals[0].what.as_str(), refusals[0].error.as_str()), (method, error));
}

#[tokio::test]
async fn the_wrong_argument_is_named() {
    let (_, body) = one("chat.postMessage", json!({ "text": "a" })).await;
    let message = body["response_metadata"]["messages"][0].as_str().unwrap();
    assert_eq!(message, "[ERROR] missing required field: channel [json-pointer:/channel]");
}

#[rstest]
#[case(vec![section(3_000)], None)]
#[case(vec![section(3_001)], Some("/blocks/0/text/text"))]
#[case(vec![section(0)], Some("/blocks/0/text/text"))]
#[case(vec![json!({ "type": "section" })], Some("/blocks/0"))]
#[case(vec![json!({ "type": "section", "fields": vec![text("mrkdwn", 5); 11] })], Some("/blocks/0/fields"))]
#[case(vec![json!({ "type": "section", "fields": [text("mrkdwn", 2_001)] })], Some("/blocks/0/fields/0/text"))]
#[case(vec![json!({ "type": "header", "text": text("plain_text", 151) })], Some("/blocks/0/text/text"))]
#[case(vec![json!({ "type": "header", "text": text("mrkdwn", 15) })], Some("/blocks/0/text/type"))]
#[case(vec![json!({ "type": "context", "elements": vec![text("mrkdwn", 5); 11] })], Some("/blocks/0/elements"))]
#[case(vec![json!({ "type": "actions", "elements": (0..26).map(button).collect::<Vec<_>>() })], Some("/blocks/0/elements"))]
#[case(vec![json!({ "type": "actions", "elements": [button(1), button(1)] })], Some("/blocks/0/elements/1/action_id"))]
#[case(vec![json!({ "type": "actions", "elements": [{ "type": "button", "text": text("plain_text", 76) }] })], Some("/blocks/0/elements/text/text"))]
#[case(vec![json!({ "type": "actions", "elements": [{ "type": "button", "text": text("plain_text", 5), "value": "x".repeat(2_001) }] })], Some("/blocks/0/elements/value"))]
#[case(vec![json!({ "type": "actions", "elements": [{ "type": "button", "text": text("plain_text", 5), "style": "green" }] })], Some("/blocks/0/elements/style"))]
#[case(vec![json!({ "type": "actions", "elements": [select(101)] })], Some("/blocks/0/elements/options"))]
#[case(vec![json!({ "type": "actions", "elements": [select(0)] })], Some("/blocks/0/elements/options"))]
#[case(vec![json!({ "type": "actions", "elements": [{ "type": "plain_text_input", "action_id": "p" }] })], Some("/blocks/0/elements/type"))]
#[case(vec![json!({ "type": "divider", "block_id": "same" }), json!({ "type": "divider", "block_id": "same" })], Some("/blocks/1/block_id"))]
#[case(vec![json!({ "type": "sparkle" })], Some("/blocks/0/type"))]
#[case(vec![json!({ "type": "divider" }); 50], None)]
#[case(vec![json!({ "type": "divider" }); 51], Some("/blocks"))]
#[tokio::test]
async fn blocks_are_checked(#[case] blocks: Vec<Value>, #[case] wrong: Option<&str>) {
    let (slack, body) =
        one("chat.postMessage", json!({ "channel": "C0HELP", "text": "a", "blocks": blocks })).await;
    let Some(wrong) = wrong else {
        assert_eq!(body["ok"], true, "{body}");
        return assert!(slack.refusals().is_empty());
    };
    assert_eq!(body["error"], "invalid_blocks", "{body}");
    let message = body["response_metadata"]["messages"][0].as_str().unwrap();
    assert!(message.ends_with(&format!("[json-pointer:{wrong}]")), "{message}");
}

#[tokio::test]
async fn all_text_of_blocks_together_is_limited() {
    let (_, body) =
        one("chat.postMessage", json!({ "channel": "C0HELP", "blocks": vec![section(2_700); 5] })).await;
    assert_eq!(body["error"], "msg_blocks_too_long");
    let (_, body) =
        one("chat.postMessage", json!({ "channel": "C0HELP", "blocks": vec![section(2_640); 5] })).await;
    assert_eq!(body["ok"], true);
}

fn modal(change: impl FnOnce(&mut Value)) -> Value {
    let mut view = json!({
        "type": "modal", "title": text("plain_text", 24), "submit": text("plain_text", 24),
        "blocks": [{ "type": "input", "block_id": "i", "label": text("plain_text", 9),
            "element": { "type": "plain_text_input", "action_id": "a" } }],
    });
    change(&mut view);
    view
}

#[rstest]
#[case(modal(|it| it["title"] = text("plain_text", 25)), "/view/title/text")]
#[case(modal(|it| it["title"] = Value::Null), "/view/title")]
#[case(modal(|it| it["submit"] = Value::Null), "/view/submit")]
#[case(modal(|it| it["submit"] = text("plain_text", 25)), "/view/submit/text")]
#[case(modal(|it| it["private_metadata"] = json!("x".repeat(3_001))), "/view/private_metadata")]
#[case(modal(|it| it["callback_id"] = json!("x".repeat(256))), "/view/callback_id")]
#[case(modal(|it| it["blocks"] = json!(vec![json!({ "type": "divider" }); 101])), "/view/blocks")]
#[case(modal(|it| it["blocks"][0]["element"]["type"] = json!("button")), "/view/blocks/0/element/type")]
#[case(modal(|it| it["blocks"][0]["element"] = Value::Null), "/view/blocks/0")]
#[tokio::test]
async fn views_are_checked(#[case] view: Value, #[case] wrong: &str) {
    let (_, body) = one("views.open", json!({ "trigger_id": "t", "view": view })).await;
    assert_eq!(body["error"], "invalid_arguments", "{body}");
    let messages = body["response_metadata"]["messages"].as_array().unwrap();
    assert!(messages[0].as_str().unwrap().ends_with(&format!("[json-pointer:{wrong}]")), "{messages:?}");
}

#[tokio::test]
async fn tokens_are_checked() {
    let slack = slack().await;
    let mut app = App::of(&slack);
    for (token, error) in
        [("", "not_authed"), ("xoxb-other", "invalid_auth"), ("xapp-model-app", "not_allowed_token_type")]
    {
        token.clone_into(&mut app.token);
        assert_eq!(app.error("auth.test", json!({})).await, error);
    }
    app.token = slack.bot_token();
    assert_eq!(app.error("apps.connections.open", json!({})).await, "not_allowed_token_type");
}

#[tokio::test]
async fn others_messages_and_archived_channels_are_out_of_reach() {
    let slack = slack().await;
    let app = App::of(&slack);
    let ts = slack.say(&ana(), &help(), "mine").await.unwrap();
    let at = json!({ "channel": "C0HELP", "ts": ts, "text": "yours" });
    assert_eq!(app.error("chat.update", at.clone()).await, "cant_update_message");
    assert_eq!(app.error("chat.delete", at).await, "cant_delete_message");
    let reaction = json!({ "channel": "C0HELP", "timestamp": ts, "name": "eyes" });
    assert_eq!(app.error("reactions.remove", reaction.clone()).await, "no_reaction");
    assert_eq!(app.json("reactions.add", reaction.clone()).await["ok"], true);
    assert_eq!(app.error("reactions.add", reaction).await, "already_reacted");
    slack.archive(&bo(), &help()).await.unwrap();
    assert_eq!(
        app.error("chat.postMessage", json!({ "channel": "C0HELP", "text": "a" })).await,
        "is_archived"
    );
    assert!(slack.say(&ana(), &help(), "anyone?").await.is_err());
}

#[tokio::test]
async fn a_page_cursor_or_limit_that_slack_did_not_give_is_refused() {
    let slack = Slack::start(builder()).await.unwrap();
    let app = App::of(&slack);
    let history = app.form("conversations.history", &[("channel", "C0HELP"), ("cursor", "made-up")]).await;
    assert_eq!(history["error"], "invalid_cursor");
    let history = app.form("conversations.history", &[("channel", "C0HELP"), ("limit", "1000")]).await;
    assert_eq!(history["error"], "invalid_limit");
    let many = vec!["U0BO"; 51].join(",");
    assert_eq!(app.form("dnd.teamInfo", &[("users", &many)]).await["error"], "too_many_users");
}
