//! What people do, and what the app hears of it.

use super::app::{App, event, nothing, payload};
use super::{ana, bo, builder, help, slack};
use firstline::id::{MessageTs, UserId};
use firstline::rehearsal::{
    Heard, Place, Slack, Status, Submitted, plain_ephemeral, plain_message, plain_text, plain_view,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

#[tokio::test]
async fn what_people_type_is_encoded_as_slack_does() {
    let slack = slack().await;
    for (typed, encoded) in [
        ("Hi @here, 1 < 2 & 3", "Hi <!here>, 1 &lt; 2 &amp; 3"),
        ("@ana, @tech-support!", "<@U0ANA>, <!subteam^S0TECH|@tech-support>!"),
        ("see https://x.test/a?b=1&c=2.", "see <https://x.test/a?b=1&amp;c=2>."),
        (
            "bo@example.com or example.com",
            "<mailto:bo@example.com|bo@example.com> or <http://example.com|example.com>",
        ),
        ("ask in #help, @nobody", "ask in <#C0HELP|help>, @nobody"),
        ("<@U0ANA> typed by hand", "&lt;@U0ANA&gt; typed by hand"),
    ] {
        let ts = slack.say(&ana(), &help(), typed).await.unwrap();
        assert_eq!(slack.message(&help(), &ts).unwrap().text, encoded);
    }
}

#[tokio::test]
async fn a_command_carries_everything_and_its_answer_is_seen_by_one() {
    let slack = slack().await;
    let mut envelopes = App::of(&slack).listen(|_| json!({ "text": "Filed." })).await;
    let answer = slack.command(&ana(), &help(), "/escalate", "@bo cannot open https://x.test").await.unwrap();
    assert_eq!((answer.heard, answer.text.as_str()), (Heard::Acknowledged, "Filed."));
    let sent = payload(&mut envelopes).await;
    assert_eq!(sent["text"], "<@U0BO|bo> cannot open <https://x.test>");
    assert_eq!(sent["is_enterprise_install"], "false");
    assert_eq!((&sent["channel_name"], &sent["user_name"]), (&json!("help"), &json!("ana")));
    assert!(sent["response_url"].as_str().unwrap().starts_with(&slack.base_url()));
    let whispers = slack.ephemerals_for(&ana());
    assert_eq!(slack.read(|it| plain_ephemeral(it, &whispers[0], &ana())), "Filed.");
    assert!(slack.ephemerals_for(&bo()).is_empty());
    assert!(slack.command(&UserId::from("U0GUEST"), &help(), "/escalate", "").await.is_err());
}

#[tokio::test]
async fn a_command_nobody_hears_or_answers_in_time_is_said_to_be_so() {
    let slack = Slack::start(builder().ack_within(Duration::from_millis(20))).await.unwrap();
    let answer = slack.command(&ana(), &help(), "/escalate", "").await.unwrap();
    assert_eq!(answer.heard, Heard::NobodyThere);
    let _deaf = App::of(&slack).connect().await;
    let answer = slack.command(&ana(), &help(), "/escalate", "").await.unwrap();
    assert_eq!(answer.heard, Heard::TooLate);
    assert_eq!(slack.refusals()[0].error, "not_acknowledged");
}

#[tokio::test]
async fn a_response_url_answers_five_times_within_half_an_hour() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut envelopes = app.listen(nothing).await;
    let say = |url: String, body: Value| {
        let app = &app;
        async move { app.request(&url, "application/json", "", body.to_string()).await.unwrap() }
    };
    slack.command(&ana(), &help(), "/escalate", "").await.unwrap();
    let url = payload(&mut envelopes).await["response_url"].as_str().unwrap().to_owned();
    for n in 0..4 {
        assert_eq!(say(url.clone(), json!({ "text": format!("t{n}") })).await.status.as_u16(), 200);
    }
    say(url.clone(), json!({ "text": "all", "response_type": "in_channel" })).await;
    assert_eq!(slack.ephemerals_for(&ana()).len(), 4);
    assert_eq!(slack.channel_messages(&help()).len(), 1);
    assert_eq!(say(url, json!({ "text": "more" })).await.body["error"], "used_url");
    event(&mut envelopes).await;
    slack.command(&ana(), &help(), "/escalate", "").await.unwrap();
    let url = payload(&mut envelopes).await["response_url"].as_str().unwrap().to_owned();
    slack.clock().advance(chrono::Duration::minutes(31));
    assert_eq!(say(url, json!({ "text": "late" })).await.body["error"], "expired_url");
}

