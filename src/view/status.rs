//! A case's recent history, for the one who asked.

use crate::domain::note::Status;
use crate::view::page::Page;
use crate::view::scene::Scene;
use crate::view::timeline::happened;

/// So many lines of history are shown, the newest.
const LINES: usize = 20;
/// So many lines make a paragraph.
const PARAGRAPH: usize = 5;

pub fn status(status: &Status, scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let skipped = status.recent.len().saturating_sub(LINES);
    let lines: Vec<String> = status
        .recent
        .iter()
        .skip(skipped)
        .map(|entry| format!("• {}: {}", voice.day_and_time(entry.at), shortened(&happened(entry, &voice))))
        .collect();
    let page = Page::say(format!("*{}, so far*", scene.case(&status.case)));
    let page = if lines.is_empty() { page.and("Nothing has happened yet.") } else { page };
    let page = lines.chunks(PARAGRAPH).fold(page, |page, lines| page.and(lines.join("\n")));
    if skipped > 0 { page.small(format!("{skipped} earlier lines are in the timeline.")) } else { page }
}

/// One line may not crowd out the others.
fn shortened(line: &str) -> String {
    crate::view::mrkdwn::cut(line, 500)
}
