//! Decisions become calls: lanes, slots, ids, verbs, addresses and their order.

use crate::view::world::{Setting, case, case_id, now, ownership, user};
use firstline::clock::Length;
use firstline::domain::Decision;
use firstline::domain::case::{Case, Root, Stage};
use firstline::domain::effect::{Effect, Ping, PingReason, Problem, ProblemKind, Reply};
use firstline::domain::note::Note;
use firstline::id::FieldKey;
use firstline::view::call::{Call, Verb};
use firstline::view::{Spoken, render, spoken, violations};
use serde_json::Value;
use std::fmt::Write as _;

pub fn decision(case: Option<Case>, effects: Vec<Effect>) -> Decision {
    Decision {
        case,
        desks: Vec::new(),
        persons: Vec::new(),
        effects,
        timeline: Vec::new(),
        reply: Reply::Silent,
        wake: Vec::new(),
    }
}

pub fn ping(number: u32) -> Ping {
    Ping {
        number,
        tier: Some("Lead CSM".to_owned()),
        to: vec![user("U0ANA")],
        reason: PingReason::Opened,
        passed: Vec::new(),
        dm: vec![user("U0ANA")],
        due_at: now(),
        late_by: Some(Length::minutes(2)),
    }
}

pub fn every_effect() -> Vec<Effect> {
    let missing =
        Problem { field: FieldKey::new("emails"), label: "Emails".into(), kind: ProblemKind::Missing };
    vec![
        Effect::PostRoot,
        Effect::ShowCard,
        Effect::AskForMissing(vec![missing]),
        Effect::Ping(ping(1)),
        Effect::CancelPings,
        Effect::Say { slot: 2, note: Note::ReopenedBy { by: user("U0ANA") } },
        Effect::Tell { to: user("U0BO"), slot: 3, note: Note::TakenBack { case: case_id() } },
        Effect::DropMissing,
    ]
}

fn drawn(calls: &[Call]) -> String {
    let mut out = String::new();
    for call in calls {
        writeln!(
            out,
            "{}\n  {} {:?} {:?} {:?}\n  {:?}",
            call.id, call.lane, call.slot, call.verb, call.urgency, call.address
        )
        .expect("writing to a text");
    }
    out
}

#[test]
fn effects_become_calls_in_their_order() {
    let setting = Setting::set();
    let world = setting.world();
    let own = Case { root: Root::Bot, ..case() };
    let calls = render(&decision(Some(own), every_effect()), 4, &world, now());
    insta::assert_snapshot!(drawn(&calls));
    for call in calls.iter().filter(|call| call.verb != Verb::Remove) {
        assert_eq!(violations(&call.body), Vec::<String>::new(), "{}", call.id);
        assert!(call.body["text"].as_str().is_some_and(|text| !text.is_empty()), "{}", call.id);
    }
}

#[test]
fn the_same_decision_makes_the_same_calls() {
    let setting = Setting::set();
    let world = setting.world();
    let one = decision(Some(case()), every_effect());
    assert_eq!(render(&one, 7, &world, now()), render(&one, 7, &world, now()));
    let ids: std::collections::BTreeSet<_> =
        (7..9).flat_map(|version| render(&one, version, &world, now())).map(|call| call.id).collect();
    assert_eq!(
        ids.len(),
        2 * render(&one, 7, &world, now()).len() - 2,
        "only the two for one slot share an id"
    );
}

#[test]
fn without_a_case_only_direct_messages_leave() {
    let setting = Setting::set();
    let world = setting.world();
    let calls = render(&decision(None, every_effect()), 1, &world, now());
    insta::assert_snapshot!(drawn(&calls));
}

#[test]
fn a_message_exactly() {
    let setting = Setting::set();
    let world = setting.world();
    let owned = Case { stage: Stage::Owned(ownership("U0ANA")), ..case() };
    let bodies: Vec<Value> =
        render(&decision(Some(owned), vec![Effect::ShowCard, Effect::Ping(ping(1))]), 1, &world, now())
            .into_iter()
            .map(|call| call.body)
            .collect();
    insta::assert_json_snapshot!(bodies);
}

#[test]
fn replies_ride_along() {
    let setting = Setting::set();
    let world = setting.world();
    let to = user("U0ANA");
    assert_eq!(spoken(&Reply::Silent, &to, &world, now()), Spoken::Nothing);
    let Spoken::Message { text, blocks } = spoken(&Reply::Private(Note::Done), &to, &world, now()) else {
        panic!("a private word is a message");
    };
    assert_eq!((text.as_str(), blocks.len()), ("Done.", 1));
}
