//! What people read: decisions rendered into finished Slack calls.

pub mod call;
