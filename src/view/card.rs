//! The card: what a case is, who has it, whose turn it is and what comes next; and the post that a case by
//! `/escalate` hangs on.

use crate::domain::booking::Booked;
use crate::domain::case::{Case, Hold, Ownership, Resolution, Root, RunState, Stage, Turn, WaitingFor};
use crate::domain::desk::Desk;
use crate::domain::event::Button;
use crate::domain::outlook::{Next, NextWhat, Outlook};
use crate::domain::playbook::note::PlaybookButton;
use crate::domain::policy::{FieldKind, Policy};
use crate::domain::template::is_not_applicable;
use crate::domain::ticket::Ticket;
use crate::view::page::Page;
use crate::view::permalink::permalink;
use crate::view::playbook;
use crate::view::voice::{Voice, list};
use crate::view::{booking, closing, detour, email, mrkdwn, ticket_note};
use std::collections::BTreeSet;

/// The longest extract of a report.
const GIST: usize = 300;
/// The longest value of a field in the post of a case.
const VALUE: usize = 1_500;

/// The card as the case stands.
pub fn card(case: &Case, outlook: &Outlook, policy: Option<&Policy>, voice: &Voice<'_>) -> Page {
    let head = head(case, policy, voice);
    match &case.stage {
        Stage::Unclaimed => {
            playable(unclaimed(case, Page::say(head).and(state(case, outlook, voice))), case, policy)
        }
        Stage::Owned(ownership) => {
            playable(owned(case, ownership, Page::say(head).and(state(case, outlook, voice))), case, policy)
        }
        Stage::Resolved(resolution) => {
            let page = resolved(case, resolution, Page::say(head), voice);
            page.small(playbook::lines(&outlook.playbooks, voice).join("\n"))
        }
        Stage::Withdrawn { at } => {
            Page::say(head).and(format!("*Withdrawn* {}. Nobody is pinged any more.", voice.at(*at)))
        }
    }
}

/// What else the desk of an open case has to offer, behind the buttons.
pub fn offers(page: Page, case: &Case, desk: &Desk) -> Page {
    if !case.is_open() {
        return page;
    }
    let page = match desk.mail.offered.as_slice() {
        [] => page,
        // The only one is called by its name.
        [only] => {
            let name = desk.mail.templates.get(only).map_or("Write an e-mail", |known| known.name.as_str());
            page.more(mrkdwn::plain(name, 70), email::button(&case.id))
        }
        [_, _, ..] => page.more("Write an e-mail", email::button(&case.id)),
    };
    let raises = desk.tickets.is_some() && !case.tickets.iter().any(Ticket::stands);
    let page = if raises { page.more("Raise a ticket", ticket_note::button(&case.id)) } else { page };
    match desk.policy.intake.booking {
        Some(_) => page.more("Write down the booking", Button::Booking(case.id.clone())),
        None => page,
    }
}

/// The bot's own post that a case by `/escalate` hangs on. It names the requester with a mention, once, so
/// that Slack tells them of every reply.
pub fn root(case: &Case, policy: Option<&Policy>, voice: &Voice<'_>) -> Page {
    let desk = policy.map_or_else(|| case.desk.as_str(), |policy| policy.name.as_str());
    let intro = format!("<@{}> asks {}:", case.requester, voice.typed(desk));
    let fields = policy.map(|policy| policy.intake.fields.as_slice()).unwrap_or_default();
    let said: Vec<String> = fields
        .iter()
        .filter_map(|field| {
            let value = case.report.given.get(&field.key).filter(|value| !value.trim().is_empty())?;
            Some(format!("*{}*\n{}", voice.typed(&field.label), value_of(&field.kind, value)))
        })
        .collect();
    if said.is_empty() {
        return Page::say(intro).and(mrkdwn::quoted(&case.report.text, VALUE));
    }
    said.into_iter().fold(Page::say(intro), Page::and)
}

fn value_of(kind: &FieldKind, value: &str) -> String {
    match kind {
        FieldKind::Url if value.split_whitespace().count() == 1 => mrkdwn::link(value.trim(), value),
        FieldKind::Confirm => "Yes".to_owned(),
        FieldKind::Text
        | FieldKind::Url
        | FieldKind::Emails
        | FieldKind::Choice(_)
        | FieldKind::User
        | FieldKind::Number
        | FieldKind::Id(_)
        | FieldKind::Time
        | FieldKind::File => mrkdwn::quoted(value, VALUE),
    }
}

