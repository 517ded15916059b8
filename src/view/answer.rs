//! Who is on coverage: tier by tier who can answer and until when, who cannot and why, and what is ahead.

use crate::coverage::{self, Facts, Span, Tier, Who};
use crate::domain::cover::note::{Ahead, OnDesk, Wanted};
use crate::domain::desk::Desk;
use crate::view::cover;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::{count, list};
use chrono::TimeDelta;

/// So far ahead gaps are told.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// So many gaps are listed of one desk.
const GAPS: usize = 5;
/// So many ways in which a desk is served are told: at large, and by channel.
const FILLINGS: usize = 6;
/// So many people are listed of one tier.
const PEOPLE: usize = 25;
/// So many desks are told in full; all of them are, as far as a message reaches.
const DESKS: usize = 10;

pub fn who_is_on(scene: &Scene<'_>, desks: &[OnDesk]) -> Page {
    let known = desks.iter().filter_map(|on| Some((scene.world.desks.get(&on.desk)?, on)));
    let known: Vec<(&Desk, &OnDesk)> = known.collect();
    if known.is_empty() {
        return Page::say("No desk is set up yet, so nobody is on coverage.");
    }
    let page =
        known.iter().take(DESKS).fold(Page::default(), |page, (desk, on)| one_desk(page, scene, desk, on));
    match known.len().checked_sub(DESKS) {
        Some(more) if more > 0 => page.small(format!("{more} more: ask in the desk's own channel.")),
        Some(_) | None => page,
    }
}

fn one_desk(page: Page, scene: &Scene<'_>, desk: &Desk, on: &OnDesk) -> Page {
    let page = page.and(head(scene, desk));
    let shown = on.fillings.iter().take(FILLINGS);
    let page = shown.fold(page, |page, filling| {
        let facts = filling.facts(scene.world, scene.world.facts.live);
        let tiers = desk.coverage.tiers.iter();
        let Some(channel) = &filling.channel else {
            return tiers.fold(page, |page, tier| page.and(one_tier(scene, desk, tier, &facts)));
        };
        let parts = tiers.filter(|tier| tier.who.iter().any(is_role));
        let parts: Vec<String> = parts.map(|tier| one_tier(scene, desk, tier, &facts)).collect();
        page.and(format!("*In {}*\n{}", scene.channel_by_id(channel), parts.join("\n")))
    });
    let page = match on.fillings.len().checked_sub(FILLINGS) {
        Some(more) if more > 0 => page.small(format!("{more} more channels: ask there.")),
        Some(_) | None => page,
    };
    page.and(ahead(scene, desk, on))
}

/// Whether a channel fills this entry itself: all else is as at large.
fn is_role(who: &Who) -> bool {
    match who {
        Who::Role(_) => true,
        Who::Person(_) | Who::Group(_) | Who::Rotation(_) | Who::BookingField(_) | Who::Responders => false,
    }
}

fn head(scene: &Scene<'_>, desk: &Desk) -> String {
    let name = scene.voice().typed(&desk.policy.name);
    let voice = scene.voice();
    let schedule = &desk.coverage.schedule;
    let state = if schedule.is_open(scene.now) {
        match closes_at(desk, scene) {
            Some(at) => format!("open until {}", voice.time(at)),
            None => "open".to_owned(),
        }
    } else {
        match schedule.next_opening(scene.now) {
            Some(at) => format!("closed, opens {}", voice.at(at)),
            None => "closed".to_owned(),
        }
    };
    format!("*{name}* ({state})")
}

/// When the desk closes next, within a week.
fn closes_at(desk: &Desk, scene: &Scene<'_>) -> Option<crate::clock::Timestamp> {
    let week = Span::new(scene.now, scene.now + AHEAD);
    let open = desk.coverage.schedule.open_spans(week);
    open.first().map(|span| span.until).filter(|until| *until < week.until)
}

fn one_tier(scene: &Scene<'_>, desk: &Desk, tier: &Tier, facts: &Facts<'_>) -> String {
    let voice = scene.voice();
    let people = coverage::on_tier(tier, &desk.coverage, scene.now, facts);
    let mut lines = vec![format!("*{}*", voice.typed(&tier.name))];
    if people.is_empty() {
        lines.push("• nobody is named here".to_owned());
    }
    // Those who can answer are what was asked for.
    let (can, cannot): (Vec<_>, Vec<_>) = people.iter().partition(|(_, answer)| answer.available);
    for (person, answer) in can.iter().chain(&cannot).take(PEOPLE) {
        let name = voice.person(person);
        let state = format!("{}{}", voice.state(answer), calendar_age(scene, person));
        lines.push(match answer.available {
            true => format!("• *{name}* {state}"),
            false => format!("• {name} {state}"),
        });
    }
    if people.len() > PEOPLE {
        lines.push(format!("• and {} more", people.len() - PEOPLE));
    }
    lines.join("\n")
}

/// A calendar that has not been read for long may be wrong, so that its age is told.
fn calendar_age(scene: &Scene<'_>, person: &crate::id::PersonKey) -> String {
    let age = scene.world.facts.calendar_age(person, scene.now);
    age.map(|age| format!(" (calendar from {} h ago)", age.num_hours())).unwrap_or_default()
}

/// The supervisor, the next hand-off and the gaps of the coming week.
fn ahead(scene: &Scene<'_>, desk: &Desk, on: &OnDesk) -> String {
    let voice = scene.voice();
    let mut lines = Vec::new();
    if let Some(key) = &desk.coverage.supervisor {
        lines.push(format!("*Supervisor:* {}", voice.person(key)));
    }
    let next = on.fillings.first().and_then(|filling| {
        let facts = filling.facts(scene.world, scene.world.facts.live);
        coverage::next_handoff(&desk.coverage, scene.now, &facts)
    });
    if let Some(next) = next {
        let names = |keys: &[crate::id::PersonKey]| {
            list(&keys.iter().map(|key| voice.person(key)).collect::<Vec<_>>())
        };
        let mut changes = Vec::new();
        if !next.arriving.is_empty() {
            changes.push(format!("{} on", names(&next.arriving)));
        }
        if !next.leaving.is_empty() {
            changes.push(format!("{} off", names(&next.leaving)));
        }
        lines.push(format!("*Next hand-off:* {}: {}", voice.day_and_time(next.at), changes.join(", ")));
    }
    lines.push(told(&on.ahead, scene));
    lines.join("\n")
}

fn told(ahead: &Ahead, scene: &Scene<'_>) -> String {
    if ahead.gaps.is_empty() {
        return match ahead.others {
            Wanted::None => "*Gaps in the coming week:* none".to_owned(),
            Wanted::Some => "*Gaps in the coming week:* none but those that are meant to be".to_owned(),
        };
    }
    let mut lines = vec!["*Gaps in the coming week:*".to_owned()];
    lines.extend(ahead.gaps.iter().take(GAPS).map(|short| format!("• {}", cover::gap(scene, *short))));
    if let Some(more) = ahead.gaps.len().checked_sub(GAPS).filter(|more| *more > 0) {
        lines.push(format!("• and {}", count(u32::try_from(more).unwrap_or(u32::MAX), "more gap")));
    }
    lines.join("\n")
}
