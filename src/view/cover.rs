//! Words about coverage: what was granted, what would leave a desk short, what the watch announces.

use crate::clock::Timestamp;
use crate::coverage::{Answer, Handoff, Span};
use crate::domain::cover::leave::{Leave, LeaveKind};
use crate::domain::cover::note::{
    Ahead, CoverButton, CoverNote, CoverTo, CoverWord, LeftBy, Over, Short, Shortfall, Wanted,
};
use crate::domain::effect::Slot;
use crate::domain::event::{Button, Subject};
use crate::id::{CallId, DeskKey, LaneId, PersonKey, UserId};
use crate::view::absence;
use crate::view::call::{Address, Call, Urgency, Verb};
use crate::view::cover_asked as asked;
use crate::view::mrkdwn;
use crate::view::page::Page;
use crate::view::render::new_message;
use crate::view::report;
use crate::view::scene::Scene;
use crate::view::voice::{between, count, list, to_you};
use chrono::TimeDelta;

/// So many gaps are listed in one message.
const GAPS: usize = 8;
/// So many of them have a button of their own.
const FINE: usize = 4;

/// The call of a word that belongs to no case: named after the record on which it was counted.
pub fn call(word: &CoverWord, scene: &Scene<'_>) -> Call {
    let of = match &word.of {
        Subject::Case(case) => format!("case:{case}"),
        Subject::Person(user) => format!("person:{user}"),
        Subject::Desk(desk) => format!("desk:{desk}"),
    };
    let (lane, address) = match &word.to {
        CoverTo::Person(user) => (Call::direct_lane(user), Address::Direct(user.clone())),
        CoverTo::Channel(channel) => {
            (LaneId::new(format!("channel:{channel}")), Address::Channel(channel.clone()))
        }
    };
    Call {
        id: CallId::new(format!("cover/{of}/{}", word.number)),
        lane,
        case: None,
        slot: Slot::Note(word.number),
        verb: Verb::Post,
        address,
        urgency: Urgency::Word,
        decided_at: scene.now,
        body: new_message(&page(&word.note, scene)),
    }
}

