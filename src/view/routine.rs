//! The lists of a shift, as messages that are kept up to date, and the question to take all of somebody's cases.

use crate::clock::Timestamp;
use crate::domain::Glance;
use crate::domain::effect::Slot;
use crate::domain::event::Button;
use crate::domain::routine::note::{RoutineButton, RoutineWord, Work};
use crate::domain::routine::record::{Handing, HandingAnswer, Item, ItemWhen, List};
use crate::domain::routine::rules::Moment;
use crate::id::{CallId, UserId};
use crate::view::call::{Address, Call, Urgency, Verb};
use crate::view::limits;
use crate::view::mrkdwn;
use crate::view::page::{Page, Press, buttons, context, row, section};
use crate::view::permalink::permalink;
use crate::view::render::new_message;
use crate::view::routine_form::day_name;
use crate::view::routine_said::{self, hours_of};
use crate::view::scene::Scene;
use crate::view::voice::{count, list};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Items with a button of their own; of several desks there may be more, which are only read.
const ITEMS: usize = 20;
/// Items of earlier lists that App Home shows.
const LEFT_OVER: usize = 10;
/// Cases that are listed one by one.
const CASES: usize = 8;
const STALE: usize = 5;
/// A list this late says so.
const LATE: TimeDelta = TimeDelta::minutes(5);

/// The call of a word about the working day.
pub fn call(word: &RoutineWord, scene: &Scene<'_>) -> Call {
    let (to, slot, verb, body) = match word {
        RoutineWord::List { to, list, work } => {
            (to, Slot::List(list.number), Verb::Upsert, message(list, work, scene))
        }
        RoutineWord::Handing { from, handing, cases } => {
            let page = handing_page(from, handing, cases, scene);
            (&handing.to, Slot::List(handing.message), Verb::Upsert, page.message())
        }
        RoutineWord::Tell { to, number, note } => {
            let page = routine_said::page(note, scene);
            (to, Slot::Note(*number), Verb::Post, new_message(&page))
        }
    };
    let name = match slot {
        Slot::List(number) => format!("list/{to}/{number}/{}", scene.now.timestamp_micros()),
        Slot::Root
        | Slot::Card
        | Slot::Missing
        | Slot::Ping(_)
        | Slot::Note(_)
        | Slot::Step(_)
        | Slot::Request(_) => format!("routine/{to}/{slot:?}"),
    };
    Call {
        id: CallId::new(name),
        lane: Call::direct_lane(to),
        case: None,
        slot,
        verb,
        address: Address::Direct(to.clone()),
        urgency: Urgency::Word,
        decided_at: scene.now,
        body,
    }
}

fn message(list: &List, work: &Work, scene: &Scene<'_>) -> Value {
    let mut blocks = blocks(list, work, scene);
    blocks.truncate(limits::MESSAGE_BLOCKS);
    limits::fit(json!({ "text": head(list, scene), "blocks": blocks }))
}

/// A list as blocks, for a message or for App Home: fewer than forty-eight.
pub fn blocks(list: &List, work: &Work, scene: &Scene<'_>) -> Vec<Value> {
    let mut blocks = vec![section(&head(list, scene))];
    match list.moment {
        Moment::Review => blocks.extend(review(list, work, scene)),
        Moment::Start | Moment::Middle | Moment::End | Moment::Over => blocks.extend(items(list, scene)),
    }
    blocks.extend(stale(list, work, scene));
    match list.moment {
        Moment::End => blocks.extend(leaving(list, work, scene)),
        Moment::Start | Moment::Middle | Moment::Over => blocks.extend(waiting(work, scene)),
        Moment::Review => {}
    }
    blocks
}

/// The review of the week without what other lists show as well.
pub fn week(list: &List, work: &Work, scene: &Scene<'_>) -> Vec<Value> {
    let head = section(&head(list, scene));
    std::iter::once(head).chain(review(list, work, scene)).collect()
}

