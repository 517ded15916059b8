//! Who is on coverage: tier by tier who can answer and until when, who cannot and why, and what is ahead.

use crate::coverage::{self, Gap, Span, Tier};
use crate::domain::desk::Desk;
use crate::id::DeskKey;
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::voice::{count, list};
use chrono::TimeDelta;

/// So far ahead gaps are told.
const AHEAD: TimeDelta = TimeDelta::days(7);
/// So many gaps are listed of one desk.
const GAPS: usize = 5;
/// So many people are listed of one tier.
const PEOPLE: usize = 25;
/// So many desks are told in full; all of them are, as far as a message reaches.
const DESKS: usize = 10;

pub fn who_is_on(scene: &Scene<'_>, desks: &[DeskKey]) -> Page {
    let known: Vec<&Desk> = desks.iter().filter_map(|key| scene.world.desks.get(key)).collect();
    if known.is_empty() {
        return Page::say("No desk is set up yet, so nobody is on coverage.");
    }
    let page = known.iter().take(DESKS).fold(Page::default(), |page, desk| one_desk(page, scene, desk));
    match known.len().checked_sub(DESKS) {
        Some(more) if more > 0 => page.small(format!("{more} more: ask in the desk's own channel.")),
        Some(_) | None => page,
    }
}

fn one_desk(page: Page, scene: &Scene<'_>, desk: &Desk) -> Page {
    let page = page.and(head(scene, desk));
    let page = desk.coverage.tiers.iter().fold(page, |page, tier| page.and(one_tier(scene, desk, tier)));
    page.and(ahead(scene, desk))
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

fn one_tier(scene: &Scene<'_>, desk: &Desk, tier: &Tier) -> String {
    let voice = scene.voice();
    let people = coverage::on_tier(tier, &desk.coverage, scene.now, &scene.world.facts);
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
fn ahead(scene: &Scene<'_>, desk: &Desk) -> String {
    let voice = scene.voice();
    let facts = &scene.world.facts;
    let mut lines = Vec::new();
    if let Some(key) = &desk.coverage.supervisor {
        lines.push(format!("*Supervisor:* {}", voice.person(key)));
    }
    if let Some(next) = coverage::next_handoff(&desk.coverage, scene.now, facts) {
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
    let gaps = coverage::gaps(&desk.coverage, scene.now, scene.now + AHEAD, facts).unwrap_or_default();
    lines.push(told(&gaps, scene));
    lines.join("\n")
}

fn told(gaps: &[Gap], scene: &Scene<'_>) -> String {
    if gaps.is_empty() {
        return "*Gaps in the coming week:* none".to_owned();
    }
    let voice = scene.voice();
    let mut lines = vec!["*Gaps in the coming week:*".to_owned()];
    lines.extend(gaps.iter().take(GAPS).map(|gap| {
        let until = match gap.until - gap.from < TimeDelta::hours(12) {
            true => mrkdwn::time_of_day(gap.until),
            false => voice.day_and_time(gap.until),
        };
        format!(
            "• {} to {until}: {} of {} available",
            voice.day_and_time(gap.from),
            gap.available,
            gap.minimum
        )
    }));
    if let Some(more) = gaps.len().checked_sub(GAPS).filter(|more| *more > 0) {
        lines.push(format!("• and {}", count(u32::try_from(more).unwrap_or(u32::MAX), "more gap")));
    }
    lines.join("\n")
}
