//! Figures for people: as text, as rows for a spreadsheet, as one page with plots, as a word in Slack.

mod csv;
mod digest;
mod html;
mod plot;
mod text;

pub use csv::csv;
pub use digest::{digest, seven_days, week};
pub use html::html;
pub use text::text;

use crate::clock::Timestamp;
use crate::domain::figures::{DeskFigures, Figures, Place};
use crate::id::UserId;
use crate::view::permalink::permalink;
use crate::zone::Zone;

/// A length as people say it: `45 s`, `12 min`, `3 h 20 min`, `2 d 4 h`.
pub fn took(seconds: u64) -> String {
    let two = |big: u64, big_name: &str, small: u64, small_name: &str| match small {
        0 => format!("{big} {big_name}"),
        small => format!("{big} {big_name} {small} {small_name}"),
    };
    match seconds {
        0..=89 => format!("{seconds} s"),
        90..=5_399 => format!("{} min", (seconds + 30) / 60),
        5_400..=172_799 => two(seconds / 3600, "h", seconds % 3600 / 60, "min"),
        _ => two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h"),
    }
}

fn took_or_dash(seconds: Option<u64>) -> String {
    seconds.map_or_else(|| "–".to_owned(), took)
}

/// The thread in Slack, as an address that opens it.
fn address(place: &Place) -> Option<String> {
    Some(permalink(&place.channel, place.root.as_ref()?))
}

/// Whose a worst case was, by name.
fn owner<'a>(desk: &'a DeskFigures, user: Option<&UserId>) -> &'a str {
    let person = user.and_then(|user| desk.people.iter().find(|person| person.user == *user));
    person.map_or("nobody", |person| person.name.as_str())
}

/// `2026-11-16 to 2026-11-22`, the last day as one that counts, on this zone's calendar.
fn days(figures: &Figures, zone: &Zone) -> String {
    let day = |at: Timestamp| zone.local(at).date();
    let (first, last) = (day(figures.from), day(figures.until - chrono::TimeDelta::milliseconds(1)));
    if first == last { first.to_string() } else { format!("{first} to {last}") }
}

/// In which days and instants of a report stand: the first desk's own, else UTC.
fn zone(figures: &Figures) -> Zone {
    let desk = figures.desks.first();
    desk.and_then(|desk| desk.zone.parse().ok()).unwrap_or_else(Zone::utc)
}

/// `1 case`, `3 cases`.
fn counted(count: impl Into<u64>, one: &str, many: &str) -> String {
    match count.into() {
        1 => format!("1 {one}"),
        count => format!("{count} {many}"),
    }
}

fn percent_or_dash(percent: Option<u32>) -> String {
    percent.map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"))
}
