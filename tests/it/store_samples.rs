//! Small records and calls for the tests of stores.

use firstline::clock::Length;
use firstline::clock::Timestamp;
use firstline::domain::booking::Booked;
use firstline::domain::case::{
    Case, ClaimedBy, Late, Ownership, Part, Report, Resolution, Root, Run, RunHours, RunState, Stage, Talk,
    Trouble, Turn,
};
use firstline::domain::closing::parting::{Ended, Parting};
use firstline::domain::desk::DeskState;
use firstline::domain::effect::Slot;
use firstline::domain::person::PersonState;
use firstline::domain::policy::{
    AfterHours, AfterHoursAction, CasesRule, Claiming, Clocks, Closing, Guard, Intake, OnReply, Policy,
    Urgent, WhenIncomplete,
};
use firstline::domain::timeline::{Entry, Happened};
use firstline::id::{CaseId, PolicyId};
use firstline::store::{Commit, Put, Version};
use firstline::view::call::{Address, Call, Urgency, Verb};
use std::collections::{BTreeMap, BTreeSet};

/// So many seconds after a fixed instant.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

/// An unclaimed case in channel `C1`, posted at `at(0)`, whose root is `ts`.
pub fn case(id: &str, ts: &str) -> Case {
    let (desk, _) = id.rsplit_once('-').unwrap();
    Case {
        id: id.into(),
        desk: desk.into(),
        policy: "p1".into(),
        channel: "C1".into(),
        root: Root::Post(ts.into()),
        requester: "U0ASKER".into(),
        requester_name: "Asker".to_owned(),
        opened_at: at(0),
        report: Report {
            text: "it does not open".to_owned(),
            parts: vec![Part { ts: ts.into(), text: "it does not open".to_owned(), files: Vec::new() }],
            ..Report::default()
        },
        stage: Stage::Unclaimed,
        run: Run {
            state: RunState::Climbing,
            hours: RunHours::DeskOpen,
            tier: 0,
            repeated: 0,
            reminded: 0,
            standing: None,
            pinged: BTreeMap::new(),
            spared: None,
        },
        talk: Talk {
            turn: Turn::Ours,
            turn_since: at(0),
            last_seen: None,
            last_requester_at: at(0),
            last_responder_at: None,
            first_answer_at: None,
            reply_late: Late::No,
            update_late: Late::No,
            resolve_late: Late::No,
        },
        next_slot: 0,
        tags: BTreeSet::new(),
        resolve_from: None,
        waiting: BTreeMap::new(),
        pointed: BTreeSet::new(),
        trouble: Trouble::None,
        booking: Booked::default(),
        tickets: Vec::new(),
        detours: Vec::new(),
        mails: Vec::new(),
        unsent: Vec::new(),
        parting: Parting::default(),
        playbooks: Default::default(),
        reacted: BTreeSet::new(),
    }
}

pub fn owned_by(mut case: Case, owner: &str) -> Case {
    case.stage = Stage::Owned(Ownership {
        owner: owner.into(),
        since: at(5),
        via: ClaimedBy::Button,
        helpers: BTreeSet::new(),
        hold: None,
        offer: None,
        guarded: BTreeSet::new(),
        asked_away_at: None,
        acted_at: at(5),
    });
    case
}

pub fn resolved(mut case: Case) -> Case {
    case.stage = Stage::Resolved(Resolution {
        by: "U0ANA".into(),
        at: at(9),
        owner: Some("U0ANA".into()),
        outcome: None,
        note: None,
        ended: Ended::Said,
    });
    case
}

pub fn put(case: Case, over: Version, due: Option<Timestamp>) -> Put {
    Put::Case { record: Box::new(case), over, due }
}

/// A commit that writes one case.
pub fn puts(case: Case, over: Version, due: Option<Timestamp>) -> Commit {
    Commit { puts: vec![put(case, over, due)], ..Commit::default() }
}

pub fn person(user: &str) -> PersonState {
    PersonState::new(user.into())
}

pub fn put_person(user: &str, over: Version, due: Option<Timestamp>) -> Put {
    Put::Person { record: Box::new(person(user)), over, due }
}

pub fn put_desk(desk: &str, over: Version, due: Option<Timestamp>) -> Put {
    Put::Desk { record: Box::new(DeskState::new(desk.into())), over, due }
}

pub fn entry(case: &str, seconds: i64) -> Entry {
    Entry { case: case.into(), at: at(seconds), by: None, what: Happened::Opened }
}

/// A call into the thread of a case.
pub fn call(id: &str, case: &str, slot: Slot, verb: Verb, urgency: Urgency) -> Call {
    let case = CaseId::from(case);
    Call {
        id: id.into(),
        lane: Call::case_lane(&case),
        case: Some(case),
        slot,
        verb,
        address: Address::Thread { channel: "C1".into(), root: "1.000001".into() },
        urgency,
        decided_at: at(0),
        body: serde_json::json!({ "text": id }),
    }
}

pub fn card(id: &str, case: &str) -> Call {
    call(id, case, Slot::Card, Verb::Upsert, Urgency::Edit)
}

pub fn ping(id: &str, case: &str, number: u32) -> Call {
    call(id, case, Slot::Ping(number), Verb::Post, Urgency::Ping)
}

pub fn note(id: &str, case: &str, number: u32) -> Call {
    call(id, case, Slot::Note(number), Verb::Post, Urgency::Word)
}

pub fn remove(id: &str, case: &str, slot: Slot) -> Call {
    call(id, case, slot, Verb::Remove, Urgency::Edit)
}

/// A call of a case to one person alone.
pub fn direct(id: &str, case: &str, to: &str, slot: Slot, urgency: Urgency) -> Call {
    Call {
        lane: Call::direct_lane(&to.into()),
        address: Address::Direct(to.into()),
        ..call(id, case, slot, Verb::Post, urgency)
    }
}

pub fn calls(calls: Vec<Call>) -> Commit {
    Commit { calls, ..Commit::default() }
}

/// A commit that deals with one delivery and opens one case.
pub fn delivery(key: &str, case: Case) -> Commit {
    Commit { deliveries: vec![key.into()], ..puts(case, 0, None) }
}

pub fn policy() -> (PolicyId, Policy) {
    let policy = Policy {
        desk: "event".into(),
        name: "Live event support".to_owned(),
        supervisor: None,
        intake: Intake {
            cases: CasesRule::Template,
            when_incomplete: WhenIncomplete::StartClock,
            greeting: Some("Hi @here,".to_owned()),
            fields: Vec::new(),
            join_within: Length::minutes(3),
            booking: None,
        },
        tiers: Vec::new(),
        claiming: Claiming {
            reactions: vec!["eyes".to_owned()],
            help: Vec::new(),
            on_reply: OnReply::Claims,
            guard: Guard::On,
        },
        clocks: Clocks {
            reply_within: Some(Length::minutes(5)),
            update_every: None,
            resolve_within: None,
            hand_over_within: Length::minutes(5),
            cover_within: Length::minutes(5),
            remind_at_most: Length::hours(1),
        },
        closing: Closing::default(),
        after_hours: AfterHours {
            action: AfterHoursAction::Queue,
            message: None,
            urgent: Urgent::NotOffered,
            once_per: Length::minutes(30),
        },
        self_help: None,
        redirect: None,
        playbooks: Vec::new(),
    };
    (PolicyId::from("p1"), policy)
}
