//! The lists of cases in App Home, a page at a time: one's own, and those of the desks one supervises.

use crate::domain::Glance;
use crate::domain::event::Button;
use crate::domain::home::{Home, HomeButton, Pages};
use crate::view::page::{Press, buttons, context, section};
use crate::view::routine::whereabouts;
use crate::view::scene::Scene;
use crate::view::voice::list;
use serde_json::Value;

/// Cases on a page.
const CASES: usize = 10;

/// One's own cases, and those one waits for an answer in.
pub fn mine(home: &Home, scene: &Scene<'_>) -> Vec<Value> {
    if home.cases.is_empty() {
        return vec![section("*My cases*\nNone is open.")];
    }
    let head = format!("*My cases* ({} open, oldest first)", home.cases.len());
    let turn = |page: u32| Pages { mine: page, ..home.pages };
    let line = |glance: &Glance| format!("• {}: {}", place(glance, scene), mine_is(glance, home, scene));
    let words = ["Earlier", "Later"];
    paged(&Paged { head, id: "page", page: home.pages.mine, words }, &home.cases, line, turn)
}

/// Every open case of the desks that the reader supervises; nothing for those who supervise none.
pub fn supervised(home: &Home, scene: &Scene<'_>) -> Vec<Value> {
    if home.supervises.is_empty() {
        return Vec::new();
    }
    let desks: Vec<String> = home.supervises.iter().map(|desk| scene.desk(desk)).collect();
    let desks = list(&desks);
    if home.supervised.is_empty() {
        return vec![section(&format!("*Open on {desks}*\nNone is open."))];
    }
    let head = format!("*Open on {desks}* ({} open, oldest first)", home.supervised.len());
    let turn = |page: u32| Pages { supervised: page, ..home.pages };
    let line = |glance: &Glance| format!("• {}: {}", place(glance, scene), theirs_is(glance, scene));
    let words = ["Earlier on the desk", "Later on the desk"];
    let paged_by = Paged { head, id: "desk", page: home.pages.supervised, words };
    paged(&paged_by, &home.supervised, line, turn)
}

/// How a list is paged: its heading, the page that is asked for, and the words on its buttons.
struct Paged {
    head: String,
    id: &'static str,
    page: u32,
    words: [&'static str; 2],
}

fn paged(
    by: &Paged,
    cases: &[Glance],
    line: impl Fn(&Glance) -> String,
    turn: impl Fn(u32) -> Pages,
) -> Vec<Value> {
    let pages = cases.len().div_ceil(CASES);
    let page = usize::try_from(by.page).unwrap_or(0).min(pages.saturating_sub(1));
    let lines: Vec<String> = cases.iter().skip(page * CASES).take(CASES).map(line).collect();
    let mut blocks = vec![section(&format!("{}\n{}", by.head, lines.join("\n")))];
    let to = |label: &str, page: usize| {
        let pages = turn(u32::try_from(page).unwrap_or(0));
        Press::new(label, Button::Home(HomeButton::Turn(pages)))
    };
    let [earlier, later] = by.words;
    let before = (page > 0).then(|| to(earlier, page.saturating_sub(1)));
    let after = (page + 1 < pages).then(|| to(later, page + 1));
    let presses: Vec<Press> = before.into_iter().chain(after).collect();
    if !presses.is_empty() {
        blocks.push(buttons(by.id, &presses));
        blocks.push(context(&[format!("Page {} of {pages}", page + 1)]));
    }
    blocks
}

fn place(glance: &Glance, scene: &Scene<'_>) -> String {
    let since = scene.voice().day_and_time(glance.opened_at);
    format!("*{}* in {}, since {since}", whereabouts(glance), scene.channel_by_id(&glance.channel))
}

fn mine_is(glance: &Glance, home: &Home, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    match &glance.owner {
        Some(owner) if *owner == home.user && glance.held_since.is_some() => {
            format!("yours, on hold, asked by {}", voice.name(&glance.requester))
        }
        Some(owner) if *owner == home.user => format!("yours, asked by {}", voice.name(&glance.requester)),
        Some(owner) => format!("you asked, {} has it", voice.name(owner)),
        None => "you asked, nobody has it yet".to_owned(),
    }
}

fn theirs_is(glance: &Glance, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    let who = voice.name(&glance.requester);
    match &glance.owner {
        Some(owner) if glance.held_since.is_some() => {
            format!("asked by {who}, {} has it on hold", voice.name(owner))
        }
        Some(owner) => format!("asked by {who}, {} has it", voice.name(owner)),
        None => format!("asked by {who}, *nobody has it yet*"),
    }
}
