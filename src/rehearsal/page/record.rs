//! The rehearsal as it is written down while it happens: every act as a script step, and what appeared after it.

use crate::clock::{Clock, Timestamp};
use crate::id::{ChannelId, MessageTs, UserId};
use crate::rehearsal::Slack;
use crate::rehearsal::script::{Act, Printer};
use chrono::{DurationRound, TimeDelta};
use serde_json::Value;
use std::collections::BTreeMap;

/// The number of what leaves no line.
const NOT_WRITTEN: usize = 0;
/// How much of a message names its thread.
const NAMED_BY: usize = 60;

/// An act on its way into the record.
pub(super) enum Line {
    Act(Act),
    /// Done in this thread, which `in thread` then means.
    InThread(ChannelId, MessageTs, Act),
    /// Done to somebody's last message, or else only told in words.
    Last(UserId, ChannelId, MessageTs, Act),
    /// A reaction, on whatever it stands on.
    On {
        channel: ChannelId,
        ts: MessageTs,
        root: Act,
        card: Act,
    },
    /// A status, with its end as an instant.
    Until(Option<Timestamp>, Act),
    /// Scripts have no words for it: a comment.
    Words(String),
    /// A step of a script, as written.
    Step(String),
    Nothing,
}

/// A step on paper.
struct Written {
    serial: usize,
    text: String,
    appeared: Vec<String>,
}

/// Keeps the record.
pub(super) struct Recorder {
    printer: Printer,
    zone: chrono_tz::Tz,
    started: Timestamp,
    /// The time up to which the record's own waits add up.
    written_to: Timestamp,
    thread: Option<(ChannelId, MessageTs)>,
    last: BTreeMap<UserId, (ChannelId, MessageTs)>,
    steps: Vec<Written>,
    serial: usize,
}

impl Recorder {
    pub fn new(slack: &Slack, zone: chrono_tz::Tz) -> Self {
        let now = slack.clock().now();
        let started = now.duration_trunc(TimeDelta::minutes(1)).unwrap_or(now);
        Self {
            printer: Printer::new(slack, zone),
            zone,
            started,
            written_to: started,
            thread: None,
            last: BTreeMap::new(),
            steps: Vec::new(),
            serial: 0,
        }
    }

    /// Writes an act down; the number takes it back if it turns out to be impossible.
    pub fn write(&mut self, slack: &Slack, line: &Line) -> usize {
        self.catch_up(slack);
        let text = match line {
            Line::Nothing => return NOT_WRITTEN,
            Line::Act(act) => act.to_string(),
            Line::InThread(channel, ts, act) => {
                let root = root_of(slack, channel, ts);
                if self.turned_to(slack, channel, &root) {
                    act.to_string()
                } else {
                    format!("# {}", act.to_string().replace('\n', " "))
                }
            }
            Line::Last(user, channel, ts, act) => {
                let last = self.last.get(user) == Some(&(channel.clone(), ts.clone()));
                if last { act.to_string() } else { format!("# an earlier message: {act}").replace('\n', " ") }
            }
            Line::On { channel, ts, root, card } => self.reaction(slack, channel, ts, root, card),
            Line::Until(until, act) => {
                let until = until.map(|at| at.with_timezone(&self.zone).format(" until %H:%M").to_string());
                format!("{act}{}", until.unwrap_or_default())
            }
            Line::Words(words) => format!("# {}", words.replace('\n', " ")),
            Line::Step(text) => text.replace('\n', "\n  "),
        };
        self.push(text)
    }

    fn reaction(
        &mut self,
        slack: &Slack,
        channel: &ChannelId,
        ts: &MessageTs,
        on_root: &Act,
        on_card: &Act,
    ) -> String {
        let root = root_of(slack, channel, ts);
        let bot = slack.read(|state| state.bot.user.clone());
        let thread = slack.thread(channel, &root);
        let is_card =
            thread.iter().skip(1).find(|message| message.user == bot).is_some_and(|it| it.ts == *ts);
        let act = if is_card { on_card } else { on_root };
        if (is_card || *ts == root) && self.turned_to(slack, channel, &root) {
            act.to_string()
        } else {
            format!("# on another message: {act}")
        }
    }

    /// Makes a thread the one that is talked about; false when no words name it.
    fn turned_to(&mut self, slack: &Slack, channel: &ChannelId, root: &MessageTs) -> bool {
        let wanted = (channel.clone(), root.clone());
        if self.thread.as_ref() == Some(&wanted) {
            return true;
        }
        let Some(words) = words_for(slack, channel, root) else { return false };
        self.push(Act::TurnTo { words }.to_string());
        self.thread = Some(wanted);
        true
    }

