//! A person's own wall clock, as their Slack client shows it; the model asks its zones itself, like a client.

use crate::clock::Timestamp;
use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Seconds east of UTC.
pub(super) fn offset_seconds(zone: Tz, at: Timestamp) -> i32 {
    at.with_timezone(&zone).offset().fix().local_minus_utc()
}

/// Fills in the tokens of Slack's `<!date^…>`: `{date_short} at {time}`.
pub(super) fn render_date(format: &str, at: Timestamp, now: Timestamp, zone: Tz) -> String {
    let (local, today) = (at.with_timezone(&zone), now.with_timezone(&zone).date_naive());
    let mut out = String::new();
    let mut rest = format;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let Some((token, tail)) = after.split_once('}') else {
            out.push('{');
            rest = after;
            continue;
        };
        out.push_str(&token_text(token, &local, today).unwrap_or_else(|| format!("{{{token}}}")));
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn token_text(token: &str, local: &DateTime<Tz>, today: chrono::NaiveDate) -> Option<String> {
    let (kind, pretty) = match token.strip_suffix("_pretty") {
        Some(kind) => (kind, near(local.date_naive(), today)),
        None => (token, None),
    };
    if let Some(near) = pretty {
        return Some(near.to_owned());
    }
    let pattern = match kind {
        "date_num" => "%Y-%m-%d",
        "date" => "%B %-d, %Y",
        "date_short" => "%b %-d, %Y",
        "date_long" => "%A, %B %-d, %Y",
        "time" => "%-I:%M %p",
        "time_secs" => "%-I:%M:%S %p",
        _ => return None,
    };
    Some(local.format(pattern).to_string())
}

fn near(day: chrono::NaiveDate, today: chrono::NaiveDate) -> Option<&'static str> {
    match (day - today).num_days() {
        -1 => Some("yesterday"),
        0 => Some("today"),
        1 => Some("tomorrow"),
        _ => None,
    }
}

/// The first instant at which a clock in `zone` shows `wall`; none where it never does.
#[expect(clippy::disallowed_methods, reason = "the model has clocks of its own, like Slack's clients")]
pub(super) fn instant(zone: Tz, wall: chrono::NaiveDateTime) -> Option<Timestamp> {
    zone.from_local_datetime(&wall).earliest().map(|at| at.with_timezone(&chrono::Utc))
}
