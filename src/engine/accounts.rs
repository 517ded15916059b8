//! Whom a booking means: owners and leads are found in Slack by id, by e-mail address or by their key in `people`.

use super::Engine;
use super::known::{AccountRef, Listed};
use crate::clock::Clock;
use crate::domain::answer::Answer;
use crate::domain::booking::{Contact, Looked};
use crate::id::PersonKey;
use crate::slack::api::Api;
use crate::store::Store;

/// The answer with the Slack accounts of those who are ours; others stay as they are.
pub(super) async fn found<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    api: &Api<C>,
    answer: Option<Answer>,
) -> Option<Answer> {
    match answer? {
        Answer::Booking(Looked::Found(mut booking)) => {
            for contact in [&mut booking.owner, &mut booking.portfolio_lead] {
                find(engine, api, contact).await;
            }
            Some(Answer::Booking(Looked::Found(booking)))
        }
        other @ (Answer::Booking(Looked::Unknown { .. } | Looked::Unread { .. })
        | Answer::Mail(_)
        | Answer::Ticket(_)
        | Answer::Detour(_)) => Some(other),
    }
}

async fn find<S: Store, C: Clock>(engine: &Engine<S, C>, api: &Api<C>, contact: &mut Contact) {
    let (known, settings) = (engine.known(), engine.known().settings());
    if contact.slack.is_none() {
        let is_meant = |(key, listed): &(&PersonKey, &Listed)| {
            let by_key = contact.name.as_deref() == Some(key.as_str());
            let by_name = contact.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&listed.name));
            by_key || (contact.email.is_none() && by_name) || has_address(listed, contact.email.as_deref())
        };
        let person = settings.people.iter().find(is_meant).map(|(key, _)| key.clone());
        contact.slack = person.and_then(|key| known.directory().user(&key));
    }
    if contact.slack.is_none()
        && let Some(email) = &contact.email
    {
        contact.slack = api.user_by_email(email).await.map(|profile| {
            let user = profile.user.clone();
            known.learn(|directory| {
                directory.users.entry(user.clone()).or_insert_with(|| profile.account.clone());
            });
            user
        });
    }
    let Some(user) = &contact.slack else { return };
    let listed = known.directory().users.get(user).and_then(|account| account.person.clone());
    let address = listed.and_then(|key| match settings.people.get(&key).map(|listed| listed.slack.clone()) {
        Some(AccountRef::Email(address)) => Some(address),
        Some(AccountRef::Id(_)) | None => None,
    });
    contact.email = contact.email.take().or(address);
    if contact.email.is_none() {
        contact.email = api.user(user).await.and_then(|profile| profile.account.email);
    }
    // A key is not how people are called.
    contact.name = contact.name.take().filter(|name| !settings.people.contains_key(name.as_str()));
}

fn has_address(listed: &Listed, email: Option<&str>) -> bool {
    match (&listed.slack, email) {
        (AccountRef::Email(known), Some(email)) => known.eq_ignore_ascii_case(email),
        (AccountRef::Email(_) | AccountRef::Id(_), _) => false,
    }
}
