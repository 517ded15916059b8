//! A desk's tiers, claims, promises and what happens after hours.

use super::super::ledger::Ledger;
use super::super::shape::desk::{AfterHoursDo, AfterHoursText, ClaimingText, ClocksText, DeskFile, TierText};
use super::super::shape::words::PingText;
use super::super::yaml::node::Place;
use super::super::yaml::value::At;
use super::names::{Names, emoji};
use super::time::length;
use crate::clock::Length;
use crate::coverage::Who;
use crate::domain::policy::{
    AfterHours, AfterHoursAction, Claiming, Clocks, Dm, Guard, OnReply, PingRule, Tier, Urgent,
};
use crate::id::RoleKey;
use std::collections::BTreeMap;

const MOST_TIERS: usize = 10;
const MOST_REPEATS: u32 = 20;
const MOST_WHO: usize = 50;
const LONGEST_NAME: usize = 75;
/// The longest that any promise or wait may be.
const LONGEST: Length = Length::hours(24 * 366);

/// A tier as the case keeps it, with what coverage needs beside it.
pub struct BuiltTier {
    pub tier: Tier,
    pub counts: bool,
    pub place: Place,
}

/// Reads the tiers of a desk.
pub fn tiers(
    ledger: &mut Ledger,
    file: &DeskFile,
    root: Place,
    roles: &BTreeMap<RoleKey, Vec<Who>>,
    names: &Names,
) -> Vec<BuiltTier> {
    let Some(listed) = ledger.need(&file.tiers, "tiers", root, "this desk") else { return Vec::new() };
    if listed.value.is_empty() {
        ledger
            .error(listed.place, "this desk has no tier\nhint: add one: `- { name: …, who: […], wait: 5m }`");
    }
    if let Some(extra) = listed.value.get(MOST_TIERS) {
        ledger.error(
            extra.place,
            format!("this desk has more than {MOST_TIERS} tiers\nhint: let people share one"),
        );
    }
    let last = listed.value.len().saturating_sub(1);
    let mut all: Vec<BuiltTier> = Vec::new();
    for (index, text) in listed.value.iter().enumerate() {
        let default_repeat = u32::from(index == last);
        let Some(built) = tier(ledger, text, default_repeat, roles, names) else { continue };
        if all.iter().any(|other| other.tier.name.eq_ignore_ascii_case(&built.tier.name)) {
            ledger.error(
                text.place,
                format!("there are two tiers `{}`\nhint: give each its own name", built.tier.name),
            );
        }
        all.push(built);
    }
    all
}

fn tier(
    ledger: &mut Ledger,
    text: &At<TierText>,
    default_repeat: u32,
    roles: &BTreeMap<RoleKey, Vec<Who>>,
    names: &Names,
) -> Option<BuiltTier> {
    let name = ledger.need(&text.name, "name", text.place, "this tier");
    let what = name.map_or_else(|| "this tier".to_owned(), |name| format!("tier `{}`", name.value));
    if let Some(name) = name {
        ledger.fits(name, "the name of this tier", LONGEST_NAME);
    }
    let who = ledger.need(&text.who, "who", text.place, &what);
    let wait = ledger.need(&text.wait, "wait", text.place, &what);
    let wait = wait.and_then(|wait| length(ledger, Some(wait), LONGEST));
    if let Some(who) = who {
        if who.value.is_empty() {
            ledger.error(who.place, format!("{what} names nobody\nhint: write `who: [ana]`"));
        }
        if who.value.len() > MOST_WHO {
            ledger
                .error(who.place, format!("{what} names more than {MOST_WHO}\nhint: use a Slack user group"));
        }
        for one in &who.value {
            names.who(ledger, one, roles, &what);
        }
    }
    let repeat = text.repeat.as_ref().map_or(default_repeat, |repeat| repeat.value);
    if let Some(written) = text.repeat.as_ref().filter(|repeat| repeat.value > MOST_REPEATS) {
        ledger.error(
            written.place,
            format!("{what} repeats {} times\nhint: write at most {MOST_REPEATS}; the supervisor is pinged after that", written.value),
        );
    }
    let tier = Tier {
        name: name?.value.clone(),
        who: who.map(|who| who.value.iter().map(|one| one.value.clone()).collect()).unwrap_or_default(),
        wait: wait.unwrap_or(Length::minutes(5)),
        repeat: repeat.min(MOST_REPEATS),
        ping: match text.ping.as_ref().map(|ping| ping.value) {
            Some(PingText::All) | None => PingRule::All,
            Some(PingText::Next(count)) => PingRule::Next(count),
        },
        dm: if text.dm == Some(true) { Dm::ThreadAndDm } else { Dm::ThreadOnly },
    };
    Some(BuiltTier { tier, counts: text.counts != Some(false), place: text.place })
}