fn head(list: &List, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    let until = voice.time(list.shift.until);
    let late = list.sent_at - list.due_at >= LATE;
    match list.moment {
        Moment::Review => "*Your hours of next week*: are they right?".to_owned(),
        Moment::Start if late => format!(
            "*Your shift began at {}* and goes on until {until}. This list comes late.",
            voice.time(list.shift.from)
        ),
        Moment::Start => format!("*Your shift begins.* It goes on until {until}."),
        Moment::Middle => format!("*Half of your shift is done.* It goes on until {until}."),
        Moment::End | Moment::Over => match list.off_until {
            Some(off) => format!(
                "*Your shift is over.* You are marked unavailable until {}, and nothing new is given to you.",
                voice.day_and_time(off)
            ),
            None => {
                format!("*Your shift ends at {until}.* Leave as little as possible where it is our turn.")
            }
        },
    }
}

fn items(list: &List, scene: &Scene<'_>) -> Vec<Value> {
    let mut blocks = Vec::new();
    let mut group: Option<(&crate::id::DeskKey, ItemWhen)> = None;
    let named = list.items.iter().any(|item| item.desk != list.items[0].desk);
    for (at, item) in list.items.iter().enumerate().take(ITEMS) {
        if group != Some((&item.desk, item.when)) {
            group = Some((&item.desk, item.when));
            blocks.extend(heading(item, named, scene).map(|text| context(&[text])));
        }
        blocks.push(one_item(list.number, at, item, scene));
    }
    let rest: Vec<String> =
        list.items.iter().skip(ITEMS).map(|item| format!("• {}", words(item, scene))).collect();
    if !rest.is_empty() {
        blocks.push(section(&rest.join("\n")));
    }
    blocks
}

/// What is not done of earlier lists of the shift, with its buttons: for App Home.
pub fn left_over(lists: &[List], scene: &Scene<'_>) -> Vec<Value> {
    let items =
        lists.iter().flat_map(|list| list.items.iter().enumerate().map(|(at, item)| (list.number, at, item)));
    let items: Vec<_> = items.filter(|(_, _, item)| item.done_at.is_none()).collect();
    let head = (!items.is_empty()).then(|| context(&["Not done yet, from earlier in this shift".to_owned()]));
    let rows = items.iter().take(LEFT_OVER).map(|(list, at, item)| one_item(*list, *at, item, scene));
    head.into_iter().chain(rows).collect()
}

/// Whose items follow, where that is not plain: a desk's among several, or those for quiet hours.
fn heading(item: &Item, named: bool, scene: &Scene<'_>) -> Option<String> {
    match (item.when, named) {
        (ItemWhen::Now, true) => Some(scene.desk(&item.desk)),
        (ItemWhen::Now, false) => None,
        (ItemWhen::WhenQuiet, true) => Some(format!("{}, when it is quiet", scene.desk(&item.desk))),
        (ItemWhen::WhenQuiet, false) => Some("When it is quiet".to_owned()),
    }
}

fn words(item: &Item, scene: &Scene<'_>) -> String {
    scene.voice().typed(&item.text)
}

fn one_item(list: u32, at: usize, item: &Item, scene: &Scene<'_>) -> Value {
    let number = u32::try_from(at).unwrap_or(u32::MAX);
    let text = words(item, scene);
    match item.done_at {
        None => {
            let does = Button::Routine(RoutineButton::Tick { list, item: number });
            row(&format!("☐ {text}"), &format!("tick.{list}.{at}"), &Press::new("Done", does))
        }
        Some(_) => {
            let does = Button::Routine(RoutineButton::Untick { list, item: number });
            row(&format!("☑ ~{text}~"), &format!("tick.{list}.{at}"), &Press::new("Not done", does))
        }
    }
}

