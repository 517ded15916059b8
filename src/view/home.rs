//! App Home: my state with its buttons, my cases, who is on, and the gaps of the coming week.

use crate::domain::Glance;
use crate::domain::cover::note::{CoverButton, DeskAtHome, Home};
use crate::domain::desk::Desk;
use crate::domain::effect::Slot;
use crate::domain::event::Button;
use crate::id::{CallId, LaneId};
use crate::view::call::{Address, Call, Urgency, Verb};
use crate::view::cover::{gap, your_state};
use crate::view::limits;
use crate::view::mrkdwn;
use crate::view::page::{context, plain_text, section};
use crate::view::scene::Scene;
use crate::view::voice::{count, list};
use serde_json::{Value, json};

/// Cases on a page.
const CASES: usize = 10;
/// Desks that are shown.
const DESKS: usize = 8;
/// Gaps that are shown of one desk.
const GAPS: usize = 3;
/// The fewest blocks that Slack takes anywhere: what is below never breaks.
pub const MOST_BLOCKS: usize = 50;

/// The call that shows it.
pub fn call(home: &Home, scene: &Scene<'_>) -> Call {
    Call {
        id: CallId::new(format!("home/{}/{}", home.user, scene.now.timestamp_micros())),
        lane: LaneId::new(format!("home:{}", home.user)),
        case: None,
        slot: Slot::Note(0),
        verb: Verb::PublishHome,
        address: Address::Direct(home.user.clone()),
        urgency: Urgency::Edit,
        decided_at: scene.now,
        body: json!({ "view": view(home, scene) }),
    }
}

/// The view: fewer blocks than Slack takes, however many cases and desks there are.
pub fn view(home: &Home, scene: &Scene<'_>) -> Value {
    let mut blocks = vec![section(&my_state(home, scene)), actions("state", &state_buttons())];
    blocks.push(json!({ "type": "divider" }));
    blocks.extend(cases(home, scene));
    blocks.push(json!({ "type": "divider" }));
    for known in home.desks.iter().take(DESKS) {
        if let Some(desk) = scene.world.desks.get(&known.desk) {
            blocks.push(section(&one_desk(desk, known, scene)));
        }
    }
    if let Some(more) = home.desks.len().checked_sub(DESKS).filter(|more| *more > 0) {
        let more = count(u32::try_from(more).unwrap_or(u32::MAX), "more desk");
        blocks.push(context(&[format!("{more}: `/coverage` shows them all.")]));
    }
    blocks.truncate(MOST_BLOCKS);
    limits::fit(json!({ "type": "home", "blocks": blocks }))
}

fn state_buttons() -> Vec<(String, CoverButton)> {
    [
        ("Back", CoverButton::Back),
        ("Break 30m", CoverButton::Break),
        ("Away…", CoverButton::Away),
        ("Off…", CoverButton::Off),
        ("Cover…", CoverButton::Cover),
        ("Gaps", CoverButton::Gaps),
        ("My schedule", CoverButton::Schedule),
    ]
    .map(|(label, does)| (label.to_owned(), does))
    .to_vec()
}

fn actions(id: &str, buttons: &[(String, CoverButton)]) -> Value {
    let elements: Vec<Value> = buttons
        .iter()
        .enumerate()
        .map(|(at, (label, does))| {
            let value = serde_json::to_string(&Button::Cover(does.clone())).unwrap_or_default();
            json!({
                "type": "button",
                "action_id": format!("{id}.{at}"),
                "text": plain_text(label),
                "value": value,
            })
        })
        .collect();
    json!({ "type": "actions", "elements": elements })
}

/// What the resolver says of me on each of my desks, once where it says the same.
fn my_state(home: &Home, scene: &Scene<'_>) -> String {
    let mut states: Vec<(String, Vec<String>)> = Vec::new();
    for (desk, answer) in &home.mine {
        let (state, name) = (your_state(scene, answer), scene.desk(desk));
        match states.iter_mut().find(|(known, _)| *known == state) {
            Some((_, desks)) => desks.push(name),
            None => states.push((state, vec![name])),
        }
    }
    if states.is_empty() {
        return "*You* do not answer on a desk at this moment.".to_owned();
    }
    let lines: Vec<String> =
        states.iter().map(|(state, desks)| format!("*You* {state} ({})", list(desks))).collect();
    lines.join("\n")
}

fn cases(home: &Home, scene: &Scene<'_>) -> Vec<Value> {
    if home.cases.is_empty() {
        return vec![section("*My cases*\nNone is open.")];
    }
    let pages = home.cases.len().div_ceil(CASES);
    let page = usize::try_from(home.page).unwrap_or(0).min(pages - 1);
    let shown = home.cases.iter().skip(page * CASES).take(CASES);
    let head = format!("*My cases* ({} open, oldest first)", home.cases.len());
    let lines: Vec<String> = shown.map(|glance| one_case(glance, home, scene)).collect();
    let mut blocks = vec![section(&format!("{head}\n{}", lines.join("\n")))];
    let turn =
        |label: &str, page: usize| (label.to_owned(), CoverButton::Page(u32::try_from(page).unwrap_or(0)));
    let before = (page > 0).then(|| turn("Earlier", page.saturating_sub(1)));
    let after = (page + 1 < pages).then(|| turn("Later", page + 1));
    let buttons: Vec<_> = before.into_iter().chain(after).collect();
    if !buttons.is_empty() {
        blocks.push(actions("page", &buttons));
        blocks.push(context(&[format!("Page {} of {pages}", page + 1)]));
    }
    blocks
}

fn one_case(glance: &Glance, home: &Home, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    let who = match &glance.owner {
        Some(owner) if *owner == home.user => format!("yours, asked by {}", voice.name(&glance.requester)),
        Some(owner) => format!("you asked, {} has it", voice.name(owner)),
        None => "you asked, nobody has it yet".to_owned(),
    };
    format!(
        "• *{}* in {}, since {}: {who}",
        mrkdwn::inline(glance.id.as_str(), 60),
        scene.channel_by_id(&glance.channel),
        voice.day_and_time(glance.opened_at)
    )
}

fn one_desk(desk: &Desk, known: &DeskAtHome, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    let on: Vec<String> = known.on.iter().map(|person| voice.person(person)).collect();
    let state = match desk.coverage.schedule.is_open(scene.now) {
        true => format!("on now: {}", list(&on)),
        false => match desk.coverage.schedule.next_opening(scene.now) {
            Some(at) => format!("closed, opens {}", voice.at(at)),
            None => "closed".to_owned(),
        },
    };
    let gaps = &known.ahead.gaps;
    let mut lines = vec![format!("*{}*, {state}", scene.desk(&desk.key))];
    lines.extend(gaps.iter().take(GAPS).map(|short| format!("• gap {}", gap(scene, *short))));
    if let Some(more) = gaps.len().checked_sub(GAPS).filter(|more| *more > 0) {
        lines.push(format!("• and {}", count(u32::try_from(more).unwrap_or(u32::MAX), "more gap")));
    }
    lines.join("\n")
}
