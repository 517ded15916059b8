//! Weekly hours and the hours of single days, and the text they are written as.

use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// When a person works or a desk is open in an ordinary week.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Hours {
    /// No hours are set for a person; a desk that never closes.
    #[default]
    Always,
    Weekly(WeeklyHours),
}

/// The windows of each weekday, Monday first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeeklyHours {
    days: [DayHours; 7],
}

/// The windows of one day, in order, none overlapping another; none at all means closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayHours {
    windows: Vec<Window>,
}

/// Minutes since the day's midnight on the wall clock. `until` may pass 1440: it then lies on the next day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    pub from: u16,
    pub until: u16,
}

/// Hours that cannot be read or cannot be meant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursError {
    #[error("`{0}` begins and ends at the same time\nhint: write `00:00-24:00` for a whole day")]
    EqualEnds(String),
}

impl WeeklyHours {
    pub fn on(&self, weekday: Weekday) -> &DayHours {
        &self.days[weekday.num_days_from_monday() as usize]
    }
}

impl Hours {
    /// Reads `mon-fri: "08:30-12:00, 13:00-17:30"` and the like, key and value.
    pub fn weekly<'a>(_entries: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, HoursError> {
        todo!()
    }
}

impl std::str::FromStr for DayHours {
    type Err = HoursError;
    fn from_str(_text: &str) -> Result<Self, HoursError> {
        todo!()
    }
}