fn with_button() -> Value {
    json!([
        { "type": "section", "text": { "type": "mrkdwn", "text": "*Case* 1 for <@U0ANA>" } },
        { "type": "actions", "block_id": "buttons", "elements": [
            { "type": "button", "action_id": "claim", "value": "event-1", "text": { "type": "plain_text", "text": "Claim" } },
            { "type": "overflow", "action_id": "more", "options": [
                { "value": "hold", "text": { "type": "plain_text", "text": "Hold" } }] },
        ] },
    ])
}

#[tokio::test]
async fn a_button_is_pressed_by_its_label_and_the_message_replaced() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut envelopes = app.listen(nothing).await;
    let body = app
        .json("chat.postMessage", json!({ "channel": "C0HELP", "text": "card", "blocks": with_button() }))
        .await;
    event(&mut envelopes).await;
    let ts = MessageTs::from(body["ts"].as_str().unwrap());
    let place = Place::message(&help(), &ts);
    assert_eq!(slack.press(&bo(), &place, "Claim").await.unwrap().heard, Heard::Acknowledged);
    let sent = payload(&mut envelopes).await;
    assert_eq!(sent["type"], "block_actions");
    assert_eq!(sent["actions"][0]["value"], "event-1");
    assert_eq!((&sent["container"]["message_ts"], &sent["message"]["ts"]), (&body["ts"], &body["ts"]));
    assert_eq!(sent["user"]["id"], "U0BO");
    let missing = slack.press(&bo(), &place, "Resolve").await.unwrap_err();
    assert!(missing.to_string().contains("`claim` [Claim]"), "{missing}");
    slack.choose(&bo(), &place, "more", "Hold").await.unwrap();
    assert_eq!(payload(&mut envelopes).await["actions"][0]["selected_option"]["value"], "hold");
    let url = sent["response_url"].as_str().unwrap();
    let text = json!({ "replace_original": true, "text": "claimed" }).to_string();
    app.request(url, "application/json", "", text).await.unwrap();
    assert_eq!(slack.message(&help(), &ts).unwrap().text, "claimed");
}

fn form() -> Value {
    let label = |text: &str| json!({ "type": "plain_text", "text": text });
    json!({
        "type": "modal", "callback_id": "escalate", "title": label("Escalate"), "submit": label("Send"),
        "private_metadata": "secret", "notify_on_close": true,
        "blocks": [
            { "type": "input", "block_id": "issue", "label": label("Issue"),
              "element": { "type": "plain_text_input", "action_id": "text", "initial_value": "it is down" } },
            { "type": "input", "block_id": "area", "label": label("Area"),
              "element": { "type": "static_select", "action_id": "pick",
                "options": [{ "value": "chat", "text": label("The chat") }] } },
            { "type": "input", "block_id": "who", "optional": true, "label": label("Who"),
              "element": { "type": "users_select", "action_id": "user" } },
        ],
    })
}

/// Opens the form for Ana, as an app does on a command.
async fn opened(
    slack: &Slack,
    app: &App,
    envelopes: &mut tokio::sync::mpsc::UnboundedReceiver<Value>,
) -> Value {
    slack.command(&ana(), &help(), "/escalate", "").await.unwrap();
    let trigger = payload(envelopes).await["trigger_id"].clone();
    let body = app.json("views.open", json!({ "trigger_id": trigger, "view": form() })).await;
    assert_eq!(body["ok"], true, "{body}");
    assert_eq!(
        app.error("views.open", json!({ "trigger_id": trigger, "view": form() })).await,
        "exchanged_trigger_id"
    );
    body["view"].clone()
}

