//! A report in Slack: the week in a few lines.

use super::{address, counted, owner, took};
use crate::coverage::Span;
use crate::domain::figures::{DeskFigures, Times, Worst};
use crate::id::DeskKey;
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::scene::Scene;

/// `/escalate report`.
pub fn seven_days(scene: &Scene<'_>, desk: &DeskKey, figures: &DeskFigures) -> Page {
    let head = format!("*{}: the last seven days*", scene.desk(desk));
    paged(head, figures).small(
        "Lengths are the desk's open time. `firstline report --format html` makes a page of it, with plots.",
    )
}

/// The week's digest.
pub fn week(scene: &Scene<'_>, desk: &DeskKey, week: Span, figures: &DeskFigures) -> Page {
    let (from, until) = (scene.voice().day_and_time(week.from), scene.voice().day_and_time(week.until));
    paged(format!("*{}: the week from {from} to {until}*", scene.desk(desk)), figures)
}

fn paged(head: String, figures: &DeskFigures) -> Page {
    digest(figures).into_iter().fold(Page::say(head), Page::and)
}

/// The figures of a desk as paragraphs of Slack markup; everything that anybody typed is escaped.
pub fn digest(desk: &DeskFigures) -> Vec<String> {
    let mut all = vec![line(desk)];
    if desk.cases.opened > 0 {
        all.push(times(desk));
        all.push(promises(desk));
    }
    all.push(coverage(desk));
    if let Some(fair) = fairness(desk) {
        all.push(fair);
    }
    if let Some(worst) = worst(desk) {
        all.push(worst);
    }
    all
}

/// How many cases there were, and who answered.
fn line(desk: &DeskFigures) -> String {
    let cases = &desk.cases;
    if cases.opened == 0 {
        return "No cases were opened.".to_owned();
    }
    let mut text = format!("*{}*: {} resolved", counted(cases.opened, "case", "cases"), cases.resolved);
    if cases.open > 0 {
        text.push_str(&format!(", {} still open", cases.open));
    }
    if cases.reopened > 0 {
        text.push_str(&format!(", {} reopened", cases.reopened));
    }
    text.push('.');
    if let (Some(percent), Some(first)) = (desk.first_tier_percent, desk.tiers.first()) {
        text.push_str(&format!(" {} answered *{percent} %* of them.", mrkdwn::inline(&first.name, 60)));
    }
    if cases.exhausted > 0 {
        text.push_str(&format!(
            " In {} nobody answered, and the supervisor was pinged.",
            counted(cases.exhausted, "case", "cases")
        ));
    }
    text
}

fn times(desk: &DeskFigures) -> String {
    let of = |name: &str, times: &Times| {
        let (median, p90) = times.median.zip(times.p90)?;
        Some(format!("{name}: half within *{}*, nine in ten within {}.", took(median), took(p90)))
    };
    let parts = [
        of("First answer", &desk.first_answer),
        of("Claim", &desk.claim),
        of("Resolution", &desk.resolution),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    if parts.is_empty() { "Nothing is answered so far.".to_owned() } else { parts.join("\n") }
}

fn promises(desk: &DeskFigures) -> String {
    let broken = &desk.breaches;
    if broken.cases == 0 {
        return "Every promise was kept.".to_owned();
    }
    let mut parts = Vec::new();
    if broken.reply > 0 {
        parts.push(format!("{} late", counted(broken.reply, "answer", "answers")));
    }
    if broken.update > 0 {
        parts.push(format!("{} without a word for too long", counted(broken.update, "time", "times")));
    }
    if broken.resolve > 0 {
        parts.push(format!("{} not resolved in time", broken.resolve));
    }
    format!("Promises were broken in {}: {}.", counted(broken.cases, "case", "cases"), parts.join(", "))
}

fn coverage(desk: &DeskFigures) -> String {
    let coverage = &desk.coverage;
    match coverage.uncovered_minutes.max(coverage.short_minutes) {
        0 => "The desk was covered whenever it was open.".to_owned(),
        minutes => format!(
            "The desk was under its minimum for *{}* of the {} it was open.",
            took(minutes * 60),
            took(coverage.open_minutes * 60)
        ),
    }
}

/// Who was pinged the most, told with the time they were there; only where there is something to compare.
fn fairness(desk: &DeskFigures) -> Option<String> {
    let most = desk.people.first().filter(|person| person.pings > 0)?;
    let others = desk.people.iter().filter(|person| person.available_minutes > 0).count();
    (others > 1).then(|| {
        format!(
            "{} got {} % of the pings and was there {} % of the time.",
            mrkdwn::inline(&most.name, 60),
            most.ping_percent,
            most.time_percent
        )
    })
}

fn worst(desk: &DeskFigures) -> Option<String> {
    let named = |one: &Worst| {
        let link = address(&one.at).map(|to| mrkdwn::link(&to, one.case.as_str()));
        let owner = mrkdwn::inline(owner(desk, one.owner.as_ref()), 60);
        format!("{} ({}, {owner})", link.unwrap_or_else(|| one.case.to_string()), took(one.took))
    };
    let longest: Vec<String> = desk.first_answer.worst.iter().take(3).map(named).collect();
    (!longest.is_empty()).then(|| format!("Waited the longest for an answer: {}.", longest.join(", ")))
}