/// What waits: cases where it is our turn, and cases that nobody has.
fn waiting(work: &Work, scene: &Scene<'_>) -> Vec<Value> {
    let ours: Vec<&Glance> = work.mine.iter().filter(|glance| glance.is_our_turn()).collect();
    let mut texts = Vec::new();
    if !ours.is_empty() {
        let mut lines = vec![match ours.len() {
            1 => "*It is our turn in one of your cases*".to_owned(),
            many => format!("*It is our turn in {many} of your cases*"),
        }];
        lines.extend(ours.iter().take(CASES).map(|glance| format!("• {}", of_mine(glance, scene))));
        lines.extend(more(ours.len(), CASES, "more case"));
        texts.push(lines.join("\n"));
    }
    texts.extend(unclaimed(work, scene));
    if texts.is_empty() {
        texts.push("No case waits for you.".to_owned());
    }
    texts.iter().map(|text| section(text)).collect()
}

fn unclaimed(work: &Work, scene: &Scene<'_>) -> Option<String> {
    let desks: Vec<String> = work
        .unclaimed
        .iter()
        .map(|(desk, cases)| format!("{} on {}", count(*cases, "case"), scene.desk(desk)))
        .collect();
    (!desks.is_empty()).then(|| format!("Nobody has {} yet.", list(&desks)))
}

fn more(all: usize, shown: usize, what: &str) -> Option<String> {
    let more = all.checked_sub(shown).filter(|more| *more > 0)?;
    Some(format!("• and {}", count(u32::try_from(more).unwrap_or(u32::MAX), what)))
}

/// A case by its number, with a link to its thread where that is known.
pub fn whereabouts(glance: &Glance) -> String {
    let id = glance.id.as_str();
    match &glance.root {
        Some(ts) => mrkdwn::link(&permalink(&glance.channel, ts), id),
        None => mrkdwn::inline(id, 60),
    }
}

fn of_mine(glance: &Glance, scene: &Scene<'_>) -> String {
    let voice = scene.voice();
    format!(
        "{} in {}, asked by {} {}",
        whereabouts(glance),
        scene.channel_by_id(&glance.channel),
        voice.name(&glance.requester),
        voice.day_and_time(glance.opened_at)
    )
}

/// Cases that have been on hold for long, each with its way back.
fn stale(list: &List, work: &Work, scene: &Scene<'_>) -> Vec<Value> {
    if work.stale.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![section("*On hold for long*: is anybody still waited for?")];
    for (at, glance) in work.stale.iter().take(STALE).enumerate() {
        let since = glance.held_since.map_or_else(String::new, |at| held(at, scene));
        let owner = glance
            .owner
            .as_ref()
            .map_or_else(String::new, |user| format!(", with {}", scene.voice().name(user)));
        let text =
            format!("• {} in {}{owner}{since}", whereabouts(glance), scene.channel_by_id(&glance.channel));
        let ends = Press::new("End the hold", Button::EndHold(glance.id.clone()));
        blocks.push(row(&text, &format!("hold.{}.{at}", list.number), &ends));
    }
    blocks.extend(more(work.stale.len(), STALE, "more case").map(|text| context(&[text])));
    blocks
}

fn held(since: Timestamp, scene: &Scene<'_>) -> String {
    format!(", since {}", scene.voice().day_and_time(since))
}

