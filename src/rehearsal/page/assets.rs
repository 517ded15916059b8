//! The page's own files, built into the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const INDEX: &str = include_str!("assets/index.html");

macro_rules! files {
    ($($name:literal $kind:ident,)*) => {
        /// Name, content type, content.
        const FILES: &[(&str, &str, &str)] = &[$(($name, $kind, include_str!(concat!("assets/", $name))),)*];
    };
}

files! {
    "palette.css" STYLE,
    "layout.css" STYLE,
    "messages.css" STYLE,
    "blocks.css" STYLE,
    "panels.css" STYLE,
    "main.js" SCRIPT,
    "api.js" SCRIPT,
    "store.js" SCRIPT,
    "dom.js" SCRIPT,
    "icons.js" SCRIPT,
    "times.js" SCRIPT,
    "emoji.js" SCRIPT,
    "mrkdwn.js" SCRIPT,
    "blocks.js" SCRIPT,
    "controls.js" SCRIPT,
    "choices.js" SCRIPT,
    "message.js" SCRIPT,
    "list.js" SCRIPT,
    "channel.js" SCRIPT,
    "thread.js" SCRIPT,
    "composer.js" SCRIPT,
    "completion.js" SCRIPT,
    "modals.js" SCRIPT,
    "home.js" SCRIPT,
    "popover.js" SCRIPT,
    "sidebar.js" SCRIPT,
    "people.js" SCRIPT,
    "clockbar.js" SCRIPT,
    "tours.js" SCRIPT,
    "notices.js" SCRIPT,
}

pub(super) async fn index() -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], INDEX).into_response()
}

pub(super) async fn file(Path(name): Path<String>) -> Response {
    match FILES.iter().find(|(known, ..)| *known == name) {
        Some((_, kind, content)) => ([(header::CONTENT_TYPE, *kind)], *content).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
