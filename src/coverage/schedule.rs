//! A schedule on the time line: weekly hours, dated hours and holidays in one zone, as spans of instants.

use super::holidays::Holidays;
use super::hours::{DayHours, Hours};
use super::span::Span;
use crate::zone::Zone;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// When a person works or a desk is open: dated hours beat a holiday, a holiday beats weekly hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Schedule {
    pub zone: Zone,
    pub hours: Hours,
    /// These replace the weekly hours of their day.
    pub dates: BTreeMap<NaiveDate, DayHours>,
    pub holidays: Option<Arc<Holidays>>,
}

impl Schedule {
    /// Weekly hours alone.
    pub fn of(zone: Zone, hours: Hours) -> Self {
        Self { zone, hours, ..Self::default() }
    }

    /// The open spans within `within`, in order; touching ones are joined.
    pub fn open_spans(&self, _within: Span) -> Vec<Span> {
        todo!()
    }
}
