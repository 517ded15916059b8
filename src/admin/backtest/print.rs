//! A backtest on the terminal: a table of before and after, and the pings.

use super::{Backtest, Run};
use crate::admin::check::Form;
use crate::admin::outcome::{Exit, Outcome};
use crate::admin::text::{local, table};
use crate::domain::figures::{DeskFigures, Times};
use crate::view::report::took;
use crate::zone::Zone;

/// So many pings are listed; `--json` has them all.
const LISTED: usize = 40;

/// The answer as it is printed.
pub fn printed(result: &Backtest, form: Form) -> Outcome {
    match form {
        Form::Json => match serde_json::to_string_pretty(result) {
            Ok(text) => Outcome::fine(text),
            Err(error) => Outcome::failed(Exit::World, &error.to_string(), "report this, please"),
        },
        Form::Text => Outcome::fine(text(result)),
    }
}

fn text(result: &Backtest) -> String {
    let mut parts = vec![head(result)];
    for desk in &result.before.figures.desks {
        let after = result.after.as_ref().and_then(|run| {
            run.figures.desks.iter().find(|other| other.desk == desk.desk).map(|other| (other, run))
        });
        parts.push(compared(desk, &result.before, after));
    }
    let shown = result.after.as_ref().unwrap_or(&result.before);
    parts.push(pings(shown));
    let notes: Vec<String> = result.notes.iter().map(|note| format!("note: {note}")).collect();
    parts.push(notes.join("\n"));
    parts.join("\n\n")
}

fn head(result: &Backtest) -> String {
    let figures = &result.before.figures;
    let zone = zone_of(&result.before);
    format!(
        "{} in {} ({}), {} until {}",
        super::super::prune::counted(result.messages, "message"),
        super::super::prune::counted(result.channels.len(), "channel"),
        result.channels.join(", "),
        local(&zone, figures.from),
        local(&zone, figures.until),
    )
}

fn zone_of(run: &Run) -> Zone {
    run.figures.desks.first().and_then(|desk| desk.zone.parse().ok()).unwrap_or_else(Zone::utc)
}

fn compared(before: &DeskFigures, of: &Run, after: Option<(&DeskFigures, &Run)>) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    if let Some((_, run)) = after {
        rows.push(vec![String::new(), of.policy.clone(), run.policy.clone()]);
    }
    let mut row = |name: &str, value: &dyn Fn(&DeskFigures, &Run) -> String| {
        let mut cells = vec![format!("  {name}"), value(before, of)];
        cells.extend(after.map(|(desk, run)| value(desk, run)));
        rows.push(cells);
    };
    row("cases", &|desk, _| desk.cases.opened.to_string());
    row("pings", &|desk, run| run.pings.iter().filter(|ping| ping.desk == desk.desk).count().to_string());
    row("people mentioned", &|desk, _| desk.people.iter().map(|one| one.pings).sum::<u32>().to_string());
    row("first tier answered", &|desk, _| {
        desk.first_tier_percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"))
    });
    row("cases with a broken promise", &|desk, _| desk.breaches.cases.to_string());
    row("all tiers tried in vain", &|desk, _| desk.cases.exhausted.to_string());
    row("claim", &|desk, _| times(&desk.claim));
    row("first answer", &|desk, _| times(&desk.first_answer));
    row("uncovered", &|desk, _| minutes(desk.coverage.uncovered_minutes));
    let mut names: Vec<&str> = before.people.iter().map(|one| one.name.as_str()).collect();
    names.extend(after.iter().flat_map(|(desk, _)| desk.people.iter().map(|one| one.name.as_str())));
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(*name));
    for name in names {
        let pings = |desk: &DeskFigures, _: &Run| {
            let found = desk.people.iter().find(|one| one.name == name);
            found.map_or_else(|| "–".to_owned(), |one| one.pings.to_string())
        };
        row(&format!("pings of {}", crate::view::mrkdwn::plain(name, 30)), &pings);
    }
    format!("{} ({})\n{}", before.name, before.desk, table(&rows))
}

fn times(times: &Times) -> String {
    match (times.median, times.p90) {
        (Some(median), Some(p90)) => format!("{}, nine in ten {}", took(median), took(p90)),
        (Some(_) | None, Some(_) | None) => "–".to_owned(),
    }
}

fn minutes(minutes: u64) -> String {
    if minutes == 0 { "none".to_owned() } else { took(minutes * 60) }
}

fn pings(run: &Run) -> String {
    if run.pings.is_empty() {
        return format!("under `{}` nobody would have been pinged", run.policy);
    }
    let zone = zone_of(run);
    let rows: Vec<Vec<String>> = run
        .pings
        .iter()
        .take(LISTED)
        .map(|ping| {
            vec![
                format!("  {}", local(&zone, ping.at)),
                ping.case.to_string(),
                format!("#{}", ping.channel),
                ping.why.clone(),
            ]
        })
        .collect();
    let more = run.pings.len().saturating_sub(LISTED);
    let more =
        if more > 0 { format!("\n  … and {more} more: `--json` has them all") } else { String::new() };
    format!("Under `{}` these would have been pinged, {zone}:\n{}{more}", run.policy, table(&rows))
}
