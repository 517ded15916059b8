//! `firstline check --online`: whether Slack knows what the configuration names, and lets the bot do its work.

use super::calendars::problem;
use crate::app;
use crate::clock::SystemClock;
use crate::config::manifest::{SCOPES, SYNC_GROUP};
use crate::config::{Config, Kind, Problem, Problems, SlackAccount, Spot};
use crate::connect::Feeds;
use crate::domain::desk::{ChannelPattern, Desk};
use crate::domain::directory::AccountKind;
use crate::domain::matching::desk_of;
use crate::engine::directory::groups_named;
use crate::slack::account::Profile;
use crate::slack::api::Api;
use crate::slack::dial::{Dialer, TokenCheck};
use crate::slack::limits::Limits;
use crate::slack::pace::Pace;
use crate::slack::probe::Probe;
use crate::slack::queries::{AuthError, Channel, Standing};
use std::collections::BTreeMap;

/// Above so many people the whole list costs fewer requests than one after the other.
const ONE_BY_ONE: usize = 40;

type Web = Api<SystemClock>;

/// Everything that Slack, and the servers of calendars, say against the configuration.
pub async fn online(config: &Config) -> Problems {
    let mut found = Problems::default();
    match config.tokens() {
        Ok(tokens) => {
            let url = config.slack.api_url.as_deref();
            let limits = Limits::default();
            let web = Web::new(url, &tokens.bot, SystemClock, Pace::new(SystemClock), limits);
            let dialer = Dialer::new(url, &tokens.app, limits);
            match (web, dialer) {
                (Ok(web), Ok(dialer)) => of_slack(config, &web, &dialer, &mut found).await,
                (Err(error), _) | (_, Err(error)) => {
                    found.0.push(told(Kind::Error, None, &error.to_string()));
                }
            }
        }
        Err(problems) => found.0.extend(problems.0),
    }
    calendars(config, &mut found).await;
    found.sort();
    found
}

async fn of_slack(config: &Config, web: &Web, dialer: &Dialer, found: &mut Problems) {
    if let TokenCheck::Refused(why) = dialer.check().await {
        found.0.push(told(Kind::Error, None, &why));
    }
    match web.auth_test().await {
        Ok(_) => {}
        Err(error @ (AuthError::Refused { .. } | AuthError::NoAnswer(_))) => {
            found.0.push(told(Kind::Error, None, &error.to_string()));
            return;
        }
    }
    scopes(config, web, found).await;
    people(config, web, found).await;
    groups(config, web, found).await;
    channels(config, web, found).await;
}

/// `text` is a message, and a hint after its first line.
fn told(kind: Kind, place: Option<&Spot>, text: &str) -> Problem {
    let (message, hint) =
        text.split_once("\nhint: ").unwrap_or((text, "see the app's page at api.slack.com/apps"));
    Problem { kind, place: place.cloned(), message: message.to_owned(), hint: Some(hint.to_owned()) }
}

async fn scopes(config: &Config, web: &Web, found: &mut Problems) {
    let Some(granted) = web.granted().await else {
        let text = "slack does not say which scopes the bot's token has\nhint: compare them with `firstline manifest`";
        found.0.push(told(Kind::Warning, None, text));
        return;
    };
    let syncs = config.settings.values().any(|desk| desk.sync_group.is_some());
    let needed = SCOPES.iter().chain(syncs.then_some(&SYNC_GROUP));
    for scope in needed.filter(|scope| !granted.contains(scope.name)) {
        let text = format!(
            "the bot's token lacks the scope `{}` ({})\nhint: add it under OAuth & Permissions, and install the app again",
            scope.name, scope.for_what
        );
        found.0.push(told(Kind::Error, None, &text));
    }
}

async fn people(config: &Config, web: &Web, found: &mut Problems) {
    let all = if config.people.len() > ONE_BY_ONE { web.users().await } else { None };
    let by_id: Option<BTreeMap<_, _>> =
        all.map(|all| all.into_iter().map(|profile| (profile.user.clone(), profile)).collect());
    for (key, person) in &config.people {
        let spot = config.origins.people.get(key);
        let (named, probe) = match (&person.slack, &by_id) {
            (None, _) => continue,
            (Some(SlackAccount::Email(email)), _) => ("an e-mail address", web.probe_email(email).await),
            (Some(SlackAccount::Id(user)), None) => ("an id", web.probe_user(user).await),
            (Some(SlackAccount::Id(user)), Some(all)) => {
                let known = all.get(user).cloned().map(Probe::Found);
                let missing = || Probe::Refused { code: "user_not_found".to_owned(), detail: String::new() };
                ("an id", known.unwrap_or_else(missing))
            }
        };
        if let Some((kind, text)) = of_person(key.as_str(), named, probe) {
            found.0.push(told(kind, spot, &text));
        }
    }
}

fn of_person(key: &str, named: &str, probe: Probe<Profile>) -> Option<(Kind, String)> {
    match probe {
        Probe::Found(profile) => match profile.account.kind {
            AccountKind::Member | AccountKind::Guest | AccountKind::Stranger => None,
            AccountKind::Deactivated => Some((
                Kind::Error,
                format!(
                    "the Slack account of `{key}` is deactivated\nhint: take them out of `people`, or let them in again"
                ),
            )),
            AccountKind::Bot => Some((
                Kind::Error,
                format!("the Slack account of `{key}` is an app's\nhint: apps do not answer; name a person"),
            )),
        },
        Probe::Refused { code, .. } if is_unknown(&code) => Some((
            Kind::Error,
            format!(
                "slack knows nobody by the `slack` of `{key}`, {named}\nhint: copy the member id from their profile (\"Copy member ID\")"
            ),
        )),
        Probe::Refused { code, detail } => {
            Some((Kind::Error, refused(&format!("the account of `{key}`"), &code, &detail)))
        }
        Probe::NoAnswer { why } => {
            Some((Kind::Warning, unanswered(&format!("the account of `{key}`"), &why)))
        }
    }
}

