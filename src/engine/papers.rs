//! What goes along with a request to another system and is only known when it is sent: the thread, a link to it,
//! people's addresses.

use super::Engine;
use crate::clock::Clock;
use crate::connect::tickets::{Papers, Transcript};
use crate::domain::case::{Case, Root};
use crate::domain::effect::Slot;
use crate::domain::event::Message;
use crate::domain::mail::Attach;
use crate::domain::ticket::ask::{Ask, Step};
use crate::id::{CaseId, MessageTs};
use crate::slack::api::Api;
use crate::store::{Claim, Store, StoreError};
use crate::view::call::System;
use crate::view::permalink::permalink;
use crate::view::transcript::{self, transcript};
use serde_json::json;

/// So often the thread is tried to be read for an e-mail; then it goes without, because whoever waits for it has no
/// time to lose.
const TRIES: u32 = 3;
const NOT_READ: &str = "The thread could not be read from Slack when this e-mail was sent.\n";

/// What a request takes along; none when Slack cannot be read now.
///
/// # Errors
/// The store cannot be read.
pub(super) async fn gather<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    api: &Api<C>,
    system: System,
    claim: &Claim,
) -> Result<Option<Papers>, StoreError> {
    match system {
        System::Tickets => of_ticket(engine, api, claim).await,
        System::Mail => of_mail(engine, api, claim).await,
        System::Bookings | System::Detour => Ok(Some(Papers::default())),
    }
}

async fn of_mail<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    api: &Api<C>,
    claim: &Claim,
) -> Result<Option<Papers>, StoreError> {
    let case = match claim.call.body["letter"]["attach"] == json!(Attach::Transcript) {
        true => {
            engine.store().case(&CaseId::new(claim.call.body["case"].as_str().unwrap_or_default())).await?
        }
        false => None,
    };
    let Some((case, _)) = case else { return Ok(Some(Papers::default())) };
    let transcript = match thread(engine, api, &case, root(engine, &case).as_ref()).await {
        Some(read) => Transcript { text: read.text(), html: read.html() },
        None if claim.attempts < TRIES => return Ok(None),
        None => Transcript { text: NOT_READ.to_owned(), html: NOT_READ.to_owned() },
    };
    Ok(Some(Papers { transcript: Some(transcript), ..Papers::default() }))
}

async fn of_ticket<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    api: &Api<C>,
    claim: &Claim,
) -> Result<Option<Papers>, StoreError> {
    let mut papers = Papers::default();
    let Ok(ask) = serde_json::from_value::<Ask>(claim.call.body.clone()) else { return Ok(Some(papers)) };
    let Some((case, _)) = engine.store().case(&ask.case).await? else { return Ok(Some(papers)) };
    let root = root(engine, &case);
    if let Some(root) = &root {
        papers.link = Some(permalink(&case.channel, root));
    }
    if let Step::Mark { assignee: Some(user), .. } = &ask.step
        && let Some(email) = api.user(user).await.and_then(|profile| profile.account.email)
    {
        papers.emails.insert(user.clone(), email);
    }
    if ask.transcript {
        let Some(read) = thread(engine, api, &case, root.as_ref()).await else { return Ok(None) };
        papers.transcript = Some(Transcript { text: read.text(), html: read.html() });
    }
    Ok(Some(papers))
}

/// The thread of a case as people read it; none when Slack cannot be read now.
pub async fn thread<S: Store, C: Clock>(
    engine: &Engine<S, C>,
    api: &Api<C>,
    case: &Case,
    root: Option<&MessageTs>,
) -> Option<transcript::Transcript> {
    let messages: Vec<Message> = match root {
        Some(root) => {
            api.replies(&case.channel, root, None).await?.into_iter().map(|seen| seen.message).collect()
        }
        None => Vec::new(),
    };
    let known = engine.known();
    let settings = known.settings();
    let desk = settings.desks.get(&case.desk).map_or(case.desk.as_str(), |desk| desk.policy.name.as_str());
    let zones = crate::zone::installed();
    Some(transcript(case, desk, &messages, &known.directory(), &known.bot(), &zones))
}

/// The message that the thread of a case hangs on, once it is in Slack.
pub fn root<S: Store, C: Clock>(engine: &Engine<S, C>, case: &Case) -> Option<MessageTs> {
    match &case.root {
        Root::Post(ts) => Some(ts.clone()),
        Root::Bot => engine.store().slots(&case.id).get(&Slot::Root).map(|(_, ts)| ts.clone()),
    }
}
