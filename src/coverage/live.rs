//! What is known of a person at this moment: their own word, Slack's states, breaks and calendar.

use super::hours::DayHours;
use super::span::{Span, Wall};
use crate::id::{DeskKey, PersonKey};
use crate::zone::Timestamp;
use chrono::{NaiveDate, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How long a dated change is kept after its day: a night shift runs on, and zones differ.
const DATES_KEPT_FOR: TimeDelta = TimeDelta::days(3);

/// What is known of one person beyond the configuration. It is stored.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Live {
    /// What they told the bot, in order; no two overlap.
    #[serde(alias = "word", deserialize_with = "one_or_several")]
    pub words: Vec<Word>,
    /// Their Slack status.
    pub status: Option<Status>,
    /// Slack's do-not-disturb, as far as it can be seen.
    pub dnd: Option<Dnd>,
    /// Slack's green dot.
    pub presence: Option<Presence>,
    /// Granted breaks, past ones included until they are tidied away.
    pub breaks: Vec<Break>,
    /// Planned absences entered with `/coverage off`; walls are in the person's zone.
    pub time_off: Vec<Absence>,
    /// Hours of single days that they entered themselves, on their own wall: they replace what the configuration
    /// says of that day.
    pub dates: BTreeMap<NaiveDate, DayHours>,
}

/// A person's own word to the bot. It comes before everything but the desk's hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Word {
    /// Away since `from`; without `until`, until they say they are back.
    Away { from: Timestamp, until: Option<Timestamp>, note: Option<String> },
    /// Standing in, and therefore available, from `from` on.
    Covering {
        from: Timestamp,
        until: Option<Timestamp>,
        /// Whose place they take: they answer in the tiers of that person meanwhile.
        person: Option<PersonKey>,
        /// The desks this concerns; every desk when none is named.
        #[serde(default, alias = "desk", deserialize_with = "one_or_several")]
        desks: Vec<DeskKey>,
    },
}

impl Word {
    /// When the word holds.
    pub fn span(&self) -> Span {
        let (Self::Away { from, until, .. } | Self::Covering { from, until, .. }) = self;
        Span::new(*from, until.unwrap_or(Timestamp::MAX_UTC))
    }

    /// Whether it concerns a desk.
    pub fn is_about(&self, desk: &DeskKey) -> bool {
        match self {
            Self::Away { .. } => true,
            Self::Covering { desks, .. } => desks.is_empty() || desks.contains(desk),
        }
    }

    /// The same within another span; one that lasts for ever has no end.
    fn cut(&self, span: Span) -> Self {
        let mut part = self.clone();
        let (Self::Away { from, until, .. } | Self::Covering { from, until, .. }) = &mut part;
        *from = span.from;
        *until = (span.until < Timestamp::MAX_UTC).then_some(span.until);
        part
    }
}

/// A list, or the one or none that was kept where a list is kept by now.
fn one_or_several<'de, T, D>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    T: Deserialize<'de>,
    D: serde::Deserializer<'de>,
{
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept<T> {
        Several(Vec<T>),
        One(Option<T>),
    }
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Several(list) => list,
        Kept::One(one) => one.into_iter().collect(),
    })
}

/// A Slack status. It ends when it expires.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Without colons; empty when only text is set.
    pub emoji: String,
    pub text: String,
    pub expires_at: Option<Timestamp>,
}

/// A span of do-not-disturb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dnd {
    pub from: Timestamp,
    pub until: Timestamp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    Active,
    Away,
}

/// A short absence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Break {
    pub from: Timestamp,
    pub until: Timestamp,
    pub note: Option<String>,
}

/// A planned absence on the person's wall clock: `until` is the first day, or instant, back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Absence {
    pub from: Wall,
    pub until: Wall,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// An interval of a person's calendar in which they are not free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Busy {
    pub from: Timestamp,
    pub until: Timestamp,
    pub kind: BusyKind,
    pub all_day: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BusyKind {
    Busy,
    OutOfOffice,
    /// Free, unless the person's `tentative` says busy.
    Tentative,
}