/// Words a note about coverage. One line for each, so that none can be forgotten.
pub fn page(note: &CoverNote, scene: &Scene<'_>) -> Page {
    match note {
        CoverNote::Granted { leave, covered_by } => granted(scene, leave, covered_by.as_ref()),
        CoverNote::WouldLeaveShort { leave, short } => would_leave_short(scene, leave, short),
        CoverNote::Seeking { leave, asked, role, until } => {
            asked::seeking(scene, leave, asked, *role, *until)
        }
        CoverNote::NobodyToAsk { leave } => asked::nobody_to_ask(scene, leave),
        CoverNote::NobodyTook { leave, supervisors } => asked::nobody_took(scene, leave, supervisors),
        CoverNote::Refused { leave, by } => asked::refused(scene, leave, by),
        CoverNote::NotUnderstood => absence::not_understood(),
        CoverNote::IsSettled => Page::say("That is settled already, so nothing was changed."),
        CoverNote::YouCover { person, desks, span } => asked::you_cover(scene, person.as_ref(), desks, *span),
        CoverNote::AwayBeforeCover { until, reason, person, desks } => {
            asked::away_before_cover(scene, *until, reason.as_deref(), person.as_ref(), desks)
        }
        CoverNote::NotNeeded { person } => asked::not_needed(scene, person.as_ref()),
        CoverNote::DeclineNoted => Page::say("Thank you for saying so."),
        CoverNote::UncoveredNoted { person, desks } => asked::uncovered_noted(scene, person.as_ref(), desks),
        CoverNote::CoverWhom => Page::say(
            "Cover for whom? Name somebody who answers on a desk: `/coverage cover @ana until 15:00`.",
        ),
        CoverNote::CoverUntilWhen { person } => Page::say(format!(
            "Until when would you cover for {}? Say it like `/coverage cover @ana until 15:00`.",
            scene.voice().name(person)
        )),
        CoverNote::FineNoted { desk, span } => Page::say(format!(
            "Noted: {} may have fewer people {}. Nobody is told about it again.",
            scene.desk(desk),
            stretch(scene, *span)
        )),
        CoverNote::GapsAhead { desks } => gaps_ahead(scene, desks),
        CoverNote::Schedule { user, shifts, handoffs } => schedule(scene, user, shifts, handoffs),
        CoverNote::IsOff { person, desk, answer, instead } => is_off(scene, person, desk, answer, instead),
        CoverNote::BackSoon { until } => Page::say(format!(
            "You are back {}: from then on you can be pinged again. `/coverage break` or `/coverage away` if you \
             need longer.",
            scene.voice().at(*until)
        )),
        CoverNote::WereLast { desk, until, how } => were_last(scene, desk, *until, *how),
        CoverNote::AskCover { desk, short, number, person, leave, span, answer_by } => {
            let (number, person, leave) = (*number, person.as_ref(), leave.as_ref());
            asked::ask(scene, &asked::Question { desk, short, number, person, leave }, *span, *answer_by)
        }
        CoverNote::AskSupervisor { desk, short, number, person, leave, span, answer_by } => {
            let (number, person, leave) = (*number, person.as_ref(), leave.as_ref());
            let question = asked::Question { desk, short, number, person, leave };
            asked::ask_supervisor(scene, &question, *span, *answer_by)
        }
        CoverNote::Settled { desks, person, by } => {
            asked::settled(scene, desks, person.as_ref(), by.as_ref())
        }
        CoverNote::YourGap { desk, gaps } => your_gap(scene, desk, gaps),
        CoverNote::DeskShort { desk, short, since, left } => desk_short(scene, desk, *short, *since, left),
        CoverNote::DeskOver { desk, since, how } => desk_over(scene, desk, *since, how),
        CoverNote::GapsComing { desk, gaps } => gaps_coming(scene, desk, gaps),
        CoverNote::Week { desk, week, figures } => report::week(scene, desk, *week, figures),
    }
}

/// `from 14:00 to 14:30`, with days where they matter.
pub fn stretch(scene: &Scene<'_>, span: Span) -> String {
    let voice = scene.voice();
    let until = match span.length() < TimeDelta::hours(12) {
        true => mrkdwn::time_of_day(span.until),
        false => voice.day_and_time(span.until),
    };
    match mrkdwn::is_soon(span.from, scene.now) {
        true => format!("from {} to {until}", mrkdwn::time_of_day(span.from)),
        false => format!("from {} to {until}", voice.day_and_time(span.from)),
    }
}

/// An absence as somebody wishes for it: `a break of 30 minutes (lunch)`.
pub fn wish(scene: &Scene<'_>, leave: &Leave) -> String {
    let what = match leave.kind {
        LeaveKind::Break => format!("a break of {}", between(leave.from, leave.until)),
        LeaveKind::Away => format!("an absence until {}", scene.voice().time(leave.until)),
        LeaveKind::Off => format!("time off {}", stretch(scene, leave.span())),
    };
    match &leave.note {
        Some(note) => format!("{what} ({})", scene.voice().typed(note)),
        None => what,
    }
}

fn granted(scene: &Scene<'_>, leave: &Leave, covered_by: Option<&UserId>) -> Page {
    let voice = scene.voice();
    let what = match leave.kind {
        LeaveKind::Break => format!("Enjoy your break. You are back {}", voice.at(leave.until)),
        LeaveKind::Away => format!("You are away until {}", voice.time(leave.until)),
        LeaveKind::Off => format!("You are off {}", stretch(scene, leave.span())),
    };
    let covered = match covered_by {
        Some(by) => format!("{} covers for you. ", voice.name(by)),
        None => String::new(),
    };
    let way_back = match leave.kind {
        LeaveKind::Break | LeaveKind::Away => {
            "You are not pinged before that; `/coverage back` ends it sooner."
        }
        LeaveKind::Off => "You are not pinged in that time.",
    };
    Page::say(format!("{what}. {covered}{way_back}"))
}

