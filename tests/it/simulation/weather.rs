//! Everything around the bot that goes wrong: the network, Slack, the disk; and the bot's way to the model of Slack.

use super::judge::Judge;
use super::shop::Life;
use firstline::rehearsal::{Arguments as Asked, Slack};
use firstline::slack::http::{Answer, Arguments, Refusal, Within};
use futures_util::future::BoxFuture;
use serde_json::{Map, Value};
use std::collections::VecDeque;
use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep};

#[derive(Clone, Copy)]
enum Fate {
    Limited(u64),
    /// An error page, and nothing was done.
    Broken,
    /// The connection broke before anything was done.
    Cut,
    /// Done, and the answer was lost.
    AnswerLost,
    /// Done, and never answered.
    Unanswered,
    /// Done late.
    Delayed(u64),
    /// Done, and answered late.
    Slow(u64),
}

impl Fate {
    fn of(how: usize, seconds: u64) -> Self {
        match how {
            0 => Self::Limited(seconds),
            1 => Self::Broken,
            2 => Self::Cut,
            3 => Self::AnswerLost,
            4 => Self::Unanswered,
            // What arrives later than a post is looked for is beyond what is promised.
            5 => Self::Delayed(seconds % 4),
            _ => Self::Slow(seconds % 9),
        }
    }
}

#[derive(Default)]
struct Sky {
    calls: VecDeque<Fate>,
    outage_until: Option<Instant>,
    conflicts: usize,
    disk_full_until: Option<Instant>,
}

#[derive(Default)]
pub struct Weather(Mutex<Sky>);

impl Weather {
    pub fn calls(&self, how: usize, count: usize, seconds: u64) {
        self.0.lock().unwrap().calls.extend(std::iter::repeat_n(Fate::of(how, seconds), count));
    }

    pub fn outage(&self, seconds: u64) {
        self.0.lock().unwrap().outage_until = Some(Instant::now() + Duration::from_secs(seconds));
    }

    pub fn conflicts(&self, count: usize) {
        self.0.lock().unwrap().conflicts += count;
    }

    pub fn disk_full(&self, seconds: u64) {
        self.0.lock().unwrap().disk_full_until = Some(Instant::now() + Duration::from_secs(seconds));
    }

    pub fn clear(&self) {
        *self.0.lock().unwrap() = Sky::default();
    }

    pub fn another_came_first(&self) -> bool {
        let mut sky = self.0.lock().unwrap();
        let first = sky.conflicts > 0;
        sky.conflicts = sky.conflicts.saturating_sub(1);
        first
    }

    pub fn is_disk_full(&self) -> bool {
        self.0.lock().unwrap().disk_full_until.is_some_and(|until| until > Instant::now())
    }

    fn is_outage(&self) -> bool {
        self.0.lock().unwrap().outage_until.is_some_and(|until| until > Instant::now())
    }

    fn next_call(&self) -> Option<Fate> {
        self.0.lock().unwrap().calls.pop_front()
    }
}

/// The way from one life of the bot to Slack.
pub struct Wire {
    pub slack: Slack,
    pub weather: Arc<Weather>,
    pub judge: Arc<Judge>,
    pub life: Arc<Life>,
}

impl Within for Wire {
    fn ask(&self, method: &str, arguments: Arguments) -> BoxFuture<'static, Answer> {
        let (slack, weather) = (self.slack.clone(), Arc::clone(&self.weather));
        let (judge, life) = (Arc::clone(&self.judge), Arc::clone(&self.life));
        let method = method.to_owned();
        Box::pin(async move {
            life.gate().await;
            if weather.is_outage() {
                return Answer::Unsent { why: "no connection to Slack".to_owned() };
            }
            let fate = weather.next_call();
            if fate.is_some() {
                judge.disturbed(Duration::from_secs(60));
            }
            let lost = || Answer::Unknown { why: "the connection was lost".to_owned() };
            match fate {
                Some(Fate::Limited(seconds)) => {
                    return Answer::Limited { after: Duration::from_secs(seconds) };
                }
                Some(Fate::Broken) => return Answer::Unknown { why: "HTTP status 502".to_owned() },
                Some(Fate::Cut) => return lost(),
                Some(Fate::AnswerLost | Fate::Unanswered | Fate::Delayed(_) | Fate::Slow(_)) | None => {}
            }
            judge.calls(&method, &arguments);
            let delay = match fate {
                Some(Fate::Delayed(seconds)) => seconds,
                _ => 0,
            };
            let answer = deed(slack, method, arguments, delay).await;
            match fate {
                Some(Fate::AnswerLost) => return lost(),
                Some(Fate::Unanswered) => pending().await,
                Some(Fate::Slow(seconds)) => sleep(Duration::from_secs(seconds)).await,
                _ => {}
            }
            life.gate().await;
            answer
        })
    }
}

/// Done by Slack whatever becomes of the one who asked.
async fn deed(slack: Slack, method: String, arguments: Arguments, delay: u64) -> Answer {
    if delay == 0 {
        return said(slack.call(&method, asked(arguments)));
    }
    let (done, answer) = oneshot::channel();
    tokio::spawn(async move {
        sleep(Duration::from_secs(delay)).await;
        let _nobody_may_wait = done.send(said(slack.call(&method, asked(arguments))));
    });
    answer.await.unwrap()
}

fn asked(arguments: Arguments) -> Asked {
    match arguments {
        Arguments::Json(Value::Object(map)) => Asked::Json(map),
        Arguments::Json(_) => Asked::Json(Map::new()),
        Arguments::Parameters(pairs) => {
            let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), Value::String(value)));
            Asked::Form(pairs.collect())
        }
    }
}

fn said(body: Value) -> Answer {
    match body["error"].as_str() {
        _ if body["ok"] == true => Answer::Yes(body),
        Some(code) => {
            Answer::No(Refusal { code: code.to_owned(), detail: body["response_metadata"].to_string() })
        }
        None => Answer::Unknown { why: "an answer that says neither yes nor no".to_owned() },
    }
}
