//! Plays a script on the model, step by step, and prints what appears.

use super::print::Printer;
use super::{Act, Deed, On, ScriptError, Set, Start, Step, Talk, Use};
use crate::clock::{Clock, MovableClock, Timestamp};
use crate::id::{ChannelId, MessageTs, UserId};
use crate::rehearsal::people::CannotDo;
use crate::rehearsal::state::{Dnd, Status, Workspace};
use crate::rehearsal::{Fault, Heard, Place, Slack, Submitted, forms};
use chrono::{NaiveTime, TimeDelta};
use std::future::Future;
use std::time::Duration;

/// The app under rehearsal, as far as a script has to know it.
pub trait Bot {
    /// Returns when everything that happened has been dealt with and nothing is on its way.
    fn settle(&self) -> impl Future<Output = Result<(), String>> + Send;

    /// What other systems would have been asked since this was last called: when, and in words.
    fn outside(&self) -> Vec<(Timestamp, String)> {
        Vec::new()
    }

    /// The next instant at which the bot does something by itself.
    fn next_wake(&self) -> Option<Timestamp>;

    fn start(&mut self) -> impl Future<Output = Result<(), String>> + Send;

    fn stop(&mut self) -> impl Future<Output = Result<(), String>> + Send;
}

/// Plays scripts; remembers which thread is talked about and what everybody said last.
pub struct Player {
    slack: Slack,
    clock: MovableClock,
    start: Start,
    /// The thread that `in thread` means: its channel and first message.
    thread: Option<(ChannelId, MessageTs)>,
    /// Each person's last message.
    last: Vec<(UserId, ChannelId, MessageTs)>,
    printer: Printer,
}

impl Player {
    pub fn new(slack: Slack, start: Start) -> Self {
        let clock = slack.clock().clone();
        let printer = Printer::new(&slack, start.zone);
        Self { slack, clock, start, thread: None, last: Vec::new(), printer }
    }

    /// Plays one step; returns what appeared, line by line.
    pub async fn play<B: Bot + Send>(
        &mut self,
        step: &Step,
        bot: &mut B,
    ) -> Result<Vec<String>, ScriptError> {
        let error = |what: String| ScriptError { line: step.line, what };
        let mut shown = self.act(&step.act, bot).await.map_err(error)?;
        bot.settle().await.map_err(error)?;
        shown.extend(self.news(bot));
        Ok(shown)
    }

    /// What appeared in Slack, and what left for other systems.
    fn news<B: Bot>(&mut self, bot: &B) -> Vec<String> {
        let mut shown = self.printer.news(&self.slack, self.thread.as_ref());
        let outside = bot.outside();
        shown.extend(outside.iter().flat_map(|(at, words)| self.printer.outside(*at, words)));
        shown
    }

    /// The thread that is talked about, once there is one.
    pub fn thread(&self) -> Option<&(ChannelId, MessageTs)> {
        self.thread.as_ref()
    }

    async fn act<B: Bot + Send>(&mut self, act: &Act, bot: &mut B) -> Result<Vec<String>, String> {
        match act {
            Act::Wait(length) => return self.wait(*length, bot).await,
            Act::StopBot => bot.stop().await?,
            Act::StartBot => bot.start().await?,
            Act::Fail { method, count, how } => self.slack.fail_next(*count, method, None, fault(how)?),
            Act::TurnTo { words } => {
                let found = self.slack.read(|state| root_saying(state, words));
                self.thread = Some(found.ok_or_else(|| format!("nobody said \"{words}\""))?);
            }
            Act::Archive { channel } => {
                let channel = self.channel(channel)?;
                let by = self.slack.read(|state| state.channels[&channel].members.iter().next().cloned());
                self.slack.archive(&by.ok_or("an empty channel")?, &channel).await?;
            }
            Act::Person { who, deed } => {
                let user = self.user(who)?;
                match deed {
                    Deed::Talk(talk) => self.talk(&user, who, talk).await?,
                    Deed::Use(used) => return self.use_it(&user, used).await,
                    Deed::Set(set) => self.set(&user, set).await?,
                }
            }
        }
        Ok(Vec::new())
    }

    async fn wait<B: Bot + Send>(&mut self, length: Duration, bot: &mut B) -> Result<Vec<String>, String> {
        let until = self.clock.now() + TimeDelta::from_std(length).map_err(|_| "too long".to_owned())?;
        let mut shown = Vec::new();
        loop {
            let now = self.clock.now();
            let next = bot.next_wake().filter(|at| *at < until).unwrap_or(until);
            self.clock.set(next.max(now));
            bot.settle().await?;
            shown.extend(self.news(bot));
            if next >= until {
                return Ok(shown);
            }
            if bot.next_wake().is_some_and(|again| again <= next) {
                return Err(format!("the bot wants to wake at {next} again and again"));
            }
        }
    }

