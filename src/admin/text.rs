//! Instants on the command line, and tables.

use crate::clock::Timestamp;
use crate::zone::Zone;

/// Reads an instant: RFC 3339, with any offset.
///
/// # Errors
/// A text for the command line's own complaint.
pub fn instant(text: &str) -> Result<Timestamp, String> {
    chrono::DateTime::parse_from_rfc3339(text.trim())
        .map(|at| at.to_utc())
        .map_err(|_| "not an instant; write `2026-03-08T02:30:00-08:00`, or `…Z` for UTC".to_owned())
}

/// Reads a day (its first instant in UTC) or an instant.
///
/// # Errors
/// As [`instant`].
pub fn day_or_instant(text: &str) -> Result<Timestamp, String> {
    match chrono::NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d") {
        Ok(day) => Ok(day.and_time(chrono::NaiveTime::MIN).and_utc()),
        Err(_) => instant(text).map_err(|_| {
            "neither a day nor an instant; write `2026-03-08`, or `2026-03-08T02:30:00-08:00`".to_owned()
        }),
    }
}

/// An instant as people of that zone read it.
pub fn local(zone: &Zone, at: Timestamp) -> String {
    zone.local(at).format("%a %Y-%m-%d %H:%M").to_string()
}

/// Rows in columns that line up, two spaces apart.
pub fn table(rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate();
        let padded: Vec<String> =
            cells.map(|(column, cell)| format!("{cell:width$}", width = width(column))).collect();
        padded.join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