pub fn would_leave_short(scene: &Scene<'_>, leave: &Leave, short: &[Shortfall]) -> Page {
    let lines: Vec<String> = short
        .iter()
        .flat_map(|one| one.pieces.iter().map(move |piece| (&one.desk, piece)))
        .take(GAPS)
        .map(|(desk, piece)| format!("• {}: {}", scene.desk(desk), gap(scene, *piece)))
        .collect();
    Page::say("Not yet: you are needed, because without you somebody would be missing.")
        .and(lines.join("\n"))
        .and("Shall I look for somebody who covers? I ask those who could, one after the other, then the supervisor.")
        .primary("Find cover", Button::Cover(CoverButton::Seek(leave.clone())))
}

/// One gap: `from 14:00 to 14:30, 0 of 1 available`.
pub fn gap(scene: &Scene<'_>, short: Short) -> String {
    format!("{}, {} of {} available", stretch(scene, short.span), short.available, short.minimum)
}

pub fn lines_of(scene: &Scene<'_>, gaps: &[Short]) -> String {
    let mut lines: Vec<String> =
        gaps.iter().take(GAPS).map(|short| format!("• {}", gap(scene, *short))).collect();
    if let Some(more) = gaps.len().checked_sub(GAPS).filter(|more| *more > 0) {
        lines.push(format!("• and {}", count(u32::try_from(more).unwrap_or(u32::MAX), "more gap")));
    }
    lines.join("\n")
}

fn gaps_ahead(scene: &Scene<'_>, desks: &[(DeskKey, Ahead)]) -> Page {
    if desks.iter().all(|(_, ahead)| ahead.gaps.is_empty()) {
        let but = match desks.iter().any(|(_, ahead)| ahead.others == Wanted::Some) {
            true => ", but for gaps that are meant to be",
            false => "",
        };
        return Page::say(format!(
            "No gaps in the coming week: every desk keeps its minimum whenever it is open{but}."
        ));
    }
    desks.iter().fold(Page::say("*Gaps in the coming week*"), |page, (desk, ahead)| {
        let told = match (ahead.gaps.is_empty(), ahead.others) {
            (true, Wanted::None) => "• none".to_owned(),
            (true, Wanted::Some) => "• none but those that are meant to be".to_owned(),
            (false, Wanted::None | Wanted::Some) => lines_of(scene, &ahead.gaps),
        };
        page.and(format!("*{}*\n{told}", scene.desk(desk)))
    })
}

fn schedule(
    scene: &Scene<'_>,
    user: &UserId,
    shifts: &[Span],
    handoffs: &[(DeskKey, Option<Handoff>)],
) -> Page {
    let voice = scene.voice();
    let mine: Vec<String> =
        shifts.iter().take(14).map(|span| format!("• {}", stretch(scene, *span))).collect();
    let mine = match mine.is_empty() {
        true => "• none: you have no hours of your own".to_owned(),
        false => mine.join("\n"),
    };
    let names = |keys: &[PersonKey]| list(&keys.iter().map(|key| voice.person(key)).collect::<Vec<_>>());
    let next: Vec<String> = handoffs
        .iter()
        .filter_map(|(desk, handoff)| {
            let handoff = handoff.as_ref()?;
            let on = (!handoff.arriving.is_empty()).then(|| format!("{} on", names(&handoff.arriving)));
            let off = (!handoff.leaving.is_empty()).then(|| format!("{} off", names(&handoff.leaving)));
            let who: Vec<String> = on.into_iter().chain(off).collect();
            Some(format!("• {}, {}: {}", scene.desk(desk), voice.day_and_time(handoff.at), who.join(", ")))
        })
        .collect();
    let next = if next.is_empty() { String::new() } else { format!("*Next hand-offs*\n{}", next.join("\n")) };
    Page::say(format!("*Shifts of {} in the coming days*\n{mine}", voice.name(user))).and(next)
}

