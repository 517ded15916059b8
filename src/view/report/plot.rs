//! Plots as inline SVG: no script, readable in the dark, black on white on paper.

use super::took;
use std::fmt::Write as _;

/// Text as it may stand in HTML and SVG.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && c != '\n' => {}
            c => out.push(c),
        }
    }
    out
}

/// A text cut to so many characters.
pub fn short(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

struct Svg {
    out: String,
}

impl Svg {
    fn new(width: u32, height: u32, says: &str) -> Self {
        let says = escaped(says);
        let out = format!(r#"<svg viewBox="0 0 {width} {height}" role="img" aria-label="{says}">"#);
        Self { out }
    }

    fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        let _written = write!(
            self.out,
            r#"<line class="{class}" x1="{x1:.1}" y1="{y1:.1}" x2="{x2:.1}" y2="{y2:.1}"/>"#
        );
    }

    fn bar(&mut self, class: &str, at: (f64, f64), size: (f64, f64), says: &str) {
        let ((x, y), (width, height)) = (at, size);
        let says = escaped(says);
        let _written = write!(
            self.out,
            r#"<rect class="{class}" x="{x:.1}" y="{y:.1}" width="{width:.1}" height="{height:.1}" rx="1.5"><title>{says}</title></rect>"#
        );
    }

    fn dot(&mut self, class: &str, at: (f64, f64), says: &str) {
        let says = escaped(says);
        let _written = write!(
            self.out,
            r#"<circle class="{class}" cx="{:.1}" cy="{:.1}" r="5"><title>{says}</title></circle>"#,
            at.0, at.1
        );
    }

    fn text(&mut self, class: &str, anchor: &str, at: (f64, f64), says: &str) {
        let says = escaped(says);
        let _written = write!(
            self.out,
            r#"<text class="{class}" text-anchor="{anchor}" x="{:.1}" y="{:.1}">{says}</text>"#,
            at.0, at.1
        );
    }

    fn done(mut self) -> String {
        self.out.push_str("</svg>");
        self.out
    }
}

/// A column of a chart of columns.
pub struct Column {
    /// Under it; empty where there is no room for all.
    pub label: String,
    pub says: String,
    pub value: u32,
}

/// The size of a chart of columns, in its own units.
pub struct Size {
    pub width: u32,
    pub height: u32,
}

/// Columns side by side over a common scale.
pub fn columns(columns: &[Column], size: &Size, says: &str) -> String {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let (left, top, bottom) = (30.0, 8.0, 20.0);
    let most = columns.iter().map(|column| column.value).max().unwrap_or(0);
    let step = scale(most);
    let top_value = most.div_ceil(step).max(1) * step;
    let y = |value: u32| top + (height - top - bottom) * (1.0 - f64::from(value) / f64::from(top_value));
    let mut svg = Svg::new(size.width, size.height, says);
    for value in (0..=top_value).step_by(step as usize) {
        let class = if value == 0 { "axis" } else { "grid-line" };
        svg.line(class, (left, y(value)), (width, y(value)));
        svg.text("", "end", (left - 6.0, y(value) + 4.0), &value.to_string());
    }
    let pitch = (width - left) / columns.len().max(1) as f64;
    let gap = (pitch * 0.25).min(4.0);
    for (nth, column) in columns.iter().enumerate() {
        let x = left + pitch * nth as f64;
        if column.value > 0 {
            let high = y(0) - y(column.value);
            svg.bar("bar", (x + gap / 2.0, y(column.value)), (pitch - gap, high), &column.says);
        }
        if !column.label.is_empty() {
            svg.text("", "middle", (x + pitch / 2.0, height - 4.0), &column.label);
        }
    }
    svg.done()
}

/// A round step that gives two to five lines.
fn scale(most: u32) -> u32 {
    let steps = (0..9).flat_map(|power| [1, 2, 5].map(|base| base * 10_u32.pow(power)));
    steps.into_iter().find(|step| most <= step * 4).unwrap_or(1_000_000_000)
}

/// A bar that lies, with its name and its value.
pub struct Lying {
    pub name: String,
    pub value: u32,
    pub shown: String,
    pub class: &'static str,
}

/// Bars under each other.
pub fn lying(bars: &[Lying], says: &str) -> String {
    const ROW: u32 = 26;
    let rows = u32::try_from(bars.len()).unwrap_or(1).max(1);
    let (width, name_width) = (480.0, 150.0);
    let most = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let mut svg = Svg::new(480, rows * ROW + 4, says);
    for (nth, bar) in bars.iter().enumerate() {
        let y = 4.0 + (f64::from(ROW)) * nth as f64;
        svg.text("strong", "start", (0.0, y + 14.0), &short(&bar.name, 22));
        let long = (width - name_width - 64.0) * f64::from(bar.value) / f64::from(most);
        if bar.value > 0 {
            svg.bar(
                bar.class,
                (name_width, y + 2.0),
                (long.max(2.0), 16.0),
                &format!("{}: {}", bar.name, bar.shown),
            );
        }
        svg.text("", "start", (name_width + long + 8.0, y + 14.0), &bar.shown);
    }
    svg.done()
}

/// Two shares of one person, one above the other.
pub struct Shares {
    pub name: String,
    pub first: u32,
    pub second: u32,
}

/// Shares in percent, for each person two bars.
pub fn shares(rows: &[Shares], says: &str) -> String {
    const ROW: u32 = 42;
    let count = u32::try_from(rows.len()).unwrap_or(1).max(1);
    let (width, name_width) = (480.0, 150.0);
    let most = rows.iter().map(|row| row.first.max(row.second)).max().unwrap_or(0).max(1);
    let mut svg = Svg::new(480, count * ROW + 4, says);
    for (nth, row) in rows.iter().enumerate() {
        let y = 4.0 + f64::from(ROW) * nth as f64;
        svg.text("strong", "start", (0.0, y + 19.0), &short(&row.name, 22));
        for (class, share, at) in [("bar", row.first, y + 2.0), ("second", row.second, y + 17.0)] {
            let long = (width - name_width - 56.0) * f64::from(share) / f64::from(most);
            svg.bar(class, (name_width, at), (long.max(1.0), 12.0), &format!("{}: {share} %", row.name));
            svg.text("", "start", (name_width + long + 8.0, at + 10.0), &format!("{share} %"));
        }
    }
    svg.done()
}

/// From the median to where nine in ten are.
pub struct Range {
    pub name: &'static str,
    pub median: u64,
    pub p90: u64,
}

/// Marks of a scale on which each step is several times the one before.
const MARKS: [(u64, &str); 9] = [
    (10, "10 s"),
    (60, "1 min"),
    (300, "5 min"),
    (900, "15 min"),
    (3_600, "1 h"),
    (14_400, "4 h"),
    (86_400, "1 d"),
    (604_800, "1 wk"),
    (2_592_000, "30 d"),
];

/// Ranges under each other on a logarithmic scale, because an answer takes minutes and an end hours.
pub fn ranges(ranges: &[Range], says: &str) -> String {
    const ROW: u32 = 44;
    let rows = u32::try_from(ranges.len()).unwrap_or(1).max(1);
    let (left, right) = (104.0, 452.0);
    let least = ranges.iter().map(|one| one.median.max(1)).min().unwrap_or(60);
    let most = ranges.iter().map(|one| one.p90.max(1)).max().unwrap_or(3_600);
    let first = MARKS.iter().rposition(|(mark, _)| *mark <= least).unwrap_or(0);
    let last = MARKS.iter().position(|(mark, _)| *mark >= most).unwrap_or(MARKS.len() - 1).max(first + 1);
    let marks = MARKS.get(first..=last).unwrap_or(&MARKS);
    let log = |seconds: u64| (seconds.max(1) as f64).ln();
    let (low, high) = (log(marks[0].0.min(least)), log(marks[marks.len() - 1].0.max(most)));
    let x = |seconds: u64| left + (right - left) * (log(seconds) - low) / (high - low).max(0.1);
    let height = rows * ROW + 24;
    let mut svg = Svg::new(480, height, says);
    let foot = f64::from(rows * ROW);
    for (mark, name) in marks {
        svg.line("grid-line", (x(*mark), 2.0), (x(*mark), foot));
        svg.text("", "middle", (x(*mark), foot + 16.0), name);
    }
    for (nth, one) in ranges.iter().enumerate() {
        let y = f64::from(ROW) * nth as f64 + 27.0;
        svg.text("strong", "start", (0.0, y + 4.0), one.name);
        svg.line("span", (x(one.median), y), (x(one.p90).max(x(one.median) + 0.1), y));
        svg.dot("far", (x(one.p90), y), &format!("nine in ten within {}", took(one.p90)));
        svg.dot("dot", (x(one.median), y), &format!("half within {}", took(one.median)));
        let near = x(one.p90) - x(one.median) < 74.0;
        let (median, p90) = if near { ("end", "start") } else { ("middle", "middle") };
        let apart = if near { 2.0 } else { 0.0 };
        svg.text("strong", median, (x(one.median) - apart, y - 11.0), &took(one.median));
        svg.text("", p90, (x(one.p90) + apart, y - 11.0), &took(one.p90));
    }
    svg.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scale_has_round_steps() {
        let steps: Vec<u32> = [0, 3, 4, 5, 9, 21, 41, 99, 260].into_iter().map(scale).collect();
        assert_eq!(steps, [1, 1, 1, 2, 5, 10, 20, 50, 100]);
    }

    #[test]
    fn nothing_typed_breaks_out() {
        let column = Column { label: "<b>".to_owned(), says: "\"><script>".to_owned(), value: 1 };
        let svg = columns(&[column], &Size { width: 100, height: 50 }, "'&");
        assert!(!svg.contains("<b>") && !svg.contains("<script>"), "{svg}");
    }
}
