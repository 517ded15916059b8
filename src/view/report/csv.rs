//! A report as rows: one figure each, so that a spreadsheet can sort and pivot them.

use super::address;
use crate::domain::figures::{DeskFigures, Figures, Times};

/// `desk,figure,of,value,unit` and, for single cases, `link`. A byte order mark tells spreadsheets that it is
/// UTF-8; nothing that anybody typed can begin a formula.
pub fn csv(figures: &Figures) -> String {
    let mut rows = Rows { out: String::from("\u{feff}") };
    rows.add(["from", "until", "desk", "figure", "of", "value", "unit", "link"]);
    for desk in &figures.desks {
        let mut sheet = Sheet { rows: &mut rows, figures, desk };
        sheet.cases();
        sheet.people();
    }
    rows.out
}

struct Rows {
    out: String,
}

impl Rows {
    fn add(&mut self, cells: [&str; 8]) {
        let line: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        self.out.push_str(&line.join(","));
        self.out.push_str("\r\n");
    }
}

/// Quoted where needed (RFC 4180). A cell that a spreadsheet would take for a formula begins with an apostrophe.
fn cell(text: &str) -> String {
    let first = text.trim_start_matches(|c: char| c.is_whitespace() || c.is_control()).chars().next();
    let is_formula = first.is_some_and(|c| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠'));
    let is_odd = text.starts_with(['\t', '\r', '\n']);
    let safe = if is_formula || is_odd { format!("'{text}") } else { text.to_owned() };
    match safe.contains(['"', ',', ';', '\n', '\r', '\t']) {
        true => format!("\"{}\"", safe.replace('"', "\"\"")),
        false => safe,
    }
}

struct Sheet<'a> {
    rows: &'a mut Rows,
    figures: &'a Figures,
    desk: &'a DeskFigures,
}

impl Sheet<'_> {
    fn row(&mut self, figure: &str, of: &str, value: impl Into<u64>, unit: &str, link: &str) {
        let instant = |at: crate::clock::Timestamp| at.format("%Y-%m-%dT%H:%M:%SZ").to_string();
        let (from, until) = (instant(self.figures.from), instant(self.figures.until));
        let value = value.into().to_string();
        self.rows.add([&from, &until, self.desk.desk.as_str(), figure, of, &value, unit, link]);
    }

    fn cases(&mut self) {
        let desk = self.desk;
        let cases = &desk.cases;
        for (of, value) in [
            ("opened", cases.opened),
            ("resolved", cases.resolved),
            ("withdrawn", cases.withdrawn),
            ("open", cases.open),
            ("unclaimed", cases.unclaimed),
            ("reopened", cases.reopened),
            ("nobody answered", cases.exhausted),
        ] {
            self.row("cases", of, value, "cases", "");
        }
        for (hour, count) in desk.by_hour.iter().enumerate() {
            self.row("opened by hour", &format!("{hour:02}:00"), *count, "cases", "");
        }
        for (day, count) in &desk.by_day {
            self.row("opened by day", &day.to_string(), *count, "cases", "");
        }
        self.times("first answer", &desk.first_answer);
        self.times("claim", &desk.claim);
        self.times("resolution", &desk.resolution);
        let broken = &desk.breaches;
        for (of, value, unit) in [
            ("reply_within", broken.reply, "times"),
            ("update_every", broken.update, "times"),
            ("resolve_within", broken.resolve, "cases"),
            ("any", broken.cases, "cases"),
        ] {
            self.row("promises broken", of, value, unit, "");
        }
        for tier in &desk.tiers {
            self.row("answered by", &tier.name, tier.answered, "cases", "");
        }
        if let Some(percent) = desk.first_tier_percent {
            self.row("answered by the first tier", "", percent, "percent", "");
        }
        for (figure, words) in [("tag", &desk.tags), ("outcome", &desk.outcomes)] {
            for (word, count) in words {
                self.row(figure, word, *count, "cases", "");
            }
        }
        self.row("open", "", desk.coverage.open_minutes, "minutes", "");
        self.row("uncovered", "", desk.coverage.uncovered_minutes, "minutes", "");
        self.row("under the minimum as seen", "", desk.coverage.short_minutes, "minutes", "");
        for gap in &desk.coverage.gaps {
            let minutes = u64::try_from((gap.until - gap.from).num_minutes()).unwrap_or(0);
            self.row("gap", &gap.from.format("%Y-%m-%dT%H:%M:%SZ").to_string(), minutes, "minutes", "");
        }
    }

    fn times(&mut self, figure: &str, times: &Times) {
        self.row(figure, "count", times.count, "cases", "");
        for (of, value) in [("median", times.median), ("p90", times.p90)] {
            if let Some(value) = value {
                self.row(figure, of, value, "seconds", "");
            }
        }
        for one in &times.worst {
            let link = address(&one.at).unwrap_or_default();
            self.row(figure, one.case.as_str(), one.took, "seconds", &link);
        }
    }

    fn people(&mut self) {
        for person in &self.desk.people {
            for (figure, value, unit) in [
                ("pings", person.pings.into(), "times"),
                ("pings at night", person.night_pings.into(), "times"),
                ("cases owned", person.cases.into(), "cases"),
                ("interventions", person.interventions.into(), "times"),
                ("absences covered", person.covered.into(), "times"),
                ("available", person.available_minutes, "minutes"),
                ("share of pings", person.ping_percent.into(), "percent"),
                ("share of time", person.time_percent.into(), "percent"),
            ] {
                self.row(figure, &person.name, value, unit, "");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn nothing_begins_a_formula() {
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", " =1", "\t=1", "\u{200b}\u{0}=1", "＝1"] {
            let cell = cell(text);
            let bare = cell.trim_start_matches('"');
            assert!(bare.starts_with('\'') || bare.starts_with('\u{200b}'), "{cell:?}");
        }
        assert_eq!(cell("🔥 login, \"again\""), "\"🔥 login, \"\"again\"\"\"");
        assert_eq!(cell("2026-11-16T00:00:00Z"), "2026-11-16T00:00:00Z");
    }
}
