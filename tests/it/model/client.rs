//! The client that Firstline uses reads the model's answers into its own types.

use super::{ana, help, slack};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use slack_morphism::prelude::{
    SlackApiChatPostEphemeralRequest, SlackApiChatPostMessageRequest, SlackApiChatUpdateRequest,
    SlackApiConversationsHistoryRequest, SlackApiConversationsInfoRequest, SlackApiConversationsListRequest,
    SlackApiConversationsMembersRequest, SlackApiConversationsRepliesRequest, SlackApiReactionsAddRequest,
    SlackApiToken, SlackApiUsersInfoRequest, SlackClient, SlackClientHyperConnector, SlackMessageContent,
};

#[tokio::test]
async fn the_prescribed_client_understands_every_answer() {
    let slack = slack().await;
    let connector =
        SlackClientHyperConnector::with_connector(HttpConnector::new()).with_slack_api_url(&slack.api_url());
    let client = SlackClient::new(connector);
    let token = SlackApiToken::new(slack.bot_token().into());
    let session = client.open_session(&token);
    let parent = slack.say(&ana(), &help(), "printer on fire").await.unwrap();

    assert_eq!(session.auth_test().await.unwrap().user_id.0, "U0FIRSTLINE");
    let content = SlackMessageContent::new().with_text("on it".into());
    let post = SlackApiChatPostMessageRequest::new("C0HELP".into(), content.clone())
        .with_thread_ts(parent.as_str().into());
    let posted = session.chat_post_message(&post).await.unwrap();
    let update = SlackApiChatUpdateRequest::new("C0HELP".into(), content.clone(), posted.ts.clone());
    session.chat_update(&update).await.unwrap();
    let whisper = SlackApiChatPostEphemeralRequest::new("C0HELP".into(), "U0ANA".into(), content);
    session.chat_post_ephemeral(&whisper).await.unwrap();
    let history = SlackApiConversationsHistoryRequest::new().with_channel("C0HELP".into()).with_limit(5);
    let history = session.conversations_history(&history).await.unwrap();
    assert_eq!(history.messages[0].content.text.as_deref(), Some("printer on fire"));
    let replies = SlackApiConversationsRepliesRequest::new("C0HELP".into(), parent.as_str().into());
    assert_eq!(session.conversations_replies(&replies).await.unwrap().messages.len(), 2);
    let info = SlackApiConversationsInfoRequest::new("C0HELP".into());
    assert_eq!(session.conversations_info(&info).await.unwrap().channel.name.as_deref(), Some("help"));
    session.conversations_list(&SlackApiConversationsListRequest::new()).await.unwrap();
    let members = SlackApiConversationsMembersRequest::new().with_channel("C0HELP".into());
    assert_eq!(session.conversations_members(&members).await.unwrap().members.len(), 4);
    let reaction = SlackApiReactionsAddRequest::new("C0HELP".into(), "eyes".into(), parent.as_str().into());
    session.reactions_add(&reaction).await.unwrap();
    let groups: Value =
        session.http_session_api.http_get("usergroups.list", &groups_query(), None).await.unwrap();
    assert_eq!(groups["usergroups"][0]["user_count"], 2);
    let open: Value = session
        .http_session_api
        .http_post("conversations.open", &json!({ "users": "U0ANA" }), None)
        .await
        .unwrap();
    assert_eq!(open["ok"], true);
    assert!(slack.refusals().is_empty(), "{:?}", slack.refusals());
}

fn groups_query() -> Vec<(&'static str, Option<&'static String>)> {
    static YES: std::sync::LazyLock<String> = std::sync::LazyLock::new(|| "true".to_owned());
    vec![("include_count", Some(&YES))]
}

#[tokio::test]
async fn the_prescribed_client_reads_people() {
    let slack = slack().await;
    let connector =
        SlackClientHyperConnector::with_connector(HttpConnector::new()).with_slack_api_url(&slack.api_url());
    let client = SlackClient::new(connector);
    let session_token = SlackApiToken::new(slack.bot_token().into());
    let session = client.open_session(&session_token);
    // `profile.fields` is a list where Slack has none to give, which the client's own types cannot read.
    let user: Value = session
        .http_session_api
        .http_get("users.info", &vec![("user", Some(&"U0ANA".to_owned()))], None)
        .await
        .unwrap();
    assert_eq!(user["user"]["tz"], "America/Los_Angeles");
    assert!(session.users_info(&SlackApiUsersInfoRequest::new("U0ANA".into())).await.is_err());
}
