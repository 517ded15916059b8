//! News from Slack that concern the installation rather than a case.

use super::account::Profile;
use super::identity::Identity;
use super::lenient::{as_text, list, seconds, text};
use crate::clock::Timestamp;
use crate::id::{ChannelId, GroupId, UserId};
use serde_json::Value;

/// What the app looks after itself: who is who, where the bot is, and whether it still may speak.
#[derive(Clone, Debug, PartialEq)]
pub enum Notice {
    /// The app was removed from its workspace: nothing works until it is installed again.
    AppRemoved,
    /// The bot's token was revoked.
    TokenRevoked,
    /// Too many events in the minute that began then: some were not sent.
    EventsWithheld {
        minute: Timestamp,
    },
    ChannelArchived(ChannelId),
    ChannelUnarchived(ChannelId),
    ChannelDeleted(ChannelId),
    /// Created or renamed.
    ChannelNamed {
        channel: ChannelId,
        name: String,
    },
    /// The channel goes by another id from now on.
    ChannelMoved {
        from: ChannelId,
        to: ChannelId,
    },
    /// The bot came into a channel.
    BotJoined(ChannelId),
    /// The bot was taken out of a channel.
    BotLeft(ChannelId),
    /// The members, name or existence of a user group changed.
    GroupChanged(GroupId),
    /// Somebody opened the bot's App Home.
    HomeOpened {
        by: UserId,
    },
    /// Somebody's account: new, renamed, deactivated, in another zone.
    Account(Box<Profile>),
}

/// The news in an event, if it is of a kind that the app looks after.
pub(super) fn read(kind: &str, event: &Value, bot: &Identity) -> Option<Notice> {
    let channel = || ["channel.id", "channel"].iter().find_map(|path| text(event, path)).map(ChannelId::new);
    let is_bot = || text(event, "user").as_deref() == Some(bot.user.as_str());
    match kind {
        "app_uninstalled" => Some(Notice::AppRemoved),
        "tokens_revoked" => revoked(event, bot),
        "app_rate_limited" => Some(Notice::EventsWithheld { minute: seconds(event, "minute_rate_limited")? }),
        "channel_archive" | "group_archive" => channel().map(Notice::ChannelArchived),
        "channel_unarchive" | "group_unarchive" => channel().map(Notice::ChannelUnarchived),
        "channel_deleted" | "group_deleted" => channel().map(Notice::ChannelDeleted),
        "channel_rename" | "channel_created" | "group_rename" => {
            Some(Notice::ChannelNamed { channel: channel()?, name: text(event, "channel.name")? })
        }
        "channel_id_changed" => Some(Notice::ChannelMoved {
            from: ChannelId::new(text(event, "old_channel_id")?),
            to: ChannelId::new(text(event, "new_channel_id")?),
        }),
        "member_joined_channel" => channel().filter(|_| is_bot()).map(Notice::BotJoined),
        "member_left_channel" => channel().filter(|_| is_bot()).map(Notice::BotLeft),
        // Sent to the bot that was taken out.
        "channel_left" | "group_left" => channel().map(Notice::BotLeft),
        "subteam_created" | "subteam_updated" | "subteam_members_changed" => ["subteam.id", "subteam_id"]
            .iter()
            .find_map(|path| text(event, path))
            .map(|id| Notice::GroupChanged(GroupId::new(id))),
        "app_home_opened" if text(event, "tab").is_none_or(|tab| tab == "home") => {
            Some(Notice::HomeOpened { by: UserId::new(text(event, "user")?) })
        }
        "team_join" | "user_change" | "user_profile_changed" | "user_status_changed" => {
            Profile::read(event.get("user")?, bot).map(|profile| Notice::Account(Box::new(profile)))
        }
        _ => None,
    }
}

fn revoked(event: &Value, bot: &Identity) -> Option<Notice> {
    let ours = list(event, "tokens.bot").iter().filter_map(as_text).any(|user| user == bot.user.as_str());
    ours.then_some(Notice::TokenRevoked)
}
