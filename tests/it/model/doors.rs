//! The Web API's ordinary answers.

use super::app::{App, event, nothing};
use super::{ana, bo, help, slack};
use firstline::id::MessageTs;
use firstline::rehearsal::{Change, Dnd, Presence};
use serde_json::json;

#[tokio::test]
async fn a_post_is_kept_answered_and_echoed() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut events = app.listen(nothing).await;
    let mark = slack.mark();
    let metadata = json!({ "event_type": "call", "event_payload": { "id": "c1" } });
    let body = app
        .json(
            "chat.postMessage",
            json!({ "channel": "C0HELP", "text": "a & b <@U0ANA>", "metadata": metadata }),
        )
        .await;
    assert_eq!(body["message"]["text"], "a &amp; b <@U0ANA>");
    assert_eq!(body["message"]["bot_id"], "B0FIRSTLINE");
    let ts = MessageTs::from(body["ts"].as_str().unwrap());
    let echoed = event(&mut events).await;
    assert_eq!((&echoed["type"], &echoed["ts"]), (&json!("message"), &body["ts"]));
    assert_eq!(echoed["app_id"], "A0FIRSTLINE");
    assert_eq!(echoed["metadata"], metadata);
    let posted = Change::Posted { channel: help(), ts: ts.clone(), thread: None, by: "U0FIRSTLINE".into() };
    let changes: Vec<_> = slack.journal_since(mark).into_iter().map(|it| it.change).collect();
    assert_eq!(changes, [posted]);
    assert_eq!(slack.plain(&slack.message(&help(), &ts).unwrap(), &ana()), "a & b @Ana Ruiz");
    assert!(slack.refusals().is_empty());
}

#[tokio::test]
async fn timestamps_grow_while_the_clock_stands_still() {
    let slack = slack().await;
    let app = App::of(&slack);
    let first = app.post("C0HELP", "one").await;
    let second = app.post("C0HELP", "two").await;
    assert_eq!(first, "1773144000.000000");
    assert_eq!(second, "1773144000.000001");
}

