//! Who is available: hours, holidays, rotations, absences and one resolver that answers for every surface.
//!
//! Everything here is pure: the caller gives the instant and the facts, and gets the same answer every time.
//! All spans are half-open, `from` counts and `until` does not.

mod text;
pub mod span;
pub mod hours;
pub mod holidays;
pub mod schedule;
pub mod open;
pub mod rotation;
pub mod overrides;
pub mod who;
pub mod live;
pub mod roster;
pub mod desk;
pub mod answer;
mod line;
mod members;
pub mod resolver;
pub mod shift;
pub mod gaps;
pub mod ahead;
pub mod calendar;

pub use ahead::{BentShift, StandInOff, bent_shifts, stand_ins_off};
pub use answer::{Answer, Reason, Source};
pub use calendar::{Calendar, CalendarError};
pub use desk::{Desk, DndPolicy, EventDays, Facts, PresencePolicy, Tier, WhenClosed};
pub use gaps::{Gap, GapsError, Handoff, covered, gaps, next_handoff, on_coverage};
pub use holidays::{FeedAddress, HolidayError, HolidayRule, HolidaySpec, Holidays, NamedDay, Preset};
pub use hours::{DayHours, Hours, HoursError, WeeklyHours, Window};
pub use line::{schedule_of, shifts};
pub use live::{Absence, Break, Busy, BusyKind, Dnd, Live, Presence, Status, StatusRules, Word};
pub use members::people_of;
pub use overrides::{Change, Override, OverrideText};
pub use resolver::{WhoRow, on_tier, resolve, who};
pub use roster::{Person, Roster, RosterProblem, Tentative, TimeOff};
pub use rotation::{Every, Rotation, Turn, Unit};
pub use schedule::{Day, Schedule};
pub use shift::{Shift, working_shifts};
pub use span::{Span, Wall};
pub use who::Who;
