//! What people read: decisions rendered into finished Slack calls.

pub mod call;
pub mod absence;
pub mod answer;
pub mod card;
pub mod direct;
pub mod intake;
pub mod limits;
pub mod mrkdwn;
pub mod note;
pub mod offers;
pub mod owning;
pub mod page;
pub mod ping;
pub mod scene;
pub mod status;
pub mod template;
pub mod thread;
pub mod timeline;
pub mod violations;
pub mod voice;
pub mod why;
