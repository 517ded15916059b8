//! A report as one file of HTML: plots inline, no script, good on paper and in the dark.

use super::plot::{self, Column, Lying, Range, Shares, Size, escaped};
use super::{address, counted, days, owner, percent_or_dash, took, took_or_dash, zone};
use crate::domain::figures::{DeskFigures, Figures, Times};
use crate::zone::Zone;
use std::fmt::Write as _;

const STYLE: &str = include_str!("report.css");
/// So many of the most frequent words are plotted.
const WORDS: usize = 10;
/// So many people are compared.
const PEOPLE: usize = 16;

/// The whole page.
pub fn html(figures: &Figures) -> String {
    let zone = zone(figures);
    let days = escaped(&days(figures, &zone));
    let at = zone.local(figures.at).format("%Y-%m-%d %H:%M").to_string();
    let nav: String = match figures.desks.as_slice() {
        [] | [_] => String::new(),
        desks => {
            let link = |desk: &DeskFigures| {
                format!(r##"<a href="#{}">{}</a>"##, escaped(desk.desk.as_str()), escaped(&desk.name))
            };
            format!("<nav>{}</nav>", desks.iter().map(link).collect::<String>())
        }
    };
    let desks: String = figures.desks.iter().map(section).collect();
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Firstline report, {days}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
<header class="top">
<h1>Who asked, and how soon they were helped</h1>
<p class="muted">Cases opened {days}, as they stood on {at} ({zone}).</p>
{nav}
</header>
{desks}
{FOOT}
</main>
</body>
</html>
"#
    )
}

const FOOT: &str = "<footer>
<p>Lengths are the desk's open time, from the post: its clocks run only then. The median is what half of the \
cases stay within, p90 what nine in ten stay within. Withdrawn cases have no lengths.</p>
<p>A case counts for the tier that stood when it was first claimed; taken before any ping, it counts for the first \
tier. Uncovered is the time in which a desk was open with fewer than its minimum, by hours, time off, calendars and \
granted absences as they are known now, or, where that is longer, as the watch saw it, statuses included.</p>
</footer>";

fn section(desk: &DeskFigures) -> String {
    let mut out = format!(
        "<section class=\"desk\" id=\"{}\">\n<header><h2>{}</h2><p class=\"muted\">{} · times on the clock of {}</p></header>\n",
        escaped(desk.desk.as_str()),
        escaped(&desk.name),
        escaped(desk.desk.as_str()),
        escaped(&desk.zone)
    );
    out.push_str(&tiles(desk));
    out.push_str("<div class=\"grid\">\n");
    if desk.cases.opened > 0 {
        out.push_str(&when(desk));
        out.push_str(&how_long(desk));
        out.push_str(&who(desk));
        out.push_str(&words(desk));
    }
    out.push_str(&fairness(desk));
    out.push_str(&gaps(desk));
    if desk.cases.opened > 0 {
        out.push_str(&worst("Waited the longest for an answer", &desk.first_answer, desk));
        out.push_str(&worst("Took the longest to resolve", &desk.resolution, desk));
    }
    out.push_str(&people(desk));
    out.push_str("</div>\n</section>\n");
    out
}

/// One figure of those at the head.
fn tile(class: &str, value: &str, name: &str) -> String {
    format!("<div class=\"tile {class}\"><b>{}</b><span>{}</span></div>", escaped(value), escaped(name))
}

