//! The lines of a case's timeline: what happened, and of every ping the reason.

use crate::domain::case::ClaimedBy;
use crate::domain::closing::note::Parted;
use crate::domain::closing::parting::Ended;
use crate::domain::cover::ledger::CoverHappened;
use crate::domain::directory::Directory;
use crate::domain::effect::{Passed, PingReason, Slot};
use crate::domain::note::NudgeAbout;
use crate::domain::timeline::{Entry, Happened, ReleasedBecause, WithdrawnBecause};
use crate::id::UserId;
use crate::view::card::waited_for;
use crate::view::ping::because;
use crate::view::playbook_said;
use crate::view::ticket_note;
use crate::view::voice::{Medium, Voice, length, list};
use crate::view::{booking, detour, email};
use crate::zone::Zone;

/// One line of plain text: `2026-01-05 09:00  Pinged Ana of Lead CSM: a new case`. Times are in `zone`.
pub fn timeline_line(entry: &Entry, directory: &Directory, zone: &Zone) -> String {
    let voice = Voice { directory, medium: Medium::Terminal { zone } };
    format!("{}  {}", voice.time(entry.at), happened(entry, &voice))
}

/// What happened, in a sentence without its time.
pub fn happened(entry: &Entry, voice: &Voice<'_>) -> String {
    let by = entry.by.as_ref().map_or_else(|| "Firstline".to_owned(), |user| voice.name(user));
    match &entry.what {
        Happened::Opened => format!("{by} asked"),
        Happened::Joined { .. } => format!("{by} added a post"),
        Happened::AskedFor { fields } => {
            let keys: Vec<String> = fields.iter().map(|key| voice.words(key.as_str(), 80)).collect();
            format!("Asked for {}", list(&keys))
        }
        Happened::Completed => "Nothing is missing any more".to_owned(),
        Happened::AfterHours { opens_at: Some(at) } => {
            format!("The desk was closed; it opens {}", voice.at(*at))
        }
        Happened::AfterHours { opens_at: None } => "The desk was closed".to_owned(),
        Happened::Redirected => format!("{by} was asked whether it belongs elsewhere"),
        Happened::Pinged { tier, to, reason, passed, .. } => {
            pinged(tier.as_deref(), to, reason, passed, voice)
        }
        Happened::Undeliverable { slot, why } => {
            format!("{} could not be delivered: {}", slot_name(*slot), voice.typed(why))
        }
        Happened::Claimed { via } => format!("{by} claimed it {}", claimed_by(via)),
        Happened::ClaimLost { owner } => {
            format!("{by} wanted to claim it; {} had it already", voice.name(owner))
        }
        Happened::RequesterSpoke => format!("{by} wrote: our turn"),
        Happened::ResponderSpoke => format!("{by} answered: their turn"),
        Happened::Guarded { owner } => format!("{by} was told privately that {} has it", voice.name(owner)),
        Happened::HelpAsked { who } => format!("{by} asked {} for help", voice.names(who)),
        Happened::Offered { to } => format!("{by} put the question of handing it over to {}", voice.name(to)),
        Happened::OfferDeclined { by } => format!("{} declined", voice.name(by)),
        Happened::OfferLapsed => "The question of handing it over lapsed unanswered".to_owned(),
        Happened::HandedOver { from, to } => {
            format!("{} handed it over to {}", voice.name(from), voice.name(to))
        }
        Happened::TookOver { from, to } => {
            format!("{} took it over from {}", voice.name(to), voice.name(from))
        }
        Happened::Released { why } => released(*why, &by),
        Happened::Held { waiting_for, until } => {
            format!("{by} put it on hold for {} until {}", waited_for(*waiting_for), voice.time(*until))
        }
        Happened::HoldEnded => "The hold ended".to_owned(),
        Happened::Nudged { about } => format!("The owner was reminded privately: {}", nudged(*about)),
        Happened::Tagged { tags } => {
            let words: Vec<String> = tags.iter().map(|tag| voice.words(tag, 80)).collect();
            format!("{by} tagged it {}", words.join(", "))
        }
        Happened::Resolved { outcome, note, .. } => {
            let extras: Vec<String> =
                outcome.iter().chain(note).map(|text| format!(": {}", voice.typed(text))).collect();
            format!("{by} resolved it{}", extras.concat())
        }
        Happened::Parted(what) => parted(what, &by, voice),
        Happened::Reopened => format!("{by} reopened it"),
        Happened::Withdrawn { why: WithdrawnBecause::PostDeleted } => {
            "Withdrawn: the post was deleted".to_owned()
        }
        Happened::Withdrawn { why: WithdrawnBecause::SentElsewhere } => {
            "Withdrawn: it is asked elsewhere".to_owned()
        }
        Happened::Withdrawn { why: WithdrawnBecause::NotServed } => {
            "Withdrawn: the desk is switched off for this organisation".to_owned()
        }
        Happened::Cover(CoverHappened::Covered { person: Some(person), until, .. }) => {
            format!("{by} covers for {} until {}", voice.name(person), voice.time(*until))
        }
        Happened::Cover(CoverHappened::Covered { person: None, until, .. }) => {
            format!("{by} covers until {}", voice.time(*until))
        }
        Happened::Cover(CoverHappened::WasShort { since }) => {
            format!("The desk had been under its minimum since {}", voice.time(*since))
        }
        Happened::Booked { booked } => booking::happened(booked, &by, voice),
        Happened::Mailed { mail } => format!("{by} sent e-mail {mail}"),
        Happened::MailBecame { mail, state } => email::happened(*mail, state, voice),
        Happened::MailWaits { mail, what } => email::waits(*mail, *what, &by),
        Happened::Playbook(entry) => playbook_said::entry(entry, &by, voice),
        Happened::Ticketed { ticket } => ticket_note::happened(ticket, &by, voice),
        Happened::Detoured { detour } => detour::happened(detour, voice),
        Happened::CaughtUp { away_since } => {
            format!("Firstline was away since {} and has read what was said", voice.time(*away_since))
        }
    }
}