/// The issue in a line: the first text of the template, else what was given beside a choice (which is only ever said
/// under its label), else the post itself.
pub fn gist(case: &Case, policy: Option<&Policy>, voice: &Voice<'_>) -> String {
    let fields = policy.map(|policy| policy.intake.fields.as_slice()).unwrap_or_default();
    let given = |wanted: &dyn Fn(&FieldKind) -> bool| {
        fields
            .iter()
            .filter(|field| wanted(&field.kind))
            .filter_map(|field| case.report.given.get(&field.key))
            .find(|value| !value.trim().is_empty())
    };
    let values = || {
        given(&|kind| matches!(kind, FieldKind::Choice(_)))?;
        let said = fields
            .iter()
            .filter(|field| !matches!(field.kind, FieldKind::Confirm | FieldKind::File | FieldKind::User));
        let said = said.filter_map(|field| case.report.given.get(&field.key));
        Some(said.filter(|value| !is_not_applicable(value)).cloned().collect::<Vec<_>>().join(", "))
    };
    let text = given(&|kind| matches!(kind, FieldKind::Text))
        .cloned()
        .or_else(values)
        .or_else(|| Some(case.report.text.clone()).filter(|text| !text.trim().is_empty()))
        .or_else(|| given(&|kind| !matches!(kind, FieldKind::Confirm)).cloned());
    match text {
        Some(text) => voice.words(&text, GIST),
        None => case.report.files.first().map_or_else(
            || "no text".to_owned(),
            |file| format!("the file {}", voice.words(&file.name, GIST)),
        ),
    }
}

fn head(case: &Case, policy: Option<&Policy>, voice: &Voice<'_>) -> String {
    let desk = policy.map_or_else(|| case.desk.as_str(), |policy| policy.name.as_str());
    let title = format!("*{}* · {}", voice.typed(case.id.as_str()), voice.typed(desk));
    format!("{title}\n> {}", gist(case, policy, voice))
}

fn state(case: &Case, outlook: &Outlook, voice: &Voice<'_>) -> String {
    let mut lines = vec![line(
        "Asked by",
        &format!("{} {}", voice.words(&case.requester_name, 80), voice.at(case.opened_at)),
    )];
    lines.push(line("Owner", &owner(case, voice)));
    match case.ownership().and_then(|ownership| ownership.hold.as_ref()) {
        Some(hold) => lines.push(line("On hold", &held(hold, voice))),
        None => lines.push(line("Turn", &turn(case, voice))),
    }
    if let Some(next) = &outlook.next {
        lines.push(line("Next", &coming(next, case, voice)));
    }
    if !outlook.missing.is_empty() {
        let labels: Vec<String> =
            outlook.missing.iter().map(|problem| voice.words(&problem.label, 150)).collect();
        lines.push(line("Missing", &list(&labels)));
    }
    lines.extend(playbook::lines(&outlook.playbooks, voice));
    lines.extend(tags(&case.tags, voice));
    lines.extend(booking::on_card(&case.booking, voice));
    lines.extend(email::on_card(&case.mails, voice));
    lines.extend(email::waits_on_card(&case.unsent, voice));
    lines.extend(ticket_note::on_card(&case.tickets, voice));
    lines.extend(detour::on_card(&case.detours, voice));
    lines.join("\n")
}

fn line(what: &str, says: &str) -> String {
    format!("*{what}:* {says}")
}

fn owner(case: &Case, voice: &Voice<'_>) -> String {
    let Some(ownership) = case.ownership() else {
        return "nobody yet".to_owned();
    };
    let since = format!("{}, since {}", voice.name(&ownership.owner), voice.time(ownership.since));
    if ownership.helpers.is_empty() {
        since
    } else {
        format!("{since}, with the help of {}", voice.names(&ownership.helpers))
    }
}

fn held(hold: &Hold, voice: &Voice<'_>) -> String {
    let reason = hold.reason.as_deref().map(|text| format!(" ({})", voice.typed(text))).unwrap_or_default();
    format!("waiting for {} until {}{reason}", waited_for(hold.waiting_for), voice.time(hold.until))
}

/// Whom a hold waits for, in a sentence.
pub fn waited_for(whom: WaitingFor) -> &'static str {
    match whom {
        WaitingFor::Requester => "the requester",
        WaitingFor::ThirdParty => "a third party",
        WaitingFor::Development => "development",
    }
}

fn turn(case: &Case, voice: &Voice<'_>) -> String {
    let requester = voice.words(&case.requester_name, 80);
    let since = voice.time(case.talk.turn_since);
    match case.talk.turn {
        Turn::Ours => format!("ours, {requester} has waited since {since}"),
        Turn::Theirs => format!("theirs, we have waited for {requester} since {since}"),
    }
}

