//! The working day: lists at each person's own start, middle and end of a shift, the end that hands cases over,
//! and Monday's look at the hours of the week to come.
//!
//! Nothing is armed. What is due follows from somebody's hours (`plan`), and their record says what they have had.

mod due;
mod end;
mod handing;
pub mod note;
mod plan;
mod press;
pub mod record;
pub mod rules;
mod week;
mod work;

pub use due::{look, next_look};
pub use end::unmarked;
pub use handing::{hand_on, taken_by};
pub use press::{pressed, submitted};
pub use work::{time_off, work_of};
