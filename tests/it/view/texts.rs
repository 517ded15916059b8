//! Every text that people read, as it stands.

use crate::view::world::{Setting, at, case, case_id, desk_key, now, ownership, scene, user};
use firstline::clock::Length;
use firstline::coverage::{Answer, BusyKind, Reason, Status as SlackStatus};
use firstline::domain::case::{Case, ClaimedBy, Hold, Resolution, Root, Stage, Turn, WaitingFor};
use firstline::domain::effect::{
    Entry, Form, Happened, Note, NudgeAbout, Passed, PassedBecause, Ping, PingReason, Problem, ProblemKind,
    ReleasedBecause, Reply, Slot, Status, Why, WithdrawnBecause,
};
use firstline::domain::event::FormRef;
use firstline::domain::outlook::{Next, NextWhat, Outlook};
use firstline::id::{ChannelId, FieldKey, MessageTs, PersonKey, RotationKey};
use firstline::view::card::{card, root};
use firstline::view::note::note;
use firstline::view::page::Page;
use firstline::view::ping::{ping, ping_by_dm};
use firstline::view::{Spoken, spoken, timeline_line, violations};
use firstline::zone::Zones;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Texts under their names, as one snapshot; each is checked against Slack's limits on the way.
#[derive(Default)]
struct Sheet(String);

impl Sheet {
    fn add(&mut self, name: &str, page: &Page) {
        assert_eq!(violations(&page.message()), Vec::<String>::new(), "{name}");
        write!(self.0, "## {name}\n{}\n\n", page.on_paper()).expect("writing to a text");
    }
}

fn unavailable(reason: Reason, until: Option<&str>) -> Answer {
    Answer { available: false, reason, until: until.map(at) }
}

fn meeting() -> Answer {
    let reason = Reason::Calendar { busy: BusyKind::Busy, all_day: false };
    unavailable(reason, Some("2026-01-05T22:00:00Z"))
}

fn passed() -> Vec<Passed> {
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
    Outlook { next: Some(Next { at: at("2026-01-05T17:05:00Z"), what }), missing: Vec::new() }
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
        ("ReceiverAsked", Note::ReceiverAsked { to: ana(), until }),
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
            },
        ),
        ("ResolvedBy, no words", Note::ResolvedBy { by: ana.clone(), outcome: None, note: None }),
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
        ("PingedInThread", Note::PingedInThread { case: case_id(), tier: Some("Lead CSM".into()) }),
        ("PingedInThread, supervisor", Note::PingedInThread { case: case_id(), tier: None }),
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
        ("WhoIsOn", Note::WhoIsOn { desks: vec![desk_key()] }),
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
    };
    add("resolved", &Case { stage: Stage::Resolved(end), ..case() }, &Outlook::default());
    add("withdrawn", &Case { stage: Stage::Withdrawn { at: now() }, ..case() }, &Outlook::default());
    let bot = Case { root: Root::Bot, ..case() };
    sheet.add("the post of a case by /escalate", &root(&bot, policy, &voice));
    insta::assert_snapshot!(sheet.0);
}

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

#[test]
fn what_is_wrong_in_a_report() {
    let setting = Setting::set();
    let world = setting.world();
    let kinds = vec![
        ProblemKind::Missing,
        ProblemKind::NotAUrl,
        ProblemKind::NotEmails { wrong: vec!["ana@".into()] },
        ProblemKind::NotEmails { wrong: vec!["ana@".into(), "bo".into()] },
        ProblemKind::NotEmails { wrong: Vec::new() },
        ProblemKind::NotOneOf { choices: vec!["chat".into(), "platform".into()] },
        ProblemKind::NotANumber,
        ProblemKind::NotAnId,
        ProblemKind::NotATime,
        ProblemKind::NotAffirmed,
        ProblemKind::NotAUser,
        ProblemKind::TooLong { most: 3000 },
    ];
    let problems: BTreeMap<String, Problem> = kinds
        .into_iter()
        .enumerate()
        .map(|(at, kind)| {
            (format!("{at:02}"), Problem { field: FieldKey::new("x"), label: format!("Label {at}"), kind })
        })
        .collect();
    let case = case();
    let mut sheet = Sheet::default();
    let list: Vec<Problem> = problems.values().cloned().collect();
    sheet.add("in the thread", &firstline::view::missing(&list, &case, &scene(&world, Some(&case))));
    let Spoken::FieldErrors(errors) = spoken(&Reply::FieldErrors(problems), &user("U0DANA"), &world, now())
    else {
        panic!("errors are answered with errors");
    };
    write!(sheet.0, "## under the fields\n{errors:#?}").expect("writing to a text");
    insta::assert_snapshot!(sheet.0);
}

#[test]
fn forms() {
    let setting = Setting::set();
    let world = setting.world();
    let channel = ChannelId::new("C0EVENT");
    let given = |pairs: &[(&str, &str)]| -> BTreeMap<String, Vec<String>> {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), vec![(*value).to_owned()])).collect()
    };
    let filled = given(&[
        ("issue", "we cannot open session 12"),
        ("url", "session 12"),
        ("area", "Chat"),
        ("who", "<@U0BO>"),
        ("count", "12"),
        ("proven", "yes"),
    ]);
    let problem = Problem {
        field: FieldKey::new("url"),
        label: "Affected page/session URL".into(),
        kind: ProblemKind::NotAUrl,
    };
    let forms = vec![
        (FormRef::Escalate { desk: desk_key(), channel: channel.clone(), from: None }, given(&[]), vec![]),
        (FormRef::Complete(case_id()), filled, vec![problem]),
        (FormRef::AskForHelp(case_id()), given(&[]), vec![]),
        (FormRef::HandOver(case_id()), given(&[]), vec![]),
        (FormRef::Hold(case_id()), given(&[]), vec![]),
        (FormRef::Resolve(case_id()), given(&[("tags", "chat")]), vec![]),
        (
            FormRef::Setup { desk: desk_key(), channel: channel.clone() },
            given(&[("lead_csm", "U0ANA"), ("from", "2026-01-05"), ("until", "2026-01-07")]),
            vec![],
        ),
        (FormRef::ChooseDesk { channel }, given(&[]), vec![]),
    ];
    let mut views = Vec::new();
    for (form, given, problems) in forms {
        let reply = Reply::OpenForm(Box::new(Form { form: form.clone(), given, problems }));
        let Spoken::View(view) = spoken(&reply, &user("U0ANA"), &world, now()) else {
            panic!("a form is answered with a view");
        };
        assert_eq!(violations(&view), Vec::<String>::new(), "{form:?}");
        let carried = view["private_metadata"].as_str().expect("a form carries its name");
        assert_eq!(serde_json::from_str::<FormRef>(carried).expect("its name can be read"), form);
        views.push(view);
    }
    insta::assert_json_snapshot!(views);
}
