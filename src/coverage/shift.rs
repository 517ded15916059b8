//! Somebody's working days: when each begins, is half done and ends.

use super::desk::Facts;
use super::line::{schedule_of, shifts, time_off};
use super::live::{BusyKind, Live};
use super::span::{Span, insert};
use crate::id::PersonKey;
use crate::zone::Timestamp;
use chrono::TimeDelta;
use rangemap::RangeSet;

/// Hours with a hole as long as this between them are two shifts; a shorter one is a break of the same shift.
const APART: TimeDelta = TimeDelta::hours(4);

/// A working day. It may have holes, such as lunch, and may run over midnight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shift {
    /// From the first instant on duty to the first that no longer is.
    pub span: Span,
    /// When they are on duty in it: in order, never touching, at least one.
    pub pieces: Vec<Span>,
}

impl Shift {
    /// The instant at which half of the working time is done; never within a hole.
    pub fn middle(&self) -> Timestamp {
        let mut left = self.pieces.iter().map(Span::length).sum::<TimeDelta>() / 2;
        for piece in &self.pieces {
            if left < piece.length() {
                return piece.from + left;
            }
            left -= piece.length();
        }
        self.span.from
    }
}

/// The shifts that lie wholly within a span: by hours, dated hours, holidays and overrides, without time off and
/// days out of office. Somebody without hours, or whose hours never end, has none.
pub fn working_shifts(person: &PersonKey, within: Span, facts: &Facts<'_>) -> Vec<Shift> {
    let mut duty = RangeSet::new();
    for span in shifts(person, within, facts) {
        insert(&mut duty, span);
    }
    for span in absences(person, facts).into_iter().filter(|span| !span.is_empty()) {
        duty.remove(span.from..span.until);
    }
    let mut found: Vec<Shift> = Vec::new();
    for piece in duty.iter().map(Span::from) {
        match found.last_mut() {
            Some(last) if piece.from - last.span.until < APART => {
                last.span.until = piece.until;
                last.pieces.push(piece);
            }
            Some(_) | None => found.push(Shift { span: piece, pieces: vec![piece] }),
        }
    }
    // What the edge of the span cuts has its beginning or end elsewhere.
    found.retain(|shift| within.from < shift.span.from && shift.span.until < within.until);
    found
}

/// Planned absences: time off, and what the calendar calls out of office.
fn absences(person: &PersonKey, facts: &Facts<'_>) -> Vec<Span> {
    let nothing = Live::default();
    let live = facts.live.get(person).unwrap_or(&nothing);
    let off = time_off(person, live, &schedule_of(person, facts).zone, facts.roster);
    let entries = facts.calendars.get(person).map_or(&[][..], Vec::as_slice);
    let away = entries.iter().filter(|entry| entry.kind == BusyKind::OutOfOffice);
    let away = away.map(|entry| Span::new(entry.from, entry.until));
    off.into_iter().map(|(span, _)| span).chain(away).collect()
}