    async fn talk(&mut self, user: &UserId, who: &str, talk: &Talk) -> Result<(), String> {
        match talk {
            Talk::Say { channel, text } => {
                let channel = self.channel(channel)?;
                let ts = self.slack.say(user, &channel, text).await?;
                self.thread = Some((channel.clone(), ts.clone()));
                self.last.push((user.clone(), channel, ts));
            }
            Talk::Reply { text } => {
                let (channel, root) = self.here()?;
                let ts = self.slack.reply(user, &channel, &root, text).await?;
                self.last.push((user.clone(), channel, ts));
            }
            Talk::SayToBot { text } => {
                self.slack.say_to_bot(user, text).await?;
            }
            Talk::Edit { text } => {
                let (channel, ts) = self.last_of(user, who)?;
                self.slack.edit(user, &channel, &ts, text).await?;
            }
            Talk::Delete => {
                let (channel, ts) = self.last_of(user, who)?;
                self.slack.delete(user, &channel, &ts).await?;
            }
            Talk::React { emoji, on } => {
                let (channel, ts) = self.target(*on)?;
                self.slack.react(user, &channel, &ts, emoji).await?;
            }
            Talk::Unreact { emoji, on } => {
                let (channel, ts) = self.target(*on)?;
                self.slack.unreact(user, &channel, &ts, emoji).await?;
            }
            Talk::Upload { name } => {
                let (channel, root) = self.here()?;
                self.slack.upload(user, &channel, Some(&root), name, "").await?;
            }
        }
        Ok(())
    }

    async fn set(&self, user: &UserId, set: &Set) -> Result<(), String> {
        let now = self.clock.now();
        let done = match set {
            Set::Status { emoji, text, until } => {
                let expires = until.as_deref().map(|until| self.clock_time(until)).transpose()?;
                let status = Status { text: text.clone(), emoji: emoji.clone(), expires };
                self.slack.set_status(user, status).await
            }
            Set::NoStatus => self.slack.set_status(user, Status::default()).await,
            Set::Snooze(length) => {
                let until = TimeDelta::from_std(*length).ok().map(|length| now + length);
                self.slack.set_dnd(user, Dnd { from: Some(now), until }).await
            }
            Set::NoSnooze => self.slack.set_dnd(user, Dnd::default()).await,
        };
        Ok(done?)
    }

    async fn use_it(&mut self, user: &UserId, used: &Use) -> Result<Vec<String>, String> {
        let fate = match used {
            Use::Press { label } => {
                let place = self.place_of(user, label)?;
                self.slack.press(user, &place, label).await?.heard
            }
            Use::Choose { label, option } => {
                let place = self.place_of(user, label)?;
                self.slack.choose(user, &place, label, option).await?.heard
            }
            Use::Shortcut { callback } => {
                let (channel, ts) = self.here()?;
                self.slack.shortcut(user, callback, &channel, &ts).await?.heard
            }
            Use::Command { channel, command, text } => {
                let channel = self.channel(channel)?;
                self.slack.command(user, &channel, command, text).await?.heard
            }
            Use::OpenHome => {
                self.slack.open_home(user).await?;
                Heard::Acknowledged
            }
            Use::FillIn { values } => return self.fill_in(user, values).await,
        };
        heard(fate).map(|()| Vec::new())
    }

    async fn fill_in(&self, user: &UserId, values: &[(String, String)]) -> Result<Vec<String>, String> {
        let values: Vec<(&str, &str)> =
            values.iter().map(|(label, value)| (label.as_str(), value.as_str())).collect();
        match self.slack.submit(user, &values).await? {
            Submitted::Closed | Submitted::Updated(_) | Submitted::Pushed(_) => Ok(Vec::new()),
            Submitted::Errors(errors) => {
                Ok(errors.into_iter().map(|(field, words)| format!("under {field}: {words}")).collect())
            }
            Submitted::Unheard(fate) => heard(fate).map(|()| Vec::new()),
        }
    }

    fn user(&self, handle: &str) -> Result<UserId, String> {
        let found = self.slack.read(|state| state.find_user(handle).map(|user| user.id.clone()));
        found.ok_or_else(|| format!("nobody here is called `{handle}`"))
    }

    fn channel(&self, name: &str) -> Result<ChannelId, String> {
        let found = self.slack.read(|state| state.find_channel(name).map(|channel| channel.id.clone()));
        found.ok_or_else(|| format!("there is no channel `#{name}`"))
    }

    fn here(&self) -> Result<(ChannelId, MessageTs), String> {
        let latest = || self.slack.read(latest_root);
        self.thread.clone().or_else(latest).ok_or_else(|| "there is no thread yet".to_owned())
    }

