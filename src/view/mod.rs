//! What people read: decisions rendered into finished Slack calls.
//!
//! Everything here is pure. What people typed is escaped where it enters a text (`mrkdwn`), what is built is
//! brought within Slack's sizes before it leaves (`limits`).

pub mod call;
pub mod mrkdwn;
pub mod limits;
pub mod violations;
pub mod voice;
pub mod page;
pub mod permalink;
pub mod scene;
pub mod card;
pub mod closing;
pub mod ping;
pub mod timeline;
pub mod note;
pub mod form;
mod absence;
mod afterwards;
mod answer;
mod booking;
mod cover;
mod cover_asked;
mod cover_form;
mod detour;
mod direct;
mod email;
mod help;
mod home;
mod home_parts;
mod inputs;
mod intake;
mod offers;
mod owning;
mod playbook;
mod playbook_said;
mod problem;
mod render;
pub mod report;
mod routine;
mod routine_form;
mod routine_said;
mod similar;
mod spoken;
mod status;
mod template;
pub mod ticket_note;
pub mod transcript;
mod said;
mod why;

pub use problem::request as missing;
pub use render::render;
pub use spoken::{Spoken, spoken};
pub use timeline::timeline_line;
pub use violations::violations;