fn tiles(desk: &DeskFigures) -> String {
    let cases = &desk.cases;
    let judged = |bad: bool| if bad { "bad" } else { "good" };
    let state = format!("{} resolved, {} open", cases.resolved, cases.open);
    let nine = |times: &Times| format!("nine in ten: {}", took_or_dash(times.p90));
    let uncovered = desk.coverage.uncovered_minutes.max(desk.coverage.short_minutes);
    let mut tiles = vec![tile("", &cases.opened.to_string(), &format!("cases; {state}"))];
    if cases.opened > 0 {
        tiles.extend([
            tile(
                "",
                &took_or_dash(desk.first_answer.median),
                &format!("to the first answer; {}", nine(&desk.first_answer)),
            ),
            tile(
                "",
                &took_or_dash(desk.resolution.median),
                &format!("to the end; {}", nine(&desk.resolution)),
            ),
            tile("", &percent_or_dash(desk.first_tier_percent), "answered by the first tier"),
            tile(
                judged(desk.breaches.cases > 0),
                &desk.breaches.cases.to_string(),
                &format!("with a broken promise; {} nobody answered", cases.exhausted),
            ),
        ]);
    }
    let of = format!("uncovered, of {} open", took(desk.coverage.open_minutes * 60));
    let shown = if uncovered == 0 { "0 min".to_owned() } else { took(uncovered * 60) };
    tiles.push(tile(judged(uncovered > 0), &shown, &of));
    format!("<div class=\"tiles\">{}</div>\n", tiles.concat())
}

fn figure(class: &str, title: &str, about: &str, plot: &str) -> String {
    format!("<figure class=\"{class}\"><h3>{title}</h3><figcaption>{about}</figcaption>{plot}</figure>\n")
}

/// By day, where there is more than one, and by hour.
fn when(desk: &DeskFigures) -> String {
    let mut out = String::new();
    let hours: Vec<Column> = desk
        .by_hour
        .iter()
        .enumerate()
        .map(|(hour, value)| Column {
            label: if hour % 3 == 0 { format!("{hour:02}") } else { String::new() },
            says: format!("{hour:02}:00: {}", counted(*value, "case", "cases")),
            value: *value,
        })
        .collect();
    if desk.by_day.len() > 1 {
        let every = desk.by_day.len().div_ceil(14);
        let days: Vec<Column> = desk
            .by_day
            .iter()
            .enumerate()
            .map(|(nth, (day, value))| Column {
                label: if nth % every == 0 { day.format("%-d %b").to_string() } else { String::new() },
                says: format!("{}: {}", day.format("%a %Y-%m-%d"), counted(*value, "case", "cases")),
                value: *value,
            })
            .collect();
        let plot = plot::columns(&days, &Size { width: 992, height: 190 }, "Cases by day");
        out.push_str(&figure("wide", "Cases by day", "When they were opened.", &plot));
    }
    let plot = plot::columns(&hours, &Size { width: 480, height: 190 }, "Cases by hour of the day");
    out.push_str(&figure("", "Cases by hour of the day", "On the desk's clock.", &plot));
    out
}

fn how_long(desk: &DeskFigures) -> String {
    let all =
        [("First answer", &desk.first_answer), ("Claim", &desk.claim), ("Resolution", &desk.resolution)];
    let ranges: Vec<Range> = all
        .into_iter()
        .filter_map(|(name, times)| Some(Range { name, median: times.median?, p90: times.p90? }))
        .collect();
    if ranges.is_empty() {
        return String::new();
    }
    let plot = plot::ranges(&ranges, "How long it took");
    let about = "From the median (full) to where nine in ten are (open). Each step of the scale is several times \
                 the one before.";
    figure("", "How long it took", about, &plot)
}

fn who(desk: &DeskFigures) -> String {
    let all: u32 = desk.tiers.iter().map(|tier| tier.answered).sum();
    if all == 0 {
        return String::new();
    }
    let bar = |tier: &crate::domain::figures::TierFigures| Lying {
        name: tier.name.clone(),
        value: tier.answered,
        shown: format!("{} ({} %)", tier.answered, (tier.answered * 100 + all / 2) / all),
        class: "bar",
    };
    let bars: Vec<Lying> = desk.tiers.iter().map(bar).collect();
    figure(
        "",
        "Who answered",
        "The tier that stood when a case was first claimed.",
        &plot::lying(&bars, "Who answered"),
    )
}

