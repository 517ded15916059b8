//! What people type, read: posts against their templates, words against the grammar, never a panic, always linear.

use firstline::clock::Length;
use firstline::domain::case::Part;
use firstline::domain::command::{parse_mention, parse_slash, parse_when};
use firstline::domain::effect::ProblemKind;
use firstline::domain::event::SharedFile;
use firstline::domain::policy::{CasesRule, Field, FieldKind, Intake, Required, WhenIncomplete};
use firstline::domain::template::{
    LONGEST_VALUE, bare_reply, has_template_mark, normalise, problems, read_report,
};
use firstline::domain::text;
use firstline::id::{FieldKey, MessageTs, UserId};
use proptest::prelude::*;
use rstest::rstest;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

fn field(key: &str, label: &str, kind: FieldKind, required: Required) -> Field {
    Field { key: FieldKey::from(key), label: label.to_owned(), kind, required, hint: None }
}

pub fn event_desk() -> Vec<Field> {
    vec![
        field("issue", "We're having this issue", FieldKind::Text, Required::Yes),
        field("url", "Affected page/session URL", FieldKind::Url, Required::Yes),
        field("emails", "Affected users' emails", FieldKind::Emails, Required::Yes),
        field("screenshot", "Screenshot of the issue (if possible)", FieldKind::File, Required::No),
    ]
}

fn development_desk() -> Vec<Field> {
    let priorities = ["low", "high", "urgent"].map(str::to_owned).to_vec();
    vec![
        field(
            "record",
            "Record id (if applicable)",
            FieldKind::Id(r"\d{5,8}".into()),
            Required::IfApplicable,
        ),
        field("user", "Test user", FieldKind::Text, Required::Yes),
        field("tab", "Which tab or feature", FieldKind::Text, Required::Yes),
        field("before", "What preceded it", FieldKind::Text, Required::Yes),
        field("priority", "Priority", FieldKind::Choice(priorities), Required::No),
        field("proven", "I reproduced it myself", FieldKind::Confirm, Required::Yes),
    ]
}

fn delivery_desk() -> Vec<Field> {
    let scenarios =
        ["facilitator no-show", "participant no-show", "technical trouble"].map(str::to_owned).to_vec();
    vec![
        field("booking", "Booking id", FieldKind::Id(r"(?i)BK-\d+".into()), Required::Yes),
        field("scenario", "Scenario", FieldKind::Choice(scenarios), Required::Yes),
        field("start", "Session start", FieldKind::Time, Required::Yes),
        field("number", "Number of participants", FieldKind::Number, Required::No),
        field("owner", "Booking owner", FieldKind::User, Required::No),
        field("what", "What happened", FieldKind::Text, Required::Yes),
    ]
}

pub fn part(text: &str, files: &[&str]) -> Part {
    let file = |name: &&str| SharedFile { id: format!("F{name}"), name: (*name).to_owned() };
    Part { ts: MessageTs::from("1.0"), text: text.to_owned(), files: files.iter().map(file).collect() }
}

fn given(pairs: &[(&str, &str)]) -> BTreeMap<FieldKey, String> {
    pairs.iter().map(|(key, value)| (FieldKey::from(*key), (*value).to_owned())).collect()
}