impl Live {
    /// Ends the person's own away and the break they are on, nothing else: what status or calendar say counts
    /// again from here. A break that is still to come stays.
    pub fn back(&mut self, now: Timestamp) {
        self.words.retain(|word| match word {
            Word::Away { .. } => false,
            Word::Covering { .. } => true,
        });
        self.breaks.retain(|one| !Span::new(one.from, one.until).contains(now));
    }

    /// Takes a new word. It ends what was said before of the same time; what they promised to cover outside it
    /// stays, and whoever leaves without an end is back for what they promised for later.
    pub fn say(&mut self, word: Word) {
        let word = match &word {
            Word::Away { from, until: None, .. } => match self.promised_after(*from) {
                Some(until) => word.cut(Span::new(*from, until)),
                None => word,
            },
            Word::Away { until: Some(_), .. } | Word::Covering { .. } => word,
        };
        let span = word.span();
        self.pause_covers(span);
        self.words.retain_mut(|before| match before {
            Word::Away { from, until, .. } if *from < span.until => {
                *until = Some(until.map_or(span.from, |until| until.min(span.from)));
                *from < span.from
            }
            Word::Away { .. } | Word::Covering { .. } => true,
        });
        self.words.push(word);
        self.words.sort_by_key(Word::span);
    }

    /// Takes a span out of what they cover; it goes on afterwards.
    pub fn pause_covers(&mut self, span: Span) {
        for word in std::mem::take(&mut self.words) {
            let (Word::Covering { .. }, all) = (&word, word.span()) else {
                self.words.push(word);
                continue;
            };
            let before = Span::new(all.from, all.until.min(span.from));
            let after = Span::new(all.from.max(span.until), all.until);
            self.words
                .extend([before, after].iter().filter(|part| !part.is_empty()).map(|part| word.cut(*part)));
        }
    }

    /// When the first cover begins that they promised for after `at`.
    pub fn promised_after(&self, at: Timestamp) -> Option<Timestamp> {
        let covers = self.words.iter().filter(|word| match word {
            Word::Covering { .. } => true,
            Word::Away { .. } => false,
        });
        covers.map(|word| word.span().from).filter(|from| *from > at).min()
    }

    /// What can be counted on ahead: their word, breaks and time off. Slack's states of this moment say nothing
    /// about next week.
    pub fn ahead(&self) -> Self {
        Self { status: None, dnd: None, presence: None, ..self.clone() }
    }

    /// Forgets what ended at or before `now` and can no longer change an answer.
    pub fn tidy(&mut self, now: Timestamp) {
        self.words.retain(|word| word.span().until > now);
        self.status.take_if(|status| status.expires_at.is_some_and(|at| at <= now));
        self.dnd.take_if(|dnd| dnd.until <= now);
        self.breaks.retain(|one| one.until > now);
        let kept_from = now.date_naive().checked_sub_signed(DATES_KEPT_FOR).unwrap_or(NaiveDate::MIN);
        self.dates.retain(|day, _| *day >= kept_from);
    }
}

/// Which Slack statuses mean "not available": `unavailable_when` of the configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct StatusRules {
    /// Names of emoji; colons around them are ignored.
    pub emoji: Vec<String>,
    /// Words or phrases, found as whole words in any case.
    pub text: Vec<String>,
}

impl StatusRules {
    /// Whether the status means that its person is not available.
    pub fn matches(&self, status: &Status) -> bool {
        let worn = bare(&status.emoji);
        let said = words(&status.text);
        self.emoji.iter().any(|emoji| !worn.is_empty() && bare(emoji) == worn)
            || self.text.iter().map(|text| words(text)).any(|phrase| {
                !phrase.is_empty() && said.windows(phrase.len()).any(|part| part == phrase.as_slice())
            })
    }
}

/// The emoji's name: no colons, no skin tone, any case.
fn bare(emoji: &str) -> String {
    let name = emoji.trim().trim_matches(':');
    name.split("::").next().unwrap_or_default().to_lowercase()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}
