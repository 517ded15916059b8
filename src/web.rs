//! The bot's own HTTP doors: is it well, how does it do, and what an operator may ask with the secret.

pub mod health;

use crate::admin::gaps::Question;
use crate::admin::{book, forget, live, prune, report, secret, transcript};
use crate::clock::{Clock, Timestamp};
use crate::engine::{Engine, measure};
use crate::id::{CallId, CaseId, DeskKey};
use crate::slack::api::Api;
use crate::store::{Store, StoreError};
use axum::extract::{Query, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use health::{Health, Readiness};
use metrics::gauge;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// The recorder is the process's; several bots in one process (rehearsals, tests) share it.
static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();

/// Bounds of every histogram, in seconds: from a commit on a quick disk to a ping that an outage held back.
const BUCKETS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0, 60.0, 600.0];

/// Starts measuring; without a second effect.
pub fn measure_from_now_on() {
    RECORDER.get_or_init(|| {
        let seconds = Matcher::Suffix("_seconds".to_owned());
        let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS).ok()?;
        builder.install_recorder().ok()
    });
}

/// What the doors show.
pub struct Doors<S, C> {
    pub engine: Engine<S, C>,
    pub health: Arc<Health>,
    pub secret: String,
    pub api: Arc<Api<C>>,
}

/// The routes.
pub fn router<S: Store, C: Clock>(doors: Doors<S, C>) -> Router {
    let doors = Arc::new(doors);
    let admin = Router::new()
        .route("/admin/knock", get(async || Json("firstline")))
        .route("/admin/cases", get(cases::<S, C>))
        .route("/admin/case", get(case::<S, C>))
        .route("/admin/transcript", get(said::<S, C>))
        .route("/admin/dead-letters", get(dead_letters::<S, C>))
        .route("/admin/dead-letters/retry", post(retry::<S, C>))
        .route("/admin/who", get(who::<S, C>))
        .route("/admin/gaps", get(gaps::<S, C>))
        .route("/admin/report", get(report::<S, C>))
        .route("/admin/prune", post(prune::<S, C>))
        .route("/admin/forget", post(forget::<S, C>))
        .route("/admin/export", get(export::<S, C>))
        .route_layer(middleware::from_fn_with_state(Arc::clone(&doors), guard::<S, C>));
    Router::new()
        .route("/healthz", get(async || "alive\n"))
        .route("/readyz", get(ready::<S, C>))
        .route("/metrics", get(metrics::<S, C>))
        .merge(admin)
        .with_state(doors)
}

type Shared<S, C> = State<Arc<Doors<S, C>>>;

/// Only who can read the file beside the store gets in.
async fn guard<S: Store, C: Clock>(State(doors): Shared<S, C>, request: Request, next: Next) -> Response {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    match secret::matches(given, &doors.secret) {
        true => next.run(request).await,
        false => StatusCode::UNAUTHORIZED.into_response(),
    }
}

async fn ready<S: Store, C: Clock>(State(doors): Shared<S, C>) -> Response {
    let readiness: Readiness = doors.health.readiness(&doors.engine);
    let status = match readiness.ready {
        true => StatusCode::OK,
        false => StatusCode::SERVICE_UNAVAILABLE,
    };
    (status, Json(readiness)).into_response()
}

async fn metrics<S: Store, C: Clock>(State(doors): Shared<S, C>) -> Response {
    let (engine, health) = (&doors.engine, &doors.health);
    let backlog = engine.store().backlog(engine.clock().now());
    gauge!(measure::WAITING).set(approximate(backlog.waiting));
    gauge!(measure::DEAD).set(approximate(backlog.dead));
    gauge!(measure::OPEN_CASES).set(approximate(engine.store().open_cases().len()));
    gauge!(measure::SOCKETS_UP).set(approximate(health.sockets_up()));
    gauge!(measure::HELD).set(approximate(engine.held().count(engine.clock().monotonic())));
    let page = RECORDER.get().and_then(Option::as_ref).map(PrometheusHandle::render);
    match page {
        Some(page) => ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], page).into_response(),
        None => (StatusCode::NOT_FOUND, "nothing is measured in this process\n").into_response(),
    }
}