fn parted(what: &Parted, by: &str, voice: &Voice<'_>) -> String {
    match what {
        Parted::Proposed { until } => {
            format!("{by} asked whether there is anything else; without a word it ends {}", voice.at(*until))
        }
        Parted::NotYet => format!("{by} has something else"),
        Parted::Reminded => "The requester was reminded that an answer is waited for".to_owned(),
        Parted::Said { name } => format!("{by} gave the canned answer {}", voice.words(name, 80)),
        Parted::Surveyed { answer } => format!("{by} was asked how it went: {}", voice.typed(answer)),
        Parted::Told { to } => format!("Told {} privately how it ended", voice.names(to)),
        Parted::Ended { how: Ended::Said } => "It ended".to_owned(),
        Parted::Ended { how: Ended::Confirmed } => "It ended by the requester's word".to_owned(),
        Parted::Ended { how: Ended::Quiet } => "It ended when nothing more was heard".to_owned(),
        Parted::Ended { how: Ended::Silent { since } } => {
            format!("It was closed: nothing was heard from the requester since {}", voice.time(*since))
        }
        Parted::Ended { how: Ended::Forced { missing } } => {
            let missing: Vec<String> = missing.iter().map(|need| voice.typed(need)).collect();
            format!("A supervisor ended it without {}", list(&missing))
        }
    }
}

fn pinged(
    tier: Option<&str>,
    to: &[UserId],
    reason: &PingReason,
    passed: &[Passed],
    voice: &Voice<'_>,
) -> String {
    let of = tier.map_or_else(|| " (supervisor)".to_owned(), |tier| format!(" of {}", voice.typed(tier)));
    let over: Vec<String> = passed
        .iter()
        .map(|one| {
            format!("{} ({}) {}", voice.name(&one.person), voice.typed(&one.tier), because(&one.why, voice))
        })
        .collect();
    let over = if over.is_empty() { String::new() } else { format!("; passed over: {}", over.join("; ")) };
    format!("Pinged {}{of}: {}{over}", voice.names(to), in_brief(reason, voice))
}

