//! Every text that people read, as it stands.

use crate::view::world::{Setting, at, case, case_id, desk_key, now, on_desk, ownership, scene, user};
use firstline::clock::Length;
use firstline::coverage::{Answer, BusyKind, Facts, Reason, Status as SlackStatus};
use firstline::domain::World;
use firstline::domain::case::{Case, Hold, Resolution, Root, Stage, Turn, WaitingFor};
use firstline::domain::closing::parting::Ended;
use firstline::domain::effect::{Passed, PassedBecause, Ping, PingReason, Problem, ProblemKind};
use firstline::domain::note::{Note, NudgeAbout};
use firstline::domain::outlook::{Next, NextWhat, Outlook};
use firstline::id::{ChannelId, FieldKey, PersonKey, RotationKey};
use firstline::view::card::{card, root};
use firstline::view::note::note;
use firstline::view::page::Page;
use firstline::view::ping::{ping, ping_by_dm};
use firstline::view::violations;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Texts under their names, as one snapshot; each is checked against Slack's limits on the way.
#[derive(Default)]
pub struct Sheet(pub String);

impl Sheet {
    pub fn add(&mut self, name: &str, page: &Page) {
        assert_eq!(violations(&page.message()), Vec::<String>::new(), "{name}");
        write!(self.0, "## {name}\n{}\n\n", page.on_paper()).expect("writing to a text");
    }
}

fn unavailable(reason: Reason, until: Option<&str>) -> Answer {
    Answer { available: false, reason, until: until.map(at) }
}

pub fn meeting() -> Answer {
    let reason = Reason::Calendar { busy: BusyKind::Busy, all_day: false };
    unavailable(reason, Some("2026-01-05T22:00:00Z"))
}

pub fn passed() -> Vec<Passed> {
    let one = |tier: &str, person: &str, why| Passed { tier: tier.to_owned(), person: user(person), why };
    vec![
        one("Lead CSM", "U0ANA", PassedBecause::Unavailable(meeting())),
        one("Lead CSM", "U0KOFI", PassedBecause::NotNext),
        one("Tech Support", "U0BO", PassedBecause::ReleasedIt),
        one("Tech Support", "U0GONE", PassedBecause::NotInSlack),
    ]
}

fn owned(owner: &str) -> Case {
    Case { stage: Stage::Owned(ownership(owner)), ..case() }
}

fn outlook(what: NextWhat) -> Outlook {
    Outlook {
        next: Some(Next { at: at("2026-01-05T17:05:00Z"), what }),
        missing: Vec::new(),
        playbooks: Vec::new(),
    }
}