/// The end: every open case can be handed over, by itself or with the others.
fn leaving(list: &List, work: &Work, scene: &Scene<'_>) -> Vec<Value> {
    let mut blocks = Vec::new();
    if work.mine.is_empty() {
        blocks.push(section("You have no open case. Nothing is left to hand over."));
    } else {
        let all = count(u32::try_from(work.mine.len()).unwrap_or(u32::MAX), "open case");
        let ours = work.mine.iter().filter(|glance| glance.is_our_turn()).count();
        let turn = match (ours, work.mine.len()) {
            (0, 1) => "it does not wait for us".to_owned(),
            (0, _) => "none of them waits for us".to_owned(),
            (1, 1) => "it is our turn".to_owned(),
            (some, all) if some == all => "it is our turn in all of them".to_owned(),
            (1, _) => "it is our turn in one of them".to_owned(),
            (some, _) => format!("it is our turn in {some} of them"),
        };
        blocks.push(section(&format!("*You have {all}*: {turn}. Who carries on?")));
        let mut mine: Vec<&Glance> = work.mine.iter().collect();
        mine.sort_by_key(|glance| (!glance.is_our_turn(), glance.opened_at));
        for (at, glance) in mine.into_iter().take(CASES).enumerate() {
            let press = Press::new("Hand over", Button::HandOver(glance.id.clone()));
            let id = format!("give.{}.{at}", list.number);
            blocks.push(row(&format!("• {}", of_mine(glance, scene)), &id, &press));
        }
        blocks.extend(more(work.mine.len(), CASES, "more case").map(|text| context(&[text])));
    }
    blocks.extend(unclaimed(work, scene).map(|text| section(&text)));
    let all = (!work.mine.is_empty())
        .then(|| Press::primary("Hand over all…", Button::Routine(RoutineButton::HandAll)));
    let end =
        list.off_until.is_none().then(|| Press::new("End my shift now", Button::Routine(RoutineButton::End)));
    let presses: Vec<Press> = all.into_iter().chain(end).collect();
    if !presses.is_empty() {
        blocks.push(buttons(&format!("end.{}", list.number), &presses));
    }
    blocks
}

/// The days of the week to come, each with a way to change it.
fn review(list: &List, work: &Work, scene: &Scene<'_>) -> Vec<Value> {
    let mut blocks = Vec::new();
    for (day, hours) in &work.week {
        let own = if work.live.dates.contains_key(day) { " (changed by you)" } else { "" };
        let off =
            crate::domain::routine::time_off(&work.live).any(|(from, until)| from <= *day && *day < until);
        let off = if off { ", time off" } else { "" };
        let text = format!("*{}*  {}{own}{off}", day_name(*day), hours_of(scene, hours));
        let press = Press::new("Change", Button::Routine(RoutineButton::Change { day: *day }));
        blocks.push(row(&text, &format!("day.{}.{day}", list.number), &press));
    }
    if !work.quiet.is_empty() {
        let lines: Vec<String> =
            work.quiet.iter().take(ITEMS).map(|text| format!("• {}", scene.voice().typed(text))).collect();
        blocks.push(section(&format!("*For quiet hours*\n{}", lines.join("\n"))));
    }
    match list.confirmed_at {
        Some(at) => {
            let said = format!("You said that they are right, {}.", scene.voice().day_and_time(at));
            blocks.push(context(&[said]));
        }
        None => {
            let stand = Press::primary("My hours are right", Button::Routine(RoutineButton::Stand));
            blocks.push(buttons(&format!("week.{}", list.number), &[stand]));
        }
    }
    blocks
}

/// Would you take all of somebody's cases?
fn handing_page(from: &UserId, handing: &Handing, cases: &[Glance], scene: &Scene<'_>) -> Page {
    let voice = scene.voice();
    let name = voice.name(from);
    let lines = || {
        let mut lines: Vec<String> =
            cases.iter().take(CASES).map(|glance| format!("• {}", of_mine(glance, scene))).collect();
        lines.extend(more(cases.len(), CASES, "more case"));
        lines.join("\n")
    };
    let (number, from) = (handing.number, from.clone());
    let many = count(u32::try_from(cases.len()).unwrap_or(u32::MAX), "open case");
    match handing.answer {
        HandingAnswer::None => Page::say(format!(
            "{name}'s shift ends. Would you take over {many}? Without your answer until {} they stay with {name}.",
            voice.time(handing.until)
        ))
        .and(lines())
        .primary("Take all", Button::Routine(RoutineButton::TakeAll { from: from.clone(), number }))
        .press("I cannot", Button::Routine(RoutineButton::DeclineAll { from, number })),
        HandingAnswer::Taken(_) => Page::say(format!("You took over {many} from {name}.")).and(lines()),
        HandingAnswer::Declined => Page::say(format!("You said that you cannot take over {name}'s cases.")),
        HandingAnswer::Lapsed => {
            Page::say(format!("{name}'s cases stay with {name}: the time to answer is over."))
        }
    }
}
