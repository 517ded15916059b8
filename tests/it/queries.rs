//! What Slack is asked, and what is told to it at once, against a scripted Slack.

use crate::scripted::{Reply, Slack, noon, refused};
use crate::wire::bot;
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::slack::queries::AuthError;
use serde_json::json;

#[tokio::test]
async fn the_bot_learns_who_it_is_or_what_to_do_about_it() {
    let slack = Slack::new([("auth.test", refused("invalid_auth"))]).await;
    let Err(AuthError::Refused { code, .. }) = slack.api.auth_test().await else { panic!() };
    assert_eq!(code, "invalid_auth");
    let slack = slack.known().await;
    assert_eq!(slack.api.identity(), Some(&bot()));
}

#[tokio::test]
async fn lists_are_read_to_their_end_or_not_at_all() {
    let member =
        |id: &str| json!({ "id": id, "team_id": "T0FIRST", "profile": { "display_name": id, "fields": [] } });
    let page = |id: &str, next: &str| {
        Reply::Json(
            json!({ "ok": true, "members": [member(id), 17, {}], "response_metadata": { "next_cursor": next } }),
        )
    };
    let slack = Slack::new([
        ("users.list", page("U1", "x")),
        ("users.list", page("U2", "")),
        ("users.list", page("U1", "x")),
        ("users.list", refused("invalid_cursor")),
    ])
    .await
    .known()
    .await;
    let names: Vec<String> =
        slack.api.users().await.unwrap().into_iter().map(|profile| profile.account.name).collect();
    assert_eq!(names, ["U1", "U2"]);
    assert_eq!(slack.api.users().await, None);
}

#[tokio::test]
async fn one_odd_message_does_not_hide_the_others_of_its_page() {
    let messages = json!([
        {
            "ts": "3.000000", "user": "U0ANA", "text": "newest", "edited": { "ts": "4.000000" },
            "reactions": [{ "name": "eyes::skin-tone-3", "users": ["U0BO"] }],
        },
        {
            "ts": "2.000000", "user": "U0ANA", "text": "odd", "metadata": { "event_payload": { "n": 1 } },
            "files": [{}], "attachments": "?",
        },
        { "no": "ts" },
        { "ts": "1.000000", "bot_id": "B0FIRST", "text": "ours" },
    ]);
    let slack =
        Slack::new([("conversations.history", Reply::Json(json!({ "ok": true, "messages": messages })))])
            .await
            .known()
            .await;
    let seen = slack.api.history(&ChannelId::new("C0EVENT"), noon(), None).await.unwrap();
    insta::assert_debug_snapshot!(seen);
}

#[tokio::test]
async fn people_groups_and_channels_are_asked_for() {
    let at_night = json!({
        "dnd_enabled": true, "next_dnd_start_ts": 1_796_068_800, "next_dnd_end_ts": 1_796_112_000,
    });
    let dnd = json!({ "ok": true, "users": { "U0ANA": at_night, "U0BO": { "dnd_enabled": false } } });
    let group =
        json!({ "id": "S0TECH", "handle": "tech-support", "name": "Tech Support", "user_count": "2" });
    let groups = json!({ "ok": true, "usergroups": [group] });
    let archived = json!({ "id": "C0OLD", "name": "old", "is_archived": true });
    let channels = json!({ "ok": true, "channels": [{ "id": "C0EVENT", "name": "event-gala" }, archived] });
    let eyes = json!({ "name": "eyes", "users": ["U0BO", "U0ANA"] });
    let reactions = json!({ "ok": true, "type": "message", "message": { "reactions": [eyes] } });
    let slack = Slack::new([
        ("dnd.teamInfo", Reply::Json(dnd)),
        ("usergroups.list", Reply::Json(groups)),
        ("usergroups.users.list", Reply::Json(json!({ "ok": true, "users": ["U0BO", null] }))),
        ("users.conversations", Reply::Json(channels)),
        ("reactions.get", Reply::Json(reactions)),
        ("users.getPresence", Reply::Json(json!({ "ok": true, "presence": "away" }))),
        ("users.info", refused("user_not_found")),
    ])
    .await
    .known()
    .await;
    let (ana, event) = (UserId::new("U0ANA"), ChannelId::new("C0EVENT"));
    insta::assert_debug_snapshot!((
        slack.api.dnd(&[ana.clone(), UserId::new("U0BO")]).await,
        slack.api.groups().await,
        slack.api.group_members(&"S0TECH".into()).await,
        slack.api.channels().await,
        slack.api.reactions(&event, &MessageTs::new("1.000100")).await,
        slack.api.presence(&ana).await,
        slack.api.user(&ana).await,
    ));
}

#[tokio::test]
async fn answers_go_back_by_form_ephemeral_and_response_url() {
    let opened = json!({ "ok": true, "view": { "id": "V1", "hash": "h" } });
    let slack = Slack::new([
        ("views.open", Reply::Json(opened)),
        ("views.update", refused("not_found")),
        ("/hook/1", Reply::Page),
    ])
    .await;
    let view = json!({ "type": "modal" });
    let open = slack.api.open_view("1.2.abc", &view).await.unwrap();
    assert!(slack.api.update_view(&open, &view).await.is_err());
    let (event, ana) = (ChannelId::new("C0EVENT"), UserId::new("U0ANA"));
    slack.api.ephemeral(&event, &ana, Some(&MessageTs::new("1.000100")), "psst", &[]).await.unwrap();
    let hook = format!("{}hook/1", slack.url);
    slack.api.respond(&hook, &json!({ "text": "ok" })).await.unwrap();
    assert!(slack.api.respond("https://slack.com.evil.test/x", &json!({})).await.is_err());
    insta::assert_debug_snapshot!(slack.asked());
}
