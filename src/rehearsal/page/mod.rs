//! The page of a rehearsal: the model workspace in a browser, with a clock that can be moved.
//!
//! The page knows Slack and the clock. What it has to know of the app under rehearsal, it asks its `Host`.
//! Everything it shows comes from this program; what people type is text and never markup.

mod acts;
mod assets;
mod feed;
mod guard;
mod host;
mod line;
mod record;
mod shapes;
mod time;
mod tours;

pub use guard::Access;
pub use host::{Host, Installed, MessageShortcut, SlashCommand, Upcoming};

use super::Slack;
use super::transcript::plain_channel;
use crate::id::{ChannelId, MessageTs, UserId};
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use record::Recorder;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use tours::Tour;

/// The longest body of an act.
const BODY_MAX: usize = 256 * 1024;

/// What the routes share.
struct Page<H> {
    slack: Slack,
    host: Arc<H>,
    zone: chrono_tz::Tz,
    recorder: Mutex<Recorder>,
    tour: tokio::sync::Mutex<Option<Tour>>,
    shown_tour: Mutex<Value>,
    /// Held by whatever moves the clock.
    moving: tokio::sync::Mutex<()>,
    /// Rings for what the model's own bell does not: the clock, a tour.
    stirred: watch::Sender<u64>,
}

/// The page's routes, for `Slack::listen`. `zone` is where the rehearsal tells its time unless somebody asks
/// for another.
pub fn router<H: Host>(slack: &Slack, host: Arc<H>, zone: chrono_tz::Tz, access: Access) -> Router {
    let page = Arc::new(Page {
        slack: slack.clone(),
        host,
        zone,
        recorder: Mutex::new(Recorder::new(slack, zone)),
        tour: tokio::sync::Mutex::new(None),
        shown_tour: Mutex::new(Value::Null),
        moving: tokio::sync::Mutex::new(()),
        stirred: watch::Sender::new(0),
    });
    Router::new()
        .route("/", get(assets::index))
        .route("/page/files/{name}", get(assets::file))
        .route("/page/state", get(state))
        .route("/page/older", get(older))
        .route("/page/thread", get(thread))
        .route("/page/feed", get(feed::feed))
        .route("/page/act", post(acts::act))
        .route("/page/clock", post(time::turn))
        .route("/page/tour", post(tours::lead))
        .route("/page/bot", post(bot))
        .route("/page/story", get(story))
        .route("/page/transcript", get(transcript))
        .layer(axum::extract::DefaultBodyLimit::max(BODY_MAX))
        .layer(middleware::from_fn(move |request, next| guard::check(access.clone(), request, next)))
        .with_state(page)
}

impl<H> Page<H> {
    fn recorder(&self) -> MutexGuard<'_, Recorder> {
        self.recorder.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shown_tour(&self) -> Value {
        self.shown_tour.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn stir(&self) {
        self.stirred.send_modify(|count| *count += 1);
    }
}

/// Everything at once, for a page that opens.
async fn state<H: Host>(State(page): State<Arc<Page<H>>>) -> Json<Value> {
    let mut all = page.slack.read(shapes::workspace);
    all["zone"] = json!(page.zone.name());
    all["clock"] = feed::clock(&page);
    all["installed"] = json!(page.host.installed());
    let tours = page.host.tours();
    all["tours"] = tours.iter().map(|it| json!({ "title": it.title, "steps": it.steps.len() })).collect();
    Json(all)
}

#[derive(Debug, Deserialize)]
struct Before {
    channel: ChannelId,
    ts: MessageTs,
}

async fn older<H: Host>(State(page): State<Arc<Page<H>>>, Query(at): Query<Before>) -> Json<Value> {
    Json(page.slack.read(|state| shapes::before(state, &at.channel, Some(&at.ts))))
}

async fn thread<H: Host>(State(page): State<Arc<Page<H>>>, Query(at): Query<Before>) -> Json<Value> {
    Json(page.slack.read(|state| {
        let all = state.thread(&at.channel, &at.ts).into_iter();
        json!({ "list": all.map(|it| shapes::message(state, it)).collect::<Vec<_>>() })
    }))
}

/// Whether the app shall run.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
enum Power {
    Start,
    Stop,
}

async fn bot<H: Host>(State(page): State<Arc<Page<H>>>, Json(power): Json<Power>) -> Json<Value> {
    let (done, step) = match power {
        Power::Start => (page.host.start().await, "start bot"),
        Power::Stop => (page.host.stop().await, "stop bot"),
    };
    page.recorder().write(&page.slack, &record::Line::Step(step.to_owned()));
    page.stir();
    Json(match done {
        Ok(()) => json!({ "ok": true }),
        Err(why) => json!({ "ok": false, "error": why }),
    })
}

async fn story<H: Host>(State(page): State<Arc<Page<H>>>) -> Response {
    download("rehearsal.story", page.recorder().story(&page.slack))
}

#[derive(Debug, Deserialize)]
struct Reader {
    reader: UserId,
}

async fn transcript<H: Host>(State(page): State<Arc<Page<H>>>, Query(by): Query<Reader>) -> Response {
    let text = page.slack.read(|state| {
        let mine = state.channels.values().filter(|it| it.members.contains(&by.reader));
        let parts = mine.map(|it| {
            let name =
                if it.name.is_empty() { "Direct messages".to_owned() } else { format!("#{}", it.name) };
            format!("{name}\n\n{}\n", plain_channel(state, &it.id, &by.reader))
        });
        parts.collect::<Vec<_>>().join("\n")
    });
    download("rehearsal.txt", text)
}

fn download(name: &str, text: String) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    (headers, text).into_response()
}