/// The reason of a ping in a few words.
pub fn in_brief(reason: &PingReason, voice: &Voice<'_>) -> String {
    match reason {
        PingReason::Opened => "a new case".to_owned(),
        PingReason::DeskOpened { posted_at } => {
            format!("the desk opened; it was asked {}", voice.at(*posted_at))
        }
        PingReason::CannotWait => "the requester says it cannot wait".to_owned(),
        PingReason::Completed => "what was missing is there".to_owned(),
        PingReason::NoAnswer { tier, waited_for } => {
            format!("no answer from {} within {}", voice.typed(tier), length(*waited_for))
        }
        PingReason::AllWentAway { tier } => format!("everybody pinged in {} went away", voice.typed(tier)),
        PingReason::Repeated { time } => format!("nobody answered, repeat {time}"),
        PingReason::NobodyAvailable => "no tier has anybody available".to_owned(),
        PingReason::Exhausted => "every tier was pinged and nobody answered".to_owned(),
        PingReason::Reminder { time } => format!("still nobody answered, reminder {time}"),
        PingReason::CameBack => "became available while their tier was waited for".to_owned(),
        PingReason::Released { by } => format!("{} released it", voice.name(by)),
        PingReason::OwnerAway { owner } => format!("the owner {} is away", voice.name(owner)),
        PingReason::Reopened { by } => format!("{} reopened it", voice.name(by)),
        PingReason::HelpAsked { by } => format!("{} asks for help", voice.name(by)),
        PingReason::ReplyLate { owner } => format!("{} has not answered in time", voice.name(owner)),
        PingReason::UpdateLate { owner } => {
            format!("the requester has heard nothing from {} in time", voice.name(owner))
        }
        PingReason::ResolveLate { owner } => format!("{} has not resolved it in time", voice.name(owner)),
        PingReason::BookingFound => "the booking is known now".to_owned(),
        PingReason::Step { text, .. } => format!("a step of a playbook: {}", voice.typed(text)),
        PingReason::StepLate { text, .. } => {
            format!("a step of a playbook is overdue: {}", voice.typed(text))
        }
        PingReason::Undeliverable => "the ping before it could not be delivered".to_owned(),
    }
}

fn claimed_by(via: &ClaimedBy) -> &'static str {
    match via {
        ClaimedBy::Reaction { .. } => "by reaction",
        ClaimedBy::Button => "by button",
        ClaimedBy::Reply => "by replying first",
        ClaimedBy::Command => "in words",
        ClaimedBy::HandOver => "when it was handed over",
        ClaimedBy::TakeOver => "by taking it over",
    }
}

fn released(why: ReleasedBecause, by: &str) -> String {
    match why {
        ReleasedBecause::Asked => format!("{by} released it"),
        ReleasedBecause::ReactionRemoved => format!("{by} released it by taking the reaction off"),
        ReleasedBecause::OwnerAway => "Released, because the owner is away".to_owned(),
    }
}

fn nudged(about: NudgeAbout) -> &'static str {
    match about {
        NudgeAbout::FirstAnswer => "the first answer is due",
        NudgeAbout::Answer => "an answer is due",
        NudgeAbout::Update => "an update is due",
        NudgeAbout::Resolve => "the time to resolve it is nearly over",
        NudgeAbout::HoldEnded => "the hold ended",
    }
}

fn slot_name(slot: Slot) -> String {
    match slot {
        Slot::Root => "The post of the case".to_owned(),
        Slot::Card => "The card".to_owned(),
        Slot::Missing => "The request for what is missing".to_owned(),
        Slot::Ping(number) => format!("Ping {number}"),
        Slot::Note(number) => format!("Message {number}"),
        Slot::Step(number) => format!("Step in message {number}"),
        Slot::Request(number) => format!("Request {number}"),
        Slot::List(number) => format!("List {number}"),
    }
}
