//! What people read: every text as it stands, Slack's limits, and that nobody can be mentioned by typing.

mod endings;
mod forms;
mod history;
mod limits;
mod render;
mod texts;
pub mod world;