/// What comes next by itself.
pub fn coming(next: &Next, case: &Case, voice: &Voice<'_>) -> String {
    let at = voice.at(next.at);
    let owner = case.owner().map_or_else(|| "the owner".to_owned(), |owner| voice.name(owner));
    match &next.what {
        NextWhat::TierPinged(tier) => format!("{} {} pinged {at}", voice.typed(tier), is_or_are(tier)),
        NextWhat::Repeated(tier) => format!("{} {} pinged again {at}", voice.typed(tier), is_or_are(tier)),
        NextWhat::SupervisorPinged => format!("the supervisor is pinged {at}"),
        NextWhat::Reminder => format!("the supervisor is reminded {at}"),
        NextWhat::DeskOpens => format!("the desk opens {at}, then somebody is pinged"),
        NextWhat::OwnerNudged => format!("{owner} is reminded privately {at}"),
        NextWhat::HoldEnds => format!("the hold ends {at}"),
        NextWhat::RequesterReminded => {
            format!("{} is reminded {at}", voice.words(&case.requester_name, 80))
        }
        NextWhat::ClosedSilent => {
            format!("it is closed {at}, unless {} answers", voice.words(&case.requester_name, 80))
        }
        NextWhat::Ends => {
            format!(
                "it is resolved {at}, unless {} has something else",
                voice.words(&case.requester_name, 80)
            )
        }
        NextWhat::OfferLapses => format!("the open question to hand it over lapses {at}"),
    }
}

/// The verb after a tier's name: `Managers are`, `Tech Support is`.
pub fn is_or_are(name: &str) -> &'static str {
    let last = name.split_whitespace().next_back().unwrap_or_default().to_lowercase();
    if last.ends_with('s') && !last.ends_with("ss") { "are" } else { "is" }
}

fn tags(tags: &BTreeSet<String>, voice: &Voice<'_>) -> Option<String> {
    let words: Vec<String> = tags.iter().map(|tag| voice.words(tag, 80)).collect();
    (!words.is_empty()).then(|| line("Tags", &words.join(", ")))
}

/// Where the desk has playbooks, one can be started from the menu.
fn playable(page: Page, case: &Case, policy: Option<&Policy>) -> Page {
    match policy.is_some_and(|policy| !policy.playbooks.is_empty()) {
        true => page.more("Start a playbook", Button::Playbook(PlaybookButton::Choose(case.id.clone()))),
        false => page,
    }
}

fn unclaimed(case: &Case, page: Page) -> Page {
    let page = match case.run.state {
        RunState::HeldForDetails => match case.booking {
            Booked::Sought { .. } => {
                page.small("The booking is being looked up, so that the right person is pinged.")
            }
            Booked::Unnamed
            | Booked::Found(_)
            | Booked::Unknown { .. }
            | Booked::Unread { .. }
            | Booked::ByHand { .. } => page.small("Nobody is pinged before what is missing is there."),
        },
        RunState::Queued | RunState::Climbing | RunState::Exhausted | RunState::Stopped => page,
    };
    page.primary("Claim", Button::Claim(case.id.clone()))
        .press("Resolve", Button::Resolve(case.id.clone()))
        .more("Status", Button::Status(case.id.clone()))
}

fn owned(case: &Case, ownership: &Ownership, page: Page) -> Page {
    let id = || case.id.clone();
    let page =
        page.press("Ask for help", Button::AskForHelp(id())).press("Hand over", Button::HandOver(id()));
    let page = match ownership.hold {
        Some(_) => page.press("End hold", Button::EndHold(id())),
        None => page.press("Hold", Button::Hold(id())),
    };
    page.primary("Resolve", Button::Resolve(id()))
        .more("Release", Button::Release(id()))
        .more("Status", Button::Status(id()))
}

fn resolved(case: &Case, resolution: &Resolution, page: Page, voice: &Voice<'_>) -> Page {
    let mut lines = closing::ended(case, resolution, voice);
    if let Some(owner) = resolution.owner.as_ref().filter(|owner| **owner != resolution.by) {
        lines.push(line("Owner", &voice.name(owner)));
    }
    lines.push(line("Asked by", &voice.words(&case.requester_name, 80)));
    if let Some(outcome) = &resolution.outcome {
        lines.push(line("Outcome", &voice.typed(outcome)));
    }
    if let Some(note) = &resolution.note {
        lines.push(line("Solution", &voice.words(note, 1_000)));
    }
    lines.extend(tags(&case.tags, voice));
    lines.extend(email::waits_on_card(&case.unsent, voice));
    lines.extend(ticket_note::on_card(&case.tickets, voice));
    let page = page
        .and(lines.join("\n"))
        .press("Reopen", Button::Reopen(case.id.clone()))
        .more("Status", Button::Status(case.id.clone()));
    email::open_waiting(page, case)
}

/// Where a case can be read, for those who are elsewhere: a link to its thread once that is known.
pub fn whereabouts(case: &Case, voice: &Voice<'_>) -> String {
    let id = case.id.as_str();
    match &case.root {
        Root::Post(ts) => mrkdwn::link(&permalink(&case.channel, ts), id),
        Root::Bot => match voice.directory.channels.get(&case.channel) {
            Some(name) => format!("{} in #{}", voice.typed(id), voice.typed(name)),
            None => voice.typed(id),
        },
    }
}