fn is_off(scene: &Scene<'_>, person: &UserId, desk: &DeskKey, answer: &Answer, instead: &[UserId]) -> Page {
    let voice = scene.voice();
    let who = match instead {
        [] => "Nobody else is on right now".to_owned(),
        [one] => format!("{} is on", voice.name(one)),
        several => format!("{} are on", voice.names(several)),
    };
    Page::say(format!(
        "{} {}. {who} for {}; a case posted here is pinged to those who can answer.",
        voice.name(person),
        voice.state(answer),
        scene.desk(desk)
    ))
}

fn were_last(scene: &Scene<'_>, desk: &DeskKey, until: Option<Timestamp>, how: LeftBy) -> Page {
    let until = until.map_or_else(String::new, |at| format!(" until {}", scene.voice().time(at)));
    let stay = match how {
        LeftBy::State => "If you can stay, clear your status or say `/coverage back`.",
        LeftBy::Time => "You need not do anything.",
    };
    Page::say(format!(
        "You were the last on {}: without you it is short of people{until}. I am asking those who could cover, then \
         {}. {stay}",
        scene.desk(desk),
        scene.supervisor(desk)
    ))
}

fn your_gap(scene: &Scene<'_>, desk: &DeskKey, gaps: &[Short]) -> Page {
    Page::say(format!("What you entered leaves {} short of people:", scene.desk(desk)))
        .and(lines_of(scene, gaps))
        .and("Could you move it, or ask somebody to cover? They say `/coverage cover @you until 15:00`.")
}

fn desk_short(scene: &Scene<'_>, desk: &DeskKey, short: Short, since: Timestamp, left: &[UserId]) -> Page {
    let voice = scene.voice();
    let who = match left {
        [] => String::new(),
        left => format!(" The last to leave: {}.", voice.names(left)),
    };
    Page::say(format!(
        "*{} is short of people*: {} of {} available, since {}.{who} Nobody has taken over yet.",
        scene.desk(desk),
        short.available,
        short.minimum,
        voice.time(since)
    ))
    .and("If you can cover, say `/coverage back` or `/coverage cover @them until 15:00`.")
    .press("This is fine", fine(desk, short.span))
}

fn fine(desk: &DeskKey, span: Span) -> Button {
    Button::Cover(CoverButton::Fine { desk: desk.clone(), from: span.from, until: span.until })
}

fn desk_over(scene: &Scene<'_>, desk: &DeskKey, since: Timestamp, how: &Over) -> Page {
    let (desk, lasted) = (scene.desk(desk), between(since, scene.now));
    Page::say(match how {
        Over::Enough => format!("{desk} has enough people again, after {lasted}."),
        Over::CoveredBy(by) => {
            format!("{desk} is covered again, by {}, after {lasted}.", scene.voice().name(by))
        }
        Over::FineBy(by) => {
            format!("{} says that it is fine: {desk} may have fewer people for now.", scene.voice().name(by))
        }
    })
}

fn gaps_coming(scene: &Scene<'_>, desk: &DeskKey, gaps: &[Short]) -> Page {
    let head = match gaps {
        [_] => "A gap is ahead",
        _ => "Gaps are ahead",
    };
    let page = Page::say(format!("*{head} on {}*", scene.desk(desk))).and(lines_of(scene, gaps)).and(
        "Somebody could move a break or a meeting, or cover. If it is meant to be so, say that it is fine.",
    );
    let buttons = gaps.iter().take(FINE).enumerate();
    buttons.fold(page, |page, (at, short)| {
        let label =
            if gaps.len() == 1 { "This is fine".to_owned() } else { format!("{} is fine", ordinal(at)) };
        page.press(label, fine(desk, short.span))
    })
}

fn ordinal(at: usize) -> &'static str {
    ["The first", "The second", "The third", "The fourth"].get(at).copied().unwrap_or("This")
}

/// What the resolver says of somebody, to themselves: `are on shift until 17:00`.
pub fn your_state(scene: &Scene<'_>, answer: &Answer) -> String {
    to_you(&scene.voice().state(answer))
}
