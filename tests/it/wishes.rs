//! What people say to the bot, against the grammar of its words.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use firstline::clock::Length;
use firstline::domain::case::WaitingFor;
use firstline::domain::command::{
    Addressee, CaseCommand, Command, CoverageCommand, When, parse_mention, parse_slash, parse_when,
    resolve_span,
};
use firstline::id::{GroupId, UserId};
use std::fmt::Write as _;

const NOON: When = When::Clock { hour: 12, minute: 0 };
const THREE: When = When::Clock { hour: 15, minute: 0 };
const TOMORROW: When = When::Tomorrow { clock: None };

fn minutes(minutes: u32) -> When {
    When::In(Length::minutes(minutes))
}

fn day(year: i32, month: u32, day: u32) -> When {
    When::Day { year, month, day, clock: None }
}

fn weekday(weekday: u32) -> When {
    When::Weekday { weekday, clock: None }
}

fn after(day: When) -> When {
    When::DayAfter(Box::new(day))
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn ana() -> Vec<Addressee> {
    vec![Addressee::User(UserId::from("U0ANA"))]
}

fn name(name: &str) -> Vec<Addressee> {
    vec![Addressee::Name(name.to_owned())]
}

fn case(command: CaseCommand) -> Command {
    Command::Case(command)
}

fn on(command: CoverageCommand) -> Command {
    Command::Coverage(command)
}

fn unknown(words: &str) -> Command {
    Command::Unknown { words: words.to_owned() }
}

fn hold(until: Option<When>, waiting_for: Option<WaitingFor>, reason: Option<&str>) -> Command {
    case(CaseCommand::Hold { until, waiting_for, reason: reason.map(str::to_owned) })
}

fn resolve(note: Option<&str>) -> Command {
    case(CaseCommand::Resolve { note: note.map(str::to_owned) })
}

fn away(until: Option<When>, reason: Option<&str>) -> Command {
    on(CoverageCommand::Away { until, reason: reason.map(str::to_owned) })
}

fn pause(length: Option<When>, reason: Option<&str>) -> Command {
    on(CoverageCommand::Break { length, reason: reason.map(str::to_owned) })
}

fn off(from: Option<When>, until: Option<When>, reason: Option<&str>) -> Command {
    on(CoverageCommand::Off { from, until, reason: reason.map(str::to_owned) })
}

fn check(table: Vec<(&str, Command)>, parse: impl Fn(&str) -> Command) {
    let mut wrong = String::new();
    for (said, expected) in table {
        let read = parse(said);
        if read != expected {
            let _ = writeln!(wrong, "{said}\n  read     {read:?}\n  expected {expected:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_case_is_claimed_and_let_go() {
    let claims = [
        "claim",
        "Claim!",
        "claim it",
        "claim this please",
        "please claim",
        "I take it",
        "I'll take it",
        "I’ll take this one",
        "i will take this",
        "mine",
        "it's mine",
        "on it",
        "I'm on it",
        "I got this",
        "I've got it",
        "taking it",
        "take it",
        "assign to me",
        "can I claim this?",
        "claimed",
    ];
    let releases = [
        "release",
        "Release.",
        "unclaim",
        "release it",
        "please release this",
        "can you release it?",
        "drop it",
        "give it back",
        "not mine",
        "unassign me",
    ];
    let reopens = ["reopen", "re-open", "Reopen this please", "open again", "not resolved", "it's not fixed"];
    let whys = ["why", "why?", "why me?", "Why me", "why was I pinged?", "why did you ping me"];
    let statuses =
        ["status", "status?", "what's the status?", "status please", "who owns this?", "who has it?"];
    let all = [
        (&claims[..], CaseCommand::Claim),
        (&releases, CaseCommand::Release),
        (&reopens, CaseCommand::Reopen),
        (&whys, CaseCommand::Why),
        (&statuses, CaseCommand::Status),
    ];
    for (words, command) in all {
        check(words.iter().map(|said| (*said, case(command.clone()))).collect(), parse_mention);
    }
}

#[test]
fn others_are_asked_and_given_the_case() {
    let ask = |who| case(CaseCommand::AskForHelp { who });
    let give = |to| case(CaseCommand::HandOver { to });
    let both = vec![Addressee::User(UserId::from("U0ANA")), Addressee::Group(GroupId::from("S0TECH"))];
    check(
        vec![
            ("help <@U0ANA>", ask(ana())),
            ("help <@U0ANA|ana>", ask(ana())),
            ("help @U0ANA", ask(ana())),
            ("help @ana", ask(name("ana"))),
            ("ask <@U0ANA> for help", ask(ana())),
            ("ask for help from <@U0ANA>", ask(ana())),
            ("can you ask <@U0ANA> and <!subteam^S0TECH|@tech-support> for help?", ask(both)),
            ("loop in <@U0ANA> please", ask(ana())),
            ("need help", ask(vec![])),
            ("I need help", ask(vec![])),
            ("ask for help", ask(vec![])),
            ("ask Bo for help", ask(name("Bo"))),
            ("hand over to <@U0ANA>", give(ana())),
            ("handover <@U0ANA>", give(ana())),
            ("Hand this over to <@U0ANA> please", give(ana())),
            ("hand it over to <@U0ANA>, she knows the client", give(ana())),
            ("pass to <@U0ANA>", give(ana())),
            ("pass it to @ana", give(name("ana"))),
            ("give this to <@U0ANA>", give(ana())),
            ("reassign to <@U0ANA>", give(ana())),
            ("hand over to Bo", give(name("Bo"))),
            ("hand over", give(vec![])),
            ("hand over to <!subteam^S0TECH>", give(vec![Addressee::Group(GroupId::from("S0TECH"))])),
        ],
        parse_mention,
    );
}

#[test]
fn a_case_waits() {
    use WaitingFor::{Development, Requester, ThirdParty};
    check(
        vec![
            ("hold", hold(None, None, None)),
            ("hold 2h waiting for the client", hold(Some(minutes(120)), Some(Requester), None)),
            ("hold for 2h waiting on the client", hold(Some(minutes(120)), Some(Requester), None)),
            ("hold until 15:00 waiting for dev", hold(Some(THREE), Some(Development), None)),
            ("hold waiting for dev until 3pm", hold(Some(THREE), Some(Development), None)),
            ("hold until tomorrow 9am", hold(Some(When::Tomorrow { clock: Some((9, 0)) }), None, None)),
            ("hold until monday, waiting for the vendor", hold(Some(weekday(0)), Some(ThirdParty), None)),
            ("hold 30", hold(Some(minutes(30)), None, None)),
            ("put it on hold until noon", hold(Some(NOON), None, None)),
            ("pause 1h 30m", hold(Some(minutes(90)), None, None)),
            ("snooze for half an hour", hold(Some(minutes(30)), None, None)),
            ("waiting for the client until 15:00", hold(Some(THREE), Some(Requester), None)),
            ("hold 2h waiting for legal", hold(Some(minutes(120)), None, Some("waiting for legal"))),
            (
                "hold 2h waiting for the client to send the file",
                hold(Some(minutes(120)), Some(Requester), Some("waiting for the client to send the file")),
            ),
            ("hold 2h: the printer burns", hold(Some(minutes(120)), None, Some("the printer burns"))),
            ("hold until whenever", unknown("hold until whenever")),
        ],
        parse_mention,
    );
}

#[test]
fn a_case_is_tagged_resolved_and_walked_through() {
    let tags = |words: &[&str]| {
        case(CaseCommand::Tags { words: words.iter().map(|word| (*word).to_owned()).collect() })
    };
    let playbook = |name: &str| case(CaseCommand::Playbook { name: name.to_owned() });
    check(
        vec![
            ("say hello", case(CaseCommand::Say { name: "hello".to_owned() })),
            ("say", case(CaseCommand::Say { name: String::new() })),
            ("please say follow-up", case(CaseCommand::Say { name: "follow-up".to_owned() })),
            ("resolve anyway", case(CaseCommand::ResolveAnyway)),
            ("close it anyway, please", case(CaseCommand::ResolveAnyway)),
            ("tags chat, answered", tags(&["chat", "answered"])),
            ("tags: chat, user error", tags(&["chat", "user error"])),
            ("tag chat answered", tags(&["chat", "answered"])),
            ("tags #chat #answered", tags(&["chat", "answered"])),
            ("tags", tags(&[])),
            ("resolve", resolve(None)),
            ("resolve it", resolve(None)),
            ("please resolve this case", resolve(None)),
            ("can you close this?", resolve(None)),
            ("Resolved.", resolve(None)),
            ("resolved: restarted the session", resolve(Some("restarted the session"))),
            ("done", resolve(None)),
            ("done, thanks", resolve(None)),
            ("done - sent the link again", resolve(Some("sent the link again"))),
            ("fixed by: a restart", unknown("fixed by: a restart")),
            ("close", resolve(None)),
            ("close to a solution", unknown("close to a solution")),
            ("is it resolved?", unknown("is it resolved?")),
            ("playbook no-show", playbook("no-show")),
            ("run playbook Facilitator no-show", playbook("Facilitator no-show")),
            ("playbook", playbook("")),
        ],
        parse_mention,
    );
}

#[test]
fn who_is_on() {
    let asked = [
        "who is on coverage?",
        "who's on",
        "Who’s on?",
        "whos on now",
        "who is covering",
        "who is covering right now?",
        "who is on call",
        "who's on call today?",
        "who is available",
        "who is available to take this?",
        "hi, who is on duty?",
        "can you tell me who is on coverage",
        "is anyone available?",
        "anybody around?",
        "coverage?",
        "on call?",
        "who is on shift tomorrow",
        "who covers chat?",
        "who is on?",
    ];
    check(asked.iter().map(|said| (*said, on(CoverageCommand::Who))).collect(), parse_mention);
    let others = ["who is your daddy", "the client is on the call"];
    check(others.iter().map(|said| (*said, unknown(said))).collect(), parse_mention);
}

#[test]
fn thanks_are_met_with_silence() {
    let said = ["thanks", "Thank you so much!", "ty :pray:", "perfect, thanks", ":tada:", "got it"];
    check(said.iter().map(|said| (*said, Command::Thanks)).collect(), parse_mention);
    let helps = ["help", "Help!", "help please", "help?"];
    check(helps.iter().map(|said| (*said, Command::Help)).collect(), parse_mention);
    check(
        vec![
            ("", unknown("")),
            ("what is the weather", unknown("what is the weather")),
            ("hi", unknown("")),
            ("Good morning!", unknown("")),
            ("thanks, but it still does not work", unknown("thanks, but it still does not work")),
        ],
        parse_mention,
    );
}

#[test]
fn slash_coverage() {
    let cover = |who, until| on(CoverageCommand::Cover { who, until });
    check(
        vec![
            ("", on(CoverageCommand::Who)),
            ("who", on(CoverageCommand::Who)),
            ("who is on?", on(CoverageCommand::Who)),
            ("help", on(CoverageCommand::Help)),
            ("gaps", on(CoverageCommand::Gaps)),
            ("any gaps this week?", on(CoverageCommand::Gaps)),
            ("schedule", on(CoverageCommand::Schedule)),
            ("back", on(CoverageCommand::Back)),
            ("I'm back", on(CoverageCommand::Back)),
            ("away", away(None, None)),
            ("away until 15:00 dentist", away(Some(THREE), Some("dentist"))),
            ("away till 3pm (dentist)", away(Some(THREE), Some("dentist"))),
            ("away dentist until 3 pm", away(Some(THREE), Some("dentist"))),
            ("away for 30m", away(Some(minutes(30)), None)),
            ("away 2h", away(Some(minutes(120)), None)),
            ("away 2 hours school run", away(Some(minutes(120)), Some("school run"))),
            ("away for an hour", away(Some(minutes(60)), None)),
            ("away for lunch", away(None, Some("lunch"))),
            ("away until monday", away(Some(weekday(0)), None)),
            (
                "away until friday 9:30, training",
                away(Some(When::Weekday { weekday: 4, clock: Some((9, 30)) }), Some("training")),
            ),
            ("away until tomorrow", away(Some(TOMORROW), None)),
            ("away until 2026-12-28", away(Some(day(2026, 12, 28)), None)),
            ("away until later", on(CoverageCommand::Unclear)),
            ("break", pause(None, None)),
            ("break 30m", pause(Some(minutes(30)), None)),
            ("break 30", pause(Some(minutes(30)), None)),
            ("break for 20 minutes coffee", pause(Some(minutes(20)), Some("coffee"))),
            ("break until 15:00", pause(Some(THREE), None)),
            ("lunch break 45m", pause(Some(minutes(45)), Some("lunch"))),
            ("lunch 45m", pause(Some(minutes(45)), Some("lunch"))),
            ("off", off(None, None, None)),
            ("off 2026-12-24 to 2026-12-27", off(Some(day(2026, 12, 24)), Some(day(2026, 12, 28)), None)),
            ("off 2026-12-24 - 2026-12-27", off(Some(day(2026, 12, 24)), Some(day(2026, 12, 28)), None)),
            (
                "off from 2026-12-24 through 2026-12-31 holidays",
                off(Some(day(2026, 12, 24)), Some(day(2027, 1, 1)), text("holidays").as_deref()),
            ),
            ("off 2026-12-24 until 2026-12-28", off(Some(day(2026, 12, 24)), Some(day(2026, 12, 28)), None)),
            ("off 2026-12-24", off(Some(day(2026, 12, 24)), Some(day(2026, 12, 25)), None)),
            ("off tomorrow", off(Some(TOMORROW), Some(after(TOMORROW)), None)),
            ("off today", off(None, Some(TOMORROW), None)),
            (
                "off friday, moving house",
                off(Some(weekday(4)), Some(after(weekday(4))), Some("moving house")),
            ),
            ("off monday to wednesday", off(Some(weekday(0)), Some(after(weekday(2))), None)),
            ("off until monday", off(None, Some(weekday(0)), None)),
            ("off 12:00-15:00", off(Some(NOON), Some(THREE), None)),
            ("off 12:00 to 15:00 doctor", off(Some(NOON), Some(THREE), Some("doctor"))),
            ("off for 2 days", off(None, Some(minutes(2 * 1440)), None)),
            ("off someday", on(CoverageCommand::Unclear)),
            ("cover <@U0ANA> until 15:00", cover(ana(), Some(THREE))),
            ("cover @ana until 15:00", cover(name("ana"), Some(THREE))),
            ("cover for <@U0ANA|ana> for 2h", cover(ana(), Some(minutes(120)))),
            ("cover <@U0ANA> 2h", cover(ana(), Some(minutes(120)))),
            ("cover ana until 3pm", cover(name("ana"), Some(THREE))),
            ("I'll cover <@U0ANA>", cover(ana(), None)),
            ("xyzzy", on(CoverageCommand::Unclear)),
        ],
        |said| parse_slash("/coverage", said),
    );
    check(vec![("back", on(CoverageCommand::Back))], |said| parse_slash("/fl-coverage", said));
    check(
        vec![("back", on(CoverageCommand::Back)), ("I'm away 2h", away(Some(minutes(120)), None))],
        parse_mention,
    );
}

#[test]
fn slash_escalate() {
    let escalate = |text: &str| Command::Escalate { text: text.to_owned() };
    let table = vec![
        ("", escalate("")),
        ("  ", escalate("")),
        ("template", Command::Template),
        ("Template ", Command::Template),
        ("setup", Command::Setup),
        ("enable", Command::Enable),
        ("disable", Command::Disable),
        ("help", Command::Help),
        ("help me, the session does not open", escalate("help me, the session does not open")),
        ("setup is broken", escalate("setup is broken")),
        ("we cannot open <https://x.example.com>", escalate("we cannot open <https://x.example.com>")),
    ];
    for name in ["/escalate", "escalate", "/fl-escalate", "/Escalate"] {
        check(table.clone(), |said| parse_slash(name, said));
    }
    check(vec![("x", unknown("x"))], |said| parse_slash("/other", said));
}

/// A zone two hours east of UTC, for ever.
fn east(wall: NaiveDateTime) -> DateTime<Utc> {
    (wall - TimeDelta::hours(2)).and_utc()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

/// Wednesday, 25 November 2026, 14:00 in the zone.
fn wednesday() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 25).and_then(|day| day.and_hms_opt(14, 0, 0)).expect("a time")
}

#[test]
fn points_in_time_become_instants() {
    let table = [
        ("30m", Some("2026-11-25T12:30:00Z")),
        ("15:00", Some("2026-11-25T13:00:00Z")),
        ("14:00", Some("2026-11-26T12:00:00Z")),
        ("9am", Some("2026-11-26T07:00:00Z")),
        ("12am", Some("2026-11-25T22:00:00Z")),
        ("12pm", Some("2026-11-26T10:00:00Z")),
        ("today 15:00", Some("2026-11-25T13:00:00Z")),
        ("tomorrow", Some("2026-11-25T22:00:00Z")),
        ("tomorrow at 9am", Some("2026-11-26T07:00:00Z")),
        ("wednesday", Some("2026-12-01T22:00:00Z")),
        ("fri 9:00", Some("2026-11-27T07:00:00Z")),
        ("2026-12-24", Some("2026-12-23T22:00:00Z")),
        ("2026-12-24 15:00", Some("2026-12-24T13:00:00Z")),
        ("2026-12-24T15:00", Some("2026-12-24T13:00:00Z")),
        ("2026-12-24T15:00:00+01:00", Some("2026-12-24T14:00:00Z")),
        ("2026-11-25", None),
        ("2026-11-24 15:00", None),
        ("2026-02-30", None),
        ("25:00", None),
        ("soon", None),
        ("", None),
    ];
    for (said, expected) in table {
        let local = wednesday();
        let instant = parse_when(said).and_then(|when| when.resolve(east(local), east, local));
        assert_eq!(instant, expected.map(utc), "{said}");
    }
}

#[test]
fn days_off_become_spans() {
    let table = [
        ("off 2026-12-24 to 2026-12-27", Some(("2026-12-23T22:00:00Z", "2026-12-27T22:00:00Z"))),
        ("off today", Some(("2026-11-25T12:00:00Z", "2026-11-25T22:00:00Z"))),
        ("off 2026-11-25", Some(("2026-11-25T12:00:00Z", "2026-11-25T22:00:00Z"))),
        ("off tomorrow", Some(("2026-11-25T22:00:00Z", "2026-11-26T22:00:00Z"))),
        ("off monday to wednesday", Some(("2026-11-29T22:00:00Z", "2026-12-02T22:00:00Z"))),
        ("off friday to friday", Some(("2026-11-26T22:00:00Z", "2026-11-27T22:00:00Z"))),
        ("off 15:00-16:30", Some(("2026-11-25T13:00:00Z", "2026-11-25T14:30:00Z"))),
        ("off 9:00-11:00", Some(("2026-11-26T07:00:00Z", "2026-11-26T09:00:00Z"))),
        ("off 2026-12-27 to 2026-12-24", None),
        ("off 2026-11-01 to 2026-11-05", None),
    ];
    for (said, expected) in table {
        let Command::Coverage(CoverageCommand::Off { from, until: Some(until), .. }) =
            parse_slash("/coverage", said)
        else {
            panic!("{said}")
        };
        let local = wednesday();
        let span = resolve_span(from.as_ref(), &until, east(local), east, local);
        assert_eq!(span, expected.map(|(from, until)| (utc(from), utc(until))), "{said}");
    }
}
