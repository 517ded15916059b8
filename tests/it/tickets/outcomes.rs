//! A ticket follows its case: what is left to do about it changes with the outcome, with silence, with a reopening.

use super::jira::{Fault, Issue, Jira};
use super::{asked, bench, tell, thread};
use crate::engine::bench::{Bench, ana, cy, help};
use chrono::TimeDelta;
use firstline::app::App;
use firstline::clock::MovableClock;
use firstline::id::MessageTs;
use firstline::rehearsal::{Place, Submitted};

const CLOSING: &str =
    "closing: { outcomes: [chat only, follow-up], silence: { remind_after: 10m, close_after: 1h } }\n";
const RULES: &str = "  follow_up: [follow-up]\n  fields: { customfield_10041: \"{{ ticket.channel }}\" }\n";

async fn set(jira: &Jira) -> Bench {
    bench(&jira.open().await, &format!("{RULES}{CLOSING}")).await
}

fn only(jira: &Jira) -> Issue {
    let site = jira.site();
    let [issue] = site.issues.as_slice() else { panic!("{:?}", site.issues) };
    issue.clone()
}

fn channel(issue: &Issue) -> &str {
    issue.fields["customfield_10041"].as_str().unwrap_or_default()
}

async fn resolve(bench: &Bench, app: &App<MovableClock>, post: &MessageTs, outcome: &str) {
    let card = bench.said(&help(), post)[0].ts.clone();
    bench.slack.press(&ana(), &Place::message(&help(), &card), "Resolve").await.unwrap();
    assert_eq!(bench.slack.submit(&ana(), &[("Outcome", outcome)]).await.unwrap(), Submitted::Closed);
    bench.rest(app).await;
}

#[tokio::test]
async fn one_that_was_raised_after_hours_is_closed_when_the_chat_solved_it() {
    let jira = Jira::default();
    let mut bench = set(&jira).await;
    let closed = std::fs::read_to_string(bench.folder().join("desks/help.yml")).unwrap();
    let hours = "hours: { mon-fri: \"13:00-18:00\" }";
    let closed = closed.replace("hours: always", hours) + "after_hours: { do: ticket }\n";
    bench.config = bench.with_text(&closed);
    let app = bench.start().await;
    let post = asked(&bench, &app).await;
    assert_eq!(
        (channel(&only(&jira)), only(&jira).participants.len()),
        ("chat and e-mail", 1),
        "nobody was there"
    );
    bench.pass(&app, TimeDelta::minutes(1)).await;
    resolve(&bench, &app, &post, "chat only").await;
    let issue = only(&jira);
    assert_eq!((issue.status.as_str(), channel(&issue)), ("Closed", "chat only"));
    assert_eq!(issue.assignee, "qm:ana@example.com", "whoever took it has it there as well");
    assert!(issue.files.last().unwrap().1.contains("I look into it"), "the whole conversation is there");
    assert!(thread(&bench, &post).contains("is closed: it was solved here"), "{}", thread(&bench, &post));
    app.stop().await.unwrap();
}

#[tokio::test]
async fn a_requester_who_comes_back_from_silence_is_added_when_it_goes_on_by_e_mail() {
    let jira = Jira::default();
    let bench = set(&jira).await;
    let app = bench.start().await;
    let post = asked(&bench, &app).await;
    tell(&bench, &app, &post, "ticket").await;
    bench.live(&app, TimeDelta::hours(2)).await;
    let issue = only(&jira);
    let left = (issue.status.as_str(), issue.reporter.as_str());
    assert_eq!(left, ("Waiting for customer", "qm:cy@client.test"), "they left");
    bench.slack.reply(&cy(), &help(), &post, "sorry, it still fails").await.unwrap();
    bench.rest(&app).await;
    assert_eq!(only(&jira).status, "Waiting for support", "it is our turn again");
    let comments = only(&jira).comments.len();
    resolve(&bench, &app, &post, "follow-up").await;
    let issue = only(&jira);
    assert_eq!((issue.status.as_str(), channel(&issue)), ("Waiting for support", "chat and e-mail"));
    assert_eq!(issue.participants.last().map(String::as_str), Some("qm:cy@client.test"));
    assert_eq!(issue.comments.len(), comments + 1, "they are told that it goes on");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn one_that_is_still_on_its_way_is_raised_by_what_the_case_needs_in_the_end() {
    let jira = Jira::default();
    let bench = set(&jira).await;
    let app = bench.start().await;
    let post = asked(&bench, &app).await;
    for _ in 0..3 {
        jira.site().faults.push_back(("POST /rest/servicedeskapi/request", Fault::Answer(503)));
    }
    bench.slack.reply(&ana(), &help(), &post, "@firstline ticket").await.unwrap();
    bench.pass(&app, TimeDelta::seconds(1)).await;
    assert_eq!(jira.site().issues.len(), 0, "it is on its way");
    resolve(&bench, &app, &post, "chat only").await;
    bench.live(&app, TimeDelta::minutes(20)).await;
    let issue = only(&jira);
    assert_eq!((issue.status.as_str(), channel(&issue)), ("Closed", "chat only"));
    assert_eq!((issue.participants.len(), issue.comments.len()), (0, 0), "nobody is told that it goes on");
    app.stop().await.unwrap();
}

#[tokio::test]
async fn what_somebody_asked_for_stands_where_the_end_says_nothing_of_it() {
    let jira = Jira::default();
    let bench = bench(&jira.open().await, "").await;
    let app = bench.start().await;
    let post = asked(&bench, &app).await;
    tell(&bench, &app, &post, "ticket").await;
    tell(&bench, &app, &post, "resolve").await;
    assert_eq!(only(&jira).status, "Waiting for support");
    app.stop().await.unwrap();
}
