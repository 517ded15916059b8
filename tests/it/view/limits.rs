//! Whatever people type: Slack's sizes are kept, and nobody is mentioned who is not meant.

use crate::view::render::{decision, every_effect, ping};
use crate::view::world::{Setting, at, case, case_id, desk_key, field, now, on_desk, ownership, scene, user};
use firstline::coverage::{Answer, Reason, Status as SlackStatus};
use firstline::domain::booking::{Booked, Booking, BookingNote, Contact};
use firstline::domain::case::{Case, Hold, Resolution, Root, Stage, WaitingFor};
use firstline::domain::closing::note::ClosingNote;
use firstline::domain::closing::parting::Ended;
use firstline::domain::effect::{
    Effect, Form, Passed, PassedBecause, Ping, PingReason, Problem, ProblemKind, Reply,
};
use firstline::domain::event::FormRef;
use firstline::domain::mail::{Attach, Letter, Mail, MailForm, MailNote, MailState, Mailbox};
use firstline::domain::note::{Note, Status, Why};
use firstline::domain::policy::{FieldKind, Required};
use firstline::domain::timeline::{Entry, Happened};
use firstline::id::{ChannelId, FieldKey, PersonKey};
use firstline::view::call::Verb;
use firstline::view::limits::fit;
use firstline::view::note::note;
use firstline::view::page::{Page, section};
use firstline::view::{Spoken, render, spoken, violations};
use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};
use proptest::test_runner::Config;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// What somebody might type: nothing, words, markup, marks, invisible characters, and far too much of it.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just::of("<!here>"),
        Just::of("<!channel> <@U0EVIL> <#C0EVIL|x>"),
        Just::of("<!date^1^{time}|x>"),
        Just::of("<https://evil.example|@here>"),
        Just::of("&lt;!here&gt; &amp;"),
        Just::of("```code``` *b* _i_ ~s~"),
        Just::of("> quoted\n>>> more"),
        Just::of("\u{200b}\u{202e}\u{2028}\r\n\t"),
        Just::of("<\u{200b}!here\u{200b}>"),
        Just::of("👩‍👩‍👧‍👦 ʒ \u{1f468}"),
        any::<String>(),
        "[a-z ]{0,40}",
    ];
    (prop::collection::vec(piece, 0..6), prop_oneof![4 => 1..3_usize, 1 => 30..90_usize])
        .prop_map(|(pieces, times)| pieces.concat().repeat(times).chars().take(5_000).collect())
}

struct Just;

impl Just {
    fn of(text: &'static str) -> proptest::strategy::BoxedStrategy<String> {
        proptest::strategy::Just(text.to_owned()).boxed()
    }
}

