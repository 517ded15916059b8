//! What follows from Slack's answers: one table of its error codes, and one judgment.

use super::http::{Answer, Refusal};
use serde_json::Value;
use std::time::Duration;

/// Whether doing it twice would show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeated {
    /// Edits, deletions and look-ups: the second time changes nothing.
    Harmless,
    /// A post: the second one stands beside the first.
    Shows,
}

/// What an answer means for the one who asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Verdict {
    Done(Value),
    /// The message that was meant is not there, or not ours to change.
    NoSuchMessage {
        why: String,
    },
    /// Nothing was done; again after this long.
    Later {
        after: Duration,
        limited: Limited,
        why: String,
    },
    /// It may have been done.
    Perhaps {
        why: String,
    },
    /// It will never work.
    Never {
        why: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limited {
    /// Slack asked for less.
    ByRate,
    No,
}

/// What a code means for the request that got it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Means {
    /// It is so already.
    Done,
    NoSuchMessage,
    /// Slack's own trouble before anything was done.
    Passing,
    /// Slack's own trouble, perhaps after something was done.
    Broken,
    /// The bot's token or its permissions: an operator has to act, and then it works.
    Token(&'static str),
    Never(&'static str),
}

/// How often a code that is not in the table is tried before it is taken for final.
const UNKNOWN_TRIES_MAX: u32 = 3;

/// Between tries while an operator has to act.
const TOKEN_WAIT: Duration = Duration::from_secs(60);

/// Slack's error codes (docs: each method's page) and what they mean here.
const CODES: &[(&str, Means)] = &[
    ("already_reacted", Means::Done),
    ("no_reaction", Means::Done),
    ("not_pinned", Means::Done),
    ("message_not_found", Means::NoSuchMessage),
    ("cant_update_message", Means::NoSuchMessage),
    ("service_unavailable", Means::Passing),
    ("team_added_to_org", Means::Passing),
    ("message_limit_exceeded", Means::Passing),
    ("external_channel_migrating", Means::Passing),
    ("update_failed", Means::Passing),
    ("accesslimited", Means::Passing),
    ("internal_error", Means::Broken),
    ("fatal_error", Means::Broken),
    ("request_timeout", Means::Broken),
    (
        "invalid_auth",
        Means::Token("Slack does not know the bot token; set SLACK_BOT_TOKEN to the one on the app's page"),
    ),
    ("not_authed", Means::Token("no bot token was sent; set SLACK_BOT_TOKEN")),
    ("account_inactive", Means::Token("the bot's account is switched off; install the app again")),
    (
        "token_revoked",
        Means::Token("the bot token was revoked; install the app again and set SLACK_BOT_TOKEN"),
    ),
    ("token_expired", Means::Token("the bot token has expired; set SLACK_BOT_TOKEN to a new one")),
    ("not_allowed_token_type", Means::Token("SLACK_BOT_TOKEN must be the bot token (`xoxb-…`)")),
    ("org_login_required", Means::Token("the workspace is being moved to an organisation; wait for its end")),
    ("ekm_access_denied", Means::Token("the organisation's administrators have suspended access")),
    (
        "team_access_not_granted",
        Means::Token("the app has no access to this workspace; an administrator has to grant it"),
    ),
    ("access_denied", Means::Token("the app has no access; an administrator has to grant it")),
    ("missing_scope", Means::Never("the app lacks a permission; install it again from the manifest")),
    ("no_permission", Means::Never("the bot may not do this in this workspace")),
    ("not_in_channel", Means::Never("the bot is not in the channel; invite it there")),
    ("channel_not_found", Means::Never("the bot cannot see this channel; if it is private, invite the bot")),
    ("is_archived", Means::Never("the channel is archived")),
    ("restricted_action", Means::Never("the channel's settings do not let the bot post")),
    ("restricted_action_read_only_channel", Means::Never("the channel is read-only")),
    ("restricted_action_thread_only_channel", Means::Never("the channel takes replies in threads only")),
    ("restricted_action_non_threadable_channel", Means::Never("the channel has no threads")),
    ("restricted_action_thread_locked", Means::Never("the thread is locked")),
    ("thread_not_found", Means::Never("the thread is gone")),
    ("cannot_reply_to_message", Means::Never("nothing can be replied to this message")),
    ("msg_too_long", Means::Never("the message is too long")),
    ("msg_blocks_too_long", Means::Never("the message is too long")),
    ("no_text", Means::Never("the message is empty")),
    ("too_many_attachments", Means::Never("the message has too many attachments")),
    ("invalid_blocks", Means::Never("Slack does not take these blocks")),
    ("invalid_blocks_format", Means::Never("Slack does not take these blocks")),
    ("block_mismatch", Means::Never("the edit does not fit the message's blocks")),
    ("invalid_arguments", Means::Never("Slack does not take these arguments")),
    ("invalid_array_arg", Means::Never("Slack does not take these arguments")),
    ("invalid_arg_name", Means::Never("Slack does not take these arguments")),
    ("metadata_too_large", Means::Never("the message carries too much metadata")),
    ("metadata_must_be_sent_from_app", Means::Never("SLACK_BOT_TOKEN is not an app's token")),
    (
        "edit_window_closed",
        Means::Never("the workspace's settings do not let messages be edited for so long"),
    ),
    ("cant_delete_message", Means::Never("the bot may not delete this message")),
    (
        "compliance_exports_prevent_deletion",
        Means::Never("the workspace's settings do not let messages be deleted"),
    ),
    ("user_not_found", Means::Never("there is no such person in Slack")),
    ("users_not_found", Means::Never("there is no such person in Slack")),
    ("user_not_visible", Means::Never("the bot cannot see this person")),
    ("user_disabled", Means::Never("this person's account is switched off")),
    ("user_not_in_channel", Means::Never("this person is not in the channel")),
    ("cannot_dm_bot", Means::Never("an app takes no direct messages from the bot")),
    ("cannot_message_deactivated_user", Means::Never("this person's account is switched off")),
    (
        "messages_tab_disabled",
        Means::Never("the app's messages tab is off; install it again from the manifest"),
    ),
    ("not_enabled", Means::Never("the app's home tab is off; install it again from the manifest")),
    ("hash_conflict", Means::Never("somebody changed the view meanwhile")),
    ("view_too_large", Means::Never("the view is too large")),
    ("expired_trigger_id", Means::Never("the answer came later than Slack's three seconds")),
    ("trigger_expired", Means::Never("the answer came later than Slack's three seconds")),
    ("exchanged_trigger_id", Means::Never("a form was opened for this already")),
    ("not_found", Means::Never("Slack does not have it any more")),
];

/// Judges an answer. `attempts` is how many tries came before.
pub(super) fn judge(answer: Answer, repeated: Repeated, attempts: u32) -> Verdict {
    match answer {
        Answer::Yes(body) => Verdict::Done(body),
        Answer::No(refusal) => refused(&refusal, repeated, attempts),
        Answer::Limited { after } => Verdict::Later {
            after,
            limited: Limited::ByRate,
            why: "`ratelimited`: Slack asked to wait".to_owned(),
        },
        Answer::Unsent { why } => Verdict::Later { after: backoff(attempts), limited: Limited::No, why },
        Answer::Unknown { why } => broken(why, repeated, attempts),
    }
}

fn refused(refusal: &Refusal, repeated: Repeated, attempts: u32) -> Verdict {
    let means = CODES.iter().find(|(code, _)| *code == refusal.code).map(|(_, means)| *means);
    let detail = if refusal.detail.is_empty() { String::new() } else { format!(" ({})", refusal.detail) };
    let why = |said: &str| format!("`{}`: {said}{detail}", refusal.code);
    let later = |after, why| Verdict::Later { after, limited: Limited::No, why };
    match means {
        Some(Means::Done) => Verdict::Done(Value::Null),
        Some(Means::NoSuchMessage) => {
            Verdict::NoSuchMessage { why: why("the message is gone, or is not the bot's") }
        }
        Some(Means::Passing) => later(backoff(attempts), why("Slack is in trouble")),
        Some(Means::Broken) => broken(why("Slack is in trouble"), repeated, attempts),
        Some(Means::Token(what)) => later(TOKEN_WAIT, why(what)),
        Some(Means::Never(what)) => Verdict::Never { why: why(what) },
        None if attempts < UNKNOWN_TRIES_MAX => later(backoff(attempts), why("a refusal that is not known")),
        None => Verdict::Never { why: why("a refusal that is not known") },
    }
}

fn broken(why: String, repeated: Repeated, attempts: u32) -> Verdict {
    match repeated {
        Repeated::Harmless => Verdict::Later { after: backoff(attempts), limited: Limited::No, why },
        Repeated::Shows => Verdict::Perhaps { why },
    }
}

/// What an operator has to do about the bot's token, if this code is about it.
pub(super) fn token_trouble(code: &str) -> Option<&'static str> {
    CODES.iter().find(|(known, _)| *known == code).and_then(|(_, means)| match means {
        Means::Token(what) => Some(*what),
        Means::Done | Means::NoSuchMessage | Means::Passing | Means::Broken | Means::Never(_) => None,
    })
}

/// 1, 2, 4 … 60 seconds.
pub(super) fn backoff(attempts: u32) -> Duration {
    Duration::from_secs(1 << attempts.min(6)).min(Duration::from_secs(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no(code: &str) -> Answer {
        Answer::No(Refusal { code: code.to_owned(), detail: String::new() })
    }

    #[test]
    fn no_code_stands_in_the_table_twice() {
        for (index, (code, _)) in CODES.iter().enumerate() {
            assert!(CODES[index + 1..].iter().all(|(other, _)| other != code), "{code}");
        }
    }

    #[test]
    fn a_lost_answer_is_a_doubt_for_posts_alone() {
        let lost = || Answer::Unknown { why: "no answer in time".to_owned() };
        assert!(matches!(judge(lost(), Repeated::Shows, 0), Verdict::Perhaps { .. }));
        assert!(matches!(judge(lost(), Repeated::Harmless, 0), Verdict::Later { .. }));
        assert!(matches!(judge(no("fatal_error"), Repeated::Shows, 0), Verdict::Perhaps { .. }));
        let unsent = Answer::Unsent { why: "no connection to Slack".to_owned() };
        assert!(matches!(judge(unsent, Repeated::Shows, 0), Verdict::Later { .. }));
    }

    #[test]
    fn what_is_refused_for_good_says_what_to_do() {
        let Verdict::Never { why } = judge(no("not_in_channel"), Repeated::Shows, 0) else { panic!() };
        assert_eq!(why, "`not_in_channel`: the bot is not in the channel; invite it there");
        assert!(matches!(judge(no("brand_new_error"), Repeated::Shows, 0), Verdict::Later { .. }));
        assert!(matches!(judge(no("brand_new_error"), Repeated::Shows, 3), Verdict::Never { .. }));
        assert!(matches!(judge(no("token_revoked"), Repeated::Shows, 9), Verdict::Later { .. }));
        assert!(token_trouble("token_revoked").is_some() && token_trouble("is_archived").is_none());
    }

    #[test]
    fn waits_grow_to_a_minute() {
        let waits: Vec<u64> = (0..9).map(|attempts| backoff(attempts).as_secs()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }
}
