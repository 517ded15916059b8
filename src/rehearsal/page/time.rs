//! Moving the clock: by a while, to the next thing that happens, to a given time; letting it run.

use super::Page;
use super::host::Host;
use crate::clock::{Clock, Timestamp};
use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Turn {
    Advance {
        seconds: u32,
    },
    Next,
    /// Milliseconds of the epoch.
    To {
        at: i64,
    },
    Run,
    Pause,
}

pub(super) async fn turn<H: Host>(State(page): State<Arc<Page<H>>>, Json(turn): Json<Turn>) -> Json<Value> {
    let _alone = page.moving.lock().await;
    // What came of the last act belongs to it.
    page.recorder().catch_up(&page.slack);
    let moved = page.turn(turn).await;
    page.recorder().catch_up(&page.slack);
    page.stir();
    Json(match moved {
        Ok(()) => json!({ "ok": true }),
        Err(why) => json!({ "ok": false, "error": why }),
    })
}

impl<H: Host> Page<H> {
    async fn turn(&self, turn: Turn) -> Result<(), String> {
        let clock = self.slack.clock();
        let now = clock.now();
        let soon = || self.host.next().first().map(|next| next.at);
        match turn {
            Turn::Advance { seconds } => self.go_to(now + TimeDelta::seconds(i64::from(seconds))).await,
            Turn::Next => {
                self.go_to(soon().ok_or("nothing is due: somebody has to do something first")?).await
            }
            Turn::To { at } => {
                let at = Timestamp::from_timestamp_millis(at).ok_or("that is no time")?;
                if at < now {
                    return Err(
                        "that time is past, and the clock of a rehearsal only goes forward".to_owned()
                    );
                }
                self.go_to(at).await
            }
            Turn::Run => {
                clock.resume();
                Ok(())
            }
            Turn::Pause => {
                clock.pause();
                Ok(())
            }
        }
    }

    /// Goes on to `until`, stopping wherever something happens, so that everything comes at its own time.
    pub(super) async fn go_to(&self, until: Timestamp) -> Result<(), String> {
        let clock = self.slack.clock();
        let mut before = None;
        loop {
            let next = self.host.next().first().map(|next| next.at).filter(|at| *at < until).unwrap_or(until);
            if next < until && before == Some(next) {
                return Err(format!("the bot wants to wake at {next} again and again"));
            }
            clock.set(next.max(clock.now()));
            self.stir();
            self.host.settle().await?;
            if next >= until {
                return Ok(());
            }
            before = Some(next);
        }
    }
}