    /// What the model made of an act: a message of one's own is the last one from now on, as far as a script
    /// that is played again will have it.
    pub fn learn(&mut self, slack: &Slack, written: usize, who: &UserId, answer: &Value) {
        let playable = |step: &Written| step.serial == written && !step.text.starts_with('#');
        if !self.steps.iter().rev().any(playable) {
            return;
        }
        let (Some(channel), Some(ts)) = (answer["channel"].as_str(), answer["ts"].as_str()) else { return };
        let place = (ChannelId::from(channel), MessageTs::from(ts));
        let top_level = slack.message(&place.0, &place.1).is_some_and(|it| it.thread.is_none());
        if top_level {
            self.thread = Some(place.clone());
        }
        self.last.insert(who.clone(), place);
    }

    /// What a form said under its fields, as a script that is played tells it.
    pub fn objected(&mut self, written: usize, answer: &Value) {
        let errors = answer["errors"].as_object().into_iter().flatten();
        let lines =
            errors.map(|(field, words)| format!("under {field}: {}", words.as_str().unwrap_or_default()));
        if let Some(step) = self.steps.iter_mut().find(|step| step.serial == written) {
            step.appeared.extend(lines);
        }
    }

    /// The thread that a script turned to.
    pub fn follow(&mut self, thread: Option<&(ChannelId, MessageTs)>) {
        self.thread = thread.cloned().or_else(|| self.thread.take());
    }

    pub fn take_back(&mut self, serial: usize) {
        self.steps.retain(|step| step.serial != serial);
    }

    /// Lays what appeared to the step before it, and writes down how long nothing was done.
    pub fn catch_up(&mut self, slack: &Slack) {
        let news = self.printer.news(slack, self.thread.as_ref());
        let now = slack.clock().now();
        let passed = TimeDelta::seconds((now - self.written_to).num_seconds());
        if passed > TimeDelta::zero() {
            self.written_to += passed;
            self.push(Act::Wait(passed.to_std().unwrap_or_default()).to_string());
        }
        if news.is_empty() {
            return;
        }
        match self.steps.last_mut() {
            Some(step) => step.appeared.extend(news),
            None => {
                let serial = self.push("# before anybody did anything".to_owned());
                self.steps
                    .iter_mut()
                    .filter(|it| it.serial == serial)
                    .for_each(|it| it.appeared.clone_from(&news));
            }
        }
    }

    fn push(&mut self, text: String) -> usize {
        self.serial += 1;
        self.steps.push(Written { serial: self.serial, text, appeared: Vec::new() });
        self.serial
    }

    /// The record as a story.
    pub fn story(&mut self, slack: &Slack) -> String {
        self.catch_up(slack);
        let local = self.started.with_timezone(&self.zone);
        let mut lines = vec![
            format!("# A rehearsal of {}", local.format("%-d %B %Y")),
            format!("at: {} {}", local.format("%Y-%m-%d %H:%M"), self.zone.name()),
        ];
        for step in &self.steps {
            lines.push(String::new());
            lines.push(step.text.clone());
            let playable = !step.text.starts_with('#');
            let mark = if playable { "| " } else { "# | " };
            lines.extend(step.appeared.iter().map(|line| format!("{mark}{line}").trim_end().to_owned()));
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

fn root_of(slack: &Slack, channel: &ChannelId, ts: &MessageTs) -> MessageTs {
    slack.message(channel, ts).and_then(|message| message.thread).unwrap_or_else(|| ts.clone())
}

/// The first words of a message, when no later one holds them too: `turn to` takes the newest.
fn words_for(slack: &Slack, channel: &ChannelId, root: &MessageTs) -> Option<String> {
    slack.read(|state| {
        let text = &state.message(channel, root)?.text;
        let all = text.lines().map(|line| line.chars().take(NAMED_BY).collect::<String>());
        let names = all.map(|line| line.trim_matches(['"', ' ']).to_owned()).filter(|line| !line.is_empty());
        let newest = |words: &String| {
            let holding = state.messages.values().flat_map(|all| all.values());
            let holding = holding.filter(|it| it.in_channel() && it.text.contains(words.as_str()));
            holding.max_by_key(|it| it.ts.parts()).is_some_and(|it| it.ts == *root)
        };
        names.into_iter().find(newest)
    })
}
