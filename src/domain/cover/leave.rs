//! An absence that somebody wishes for: a break, away until, off from and until.

use crate::clock::Timestamp;
use crate::coverage::{Absence, Break, Live, Span, Wall, Word};
use crate::zone::Zone;
use chrono::NaiveTime;
use serde::{Deserialize, Serialize};

/// The longest remark that travels with an absence.
const REMARK: usize = 200;

/// An absence with an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Leave {
    pub kind: LeaveKind,
    pub from: Timestamp,
    pub until: Timestamp,
    pub note: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveKind {
    /// Of a length: it begins when it is granted.
    Break,
    /// Until an instant.
    Away,
    /// Planned: days or times.
    Off,
}

impl Leave {
    /// An absence; none when it ends before it begins.
    pub fn new(kind: LeaveKind, from: Timestamp, until: Timestamp, note: Option<&str>) -> Option<Self> {
        let note = note.map(str::trim).filter(|note| !note.is_empty());
        let note = note.map(|note| note.chars().take(REMARK).collect());
        (from < until).then_some(Self { kind, from, until, note })
    }

    pub fn span(&self) -> Span {
        Span::new(self.from, self.until)
    }

    /// The same, granted at `now`: a break keeps its length, all else its end. None when it would be over.
    pub fn begun(&self, now: Timestamp) -> Option<Self> {
        let (from, until) = match self.kind {
            LeaveKind::Break => (now, now.checked_add_signed(self.until - self.from)?),
            LeaveKind::Away | LeaveKind::Off => (self.from.max(now), self.until),
        };
        (from < until).then(|| Self { from, until, ..self.clone() })
    }

    /// When a request for it is of no use any more.
    pub fn lapses_at(&self, asked_at: Timestamp) -> Timestamp {
        match self.kind {
            LeaveKind::Break => asked_at.checked_add_signed(chrono::TimeDelta::hours(1)).unwrap_or(asked_at),
            LeaveKind::Away | LeaveKind::Off => self.until,
        }
    }

    /// Enters the absence into what is known of its person, whose zone this is. A cover that the same person
    /// gives pauses for it, because one's own word comes before a break.
    pub fn enter(&self, live: &mut Live, zone: &Zone) {
        let note = self.note.clone();
        match self.kind {
            LeaveKind::Away => live.say(Word::Away { from: self.from, until: Some(self.until), note }),
            LeaveKind::Break => {
                live.pause_covers(self.span());
                live.breaks.push(Break { from: self.from, until: self.until, note });
            }
            LeaveKind::Off => {
                live.pause_covers(self.span());
                let (from, until) = (wall(zone, self.from), wall(zone, self.until));
                live.time_off.push(Absence { from, until, note });
            }
        }
    }
}

/// Whole days stay days, so that they follow the zone's rules; all else keeps its time.
fn wall(zone: &Zone, at: Timestamp) -> Wall {
    let local = zone.local(at);
    match local.time() == NaiveTime::MIN {
        true => Wall::Day(local.date()),
        false => Wall::Time(local),
    }
}
