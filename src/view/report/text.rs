//! A report for the terminal.

use super::{counted, days, owner, percent_or_dash, took, took_or_dash, zone};
use crate::domain::figures::{DeskFigures, Figures, Times};
use crate::view::mrkdwn::plain;
use crate::zone::Zone;
use std::fmt::Write as _;

/// The whole report, desk by desk.
pub fn text(figures: &Figures) -> String {
    let head = format!("Cases opened {}", days(figures, &zone(figures)));
    let desks = figures.desks.iter().map(desk);
    std::iter::once(head).chain(desks).collect::<Vec<_>>().join("\n\n")
}

fn desk(desk: &DeskFigures) -> String {
    let cases = &desk.cases;
    let mut out = format!("{} ({}), {}\n", desk.name, desk.desk, desk.zone);
    let mut row = |name: &str, value: String| {
        // A text that cannot be written to memory cannot be written anywhere.
        let _written = writeln!(out, "  {name:<20}{value}");
    };
    row(
        "cases",
        format!(
            "{} opened, {} resolved, {} open, {} withdrawn",
            cases.opened, cases.resolved, cases.open, cases.withdrawn
        ),
    );
    if cases.opened == 0 {
        coverage(desk, &mut row);
        return out.trim_end().to_owned();
    }
    for (name, times) in
        [("first answer", &desk.first_answer), ("claim", &desk.claim), ("resolution", &desk.resolution)]
    {
        row(name, of_times(times));
    }
    row("first tier answered", percent_or_dash(desk.first_tier_percent));
    let tiers: Vec<String> =
        desk.tiers.iter().map(|tier| format!("{} {}", plain(&tier.name, 60), tier.answered)).collect();
    row("answered by", tiers.join(", "));
    let broken = &desk.breaches;
    row(
        "promises broken",
        match broken.cases {
            0 => "none".to_owned(),
            _ => format!(
                "in {}: {} late, {} without a word, {} not resolved in time",
                counted(broken.cases, "case", "cases"),
                counted(broken.reply, "answer", "answers"),
                counted(broken.update, "time", "times"),
                broken.resolve
            ),
        },
    );
    row("reopened", cases.reopened.to_string());
    row("nobody answered", format!("{} (all tiers tried)", cases.exhausted));
    for (name, words) in [("tags", &desk.tags), ("outcomes", &desk.outcomes)] {
        if !words.is_empty() {
            let words = words.iter().map(|(word, count)| format!("{} {count}", plain(word, 60)));
            row(name, words.collect::<Vec<_>>().join(", "));
        }
    }
    row("by hour", busiest(&desk.by_hour));
    coverage(desk, &mut row);
    people(desk, &mut out);
    worst(desk, &mut out);
    out.trim_end().to_owned()
}

fn of_times(times: &Times) -> String {
    match times.count {
        0 => "–".to_owned(),
        count => format!(
            "median {}, p90 {} ({})",
            took_or_dash(times.median),
            took_or_dash(times.p90),
            counted(count, "case", "cases")
        ),
    }
}

/// A bar for each hour, and which is the busiest.
fn busiest(by_hour: &[u32]) -> String {
    const BARS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let most = by_hour.iter().copied().max().unwrap_or(0).max(1);
    let bar = |count: &u32| BARS[((count * 8).div_ceil(most) as usize).min(8)];
    let bars: String = by_hour.iter().map(bar).collect();
    let at = by_hour.iter().position(|count| *count == most).unwrap_or(0);
    format!("00 {bars} 23, most at {at:02}:00 ({most})")
}

fn coverage(desk: &DeskFigures, row: &mut impl FnMut(&str, String)) {
    let coverage = &desk.coverage;
    let text = match coverage.uncovered_minutes {
        0 => format!("none of {} open", took(coverage.open_minutes * 60)),
        minutes => format!("{} of {} open", took(minutes * 60), took(coverage.open_minutes * 60)),
    };
    row("uncovered", text);
    if coverage.short_minutes > 0 {
        row(
            "seen short",
            format!("{} under its minimum, statuses included", took(coverage.short_minutes * 60)),
        );
    }
    let zone: Zone = desk.zone.parse().unwrap_or_else(|_| Zone::utc());
    for gap in coverage.gaps.iter().take(3) {
        let (from, until) = (zone.local(gap.from), zone.local(gap.until));
        row("", format!("{} until {}", from.format("%a %Y-%m-%d %H:%M"), until.format("%a %H:%M")));
    }
}

fn people(desk: &DeskFigures, out: &mut String) {
    let mut lines = vec![
        ["", "pings", "at night", "share", "of time", "cases", "interventions", "covered"].map(str::to_owned),
    ];
    for person in &desk.people {
        lines.push([
            plain(&person.name, 30),
            person.pings.to_string(),
            person.night_pings.to_string(),
            format!("{} %", person.ping_percent),
            format!("{} %", person.time_percent),
            person.cases.to_string(),
            person.interventions.to_string(),
            person.covered.to_string(),
        ]);
    }
    if lines.len() == 1 {
        return;
    }
    let name = lines.iter().map(|line| line[0].chars().count()).max().unwrap_or(0);
    for line in lines {
        let figures: String = line[1..]
            .iter()
            .zip([5, 8, 5, 7, 5, 13, 7])
            .map(|(cell, width)| format!("  {cell:>width$}"))
            .collect();
        let _written = writeln!(out, "  {:<name$}{figures}", line[0]);
    }
}

fn worst(desk: &DeskFigures, out: &mut String) {
    for (name, times) in [("longest to answer", &desk.first_answer), ("longest to resolve", &desk.resolution)]
    {
        for one in times.worst.iter().take(3) {
            let link = super::address(&one.at).unwrap_or_default();
            let owner = plain(owner(desk, one.owner.as_ref()), 30);
            let _written = writeln!(out, "  {name}: {} {}, {owner}  {link}", one.case, took(one.took));
        }
    }
}