/// Reads every post of a file; the expected values stand after `=>` (labelled) or `->` (not).
fn check_posts(fields: &[Field], file: &str, windows: &str) {
    let mut wrong = String::new();
    for post in file.split("### ").skip(1) {
        let (title, rest) = post.split_once('\n').expect("a title");
        let (labelled, body, expected) = match rest.split_once("\n=> ") {
            Some((body, expected)) => (true, body, expected),
            None => {
                let (body, expected) = rest.split_once("\n-> ").expect("an expectation");
                (false, body, expected)
            }
        };
        let (files, body) = match body.strip_prefix("files: ") {
            Some(with) => with
                .split_once('\n')
                .map(|(names, body)| (names.split(", ").collect(), body))
                .expect("a post"),
            None => (vec![], body),
        };
        let messages: Vec<String> = body.split("\n---\n").map(|text| text.replace('\n', windows)).collect();
        let mut parts: Vec<Part> = messages.iter().map(|text| part(text, &[])).collect();
        parts[0].files = part("", &files).files;
        let filled = read_report(&parts, fields, Some("Hi @here,"));
        let expected: BTreeMap<FieldKey, String> = serde_json::from_str(expected.trim()).expect("JSON");
        if filled.given != expected || filled.labelled != labelled {
            let _ = writeln!(wrong, "{title}\n  read     {filled:?}\n  expected {labelled} {expected:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn posts_are_read_as_people_type_them() {
    check_posts(&event_desk(), include_str!("../../fixtures/posts/event.txt"), "\n");
    check_posts(&development_desk(), include_str!("../../fixtures/posts/development.txt"), "\n");
    check_posts(&delivery_desk(), include_str!("../../fixtures/posts/delivery.txt"), "\n");
}

#[test]
fn line_ends_of_another_system_change_nothing() {
    check_posts(&event_desk(), include_str!("../../fixtures/posts/event.txt"), "\r\n");
}

/// Each problem as `field: kind`.
fn named(fields: &[Field], values: &[(&str, &str)]) -> Vec<String> {
    let found = problems(fields, &given(values), &[]);
    found.iter().map(|problem| format!("{}: {:?}", problem.field, problem.kind)).collect()
}

#[test]
fn what_is_missing_or_wrong_is_named() {
    assert_eq!(named(&event_desk(), &[]), ["issue: Missing", "url: Missing", "emails: Missing"]);
    let fine = [
        ("issue", "dark"),
        ("url", "live.example.com/s"),
        ("emails", "a@b.example; c@d.example e@f.example"),
    ];
    assert_eq!(named(&event_desk(), &fine), [] as [&str; 0]);
    let wrong = [("issue", "n/a"), ("url", "the stage"), ("emails", "a@b, bo@client.com, kim")];
    assert_eq!(
        named(&event_desk(), &wrong),
        ["issue: Missing", "url: NotAUrl", "emails: NotEmails { wrong: [\"a@b\", \"kim\"] }"]
    );
    let development = [
        ("record", "twelve"),
        ("user", " "),
        ("tab", "x"),
        ("before", "y"),
        ("priority", "soon"),
        ("proven", "no"),
    ];
    assert_eq!(
        named(&development_desk(), &development),
        [
            "record: NotAnId",
            "user: Missing",
            "priority: NotOneOf { choices: [\"low\", \"high\", \"urgent\"] }",
            "proven: NotAffirmed"
        ]
    );
    let development = [
        ("record", "Not applicable"),
        ("user", "u"),
        ("tab", "x"),
        ("before", "y"),
        ("priority", "n/a"),
        ("proven", "Yes!"),
    ];
    assert_eq!(named(&development_desk(), &development), [] as [&str; 0]);
    let delivery = [
        ("booking", "BK-1"),
        ("scenario", "Technical Trouble"),
        ("start", "soon"),
        ("number", "many"),
        ("owner", "Ana"),
        ("what", "w"),
    ];
    assert_eq!(
        named(&delivery_desk(), &delivery),
        ["start: NotATime", "number: NotANumber", "owner: NotAUser"]
    );
    let long = "x".repeat(LONGEST_VALUE + 1);
    let values = [("issue", long.as_str()), ("url", "a.example"), ("emails", "a@b.example")];
    assert_eq!(named(&event_desk(), &values), ["issue: TooLong { most: 2000 }"]);
}

#[test]
fn an_attached_file_fills_a_required_file() {
    let fields = [field("shot", "Screenshot", FieldKind::File, Required::Yes)];
    assert_eq!(problems(&fields, &given(&[]), &[])[0].kind, ProblemKind::Missing);
    assert_eq!(problems(&fields, &given(&[]), &part("", &["a.png"]).files), []);
    assert_eq!(problems(&fields, &given(&[("shot", "https://a.example/b")]), &[]), []);
}

#[test]
fn a_broken_pattern_lets_everything_pass() {
    let fields = [field("id", "Id", FieldKind::Id("(".into()), Required::Yes)];
    assert_eq!(problems(&fields, &given(&[("id", "x")]), &[]), []);
}

#[test]
fn values_are_written_alike() {
    let values = [
        ("issue", " dark "),
        ("url", "live.example.com/s"),
        ("emails", "a@b.example;c@d.example"),
        ("screenshot", "-"),
    ];
    let expected =
        [("issue", "dark"), ("url", "https://live.example.com/s"), ("emails", "a@b.example, c@d.example")];
    assert_eq!(normalise(&event_desk(), &given(&values)), given(&expected));
    let values = [("record", "None"), ("priority", "HIGH"), ("proven", "✅"), ("other", "kept")];
    let expected = [("record", "n/a"), ("priority", "high"), ("proven", "yes"), ("other", "kept")];
    assert_eq!(normalise(&development_desk(), &given(&values)), given(&expected));
    let values =
        [("start", "3pm"), ("number", "1,200"), ("owner", "@U0ANA"), ("scenario", " TECHNICAL trouble.")];
    let expected =
        [("start", "15:00"), ("number", "1200"), ("owner", "U0ANA"), ("scenario", "technical trouble")];
    assert_eq!(normalise(&delivery_desk(), &given(&values)), given(&expected));
}

/// Everything of a desk that is valid, but for one field.
fn all_but(missing: &str) -> (Vec<Field>, BTreeMap<FieldKey, String>) {
    let event = [("issue", "dark"), ("url", "https://a.example"), ("emails", "a@b.example")];
    let development = [
        ("record", "123456"),
        ("user", "maria"),
        ("tab", "Invoices"),
        ("before", "saved"),
        ("proven", "yes"),
    ];
    let delivery =
        [("booking", "BK-1"), ("scenario", "technical trouble"), ("start", "15:00"), ("what", "no sound")];
    let desks =
        [(event_desk(), &event[..]), (development_desk(), &development), (delivery_desk(), &delivery)];
    let (fields, values) =
        desks.into_iter().find(|(_, values)| values.iter().any(|(key, _)| *key == missing)).expect("a field");
    let mut values = given(values);
    values.remove(missing);
    (fields, values)
}

#[rstest]
#[case("url", "<https://live.example.com/s>", Some("https://live.example.com/s"))]
#[case("url", "it is live.example.com/s", Some("https://live.example.com/s"))]
#[case("url", "URL: https://live.example.com/s", Some("https://live.example.com/s"))]
#[case("url", "https://a.example or https://b.example", None)]
#[case("url", "thank you", None)]
#[case("emails", "<mailto:ana@client.com|ana@client.com>", Some("ana@client.com"))]
#[case("emails", "it's ana@client.com and bo@client.com", Some("ana@client.com, bo@client.com"))]
#[case("emails", "ana@client", None)]
#[case("emails", "which ones?", None)]
#[case("issue", "The stage is dark", Some("The stage is dark"))]
#[case("issue", "thanks!", None)]
#[case("issue", "any news?", None)]
#[case("issue", "one moment", None)]
#[case("issue", ":wave:", None)]
#[case("user", "maria", Some("maria"))]
#[case("user", "Test user: maria", Some("maria"))]
#[case("user", "ok", None)]
#[case("record", "n/a", Some("n/a"))]
#[case("record", "it's 123456", Some("123456"))]
#[case("record", "twelve", None)]
#[case("proven", "yes I did", Some("yes"))]
#[case("proven", "no", None)]
#[case("proven", "hm", None)]
#[case("scenario", "Facilitator no-show", Some("facilitator no-show"))]
#[case("scenario", "it is technical trouble I think", Some("technical trouble"))]
#[case("scenario", "a no-show", None)]
#[case("start", "3pm", Some("15:00"))]
#[case("start", "when?", None)]
#[case("booking", "BK-77", Some("BK-77"))]
fn a_bare_reply_fills_the_one_missing_field(
    #[case] missing: &str,
    #[case] said: &str,
    #[case] value: Option<&str>,
) {
    let (fields, values) = all_but(missing);
    let filled = bare_reply(&fields, &values, said, &[]);
    assert_eq!(filled, value.map(|value| (FieldKey::from(missing), value.to_owned())));
}

#[test]
fn a_bare_reply_fills_nothing_when_more_or_less_is_missing() {
    let reply = "https://live.example.com/s";
    assert_eq!(bare_reply(&event_desk(), &given(&[("issue", "dark")]), reply, &[]), None);
    let (fields, mut values) = all_but("url");
    values.insert("url".into(), "https://a.example".into());
    assert_eq!(bare_reply(&fields, &values, reply, &[]), None);
    let shot = [field("shot", "Screenshot", FieldKind::File, Required::Yes)];
    let file = part("", &["a.png"]).files;
    assert_eq!(bare_reply(&shot, &given(&[]), "here", &file), Some(("shot".into(), "a.png".to_owned())));
}

#[test]
fn a_case_is_told_from_chatter() {
    let intake = Intake {
        cases: CasesRule::Template,
        when_incomplete: WhenIncomplete::StartClock,
        greeting: Some("Hello event team,".to_owned()),
        fields: event_desk(),
        join_within: Length::minutes(3),
        booking: None,
    };
    let bot = UserId::from("UBOT");
    let marked = [
        "Hi <!here>,",
        "<!channel> dark",
        "hi @here dark",
        "<@UBOT> dark",
        "hello event team - it is dark",
        "We're having this issue: dark",
        "we're having this issue dark",
        "issue: dark",
        "> *Emails:* a@b.example",
        "dark. Affected page/session URL: https://a.example",
    ];
    for post in marked {
        assert!(has_template_mark(post, &intake, &bot), "{post}");
    }
    let plain = [
        "Hi team",
        "the issue is fixed",
        "see this page: https://a.example",
        "the issue",
        "<@U1> hello",
        "reissue: x",
        "https://a.example/url:",
        "Hello",
        "what is the url?",
        "here is the link https://a.example",
        "Screenshot",
        "my e-mail is down",
    ];
    for post in plain {
        assert!(!has_template_mark(post, &intake, &bot), "{post}");
    }
}

#[test]
fn long_values_are_cut() {
    let post = format!("Issue: {}", "é".repeat(3 * LONGEST_VALUE));
    let filled = read_report(&[part(&post, &[])], &event_desk(), None);
    assert_eq!(filled.given[&FieldKey::from("issue")].chars().count(), LONGEST_VALUE);
}

/// Reads a text in every way there is.
pub fn read_all(text: &str) {
    let (fields, bot) = (development_desk(), UserId::from("UBOT"));
    for fields in [event_desk(), fields, delivery_desk()] {
        let filled = read_report(&[part(text, &[])], &fields, Some("Hi @here,"));
        let normal = normalise(&fields, &filled.given);
        let _ = problems(&fields, &normal, &[]);
        let _ = bare_reply(&fields, &filled.given, text, &[]);
        assert_eq!(normalise(&fields, &normal), normal);
    }
    let _ = (text::is_thanks(text), text::is_greeting(text), text::is_emoji_only(text), parse_when(text));
    let _ = (text::without_mention(text, &bot), parse_mention(text), parse_slash("/coverage", text));
    let _ = parse_slash("/escalate", text);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "how long it takes is what is tested")]
fn five_megabytes_take_no_time() {
    let shapes = [
        "<",
        "<@U1",
        "<@U1>",
        "&",
        "&amp;",
        ":",
        "a:",
        "url:",
        "issue: x url: https://a.example ",
        "@",
        "a@b.example ",
        "a@",
        "https://a.example/",
        "\n",
        "issue\n",
        "- ",
        "*",
        "(",
        "word ",
        "é",
        ":tada:",
        "1. ",
        "Booking: BK-1\n",
        "the page session ",
        "Affected page/session URL ",
        "> ",
        "until ",
        "=",
        "Emails: x, y\n",
        "\"",
        "://",
        "_",
    ];
    for shape in shapes {
        let text = shape.repeat(5_000_000 / shape.len());
        let began = Instant::now();
        let filled = read_report(&[part(&text, &[])], &event_desk(), None);
        let _ = (
            bare_reply(&event_desk(), &filled.given, &text, &[]),
            parse_mention(&text),
            text::is_thanks(&text),
        );
        let took = began.elapsed();
        // Far more than it needs, far less than anything that grows with the square.
        assert!(took < Duration::from_secs(10), "{shape:?} took {took:?}");
    }
    for shape in ["<", "<@U1>", "&amp;", "<@U1 "] {
        let began = Instant::now();
        assert!(!text::read(&shape.repeat(5_000_000 / shape.len())).plain.is_empty());
        let took = began.elapsed();
        assert!(took < Duration::from_secs(10), "{shape:?} took {took:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_that_is_typed_can_panic(text in "\\PC{0,200}") {
        read_all(&text);
    }

    #[test]
    fn nothing_that_looks_familiar_can_panic(
        words in prop::collection::vec(prop::sample::select(WORDS), 0..40),
        gap in prop::sample::select(&["", " ", "\n"][..]),
    ) {
        read_all(&words.join(gap));
    }
}

/// Pieces that posts and wishes are made of.
const WORDS: &[&str] = &[
    "We're having this issue",
    "Affected page/session URL",
    "emails",
    ":",
    "=",
    "-",
    "—",
    "*",
    "_",
    "`",
    "<",
    ">",
    "|",
    "&amp;",
    "<@U0ANA>",
    "<@U0ANA|ana>",
    "@",
    "@U0ANA",
    "https://a.example/x",
    "www.",
    "://",
    "a@b.example",
    "(",
    ")",
    "[x]",
    "[ ]",
    "1.",
    "\n",
    "\r\n",
    "n/a",
    "İ",
    "ß",
    "’",
    "👍🏽",
    ":tada:",
    "hold",
    "until",
    "15:00",
    "off",
    "cover",
    "2h",
    "to",
    "monday",
    "2026-12-24",
    "99999999999999999999",
    "can you",
    "please",
    "hi",
    "?",
    "BK-1",
    "123456",
    "\u{feff}",
];
