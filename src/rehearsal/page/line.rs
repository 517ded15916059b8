//! An act at the page as a script has it, or in words where scripts have none.

use super::acts::{Active, Deed, Doing, Own, Talk, Use};
use super::record::Line;
use crate::clock::Timestamp;
use crate::id::{ChannelId, UserId};
use crate::rehearsal::Slack;
use crate::rehearsal::script::{self, Act, On, Set};
use std::time::Duration;

pub(super) fn line(slack: &Slack, doing: &Doing) -> Line {
    let handle = slack.read(|state| state.users.get(&doing.who).map(|it| it.handle.clone()));
    let who = handle.unwrap_or_else(|| doing.who.to_string());
    match &doing.deed {
        Deed::Talk(deed) => talk(slack, &doing.who, &who, deed),
        Deed::Use(deed) => used(slack, &who, deed),
        Deed::Own(deed) => own(&who, deed),
    }
}

fn talk(slack: &Slack, user: &UserId, who: &str, deed: &Talk) -> Line {
    let act = |it: script::Talk| Act::Person { who: who.to_owned(), deed: script::Deed::Talk(it) };
    match deed {
        Talk::Say { channel, thread: Some(thread), text } => {
            let act = act(script::Talk::Reply { text: text.clone() });
            Line::InThread(channel.clone(), thread.clone(), act)
        }
        Talk::Say { channel, thread: None, text } => Line::Act(act(match name_of(slack, channel) {
            Some(channel) => script::Talk::Say { channel, text: text.clone() },
            None => script::Talk::SayToBot { text: text.clone() },
        })),
        Talk::SayToBot { text } => Line::Act(act(script::Talk::SayToBot { text: text.clone() })),
        Talk::Upload { channel, thread: Some(thread), name, text } if text.is_empty() => {
            let act = act(script::Talk::Upload { name: name.clone() });
            Line::InThread(channel.clone(), thread.clone(), act)
        }
        Talk::Upload { name, text, .. } => Line::Words(format!("{who} shares {name} with: {text}")),
        Talk::Edit { channel, ts, text } => {
            let act = act(script::Talk::Edit { text: text.clone() });
            Line::Last(user.clone(), channel.clone(), ts.clone(), act)
        }
        Talk::Delete { channel, ts } => {
            Line::Last(user.clone(), channel.clone(), ts.clone(), act(script::Talk::Delete))
        }
        Talk::React { channel, ts, name } => {
            let act = |on| act(script::Talk::React { emoji: name.clone(), on });
            Line::On { channel: channel.clone(), ts: ts.clone(), root: act(On::Root), card: act(On::Card) }
        }
        Talk::Unreact { channel, ts, name } => {
            let act = |on| act(script::Talk::Unreact { emoji: name.clone(), on });
            Line::On { channel: channel.clone(), ts: ts.clone(), root: act(On::Root), card: act(On::Card) }
        }
    }
}

fn used(slack: &Slack, who: &str, deed: &Use) -> Line {
    let act = |it: script::Use| Act::Person { who: who.to_owned(), deed: script::Deed::Use(it) };
    match deed {
        Use::Command { channel, command, text } => match name_of(slack, channel) {
            Some(channel) => {
                let (command, text) = (command.clone(), text.clone());
                Line::Act(act(script::Use::Command { channel, command, text }))
            }
            None => Line::Words(format!("{who} types to the bot: {command} {text}")),
        },
        Use::Press { label, .. } => Line::Act(act(script::Use::Press { label: label.clone() })),
        Use::Choose { label, shown, .. } => {
            Line::Act(act(script::Use::Choose { label: label.clone(), option: shown.clone() }))
        }
        Use::Submit { fields } => {
            let filled = fields.iter().filter(|it| !it.shown.is_empty());
            let values = filled.map(|it| (it.label.clone(), it.shown.clone())).collect();
            Line::Act(act(script::Use::FillIn { values }))
        }
        Use::CloseView => Line::Words(format!("{who} closes the form")),
        Use::Shortcut { callback, channel, ts } => {
            let act = act(script::Use::Shortcut { callback: callback.clone() });
            Line::InThread(channel.clone(), ts.clone(), act)
        }
        Use::OpenHome => Line::Act(act(script::Use::OpenHome)),
    }
}

fn own(who: &str, deed: &Own) -> Line {
    let act = |it: Set| Act::Person { who: who.to_owned(), deed: script::Deed::Set(it) };
    match deed {
        Own::SetStatus { emoji, text, .. } if emoji.is_empty() && text.is_empty() => {
            Line::Act(act(Set::NoStatus))
        }
        Own::SetStatus { emoji, text, until } => {
            let status = Set::Status { emoji: emoji.clone(), text: text.clone(), until: None };
            Line::Until(until.and_then(Timestamp::from_timestamp_millis), act(status))
        }
        Own::Snooze { minutes: Some(minutes) } => {
            Line::Act(act(Set::Snooze(Duration::from_secs(u64::from(*minutes) * 60))))
        }
        Own::Snooze { minutes: None } => Line::Act(act(Set::NoSnooze)),
        Own::SetPresence { active: Active::Active } => Line::Words(format!("{who} is active")),
        Own::SetPresence { active: Active::Away } => Line::Words(format!("{who} is away")),
        Own::Join { channel } => Line::Words(format!("{who} joins {channel}")),
        Own::Read { .. } => Line::Nothing,
    }
}

/// A channel's name; none for a conversation with the app.
fn name_of(slack: &Slack, channel: &ChannelId) -> Option<String> {
    let name = slack.read(|state| state.channels.get(channel).map(|it| it.name.clone()));
    name.filter(|name| !name.is_empty())
}