#[tokio::test]
async fn a_form_is_filled_in_checked_and_answered() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut envelopes = app
        .listen(|envelope| {
            let view = &envelope["payload"]["view"];
            match view["state"]["values"]["issue"]["text"]["value"].as_str() {
                Some("short") => json!({ "response_action": "errors", "errors": { "issue": "Say more." } }),
                Some("next") => json!({ "response_action": "push", "view": form() }),
                Some("new") => json!({ "response_action": "update", "view": form() }),
                Some(_) | None => Value::Null,
            }
        })
        .await;
    let view = opened(&slack, &app, &mut envelopes).await;
    let missing = slack.submit(&ana(), &[]).await.unwrap();
    let required = "Please complete this required field.".to_owned();
    assert_eq!(missing, Submitted::Errors(BTreeMap::from([("area".to_owned(), required)])));
    let errors =
        slack.submit(&ana(), &[("Issue", "short"), ("area", "The chat"), ("who", "bo")]).await.unwrap();
    assert_eq!(errors, Submitted::Errors(BTreeMap::from([("issue".to_owned(), "Say more.".to_owned())])));
    let sent = payload(&mut envelopes).await;
    assert_eq!(
        (&sent["type"], &sent["view"]["private_metadata"]),
        (&json!("view_submission"), &json!("secret"))
    );
    assert_eq!(sent["view"]["id"], view["id"]);
    let values = &sent["view"]["state"]["values"];
    assert_eq!(values["area"]["pick"]["selected_option"]["value"], "chat");
    assert_eq!(values["who"]["user"]["selected_user"], "U0BO");
    assert!(matches!(slack.submit(&ana(), &[("Issue", "new")]).await.unwrap(), Submitted::Updated(_)));
    assert!(matches!(slack.submit(&ana(), &[("Issue", "next")]).await.unwrap(), Submitted::Pushed(_)));
    assert_eq!(slack.submit(&ana(), &[("area", "chat")]).await.unwrap(), Submitted::Closed);
    let below = slack.open_view(&ana()).unwrap();
    assert_eq!(json!(below.id), view["id"]);
    slack.close_view(&ana()).await.unwrap();
    assert!(slack.open_view(&ana()).is_none());
    let mut last = Value::Null;
    while last["type"] != "view_closed" {
        last = payload(&mut envelopes).await;
    }
}

#[tokio::test]
async fn views_are_updated_by_hash_and_stacked_three_high() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut envelopes = app.listen(nothing).await;
    let view = opened(&slack, &app, &mut envelopes).await;
    let args = json!({ "view_id": view["id"], "hash": view["hash"], "view": form() });
    let updated = app.json("views.update", args.clone()).await;
    assert_eq!(updated["view"]["id"], view["id"]);
    assert_eq!(app.error("views.update", args).await, "hash_conflict");
    assert_eq!(app.error("views.update", json!({ "view_id": "V1", "view": form() })).await, "not_found");
    let mut with_buttons = form();
    with_buttons["blocks"] = with_button();
    app.json("views.update", json!({ "view_id": view["id"], "view": with_buttons })).await;
    for expected in [None, None, Some("push_limit_reached")] {
        slack.press(&ana(), &Place::Modal, "claim").await.unwrap();
        let trigger = payload(&mut envelopes).await["trigger_id"].clone();
        let body = app.json("views.push", json!({ "trigger_id": trigger, "view": with_buttons })).await;
        assert_eq!(body["error"].as_str(), expected);
    }
    slack.press(&ana(), &Place::Modal, "claim").await.unwrap();
    let trigger = payload(&mut envelopes).await["trigger_id"].clone();
    slack.expire_triggers();
    assert_eq!(
        app.error("views.open", json!({ "trigger_id": trigger, "view": form() })).await,
        "expired_trigger_id"
    );
}

#[tokio::test]
async fn a_shortcut_and_a_home_and_a_file() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut envelopes = app.listen(nothing).await;
    let ts = slack.upload(&ana(), &help(), None, "screen.png", "look").await.unwrap();
    let shared = event(&mut envelopes).await;
    assert_eq!(
        (&shared["subtype"], &shared["files"][0]["name"]),
        (&json!("file_share"), &json!("screen.png"))
    );
    let id = shared["files"][0]["id"].as_str().unwrap();
    assert_eq!(app.form("files.info", &[("file", id)]).await["file"]["mimetype"], "image/png");
    slack.shortcut(&bo(), "escalate_this", &help(), &ts).await.unwrap();
    let sent = payload(&mut envelopes).await;
    assert_eq!((&sent["type"], &sent["callback_id"]), (&json!("message_action"), &json!("escalate_this")));
    assert_eq!(sent["message"]["text"], "look");
    slack.open_home(&ana()).await.unwrap();
    let opened = event(&mut envelopes).await;
    assert_eq!((&opened["type"], &opened["tab"]), (&json!("app_home_opened"), &json!("home")));
    let home = json!({ "type": "home", "blocks": with_button() });
    app.json("views.publish", json!({ "user_id": "U0ANA", "view": home })).await;
    let view = slack.home(&ana()).unwrap();
    assert_eq!(slack.read(|it| plain_view(it, &view, &ana())), "*Case* 1 for @Ana Ruiz\n[Claim] [Hold]");
    slack.press(&ana(), &Place::Home, "Claim").await.unwrap();
    assert_eq!(payload(&mut envelopes).await["container"]["type"], "view");
}