#[test]
fn notes_to_one_who_acted() {
    let setting = Setting::set();
    let world = setting.world();
    let mut sheet = Sheet::default();
    let (since, until) = (at("2026-01-05T16:58:00Z"), at("2026-01-05T17:05:00Z"));
    let ana = || user("U0ANA");
    let notes = [
        ("AlreadyOwned", Note::AlreadyOwned { case: case_id(), owner: ana(), since }),
        ("AlreadyYours", Note::AlreadyYours { case: case_id() }),
        ("NotAResponder", Note::NotAResponder { desk: desk_key() }),
        ("NotYours, somebody's", Note::NotYours { case: case_id(), owner: Some(ana()) }),
        ("NotYours, nobody's", Note::NotYours { case: case_id(), owner: None }),
        ("SupervisorsOnly", Note::SupervisorsOnly { desk: desk_key() }),
        ("IsResolved", Note::IsResolved { case: case_id(), by: ana(), at: since }),
        ("IsWithdrawn", Note::IsWithdrawn { case: case_id() }),
        ("NotResolved", Note::NotResolved { case: case_id() }),
        ("NoCaseHere", Note::NoCaseHere),
        ("CaseGone", Note::CaseGone),
        ("Guard", Note::Guard { case: case_id(), owner: ana(), since }),
        ("OwnerTold", Note::OwnerTold { owner: ana() }),
        ("OwnerAsked", Note::OwnerAsked { owner: ana(), until }),
        ("ReceiverAsked", Note::ReceiverAsked { to: ana(), holder: None, until }),
        ("ReceiverAsked, of another", Note::ReceiverAsked { to: ana(), holder: Some(user("U0BO")), until }),
        ("OfferStands", Note::OfferStands { until }),
        ("OfferOver", Note::OfferOver),
        ("WhoTo", Note::WhoTo { case: case_id() }),
        ("NotAResponderThem", Note::NotAResponderThem { them: user("U0DANA"), desk: desk_key() }),
        ("WhenUnclear", Note::WhenUnclear),
        (
            "UnknownTags",
            Note::UnknownTags { unknown: vec!["chta".into()], known: vec!["chat".into(), "fixed".into()] },
        ),
        ("TagsSet", Note::TagsSet { case: case_id(), tags: vec!["chat".into(), "fixed".into()] }),
        (
            "ResolveNeeds",
            Note::ResolveNeeds {
                case: case_id(),
                needs: vec!["a tag for area (chat, platform)".into(), "an outcome (chat only)".into()],
            },
        ),
        (
            "Held",
            Note::Held {
                case: case_id(),
                waiting_for: WaitingFor::ThirdParty,
                until: at("2026-01-06T17:00:00Z"),
            },
        ),
        ("HelpIsAsked, one", Note::HelpIsAsked { case: case_id(), who: vec![ana()] }),
        ("HelpIsAsked, two", Note::HelpIsAsked { case: case_id(), who: vec![ana(), user("U0BO")] }),
        ("NobodyToHelp", Note::NobodyToHelp { case: case_id(), passed: passed() }),
        ("NoPlaybooks", Note::NoPlaybooks { desk: desk_key() }),
        ("YoursNow", Note::YoursNow { case: case_id() }),
        ("Done", Note::Done),
    ];
    for (name, one) in &notes {
        sheet.add(name, &note(one, &scene(&world, None)));
    }
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn notes_around_asking() {
    let setting = Setting::set();
    let world = setting.world();
    let mut sheet = Sheet::default();
    let desks =
        vec![(desk_key(), "Live event support".to_owned()), ("helpdesk".into(), "Help desk".to_owned())];
    let channel = ChannelId::new("C0OTHER");
    let notes = [
        ("ReplyInThread", Note::ReplyInThread { case: case_id() }),
        ("JoinedThread", Note::JoinedThread { case: case_id() }),
        ("Template", Note::Template { desk: desk_key() }),
        ("Filed", Note::Filed { case: case_id() }),
        ("AlreadyACase", Note::AlreadyACase { case: case_id() }),
        ("EscalateHelp", Note::EscalateHelp { desk: Some(desk_key()) }),
        ("EscalateHelp, no desk", Note::EscalateHelp { desk: None }),
        ("MentionHelp", Note::MentionHelp),
        ("Words", Note::Words),
        ("NoDeskHere", Note::NoDeskHere { desks, channel: channel.clone(), text: "help".into() }),
        ("NoDeskHere, none at all", Note::NoDeskHere { desks: Vec::new(), channel, text: String::new() }),
        ("SwitchedOff", Note::SwitchedOff { desk: desk_key() }),
        ("SwitchedOn", Note::SwitchedOn { desk: desk_key() }),
        ("IsOff", Note::IsOff { desk: desk_key() }),
        ("SetupDone", Note::SetupDone { desk: desk_key() }),
        ("NoRoles", Note::NoRoles { desk: desk_key() }),
        ("NoHomeChannel", Note::NoHomeChannel { desk: desk_key() }),
    ];
    for (name, one) in &notes {
        sheet.add(name, &note(one, &scene(&world, None)));
    }
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn words_in_the_thread() {
    let setting = Setting::set();
    let world = setting.world();
    let case = case();
    let mut sheet = Sheet::default();
    let closed = |urgent, queued, opens_at: Option<&str>| Note::AfterHours {
        opens_at: opens_at.map(at),
        requester: user("U0DANA"),
        desk: desk_key(),
        urgent,
        queued,
    };
    let (ana, bo) = (user("U0ANA"), user("U0BO"));
    let since = at("2026-01-05T15:00:00Z");
    let notes = [
        ("AfterHours, queued", closed(true, true, Some("2026-01-06T16:30:00Z"))),
        ("AfterHours, not urgent, no opening", closed(false, false, None)),
        ("Redirect", Note::Redirect { case: case_id(), field: FieldKey::new("proven") }),
        ("SentElsewhere", Note::SentElsewhere { to: "trainers".into() }),
        ("SentElsewhere, by id", Note::SentElsewhere { to: "C0TRAIN".into() }),
        (
            "ResolvedBy",
            Note::ResolvedBy {
                by: ana.clone(),
                outcome: Some("chat only".into()),
                note: Some("cleared\nthe cache".into()),
                how: Ended::Said,
            },
        ),
        (
            "ResolvedBy, no words",
            Note::ResolvedBy { by: ana.clone(), outcome: None, note: None, how: Ended::Quiet },
        ),
        ("ReopenedBy", Note::ReopenedBy { by: ana.clone() }),
        ("ReleasedBy", Note::ReleasedBy { by: ana.clone() }),
        ("HandedOver", Note::HandedOver { from: ana, to: bo }),
        ("HoldEnded", Note::HoldEnded { waiting_for: WaitingFor::Requester, since }),
        ("NobodyAtAll", Note::NobodyAtAll),
    ];
    for (name, one) in &notes {
        sheet.add(name, &note(one, &scene(&world, Some(&case))));
    }
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn direct_messages() {
    let setting = Setting::set();
    let world = setting.world();
    let mut sheet = Sheet::default();
    let owned = owned("U0ANA");
    let since = at("2026-01-05T16:54:00Z");
    let until = at("2026-01-05T17:05:00Z");
    let nudge = |about| Note::Nudge { case: case_id(), about, since };
    let (ana, bo) = (user("U0ANA"), user("U0BO"));
    let notes = [
        ("Nudge, first answer", nudge(NudgeAbout::FirstAnswer)),
        ("Nudge, answer", nudge(NudgeAbout::Answer)),
        ("Nudge, update", nudge(NudgeAbout::Update)),
        ("Nudge, resolve", nudge(NudgeAbout::Resolve)),
        ("Nudge, hold ended", nudge(NudgeAbout::HoldEnded)),
        ("Heads", Note::Heads { case: case_id(), from: bo.clone() }),
        ("TakeOverAsked", Note::TakeOverAsked { case: case_id(), by: bo.clone(), offer: 1, until }),
        ("HandOverAsked", Note::HandOverAsked { case: case_id(), from: ana.clone(), offer: 1, until }),
        ("OfferAccepted, they have it", Note::OfferAccepted { case: case_id(), by: ana.clone() }),
        ("OfferAccepted, you have it", Note::OfferAccepted { case: case_id(), by: bo.clone() }),
        ("OfferDeclined, they keep it", Note::OfferDeclined { case: case_id(), by: ana.clone() }),
        ("OfferDeclined, you keep it", Note::OfferDeclined { case: case_id(), by: bo.clone() }),
        ("OfferLapsed, they keep it", Note::OfferLapsed { case: case_id(), by: ana }),
        ("OfferLapsed, you keep it", Note::OfferLapsed { case: case_id(), by: bo }),
        ("AwayWithCase", Note::AwayWithCase { case: case_id(), until }),
        ("TakenBack", Note::TakenBack { case: case_id() }),
        (
            "CannotPost",
            Note::CannotPost {
                case: case_id(),
                channel: ChannelId::new("C0EVENT"),
                why: "the channel is archived".into(),
            },
        ),
        ("PingedHere", Note::PingedHere { case: case_id(), tier: Some("Lead CSM".into()) }),
        ("PingedHere, supervisor", Note::PingedHere { case: case_id(), tier: None }),
    ];
    for (name, one) in &notes {
        sheet.add(name, &note(one, &scene(&world, Some(&owned))));
    }
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn words_about_coverage() {
    let setting = Setting::set();
    let world = setting.world();
    let mut sheet = Sheet::default();
    let until = at("2026-01-05T18:00:00Z");
    let free = Answer { available: true, reason: Reason::Free, until: None };
    let notes = [
        ("WhoIsOn", Note::WhoIsOn { desks: vec![on_desk()] }),
        ("WhoIsOn, no desk", Note::WhoIsOn { desks: Vec::new() }),
        ("AwaySet", Note::AwaySet { until: Some(until), reason: Some("dentist".into()) }),
        ("AwaySet, no end", Note::AwaySet { until: None, reason: None }),
        ("BackSet", Note::BackSet { still: Some(free) }),
        ("BackSet, but", Note::BackSet { still: Some(meeting()) }),
        ("NotListed", Note::NotListed),
        ("CoverageHelp", Note::CoverageHelp),
    ];
    for (name, one) in &notes {
        sheet.add(name, &note(one, &scene(&world, None)));
    }
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn every_state_of_a_person() {
    let setting = Setting::set();
    let world = setting.world();
    let voice = scene(&world, None).voice();
    let ana = || Some(PersonKey::new("ana"));
    let status =
        |emoji: &str, text: &str| SlackStatus { emoji: emoji.into(), text: text.into(), expires_at: None };
    let calendar = |busy, all_day| Reason::Calendar { busy, all_day };
    let reasons = vec![
        Reason::DeskClosed { holiday: None },
        Reason::DeskClosed { holiday: Some("New Year's Day".into()) },
        Reason::Away { note: Some("<!here> lunch".into()) },
        Reason::Away { note: None },
        Reason::Covering { person: ana() },
        Reason::Covering { person: None },
        Reason::TimeOff { note: None },
        calendar(BusyKind::Busy, false),
        calendar(BusyKind::Tentative, true),
        calendar(BusyKind::OutOfOffice, true),
        Reason::Dnd,
        Reason::Status { status: status("bus", "") },
        Reason::Status { status: status("calendar", "In a meeting") },
        Reason::Break { note: Some("coffee".into()) },
        Reason::StandIn { rotation: RotationKey::new("lead"), person: ana() },
        Reason::StandIn { rotation: RotationKey::new("lead"), person: None },
        Reason::EventDays,
        Reason::OnDate,
        Reason::OffDate,
        Reason::Holiday { name: "Thanksgiving".into() },
        Reason::InHours,
        Reason::OffHours,
        Reason::PresenceAway,
        Reason::Free,
    ];
    let mut lines = String::new();
    for (at_, reason) in reasons.into_iter().enumerate() {
        let until = (at_ % 2 == 0).then(|| at("2026-01-05T19:00:00Z"));
        let answer = Answer { available: reason.is_available(), reason, until };
        writeln!(lines, "Bo {}", voice.state(&answer)).expect("writing to a text");
    }
    insta::assert_snapshot!(lines);
}

#[test]
fn pings() {
    let setting = Setting::set();
    let world = setting.world();
    let mut sheet = Sheet::default();
    let (ana, bo) = (user("U0ANA"), user("U0BO"));
    let posted_at = at("2026-01-05T06:00:00Z");
    let tier = || "Lead CSM".to_owned();
    let reasons = vec![
        PingReason::Opened,
        PingReason::DeskOpened { posted_at },
        PingReason::CannotWait,
        PingReason::Completed,
        PingReason::NoAnswer { tier: tier(), waited_for: Length::minutes(5) },
        PingReason::AllWentAway { tier: tier() },
        PingReason::Repeated { time: 1 },
        PingReason::NobodyAvailable,
        PingReason::Exhausted,
        PingReason::Reminder { time: 2 },
        PingReason::CameBack,
        PingReason::Released { by: ana.clone() },
        PingReason::OwnerAway { owner: ana.clone() },
        PingReason::Reopened { by: ana.clone() },
        PingReason::Undeliverable,
        PingReason::HelpAsked { by: ana.clone() },
        PingReason::ReplyLate { owner: ana.clone() },
        PingReason::UpdateLate { owner: ana.clone() },
        PingReason::ResolveLate { owner: ana },
    ];
    for reason in reasons {
        let helps = matches!(
            reason,
            PingReason::HelpAsked { .. }
                | PingReason::ReplyLate { .. }
                | PingReason::UpdateLate { .. }
                | PingReason::ResolveLate { .. }
        );
        let case = if helps { owned("U0ANA") } else { case() };
        let name = format!("{reason:?}");
        let asked = a_ping(reason, Vec::new());
        let page = ping(&asked, &case, &outlook(NextWhat::SupervisorPinged), &scene(&world, Some(&case)));
        sheet.add(name.split([' ', '{']).next().unwrap_or_default(), &page);
    }
    let case = case();
    let late = Ping {
        late_by: Some(Length::minutes(12)),
        to: vec![bo, user("U0KOFI")],
        ..a_ping(PingReason::Opened, passed())
    };
    let ahead = outlook(NextWhat::Repeated("Tech Support".into()));
    sheet.add("late, two people, some passed over", &ping(&late, &case, &ahead, &scene(&world, Some(&case))));
    sheet.add("by direct message", &ping_by_dm(&late, &case, &ahead, &scene(&world, Some(&case))));
    let many = (0..7).map(|_| passed()[0].clone()).collect();
    let crowded = a_ping(PingReason::Opened, many);
    sheet.add("many passed over", &ping(&crowded, &case, &Outlook::default(), &scene(&world, Some(&case))));
    insta::assert_snapshot!(sheet.0);
}

fn a_ping(reason: PingReason, passed: Vec<Passed>) -> Ping {
    Ping {
        number: 1,
        tier: Some("Tech Support".to_owned()),
        to: vec![user("U0BO")],
        reason,
        passed,
        dm: Vec::new(),
        due_at: now(),
        late_by: None,
    }
}

#[test]
fn cards() {
    let setting = Setting::set();
    let world = setting.world();
    let policy = world.policy;
    let voice = scene(&world, None).voice();
    let mut sheet = Sheet::default();
    let mut add =
        |name: &str, case: &Case, ahead: &Outlook| sheet.add(name, &card(case, ahead, policy, &voice));
    let missing = Problem {
        field: FieldKey::new("emails"),
        label: "Affected users' emails".into(),
        kind: ProblemKind::Missing,
    };
    let unclaimed =
        Outlook { missing: vec![missing], ..outlook(NextWhat::TierPinged("Tech Support".into())) };
    add("unclaimed", &case(), &unclaimed);
    let mut one = ownership("U0ANA");
    one.helpers = BTreeSet::from([user("U0BO")]);
    let mut helped = Case { stage: Stage::Owned(one.clone()), ..case() };
    helped.talk.turn = Turn::Theirs;
    helped.tags = BTreeSet::from(["chat".to_owned(), "fixed".to_owned()]);
    add("owned, with a helper, their turn", &helped, &outlook(NextWhat::OwnerNudged));
    one.hold = Some(Hold {
        waiting_for: WaitingFor::Development,
        until: at("2026-01-06T17:00:00Z"),
        since: now(),
        reason: Some("a fix is being built".into()),
    });
    add("on hold", &Case { stage: Stage::Owned(one), ..case() }, &outlook(NextWhat::HoldEnds));
    let whats = [
        NextWhat::Repeated("Lead CSM".into()),
        NextWhat::SupervisorPinged,
        NextWhat::Reminder,
        NextWhat::DeskOpens,
        NextWhat::OfferLapses,
    ];
    for what in whats {
        add(&format!("next: {what:?}"), &owned("U0ANA"), &outlook(what));
    }
    let end = Resolution {
        by: user("U0BO"),
        at: now(),
        owner: Some(user("U0ANA")),
        outcome: Some("chat only".into()),
        note: Some("cleared the cache".into()),
        ended: Ended::Said,
    };
    add("resolved", &Case { stage: Stage::Resolved(end), ..case() }, &Outlook::default());
    add("withdrawn", &Case { stage: Stage::Withdrawn { at: now() }, ..case() }, &Outlook::default());
    let bot = Case { root: Root::Bot, ..case() };
    sheet.add("the post of a case by /escalate", &root(&bot, policy, &voice));
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn a_calendar_that_could_not_be_read_for_a_day_is_told_with_its_age() {
    let setting = Setting::set();
    let read_at = BTreeMap::from([(PersonKey::new("ana"), now() - chrono::TimeDelta::hours(26))]);
    let world = setting.world();
    let world = World { facts: Facts { calendars_read_at: &read_at, ..world.facts }, ..world };
    let page = note(&Note::WhoIsOn { desks: vec![on_desk()] }, &scene(&world, None)).on_paper();
    let ana = page.lines().find(|line| line.contains("Ana Ruiz")).unwrap_or_default();
    assert!(ana.contains("on shift until") && ana.ends_with("(calendar from 26 h ago)"), "{page}");
}

#[test]
fn somebody_without_an_account_goes_by_their_configured_name() {
    let mut setting = Setting::set();
    setting.directory.names.insert(PersonKey::new("zoe"), "Zoe Ng".to_owned());
    let world = setting.world();
    let voice = scene(&world, None).voice();
    assert_eq!(
        (voice.person(&PersonKey::new("zoe")), voice.name(&user("zoe"))),
        ("Zoe Ng".into(), "Zoe Ng".into())
    );
    assert_eq!(voice.person(&PersonKey::new("max")), "max");
}
