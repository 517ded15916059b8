//! Guided tours: a script is played step by step, and each step's words and what appeared are shown.

use super::Page;
use super::host::{Host, Played};
use super::record::Line;
use crate::clock::{Clock, Timestamp};
use crate::rehearsal::script::{Act, Player, Script, Start};
use axum::Json;
use axum::extract::State;
use chrono::{Datelike, TimeDelta};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// A tour under way.
pub(super) struct Tour {
    script: Script,
    index: usize,
    player: Player,
    /// What appeared after each step that was played.
    appeared: Vec<Vec<String>>,
    failed: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Lead {
    Start {
        index: usize,
    },
    /// One step.
    Next,
    /// Every step that is left.
    All,
    Leave,
}

pub(super) async fn lead<H: Host>(State(page): State<Arc<Page<H>>>, Json(lead): Json<Lead>) -> Json<Value> {
    let _alone = page.moving.lock().await;
    let led = page.lead(lead).await;
    page.stir();
    Json(match led {
        Ok(()) => json!({ "ok": true }),
        Err(why) => json!({ "ok": false, "error": why }),
    })
}

impl<H: Host> Page<H> {
    async fn lead(&self, lead: Lead) -> Result<(), String> {
        let mut place = self.tour.lock().await;
        match lead {
            Lead::Start { index } => {
                let script = self.host.tours().into_iter().nth(index).ok_or("there is no such tour")?;
                let at = same_hour_from(script.start, self.slack.clock().now());
                self.slack.clock().pause();
                self.go_to(at).await?;
                let start = Start { at, ..script.start };
                let player = Player::new(self.slack.clone(), start);
                *place = Some(Tour { script, index, player, appeared: Vec::new(), failed: None });
            }
            Lead::Next => self.step(place.as_mut()).await,
            Lead::All => {
                while place.as_ref().is_some_and(Tour::goes_on) {
                    self.step(place.as_mut()).await;
                    self.show_tour(place.as_ref());
                }
            }
            Lead::Leave => *place = None,
        }
        self.show_tour(place.as_ref());
        Ok(())
    }

    async fn step(&self, tour: Option<&mut Tour>) {
        let Some(tour) = tour.filter(|tour| tour.goes_on()) else { return };
        let Some(step) = tour.script.steps.get(tour.appeared.len()) else { return };
        let waits = matches!(step.act, Act::Wait(_));
        // A wait is written down by the clock.
        let line = if waits { Line::Nothing } else { Line::Step(step.text.clone()) };
        self.recorder().write(&self.slack, &line);
        match tour.player.play(step, &mut Played(self.host.clone())).await {
            Ok(appeared) => tour.appeared.push(appeared),
            Err(error) => tour.failed = Some(error.to_string()),
        }
        let mut recorder = self.recorder();
        recorder.follow(tour.player.thread());
        recorder.catch_up(&self.slack);
    }

    fn show_tour(&self, tour: Option<&Tour>) {
        *self.shown_tour.lock().unwrap_or_else(std::sync::PoisonError::into_inner) =
            tour.map_or(Value::Null, Tour::shape);
        self.stir();
    }
}

impl Tour {
    fn goes_on(&self) -> bool {
        self.failed.is_none() && self.appeared.len() < self.script.steps.len()
    }

    fn shape(&self) -> Value {
        let steps = self.script.steps.iter().enumerate().map(|(index, step)| {
            json!({ "says": step.says, "text": step.text, "appeared": self.appeared.get(index) })
        });
        let thread = self.player.thread().map(|(channel, ts)| json!({ "channel": channel, "ts": ts }));
        json!({
            "index": self.index, "title": self.script.title, "played": self.appeared.len(),
            "steps": steps.collect::<Vec<_>>(), "thread": thread, "failed": self.failed,
        })
    }
}

/// The tour's own day of the week and time of day, as soon as it comes: hours then hold as they do in the tour.
fn same_hour_from(start: Start, now: Timestamp) -> Timestamp {
    let (wanted, today) = (start.at.with_timezone(&start.zone), now.with_timezone(&start.zone));
    if start.at >= now {
        return start.at;
    }
    let days =
        i64::from((7 + wanted.weekday().num_days_from_monday() - today.weekday().num_days_from_monday()) % 7);
    let first = today.date_naive() + TimeDelta::days(days);
    let at =
        |day: chrono::NaiveDate| crate::rehearsal::local::instant(start.zone, day.and_time(wanted.time()));
    let next = at(first).filter(|at| *at >= now).or_else(|| at(first + TimeDelta::days(7)));
    next.unwrap_or(now)
}