#[tokio::test]
async fn a_status_a_departure_and_a_new_group_are_told_of() {
    let slack = slack().await;
    let mut envelopes = App::of(&slack).listen(nothing).await;
    let status = Status { text: "In a meeting".to_owned(), emoji: ":calendar:".to_owned(), expires: None };
    slack.set_status(&bo(), status).await.unwrap();
    let (first, second) = (event(&mut envelopes).await, event(&mut envelopes).await);
    assert_eq!((&first["type"], &second["type"]), (&json!("user_status_changed"), &json!("user_change")));
    assert_eq!(first["user"]["profile"]["status_emoji"], ":calendar:");
    let mut kinds = Vec::new();
    slack.join(&UserId::from("U0CY"), &help()).await.unwrap();
    slack.leave(&UserId::from("U0CY"), &help()).await.unwrap();
    slack.set_group(&ana(), &"S0TECH".into(), vec![ana()]).await.unwrap();
    slack.deactivate(&bo()).await.unwrap();
    slack.archive(&ana(), &help()).await.unwrap();
    for _ in 0..7 {
        let event = event(&mut envelopes).await;
        kinds.push(event["subtype"].as_str().or(event["type"].as_str()).unwrap().to_owned());
    }
    let told = [
        "member_joined_channel",
        "channel_join",
        "member_left_channel",
        "subteam_members_changed",
        "subteam_updated",
        "user_change",
        "channel_archive",
    ];
    assert_eq!(kinds, told);
    assert!(slack.say(&bo(), &help(), "hello?").await.is_err());
}

#[tokio::test]
async fn plain_text_shows_names_and_each_readers_own_time() {
    let slack = slack().await;
    let seconds = 1_773_144_000;
    let text = format!(
        "<@U0BO> until <!date^{seconds}^{{date_short_pretty}} at {{time}}|noon> &amp; <https://x.test|a link>"
    );
    let read = |user: &UserId| slack.read(|it| plain_text(it, &text, user));
    assert_eq!(read(&ana()), "@Bo Lind until today at 5:00 AM & a link");
    assert_eq!(read(&bo()), "@Bo Lind until today at 12:00 PM & a link");
    let app = App::of(&slack);
    let body = app.json("chat.postMessage", json!({ "channel": "C0HELP", "blocks": with_button() })).await;
    let message = slack.message(&help(), &body["ts"].as_str().unwrap().into()).unwrap();
    assert_eq!(slack.read(|it| plain_message(it, &message, &bo())), "*Case* 1 for @Ana Ruiz\n[Claim] [Hold]");
    assert_eq!(slack.read(|it| it.unread(&bo(), &help()).count()), 1);
    slack.mark_read(&bo(), &help());
    assert_eq!(slack.read(|it| it.unread(&bo(), &help()).count()), 0);
}

#[tokio::test]
async fn a_channel_reads_as_a_transcript() {
    let slack = slack().await;
    let app = App::of(&slack);
    let ts = slack.say(&ana(), &help(), "printer on fire").await.unwrap();
    let reply = json!({ "channel": "C0HELP", "thread_ts": ts, "blocks": with_button(), "text": "card" });
    app.json("chat.postMessage", reply).await;
    let whisper = json!({ "channel": "C0HELP", "thread_ts": ts, "user": "U0ANA", "text": "seen" });
    app.json("chat.postEphemeral", whisper).await;
    slack.react(&bo(), &help(), &ts, "eyes").await.unwrap();
    slack.edit(&ana(), &help(), &ts, "printers on fire").await.unwrap();
    let shared = "Ana Ruiz: printers on fire (edited) :eyes: 1\n    Firstline: *Case* 1 for @Ana Ruiz\n    [Claim] [Hold]";
    assert_eq!(slack.transcript(&help(), &bo()), shared);
    assert_eq!(slack.transcript(&help(), &ana()), format!("{shared}\n    (only you) seen"));
}

