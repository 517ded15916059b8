//! What a folder that can be used becomes.

use super::{load_changed, load_in};
use crate::config::told;
use chrono::Weekday;
use firstline::clock::Length;
use firstline::config::{Environment, Kind, SlackAccount, load_with};
use firstline::coverage::Who;
use firstline::domain::desk::{ChannelPattern, Switched};
use firstline::domain::detour::{Way, WhenDown};
use firstline::domain::policy::{AfterHoursAction, ChannelRef, FieldKind, PingRule};
use firstline::domain::routine::rules::Review;
use firstline::id::UserId;
use secrecy::ExposeSecret;
use std::path::Path;

#[test]
fn the_worked_example_loads() {
    let config = load_with(Path::new("config"), &Environment::default()).unwrap();
    shown!("worked_example", config.notes);
}

#[test]
fn the_base_has_nothing_to_tell() {
    assert_eq!(told(&[]), "");
}

#[test]
fn the_event_desk_is_what_its_file_says() {
    let config = load_with(Path::new("config"), &Environment::default()).unwrap();
    let desk = &config.desks["event"];
    insta::assert_json_snapshot!("event_policy", &*desk.policy);
    insta::assert_json_snapshot!("event_coverage", &desk.coverage);
    assert_eq!(desk.channels, [ChannelPattern::Glob("event-*".into())]);
    assert_eq!(desk.roles["lead_csm"], ["rotation:lead".parse::<Who>().unwrap()]);
    assert_eq!(config.members["tech-support"], config.members["S0TECH"]);
    assert_eq!(config.people["ana"].slack, Some(SlackAccount::Id(UserId::new("U0ANA"))));
}

#[test]
fn the_policys_id_follows_its_content() {
    let id = |changes: &[(&str, &str, &str)]| load_changed(changes).unwrap().desks["help"].policy_id.clone();
    assert_eq!(id(&[]), id(&[("desks/help.yml", "channels: [help]", "channels: [aid]")]));
    assert_ne!(id(&[]), id(&[("desks/help.yml", "wait: 5m", "wait: 6m")]));
}

#[test]
fn defaults_are_those_of_the_design() {
    let minimal =
        "desk: bare\nchannels: [bare]\nsupervisor: bo\ntiers: [{ name: All, who: [ana], wait: 90s }]\n";
    let config = load_changed(&[("desks/bare.yml", "", minimal)]).unwrap();
    let desk = &config.desks["bare"];
    insta::assert_json_snapshot!("default_policy", &*desk.policy);
    assert_eq!(desk.notices, [Length::hours(168), Length::hours(24), Length::minutes(30)]);
    assert_eq!(desk.coverage.min_available, 1);
    assert_eq!(config.catch_up, Length::hours(24));
}

