//! Addresses that open a message in Slack.

use crate::domain::case::{Case, Root};
use crate::id::{ChannelId, MessageTs};

/// Opens a message, in whichever workspace its channel is.
pub fn permalink(channel: &ChannelId, ts: &MessageTs) -> String {
    let digits: String = ts.as_str().chars().filter(char::is_ascii_digit).collect();
    format!("https://slack.com/archives/{channel}/p{digits}")
}

/// Opens a case's thread; none where it hangs on the bot's own post, whose place the case does not know.
pub fn to_thread(case: &Case) -> Option<String> {
    match &case.root {
        Root::Post(ts) => Some(permalink(&case.channel, ts)),
        Root::Bot => None,
    }
}