#[tokio::test]
async fn history_pages_newest_first_and_leaves_replies_out() {
    let slack = slack().await;
    let app = App::of(&slack);
    let mut all = Vec::new();
    for n in 0..5 {
        all.push(app.post("C0HELP", &format!("m{n}")).await);
    }
    let reply = json!({ "channel": "C0HELP", "text": "r", "thread_ts": all[0] });
    app.json("chat.postMessage", reply).await;
    let page = app.form("conversations.history", &[("channel", "C0HELP"), ("limit", "3")]).await;
    let texts = |page: &serde_json::Value| -> Vec<String> {
        let messages = page["messages"].as_array().unwrap().iter();
        messages.map(|it| it["text"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(texts(&page), ["m4", "m3", "m2"]);
    assert_eq!(page["has_more"], true);
    let cursor = page["response_metadata"]["next_cursor"].as_str().unwrap();
    app.post("C0HELP", "meanwhile").await;
    let args = [("channel", "C0HELP"), ("limit", "3"), ("cursor", cursor)];
    let page = app.form("conversations.history", &args).await;
    assert_eq!(texts(&page), ["m1", "m0"]);
    assert_eq!(page["messages"][1]["reply_count"], 1);
    let args = [("channel", "C0HELP"), ("oldest", &all[3]), ("latest", &all[4]), ("inclusive", "true")];
    assert_eq!(texts(&app.form("conversations.history", &args).await), ["m4", "m3"]);
}

#[tokio::test]
async fn replies_start_with_the_parent_and_metadata_comes_when_asked_for() {
    let slack = slack().await;
    let app = App::of(&slack);
    let parent = slack.say(&ana(), &help(), "printer on fire").await.unwrap();
    for n in 0..3 {
        let metadata = json!({ "event_type": "call", "event_payload": { "id": format!("c{n}") } });
        let args = json!({ "channel": "C0HELP", "text": format!("r{n}"), "thread_ts": parent, "metadata": metadata });
        app.json("chat.postMessage", args).await;
    }
    let base = [("channel", "C0HELP"), ("ts", parent.as_str()), ("limit", "2")];
    let page = app.form("conversations.replies", &base).await;
    assert_eq!(page["messages"][0]["text"], "printer on fire");
    assert!(page["messages"][1]["metadata"].is_null());
    let cursor = page["response_metadata"]["next_cursor"].as_str().unwrap();
    let mut args = base.to_vec();
    args.extend([("cursor", cursor), ("include_all_metadata", "true")]);
    let page = app.form("conversations.replies", &args).await;
    assert_eq!(page["messages"][0]["text"], "printer on fire");
    let ids: Vec<_> = page["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["metadata"]["event_payload"]["id"])
        .collect();
    assert_eq!(ids[1..], [&json!("c1"), &json!("c2")]);
}

#[tokio::test]
async fn people_and_channels_are_told_of() {
    let slack = slack().await;
    let app = App::of(&slack);
    let info = app.form("users.info", &[("user", "U0ANA")]).await;
    assert_eq!(info["user"]["tz_offset"], -7 * 3600);
    assert_eq!(info["user"]["profile"]["email"], "ana@example.com");
    slack.set_presence(&bo(), Presence::Away).await.unwrap();
    assert_eq!(app.form("users.getPresence", &[("user", "U0BO")]).await["presence"], "away");
    let (from, until) = (slack.read(|it| it.now()), slack.read(|it| it.now()) + chrono::Duration::hours(1));
    slack.set_dnd(&bo(), Dnd { from: Some(from), until: Some(until) }).await.unwrap();
    let dnd = app.form("dnd.teamInfo", &[("users", "U0BO,U0ANA")]).await;
    assert_eq!(dnd["users"]["U0BO"]["next_dnd_end_ts"], until.timestamp());
    assert_eq!(dnd["users"]["U0ANA"]["dnd_enabled"], false);
    let by_email = app.form("users.lookupByEmail", &[("email", "bo@example.com")]).await;
    assert_eq!(by_email["user"]["id"], "U0BO");
    let mine = app.form("users.conversations", &[("types", "public_channel,private_channel")]).await;
    let ids: Vec<_> =
        mine["channels"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["C0HELP", "G0TEAM"]);
    let group = app.form("usergroups.users.list", &[("usergroup", "S0TECH")]).await;
    assert_eq!(group["users"], json!(["U0BO", "U0CY"]));
    let opened = app.json("conversations.open", json!({ "users": "U0ANA" })).await;
    let direct = opened["channel"]["id"].as_str().unwrap();
    app.post(direct, "hello").await;
    assert_eq!(slack.dms(&ana()).len(), 1);
    let members = app.form("conversations.members", &[("channel", "C0HELP"), ("limit", "2")]).await;
    assert_eq!(members["members"].as_array().unwrap().len(), 2);
    let cursor = members["response_metadata"]["next_cursor"].as_str().unwrap();
    let rest = app.form("conversations.members", &[("channel", "C0HELP"), ("cursor", cursor)]).await;
    assert_eq!(rest["members"].as_array().unwrap().len(), 2);
    assert_eq!(app.form("auth.test", &[]).await["user_id"], "U0FIRSTLINE");
    assert!(slack.refusals().is_empty(), "{:?}", slack.refusals());
}

#[tokio::test]
async fn edits_deletions_and_reactions_are_told_of() {
    let slack = slack().await;
    let app = App::of(&slack);
    let ts = slack.say(&ana(), &help(), "help").await.unwrap();
    let mut events = app.listen(nothing).await;
    slack.edit(&ana(), &help(), &ts, "help please").await.unwrap();
    let changed = event(&mut events).await;
    assert_eq!(changed["subtype"], "message_changed");
    assert_eq!(changed["message"]["text"], "help please");
    assert_eq!(changed["previous_message"]["text"], "help");
    assert_eq!(changed["message"]["edited"]["user"], "U0ANA");
    slack.react(&bo(), &help(), &ts, "eyes").await.unwrap();
    let reacted = event(&mut events).await;
    assert_eq!((&reacted["type"], &reacted["item"]["ts"]), (&json!("reaction_added"), &json!(ts)));
    assert_eq!(reacted["item_user"], "U0ANA");
    let got = app.form("reactions.get", &[("channel", "C0HELP"), ("timestamp", ts.as_str())]).await;
    assert_eq!(got["message"]["reactions"][0]["users"], json!(["U0BO"]));
    slack.unreact(&bo(), &help(), &ts, "eyes").await.unwrap();
    assert_eq!(event(&mut events).await["type"], "reaction_removed");
    slack.reply(&bo(), &help(), &ts, "coming").await.unwrap();
    event(&mut events).await;
    slack.delete(&ana(), &help(), &ts).await.unwrap();
    let stone = event(&mut events).await;
    assert_eq!(stone["message"]["subtype"], "tombstone");
    let lone = slack.say(&ana(), &help(), "oops").await.unwrap();
    event(&mut events).await;
    slack.delete(&ana(), &help(), &lone).await.unwrap();
    let gone = event(&mut events).await;
    assert_eq!((&gone["subtype"], &gone["deleted_ts"]), (&json!("message_deleted"), &json!(lone)));
}