#[test]
fn every_key_of_the_design_is_taken() {
    let desk = r##"
desk: full
name: Everything
channels: ["full-*", C0FULL, "#fully"]
home_channel: fully
time_zone: America/Los_Angeles
hours: { sat-mon: "22:00-06:00", tue: closed }
dates: { 2026-12-31: closed }
holidays: us
supervisor: bo
min_available: 0
roles: { one: ana, more: [ana, bo] }
intake:
  cases: form_only
  when_incomplete: hold
  join_within: 0s
  fields:
    - { key: a, label: A, kind: text, hint: Say it }
    - { key: b, label: B, kind: id, pattern: "^[A-Z]+-\\d+$", required: if_applicable, booking: true }
    - { key: c, label: C, kind: time }
    - { key: d, label: D, kind: user }
    - { key: e, label: E, kind: number }
    - { key: f, label: F, kind: confirm }
    - { key: organisation, label: G, kind: text }
tiers:
  - { name: One, who: [role:one, booking.owner], wait: 1h 30m, ping: next, dm: true, counts: false }
  - { name: Two, who: [responders, S0OTHER], wait: 2d, ping: 3, repeat: 20 }
claiming: { reactions: [":eyes:", +1], help: [raising_hand], on_reply: false, guard: false }
clocks: { reply_within: 1s, update_every: 1m, resolve_within: 1d, hand_over_within: 1m, cover_within: 1m, remind_at_most: 2h }
closing: { reactions: [white_check_mark], outcomes: [went ahead, did not], note: required, message: Done, requester_confirms: true, quiet_for: 2h, silence: { remind_after: 1h, close_after: 3h }, survey: { question: "did it help?" } }
after_hours: { do: tier, tier: Two, message: Later, urgent: true, once_per: 1h }
self_help: { text: Try this, links: ["https://example.com"] }
redirect: { unless: f, to: "#trainers" }
notices: [1h, 2d]
dnd: counts
presence: counts
canned: { hello: "Hello there" }
organisations: { acme: on, apex: off }
playbooks: [no-show]
directory: { csv: bookings.csv }
mail: { from: help@example.com, reply_to: "Desk <desk@example.com>", team: Help, retry_for: 1h, templates: [] }
tickets: { jira: { url: "https://example.atlassian.net", user: a@b.test, token: t, service_desk: "4" }, request_type: "25" }
routines: { start: [look] }
webhook: { url: "https://example.com/hook", secret: x }
when_slack_is_down: { after: 90s, by: webhook }
heartbeat: { url: "https://example.com/beat", every: 1m }
retention: 90d
"##;
    let top = r#"
unavailable_when: { emoji: [bus, +1], text: [busy] }
catch_up: { at_most: 12h }
time: { tzdata: bundled }
directory: { url: "https://example.com/bookings/{id}", header: { name: X-Key, value: x }, fields: { owner: /owner/email }, time_zone: Europe/London, within: 3s, cache: 1m }
mail: { smtp: { host: localhost, port: 25, security: none, user: u, password: p, ca: ca.pem }, from: "Us <us@example.com>" }
tickets: { recovery: { request_type: "7" } }
routines: { end: [tidy] }
webhook: { url: "https://example.com", secret: y }
when_slack_is_down: { by: email }
heartbeat: { url: "https://example.com" }
playbooks: [no-show]
retention: 365d
"#;
    let person = "
  cy: { slack: W0CY, name: Cy, email: cy@example.com, calendar: cy.ics, tentative: busy, reachable: always, hours: always }
";
    let config = load_changed(&[
        ("desks/full.yml", "", desk),
        ("firstline.yml", "desks/*.yml]", "desks/*.yml, playbooks/*.yml]"),
        ("playbooks/no-show.yml", "", "playbook: no-show\nsteps: [{ task: Phone them, at: 0m }]\n"),
        ("firstline.yml", "", top),
        ("people.yml", "people:\n", &format!("people:{person}")),
    ])
    .unwrap();
    let desk = &config.desks["full"];
    insta::assert_json_snapshot!("full_policy", &*desk.policy);
    assert_eq!(desk.when_down, WhenDown { after: Length::seconds(90), way: Some(Way::Webhook) });
    assert_eq!(config.desks["help"].when_down, WhenDown { after: Length::minutes(3), way: Some(Way::Email) });
    assert_eq!(config.people["cy"].email.as_deref(), Some("cy@example.com"));
    assert_eq!(config.people["bo"].email.as_deref(), Some("bo@example.com"));
    assert_eq!(desk.home_channel, Some(ChannelRef::Name("fully".into())));
    assert_eq!(desk.policy.claiming.reactions, ["eyes", "+1"]);
    assert_eq!(desk.canned["hello"], "Hello there");
    assert_eq!(desk.organisations["apex"], Switched::Off);
    assert_eq!(desk.policy.tiers[1].ping, PingRule::Next(3));
    assert_eq!(desk.policy.after_hours.action, AfterHoursAction::Tier("Two".into()));
    assert_eq!(desk.policy.intake.fields[1].kind, FieldKind::Id(r"^[A-Z]+-\d+$".into()));
    assert_eq!(desk.notices, [Length::hours(48), Length::hours(1)]);
    let routines = desk.routines.as_ref().unwrap();
    assert_eq!(routines.start, Some(vec!["look".to_owned()]));
    assert_eq!((&routines.end, routines.review), (&None, Review::From(Weekday::Mon)));
    let shared = config.desks["help"].routines.as_ref().unwrap();
    assert_eq!(shared.end, Some(vec!["tidy".to_owned()]), "a desk without its own has those of all");
    assert_eq!((shared.end_before, shared.stale_after), (Length::minutes(15), Length::hours(48)));
    assert_eq!(config.retention, Some(Length::hours(24 * 365)));
}

#[test]
fn the_environment_comes_first_and_secrets_may_lie_in_files() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token");
    std::fs::write(&file, "xoxb-from-file\n").unwrap();
    let path = file.display().to_string();
    let env = Environment::of([
        ("SLACK_APP_TOKEN", "xapp-2"),
        ("SLACK_BOT_TOKEN_FILE", path.as_str()),
        ("SLACK_API_URL", "http://127.0.0.1:1/api"),
        ("FIRSTLINE_STORE", "sled:/tmp/elsewhere"),
        ("FIRSTLINE_LISTEN", "127.0.0.1:9999"),
        ("BO", "U0BO"),
    ]);
    let config = load_in(&[("people.yml", "bo@example.com", "\"${BO}\"")], &env).unwrap();
    let tokens = config.tokens().unwrap();
    assert_eq!(tokens.app.expose_secret(), "xapp-2");
    assert_eq!(tokens.bot.expose_secret(), "xoxb-from-file");
    assert_eq!(config.slack.api_url.as_deref(), Some("http://127.0.0.1:1/api"));
    assert_eq!(config.store, "sled:/tmp/elsewhere");
    assert_eq!(config.http.listen.port(), 9999);
    assert_eq!(config.people["bo"].slack, Some(SlackAccount::Id(UserId::new("U0BO"))));
    let printed = format!("{config:?}");
    assert!(!printed.contains("xapp-2") && !printed.contains("from-file"), "secrets are printed");
}

#[test]
fn a_variable_that_is_not_set_stops_only_run() {
    let config =
        load_changed(&[("people.yml", "name: Ana Ruiz", "name: Ana Ruiz\n    calendar: ${ANA}")]).unwrap();
    assert_eq!(config.notes.count(Kind::Unset), 1);
    let problems = config.tokens().unwrap_err();
    assert!(problems.to_string().contains("error: "), "{problems}");
    assert!(problems.has_errors());
}

#[test]
fn without_tokens_only_run_is_stopped() {
    let config =
        load_changed(&[("firstline.yml", "slack: { app_token: xapp-1, bot_token: xoxb-1 }\n", "")]).unwrap();
    assert_eq!(config.notes.0, []);
    shown!("no_tokens", config.tokens().unwrap_err());
}