pub fn claiming(ledger: &mut Ledger, text: &ClaimingText) -> Claiming {
    let mut named = |names: &Option<Vec<At<String>>>, default: &str| match names {
        Some(names) => names.iter().filter_map(|name| emoji(ledger, name)).collect(),
        None => vec![default.to_owned()],
    };
    Claiming {
        reactions: named(&text.reactions, "eyes"),
        help: named(&text.help, "raising_hand"),
        on_reply: if text.on_reply == Some(false) { OnReply::Nothing } else { OnReply::Claims },
        guard: if text.guard == Some(false) { Guard::Off } else { Guard::On },
    }
}

pub fn clocks(ledger: &mut Ledger, text: &ClocksText) -> Clocks {
    let mut read = |value: &Option<At<Length>>| length(ledger, value.as_ref(), LONGEST);
    Clocks {
        reply_within: read(&text.reply_within),
        update_every: read(&text.update_every),
        resolve_within: read(&text.resolve_within),
        hand_over_within: read(&text.hand_over_within).unwrap_or(Length::minutes(5)),
        cover_within: read(&text.cover_within).unwrap_or(Length::minutes(5)),
        remind_at_most: read(&text.remind_at_most).unwrap_or(Length::hours(1)),
    }
}

pub fn after_hours(ledger: &mut Ledger, text: &AfterHoursText, tiers: &[BuiltTier]) -> AfterHours {
    let action = match (text.action.as_ref().map(|action| (action.value, action.place)), &text.tier) {
        (Some((AfterHoursDo::Tier, _)) | None, Some(tier)) => {
            let known: Vec<&str> = tiers.iter().map(|built| built.tier.name.as_str()).collect();
            if !known.contains(&tier.as_str()) {
                let message =
                    format!("`after_hours` names tier `{}`, which this desk does not have", tier.value);
                ledger.unknown(tier, &message, "tiers", known, "name one of `tiers`");
            }
            AfterHoursAction::Tier(tier.value.clone())
        }
        (Some((AfterHoursDo::Tier, place)), None) => {
            ledger.error(place, "`do: tier` does not say which\nhint: add `tier: NAME`");
            AfterHoursAction::Queue
        }
        (Some((AfterHoursDo::Queue | AfterHoursDo::Ticket, _)), Some(tier)) => {
            ledger.error(
                tier.place,
                "a tier is named, and `do` says otherwise\nhint: write `do: tier`, or take `tier` out",
            );
            AfterHoursAction::Queue
        }
        (Some((AfterHoursDo::Queue, _)) | None, None) => AfterHoursAction::Queue,
        (Some((AfterHoursDo::Ticket, _)), None) => AfterHoursAction::Ticket,
    };
    if let Some(message) = &text.message {
        ledger.fits(message, "this message", 2500);
    }
    AfterHours {
        action,
        message: text.message.as_ref().map(|message| message.value.clone()),
        urgent: if text.urgent == Some(true) { Urgent::Offered } else { Urgent::NotOffered },
        once_per: length(ledger, text.once_per.as_ref(), Length::hours(24 * 7))
            .unwrap_or(Length::minutes(30)),
    }
}
