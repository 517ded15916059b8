//! A desk's lists for the working day, as configured.

use crate::clock::Length;
use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// What a desk asks of a shift. A list that is not given does not come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Routines {
    pub start: Option<Vec<String>>,
    pub middle: Option<Vec<String>>,
    /// With it the end of a shift hands cases over, and marks its person unavailable.
    pub end: Option<Vec<String>>,
    /// What can be done when it is quiet: ticked with the middle, and shown with the review.
    pub quiet: Vec<String>,
    /// How long before a shift is over its last list comes.
    pub end_before: Length,
    /// A hold that stands for as long as this is looked over.
    pub stale_after: Length,
    pub review: Review,
}

/// On which day everybody looks at their hours of the week to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Review {
    /// With the first shift of the week that begins on this day or later.
    From(Weekday),
    Never,
}

/// A point of the working day, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Moment {
    /// The look at the hours of the week to come.
    Review,
    Start,
    Middle,
    End,
    /// The shift is over: whoever worked it is marked unavailable.
    Over,
}

impl Routines {
    /// What is to be ticked at a moment; none when the desk has no such list.
    pub fn list(&self, moment: Moment) -> Option<&[String]> {
        match moment {
            Moment::Start => self.start.as_deref(),
            Moment::Middle if self.quiet.is_empty() => self.middle.as_deref(),
            Moment::Middle => Some(self.middle.as_deref().unwrap_or_default()),
            Moment::End => self.end.as_deref(),
            Moment::Over => self.end.as_ref().map(|_| &[][..]),
            Moment::Review => match self.review {
                Review::From(_) => Some(&[]),
                Review::Never => None,
            },
        }
    }
}
