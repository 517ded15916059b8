//! Records of every version that was ever written are read for ever.

mod outside;

use crate::store_samples::{at, card, case, direct, entry, owned_by, person, ping, policy, remove, resolved};
use firstline::clock::Length;
use firstline::coverage::{Answer, Break, Dnd, Presence, Reason, Span, Status, Word};
use firstline::domain::booking::BookedHow;
use firstline::domain::case::{
    Case, ClaimedBy, Hold, Offer, OfferKind, Proven, Root, Sent, Stage, Standing, Trouble, WaitingFor,
    WaitingPing,
};
use firstline::domain::closing::note::Parted;
use firstline::domain::closing::parting::{Ended, Parting, Proposed, Surveyed};
use firstline::domain::cover::leave::{Leave, LeaveKind};
use firstline::domain::cover::ledger::CoverHappened;
use firstline::domain::cover::record::{
    Alarm, Asked, AskedAnswer, AskedAs, DeskCover, Request, Seek, Stage as SeekStage, Told,
};
use firstline::domain::desk::{ChannelState, DeskState, EventDays, Switched};
use firstline::domain::detour::{DetourHappened, DetourState, Way};
use firstline::domain::effect::{Passed, PassedBecause, PingReason, Slot};
use firstline::domain::event::SharedFile;
use firstline::domain::mail::MailState;
use firstline::domain::mail::unsent::UnsentBecame;
use firstline::domain::person::PersonState;
use firstline::domain::policy::{
    ChannelRef, Dm, Field, FieldKind, PingRule, Policy, Redirect, Required, SelfHelp, Tier,
};
use firstline::domain::routine::record::{Handing, HandingAnswer, Item, ItemWhen, List, Routine};
use firstline::domain::routine::rules::Moment;
use firstline::domain::ticket::{Needs, Purpose, StepKind, TicketHappened};
use firstline::domain::timeline::{Entry, Happened, ReleasedBecause, WithdrawnBecause};
use firstline::store::record::{self, CallRow, Deliveries, Kind, Meta, Placed, RecordError, Row, Slots};
use firstline::store::{DeadLetter, Doubt};
use firstline::view::call::{Address, Call, System, Urgency, Verb};
use outside::{booked, ticketed};
use std::path::{Path, PathBuf};

fn fixtures(version: u32) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("fixtures/records/v{version}"))
}

/// The newest version of each kind is what is written now. A shape that changed after a release needs the next
/// number, an arm in `read`, and a folder; before that, `FIRSTLINE_WRITE_RECORDS=1` writes the files anew.
#[test]
fn what_is_written_now_has_its_file() {
    for kind in Kind::ALL {
        let path = fixtures(1).join(format!("{}.json", kind.as_str()));
        let records: Vec<serde_json::Value> =
            present(kind).iter().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect();
        if std::env::var_os("FIRSTLINE_WRITE_RECORDS").is_some() {
            std::fs::write(&path, serde_json::to_string_pretty(&records).unwrap() + "\n").unwrap();
        }
        let text = std::fs::read_to_string(&path)
            .unwrap_or_else(|_| panic!("fixtures/records/v1 has no file for `{}`", kind.as_str()));
        let kept: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
        assert_eq!(kept, records, "the shape of `{}` changed", kind.as_str());
    }
}

#[test]
fn every_old_record_is_read() {
    for folder in std::fs::read_dir(fixtures(1).parent().unwrap()).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let kind = Kind::of(path.file_stem().unwrap().to_str().unwrap()).expect("a kind of record");
            let records: Vec<serde_json::Value> =
                serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
            for written in records {
                record::check(kind, &serde_json::to_vec(&written).unwrap()).unwrap();
            }
        }
    }
}