/// A count as a gauge takes it.
fn approximate(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

#[derive(Deserialize)]
struct WhichCases {
    which: book::Which,
}

async fn cases<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<WhichCases>) -> Response {
    let names = doors.engine.known().directory();
    answer(book::cases(doors.engine.store(), asked.which, &names).await.map(Some))
}

#[derive(Deserialize)]
struct WhichCase {
    id: String,
}

async fn case<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<WhichCase>) -> Response {
    let names = doors.engine.known().directory();
    answer(book::case(doors.engine.store(), &CaseId::new(asked.id), &names).await)
}

#[derive(Deserialize)]
struct WhichThread {
    id: String,
    how: transcript::Written,
}

async fn said<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<WhichThread>) -> Response {
    answer(transcript::of_engine(&doors.engine, &doors.api, &CaseId::new(asked.id), asked.how).await)
}

async fn dead_letters<S: Store, C: Clock>(State(doors): Shared<S, C>) -> Response {
    answer(book::dead_letters(doors.engine.store()).await.map(Some))
}

#[derive(Deserialize)]
struct WhichLetter {
    id: Option<String>,
}

async fn retry<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<WhichLetter>) -> Response {
    let id = asked.id.map(CallId::new);
    let engine = &doors.engine;
    answer(book::retry(engine.store(), id.as_ref(), engine.clock().now()).await.map(Some))
}

#[derive(Deserialize)]
struct WhoOn {
    desk: String,
    at: Timestamp,
}

async fn who<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<WhoOn>) -> Response {
    answer(Ok(live::who_on(&doors.engine, &DeskKey::new(asked.desk), asked.at)))
}

#[derive(Deserialize)]
struct GapsOf {
    desk: String,
    from: Timestamp,
    until: Timestamp,
}

async fn gaps<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<GapsOf>) -> Response {
    let question = Question { desk: &asked.desk, from: asked.from, until: asked.until };
    answer(Ok(live::gaps_of(&doors.engine, &question)))
}

#[derive(Deserialize)]
struct ReportOn {
    /// Keys with commas between.
    desks: String,
    from: Timestamp,
    until: Timestamp,
}

async fn report<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<ReportOn>) -> Response {
    answer(report::of_engine(&doors.engine, &asked.desks, asked.from, asked.until).await.map(Some))
}

#[derive(Deserialize)]
struct Pruned {
    /// Ages and how, as JSON.
    asked: String,
}

async fn prune<S: Store, C: Clock>(State(doors): Shared<S, C>, Query(asked): Query<Pruned>) -> Response {
    match serde_json::from_str(&asked.asked) {
        Ok((ages, how)) => answer(prune::in_store(doors.engine.store(), &ages, how).await.map(Some)),
        Err(error) => (StatusCode::BAD_REQUEST, error.to_string()).into_response(),
    }
}

#[derive(Deserialize)]
struct WhichPerson {
    person: String,
}

async fn forget<S: Store, C: Clock>(
    State(doors): Shared<S, C>,
    Query(asked): Query<WhichPerson>,
) -> Response {
    let known = doors.engine.known();
    match forget::known(&asked.person, &known.settings(), &known.directory()) {
        Ok(known) => {
            let told = forget::in_store(doors.engine.store(), &asked.person, &known).await;
            answer(match told {
                // Their words may be found by no search either.
                Ok(told) => doors.engine.learn_solutions().await.map(|_| Some(told)),
                Err(error) => Err(error),
            })
        }
        Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn export<S: Store, C: Clock>(State(doors): Shared<S, C>) -> Response {
    answer(doors.engine.store().export().await.map(Some))
}

fn answer<T: Serialize>(result: Result<Option<T>, StoreError>) -> Response {
    match result {
        Ok(Some(found)) => Json(found).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, error.to_string()).into_response(),
    }
}