fn words(desk: &DeskFigures) -> String {
    let one = |title: &str, about: &str, words: &[(String, u32)]| {
        if words.is_empty() {
            return String::new();
        }
        let bar = |(word, count): &(String, u32)| Lying {
            name: word.clone(),
            value: *count,
            shown: count.to_string(),
            class: "bar",
        };
        let bars: Vec<Lying> = words.iter().take(WORDS).map(bar).collect();
        figure("", title, about, &plot::lying(&bars, title))
    };
    let tags = one("What it was about", "Cases by tag; one case may carry several.", &desk.tags);
    tags + &one("How it ended", "Cases by outcome.", &desk.outcomes)
}

fn fairness(desk: &DeskFigures) -> String {
    let rows: Vec<Shares> = desk
        .people
        .iter()
        .filter(|person| person.pings > 0 || person.available_minutes > 0)
        .take(PEOPLE)
        .map(|person| Shares {
            name: person.name.clone(),
            first: person.ping_percent,
            second: person.time_percent,
        })
        .collect();
    if rows.len() < 2 || desk.people.iter().all(|person| person.pings == 0) {
        return String::new();
    }
    let about = "<span class=\"key a\"></span>share of the pings<span class=\"key b\"></span>share of the time \
                 somebody was there. Far apart means that the load is not spread fairly.";
    figure("", "Is the load fair?", about, &plot::shares(&rows, "Share of pings and of time by person"))
}

fn gaps(desk: &DeskFigures) -> String {
    if desk.coverage.gaps.is_empty() {
        return String::new();
    }
    let zone: Zone = desk.zone.parse().unwrap_or_else(|_| Zone::utc());
    let rows: String = desk
        .coverage
        .gaps
        .iter()
        .map(|gap| {
            let minutes = u64::try_from((gap.until - gap.from).num_minutes()).unwrap_or(0);
            format!(
                "<tr><td>{}</td><td>{}</td><td class=\"n\">{} of {}</td><td class=\"n\">{}</td></tr>",
                zone.local(gap.from).format("%a %-d %b, %H:%M"),
                zone.local(gap.until).format("%a %-d %b, %H:%M"),
                gap.available,
                gap.minimum,
                took(minutes * 60)
            )
        })
        .collect();
    table(
        "",
        "The longest gaps",
        "<th>From</th><th>Until</th><th class=\"n\">There</th><th class=\"n\">Length</th>",
        &rows,
    )
}

fn table(class: &str, title: &str, head: &str, rows: &str) -> String {
    format!(
        "<div class=\"block {class}\"><h3>{title}</h3><div class=\"scroll\"><table><thead><tr>{head}</tr></thead>\
         <tbody>{rows}</tbody></table></div></div>\n"
    )
}

fn worst(title: &str, times: &Times, desk: &DeskFigures) -> String {
    if times.worst.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for one in &times.worst {
        let name = escaped(one.case.as_str());
        let case = match address(&one.at) {
            Some(to) => format!("<a href=\"{}\">{name}</a>", escaped(&to)),
            None => name,
        };
        let _written = write!(
            rows,
            "<tr><td>{case}</td><td>{}</td><td class=\"n\">{}</td></tr>",
            escaped(owner(desk, one.owner.as_ref())),
            took(one.took)
        );
    }
    table("", title, "<th>Case</th><th>Owner</th><th class=\"n\">Took</th>", &rows)
}

fn people(desk: &DeskFigures) -> String {
    if desk.people.is_empty() {
        return String::new();
    }
    let mut rows = String::new();
    for person in &desk.people {
        let _written = write!(
            rows,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>\
             <td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escaped(&person.name),
            person.pings,
            person.night_pings,
            person.cases,
            person.interventions,
            person.covered,
            took(person.available_minutes * 60)
        );
    }
    table(
        "wide",
        "People",
        "<th>Name</th><th class=\"n\">Pings</th><th class=\"n\">At night (22–06)</th><th class=\"n\">Cases owned</th>\
         <th class=\"n\">Interventions</th><th class=\"n\">Absences covered</th><th class=\"n\">There for</th>",
        &rows,
    )
}