#[test]
fn a_newer_record_is_named() {
    let newer = br#"{"v":2,"record":{"version":1,"due":null,"record":{}}}"#;
    let error = record::decode::<Row<Case>>(newer).unwrap_err();
    assert_eq!(error, RecordError::Newer { kind: "case", found: 2, known: 1 });
    insta::assert_snapshot!(error.to_string(), @r"
    a `case` record has version 2: it was written by a newer firstline, this one reads up to 1
    hint: start the newer firstline again, or restore an export that this one wrote
    ");
    assert_eq!(record::version_of_case(newer).unwrap_err(), error);
}

#[test]
fn a_damaged_record_is_named() {
    let error = record::decode::<Row<Case>>(b"{\"v\":1").unwrap_err();
    assert!(error.to_string().starts_with("a `case` record cannot be read: "), "{error}");
    assert!(error.to_string().ends_with("\nhint: restore the last export"), "{error}");
}

/// One record or more of every kind, as this program writes them.
fn present(kind: Kind) -> Vec<Vec<u8>> {
    match kind {
        Kind::Case => cases().iter().map(record::encode).collect(),
        Kind::Person => vec![record::encode(&Row { version: 3, due: Some(at(60)), record: somebody() })],
        Kind::Desk => vec![record::encode(&Row { version: 2, due: None, record: desk() })],
        Kind::Policy => vec![record::encode(&rules())],
        Kind::Timeline => happened()
            .into_iter()
            .map(|what| record::encode(&Entry { what, by: Some("U0ANA".into()), ..entry("event-1", 7) }))
            .collect(),
        Kind::Call => rows().iter().map(record::encode).collect(),
        Kind::Dead => {
            vec![record::encode(&DeadLetter {
                call: ping("p", "event-1", 1),
                why: "is_archived".to_owned(),
                at: at(9),
            })]
        }
        Kind::Slot => {
            let placed = [Slot::Root, Slot::Card, Slot::Missing, Slot::Ping(1), Slot::Note(2)]
                .map(|slot| Placed { slot, channel: "C1".into(), ts: "1.000009".into() });
            vec![record::encode(&Slots { placed: placed.to_vec() })]
        }
        Kind::Delivery => {
            let digests = vec!["00112233445566778899aabbccddeeff".to_owned()];
            vec![record::encode(&Deliveries { at: Some(at(1)), digests })]
        }
        Kind::Meta => [Meta::At(at(1)), Meta::Number(17), Meta::Mark].iter().map(record::encode).collect(),
    }
}

fn cases() -> Vec<Row<Case>> {
    let mut climbing = case("event-1", "1.000001");
    climbing.report.given.insert("issue".into(), "it does not open".to_owned());
    climbing.report.added.insert("url".into(), "https://example.com".to_owned());
    climbing.report.files.push(SharedFile { id: "F1".to_owned(), name: "screen.png".to_owned() });
    climbing.report.asked.push("emails".into());
    climbing.report.proven = Proven::Affirmed;
    climbing.run.standing = Some(Standing {
        ping: 1,
        at: at(1),
        to: ["U0ANA".into()].into(),
        sent: Sent::Delivered,
        told: ["U0BO".into()].into(),
        gone: ["U0BO".into()].into(),
    });
    climbing.run.pinged.insert("U0ANA".into(), at(1));
    climbing.run.spared = Some("U0BO".into());
    climbing.waiting.insert(
        2,
        WaitingPing {
            tier: Some("Lead CSM".to_owned()),
            to: vec!["U0ANA".into()],
            reason: PingReason::NoAnswer { tier: "Lead CSM".to_owned(), waited_for: Length::minutes(5) },
            due_at: at(2),
        },
    );
    climbing.pointed.insert("U0BO".into());
    climbing.trouble = Trouble::Told;
    climbing.parting = Parting {
        proposed: Some(Proposed {
            by: "U0ANA".into(),
            at: at(6),
            until: at(3600),
            outcome: None,
            note: Some("restarted".to_owned()),
        }),
        reminded_at: Some(at(6)),
        survey: Some(Surveyed { answer: "yes".to_owned(), comment: Some("quick".to_owned()), at: at(8) }),
    };
    let mut held = owned_by(case("event-2", "2.000001"), "U0ANA");
    held.root = Root::Bot;
    held.tags.insert("chat".to_owned());
    held.resolve_from = Some(at(5));
    held.talk.last_responder_at = Some(at(6));
    held.talk.first_answer_at = Some(at(6));
    held.talk.last_seen = Some("2.000007".into());
    let ownership = held.ownership_mut().unwrap();
    ownership.via = ClaimedBy::Reaction { ts: "2.000001".into(), emoji: "eyes".to_owned() };
    ownership.helpers.insert("U0BO".into());
    ownership.guarded.insert("U0KOFI".into());
    ownership.asked_away_at = Some(at(8));
    ownership.hold = Some(Hold {
        waiting_for: WaitingFor::ThirdParty,
        until: at(3600),
        since: at(7),
        reason: Some("the venue".to_owned()),
    });
    ownership.offer =
        Some(Offer { number: 1, kind: OfferKind::HandOver { to: "U0BO".into() }, at: at(7), until: at(307) });
    let mut withdrawn = case("event-3", "3.000001");
    withdrawn.stage = Stage::Withdrawn { at: at(4) };
    let mut cases = [climbing, held, withdrawn, resolved(case("event-4", "4.1")), case("event-5", "5.1")];
    booked(&mut cases);
    ticketed(&mut cases);
    let dues = [Some(at(60)), None, None, None, None];
    cases.into_iter().zip(dues).map(|(record, due)| Row { version: 1, due, record }).collect()
}

fn somebody() -> PersonState {
    let mut state = person("U0ANA");
    state.live.words = vec![
        Word::Away { from: at(0), until: Some(at(60)), note: Some("lunch".to_owned()) },
        Word::Covering {
            from: at(60),
            until: Some(at(90)),
            person: Some("bo".into()),
            desks: vec!["event".into(), "chat".into()],
        },
    ];
    state.live.status = Some(Status {
        emoji: "calendar".to_owned(),
        text: "In a meeting".to_owned(),
        expires_at: Some(at(9)),
    });
    state.live.dnd = Some(Dnd { from: at(0), until: at(9) });
    state.live.presence = Some(Presence::Active);
    state.live.breaks.push(Break { from: at(0), until: at(9), note: None });
    state.changed_at = Some(at(1));
    state.reminded = Some(at(9));
    state.told = 1;
    state.live.dates.insert("2026-09-22".parse().unwrap(), "10:00-14:00".parse().unwrap());
    state.routine = working_day();
    state
}

fn working_day() -> Routine {
    let shift = Span::new(at(0), at(3_600));
    let item = Item {
        desk: "chat".into(),
        text: "Clean up old records".to_owned(),
        when: ItemWhen::WhenQuiet,
        done_at: Some(at(5)),
    };
    let list = List {
        number: 1,
        moment: Moment::Middle,
        shift,
        due_at: at(1),
        sent_at: at(2),
        items: vec![item],
        desks: vec!["chat".into()],
        confirmed_at: Some(at(3)),
        off_until: Some(at(9)),
    };
    let handing = Handing {
        number: 2,
        to: "U0BO".into(),
        cases: vec!["chat-1".into()],
        at: at(4),
        until: at(304),
        message: 7,
        answer: HandingAnswer::Taken(at(5)),
    };
    Routine {
        since: Some(at(0)),
        had: [(Moment::Start, at(3_600))].into(),
        lists: vec![list],
        handings: vec![handing],
        off_until: Some(at(9)),
    }
}

fn desk() -> DeskState {
    let mut state = DeskState::new("event".into());
    let days = Some(EventDays { from: at(0), until: at(86_400) });
    let roles = [("lead_csm".into(), vec!["rotation:lead".parse().unwrap(), "ana".parse().unwrap()])].into();
    state.channels.insert("C1".into(), ChannelState { roles, days, switched: Switched::Off });
    state.after_hours_told.insert("U0ASKER".into(), at(3));
    state.cover = cover();
    state
}

fn cover() -> DeskCover {
    let asked = |who: &str, role, answer| Asked { who: who.into(), at: at(4), role, answer };
    let seek = Seek {
        asked: vec![
            asked("U0BO", AskedAs::Coverer, AskedAnswer::Declined),
            asked("U0KOFI", AskedAs::Supervisor, AskedAnswer::None),
        ],
        stage: SeekStage::Asking,
    };
    let note = Some("lunch".to_owned());
    let leave = Leave { kind: LeaveKind::Break, from: at(4), until: at(1_804), note };
    let desks = vec!["event".into()];
    let request = Request { number: 1, by: "U0ANA".into(), leave, desks, asked_at: at(4), seek };
    let alarm = Alarm {
        number: 4,
        since: at(5),
        until: Some(at(3_600)),
        left: vec!["U0ANA".into()],
        seek: Seek { asked: Vec::new(), stage: SeekStage::Exhausted },
        told_at: Some(at(305)),
        told_in: vec!["C1".into()],
        taken_by: Some("U0KOFI".into()),
    };
    DeskCover {
        requests: vec![request],
        alarm: Some(alarm),
        told: vec![Told { span: Span::new(at(90_000), at(93_600)), within: 86_400 }],
        wanted: vec![Span::new(at(180_000), at(183_600))],
        grants: 2,
        last: 6,
    }
}

fn rules() -> Policy {
    let (_, mut rules) = policy();
    rules.supervisor = Some("kofi".parse().unwrap());
    rules.tiers.push(Tier {
        name: "Lead CSM".to_owned(),
        who: vec!["role:lead_csm".parse().unwrap(), "@tech-support".parse().unwrap()],
        wait: Length::minutes(5),
        repeat: 2,
        ping: PingRule::Next(1),
        dm: Dm::ThreadAndDm,
    });
    rules.intake.fields.push(Field {
        key: "area".into(),
        label: "Area".to_owned(),
        kind: FieldKind::Choice(vec!["chat".to_owned()]),
        required: Required::IfApplicable,
        hint: None,
    });
    rules.redirect = Some(Redirect { unless: "area".into(), to: ChannelRef::Name("trainers".to_owned()) });
    rules.self_help = Some(SelfHelp { text: "Reload".to_owned(), links: Vec::new() });
    rules
}

fn happened() -> Vec<Happened> {
    let passed = Passed {
        tier: "Lead CSM".to_owned(),
        person: "U0BO".into(),
        why: PassedBecause::Unavailable(Answer {
            available: false,
            reason: Reason::Away { note: None },
            until: Some(at(9)),
        }),
    };
    vec![
        Happened::Opened,
        Happened::Joined { ts: "1.000002".into() },
        Happened::Pinged {
            ping: 1,
            tier: Some("Lead CSM".to_owned()),
            to: vec!["U0ANA".into()],
            reason: PingReason::Opened,
            passed: vec![passed],
        },
        Happened::Undeliverable { slot: Slot::Ping(1), why: "is_archived".to_owned() },
        Happened::Claimed { via: ClaimedBy::Button },
        Happened::Held { waiting_for: WaitingFor::Requester, until: at(60) },
        Happened::Released { why: ReleasedBecause::OwnerAway },
        Happened::Resolved { owner: Some("U0ANA".into()), outcome: None, note: Some("restarted".to_owned()) },
        Happened::Parted(Parted::Proposed { until: at(60) }),
        Happened::Parted(Parted::NotYet),
        Happened::Parted(Parted::Reminded),
        Happened::Parted(Parted::Said { name: "hello".to_owned() }),
        Happened::Parted(Parted::Surveyed { answer: "yes".to_owned() }),
        Happened::Parted(Parted::Ended { how: Ended::Silent { since: at(1) } }),
        Happened::Withdrawn { why: WithdrawnBecause::NotServed },
        Happened::Withdrawn { why: WithdrawnBecause::PostDeleted },
        Happened::Booked { booked: BookedHow::Found { id: "B-1".to_owned() } },
        Happened::Booked { booked: BookedHow::Unread { id: "B-1".to_owned(), why: "no answer".to_owned() } },
        Happened::Mailed { mail: 3 },
        Happened::MailBecame { mail: 3, state: MailState::Sent { at: at(9), refused: Vec::new() } },
        Happened::Detoured {
            detour: DetourHappened::Sent { ping: 2, to: vec!["U0BO".into()], way: Way::Email },
        },
        Happened::Detoured {
            detour: DetourHappened::Became {
                to: vec!["U0BO".into()],
                way: Way::Webhook,
                state: DetourState::Told { at: at(9) },
            },
        },
        Happened::MailWaits { mail: 4, what: UnsentBecame::Written },
        Happened::MailWaits { mail: 4, what: UnsentBecame::Dropped },
        Happened::Ticketed {
            ticket: TicketHappened::Asked { purpose: Purpose::Support, needs: Needs::Requester },
        },
        Happened::Ticketed {
            ticket: TicketHappened::StepRefused { step: StepKind::Open, why: "no such status".to_owned() },
        },
        Happened::Ticketed { ticket: TicketHappened::Ended { key: "SUP-1".to_owned() } },
        Happened::CaughtUp { away_since: at(1) },
        Happened::Cover(CoverHappened::Covered { person: None, from: at(1), until: at(9) }),
        Happened::Cover(CoverHappened::WasShort { since: at(1) }),
    ]
}

fn request(system: System, number: u32) -> Call {
    Call {
        lane: Call::system_lane(system, &"event-1".into()),
        address: Address::System(system),
        verb: Verb::Request,
        ..direct("q", "event-1", "U0ANA", Slot::Request(number), Urgency::Word)
    }
}

fn rows() -> Vec<CallRow> {
    let row = |call| CallRow {
        call,
        attempts: 2,
        not_before: Some(at(30)),
        doubt: Doubt::PerhapsDone { looked: 1 },
        first_tried_at: Some(at(1)),
        why: Some("no answer".to_owned()),
    };
    let own = Address::OwnThread { channel: "C1".into() };
    let direct = direct("d", "event-1", "U0ANA", Slot::Note(3), Urgency::Word);
    let home = Call { verb: Verb::PublishHome, case: None, ..direct.clone() };
    let new = CallRow {
        doubt: Doubt::No,
        not_before: None,
        first_tried_at: None,
        why: None,
        ..row(card("c", "event-1"))
    };
    vec![
        new,
        row(ping("p", "event-1", 1)),
        row(Call { address: own, ..remove("r", "event-1", Slot::Missing) }),
        row(direct),
        row(home),
        row(request(System::Bookings, 4)),
        row(request(System::Mail, 5)),
        row(Call { lane: Call::detour_lane(&"event-1".into(), 6), ..request(System::Detour, 6) }),
        row(request(System::Tickets, 7)),
    ]
}
