//! What the people of the afternoon do: they ask, some are answered, in three ways, and most are left waiting.

use super::super::program::Setting;
use super::dice::Dice;
use firstline::clock::{Clock as _, MovableClock, SystemClock};
use firstline::id::{ChannelId, MessageTs, UserId};
use firstline::rehearsal::{Heard, Message, Place, Workspace};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Longer than a case may take to get its card, also through many kills.
const BOUND: Duration = Duration::from_secs(300);

/// Cases beside each other in one channel.
const PER_CHANNEL: usize = 2;

const MAIN: &str = "slack: { app_token: \"${SLACK_APP_TOKEN}\", bot_token: \"${SLACK_BOT_TOKEN}\" }\n\
    include: [people.yml, desks/*.yml]\n";

const PEOPLE: &str = "people:\n\
    \x20 ana: { slack: U0ANA, name: Ana Ruiz, time_zone: UTC }\n\
    \x20 bo: { slack: U0BO, name: Bo Lind, time_zone: UTC }\n\
    \x20 kofi: { slack: U0KOFI, name: Kofi Mensah, time_zone: UTC }\n";

/// Waits of a second, as in a rehearsal; once claimed, a case stays quiet.
const DESK: &str = "desk: help\nname: Help\nchannels: [\"help*\"]\ntime_zone: UTC\nhours: always\n\
    supervisor: kofi\nmin_available: 0\n\
    intake: { cases: any_post }\n\
    tiers:\n\
    \x20 - { name: First, who: [ana], wait: 1s }\n\
    \x20 - { name: Second, who: [bo], wait: 1s, repeat: 1 }\n\
    claiming: { reactions: [eyes], on_reply: true, guard: true }\n\
    clocks: { reply_within: 1h, update_every: 2h, resolve_within: 1d }\n";

/// How a case is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answered {
    ByReaction,
    ByReply,
    ByButton,
    /// It climbs to the supervisor.
    Never,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub channel: ChannelId,
    pub root: MessageTs,
    pub answered: Answered,
}

/// The afternoon: its workspace and its program's folder.
#[derive(Clone)]
pub struct Afternoon {
    pub setting: Arc<Setting>,
    cases: usize,
    /// Whether the kills are over.
    calm: Arc<watch::Sender<bool>>,
}

impl Afternoon {
    pub async fn begin(cases: usize) -> Self {
        let askers: Vec<String> = (0..cases).map(|number| asker(number).to_string()).collect();
        let mut everybody: Vec<&str> = vec!["U0ANA", "U0BO", "U0KOFI"];
        everybody.extend(askers.iter().map(String::as_str));
        let mut workspace = Workspace::builder(MovableClock::running(SystemClock.now()))
            .user("U0ANA", "ana", "Ana Ruiz")
            .user("U0BO", "bo", "Bo Lind")
            .user("U0KOFI", "kofi", "Kofi Mensah");
        for (number, id) in askers.iter().enumerate() {
            workspace = workspace.user(id, &format!("asker{number}"), &format!("Asker{number} Roe"));
        }
        for number in 0..cases.div_ceil(PER_CHANNEL) {
            workspace = workspace.channel(&format!("C0HELP{number}"), &format!("help-{number}"), &everybody);
        }
        let files = [("firstline.yml", MAIN), ("people.yml", PEOPLE), ("desks/help.yml", DESK)];
        let setting = Arc::new(Setting::new(workspace, &files).await);
        Self { setting, cases, calm: Arc::new(watch::Sender::new(false)) }
    }

    /// Nothing is killed any more.
    pub fn may_finish(&self) {
        self.calm.send_replace(true);
    }

    /// Everybody asks, and is answered or not. Returns when nobody has anything left to do.
    pub async fn people(self, mut dice: Dice) -> Vec<Asked> {
        let mut answers = JoinSet::new();
        let mut cases = Vec::new();
        for number in 0..self.cases {
            self.a_moment(dice.below(400)).await;
            let channel = ChannelId::from(format!("C0HELP{}", number / PER_CHANNEL).as_str());
            let text = format!("session {number} does not open");
            let root = self.setting.slack.say(&asker(number), &channel, &text).await.unwrap();
            let answered = match number % 5 {
                0 => Answered::ByReaction,
                1 => Answered::ByReply,
                2 => Answered::ByButton,
                _ => Answered::Never,
            };
            let case = Asked { channel, root, answered };
            cases.push(case.clone());
            answers.spawn(self.clone().answer(case, dice.another()));
        }
        answers.join_all().await;
        cases
    }

    async fn answer(self, case: Asked, mut dice: Dice) {
        self.a_moment(dice.below(2500)).await;
        let (ana, bo) = (UserId::from("U0ANA"), UserId::from("U0BO"));
        let slack = &self.setting.slack;
        match case.answered {
            Answered::ByReaction => slack.react(&ana, &case.channel, &case.root, "eyes").await.unwrap(),
            Answered::ByReply => {
                slack.reply(&bo, &case.channel, &case.root, "I am on it").await.map(drop).unwrap();
            }
            Answered::ByButton => self.press_claim(&ana, &case).await,
            Answered::Never => {}
        }
    }

    /// Presses until Slack does not say that it failed, as a person does.
    async fn press_claim(&self, user: &UserId, case: &Asked) {
        let slack = &self.setting.slack;
        loop {
            let card = slack.wait_for(BOUND, |workspace| card(workspace, case).map(|card| card.ts.clone()));
            let place = Place::message(&case.channel, &card.await.expect("a case gets its card"));
            match slack.press(user, &place, "Claim").await {
                Ok(pressed) if pressed.heard == Heard::Acknowledged => return,
                Ok(_) => self.a_moment(100).await,
                // It is gone from the card: the press before was kept, and only its acknowledgement was lost.
                Err(_) => return,
            }
        }
    }

    /// Lets others go on for so many milliseconds, or none when the kills are over.
    async fn a_moment(&self, milliseconds: u64) {
        let mut calm = self.calm.subscribe();
        let over = calm.wait_for(|calm| *calm);
        let _whichever_is_first = tokio::time::timeout(Duration::from_millis(milliseconds), over).await;
    }
}

fn asker(number: usize) -> UserId {
    UserId::from(format!("U0ASKER{number}").as_str())
}

/// The case's card, once it is there.
pub fn card<'a>(workspace: &'a Workspace, case: &Asked) -> Option<&'a Message> {
    of_bot(workspace, case).into_iter().find(|message| slot(message).starts_with("card"))
}

/// What the bot said in the case's thread, oldest first.
pub fn of_bot<'a>(workspace: &'a Workspace, case: &Asked) -> Vec<&'a Message> {
    let thread = workspace.thread(&case.channel, &case.root);
    thread.into_iter().filter(|message| message.user == workspace.bot.user).collect()
}

/// The id of the call that posted a message: case, slot, version.
pub fn call(message: &Message) -> &str {
    let metadata = message.metadata.as_ref();
    metadata.and_then(|it| it["event_payload"]["call"].as_str()).unwrap_or("no call")
}

/// The slot of a message, such as `ping-2`.
pub fn slot(message: &Message) -> &str {
    call(message).split('/').nth(1).unwrap_or("no slot")
}
