//! People and user groups.

use super::super::ledger::Ledger;
use super::super::shape::people::{GroupText, PersonText, TentativeText};
use super::super::shape::top::TopFile;
use super::super::yaml::node::Place;
use super::super::yaml::value::{At, Listed};
use super::super::{Group, Person, SlackAccount};
use super::names::{Names, is_key, is_slack_id, is_slack_user};
use super::playbook::BuiltPlaybook;
use super::time::{dates, hours, zone};
use crate::coverage::{self, Holidays, Schedule, Tentative};
use crate::domain::mail::letter::mailboxes;
use crate::id::{GroupId, PersonKey, UserId};
use crate::zone::Zones;
use secrecy::SecretString;
use std::collections::BTreeMap;
use std::sync::Arc;

/// More people than any desk has.
const MOST_PEOPLE: usize = 5000;
/// A name longer than this does not fit an option of a form.
const LONGEST_NAME: usize = 75;

/// What desks and people need of the rest of the configuration.
pub struct Known<'a> {
    pub names: &'a Names,
    pub zones: &'a Zones,
    pub holidays: &'a BTreeMap<String, Arc<Holidays>>,
    pub playbooks: &'a BTreeMap<String, BuiltPlaybook>,
    /// The playbooks of desks that list none of their own.
    pub playbooks_everywhere: Option<&'a At<Vec<At<String>>>>,
}

impl Known<'_> {
    /// The holidays of that name.
    pub fn holidays(&self, ledger: &mut Ledger, name: Option<&At<String>>) -> Option<Arc<Holidays>> {
        let name = name?;
        self.names.holiday(ledger, name);
        self.holidays.get(&name.value).cloned()
    }
}

/// The people, as Slack and as coverage know them, and where each stands.
#[derive(Default)]
pub struct People {
    pub people: BTreeMap<PersonKey, Person>,
    pub coverage: BTreeMap<PersonKey, coverage::Person>,
    pub places: BTreeMap<PersonKey, Place>,
}

/// Reads everybody under `people`.
pub fn people(ledger: &mut Ledger, top: &TopFile, known: &Known<'_>) -> People {
    let mut all = People::default();
    if top.people.0.len() > MOST_PEOPLE {
        let place = top.people.0[MOST_PEOPLE].0.place;
        ledger.error(
            place,
            format!("there are more than {MOST_PEOPLE} people\nhint: list only those who answer"),
        );
    }
    let mut accounts: BTreeMap<String, String> = BTreeMap::new();
    for (key, text) in &top.people.0 {
        is_key(ledger, key, "a person");
        let person_key = PersonKey::new(key.value.as_str());
        let what = format!("person `{}`", key.value);
        all.coverage.insert(person_key.clone(), on_coverage(ledger, text, known));
        all.places.insert(person_key.clone(), key.place);
        let name = ledger.need(&text.name, "name", key.place, &what).cloned();
        let slack = ledger.need(&text.slack, "slack", key.place, &what).cloned();
        if let Some(name) = &name {
            ledger.fits(name, &format!("the name of {what}"), LONGEST_NAME);
        }
        if let Some(slack) = &slack
            && let Some(first) = accounts.insert(slack.value.clone(), key.value.clone())
        {
            ledger.error(
                slack.place,
                format!("{what} has the Slack account of `{first}`\nhint: give each their own; one person may be on several desks"),
            );
        }
        let slack = slack.and_then(|slack| account(ledger, &slack));
        let calendar = text.calendar.as_ref().map(|calendar| SecretString::from(calendar.value.clone()));
        let name = name.map_or_else(|| key.value.clone(), |name| name.value);
        let email = text.email.as_ref().and_then(|text| email(ledger, text)).or_else(|| match &slack {
            Some(SlackAccount::Email(address)) => Some(address.clone()),
            Some(SlackAccount::Id(_)) | None => None,
        });
        all.people.insert(person_key, Person { slack, name, email, calendar });
    }
    all
}

/// An address to which letters can go.
fn email(ledger: &mut Ledger, text: &At<String>) -> Option<String> {
    match mailboxes(text).as_deref() {
        Ok([one]) if one.email == text.value => Some(one.email.clone()),
        Ok(_) | Err(_) => {
            ledger.error(
                text.place,
                format!("`{}` is not one e-mail address\nhint: write such as `ana@example.com`", text.value),
            );
            None
        }
    }
}

fn account(ledger: &mut Ledger, slack: &At<String>) -> Option<SlackAccount> {
    if is_slack_user(slack) {
        return Some(SlackAccount::Id(UserId::new(slack.value.as_str())));
    }
    let is_email = slack.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !slack.contains(char::is_whitespace)
    });
    if is_email {
        return Some(SlackAccount::Email(slack.value.to_lowercase()));
    }
    ledger.error(
        slack.place,
        format!(
            "`{}` is not a Slack account\nhint: write the id from their profile (`U…`, under \"Copy member ID\"), or their e-mail address",
            slack.value
        ),
    );
    None
}

fn on_coverage(ledger: &mut Ledger, text: &PersonText, known: &Known<'_>) -> coverage::Person {
    let schedule = Schedule {
        zone: zone(ledger, known.zones, text.time_zone.as_ref()),
        hours: text.hours.as_ref().map(|text| hours(ledger, text)).unwrap_or_default(),
        dates: dates(ledger, &text.dates),
        holidays: known.holidays(ledger, text.holidays.as_ref()),
    };
    let reachable = text.reachable.as_ref().map(|text| hours(ledger, text));
    let tentative = match text.tentative {
        Some(TentativeText::Busy) => Tentative::Busy,
        Some(TentativeText::Free) | None => Tentative::Free,
    };
    coverage::Person { schedule, reachable, tentative }
}

/// Reads `groups`.
pub fn groups(ledger: &mut Ledger, text: &Listed<GroupText>, names: &Names) -> BTreeMap<String, Group> {
    let mut all = BTreeMap::new();
    for (handle, group) in &text.0 {
        let name = handle.value.trim_start_matches('@').to_owned();
        let slack = group.slack.as_ref().and_then(|id| {
            if is_slack_id(id, &['S']) {
                return Some(GroupId::new(id.value.as_str()));
            }
            ledger.error(
                id.place,
                format!("`{}` is not the id of a user group\nhint: it begins with `S`", id.value),
            );
            None
        });
        let whose = format!("group `{name}`");
        let known = |key: &&At<String>| names.people.contains(&key.value);
        for key in group.members.iter().filter(|key| !known(key)) {
            names.person(ledger, key, &whose);
        }
        let members =
            group.members.iter().filter(known).map(|key| PersonKey::new(key.value.as_str())).collect();
        all.insert(name, Group { slack, members });
    }
    all
}
