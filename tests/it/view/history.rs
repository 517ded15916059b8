//! The reason of a ping, the state of a case and its timeline, as they are told.

use crate::view::texts::{Sheet, meeting, passed};
use crate::view::world::{Setting, at, case_id, now, scene, user};
use firstline::clock::Length;
use firstline::domain::case::{ClaimedBy, WaitingFor};
use firstline::domain::effect::{PingReason, Slot};
use firstline::domain::note::{Note, NudgeAbout, Status, Why};
use firstline::domain::timeline::{Entry, Happened, ReleasedBecause, WithdrawnBecause};
use firstline::id::{FieldKey, MessageTs};
use firstline::view::note::note;
use firstline::view::timeline_line;
use firstline::zone::Zones;
use std::fmt::Write as _;

#[test]
fn why_status_and_timeline() {
    let setting = Setting::set();
    let world = setting.world();
    let mut sheet = Sheet::default();
    let why = |tier: Option<&str>, passed| Why {
        case: case_id(),
        person: user("U0BO"),
        tier: tier.map(str::to_owned),
        reason: PingReason::NoAnswer { tier: "Lead CSM".into(), waited_for: Length::minutes(5) },
        at: at("2026-01-05T16:59:00Z"),
        to: vec![user("U0BO"), user("U0KOFI")],
        passed,
        answer: Some(meeting()),
    };
    let scene = scene(&world, None);
    sheet.add("Why", &note(&Note::Why(Box::new(why(Some("Tech Support"), passed()))), &scene));
    sheet.add("Why, supervisor", &note(&Note::Why(Box::new(why(None, Vec::new()))), &scene));
    let status = Status { case: case_id(), recent: entries() };
    sheet.add("Status", &note(&Note::Status(Box::new(status)), &scene));
    let nothing = Status { case: case_id(), recent: Vec::new() };
    sheet.add("Status, nothing yet", &note(&Note::Status(Box::new(nothing)), &scene));
    let zone = Zones::bundled().zone("America/Los_Angeles").expect("a zone");
    let lines: Vec<String> =
        entries().iter().map(|entry| timeline_line(entry, world.directory, &zone)).collect();
    write!(sheet.0, "## The timeline on a terminal\n{}\n", lines.join("\n")).expect("writing to a text");
    insta::assert_snapshot!(sheet.0);
}

fn entries() -> Vec<Entry> {
    let (ana, bo) = (user("U0ANA"), user("U0BO"));
    let reaction = ClaimedBy::Reaction { ts: MessageTs::new("1.0"), emoji: "eyes".into() };
    let pinged = |tier: Option<&str>, reason| Happened::Pinged {
        ping: 1,
        tier: tier.map(str::to_owned),
        to: vec![user("U0BO")],
        reason,
        passed: passed(),
    };
    let all = vec![
        Happened::Opened,
        Happened::Joined { ts: MessageTs::new("2.0") },
        Happened::AskedFor { fields: vec![FieldKey::new("url"), FieldKey::new("emails")] },
        Happened::Completed,
        Happened::AfterHours { opens_at: Some(at("2026-01-06T16:30:00Z")) },
        Happened::Redirected,
        pinged(Some("Tech Support"), PingReason::Opened),
        pinged(None, PingReason::NobodyAvailable),
        Happened::Undeliverable { slot: Slot::Ping(2), why: "the channel is archived".into() },
        Happened::Claimed { via: reaction },
        Happened::ClaimLost { owner: bo.clone() },
        Happened::RequesterSpoke,
        Happened::ResponderSpoke,
        Happened::Guarded { owner: bo.clone() },
        Happened::HelpAsked { who: vec![bo.clone()] },
        Happened::Offered { to: bo.clone() },
        Happened::OfferDeclined { by: bo.clone() },
        Happened::OfferLapsed,
        Happened::HandedOver { from: ana.clone(), to: bo.clone() },
        Happened::TookOver { from: ana.clone(), to: bo },
        Happened::Released { why: ReleasedBecause::Asked },
        Happened::Released { why: ReleasedBecause::ReactionRemoved },
        Happened::Released { why: ReleasedBecause::OwnerAway },
        Happened::Held { waiting_for: WaitingFor::Requester, until: at("2026-01-06T17:00:00Z") },
        Happened::HoldEnded,
        Happened::Nudged { about: NudgeAbout::Update },
        Happened::Tagged { tags: vec!["chat".into()] },
        Happened::Resolved { owner: Some(ana.clone()), outcome: Some("chat only".into()), note: None },
        Happened::Reopened,
        Happened::Withdrawn { why: WithdrawnBecause::PostDeleted },
        Happened::Withdrawn { why: WithdrawnBecause::SentElsewhere },
        Happened::CaughtUp { away_since: at("2026-01-05T16:00:00Z") },
    ];
    all.into_iter().map(|what| Entry { case: case_id(), at: now(), by: Some(ana.clone()), what }).collect()
}
