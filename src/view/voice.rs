//! How things are said, in Slack and on a terminal alike: names, times, lengths, lists, states.

use crate::clock::{Length, Timestamp};
use crate::coverage::{Answer, BusyKind, Reason};
use crate::domain::directory::Directory;
use crate::id::{PersonKey, UserId};
use crate::view::mrkdwn;
use crate::zone::Zone;

/// The longest name that is shown whole.
const NAME: usize = 80;
/// The longest remark that is shown whole in the middle of a sentence.
const REMARK: usize = 300;

/// Where the words will be read.
#[derive(Clone, Copy)]
pub enum Medium<'a> {
    /// In Slack: everybody reads times in their own zone, and what people typed is escaped.
    Slack { now: Timestamp },
    /// Plain text, times in this zone.
    Terminal { zone: &'a Zone },
}

/// The one who speaks: knows everybody's name and where the words will be read.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    pub directory: &'a Directory,
    pub medium: Medium<'a>,
}

impl Voice<'_> {
    /// A plain name, never a mention.
    pub fn name(&self, user: &UserId) -> String {
        let known = self.directory.name(user);
        self.words(if known.trim().is_empty() { user.as_str() } else { known }, NAME)
    }

    /// Several names, as a list in a sentence.
    pub fn names<'b>(&self, users: impl IntoIterator<Item = &'b UserId>) -> String {
        let names: Vec<String> = users.into_iter().map(|user| self.name(user)).collect();
        list(&names)
    }

    /// The name of somebody whom coverage knows by their key.
    pub fn person(&self, key: &PersonKey) -> String {
        self.name(&self.directory.user(key).unwrap_or_else(|| UserId::new(key.as_str())))
    }

    /// What somebody typed, or configured, for the middle of a sentence.
    pub fn typed(&self, text: &str) -> String {
        self.words(text, REMARK)
    }

    /// [`Self::typed`], of another length.
    pub fn words(&self, text: &str, most: usize) -> String {
        match self.medium {
            Medium::Slack { .. } => mrkdwn::inline(text, most),
            Medium::Terminal { .. } => mrkdwn::plain(text, most),
        }
    }

    /// An instant.
    pub fn time(&self, at: Timestamp) -> String {
        match self.medium {
            Medium::Slack { now } => mrkdwn::time(at, now),
            Medium::Terminal { zone } => zone.local(at).format("%Y-%m-%d %H:%M").to_string(),
        }
    }

    /// An instant at which something happens: `at 14:00`, `tomorrow at 09:00`.
    pub fn at(&self, at: Timestamp) -> String {
        let shown = self.time(at);
        match self.medium {
            Medium::Slack { now } if !mrkdwn::is_soon(at, now) => shown,
            Medium::Slack { .. } | Medium::Terminal { .. } => format!("at {shown}"),
        }
    }

    /// An instant in a list of different days.
    pub fn day_and_time(&self, at: Timestamp) -> String {
        match self.medium {
            Medium::Slack { .. } => mrkdwn::day_and_time(at),
            Medium::Terminal { zone } => zone.local(at).format("%a %Y-%m-%d %H:%M").to_string(),
        }
    }

    /// What the resolver says of somebody, as a predicate: `is in a meeting until 14:00`.
    pub fn state(&self, answer: &Answer) -> String {
        let until = answer.until.map_or_else(String::new, |at| format!(" until {}", self.time(at)));
        format!("{}{until}", self.reason(&answer.reason))
    }

    fn reason(&self, reason: &Reason) -> String {
        let with = |text: &str, note: &Option<String>| match note.as_deref().map(str::trim) {
            Some(note) if !note.is_empty() => format!("{text} ({})", self.typed(note)),
            Some(_) | None => text.to_owned(),
        };
        match reason {
            Reason::DeskClosed { holiday } => with("is off while the desk is closed", holiday),
            Reason::Away { note } => with("is away", note),
            Reason::Covering { person: Some(person) } => format!("covers for {}", self.person(person)),
            Reason::Covering { person: None } => "covers here".to_owned(),
            Reason::TimeOff { note } => with("has time off", note),
            Reason::Calendar { busy: BusyKind::OutOfOffice, .. } => "is out of office".to_owned(),
            Reason::Calendar { all_day: true, .. } => "is busy all day".to_owned(),
            Reason::Calendar { busy: BusyKind::Busy | BusyKind::Tentative, .. } => {
                "is in a meeting".to_owned()
            }
            Reason::Dnd => "has notifications paused".to_owned(),
            Reason::Status { status } if !status.text.trim().is_empty() => {
                format!("has the status “{}”", self.words(&status.text, NAME))
            }
            Reason::Status { status } => {
                format!("has the status “{}”", self.words(&status.emoji.replace('_', " "), NAME))
            }
            Reason::Break { note } => with("is on a break", note),
            Reason::StandIn { person: Some(person), .. } => format!("stands in for {}", self.person(person)),
            Reason::StandIn { person: None, rotation } => {
                format!("stands in on {}", self.typed(rotation.as_str()))
            }
            Reason::EventDays => "is on duty for this event".to_owned(),
            Reason::OnDate | Reason::InHours => "is on shift".to_owned(),
            Reason::OffDate => "is off on this date".to_owned(),
            Reason::Holiday { name } => format!("is off for the holiday ({})", self.typed(name)),
            Reason::OffHours => "is off shift".to_owned(),
            Reason::PresenceAway => "is not active in Slack".to_owned(),
            Reason::Free => "is available".to_owned(),
        }
    }
}

/// [`Voice::state`] said to the person themselves: `are in a meeting until 14:00`.
pub fn to_you(state: &str) -> String {
    for (third, second) in [("is ", "are "), ("has ", "have "), ("covers ", "cover "), ("stands ", "stand ")]
    {
        if let Some(rest) = state.strip_prefix(third) {
            return format!("{second}{rest}");
        }
    }
    state.to_owned()
}

/// `Ana`, `Ana and Bo`, `Ana, Bo and Kofi`; of more than eight the rest is counted.
pub fn list(items: &[String]) -> String {
    const MOST: usize = 8;
    match items {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [first @ .., last] if items.len() <= MOST => format!("{} and {last}", first.join(", ")),
        many => {
            let shown = many.get(..MOST - 1).unwrap_or_default().join(", ");
            format!("{shown} and {} more", many.len() + 1 - MOST)
        }
    }
}

/// `5 minutes`, `1 hour 30 minutes`, `2 days`: the two largest parts.
pub fn length(length: Length) -> String {
    let seconds = length.as_secs();
    let parts = [
        (seconds / 86_400, "day"),
        (seconds / 3_600 % 24, "hour"),
        (seconds / 60 % 60, "minute"),
        (seconds % 60, "second"),
    ];
    let shown: Vec<String> =
        parts.iter().filter(|(n, _)| *n > 0).take(2).map(|(n, unit)| count(*n, unit)).collect();
    if shown.is_empty() { "a moment".to_owned() } else { shown.join(" ") }
}

/// How much time lies between two instants, as [`length`].
pub fn between(from: Timestamp, until: Timestamp) -> String {
    let seconds = u32::try_from((until - from).num_seconds().max(0)).unwrap_or(u32::MAX);
    // Past an hour nobody counts the seconds.
    length(Length::seconds(if seconds > 3_600 { seconds - seconds % 60 } else { seconds }))
}

/// `1 case`, `2 cases`.
pub fn count(n: u32, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