fn is_unknown(code: &str) -> bool {
    ["user_not_found", "users_not_found", "user_not_visible"].contains(&code)
}

fn refused(what: &str, code: &str, detail: &str) -> String {
    let detail = if detail.is_empty() { String::new() } else { format!(" ({detail})") };
    format!(
        "slack does not tell of {what}: `{code}`{detail}\nhint: look up `{code}` at api.slack.com/methods"
    )
}

fn unanswered(what: &str, why: &str) -> String {
    format!("slack did not answer about {what}: {why}\nhint: check the network, and ask again")
}

async fn groups(config: &Config, web: &Web, found: &mut Problems) {
    let mut named = groups_named(&app::settings(config));
    named.extend(config.settings.values().filter_map(|desk| desk.sync_group.clone()));
    if named.is_empty() {
        return;
    }
    let Some(all) = web.groups().await else {
        found.0.push(told(Kind::Warning, None, &unanswered("user groups", "no list came")));
        return;
    };
    for name in &named {
        let group = all.iter().find(|group| group.handle == *name || group.id.as_str() == name);
        let spot = naming(config, name);
        let Some(group) = group else {
            let text = format!(
                "slack has no user group `@{name}` in use\nhint: make it, or correct the tier that names it"
            );
            found.0.push(told(Kind::Error, spot, &text));
            continue;
        };
        if web.group_members(&group.id).await.is_some_and(|members| members.is_empty()) {
            let text = format!(
                "the user group `@{name}` has no members\nhint: nobody is pinged through it until it has"
            );
            found.0.push(told(Kind::Warning, spot, &text));
        }
    }
}

/// The tier that names a group, or its desk when a role does.
fn naming<'a>(config: &'a Config, name: &str) -> Option<&'a Spot> {
    let is = |who: &crate::coverage::Who| *who == crate::coverage::Who::Group(name.to_owned());
    config.desks.values().find_map(|desk| {
        let tier = desk.coverage.tiers.iter().position(|tier| tier.who.iter().any(is));
        match tier {
            Some(index) => config.origins.tiers.get(&desk.key)?.get(index),
            None if desk.roles.values().flatten().any(is) => config.origins.desks.get(&desk.key),
            None => None,
        }
    })
}

async fn channels(config: &Config, web: &Web, found: &mut Problems) {
    let Some(joined) = web.channels().await else {
        found.0.push(told(Kind::Warning, None, &unanswered("the bot's channels", "no list came")));
        return;
    };
    for desk in config.desks.values() {
        for pattern in &desk.channels {
            if let Some((kind, text)) = of_channel(config, desk, pattern, &joined, web).await {
                found.0.push(told(kind, config.origins.desks.get(&desk.key), &text));
            }
        }
    }
}

async fn of_channel(
    config: &Config,
    desk: &Desk,
    pattern: &ChannelPattern,
    joined: &[Channel],
    web: &Web,
) -> Option<(Kind, String)> {
    let invite = "invite it there: `/invite @firstline`";
    let key = &desk.key;
    match pattern {
        ChannelPattern::Id(id) if joined.iter().any(|channel| channel.id == *id) => None,
        ChannelPattern::Id(id) => Some(match web.probe_channel(id).await {
            Probe::Found(Channel { standing: Standing::Archived, name, .. }) => (
                Kind::Error,
                format!(
                    "the channel `#{name}` of desk `{key}` is archived\nhint: unarchive it, or name another"
                ),
            ),
            Probe::Found(Channel { name, standing: Standing::Member | Standing::Outside, .. }) => (
                Kind::Error,
                format!("the bot is not in `#{name}`, a channel of desk `{key}`\nhint: {invite}"),
            ),
            Probe::Refused { .. } => (
                Kind::Error,
                format!(
                    "the bot sees no channel `{id}`, which desk `{key}` names\nhint: if it is private, {invite}"
                ),
            ),
            Probe::NoAnswer { why } => (Kind::Warning, unanswered(&format!("the channel `{id}`"), &why)),
        }),
        ChannelPattern::Name(name) if joined.iter().any(|channel| channel.name == *name) => None,
        ChannelPattern::Name(name) => Some((
            Kind::Error,
            format!(
                "the bot is in no channel `#{name}`, which desk `{key}` names\nhint: make it if it does not exist, and {invite}"
            ),
        )),
        ChannelPattern::Glob(glob) => {
            let matched = joined.iter().any(|channel| {
                desk_of(&config.desks, &channel.id, Some(&channel.name))
                    .is_some_and(|other| other.key == *key)
            });
            (!matched).then(|| {
                (Kind::Warning, format!("the bot is in no channel like `#{glob}` yet, which desk `{key}` names\nhint: {invite}"))
            })
        }
    }
}

/// Fetches the calendars that are addresses; files were read with the folder.
async fn calendars(config: &Config, found: &mut Problems) {
    let (mut feeds, _told_already) = app::feeds(config);
    feeds.retain(|feed| !feed.source.is_file());
    let mut all = Feeds::new(SystemClock, config.zones.clone(), None);
    let _all_are_new = all.replace(&feeds);
    let _none_was_known = all.look_at(&all.all()).await;
    for (whose, text) in all.troubles() {
        found.0.push(problem(config, Kind::Error, &whose, &text));
    }
}
