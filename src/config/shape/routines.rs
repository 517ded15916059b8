//! The lists of a shift as they are written.

use super::super::yaml::value::At;
use crate::clock::Length;
use schemars::JsonSchema;
use serde::Deserialize;

/// What is to be done at the start, in the middle and at the end of everybody's own shift.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RoutinesText {
    /// With the first instant of a shift. Without it, no such list.
    pub start: Option<At<Vec<At<String>>>>,
    /// When half of the working time is done. Without it, no such list, unless there is something for quiet hours.
    pub middle: Option<At<Vec<At<String>>>>,
    /// Shortly before a shift is over. With it the end of a shift offers to hand cases over, and marks its person
    /// unavailable until the next one.
    pub end: Option<At<Vec<At<String>>>>,
    /// What can be done when it is quiet.
    pub quiet: Option<At<Vec<At<String>>>>,
    /// How long before the end of a shift its list comes. Default: `15m`.
    pub end_before: Option<At<Length>>,
    /// A hold that stands for as long as this is looked over. Default: `2d`.
    pub stale_after: Option<At<Length>>,
    /// From which day on the week's first shift reviews the hours of the week to come, or `never`. Default: `mon`.
    pub review: Option<ReviewText>,
}

/// A day of the week, or never.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReviewText {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
    Never,
}
