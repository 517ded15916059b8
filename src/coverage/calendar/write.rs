//! Writing a calendar: spans become an iCalendar text (RFC 5545) that any calendar program can follow.

use crate::coverage::span::Span;
use crate::zone::Timestamp;

/// The longest line, in bytes without its end (RFC 5545 §3.1).
const LONGEST_LINE: usize = 75;

/// A feed to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feed {
    pub name: String,
    pub events: Vec<Event>,
    /// When this was true.
    pub at: Timestamp,
}

/// One span of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The same for the same span in every version of the feed.
    pub uid: String,
    pub span: Span,
    pub summary: String,
    pub description: String,
}

/// The text: lines end in CR LF and are folded at 75 bytes. The events do not make those who follow the feed
/// busy.
pub fn write(feed: &Feed) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| fold(&mut text, &format!("{name}:{value}"));
    line("BEGIN", "VCALENDAR");
    line("VERSION", "2.0");
    line("PRODID", "-//Firstline//Coverage//EN");
    line("CALSCALE", "GREGORIAN");
    line("METHOD", "PUBLISH");
    line("NAME", &escaped(&feed.name));
    line("X-WR-CALNAME", &escaped(&feed.name));
    line("REFRESH-INTERVAL;VALUE=DURATION", "PT1H");
    for event in &feed.events {
        line("BEGIN", "VEVENT");
        line("UID", &escaped(&event.uid));
        line("DTSTAMP", &instant(feed.at));
        line("DTSTART", &instant(event.span.from));
        line("DTEND", &instant(event.span.until));
        line("SUMMARY", &escaped(&event.summary));
        if !event.description.is_empty() {
            line("DESCRIPTION", &escaped(&event.description));
        }
        line("TRANSP", "TRANSPARENT");
        line("END", "VEVENT");
    }
    line("END", "VCALENDAR");
    text
}

fn instant(at: Timestamp) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// Text as a value may have it (RFC 5545 §3.3.11); other control characters have no place in one.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            '\r' => {}
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

/// Writes a line, folded between characters.
fn fold(text: &mut String, line: &str) {
    let mut length = 0;
    for c in line.chars() {
        if length + c.len_utf8() > LONGEST_LINE {
            text.push_str("\r\n ");
            // The space at its head belongs to the line.
            length = 1;
        }
        text.push(c);
        length += c.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::{LONGEST_LINE, escaped, fold};

    #[test]
    fn text_cannot_break_out_of_its_line() {
        assert_eq!(escaped("a;b,c\\d\r\nEND:VEVENT\u{7}"), "a\\;b\\,c\\\\d\\nEND:VEVENT ");
    }

    #[test]
    fn long_lines_are_folded_between_characters() {
        let line = format!("SUMMARY:{}", "é".repeat(200));
        let mut text = String::new();
        fold(&mut text, &line);
        assert!(text.lines().all(|line| line.len() <= LONGEST_LINE), "{text}");
        assert_eq!(text.trim_end().replace("\r\n ", ""), line);
    }
}
