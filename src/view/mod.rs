//! What people read: decisions rendered into finished Slack calls.

pub mod call;
pub mod card;
pub mod limits;
pub mod mrkdwn;
pub mod page;
pub mod ping;
pub mod scene;
pub mod status;
pub mod timeline;
pub mod violations;
pub mod voice;
pub mod why;
