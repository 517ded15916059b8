//! What people do in a history: nobody waits for it, and it may not be possible.

use super::office::PEOPLE;
use super::play::Play;
use super::steps::Step;
use chrono::TimeDelta;
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::rehearsal::{Place as On, Slack, Status, Workspace};
use std::sync::Arc;

const EMOJI: [&str; 3] = ["eyes", "white_check_mark", "raising_hand"];
const BUTTONS: [&str; 6] = ["Claim", "Resolve", "Ask for help", "Hand over", "Status", "Why me?"];
const WORDS: [&str; 9] = [
    "release",
    "claim",
    "hold 20m waiting for the client",
    "resolve",
    "reopen",
    "hand over to @bo",
    "help @ned",
    "why",
    "status",
];
const COVERAGE: [&str; 4] = ["away 20m", "back", "break 15m", "away"];
const STATUSES: [(&str, i64); 3] = [("lunch", 30), ("", 0), ("at lunch", 0)];

impl Play {
    fn post(&self, number: usize) -> Option<(ChannelId, MessageTs)> {
        let posts = self.posts.lock().unwrap();
        let newest_first = posts.len().checked_sub(1 + number.checked_rem(posts.len())?)?;
        posts.get(newest_first).cloned()
    }

    /// Somebody does something; it is not waited for, and may not be possible.
    pub fn act(&mut self, act: Step) {
        let slack = self.place.slack.clone();
        let user = |who: usize| UserId::from(PEOPLE[who % PEOPLE.len()]);
        self.said += 1;
        let text = format!("session {} does not open", self.said);
        match act {
            Step::Say { who, late } => {
                let channel = ChannelId::from(if late { "C0LATE" } else { "C0HELP" });
                let (user, posts) = (user(who), Arc::clone(&self.posts));
                // The model gives a message its name before it is acknowledged.
                let mark = slack.mark();
                let (told, said) = (slack.clone(), channel.clone());
                self.acts.spawn(async move { drop(told.say(&user, &said, &text).await) });
                self.acts.spawn(async move {
                    let new = slack.journal_since(mark).into_iter().find_map(|entry| match entry.change {
                        firstline::rehearsal::Change::Posted { channel: at, ts, thread: None, by }
                            if at == channel && PEOPLE.contains(&by.as_str()) =>
                        {
                            Some((at, ts))
                        }
                        _ => None,
                    });
                    posts.lock().unwrap().extend(new);
                });
            }
            Step::Escalate { who } => {
                let user = user(who);
                let text = "we cannot open the session, nobody hears us".to_owned();
                self.acts.spawn(async move {
                    let channel = ChannelId::from("C0HELP");
                    drop(slack.command(&user, &channel, "/escalate", &text).await);
                });
            }
            Step::Cover { who, word } => {
                let user = user(who);
                self.acts.spawn(async move {
                    let channel = ChannelId::from("C0HELP");
                    drop(slack.command(&user, &channel, "/coverage", COVERAGE[word % COVERAGE.len()]).await);
                });
            }
            Step::Status { who, word } => {
                let (text, minutes) = STATUSES[word % STATUSES.len()];
                let now = slack.read(Workspace::now);
                let expires = (minutes > 0).then(|| now + TimeDelta::minutes(minutes));
                let status = Status { text: text.to_owned(), emoji: String::new(), expires };
                let user = user(who);
                self.acts.spawn(async move { drop(slack.set_status(&user, status).await) });
            }
            act => self.act_on_post(act, &text),
        }
    }

    fn act_on_post(&mut self, act: Step, text: &str) {
        let slack = self.place.slack.clone();
        let user = |who: usize| UserId::from(PEOPLE[who % PEOPLE.len()]);
        let (Step::Reply { post, .. }
        | Step::React { post, .. }
        | Step::Unreact { post, .. }
        | Step::Edit { post }
        | Step::Delete { post }
        | Step::Press { post, .. }
        | Step::Word { post, .. }) = act
        else {
            return;
        };
        let Some((channel, ts)) = self.post(post) else { return };
        let text = text.to_owned();
        self.acts.spawn(async move {
            match act {
                Step::Reply { who, .. } => drop(slack.reply(&user(who), &channel, &ts, &text).await),
                Step::Word { who, word, .. } => {
                    let words = format!("@firstline {}", WORDS[word % WORDS.len()]);
                    drop(slack.reply(&user(who), &channel, &ts, &words).await);
                }
                Step::React { who, emoji, .. } => {
                    drop(slack.react(&user(who), &channel, &ts, EMOJI[emoji % EMOJI.len()]).await);
                }
                Step::Unreact { who, emoji, .. } => {
                    drop(slack.unreact(&user(who), &channel, &ts, EMOJI[emoji % EMOJI.len()]).await);
                }
                Step::Edit { .. } => {
                    let Some(message) = slack.message(&channel, &ts) else { return };
                    drop(slack.edit(&message.user, &channel, &ts, &text).await);
                }
                Step::Delete { .. } => {
                    let Some(message) = slack.message(&channel, &ts) else { return };
                    drop(slack.delete(&message.user, &channel, &ts).await);
                }
                Step::Press { who, button, .. } => press(&slack, &user(who), &channel, &ts, button).await,
                _ => {}
            }
        });
    }
}

/// Presses a button on whatever message of the thread has it.
async fn press(slack: &Slack, user: &UserId, channel: &ChannelId, root: &MessageTs, button: usize) {
    let bot = slack.read(|workspace| workspace.bot.user.clone());
    for message in slack.thread(channel, root).into_iter().filter(|message| message.user == bot) {
        let place = On::message(channel, &message.ts);
        if slack.press(user, &place, BUTTONS[button % BUTTONS.len()]).await.is_ok() {
            return;
        }
    }
}
