//! App Home: my state with its buttons, my list of the shift, cases, who is on, and the gaps of the coming week.

use crate::domain::cover::note::{CoverButton, DeskAtHome};
use crate::domain::desk::Desk;
use crate::domain::effect::Slot;
use crate::domain::event::Button;
use crate::domain::home::Home;
use crate::domain::routine::note::RoutineButton;
use crate::id::{CallId, LaneId};
use crate::view::call::{Address, Call, Urgency, Verb};
use crate::view::cover::{gap, your_state};
use crate::view::limits;
use crate::view::page::{Press, buttons, context, section};
use crate::view::scene::Scene;
use crate::view::voice::{count, list};
use crate::view::{home_parts, routine};
use serde_json::{Value, json};

/// Desks that are shown.
const DESKS: usize = 8;
/// Gaps that are shown of one desk.
const GAPS: usize = 3;
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
    let mut blocks = vec![section(&my_state(home, scene)), buttons("state", &state_buttons(home, scene))];
    let parts = [lists(home, scene), home_parts::mine(home, scene), home_parts::supervised(home, scene)];
    for part in parts.into_iter().filter(|part| !part.is_empty()) {
        blocks.push(json!({ "type": "divider" }));
        blocks.extend(part);
    }
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
    limits::fit(json!({ "type": "home", "blocks": blocks }))
}

/// The list of the shift and the review of the week, as their messages show them.
fn lists(home: &Home, scene: &Scene<'_>) -> Vec<Value> {
    let list = home.list.as_ref().map(|(list, work)| routine::blocks(list, work, scene));
    let left = routine::left_over(&home.left_over, scene);
    let review = home.review.as_ref().map(|(list, work)| routine::week(list, work, scene));
    list.into_iter().chain([left]).chain(review).flatten().collect()
}

fn state_buttons(home: &Home, scene: &Scene<'_>) -> Vec<Press> {
    let listed = scene.world.directory.is_listed(&home.user);
    let own = [
        ("Back", CoverButton::Back),
        ("Break 30m", CoverButton::Break),
        ("Away…", CoverButton::Away),
        ("Off…", CoverButton::Off),
        ("Cover…", CoverButton::Cover),
        ("Gaps", CoverButton::Gaps),
        ("My schedule", CoverButton::Schedule),
    ];
    let hours = listed.then(|| Press::new("My hours…", Button::Routine(RoutineButton::Hours)));
    own.map(|(label, does)| Press::new(label, Button::Cover(does))).into_iter().chain(hours).collect()
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