/// Every mention in the markup of a body: texts of `mrkdwn` objects and the message's own text.
fn mentions(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            let is_plain = map.get("type").and_then(Value::as_str) == Some("plain_text");
            let text = map.get("text").and_then(Value::as_str).filter(|_| !is_plain);
            found.extend(text.into_iter().flat_map(marks));
            map.values().for_each(|inner| mentions(inner, found));
        }
        Value::Array(list) => list.iter().for_each(|inner| mentions(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn marks(text: &str) -> Vec<String> {
    text.match_indices('<')
        .filter_map(|(from, _)| {
            let inner = text.get(from + 1..)?;
            inner.starts_with(['!', '@', '#']).then(|| inner.split('>').next().unwrap_or_default().to_owned())
        })
        .collect()
}

fn checked(name: &str, body: &Value, may_mention: &[&str]) {
    assert_eq!(violations(body), Vec::<String>::new(), "{name}: {body}");
    let mut found = Vec::new();
    mentions(body, &mut found);
    let meant: BTreeSet<String> = may_mention.iter().map(|id| format!("@{id}")).collect();
    found.retain(|mark| !mark.starts_with("!date^17") && !meant.contains(mark));
    assert_eq!(found, Vec::<String>::new(), "{name}: {body}");
}

/// A world in which everything that has a name is called that.
fn called(text: &str) -> Setting {
    let mut setting = Setting::set();
    for account in setting.directory.users.values_mut() {
        account.name = text.to_owned();
    }
    for channel in setting.directory.channels.values_mut() {
        *channel = text.to_owned();
    }
    let policy = setting.policy();
    policy.name = text.to_owned();
    policy.intake.greeting = Some(text.to_owned());
    for one in &mut policy.intake.fields {
        one.label = format!("x{text}");
        one.hint = Some(text.to_owned());
    }
    let many = (0..60).map(|n| field(&format!("f{n}"), &format!("x{text}"), FieldKind::Text, Required::Yes));
    policy.intake.fields.extend(many);
    let choices = (0..150).map(|n| format!("{n}{text}")).collect();
    policy.intake.fields.push(field("choice", "Choice", FieldKind::Choice(choices), Required::Yes));
    for tier in &mut policy.tiers {
        tier.name = text.to_owned();
    }
    policy.closing.message = Some(text.to_owned());
    policy.closing.outcomes = vec![text.to_owned(), "x".to_owned()];
    for group in policy.closing.tags.values_mut() {
        group.any_of = vec![text.to_owned()];
    }
    policy.after_hours.message = Some(text.to_owned());
    if let Some(help) = &mut policy.self_help {
        help.text = text.to_owned();
        help.links = vec![text.to_owned(), format!("https://x.example/{text}")];
    }
    for tier in &mut setting.desk().coverage.tiers {
        tier.name = text.to_owned();
    }
    setting
}

fn saying(text: &str) -> Case {
    let mut case = Case { requester_name: text.to_owned(), ..case() };
    case.report.text = text.to_owned();
    for key in ["issue", "url", "emails", "area", "who", "count", "record", "when", "screenshot", "proven"] {
        case.report.given.insert(FieldKey::new(key), text.to_owned());
    }
    case.tags = (0..50).map(|n| format!("{n}{text}")).collect();
    case.booking = Booked::Found(Box::new(booking(text)));
    case.mails = mails(text);
    case
}

/// A booking as a directory might hold it that checks nothing.
fn booking(text: &str) -> Booking {
    let all = || Some(text.to_owned());
    let contact = Contact { name: all(), phone: all(), email: all(), slack: None };
    Booking {
        id: text.to_owned(),
        title: all(),
        link: Some(format!("https://{text}")),
        start: Some(now()),
        zone: all(),
        owner: contact.clone(),
        client: contact.clone(),
        facilitator: contact.clone(),
        portfolio_lead: contact,
    }
}

fn mails(text: &str) -> Vec<Mail> {
    let why = || text.to_owned();
    let letter = Letter {
        subject: why(),
        to: vec![Mailbox { name: Some(why()), email: why() }; 20],
        cc: vec![Mailbox { name: None, email: why() }],
        body: why(),
        attach: Attach::Nothing,
    };
    let states = [
        MailState::Queued { why: Some(why()) },
        MailState::Sent { at: now(), refused: vec![why(); 20] },
        MailState::PerhapsSent { at: now(), why: why() },
        MailState::Refused { at: now(), why: why() },
        MailState::ByHand { at: now(), by: user("U0ANA") },
    ];
    let mail = |(number, state)| {
        let (template, by, at) = ("no-show".into(), user("U0BO"), now());
        Mail { number, template, letter: letter.clone(), by, at, step: None, state }
    };
    (1..).zip(states).map(mail).collect()
}

fn stages(text: &str) -> Vec<Case> {
    let mut held = ownership("U0ANA");
    held.helpers = BTreeSet::from([user("U0BO")]);
    held.hold = Some(Hold {
        waiting_for: WaitingFor::Requester,
        until: at("2026-01-06T17:00:00Z"),
        since: now(),
        reason: Some(text.to_owned()),
    });
    let resolution = Resolution {
        by: user("U0ANA"),
        at: now(),
        owner: Some(user("U0BO")),
        outcome: Some(text.to_owned()),
        note: Some(text.to_owned()),
        ended: Ended::Forced { missing: vec![text.to_owned()] },
    };
    vec![
        saying(text),
        Case { root: Root::Bot, ..saying(text) },
        Case { stage: Stage::Owned(held), ..saying(text) },
        Case { stage: Stage::Resolved(resolution), ..saying(text) },
        Case { stage: Stage::Withdrawn { at: now() }, ..saying(text) },
    ]
}

fn problems(text: &str) -> Vec<Problem> {
    let kinds = vec![
        ProblemKind::Missing,
        ProblemKind::NotEmails { wrong: vec![text.to_owned(); 30] },
        ProblemKind::NotOneOf { choices: vec![text.to_owned(); 30] },
    ];
    let one = |(n, kind): (usize, ProblemKind)| Problem {
        field: FieldKey::new(["issue", "url", "emails"].get(n % 3).copied().unwrap_or("issue")),
        label: text.to_owned(),
        kind,
    };
    kinds.into_iter().cycle().take(60).enumerate().map(one).collect()
}

fn passed(text: &str) -> Vec<Passed> {
    let status = SlackStatus { emoji: text.to_owned(), text: text.to_owned(), expires_at: None };
    let answer = Answer { available: false, reason: Reason::Status { status }, until: Some(now()) };
    let why = PassedBecause::Unavailable(answer);
    vec![Passed { tier: text.to_owned(), person: user("U0BO"), why }; 60]
}

fn notes(text: &str) -> Vec<Note> {
    let long = || text.to_owned();
    let away = Answer { available: false, reason: Reason::Away { note: Some(long()) }, until: None };
    let entry = Entry {
        case: case_id(),
        at: now(),
        by: Some(user("U0ANA")),
        what: Happened::Pinged {
            ping: 1,
            tier: Some(long()),
            to: vec![user("U0BO")],
            reason: PingReason::NoAnswer { tier: long(), waited_for: firstline::clock::Length::minutes(5) },
            passed: passed(text),
        },
    };
    let why = Why {
        case: case_id(),
        person: user("U0BO"),
        tier: Some(long()),
        reason: PingReason::AllWentAway { tier: long() },
        at: now(),
        to: vec![user("U0BO"), user("U0ANA")],
        passed: passed(text),
        answer: Some(away.clone()),
    };
    vec![
        Note::Why(Box::new(why)),
        Note::Status(Box::new(Status { case: case_id(), recent: vec![entry; 60] })),
        Note::WhoIsOn { desks: vec![on_desk(); 2] },
        Note::Template { desk: desk_key() },
        Note::Guard { case: case_id(), owner: user("U0ANA"), since: now() },
        Note::NoDeskHere {
            desks: vec![(desk_key(), long()); 60],
            channel: ChannelId::new("C0OTHER"),
            text: long(),
        },
        Note::Closing(ClosingNote::Canned { by: user("U0ANA"), text: long() }),
        Note::Closing(ClosingNote::WhichCanned { case: case().id, known: vec![long(); 40] }),
        Note::Closing(ClosingNote::UnknownCanned {
            case: case().id,
            name: long(),
            nearest: Some(long()),
            known: vec![],
        }),
        Note::Closing(ClosingNote::AnythingElse { by: user("U0ANA"), until: now(), note: Some(long()) }),
        Note::Closing(ClosingNote::TellThem { who: vec![PersonKey::new(long()); 9] }),
        Note::Closing(ClosingNote::HowItEnded { case: case().id }),
        Note::Closing(ClosingNote::TagsOwed { case: case().id, needs: vec![long(); 9] }),
        Note::UnknownTags { unknown: vec![long(); 40], known: vec![long(); 40] },
        Note::TagsSet { case: case_id(), tags: vec![long(); 40] },
        Note::ResolveNeeds { case: case_id(), needs: vec![long(); 40] },
        Note::NobodyToHelp { case: case_id(), passed: passed(text) },
        Note::AfterHours {
            opens_at: None,
            requester: user("U0DANA"),
            desk: desk_key(),
            urgent: true,
            queued: true,
        },
        Note::Redirect { case: case_id(), field: FieldKey::new("proven") },
        Note::SentElsewhere { to: long() },
        Note::ResolvedBy { by: user("U0ANA"), outcome: Some(long()), note: Some(long()), how: Ended::Said },
        Note::CannotPost { case: case_id(), channel: ChannelId::new("C0EVENT"), why: long() },
        Note::TakeOverAsked { case: case_id(), by: user("U0BO"), offer: 1, until: now() },
        Note::AwaySet { until: None, reason: Some(long()) },
        Note::BackSet { still: Some(away) },
        Note::IsOff { desk: desk_key() },
        Note::Booking(BookingNote::Unknown { case: case_id(), id: long() }),
        Note::Booking(BookingNote::Unread { case: case_id(), id: long(), why: long() }),
        Note::Booking(BookingNote::LongPast {
            case: case_id(),
            id: long(),
            start: at("2026-01-01T09:00:00Z"),
        }),
        Note::Mail(MailNote::Which { case: case_id(), templates: vec![("no-show".into(), long()); 30] }),
        Note::Mail(MailNote::TemplateGone { template: text.into() }),
    ]
    .into_iter()
    .chain(
        (1..=5).flat_map(|number| {
            [Note::Mail(MailNote::Became { number }), Note::Mail(MailNote::Late { number })]
        }),
    )
    .collect()
}

fn forms(text: &str) -> Vec<Form> {
    let given: BTreeMap<String, Vec<String>> =
        ["issue", "url", "emails", "area", "who", "count", "record", "when", "screenshot", "proven", "tags"]
            .iter()
            .chain(&["subject", "to", "cc", "body", "phone", "id", "title", "client_name", "owner", "link"])
            .chain(&["outcome", "note", "reason", "until", "from", "lead_csm", "lead_csm_group", "choice"])
            .map(|key| ((*key).to_owned(), vec![text.to_owned()]))
            .collect();
    let channel = ChannelId::new("C0EVENT");
    let refs = vec![
        FormRef::Escalate { desk: desk_key(), channel: channel.clone(), from: None },
        FormRef::Complete(case_id()),
        FormRef::AskForHelp(case_id()),
        FormRef::HandOver(case_id()),
        FormRef::Hold(case_id()),
        FormRef::Resolve(case_id()),
        FormRef::Setup { desk: desk_key(), channel: channel.clone() },
        FormRef::ChooseDesk { channel },
        FormRef::Booking(case_id()),
        FormRef::Mail(MailForm { case: case_id(), template: "no-show".into(), step: None, unsent: None }),
    ];
    refs.into_iter().map(|form| Form { form, given: given.clone(), problems: problems(text) }).collect()
}

proptest! {
    #![proptest_config(Config { cases: 8, ..Config::default() })]

    #[test]
    fn calls_keep_to_sizes_and_mention_only_whom_they_mean(text in typed(), other in typed()) {
        let setting = called(&other);
        let world = setting.world();
        let mut effects = every_effect();
        effects.push(Effect::AskForMissing(problems(&text)));
        effects.push(Effect::Ping(Ping { passed: passed(&text), tier: Some(text.clone()), ..ping(9) }));
        for case in stages(&text) {
            for call in render(&decision(Some(case), effects.clone()), 1, &world, now()) {
                if call.verb != Verb::Remove {
                    checked(call.id.as_str(), &call.body, &["U0ANA", "U0DANA"]);
                }
            }
        }
    }

    #[test]
    fn notes_keep_to_sizes_and_mention_nobody(text in typed(), other in typed()) {
        let setting = called(&other);
        let world = setting.world();
        let case = saying(&text);
        for one in notes(&text) {
            checked("alone", &note(&one, &scene(&world, None)).message(), &[]);
            checked("of a case", &note(&one, &scene(&world, Some(&case))).message(), &[]);
        }
    }

    #[test]
    fn forms_keep_to_sizes_and_mention_nobody(text in typed(), other in typed()) {
        let setting = called(&other);
        let world = setting.world();
        for form in forms(&text) {
            let name = format!("{:?}", form.form);
            let Spoken::View(view) = spoken(&Reply::OpenForm(Box::new(form)), &user("U0BO"), &world, now()) else {
                panic!("a form is a view");
            };
            checked(&name, &view, &[]);
        }
    }

    #[test]
    fn any_message_can_be_fitted(texts in prop::collection::vec(typed(), 0..60)) {
        let blocks: Vec<Value> = texts.iter().map(|text| section(text)).collect();
        let body = fit(json!({ "text": texts.concat(), "blocks": blocks }));
        assert_eq!(violations(&body), Vec::<String>::new());
        let page = texts.iter().fold(Page::say("x"), |page, text| page.and(text.as_str()));
        assert_eq!(violations(&page.message()), Vec::<String>::new());
    }
}

#[test]
fn the_check_finds_what_slack_refuses() {
    let long = "x".repeat(3_001);
    let body = json!({ "text": "", "blocks": [
        section(&long),
        { "type": "actions", "block_id": "a", "elements": [] },
        { "type": "context", "block_id": "a", "elements": [{ "type": "mrkdwn", "text": "" }] },
        { "type": "surprise" },
    ]});
    insta::assert_snapshot!(violations(&body).join(
        "
"
    ));
}