    fn target(&self, on: On) -> Result<(ChannelId, MessageTs), String> {
        let (channel, root) = self.here()?;
        match on {
            On::Root => Ok((channel, root)),
            On::Card => {
                let bot = self.slack.read(|state| state.bot.user.clone());
                let thread = self.slack.thread(&channel, &root);
                let card = thread.into_iter().skip(1).find(|message| message.user == bot);
                let card = card.ok_or_else(|| "the bot has posted no card in this thread".to_owned())?;
                Ok((channel, card.ts))
            }
        }
    }

    fn last_of(&self, user: &UserId, handle: &str) -> Result<(ChannelId, MessageTs), String> {
        let last = self.last.iter().rev().find(|(who, ..)| who == user);
        let last = last.ok_or_else(|| format!("`{handle}` has said nothing yet"))?;
        Ok((last.1.clone(), last.2.clone()))
    }

    /// The newest place in which this person sees a button or menu of that name; an open form comes first.
    fn place_of(&self, user: &UserId, label: &str) -> Result<Place, String> {
        let found = self.slack.read(|state| {
            if let Some(view) = state.open_view(user)
                && forms::find(&blocks_of(view), label).is_ok()
            {
                return Some(Place::Modal);
            }
            newest_with(state, user, label).or_else(|| {
                let home = state.home(user)?;
                forms::find(&blocks_of(home), label).ok().map(|_| Place::Home)
            })
        });
        found.ok_or_else(|| format!("`{user}` sees no [{label}]"))
    }

    /// `11:00`: today on the script's clock, tomorrow when that is past.
    fn clock_time(&self, text: &str) -> Result<Timestamp, String> {
        let time = NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| format!("`{text}` is no time"))?;
        let now = self.clock.now();
        let today = now.with_timezone(&self.start.zone).date_naive();
        let at =
            |day: chrono::NaiveDate| crate::rehearsal::local::instant(self.start.zone, day.and_time(time));
        let first = at(today).filter(|at| *at > now).or_else(|| at(today.succ_opt()?));
        first.ok_or_else(|| format!("`{text}` does not come"))
    }
}

fn blocks_of(view: &crate::rehearsal::View) -> Vec<serde_json::Value> {
    view.content["blocks"].as_array().cloned().unwrap_or_default()
}

/// The newest message, or whisper, with such a button.
fn newest_with(state: &Workspace, user: &UserId, label: &str) -> Option<Place> {
    let has = |blocks: &[serde_json::Value]| forms::find(blocks, label).is_ok();
    let whispers = state.ephemerals_for(user).map(|it| (&it.ts, &it.channel, &it.blocks));
    let theirs =
        |channel: &&ChannelId| state.channels.get(*channel).is_some_and(|it| it.members.contains(user));
    let messages =
        state.messages.iter().filter(|(channel, _)| theirs(channel)).flat_map(|(_, all)| all.values());
    let all = messages.map(|it| (&it.ts, &it.channel, &it.blocks)).chain(whispers);
    let found = all.filter(|(_, _, blocks)| has(blocks)).max_by_key(|(ts, ..)| ts.parts());
    found.map(|(ts, channel, _)| Place::message(channel, ts))
}

impl From<CannotDo> for String {
    fn from(error: CannotDo) -> Self {
        error.to_string()
    }
}

fn root_saying(state: &Workspace, words: &str) -> Option<(ChannelId, MessageTs)> {
    let all = state.messages.values().flat_map(|all| all.values());
    let roots = all.filter(|message| message.in_channel() && message.text.contains(words));
    let newest = roots.max_by_key(|message| message.ts.parts())?;
    Some((newest.channel.clone(), newest.ts.clone()))
}

fn latest_root(state: &Workspace) -> Option<(ChannelId, MessageTs)> {
    let all = state.messages.values().flat_map(|all| all.values());
    let latest = all.filter(|message| message.in_channel()).max_by_key(|message| message.ts.parts())?;
    Some((latest.channel.clone(), latest.ts.clone()))
}

fn heard(fate: Heard) -> Result<(), String> {
    match fate {
        Heard::Acknowledged => Ok(()),
        Heard::TooLate => Err("the bot did not acknowledge within three seconds".to_owned()),
        Heard::NobodyThere => Err("no bot is connected".to_owned()),
    }
}

fn fault(how: &str) -> Result<Fault, String> {
    match how {
        "429" => Ok(Fault::RateLimited(1)),
        "500" => Ok(Fault::Status(500)),
        "silent" => Ok(Fault::Silent),
        "lost" => Ok(Fault::AnswerLost),
        "cut" => Ok(Fault::Cut),
        code if code.chars().all(|c| c.is_ascii_lowercase() || c == '_') => Ok(Fault::Error(code.to_owned())),
        other => Err(format!("`{other}` is no failure")),
    }
}
