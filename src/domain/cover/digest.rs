//! The week in figures: when a desk is told of it, and which week that is.

use crate::clock::Timestamp;
use crate::coverage::Span;
use crate::domain::cover::board::Board;
use crate::domain::cover::note::CoverNote;
use crate::domain::desk::{Desk, DeskState, Digest, DigestTo};
use crate::domain::figures::DeskFigures;
use chrono::{Datelike as _, NaiveDateTime, TimeDelta};

/// The instants around `now` on which the digest falls: the last at or before it, and the one after.
fn around(desk: &Desk, digest: Digest, now: Timestamp) -> Span {
    let zone = &desk.coverage.schedule.zone;
    let today = zone.local(now).date();
    let days_since = (7 + i64::from(today.weekday().num_days_from_monday())
        - i64::from(digest.on.num_days_from_monday()))
        % 7;
    let on = |day: NaiveDateTime| zone.first(day);
    let this = (today - TimeDelta::days(days_since)).and_time(digest.at);
    match on(this) <= now {
        true => Span::new(on(this), on(this + TimeDelta::days(7))),
        false => Span::new(on(this - TimeDelta::days(7)), on(this)),
    }
}

/// The week that the desk is to be told of now; none while it is not due.
pub fn due(desk: &Desk, record: &DeskState, now: Timestamp) -> Option<Span> {
    let digest = desk.digest?;
    let until = around(desk, digest, now).from;
    let told = record.digested_at?;
    (told < until).then(|| Span::new(around(desk, digest, until - TimeDelta::seconds(1)).from, until))
}

/// When the next one is due.
pub fn next_at(desk: &Desk, record: &DeskState, now: Timestamp) -> Option<Timestamp> {
    let digest = desk.digest?;
    Some(match due(desk, record, now) {
        Some(_) => now,
        None => around(desk, digest, now).until,
    })
}

/// Tells the desk of its week when it is due and the figures are there. A desk that is new to this begins with the
/// next week.
pub fn look<'a>(board: &mut Board<'a>, desk: &'a Desk, figures: Option<&DeskFigures>) {
    let Some(digest) = desk.digest else { return };
    let now = board.now;
    let record = board.desk_record(&desk.key);
    if record.digested_at.is_none() {
        board.desk_record_mut(&desk.key).digested_at = Some(now);
        return;
    }
    let (Some(week), Some(figures)) = (due(desk, &record, now), figures) else { return };
    board.desk_record_mut(&desk.key).digested_at = Some(week.until);
    let note = CoverNote::Week { desk: desk.key.clone(), week, figures: Box::new(figures.clone()) };
    match digest.to {
        DigestTo::Channel => board.announce(desk, &[], &note),
        DigestTo::Supervisor => {
            for supervisor in board.supervisors(desk) {
                board.tell(&desk.key, &supervisor, note.clone());
            }
        }
    }
}