#[tokio::test]
async fn new_people_and_new_channels_are_told_of() {
    let slack = slack().await;
    let mut envelopes = App::of(&slack).listen(nothing).await;
    let channel = "C0NEW".into();
    slack.create_channel(&ana(), &channel, "event-1").await.unwrap();
    slack.say(&ana(), &channel, "the app does not hear this").await.unwrap();
    slack.join(&UserId::from("U0FIRSTLINE"), &channel).await.unwrap();
    slack.rename_channel(&ana(), &channel, "event-one").await.unwrap();
    let mut cy = slack.read(|it| it.users["U0CY"].clone());
    cy.id = "U0DEE".into();
    slack.welcome(cy).await.unwrap();
    let mut kinds = Vec::new();
    for _ in 0..5 {
        let event = event(&mut envelopes).await;
        kinds.push(event["subtype"].as_str().or(event["type"].as_str()).unwrap().to_owned());
    }
    assert_eq!(
        kinds,
        ["channel_created", "member_joined_channel", "channel_join", "channel_rename", "team_join"]
    );
}

#[tokio::test]
async fn people_of_another_workspace_are_marked_as_such() {
    let slack = slack().await;
    let mut envelopes = App::of(&slack).listen(nothing).await;
    let guest = UserId::from("U0GUEST");
    slack.say(&guest, &help(), "we cannot get in").await.unwrap();
    let sent = payload(&mut envelopes).await;
    assert_eq!(sent["is_ext_shared_channel"], true);
    assert_eq!(sent["event"]["user_team"], "T0ELSEWHERE");
    let ts = sent["event"]["ts"].as_str().unwrap().into();
    assert!(slack.shortcut(&guest, "escalate_this", &help(), &ts).await.is_err());
}

#[tokio::test]
async fn what_one_person_sees_is_replaced_and_taken_away_by_its_response_url() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut envelopes = app.listen(nothing).await;
    let args = json!({ "channel": "C0HELP", "user": "U0ANA", "text": "card", "blocks": with_button() });
    let ts = app.json("chat.postEphemeral", args).await["message_ts"].as_str().unwrap().into();
    let place = Place::message(&help(), &ts);
    assert!(slack.press(&bo(), &place, "Claim").await.is_err());
    slack.press(&ana(), &place, "Claim").await.unwrap();
    let sent = payload(&mut envelopes).await;
    assert_eq!((&sent["container"]["is_ephemeral"], &sent["message"]), (&json!(true), &Value::Null));
    let url = sent["response_url"].as_str().unwrap();
    for (body, left) in [
        (json!({ "replace_original": true, "text": "taken" }), vec!["taken"]),
        (json!({ "delete_original": true }), vec![]),
    ] {
        app.request(url, "application/json", "", body.to_string()).await.unwrap();
        let texts: Vec<_> = slack.ephemerals_for(&ana()).into_iter().map(|it| it.text).collect();
        assert_eq!(texts, left);
    }
    assert_eq!(
        app.error("chat.update", json!({ "channel": "C0HELP", "ts": ts, "text": "a" })).await,
        "message_not_found"
    );
}

#[tokio::test]
async fn the_app_joins_a_channel_and_writes_to_a_person_by_their_id() {
    let slack = slack().await;
    let app = App::of(&slack);
    let joined = app.json("conversations.join", json!({ "channel": "C0ELSE" })).await;
    assert_eq!(joined["channel"]["is_member"], true);
    app.post("C0ELSE", "here").await;
    let body = app.json("chat.postMessage", json!({ "channel": "U0BO", "text": "a word" })).await;
    assert_eq!(body["channel"], "D0BO");
    assert_eq!(slack.dms(&bo())[0].text, "a word");
    let mark = slack.mark();
    slack.say_to_bot(&bo(), "thanks").await.unwrap();
    assert_eq!(slack.journal_since(mark).len(), 1);
    assert!(slack.read(|it| it.posted_by_bot_since(mark).is_empty()));
}
